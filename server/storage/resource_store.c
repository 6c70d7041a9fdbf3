#include "server/storage/resource_store.h"

#include "server/storage/field.h"
#include "server/storage/fold.h"
#include "server/storage/schedule_store.h"
#include "server/storage/statement.h"
#include "server/storage/unit_range.h"

#define COLUMNS "r.id, r.unit, r.name, r.kind, r.note"

void
resource_free (Resource *resource)
{
  if (!resource)
    return;
  g_free (resource->id);
  g_free (resource->unit);
  g_free (resource->name);
  g_free (resource->kind);
  g_free (resource->note);
  g_free (resource);
}

static Resource *
take_row (Statement *row)
{
  Resource *resource = g_new0 (Resource, 1);
  resource->id = statement_dup_text (row, 0);
  resource->unit = statement_dup_text (row, 1);
  resource->name = statement_dup_text (row, 2);
  resource->kind = statement_dup_text (row, 3);
  resource->note = statement_dup_text (row, 4);
  return resource;
}

static gboolean
fail_unknown (GError **error, const char *what, const char *id)
{
  g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_NOT_FOUND, "%s %s is not known", what, id);
  return FALSE;
}

Resource *
resource_store_get (Database *database, const char *id, GError **error)
{
  g_autoptr (Statement) row = statement_query (
      database, error, "SELECT " COLUMNS " FROM resources r WHERE r.id = ?", "t", id);
  if (!row)
    return NULL;
  if (statement_next (row, error))
    return take_row (row);
  if (statement_ok (row))
    fail_unknown (error, "resource", id);
  return NULL;
}

GPtrArray *
resource_store_list (Database *database, const char *root, GError **error)
{
  g_autoptr (UnitRange) range = unit_range_new (database, root, error);
  if (!range)
    return NULL;
  g_autoptr (Statement) rows =
      statement_query (database, error,
                       "SELECT " COLUMNS " FROM resources r JOIN units u ON u.code = r.unit"
                       " WHERE NOT r.removed AND ((u.path >= ?1 AND u.path < ?2)"
                       "  OR substr (?1, 1, length (u.path)) = u.path)"
                       " ORDER BY u.path, r.kind <> 'hall', r.folded LIMIT ?3",
                       "tti", range->low, range->high, (gint64) LIST_LIMIT_MAX);
  if (!rows)
    return NULL;
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify) resource_free);
  while (statement_next (rows, error))
    g_ptr_array_add (found, take_row (rows));
  return statement_ok (rows) ? g_steal_pointer (&found) : NULL;
}

/* --- Writing --- */

/* What is stored of a resource, cleaned. */
typedef struct {
  char *name, *folded, *note;
} Texts;

static void
texts_clear (Texts *texts)
{
  g_free (texts->name);
  g_free (texts->folded);
  g_free (texts->note);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Texts, texts_clear)

static gboolean
clean_texts (const char *name, const char *note, Texts *texts, GError **error)
{
  texts->name = field_clean_text ("name", name, 1, NAME_MAX_CHARS, error);
  if (!texts->name)
    return FALSE;
  texts->folded = fold_text (texts->name);
  texts->note = field_clean_text ("note", note ? note : "", 0, RESOURCE_NOTE_MAX_CHARS, error);
  return texts->note != NULL;
}

static gboolean
check_kind (const char *kind, GError **error)
{
  static const char *const kinds[] = { "hall", "equipment", "other", NULL };
  return g_strv_contains (kinds, kind) ||
         field_fail (error, "kind", "must be hall, equipment or other");
}

