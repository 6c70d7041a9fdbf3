#include <string.h>

#include "signaling/sdp/codec_choice.h"
#include "signaling/sdp/fragment.h"
#include "signaling/sdp/negotiation.h"

static void
append_codec (GString *sdp, const CodecSpec *codec)
{
  static const struct {
    CodecFeedback flag;
    const char *text;
  } feedback[] = {
    { FEEDBACK_TWCC, "transport-cc" }, { FEEDBACK_REMB, "goog-remb" }, { FEEDBACK_FIR, "ccm fir" },
    { FEEDBACK_NACK, "nack" },         { FEEDBACK_PLI, "nack pli" },
  };

  g_string_append_printf (sdp, "a=rtpmap:%d %s/%d", codec->pt, codec->name, codec->clock_rate);
  if (codec->channels > 1)
    g_string_append_printf (sdp, "/%d", codec->channels);
  g_string_append (sdp, "\r\n");
  for (guint i = 0; i < G_N_ELEMENTS (feedback); i++)
    if ((codec->feedback & feedback[i].flag) != 0)
      g_string_append_printf (sdp, "a=rtcp-fb:%d %s\r\n", codec->pt, feedback[i].text);
  if (codec->fmtp != NULL)
    g_string_append_printf (sdp, "a=fmtp:%d %s\r\n", codec->pt, codec->fmtp);
  if (codec->rtx_pt >= 0)
    g_string_append_printf (sdp, "a=rtpmap:%d rtx/%d\r\na=fmtp:%d apt=%d\r\n", codec->rtx_pt,
                            codec->clock_rate, codec->rtx_pt, codec->pt);
}

static void
append_formats (GString *sdp, const GPtrArray *codecs)
{
  for (guint i = 0; i < codecs->len; i++) {
    const CodecSpec *codec = g_ptr_array_index (codecs, i);
    g_string_append_printf (sdp, " %d", codec->pt);
    if (codec->rtx_pt >= 0)
      g_string_append_printf (sdp, " %d", codec->rtx_pt);
  }
}

/* RFC 8853: the answer repeats the layers in the other direction. */
static void
append_track (GString *sdp, const TrackSpec *track)
{
  if (track->rids == NULL || track->rids[0] == NULL)
    return;
  for (guint i = 0; track->rids[i] != NULL; i++)
    g_string_append_printf (sdp, "a=rid:%s recv\r\n", track->rids[i]);
  g_autofree char *streams = g_strjoinv (";", track->rids);
  g_string_append_printf (sdp, "a=simulcast:recv %s\r\n", streams);
}

static void
append_slot (GString *sdp, const SlotSpec *slot)
{
  const char *suffix = strrchr (slot->slot, '/') + 1;

  g_string_append_printf (sdp, "a=msid:%s %s\r\n", slot->cname, suffix);
  if (slot->rtx_ssrc != 0)
    g_string_append_printf (sdp, "a=ssrc-group:FID %u %u\r\n", slot->ssrc, slot->rtx_ssrc);
  g_string_append_printf (sdp, "a=ssrc:%u cname:%s\r\na=ssrc:%u msid:%s %s\r\n", slot->ssrc,
                          slot->cname, slot->ssrc, slot->cname, suffix);
  if (slot->rtx_ssrc != 0)
    g_string_append_printf (sdp, "a=ssrc:%u cname:%s\r\na=ssrc:%u msid:%s %s\r\n", slot->rtx_ssrc,
                            slot->cname, slot->rtx_ssrc, slot->cname, suffix);
}

void
sdp_append_candidates (GString *sdp, const TransportIceReply *local)
{
  for (guint i = 0; i < local->candidates->len; i++) {
    const CandidateSpec *candidate = g_ptr_array_index (local->candidates, i);
    g_string_append_printf (sdp, "a=candidate:%s 1 %s %u %s %d typ host%s\r\n",
                            candidate->foundation, candidate->tcp ? "tcp" : "udp",
                            candidate->priority, candidate->address, candidate->port,
                            candidate->tcp ? " tcptype passive" : "");
  }
  g_string_append (sdp, "a=end-of-candidates\r\n");
}

static void
append_connection (GString *sdp, const TransportIceReply *local)
{
  const CandidateSpec *first =
      local->candidates->len > 0 ? g_ptr_array_index (local->candidates, 0) : NULL;

  if (first == NULL)
    g_string_append (sdp, "c=IN IP4 0.0.0.0\r\n");
  else
    g_string_append_printf (sdp, "c=IN %s %s\r\n", first->family == CONTROL_IPV6 ? "IP6" : "IP4",
                            first->address);
}

