#include "server/storage/unit_store.h"

#include "server/storage/field.h"
#include "server/storage/fold.h"
#include "server/storage/statement.h"
#include "server/storage/unit_range.h"
#include "server/storage/unit_tree.h"

#include <string.h>

#define UNIT_COLUMNS                                                                               \
  "u.code, u.parent, u.level, u.name,"                                                             \
  " (SELECT count(*) FROM endpoints e WHERE e.unit = u.code AND NOT e.removed),"                   \
  " (SELECT count(*) FROM units c WHERE c.parent = u.code), u.down_kbps, u.up_kbps"

void
unit_free (Unit *unit)
{
  if (!unit)
    return;
  g_free (unit->code);
  g_free (unit->parent);
  g_free (unit->level);
  g_free (unit->name);
  g_free (unit);
}

static Unit *
unit_from_row (Statement *row)
{
  Unit *unit = g_new0 (Unit, 1);
  unit->code = statement_dup_text (row, 0);
  unit->parent = statement_dup_text (row, 1);
  unit->level = statement_dup_text (row, 2);
  unit->name = statement_dup_text (row, 3);
  unit->endpoints = (guint) statement_int (row, 4);
  unit->children = (guint) statement_int (row, 5);
  unit->down_kbps = (guint) statement_int (row, 6);
  unit->up_kbps = (guint) statement_int (row, 7);
  return unit;
}

static void
set_unknown (GError **error, const char *code)
{
  g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_NOT_FOUND, "unit %s is not known", code);
}

Unit *
unit_store_get (Database *database, const char *code, GError **error)
{
  g_autoptr (Statement) row = statement_query (
      database, error, "SELECT " UNIT_COLUMNS " FROM units u WHERE u.code = ?", "t", code);
  if (!row)
    return NULL;
  if (statement_next (row, error))
    return unit_from_row (row);
  if (statement_ok (row))
    set_unknown (error, code);
  return NULL;
}

void
unit_range_free (UnitRange *range)
{
  if (!range)
    return;
  g_free (range->low);
  g_free (range->high);
  g_free (range);
}

UnitRange *
unit_range_new (Database *database, const char *root, GError **error)
{
  g_autoptr (UnitRange) range = g_new0 (UnitRange, 1);
  if (!root) {
    range->low = g_strdup ("");
    range->high = g_strdup ("~"); /* above every character of a code */
    return g_steal_pointer (&range);
  }
  g_autoptr (Statement) row =
      statement_query (database, error, "SELECT path FROM units WHERE code = ?", "t", root);
  if (!row)
    return NULL;
  if (!statement_next (row, error)) {
    if (statement_ok (row))
      set_unknown (error, root);
    return NULL;
  }
  range->low = statement_dup_text (row, 0);
  range->high = g_strdup (range->low);
  range->high[strlen (range->high) - 1] = '/' + 1;
  return g_steal_pointer (&range);
}

GPtrArray *
unit_store_list (Database *database, const char *root, const char *level, GError **error)
{
  g_autoptr (UnitRange) range = unit_range_new (database, root, error);
  if (!range)
    return NULL;
  g_autoptr (Statement) rows =
      statement_query (database, error,
                       "SELECT " UNIT_COLUMNS " FROM units u WHERE u.path >= ?1 AND u.path < ?2"
                       " AND (?3 IS NULL OR u.level = ?3) ORDER BY u.path",
                       "ttt", range->low, range->high, level);
  if (!rows)
    return NULL;
  g_autoptr (GPtrArray) units = g_ptr_array_new_with_free_func ((GDestroyNotify) unit_free);
  while (statement_next (rows, error))
    g_ptr_array_add (units, unit_from_row (rows));
  return statement_ok (rows) ? g_steal_pointer (&units) : NULL;
}

typedef struct {
  int rank;
  int depth;
  char *folded;
  char *code;
} Match;

static void
match_clear (gpointer data)
{
  Match *match = data;
  g_free (match->folded);
  g_free (match->code);
}

static int
match_compare (gconstpointer a, gconstpointer b)
{
  const Match *x = a, *y = b;
  if (x->rank != y->rank)
    return x->rank - y->rank;
  if (x->depth != y->depth)
    return x->depth - y->depth;
  int order = strcmp (x->folded, y->folded);
  return order ? order : strcmp (x->code, y->code);
}

static int
rank_unit (const char *code, const char *folded, const char *query, const char *typed)
{
  if (g_ascii_strcasecmp (code, typed) == 0)
    return 0;
  int rank = fold_match (folded, query);
  if (rank < 0 && g_ascii_strncasecmp (code, typed, strlen (typed)) == 0)
    rank = 5;
  return rank;
}

static GArray *
find_matches (Database *database, const UnitRange *range, const char *typed, GError **error)
{
  g_autofree char *query = fold_text (typed);
  g_autoptr (GArray) matches = g_array_new (FALSE, FALSE, sizeof (Match));
  g_array_set_clear_func (matches, match_clear);
  g_autoptr (Statement) rows = statement_query (
      database, error, "SELECT code, folded, depth FROM units WHERE path >= ? AND path < ?", "tt",
      range->low, range->high);
  if (!rows)
    return NULL;
  while (statement_next (rows, error)) {
    const char *code = statement_text (rows, 0), *folded = statement_text (rows, 1);
    int rank = rank_unit (code, folded, query, typed);
    if (rank < 0)
      continue;
    Match match = { rank, (int) statement_int (rows, 2), g_strdup (folded), g_strdup (code) };
    g_array_append_val (matches, match);
  }
  if (!statement_ok (rows))
    return NULL;
  g_array_sort (matches, match_compare);
  return g_steal_pointer (&matches);
}

