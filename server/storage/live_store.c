#include "server/storage/live_store.h"

#include "server/storage/event_store.h"
#include "server/storage/meeting_rows.h"
#include "server/storage/statement.h"
#include "server/storage/storage_limits.h"
#include "signaling/protocol/problem.h"

#include <string.h>

static gboolean
load_invited (Database *database, StoredMeeting *stored, GError **error)
{
  g_autoptr (Statement) rows = statement_query (
      database, error,
      "SELECT e.id, e.unit, e.name, u.name FROM invites i JOIN endpoints e ON e.id = i.endpoint"
      " JOIN units u ON u.code = e.unit WHERE i.meeting = ? ORDER BY i.position",
      "t", stored->record->id);
  if (!rows)
    return FALSE;
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  while (statement_next (rows, error)) {
    InvitedEndpoint *invited =
        invited_endpoint_new (statement_text (rows, 0), statement_text (rows, 1),
                              statement_text (rows, 2), statement_text (rows, 3));
    g_ptr_array_add (stored->invited, invited);
    g_ptr_array_add (ids, invited->endpoint);
  }
  meeting_record_set_endpoints (stored->record, (const char *const *) ids->pdata, ids->len);
  return statement_ok (rows);
}

static gboolean
load_seats (Database *database, StoredMeeting *stored, GError **error)
{
  g_autoptr (Statement) rows = statement_query (
      database, error,
      "SELECT endpoint, mic_open, mic_locked, camera_on, hand_at_ms, joined_at_ms FROM seats"
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

/* From the present row, whose columns are MEETING_COLUMNS, spotlight, content. */
static StoredMeeting *
load_row (Database *database, Statement *row, GError **error)
{
  g_autoptr (StoredMeeting) stored = stored_meeting_new (meeting_rows_take_record (row));
  stored->spotlight = statement_dup_text (row, MEETING_N_COLUMNS);
  stored->content = statement_dup_text (row, MEETING_N_COLUMNS + 1);
  if (!load_invited (database, stored, error) || !load_seats (database, stored, error) ||
      !load_sessions (database, stored, error))
    return NULL;
  return g_steal_pointer (&stored);
}

static gboolean
load_running (gpointer user_data, GPtrArray **ret_meetings, GError **error)
{
  Database *database = user_data;
  g_autoptr (Statement) rows =
      statement_query (database, error,
                       "SELECT " MEETING_COLUMNS ", m.spotlight, m.content FROM meetings m"
                       " WHERE m.state IN ('open', 'live') ORDER BY m.starts_ms, m.id",
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
      database, error,
      "SELECT " MEETING_COLUMNS ", m.spotlight, m.content FROM meetings m WHERE m.id = ?", "t",
      meeting);
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
                .action = event->kind,
                .subject = event->endpoint,
                .detail = event->detail };
  return event_store_append (user_data, &row, error);
}

static gboolean
save_meeting (gpointer user_data, const MeetingRecord *record, const char *spotlight,
              const char *content, const MeetingEvent *event, GError **error)
{
  Database *database = user_data;
  gint64 changes = 0;
  g_autoptr (Transaction) transaction = database_begin (database, error);
  if (!transaction ||
      !statement_run (database, error, &changes,
                      "UPDATE meetings SET state = ?, reason = ?, started_ms = ?, ended_ms = ?,"
                      " spotlight = ?, content = ? WHERE id = ?",
                      "ttiittt", meeting_state_to_string (record->state), record->reason,
                      record->started_at_ms, record->ended_at_ms, spotlight, content, record->id))
    return FALSE;
  if (changes == 0)
    return fail_unknown (error, record->id);
  return append_event (database, record->id, event, error) &&
         transaction_commit (transaction, error);
}

static gboolean
save_seat (Database *database, const char *meeting, const SeatRecord *seat, GError **error)
{
  return statement_run (
      database, error, NULL,
      "INSERT INTO seats (meeting, endpoint, mic_open, mic_locked, camera_on, hand_at_ms,"
      " joined_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?)"
      " ON CONFLICT DO UPDATE SET mic_open = excluded.mic_open,"
      " mic_locked = excluded.mic_locked, camera_on = excluded.camera_on,"
      " hand_at_ms = excluded.hand_at_ms, joined_at_ms = excluded.joined_at_ms",
      "ttiiiii", meeting, seat->endpoint, (gint64) !!seat->mic_open, (gint64) !!seat->mic_locked,
      (gint64) !!seat->camera_on, seat->hand_at_ms, seat->joined_at_ms);
}

static gboolean
save_seats (gpointer user_data, const char *meeting, const SeatRecord *seats, gsize n_seats,
            const MeetingEvent *event, GError **error)
{
  Database *database = user_data;
  g_autoptr (Transaction) transaction = database_begin (database, error);
  if (!transaction)
    return FALSE;
  for (gsize i = 0; i < n_seats; i++)
    if (!save_seat (database, meeting, &seats[i], error))
      return FALSE;
  return append_event (database, meeting, event, error) && transaction_commit (transaction, error);
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
    .save_meeting = save_meeting,
    .save_seats = save_seats,
    .save_session = save_session,
    .delete_session = delete_session,
    .append_event = append_event,
  };
  return &callbacks;
}
