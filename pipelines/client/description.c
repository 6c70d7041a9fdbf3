#include "pipelines/client/description.h"

#include <gio/gio.h>
#include <gst/sdp/gstsdpmessage.h>
#include <stdio.h>

#define MID_URI "urn:ietf:params:rtp-hdrext:sdes:mid"
#define LEVEL_URI "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
#define TRANSPORT_SEQ_URI                                                                          \
  "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"

const char *const line_role_names[] = { "mic", "camera", "audio", "main", "tile", NULL };

static gboolean
line_is_audio (LineRole role)
{
  return role == LINE_MIC || role == LINE_AUDIO;
}

static gboolean
line_is_sending (LineRole role)
{
  return role == LINE_MIC || role == LINE_CAMERA;
}

/* ice-char of RFC 8839 5.4. */
static char *
random_token (guint size)
{
  static const char chars[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/";
  char *token = g_new0 (char, size + 1);

  for (guint i = 0; i < size; i++)
    token[i] = chars[g_random_int () >> 26];
  return token;
}

Offer *
offer_new (const LineRole *roles, guint n_roles, const char *fingerprint, Codec codec)
{
  Offer *offer = g_new0 (Offer, 1);

  offer->ufrag = random_token (8);
  offer->pwd = random_token (24);
  offer->cname = g_strdup_printf ("%08x%08x", g_random_int (), g_random_int ());
  offer->fingerprint = g_strdup (fingerprint);
  offer->codec = codec;
  offer->n_lines = n_roles;
  offer->lines = g_new0 (OfferLine, n_roles);
  for (guint i = 0; i < n_roles; i++)
    offer->lines[i] = (OfferLine){ roles[i], line_is_sending (roles[i]) ? g_random_int () | 1 : 0 };
  return offer;
}

void
offer_free (Offer *offer)
{
  g_free (offer->ufrag);
  g_free (offer->pwd);
  g_free (offer->cname);
  g_free (offer->fingerprint);
  g_free (offer->lines);
  g_free (offer);
}

Codec
description_codec (guint payload_type, gboolean *ret_is_rtx)
{
  *ret_is_rtx = FALSE;
  switch (payload_type) {
  case DESCRIPTION_OPUS_PT:
    return CODEC_OPUS;
  case DESCRIPTION_VP8_PT:
  case DESCRIPTION_VP8_PT + 1:
    *ret_is_rtx = payload_type != DESCRIPTION_VP8_PT;
    return CODEC_VP8;
  case DESCRIPTION_H264_PT:
  case DESCRIPTION_H264_PT + 1:
    *ret_is_rtx = payload_type != DESCRIPTION_H264_PT;
    return CODEC_H264;
  default:
    return CODEC_UNKNOWN;
  }
}

static void
append_feedback (GString *text, int payload_type)
{
  static const char *const kinds[] = { "nack", "nack pli", "ccm fir" };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    g_string_append_printf (text, "a=rtcp-fb:%d %s\r\n", payload_type, kinds[i]);
}

/* Transport-wide feedback comes without a report around it (RFC 5506). */
static void
append_transport_feedback (GString *text, const Offer *offer, int payload_type)
{
  if (offer->has_feedback)
    g_string_append_printf (text, "a=rtcp-fb:%d transport-cc\r\n", payload_type);
}

static void
append_video_codec (GString *text, const Offer *offer, Codec codec, gboolean with_rtx)
{
  int pt = codec == CODEC_H264 ? DESCRIPTION_H264_PT : DESCRIPTION_VP8_PT;

  g_string_append_printf (text, "a=rtpmap:%d %s/90000\r\n", pt, codec_name (codec));
  if (codec == CODEC_H264)
    g_string_append_printf (text,
                            "a=fmtp:%d level-asymmetry-allowed=1;packetization-mode=1;"
                            "profile-level-id=42e01f\r\n",
                            pt);
  append_feedback (text, pt);
  append_transport_feedback (text, offer, pt);
  if (with_rtx)
    g_string_append_printf (text, "a=rtpmap:%d rtx/90000\r\na=fmtp:%d apt=%d\r\n", pt + 1, pt + 1,
                            pt);
}

static void
append_codecs (GString *text, const Offer *offer, LineRole role)
{
  if (line_is_audio (role)) {
    g_string_append_printf (text,
                            "a=extmap:%d " LEVEL_URI "\r\na=rtpmap:%d opus/48000/2\r\n"
                            "a=fmtp:%d minptime=10;useinbandfec=1\r\n",
                            DESCRIPTION_LEVEL_EXTENSION, DESCRIPTION_OPUS_PT, DESCRIPTION_OPUS_PT);
    append_transport_feedback (text, offer, DESCRIPTION_OPUS_PT);
  } else if (line_is_sending (role)) {
    append_video_codec (text, offer, offer->codec, FALSE);
  } else {
    append_video_codec (text, offer, CODEC_VP8, TRUE);
    append_video_codec (text, offer, CODEC_H264, TRUE);
  }
}

static void
append_formats (GString *text, const Offer *offer, LineRole role)
{
  if (line_is_audio (role))
    g_string_append_printf (text, " %d", DESCRIPTION_OPUS_PT);
  else if (line_is_sending (role))
    g_string_append_printf (text, " %d",
                            offer->codec == CODEC_H264 ? DESCRIPTION_H264_PT : DESCRIPTION_VP8_PT);
  else
    g_string_append_printf (text, " %d %d %d %d", DESCRIPTION_VP8_PT, DESCRIPTION_VP8_PT + 1,
                            DESCRIPTION_H264_PT, DESCRIPTION_H264_PT + 1);
}

static void
append_media (GString *text, const Offer *offer, guint mid)
{
  const OfferLine *line = &offer->lines[mid];

  g_string_append_printf (text, "m=%s 9 UDP/TLS/RTP/SAVPF",
                          line_is_audio (line->role) ? "audio" : "video");
  append_formats (text, offer, line->role);
  g_string_append_printf (text,
                          "\r\nc=IN IP4 0.0.0.0\r\na=ice-ufrag:%s\r\na=ice-pwd:%s\r\n"
                          "a=fingerprint:%s\r\n",
                          offer->ufrag, offer->pwd, offer->fingerprint);
  g_string_append_printf (text, "a=setup:actpass\r\na=mid:%u\r\na=rtcp-mux\r\na=%s\r\n", mid,
                          line_is_sending (line->role) ? "sendonly" : "recvonly");
  g_string_append_printf (text, "a=extmap:%d " MID_URI "\r\n", DESCRIPTION_MID_EXTENSION);
  if (offer->has_feedback)
    g_string_append_printf (text, "a=rtcp-rsize\r\na=extmap:%d " TRANSPORT_SEQ_URI "\r\n",
                            DESCRIPTION_TRANSPORT_SEQ_EXTENSION);
  append_codecs (text, offer, line->role);
  if (line_is_sending (line->role))
    g_string_append_printf (text, "a=msid:%s %s%u\r\na=ssrc:%u cname:%s\r\n", offer->cname,
                            offer->cname, mid, line->ssrc, offer->cname);
}

char *
offer_to_text (const Offer *offer)
{
  GString *text = g_string_new ("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n");
  g_string_append (text, "a=group:BUNDLE");
  for (guint i = 0; i < offer->n_lines; i++)
    g_string_append_printf (text, " %u", i);
  g_string_append (text, "\r\na=ice-options:ice2\r\n");
  for (guint i = 0; i < offer->n_lines; i++)
    append_media (text, offer, i);
  return g_string_free (text, FALSE);
}

static void
answer_candidate_clear (gpointer candidate)
{
  g_free (((AnswerCandidate *) candidate)->address);
}

void
answer_free (Answer *answer)
{
  g_free (answer->ufrag);
  g_free (answer->pwd);
  g_free (answer->fingerprint);
  g_array_unref (answer->candidates);
  g_array_unref (answer->lines);
  g_free (answer);
}

/* RFC 8839 5.1: "foundation component transport priority address port typ ..." */
static void
take_candidate (Answer *answer, const char *value)
{
  g_auto (GStrv) words = g_strsplit (value, " ", 9);
  guint64 port, priority;
  if (g_strv_length (words) < 8 || !g_str_equal (words[1], "1") ||
      g_ascii_strcasecmp (words[2], "UDP") != 0 ||
      answer->candidates->len >= DESCRIPTION_MAX_CANDIDATES)
    return;
  if (!g_ascii_string_to_unsigned (words[3], 10, 0, G_MAXUINT32, &priority, NULL) ||
      !g_ascii_string_to_unsigned (words[5], 10, 1, 65535, &port, NULL))
    return;
  AnswerCandidate candidate = { .address = g_strdup (words[4]),
                                .port = (guint) port,
                                .priority = (guint32) priority };
  g_array_append_val (answer->candidates, candidate);
}

static void
take_extension (AnswerLine *line, const char *value)
{
  int id = (int) g_ascii_strtoll (value, NULL, 10);
  const char *uri = strchr (value, ' ');
  if (!uri || id < 1 || id > 14)
    return;
  if (g_str_has_prefix (uri + 1, MID_URI))
    line->mid_extension = id;
  else if (g_str_has_prefix (uri + 1, LEVEL_URI))
    line->level_extension = id;
  else if (g_str_has_prefix (uri + 1, TRANSPORT_SEQ_URI))
    line->transport_seq_extension = id;
}

static void
take_string (char **field, const char *value)
{
  if (!*field)
    *field = g_strdup (value);
}

static void
take_ssrc_group (AnswerLine *line, const char *value)
{
  guint ssrc, rtx_ssrc;

  if (sscanf (value, "FID %u %u", &ssrc, &rtx_ssrc) != 2)
    return;
  line->ssrc = ssrc;
  line->rtx_ssrc = rtx_ssrc;
}

static void
take_line_attribute (AnswerLine *line, const char *key, const char *value)
{
  if (g_str_equal (key, "extmap"))
    take_extension (line, value);
  else if (g_str_equal (key, "ssrc-group"))
    take_ssrc_group (line, value);
  else if (g_str_equal (key, "ssrc") && line->ssrc == 0)
    line->ssrc = (guint32) g_ascii_strtoull (value, NULL, 10);
  else if (g_str_equal (key, "inactive"))
    line->accepted = FALSE;
}

static void
take_attribute (Answer *answer, AnswerLine *line, const GstSDPAttribute *attribute)
{
  const char *key = attribute->key, *value = attribute->value ? attribute->value : "";
  if (g_str_equal (key, "ice-ufrag"))
    take_string (&answer->ufrag, value);
  else if (g_str_equal (key, "ice-pwd"))
    take_string (&answer->pwd, value);
  else if (g_str_equal (key, "fingerprint"))
    take_string (&answer->fingerprint, value);
  else if (g_str_equal (key, "setup"))
    answer->peer_is_active = g_str_equal (value, "active");
  else if (g_str_equal (key, "candidate"))
    take_candidate (answer, value);
  else if (line)
    take_line_attribute (line, key, value);
}

static void
take_media (Answer *answer, const GstSDPMedia *media)
{
  AnswerLine line = { .accepted = gst_sdp_media_get_port (media) != 0 };
  for (guint i = 0; i < gst_sdp_media_attributes_len (media); i++)
    take_attribute (answer, &line, gst_sdp_media_get_attribute (media, i));
  g_array_append_val (answer->lines, line);
}

Answer *
answer_parse (const char *text, GError **error)
{
  g_autoptr (GstSDPMessage) sdp = NULL;
  g_autoptr (Answer) answer = g_new0 (Answer, 1);
  answer->candidates = g_array_new (FALSE, TRUE, sizeof (AnswerCandidate));
  g_array_set_clear_func (answer->candidates, answer_candidate_clear);
  answer->lines = g_array_new (FALSE, TRUE, sizeof (AnswerLine));
  if (!*text || gst_sdp_message_new_from_text (text, &sdp) != GST_SDP_OK ||
      gst_sdp_message_medias_len (sdp) > DESCRIPTION_MAX_LINES) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "the answer is no SDP");
    return NULL;
  }
  for (guint i = 0; i < gst_sdp_message_attributes_len (sdp); i++)
    take_attribute (answer, NULL, gst_sdp_message_get_attribute (sdp, i));
  for (guint i = 0; i < gst_sdp_message_medias_len (sdp); i++)
    take_media (answer, gst_sdp_message_get_media (sdp, i));
  if (answer->ufrag && answer->pwd && answer->fingerprint && answer->candidates->len > 0)
    return g_steal_pointer (&answer);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       "the answer lacks ICE credentials, a fingerprint or a candidate");
  return NULL;
}
