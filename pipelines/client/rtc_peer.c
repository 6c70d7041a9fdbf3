#include "pipelines/client/rtc_peer.h"

#include "pipelines/rtp/rtcp.h"
#include "pipelines/transport/demux.h"
#include "pipelines/transport/srtp_session.h"

#include <agent.h>
#include <gio/gio.h>

#define COMPONENT 1
#define RECEIVED_SSRCS_MAX 64

/* Counts what arrives of one SSRC; enough to tell loss without reordering. */
typedef struct {
  guint32 ssrc;
  guint16 highest;
} ReceivedStream;

typedef struct {
  OfferLine offer;
  AnswerLine answer;
  guint16 seq;
  guint32 packets;
  guint32 octets;
} SendLine;

struct _RtcPeer {
  GMainContext *context;
  RtcPeerEvents events;
  gpointer user_data;
  RtcPeerState state;

  NiceAgent *agent;
  guint stream;
  DtlsContext *dtls_context;
  char *fingerprint;
  DtlsEndpoint *dtls;
  GSource *dtls_timer;
  SrtpSession *srtp;

  char *cname;
  SendLine *lines;
  guint n_lines;
  gboolean peer_is_active;
  char *peer_fingerprint;

  GBytes *sent[PEER_RESEND_PACKETS]; /* sealed, by sequence number of the video lines */
  GArray *received;                  /* of ReceivedStream */
  RtcPeerCounters counters;
};

static void
set_state (RtcPeer *peer, RtcPeerState state)
{
  if (peer->state == state || peer->state >= RTC_PEER_FAILED)
    return;
  peer->state = state;
  if (peer->events.on_state)
    peer->events.on_state (peer, state, peer->user_data);
}

static void
send_raw (RtcPeer *peer, gconstpointer data, gsize size)
{
  nice_agent_send (peer->agent, peer->stream, COMPONENT, (guint) size, data);
}

static void schedule_dtls_timer (RtcPeer *peer);

static void
take_keys (RtcPeer *peer)
{
  g_auto (SrtpKeys) keys = { 0 };
  g_autoptr (GError) error = NULL;
  if (!dtls_endpoint_take_keys (peer->dtls, &keys))
    return;
  peer->srtp = srtp_session_new (&keys, &error);
  if (!peer->srtp)
    g_warning ("virtual room: SRTP: %s", error->message);
  set_state (peer, peer->srtp ? RTC_PEER_CONNECTED : RTC_PEER_FAILED);
}

/* Sends what the handshake made and follows its state. */
static void
flush_dtls (RtcPeer *peer)
{
  GBytes *datagram;
  while ((datagram = dtls_endpoint_take_outgoing (peer->dtls))) {
    gsize size;
    gconstpointer data = g_bytes_get_data (datagram, &size);
    send_raw (peer, data, size);
    g_bytes_unref (datagram);
  }
  switch (dtls_endpoint_get_state (peer->dtls)) {
  case DTLS_STATE_CONNECTED:
    take_keys (peer);
    break;
  case DTLS_STATE_FAILED:
    g_warning ("virtual room: DTLS: %s", dtls_endpoint_get_failure (peer->dtls));
    set_state (peer, RTC_PEER_FAILED);
    break;
  case DTLS_STATE_CLOSED:
    set_state (peer, RTC_PEER_FAILED);
    break;
  case DTLS_STATE_HANDSHAKING:
    schedule_dtls_timer (peer);
    break;
  }
}

static void
clear_dtls_timer (RtcPeer *peer)
{
  if (peer->dtls_timer)
    g_source_destroy (peer->dtls_timer);
  g_clear_pointer (&peer->dtls_timer, g_source_unref);
}

static gboolean
on_dtls_timer (gpointer user_data)
{
  RtcPeer *peer = user_data;
  clear_dtls_timer (peer);
  dtls_endpoint_on_timeout (peer->dtls);
  flush_dtls (peer);
  return G_SOURCE_REMOVE;
}

static void
schedule_dtls_timer (RtcPeer *peer)
{
  clear_dtls_timer (peer);
  gint64 timeout_us = dtls_endpoint_get_timeout_us (peer->dtls);
  if (timeout_us < 0)
    return;
  peer->dtls_timer = g_timeout_source_new ((guint) (timeout_us / 1000 + 1));
  g_source_set_callback (peer->dtls_timer, on_dtls_timer, peer, NULL);
  g_source_attach (peer->dtls_timer, peer->context);
}

