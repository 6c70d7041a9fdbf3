/* The rehearsal board: how the rooms of a meeting found themselves and their lines, what
 * technicians note of them, and what rooms are asked to do. Whoever sees a room's line sees its
 * row, writes on it and asks it. */
#include "server/http/audit.h"
#include "server/http/handlers.h"
#include "server/http/rehearsal_board.h"
#include "server/http/reply_file.h"
#include "server/http/report_style.h"
#include "server/reports/rehearsal_sheet.h"
#include "server/storage/schedule_store.h"

#include <string.h>

#define NOTE_CHARS 500 /* what one notes while the telephone is in the other hand */
#define NOTE_BYTES (4 * NOTE_CHARS)
#define UNSAID (-1)

/* --- who sees which row --- */

typedef struct {
  gboolean is_all;
  const char *unit; /* the rooms of its subtree; lent by the user */
} Sight;

static Sight
sight_of (HttpRequest *request, const char *meeting)
{
  const User *user = http_request_user (request);
  gboolean is_all = !user->unit || auth_can_on_meeting (request->scope->context.database, user,
                                                        RIGHT_MEETING_RUN, meeting);
  return (Sight){ is_all, user->unit };
}

/* @path: codes from the top, each with '/' behind. */
static gboolean
path_has (const char *path, const char *code)
{
  gsize length = strlen (code);
  for (const char *end = strchr (path, '/'); end; end = strchr (path, '/')) {
    if ((gsize) (end - path) == length && memcmp (path, code, length) == 0)
      return TRUE;
    path = end + 1;
  }
  return FALSE;
}

static gboolean
sees (const Sight *sight, const char *path)
{
  return sight->is_all || path_has (path, sight->unit);
}

/* --- reading --- */

static RehearsalTable *
read_table (HttpRequest *request, const char *meeting, gboolean is_at_once)
{
  g_autoptr (GError) error = NULL;
  RehearsalRead read = { .database = request->scope->context.database,
                         .hub = request->scope->context.hub,
                         .meeting = meeting,
                         .now_ms = request->now_ms,
                         .now_us = request->now_us,
                         .is_at_once = is_at_once };
  RehearsalTable *table = rehearsal_board_read (request->scope->rehearsals, &read, &error);
  if (!table)
    http_reply_error (request, error);
  return table;
}

typedef struct {
  int sites, lights[TEST_LIGHT_BAD + 1], running, connected;
} Counts;

static json_t *
counts_to_json (const Counts *counts)
{
  const int *lights = counts->lights;
  return json_pack ("{s:i, s:i, s:i, s:i, s:i, s:i, s:i}", "sites", counts->sites, "done",
                    counts->sites - lights[TEST_LIGHT_NONE], "good", lights[TEST_LIGHT_GOOD],
                    "fair", lights[TEST_LIGHT_FAIR], "bad", lights[TEST_LIGHT_BAD], "running",
                    counts->running, "connected", counts->connected);
}

/* The rows that changed since, and the counts of all that the user sees. */
static json_t *
rows_to_json (const RehearsalTable *table, const Sight *sight, gint64 since, Counts *counts)
{
  json_t *rows = json_array ();
  gboolean is_whole = rehearsal_table_is_new_to (table, since);
  for (guint i = 0; i < rehearsal_table_n_rows (table); i++) {
    const RehearsalRow *row = rehearsal_table_get (table, i);
    if (!sees (sight, row->path))
      continue;
    counts->sites++;
    counts->lights[row->light]++;
    counts->running += row->is_testing;
    counts->connected += row->is_connected;
    if (is_whole || row->revision > since)
      json_array_append (rows, row->json);
  }
  return rows;
}

