/* ShardLines: the lines that several transports of a shard share, and what each of them gets of
 * their budgets (pipelines/bwe/line_budget).
 *
 * Owner: the shard. */
#pragma once

#include "pipelines/relay/shard.h"

/* The budget of @line from now on; 0: none in that direction. */
void shard_set_line (Shard *shard, guint32 line, guint down_bps, guint up_bps);
/* Every TICKS_SLOW. */
void shard_divide_lines (Shard *shard);
