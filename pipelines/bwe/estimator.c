#include "pipelines/bwe/estimator.h"

#include <math.h>
#include <string.h>

/* The reference time of the feedback has 24 bits of 64 ms. */
#define ARRIVAL_WRAP_US (G_GINT64_CONSTANT (1) << 24) * 64000

#define RTT_SHARE 8 /* of a new, larger round trip in the kept one */

void
estimator_init (Estimator *estimator, gint64 now_us)
{
  memset (estimator, 0, sizeof *estimator);
  rate_control_init (&estimator->control, BWE_START_BPS, now_us);
  delay_trend_init (&estimator->trend);
  estimator->rtt_us = -1;
  queue_delay_init (&estimator->queue);
  estimator->calm_us = now_us;
  estimator->back_least_us[0] = estimator->back_least_us[1] = G_MAXINT64;
  estimator->back_window_us = now_us;
}

/* The receiver's clock without its wrap. */
static gint64
unwrap_arrival (Estimator *estimator, gint64 arrival_us)
{
  gint64 whole = arrival_us + estimator->arrival_base_us;

  if (estimator->is_told && estimator->arrival_last_us - whole > ARRIVAL_WRAP_US / 2) {
    estimator->arrival_base_us += ARRIVAL_WRAP_US;
    whole += ARRIVAL_WRAP_US;
  }
  estimator->arrival_last_us = MAX (estimator->arrival_last_us, whole);
  return whole;
}

static void
learn_rtt (Estimator *estimator, gint64 rtt_us)
{
  if (estimator->rtt_us < 0 || rtt_us < estimator->rtt_us)
    estimator->rtt_us = rtt_us;
  else
    estimator->rtt_us += (rtt_us - estimator->rtt_us) / RTT_SHARE;
}

/* Longer than ever of late, but not counting the last seconds, which may be those of a queue. */
static gboolean
is_lag_unusual (const Estimator *estimator, gint64 lag_us)
{
  gint64 usual_us = MAX (estimator->lag_us[1], estimator->lag_us[2]);
  guint64 burst_bytes = MAX (estimator->burst_most[0], estimator->burst_most[1]);
  gint64 burst_us = burst_bytes * 8 * G_USEC_PER_SEC / rate_control_get (&estimator->control);

  gint64 late_us = estimator_is_narrow (estimator) ? BWE_LATE_NARROW_US : BWE_LATE_US;

  return usual_us > 0 && lag_us > usual_us + burst_us + late_us + estimator->back_us;
}

/* How much of the lag is that of the way back: @arrival_us by the receiver's clock is of the newest
 * packet told of. */
static void
learn_back (Estimator *estimator, gint64 arrival_us, gint64 now_us)
{
  gint64 *least_us = estimator->back_least_us;
  gint64 way_us = now_us - arrival_us;

  if (now_us - estimator->back_window_us > BWE_BACK_WINDOW_US) {
    least_us[1] = least_us[0];
    least_us[0] = G_MAXINT64;
    estimator->back_window_us = now_us;
  }
  least_us[0] = MIN (least_us[0], way_us);
  estimator->back_us = way_us - MIN (least_us[0], least_us[1]);
}

/* How long nothing was told of what is under way. */
static gint64
lag_now_us (const Estimator *estimator, gint64 now_us)
{
  return now_us - MAX (estimator->told_sent_us, estimator->waiting_us);
}

/* Since when it is waited to be told: what was lost before a pause is told of after it. */
static gint64
hold_since_us (const Estimator *estimator)
{
  return MAX (MAX (estimator->told_sent_us, estimator->waiting_us), estimator->resumed_us);
}

/* A long one counts little: it may be that of a queue. */
static void
learn_usual_lag (Estimator *estimator, gint64 now_us)
{
  gint64 lag_us = now_us - hold_since_us (estimator);
  gint64 off_us;

  if (estimator->lag_mean_us == 0)
    estimator->lag_mean_us = lag_us;
  off_us = MIN (lag_us - estimator->lag_mean_us, BWE_HOLD_STEP_US);
  estimator->lag_mean_us += off_us / BWE_HOLD_SHARE;
  estimator->lag_spread_us += (ABS (off_us) - estimator->lag_spread_us) / BWE_HOLD_SHARE;
}

