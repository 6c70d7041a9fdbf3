/* The parts of the estimator by themselves: history, groups, trend, window, rate control, probe. */
#include "pipelines/bwe/overdue.h"
#include "pipelines/bwe/probe.h"
#include "pipelines/bwe/queue_delay.h"
#include "pipelines/bwe/rate_control.h"
#include "pipelines/bwe/rate_window.h"

#include <string.h>

#define MS G_GINT64_CONSTANT (1000)
#define SECOND G_GINT64_CONSTANT (1000000)

static void
test_history (void)
{
  SendHistory *history = g_new0 (SendHistory, 1);
  SentPacket packet;
  gint64 sent_us = 0;
  gint64 late = G_GINT64_CONSTANT (0x1ffffff00); /* just before the low 32 bits wrap */
  g_assert_false (send_history_take (history, 0, SECOND, &packet, &sent_us));
  send_history_add (history, 65535, 1200, 3, late);
  g_assert_true (send_history_take (history, 65535, late + 1000, &packet, &sent_us));
  g_assert_cmpint (sent_us, ==, late);
  g_assert_cmpuint (packet.size, ==, 1200);
  g_assert_cmpuint (packet.group, ==, 3);
  /* told of once */
  g_assert_false (send_history_take (history, 65535, late + 1000, &packet, &sent_us));
  /* overwritten by a younger one at the same place */
  send_history_add (history, 5, 100, 0, SECOND);
  send_history_add (history, 5 + BWE_HISTORY, 200, 0, 2 * SECOND);
  g_assert_false (send_history_take (history, 5, 3 * SECOND, &packet, &sent_us));
  g_assert_true (send_history_take (history, 5 + BWE_HISTORY, 3 * SECOND, &packet, &sent_us));
  send_history_add (history, 6, SENT_SIZE_MAX + 1, 0, SECOND);
  g_assert_true (send_history_take (history, 6, SECOND, &packet, &sent_us));
  g_assert_cmpuint (packet.size, ==, SENT_SIZE_MAX);
  g_free (history);
}

static void
test_groups (void)
{
  static const struct {
    gint64 sent_ms, arrival_ms;
    gboolean is_told;
    gint64 sent_delta_ms, arrival_delta_ms;
  } rows[] = {
    { 0, 100, FALSE, 0, 0 },       { 1, 103, FALSE, 0, 0 }, /* the same burst */
    { 40, 140, FALSE, 0, 0 },                               /* ends the first: nothing to compare */
    { 41, 145, FALSE, 0, 0 },      { 80, 180, TRUE, 40, 42 },
    { 79, 181, FALSE, 0, 0 },                                     /* late, of an older burst */
    { 120, 230, TRUE, 39, 35 },    { 10000, 10100, FALSE, 0, 0 }, /* long silence: anew */
    { 10040, 10140, FALSE, 0, 0 }, { 10080, 10180, TRUE, 40, 40 },
  };
  PacketGroups groups = { 0 };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    GroupDelta delta = { 0 };
    gboolean is_told =
        packet_groups_add (&groups, rows[i].sent_ms * MS, rows[i].arrival_ms * MS, &delta);
    g_test_message ("row %" G_GSIZE_FORMAT, i);
    g_assert_cmpint (is_told, ==, rows[i].is_told);
    g_assert_cmpint (delta.sent_us, ==, rows[i].sent_delta_ms * MS);
    g_assert_cmpint (delta.arrival_us, ==, rows[i].arrival_delta_ms * MS);
  }
}

/* Feeds groups 40 ms apart that each arrive @more_ms later than the one before; how many of the
 * answers were @wanted. */
static guint
feed_trend (DelayTrend *trend, double more_ms, gint64 *at_us, LineUse wanted)
{
  guint n = 0;
  for (guint i = 0; i < 60; i++) {
    GroupDelta delta = { 40 * MS, 40 * MS + (gint64) (more_ms * 1000), 0 };
    *at_us += delta.arrival_us;
    delta.at_us = *at_us;
    n += delay_trend_add (trend, &delta) == wanted;
  }
  return n;
}

static void
test_trend (void)
{
  DelayTrend trend;
  gint64 at_us = SECOND;
  delay_trend_init (&trend);
  g_assert_cmpuint (feed_trend (&trend, 0, &at_us, LINE_NORMAL), ==, 60);
  g_assert_cmpuint (feed_trend (&trend, 5, &at_us, LINE_OVERUSED), >, 10);
  g_assert_cmpuint (feed_trend (&trend, -5, &at_us, LINE_UNDERUSED), >, 10);
  g_assert_cmpuint (feed_trend (&trend, 0, &at_us, LINE_OVERUSED), ==, 0);
  g_assert_cmpuint (feed_trend (&trend, 0, &at_us, LINE_NORMAL), ==, 60);
  g_assert_cmpfloat (trend.threshold_ms, >=, BWE_THRESHOLD_MIN_MS);
  g_assert_cmpfloat (trend.threshold_ms, <=, BWE_THRESHOLD_MAX_MS);
}

