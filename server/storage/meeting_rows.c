#include "server/storage/meeting_rows.h"

#include "server/storage/schedule_store.h"

/* --- Reading --- */

static void
take_text (char **text, Statement *row, int column)
{
  g_free (*text);
  *text = statement_dup_text (row, column);
}

/* What an older program wrote lacks members, what a newer one wrote has some more. */
static void
take_entry (MeetingRecord *record, const char *text)
{
  g_autoptr (json_t) json = json_loads (text, 0, NULL);
  g_autoptr (GError) error = NULL;
  if (!meeting_entry_update (&record->entry, json, &error))
    g_warning ("the entry settings of meeting %s cannot be read: %s", record->id, error->message);
}

MeetingRecord *
meeting_rows_take_record (Statement *row)
{
  g_autoptr (MeetingRecord) record = meeting_record_new (statement_text (row, 0));
  take_text (&record->title, row, 1);
  take_text (&record->host_unit, row, 2);
  take_text (&record->chair_endpoint, row, 3);
  if (!meeting_state_from_string (statement_text (row, 4), &record->state))
    g_error ("meeting %s is in a state that is not known: %s", record->id, statement_text (row, 4));
  take_text (&record->reason, row, 5);
  record->starts_at_ms = statement_int (row, 6);
  record->ends_at_ms = statement_int (row, 7);
  record->started_at_ms = statement_int (row, 8);
  record->ended_at_ms = statement_int (row, 9);
  record->created_at_ms = statement_int (row, 10);
  take_text (&record->created_by, row, 11);
  if (!meeting_kind_from_string (statement_text (row, 12), &record->kind))
    g_error ("meeting %s is of a kind that is not known: %s", record->id, statement_text (row, 12));
  take_entry (record, statement_text (row, 13));
  take_text (&record->note, row, 14);
  record->published_at_ms = statement_int (row, 15);
  take_text (&record->series, row, 16);
  record->occurrence_ms = statement_int (row, 17);
  take_text (&record->rehearsal, row, 18);
  return g_steal_pointer (&record);
}

/* First column of all rows; NULL on error.  transfer full. */
static GPtrArray *
read_ids (Database *database, const char *sql, const char *meeting, GError **error)
{
  g_autoptr (Statement) rows = statement_query (database, error, sql, "t", meeting);
  if (!rows)
    return NULL;
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  while (statement_next (rows, error))
    g_ptr_array_add (ids, statement_dup_text (rows, 0));
  return statement_ok (rows) ? g_steal_pointer (&ids) : NULL;
}

static gboolean
load_agenda (Database *database, MeetingRecord *record, GError **error)
{
  g_autoptr (Statement) rows =
      statement_query (database, error,
                       "SELECT item, title, speaker, endpoint, minutes FROM agenda"
                       " WHERE meeting = ? ORDER BY position",
                       "t", record->id);
  if (!rows)
    return FALSE;
  g_ptr_array_set_size (record->agenda, 0);
  while (statement_next (rows, error)) {
    AgendaItem *item = agenda_item_new ();
    item->id = statement_dup_text (rows, 0);
    item->title = statement_dup_text (rows, 1);
    item->speaker = statement_dup_text (rows, 2);
    item->endpoint = statement_dup_text (rows, 3);
    item->minutes = (guint) statement_int (rows, 4);
    g_ptr_array_add (record->agenda, item);
  }
  return statement_ok (rows);
}

gboolean
meeting_rows_load_lists (Database *database, MeetingRecord *record, GError **error)
{
  g_autoptr (GPtrArray) co_chairs =
      read_ids (database, "SELECT endpoint FROM co_chairs WHERE meeting = ? ORDER BY position",
                record->id, error);
  g_autoptr (GPtrArray) resources =
      co_chairs
          ? read_ids (database,
                      "SELECT resource FROM meeting_resources WHERE meeting = ? ORDER BY position",
                      record->id, error)
          : NULL;
  if (!resources)
    return FALSE;
  meeting_record_set_co_chairs (record, (const char *const *) co_chairs->pdata, co_chairs->len);
  meeting_record_set_resources (record, (const char *const *) resources->pdata, resources->len);
  return load_agenda (database, record, error);
}

/* --- Writing --- */

char *
meeting_rows_entry_text (const MeetingRecord *record)
{
  return record_encode_text (&meeting_entry_type, &record->entry, NULL);
}

static gboolean
check_room (Database *database, const MeetingRecord *record, const char *endpoint, GError **error)
{
  gint64 known = 0;
  if (!statement_number (database, error, &known,
                         "SELECT 1 FROM endpoints e WHERE e.id = ?2 AND (NOT e.removed OR EXISTS"
                         " (SELECT 1 FROM invites WHERE meeting = ?1 AND endpoint = ?2))",
                         "tt", record->id, endpoint))
    return FALSE;
  if (!known)
    g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_NOT_FOUND, "endpoint %s is not known",
                 endpoint);
  return known;
}

