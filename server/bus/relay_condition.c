#include "server/bus/relay_condition.h"

/* Counters nearer than this say little. */
#define SPAN_LEAST_US (G_USEC_PER_SEC / 2)

gboolean
relay_condition_take (RelayCounts *counts, const RelayStatsReply *stats, gint64 now_us,
                      RelayCondition *ret_condition)
{
  RelayCondition condition = { 0 };
  gint64 span_us = now_us - counts->at_us;
  gboolean is_known = counts->at_us != 0 && span_us >= SPAN_LEAST_US;
  if (counts->at_us != 0 && span_us < SPAN_LEAST_US)
    return FALSE;
  for (guint i = 0; i < stats->shards->len && i < LIMIT_SHARDS; i++) {
    const ShardStats *shard = g_ptr_array_index (stats->shards, i);
    gint64 spent_us = shard->cpu_us - counts->cpu_us[i];
    is_known = is_known && spent_us >= 0;
    condition.cpu_percent =
        MAX (condition.cpu_percent, (guint) CLAMP (100 * spent_us / MAX (span_us, 1), 0, 100));
    condition.pressure = MAX (condition.pressure, (guint) MAX (shard->pressure, 0));
    condition.worst_round_us = MAX (condition.worst_round_us, shard->round_worst_us);
    counts->cpu_us[i] = shard->cpu_us;
  }
  counts->at_us = now_us;
  if (is_known)
    *ret_condition = condition;
  return is_known;
}
