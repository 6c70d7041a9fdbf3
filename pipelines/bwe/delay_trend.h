/* DelayTrend: whether a queue grows on the line, from the slope of the delay over the last groups
 * (draft-ietf-rmcat-gcc-02, 5.3 and 5.4, with a least-squares line in place of the Kalman filter,
 * as its authors' code has it).
 *
 * Plain data; delay_trend_init () first.  Owner: the estimator's thread. */
#pragma once

#include "pipelines/bwe/packet_groups.h"

typedef enum { LINE_NORMAL, LINE_OVERUSED, LINE_UNDERUSED } LineUse;

typedef struct {
  double x_ms[BWE_TREND_GROUPS]; /* arrival, since the first */
  double y_ms[BWE_TREND_GROUPS]; /* smoothed delay */
  guint n, next;
  guint deltas;
  gint64 first_us;
  double delay_ms; /* all differences summed up */
  double smoothed_ms;
  double slope_before;
  double threshold_ms;
  double overuse_ms; /* how long it has lasted */
  guint overuse_groups;
  gint64 threshold_us; /* when it was last adapted */
  LineUse use;
} DelayTrend;

void delay_trend_init (DelayTrend *trend);
LineUse delay_trend_add (DelayTrend *trend, const GroupDelta *delta);
