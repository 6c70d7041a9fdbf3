#include "server/reports/line_source.h"

#include "server/reports/report_source.h"
#include "server/storage/line_query.h"

#include <string.h>

/* A slice of a series that comes back in steps as they are kept. */
#define SLICE_POINTS (HEALTH_SERIES_MAX / 2)

/* --- one meeting --------------------------------------------------------------------------------
 */

struct LineMeeting {
  MeetingReport *report;
  LineTimes times;
  gint64 now_ms;
  GHashTable *alarms;  /* endpoint -> GPtrArray of Alarm */
  GHashTable *lights;  /* endpoint -> HealthLight of its rehearsal */
  GHashTable *figures; /* endpoint -> LineFigures */
  guint step_s;        /* of the figures; 0 = there are none */
};

static void
unref_array (gpointer array)
{
  g_ptr_array_unref (array);
}

static GHashTable *
alarms_by_site (GPtrArray *alarms)
{
  GHashTable *sites = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, unref_array);

  for (guint i = 0; i < alarms->len; i++) {
    const Alarm *alarm = alarms->pdata[i];
    GPtrArray *list = g_hash_table_lookup (sites, alarm->endpoint);

    if (!list) {
      list = g_ptr_array_new_with_free_func ((GDestroyNotify) alarm_free);
      g_hash_table_insert (sites, g_strdup (alarm->endpoint), list);
    }
    g_ptr_array_add (list, alarm_copy (alarm));
  }
  return sites;
}

LineMeeting *
line_meeting_load (Database *database, const char *id, gint64 now_ms, GError **error)
{
  g_autoptr (MeetingReport) report = report_load (database, id, now_ms, error);
  g_autoptr (GPtrArray) alarms = report ? line_query_alarms (database, id, error) : NULL;

  if (!alarms)
    return NULL;
  LineMeeting *meeting = g_new0 (LineMeeting, 1);
  meeting->times = line_times_of (report->record, now_ms);
  meeting->report = g_steal_pointer (&report);
  meeting->now_ms = now_ms;
  meeting->alarms = alarms_by_site (alarms);
  meeting->lights = line_query_rehearsals (database, id);
  meeting->figures = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return meeting;
}

void
line_meeting_free (LineMeeting *meeting)
{
  if (!meeting)
    return;
  meeting_report_free (meeting->report);
  g_hash_table_unref (meeting->alarms);
  g_hash_table_unref (meeting->lights);
  g_hash_table_unref (meeting->figures);
  g_free (meeting);
}

void
line_meeting_filter (LineMeeting *meeting, gboolean (*keeps) (gpointer data, const char *endpoint),
                     gpointer data)
{
  GPtrArray *sites = meeting->report->sites;

  for (guint i = sites->len; i > 0; i--)
    if (!keeps (data, ((const ReportSite *) sites->pdata[i - 1])->endpoint))
      g_ptr_array_remove_index (sites, i - 1);
}

const MeetingReport *
line_meeting_get_report (const LineMeeting *meeting)
{
  return meeting->report;
}

/* --- measuring ----------------------------------------------------------------------------------
 */

/* All its points of the meeting, in steps of @step_s. */
static GArray *
read_series (HealthDb *db, const char *endpoint, const LineTimes *times, guint step_s)
{
  GArray *points = g_array_new (FALSE, FALSE, sizeof (SeriesPoint));
  gint64 from_s = times->from_ms / 1000, to_s = (times->to_ms + 999) / 1000;

  from_s -= from_s % step_s;
  while (from_s < to_s) {
    gint64 until_s = MIN (from_s + (gint64) SLICE_POINTS * step_s, to_s);
    SeriesQuery query = { endpoint, step_s, from_s, until_s };
    g_autoptr (GArray) slice = health_db_series (db, &query, NULL);

    if (slice)
      g_array_append_vals (points, slice->data, slice->len);
    from_s = until_s;
  }
  return points;
}

