/* LineShare: what one receiver's line carries, divided among the slots of its transport: sound is
 * taken off first, then each picture gets the layer that fits (pipelines/bwe).
 *
 *   packet sent:    line_share_on_sent ()
 *   feedback:       line_share_on_feedback ()
 *   each tick:      line_share_tick (): probes; limits at once where a queue grows
 *   every 200 ms:   line_share_divide (): the slots' limits
 *
 * Owner: the shard of its transport. A receiver that gives no transport-wide feedback has no
 * LineShare, and its slots no limits. */
#pragma once

#include "pipelines/bwe/allocator.h"
#include "pipelines/bwe/estimator.h"

typedef struct Transport Transport;

typedef struct {
  Estimator estimator;
  Allocator allocator;
  gint64 divided_us;
} LineShare;

/* (transfer full) */
LineShare *line_share_new (gint64 now_us);
/* The packets go another way now: all that was learnt is void. */
void line_share_reset (LineShare *share, gint64 now_us);

void line_share_on_feedback (LineShare *share, const RtcpPacket *packet, gint64 now_us);
/* Sends what a probe wants. */
void line_share_tick (Transport *transport);
/* Sets the limits of the slots. */
void line_share_divide (Transport *transport);
