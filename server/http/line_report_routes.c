/* How lines were, as reports: of one meeting, and over months and years; as JSON and as files. Who
 * sees the health of a room sees it here. */
#include "server/http/handlers.h"
#include "server/http/reply_file.h"
#include "server/http/report_style.h"
#include "server/reports/line_export.h"
#include "server/reports/line_source.h"
#include "server/storage/health_store.h"

#include <stdio.h>

#define MINUTE_MS G_GINT64_CONSTANT (60000)
/* Of one roll-up: what results are kept. */
#define SPAN_DAYS_MAX 1830

typedef enum { FORM_JSON, FORM_CSV, FORM_XLSX, FORM_PDF } LineForm;

static const struct {
  const char *type, *extension;
} forms[] = {
  [FORM_JSON] = { "application/json", "json" },
  [FORM_CSV] = { "text/csv; charset=utf-8", "csv" },
  [FORM_XLSX] = { "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx" },
  [FORM_PDF] = { "application/pdf", "pdf" },
};

/* One request on its way: measured on the thread of the health store, then laid out on a worker. */
typedef struct {
  HttpRequest *request; /* held */
  LineForm form;
  ReportStyle style;
  gint64 tolerance_ms, now_ms;
  LineMeeting *meeting; /* either of both */
  LinePeriodJob *period;
  LineReport *report;
} Call;

static void
call_free (gpointer data)
{
  Call *call = data;
  report_style_clear (&call->style);
  line_meeting_free (call->meeting);
  line_period_free (call->period);
  line_report_free (call->report);
  g_free (call);
}

/* Replies and NULL when ?lang is wrong. */
static Call *
call_new (HttpRequest *request, LineForm form)
{
  ReportStyle style;
  if (!report_style_read (request, &style))
    return NULL;
  Call *call = g_new0 (Call, 1);
  call->form = form;
  call->style = style;
  call->now_ms = request->now_ms;
  call->tolerance_ms = request->scope->context.settings->reports.on_time_minutes * MINUTE_MS;
  return call;
}

/* --- files --------------------------------------------------------------------------------------
 */

static void
run_layout (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Call *call = data;
  GError *error = NULL;
  GBytes *bytes = call->form == FORM_CSV ? line_report_to_csv (call->report, &call->style)
                  : call->form == FORM_XLSX
                      ? line_report_to_xlsx (call->report, &call->style, &error)
                      : line_report_to_pdf (call->report, call->now_ms, &call->style, &error);
  if (bytes)
    g_task_return_pointer (task, bytes, (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, error);
}

static char *
file_name (const Call *call)
{
  const LineReport *report = call->report;
  g_autofree char *period = line_period_text (report, call->style.zone);
  const char *title =
      line_word (report->meeting ? LINE_WORD_TITLE : LINE_WORD_ROLLUP, call->style.language);
  return g_strdup_printf ("%s %s.%s", title, report->meeting ? report->title : period,
                          forms[call->form].extension);
}

static void
on_laid_out (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HttpRequest) request = user_data;
  g_autoptr (GError) error = NULL;
  const Call *call = g_task_get_task_data (G_TASK (result));
  g_autoptr (GBytes) bytes = g_task_propagate_pointer (G_TASK (result), &error);
  if (!http_request_resume (request))
    return;
  if (!bytes) {
    http_reply_error (request, error);
    return;
  }
  g_autofree char *name = file_name (call);
  http_reply_file (request, forms[call->form].type, name, bytes);
}

static void
reply_file (Call *call)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, on_laid_out, call->request);
  g_task_set_task_data (task, call, call_free);
  g_task_run_in_thread (task, run_layout);
}

/* --- measuring ----------------------------------------------------------------------------------
 */

static void
measure (HealthDb *db, gpointer data)
{
  Call *call = data;
  if (call->meeting)
    line_meeting_measure (call->meeting, db);
  else
    line_period_read (call->period, db);
}

static void
on_measured (gpointer data)
{
  Call *call = data;
  g_autoptr (GError) error = NULL;
  call->report = call->meeting ? line_meeting_make_report (call->meeting, call->tolerance_ms)
                               : line_period_make_report (call->period, &error);
  if (call->report && call->form != FORM_JSON) {
    reply_file (call); /* which holds the request on */
    return;
  }
  g_autoptr (HttpRequest) request = call->request;
  if (!http_request_resume (request)) {
    call_free (call);
    return;
  }
  if (call->report)
    http_reply_json (request, 200, line_report_to_json (call->report));
  else
    http_reply_error (request, error);
  call_free (call);
}

static void
start (HttpRequest *request, Call *call)
{
  HealthStore *store = request->scope->context.health_store;
  call->request = http_request_hold (request);
  if (store) {
    health_store_run (store, measure, on_measured, call);
    return;
  }
  measure (NULL, call);
  on_measured (call);
}

/* --- one meeting --------------------------------------------------------------------------------
 */

typedef struct {
  HttpRequest *request;
  const char *meeting;
} Viewer;