static void
test_window (void)
{
  RateWindow window = { 0 };
  guint bps = 0;
  g_assert_false (rate_window_get (&window, SECOND, BWE_ACKED_WINDOW_US, &bps));
  for (guint i = 0; i < 4; i++)
    rate_window_add (&window, 1000, SECOND + i * 10 * MS);
  g_assert_false (rate_window_get (&window, SECOND + 40 * MS, BWE_ACKED_WINDOW_US,
                                   &bps)); /* too few, too short */
  for (guint i = 4; i < 100; i++)
    rate_window_add (&window, 1000, SECOND + i * 10 * MS);
  g_assert_true (rate_window_get (&window, SECOND + 990 * MS, BWE_ACKED_WINDOW_US, &bps));
  g_assert_cmpuint (bps, >, 760000);
  g_assert_cmpuint (bps, <=, 820000);
  /* what is past is forgotten */
  g_assert_false (rate_window_get (&window, 3 * SECOND, BWE_ACKED_WINDOW_US, &bps));
  rate_window_add (&window, 1000, 3 * SECOND);
  g_assert_false (rate_window_get (&window, 3 * SECOND, BWE_ACKED_WINDOW_US, &bps));
}

static void
test_control_delay (void)
{
  RateControl control;
  rate_control_init (&control, 1000000, 0);
  g_assert_cmpuint (rate_control_get (&control), ==, 1000000);
  /* calm: 8 % in a second, but no more than what was sent bears out */
  for (gint64 at = 0; at <= SECOND; at += 100 * MS)
    rate_control_on_use (&control, LINE_NORMAL, 1000000, 50 * MS, at);
  g_assert_cmpuint (rate_control_get (&control), >, 1070000);
  g_assert_cmpuint (rate_control_get (&control), <, 1090000);
  guint before = rate_control_get (&control);
  for (gint64 at = SECOND; at <= 5 * SECOND; at += 100 * MS)
    rate_control_on_use (&control, LINE_NORMAL, 100000, 50 * MS, at);
  g_assert_cmpuint (rate_control_get (&control), ==, before);
  /* overuse: 0.85 of what was acknowledged, once in 300 ms */
  rate_control_on_use (&control, LINE_OVERUSED, 900000, 50 * MS, 6 * SECOND);
  g_assert_cmpuint (rate_control_get (&control), ==, 765000);
  rate_control_on_use (&control, LINE_OVERUSED, 500000, 50 * MS, 6 * SECOND + 299 * MS);
  g_assert_cmpuint (rate_control_get (&control), ==, 765000);
  rate_control_on_use (&control, LINE_OVERUSED, 500000, 50 * MS, 6 * SECOND + 300 * MS);
  g_assert_cmpuint (rate_control_get (&control), ==, 425000);
  /* underuse: the queue runs dry first */
  rate_control_on_use (&control, LINE_UNDERUSED, 425000, 50 * MS, 7 * SECOND);
  g_assert_cmpuint (rate_control_get (&control), ==, 425000);
}

static void
test_control_loss (void)
{
  RateControl control;
  gint64 at = 0;
  rate_control_init (&control, 1000000, 0);
  for (guint i = 0; i < 10; i++)
    rate_control_on_loss (&control, 3, 100, 50 * MS, at += SECOND);
  g_assert_cmpuint (rate_control_get (&control), ==, 1000000); /* 3 %: the line's own */
  for (guint i = 0; i < 3; i++)
    rate_control_on_loss (&control, 40, 100, 50 * MS, at += SECOND);
  guint lossy = rate_control_get (&control);
  g_assert_cmpuint (lossy, <, 800000);
  for (guint i = 0; i < 3; i++)
    rate_control_on_loss (&control, 0, BWE_LOSS_LEAST_PACKETS - 1, 50 * MS, at);
  g_assert_cmpuint (rate_control_get (&control), ==, lossy); /* too soon to judge */
  for (guint i = 0; i < 30; i++)
    rate_control_on_loss (&control, 0, 100, 50 * MS, at += SECOND);
  g_assert_cmpuint (rate_control_get (&control), ==, 1000000);
  rate_control_on_silence (&control, at);
  g_assert_cmpuint (rate_control_get (&control), ==, 500000);
}

