#include "server/storage/event_chain.h"

#include "server/storage/statement.h"

#include <string.h>

/* --- the hash --- */

static void
add_text (GChecksum *sum, const char *text)
{
  gsize length = text ? strlen (text) : 0;
  g_autofree char *size = g_strdup_printf ("%" G_GSIZE_FORMAT ":", length);
  g_checksum_update (sum, (const guchar *) size, -1);
  if (length > 0)
    g_checksum_update (sum, (const guchar *) text, (gssize) length);
  g_checksum_update (sum, (const guchar *) ",", 1);
}

char *
event_chain_hash (const char *before, const Event *event)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *at = g_strdup_printf ("%" G_GINT64_FORMAT, event->at_ms);
  const char *fields[] = {
    at, event->meeting, event->actor, event->source, event->action, event->subject, event->detail
  };
  g_checksum_update (sum, (const guchar *) before, -1);
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    add_text (sum, fields[i]);
  return g_strdup (g_checksum_get_string (sum));
}

/* --- heads --- */

char *
event_chain_get_head (Database *database, const char *meeting, GError **error)
{
  g_autoptr (Statement) row = statement_query (
      database, error, "SELECT head FROM event_chains WHERE meeting = ?", "t", meeting);
  if (!row)
    return NULL;
  if (statement_next (row, error))
    return statement_dup_text (row, 0);
  return statement_ok (row) ? g_strdup (EVENT_CHAIN_START) : NULL;
}

gboolean
event_chain_set_head (Database *database, const char *meeting, const char *head, GError **error)
{
  return statement_run (database, error, NULL,
                        "INSERT INTO event_chains (meeting, anchor, head)"
                        " VALUES (?, '" EVENT_CHAIN_START "', ?)"
                        " ON CONFLICT (meeting) DO UPDATE SET head = excluded.head",
                        "tt", meeting, head);
}

/* --- removing the oldest --- */

#define FIRST_KEPT                                                                                 \
  "coalesce((SELECT min(k.id) FROM events k WHERE k.meeting = c.meeting AND k.hash IS NOT NULL"    \
  " AND k.at_ms >= ?1), 9223372036854775807)"

/* A chain is cut at its front only: what stands behind a younger row waits for it. */
gboolean
event_chain_remove_before (Database *database, gint64 before_ms, gint64 *ret_removed,
                           GError **error)
{
  g_autoptr (Transaction) transaction = database_begin (database, error);
  return transaction &&
         statement_run (database, error, NULL,
                        "UPDATE event_chains AS c SET anchor = coalesce((SELECT e.hash FROM events"
                        " e WHERE e.meeting = c.meeting AND e.hash IS NOT NULL"
                        " AND e.id < " FIRST_KEPT " ORDER BY e.id DESC LIMIT 1), anchor)",
                        "i", before_ms) &&
         statement_run (database, error, ret_removed,
                        "DELETE FROM events WHERE id IN (SELECT e.id FROM event_chains c"
                        " JOIN events e ON e.meeting = c.meeting WHERE e.hash IS NOT NULL"
                        " AND e.id < " FIRST_KEPT ")",
                        "i", before_ms) &&
         transaction_commit (transaction, error);
}

/* --- checking --- */

void
event_chain_report_clear (EventChainReport *report)
{
  g_clear_pointer (&report->head, g_free);
  g_clear_pointer (&report->meeting, g_free);
}

/* One statement sees one moment of the database, whatever the controller writes meanwhile. A chain
 * without any row stands there as a row of NULLs. */
static const char walk_sql[] =
    "SELECT e.id, e.at_ms, e.meeting, e.actor, e.source, e.action, e.subject, e.detail, e.hash,"
    " c.anchor, c.head, e.id >= (SELECT CAST(value AS INTEGER) FROM settings"
    " WHERE key = 'events_chained_from') FROM events e LEFT JOIN event_chains c"
    " ON c.meeting = e.meeting WHERE e.meeting IS NOT NULL AND (?1 IS NULL OR e.meeting = ?1)"
    " UNION ALL SELECT NULL, 0, c.meeting, '', '', '', '', '', NULL, c.anchor, c.head, 0"
    " FROM event_chains c WHERE (?1 IS NULL OR c.meeting = ?1)"
    " AND NOT EXISTS (SELECT 1 FROM events e WHERE e.meeting = c.meeting)"
    " ORDER BY 3, 1";

typedef struct {
  EventChainReport *report;
  char *meeting; /* whose chain is walked */
  char *last;    /* hash of its last row; NULL = not begun */
  char *head;    /* that it must end with; NULL = none is known */
} Walk;

static void
set_broken (Walk *walk, gint64 row, const char *why)
{
  walk->report->meeting = g_strdup (walk->meeting);
  walk->report->row = row;
  walk->report->why = why;
}

static void
end_chain (Walk *walk)
{
  gboolean has_rows = walk->last != NULL;
  if (has_rows && g_strcmp0 (walk->last, walk->head) != 0 && !walk->report->meeting)
    set_broken (walk, 0, "the last events are missing");
  walk->report->chains += has_rows;
  g_free (walk->report->head);
  walk->report->head = g_steal_pointer (&walk->last);
  g_clear_pointer (&walk->head, g_free);
  g_clear_pointer (&walk->meeting, g_free);
}

static void
begin_chain (Walk *walk, Statement *row)
{
  end_chain (walk);
  walk->meeting = statement_dup_text (row, 2);
  walk->last = statement_dup_text (row, 9); /* the anchor */
  walk->head = statement_dup_text (row, 10);
}

static void
check_row (Walk *walk, Statement *row)
{
  Event event = { .id = statement_int (row, 0),
                  .at_ms = statement_int (row, 1),
                  .meeting = (char *) statement_text (row, 2),
                  .actor = (char *) statement_text (row, 3),
                  .source = (char *) statement_text (row, 4),
                  .action = (char *) statement_text (row, 5),
                  .subject = (char *) statement_text (row, 6),
                  .detail = (char *) statement_text (row, 7) };
  const char *hash = statement_text (row, 8);
  if (event.id == 0)
    return; /* a chain without rows */
  if (!hash && !statement_int (row, 11)) {
    walk->report->unchained++;
    return;
  }
  if (!hash || !walk->last) {
    set_broken (walk, event.id, "the event has no hash, or its meeting no chain");
    return;
  }
  g_autofree char *expected = event_chain_hash (walk->last, &event);
  if (strcmp (expected, hash) != 0) {
    set_broken (walk, event.id,
                "the event was changed, or one before it was removed, put in or moved");
    return;
  }
  walk->report->rows++;
  g_free (walk->last);
  walk->last = g_steal_pointer (&expected);
}

gboolean
event_chain_verify (Database *database, const char *meeting, EventChainReport *ret_report,
                    GError **error)
{
  g_autoptr (Statement) rows = statement_query (database, error, walk_sql, "t", meeting);
  Walk walk = { .report = ret_report };
  *ret_report = (EventChainReport){ 0 };
  if (!rows)
    return FALSE;
  while (!ret_report->meeting && statement_next (rows, error)) {
    if (g_strcmp0 (walk.meeting, statement_text (rows, 2)) != 0)
      begin_chain (&walk, rows);
    if (!ret_report->meeting)
      check_row (&walk, rows);
  }
  end_chain (&walk);
  return ret_report->meeting || statement_ok (rows);
}
