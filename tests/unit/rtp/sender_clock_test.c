#include "pipelines/rtp/sender_clock.h"

#include "pipelines/rtp/rtcp.h"
#include "pipelines/rtp/slot_rewriter.h"

#define MS 1000
#define SECOND ((gint64) G_USEC_PER_SEC)
/* The publisher's clock: wall time of 2026 in NTP's era. */
#define PUBLISHER_EPOCH_US (G_GINT64_CONSTANT (3990000000) * SECOND)

static guint64
publisher_ntp (gint64 true_us)
{
  return rtcp_ntp_from_us (PUBLISHER_EPOCH_US + true_us);
}

static void
test_minimum (void)
{
  static const gint64 delays_ms[] = { 80, 30, 200, 35, 90, 31, 400, 30 };
  SenderClock clock = { 0 };
  for (guint i = 0; i < G_N_ELEMENTS (delays_ms); i++) {
    gint64 sent_us = i * SECOND;
    sender_clock_on_report (&clock, publisher_ntp (sent_us), sent_us + delays_ms[i] * MS);
  }
  gint64 delay_us = clock.offset_us + PUBLISHER_EPOCH_US;
  g_assert_cmpint (delay_us, >=, 30 * MS);
  g_assert_cmpint (delay_us, <=, 32 * MS); /* drift allowance */
}

/* A crystal 100 ppm slow: followed, within a few ms, for an hour. */
static void
test_drift (void)
{
  SenderClock clock = { 0 };
  for (gint64 i = 0; i < 3600; i++) {
    gint64 relay_us = i * SECOND;
    gint64 publisher_us = relay_us - relay_us / 10000;
    sender_clock_on_report (&clock, publisher_ntp (publisher_us), relay_us + 30 * MS);
    gint64 error_us = clock.offset_us + PUBLISHER_EPOCH_US - (relay_us - publisher_us) - 30 * MS;
    g_assert_cmpint (ABS (error_us), <, 5 * MS);
  }
}

static void
test_step (void)
{
  SenderClock clock = { 0 };
  sender_clock_on_report (&clock, publisher_ntp (0), 30 * MS);
  gint64 before_us = clock.offset_us;
  /* One report held up for two seconds is no step. */
  sender_clock_on_report (&clock, publisher_ntp (1 * SECOND), 3030 * MS);
  g_assert_cmpint (clock.offset_us, ==, before_us);
  sender_clock_on_report (&clock, publisher_ntp (4 * SECOND), 4030 * MS);
  before_us = clock.offset_us;
  /* The publisher's clock was set by an hour: followed at the third report. */
  for (guint i = 1; i <= SENDER_CLOCK_STEP_REPORTS; i++) {
    g_assert_cmpint (clock.offset_us, ==, before_us);
    gint64 now_us = (4 + i) * SECOND;
    sender_clock_on_report (&clock, publisher_ntp (now_us + 3600 * SECOND), now_us + 30 * MS);
  }
  g_assert_cmpint (clock.offset_us, ==, before_us - 3600 * SECOND);
}

static void
test_estimate_by_arrival (void)
{
  SenderClock clock = { 0 };
  StreamClock stream;
  guint32 ts;
  stream_clock_init (&stream, 48000);
  g_assert_false (stream_clock_timestamp_at (&stream, &clock, 0, &ts));
  stream_clock_on_packet (&stream, 0xffffff00, 100 * MS);
  stream_clock_on_packet (&stream, 0xfffffe00, 130 * MS); /* older: ignored */
  g_assert_true (stream_clock_timestamp_at (&stream, &clock, 200 * MS, &ts));
  g_assert_cmphex (ts, ==, (guint32) (0xffffff00 + 4800));
  /* A report of the stream alone does not help without an offset. */
  stream_clock_on_report (&stream, publisher_ntp (0), 7);
  g_assert_true (stream_clock_timestamp_at (&stream, &clock, 200 * MS, &ts));
  g_assert_cmphex (ts, ==, (guint32) (0xffffff00 + 4800));
}

/* Audio and video captured at the same instant carry, in the slots' sender reports, timestamps of
 * the same instant, whatever the delays of the single reports were. */
static void
test_lip_sync (void)
{
  static const gint64 audio_delays_ms[] = { 30, 120, 45, 33 };
  static const gint64 video_delays_ms[] = { 90, 31, 60, 250 };
  SenderClock clock = { 0 };
  StreamClock audio, video;
  SlotRewriter audio_slot, video_slot;
  SlotOutput audio_out, video_out;
  stream_clock_init (&audio, 48000);
  stream_clock_init (&video, 90000);
  slot_rewriter_init (&audio_slot, SLOT_KIND_AUDIO, 48000, 1, 111);
  slot_rewriter_init (&video_slot, SLOT_KIND_VIDEO, 90000, 1, 222);
  slot_rewriter_select (&audio_slot, 1);
  slot_rewriter_select (&video_slot, 2);
  /* Captured at publisher time 2 s, arriving 40 and 300 ms later. */
  SlotInput audio_in = {
    .source = 1, .source_seq = 70000, .timestamp = 5000 + 2 * 48000, .arrival_us = 2040 * MS
  };
  SlotInput video_in = { .source = 2,
                         .source_seq = 70000,
                         .timestamp = 9000 + 2 * 90000,
                         .keyframe_start = TRUE,
                         .arrival_us = 2300 * MS };
  g_assert_cmpint (slot_rewriter_map (&audio_slot, &audio_in, &audio_out), ==, SLOT_FORWARD);
  g_assert_cmpint (slot_rewriter_map (&video_slot, &video_in, &video_out), ==, SLOT_FORWARD);

  for (guint i = 0; i < G_N_ELEMENTS (audio_delays_ms); i++) {
    gint64 sent_us = (3 + i) * SECOND;
    guint64 ntp = publisher_ntp (sent_us);
    stream_clock_on_report (&audio, ntp, 5000 + (3 + i) * 48000);
    sender_clock_on_report (&clock, ntp, sent_us + audio_delays_ms[i] * MS);
    stream_clock_on_report (&video, ntp, 9000 + (3 + i) * 90000);
    sender_clock_on_report (&clock, ntp, sent_us + video_delays_ms[i] * MS);

    gint64 now_us = sent_us + 500 * MS;
    guint32 ts, audio_report, video_report;
    g_assert_true (stream_clock_timestamp_at (&audio, &clock, now_us, &ts));
    g_assert_true (slot_rewriter_map_timestamp (&audio_slot, 1, ts, &audio_report));
    g_assert_true (stream_clock_timestamp_at (&video, &clock, now_us, &ts));
    g_assert_true (slot_rewriter_map_timestamp (&video_slot, 2, ts, &video_report));
    /* How long before the report the receiver takes each to have been captured. */
    gint64 audio_age_us = (gint64) (audio_report - audio_out.timestamp) * SECOND / 48000;
    gint64 video_age_us = (gint64) (video_report - video_out.timestamp) * SECOND / 90000;
    g_assert_cmpint (ABS (audio_age_us - video_age_us), <, 100);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rtp/sender-clock/minimum", test_minimum);
  g_test_add_func ("/rtp/sender-clock/drift", test_drift);
  g_test_add_func ("/rtp/sender-clock/step", test_step);
  g_test_add_func ("/rtp/sender-clock/estimate-by-arrival", test_estimate_by_arrival);
  g_test_add_func ("/rtp/sender-clock/lip-sync", test_lip_sync);
  return g_test_run ();
}
