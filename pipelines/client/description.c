#include "pipelines/client/description.h"

#include <gio/gio.h>
#include <gst/sdp/gstsdpmessage.h>

#define MAX_CANDIDATES 32
#define MID_URI "urn:ietf:params:rtp-hdrext:sdes:mid"
#define LEVEL_URI "urn:ietf:params:rtp-hdrext:ssrc-audio-level"

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

static void
append_media (GString *text, const Offer *offer, guint mid)
{
  const OfferLine *line = &offer->lines[mid];
  gboolean audio = line_is_audio (line->role);
  g_string_append_printf (text, "m=%s 9 UDP/TLS/RTP/SAVPF %d\r\nc=IN IP4 0.0.0.0\r\n",
                          audio ? "audio" : "video",
                          audio ? DESCRIPTION_OPUS_PT : DESCRIPTION_VP8_PT);
  g_string_append_printf (text, "a=ice-ufrag:%s\r\na=ice-pwd:%s\r\na=fingerprint:%s\r\n",
                          offer->ufrag, offer->pwd, offer->fingerprint);
  g_string_append_printf (text, "a=setup:actpass\r\na=mid:%u\r\na=rtcp-mux\r\na=%s\r\n", mid,
                          line_is_sending (line->role) ? "sendonly" : "recvonly");
  g_string_append_printf (text, "a=extmap:%d " MID_URI "\r\n", DESCRIPTION_MID_EXTENSION);
  if (audio)
    g_string_append_printf (text,
                            "a=extmap:%d " LEVEL_URI "\r\na=rtpmap:%d opus/48000/2\r\n"
                            "a=fmtp:%d minptime=10;useinbandfec=1\r\n",
                            DESCRIPTION_LEVEL_EXTENSION, DESCRIPTION_OPUS_PT, DESCRIPTION_OPUS_PT);
  else
    g_string_append_printf (
        text,
        "a=rtpmap:%d VP8/90000\r\na=rtcp-fb:%d nack\r\na=rtcp-fb:%d nack pli\r\na=rtcp-fb:%d ccm "
        "fir\r\n",
        DESCRIPTION_VP8_PT, DESCRIPTION_VP8_PT, DESCRIPTION_VP8_PT, DESCRIPTION_VP8_PT);
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
      g_ascii_strcasecmp (words[2], "UDP") != 0 || answer->candidates->len >= MAX_CANDIDATES)
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
}

static void
take_string (char **field, const char *value)
{
  if (!*field)
    *field = g_strdup (value);
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
  else if (line && g_str_equal (key, "extmap"))
    take_extension (line, value);
  else if (line && g_str_equal (key, "inactive"))
    line->accepted = FALSE;
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
