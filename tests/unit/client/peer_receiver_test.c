/* A receiver against libsrtp as the other end: only what it needs is decrypted, loss is asked for
 * and put back, reports come each second, by a clock of the test's. */
#include "pipelines/client/noise.h"
#include "pipelines/client/peer_receiver.h"
#include "pipelines/rtp/bytes.h"
#include "pipelines/rtp/rtcp.h"
#include "pipelines/rtp/twcc.h"
#include "pipelines/transport/srtp_session.h"

#include <string.h>

#define SSRC 1000u
#define RTX_SSRC 2000u
#define FRAME_US 40000
#define ROOM 55

typedef struct {
  SrtpSession *sender;
  SrtpOpener *own;
  PeerReceiver *receiver;
  Histogram latency;
  Noise noise;
  gint64 now_us;
  gboolean is_numbered; /* among all of the transport */
  guint16 seq, rtx_seq, transport_seq;
  guint32 rtp_ts;
  guint keys;
  KeyNews last;
} Fixture;

static void
on_key (gpointer user_data, const KeyNews *news)
{
  Fixture *f = user_data;
  f->keys++;
  f->last = *news;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  SrtpKeys keys = { .suite = SRTP_SUITE_AEAD_AES_128_GCM }, other = { keys.suite };
  AnswerLine lines[] = { { .accepted = FALSE },
                         { .accepted = TRUE, .ssrc = SSRC, .rtx_ssrc = RTX_SSRC } };

  f->is_numbered = g_strcmp0 (data, "numbered") == 0;
  lines[1].transport_seq_extension = f->is_numbered ? 3 : 0;
  PeerReceiverConfig config = { .lines = lines,
                                .n_lines = 2,
                                .decrypt_all = g_strcmp0 (data, "all") == 0,
                                .is_raw = g_strcmp0 (data, "raw") == 0,
                                .latency = &f->latency,
                                .on_key = on_key,
                                .user_data = f };
  NoiseFormat format = { CODEC_VP8, 1000, 25, ROOM };

  memset (keys.local, 1, sizeof keys.local);
  memset (keys.remote, 2, sizeof keys.remote);
  memcpy (other.local, keys.remote, sizeof other.local);
  memcpy (other.remote, keys.local, sizeof other.remote);
  f->own = srtp_opener_new (&keys, NULL);
  f->sender = srtp_session_new (&other, NULL);
  f->receiver = peer_receiver_new (&config);
  f->now_us = 10 * G_USEC_PER_SEC;
  f->seq = 65530;
  noise_init (&f->noise, &format, 9);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  peer_receiver_free (f->receiver);
  srtp_opener_free (f->own);
  srtp_session_free (f->sender);
}

typedef struct {
  guint8 payload_type;
  gboolean marker;
  guint16 seq;
  guint32 ssrc;
} Header;

static gsize
put_header (Fixture *f, const Header *header, guint8 *out)
{
  out[0] = 0x80;
  out[1] = header->payload_type | (header->marker ? 0x80 : 0);
  bytes_put_u16 (out + 2, header->seq);
  bytes_put_u32 (out + 4, f->rtp_ts);
  bytes_put_u32 (out + 8, header->ssrc);
  if (!f->is_numbered)
    return 12;
  out[0] |= 0x10;
  bytes_put_u32 (out + 12, 0xbede0001);
  out[16] = 3 << 4 | 1;
  bytes_put_u16 (out + 17, f->transport_seq++);
  return 20;
}

static void
deliver (Fixture *f, guint8 *packet, gsize size)
{
  g_assert_true (srtp_session_protect_rtp (f->sender, packet, &size));
  peer_receiver_on_rtp (f->receiver, f->own, packet, size, f->now_us + 500);
}

/* One frame; packet @lost (-1: none) is not delivered but returned in @ret_lost. */
static void
send_frame (Fixture *f, gboolean is_key, int lost, guint8 *ret_lost, gsize *ret_size)
{
  guint n = noise_begin_frame (&f->noise, is_key);

  for (guint i = 0; i < n; i++) {
    guint8 packet[1500] = { 0 };
    Header header = { DESCRIPTION_VP8_PT, i + 1 == n, f->seq++, SSRC };
    gsize size = put_header (f, &header, packet);
    size += noise_write (&f->noise, i, f->now_us, packet + size);
    if ((int) i == lost) {
      memcpy (ret_lost, packet, size);
      *ret_size = size;
    } else {
      deliver (f, packet, size);
    }
  }
  f->now_us += FRAME_US;
  f->rtp_ts += 3600;
}