static void
on_component_state (NiceAgent *agent, guint stream, guint component, guint state,
                    gpointer user_data)
{
  RtcPeer *peer = user_data;
  (void) agent;
  (void) stream;
  (void) component;
  if (state == NICE_COMPONENT_STATE_FAILED)
    set_state (peer, RTC_PEER_FAILED);
  if (state != NICE_COMPONENT_STATE_READY || peer->dtls)
    return;
  g_autoptr (GError) error = NULL;
  DtlsRole role = peer->peer_is_active ? DTLS_ROLE_SERVER : DTLS_ROLE_CLIENT;
  peer->dtls = dtls_endpoint_new (peer->dtls_context, role, peer->peer_fingerprint, &error);
  if (!peer->dtls) {
    g_warning ("virtual room: DTLS: %s", error->message);
    set_state (peer, RTC_PEER_FAILED);
    return;
  }
  dtls_endpoint_start (peer->dtls);
  flush_dtls (peer);
}

static ReceivedStream *
received_stream (RtcPeer *peer, guint32 ssrc, guint16 seq)
{
  for (guint i = 0; i < peer->received->len; i++) {
    ReceivedStream *known = &g_array_index (peer->received, ReceivedStream, i);
    if (known->ssrc == ssrc)
      return known;
  }
  if (peer->received->len == RECEIVED_SSRCS_MAX)
    return NULL;
  ReceivedStream stream = { .ssrc = ssrc, .highest = (guint16) (seq - 1) };
  g_array_append_val (peer->received, stream);
  return &g_array_index (peer->received, ReceivedStream, peer->received->len - 1);
}

static void
on_rtp (RtcPeer *peer, guint8 *data, gsize size)
{
  if (srtp_session_unprotect_rtp (peer->srtp, data, &size) != SRTP_OK || size < 12) {
    peer->counters.rx_refused++;
    return;
  }
  guint16 seq = (guint16) (data[2] << 8 | data[3]);
  guint32 ssrc = (guint32) data[8] << 24 | data[9] << 16 | data[10] << 8 | data[11];
  peer->counters.rx_packets++;
  peer->counters.rx_bytes += size;
  ReceivedStream *stream = received_stream (peer, ssrc, seq);
  if (!stream)
    return;
  gint16 ahead = (gint16) (seq - stream->highest);
  if (ahead > 0) {
    peer->counters.rx_lost += ahead - 1;
    stream->highest = seq;
  } else if (peer->counters.rx_lost > 0) {
    peer->counters.rx_lost--; /* it was late, or sent again */
  }
}

static void
resend (RtcPeer *peer, const SendLine *line, guint16 seq)
{
  GBytes *packet = peer->sent[seq % PEER_RESEND_PACKETS];
  gsize size;
  const guint8 *data = packet ? g_bytes_get_data (packet, &size) : NULL;
  if (!data || (data[2] << 8 | data[3]) != seq)
    return;
  guint32 ssrc = (guint32) data[8] << 24 | data[9] << 16 | data[10] << 8 | data[11];
  if (ssrc != line->offer.ssrc)
    return;
  send_raw (peer, data, size);
  peer->counters.resent++;
}

static SendLine *
line_of_ssrc (RtcPeer *peer, guint32 ssrc)
{
  for (guint i = 0; i < peer->n_lines; i++)
    if (peer->lines[i].offer.ssrc == ssrc && ssrc != 0)
      return &peer->lines[i];
  return NULL;
}

static void
keyframe_wanted (RtcPeer *peer, guint32 ssrc)
{
  SendLine *line = line_of_ssrc (peer, ssrc);
  if (line && peer->events.on_keyframe_wanted)
    peer->events.on_keyframe_wanted (peer, (guint) (line - peer->lines), peer->user_data);
}

