/* What a meeting was: its report, as JSON and as files; statistics over many. */
#include "server/http/handlers.h"
#include "server/http/meeting_json.h"
#include "server/http/reply_file.h"
#include "server/http/report_style.h"
#include "server/reports/report_source.h"
#include "server/storage/event_store.h"
#include "server/storage/schedule_store.h"

#define REPORT_EVENTS_MAX 5000 /* of the log in one JSON; /events has all */

#define TYPE_CSV "text/csv; charset=utf-8"
#define TYPE_XLSX "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#define TYPE_PDF "application/pdf"

gboolean
report_style_read (HttpRequest *request, ReportStyle *ret_style)
{
  if (!report_language_from_string (http_request_query (request, "lang"), &ret_style->language)) {
    http_reply_field (request, "lang", "vi or en");
    return FALSE;
  }
  ret_style->zone = report_zone (request->scope->context.settings->reports.time_zone);
  return TRUE;
}

void
report_style_clear (ReportStyle *style)
{
  g_clear_pointer (&style->zone, g_time_zone_unref);
}

/* Whoever answers for the meeting; replies and NULL otherwise. */
static MeetingReport *
read_report (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  const char *id = http_request_param (request, "id");
  if (!http_request_may_on_meeting (request, RIGHT_EVENTS_VIEW, id))
    return NULL;
  MeetingReport *report =
      report_load (request->scope->context.database, id, request->now_ms, &error);
  if (!report)
    http_reply_error (request, error);
  return report;
}

static GPtrArray *
read_log (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *events =
      event_store_list (request->scope->context.database, http_request_param (request, "id"), 0,
                        REPORT_EVENTS_MAX, &error);
  if (!events)
    http_reply_error (request, error);
  return events;
}

void
on_report_read (HttpRequest *request)
{
  g_autoptr (MeetingReport) report = read_report (request);
  g_autoptr (GPtrArray) events = report ? read_log (request) : NULL;
  if (!events)
    return;
  json_t *json = report_to_json (report);
  json_object_set_new (json, "meeting",
                       meeting_to_json (request, report->record, report->sites->len));
  json_object_set_new (json, "events", events_to_json (events));
  http_reply_json (request, 200, json);
}

/* --- Files: laid out on a worker thread, since 600 sites take a while --- */

typedef GBytes *(*Export) (const MeetingReport *report, const GPtrArray *events,
                           const ReportStyle *style, GError **error);

typedef struct {
  MeetingReport *report;
  GPtrArray *events;
  ReportStyle style;
  Export export;
} ExportJob;

static void
export_job_free (gpointer data)
{
  ExportJob *job = data;
  meeting_report_free (job->report);
  g_clear_pointer (&job->events, g_ptr_array_unref);
  report_style_clear (&job->style);
  g_free (job);
}

static GBytes *
run_export (gpointer data, GError **error)
{
  const ExportJob *job = data;
  return job->export(job->report, job->events, &job->style, error);
}

static void
reply_export (HttpRequest *request, Export export, const char *type, const char *extension)
{
  ReportStyle style;
  g_autoptr (MeetingReport) report = read_report (request);
  g_autoptr (GPtrArray) events = report ? read_log (request) : NULL;
  if (!events || !report_style_read (request, &style))
    return;
  ExportJob *job = g_new0 (ExportJob, 1);
  job->report = g_steal_pointer (&report);
  job->events = g_steal_pointer (&events);
  job->style = style;
  job->export = export;
  char *name = g_strdup_printf ("%s.%s", job->report->record->title, extension);
  http_reply_made_file (request, type, name, run_export, job, export_job_free);
}

static GBytes *
export_csv (const MeetingReport *report, const GPtrArray *events, const ReportStyle *style,
            GError **error)
{
  return report_to_csv (report, style);
}

static GBytes *
export_pdf (const MeetingReport *report, const GPtrArray *events, const ReportStyle *style,
            GError **error)
{
  return report_to_pdf (report, style, error);
}

void
on_report_csv (HttpRequest *request)
{
  reply_export (request, export_csv, TYPE_CSV, "csv");
}

void
on_report_xlsx (HttpRequest *request)
{
  reply_export (request, report_to_xlsx, TYPE_XLSX, "xlsx");
}

