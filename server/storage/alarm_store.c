#include "server/storage/alarm_store.h"

#include "server/storage/statement.h"

#define COLUMNS                                                                                    \
  "id, meeting, endpoint, site_name, severity, kind, confidence, peer, raised_ms, changed_ms, "    \
  "cleared_ms, acked_by, acked_ms, note, is_silent"
/* their types, in that order */
#define TYPES "itttititiiititi"

gboolean
alarm_store_put (Database *database, const Alarm *alarm, GError **error)
{
  return statement_run (
      database, error, NULL,
      "INSERT INTO alarms (" COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
      "ON CONFLICT (id) DO UPDATE SET severity = excluded.severity, kind = excluded.kind, "
      "confidence = excluded.confidence, peer = excluded.peer, changed_ms = excluded.changed_ms, "
      "cleared_ms = excluded.cleared_ms, acked_by = excluded.acked_by, "
      "acked_ms = excluded.acked_ms, note = excluded.note, is_silent = excluded.is_silent",
      TYPES, alarm->id, alarm->meeting, alarm->endpoint, alarm->site_name, (gint64) alarm->severity,
      alarm->kind, (gint64) alarm->confidence, alarm->peer, alarm->raised_ms, alarm->changed_ms,
      alarm->cleared_ms, alarm->acked_by, alarm->acked_ms, alarm->note, (gint64) alarm->is_silent);
}

gint64
alarm_store_last_id (Database *database)
{
  gint64 id = 0;
  statement_number (database, NULL, &id, "SELECT coalesce (max (id), 0) FROM alarms", "");
  return id;
}

static Alarm *
alarm_from_row (Statement *row)
{
  Alarm *alarm = g_new0 (Alarm, 1);
  alarm->id = statement_int (row, 0);
  alarm->meeting = statement_dup_text (row, 1);
  alarm->endpoint = statement_dup_text (row, 2);
  alarm->site_name = statement_dup_text (row, 3);
  alarm->severity = statement_int (row, 4) == ALARM_CRITICAL ? ALARM_CRITICAL : ALARM_WARNING;
  alarm->kind = statement_dup_text (row, 5);
  alarm->confidence = (guint) statement_int (row, 6);
  alarm->peer = statement_dup_text (row, 7);
  alarm->raised_ms = statement_int (row, 8);
  alarm->changed_ms = statement_int (row, 9);
  alarm->cleared_ms = statement_int (row, 10);
  alarm->acked_by = statement_dup_text (row, 11);
  alarm->acked_ms = statement_int (row, 12);
  alarm->note = statement_dup_text (row, 13);
  alarm->is_silent = statement_int (row, 14) != 0;
  return alarm;
}

GPtrArray *
alarm_store_list (Database *database, const AlarmQuery *query, GError **error)
{
  guint limit = query->limit > 0 ? MIN (query->limit, ALARMS_LISTED_MAX) : ALARMS_LISTED_MAX;
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) alarm_free);
  g_autoptr (Statement) rows = statement_query (
      database, error,
      "SELECT " COLUMNS " FROM alarms WHERE (?1 IS NULL OR endpoint = ?1) "
      "AND (?2 IS NULL OR meeting = ?2) AND (?3 = 0 OR cleared_ms = 0 OR cleared_ms >= ?3) "
      "AND (?4 = 0 OR raised_ms < ?4) AND (?5 = 0 OR cleared_ms = 0) ORDER BY id DESC LIMIT ?6",
      "ttiiii", query->endpoint, query->meeting, query->from_ms, query->to_ms,
      (gint64) query->open_only, (gint64) limit);
  if (!rows)
    return NULL;
  while (statement_next (rows, error))
    g_ptr_array_add (list, alarm_from_row (rows));
  return statement_ok (rows) ? g_steal_pointer (&list) : NULL;
}

gboolean
alarm_store_remove_before (Database *database, gint64 before_ms, GError **error)
{
  return statement_run (database, error, NULL,
                        "DELETE FROM alarms WHERE cleared_ms > 0 AND cleared_ms < ?", "i",
                        before_ms);
}
