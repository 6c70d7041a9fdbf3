/* RateControl: a rate that grows while the line is calm and gives way when a queue grows or packets
 * get lost (draft-ietf-rmcat-gcc-02, 5.5 and 6).  The smaller of the two is the estimate.
 *
 * Plain data; rate_control_init () first.  Owner: the estimator's thread. */
#pragma once

#include "pipelines/bwe/delay_trend.h"

typedef enum { RATE_HOLD, RATE_INCREASE, RATE_DECREASE } RateState;

typedef struct {
  RateState state;
  double delay_bps;    /* by delay */
  double loss_bps;     /* by loss */
  double capacity_bps; /* acknowledged when the line was last overused, averaged; 0: not known */
  double capacity_deviation; /* relative */
  gint64 capacity_us;        /* when */
  double shown_bps;          /* by the last probe, as what the line carries; 0: not known */
  gint64 shown_us;           /* when */
  gint64 changed_us;         /* last increase */
  gint64 decreased_us;       /* by delay */
  gint64 loss_us;            /* last judgement of loss */
  gint64 loss_decreased_us;
  guint lost, told;  /* since then */
  double loss_share; /* smoothed */
} RateControl;

void rate_control_init (RateControl *control, guint start_bps, gint64 now_us);

/* By delay: @acked_bps 0 = not known. */
void rate_control_on_use (RateControl *control, LineUse use, guint acked_bps, gint64 rtt_us,
                          gint64 now_us);
/* Overused, but not by what was sent here, all of which came as fast as it went: gives way by
 * @share, and learns nothing of the line. */
void rate_control_yield (RateControl *control, double share, guint acked_bps, gint64 rtt_us,
                         gint64 now_us);
/* Of @told packets @lost did not arrive. */
void rate_control_on_loss (RateControl *control, guint lost, guint told, gint64 rtt_us,
                           gint64 now_us);
/* A probe proved @bps; where it filled the line, @shown_bps is what came through, else 0. */
void rate_control_set (RateControl *control, guint bps, guint shown_bps, gint64 now_us);
/* Nothing is heard: halves. */
void rate_control_on_silence (RateControl *control, gint64 now_us);
guint rate_control_get (const RateControl *control);
