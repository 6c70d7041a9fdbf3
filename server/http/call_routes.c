#include "server/http/announce.h"
#include "server/http/audit.h"
#include "server/http/bodies.h"
#include "server/http/handlers.h"
#include "server/http/meeting_form.h"
#include "server/http/meeting_json.h"
#include "server/storage/schedule_store.h"

#define CALL_LENGTH_MS G_GINT64_CONSTANT (7200000) /* two hours; it can be extended */
#define CALL_TITLE "Họp đột xuất"

/* Made, rung for and opened in one transaction.  The chair's other meetings do not stand in its
 * way: a call is for when something has happened. */
static gboolean
call_open (HttpRequest *request, const MeetingRecord *record, GError **error)
{
  const HttpContext *context = &request->scope->context;
  StateChange open = { MEETING_OPEN, NULL, http_request_actor (request), request->source };
  g_autoptr (Transaction) transaction = database_begin (context->database, error);
  return transaction && schedule_store_add (context->database, record, error) &&
         audit_append (request, record->id, "meeting.call", record->id, record->title, error) &&
         announce_record (request, MEETING_CHANGE_CALLED, record->id, NULL, error) &&
         meeting_hub_set_meeting_state (context->hub, record->id, &open, request->now_us, error) &&
         transaction_commit (transaction, error);
}

static gboolean
call_invite (HttpRequest *request, MeetingRecord *record, const CallNew *body)
{
  g_autoptr (GError) error = NULL;
  const char *field = NULL;
  const char *const chair[] = { record->chair_endpoint, NULL };
  Participants who = { .units = (const char *const *) body->units,
                       .levels = (const char *const *) body->levels,
                       .endpoints = (const char *const *) body->endpoints,
                       .groups = (const char *const *) body->groups };
  g_auto (GStrv) ids = meeting_form_may_see_rooms (request, "chair_endpoint", chair)
                           ? meeting_form_expand (request, &who)
                           : NULL;
  if (!ids)
    return FALSE;
  meeting_record_set_endpoints (record, (const char *const *) ids, g_strv_length (ids));
  meeting_record_add_endpoint (record, record->chair_endpoint);
  if (record->endpoints->len < 2) {
    http_reply_told (request, HTTP_PROBLEM_FIELD, "endpoints",
                     "Hãy chọn ít nhất một điểm cầu để gọi.", "Choose at least one room to call.",
                     NULL);
    return FALSE;
  }
  if (meeting_record_check (record, &field, &error))
    return TRUE;
  http_reply_field (request, field, error->message);
  return FALSE;
}

void
on_call_create (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CallNew) body = NULL;
  g_autofree char *id = schedule_store_new_id ();
  g_autoptr (MeetingRecord) record = meeting_record_new (id);
  if (!http_request_read (request, &call_new_type, (gpointer *) &body, NULL) ||
      !http_request_may_on_unit (request, RIGHT_MEETING_EDIT, body->host_unit))
    return;
  record->title = body->title ? g_steal_pointer (&body->title) : g_strdup (CALL_TITLE);
  record->host_unit = g_steal_pointer (&body->host_unit);
  record->chair_endpoint = g_steal_pointer (&body->chair_endpoint);
  record->starts_at_ms = record->created_at_ms = record->published_at_ms = request->now_ms;
  record->ends_at_ms = request->now_ms + CALL_LENGTH_MS;
  record->created_by = g_strdup (http_request_actor (request));
  if (!call_invite (request, record, body))
    return;
  if (!call_open (request, record, &error)) {
    http_reply_error (request, error);
    return;
  }
  announce_tell (request, MEETING_CHANGE_CALLED, id, NULL);
  meeting_reply_created (request, id);
}
