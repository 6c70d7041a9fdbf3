#include "pipelines/client/rtc_peer.h"

#include "pipelines/client/tcp_line.h"

#include "pipelines/rtp/rtcp.h"
#include "pipelines/transport/demux.h"
#include "pipelines/transport/ice_client.h"
#include "pipelines/transport/rtcp_sealer.h"
#include "pipelines/transport/sealer.h"

#include <errno.h>
#include <gio/gio.h>
#include <linux/filter.h>
#include <linux/sock_diag.h>
#include <string.h>
#include <sys/socket.h>

/* How late NACKs, reports and checks may be. */
#define TICK_US (10 * 1000)
/* The same where no RTP comes in: there is nothing to ask for. */
#define DEAF_TICK_US (100 * 1000)
/* Reads of one wake-up: a keyframe of 2 Mbps at once. */
#define READS_MAX 4

typedef struct {
  OfferLine offer;
  AnswerLine answer;
  guint8 payload_type;
  guint64 index; /* of the next packet: roll-over counter and sequence number (RFC 3711 3.3.1) */
  guint32 packets;
  guint32 octets;
  LineSending told;
} SendLine;

/* The socket with its destination. It outlives the peer: the handshake's close_notify comes last.
 */
typedef struct {
  UdpSocket *socket; /* NULL: by TCP */
  TcpLine *tcp;      /* NULL: by UDP */
  NetAddress remote;
  gboolean has_remote;
  RtcPeer *peer; /* NULL: gone */
} Path;

struct _RtcPeer {
  RtcPeerConfig config;
  RtcPeerEvents events;
  gpointer user_data;
  RtcPeerState state;

  Path *path; /* the handshake's, once that is there */
  MediaWatch watch;
  IceClient *ice;
  gint64 ice_due_us;
  Handshake *handshake;
  char *peer_fingerprint;
  gboolean peer_is_active;
  SrtpOpener *opener; /* NULL: no keys yet */
  RtcpSealer *rtcp_sealer;
  Sealer *sealer; /* NULL: it sends no RTP */

  char *cname;
  SendLine *lines;
  guint n_lines;
  GBytes *sent[PEER_RESEND_PACKETS]; /* sealed, by sequence number of the video lines */
  PeerReceiver *receiver;
  guint64 tx_packets, tx_bytes, resent;
  guint16 transport_seq; /* of the next packet */
};

static void
set_state (RtcPeer *peer, RtcPeerState state)
{
  if (peer->state >= state)
    return;
  peer->state = state;
  peer->events.on_state (peer->user_data, state);
}

static void
path_send (const Path *path, const NetAddress *to, const guint8 *data, gsize size)
{
  if (path->tcp)
    tcp_line_send (path->tcp, data, (guint16) size);
  else
    sendto (udp_socket_get_fd (path->socket, 0), data, size, MSG_DONTWAIT, &to->any,
            net_address_get_len (to));
}

static void
path_free (gpointer data)
{
  Path *path = data;

  udp_socket_free (path->socket);
  tcp_line_free (path->tcp);
  g_free (path);
}

static void
send_raw (RtcPeer *peer, const guint8 *data, gsize size)
{
  if (peer->path->has_remote)
    path_send (peer->path, &peer->path->remote, data, size);
}

/* --- DTLS --- */

static void
on_handshake_send (gpointer user_data, const guint8 *data, gsize len)
{
  const Path *path = user_data;

  path_send (path, &path->remote, data, len);
}

static gboolean
sends_rtp (const RtcPeer *peer)
{
  for (guint i = 0; i < peer->n_lines; i++)
    if (peer->lines[i].offer.ssrc != 0 && peer->lines[i].answer.accepted)
      return TRUE;
  return FALSE;
}

static gboolean
take_keys (RtcPeer *peer, const SrtpKeys *keys, GError **error)
{
  peer->rtcp_sealer = rtcp_sealer_new (keys, error);
  if (!peer->rtcp_sealer)
    return FALSE;
  if (sends_rtp (peer) && !(peer->sealer = sealer_new (keys, NULL, error)))
    return FALSE;
  peer->opener = srtp_opener_new (keys, error);
  return peer->opener != NULL;
}

static void
on_handshake_keys (gpointer user_data, const SrtpKeys *keys)
{
  RtcPeer *peer = ((Path *) user_data)->peer;
  g_autoptr (GError) error = NULL;

  gboolean is_keyed = take_keys (peer, keys, &error);
  if (!is_keyed)
    g_warning ("virtual room: SRTP: %s", error->message);
  set_state (peer, is_keyed ? RTC_PEER_CONNECTED : RTC_PEER_FAILED);
}

