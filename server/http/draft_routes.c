#include "server/http/announce.h"
#include "server/http/audit.h"
#include "server/http/bodies.h"
#include "server/http/clash_check.h"
#include "server/http/handlers.h"
#include "server/http/meeting_json.h"
#include "server/http/series_plan.h"
#include "server/storage/paper_file.h"
#include "server/storage/paper_store.h"
#include "server/storage/schedule_store.h"

/* --- Publish --- */

/* The drafts that go with @record: itself, or all of its series; replies and NULL.  transfer full,
 * of MeetingRecord. */
static GPtrArray *
get_drafts (HttpRequest *request, const MeetingRecord *record, MeetingScope scope)
{
  g_autoptr (GPtrArray) ids = series_scope (request, record, scope);
  if (!ids)
    return NULL;
  GPtrArray *drafts = g_ptr_array_new_with_free_func ((GDestroyNotify) meeting_record_free);
  for (guint i = 0; i < ids->len; i++) {
    MeetingRecord *draft =
        schedule_store_get (request->scope->context.database, ids->pdata[i], NULL);
    if (draft && draft->state == MEETING_DRAFT)
      g_ptr_array_add (drafts, draft);
    else
      meeting_record_free (draft);
  }
  return drafts;
}

static gboolean
draft_publish (HttpRequest *request, MeetingRecord *record, GError **error)
{
  Database *database = request->scope->context.database;
  record->published_at_ms = request->now_ms;
  return meeting_record_set_state (record, MEETING_SCHEDULED, NULL, request->now_ms, error) &&
         schedule_store_save_state (database, record, MEETING_DRAFT, error) &&
         audit_append (request, record->id, "meeting.publish", record->id, record->title, error);
}

static gboolean
drafts_publish (HttpRequest *request, const MeetingRecord *record, const GPtrArray *drafts,
                GError **error)
{
  g_autoptr (Transaction) transaction = database_begin (request->scope->context.database, error);
  if (!transaction)
    return FALSE;
  for (guint i = 0; i < drafts->len; i++)
    if (!draft_publish (request, drafts->pdata[i], error))
      return FALSE;
  return announce_record (request, MEETING_CHANGE_PUBLISHED,
                          ((MeetingRecord *) drafts->pdata[0])->id, record->series, error) &&
         transaction_commit (transaction, error);
}

static gboolean
drafts_are_free (HttpRequest *request, const MeetingRecord *record, const GPtrArray *drafts)
{
  g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (TimeSpan));
  for (guint i = 0; i < drafts->len; i++) {
    const MeetingRecord *draft = drafts->pdata[i];
    TimeSpan span = { draft->starts_at_ms, draft->ends_at_ms };
    g_array_append_val (spans, span);
  }
  return clash_check (request, record, spans, record->series);
}

/* A meeting of the state that the route is for; replies and returns NULL. */
static MeetingRecord *
get_meeting (HttpRequest *request, const char *id)
{
  g_autoptr (GError) error = NULL;
  MeetingRecord *record = schedule_store_get (request->scope->context.database, id, &error);
  if (!record)
    http_reply_error (request, error);
  return record;
}

void
on_meeting_publish (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  const char *id = http_request_param (request, "id");
  if (!http_request_may_on_meeting (request, RIGHT_MEETING_EDIT, id))
    return;
  g_autoptr (MeetingRecord) record = get_meeting (request, id);
  if (!record)
    return;
  if (record->state != MEETING_DRAFT) {
    http_reply_problem (request, HTTP_PROBLEM_CONFLICT);
    return;
  }
  g_autoptr (GPtrArray) drafts = get_drafts (request, record, MEETING_SCOPE_ALL);
  if (!drafts || !drafts_are_free (request, record, drafts))
    return;
  if (!drafts_publish (request, record, drafts, &error)) {
    http_reply_error (request, error);
    return;
  }
  announce_tell (request, MEETING_CHANGE_PUBLISHED, id, record->series);
  meeting_reply (request, 200, id);
}

/* --- Remove --- */

static gboolean
draft_remove (HttpRequest *request, const MeetingRecord *record, GError **error)
{
  Database *database = request->scope->context.database;
  g_autoptr (Transaction) transaction = database_begin (database, error);
  return transaction && schedule_store_remove_draft (database, record->id, error) &&
         audit_append (request, record->id, "meeting.remove", record->id, record->title, error) &&
         transaction_commit (transaction, error);
}