static gboolean
may_see (gpointer data, const char *endpoint)
{
  const Viewer *viewer = data;
  return auth_can_see_site (viewer->request->scope->context.database,
                            http_request_user (viewer->request), viewer->meeting, endpoint);
}

static void
reply_meeting (HttpRequest *request, LineForm form)
{
  Database *database = request->scope->context.database;
  g_autoptr (GError) error = NULL;
  Viewer viewer = { request, http_request_param (request, "id") };
  if (!http_request_may_on_meeting (request, RIGHT_MEETING_WATCH, viewer.meeting))
    return;
  Call *call = call_new (request, form);
  if (!call)
    return;
  call->meeting = line_meeting_load (database, viewer.meeting, request->now_ms, &error);
  if (!call->meeting) {
    http_reply_error (request, error);
    call_free (call);
    return;
  }
  if (!auth_can_on_meeting (database, http_request_user (request), RIGHT_MEETING_RUN,
                            viewer.meeting))
    line_meeting_filter (call->meeting, may_see, &viewer);
  start (request, call);
}

void
on_line_report_read (HttpRequest *request)
{
  reply_meeting (request, FORM_JSON);
}

void
on_line_report_csv (HttpRequest *request)
{
  reply_meeting (request, FORM_CSV);
}

void
on_line_report_xlsx (HttpRequest *request)
{
  reply_meeting (request, FORM_XLSX);
}

void
on_line_report_pdf (HttpRequest *request)
{
  reply_meeting (request, FORM_PDF);
}

/* --- many ---------------------------------------------------------------------------------------
 */

/* The beginning of a day by the wall clock of @zone; 0: @text is no date "2026-11-30". */
static gint64
day_of (const char *text, GTimeZone *zone, int days_on)
{
  int year = 0, month = 0, day = 0;
  char rest = '\0';
  if (sscanf (text, "%4d-%2d-%2d%c", &year, &month, &day, &rest) != 3 || year < 2000 || year > 2199)
    return 0;
  g_autoptr (GDateTime) begin = g_date_time_new (zone, year, month, day, 0, 0, 0);
  g_autoptr (GDateTime) moved = begin ? g_date_time_add_days (begin, days_on) : NULL;
  return moved ? g_date_time_to_unix (moved) * 1000 : 0;
}

static gboolean
read_day (HttpRequest *request, const char *field, GTimeZone *zone, int days_on, gint64 *ret_ms)
{
  const char *text = http_request_query (request, field);
  *ret_ms = text ? day_of (text, zone, days_on) : 0;
  if (*ret_ms > 0)
    return TRUE;
  http_reply_field (request, field, "a day as 2026-11-30");
  return FALSE;
}

/* Whose rooms: those of the asked unit or room, within what the user answers for. */
static gboolean
read_scope (HttpRequest *request, LinePeriod *period)
{
  const User *user = http_request_user (request);
  const char *unit = http_request_query (request, "unit");
  period->endpoint = http_request_query (request, "endpoint");
  period->root = unit ? unit : user->unit;
  if (period->root && !http_request_may_on_unit (request, RIGHT_MEETING_WATCH, period->root))
    return FALSE;
  return !period->endpoint ||
         http_request_may_on_endpoint (request, RIGHT_MEETING_WATCH, period->endpoint);
}

/* Replies and FALSE on a wrong query. */
static gboolean
read_period (HttpRequest *request, GTimeZone *zone, LinePeriod *period)
{
  const char *group = http_request_query (request, "group");
  if (group && !line_group_from_string (group, &period->group)) {
    http_reply_field (request, "group", "site, branch, month, year or meeting");
    return FALSE;
  }
  if (!read_day (request, "from", zone, 0, &period->from_ms) ||
      !read_day (request, "to", zone, 1, &period->to_ms))
    return FALSE;
  if (period->to_ms <= period->from_ms ||
      period->to_ms - period->from_ms > SPAN_DAYS_MAX * 24 * 60 * MINUTE_MS) {
    http_reply_field (request, "to", "from the first day up to five years on");
    return FALSE;
  }
  return read_scope (request, period);
}

static void
reply_period (HttpRequest *request, LineForm form)
{
  g_autoptr (GError) error = NULL;
  LinePeriod period = { .group = LINE_BY_SITE };
  Call *call = call_new (request, form);
  if (!call)
    return;
  period.tolerance_ms = call->tolerance_ms;
  if (!read_period (request, call->style.zone, &period)) {
    call_free (call);
    return;
  }
  call->period =
      line_period_load (request->scope->context.database, &period, call->style.zone, &error);
  if (!call->period) {
    http_reply_error (request, error);
    call_free (call);
    return;
  }
  start (request, call);
}

void
on_line_reports_read (HttpRequest *request)
{
  reply_period (request, FORM_JSON);
}

void
on_line_reports_csv (HttpRequest *request)
{
  reply_period (request, FORM_CSV);
}

void
on_line_reports_xlsx (HttpRequest *request)
{
  reply_period (request, FORM_XLSX);
}

void
on_line_reports_pdf (HttpRequest *request)
{
  reply_period (request, FORM_PDF);
}