/* The lag just before more is told. */
static void
learn_lag (Estimator *estimator, gint64 newest_sent_us, gint64 now_us)
{
  if (now_us - estimator->lag_window_us > BWE_LATE_WINDOW_US) {
    estimator->lag_us[2] = estimator->lag_us[1];
    estimator->lag_us[1] = estimator->lag_us[0];
    estimator->lag_us[0] = 0;
    estimator->lag_window_us = now_us;
  }
  if (estimator->told_sent_us > 0) {
    estimator->lag_us[0] = MAX (estimator->lag_us[0], lag_now_us (estimator, now_us));
    learn_usual_lag (estimator, now_us);
  }
  estimator->told_sent_us = MAX (estimator->told_sent_us, newest_sent_us);
  estimator->is_late =
      estimator->is_late && is_lag_unusual (estimator, lag_now_us (estimator, now_us));
}

/* A threshold of the queue on a line that jitters by itself. */
static gint64
above_jitter (const Estimator *estimator, gint64 threshold_us)
{
  return MAX (threshold_us, MIN (estimator->queue.spread_us, BWE_QUEUE_SPREAD_MAX_US));
}

typedef struct {
  guint received, lost;
  gint64 newest_sent_us; /* -1: none */
  guint16 newest_seq;
  gint64 newest_arrival_us;
  LineUse use;
  gboolean has_use;
} FeedbackSum;

static void
on_received (Estimator *estimator, const SentPacket *packet, gint64 sent_us, gint64 arrival_us,
             FeedbackSum *sum)
{
  GroupDelta delta;

  sum->received++;
  if (sent_us >= sum->newest_sent_us) {
    sum->newest_sent_us = sent_us;
    sum->newest_seq = packet->seq;
  }
  sum->newest_arrival_us = MAX (sum->newest_arrival_us, arrival_us);
  rate_window_add (&estimator->acked, packet->size, arrival_us);
  rate_window_add (&estimator->sent, packet->size, sent_us);
  queue_delay_add (&estimator->queue, sent_us, arrival_us);
  line_width_add (&estimator->width, packet->size, sent_us, arrival_us);
  probe_on_told (&estimator->probe, packet, sent_us, arrival_us);
  if (!packet_groups_add (&estimator->groups, sent_us, arrival_us, &delta))
    return;
  LineUse use = delay_trend_add (&estimator->trend, &delta);
  /* one overused group among several of a feedback is what matters */
  if (!sum->has_use || sum->use != LINE_OVERUSED)
    sum->use = use;
  sum->has_use = TRUE;
}

static guint
acked_within (const Estimator *estimator, gint64 window_us)
{
  guint bps;

  if (rate_window_get (&estimator->acked, estimator->arrival_last_us, window_us, &bps))
    return bps;
  return 0;
}

/* What arrived; with a queue what the line carries, which is seen sooner. */
static guint
acked_bps (const Estimator *estimator)
{
  gint64 full_us = estimator->is_cut ? BWE_QUEUE_LEAST_US : BWE_QUEUE_US;

  return acked_within (estimator, estimator->queue.queue_us > full_us ? BWE_ACKED_SHORT_US
                                                                      : BWE_ACKED_WINDOW_US);
}

/* What was sent here did not fill the line: it came as fast as it went, and was less than the
 * estimate. */
static gboolean
is_others_queue (const Estimator *estimator, guint bps)
{
  guint sent_bps;

  return bps > 0 && bps < BWE_YIELD_SHARE * rate_control_get (&estimator->control) &&
         rate_window_get (&estimator->sent, estimator->told_sent_us, BWE_ACKED_WINDOW_US,
                          &sent_bps) &&
         bps >= BWE_YIELD_CAME * sent_bps;
}

/* Who sends much gives way to a shorter queue than who sends little, so that those who share a line
 * come to equal shares (as RFC 8698, 4.3, where the reference delay falls with the rate). */
static double
patience_of (const Estimator *estimator)
{
  guint bps = acked_bps (estimator);
  double patience = sqrt (BWE_PATIENCE_BPS / (double) MAX (bps, BWE_MIN_BPS));

  return CLAMP (patience, BWE_PATIENCE_LEAST, BWE_PATIENCE_MOST);
}

