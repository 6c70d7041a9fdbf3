#include "pipelines/client/peer_receiver.h"

#include "pipelines/client/reception.h"
#include "pipelines/rtp/bytes.h"
#include "pipelines/rtp/extension.h"
#include "pipelines/rtp/rtx.h"
#include "pipelines/rtp/twcc.h"

#define REPORT_US G_USEC_PER_SEC
/* As Chromium gives it to a line of more than 200 kbps. */
#define FEEDBACK_US (100 * 1000)
#define RTP_FIXED 12
/* Report blocks of one RR (RFC 3550 6.4.2). */
#define BLOCKS_MAX 31

typedef struct {
  guint32 ssrc;
  guint line;
  gboolean is_rtx;
  guint original;      /* of RTX: index of the stream that it repairs */
  guint8 payload_type; /* of the last packet */
  gboolean wants_key;
  Reception *reception; /* NULL for RTX */
  guint reports;        /* of its sender, and what the last one told */
  guint32 told_packets;
  guint64 packets_at_report;
  gint64 report_us;
} Stream;

struct _PeerReceiver {
  PeerReceiverConfig config;
  AnswerLine lines[DESCRIPTION_MAX_LINES];
  Stream streams[PEER_RECEIVER_SSRCS_MAX];
  guint n_streams;
  guint last;   /* index of the stream of the packet before */
  guint32 ssrc; /* ours, of reports */
  guint32 random;
  gint64 report_us; /* when the next is due */
  ExtensionMap extensions;
  TwccReceiver *twcc; /* NULL: not agreed */
  gint64 feedback_us; /* when the next is due */
  guint64 refused, thrown, recovered, nacks, plis, feedback;
};

static Stream *
add_stream (PeerReceiver *self, guint32 ssrc, guint line, gboolean is_video)
{
  Stream *stream = &self->streams[self->n_streams++];

  *stream = (Stream){ .ssrc = ssrc, .line = line };
  stream->reception = g_new (Reception, 1);
  reception_init (stream->reception, ssrc, is_video);
  return stream;
}

static void
add_line (PeerReceiver *self, guint line)
{
  const AnswerLine *answer = &self->lines[line];
  guint n = answer->rtx_ssrc != 0 ? 2 : 1;

  if (!answer->accepted || answer->ssrc == 0 || self->n_streams + n > PEER_RECEIVER_SSRCS_MAX)
    return;
  add_stream (self, answer->ssrc, line, answer->rtx_ssrc != 0);
  if (answer->rtx_ssrc == 0)
    return;
  self->streams[self->n_streams] = (Stream){
    .ssrc = answer->rtx_ssrc, .line = line, .is_rtx = TRUE, .original = self->n_streams - 1
  };
  self->n_streams++;
}

/* One number for all lines of a bundle: any of them tells its id. */
static void
begin_feedback (PeerReceiver *self)
{
  for (guint i = 0; i < self->config.n_lines && !self->twcc; i++) {
    const AnswerLine *line = &self->lines[i];
    if (line->accepted && line->ssrc != 0 && line->transport_seq_extension != 0 &&
        extension_map_set (&self->extensions, EXTENSION_TRANSPORT_SEQ,
                           (guint) line->transport_seq_extension))
      self->twcc = g_new0 (TwccReceiver, 1);
  }
}

PeerReceiver *
peer_receiver_new (const PeerReceiverConfig *config)
{
  PeerReceiver *self = g_new0 (PeerReceiver, 1);

  self->config = *config;
  self->config.n_lines = MIN (config->n_lines, DESCRIPTION_MAX_LINES);
  for (guint i = 0; i < self->config.n_lines; i++)
    self->lines[i] = config->lines[i];
  self->config.lines = self->lines;
  self->ssrc = g_random_int () | 1;
  self->random = g_random_int () | 1;
  for (guint i = 0; i < self->config.n_lines; i++)
    add_line (self, i);
  begin_feedback (self);
  return self;
}

void
peer_receiver_free (PeerReceiver *self)
{
  if (!self)
    return;
  for (guint i = 0; i < self->n_streams; i++)
    g_free (self->streams[i].reception);
  g_free (self->twcc);
  g_free (self);
}

static Stream *
find_stream (PeerReceiver *self, guint32 ssrc)
{
  if (self->last < self->n_streams && self->streams[self->last].ssrc == ssrc)
    return &self->streams[self->last];
  for (guint i = 0; i < self->n_streams; i++) {
    if (self->streams[i].ssrc != ssrc)
      continue;
    self->last = i;
    return &self->streams[i];
  }
  return NULL;
}

static gboolean
is_thrown (PeerReceiver *self)
{
  if (self->config.loss_permille == 0)
    return FALSE;
  self->random = self->random * 1664525u + 1013904223u;
  return (self->random >> 8) % 1000 < self->config.loss_permille;
}

