#include "server/reports/line_measure.h"

#include <string.h>

#define SECOND_MS 1000

LineTimes
line_times_of (const MeetingRecord *record, gint64 now_ms)
{
  gboolean is_over = record->ended_at_ms > 0;
  LineTimes times = { .from_ms = record->started_at_ms,
                      .to_ms = is_over ? record->ended_at_ms : now_ms,
                      .due_ms = MAX (record->started_at_ms, record->starts_at_ms),
                      .is_over = is_over };

  if (is_over && times.due_ms >= times.to_ms) /* held wholly before its booked time */
    times.due_ms = times.from_ms;
  return times;
}

static gint64
overlap_ms (const ReportSpan *span, gint64 from_ms, gint64 to_ms)
{
  return MAX (0, MIN (span->to_ms, to_ms) - MAX (span->from_ms, from_ms));
}

static gint64
connected_ms (const GArray *spans, gint64 from_ms, gint64 to_ms)
{
  gint64 sum_ms = 0;

  for (guint i = 0; i < spans->len; i++)
    sum_ms += overlap_ms (&g_array_index (spans, ReportSpan, i), from_ms, to_ms);
  return sum_ms;
}

/* --- punctuality --------------------------------------------------------------------------------
 */

/* The first moment of being there at or behind the one that it was due. */
static gint64
late_ms (const GArray *spans, const LineTimes *times)
{
  for (guint i = 0; i < spans->len; i++) {
    const ReportSpan *span = &g_array_index (spans, ReportSpan, i);
    gboolean is_waiting = !times->is_over && span->to_ms >= times->to_ms;

    if (span->to_ms > times->due_ms || is_waiting)
      return span->from_ms < times->to_ms || is_waiting ? MAX (0, span->from_ms - times->due_ms)
                                                        : -1;
  }
  return -1;
}

static gint64
joined_ms (const GArray *spans, const LineTimes *times)
{
  for (guint i = 0; i < spans->len; i++) {
    const ReportSpan *span = &g_array_index (spans, ReportSpan, i);

    if (overlap_ms (span, times->from_ms, times->to_ms) > 0)
      return span->from_ms;
  }
  return 0;
}

/* --- what was measured --------------------------------------------------------------------------
 */

static gboolean
is_usable (guint light)
{
  return light == HEALTH_LIGHT_GOOD || light == HEALTH_LIGHT_FAIR;
}

static gboolean
is_ill (guint light)
{
  return light == HEALTH_LIGHT_FAIR || light == HEALTH_LIGHT_POOR || light == HEALTH_LIGHT_LOST;
}

/* Graver light, then more loss: a fault that is named twice counts where it was greatest. */
static gboolean
is_worse (const LineMoment *moment, const LineMoment *than)
{
  if (than->at_ms == 0 || moment->light != than->light)
    return than->at_ms == 0 || moment->light > than->light;
  return MAX (moment->loss_up, moment->loss_down) > MAX (than->loss_up, than->loss_down);
}

/* A light that the line alone gave: its state says so a moment later. */
static guint
state_of (const SitePoint *point)
{
  return point->state == HEALTH_OK ? HEALTH_POOR_LINE : point->state;
}

static void
take_worst (LineFigures *figures, const SitePoint *point, gint64 at_ms)
{
  LineMoment moment = { at_ms, point->light, line_kind_of (point->cause, state_of (point)),
                        point->worst_loss_up, point->worst_loss_down };

  if (is_ill (point->light) && is_worse (&moment, &figures->worst))
    figures->worst = moment;
}

/* Weighted by time. */
typedef struct {
  double loss_up, loss_down, concealed, rtt;
} Means;

static void
add_point (LineFigures *figures, Means *means, const SitePoint *point, gint64 there_ms)
{
  figures->measured_ms += there_ms;
  if (is_usable (point->light))
    figures->usable_ms += there_ms;
  figures->frozen_up_ms += point->frozen_up_ms * there_ms / SECOND_MS;
  figures->frozen_down_ms += point->frozen_down_ms * there_ms / SECOND_MS;
  means->loss_up += (double) point->loss_up * (double) there_ms;
  means->loss_down += (double) point->loss_down * (double) there_ms;
  means->concealed += (double) point->concealed_permille * (double) there_ms;
  means->rtt += (double) point->rtt_ms * (double) there_ms;
}

