/* How busy the relay is, out of two readings of its counters. */
#include "server/bus/relay_condition.h"

static RelayStatsReply *
make_stats (gint64 cpu_0_us, gint64 cpu_1_us, gint64 pressure, gint64 worst_us)
{
  RelayStatsReply *stats = relay_stats_reply_new ();
  gint64 cpu_us[] = { cpu_0_us, cpu_1_us };
  for (guint i = 0; i < G_N_ELEMENTS (cpu_us); i++) {
    ShardStats *shard = shard_stats_new ();
    shard->shard = (int) i;
    shard->cpu_us = cpu_us[i];
    shard->pressure = i == 1 ? pressure : 0;
    shard->round_worst_us = i == 0 ? worst_us : 5;
    g_ptr_array_add (stats->shards, shard);
  }
  return stats;
}

static void
test_rates (void)
{
  RelayCounts counts = { 0 };
  RelayCondition condition = { 0 };
  gint64 now_us = 100 * (gint64) G_USEC_PER_SEC;
  g_autoptr (RelayStatsReply) first = make_stats (5000000, 7000000, 0, 10);
  g_autoptr (RelayStatsReply) second = make_stats (5400000, 8900000, 2, 12345);
  g_autoptr (RelayStatsReply) anew = make_stats (1000, 1000, 0, 10);
  g_autoptr (RelayStatsReply) calm = make_stats (101000, 1000, 0, 10);

  g_assert_false (relay_condition_take (&counts, first, now_us, &condition));
  now_us += 2 * G_USEC_PER_SEC;
  g_assert_true (relay_condition_take (&counts, second, now_us, &condition));
  g_assert_cmpuint (condition.cpu_percent, ==, 95); /* of the busier one */
  g_assert_cmpuint (condition.pressure, ==, 2);
  g_assert_cmpint (condition.worst_round_us, ==, 12345);
  /* too near to say anything; the next one counts from the second on */
  g_assert_false (relay_condition_take (&counts, second, now_us + 1000, &condition));
  now_us += 2 * G_USEC_PER_SEC;
  g_assert_false (relay_condition_take (&counts, anew, now_us, &condition)); /* another relay */
  g_assert_cmpuint (condition.cpu_percent, ==, 95);                          /* untouched */
  now_us += G_USEC_PER_SEC;
  g_assert_true (relay_condition_take (&counts, calm, now_us, &condition));
  g_assert_cmpuint (condition.cpu_percent, ==, 10);
  g_assert_cmpuint (condition.pressure, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bus/relay_condition/rates", test_rates);
  return g_test_run ();
}
