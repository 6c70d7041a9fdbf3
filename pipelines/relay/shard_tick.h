/* The clock of a shard: what happens every TICK_US, and every so many ticks. Shard thread. */
#pragma once

#include "pipelines/relay/shard.h"

void shard_tick (Shard *shard);

/* Asks publishers for the packets whose time has come; also after every round. */
void shard_poll_lossy (Shard *shard);
