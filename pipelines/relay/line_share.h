/* LineShare: what one receiver's line carries, divided among the slots of its transport: sound is
 * taken off first, then each picture gets the layer that fits (pipelines/bwe).
 *
 *   packet sent:    transport_next_seq ()
 *   feedback:       line_share_on_feedback ()
 *   each tick:      line_share_tick (): probes; limits at once where a queue grows
 *   every 200 ms:   line_share_divide (): the slots' limits (once a second where none is needed)
 *
 * Owner: the shard of its transport. A receiver that gives no transport-wide feedback is believed
 * its REMB and the loss in its reports; one that tells nothing of these and has no bound of its own
 * (TransportLimits) has no LineShare, and its slots no limits. */
#pragma once

#include "pipelines/bwe/allocator.h"
#include "pipelines/bwe/estimator.h"
#include "pipelines/bwe/line_budget.h"
#include "pipelines/bwe/pacer.h"
#include "pipelines/bwe/survival.h"
#include "pipelines/bwe/told_rate.h"
#include "pipelines/rtp/rtcp.h"

typedef struct Transport Transport;
typedef struct Slot Slot;

typedef struct {
  Estimator estimator;
  Allocator allocator;
  gint64 divided_us;
  ToldRate told; /* where the estimator is told nothing */
  Survival survival;
  LineDemand demand; /* as last divided */
  Pacer pacer;
  guint pictures_bps; /* as last divided */
  guint short_bps;    /* what the slots would take, where they are not given all of it; else 0 */
  gboolean is_bound;  /* the slots have limits */
} LineShare;

/* (transfer full) */
LineShare *line_share_new (gint64 now_us);
/* transport->share, made if there is none. */
LineShare *line_share_ensure (Transport *transport);
/* The packets go another way now: all that was learnt is void. */
void line_share_reset (LineShare *share, gint64 now_us);

void line_share_on_feedback (LineShare *share, const RtcpPacket *packet, gint64 now_us);
void line_share_on_remb (Transport *transport, const RtcpRemb *remb);
void line_share_on_report (Transport *transport, Slot *slot, const RtcpReportBlock *block);
/* Sends what a probe wants. */
void line_share_prefetch (const LineShare *share); /* before it, of hundreds */
void line_share_tick (Transport *transport);
/* Sets the limits of the slots. */
void line_share_divide (Transport *transport);
/* FALSE: it may send all there is, so that dividing changes nothing but what is told of it, for
 * which once a second is enough. */
gboolean line_share_is_bounded (const Transport *transport);