static void
remove_files (HttpRequest *request, const GPtrArray *papers)
{
  for (guint i = 0; i < papers->len; i++)
    paper_file_remove (request->scope->context.settings->storage.state_dir,
                       ((const Paper *) papers->pdata[i])->id);
}

void
on_meeting_delete (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  const char *id = http_request_param (request, "id");
  if (!http_request_may_on_meeting (request, RIGHT_MEETING_EDIT, id))
    return;
  g_autoptr (MeetingRecord) record = get_meeting (request, id);
  if (!record)
    return;
  g_autoptr (GPtrArray) papers =
      paper_store_list (request->scope->context.database, record->id, &error);
  if (!papers || !draft_remove (request, record, &error)) {
    http_reply_error (request, error);
    return;
  }
  remove_files (request, papers);
  announce_tell (request, MEETING_CHANGE_LISTED, id, NULL);
  http_reply_empty (request, 204);
}

/* --- Copy --- */

/* A draft like @record, on its own: in no series, nothing has happened to it. */
static MeetingRecord *
make_copy (HttpRequest *request, const MeetingRecord *record, gint64 starts_at_ms)
{
  g_autofree char *id = schedule_store_new_id ();
  MeetingRecord *copy = meeting_record_copy (record);
  g_free (copy->id);
  copy->id = g_steal_pointer (&id);
  copy->state = MEETING_DRAFT;
  g_clear_pointer (&copy->reason, g_free);
  g_clear_pointer (&copy->series, g_free);
  g_clear_pointer (&copy->rehearsal, g_free);
  copy->occurrence_ms = copy->started_at_ms = copy->ended_at_ms = copy->published_at_ms = 0;
  copy->created_at_ms = request->now_ms;
  g_free (copy->created_by);
  copy->created_by = g_strdup (http_request_actor (request));
  if (starts_at_ms) {
    copy->ends_at_ms += starts_at_ms - copy->starts_at_ms;
    copy->starts_at_ms = starts_at_ms;
  }
  return copy;
}

/* The same bytes under new ids. */
static gboolean
copy_papers (HttpRequest *request, const char *from, const char *to, GError **error)
{
  const HttpContext *context = &request->scope->context;
  g_autoptr (GPtrArray) papers = paper_store_list (context->database, from, error);
  for (guint i = 0; papers && i < papers->len; i++) {
    Paper *paper = papers->pdata[i];
    g_autofree char *old = g_steal_pointer (&paper->id);
    paper->id = schedule_store_new_id ();
    g_free (paper->meeting);
    paper->meeting = g_strdup (to);
    if (!paper_file_share (context->settings->storage.state_dir, old, paper->id, error) ||
        !paper_store_add (context->database, paper, error))
      return FALSE;
  }
  return papers != NULL;
}

static gboolean
copy_add (HttpRequest *request, const MeetingRecord *from, const MeetingRecord *copy,
          GError **error)
{
  Database *database = request->scope->context.database;
  g_autoptr (Transaction) transaction = database_begin (database, error);
  return transaction && schedule_store_add (database, copy, error) &&
         copy_papers (request, from->id, copy->id, error) &&
         audit_append (request, copy->id, "meeting.copy", from->id, copy->title, error) &&
         transaction_commit (transaction, error);
}

void
on_meeting_copy (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MeetingChange) body = NULL;
  gint64 starts_at_ms = 0;
  const char *id = http_request_param (request, "id");
  if (!http_request_may_on_meeting (request, RIGHT_MEETING_EDIT, id) ||
      !http_request_read (request, &meeting_change_type, (gpointer *) &body, NULL) ||
      !http_request_read_time (request, "starts_at", body->starts_at, &starts_at_ms))
    return;
  g_autoptr (MeetingRecord) record = get_meeting (request, id);
  if (!record)
    return;
  g_autoptr (MeetingRecord) copy = make_copy (request, record, starts_at_ms);
  if (!copy_add (request, record, copy, &error)) {
    http_reply_error (request, error);
    return;
  }
  announce_tell (request, MEETING_CHANGE_LISTED, copy->id, NULL);
  meeting_reply_created (request, copy->id);
}
