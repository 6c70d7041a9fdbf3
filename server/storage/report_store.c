#include "server/storage/report_store.h"

#include "server/storage/statement.h"
#include "server/storage/unit_range.h"

#include <string.h>

/* --- sites --- */

static void
site_row_free (ReportSiteRow *row)
{
  g_free (row->endpoint);
  g_free (row->name);
  g_free (row->unit_name);
  g_free (row->branch);
  g_free (row);
}

GPtrArray *
report_store_sites (Database *database, const char *meeting, GError **error)
{
  g_autoptr (Statement) rows = statement_query (
      database, error,
      "SELECT e.id, e.name, u.name, b.name FROM invites i JOIN meetings m ON m.id = i.meeting"
      " JOIN endpoints e ON e.id = i.endpoint JOIN units u ON u.code = e.unit"
      " LEFT JOIN units b ON b.parent = m.host_unit AND b.code <> u.code"
      "  AND substr (u.path, 1, length (b.path)) = b.path"
      " WHERE i.meeting = ? ORDER BY i.position",
      "t", meeting);
  if (!rows)
    return NULL;
  g_autoptr (GPtrArray) sites = g_ptr_array_new_with_free_func ((GDestroyNotify) site_row_free);
  while (statement_next (rows, error)) {
    ReportSiteRow *row = g_new0 (ReportSiteRow, 1);
    row->endpoint = statement_dup_text (rows, 0);
    row->name = statement_dup_text (rows, 1);
    row->unit_name = statement_dup_text (rows, 2);
    const char *branch = statement_text (rows, 3);
    row->branch = g_strdup (branch ? branch : "");
    g_ptr_array_add (sites, row);
  }
  return statement_ok (rows) ? g_steal_pointer (&sites) : NULL;
}

/* --- statistics --- */

static void
statistics_row_free (StatisticsRow *row)
{
  g_free (row->unit);
  g_free (row->unit_name);
  g_free (row);
}

GPtrArray *
report_store_statistics (Database *database, const char *root, gint64 from_ms, gint64 to_ms,
                         GError **error)
{
  g_autoptr (UnitRange) range = unit_range_new (database, root, error);
  if (!range)
    return NULL;
  g_autoptr (Statement) rows = statement_query (
      database, error,
      "SELECT u.code, u.name, count (*),"
      " sum ((SELECT count (*) FROM seats s WHERE s.meeting = m.id AND s.joined_at_ms > 0)),"
      " sum ((m.ended_ms - m.started_ms) / 60000), sum (m.started_ms <= m.starts_ms + ?5)"
      " FROM meetings m JOIN units u ON u.code = m.host_unit"
      " WHERE m.state = 'ended' AND m.started_ms >= ?1 AND m.started_ms < ?2 AND m.started_ms > 0"
      " AND u.path >= ?3 AND u.path < ?4 GROUP BY u.code ORDER BY u.path",
      "iitti", from_ms, to_ms, range->low, range->high, STATISTICS_ON_TIME_MS);
  if (!rows)
    return NULL;
  g_autoptr (GPtrArray) list =
      g_ptr_array_new_with_free_func ((GDestroyNotify) statistics_row_free);
  while (statement_next (rows, error)) {
    StatisticsRow *row = g_new0 (StatisticsRow, 1);
    row->unit = statement_dup_text (rows, 0);
    row->unit_name = statement_dup_text (rows, 1);
    row->meetings = (guint) statement_int (rows, 2);
    row->sites = (guint) statement_int (rows, 3);
    row->minutes = (guint64) statement_int (rows, 4);
    row->on_time = (guint) statement_int (rows, 5);
    g_ptr_array_add (list, row);
  }
  return statement_ok (rows) ? g_steal_pointer (&list) : NULL;
}

/* --- minutes --- */

#define MINUTES_COLUMNS "version, author, at_ms, approved_ms, approved_by, text"

void
minutes_version_free (MinutesVersion *minutes)
{
  if (!minutes)
    return;
  g_free (minutes->text);
  g_free (minutes->author);
  g_free (minutes->approved_by);
  g_free (minutes);
}