static void
take_payload (PeerReceiver *self, Stream *stream, const RtpPacket *packet, guint64 seq,
              gint64 arrival_us)
{
  const guint8 *payload = rtp_packet_payload (packet);
  gboolean is_rtx;
  Mark mark;

  if (arrival_us > 0 && self->config.latency && mark_read (&mark, payload, packet->payload_size) &&
      mark.is_same_clock)
    histogram_add (self->config.latency, arrival_us - mark.sent_us);
  if (stream->reception->is_video)
    reception_on_payload (stream->reception, seq, packet->timestamp,
                          description_codec (packet->payload_type, &is_rtx), payload,
                          packet->payload_size);
}

static void
settle (PeerReceiver *self, Stream *stream, gint64 now_us)
{
  ReceptionNews news;

  reception_settle (stream->reception, now_us, &news);
  stream->wants_key |= news.wants_key;
  if (!news.key_stood)
    return;
  KeyNews key = { stream->line, stream->reception->room, news.room_changed, now_us, news.gap_us };
  self->config.on_key (self->config.user_data, &key);
}

static void
on_rtx (PeerReceiver *self, const Stream *rtx, SrtpOpener *opener, guint8 *data, gsize size,
        gint64 now_us)
{
  Stream *stream = &self->streams[rtx->original];
  RtpPacket packet;
  guint64 seq;

  if (srtp_opener_open_rtp (opener, data, &size) != SRTP_OK) {
    self->refused++;
    return;
  }
  if (!rtx_unwrap_in_place (data, size, stream->ssrc, stream->payload_type, &packet))
    return; /* padding only: a probe */
  gboolean wants_payload = reception_on_recovered (stream->reception, packet.seq, packet.timestamp,
                                                   packet.marker, now_us, &seq);
  self->recovered += nack_list_on_packet (&stream->reception->nack, seq, now_us) == NACK_RECOVERED;
  if (wants_payload)
    take_payload (self, stream, &packet, seq, 0);
  settle (self, stream, now_us);
}

/* Its header is in clear. */
static void
note_arrival (PeerReceiver *self, const guint8 *data, gsize size, gint64 arrival_us)
{
  ExtensionValues values;
  RtpPacket packet;

  if (!rtp_packet_parse (&packet, data, size))
    return;
  extension_values_read (&values, &self->extensions, &packet);
  if (values.has_transport_seq)
    twcc_receiver_on_packet (self->twcc, values.transport_seq, arrival_us);
}

void
peer_receiver_on_rtp (PeerReceiver *self, SrtpOpener *opener, guint8 *data, gsize size,
                      gint64 arrival_us)
{
  Stream *stream = size >= RTP_FIXED ? find_stream (self, bytes_get_u32 (data + 8)) : NULL;
  RtpPacket packet;
  guint64 seq;

  if (!stream || is_thrown (self)) {
    self->thrown += stream != NULL;
    return;
  }
  if (self->twcc)
    note_arrival (self, data, size, arrival_us);
  if (stream->is_rtx) {
    on_rtx (self, stream, opener, data, size, arrival_us);
    return;
  }
  stream->payload_type = data[1] & 0x7f;
  gboolean wants_payload = reception_on_packet (stream->reception, data, size, arrival_us, &seq);
  if (wants_payload || self->config.decrypt_all) {
    if (srtp_opener_open_rtp (opener, data, &size) != SRTP_OK ||
        !rtp_packet_parse (&packet, data, size))
      self->refused++;
    else
      take_payload (self, stream, &packet, seq, arrival_us);
  }
  if (!stream->reception->is_video)
    return;
  nack_list_on_packet (&stream->reception->nack, seq, arrival_us);
  settle (self, stream, arrival_us);
}

void
peer_receiver_on_sender_report (PeerReceiver *self, const RtcpSenderInfo *info, gint64 now_us)
{
  Stream *stream = find_stream (self, info->ssrc);

  if (!stream || !stream->reception)
    return;
  receive_stats_on_sender_report (&stream->reception->stats, info->ntp, now_us);
  stream->reports++;
  stream->told_packets = info->packets;
  stream->packets_at_report = stream->reception->packets;
  stream->report_us = now_us;
}

/* --- RTCP --- */

static void
write_report (PeerReceiver *self, RtcpWriter *writer, gint64 now_us)
{
  RtcpReportBlock blocks[BLOCKS_MAX];
  guint n = 0;

  for (guint i = 0; i < self->n_streams && n < BLOCKS_MAX; i++)
    if (self->streams[i].reception &&
        receive_stats_make_block (&self->streams[i].reception->stats, now_us, &blocks[n]))
      n++;
  rtcp_write_rr (writer, self->ssrc, blocks, n);
  rtcp_write_sdes_cname (writer, self->ssrc, "room");
}