static void
on_handshake_closed (gpointer user_data, const char *reason)
{
  RtcPeer *peer = ((Path *) user_data)->peer;

  g_debug ("virtual room: DTLS: %s", reason);
  set_state (peer, RTC_PEER_FAILED);
}

static void
start_handshake (RtcPeer *peer)
{
  g_autoptr (GError) error = NULL;
  HandshakeConfig config = {
    .role = peer->peer_is_active ? DTLS_ROLE_SERVER : DTLS_ROLE_CLIENT,
    .remote_fingerprint = peer->peer_fingerprint,
    .owner = media_loop_get_context (peer->config.loop),
    .events = { on_handshake_send, on_handshake_keys, on_handshake_closed },
    .user_data = peer->path,
    .destroy = path_free,
  };

  peer->path->remote = *ice_client_get_remote (peer->ice);
  peer->path->has_remote = TRUE;
  peer->handshake = handshaker_start (peer->config.handshaker, &config, &error);
  if (peer->handshake)
    return;
  g_warning ("virtual room: DTLS: %s", error->message);
  set_state (peer, RTC_PEER_FAILED);
}

/* --- receiving --- */

static void
on_ice_send (gpointer user_data, const NetAddress *to, const guint8 *data, gsize len)
{
  path_send (((RtcPeer *) user_data)->path, to, data, len);
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
  peer->resent++;
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
  if (line)
    peer->events.on_keyframe_wanted (peer->user_data, (guint) (line - peer->lines));
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
  for (guint i = 0; line && !peer->config.is_raw && i < nack.count; i++)
    resend (peer, line, nack.seqs[i]);
}

static guint
clock_rate (const SendLine *line)
{
  return line->offer.role == LINE_MIC ? 48000 : 90000;
}

static void
on_report_blocks (RtcPeer *peer, const RtcpPacket *packet, gint64 now_us)
{
  RtcpReportBlock block;

  for (guint i = 0; rtcp_read_report_block (packet, i, &block); i++) {
    SendLine *line = line_of_ssrc (peer, block.ssrc);
    if (!line)
      continue;
    line->told.reports++;
    line->told.report_us = now_us;
    line->told.highest_seq = block.highest_seq;
    line->told.lost = block.cumulative_lost;
    line->told.jitter_us = (gint64) block.jitter * G_USEC_PER_SEC / clock_rate (line);
    line->told.rtt_us = rtcp_round_trip_us (&block, now_us);
  }
}

static void
on_rtcp (RtcPeer *peer, guint8 *data, gsize size, gint64 now_us)
{
  RtcpIter iter;
  RtcpPacket packet;
  RtcpSenderInfo info;

  if (srtp_opener_open_rtcp (peer->opener, data, &size) != SRTP_OK)
    return;
  rtcp_iter_init (&iter, data, size);
  while (rtcp_iter_next (&iter, &packet)) {
    if (rtcp_read_sender_info (&packet, &info))
      peer_receiver_on_sender_report (peer->receiver, &info, now_us);
    on_report_blocks (peer, &packet, now_us);
    on_feedback (peer, &packet);
  }
}

static void
on_stun (RtcPeer *peer, const UdpDatagram *datagram, gint64 now_us)
{
  const IceClientFigures *figures = ice_client_get_figures (peer->ice);
  guint64 answers = figures->answers;
  gboolean is_news = ice_client_receive (peer->ice, datagram->data, datagram->len,
                                         &datagram->path->remote, now_us);

  if (figures->answers > answers && peer->config.stun)
    histogram_add (peer->config.stun, figures->rtt_us);
  if (!is_news)
    return;
  peer->ice_due_us = 0;
  if (!peer->handshake)
    start_handshake (peer);
}

static void
on_datagram (RtcPeer *peer, const UdpDatagram *datagram, gint64 now_us)
{
  switch (datagram_kind (datagram->data, datagram->len)) {
  case DATAGRAM_STUN:
    on_stun (peer, datagram, now_us);
    break;
  case DATAGRAM_DTLS:
    if (peer->handshake)
      handshake_feed (peer->handshake, datagram->data, datagram->len);
    break;
  case DATAGRAM_RTP:
    if (peer->opener)
      peer_receiver_on_rtp (peer->receiver, peer->opener, datagram->data, datagram->len, now_us);
    break;
  case DATAGRAM_RTCP:
    if (peer->opener)
      on_rtcp (peer, datagram->data, datagram->len, now_us);
    break;
  case DATAGRAM_OTHER:
    break;
  }
}

