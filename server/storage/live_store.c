#include "server/storage/live_store.h"

#include "server/storage/chat_store.h"
#include "server/storage/event_store.h"
#include "server/storage/line_store.h"
#include "server/storage/meeting_rows.h"
#include "server/storage/rehearsal_store.h"
#include "server/storage/statement.h"
#include "server/storage/storage_limits.h"
#include "server/storage/vote_store.h"
#include "signaling/protocol/problem.h"

#include <string.h>

static gboolean
load_invited (Database *database, StoredMeeting *stored, GError **error)
{
  g_autoptr (Statement) rows =
      statement_query (database, error,
                       "SELECT e.id, e.unit, e.name, u.name, u.level, u.path, h.path FROM invites i"
                       " JOIN endpoints e ON e.id = i.endpoint JOIN units u ON u.code = e.unit"
                       " LEFT JOIN units h ON h.code = ?2 WHERE i.meeting = ?1 ORDER BY i.position",
                       "tt", stored->record->id, stored->record->host_unit);
  if (!rows)
    return FALSE;
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  while (statement_next (rows, error)) {
    InvitedEndpoint *invited =
        invited_endpoint_new (statement_text (rows, 0), statement_text (rows, 1),
                              statement_text (rows, 2), statement_text (rows, 3));
    invited_endpoint_set_unit (invited, statement_text (rows, 4), statement_text (rows, 5),
                               statement_text (rows, 6));
    g_ptr_array_add (stored->invited, invited);
    g_ptr_array_add (ids, invited->endpoint);
  }
  meeting_record_set_endpoints (stored->record, (const char *const *) ids->pdata, ids->len);
  return statement_ok (rows) && line_store_load (database, stored->invited, error);
}

static gboolean
load_seats (Database *database, StoredMeeting *stored, GError **error)
{
  g_autoptr (Statement) rows = statement_query (
      database, error,
      "SELECT endpoint, mic_open, mic_locked, camera_on, hand_at_ms, joined_at_ms, consent,"
      " topic, admitted, barred, camera_locked, shown_name, head_count, head_expected, roll_mark,"
      " roll_reason FROM seats"
      " WHERE meeting = ?",
      "t", stored->record->id);
  if (!rows)
    return FALSE;
  while (statement_next (rows, error)) {
    SeatRecord *seat = seat_record_new (statement_text (rows, 0));
    seat->mic_open = statement_int (rows, 1) != 0;
    seat->mic_locked = statement_int (rows, 2) != 0;
    seat->camera_on = statement_int (rows, 3) != 0;
    seat->hand_at_ms = statement_int (rows, 4);
    seat->joined_at_ms = statement_int (rows, 5);
    seat->consent = statement_int (rows, 6) != 0;
    seat->topic = statement_dup_text (rows, 7);
    seat->admitted = statement_int (rows, 8) != 0;
    seat->barred = statement_int (rows, 9) != 0;
    seat->camera_locked = statement_int (rows, 10) != 0;
    seat->shown_name = statement_dup_text (rows, 11);
    seat->head_count = (int) statement_int (rows, 12);
    seat->head_expected = (int) statement_int (rows, 13);
    seat->roll_mark = (int) statement_int (rows, 14);
    seat->roll_reason = statement_dup_text (rows, 15);
    g_ptr_array_add (stored->seats, seat);
  }
  return statement_ok (rows);
}

static gboolean
load_sessions (Database *database, StoredMeeting *stored, GError **error)
{
  g_autoptr (Statement) rows = statement_query (
      database, error,
      "SELECT session, endpoint, data FROM media_sessions WHERE meeting = ? ORDER BY rowid", "t",
      stored->record->id);
  if (!rows)
    return FALSE;
  while (statement_next (rows, error))
    g_ptr_array_add (stored->sessions,
                     session_record_new (statement_text (rows, 0), statement_text (rows, 1),
                                         statement_text (rows, 2)));
  return statement_ok (rows);
}

static gboolean
load_papers (Database *database, StoredMeeting *stored, GError **error)
{
  g_autoptr (Statement) rows =
      statement_query (database, error,
                       "SELECT id, name, type, item, bytes, pages FROM papers WHERE meeting = ?"
                       " ORDER BY added_ms, id",
                       "t", stored->record->id);
  if (!rows)
    return FALSE;
  while (statement_next (rows, error)) {
    MeetingPaper *paper = g_new0 (MeetingPaper, 1);
    paper->id = statement_dup_text (rows, 0);
    paper->name = statement_dup_text (rows, 1);
    paper->type = statement_dup_text (rows, 2);
    paper->item = statement_dup_text (rows, 3);
    paper->bytes = statement_int (rows, 4);
    paper->pages = (int) statement_int (rows, 5);
    g_ptr_array_add (stored->papers, paper);
  }
  return statement_ok (rows);
}

