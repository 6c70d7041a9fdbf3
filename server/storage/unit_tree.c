#include "server/storage/unit_tree.h"

#include "server/storage/fold.h"
#include "server/storage/statement.h"
#include "server/storage/storage_limits.h"

/* Sets @ret_change to what putting @row will do. */
static gboolean
compare_with_stored (Database *database, const UnitRow *row, UnitChange *ret_change, GError **error)
{
  g_autoptr (Statement) stored = statement_query (
      database, error, "SELECT parent, level, name FROM units WHERE code = ?", "t", row->code);
  if (!stored)
    return FALSE;
  *ret_change = UNIT_ADDED;
  if (statement_next (stored, error)) {
    gboolean same = g_strcmp0 (statement_text (stored, 0), row->parent) == 0 &&
                    g_strcmp0 (statement_text (stored, 1), row->level) == 0 &&
                    g_strcmp0 (statement_text (stored, 2), row->name) == 0;
    *ret_change = same ? UNIT_UNCHANGED : UNIT_UPDATED;
  }
  return statement_ok (stored);
}

gboolean
unit_tree_put (Database *database, const UnitRow *row, UnitChange *ret_change, GError **error)
{
  UnitChange change;
  if (!compare_with_stored (database, row, &change, error))
    return FALSE;
  if (ret_change)
    *ret_change = change;
  if (change == UNIT_UNCHANGED)
    return TRUE;
  g_autofree char *folded = fold_text (row->name);
  return statement_run (
      database, error, NULL,
      "INSERT INTO units (code, parent, level, name, folded, path, depth)"
      " VALUES (?, ?, ?, ?, ?, '', 0)"
      " ON CONFLICT (code) DO UPDATE SET parent = excluded.parent, level = excluded.level,"
      " name = excluded.name, folded = excluded.folded",
      "ttttt", row->code, row->parent, row->level, row->name, folded);
}

gboolean
unit_tree_refresh (Database *database, GError **error)
{
  /* A circle is reached from no top, so it keeps the empty path. */
  if (!statement_run (database, error, NULL, "UPDATE units SET path = '', depth = 0", "") ||
      !statement_run (database, error, NULL,
                      "WITH RECURSIVE tree (code, path, depth) AS ("
                      " SELECT code, code || '/', 0 FROM units WHERE parent IS NULL"
                      " UNION ALL"
                      " SELECT u.code, tree.path || u.code || '/', tree.depth + 1"
                      " FROM tree JOIN units u ON u.parent = tree.code WHERE tree.depth < ?)"
                      "UPDATE units SET path = tree.path, depth = tree.depth"
                      " FROM tree WHERE units.code = tree.code",
                      "i", (gint64) UNIT_DEPTH_MAX - 1))
    return FALSE;
  g_autoptr (Statement) lost = statement_query (
      database, error, "SELECT code FROM units WHERE path = '' ORDER BY code LIMIT 1", "");
  if (!lost)
    return FALSE;
  if (statement_next (lost, error)) {
    g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_INVALID,
                 "unit %s is above itself, or more than %d levels deep, or its parent is not known",
                 statement_text (lost, 0), UNIT_DEPTH_MAX);
    return FALSE;
  }
  return statement_ok (lost);
}