static void
write_requests (PeerReceiver *self, Stream *stream, RtcpWriter *writer, gint64 now_us)
{
  guint16 seqs[64];
  guint given_up = 0;
  NackList *nack = &stream->reception->nack;
  guint n = nack_list_next_due_us (nack) <= now_us
                ? nack_list_collect (nack, now_us, 0, seqs, G_N_ELEMENTS (seqs), &given_up)
                : 0;

  if (n > 0 && rtcp_write_nack (writer, self->ssrc, stream->ssrc, seqs, n))
    self->nacks += n;
  if (stream->wants_key && rtcp_write_pli (writer, self->ssrc, stream->ssrc)) {
    self->plis++;
    stream->wants_key = FALSE;
  }
}

static gboolean
has_requests (const PeerReceiver *self, const Stream *stream, gint64 now_us)
{
  return stream->reception && stream->reception->is_video && !self->config.is_raw &&
         (stream->wants_key || nack_list_next_due_us (&stream->reception->nack) <= now_us);
}

gsize
peer_receiver_write_rtcp (PeerReceiver *self, gint64 now_us, guint8 *out)
{
  gboolean is_due = now_us >= self->report_us && !self->config.is_raw;
  RtcpWriter writer;

  for (guint i = 0; i < self->n_streams && !is_due; i++)
    is_due = has_requests (self, &self->streams[i], now_us);
  if (!is_due || self->n_streams == 0)
    return 0;
  rtcp_writer_init (&writer, out, PEER_RECEIVER_RTCP_MAX);
  if (now_us >= self->report_us) {
    write_report (self, &writer, now_us);
    self->report_us = now_us + REPORT_US * 9 / 10 + g_random_int_range (0, REPORT_US / 5);
  } else {
    rtcp_write_rr (&writer, self->ssrc, NULL, 0);
  }
  for (guint i = 0; i < self->n_streams; i++)
    if (has_requests (self, &self->streams[i], now_us))
      write_requests (self, &self->streams[i], &writer, now_us);
  return writer.size;
}

gsize
peer_receiver_write_feedback (PeerReceiver *self, gint64 now_us, guint8 *out)
{
  RtcpWriter writer;

  if (self->feedback_us == 0)
    self->feedback_us = now_us + g_random_int_range (0, FEEDBACK_US);
  if (!self->twcc || now_us < self->feedback_us)
    return 0;
  rtcp_writer_init (&writer, out, PEER_RECEIVER_RTCP_MAX);
  if (twcc_receiver_pending (self->twcc) &&
      twcc_receiver_build (self->twcc, &writer, self->ssrc, self->streams[0].ssrc)) {
    self->feedback++;
    return writer.size;
  }
  self->feedback_us = MAX (self->feedback_us, now_us - FEEDBACK_US) + FEEDBACK_US;
  return 0;
}

void
peer_receiver_pause (PeerReceiver *self, guint line)
{
  for (guint i = 0; i < self->n_streams; i++)
    if (self->streams[i].line == line && self->streams[i].reception)
      reception_pause (self->streams[i].reception);
}

PeerReceiverFigures
peer_receiver_get_figures (const PeerReceiver *self)
{
  PeerReceiverFigures sum = { .refused = self->refused,
                              .thrown = self->thrown,
                              .recovered = self->recovered,
                              .nacks = self->nacks,
                              .plis = self->plis,
                              .feedback = self->feedback };

  for (guint i = 0; i < self->n_streams; i++) {
    const Reception *reception = self->streams[i].reception;
    if (!reception)
      continue;
    sum.packets += reception->packets;
    sum.bytes += reception->bytes;
    guint64 lost = receive_stats_lost (&reception->stats);
    sum.lost += lost;
    if (!reception->is_video) {
      sum.audio_packets += reception->packets;
      sum.audio_bytes += reception->bytes;
      sum.audio_lost += lost;
    }
    sum.pictures += reception->shown;
    sum.given_up += reception->given_up;
    sum.freezes += reception->freezes;
    sum.frozen_us += reception->frozen_us;
    sum.longest_us = MAX (sum.longest_us, reception->longest_us);
  }
  return sum;
}

gboolean
peer_receiver_get_line (const PeerReceiver *self, guint line, LineReception *ret_reception)
{
  for (guint i = 0; i < self->n_streams; i++) {
    const Stream *stream = &self->streams[i];
    if (stream->line != line || !stream->reception)
      continue;
    *ret_reception =
        (LineReception){ .packets = stream->reception->packets,
                         .bytes = stream->reception->bytes,
                         .lost = receive_stats_lost (&stream->reception->stats),
                         .jitter_us = receive_stats_jitter_us (&stream->reception->stats),
                         .reports = stream->reports,
                         .told_packets = stream->told_packets,
                         .packets_at_report = stream->packets_at_report,
                         .report_us = stream->report_us };
    return TRUE;
  }
  return FALSE;
}

void
peer_receiver_reset_worst (PeerReceiver *self)
{
  for (guint i = 0; i < self->n_streams; i++) {
    Reception *reception = self->streams[i].reception;
    if (!reception)
      continue;
    reception->freezes = 0;
    reception->frozen_us = 0;
    reception->longest_us = 0;
  }
}