static void
on_readable (gpointer user_data, gint64 now_us)
{
  RtcPeer *peer = user_data;
  UdpReceiver *receiver = media_loop_get_receiver (peer->config.loop);
  const UdpDatagram *datagrams;
  guint n = MEDIA_LOOP_READ_MAX;

  for (guint read = 0; read < READS_MAX && n >= MEDIA_LOOP_READ_MAX; read++) {
    guint buffer = G_MAXUINT;
    gint64 arrival_us = now_us;
    n = udp_receiver_receive (receiver, peer->path->socket, 0, &datagrams);
    for (guint i = 0; i < n; i++) {
      if (datagrams[i].buffer != buffer) {
        buffer = datagrams[i].buffer;
        gint64 kernel_us = udp_receiver_get_arrival_us (receiver, buffer);
        arrival_us = kernel_us > 0 ? kernel_us : now_us;
      }
      on_datagram (peer, &datagrams[i], arrival_us);
    }
  }
}

static void
on_tcp_packet (gpointer user_data, const UdpDatagram *datagram)
{
  on_datagram (user_data, datagram, g_get_monotonic_time ());
}

static void
on_tcp_readable (gpointer user_data, gint64 now_us)
{
  RtcPeer *peer = user_data;

  tcp_line_flush (peer->path->tcp);
  if (!tcp_line_receive (peer->path->tcp, on_tcp_packet, peer))
    set_state (peer, RTC_PEER_FAILED);
}

/* --- sending --- */

/* One-byte header extensions (RFC 8285 4.2): mid, the level for sound, the number of the packet
 * among all of the peer. */