/* When it opens by itself; 0: it does not, or not again. */
static gint64
opens_ms (const Settings *settings, const MeetingRecord *record, gint64 now_ms)
{
  gint64 before_ms = settings->rehearsal.minutes_before * G_GINT64_CONSTANT (60000);
  gboolean is_to_come =
      record->state == MEETING_SCHEDULED && !record->rehearsal && record->starts_at_ms > now_ms;
  return before_ms > 0 && is_to_come ? MAX (record->starts_at_ms - before_ms, now_ms) : 0;
}

static void
reply_board (HttpRequest *request, const MeetingRecord *record, gint64 since)
{
  const HttpContext *context = &request->scope->context;
  Sight sight = sight_of (request, record->id);
  Counts counts = { 0 };
  const RehearsalTable *table = read_table (request, record->id, FALSE);
  if (!table)
    return;
  json_t *rows = rows_to_json (table, &sight, since, &counts);
  json_t *json = json_pack (
      "{s:I, s:b, s:{s:s, s:s, s:s, s:o}, s:o, s:o}", "revision",
      (json_int_t) rehearsal_table_revision (table), "full",
      rehearsal_table_is_new_to (table, since), "meeting", "id", record->id, "title", record->title,
      "state", meeting_state_to_string (record->state), "starts_at",
      http_time_to_json (record->starts_at_ms), "opened_at",
      http_time_to_json (rehearsal_store_opened_ms (context->database, record->id)), "opens_at",
      http_time_to_json (opens_ms (context->settings, record, request->now_ms)));
  json_object_set_new (json, "counts", counts_to_json (&counts));
  json_object_set_new (json, "words", json_pack ("{s:o}", "advice", rehearsal_words_to_json ()));
  json_object_set_new (json, "rows", rows);
  http_reply_json (request, 200, json);
}

void
on_rehearsal_read (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  gint64 since;
  const char *id = http_request_param (request, "id");
  if (!http_request_may_on_meeting (request, RIGHT_MEETING_WATCH, id) ||
      !http_request_query_int (request, "since", 0, G_MAXINT64, 0, &since))
    return;
  g_autoptr (MeetingRecord) record =
      schedule_store_get (request->scope->context.database, id, &error);
  if (record)
    reply_board (request, record, since);
  else
    http_reply_error (request, error);
}

/* --- one row --- */

/* The row of the path, if the user sees it; replies and NULL otherwise. */
static const RehearsalRow *
find_row (HttpRequest *request)
{
  const char *id = http_request_param (request, "id");
  if (!http_request_may_on_meeting (request, RIGHT_MEETING_WATCH, id))
    return NULL;
  const RehearsalTable *table = read_table (request, id, FALSE);
  if (!table)
    return NULL;
  Sight sight = sight_of (request, id);
  const RehearsalRow *row = rehearsal_table_find (table, http_request_param (request, "endpoint"));
  if (row && sees (&sight, row->path))
    return row;
  http_reply_told (request, HTTP_PROBLEM_NOT_FOUND, NULL,
                   "Phiên họp không mời điểm cầu này, hoặc điểm cầu thuộc đơn vị khác.",
                   "The meeting does not invite this room, or it belongs to another unit.", NULL);
  return NULL;
}

typedef struct {
  char *note; /* NULL: stays */
  int ticked; /* UNSAID: stays */
} SiteChange;
static const RecordField site_change_fields[] = {
  RECORD_FIELD_STRING (SiteChange, note, RECORD_OPTIONAL, 0, NOTE_BYTES),
  RECORD_FIELD_BOOL (SiteChange, ticked, RECORD_OPTIONAL, UNSAID),
  RECORD_FIELDS_END,
};
RECORD_DECLARE (SiteChange, site_change)
RECORD_DEFINE (SiteChange, site_change);