static void
on_feedback (RtcPeer *peer, const RtcpPacket *packet)
{
  RtcpNack nack;
  RtcpFir fir;
  guint32 ssrc;
  if (rtcp_read_pli (packet, &ssrc))
    keyframe_wanted (peer, ssrc);
  if (rtcp_read_fir (packet, &fir))
    for (guint i = 0; i < fir.count; i++)
      keyframe_wanted (peer, fir.entries[i].ssrc);
  if (!rtcp_read_nack (packet, &nack))
    return;
  SendLine *line = line_of_ssrc (peer, nack.media_ssrc);
  for (guint i = 0; line && i < nack.count; i++)
    resend (peer, line, nack.seqs[i]);
}

static void
on_rtcp (RtcPeer *peer, guint8 *data, gsize size)
{
  RtcpIter iter;
  RtcpPacket packet;
  if (srtp_session_unprotect_rtcp (peer->srtp, data, &size) != SRTP_OK) {
    peer->counters.rx_refused++;
    return;
  }
  rtcp_iter_init (&iter, data, size);
  while (rtcp_iter_next (&iter, &packet))
    on_feedback (peer, &packet);
}

static void
on_datagram (NiceAgent *agent, guint stream, guint component, guint size, gchar *data,
             gpointer user_data)
{
  RtcPeer *peer = user_data;
  (void) agent;
  (void) stream;
  (void) component;
  switch (datagram_kind ((const guint8 *) data, size)) {
  case DATAGRAM_DTLS:
    if (!peer->dtls)
      break;
    dtls_endpoint_feed (peer->dtls, (const guint8 *) data, size);
    flush_dtls (peer);
    break;
  case DATAGRAM_RTP:
    if (peer->srtp)
      on_rtp (peer, (guint8 *) data, size);
    break;
  case DATAGRAM_RTCP:
    if (peer->srtp)
      on_rtcp (peer, (guint8 *) data, size);
    break;
  case DATAGRAM_STUN:
  case DATAGRAM_OTHER:
    break;
  }
}

static gboolean
start_agent (RtcPeer *peer, const char *local_address, GError **error)
{
  peer->agent = nice_agent_new_full (peer->context, NICE_COMPATIBILITY_RFC5245,
                                     NICE_AGENT_OPTION_REGULAR_NOMINATION |
                                         NICE_AGENT_OPTION_CONSENT_FRESHNESS);
  g_object_set (peer->agent, "ice-tcp", FALSE, "upnp", FALSE, "controlling-mode", TRUE, NULL);
  if (local_address) {
    NiceAddress address;
    nice_address_init (&address);
    if (!nice_address_set_from_string (&address, local_address)) {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "'%s' is no address",
                   local_address);
      return FALSE;
    }
    nice_agent_add_local_address (peer->agent, &address);
  }
  peer->stream = nice_agent_add_stream (peer->agent, COMPONENT);
  g_signal_connect (peer->agent, "component-state-changed", G_CALLBACK (on_component_state), peer);
  nice_agent_attach_recv (peer->agent, peer->stream, COMPONENT, peer->context, on_datagram, peer);
  if (nice_agent_gather_candidates (peer->agent, peer->stream))
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "no local address can be used");
  return FALSE;
}

RtcPeer *
rtc_peer_new (const RtcPeerConfig *config, const RtcPeerEvents *events, gpointer user_data,
              GError **error)
{
  g_autoptr (RtcPeer) peer = g_new0 (RtcPeer, 1);
  peer->context = g_main_context_ref (config->context);
  peer->events = *events;
  peer->user_data = user_data;
  peer->dtls_context = dtls_context_ref (config->dtls);
  peer->fingerprint = g_strdup (config->fingerprint);
  peer->cname = g_strdup_printf ("%08x%08x", g_random_int (), g_random_int ());
  peer->received = g_array_new (FALSE, TRUE, sizeof (ReceivedStream));
  peer->n_lines = config->n_roles;
  peer->lines = g_new0 (SendLine, config->n_roles);
  for (guint i = 0; i < config->n_roles; i++) {
    LineRole role = config->roles[i];
    gboolean sends = role == LINE_MIC || role == LINE_CAMERA;
    peer->lines[i].offer = (OfferLine){ role, sends ? g_random_int () | 1 : 0 };
    peer->lines[i].seq = (guint16) g_random_int_range (0, 0x8000);
  }
  if (!start_agent (peer, config->local_address, error))
    return NULL;
  return g_steal_pointer (&peer);
}

