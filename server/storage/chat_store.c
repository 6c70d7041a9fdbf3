#include "server/storage/chat_store.h"

#include "server/storage/statement.h"

gboolean
chat_store_add (Database *database, const char *meeting, ChatLine *line, GError **error)
{
  if (!statement_run (database, error, NULL,
                      "INSERT INTO chat (meeting, at_ms, endpoint, name, text)"
                      " VALUES (?, ?, ?, ?, ?)",
                      "tittt", meeting, line->at_ms, line->endpoint, line->name, line->text))
    return FALSE;
  line->id = statement_last_id (database);
  return TRUE;
}

gboolean
chat_store_load (Database *database, const char *meeting, GPtrArray *lines, GError **error)
{
  g_autoptr (Statement) rows = statement_query (
      database, error,
      "SELECT * FROM (SELECT id, at_ms, endpoint, name, text FROM chat WHERE meeting = ?"
      " ORDER BY id DESC LIMIT " G_STRINGIFY (CHAT_LINES_TOLD) ") ORDER BY id",
      "t", meeting);
  while (rows && statement_next (rows, error)) {
    ChatLine *line = g_new0 (ChatLine, 1);
    line->id = statement_int (rows, 0);
    line->at_ms = statement_int (rows, 1);
    line->endpoint = statement_dup_text (rows, 2);
    line->name = statement_dup_text (rows, 3);
    line->text = statement_dup_text (rows, 4);
    g_ptr_array_add (lines, line);
  }
  return rows && statement_ok (rows);
}