static gsize
write_extensions (RtcPeer *peer, guint mid, int level, guint8 *out)
{
  const SendLine *line = &peer->lines[mid];
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
  if (line->answer.transport_seq_extension) {
    out[size++] = (guint8) (line->answer.transport_seq_extension << 4 | 1);
    out[size++] = (guint8) (peer->transport_seq >> 8);
    out[size++] = (guint8) peer->transport_seq++;
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
write_header (RtcPeer *peer, guint index, const RtcPeerPacket *packet, guint8 *out)
{
  SendLine *line = &peer->lines[index];
  gsize extensions = write_extensions (peer, index, packet->level, out + 12);
  out[0] = extensions ? 0x90 : 0x80;
  out[1] = (guint8) (line->payload_type | (packet->marker ? 0x80 : 0));
  out[2] = (guint8) (line->index >> 8);
  out[3] = (guint8) line->index;
  for (int i = 0; i < 4; i++) {
    out[4 + i] = (guint8) (packet->rtp_ts >> (24 - 8 * i));
    out[8 + i] = (guint8) (line->offer.ssrc >> (24 - 8 * i));
  }
  return 12 + extensions;
}

static void
keep_for_resend (RtcPeer *peer, guint16 seq, const guint8 *data, gsize size)
{
  GBytes **kept = &peer->sent[seq % PEER_RESEND_PACKETS];

  g_clear_pointer (kept, g_bytes_unref);
  *kept = g_bytes_new (data, size);
}

void
rtc_peer_send (RtcPeer *peer, guint index, const RtcPeerPacket *packet)
{
  g_return_if_fail (index < peer->n_lines);
  SendLine *line = &peer->lines[index];
  guint8 out[PEER_RTP_MAX + SRTP_TAG_BYTES_MAX];
  if (peer->state != RTC_PEER_CONNECTED || !peer->sealer || !line->answer.accepted ||
      packet->size > PEER_RTP_MAX - 64)
    return;
  gsize size = write_header (peer, index, packet, out);
  guint64 packet_index = line->index++;
  line->packets++;
  line->octets += (guint32) packet->size;
  size = sealer_seal (peer->sealer, out, size, packet->payload, packet->size, packet_index);
  if (size == 0)
    return;
  if (line->offer.role == LINE_CAMERA)
    keep_for_resend (peer, (guint16) packet_index, out, size);
  send_raw (peer, out, size);
  peer->tx_packets++;
  peer->tx_bytes += size;
  line->told.packets++;
  line->told.bytes += size;
}

static void
send_rtcp (RtcPeer *peer, guint8 *packet, gsize size)
{
  if (rtcp_sealer_seal (peer->rtcp_sealer, packet, &size))
    send_raw (peer, packet, size);
}

void
rtc_peer_send_report (RtcPeer *peer, guint index, guint64 ntp, guint32 rtp_ts)
{
  g_return_if_fail (index < peer->n_lines);
  const SendLine *line = &peer->lines[index];
  guint8 packet[256];
  RtcpWriter writer;
  if (peer->state != RTC_PEER_CONNECTED || line->offer.ssrc == 0 || !line->answer.accepted)
    return;
  RtcpSenderInfo info = { line->offer.ssrc, ntp, rtp_ts, line->packets, line->octets };
  rtcp_writer_init (&writer, packet, sizeof packet - SRTCP_TRAILER_BYTES_MAX);
  rtcp_write_sr (&writer, &info, NULL, 0);
  rtcp_write_sdes_cname (&writer, line->offer.ssrc, peer->cname);
  send_rtcp (peer, packet, writer.size);
}

static gint64
on_tick (gpointer user_data, gint64 now_us)
{
  RtcPeer *peer = user_data;
  guint8 packet[PEER_RECEIVER_RTCP_MAX + SRTCP_TRAILER_BYTES_MAX];

  if (peer->path->tcp)
    tcp_line_flush (peer->path->tcp);
  if (now_us >= peer->ice_due_us)
    peer->ice_due_us = ice_client_tick (peer->ice, now_us);
  if (ice_client_get_state (peer->ice) == ICE_CLIENT_FAILED)
    set_state (peer, RTC_PEER_FAILED);
  if (peer->state == RTC_PEER_CONNECTED) {
    gsize size = peer_receiver_write_rtcp (peer->receiver, now_us, packet);
    if (size > 0)
      send_rtcp (peer, packet, size);
    while ((size = peer_receiver_write_feedback (peer->receiver, now_us, packet)) > 0)
      send_rtcp (peer, packet, size);
  }
  gboolean is_idle = peer->config.deaf && peer->state == RTC_PEER_CONNECTED;
  return now_us + (is_idle ? DEAF_TICK_US : TICK_US);
}

/* --- life --- */

/* Those of the family that the socket will have, in the answer's order. */
static guint
take_candidates (const RtcPeerConfig *config, const Answer *answer, NetAddress *out)
{
  NetAddress local, found;
  sa_family_t family = AF_UNSPEC;
  guint n = 0;

  if (config->local_address && net_address_parse (config->local_address, 0, &local))
    family = local.any.sa_family;
  for (guint i = 0; i < answer->candidates->len && n < ICE_CLIENT_CANDIDATES_MAX; i++) {
    const AnswerCandidate *candidate = &g_array_index (answer->candidates, AnswerCandidate, i);
    if (!net_address_parse (candidate->address,
                            config->port ? config->port : (guint16) candidate->port, &found))
      continue;
    if (family == AF_UNSPEC)
      family = found.any.sa_family;
    if (found.any.sa_family == family)
      out[n++] = found;
  }
  return n;
}

/* A filter in the kernel (classic BPF; offset 0 of a UDP socket's data is the UDP header) that
 * lets pass all but RTP: its second byte less the marker is no RTCP type (RFC 5761 4). */
static gboolean
deafen (int fd)
{
  enum { HEADER = 8, PASS = 0x40000, DROP = 0 };
  struct sock_filter code[] = {
    BPF_STMT (BPF_LD | BPF_B | BPF_ABS, HEADER),
    BPF_JUMP (BPF_JMP | BPF_JGE | BPF_K, 128, 0, 3), /* below: STUN, DTLS */
    BPF_STMT (BPF_LD | BPF_B | BPF_ABS, HEADER + 1),
    BPF_JUMP (BPF_JMP | BPF_JGE | BPF_K, 224, 2, 0),
    BPF_JUMP (BPF_JMP | BPF_JGE | BPF_K, 192, 0, 1),
    BPF_STMT (BPF_RET | BPF_K, PASS),
    BPF_STMT (BPF_RET | BPF_K, DROP),
  };
  struct sock_fprog program = { G_N_ELEMENTS (code), code };

  return setsockopt (fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0;
}

/* Datagrams that came to the socket and were thrown away: by the filter, or for want of room. */
static guint64
count_drops (int fd)
{
  guint32 figures[SK_MEMINFO_VARS] = { 0 };
  socklen_t size = sizeof figures;

  return getsockopt (fd, SOL_SOCKET, SO_MEMINFO, figures, &size) == 0 ? figures[SK_MEMINFO_DROPS]
                                                                      : 0;
}

static gboolean
open_connection (RtcPeer *peer, const NetAddress *remote, GError **error)
{
  peer->path = g_new0 (Path, 1);
  peer->path->peer = peer;
  peer->path->tcp = tcp_line_new (remote, peer->config.local_address, error);
  if (!peer->path->tcp)
    return FALSE;
  peer->watch = (MediaWatch){ .on_readable = on_tcp_readable,
                              .user_data = peer,
                              .fd = tcp_line_get_fd (peer->path->tcp) };
  media_loop_add_watch (peer->config.loop, &peer->watch);
  return TRUE;
}

static gboolean
open_socket (RtcPeer *peer, sa_family_t family, GError **error)
{
  const char *any = family == AF_INET6 ? "::" : "0.0.0.0";
  const char *addresses[] = { peer->config.local_address ? peer->config.local_address : any, NULL };
  UdpSocketConfig config = { .addresses = addresses,
                             .no_gro = !peer->config.gro,
                             .timestamps = peer->config.latency != NULL };

  peer->path = g_new0 (Path, 1);
  peer->path->peer = peer;
  peer->path->socket = udp_socket_new (&config, error);
  if (!peer->path->socket)
    return FALSE;
  if (peer->config.deaf && !deafen (udp_socket_get_fd (peer->path->socket, 0)))
    g_warning ("virtual room: this machine cannot filter what comes: %s", g_strerror (errno));
  peer->watch = (MediaWatch){ .on_readable = on_readable,
                              .user_data = peer,
                              .fd = udp_socket_get_fd (peer->path->socket, 0),
                              .is_quiet = peer->config.deaf };
  media_loop_add_watch (peer->config.loop, &peer->watch);
  return TRUE;
}

static gboolean
start_ice (RtcPeer *peer, const Offer *offer, const Answer *answer, GError **error)
{
  NetAddress candidates[ICE_CLIENT_CANDIDATES_MAX];
  guint n = take_candidates (&peer->config, answer, candidates);

  if (n == 0) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                         "the answer has no candidate that can be used");
    return FALSE;
  }
  if (peer->config.tcp ? !open_connection (peer, &candidates[0], error)
                       : !open_socket (peer, candidates[0].any.sa_family, error))
    return FALSE;
  IceClientConfig config = { .ufrag = offer->ufrag,
                             .pwd = offer->pwd,
                             .remote_ufrag = answer->ufrag,
                             .remote_pwd = answer->pwd,
                             .candidates = candidates,
                             .n_candidates = peer->config.tcp ? 1 : n,
                             .send = on_ice_send,
                             .user_data = peer,
                             .check_us = peer->config.check_us };
  peer->ice = ice_client_new (&config, g_get_monotonic_time ());
  media_loop_add_ticker (peer->config.loop, on_tick, peer);
  return TRUE;
}

static void
make_lines (RtcPeer *peer, const Offer *offer, const Answer *answer)
{
  guint8 camera = offer->codec == CODEC_H264 ? DESCRIPTION_H264_PT : DESCRIPTION_VP8_PT;
  PeerReceiverConfig config = { .lines = (const AnswerLine *) answer->lines->data,
                                .n_lines = answer->lines->len,
                                .decrypt_all = peer->config.decrypt_all,
                                .loss_permille = peer->config.loss_permille,
                                .is_raw = peer->config.is_raw,
                                .latency = peer->config.latency,
                                .on_key = peer->events.on_key,
                                .user_data = peer->user_data };

  peer->n_lines = offer->n_lines;
  peer->lines = g_new0 (SendLine, offer->n_lines);
  for (guint i = 0; i < offer->n_lines; i++) {
    peer->lines[i].offer = offer->lines[i];
    peer->lines[i].answer = g_array_index (answer->lines, AnswerLine, i);
    peer->lines[i].payload_type = offer->lines[i].role == LINE_MIC ? DESCRIPTION_OPUS_PT : camera;
    peer->lines[i].index = (guint64) g_random_int_range (0, 0x8000);
  }
  peer->receiver = peer_receiver_new (&config);
}

RtcPeer *
rtc_peer_new (const RtcPeerConfig *config, const Offer *offer, const Answer *answer,
              const RtcPeerEvents *events, gpointer user_data, GError **error)
{
  if (answer->lines->len != offer->n_lines) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "the answer has %u lines, not %u",
                 answer->lines->len, offer->n_lines);
    return NULL;
  }
  g_autoptr (RtcPeer) peer = g_new0 (RtcPeer, 1);
  peer->config = *config;
  peer->events = *events;
  peer->user_data = user_data;
  peer->cname = g_strdup (offer->cname);
  peer->peer_is_active = answer->peer_is_active;
  peer->peer_fingerprint = g_strdup (answer->fingerprint);
  make_lines (peer, offer, answer);
  return start_ice (peer, offer, answer, error) ? g_steal_pointer (&peer) : NULL;
}

