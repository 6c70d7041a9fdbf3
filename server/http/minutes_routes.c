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

/* The newest, as JSON; `minutes: null` when there are none yet. */
static void
reply_newest (HttpRequest *request, const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MinutesVersion) minutes =
      minutes_store_get (request->scope->context.database, id, &error);
  if (error)
    http_reply_error (request, error);
  else
    http_reply_json (
        request, 200,
        json_pack ("{s:o}", "minutes", minutes ? minutes_to_json (minutes) : json_null ()));
}

void
on_minutes_read (HttpRequest *request)
{
  const char *id = http_request_param (request, "id");
  if (http_request_may_on_meeting (request, RIGHT_EVENTS_VIEW, id))
    reply_newest (request, id);
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
on_minutes_version (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  const char *id = http_request_param (request, "id");
  gint64 version = g_ascii_strtoll (http_request_param (request, "version"), NULL, 10);
  if (!http_request_may_on_meeting (request, RIGHT_EVENTS_VIEW, id))
    return;
  g_autoptr (MinutesVersion) minutes =
      minutes_store_get_version (request->scope->context.database, id, version, &error);
  if (minutes)
    http_reply_json (request, 200, json_pack ("{s:o}", "minutes", minutes_to_json (minutes)));
  else
    http_reply_error (request, error);
}

/* Saves @text as the version after @version, and says so in the log.  Replies. */
static void
save (HttpRequest *request, const char *id, gint64 version, const char *text)
{
  g_autoptr (GError) error = NULL;
  Database *database = request->scope->context.database;
  MinutesVersion minutes = { .version = version,
                             .text = (char *) text,
                             .author = (char *) http_request_actor (request),
                             .at_ms = request->now_ms };
  g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, version + 1);
  g_autoptr (Transaction) transaction = database_begin (database, &error);
  if (!transaction || !minutes_store_add (database, id, &minutes, &error) ||
      !audit_append (request, id, "minutes.save", id, number, &error) ||
      !transaction_commit (transaction, &error))
    http_reply_error (request, error);
  else
    reply_newest (request, id);
}

void
on_minutes_save (HttpRequest *request)
{
  g_autoptr (MinutesText) body = NULL;
  const char *id = http_request_param (request, "id");
  if (http_request_may_on_meeting (request, RIGHT_MEETING_EDIT, id) &&
      http_request_read (request, &minutes_text_type, (gpointer *) &body, NULL))
    save (request, id, body->version, body->text);
}

void
on_minutes_draft (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_auto (ReportStyle) style = { 0 };
  Database *database = request->scope->context.database;
  const char *id = http_request_param (request, "id");
  if (!http_request_may_on_meeting (request, RIGHT_MEETING_EDIT, id) ||
      !report_style_read (request, &style))
    return;
  g_autoptr (MeetingReport) report = report_load (database, id, request->now_ms, &error);
  g_autoptr (MinutesVersion) newest = report ? minutes_store_get (database, id, &error) : NULL;
  if (error) {
    http_reply_error (request, error);
    return;
  }
  g_autofree char *text = minutes_draft (report, &style);
  save (request, id, newest ? newest->version : 0, text);
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
    reply_newest (request, id);
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
