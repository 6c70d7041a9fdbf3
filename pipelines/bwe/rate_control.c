#include "pipelines/bwe/rate_control.h"

#include <math.h>
#include <string.h>

#define CAPACITY_SHARE 0.05 /* of a new sample in the averages */
#define DEVIATION_MIN 0.05
#define DEVIATION_MAX 0.30
#define NEAR_DEVIATIONS 3
#define PACKET_BITS (1200 * 8.0)

void
rate_control_init (RateControl *control, guint start_bps, gint64 now_us)
{
  memset (control, 0, sizeof *control);
  control->state = RATE_HOLD;
  control->delay_bps = start_bps;
  control->loss_bps = BWE_MAX_BPS;
  control->capacity_deviation = DEVIATION_MIN * 2;
  control->changed_us = now_us;
  control->loss_us = now_us;
}

guint
rate_control_get (const RateControl *control)
{
  double bps = MIN (control->delay_bps, control->loss_bps);

  return (guint) CLAMP (bps, BWE_MIN_BPS, BWE_MAX_BPS);
}

static gboolean
is_near_capacity (const RateControl *control)
{
  double reach = NEAR_DEVIATIONS * control->capacity_deviation * control->capacity_bps;

  return control->capacity_bps > 0 && fabs (control->delay_bps - control->capacity_bps) <= reach;
}

static void
learn_capacity (RateControl *control, double acked_bps)
{
  double error;

  if (control->capacity_bps == 0)
    control->capacity_bps = acked_bps;
  error = fabs (acked_bps - control->capacity_bps) / control->capacity_bps;
  control->capacity_deviation =
      (1 - CAPACITY_SHARE) * control->capacity_deviation + CAPACITY_SHARE * error;
  control->capacity_deviation = CLAMP (control->capacity_deviation, DEVIATION_MIN, DEVIATION_MAX);
  /* far off: the line is another one now */
  if (error > NEAR_DEVIATIONS * DEVIATION_MAX / 2)
    control->capacity_bps = acked_bps;
  else
    control->capacity_bps += CAPACITY_SHARE * (acked_bps - control->capacity_bps);
}

static gboolean
is_fresh (gint64 learnt_us, gint64 now_us)
{
  return now_us - learnt_us < BWE_PROBE_NEAR_US;
}

/* It only grows as far as what was sent bears it out, or a probe; and what was seen not to fit is
 * not believed in because less fits. */
static double
ceiling_bps (const RateControl *control, guint acked_bps, gint64 now_us)
{
  double bps = acked_bps * BWE_ACKED_FACTOR + BWE_ACKED_EXTRA_BPS;
  gboolean is_part = acked_bps < BWE_ACKED_FULL * control->delay_bps;

  if (control->capacity_bps > 0 && is_fresh (control->capacity_us, now_us) && is_part)
    bps = MIN (bps, control->capacity_bps);
  if (control->shown_bps > 0 && is_fresh (control->shown_us, now_us)) {
    bps = MAX (bps, BWE_SHOWN_LEAST * control->shown_bps);
    if (is_part)
      bps = MIN (bps, BWE_PROBE_SHARE * control->shown_bps);
  }
  return bps;
}

/* Near what the line last carried one packet for each answer, else by a share (GCC 5.5). */
static void
increase (RateControl *control, guint acked_bps, gint64 rtt_us, gint64 now_us)
{
  double passed_s = MIN (now_us - control->changed_us, G_USEC_PER_SEC) / (double) G_USEC_PER_SEC;
  double most_bps = ceiling_bps (control, acked_bps, now_us);
  double bps = control->delay_bps;

  control->changed_us = now_us;
  if (control->capacity_bps > 0 &&
      acked_bps > control->capacity_bps * (1 + NEAR_DEVIATIONS * control->capacity_deviation))
    control->capacity_bps = 0; /* it carries more than it did */
  if (is_near_capacity (control)) {
    double answer_s = (rtt_us + 100000) / (double) G_USEC_PER_SEC;
    bps += MAX (PACKET_BITS / answer_s, BWE_INCREASE_LEAST_BPS) * passed_s;
  } else {
    bps = MAX (bps * pow (BWE_INCREASE_PER_S, passed_s), bps + BWE_INCREASE_FAR_BPS * passed_s);
  }
  /* it does not shrink for want of traffic */
  if (acked_bps > 0)
    control->delay_bps = MAX (control->delay_bps, MIN (bps, most_bps));
  control->delay_bps = MIN (control->delay_bps, BWE_MAX_BPS);
}

