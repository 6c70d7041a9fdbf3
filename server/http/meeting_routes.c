#include "server/http/audit.h"
#include "server/http/bodies.h"
#include "server/http/handlers.h"
#include "server/http/meeting_json.h"
#include "server/storage/schedule_store.h"

/* --- List and read --- */

/* Whoever has one room sees what invites it; the others what their subtree hosts or sits in. */
static gboolean
meeting_filter_read (HttpRequest *request, MeetingFilter *filter)
{
  const User *user = http_request_user (request);
  MeetingState state;
  filter->state = http_request_query (request, "state");
  if (filter->state && !meeting_state_from_string (filter->state, &state)) {
    http_reply_field (request, "state", NULL);
    return FALSE;
  }
  filter->seen_endpoint = user->endpoint;
  filter->seen_from = user->endpoint ? NULL : user->unit;
  return http_request_read_time (request, "from", http_request_query (request, "from"),
                                 &filter->from_ms) &&
         http_request_read_time (request, "to", http_request_query (request, "to"), &filter->to_ms);
}

void
on_meeting_list (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  MeetingFilter filter = { 0 };
  if (!meeting_filter_read (request, &filter))
    return;
  g_autoptr (GPtrArray) listings =
      schedule_store_list (request->scope->context.database, &filter, &error);
  if (!listings) {
    http_reply_error (request, error);
    return;
  }
  json_t *list = json_array ();
  for (guint i = 0; i < listings->len; i++) {
    const MeetingListing *listing = listings->pdata[i];
    json_array_append_new (list, meeting_to_json (request, listing->record, listing->n_endpoints));
  }
  http_reply_json (request, 200, json_pack ("{s:o}", "meetings", list));
}

void
on_meeting_read (HttpRequest *request)
{
  const char *id = http_request_param (request, "id");
  if (http_request_may_on_meeting (request, RIGHT_MEETING_VIEW, id))
    meeting_reply (request, 200, id);
}

/* --- Whom it invites --- */

/* Only rooms the user may see can be invited; replies and FALSE. */
static gboolean
meeting_invite (HttpRequest *request, MeetingRecord *record, char **units, char **endpoints)
{
  g_autoptr (GError) error = NULL;
  Database *database = request->scope->context.database;
  const User *user = http_request_user (request);
  g_auto (GStrv) ids = schedule_store_expand (database, (const char *const *) units,
                                              (const char *const *) endpoints, &error);
  if (!ids) {
    if (g_error_matches (error, STORAGE_ERROR, STORAGE_ERROR_NOT_FOUND))
      http_reply_field (request, "endpoints", error->message);
    else
      http_reply_error (request, error);
    return FALSE;
  }
  for (guint i = 0; ids[i]; i++)
    if (!auth_can_on_endpoint (database, user, RIGHT_ENDPOINTS_VIEW, ids[i])) {
      http_reply_field (request, "endpoints", ids[i]);
      return FALSE;
    }
  meeting_record_set_endpoints (record, (const char *const *) ids, g_strv_length (ids));
  return TRUE;
}

/* The rules of signaling/schedule; replies and FALSE. */
static gboolean
meeting_check (HttpRequest *request, MeetingRecord *record)
{
  g_autoptr (GError) error = NULL;
  const char *field = NULL;
  if (!auth_can_on_endpoint (request->scope->context.database, http_request_user (request),
                             RIGHT_ENDPOINTS_VIEW, record->chair_endpoint)) {
    http_reply_field (request, "chair_endpoint", NULL);
    return FALSE;
  }
  meeting_record_add_endpoint (record, record->chair_endpoint);
  if (meeting_record_check (record, &field, &error))
    return TRUE;
  http_reply_field (request, field, error->message);
  return FALSE;
}

/* --- Book --- */

static gboolean
meeting_add (HttpRequest *request, const MeetingRecord *record, GError **error)
{
  Database *database = request->scope->context.database;
  g_autoptr (Transaction) transaction = database_begin (database, error);
  return transaction && schedule_store_add (database, record, error) &&
         audit_append (request, record->id, "meeting.book", record->id, record->title, error) &&
         transaction_commit (transaction, error);
}

