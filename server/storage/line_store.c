#include "server/storage/line_store.h"

#include "server/storage/field.h"
#include "server/storage/statement.h"
#include "server/storage/storage_error.h"

#include <string.h>

static gboolean
check_kbps (const char *field, int kbps, GError **error)
{
  if (kbps >= LINE_KBPS_KEPT && kbps <= LINE_KBPS_MAX)
    return TRUE;
  return field_fail (error, field, "must be from 0 to 4000000");
}

static gboolean
set_kbps (Database *database, const char *sql, const char *id, const LineKbps *kbps, GError **error)
{
  gint64 changes = 0;

  if (!check_kbps ("down_kbps", kbps->down_kbps, error) ||
      !check_kbps ("up_kbps", kbps->up_kbps, error) ||
      !statement_run (database, error, &changes, sql, "iit", (gint64) kbps->down_kbps,
                      (gint64) kbps->up_kbps, id))
    return FALSE;
  if (changes == 0)
    g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_NOT_FOUND, "%s is not known", id);
  return changes > 0;
}

#define SET_KBPS " SET down_kbps = iif (?1 < 0, down_kbps, ?1), up_kbps = iif (?2 < 0, up_kbps, ?2)"

gboolean
line_store_set_unit (Database *database, const char *code, const LineKbps *kbps, GError **error)
{
  return set_kbps (database, "UPDATE units" SET_KBPS " WHERE code = ?3", code, kbps, error);
}

gboolean
line_store_set_endpoint (Database *database, const char *id, const LineKbps *kbps, GError **error)
{
  return set_kbps (database, "UPDATE endpoints" SET_KBPS " WHERE id = ?3 AND NOT removed", id, kbps,
                   error);
}

/* --- of a meeting --- */

typedef struct {
  char *code, *path;
  guint down_kbps, up_kbps;
} Budget;

static void
budget_free (gpointer data)
{
  Budget *budget = data;

  g_free (budget->code);
  g_free (budget->path);
  g_free (budget);
}

/* The longest paths first: the nearest unit above counts.  Few units have one. */
static GPtrArray *
load_budgets (Database *database, GError **error)
{
  g_autoptr (GPtrArray) budgets = g_ptr_array_new_with_free_func (budget_free);
  g_autoptr (Statement) rows =
      statement_query (database, error,
                       "SELECT code, path, down_kbps, up_kbps FROM units"
                       " WHERE down_kbps > 0 OR up_kbps > 0 ORDER BY length (path) DESC",
                       "");

  if (!rows)
    return NULL;
  while (statement_next (rows, error)) {
    Budget *budget = g_new0 (Budget, 1);
    budget->code = statement_dup_text (rows, 0);
    budget->path = statement_dup_text (rows, 1);
    budget->down_kbps = (guint) statement_int (rows, 2);
    budget->up_kbps = (guint) statement_int (rows, 3);
    g_ptr_array_add (budgets, budget);
  }
  return statement_ok (rows) ? g_steal_pointer (&budgets) : NULL;
}

static void
set_line (InvitedEndpoint *invited, const GPtrArray *budgets)
{
  InvitedLine *line = &invited->line;

  g_clear_pointer (&line->shared, g_free);
  line->shared_down_kbps = line->shared_up_kbps = 0;
  for (guint i = 0; i < budgets->len; i++) {
    const Budget *budget = g_ptr_array_index (budgets, i);

    if (!g_str_has_prefix (invited->path, budget->path))
      continue;
    line->shared = g_strconcat ("u.", budget->code, NULL);
    line->shared_down_kbps = budget->down_kbps;
    line->shared_up_kbps = budget->up_kbps;
    return;
  }
}

/* endpoint -> LineKbps, of those that have any. */
static GHashTable *
load_own (Database *database, GError **error)
{
  g_autoptr (GHashTable) own = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (Statement) rows = statement_query (
      database, error,
      "SELECT id, down_kbps, up_kbps FROM endpoints WHERE down_kbps > 0 OR up_kbps > 0", "");

  if (!rows)
    return NULL;
  while (statement_next (rows, error)) {
    LineKbps kbps = { (int) statement_int (rows, 1), (int) statement_int (rows, 2) };
    g_hash_table_insert (own, statement_dup_text (rows, 0), g_memdup2 (&kbps, sizeof kbps));
  }
  return statement_ok (rows) ? g_steal_pointer (&own) : NULL;
}

gboolean
line_store_load (Database *database, const GPtrArray *invited, GError **error)
{
  g_autoptr (GPtrArray) budgets = load_budgets (database, error);
  g_autoptr (GHashTable) own = budgets != NULL ? load_own (database, error) : NULL;

  if (own == NULL)
    return FALSE;
  for (guint i = 0; i < invited->len; i++) {
    InvitedEndpoint *endpoint = g_ptr_array_index (invited, i);
    const LineKbps *kbps = g_hash_table_lookup (own, endpoint->endpoint);

    endpoint->line.down_kbps = kbps != NULL ? (guint) kbps->down_kbps : 0;
    endpoint->line.up_kbps = kbps != NULL ? (guint) kbps->up_kbps : 0;
    set_line (endpoint, budgets);
  }
  return TRUE;
}