static void
measure_site (LineMeeting *meeting, HealthDb *db, const ReportSite *site, guint step_s)
{
  g_autoptr (GArray) points = db ? read_series (db, site->endpoint, &meeting->times, step_s) : NULL;
  LineSource source = {
    .times = meeting->times,
    .site = site,
    .points = points,
    .step_s = step_s,
    .alarms = g_hash_table_lookup (meeting->alarms, site->endpoint),
    .rehearsal = GPOINTER_TO_UINT (g_hash_table_lookup (meeting->lights, site->endpoint)),
  };
  LineFigures *figures = g_new (LineFigures, 1);

  line_figures_read (figures, &source);
  g_hash_table_replace (meeting->figures, g_strdup (site->endpoint), figures);
  if (figures->measured_ms > 0)
    meeting->step_s = step_s;
}

/* Where no line was measured, nothing is known of those who did not come either. */
static void
forget_counted (LineMeeting *meeting)
{
  GHashTableIter iter;
  gpointer figures = NULL;

  g_hash_table_iter_init (&iter, meeting->figures);
  while (g_hash_table_iter_next (&iter, NULL, &figures))
    ((LineFigures *) figures)->counted_ms = 0;
}

static void
take_stored (gpointer data, const LineMeetingRow *row, const char *endpoint,
             const LineFigures *figures)
{
  LineMeeting *meeting = data;

  meeting->step_s = row->step_s;
  g_hash_table_replace (meeting->figures, g_strdup (endpoint),
                        g_memdup2 (figures, sizeof *figures));
}

void
line_meeting_measure (LineMeeting *meeting, HealthDb *db)
{
  const GPtrArray *sites = meeting->report->sites;
  gboolean is_fresh = meeting->now_ms - meeting->times.from_ms < HEALTH_KEEP_FINE_S * 1000;
  LineResultsQuery stored = { .meeting = meeting->report->record->id };

  if (meeting->times.from_ms == 0)
    return; /* it never began */
  if (db && meeting->times.is_over && line_results_each (db, &stored, take_stored, meeting, NULL) &&
      g_hash_table_size (meeting->figures) > 0)
    return;
  for (guint i = 0; i < sites->len; i++)
    measure_site (meeting, db, sites->pdata[i],
                  is_fresh ? HEALTH_STEP_FINE_S : HEALTH_STEP_COARSE_S);
  if (meeting->step_s == 0)
    forget_counted (meeting);
}

gboolean
line_meeting_store (LineMeeting *meeting, HealthDb *db, GError **error)
{
  const GPtrArray *sites = meeting->report->sites;
  LineMeetingRow row = { meeting->report->record->id, meeting->times.from_ms, meeting->times.to_ms,
                         meeting->step_s };
  g_autoptr (GArray) results = g_array_new (FALSE, FALSE, sizeof (LineResult));

  for (guint i = 0; i < sites->len; i++) {
    const ReportSite *site = sites->pdata[i];
    LineResult result = { site->endpoint, g_hash_table_lookup (meeting->figures, site->endpoint) };

    if (result.figures)
      g_array_append_val (results, result);
  }
  return line_results_put (db, &row, (const LineResult *) results->data, results->len, error);
}

LineReport *
line_meeting_make_report (const LineMeeting *meeting, gint64 tolerance_ms)
{
  const MeetingReport *about = meeting->report;
  LineReport *report = line_report_new (LINE_BY_SITE);

  report->meeting = g_strdup (about->record->id);
  g_free (report->title);
  report->title = g_strdup (about->record->title);
  g_free (report->host_name);
  report->host_name = g_strdup (about->host_name);
  report->from_ms = meeting->times.from_ms;
  report->to_ms = meeting->times.to_ms;
  report->due_ms = meeting->times.due_ms;
  report->is_over = meeting->times.is_over;
  report->tolerance_ms = tolerance_ms;
  report->step_s = meeting->step_s;
  for (guint i = 0; i < about->sites->len; i++) {
    const ReportSite *site = about->sites->pdata[i];
    const LineFigures *figures = g_hash_table_lookup (meeting->figures, site->endpoint);

    if (figures)
      line_report_add_site (report, site, figures);
  }
  line_report_finish (report);
  return report;
}

/* --- many ---------------------------------------------------------------------------------------
 */

struct LinePeriodJob {
  Database *database; /* main thread */
  LineRollup *rollup;
  char *root, *endpoint, *title, *host_name;
  gint64 from_ms, to_ms;
  GHashTable *held;   /* ids of the meetings of that time -> titles */
  GPtrArray *missing; /* ids of those that have no results yet */
  GError *error;
};