/* Gives way to it though it grows so slowly that no trend is seen. */
static gint64
long_queue_us (const Estimator *estimator, double patience)
{
  gint64 us = (gint64) (BWE_QUEUE_SHORT_US * patience);

  return MIN (us + BWE_QUEUE_JITTERS * estimator->queue.spread_us, BWE_QUEUE_US);
}

/* The queue decides whether a trend counts. */
static void
judge_queue (Estimator *estimator, FeedbackSum *sum)
{
  double patience = patience_of (estimator);
  gint64 queue_us = estimator->queue.queue_us;

  if (queue_us > BWE_QUEUE_DRAIN_US)
    estimator->is_draining = TRUE;
  else if (queue_us < above_jitter (estimator, BWE_QUEUE_CALM_US))
    estimator->is_draining = FALSE;
  if (queue_us > long_queue_us (estimator, patience)) {
    sum->use = LINE_OVERUSED;
    /* after a cut so few packets come that they make no two groups */
    sum->has_use = sum->has_use || estimator->is_cut;
  } else if (sum->use == LINE_OVERUSED &&
             queue_us < above_jitter (estimator, (gint64) (patience * BWE_QUEUE_LEAST_US)))
    sum->use = LINE_NORMAL;
}

static void
judge_use (Estimator *estimator, const FeedbackSum *sum, gint64 rtt_us, gint64 now_us)
{
  RateControl *control = &estimator->control;
  guint bps = acked_bps (estimator);
  gboolean is_others = sum->use == LINE_OVERUSED && is_others_queue (estimator, bps);

  if (!sum->has_use)
    return;
  /* a short one is somebody else's probe, or a key frame */
  if (is_others)
    rate_control_yield (control,
                        estimator->queue.queue_us > BWE_QUEUE_US ? BWE_YIELD_LONG : BWE_DECREASE,
                        bps, rtt_us, now_us);
  else
    rate_control_on_use (control, sum->use, bps, rtt_us, now_us);
}

/* A probe, and what probes a line that carries sound alone, makes queues that are meant. */
static void
judge_overdue (Estimator *estimator, const FeedbackSum *sum, gint64 now_us)
{
  guint16 next_seq = (guint16) (sum->newest_seq + 1);
  guint shortly_bps = acked_within (estimator, BWE_ACKED_SHORT_US);
  guint bps = acked_within (estimator, BWE_ACKED_WINDOW_US);
  gint64 next_us;

  if (estimator->is_bare || estimator->probe.state != PROBE_IDLE ||
      !send_history_look (&estimator->history, next_seq, now_us, &next_us) ||
      next_us - sum->newest_sent_us > BWE_HOLD_PAUSE_US)
    overdue_skip (&estimator->overdue);
  else
    overdue_judge (&estimator->overdue, now_us - next_us, rate_control_get (&estimator->control));
  estimator->is_cut =
      estimator->overdue.is_surge && shortly_bps > 0 && shortly_bps < BWE_SURGE_CUT * bps;
}

static void
apply (Estimator *estimator, FeedbackSum *sum, gint64 now_us)
{
  gint64 rtt_us;

  if (sum->newest_sent_us >= 0) {
    estimator->told_seq = sum->newest_seq;
    learn_rtt (estimator, now_us - sum->newest_sent_us);
    learn_back (estimator, sum->newest_arrival_us, now_us);
    learn_lag (estimator, sum->newest_sent_us, now_us);
    judge_overdue (estimator, sum, now_us);
  }
  rtt_us = MAX (estimator->rtt_us, 0);
  queue_delay_judge (&estimator->queue, estimator->is_cut);
  judge_queue (estimator, sum);
  judge_use (estimator, sum, rtt_us, now_us);
  rate_control_on_loss (&estimator->control, sum->lost, sum->lost + sum->received, rtt_us, now_us);
  if ((sum->has_use && sum->use == LINE_OVERUSED) ||
      sum->lost > (sum->lost + sum->received) * BWE_LOSS_HIGH)
    estimator->calm_us = now_us;
}

