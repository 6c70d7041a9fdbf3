/* How a room's line was in one meeting: when it was connected, what was measured, what alarms rose;
 * in, and its figures out.  Pure: no storage, no clock.
 *
 *   on time       connected at some moment between the time it was due, which is the later of the
 *                 booked and the real start, and a tolerance after it
 *   availability  time connected with a green or yellow light, out of the meeting's time; a step of
 *                 the series is as its worst second; what was connected and not measured is left
 * out
 */
#pragma once

#include "server/reports/report.h"
#include "server/storage/line_results.h"
#include "signaling/health/alarm_book.h"

typedef struct {
  gint64 from_ms, to_ms; /* the meeting's own: its start, its end or now */
  gint64 due_ms;
  gboolean is_over;
} LineTimes;

/* Of a meeting that was started. */
LineTimes line_times_of (const MeetingRecord *record, gint64 now_ms);

typedef struct {
  LineTimes times;
  const ReportSite *site;  /* its spans and breaks */
  const GArray *points;    /* SeriesPoint, ascending; NULL = none */
  guint step_s;            /* that each covers */
  const GPtrArray *alarms; /* Alarm, of this room; NULL = none */
  HealthLight rehearsal;
} LineSource;

void line_figures_read (LineFigures *ret_figures, const LineSource *source);
