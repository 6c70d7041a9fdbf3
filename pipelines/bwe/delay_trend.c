#include "pipelines/bwe/delay_trend.h"

#include <math.h>
#include <string.h>

#define US_PER_MS 1000.0

void
delay_trend_init (DelayTrend *trend)
{
  memset (trend, 0, sizeof *trend);
  trend->threshold_ms = BWE_THRESHOLD_START_MS;
  trend->use = LINE_NORMAL;
}

/* Least squares; 0 when all came at once. */
static double
slope_of (const DelayTrend *trend)
{
  double mean_x = 0, mean_y = 0, above = 0, below = 0;

  for (guint i = 0; i < trend->n; i++) {
    mean_x += trend->x_ms[i] / trend->n;
    mean_y += trend->y_ms[i] / trend->n;
  }
  for (guint i = 0; i < trend->n; i++) {
    double x = trend->x_ms[i] - mean_x;
    above += x * (trend->y_ms[i] - mean_y);
    below += x * x;
  }
  return below > 0 ? above / below : 0;
}

/* Grows slowly, so that a competing flow of TCP does not starve us; shrinks faster. Leaps (a change
 * of route) do not count. */
static void
adapt_threshold (DelayTrend *trend, double trend_ms, gint64 now_us)
{
  double size_ms = fabs (trend_ms);
  double passed_ms = trend->threshold_us == 0 ? 0 : (now_us - trend->threshold_us) / US_PER_MS;
  double gain = size_ms < trend->threshold_ms ? BWE_THRESHOLD_DOWN : BWE_THRESHOLD_UP;

  trend->threshold_us = now_us;
  if (size_ms > trend->threshold_ms + BWE_THRESHOLD_OUTLIER_MS)
    return;
  trend->threshold_ms += gain * (size_ms - trend->threshold_ms) * MIN (passed_ms, 100);
  trend->threshold_ms = CLAMP (trend->threshold_ms, BWE_THRESHOLD_MIN_MS, BWE_THRESHOLD_MAX_MS);
}

static LineUse
judge (DelayTrend *trend, double slope, double trend_ms, double sent_ms)
{
  if (trend_ms <= trend->threshold_ms) {
    trend->overuse_ms = 0;
    trend->overuse_groups = 0;
    return trend_ms < -trend->threshold_ms ? LINE_UNDERUSED : LINE_NORMAL;
  }
  trend->overuse_ms += trend->overuse_groups == 0 ? sent_ms / 2 : sent_ms;
  trend->overuse_groups++;
  if (trend->overuse_ms <= BWE_OVERUSE_MS || trend->overuse_groups < 2 ||
      slope < trend->slope_before)
    return trend->use;
  trend->overuse_ms = 0;
  trend->overuse_groups = 0;
  return LINE_OVERUSED;
}

LineUse
delay_trend_add (DelayTrend *trend, const GroupDelta *delta)
{
  double slope, trend_ms;

  if (trend->deltas == 0)
    trend->first_us = delta->at_us;
  trend->deltas = MIN (trend->deltas + 1, BWE_TREND_DELTAS_MAX);
  trend->delay_ms += (delta->arrival_us - delta->sent_us) / US_PER_MS;
  trend->smoothed_ms =
      BWE_TREND_SMOOTHING * trend->smoothed_ms + (1 - BWE_TREND_SMOOTHING) * trend->delay_ms;
  trend->x_ms[trend->next] = (delta->at_us - trend->first_us) / US_PER_MS;
  trend->y_ms[trend->next] = trend->smoothed_ms;
  trend->next = (trend->next + 1) % BWE_TREND_GROUPS;
  trend->n = MIN (trend->n + 1, BWE_TREND_GROUPS);
  if (trend->n < BWE_TREND_GROUPS)
    return trend->use = LINE_NORMAL;
  slope = slope_of (trend);
  trend_ms = trend->deltas * slope * BWE_TREND_GAIN;
  trend->use = judge (trend, slope, trend_ms, delta->sent_us / US_PER_MS);
  trend->slope_before = slope;
  adapt_threshold (trend, trend_ms, delta->at_us);
  return trend->use;
}