/* @original as RTX (RFC 4588). */
static void
send_rtx (Fixture *f, const guint8 *original, gsize size)
{
  guint8 packet[1600] = { 0 };
  guint32 rtp_ts = f->rtp_ts;
  Header header = { DESCRIPTION_VP8_PT + 1, (original[1] & 0x80) != 0, f->rtx_seq++, RTX_SSRC };

  f->rtp_ts = bytes_get_u32 (original + 4);
  put_header (f, &header, packet);
  f->rtp_ts = rtp_ts;
  memcpy (packet + 12, original + 2, 2);
  memcpy (packet + 14, original + 12, size - 12);
  deliver (f, packet, size + 2);
}

static void
test_pictures_stand (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < 50; i++)
    send_frame (f, i % 25 == 0, -1, NULL, NULL);
  PeerReceiverFigures figures = peer_receiver_get_figures (f->receiver);
  g_assert_cmpuint (figures.pictures, ==, 50);
  g_assert_cmpuint (figures.refused, ==, 0);
  g_assert_cmpuint (figures.lost, ==, 0);
  g_assert_cmpuint (f->keys, ==, 2);
  g_assert_cmpuint (f->last.room, ==, ROOM);
  g_assert_cmpuint (f->last.line, ==, 1);
  g_assert_cmpint (f->last.gap_us, ==, FRAME_US);
  /* one look into each picture, unless all is decrypted */
  g_assert_cmpuint (f->latency.count, ==, data ? figures.packets : 50);
  g_assert_cmpint (f->latency.max_us, ==, 500);
}

static guint
count (const guint8 *rtcp, gsize size, RtcpType type, guint format)
{
  RtcpIter iter;
  RtcpPacket packet;
  guint n = 0;

  rtcp_iter_init (&iter, rtcp, size);
  while (rtcp_iter_next (&iter, &packet))
    n += packet.type == type && (format == 0 || packet.count == format);
  return n;
}

static void
test_loss_is_asked_for_and_put_back (Fixture *f, gconstpointer data)
{
  guint8 rtcp[PEER_RECEIVER_RTCP_MAX], lost[1500];
  gsize lost_size = 0;

  send_frame (f, TRUE, -1, NULL, NULL);
  g_assert_cmpuint (peer_receiver_write_rtcp (f->receiver, f->now_us, rtcp), >, 0); /* a report */
  send_frame (f, FALSE, 1, lost, &lost_size);
  send_frame (f, FALSE, -1, NULL, NULL);
  g_assert_cmpuint (peer_receiver_get_figures (f->receiver).pictures, ==, 1);
  gsize size = peer_receiver_write_rtcp (f->receiver, f->now_us, rtcp);
  g_assert_cmpuint (count (rtcp, size, RTCP_RTPFB, RTCP_RTPFB_NACK), ==, 1);
  send_rtx (f, lost, lost_size);
  PeerReceiverFigures figures = peer_receiver_get_figures (f->receiver);
  g_assert_cmpuint (figures.pictures, ==, 3);
  g_assert_cmpuint (figures.recovered, ==, 1);
  g_assert_cmpuint (figures.nacks, ==, 1);
  g_assert_cmpuint (figures.lost, ==, 1);
  g_assert_cmpuint (peer_receiver_write_rtcp (f->receiver, f->now_us + 1, rtcp), ==, 0);
}

static void
test_what_never_comes_costs_a_pli (Fixture *f, gconstpointer data)
{
  guint8 rtcp[PEER_RECEIVER_RTCP_MAX], lost[1500];
  gsize lost_size = 0;
  guint plis = 0;

  send_frame (f, TRUE, -1, NULL, NULL);
  send_frame (f, FALSE, 0, lost, &lost_size);
  for (guint i = 0; i < 40; i++) {
    send_frame (f, FALSE, -1, NULL, NULL);
    gsize size = peer_receiver_write_rtcp (f->receiver, f->now_us, rtcp);
    plis += count (rtcp, size, RTCP_PSFB, RTCP_PSFB_PLI);
  }
  g_assert_cmpuint (plis, ==, 1);
  g_assert_cmpuint (peer_receiver_get_figures (f->receiver).pictures, ==, 1);
  send_frame (f, TRUE, -1, NULL, NULL);
  PeerReceiverFigures figures = peer_receiver_get_figures (f->receiver);
  g_assert_cmpuint (figures.pictures, ==, 2);
  g_assert_cmpuint (figures.freezes, ==, 1);
  peer_receiver_reset_worst (f->receiver);
  g_assert_cmpuint (peer_receiver_get_figures (f->receiver).freezes, ==, 0);
}