#define LIVE_COLUMNS MEETING_COLUMNS ", m.spotlight, m.content, m.live"

/* From the present row, whose columns are LIVE_COLUMNS. */
static StoredMeeting *
load_row (Database *database, Statement *row, GError **error)
{
  g_autoptr (StoredMeeting) stored = stored_meeting_new (meeting_rows_take_record (row));
  stored->spotlight = statement_dup_text (row, MEETING_N_COLUMNS);
  stored->content = statement_dup_text (row, MEETING_N_COLUMNS + 1);
  stored->live = statement_dup_text (row, MEETING_N_COLUMNS + 2);
  if (!load_invited (database, stored, error) ||
      !meeting_rows_load_lists (database, stored->record, error) ||
      !load_papers (database, stored, error) || !load_seats (database, stored, error) ||
      !load_sessions (database, stored, error) ||
      !vote_store_load_last (database, stored->record->id, &stored->vote, error) ||
      !chat_store_load (database, stored->record->id, stored->chat, error) ||
      !rehearsal_store_load_runs (database, stored->record->id, stored->tests, error))
    return NULL;
  return g_steal_pointer (&stored);
}

static gboolean
load_running (gpointer user_data, GPtrArray **ret_meetings, GError **error)
{
  Database *database = user_data;
  g_autoptr (Statement) rows =
      statement_query (database, error,
                       "SELECT " LIVE_COLUMNS " FROM meetings m"
                       " WHERE m.state IN ('open', 'live', 'rehearsal') ORDER BY m.starts_ms, m.id",
                       "");
  if (!rows)
    return FALSE;
  g_autoptr (GPtrArray) meetings =
      g_ptr_array_new_with_free_func ((GDestroyNotify) stored_meeting_free);
  while (statement_next (rows, error)) {
    StoredMeeting *stored = load_row (database, rows, error);
    if (!stored)
      return FALSE;
    g_ptr_array_add (meetings, stored);
  }
  if (!statement_ok (rows))
    return FALSE;
  *ret_meetings = g_steal_pointer (&meetings);
  return TRUE;
}

static gboolean
fail_unknown (GError **error, const char *meeting)
{
  g_set_error (error, SIGNALING_PROBLEM, PROBLEM_MEETING_UNKNOWN, "no meeting %s in storage",
               meeting);
  return FALSE;
}

static gboolean
load_meeting (gpointer user_data, const char *meeting, StoredMeeting **ret_stored, GError **error)
{
  Database *database = user_data;
  g_autoptr (Statement) row = statement_query (
      database, error, "SELECT " LIVE_COLUMNS " FROM meetings m WHERE m.id = ?", "t", meeting);
  if (!row)
    return FALSE;
  if (!statement_next (row, error))
    return statement_ok (row) ? fail_unknown (error, meeting) : FALSE;
  StoredMeeting *stored = load_row (database, row, error);
  if (stored)
    *ret_stored = stored;
  return stored != NULL;
}

static gboolean
append_event (gpointer user_data, const char *meeting, const MeetingEvent *event, GError **error)
{
  if (!event)
    return TRUE;
  const char *actor = event->actor && *event->actor ? event->actor : "system";
  Event row = { .at_ms = event->at_ms,
                .meeting = (char *) meeting,
                .actor = (char *) actor,
                .source = event->source,
                .action = event->kind,
                .subject = event->endpoint,
                .detail = event->detail };
  return event_store_append (user_data, &row, error);
}

static gboolean
save_seat (Database *database, const char *meeting, const SeatRecord *seat, GError **error)
{
  return statement_run (
      database, error, NULL,
      "INSERT OR REPLACE INTO seats (meeting, endpoint, mic_open, mic_locked, camera_on,"
      " hand_at_ms, joined_at_ms, consent, topic, admitted, barred, camera_locked, shown_name,"
      " head_count, head_expected, roll_mark, roll_reason)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      "ttiiiiiitiiitiiit", meeting, seat->endpoint, (gint64) !!seat->mic_open,
      (gint64) !!seat->mic_locked, (gint64) !!seat->camera_on, seat->hand_at_ms, seat->joined_at_ms,
      (gint64) !!seat->consent, seat->topic, (gint64) !!seat->admitted, (gint64) !!seat->barred,
      (gint64) !!seat->camera_locked, seat->shown_name, (gint64) seat->head_count,
      (gint64) seat->head_expected, (gint64) seat->roll_mark, seat->roll_reason);
}