static void
decrease (RateControl *control, guint acked_bps, gint64 rtt_us, gint64 now_us)
{
  double from_bps = acked_bps > 0 ? acked_bps : control->delay_bps;

  if (now_us - control->decreased_us < MAX (rtt_us, BWE_DECREASE_GAP_US))
    return;
  control->decreased_us = now_us;
  control->changed_us = now_us;
  if (acked_bps > 0) {
    learn_capacity (control, acked_bps);
    control->capacity_us = now_us;
    control->shown_bps = 0; /* this is newer */
  }
  control->delay_bps = MIN (control->delay_bps, BWE_DECREASE * from_bps);
  control->delay_bps = MAX (control->delay_bps, BWE_MIN_BPS);
}

void
rate_control_on_use (RateControl *control, LineUse use, guint acked_bps, gint64 rtt_us,
                     gint64 now_us)
{
  if (use == LINE_OVERUSED)
    control->state = RATE_DECREASE;
  else if (use == LINE_UNDERUSED)
    control->state = RATE_HOLD;
  else if (control->state == RATE_HOLD) {
    control->state = RATE_INCREASE;
    control->changed_us = now_us;
  }
  if (control->state == RATE_INCREASE) {
    increase (control, acked_bps, rtt_us, now_us);
  } else if (control->state == RATE_DECREASE) {
    decrease (control, acked_bps, rtt_us, now_us);
    control->state = RATE_HOLD;
  }
}

void
rate_control_yield (RateControl *control, double share, guint acked_bps, gint64 rtt_us,
                    gint64 now_us)
{
  if (now_us - control->decreased_us < MAX (rtt_us, BWE_DECREASE_GAP_US))
    return;
  control->decreased_us = now_us;
  control->changed_us = now_us;
  control->state = RATE_HOLD;
  control->delay_bps = MAX (share * control->delay_bps, MIN (acked_bps, control->delay_bps));
  control->delay_bps = MAX (control->delay_bps, BWE_MIN_BPS);
}

static void
grow_by_loss (RateControl *control, gint64 now_us)
{
  double passed_s = MIN (now_us - control->loss_us, G_USEC_PER_SEC) / (double) G_USEC_PER_SEC;
  double pace = control->loss_share < BWE_LOSS_LOW ? BWE_INCREASE_PER_S : BWE_LOSS_SLOW_PER_S;

  control->loss_bps = MIN (control->loss_bps * pow (pace, passed_s) + 1000, BWE_MAX_BPS);
  /* once it is far above what the delay allows it says nothing any more */
  if (control->loss_share < BWE_LOSS_LOW && control->loss_bps > 2 * control->delay_bps)
    control->loss_bps = BWE_MAX_BPS;
}

void
rate_control_on_loss (RateControl *control, guint lost, guint told, gint64 rtt_us, gint64 now_us)
{
  control->lost += lost;
  control->told += told;
  if (control->told < BWE_LOSS_LEAST_PACKETS || now_us - control->loss_us < BWE_LOSS_INTERVAL_US)
    return;
  control->loss_share = BWE_LOSS_SMOOTHING * control->loss_share +
                        (1 - BWE_LOSS_SMOOTHING) * control->lost / control->told;
  control->lost = control->told = 0;
  if (control->loss_share <= BWE_LOSS_HIGH) {
    grow_by_loss (control, now_us);
  } else if (now_us - control->loss_decreased_us >= BWE_DECREASE_GAP_US + rtt_us) {
    control->loss_bps = rate_control_get (control) * (1 - control->loss_share / 2);
    control->loss_decreased_us = now_us;
  }
  control->loss_us = now_us;
}

void
rate_control_set (RateControl *control, guint bps, guint shown_bps, gint64 now_us)
{
  control->delay_bps = CLAMP (bps, BWE_MIN_BPS, BWE_MAX_BPS);
  control->loss_bps = MAX (control->loss_bps, control->delay_bps);
  control->capacity_bps = 0;
  control->shown_bps = shown_bps;
  control->shown_us = now_us;
  control->changed_us = now_us;
}

void
rate_control_on_silence (RateControl *control, gint64 now_us)
{
  control->delay_bps = MAX (rate_control_get (control) / 2, BWE_MIN_BPS);
  control->changed_us = now_us;
  control->state = RATE_HOLD;
}
