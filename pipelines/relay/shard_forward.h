/* The forwarding half of a shard's round: bursts that wait are pushed, sound before pictures, and a
 * picture that hundreds show is sent in slices. What the shard cannot send in time is thinned by
 * Pressure; a burst that was dropped all the same takes its stream with it up to the next keyframe:
 * nobody is shown a broken picture. Shard thread.
 */
#pragma once

#include "pipelines/relay/shard.h"

/* Pushes what is ready, for RELAY_ROUND_US at most. */
void shard_forward (Shard *shard);
/* Something is left over for the next round. */
gboolean shard_has_waiting (const Shard *shard);

/* MediaQueueDropFunc */
void shard_on_burst_dropped (const MediaBurst *burst, gpointer user_data);

/* Each tick: how late it is, and what is to be thinned for it. */
void shard_tick_pressure (Shard *shard);
