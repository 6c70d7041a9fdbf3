#include "server/storage/event_store.h"

#include "server/storage/event_chain.h"
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

/* @event with every string set and its detail cut; the strings are lent, but for the detail. */
static Event
complete (const Event *event, const char *detail)
{
  return (Event){ .at_ms = event->at_ms,
                  .meeting = event->meeting,
                  .actor = (char *) or_empty (event->actor),
                  .source = (char *) or_empty (event->source),
                  .action = (char *) or_empty (event->action),
                  .subject = (char *) or_empty (event->subject),
                  .detail = (char *) detail };
}

static gboolean
insert_row (Database *database, const Event *row, const char *hash, GError **error)
{
  return statement_run (database, error, NULL,
                        "INSERT INTO events (at_ms, meeting, actor, source, action, subject,"
                        " detail, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                        "ittttttt", row->at_ms, row->meeting, row->actor, row->source, row->action,
                        row->subject, row->detail, hash);
}

gboolean
event_store_append (Database *database, const Event *event, GError **error)
{
  g_autofree char *detail = g_utf8_make_valid (or_empty (event->detail), -1);
  if (g_utf8_strlen (detail, -1) > EVENT_DETAIL_MAX_CHARS)
    *g_utf8_offset_to_pointer (detail, EVENT_DETAIL_MAX_CHARS) = 0;
  Event row = complete (event, detail);
  if (!row.meeting)
    return insert_row (database, &row, NULL, error);
  g_autoptr (Transaction) transaction = database_begin (database, error);
  g_autofree char *head = transaction ? event_chain_get_head (database, row.meeting, error) : NULL;
  if (!head)
    return FALSE;
  g_autofree char *hash = event_chain_hash (head, &row);
  return insert_row (database, &row, hash, error) &&
         event_chain_set_head (database, row.meeting, hash, error) &&
         transaction_commit (transaction, error);
}

#define EVENT_QUERY "SELECT id, at_ms, meeting, actor, source, action, subject, detail FROM events"

/* All of @rows (transfer full, consumed). */
static GPtrArray *
take_events (Statement *rows, GError **error)
{
  g_autoptr (Statement) owned = rows;
  if (!owned)
    return NULL;
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify) event_free);
  while (statement_next (owned, error)) {
    Event *event = g_new0 (Event, 1);
    event->id = statement_int (owned, 0);
    event->at_ms = statement_int (owned, 1);
    event->meeting = statement_dup_text (owned, 2);
    event->actor = statement_dup_text (owned, 3);
    event->source = statement_dup_text (owned, 4);
    event->action = statement_dup_text (owned, 5);
    event->subject = statement_dup_text (owned, 6);
    event->detail = statement_dup_text (owned, 7);
    g_ptr_array_add (events, event);
  }
  return statement_ok (owned) ? g_steal_pointer (&events) : NULL;
}

GPtrArray *
event_store_list (Database *database, const char *meeting, gint64 after, guint limit,
                  GError **error)
{
  return take_events (
      statement_query (database, error,
                       EVENT_QUERY
                       " WHERE (?1 IS NULL OR meeting = ?1) AND id > ?2 ORDER BY id LIMIT ?3",
                       "tii", meeting, after, (gint64) limit),
      error);
}

GPtrArray *
event_store_search (Database *database, const EventFilter *filter, GError **error)
{
  return take_events (
      statement_query (database, error,
                       EVENT_QUERY " WHERE (?1 IS NULL OR actor = ?1)"
                                   " AND (?2 IS NULL OR action = ?2"
                                   "  OR substr (action, 1, length (?2) + 1) = ?2 || '.')"
                                   " AND (?3 IS NULL OR meeting = ?3)"
                                   " AND (?4 = 0 OR at_ms >= ?4) AND (?5 = 0 OR at_ms < ?5)"
                                   " AND (?6 = 0 OR id < ?6) ORDER BY id DESC LIMIT ?7",
                       "tttiiii", filter->actor, filter->action, filter->meeting, filter->from_ms,
                       filter->to_ms, filter->before_id, (gint64) filter->limit),
      error);
}

static gboolean
is_of_kind (const Event *event, const char *const *kinds)
{
  for (; *kinds; kinds++)
    if (g_str_has_prefix (event->action, *kinds))
      return TRUE;
  return FALSE;
}

GPtrArray *
event_store_about (Database *database, const char *subject, gint64 from_ms, gint64 to_ms,
                   const char *const *kinds, GError **error)
{
  GPtrArray *events =
      take_events (statement_query (database, error,
                                    EVENT_QUERY " WHERE subject = ? AND at_ms >= ? AND at_ms < ?"
                                                " ORDER BY at_ms DESC LIMIT ?",
                                    "tiii", subject, from_ms, to_ms, (gint64) EVENTS_ABOUT_MAX),
                   error);
  for (guint i = events ? events->len : 0; i-- > 0;)
    if (!is_of_kind (g_ptr_array_index (events, i), kinds))
      g_ptr_array_remove_index (events, i);
  return events;
}

gboolean
event_store_remove_before (Database *database, gint64 before_ms, gint64 *ret_removed,
                           GError **error)
{
  gint64 chained = 0, others = 0;
  g_autoptr (Transaction) transaction = database_begin (database, error);
  if (!transaction || !event_chain_remove_before (database, before_ms, &chained, error) ||
      !statement_run (database, error, &others,
                      "DELETE FROM events WHERE at_ms < ? AND hash IS NULL", "i", before_ms) ||
      !transaction_commit (transaction, error))
    return FALSE;
  if (ret_removed)
    *ret_removed = chained + others;
  return TRUE;
}
