#include "pipelines/rtp/receive_stats.h"

#define RATE 90000
#define MS 1000
#define FRAME_US (40 * MS)
#define FRAME_TICKS 3600

static void
feed (ReceiveStats *stats, guint from, guint n, guint drop_every)
{
  for (guint i = 0; i < n; i++) {
    if (drop_every == 0 || i % drop_every != 1)
      receive_stats_on_packet (stats, from + i, i * FRAME_TICKS, 100, i * FRAME_US);
  }
}

static void
test_nothing (void)
{
  ReceiveStats stats;
  RtcpReportBlock block;
  receive_stats_init (&stats, 7, RATE);
  g_assert_false (receive_stats_make_block (&stats, 0, &block));
  g_assert_cmpuint (receive_stats_lost (&stats), ==, 0);
}

static void
test_loss (void)
{
  ReceiveStats stats;
  RtcpReportBlock block;
  receive_stats_init (&stats, 7, RATE);
  feed (&stats, 65500, 100, 4); /* 25 of 100, over the wrap */
  g_assert_true (receive_stats_make_block (&stats, 0, &block));
  g_assert_cmpuint (block.ssrc, ==, 7);
  g_assert_cmpuint (block.fraction_lost, ==, 64);
  g_assert_cmpint (block.cumulative_lost, ==, 25);
  g_assert_cmphex (block.highest_seq, ==, 65500 + 99);
  g_assert_cmpuint (receive_stats_lost (&stats), ==, 25);
  g_assert_cmpuint (stats.bytes, ==, 7500);
  /* A quiet interval loses nothing. */
  g_assert_true (receive_stats_make_block (&stats, 0, &block));
  g_assert_cmpuint (block.fraction_lost, ==, 0);
  g_assert_cmpint (block.cumulative_lost, ==, 25);
  feed (&stats, 65600, 10, 0);
  g_assert_true (receive_stats_make_block (&stats, 0, &block));
  g_assert_cmpuint (block.fraction_lost, ==, 0);
  g_assert_cmpint (block.cumulative_lost, ==, 25);
}

static void
test_duplicates (void)
{
  ReceiveStats stats;
  RtcpReportBlock block;
  receive_stats_init (&stats, 7, RATE);
  feed (&stats, 10, 5, 0);
  feed (&stats, 10, 5, 0);
  g_assert_true (receive_stats_make_block (&stats, 0, &block));
  g_assert_cmpint (block.cumulative_lost, ==, -5);
  g_assert_cmpuint (block.fraction_lost, ==, 0);
  g_assert_cmpuint (receive_stats_lost (&stats), ==, 0);
}

static void
test_all_lost_but_ends (void)
{
  ReceiveStats stats;
  RtcpReportBlock block;
  receive_stats_init (&stats, 7, RATE);
  receive_stats_on_packet (&stats, 0, 0, 1, 0);
  receive_stats_make_block (&stats, 0, &block);
  receive_stats_on_packet (&stats, 1000, 0, 1, 0);
  receive_stats_make_block (&stats, 0, &block);
  g_assert_cmpuint (block.fraction_lost, ==, 255);
}

static void
test_before_first (void)
{
  ReceiveStats stats;
  RtcpReportBlock block;
  receive_stats_init (&stats, 7, RATE);
  guint64 first = receive_stats_on_packet (&stats, 10, 0, 1, 0);
  g_assert_cmpuint (receive_stats_on_packet (&stats, 8, 0, 1, 0), ==, first - 2);
  receive_stats_make_block (&stats, 0, &block);
  g_assert_cmpint (block.cumulative_lost, ==, 1);
  g_assert_cmpuint (block.highest_seq, ==, 10);
}

