/* RelayCondition out of what the relay counts: how busy its busiest core is, whether it thins
 * pictures. Pure; main thread. */
#pragma once

#include "pipelines/control/messages.h"
#include "signaling/health/board.h"

/* Zero-initialised: nothing was counted yet. */
typedef struct {
  gint64 at_us; /* monotonic */
  gint64 cpu_us[LIMIT_SHARDS];
} RelayCounts;

/* FALSE: of the first counters, and of a relay that began anew, nothing can be said. */
gboolean relay_condition_take (RelayCounts *counts, const RelayStatsReply *stats, gint64 now_us,
                               RelayCondition *ret_condition);