/* Keeps who is invited already, even a room that was removed since. */
static gboolean
store_invites (Database *database, const MeetingRecord *record, GError **error)
{
  if (!statement_run (database, error, NULL, "UPDATE invites SET position = -1 WHERE meeting = ?",
                      "t", record->id))
    return FALSE;
  for (guint i = 0; i < record->endpoints->len; i++) {
    const char *endpoint = record->endpoints->pdata[i];
    if (!check_room (database, record, endpoint, error) ||
        !statement_run (database, error, NULL,
                        "INSERT INTO invites (meeting, endpoint, position) VALUES (?, ?, ?)"
                        " ON CONFLICT DO UPDATE SET position = excluded.position",
                        "tti", record->id, endpoint, (gint64) i))
      return FALSE;
  }
  return statement_run (database, error, NULL,
                        "DELETE FROM invites WHERE meeting = ? AND position = -1", "t", record->id);
}

static gboolean
store_co_chairs (Database *database, const MeetingRecord *record, GError **error)
{
  if (!statement_run (database, error, NULL, "DELETE FROM co_chairs WHERE meeting = ?", "t",
                      record->id))
    return FALSE;
  for (guint i = 0; i < record->co_chairs->len; i++)
    if (!statement_run (database, error, NULL,
                        "INSERT INTO co_chairs (meeting, endpoint, position) VALUES (?, ?, ?)",
                        "tti", record->id, record->co_chairs->pdata[i], (gint64) i))
      return FALSE;
  return TRUE;
}

/* A resource that was removed since stays booked where it was. */
static gboolean
check_resource (Database *database, const MeetingRecord *record, const char *id, GError **error)
{
  gint64 known = 0;
  if (!statement_number (database, error, &known,
                         "SELECT 1 FROM resources r WHERE r.id = ?2 AND (NOT r.removed OR EXISTS"
                         " (SELECT 1 FROM meeting_resources WHERE meeting = ?1 AND resource = ?2))",
                         "tt", record->id, id))
    return FALSE;
  if (!known)
    g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_NOT_FOUND, "resource %s is not known", id);
  return known;
}

static gboolean
store_resources (Database *database, const MeetingRecord *record, GError **error)
{
  for (guint i = 0; i < record->resources->len; i++)
    if (!check_resource (database, record, record->resources->pdata[i], error))
      return FALSE;
  if (!statement_run (database, error, NULL, "DELETE FROM meeting_resources WHERE meeting = ?", "t",
                      record->id))
    return FALSE;
  for (guint i = 0; i < record->resources->len; i++)
    if (!statement_run (
            database, error, NULL,
            "INSERT INTO meeting_resources (meeting, resource, position) VALUES (?, ?, ?)", "tti",
            record->id, record->resources->pdata[i], (gint64) i))
      return FALSE;
  return TRUE;
}

/* Papers of an item that is gone stay with the meeting. */
static gboolean
store_agenda (Database *database, const MeetingRecord *record, GError **error)
{
  if (!statement_run (database, error, NULL, "DELETE FROM agenda WHERE meeting = ?", "t",
                      record->id))
    return FALSE;
  for (guint i = 0; i < record->agenda->len; i++) {
    const AgendaItem *item = record->agenda->pdata[i];
    if (!statement_run (database, error, NULL,
                        "INSERT INTO agenda (meeting, position, item, title, speaker, endpoint,"
                        " minutes) VALUES (?, ?, ?, ?, ?, ?, ?)",
                        "titttti", record->id, (gint64) i, item->id, item->title, item->speaker,
                        item->endpoint, (gint64) item->minutes))
      return FALSE;
  }
  return statement_run (database, error, NULL,
                        "UPDATE papers SET item = NULL WHERE meeting = ?1 AND item NOT IN"
                        " (SELECT item FROM agenda WHERE meeting = ?1)",
                        "t", record->id);
}

gboolean
meeting_rows_store_lists (Database *database, const MeetingRecord *record, GError **error)
{
  return store_invites (database, record, error) && store_co_chairs (database, record, error) &&
         store_resources (database, record, error) && store_agenda (database, record, error);
}

gboolean
meeting_rows_copy_lists (Database *database, const char *id, const char *like, GError **error)
{
  static const char *const statements[] = {
    "INSERT INTO invites SELECT ?1, endpoint, position FROM invites WHERE meeting = ?2",
    "INSERT INTO co_chairs SELECT ?1, endpoint, position FROM co_chairs WHERE meeting = ?2",
    "INSERT INTO meeting_resources SELECT ?1, resource, position FROM meeting_resources"
    " WHERE meeting = ?2",
    "INSERT INTO agenda SELECT ?1, position, item, title, speaker, endpoint, minutes FROM agenda"
    " WHERE meeting = ?2",
  };
  for (gsize i = 0; i < G_N_ELEMENTS (statements); i++)
    if (!statement_run (database, error, NULL, statements[i], "tt", id, like))
      return FALSE;
  return TRUE;
}
