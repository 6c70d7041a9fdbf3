/* The clock of a shard: what happens every TICK_US, and every so many ticks. Shard thread. */
#pragma once

#include "pipelines/relay/shard.h"

void shard_tick (Shard *shard);

/* When the tick after one at @now_us is due, which was due at @due_us: times of ticks keep to a
 * grid, whether one came early or not; 0, or long ago, begins a new one. */
gint64 shard_tick_due_after (gint64 due_us, gint64 now_us);

/* A wake-up costs as much as the work of a tick: one that is due soon may ride with a round. */
gboolean shard_tick_may_ride (gint64 due_us, gint64 now_us);

/* Asks publishers for the packets whose time has come; also after every round. */
void shard_poll_lossy (Shard *shard);