static gboolean
check_place (Database *database, const char *unit, const char *id, const char *folded,
             GError **error)
{
  gint64 others = 0, same = 0;
  if (!statement_number (
          database, error, &others,
          "SELECT count(*) FROM resources WHERE unit = ? AND id <> ? AND NOT removed", "tt", unit,
          id) ||
      !statement_number (database, error, &same,
                         "SELECT count(*) FROM resources WHERE unit = ? AND id <> ?"
                         " AND NOT removed AND folded = ?",
                         "ttt", unit, id, folded))
    return FALSE;
  if (same > 0) {
    g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_EXISTS,
                 "the unit has a resource of this name");
    return FALSE;
  }
  return others < RESOURCES_PER_UNIT_MAX ||
         field_fail (error, "unit",
                     "has " G_STRINGIFY (RESOURCES_PER_UNIT_MAX) " resources, which is the most");
}

gboolean
resource_store_add (Database *database, const Resource *resource, char **ret_id, GError **error)
{
  gint64 known = 0;
  g_auto (Texts) texts = { 0 };
  g_autofree char *id = schedule_store_new_id ();
  g_autoptr (Transaction) transaction = database_begin (database, error);
  if (!transaction || !clean_texts (resource->name, resource->note, &texts, error) ||
      !check_kind (resource->kind, error) ||
      !statement_number (database, error, &known, "SELECT 1 FROM units WHERE code = ?", "t",
                         resource->unit))
    return FALSE;
  if (known != 1)
    return fail_unknown (error, "unit", resource->unit);
  if (!check_place (database, resource->unit, id, texts.folded, error) ||
      !statement_run (database, error, NULL,
                      "INSERT INTO resources (id, unit, name, folded, kind, note)"
                      " VALUES (?, ?, ?, ?, ?, ?)",
                      "tttttt", id, resource->unit, texts.name, texts.folded, resource->kind,
                      texts.note) ||
      !transaction_commit (transaction, error))
    return FALSE;
  if (ret_id)
    *ret_id = g_steal_pointer (&id);
  return TRUE;
}

gboolean
resource_store_update (Database *database, const Resource *resource, GError **error)
{
  g_auto (Texts) texts = { 0 };
  g_autoptr (Transaction) transaction = database_begin (database, error);
  g_autoptr (Resource) stored =
      transaction ? resource_store_get (database, resource->id, error) : NULL;
  if (!stored)
    return FALSE;
  const char *kind = resource->kind ? resource->kind : stored->kind;
  return clean_texts (resource->name ? resource->name : stored->name,
                      resource->note ? resource->note : stored->note, &texts, error) &&
         check_kind (kind, error) &&
         check_place (database, stored->unit, stored->id, texts.folded, error) &&
         statement_run (database, error, NULL,
                        "UPDATE resources SET name = ?, folded = ?, kind = ?, note = ?"
                        " WHERE id = ?",
                        "ttttt", texts.name, texts.folded, kind, texts.note, stored->id) &&
         transaction_commit (transaction, error);
}

static gboolean
check_unbooked (Database *database, const char *id, GError **error)
{
  gint64 booked = 0;
  if (!statement_number (database, error, &booked,
                         "SELECT count(*) FROM meeting_resources b"
                         " JOIN meetings m ON m.id = b.meeting WHERE b.resource = ?"
                         " AND m.state NOT IN ('ended', 'cancelled')",
                         "t", id))
    return FALSE;
  if (booked > 0)
    g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_IN_USE,
                 "%" G_GINT64_FORMAT " meetings have booked it", booked);
  return booked == 0;
}

gboolean
resource_store_remove (Database *database, const char *id, GError **error)
{
  gint64 marked = 0;
  g_autoptr (Transaction) transaction = database_begin (database, error);
  if (!transaction || !check_unbooked (database, id, error) ||
      !statement_run (database, error, &marked,
                      "UPDATE resources SET removed = 1 WHERE id = ? AND NOT removed", "t", id))
    return FALSE;
  if (marked == 0)
    return fail_unknown (error, "resource", id);
  return statement_run (database, error, NULL,
                        "DELETE FROM resources WHERE id = ?1 AND NOT EXISTS"
                        " (SELECT 1 FROM meeting_resources WHERE resource = ?1)",
                        "t", id) &&
         transaction_commit (transaction, error);
}
