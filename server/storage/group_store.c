#include "server/storage/group_store.h"

#include "server/storage/field.h"
#include "server/storage/fold.h"
#include "server/storage/schedule_store.h"
#include "server/storage/statement.h"
#include "server/storage/unit_range.h"

#define GROUP_QUERY "SELECT g.id, g.unit, g.name FROM groups g JOIN units u ON u.code = g.unit"

void
group_free (Group *group)
{
  if (!group)
    return;
  g_free (group->id);
  g_free (group->unit);
  g_free (group->name);
  g_strfreev (group->members);
  g_free (group);
}

static gboolean
read_members (Database *database, Group *group, GError **error)
{
  g_autoptr (GStrvBuilder) members = g_strv_builder_new ();
  g_autoptr (Statement) rows = statement_query (
      database, error,
      "SELECT m.endpoint FROM group_members m JOIN endpoints e ON e.id = m.endpoint"
      " WHERE m.group_id = ? AND NOT e.removed ORDER BY m.position",
      "t", group->id);
  if (!rows)
    return FALSE;
  while (statement_next (rows, error))
    g_strv_builder_add (members, statement_text (rows, 0));
  group->members = g_strv_builder_end (members);
  group->n_members = g_strv_length (group->members);
  return statement_ok (rows);
}

/* All of @rows, with their members. */
static GPtrArray *
take_groups (Database *database, Statement *rows, GError **error)
{
  g_autoptr (GPtrArray) groups = g_ptr_array_new_with_free_func ((GDestroyNotify) group_free);
  while (statement_next (rows, error)) {
    Group *group = g_new0 (Group, 1);
    group->id = statement_dup_text (rows, 0);
    group->unit = statement_dup_text (rows, 1);
    group->name = statement_dup_text (rows, 2);
    g_ptr_array_add (groups, group);
  }
  if (!statement_ok (rows))
    return NULL;
  for (guint i = 0; i < groups->len; i++)
    if (!read_members (database, groups->pdata[i], error))
      return NULL;
  return g_steal_pointer (&groups);
}

static gboolean
fail_unknown (GError **error, const char *what, const char *id)
{
  g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_NOT_FOUND, "%s %s is not known", what, id);
  return FALSE;
}

Group *
group_store_get (Database *database, const char *id, GError **error)
{
  g_autoptr (Statement) rows =
      statement_query (database, error, GROUP_QUERY " WHERE g.id = ?", "t", id);
  g_autoptr (GPtrArray) groups = rows ? take_groups (database, rows, error) : NULL;
  if (!groups)
    return NULL;
  if (groups->len == 1)
    return g_ptr_array_steal_index (groups, 0);
  fail_unknown (error, "group", id);
  return NULL;
}

GPtrArray *
group_store_list (Database *database, const char *root, GError **error)
{
  g_autoptr (UnitRange) range = unit_range_new (database, root, error);
  if (!range)
    return NULL;
  g_autoptr (Statement) rows = statement_query (
      database, error,
      GROUP_QUERY " WHERE u.path >= ? AND u.path < ? ORDER BY u.path, g.folded LIMIT ?", "tti",
      range->low, range->high, (gint64) LIST_LIMIT_MAX);
  return rows ? take_groups (database, rows, error) : NULL;
}

static gboolean
check_member (Database *database, const char *endpoint, GError **error)
{
  gint64 known = 0;
  return statement_number (database, error, &known,
                           "SELECT 1 FROM endpoints WHERE id = ? AND NOT removed", "t", endpoint) &&
         (known == 1 || fail_unknown (error, "endpoint", endpoint));
}

static gboolean
store_members (Database *database, const char *id, const char *const *members, GError **error)
{
  if (!statement_run (database, error, NULL, "DELETE FROM group_members WHERE group_id = ?", "t",
                      id))
    return FALSE;
  for (guint i = 0; members && members[i]; i++) {
    if (i == GROUP_MEMBERS_MAX)
      return field_fail (error, "endpoints",
                         "must be at most " G_STRINGIFY (GROUP_MEMBERS_MAX) " rooms");
    if (!check_member (database, members[i], error) ||
        !statement_run (database, error, NULL,
                        "INSERT INTO group_members (group_id, endpoint, position) VALUES (?, ?, ?)"
                        " ON CONFLICT DO NOTHING",
                        "tti", id, members[i], (gint64) i))
      return FALSE;
  }
  return TRUE;
}