static void
read_points (LineFigures *figures, const LineSource *source)
{
  const LineTimes *times = &source->times;
  Means means = { 0 };

  for (guint i = 0; source->points && i < source->points->len; i++) {
    const SeriesPoint *point = &g_array_index (source->points, SeriesPoint, i);
    gint64 from_ms = MAX (point->at_s * SECOND_MS, times->from_ms);
    gint64 to_ms = MIN ((point->at_s + source->step_s) * SECOND_MS, times->to_ms);

    if (from_ms >= to_ms || point->point.light == HEALTH_LIGHT_ABSENT)
      continue;
    take_worst (figures, &point->point, from_ms);
    add_point (figures, &means, &point->point, connected_ms (source->site->spans, from_ms, to_ms));
  }
  if (figures->measured_ms == 0)
    return;
  double measured_ms = (double) figures->measured_ms;
  figures->loss_up_ppm = (guint) (means.loss_up * 1000 / measured_ms + .5);
  figures->loss_down_ppm = (guint) (means.loss_down * 1000 / measured_ms + .5);
  figures->concealed_ppm = (guint) (means.concealed * 1000 / measured_ms + .5);
  figures->rtt_ms = (guint) (means.rtt / measured_ms + .5);
}

/* --- what the log and the alarms say ------------------------------------------------------------
 */

/* Where nothing was measured, the longest break is the worst of it. */
static void
read_breaks (LineFigures *figures, const LineSource *source)
{
  const GArray *spans = source->site->spans;
  gint64 longest_ms = 0;

  figures->breaks = source->site->breaks;
  if (figures->breaks == 0 || figures->worst.light == HEALTH_LIGHT_LOST)
    return;
  for (guint i = 0; i < spans->len; i++) {
    gint64 from_ms = g_array_index (spans, ReportSpan, i).to_ms;
    gint64 to_ms =
        i + 1 < spans->len ? g_array_index (spans, ReportSpan, i + 1).from_ms : source->times.to_ms;
    ReportSpan gap = { from_ms, to_ms };
    gint64 length_ms = overlap_ms (&gap, source->times.from_ms, source->times.to_ms);

    if (length_ms <= longest_ms)
      continue;
    longest_ms = length_ms;
    figures->worst = (LineMoment){ MAX (from_ms, source->times.from_ms), HEALTH_LIGHT_LOST,
                                   line_kind_of (HEALTH_CAUSE_NONE, HEALTH_LOST), 0, 0 };
  }
}

static void
read_alarms (LineFigures *figures, const LineSource *source)
{
  for (guint i = 0; source->alarms && i < source->alarms->len; i++) {
    const Alarm *alarm = g_ptr_array_index (source->alarms, i);
    ReportSpan span = { alarm->raised_ms,
                        alarm->cleared_ms > 0 ? alarm->cleared_ms : source->times.to_ms };
    gint64 length_ms = overlap_ms (&span, source->times.from_ms, source->times.to_ms);
    LineFault *fault = &figures->faults[line_kind_from_id (alarm->kind)];

    if (length_ms == 0)
      continue;
    fault->n++;
    fault->ms += length_ms;
  }
}

void
line_figures_read (LineFigures *figures, const LineSource *source)
{
  const LineTimes *times = &source->times;
  const GArray *spans = source->site->spans;

  memset (figures, 0, sizeof *figures);
  figures->meeting_ms = MAX (0, times->to_ms - times->from_ms);
  figures->connected_ms = connected_ms (spans, times->from_ms, times->to_ms);
  figures->joined_ms = joined_ms (spans, times);
  figures->late_ms = late_ms (spans, times);
  figures->rehearsal = source->rehearsal;
  read_points (figures, source);
  read_breaks (figures, source);
  read_alarms (figures, source);
  if (figures->measured_ms > 0 || figures->connected_ms == 0)
    figures->counted_ms = figures->meeting_ms - (figures->connected_ms - figures->measured_ms);
}