void
rtc_peer_free (RtcPeer *peer)
{
  if (peer->ice)
    media_loop_remove_ticker (peer->config.loop, peer);
  if (peer->watch.on_readable)
    media_loop_remove_watch (peer->config.loop, &peer->watch);
  if (peer->handshake)
    handshake_close (peer->handshake); /* frees the path when it has said goodbye */
  else if (peer->path)
    path_free (peer->path);
  ice_client_free (peer->ice);
  srtp_opener_free (peer->opener);
  rtcp_sealer_free (peer->rtcp_sealer);
  sealer_free (peer->sealer);
  peer_receiver_free (peer->receiver);
  for (guint i = 0; i < PEER_RESEND_PACKETS; i++)
    g_clear_pointer (&peer->sent[i], g_bytes_unref);
  g_free (peer->peer_fingerprint);
  g_free (peer->cname);
  g_free (peer->lines);
  g_free (peer);
}

void
rtc_peer_pause_line (RtcPeer *peer, guint line)
{
  peer_receiver_pause (peer->receiver, line);
}

RtcPeerState
rtc_peer_get_state (const RtcPeer *peer)
{
  return peer->state;
}

static guint64
get_unheard (const RtcPeer *peer)
{
  return peer->config.deaf && peer->path->socket
             ? count_drops (udp_socket_get_fd (peer->path->socket, 0))
             : 0;
}

