#include "pipelines/rtp/resend.h"

#define MS 1000
#define RTT (80 * MS)
#define START_US (100000 * (gint64) MS)
#define PACKET 1200

static void
test_times (void)
{
  static const struct {
    guint ms;
    ResendVerdict verdict;
  } rows[] = { { 0, RESEND_SEND },    { 1, RESEND_WAIT },   { 79, RESEND_WAIT },
               { 80, RESEND_SEND },   { 159, RESEND_WAIT }, { 160, RESEND_ENOUGH },
               { 400, RESEND_ENOUGH } };
  g_autofree ResendLog *log = g_new0 (ResendLog, 1);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    gint64 now_us = START_US + rows[i].ms * MS;
    ResendVerdict verdict = resend_log_check (log, 70000, RTT, now_us);
    g_assert_cmpint (verdict, ==, rows[i].verdict);
    if (verdict == RESEND_SEND)
      resend_log_note (log, 70000, 1, now_us);
  }
}

/* A NACK that crossed the two is not taken for the loss of both. */
static void
test_two_at_once (void)
{
  static const struct {
    guint ms;
    ResendVerdict verdict;
  } rows[] = {
    { 79, RESEND_WAIT }, { 80, RESEND_WAIT }, { 159, RESEND_WAIT }, { 160, RESEND_ENOUGH }
  };
  g_autofree ResendLog *log = g_new0 (ResendLog, 1);

  g_assert_cmpuint (resend_log_times (log, 5), ==, 0);
  resend_log_note (log, 5, 2, START_US);
  g_assert_cmpuint (resend_log_times (log, 5), ==, 2);
  g_assert_cmpuint (resend_log_times (log, 5 + SEAL_WINDOW), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (resend_log_check (log, 5, RTT, START_US + rows[i].ms * MS), ==,
                     rows[i].verdict);
}

/* Each packet for itself, and one that took another's place in the window starts anew. */
static void
test_window (void)
{
  g_autofree ResendLog *log = g_new0 (ResendLog, 1);

  for (guint k = 0; k < RESEND_TIMES_MAX; k++)
    for (guint64 index = 0; index < SEAL_WINDOW; index++) {
      g_assert_cmpint (resend_log_check (log, index, RTT, START_US + k * RTT), ==, RESEND_SEND);
      resend_log_note (log, index, 1, START_US + k * RTT);
    }
  gint64 later_us = START_US + RESEND_TIMES_MAX * RTT;
  g_assert_cmpint (resend_log_check (log, 0, RTT, later_us), ==, RESEND_ENOUGH);
  g_assert_cmpint (resend_log_check (log, SEAL_WINDOW, RTT, later_us), ==, RESEND_SEND);
  resend_log_note (log, SEAL_WINDOW, 1, later_us);
  g_assert_cmpint (resend_log_check (log, SEAL_WINDOW, RTT, later_us), ==, RESEND_WAIT);
}

static void
test_unknown_round_trip (void)
{
  g_autofree ResendLog *log = g_new0 (ResendLog, 1);

  resend_log_note (log, 1, 1, START_US);
  g_assert_cmpint (resend_log_check (log, 1, -1, START_US + RESEND_WAIT_MIN_US - MS), ==,
                   RESEND_WAIT);
  g_assert_cmpint (resend_log_check (log, 1, -1, START_US + RESEND_WAIT_MIN_US), ==, RESEND_SEND);
}

/* Bytes that pass within @ms, asked for 2,000 times a second. */
static guint
take_for (ResendBudget *budget, guint line_bps, guint from_ms, guint ms)
{
  guint bytes = 0;

  for (guint t = 0; t < 2 * ms; t++)
    if (resend_budget_take (budget, PACKET, line_bps, START_US + from_ms * MS + t * MS / 2))
      bytes += PACKET;
  return bytes;
}

/* A quarter of the line, whatever is asked for. */
static void
test_budget (void)
{
  static const guint lines_bps[] = { 300000, 1000000, 10000000, 0 };

  for (guint i = 0; i < G_N_ELEMENTS (lines_bps); i++) {
    ResendBudget budget = { 0 };
    guint rate = (lines_bps[i] > 0 ? lines_bps[i] : RESEND_UNKNOWN_BPS) / RESEND_LINE_SHARE / 8;
    take_for (&budget, lines_bps[i], 0, 2000); /* the burst is used up */
    guint bytes = take_for (&budget, lines_bps[i], 2000, 10000);
    g_assert_cmpuint (bytes, <=, MIN (rate * 10, 2000 * 10 * PACKET) + PACKET);
    g_assert_cmpuint (bytes, >=, MIN (rate * 10, 2000 * 10 * PACKET) - 2 * PACKET);
  }
}

/* At the burst all of it passes, not one packet more; a pause fills it again, not further. */
static void
test_burst (void)
{
  ResendBudget budget = { 0 };
  guint n = RESEND_BURST_MIN_BYTES / PACKET;

  for (guint round = 0; round < 2; round++) {
    gint64 now_us = START_US + round * 100 * G_USEC_PER_SEC;
    for (guint i = 0; i < n; i++)
      g_assert_true (resend_budget_take (&budget, PACKET, 192000, now_us));
    g_assert_false (resend_budget_take (&budget, PACKET, 192000, now_us));
    for (guint s = 1; s <= 4; s++) /* fills by at most a second at a time */
      resend_budget_take (&budget, 2 * RESEND_BURST_MIN_BYTES, 192000, now_us + s * G_USEC_PER_SEC);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rtp/resend/times", test_times);
  g_test_add_func ("/rtp/resend/two-at-once", test_two_at_once);
  g_test_add_func ("/rtp/resend/window", test_window);
  g_test_add_func ("/rtp/resend/unknown-round-trip", test_unknown_round_trip);
  g_test_add_func ("/rtp/resend/budget", test_budget);
  g_test_add_func ("/rtp/resend/burst", test_burst);
  return g_test_run ();
}