/* Less is sent than a probe showed the line to carry: grows towards it, not past it, until what it
 * showed is old; more that comes through counts, and an overuse is newer. */
static void
test_control_shown (void)
{
  RateControl control;
  gint64 at = SECOND;

  rate_control_init (&control, 500000, 0);
  rate_control_set (&control, 700000, 1000000, at);
  while (at < BWE_PROBE_NEAR_US)
    rate_control_on_use (&control, LINE_NORMAL, 450000, 50 * MS, at += 50 * MS);
  g_assert_cmpuint (rate_control_get (&control), ==, 900000);
  rate_control_on_use (&control, LINE_NORMAL, 800000, 50 * MS, at += 500 * MS);
  g_assert_cmpuint (rate_control_get (&control), >, 900000);
  rate_control_set (&control, 950000, 1000000, at);
  for (guint i = 0; i < 40; i++)
    rate_control_on_use (&control, LINE_NORMAL, 700000, 50 * MS, at += 50 * MS);
  g_assert_cmpuint (rate_control_get (&control), ==, 950000);
  for (guint i = 0; i < 400; i++)
    rate_control_on_use (&control, LINE_NORMAL, 700000, 50 * MS, at += 50 * MS);
  g_assert_cmpuint (rate_control_get (&control), ==, 1060000);

  rate_control_set (&control, 950000, 1000000, at);
  rate_control_on_use (&control, LINE_OVERUSED, 400000, 50 * MS, at);
  for (guint i = 0; i < 40; i++)
    rate_control_on_use (&control, LINE_NORMAL, 300000, 50 * MS, at += 50 * MS);
  g_assert_cmpuint (rate_control_get (&control), <=, 400000);
}

/* A probe of 1 Mbps in five instants of 20 ms, which arrive @factor as far apart. */
static guint
run_probe (double factor, guint n_instants)
{
  Probe probe = { 0 };
  guint rate = 0, shown = 1;
  g_assert_true (probe_wants (&probe, 600000, 1000000 / BWE_PROBE_SPARE + 1, SECOND, &rate));
  g_assert_cmpuint (rate, ==, 1000000);
  probe_start (&probe, rate, SECOND);
  for (guint i = 0; i < n_instants; i++) {
    gint64 at = SECOND + i * 20 * MS;
    g_assert_cmpuint (probe_due_bytes (&probe, at), >, 0);
    for (guint k = 0; k < 2; k++) {
      SentPacket packet = { .size = 1250, .group = probe_on_sent (&probe, 1250, at) };
      probe_on_told (&probe, &packet, at, 5 * SECOND + (gint64) ((i + k * .5) * 20 * MS * factor));
    }
  }
  g_assert_false (probe_tick (&probe, SECOND + BWE_PROBE_US, 50 * MS, &shown));
  g_assert_true (probe_tick (&probe, 2 * SECOND, 50 * MS, &shown));
  g_assert_cmpint (probe.state, ==, PROBE_IDLE);
  return shown;
}

static void
tell_queue (QueueDelay *delay, gint64 from_us, gint64 queue_us, gint64 jitter_us)
{
  for (guint i = 0; i < 10; i++)
    queue_delay_add (delay, from_us + i * 10 * MS,
                     from_us + i * 10 * MS + queue_us + jitter_us * ((i * 7) % 10) / 10);
  g_assert_true (queue_delay_judge (delay, FALSE));
}

/* Jitter is no queue, a queue is one with or without it, and one that nothing empties is forgiven.
 * The ends' clocks are days apart. */
static void
test_queue (void)
{
  const gint64 apart_us = -400000 * SECOND;
  QueueDelay delay;
  gint64 at = SECOND;

  queue_delay_init (&delay);
  queue_delay_add (&delay, at, at + apart_us);
  g_assert_false (queue_delay_judge (&delay, FALSE)); /* too few */
  for (guint i = 0; i < 100; i++, at += 100 * MS) {
    tell_queue (&delay, at, apart_us, 100 * MS);
    g_assert_cmpint (delay.queue_us, ==, 0);
  }
  g_assert_cmpint (delay.spread_us, >, 30 * MS);
  tell_queue (&delay, at += 100 * MS, apart_us + 250 * MS, 100 * MS);
  g_assert_cmpint (delay.queue_us, ==, 250 * MS);
  tell_queue (&delay, at += 100 * MS, apart_us + 20 * MS, 0);
  g_assert_cmpint (delay.queue_us, ==, 20 * MS);
  gint64 since_us = at;
  for (; delay.queue_us > 0; at += 100 * MS)
    tell_queue (&delay, at, apart_us + 200 * MS, 0);
  g_assert_cmpint (at - since_us, >, BWE_QUEUE_STUCK_US);
  g_assert_cmpint (at - since_us, <, BWE_QUEUE_STUCK_US + SECOND);
}

