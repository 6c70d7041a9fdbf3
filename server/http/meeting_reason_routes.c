/* Postpone and cancel, of one meeting or of a series: each with a reason that goes out to all who
 * were invited. */
#include "server/http/announce.h"
#include "server/http/bodies.h"
#include "server/http/handlers.h"
#include "server/http/meeting_json.h"
#include "server/http/series_plan.h"
#include "server/storage/schedule_store.h"

/* The new time that is already known is noted in the postponed meeting. */
static gboolean
note_times (HttpRequest *request, const char *id, const MeetingRecord *times, GError **error)
{
  Database *database = request->scope->context.database;
  g_autoptr (MeetingRecord) record = schedule_store_get (database, id, error);
  if (!record)
    return FALSE;
  gint64 length_ms = record->ends_at_ms - record->starts_at_ms;
  record->starts_at_ms = times->starts_at_ms;
  record->ends_at_ms = times->ends_at_ms ? times->ends_at_ms : times->starts_at_ms + length_ms;
  return schedule_store_update (database, record, error);
}

/* Signaling checks, stores and tells the rooms; then the invitations are called back. */
static gboolean
become (HttpRequest *request, const char *id, const StateChange *change, const MeetingRecord *times,
        GError **error)
{
  const HttpContext *context = &request->scope->context;
  return meeting_hub_set_meeting_state (context->hub, id, change, request->now_us, error) &&
         (!times || times->starts_at_ms == 0 || note_times (request, id, times, error));
}

static gboolean
become_all (HttpRequest *request, const GPtrArray *ids, const StateChange *change,
            const MeetingRecord *times, const char *series, GError **error)
{
  MeetingChangeKind kind =
      change->state == MEETING_CANCELLED ? MEETING_CHANGE_CANCELLED : MEETING_CHANGE_POSTPONED;
  g_autoptr (Transaction) transaction = database_begin (request->scope->context.database, error);
  if (!transaction)
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    if (!become (request, ids->pdata[i], change, times, error))
      return FALSE;
  return announce_record (request, kind, ids->pdata[0], series, error) &&
         transaction_commit (transaction, error);
}

/* Those of the series that may become so: drafts are not for the world, and a postponed meeting is
 * not postponed again. */
static GPtrArray *
those_that_can (HttpRequest *request, const GPtrArray *ids, MeetingState state)
{
  GPtrArray *list = g_ptr_array_new ();
  for (guint i = 0; i < ids->len; i++) {
    g_autoptr (MeetingRecord) record =
        schedule_store_get (request->scope->context.database, ids->pdata[i], NULL);
    if (record && (ids->len == 1 || meeting_state_can_become (record->state, state)))
      g_ptr_array_add (list, ids->pdata[i]);
  }
  return list;
}

static void
apply (HttpRequest *request, const MeetingRecord *record, const Reason *body, MeetingState state,
       const MeetingRecord *times)
{
  g_autoptr (GError) error = NULL;
  StateChange change = { state, body->reason, http_request_actor (request), request->source };
  const char *series = body->scope == MEETING_SCOPE_ONE ? NULL : record->series;
  g_autoptr (GPtrArray) ids = series_scope (request, record, body->scope);
  if (!ids)
    return;
  g_autoptr (GPtrArray) able = those_that_can (request, ids, state);
  if (able->len == 0) {
    http_reply_problem (request, HTTP_PROBLEM_CONFLICT);
    return;
  }
  if (!become_all (request, able, &change, times, series, &error)) {
    for (guint i = 0; i < able->len; i++) /* as storage has them */
      meeting_hub_reload (request->scope->context.hub, able->pdata[i], request->now_us, NULL);
    http_reply_error (request, error);
    return;
  }
  announce_tell (request,
                 state == MEETING_CANCELLED ? MEETING_CHANGE_CANCELLED : MEETING_CHANGE_POSTPONED,
                 able->pdata[0], series);
  meeting_reply (request, 200, record->id);
}

/* The meeting of the path and the body; replies and NULL. */
static MeetingRecord *
begin (HttpRequest *request, Reason **ret_body)
{
  g_autoptr (GError) error = NULL;
  const char *id = http_request_param (request, "id");
  if (!http_request_may_on_meeting (request, RIGHT_MEETING_EDIT, id) ||
      !http_request_read (request, &reason_type, (gpointer *) ret_body, NULL))
    return NULL;
  MeetingRecord *record = schedule_store_get (request->scope->context.database, id, &error);
  if (!record)
    http_reply_error (request, error);
  return record;
}

void
on_meeting_cancel (HttpRequest *request)
{
  g_autoptr (Reason) body = NULL;
  g_autoptr (MeetingRecord) record = begin (request, &body);
  if (record)
    apply (request, record, body, MEETING_CANCELLED, NULL);
}

void
on_meeting_postpone (HttpRequest *request)
{
  g_autoptr (Reason) body = NULL;
  g_autoptr (MeetingRecord) record = begin (request, &body);
  g_autoptr (MeetingRecord) times = meeting_record_new ("");
  if (!record ||
      !http_request_read_time (request, "starts_at", body->starts_at, &times->starts_at_ms) ||
      !http_request_read_time (request, "ends_at", body->ends_at, &times->ends_at_ms))
    return;
  if (times->ends_at_ms != 0 && times->ends_at_ms <= times->starts_at_ms)
    http_reply_field (request, "ends_at", NULL);
  else if (times->starts_at_ms != 0 && body->scope != MEETING_SCOPE_ONE)
    http_reply_field (request, "starts_at", "a new time is of one meeting, not of a series");
  else
    apply (request, record, body, MEETING_POSTPONED, times);
}