void
on_meeting_create (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MeetingNew) body = NULL;
  g_autofree char *id = schedule_store_new_id ();
  g_autoptr (MeetingRecord) record = meeting_record_new (id);
  if (!http_request_read (request, &meeting_new_type, (gpointer *) &body, NULL) ||
      !http_request_may_on_unit (request, RIGHT_MEETING_EDIT, body->host_unit) ||
      !http_request_read_time (request, "starts_at", body->starts_at, &record->starts_at_ms) ||
      !http_request_read_time (request, "ends_at", body->ends_at, &record->ends_at_ms))
    return;
  record->title = g_steal_pointer (&body->title);
  record->host_unit = g_steal_pointer (&body->host_unit);
  record->chair_endpoint = g_steal_pointer (&body->chair_endpoint);
  record->created_at_ms = request->now_ms;
  record->created_by = g_strdup (http_request_actor (request));
  if (!meeting_invite (request, record, body->units, body->endpoints) ||
      !meeting_check (request, record))
    return;
  if (!meeting_add (request, record, &error)) {
    http_reply_error (request, error);
    return;
  }
  g_autofree char *location = g_strconcat ("/api/v1/meetings/", id, NULL);
  http_reply_header (request, "Location", location);
  meeting_reply (request, 201, id);
}

/* --- Change --- */

/* Takes over what the body names; what it leaves out stays.  Replies and FALSE. */
static gboolean
meeting_apply_change (HttpRequest *request, MeetingRecord *record, MeetingChange *body,
                      const json_t *json)
{
  if (body->title) {
    g_free (record->title);
    record->title = g_steal_pointer (&body->title);
  }
  if (body->chair_endpoint) {
    g_free (record->chair_endpoint);
    record->chair_endpoint = g_steal_pointer (&body->chair_endpoint);
  }
  if (body->starts_at &&
      !http_request_read_time (request, "starts_at", body->starts_at, &record->starts_at_ms))
    return FALSE;
  if (body->ends_at &&
      !http_request_read_time (request, "ends_at", body->ends_at, &record->ends_at_ms))
    return FALSE;
  if ((json_object_get (json, "endpoints") || json_object_get (json, "units")) &&
      !meeting_invite (request, record, body->units, body->endpoints))
    return FALSE;
  return meeting_check (request, record);
}

/* A postponed meeting that gets a new time is scheduled again. */
static gboolean
meeting_reschedule (HttpRequest *request, MeetingRecord *record, GError **error)
{
  MeetingState from = record->state;
  return meeting_record_set_state (record, MEETING_SCHEDULED, NULL, request->now_ms, error) &&
         schedule_store_save_state (request->scope->context.database, record, from, error);
}

static gboolean
meeting_update (HttpRequest *request, MeetingRecord *record, gboolean reschedule, GError **error)
{
  Database *database = request->scope->context.database;
  g_autoptr (Transaction) transaction = database_begin (database, error);
  return transaction && schedule_store_update (database, record, error) &&
         (!reschedule || meeting_reschedule (request, record, error)) &&
         audit_append (request, record->id, "meeting.change", record->id, record->title, error) &&
         transaction_commit (transaction, error);
}

void
on_meeting_change (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MeetingChange) body = NULL;
  g_autoptr (json_t) json = NULL;
  const HttpContext *context = &request->scope->context;
  const char *id = http_request_param (request, "id");
  if (!http_request_may_on_meeting (request, RIGHT_MEETING_EDIT, id) ||
      !http_request_read (request, &meeting_change_type, (gpointer *) &body, &json))
    return;
  g_autoptr (MeetingRecord) record = schedule_store_get (context->database, id, &error);
  if (!record) {
    http_reply_error (request, error);
    return;
  }
  gboolean reschedule = record->state == MEETING_POSTPONED && body->starts_at;
  if (!meeting_apply_change (request, record, body, json))
    return;
  if (!meeting_update (request, record, reschedule, &error) ||
      !meeting_hub_reload (context->hub, id, request->now_us, &error))
    http_reply_error (request, error);
  else
    meeting_reply (request, 200, id);
}
