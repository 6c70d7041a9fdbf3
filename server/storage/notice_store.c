#include "server/storage/notice_store.h"

#include "server/storage/statement.h"
#include "server/storage/storage_limits.h"

#include <string.h>

#define NOTICE_COLUMNS                                                                             \
  "n.id, n.at_ms, n.kind, n.meeting, n.title_vi, n.title_en, n.text_vi, n.text_en"

void
notice_free (Notice *notice)
{
  if (!notice)
    return;
  g_free (notice->kind);
  g_free (notice->meeting);
  g_free (notice->title_vi);
  g_free (notice->title_en);
  g_free (notice->text_vi);
  g_free (notice->text_en);
  g_free (notice);
}

static Notice *
notice_from_row (Statement *row)
{
  Notice *notice = g_new0 (Notice, 1);
  notice->id = statement_int (row, 0);
  notice->at_ms = statement_int (row, 1);
  notice->kind = statement_dup_text (row, 2);
  notice->meeting = statement_dup_text (row, 3);
  notice->title_vi = statement_dup_text (row, 4);
  notice->title_en = statement_dup_text (row, 5);
  notice->text_vi = statement_dup_text (row, 6);
  notice->text_en = statement_dup_text (row, 7);
  return notice;
}

/* First column of all @rows (transfer full, consumed). */
static GArray *
take_ids (Statement *rows, GError **error)
{
  g_autoptr (Statement) owned = rows;
  if (!owned)
    return NULL;
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  while (statement_next (owned, error)) {
    gint64 id = statement_int (owned, 0);
    g_array_append_val (ids, id);
  }
  return statement_ok (owned) ? g_steal_pointer (&ids) : NULL;
}

GArray *
notice_store_audience (Database *database, const char *meeting, const char *also_login,
                       const char *but_login, GError **error)
{
  return take_ids (
      statement_query (database, error,
                       "SELECT s.id FROM users s JOIN invites i ON i.endpoint = s.endpoint"
                       " WHERE i.meeting = ?1 AND NOT s.disabled AND s.login IS NOT ?3"
                       " UNION SELECT s.id FROM users s JOIN meetings m ON m.host_unit = s.unit"
                       " WHERE m.id = ?1 AND s.role = 'secretary' AND NOT s.disabled"
                       " AND s.login IS NOT ?3"
                       " UNION SELECT id FROM users WHERE login = ?2 AND NOT disabled",
                       "ttt", meeting, also_login, but_login),
      error);
}

GArray *
notice_store_told (Database *database, const char *meeting, GError **error)
{
  return take_ids (statement_query (database, error,
                                    "SELECT DISTINCT t.user FROM notices n"
                                    " JOIN notice_users t ON t.notice = n.id WHERE n.meeting = ?",
                                    "t", meeting),
                   error);
}

/* --- Writing --- */

static gboolean
remove_joined (Database *database, const Notice *notice, GError **error)
{
  gboolean joins = notice->meeting &&
                   (strcmp (notice->kind, "changed") == 0 || strcmp (notice->kind, "papers") == 0);
  return !joins ||
         statement_run (database, error, NULL,
                        "DELETE FROM notices WHERE meeting = ? AND kind = ? AND at_ms > ?", "tti",
                        notice->meeting, notice->kind, notice->at_ms - NOTICES_JOINED_MS);
}

gboolean
notice_store_add (Database *database, Notice *notice, const GArray *users, GError **error)
{
  g_autoptr (Transaction) transaction = database_begin (database, error);
  if (!transaction || !remove_joined (database, notice, error) ||
      !statement_run (database, error, NULL,
                      "INSERT INTO notices (at_ms, kind, meeting, title_vi, title_en, text_vi,"
                      " text_en) VALUES (?, ?, ?, ?, ?, ?, ?)",
                      "itttttt", notice->at_ms, notice->kind, notice->meeting, notice->title_vi,
                      notice->title_en, notice->text_vi, notice->text_en))
    return FALSE;
  gint64 id = statement_last_id (database);
  for (guint i = 0; i < users->len; i++)
    if (!statement_run (database, error, NULL,
                        "INSERT INTO notice_users (user, notice, read) VALUES (?, ?, 0)", "ii",
                        g_array_index (users, gint64, i), id))
      return FALSE;
  if (!transaction_commit (transaction, error))
    return FALSE;
  notice->id = id;
  return TRUE;
}

gboolean
notice_store_mark_read (Database *database, gint64 user, const gint64 *ids, guint n_ids,
                        GError **error)
{
  g_autoptr (Transaction) transaction = database_begin (database, error);
  if (!transaction)
    return FALSE;
  for (guint i = 0; i < n_ids; i++)
    if (!statement_run (database, error, NULL,
                        "UPDATE notice_users SET read = 1 WHERE user = ? AND notice = ?", "ii",
                        user, ids[i]))
      return FALSE;
  return transaction_commit (transaction, error);
}

