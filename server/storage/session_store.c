#include "server/storage/session_store.h"

#include "server/storage/statement.h"

void
session_row_free (SessionRow *row)
{
  if (!row)
    return;
  g_free (row->token_hash);
  g_free (row->source);
  g_free (row);
}

gboolean
session_store_add (Database *database, const SessionRow *row, GError **error)
{
  return statement_run (database, error, NULL,
                        "INSERT INTO sessions (token_hash, user, source, created_ms, used_ms,"
                        " idle_ms) VALUES (?, ?, ?, ?, ?, ?)",
                        "titiii", row->token_hash, row->user, row->source ? row->source : "",
                        row->created_ms, row->used_ms, row->idle_ms);
}

SessionRow *
session_store_get (Database *database, const char *token_hash, GError **error)
{
  g_autoptr (Statement) found =
      statement_query (database, error,
                       "SELECT token_hash, user, source, created_ms, used_ms, idle_ms FROM sessions"
                       " WHERE token_hash = ?",
                       "t", token_hash);
  if (!found)
    return NULL;
  if (!statement_next (found, error)) {
    if (statement_ok (found))
      g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_NOT_FOUND, "the session is not known");
    return NULL;
  }
  SessionRow *row = g_new0 (SessionRow, 1);
  row->token_hash = statement_dup_text (found, 0);
  row->user = statement_int (found, 1);
  row->source = statement_dup_text (found, 2);
  row->created_ms = statement_int (found, 3);
  row->used_ms = statement_int (found, 4);
  row->idle_ms = statement_int (found, 5);
  return row;
}

gboolean
session_store_touch (Database *database, const char *token_hash, gint64 used_ms, GError **error)
{
  return statement_run (database, error, NULL,
                        "UPDATE sessions SET used_ms = ? WHERE token_hash = ?", "it", used_ms,
                        token_hash);
}

gboolean
session_store_remove (Database *database, const char *token_hash, GError **error)
{
  return statement_run (database, error, NULL, "DELETE FROM sessions WHERE token_hash = ?", "t",
                        token_hash);
}

gboolean
session_store_remove_user (Database *database, gint64 user, GError **error)
{
  return statement_run (database, error, NULL, "DELETE FROM sessions WHERE user = ?", "i", user);
}

gboolean
session_store_remove_old (Database *database, gint64 created_before_ms, gint64 now_ms,
                          GError **error)
{
  return statement_run (database, error, NULL,
                        "DELETE FROM sessions WHERE created_ms < ? OR used_ms + idle_ms <= ?", "ii",
                        created_before_ms, now_ms);
}