/* No other group of the unit has the name, and there is room for one more. */
static gboolean
check_place (Database *database, const char *unit, const char *id, const char *folded,
             GError **error)
{
  gint64 others = 0, same = 0;
  if (!statement_number (database, error, &others,
                         "SELECT count(*) FROM groups WHERE unit = ? AND id <> ?", "tt", unit,
                         id) ||
      !statement_number (database, error, &same,
                         "SELECT count(*) FROM groups WHERE unit = ? AND id <> ? AND folded = ?",
                         "ttt", unit, id, folded))
    return FALSE;
  if (same > 0) {
    g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_EXISTS, "the unit has a group of this name");
    return FALSE;
  }
  return others < GROUPS_PER_UNIT_MAX ||
         field_fail (error, "unit",
                     "has " G_STRINGIFY (GROUPS_PER_UNIT_MAX) " groups, which is the most");
}

gboolean
group_store_add (Database *database, const char *unit, const char *name, const char *const *members,
                 char **ret_id, GError **error)
{
  gint64 known = 0;
  g_autofree char *id = schedule_store_new_id (), *clean = NULL, *folded = NULL;
  g_autoptr (Transaction) transaction = database_begin (database, error);
  if (!transaction || !(clean = field_clean_text ("name", name, 1, NAME_MAX_CHARS, error)) ||
      !statement_number (database, error, &known, "SELECT 1 FROM units WHERE code = ?", "t", unit))
    return FALSE;
  if (known != 1)
    return fail_unknown (error, "unit", unit);
  folded = fold_text (clean);
  if (!check_place (database, unit, id, folded, error) ||
      !statement_run (database, error, NULL,
                      "INSERT INTO groups (id, unit, name, folded) VALUES (?, ?, ?, ?)", "tttt", id,
                      unit, clean, folded) ||
      !store_members (database, id, members, error) || !transaction_commit (transaction, error))
    return FALSE;
  if (ret_id)
    *ret_id = g_steal_pointer (&id);
  return TRUE;
}

static gboolean
store_name (Database *database, const Group *group, const char *name, GError **error)
{
  g_autofree char *clean = field_clean_text ("name", name, 1, NAME_MAX_CHARS, error);
  g_autofree char *folded = clean ? fold_text (clean) : NULL;
  return clean && check_place (database, group->unit, group->id, folded, error) &&
         statement_run (database, error, NULL,
                        "UPDATE groups SET name = ?, folded = ? WHERE id = ?", "ttt", clean, folded,
                        group->id);
}

gboolean
group_store_update (Database *database, const char *id, const char *name,
                    const char *const *members, GError **error)
{
  g_autoptr (Transaction) transaction = database_begin (database, error);
  g_autoptr (Group) group = transaction ? group_store_get (database, id, error) : NULL;
  return group && (!name || store_name (database, group, name, error)) &&
         (!members || store_members (database, id, members, error)) &&
         transaction_commit (transaction, error);
}

gboolean
group_store_remove (Database *database, const char *id, GError **error)
{
  gint64 changes = 0;
  if (!statement_run (database, error, &changes, "DELETE FROM groups WHERE id = ?", "t", id))
    return FALSE;
  return changes > 0 || fail_unknown (error, "group", id);
}

char **
group_store_expand (Database *database, const char *const *ids, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GStrvBuilder) rooms = g_strv_builder_new ();
  for (; ids && *ids; ids++) {
    g_autoptr (Group) group = group_store_get (database, *ids, error);
    if (!group)
      return NULL;
    for (guint i = 0; i < group->n_members; i++)
      if (g_hash_table_add (seen, g_strdup (group->members[i])))
        g_strv_builder_add (rooms, group->members[i]);
  }
  return g_strv_builder_end (rooms);
}
