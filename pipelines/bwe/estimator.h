/* Estimator: how many bits per second one transport's line carries towards the receiver.
 *
 *   on the packet path:   estimator_on_sent ()
 *   feedback comes:       estimator_on_feedback ()
 *   each tick (20 ms):    estimator_tick (), then estimator_probe_bytes () to be repeated
 *   whenever:             estimator_get_bps ()
 *
 * 17 kB.  Owner: the shard of its transport; no clock inside. */
#pragma once

#include "pipelines/bwe/line_width.h"
#include "pipelines/bwe/overdue.h"
#include "pipelines/bwe/probe.h"
#include "pipelines/bwe/queue_delay.h"
#include "pipelines/bwe/rate_control.h"
#include "pipelines/bwe/rate_window.h"
#include "pipelines/rtp/twcc.h"

typedef struct {
  /* written with each packet that is sent, kept together: ESTIMATOR_HOT_BYTES */
  gint64 sent_us;      /* last packet */
  gint64 told_sent_us; /* when the newest packet told of was sent; 0: none */
  gint64 waiting_us;   /* since when something under way is not told of */
  gint64 resumed_us;   /* first packet after a pause of sending */
  gint64 burst_us;     /* what is sent at once takes its time on the line: when it began ... */
  guint burst_bytes;   /* ... and how large it is */
  guint burst_most[2]; /* the largest of late: now, and in the window before */
  Probe probe;         /* of which the state comes first */

  RateControl control;
  RateWindow acked;
  RateWindow sent; /* the same packets, as they were sent */
  PacketGroups groups;
  DelayTrend trend;
  QueueDelay queue;
  LineWidth width;
  Overdue overdue;
  gint64 rtt_us;           /* sending to feedback, averaged; -1: not known */
  gint64 told_us;          /* last feedback */
  gint64 lag_us[3];        /* how old both got before more was told: now, in two windows before */
  gint64 lag_window_us;    /* when the present one began */
  gint64 lag_mean_us;      /* how old before more was told, in the mean; 0: not known */
  gint64 lag_spread_us;    /* from it, in the mean */
  gint64 back_us;          /* what was told last was longer than the least on its way back by */
  gint64 back_least_us[2]; /* in the present window and in the one before, of two clocks */
  gint64 back_window_us;
  gint64 burst_window_us;
  gint64 calm_us;         /* since when neither overuse nor loss */
  gint64 arrival_base_us; /* receiver's clock at its last wrap */
  gint64 arrival_last_us;
  guint16 told_seq;     /* newest packet told of */
  guint wanted_bps;     /* what would be sent if the line carried it */
  guint next_bps;       /* what would be sent with one step more */
  gboolean is_bare;     /* nothing is sent but sound, though more is wanted */
  gboolean is_told;     /* feedback has come */
  gboolean is_draining; /* a long queue is let run dry */
  gboolean is_cut;      /* the line carries far less than just now */
  gboolean is_late;     /* the feedback does not come as it used to */
  gboolean is_unsure;   /* that, but nothing else does either */
  gboolean is_back_slow;
  guint64 heard_bytes;              /* of anything, as last told */
  double heard_lately, heard_usual; /* in a tick */
  SendHistory history;
} Estimator;

/* What feedback reads and writes from its start on, beside the history. */
#define ESTIMATOR_TOLD_BYTES G_STRUCT_OFFSET (Estimator, history)
#define ESTIMATOR_HOT_BYTES (G_STRUCT_OFFSET (Estimator, probe) + sizeof (ProbeState))

void estimator_init (Estimator *estimator, gint64 now_us);

static inline void
estimator_on_sent (Estimator *estimator, guint16 seq, guint bytes, gint64 now_us)
{
  send_history_add (&estimator->history, seq, bytes,
                    probe_on_sent (&estimator->probe, bytes, now_us), now_us);
  if (estimator->sent_us <= estimator->told_sent_us)
    estimator->waiting_us = now_us;
  if (now_us - estimator->sent_us > BWE_HOLD_PAUSE_US)
    estimator->resumed_us = now_us;
  estimator->sent_us = now_us;
  if (now_us - estimator->burst_us > BWE_GROUP_SEND_US) {
    estimator->burst_us = now_us;
    estimator->burst_bytes = 0;
  }
  estimator->burst_bytes += bytes;
  estimator->burst_most[0] = MAX (estimator->burst_most[0], estimator->burst_bytes);
}

/* Feedback that was checked by twcc_feedback_init (). */
void estimator_on_feedback (Estimator *estimator, TwccFeedback *feedback, gint64 now_us);

/* What the streams would take with all layers that are wanted; drives the probes. */
void estimator_set_wanted (Estimator *estimator, guint bps);
/* What they would take with the next better layer; 0: not known. */
void estimator_set_next (Estimator *estimator, guint bps);
/* Nothing flows but sound, though more is wanted: only probes can show that there is room again. */
void estimator_set_bare (Estimator *estimator, gboolean is_bare);

/* With each tick: what came from the receiver so far, of anything. Where less comes than it used
 * to, feedback that does not come says nothing of the way there. */
void estimator_note_heard (Estimator *estimator, guint64 bytes);

void estimator_tick (Estimator *estimator, gint64 now_us);
/* Bytes that a probe wants to be sent now beside the media. */
guint estimator_probe_bytes (const Estimator *estimator, gint64 now_us);

guint estimator_get_bps (const Estimator *estimator);
/* Packets wait so long that what is sent must become less at once, not at the next occasion. */
gboolean estimator_is_congested (const Estimator *estimator);
/* All that is wanted goes over it, and nothing waits. */
gboolean estimator_has_room (const Estimator *estimator);
/* A frame that is sent at once stands in the line for a while, and sound behind it. */
gboolean estimator_is_narrow (const Estimator *estimator);
/* It is told of later than it used to: nothing but sound should go until it is, at most 1 s. */
gboolean estimator_is_late (const Estimator *estimator);
/* From *@ret_from_us to *@ret_until_us what can wait should, unless more is told before: it would
 * stand in a queue if there is one. Short holds for nothing are expected. */
void estimator_get_hold (const Estimator *estimator, gint64 *ret_from_us, gint64 *ret_until_us);
/* FALSE: the receiver tells nothing; then the estimate is a guess and nothing should be thinned. */
gboolean estimator_is_told (const Estimator *estimator);