/* What was written, with its lines in the log. */
static gboolean
write_change (HttpRequest *request, const SiteChange *change, GError **error)
{
  Database *database = request->scope->context.database;
  const char *id = http_request_param (request, "id");
  const char *endpoint = http_request_param (request, "endpoint");
  const char *by = change->ticked == TRUE ? http_request_user (request)->login : NULL;
  g_autoptr (Transaction) transaction = database_begin (database, error);
  if (!transaction)
    return FALSE;
  if (change->note &&
      (!rehearsal_store_set_note (database, id, endpoint, change->note, error) ||
       !audit_append (request, id, "rehearsal.note", endpoint, change->note, error)))
    return FALSE;
  if (change->ticked != UNSAID &&
      (!rehearsal_store_set_tick (database, id, endpoint, by, request->now_ms, error) ||
       !audit_append (request, id, by ? "rehearsal.ticked" : "rehearsal.unticked", endpoint, NULL,
                      error)))
    return FALSE;
  return transaction_commit (transaction, error);
}

void
on_rehearsal_site_change (HttpRequest *request)
{
  g_autoptr (SiteChange) body = NULL;
  g_autoptr (GError) error = NULL;
  const char *id = http_request_param (request, "id");
  if (!find_row (request) ||
      !http_request_read (request, &site_change_type, (gpointer *) &body, NULL))
    return;
  if (body->note && g_utf8_strlen (body->note, -1) > NOTE_CHARS) {
    http_reply_field (request, "note", "at most 500 characters");
    return;
  }
  if (!write_change (request, body, &error)) {
    http_reply_error (request, error);
    return;
  }
  const RehearsalTable *table = read_table (request, id, TRUE);
  if (table)
    http_reply_json (
        request, 200,
        json_incref (rehearsal_table_find (table, http_request_param (request, "endpoint"))->json));
}

void
on_rehearsal_site_runs (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  const RehearsalRow *row = find_row (request);
  if (!row)
    return;
  g_autoptr (GPtrArray) runs = rehearsal_store_list_runs (
      request->scope->context.database, http_request_param (request, "id"), row->endpoint, &error);
  if (!runs) {
    http_reply_error (request, error);
    return;
  }
  json_t *list = json_array ();
  for (guint i = 0; i < runs->len; i++)
    json_array_append_new (list, rehearsal_run_to_json (g_ptr_array_index (runs, i)));
  http_reply_json (request, 200, json_pack ("{s:o}", "runs", list));
}

/* --- asking --- */

typedef struct {
  TestAsk act;
  gboolean on;
  char *branch; /* NULL: all */
} AskBody;
static const RecordField ask_body_fields[] = {
  RECORD_FIELD_ENUM (AskBody, act, RECORD_REQUIRED, test_ask_names, 0),
  RECORD_FIELD_BOOL (AskBody, on, RECORD_OPTIONAL, FALSE),
  RECORD_FIELD_STRING (AskBody, branch, RECORD_OPTIONAL | RECORD_ID, 1, LIMIT_ID_BYTES),
  RECORD_FIELDS_END,
};
RECORD_DECLARE (AskBody, ask_body)
RECORD_DEFINE (AskBody, ask_body);

static void
ask_rooms (HttpRequest *request, const AskBody *body, const GPtrArray *endpoints,
           const char *subject)
{
  g_autoptr (GError) error = NULL;
  guint asked = 0;
  RoomAsk ask = { .act = body->act,
                  .on = body->on,
                  .endpoints = (const char *const *) endpoints->pdata,
                  .n_endpoints = endpoints->len,
                  .subject = subject,
                  .actor = http_request_actor (request),
                  .source = request->source };
  if (meeting_hub_ask_rooms (request->scope->context.hub, http_request_param (request, "id"), &ask,
                             request->now_us, &asked, &error))
    http_reply_json (request, 202, json_pack ("{s:i}", "asked", (int) asked));
  else
    http_reply_error (request, error);
}

void
on_rehearsal_site_ask (HttpRequest *request)
{
  g_autoptr (AskBody) body = NULL;
  g_autoptr (GPtrArray) endpoints = g_ptr_array_new ();
  const RehearsalRow *row = find_row (request);
  if (!row || !http_request_read (request, &ask_body_type, (gpointer *) &body, NULL))
    return;
  g_ptr_array_add (endpoints, row->endpoint);
  ask_rooms (request, body, endpoints, row->endpoint);
}