static gboolean
save_record (Database *database, const MeetingRecord *record, GError **error)
{
  return statement_run (database, error, NULL,
                        "UPDATE meetings SET state = ?, reason = ?, ends_ms = ?, started_ms = ?,"
                        " ended_ms = ? WHERE id = ?",
                        "ttiiit", meeting_state_to_string (record->state), record->reason,
                        record->ends_at_ms, record->started_at_ms, record->ended_at_ms, record->id);
}

static gboolean
save_text (Database *database, const char *meeting, const char *sql, const char *text,
           GError **error)
{
  const char *value = text && *text ? text : NULL;
  return !text || statement_run (database, error, NULL, sql, "tt", value, meeting);
}

static gboolean
check_meeting (Database *database, const char *meeting, GError **error)
{
  g_autoptr (Statement) row =
      statement_query (database, error, "SELECT 1 FROM meetings WHERE id = ?", "t", meeting);
  if (!row)
    return FALSE;
  if (statement_next (row, error))
    return TRUE;
  return statement_ok (row) ? fail_unknown (error, meeting) : FALSE;
}

static gboolean
save_fields (Database *database, const char *meeting, const StoredAct *act, GError **error)
{
  return (!act->record || save_record (database, act->record, error)) &&
         (!act->has_stage || statement_run (database, error, NULL,
                                            "UPDATE meetings SET spotlight = ?, content = ?"
                                            " WHERE id = ?",
                                            "ttt", act->spotlight, act->content, meeting)) &&
         save_text (database, meeting, "UPDATE meetings SET live = ? WHERE id = ?", act->live,
                    error) &&
         save_text (database, meeting, "UPDATE meetings SET rehearsal = ? WHERE id = ?",
                    act->rehearsal, error);
}

static gboolean
save_talk (Database *database, const char *meeting, const StoredAct *act, GError **error)
{
  return (!act->vote || vote_store_save (database, meeting, act->vote, error)) &&
         (!act->ballot || vote_store_add_ballot (database, act->ballot, error)) &&
         (!act->chat || chat_store_add (database, meeting, act->chat, error)) &&
         (!act->test || rehearsal_store_add_run (database, meeting, act->test, error));
}

static gboolean
save_act (gpointer user_data, const char *meeting, const StoredAct *act, GError **error)
{
  Database *database = user_data;
  g_autoptr (Transaction) transaction = database_begin (database, error);
  if (!transaction || !check_meeting (database, meeting, error) ||
      !save_fields (database, meeting, act, error))
    return FALSE;
  for (guint i = 0; act->seats && i < act->seats->len; i++)
    if (!save_seat (database, meeting, act->seats->pdata[i], error))
      return FALSE;
  for (guint i = 0; act->events && i < act->events->len; i++)
    if (!append_event (database, meeting, act->events->pdata[i], error))
      return FALSE;
  if (!save_talk (database, meeting, act, error) || !transaction_commit (transaction, error))
    return FALSE;
  if (act->vote && act->vote->secret && act->vote->state != VOTE_OPEN)
    vote_store_forget_traces (database);
  return TRUE;
}

static gboolean
save_session (gpointer user_data, const char *meeting, const SessionRecord *session, GError **error)
{
  if (strlen (session->data) > SESSION_DATA_MAX_BYTES) {
    g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_INVALID, "the session's data is too long");
    return FALSE;
  }
  return statement_run (user_data, error, NULL,
                        "INSERT INTO media_sessions (meeting, session, endpoint, data)"
                        " VALUES (?, ?, ?, ?) ON CONFLICT (meeting, session)"
                        " DO UPDATE SET endpoint = excluded.endpoint, data = excluded.data",
                        "tttt", meeting, session->session, session->endpoint, session->data);
}

static gboolean
delete_session (gpointer user_data, const char *meeting, const char *session, GError **error)
{
  return statement_run (user_data, error, NULL,
                        "DELETE FROM media_sessions WHERE meeting = ? AND session = ?", "tt",
                        meeting, session);
}

const MeetingStore *
live_store_callbacks (void)
{
  static const MeetingStore callbacks = {
    .load_running = load_running,
    .load_meeting = load_meeting,
    .save_act = save_act,
    .save_session = save_session,
    .delete_session = delete_session,
    .append_event = append_event,
  };
  return &callbacks;
}
