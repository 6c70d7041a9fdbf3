/* The minutes of a meeting: drafted, saved version by version, approved and then frozen. */
#include "server/http/audit.h"
#include "server/http/bodies.h"
#include "server/http/handlers.h"
#include "server/http/reply_file.h"
#include "server/http/report_style.h"
#include "server/reports/report_source.h"

static json_t *
minutes_to_json (const MinutesVersion *minutes)
{
  return json_pack ("{s:I, s:s?, s:s, s:o, s:o, s:s}", "version", (json_int_t) minutes->version,
                    "text", minutes->text, "author", minutes->author, "at",
                    http_time_to_json (minutes->at_ms), "approved_at",
                    http_time_to_json (minutes->approved_ms), "approved_by",
                    minutes->approved_by ? minutes->approved_by : "");
}

/* The newest version, or @version of them; version 0 and no text when there are none yet. */
static void
reply_minutes (HttpRequest *request, const char *id, gint64 version)
{
  g_autoptr (GError) error = NULL;
  Database *database = request->scope->context.database;
  static const MinutesVersion none = { .text = (char *) "", .author = (char *) "" };
  g_autoptr (MinutesVersion) minutes =
      version > 0 ? minutes_store_get_version (database, id, version, &error)
                  : minutes_store_get (database, id, &error);
  if (error)
    http_reply_error (request, error);
  else
    http_reply_json (request, 200, minutes_to_json (minutes ? minutes : &none));
}

void
on_minutes_read (HttpRequest *request)
{
  gint64 version;
  const char *id = http_request_param (request, "id");
  if (http_request_may_on_meeting (request, RIGHT_EVENTS_VIEW, id) &&
      http_request_query_int (request, "version", 1, MINUTES_VERSIONS_MAX, 0, &version))
    reply_minutes (request, id, version);
}

void
on_minutes_versions (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  const char *id = http_request_param (request, "id");
  if (!http_request_may_on_meeting (request, RIGHT_EVENTS_VIEW, id))
    return;
  g_autoptr (GPtrArray) versions =
      minutes_store_list (request->scope->context.database, id, &error);
  if (!versions) {
    http_reply_error (request, error);
    return;
  }
  json_t *list = json_array ();
  for (guint i = 0; i < versions->len; i++)
    json_array_append_new (list, minutes_to_json (versions->pdata[i]));
  http_reply_json (request, 200, json_pack ("{s:o}", "versions", list));
}

void
on_minutes_save (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MinutesText) body = NULL;
  Database *database = request->scope->context.database;
  const char *id = http_request_param (request, "id");
  if (!http_request_may_on_meeting (request, RIGHT_MEETING_EDIT, id) ||
      !http_request_read (request, &minutes_text_type, (gpointer *) &body, NULL))
    return;
  MinutesVersion minutes = { .version = body->version,
                             .text = body->text,
                             .author = (char *) http_request_actor (request),
                             .at_ms = request->now_ms };
  g_autofree char *number = g_strdup_printf ("%d", body->version + 1);
  g_autoptr (Transaction) transaction = database_begin (database, &error);
  if (!transaction || !minutes_store_add (database, id, &minutes, &error) ||
      !audit_append (request, id, "minutes.save", id, number, &error) ||
      !transaction_commit (transaction, &error))
    http_reply_error (request, error);
  else
    reply_minutes (request, id, 0);
}

/* Only made: whoever asked looks at it and saves. */
void
on_minutes_draft (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_auto (ReportStyle) style = { 0 };
  const char *id = http_request_param (request, "id");
  if (!http_request_may_on_meeting (request, RIGHT_MEETING_EDIT, id) ||
      !report_style_read (request, &style))
    return;
  g_autoptr (MeetingReport) report =
      report_load (request->scope->context.database, id, request->now_ms, &error);
  if (!report) {
    http_reply_error (request, error);
    return;
  }
  g_autofree char *text = minutes_draft (report, &style);
  http_reply_json (request, 200, json_pack ("{s:s}", "text", text));
}

void
on_minutes_approve (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MinutesApproval) body = NULL;
  Database *database = request->scope->context.database;
  const char *id = http_request_param (request, "id");
  if (!http_request_may_on_meeting (request, RIGHT_MEETING_EDIT, id) ||
      !http_request_read (request, &minutes_approval_type, (gpointer *) &body, NULL))
    return;
  g_autofree char *number = g_strdup_printf ("%d", body->version);
  g_autoptr (Transaction) transaction = database_begin (database, &error);
  if (!transaction ||
      !minutes_store_approve (database, id, body->version, http_request_actor (request),
                              request->now_ms, &error) ||
      !audit_append (request, id, "minutes.approve", id, number, &error) ||
      !transaction_commit (transaction, &error))
    http_reply_error (request, error);
  else
    reply_minutes (request, id, 0);
}

void
on_minutes_pdf (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_auto (ReportStyle) style = { 0 };
  Database *database = request->scope->context.database;
  const char *id = http_request_param (request, "id");
  if (!http_request_may_on_meeting (request, RIGHT_EVENTS_VIEW, id) ||
      !report_style_read (request, &style))
    return;
  g_autoptr (MeetingReport) report = report_load (database, id, request->now_ms, &error);
  g_autoptr (MinutesVersion) minutes = report ? minutes_store_get (database, id, &error) : NULL;
  if (!report || error) {
    http_reply_error (request, error);
    return;
  }
  if (!minutes) {
    http_reply_problem (request, HTTP_PROBLEM_NOT_FOUND);
    return;
  }
  g_autoptr (GBytes) bytes = minutes_to_pdf (report, minutes, &style, &error);
  if (!bytes) {
    http_reply_error (request, error);
    return;
  }
  g_autofree char *name = g_strdup_printf (
      "%s - %s.pdf", report_word (WORD_MINUTES, style.language), report->record->title);
  http_reply_file (request, "application/pdf", name, bytes);
}
