/* Whether a line is narrow, and what its pictures wait for then. */
#include "pipelines/bwe/line_width.h"
#include "pipelines/bwe/pacer.h"

#define MS G_GINT64_CONSTANT (1000)
#define SECOND G_GINT64_CONSTANT (1000000)
#define PACKET 1200

/* --- the width --- */

/* @n packets at once, over a line of @bps; returns when it came. */
static gint64
add_burst (LineWidth *width, guint n, guint bps, gint64 sent_us)
{
  gint64 arrival_us = sent_us + 20 * MS;

  for (guint i = 0; i < n; i++) {
    arrival_us += (gint64) PACKET * 8 * SECOND / bps;
    line_width_add (width, PACKET, sent_us, arrival_us);
  }
  return arrival_us;
}

static gboolean
is_narrow_after (guint bps, guint packets, guint bursts)
{
  LineWidth width = { 0 };
  gint64 arrival_us = 0;

  for (guint i = 0; i <= bursts; i++) /* one is judged by the next */
    arrival_us = add_burst (&width, packets, bps, SECOND + i * 40 * MS);
  return line_width_is_narrow (&width, arrival_us);
}

static void
test_width (void)
{
  g_assert_true (is_narrow_after (2500000, 5, BWE_WIDTH_VOTES / 2));
  g_assert_false (is_narrow_after (2500000, 5, BWE_WIDTH_VOTES / 2 - 1));
  g_assert_true (is_narrow_after (BWE_NARROW_BPS * 0.99, 4, 10));
  g_assert_false (is_narrow_after (BWE_NARROW_BPS * 1.01, 4, 10));
  g_assert_false (is_narrow_after (1000000000, 9, 100));
  /* too few at once show nothing */
  g_assert_true (is_narrow_after (300000, BWE_WIDTH_PACKETS, 10));
  g_assert_false (is_narrow_after (300000, BWE_WIDTH_PACKETS - 1, 100));
}

/* A wide line whose receiver is now and then slow to look is not narrow. */
static void
test_width_hiccups (void)
{
  LineWidth width = { 0 };

  for (guint i = 0; i < 300; i++) {
    gint64 at_us = add_burst (&width, 5, i % 3 == 0 ? 1000000 : 100000000, SECOND + i * 40 * MS);
    g_assert_false (line_width_is_narrow (&width, at_us));
  }
}

/* Paced packets show nothing: after a while it is tried anew; and a line may become wide. */
static void
test_width_ends (void)
{
  LineWidth width = { 0 };
  gint64 at_us = 0;
  guint i;

  for (i = 0; i < 20; i++)
    at_us = add_burst (&width, 5, 2000000, SECOND + i * 40 * MS);
  for (guint k = 0; k < 100; k++)
    add_burst (&width, 1, 2000000, at_us + k * 10 * MS);
  g_assert_true (line_width_is_narrow (&width, at_us + BWE_WIDTH_KEPT_US / 2));
  g_assert_false (line_width_is_narrow (&width, at_us + BWE_WIDTH_KEPT_US));
  for (guint k = 0; k < BWE_WIDTH_VOTES; k++)
    at_us = add_burst (&width, 5, 50000000, 100 * SECOND + k * 40 * MS);
  g_assert_false (line_width_is_narrow (&width, at_us));
}

/* --- the pacer --- */

static PacerLine
line_of (guint line_bps, guint pictures_bps)
{
  return (PacerLine){
    .is_narrow = TRUE, .line_bps = line_bps, .sound_bps = 64000, .pictures_bps = pictures_bps
  };
}

/* Bytes that go out in @us, of packets that have waited for @waited_us. */
static guint
send_for (Pacer *pacer, gint64 *now_us, gint64 us, gint64 waited_us)
{
  guint bytes = 0;

  for (gint64 end_us = *now_us + us; *now_us < end_us; *now_us += BWE_PACE_STEP_US)
    while (pacer_may_send (pacer, *now_us)) {
      pacer_on_sent (pacer, PACKET, waited_us, *now_us);
      bytes += PACKET;
    }
  return bytes;
}

