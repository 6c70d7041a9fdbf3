/* What comes to a shard: read, told apart, handed to its transport. Shard thread.
 *
 * Checks, handshakes and feedback come apart from media (pipelines/transport/udp_apart.h): hundreds
 * of browsers tell of what they got some sixteen times a second each, and to be woken for every one
 * costs three times as much as what it says. So where many come they are gathered:
 *
 *   at once --CONTROL_MANY_PER_S--> gathered: read with each round, or every CONTROL_GATHER_US
 *           <--CONTROL_FEW_PER_S---
 */
#pragma once

#include "pipelines/relay/shard.h"

/* From shard_new (), before the thread. */
void shard_receive_open (Shard *shard);
/* After it. */
void shard_receive_close (Shard *shard);

/* Reads what has arrived, at most RELAY_ROUND_BATCHES times; FALSE: the sockets were empty. */
gboolean shard_drain_sockets (Shard *shard);

/* Now and then: whether what is no media is gathered. */
void shard_receive_look (Shard *shard);

/* Pure: the same, by how many come in a second. */
gboolean control_should_gather (gboolean is_gathered, guint per_second);