static void
test_reports_each_second (Fixture *f, gconstpointer data)
{
  guint8 rtcp[PEER_RECEIVER_RTCP_MAX];
  guint reports = 0;

  for (guint i = 0; i < 250; i++) {
    send_frame (f, i == 0, -1, NULL, NULL);
    gsize size = peer_receiver_write_rtcp (f->receiver, f->now_us, rtcp);
    reports += count (rtcp, size, RTCP_RR, 0);
  }
  g_assert_cmpuint (reports, >=, 8);
  g_assert_cmpuint (reports, <=, 12);
}

typedef struct {
  guint feedbacks, received, lost;
  gint64 first_us, last_us;
} Told;

static void
take_feedback (Fixture *f, Told *told)
{
  guint8 rtcp[PEER_RECEIVER_RTCP_MAX];
  gsize size;

  while ((size = peer_receiver_write_feedback (f->receiver, f->now_us, rtcp)) > 0) {
    TwccFeedback feedback;
    TwccStatus status;
    RtcpIter iter;
    RtcpPacket packet;

    rtcp_iter_init (&iter, rtcp, size);
    g_assert_true (rtcp_iter_next (&iter, &packet));
    g_assert_true (twcc_feedback_init (&feedback, &packet));
    g_assert_cmpuint (feedback.media_ssrc, ==, SSRC);
    told->feedbacks++;
    while (twcc_feedback_next (&feedback, &status)) {
      told->received += status.received;
      told->lost += !status.received;
      if (status.received)
        told->last_us = status.arrival_us;
      if (told->received == 1)
        told->first_us = status.arrival_us;
    }
  }
}

/* Ten times a second, each packet once, with the time at which it came. */
static void
test_all_is_told_that_came (Fixture *f, gconstpointer data)
{
  guint8 lost[1500];
  gsize lost_size;
  Told told = { 0 };

  for (guint i = 0; i < 100; i++) {
    send_frame (f, i == 0, i == 50 ? 1 : -1, lost, &lost_size);
    take_feedback (f, &told);
  }
  f->now_us += 100 * 1000;
  take_feedback (f, &told);
  g_assert_cmpuint (told.feedbacks, >=, 39);
  g_assert_cmpuint (told.feedbacks, <=, 42);
  g_assert_cmpuint (told.received, ==, peer_receiver_get_figures (f->receiver).packets);
  g_assert_cmpuint (told.lost, ==, 1);
  g_assert_cmpint (told.last_us - told.first_us, ==, 99 * FRAME_US);
  g_assert_cmpuint (peer_receiver_get_figures (f->receiver).feedback, ==, told.feedbacks);
  g_assert_cmpuint (peer_receiver_get_figures (f->receiver).pictures, >=, 50);
}

/* A retransmission has a number of its own, and is told of too. */
static void
test_what_is_sent_again_is_told (Fixture *f, gconstpointer data)
{
  guint8 packet[1600] = { 0 };
  Header header = { DESCRIPTION_VP8_PT + 1, FALSE, f->rtx_seq++, RTX_SSRC };
  gsize size = put_header (f, &header, packet);
  Told told = { 0 };

  deliver (f, packet, size + 100);
  peer_receiver_write_feedback (f->receiver, f->now_us, packet);
  f->now_us += G_USEC_PER_SEC;
  take_feedback (f, &told);
  g_assert_cmpuint (told.received, ==, 1);
}

static void
test_nothing_is_told_unasked (Fixture *f, gconstpointer data)
{
  Told told = { 0 };

  for (guint i = 0; i < 50; i++) {
    send_frame (f, i == 0, -1, NULL, NULL);
    take_feedback (f, &told);
  }
  g_assert_cmpuint (told.feedbacks, ==, 0);
}