static MinutesVersion *
take_version (Statement *row)
{
  MinutesVersion *minutes = g_new0 (MinutesVersion, 1);
  minutes->version = statement_int (row, 0);
  minutes->author = statement_dup_text (row, 1);
  minutes->at_ms = statement_int (row, 2);
  minutes->approved_ms = statement_int (row, 3);
  minutes->approved_by = statement_dup_text (row, 4);
  minutes->text = statement_dup_text (row, 5);
  return minutes;
}

MinutesVersion *
minutes_store_get (Database *database, const char *meeting, GError **error)
{
  g_autoptr (Statement) row =
      statement_query (database, error,
                       "SELECT " MINUTES_COLUMNS " FROM minutes WHERE meeting = ?"
                       " ORDER BY version DESC LIMIT 1",
                       "t", meeting);
  return row && statement_next (row, error) ? take_version (row) : NULL;
}

MinutesVersion *
minutes_store_get_version (Database *database, const char *meeting, gint64 version, GError **error)
{
  g_autoptr (Statement) row = statement_query (
      database, error, "SELECT " MINUTES_COLUMNS " FROM minutes WHERE meeting = ? AND version = ?",
      "ti", meeting, version);
  if (!row)
    return NULL;
  if (statement_next (row, error))
    return take_version (row);
  if (statement_ok (row))
    g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_NOT_FOUND,
                 "there is no version %" G_GINT64_FORMAT " of these minutes", version);
  return NULL;
}

GPtrArray *
minutes_store_list (Database *database, const char *meeting, GError **error)
{
  g_autoptr (Statement) rows =
      statement_query (database, error,
                       "SELECT version, author, at_ms, approved_ms, approved_by, NULL FROM minutes"
                       " WHERE meeting = ? ORDER BY version DESC",
                       "t", meeting);
  if (!rows)
    return NULL;
  g_autoptr (GPtrArray) list =
      g_ptr_array_new_with_free_func ((GDestroyNotify) minutes_version_free);
  while (statement_next (rows, error))
    g_ptr_array_add (list, take_version (rows));
  return statement_ok (rows) ? g_steal_pointer (&list) : NULL;
}

/* The newest version's number, 0 when there is none; CONFLICT unless it is @version and not
 * approved. */
static gboolean
check_newest (Database *database, const char *meeting, gint64 version, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (MinutesVersion) newest = minutes_store_get (database, meeting, &failure);
  if (failure) {
    g_propagate_error (error, g_steal_pointer (&failure));
    return FALSE;
  }
  if ((newest ? newest->version : 0) != version || (newest && newest->approved_ms > 0)) {
    g_set_error_literal (error, STORAGE_ERROR, STORAGE_ERROR_CONFLICT,
                         newest && newest->approved_ms > 0
                             ? "these minutes are approved and frozen"
                             : "somebody saved a newer version of these minutes");
    return FALSE;
  }
  return TRUE;
}

gboolean
minutes_store_add (Database *database, const char *meeting, const MinutesVersion *minutes,
                   GError **error)
{
  if (strlen (minutes->text) > MINUTES_MAX_BYTES || minutes->version >= MINUTES_VERSIONS_MAX ||
      !g_utf8_validate (minutes->text, -1, NULL)) {
    g_set_error_literal (error, STORAGE_ERROR, STORAGE_ERROR_INVALID,
                         minutes->version >= MINUTES_VERSIONS_MAX
                             ? "these minutes were saved too often"
                             : "these minutes are too long");
    return FALSE;
  }
  g_autoptr (Transaction) transaction = database_begin (database, error);
  return transaction && check_newest (database, meeting, minutes->version, error) &&
         statement_run (database, error, NULL,
                        "INSERT INTO minutes (meeting, version, text, author, at_ms)"
                        " VALUES (?, ?, ?, ?, ?)",
                        "titti", meeting, minutes->version + 1, minutes->text, minutes->author,
                        minutes->at_ms) &&
         transaction_commit (transaction, error);
}

gboolean
minutes_store_approve (Database *database, const char *meeting, gint64 version, const char *by,
                       gint64 at_ms, GError **error)
{
  g_autoptr (Transaction) transaction = database_begin (database, error);
  return transaction && check_newest (database, meeting, version, error) &&
         statement_run (database, error, NULL,
                        "UPDATE minutes SET approved_ms = ?, approved_by = ?"
                        " WHERE meeting = ? AND version = ?",
                        "itti", at_ms, by, meeting, version) &&
         transaction_commit (transaction, error);
}
