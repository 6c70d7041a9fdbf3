/* Probe: for a tenth of a second more is sent than the estimate allows, by repeating packets; what
 * of it arrives, and how fast, shows what the line carries.
 *
 *   idle --probe_wants ()--> sending --BWE_PROBE_US--> waiting --all told, or 1 s--> idle
 *
 * Plain data, zero-initialised.  Owner: the estimator's thread. */
#pragma once

#include "pipelines/bwe/send_history.h"

typedef enum { PROBE_IDLE, PROBE_SENDING, PROBE_WAITING } ProbeState;

typedef struct {
  ProbeState state;
  guint group;    /* of its packets in the history, 1..SENT_GROUP_MAX */
  guint rate_bps; /* wanted */
  gint64 started_us, ended_us;
  gint64 lasts_us;
  gint64 next_us;   /* not before */
  gint64 gap_us;    /* after one that led nowhere */
  guint sent_bytes; /* in it, everything */
  guint last_group;
  /* what was told; the last send instant is left out, since its bytes' arrival is not seen */
  guint told_packets;
  guint told_bytes, told_bytes_before; /* all; before the last send instant */
  guint first_bytes, last_bytes;       /* the first packet of all, and of the last instant */
  gint64 first_sent_us, last_sent_us;
  gint64 first_arrival_us, last_arrival_us; /* of the first packet of a send instant */
} Probe;

/* TRUE: begin one now at *@ret_bps. */
gboolean probe_wants (const Probe *probe, guint estimate_bps, guint wanted_bps, gint64 now_us,
                      guint *ret_bps);
void probe_start (Probe *probe, guint rate_bps, gint64 now_us);
/* Bytes that must still be added by now to reach its rate; 0: none, or no probe. */
guint probe_due_bytes (const Probe *probe, gint64 now_us);
/* Everything that is sent while it runs; the number that goes into the history. */
guint probe_on_sent (Probe *probe, guint bytes, gint64 now_us);
void probe_on_told (Probe *probe, const SentPacket *packet, gint64 sent_us, gint64 arrival_us);
/* TRUE when it is over with a result: *@ret_bps (0: it showed nothing). */
gboolean probe_tick (Probe *probe, gint64 now_us, gint64 rtt_us, guint *ret_bps);
/* It was of no use: the next one waits longer, at most some @gap_max_us.  Or it was. */
void probe_judge (Probe *probe, gboolean was_useful, gint64 gap_max_us, gint64 now_us);