gboolean
notice_store_remove_before (Database *database, gint64 before_ms, GError **error)
{
  g_autoptr (Transaction) transaction = database_begin (database, error);
  return transaction &&
         statement_run (database, error, NULL, "DELETE FROM notices WHERE at_ms < ?", "i",
                        before_ms) &&
         statement_run (database, error, NULL, "DELETE FROM reminders WHERE starts_ms < ?", "i",
                        before_ms) &&
         transaction_commit (transaction, error);
}

/* --- Reading --- */

GPtrArray *
notice_store_list (Database *database, gint64 user, gint64 after, guint limit, GError **error)
{
  g_autoptr (Statement) rows = statement_query (
      database, error,
      "SELECT " NOTICE_COLUMNS ", t.read FROM notice_users t JOIN notices n ON n.id = t.notice"
      " WHERE t.user = ? AND t.notice > ? ORDER BY t.notice DESC LIMIT ?",
      "iii", user, after, (gint64) limit);
  if (!rows)
    return NULL;
  g_autoptr (GPtrArray) notices = g_ptr_array_new_with_free_func ((GDestroyNotify) notice_free);
  while (statement_next (rows, error)) {
    Notice *notice = notice_from_row (rows);
    notice->read = statement_int (rows, 8) != 0;
    g_ptr_array_add (notices, notice);
  }
  return statement_ok (rows) ? g_steal_pointer (&notices) : NULL;
}

Notice *
notice_store_newest (Database *database, const char *meeting, GArray **ret_users, GError **error)
{
  g_autoptr (Statement) row = statement_query (
      database, error,
      "SELECT " NOTICE_COLUMNS " FROM notices n WHERE n.meeting = ? ORDER BY n.id DESC LIMIT 1",
      "t", meeting);
  if (!row || !statement_next (row, error))
    return NULL;
  g_autoptr (Notice) notice = notice_from_row (row);
  GArray *users =
      take_ids (statement_query (database, error, "SELECT user FROM notice_users WHERE notice = ?",
                                 "i", notice->id),
                error);
  if (!users)
    return NULL;
  *ret_users = users;
  return g_steal_pointer (&notice);
}

GHashTable *
notice_store_running (Database *database, GError **error)
{
  g_autoptr (Statement) rows = statement_query (
      database, error,
      "SELECT id, state FROM meetings WHERE state IN ('open', 'live', 'rehearsal') LIMIT ?", "i",
      (gint64) LIST_LIMIT_MAX);
  if (!rows)
    return NULL;
  g_autoptr (GHashTable) running = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  while (statement_next (rows, error))
    g_hash_table_insert (running, statement_dup_text (rows, 0), statement_dup_text (rows, 1));
  return statement_ok (rows) ? g_steal_pointer (&running) : NULL;
}

/* --- Reminders --- */

void
upcoming_meeting_free (UpcomingMeeting *upcoming)
{
  if (!upcoming)
    return;
  g_free (upcoming->meeting);
  g_free (upcoming);
}

GPtrArray *
notice_store_upcoming (Database *database, gint64 from_ms, gint64 to_ms, GError **error)
{
  g_autoptr (Statement) rows = statement_query (
      database, error,
      "SELECT m.id, m.starts_ms, coalesce ((SELECT min (r.minutes) FROM reminders r"
      " WHERE r.meeting = m.id AND r.starts_ms = m.starts_ms), 0), m.published_ms FROM meetings m"
      " WHERE m.starts_ms >= ? AND m.starts_ms < ?"
      " AND m.state IN ('scheduled', 'rehearsal', 'open') ORDER BY m.starts_ms LIMIT ?",
      "iii", from_ms, to_ms, (gint64) LIST_LIMIT_MAX);
  if (!rows)
    return NULL;
  g_autoptr (GPtrArray) found =
      g_ptr_array_new_with_free_func ((GDestroyNotify) upcoming_meeting_free);
  while (statement_next (rows, error)) {
    UpcomingMeeting *upcoming = g_new0 (UpcomingMeeting, 1);
    upcoming->meeting = statement_dup_text (rows, 0);
    upcoming->starts_ms = statement_int (rows, 1);
    upcoming->said = (guint) statement_int (rows, 2);
    upcoming->booked_ms = statement_int (rows, 3);
    g_ptr_array_add (found, upcoming);
  }
  return statement_ok (rows) ? g_steal_pointer (&found) : NULL;
}

gboolean
notice_store_note_reminder (Database *database, const UpcomingMeeting *upcoming, guint minutes,
                            GError **error)
{
  return statement_run (database, error, NULL,
                        "INSERT OR REPLACE INTO reminders (meeting, starts_ms, minutes)"
                        " VALUES (?, ?, ?)",
                        "tii", upcoming->meeting, upcoming->starts_ms, (gint64) minutes);
}
