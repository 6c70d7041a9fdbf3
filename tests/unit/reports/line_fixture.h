/* Lines of one room in a meeting of an hour, by tables: spans, steps and alarms in minutes. */
#pragma once

#include "server/reports/line_report.h"
#include "tests/unit/reports/fixture.h"

#define HOUR_END (START + 60 * MINUTE)
#define STEP_S 10

typedef struct {
  ReportSite *site;
  GArray *points;
  GPtrArray *alarms;
  LineSource source;
} Line;

static inline void
line_begin (Line *line)
{
  line->site = report_site_new ("e1", "Xã Nga Sơn", "Xã Nga Sơn", "Huyện Nga Sơn");
  line->points = g_array_new (FALSE, FALSE, sizeof (SeriesPoint));
  line->alarms = g_ptr_array_new_with_free_func ((GDestroyNotify) alarm_free);
  line->source = (LineSource){ .times = { START, HOUR_END, START, TRUE },
                               .site = line->site,
                               .points = line->points,
                               .step_s = STEP_S,
                               .alarms = line->alarms };
}

static inline void
line_end (Line *line)
{
  report_site_free (line->site);
  g_array_unref (line->points);
  g_ptr_array_unref (line->alarms);
}

static inline void
line_span (Line *line, double from_minute, double to_minute)
{
  ReportSpan span = { START + (gint64) (from_minute * MINUTE),
                      START + (gint64) (to_minute * MINUTE) };
  g_array_append_val (line->site->spans, span);
}

/* Steps as @point. */
static inline void
line_points (Line *line, int from_minute, int to_minute, const SitePoint *point)
{
  for (gint64 s = from_minute * 60; s < to_minute * 60; s += STEP_S) {
    SeriesPoint step = { START / 1000 + s, *point };
    g_array_append_val (line->points, step);
  }
}

static inline void
line_alarm (Line *line, const char *kind, int from_minute, int to_minute)
{
  Alarm *alarm = g_new0 (Alarm, 1);
  alarm->endpoint = g_strdup ("e1");
  alarm->kind = g_strdup (kind);
  alarm->raised_ms = START + from_minute * MINUTE;
  alarm->cleared_ms = to_minute != 0 ? START + to_minute * MINUTE : 0;
  g_ptr_array_add (line->alarms, alarm);
}