void
estimator_on_feedback (Estimator *estimator, TwccFeedback *feedback, gint64 now_us)
{
  FeedbackSum sum = { .newest_sent_us = -1, .newest_arrival_us = G_MININT64 };
  TwccStatus status;

  while (twcc_feedback_next (feedback, &status)) {
    SentPacket packet;
    gint64 sent_us;
    if (!status.received) {
      /* it may still come, and be told of then: it stays in the history */
      const SentPacket *kept = &estimator->history.packets[status.seq % BWE_HISTORY];
      sum.lost += kept->size > 0 && kept->seq == status.seq;
      continue;
    }
    gint64 arrival_us = unwrap_arrival (estimator, status.arrival_us);
    if (send_history_take (&estimator->history, status.seq, now_us, &packet, &sent_us))
      on_received (estimator, &packet, sent_us, arrival_us, &sum);
  }
  estimator->is_told = TRUE;
  estimator->told_us = now_us;
  apply (estimator, &sum, now_us);
}

void
estimator_set_wanted (Estimator *estimator, guint bps)
{
  estimator->wanted_bps = bps;
}

void
estimator_set_next (Estimator *estimator, guint bps)
{
  estimator->next_bps = bps;
}

void
estimator_set_bare (Estimator *estimator, gboolean is_bare)
{
  estimator->is_bare = is_bare;
}

/* Calm, and no queue. */
static gboolean
may_probe (const Estimator *estimator, gint64 now_us)
{
  return estimator->is_told &&
         estimator->queue.queue_us < above_jitter (estimator, BWE_QUEUE_CALM_US) &&
         now_us - estimator->calm_us >= BWE_PROBE_CALM_US;
}

/* Sound alone flows, and the line was not seen to carry much more. */
static gboolean
is_bare_near (const Estimator *estimator, guint bps)
{
  const RateControl *control = &estimator->control;

  return estimator->is_bare &&
         bps > BWE_PROBE_NEAR * MAX (control->capacity_bps, control->shown_bps) &&
         MAX (control->capacity_bps, control->shown_bps) > 0;
}

/* What a probe may look for: near what the line was last seen to carry no more than a step, or,
 * where sound alone flows, after a moment little more than that. */
static guint
probe_aim (const Estimator *estimator, guint bps, gint64 now_us)
{
  const RateControl *control = &estimator->control;
  gint64 near_us = estimator->is_bare ? BWE_PROBE_BARE_NEAR_US : BWE_PROBE_NEAR_US;
  gboolean is_near = control->capacity_bps > 0 && bps > BWE_PROBE_NEAR * control->capacity_bps &&
                     now_us - control->capacity_us < near_us;

  if (is_near)
    return estimator->next_bps < BWE_PROBE_NEXT * control->capacity_bps ? estimator->next_bps : 0;
  if (is_bare_near (estimator, bps))
    return MIN (estimator->wanted_bps, (guint) (bps * BWE_PROBE_BARE));
  return estimator->wanted_bps;
}

/* What a probe that showed @shown proves; it came slower than it was sent: that is what the line
 * carries, be it less than believed. */
static guint
proven_bps (guint bps, guint shown, gboolean is_limit)
{
  guint proven = is_limit ? (guint) (shown * BWE_PROBE_SHARE) : shown;

  if (is_limit && proven > bps)
    proven = bps + (guint) ((proven - bps) * BWE_PROBE_GAIN);
  return proven;
}

static void
tick_probe (Estimator *estimator, gint64 now_us)
{
  guint bps = rate_control_get (&estimator->control);
  guint shown = 0, rate = 0;

  if (probe_tick (&estimator->probe, now_us, estimator->rtt_us, &shown)) {
    gboolean is_limit = shown > 0 && shown < BWE_PROBE_LIMIT * estimator->probe.rate_bps;
    guint proven = proven_bps (bps, shown, is_limit);
    gboolean is_calm = estimator->calm_us < estimator->probe.started_us;
    gboolean is_useful = proven > bps && is_calm;
    /* all of it came: the estimate may have grown by that meanwhile, and there may be more */
    gboolean is_passed = shown > 0 && !is_limit && is_calm;
    if (is_useful || is_limit)
      rate_control_set (&estimator->control, proven, is_limit ? shown : 0, now_us);
    probe_judge (&estimator->probe, is_useful || is_passed,
                 estimator->is_bare ? BWE_PROBE_BARE_GAP_US : BWE_PROBE_GAP_MAX_US, now_us);
    return;
  }
  if (may_probe (estimator, now_us) &&
      probe_wants (&estimator->probe, bps, probe_aim (estimator, bps, now_us), now_us, &rate))
    probe_start (&estimator->probe, rate, now_us);
}