void
rtc_peer_free (RtcPeer *peer)
{
  peer->state = RTC_PEER_CLOSED;
  clear_dtls_timer (peer);
  if (peer->dtls) {
    dtls_endpoint_close (peer->dtls);
    flush_dtls (peer);
  }
  if (peer->agent && peer->stream) {
    nice_agent_attach_recv (peer->agent, peer->stream, COMPONENT, peer->context, NULL, NULL);
    g_signal_handlers_disconnect_by_data (peer->agent, peer);
  }
  g_clear_object (&peer->agent);
  g_clear_pointer (&peer->dtls, dtls_endpoint_free);
  g_clear_pointer (&peer->srtp, srtp_session_free);
  for (guint i = 0; i < PEER_RESEND_PACKETS; i++)
    g_clear_pointer (&peer->sent[i], g_bytes_unref);
  dtls_context_unref (peer->dtls_context);
  g_main_context_unref (peer->context);
  g_array_unref (peer->received);
  g_free (peer->fingerprint);
  g_free (peer->peer_fingerprint);
  g_free (peer->cname);
  g_free (peer->lines);
  g_free (peer);
}

char *
rtc_peer_create_offer (RtcPeer *peer)
{
  g_autofree char *ufrag = NULL;
  g_autofree char *pwd = NULL;
  nice_agent_get_local_credentials (peer->agent, peer->stream, &ufrag, &pwd);
  g_autofree OfferLine *lines = g_new (OfferLine, peer->n_lines);
  for (guint i = 0; i < peer->n_lines; i++)
    lines[i] = peer->lines[i].offer;
  Offer offer = { ufrag, pwd, peer->fingerprint, peer->cname, lines, peer->n_lines };
  return offer_to_text (&offer);
}

static GSList *
remote_candidates (RtcPeer *peer, const Answer *answer)
{
  GSList *list = NULL;
  for (guint i = 0; i < answer->candidates->len; i++) {
    const AnswerCandidate *from = &g_array_index (answer->candidates, AnswerCandidate, i);
    NiceCandidate *candidate = nice_candidate_new (NICE_CANDIDATE_TYPE_HOST);
    if (!nice_address_set_from_string (&candidate->addr, from->address)) {
      nice_candidate_free (candidate);
      continue;
    }
    nice_address_set_port (&candidate->addr, from->port);
    candidate->component_id = COMPONENT;
    candidate->stream_id = peer->stream;
    candidate->transport = NICE_CANDIDATE_TRANSPORT_UDP;
    candidate->priority = from->priority;
    g_snprintf (candidate->foundation, sizeof candidate->foundation, "%u", i + 1);
    list = g_slist_prepend (list, candidate);
  }
  return list;
}

gboolean
rtc_peer_take_answer (RtcPeer *peer, const char *sdp, GError **error)
{
  g_autoptr (Answer) answer = answer_parse (sdp, error);
  if (!answer)
    return FALSE;
  if (answer->lines->len != peer->n_lines) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "the answer has %u lines, not %u",
                 answer->lines->len, peer->n_lines);
    return FALSE;
  }
  for (guint i = 0; i < peer->n_lines; i++)
    peer->lines[i].answer = g_array_index (answer->lines, AnswerLine, i);
  peer->peer_is_active = answer->peer_is_active;
  peer->peer_fingerprint = g_strdup (answer->fingerprint);
  nice_agent_set_remote_credentials (peer->agent, peer->stream, answer->ufrag, answer->pwd);
  GSList *candidates = remote_candidates (peer, answer);
  int taken = candidates ? nice_agent_set_remote_candidates (peer->agent, peer->stream, COMPONENT,
                                                             candidates)
                         : 0;
  g_slist_free_full (candidates, (GDestroyNotify) nice_candidate_free);
  if (taken < 1) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                         "the answer has no candidate that can be used");
    return FALSE;
  }
  set_state (peer, RTC_PEER_CONNECTING);
  return TRUE;
}