/* A line that is measured: nothing is asked for, and what its sender tells is kept beside what had
 * come by then. */
static void
test_a_line_as_it_is (Fixture *f, gconstpointer data)
{
  guint8 rtcp[PEER_RECEIVER_RTCP_MAX], lost[1500];
  RtcpSenderInfo info = { .ssrc = SSRC, .ntp = 1, .packets = 17 };
  LineReception line = { 0 };
  gsize lost_size = 0;

  for (guint i = 0; i < 40; i++) {
    send_frame (f, i == 0, i == 10 ? 1 : -1, lost, &lost_size);
    g_assert_cmpuint (peer_receiver_write_rtcp (f->receiver, f->now_us, rtcp), ==, 0);
    if (i == 2)
      peer_receiver_on_sender_report (f->receiver, &info, f->now_us);
    g_assert_true (peer_receiver_get_line (f->receiver, 1, &line));
    if (i == 2)
      g_assert_cmpuint (line.packets_at_report, ==, line.packets);
  }
  g_assert_cmpuint (line.reports, ==, 1);
  g_assert_cmpuint (line.told_packets, ==, 17);
  g_assert_cmpuint (line.packets_at_report, <, line.packets);
  g_assert_cmpuint (line.lost, ==, 1);
  g_assert_cmpuint (line.bytes, >, line.packets * 100);
  g_assert_false (peer_receiver_get_line (f->receiver, 0, &line)); /* not accepted */
}

/* As many streams as there is room for, and a line past them: with RTX two each. */
static void
test_streams_are_bounded (void)
{
  for (guint each = 1; each <= 2; each++) {
    guint n_lines = PEER_RECEIVER_SSRCS_MAX / each;
    AnswerLine lines[PEER_RECEIVER_SSRCS_MAX + 1] = { { .accepted = FALSE } };
    PeerReceiverConfig config = { .lines = lines, .n_lines = n_lines };
    g_autoptr (PeerReceiver) full = NULL, past = NULL;
    LineReception line;

    for (guint i = 0; i <= n_lines; i++)
      lines[i] = (AnswerLine){ .accepted = TRUE,
                               .ssrc = SSRC + i,
                               .rtx_ssrc = each == 2 ? RTX_SSRC + i : 0 };
    full = peer_receiver_new (&config);
    for (guint i = 0; i < n_lines; i++)
      g_assert_true (peer_receiver_get_line (full, i, &line));
    config.n_lines++;
    past = peer_receiver_new (&config);
    g_assert_true (peer_receiver_get_line (past, n_lines - 1, &line));
    g_assert_false (peer_receiver_get_line (past, n_lines, &line));
  }
}

static void
test_strangers (Fixture *f, gconstpointer data)
{
  guint8 packet[64] = { 0x80, 96 };

  for (gsize size = 0; size <= 40; size++)
    peer_receiver_on_rtp (f->receiver, f->own, packet, size, f->now_us);
  bytes_put_u32 (packet + 8, SSRC); /* of ours, but sealed by nobody */
  peer_receiver_on_rtp (f->receiver, f->own, packet, 40, f->now_us);
  PeerReceiverFigures figures = peer_receiver_get_figures (f->receiver);
  g_assert_cmpuint (figures.packets, ==, 1);
  g_assert_cmpuint (figures.refused, ==, 1);
  g_assert_cmpuint (figures.pictures, ==, 0);
}

#define ADD(name, data, function)                                                                  \
  g_test_add ("/client/peer-receiver/" name, Fixture, data, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("pictures", NULL, test_pictures_stand);
  ADD ("decrypt-all", "all", test_pictures_stand);
  ADD ("loss", NULL, test_loss_is_asked_for_and_put_back);
  ADD ("pli", NULL, test_what_never_comes_costs_a_pli);
  ADD ("reports", NULL, test_reports_each_second);
  ADD ("feedback", "numbered", test_all_is_told_that_came);
  ADD ("feedback-of-rtx", "numbered", test_what_is_sent_again_is_told);
  ADD ("no-feedback", NULL, test_nothing_is_told_unasked);
  ADD ("raw", "raw", test_a_line_as_it_is);
  ADD ("strangers", NULL, test_strangers);
  g_test_add_func ("/client/peer-receiver/streams-are-bounded", test_streams_are_bounded);
  return g_test_run ();
}