/* Sound alone: few packets, but after a while they count. */
static void
test_queue_of_few (void)
{
  QueueDelay delay;

  queue_delay_init (&delay);
  queue_delay_add (&delay, SECOND, 2 * SECOND);
  queue_delay_add (&delay, SECOND + 100 * MS, 2 * SECOND + 100 * MS);
  g_assert_false (queue_delay_judge (&delay, FALSE));
  queue_delay_add (&delay, SECOND + 200 * MS, 2 * SECOND + 260 * MS);
  g_assert_true (queue_delay_judge (&delay, FALSE));
  g_assert_cmpint (delay.queue_us, ==, 0);
  g_assert_false (queue_delay_judge (&delay, FALSE));
}

/* @times feedbacks of @age_us, in turn more and less by @jitter_us; in how many it is overdue. */
static guint
tell_ages (Overdue *overdue, guint times, gint64 age_us, gint64 jitter_us, guint bps)
{
  guint on = 0;

  for (guint i = 0; i < times; i++) {
    overdue_judge (overdue, age_us + (i % 2 ? jitter_us : -jitter_us), bps);
    on += overdue->is_on;
  }
  return on;
}

static void
test_overdue (void)
{
  Overdue overdue = { 0 };

  /* even a little later shows where it always came at the same time, ... */
  g_assert_cmpuint (tell_ages (&overdue, 100, 40 * MS, 0, 2000000), ==, 0);
  overdue_judge (&overdue, 40 * MS + 12 * MS, 2000000);
  g_assert_false (overdue.is_on); /* two packets of 4.8 ms, and 3 */
  overdue_judge (&overdue, 40 * MS + 20 * MS, 2000000);
  g_assert_true (overdue.is_on);
  g_assert_false (overdue.is_surge);
  overdue_judge (&overdue, 40 * MS, 2000000);
  g_assert_false (overdue.is_on);
  overdue_judge (&overdue, 40 * MS + 70 * MS, 2000000);
  g_assert_true (overdue.is_on && overdue.is_surge);
  overdue_skip (&overdue);
  g_assert_false (overdue.is_on || overdue.is_surge);
  /* ... not where two packets take as long, nor on a line that jitters */
  g_assert_cmpuint (tell_ages (&overdue, 200, 40 * MS, 0, 500000), ==, 0);
  g_assert_cmpuint (tell_ages (&overdue, 1, 40 * MS + 30 * MS, 0, 500000), ==, 0);
  overdue = (Overdue){ 0 };
  tell_ages (&overdue, 200, 60 * MS, 20 * MS, 2000000);
  g_assert_cmpuint (tell_ages (&overdue, 200, 60 * MS, 20 * MS, 2000000), ==, 0);
  g_assert_cmpuint (tell_ages (&overdue, 1, 140 * MS, 0, 2000000), ==, 0);
  g_assert_cmpuint (tell_ages (&overdue, 1, 220 * MS, 0, 2000000), ==, 1);
  /* another way that is longer for good: it is got used to */
  overdue = (Overdue){ 0 };
  tell_ages (&overdue, 100, 40 * MS, 0, 2000000);
  guint on = tell_ages (&overdue, 100, 140 * MS, 0, 2000000);
  g_test_message ("a longer way is got used to after %u feedbacks", on);
  g_assert_cmpuint (on, >, 3);
  g_assert_cmpuint (on, <=, 16);
  g_assert_false (overdue.is_on);
}

/* Amid a surge two packets are enough. */
static void
test_queue_urgent (void)
{
  QueueDelay delay;

  queue_delay_init (&delay);
  tell_queue (&delay, SECOND, SECOND, 0);
  for (guint i = 1; i <= 2; i++)
    queue_delay_add (&delay, 2 * SECOND, 3 * SECOND + i * 80 * MS);
  g_assert_false (queue_delay_judge (&delay, FALSE));
  g_assert_true (queue_delay_judge (&delay, TRUE));
  g_assert_cmpint (delay.queue_us, ==, 80 * MS);
  queue_delay_add (&delay, 2 * SECOND, 3 * SECOND + 300 * MS);
  g_assert_false (queue_delay_judge (&delay, TRUE));
}