RtcPeerFigures
rtc_peer_get_figures (const RtcPeer *peer)
{
  return (RtcPeerFigures){ .tx_packets = peer->tx_packets,
                           .tx_bytes = peer->tx_bytes,
                           .resent = peer->resent,
                           .checks = ice_client_get_figures (peer->ice)->checks,
                           .answers = ice_client_get_figures (peer->ice)->answers,
                           .rtt_us = ice_client_get_figures (peer->ice)->rtt_us,
                           .failed = peer->state == RTC_PEER_FAILED,
                           .unheard = get_unheard (peer),
                           .rx = peer_receiver_get_figures (peer->receiver) };
}

const NetAddress *
rtc_peer_get_remote (const RtcPeer *peer)
{
  return ice_client_get_remote (peer->ice);
}

gboolean
rtc_peer_get_sending (const RtcPeer *peer, guint line, LineSending *ret_sending)
{
  if (line >= peer->n_lines || peer->lines[line].offer.ssrc == 0)
    return FALSE;
  *ret_sending = peer->lines[line].told;
  return TRUE;
}

gboolean
rtc_peer_get_reception (const RtcPeer *peer, guint line, LineReception *ret_reception)
{
  return peer_receiver_get_line (peer->receiver, line, ret_reception);
}

void
rtc_peer_figures_add (RtcPeerFigures *sum, const RtcPeerFigures *one)
{
  sum->tx_packets += one->tx_packets;
  sum->tx_bytes += one->tx_bytes;
  sum->resent += one->resent;
  sum->checks += one->checks;
  sum->answers += one->answers;
  sum->failed += one->failed;
  sum->unheard += one->unheard;
  sum->rtt_us = one->rtt_us;
  sum->rx.packets += one->rx.packets;
  sum->rx.bytes += one->rx.bytes;
  sum->rx.lost += one->rx.lost;
  sum->rx.audio_packets += one->rx.audio_packets;
  sum->rx.audio_bytes += one->rx.audio_bytes;
  sum->rx.audio_lost += one->rx.audio_lost;
  sum->rx.recovered += one->rx.recovered;
  sum->rx.refused += one->rx.refused;
  sum->rx.thrown += one->rx.thrown;
  sum->rx.pictures += one->rx.pictures;
  sum->rx.given_up += one->rx.given_up;
  sum->rx.nacks += one->rx.nacks;
  sum->rx.plis += one->rx.plis;
  sum->rx.feedback += one->rx.feedback;
  sum->rx.freezes += one->rx.freezes;
  sum->rx.frozen_us += one->rx.frozen_us;
  sum->rx.longest_us = MAX (sum->rx.longest_us, one->rx.longest_us);
}

void
rtc_peer_reset_worst (RtcPeer *peer)
{
  peer_receiver_reset_worst (peer->receiver);
}
