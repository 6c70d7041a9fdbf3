#include "server/storage/series_store.h"

#include "server/storage/json_list.h"
#include "server/storage/statement.h"

Series *
series_new (const char *id)
{
  Series *series = g_new0 (Series, 1);
  series->id = g_strdup (id);
  series->exceptions = g_array_new (FALSE, FALSE, sizeof (gint64));
  return series;
}

void
series_free (Series *series)
{
  if (!series)
    return;
  g_free (series->id);
  g_free (series->host_unit);
  g_free (series->rule);
  g_free (series->created_by);
  g_array_unref (series->exceptions);
  g_free (series);
}

static gboolean
fail_unknown (GError **error, const char *id)
{
  g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_NOT_FOUND, "series %s is not known", id);
  return FALSE;
}

gboolean
series_store_add (Database *database, const Series *series, GError **error)
{
  g_autofree char *exceptions = json_list_of_times (series->exceptions);
  return statement_run (database, error, NULL,
                        "INSERT INTO series (id, host_unit, rule, first_ms, exceptions, created_ms,"
                        " created_by) VALUES (?, ?, ?, ?, ?, ?, ?)",
                        "tttitit", series->id, series->host_unit, series->rule, series->first_ms,
                        exceptions, series->created_at_ms, series->created_by);
}

gboolean
series_store_update (Database *database, const Series *series, GError **error)
{
  gint64 changes = 0;
  g_autofree char *exceptions = json_list_of_times (series->exceptions);
  if (!statement_run (database, error, &changes,
                      "UPDATE series SET rule = ?, first_ms = ?, exceptions = ? WHERE id = ?",
                      "titt", series->rule, series->first_ms, exceptions, series->id))
    return FALSE;
  return changes > 0 || fail_unknown (error, series->id);
}

Series *
series_store_get (Database *database, const char *id, GError **error)
{
  g_autoptr (Statement) row = statement_query (
      database, error,
      "SELECT host_unit, rule, first_ms, exceptions, created_ms, created_by FROM series"
      " WHERE id = ?",
      "t", id);
  if (!row)
    return NULL;
  if (!statement_next (row, error)) {
    if (statement_ok (row))
      fail_unknown (error, id);
    return NULL;
  }
  Series *series = series_new (id);
  series->host_unit = statement_dup_text (row, 0);
  series->rule = statement_dup_text (row, 1);
  series->first_ms = statement_int (row, 2);
  g_array_unref (series->exceptions);
  series->exceptions = json_list_read_times (statement_text (row, 3));
  series->created_at_ms = statement_int (row, 4);
  series->created_by = statement_dup_text (row, 5);
  return series;
}

GPtrArray *
series_store_meetings (Database *database, const char *id, gint64 from_ms, gboolean to_come,
                       GError **error)
{
  g_autoptr (Statement) rows = statement_query (
      database, error,
      "SELECT id FROM meetings WHERE series = ? AND occurrence_ms >= ?"
      " AND (NOT ? OR state IN ('draft', 'scheduled', 'postponed')) ORDER BY occurrence_ms, id",
      "tii", id, from_ms, (gint64) to_come);
  if (!rows)
    return NULL;
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  while (statement_next (rows, error))
    g_ptr_array_add (ids, statement_dup_text (rows, 0));
  return statement_ok (rows) ? g_steal_pointer (&ids) : NULL;
}