/* Meetings without results that are looked at; more are so many that nobody counts them. */
#define MISSING_MAX 200

static gboolean
load_names (LinePeriodJob *job, Database *database, const LinePeriod *period, GError **error)
{
  g_autoptr (GPtrArray) rooms = line_query_rooms (database, period->root, error);

  job->held = rooms ? line_query_titles (database, period->from_ms, period->to_ms, error) : NULL;
  if (!job->held)
    return FALSE;
  for (guint i = 0; i < rooms->len; i++) {
    const LineRoom *room = rooms->pdata[i];

    if (period->endpoint && strcmp (period->endpoint, room->endpoint) != 0)
      continue;
    line_rollup_add_room (job->rollup, room->endpoint, room->name, room->unit_name, room->branch,
                          room->branch_name);
    if (period->endpoint)
      job->title = g_strdup (room->name);
  }
  line_rollup_set_titles (job->rollup, job->held);
  return TRUE;
}

LinePeriodJob *
line_period_load (Database *database, const LinePeriod *period, GTimeZone *zone, GError **error)
{
  g_autoptr (LinePeriodJob) job = g_new0 (LinePeriodJob, 1);

  job->database = database;
  job->root = g_strdup (period->root);
  job->missing = g_ptr_array_new_with_free_func (g_free);
  job->rollup = line_rollup_new (period->group, zone, period->tolerance_ms);
  job->endpoint = g_strdup (period->endpoint);
  job->host_name = line_query_unit_name (database, period->root);
  job->from_ms = period->from_ms;
  job->to_ms = period->to_ms;
  return load_names (job, database, period, error) ? g_steal_pointer (&job) : NULL;
}

void
line_period_free (LinePeriodJob *job)
{
  if (!job)
    return;
  line_rollup_free (job->rollup);
  g_clear_pointer (&job->held, g_hash_table_unref);
  g_ptr_array_unref (job->missing);
  g_free (job->root);
  g_free (job->endpoint);
  g_free (job->title);
  g_free (job->host_name);
  g_clear_error (&job->error);
  g_free (job);
}

static void
take_result (gpointer data, const LineMeetingRow *meeting, const char *endpoint,
             const LineFigures *figures)
{
  line_rollup_add (((LinePeriodJob *) data)->rollup, meeting, endpoint, figures);
}

/* @known NULL: none has results. */
static void
find_missing (LinePeriodJob *job, GHashTable *known)
{
  GHashTableIter iter;
  gpointer id = NULL;

  g_hash_table_iter_init (&iter, job->held);
  while (job->missing->len < MISSING_MAX && g_hash_table_iter_next (&iter, &id, NULL))
    if (!known || !g_hash_table_contains (known, id))
      g_ptr_array_add (job->missing, g_strdup (id));
}

void
line_period_read (LinePeriodJob *job, HealthDb *db)
{
  LineResultsQuery query = { .endpoint = job->endpoint,
                             .from_ms = job->from_ms,
                             .to_ms = job->to_ms };

  g_autoptr (GHashTable) known = db ? line_results_meetings (db, &job->error) : NULL;

  find_missing (job, known);
  if (known)
    line_results_each (db, &query, take_result, job, &job->error);
}

static guint
count_pending (const LinePeriodJob *job)
{
  guint pending = 0;

  for (guint i = 0; i < job->missing->len; i++)
    pending += line_query_is_invited (job->database, job->root, job->missing->pdata[i]);
  return pending;
}

LineReport *
line_period_make_report (LinePeriodJob *job, GError **error)
{
  if (job->error) {
    g_propagate_error (error, g_steal_pointer (&job->error));
    return NULL;
  }
  LineReport *report = line_rollup_finish (job->rollup);
  report->from_ms = job->from_ms;
  report->to_ms = job->to_ms;
  g_free (report->host_name);
  report->host_name = g_steal_pointer (&job->host_name);
  if (job->title) {
    g_free (report->title);
    report->title = g_steal_pointer (&job->title);
  }
  report->pending = count_pending (job);
  return report;
}