void
on_report_pdf (HttpRequest *request)
{
  reply_export (request, export_pdf, TYPE_PDF, "pdf");
}

/* --- Statistics --- */

/* Months and years are those of the wall clock in @zone. */
static gint64
start_of (int year, int month, GTimeZone *zone)
{
  g_autoptr (GDateTime) time = g_date_time_new (zone, year, month, 1, 0, 0, 0);
  return time ? g_date_time_to_unix (time) * 1000 : 0;
}

typedef struct {
  gint64 year, month; /* month 0: the whole year */
  const char *unit;
} StatisticsQuery;

/* Replies and NULL on a wrong query.  transfer full, of StatisticsRow. */
static GPtrArray *
read_statistics (HttpRequest *request, const ReportStyle *style, StatisticsQuery *query)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDateTime) now = g_date_time_new_now (style->zone);
  const User *user = http_request_user (request);
  const char *asked = http_request_query (request, "unit");
  query->unit = asked ? asked : user->unit;
  if (!http_request_query_int (request, "year", 2000, 2199, g_date_time_get_year (now),
                               &query->year) ||
      !http_request_query_int (request, "month", 1, 12, 0, &query->month) ||
      (query->unit && !http_request_may_on_unit (request, RIGHT_EVENTS_VIEW, query->unit)))
    return NULL;
  int year = (int) query->year, month = (int) query->month;
  gboolean is_last = month == 0 || month == 12;
  gint64 from_ms = start_of (year, MAX (month, 1), style->zone);
  gint64 to_ms = start_of (is_last ? year + 1 : year, is_last ? 1 : month + 1, style->zone);
  GPtrArray *rows = report_store_statistics (request->scope->context.database, query->unit, from_ms,
                                             to_ms, &error);
  if (!rows)
    http_reply_error (request, error);
  return rows;
}

static json_t *
statistics_row_to_json (const char *unit, const char *name, const StatisticsRow *row)
{
  double per_meeting = row->meetings ? (double) row->sites / row->meetings : 0;
  double on_time = row->meetings ? 100.0 * row->on_time / row->meetings : 0;
  return json_pack ("{s:s?, s:s?, s:i, s:i, s:f, s:I, s:f}", "unit", unit, "unit_name", name,
                    "meetings", (int) row->meetings, "sites", (int) row->sites, "sites_per_meeting",
                    per_meeting, "minutes", (json_int_t) row->minutes, "on_time_percent", on_time);
}

void
on_statistics_read (HttpRequest *request)
{
  StatisticsQuery query = { 0 };
  g_auto (ReportStyle) style = { 0 };
  if (!report_style_read (request, &style))
    return;
  g_autoptr (GPtrArray) rows = read_statistics (request, &style, &query);
  if (!rows)
    return;
  StatisticsRow total = { 0 };
  json_t *list = json_array ();
  for (guint i = 0; i < rows->len; i++) {
    const StatisticsRow *row = rows->pdata[i];
    total.meetings += row->meetings;
    total.sites += row->sites;
    total.minutes += row->minutes;
    total.on_time += row->on_time;
    json_array_append_new (list, statistics_row_to_json (row->unit, row->unit_name, row));
  }
  http_reply_json (request, 200,
                   json_pack ("{s:I, s:o, s:o, s:o}", "year", (json_int_t) query.year, "month",
                              query.month ? json_integer (query.month) : json_null (), "rows", list,
                              "total", statistics_row_to_json (NULL, NULL, &total)));
}

void
on_statistics_xlsx (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  StatisticsQuery query = { 0 };
  g_auto (ReportStyle) style = { 0 };
  if (!report_style_read (request, &style))
    return;
  g_autoptr (GPtrArray) rows = read_statistics (request, &style, &query);
  if (!rows)
    return;
  g_autofree char *period = query.month
                                ? g_strdup_printf ("%02d/%d", (int) query.month, (int) query.year)
                                : g_strdup_printf ("%d", (int) query.year);
  g_autoptr (GBytes) bytes = statistics_to_xlsx (rows, period, &style, &error);
  if (!bytes) {
    http_reply_error (request, error);
    return;
  }
  g_autofree char *name =
      g_strdup_printf ("%s %s.xlsx", report_word (WORD_STATISTICS, style.language), period);
  http_reply_file (request, TYPE_XLSX, name, bytes);
}
