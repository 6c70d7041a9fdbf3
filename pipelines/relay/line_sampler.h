/* LineSampler: what each transport and its streams did in the last second, to the controller
 * (transport.stats). Transports take their turn, a fiftieth of them at each tick, right after their
 * other work of the second, while their state is in the cache; they are told of every 100 ms. So
 * neither the shard nor the link has a burst once a second.
 *
 * Shard thread; reads counters that are there anyway (stream_meter.h), allocates only here. */
#pragma once

#include "pipelines/relay/shard.h"

/* Text of one message: well below LIMIT_CONTROL_MESSAGE_BYTES with the rest of each entry. */
#define SAMPLER_BATCH_BYTES (96 * 1024)

/* Each tick; @tick counts them. */
void line_sampler_tick (Shard *shard, guint tick);
