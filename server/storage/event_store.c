#include "server/storage/event_store.h"

#include "server/storage/statement.h"
#include "server/storage/storage_limits.h"

void
event_free (Event *event)
{
  if (!event)
    return;
  g_free (event->meeting);
  g_free (event->actor);
  g_free (event->source);
  g_free (event->action);
  g_free (event->subject);
  g_free (event->detail);
  g_free (event);
}

static const char *
or_empty (const char *text)
{
  return text ? text : "";
}

gboolean
event_store_append (Database *database, const Event *event, GError **error)
{
  g_autofree char *detail = g_utf8_make_valid (or_empty (event->detail), -1);
  if (g_utf8_strlen (detail, -1) > EVENT_DETAIL_MAX_CHARS)
    *g_utf8_offset_to_pointer (detail, EVENT_DETAIL_MAX_CHARS) = 0;
  return statement_run (database, error, NULL,
                        "INSERT INTO events (at_ms, meeting, actor, source, action, subject,"
                        " detail) VALUES (?, ?, ?, ?, ?, ?, ?)",
                        "itttttt", event->at_ms, event->meeting, or_empty (event->actor),
                        or_empty (event->source), or_empty (event->action),
                        or_empty (event->subject), detail);
}

GPtrArray *
event_store_list (Database *database, const char *meeting, gint64 after, guint limit,
                  GError **error)
{
  g_autoptr (Statement) rows = statement_query (
      database, error,
      "SELECT id, at_ms, meeting, actor, source, action, subject, detail FROM events"
      " WHERE (?1 IS NULL OR meeting = ?1) AND id > ?2 ORDER BY id LIMIT ?3",
      "tii", meeting, after, (gint64) limit);
  if (!rows)
    return NULL;
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify) event_free);
  while (statement_next (rows, error)) {
    Event *event = g_new0 (Event, 1);
    event->id = statement_int (rows, 0);
    event->at_ms = statement_int (rows, 1);
    event->meeting = statement_dup_text (rows, 2);
    event->actor = statement_dup_text (rows, 3);
    event->source = statement_dup_text (rows, 4);
    event->action = statement_dup_text (rows, 5);
    event->subject = statement_dup_text (rows, 6);
    event->detail = statement_dup_text (rows, 7);
    g_ptr_array_add (events, event);
  }
  return statement_ok (rows) ? g_steal_pointer (&events) : NULL;
}

gboolean
event_store_remove_before (Database *database, gint64 before_ms, gint64 *ret_removed,
                           GError **error)
{
  return statement_run (database, error, ret_removed, "DELETE FROM events WHERE at_ms < ?", "i",
                        before_ms);
}
