/* Notices of the signed-in user, and the answer of a room that is called. */
#include "server/http/bodies.h"
#include "server/http/handlers.h"
#include "server/http/notice_json.h"

#define NOTICES_LIMIT_MAX 500
#define NOTICES_LIMIT_DEFAULT 200

json_t *
notice_to_json (const Notice *notice)
{
  g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT, notice->id);
  return json_pack ("{s:s, s:o, s:s, s:s?, s:{s:s, s:s}, s:{s:s, s:s}, s:b}", "id", id, "at",
                    http_time_to_json (notice->at_ms), "kind", notice->kind, "meeting",
                    notice->meeting, "title", "vi", notice->title_vi, "en", notice->title_en,
                    "text", "vi", notice->text_vi, "en", notice->text_en, "read", notice->read);
}

void
on_notice_list (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  gint64 after, limit;
  if (!http_request_query_int (request, "after", 0, G_MAXINT64, 0, &after) ||
      !http_request_query_int (request, "limit", 1, NOTICES_LIMIT_MAX, NOTICES_LIMIT_DEFAULT,
                               &limit))
    return;
  g_autoptr (GPtrArray) notices =
      notice_store_list (request->scope->context.database, http_request_user (request)->id, after,
                         (guint) limit, &error);
  if (!notices) {
    http_reply_error (request, error);
    return;
  }
  json_t *list = json_array ();
  for (guint i = 0; i < notices->len; i++)
    json_array_append_new (list, notice_to_json (notices->pdata[i]));
  http_reply_json (request, 200, json_pack ("{s:o}", "notices", list));
}

void
on_notice_read (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NoticesRead) body = NULL;
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  if (!http_request_read (request, &notices_read_type, (gpointer *) &body, NULL))
    return;
  for (guint i = 0; body->ids[i]; i++) {
    gint64 id;
    if (!g_ascii_string_to_signed (body->ids[i], 10, 1, G_MAXINT64, &id, NULL)) {
      http_reply_field (request, "ids", "not the id of a notice");
      return;
    }
    g_array_append_val (ids, id);
  }
  if (notice_store_mark_read (request->scope->context.database, http_request_user (request)->id,
                              (const gint64 *) (gpointer) ids->data, ids->len, &error))
    http_reply_empty (request, 204);
  else
    http_reply_error (request, error);
}

/* --- A call --- */

void
on_call_answer (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CallReply) body = NULL;
  const HttpContext *context = &request->scope->context;
  const User *user = http_request_user (request);
  const char *meeting = http_request_param (request, "id");
  if (!http_request_may_on_meeting (request, RIGHT_MEETING_JOIN, meeting) ||
      !http_request_read (request, &call_reply_type, (gpointer *) &body, NULL))
    return;
  const char *endpoint = body->endpoint ? body->endpoint : user->endpoint;
  if (!endpoint || !auth_can_join (context->database, user, meeting, endpoint)) {
    http_reply_field (request, "endpoint", "which room answers");
    return;
  }
  CallAnswer answer = { meeting,     endpoint,        body->accept,
                        user->login, request->source, request->now_ms };
  if (!context->desk.answer)
    http_reply_problem (request, HTTP_PROBLEM_CONFLICT);
  else if (context->desk.answer (context->desk_data, &answer, &error))
    http_reply_empty (request, 204);
  else
    http_reply_error (request, error);
}