void
on_rehearsal_ask (HttpRequest *request)
{
  g_autoptr (AskBody) body = NULL;
  g_autoptr (GPtrArray) endpoints = g_ptr_array_new ();
  const char *id = http_request_param (request, "id");
  if (!http_request_may_on_meeting (request, RIGHT_MEETING_WATCH, id) ||
      !http_request_read (request, &ask_body_type, (gpointer *) &body, NULL))
    return;
  if (body->act != TEST_ASK_TEST) {
    http_reply_field (request, "act", "all rooms at once are asked to test only");
    return;
  }
  const RehearsalTable *table = read_table (request, id, FALSE);
  if (!table)
    return;
  Sight sight = sight_of (request, id);
  for (guint i = 0; i < rehearsal_table_n_rows (table); i++) {
    const RehearsalRow *row = rehearsal_table_get (table, i);
    if (sees (&sight, row->path) && (!body->branch || path_has (row->path, body->branch)))
      g_ptr_array_add (endpoints, row->endpoint);
  }
  ask_rooms (request, body, endpoints, body->branch ? body->branch : "");
}

/* --- files: laid out on a worker thread --- */

typedef struct {
  RehearsalExport export;
  RehearsalSheet sheet;
  ReportStyle style;
} ExportJob;

static void
export_job_free (gpointer data)
{
  ExportJob *job = data;
  g_free (job->sheet.title);
  g_clear_pointer (&job->sheet.sites, g_ptr_array_unref);
  report_style_clear (&job->style);
  g_free (job);
}

static GBytes *
run_export (gpointer data, GError **error)
{
  const ExportJob *job = data;
  return job->export(&job->sheet, &job->style, error);
}

/* Those that the user sees. */
static GPtrArray *
list_seen (HttpRequest *request, const char *meeting, GError **error)
{
  Sight sight = sight_of (request, meeting);
  GPtrArray *sites = rehearsal_store_list (request->scope->context.database, meeting, error);
  for (guint i = sites ? sites->len : 0; i > 0; i--)
    if (!sees (&sight, ((RehearsalSite *) g_ptr_array_index (sites, i - 1))->path))
      g_ptr_array_remove_index (sites, i - 1);
  return sites;
}

static void
reply_export (HttpRequest *request, RehearsalExport export, const char *type, const char *extension)
{
  g_autoptr (GError) error = NULL;
  ReportStyle style;
  const char *id = http_request_param (request, "id");
  if (!http_request_may_on_meeting (request, RIGHT_MEETING_WATCH, id))
    return;
  g_autoptr (MeetingRecord) record =
      schedule_store_get (request->scope->context.database, id, &error);
  g_autoptr (GPtrArray) sites = record ? list_seen (request, id, &error) : NULL;
  if (!sites) {
    http_reply_error (request, error);
    return;
  }
  if (!report_style_read (request, &style))
    return;
  ExportJob *job = g_new0 (ExportJob, 1);
  job->export = export;
  job->sheet = (RehearsalSheet){ .title = g_strdup (record->title),
                                 .starts_ms = record->starts_at_ms,
                                 .sites = g_steal_pointer (&sites) };
  job->style = style;
  char *name = g_strdup_printf ("%s - %s.%s", record->title, rehearsal_sheet_name (style.language),
                                extension);
  http_reply_made_file (request, type, name, run_export, job, export_job_free);
}

void
on_rehearsal_csv (HttpRequest *request)
{
  reply_export (request, rehearsal_to_csv, "text/csv; charset=utf-8", "csv");
}

void
on_rehearsal_xlsx (HttpRequest *request)
{
  reply_export (request, rehearsal_to_xlsx,
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx");
}