static void
test_off (void)
{
  Pacer pacer = { 0 };
  PacerLine line = line_of (1000000, 500000);

  line.is_narrow = FALSE;
  pacer_update (&pacer, &line, SECOND);
  for (guint i = 0; i < 1000; i++) {
    g_assert_true (pacer_may_send (&pacer, SECOND));
    pacer_on_sent (&pacer, PACKET, 0, SECOND);
  }
}

static void
test_rates (void)
{
  Pacer pacer = { 0 };
  PacerLine line = line_of (2000000, 1000000);
  gint64 now_us = SECOND;

  pacer_update (&pacer, &line, now_us);
  /* a little more than what flows; what waits for long as much as the line carries beside the sound
   */
  g_assert_cmpfloat_with_epsilon (send_for (&pacer, &now_us, 10 * SECOND, 0) * .8,
                                  1000000 * BWE_PACE_PICTURES, 15000);
  guint most_bps = (guint) (2000000 * BWE_PACE_LINE) - 64000;
  g_assert_cmpfloat_with_epsilon (send_for (&pacer, &now_us, 10 * SECOND, BWE_PACE_HURRY_US) * .8,
                                  most_bps, 25000);
  g_assert_cmpfloat_with_epsilon (send_for (&pacer, &now_us, 10 * SECOND, 60 * SECOND) * .8,
                                  most_bps, 25000);
  /* a picture that is more than the line does not go faster than it */
  line = line_of (300000, 1000000);
  pacer_update (&pacer, &line, now_us);
  g_assert_cmpfloat_with_epsilon (send_for (&pacer, &now_us, 10 * SECOND, 0) * .8,
                                  300000 * BWE_PACE_LINE - 64000, 5000);
  /* nothing is known: still something */
  line = line_of (0, 0);
  pacer_update (&pacer, &line, now_us);
  g_assert_cmpfloat_with_epsilon (send_for (&pacer, &now_us, 10 * SECOND, 0) * .8, BWE_MIN_BPS,
                                  3000);
}

/* Held from a time to a time; a line that is not narrow never. */
static void
test_hold (void)
{
  Pacer pacer = { 0 };
  PacerLine line = line_of (2000000, 1000000);

  pacer_hold (&pacer, SECOND, 2 * SECOND);
  g_assert_true (pacer_may_send (&pacer, SECOND));
  pacer_update (&pacer, &line, SECOND);
  pacer_hold (&pacer, SECOND, 2 * SECOND);
  g_assert_false (pacer_may_send (&pacer, SECOND));
  g_assert_false (pacer_may_send (&pacer, 2 * SECOND - 1));
  g_assert_true (pacer_may_send (&pacer, 2 * SECOND));
  pacer_hold (&pacer, G_MAXINT64, G_MAXINT64);
  g_assert_true (pacer_may_send (&pacer, SECOND));
}

/* The most that goes between two packets of sound, which come every 20 ms of @us. */
static guint
most_between (Pacer *pacer, gint64 *now_us, gint64 us, gint64 waited_us)
{
  guint most = 0;

  for (gint64 end_us = *now_us + us; *now_us < end_us;) {
    pacer_on_sound (pacer, *now_us);
    most = MAX (most, pacer->between_bytes);
    most = MAX (most, send_for (pacer, now_us, 20 * MS, waited_us));
  }
  return most;
}

/* A line that is cut to 300 kbps takes 100 ms for it; but what waits too long goes as fast as the
 * line, and where no sound flows nobody hears it. */