static int
answer_port (const TransportIceReply *local)
{
  return local->candidates->len > 0
             ? ((const CandidateSpec *) g_ptr_array_index (local->candidates, 0))->port
             : 9;
}

static void
append_refused (GString *sdp, const SdpMedia *media)
{
  g_string_append_printf (sdp, "m=%s 0 %s %s\r\nc=IN IP4 0.0.0.0\r\na=inactive\r\n", media->media,
                          media->proto, media->formats);
  if (media->has_mid)
    g_string_append_printf (sdp, "a=mid:%s\r\n", media->mid);
}

static void
append_accepted (GString *sdp, const Negotiation *negotiation, guint i,
                 const TransportIceReply *local, const char *fingerprint)
{
  const SdpMedia *media = sdp_offer_get_media (negotiation->offer, i);
  const SdpLine *line = &negotiation->lines[i];
  const GPtrArray *codecs = line->track != NULL ? line->track->codecs : line->slot->codecs;
  const GPtrArray *extensions =
      line->track != NULL ? line->track->extensions : line->slot->extensions;
  gboolean is_active = negotiation->request->dtls_role == CONTROL_DTLS_CLIENT;

  g_string_append_printf (sdp, "m=%s %d %s", media->media, answer_port (local), media->proto);
  append_formats (sdp, codecs);
  g_string_append (sdp, "\r\n");
  append_connection (sdp, local);
  if (negotiation->up_bps > 0 && line->track != NULL && media->kind == SDP_VIDEO)
    g_string_append_printf (sdp, "b=TIAS:%u\r\n", negotiation->up_bps);
  if (media->has_mid)
    g_string_append_printf (sdp, "a=mid:%s\r\n", media->mid);
  g_string_append_printf (sdp, "a=%s\r\na=rtcp-mux\r\n",
                          line->track != NULL ? "recvonly" : "sendonly");
  if (media->rtcp_rsize)
    g_string_append (sdp, "a=rtcp-rsize\r\n");
  g_string_append_printf (sdp,
                          "a=ice-ufrag:%s\r\na=ice-pwd:%s\r\na=fingerprint:%s\r\na=setup:%s\r\n",
                          local->ufrag, local->pwd, fingerprint, is_active ? "active" : "passive");
  if (media->extmap_allow_mixed && !negotiation->offer->extmap_allow_mixed)
    g_string_append (sdp, "a=extmap-allow-mixed\r\n");
  for (guint k = 0; k < extensions->len; k++) {
    const ExtensionSpec *extension = g_ptr_array_index (extensions, k);
    g_string_append_printf (sdp, "a=extmap:%d %s\r\n", extension->id, extension->uri);
  }
  for (guint k = 0; k < codecs->len; k++)
    append_codec (sdp, g_ptr_array_index (codecs, k));
  if (line->track != NULL)
    append_track (sdp, line->track);
  else
    append_slot (sdp, line->slot);
}

static void
append_bundle (GString *sdp, const Negotiation *negotiation)
{
  if (!negotiation->offer->has_bundle)
    return;
  g_string_append (sdp, "a=group:BUNDLE");
  for (guint i = 0; i < negotiation->offer->media->len; i++)
    if (negotiation->lines[i].role != SDP_ROLE_REFUSED)
      g_string_append_printf (sdp, " %s", sdp_offer_get_media (negotiation->offer, i)->mid);
  g_string_append (sdp, "\r\n");
}

char *
sdp_negotiation_answer (const Negotiation *negotiation, const TransportIceReply *local,
                        const char *fingerprint, guint version)
{
  GString *sdp = g_string_sized_new (8192);
  gboolean has_candidates = FALSE;
  /* RFC 8866 section 5.2: the id stays for the session, the version grows. */
  guint id = g_str_hash (negotiation->request->transport);

  g_string_append_printf (sdp, "v=0\r\no=- %u %u IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n", id,
                          version);
  append_bundle (sdp, negotiation);
  g_string_append (sdp, "a=ice-lite\r\n");
  if (negotiation->offer->extmap_allow_mixed)
    g_string_append (sdp, "a=extmap-allow-mixed\r\n");
  g_string_append (sdp, "a=msid-semantic: WMS *\r\n");
  for (guint i = 0; i < negotiation->offer->media->len; i++) {
    if (negotiation->lines[i].role == SDP_ROLE_REFUSED) {
      append_refused (sdp, sdp_offer_get_media (negotiation->offer, i));
      continue;
    }
    append_accepted (sdp, negotiation, i, local, fingerprint);
    if (!has_candidates)
      sdp_append_candidates (sdp, local);
    has_candidates = TRUE;
  }
  return g_string_free (sdp, FALSE);
}
