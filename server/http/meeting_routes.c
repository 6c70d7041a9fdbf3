#include "server/http/announce.h"
#include "server/http/audit.h"
#include "server/http/clash_check.h"
#include "server/http/handlers.h"
#include "server/http/meeting_form.h"
#include "server/http/meeting_json.h"
#include "server/http/series_book.h"
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
  filter->drafts = auth_can (user, RIGHT_MEETING_EDIT);
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

/* --- Book --- */

static gboolean
meeting_add (HttpRequest *request, const MeetingRecord *record, GError **error)
{
  Database *database = request->scope->context.database;
  g_autoptr (Transaction) transaction = database_begin (database, error);
  return transaction && schedule_store_add (database, record, error) &&
         audit_append (request, record->id, "meeting.book", record->id, record->title, error) &&
         (record->state == MEETING_DRAFT ||
          announce_record (request, MEETING_CHANGE_PUBLISHED, record->id, NULL, error)) &&
         transaction_commit (transaction, error);
}

static gboolean
is_free (HttpRequest *request, const MeetingRecord *record)
{
  g_autoptr (GArray) spans = clash_spans_of_one (record->starts_at_ms, record->ends_at_ms);
  return clash_check (request, record, spans, NULL);
}

static void
set_new (HttpRequest *request, MeetingRecord *record, gboolean draft)
{
  record->state = draft ? MEETING_DRAFT : MEETING_SCHEDULED;
  record->published_at_ms = draft ? 0 : request->now_ms;
  record->created_at_ms = request->now_ms;
  record->created_by = g_strdup (http_request_actor (request));
}

void
on_meeting_create (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MeetingNew) body = NULL;
  g_autoptr (json_t) json = NULL;
  g_autofree char *id = schedule_store_new_id ();
  g_autoptr (MeetingRecord) record = meeting_record_new (id);
  if (!http_request_read (request, &meeting_new_type, (gpointer *) &body, &json) ||
      !http_request_may_on_unit (request, RIGHT_MEETING_EDIT, body->host_unit) ||
      !meeting_form_apply (request, record, body, json))
    return;
  set_new (request, record, body->draft);
  if (body->recurrence && *body->recurrence) {
    series_book (request, record, body);
    return;
  }
  if (!body->draft && !is_free (request, record))
    return;
  if (!meeting_add (request, record, &error)) {
    http_reply_error (request, error);
    return;
  }
  announce_tell (request, body->draft ? MEETING_CHANGE_LISTED : MEETING_CHANGE_PUBLISHED, id, NULL);
  meeting_reply_created (request, id);
}

/* --- Change --- */

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
  gboolean is_draft = record->state == MEETING_DRAFT;
  g_autoptr (Transaction) transaction = database_begin (database, error);
  return transaction && schedule_store_update (database, record, error) &&
         (!reschedule || meeting_reschedule (request, record, error)) &&
         audit_append (request, record->id, "meeting.change", record->id, record->title, error) &&
         (is_draft || announce_record (request, MEETING_CHANGE_CHANGED, record->id, NULL, error)) &&
         transaction_commit (transaction, error);
}

/* A draft takes nobody's time; one that runs already has its room and hall. */
static gboolean
needs_check (const MeetingRecord *record, const json_t *json)
{
  static const char *const members[] = { "starts_at", "ends_at", "chair_endpoint", "resources" };
  if (record->state != MEETING_SCHEDULED && record->state != MEETING_REHEARSAL &&
      record->state != MEETING_POSTPONED)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    if (json_object_get (json, members[i]))
      return TRUE;
  return FALSE;
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
      !http_request_read (request, &meeting_change_type, (gpointer *) &body, &json) ||
      (body->host_unit && !http_request_may_on_unit (request, RIGHT_MEETING_EDIT, body->host_unit)))
    return;
  g_autoptr (MeetingRecord) record = schedule_store_get (context->database, id, &error);
  if (!record) {
    http_reply_error (request, error);
    return;
  }
  gboolean is_draft = record->state == MEETING_DRAFT;
  gboolean reschedule = record->state == MEETING_POSTPONED && body->starts_at;
  g_autoptr (MeetingRecord) before = meeting_record_copy (record);
  if (!meeting_form_apply (request, record, body, json))
    return;
  if (record->series && body->scope != MEETING_SCOPE_ONE) {
    SeriesChange change = { before, record, json, body->scope };
    if (series_change (request, &change))
      meeting_reply (request, 200, id);
    return;
  }
  if ((needs_check (record, json) && !is_free (request, record)))
    return;
  if (!meeting_update (request, record, reschedule, &error) ||
      !meeting_hub_reload (context->hub, id, request->now_us, &error)) {
    http_reply_error (request, error);
    return;
  }
  announce_tell (request, is_draft ? MEETING_CHANGE_LISTED : MEETING_CHANGE_CHANGED, id, NULL);
  meeting_reply (request, 200, id);
}