static void
test_jitter (void)
{
  ReceiveStats stats;
  RtcpReportBlock block;
  receive_stats_init (&stats, 7, RATE);
  feed (&stats, 0, 50, 0);
  g_assert_cmpint (receive_stats_jitter_us (&stats), ==, 0);
  /* Alternately 10 ms late: RFC 3550's filter settles at that difference. */
  for (guint i = 50; i < 250; i++)
    receive_stats_on_packet (&stats, i, i * FRAME_TICKS, 1, i * FRAME_US + i % 2 * 10 * MS);
  g_assert_cmpint (receive_stats_jitter_us (&stats), >, 9 * MS);
  g_assert_cmpint (receive_stats_jitter_us (&stats), <, 11 * MS);
  g_assert_true (receive_stats_make_block (&stats, 0, &block));
  g_assert_cmpuint (block.jitter, >, 800);
  g_assert_cmpuint (block.jitter, <, 1000);
}

/* The packets of a frame share a timestamp: their spread is the pacer's, not the line's. Neither
 * does the wrap of the timestamp count. */
static void
test_jitter_of_frames (void)
{
  ReceiveStats stats;
  guint16 seq = 0;
  receive_stats_init (&stats, 7, RATE);
  for (guint frame = 0; frame < 100; frame++) {
    for (guint i = 0; i < 9; i++)
      receive_stats_on_packet (&stats, seq++, 0xffffff00 + frame * FRAME_TICKS, 1,
                               frame * FRAME_US + i * 2 * MS);
  }
  g_assert_cmpint (receive_stats_jitter_us (&stats), ==, 0);
}

/* Timestamps that jump to and fro, as of a broken or hostile sender: the jitter stays a number that
 * fits every report, at the limit and past it. */
static void
test_jitter_of_jumps (void)
{
  ReceiveStats stats;
  receive_stats_init (&stats, 7, RATE);
  for (guint i = 0; i < 400; i++)
    receive_stats_on_packet (&stats, i, i % 2 ? 60 * RATE : 0, 100, i * MS);
  g_assert_cmpint (receive_stats_jitter_us (&stats), <=, RECEIVE_JITTER_MAX_US);
  g_assert_cmpint (receive_stats_jitter_us (&stats), >, RECEIVE_JITTER_MAX_US * 9 / 10);
  for (guint i = 400; i < 800; i++)
    receive_stats_on_packet (&stats, i, i % 2 ? 0x7fffffff : 0, 100, i * MS);
  g_assert_cmpint (receive_stats_jitter_us (&stats), ==, RECEIVE_JITTER_MAX_US);
}

static void
test_sender_report (void)
{
  ReceiveStats stats;
  RtcpReportBlock block;
  receive_stats_init (&stats, 7, RATE);
  feed (&stats, 0, 1, 0);
  receive_stats_make_block (&stats, 0, &block);
  g_assert_cmpuint (block.last_sr, ==, 0);
  receive_stats_on_sender_report (&stats, G_GUINT64_CONSTANT (0x1122334455667788), 1000 * MS);
  receive_stats_make_block (&stats, 1500 * MS, &block);
  g_assert_cmphex (block.last_sr, ==, 0x33445566);
  g_assert_cmpuint (block.delay_since_last_sr, ==, 32768);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rtp/receive-stats/nothing", test_nothing);
  g_test_add_func ("/rtp/receive-stats/loss", test_loss);
  g_test_add_func ("/rtp/receive-stats/duplicates", test_duplicates);
  g_test_add_func ("/rtp/receive-stats/all-lost-but-ends", test_all_lost_but_ends);
  g_test_add_func ("/rtp/receive-stats/before-first", test_before_first);
  g_test_add_func ("/rtp/receive-stats/jitter", test_jitter);
  g_test_add_func ("/rtp/receive-stats/jitter-of-frames", test_jitter_of_frames);
  g_test_add_func ("/rtp/receive-stats/jitter-of-jumps", test_jitter_of_jumps);
  g_test_add_func ("/rtp/receive-stats/sender-report", test_sender_report);
  return g_test_run ();
}