static void
test_between_sounds (void)
{
  Pacer pacer = { 0 };
  PacerLine line = line_of (2500000, BWE_PACE_BETWEEN_BPS);
  gint64 now_us = SECOND;

  pacer_update (&pacer, &line, now_us);
  g_assert_cmpuint (most_between (&pacer, &now_us, 10 * SECOND, 0), <=, BWE_PACE_BETWEEN_BYTES);
  g_assert_cmpuint (most_between (&pacer, &now_us, 10 * SECOND, BWE_PACE_HURRY_US - 1), <=,
                    BWE_PACE_BETWEEN_BYTES);
  g_assert_cmpuint (most_between (&pacer, &now_us, 10 * SECOND, BWE_PACE_HURRY_US), >,
                    BWE_PACE_BETWEEN_BYTES);
  /* it goes on by itself when no more sound comes, and from there as before */
  pacer_on_sound (&pacer, now_us);
  g_assert_cmpuint (send_for (&pacer, &now_us, BWE_PACE_SOUND_US, 0), <=, BWE_PACE_BETWEEN_BYTES);
  g_assert_cmpfloat_with_epsilon (send_for (&pacer, &now_us, 10 * SECOND, 0) * .8,
                                  BWE_PACE_BETWEEN_BPS * BWE_PACE_PICTURES, 60000);
  /* more than three packets are not held up for good */
  line = line_of (2500000, BWE_PACE_BETWEEN_BPS + 1);
  pacer_update (&pacer, &line, now_us);
  g_assert_cmpuint (most_between (&pacer, &now_us, 10 * SECOND, 0), >, BWE_PACE_BETWEEN_BYTES);
}

/* A picture of 720 lines fits: it is not held up by it. */
static void
test_between_sounds_is_enough (void)
{
  Pacer pacer = { 0 };
  PacerLine line = line_of (2500000, 1300000);
  gint64 now_us = SECOND;
  guint bytes = 0;

  pacer_update (&pacer, &line, now_us);
  for (guint i = 0; i < 500; i++) {
    pacer_on_sound (&pacer, now_us);
    bytes += send_for (&pacer, &now_us, 20 * MS, 0);
  }
  g_assert_cmpuint (bytes / 10 * 8, >, 1300000);
}

/* After a pause no burst is due, and no debt stays. */
static void
test_pause (void)
{
  Pacer pacer = { 0 };
  PacerLine line = line_of (2000000, 1000000);
  gint64 now_us = SECOND;

  pacer_update (&pacer, &line, now_us);
  send_for (&pacer, &now_us, SECOND, 0);
  now_us += 60 * SECOND;
  g_assert_cmpuint (send_for (&pacer, &now_us, BWE_PACE_STEP_US, 0), <=, 2 * PACKET);
}

static void
test_stop (void)
{
  Pacer pacer = { 0 };
  PacerLine line = line_of (2000000, 1000000);
  gint64 now_us = SECOND;

  pacer_update (&pacer, &line, now_us);
  line.is_congested = TRUE;
  pacer_update (&pacer, &line, now_us);
  g_assert_cmpuint (send_for (&pacer, &now_us, SECOND, SECOND), ==, 0);
  line.is_congested = FALSE;
  pacer_update (&pacer, &line, now_us);
  g_assert_cmpuint (send_for (&pacer, &now_us, SECOND, 0), >, 100000);
  line.is_narrow = FALSE;
  line.is_congested = TRUE;
  pacer_update (&pacer, &line, now_us);
  g_assert_true (pacer_may_send (&pacer, now_us));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bwe/width/bursts", test_width);
  g_test_add_func ("/bwe/width/hiccups", test_width_hiccups);
  g_test_add_func ("/bwe/width/ends", test_width_ends);
  g_test_add_func ("/bwe/pacer/off", test_off);
  g_test_add_func ("/bwe/pacer/rates", test_rates);
  g_test_add_func ("/bwe/pacer/hold", test_hold);
  g_test_add_func ("/bwe/pacer/pause", test_pause);
  g_test_add_func ("/bwe/pacer/stop", test_stop);
  g_test_add_func ("/bwe/pacer/between-sounds", test_between_sounds);
  g_test_add_func ("/bwe/pacer/between-sounds-is-enough", test_between_sounds_is_enough);
  return g_test_run ();
}
