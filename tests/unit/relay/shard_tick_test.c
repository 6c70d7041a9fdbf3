#include "pipelines/relay/shard_tick.h"

#define START (1000 * G_USEC_PER_SEC)
#define SPAN (100 * G_USEC_PER_SEC)
#define EXPECTED (SPAN / TICK_US)

typedef struct {
  guint ticks, rode;
  gint64 longest_us, shortest_us; /* between two of them */
} Count;

/* A shard with a round every so often (0: never), at most @jitter_us later; a tick that did not
 * ride comes when it is due. */
static Count
run (gint64 round_us, gint32 jitter_us)
{
  Count count = { .shortest_us = G_MAXINT64 };
  gint64 due_us = shard_tick_due_after (0, START);
  gint64 last_us = START;
  gint64 next_us = round_us > 0 ? START : G_MAXINT64;

  while (MIN (due_us, next_us) < START + SPAN) {
    gboolean is_round = next_us < due_us;
    gint64 now_us = MIN (due_us, next_us);

    if (is_round)
      next_us += round_us + (jitter_us > 0 ? g_test_rand_int_range (0, jitter_us) : 0);
    if (is_round && !shard_tick_may_ride (due_us, now_us))
      continue;
    count.ticks++;
    count.rode += is_round;
    count.longest_us = MAX (count.longest_us, now_us - last_us);
    if (count.ticks > 1)
      count.shortest_us = MIN (count.shortest_us, now_us - last_us);
    last_us = now_us;
    due_us = shard_tick_due_after (due_us, now_us);
  }
  return count;
}

static void
assert_as_many (const Count *count)
{
  g_assert_cmpuint (count->ticks, >=, EXPECTED - 1);
  g_assert_cmpuint (count->ticks, <=, EXPECTED + 1);
  g_assert_cmpint (count->longest_us, <=, TICK_US + TICK_EARLY_US);
  g_assert_cmpint (count->shortest_us, >=, TICK_US - TICK_EARLY_US);
}

static void
test_without_rounds (void)
{
  Count count = run (0, 0);

  assert_as_many (&count);
  g_assert_cmpuint (count.rode, ==, 0);
  g_assert_cmpint (count.longest_us, ==, TICK_US);
}

/* Rounds do not hurry ticks, however many there are: their number stays, and the space between. */
static void
test_as_many_with_rounds (void)
{
  static const gint64 rounds_us[] = { 100, 3000, 11000, 20000, 33000, 90000 };

  for (guint i = 0; i < G_N_ELEMENTS (rounds_us); i++) {
    Count steady = run (rounds_us[i], 0), uneven = run (rounds_us[i], 5000);

    assert_as_many (&steady);
    assert_as_many (&uneven);
    g_assert_cmpuint (uneven.rode, >, 0);
  }
}

static void
test_nearly_all_ride_with_many_rounds (void)
{
  Count count = run (TICK_EARLY_US - 1000, 0);

  g_assert_cmpuint (count.rode, >=, EXPECTED * 95 / 100);
}

/* Readings of what is gathered take every tick with them, wherever in their time it falls, and it
 * stays even: by it feedback is sent. */
static void
test_gathered_readings_take_ticks_evenly (void)
{
  Count count = run (CONTROL_GATHER_US, 0);

  assert_as_many (&count);
  g_assert_cmpuint (count.rode, ==, count.ticks);
  g_assert_cmpint (count.longest_us, ==, TICK_US);
  g_assert_cmpint (count.shortest_us, ==, TICK_US);
  count = run (CONTROL_GATHER_US - 10, 20); /* as timers are */
  assert_as_many (&count);
  g_assert_cmpuint (count.rode, >=, EXPECTED * 95 / 100);
}

static void
test_edges (void)
{
  gint64 due_us = START + TICK_US;

  g_assert_false (shard_tick_may_ride (due_us, due_us - TICK_EARLY_US - 1));
  g_assert_true (shard_tick_may_ride (due_us, due_us - TICK_EARLY_US));
  g_assert_cmpint (shard_tick_due_after (due_us, due_us - TICK_EARLY_US), ==, due_us + TICK_US);
  g_assert_cmpint (shard_tick_due_after (due_us, due_us + TICK_US - 1), ==, due_us + TICK_US);
  /* a thread that was held up does not make good for all that it missed */
  g_assert_cmpint (shard_tick_due_after (due_us, due_us + TICK_US), ==, due_us + 2 * TICK_US);
  g_assert_cmpint (shard_tick_due_after (due_us, due_us + 9 * TICK_US), ==, due_us + 10 * TICK_US);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/shard-tick/without-rounds", test_without_rounds);
  g_test_add_func ("/relay/shard-tick/as-many-with-rounds", test_as_many_with_rounds);
  g_test_add_func ("/relay/shard-tick/nearly-all-ride", test_nearly_all_ride_with_many_rounds);
  g_test_add_func ("/relay/shard-tick/gathered-readings-take-ticks-evenly",
                   test_gathered_readings_take_ticks_evenly);
  g_test_add_func ("/relay/shard-tick/edges", test_edges);
  return g_test_run ();
}