/* One-byte header extensions (RFC 8285 4.2): mid, and the level for sound. */
static gsize
write_extensions (const SendLine *line, guint mid, int level, guint8 *out)
{
  gsize size = 4;
  if (line->answer.mid_extension) {
    char text[12];
    int len = g_snprintf (text, sizeof text, "%u", mid);
    out[size++] = (guint8) (line->answer.mid_extension << 4 | (len - 1));
    memcpy (out + size, text, len);
    size += len;
  }
  if (line->answer.level_extension && level >= 0) {
    out[size++] = (guint8) (line->answer.level_extension << 4);
    out[size++] = (guint8) (0x80 | (level & 0x7f));
  }
  if (size == 4)
    return 0;
  while (size % 4)
    out[size++] = 0;
  gsize words = size / 4 - 1;
  out[0] = 0xbe;
  out[1] = 0xde;
  out[2] = (guint8) (words >> 8);
  out[3] = (guint8) words;
  return size;
}

static gsize
write_header (RtcPeer *peer, guint line_index, guint32 rtp_ts, gboolean marker, int level,
              guint8 *out)
{
  SendLine *line = &peer->lines[line_index];
  guint pt = line->offer.role == LINE_MIC ? DESCRIPTION_OPUS_PT : DESCRIPTION_VP8_PT;
  gsize extensions = write_extensions (line, line_index, level, out + 12);
  out[0] = extensions ? 0x90 : 0x80;
  out[1] = (guint8) (pt | (marker ? 0x80 : 0));
  out[2] = (guint8) (line->seq >> 8);
  out[3] = (guint8) line->seq;
  for (int i = 0; i < 4; i++) {
    out[4 + i] = (guint8) (rtp_ts >> (24 - 8 * i));
    out[8 + i] = (guint8) (line->offer.ssrc >> (24 - 8 * i));
  }
  return 12 + extensions;
}

void
rtc_peer_send (RtcPeer *peer, guint line_index, guint32 rtp_ts, gboolean marker, int level,
               GBytes *payload)
{
  g_return_if_fail (line_index < peer->n_lines);
  SendLine *line = &peer->lines[line_index];
  guint8 packet[PEER_RTP_MAX + SRTP_TAG_BYTES_MAX];
  gsize payload_size;
  gconstpointer data = g_bytes_get_data (payload, &payload_size);
  if (peer->state != RTC_PEER_CONNECTED || !line->answer.accepted ||
      payload_size > PEER_RTP_MAX - 64)
    return;
  gsize size = write_header (peer, line_index, rtp_ts, marker, level, packet);
  memcpy (packet + size, data, payload_size);
  size += payload_size;
  guint16 seq = line->seq++;
  line->packets++;
  line->octets += (guint32) payload_size;
  if (!srtp_session_protect_rtp (peer->srtp, packet, &size))
    return;
  if (line->offer.role == LINE_CAMERA) {
    GBytes **kept = &peer->sent[seq % PEER_RESEND_PACKETS];
    g_clear_pointer (kept, g_bytes_unref);
    *kept = g_bytes_new (packet, size);
  }
  send_raw (peer, packet, size);
  peer->counters.tx_packets++;
  peer->counters.tx_bytes += size;
}

void
rtc_peer_send_report (RtcPeer *peer, guint line_index, guint64 ntp, guint32 rtp_ts)
{
  g_return_if_fail (line_index < peer->n_lines);
  const SendLine *line = &peer->lines[line_index];
  guint8 packet[256];
  RtcpWriter writer;
  if (peer->state != RTC_PEER_CONNECTED || line->offer.ssrc == 0 || !line->answer.accepted)
    return;
  RtcpSenderInfo info = { line->offer.ssrc, ntp, rtp_ts, line->packets, line->octets };
  rtcp_writer_init (&writer, packet, sizeof packet - SRTCP_TRAILER_BYTES_MAX);
  rtcp_write_sr (&writer, &info, NULL, 0);
  rtcp_write_sdes_cname (&writer, line->offer.ssrc, peer->cname);
  gsize size = writer.size;
  if (srtp_session_protect_rtcp (peer->srtp, packet, &size))
    send_raw (peer, packet, size);
}

RtcPeerState
rtc_peer_get_state (const RtcPeer *peer)
{
  return peer->state;
}

const RtcPeerCounters *
rtc_peer_get_counters (const RtcPeer *peer)
{
  return &peer->counters;
}