static void
watch_lag (Estimator *estimator, gint64 now_us)
{
  gint64 lag_us;

  if (now_us - estimator->burst_window_us > BWE_BURST_WINDOW_US) {
    estimator->burst_most[1] = estimator->burst_most[0];
    estimator->burst_most[0] = 0;
    estimator->burst_window_us = now_us;
  }
  lag_us = estimator->sent_us > estimator->told_sent_us ? lag_now_us (estimator, now_us) : 0;
  estimator->is_unsure = FALSE;
  if (lag_us > BWE_SILENCE_US) {
    estimator->is_late = FALSE; /* from here on it is silence, and something must be sent */
  } else if (estimator->probe.state == PROBE_IDLE && is_lag_unusual (estimator, lag_us)) {
    estimator->is_unsure = estimator->is_back_slow;
    estimator->is_late = !estimator->is_unsure;
    estimator->calm_us = now_us;
  }
}

void
estimator_note_heard (Estimator *estimator, guint64 bytes)
{
  double now_bytes = bytes >= estimator->heard_bytes ? bytes - estimator->heard_bytes : 0;

  estimator->heard_bytes = bytes;
  estimator->heard_lately += (now_bytes - estimator->heard_lately) / BWE_HEARD_LATELY;
  estimator->heard_usual += (now_bytes - estimator->heard_usual) / BWE_HEARD_USUALLY;
  estimator->is_back_slow = estimator->heard_usual >= BWE_HEARD_BYTES &&
                            estimator->heard_lately < estimator->heard_usual / 2;
}

void
estimator_tick (Estimator *estimator, gint64 now_us)
{
  if (!estimator->is_told)
    return;
  /* nothing was told while nothing was sent */
  if (estimator->sent_us > estimator->told_us &&
      now_us - MAX (estimator->told_us, estimator->waiting_us) >
          BWE_SILENCE_US + MAX (estimator->rtt_us, 0)) {
    rate_control_on_silence (&estimator->control, now_us);
    estimator->told_us = now_us; /* again after as long */
    estimator->calm_us = now_us;
  }
  watch_lag (estimator, now_us);
  tick_probe (estimator, now_us);
}

guint
estimator_probe_bytes (const Estimator *estimator, gint64 now_us)
{
  return probe_due_bytes (&estimator->probe, now_us);
}

guint
estimator_get_bps (const Estimator *estimator)
{
  guint bps = rate_control_get (&estimator->control);

  if (estimator->is_late)
    bps = BWE_MIN_BPS;
  else if (estimator->is_draining || estimator->is_unsure)
    bps = MAX ((guint) (bps * BWE_DRAIN_SHARE), BWE_MIN_BPS);
  return bps;
}

gboolean
estimator_is_congested (const Estimator *estimator)
{
  return estimator->is_late || estimator->queue.queue_us > BWE_QUEUE_US;
}

gboolean
estimator_has_room (const Estimator *estimator)
{
  return estimator->is_told && !estimator_is_congested (estimator) &&
         estimator_get_bps (estimator) >= estimator->wanted_bps;
}

void
estimator_get_hold (const Estimator *estimator, gint64 *ret_from_us, gint64 *ret_until_us)
{
  gint64 since_us = hold_since_us (estimator);

  *ret_from_us = *ret_until_us = G_MAXINT64;
  /* little that is under way may be lost, and makes no queue */
  if (estimator->lag_mean_us == 0 || estimator->probe.state != PROBE_IDLE ||
      estimator->is_back_slow || estimator->sent_us - since_us < BWE_HOLD_PAUSE_US)
    return;
  *ret_from_us = since_us;
  if (!estimator->overdue.is_on)
    *ret_from_us += estimator->lag_mean_us + BWE_HOLD_SPREADS * estimator->lag_spread_us +
                    BWE_HOLD_US + MAX (estimator->back_us - BWE_HOLD_BACK_US, 0);
  *ret_until_us = since_us + BWE_SILENCE_US;
}

gboolean
estimator_is_told (const Estimator *estimator)
{
  return estimator->is_told;
}

gboolean
estimator_is_narrow (const Estimator *estimator)
{
  return line_width_is_narrow (&estimator->width, estimator->arrival_last_us);
}

gboolean
estimator_is_late (const Estimator *estimator)
{
  return estimator->is_late;
}