GPtrArray *
unit_store_search (Database *database, const char *query, const char *root, guint limit,
                   GError **error)
{
  g_autofree char *typed =
      field_clean_text ("search text", query, 0, SEARCH_QUERY_MAX_CHARS, error);
  if (!typed)
    return NULL;
  g_autoptr (GPtrArray) units = g_ptr_array_new_with_free_func ((GDestroyNotify) unit_free);
  if (!*typed)
    return g_steal_pointer (&units);
  g_autoptr (UnitRange) range = unit_range_new (database, root, error);
  if (!range)
    return NULL;
  g_autoptr (GArray) matches = find_matches (database, range, typed, error);
  if (!matches)
    return NULL;
  for (guint i = 0; i < MIN (matches->len, limit); i++) {
    Unit *unit = unit_store_get (database, g_array_index (matches, Match, i).code, error);
    if (!unit)
      return NULL;
    g_ptr_array_add (units, unit);
  }
  return g_steal_pointer (&units);
}

gboolean
unit_store_is_within (Database *database, const char *code, const char *root)
{
  gint64 within = 0;
  if (!code)
    return FALSE;
  return statement_number (database, NULL, &within,
                           "SELECT 1 FROM units u LEFT JOIN units r ON r.code = ?2"
                           " WHERE u.code = ?1 AND"
                           " (?2 IS NULL OR substr(u.path, 1, length(r.path)) = r.path)",
                           "tt", code, root) &&
         within == 1;
}

static gboolean
check_parent (Database *database, const char *parent, GError **error)
{
  if (!parent || unit_store_is_within (database, parent, NULL))
    return TRUE;
  set_unknown (error, parent);
  return FALSE;
}

gboolean
unit_store_add (Database *database, const Unit *unit, GError **error)
{
  if (!field_check_code ("code", unit->code, error) || !field_check_level (unit->level, error))
    return FALSE;
  g_autofree char *name = field_clean_text ("name", unit->name, 1, NAME_MAX_CHARS, error);
  if (!name)
    return FALSE;
  g_autoptr (Transaction) transaction = database_begin (database, error);
  if (!transaction || !check_parent (database, unit->parent, error))
    return FALSE;
  if (unit_store_is_within (database, unit->code, NULL)) {
    g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_EXISTS, "unit %s is there already",
                 unit->code);
    return FALSE;
  }
  UnitRow row = { unit->code, unit->parent, unit->level, name };
  return unit_tree_put (database, &row, NULL, error) && unit_tree_refresh (database, error) &&
         transaction_commit (transaction, error);
}

gboolean
unit_store_update (Database *database, const char *code, const char *parent, const char *name,
                   GError **error)
{
  g_autoptr (Transaction) transaction = database_begin (database, error);
  if (!transaction)
    return FALSE;
  g_autoptr (Unit) unit = unit_store_get (database, code, error);
  if (!unit || !check_parent (database, parent, error))
    return FALSE;
  if (parent && unit_store_is_within (database, parent, code))
    return field_fail (error, "parent", "must not be the unit itself or below it");
  g_autofree char *clean =
      field_clean_text ("name", name ? name : unit->name, 1, NAME_MAX_CHARS, error);
  if (!clean)
    return FALSE;
  UnitRow row = { code, parent ? parent : unit->parent, unit->level, clean };
  return unit_tree_put (database, &row, NULL, error) && unit_tree_refresh (database, error) &&
         transaction_commit (transaction, error);
}

/* What may hang on a unit, with the words for it. */
static const struct {
  const char *sql;
  const char *what;
} unit_uses[] = {
  { "SELECT count(*) FROM units WHERE parent = ?", "units below it" },
  { "SELECT count(*) FROM endpoints WHERE unit = ?", "endpoints" },
  { "SELECT count(*) FROM users WHERE unit = ?", "users" },
  { "SELECT count(*) FROM meetings WHERE host_unit = ?", "meetings" },
};

gboolean
unit_store_remove (Database *database, const char *code, GError **error)
{
  g_autoptr (Transaction) transaction = database_begin (database, error);
  if (!transaction)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (unit_uses); i++) {
    gint64 uses = 0;
    if (!statement_number (database, error, &uses, unit_uses[i].sql, "t", code))
      return FALSE;
    if (uses > 0) {
      g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_IN_USE, "unit %s still has %s", code,
                   unit_uses[i].what);
      return FALSE;
    }
  }
  gint64 removed = 0;
  if (!statement_run (database, error, &removed, "DELETE FROM units WHERE code = ?", "t", code))
    return FALSE;
  if (removed == 0) {
    set_unknown (error, code);
    return FALSE;
  }
  return transaction_commit (transaction, error);
}