static void
test_probe (void)
{
  g_assert_cmpuint (run_probe (1, 5), ==, 1000000);
  g_assert_cmpuint (run_probe (2, 5), ==, 500000);   /* the line carries half */
  g_assert_cmpuint (run_probe (.1, 5), ==, 1000000); /* jitter brought it together: no more */
  g_assert_cmpuint (run_probe (1, 2), ==, 0);        /* too little to tell */
  Probe probe = { 0 };
  guint rate = 0;
  g_assert_false (probe_wants (&probe, 600000, 600000, SECOND, &rate));
  g_assert_true (probe_wants (&probe, 100000, 5000000, SECOND, &rate));
  g_assert_cmpuint (rate, ==, 200000);
  /* each that leads nowhere makes the next wait twice as long */
  gint64 gap_us = 0;
  for (guint i = 0; i < 8; i++) {
    probe_judge (&probe, FALSE, BWE_PROBE_GAP_MAX_US, SECOND);
    g_assert_cmpint (probe.gap_us, >=, gap_us);
    gap_us = probe.gap_us;
  }
  g_assert_cmpint (gap_us, ==, BWE_PROBE_GAP_MAX_US);
  g_assert_false (probe_wants (&probe, 100000, 5000000, 2 * SECOND, &rate));
  probe_judge (&probe, TRUE, BWE_PROBE_GAP_MAX_US, SECOND);
  g_assert_true (probe_wants (&probe, 100000, 5000000, 2 * SECOND, &rate));
  /* groups of the history are 1..31 */
  for (guint i = 0; i < 100; i++) {
    probe_start (&probe, 100000, SECOND);
    g_assert_cmpuint (probe.group, >=, 1);
    g_assert_cmpuint (probe.group, <=, SENT_GROUP_MAX);
  }
}

/* Others' queues: by a share, not more often than a decrease, never below what came, and nothing is
 * learnt of the line. */
static void
test_control_yield (void)
{
  RateControl control;
  gint64 now_us = SECOND;

  rate_control_init (&control, 1000000, now_us);
  rate_control_yield (&control, BWE_DECREASE, 300000, 50000, now_us + BWE_DECREASE_GAP_US);
  g_assert_cmpuint (rate_control_get (&control), ==, 850000);
  rate_control_yield (&control, BWE_DECREASE, 300000, 50000, now_us + 2 * BWE_DECREASE_GAP_US - 1);
  g_assert_cmpuint (rate_control_get (&control), ==, 850000);
  now_us += 2 * BWE_DECREASE_GAP_US;
  rate_control_yield (&control, BWE_DECREASE, 300000, 50000, now_us);
  g_assert_cmpuint (rate_control_get (&control), ==, 722500);
  rate_control_yield (&control, BWE_DECREASE, 700000, 50000, now_us + SECOND);
  g_assert_cmpuint (rate_control_get (&control), ==, 700000);
  rate_control_yield (&control, BWE_DECREASE, 900000, 50000, now_us + 2 * SECOND);
  g_assert_cmpuint (rate_control_get (&control), ==, 700000); /* it does not rise by it */
  g_assert_cmpfloat (control.capacity_bps, ==, 0);
  rate_control_on_use (&control, LINE_OVERUSED, 500000, 50000, now_us + 3 * SECOND);
  g_assert_cmpfloat (control.capacity_bps, >, 0);
  /* a long queue: more, but never less than sound */
  rate_control_init (&control, 1000000, now_us);
  for (guint i = 1; i <= 5; i++) {
    rate_control_yield (&control, BWE_YIELD_LONG, 20000, 50000, now_us + i * SECOND);
    g_assert_cmpuint (rate_control_get (&control), ==, MAX (1000000 >> i, BWE_MIN_BPS));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bwe/history", test_history);
  g_test_add_func ("/bwe/groups", test_groups);
  g_test_add_func ("/bwe/trend", test_trend);
  g_test_add_func ("/bwe/window", test_window);
  g_test_add_func ("/bwe/control-delay", test_control_delay);
  g_test_add_func ("/bwe/control-yield", test_control_yield);
  g_test_add_func ("/bwe/control-loss", test_control_loss);
  g_test_add_func ("/bwe/control-shown", test_control_shown);
  g_test_add_func ("/bwe/queue", test_queue);
  g_test_add_func ("/bwe/queue-of-few", test_queue_of_few);
  g_test_add_func ("/bwe/queue-urgent", test_queue_urgent);
  g_test_add_func ("/bwe/overdue", test_overdue);
  g_test_add_func ("/bwe/probe", test_probe);
  return g_test_run ();
}
