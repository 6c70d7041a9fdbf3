#include "server/storage/template_store.h"

#include "server/storage/field.h"
#include "server/storage/fold.h"
#include "server/storage/schedule_store.h"
#include "server/storage/statement.h"
#include "server/storage/unit_range.h"

#include <string.h>

#define COLUMNS "t.id, t.unit, t.name, t.body"

void
template_free (Template *template)
{
  if (!template)
    return;
  g_free (template->id);
  g_free (template->unit);
  g_free (template->name);
  g_free (template->body);
  g_free (template);
}

static Template *
take_row (Statement *row)
{
  Template *template = g_new0 (Template, 1);
  template->id = statement_dup_text (row, 0);
  template->unit = statement_dup_text (row, 1);
  template->name = statement_dup_text (row, 2);
  template->body = statement_dup_text (row, 3);
  return template;
}

static gboolean
fail_unknown (GError **error, const char *what, const char *id)
{
  g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_NOT_FOUND, "%s %s is not known", what, id);
  return FALSE;
}

Template *
template_store_get (Database *database, const char *id, GError **error)
{
  g_autoptr (Statement) row = statement_query (
      database, error, "SELECT " COLUMNS " FROM templates t WHERE t.id = ?", "t", id);
  if (!row)
    return NULL;
  if (statement_next (row, error))
    return take_row (row);
  if (statement_ok (row))
    fail_unknown (error, "template", id);
  return NULL;
}

GPtrArray *
template_store_list (Database *database, const char *root, GError **error)
{
  g_autoptr (UnitRange) range = unit_range_new (database, root, error);
  if (!range)
    return NULL;
  g_autoptr (Statement) rows = statement_query (
      database, error,
      "SELECT " COLUMNS " FROM templates t JOIN units u ON u.code = t.unit"
      " WHERE (u.path >= ?1 AND u.path < ?2) OR substr (?1, 1, length (u.path)) = u.path"
      " ORDER BY u.path, t.folded LIMIT ?3",
      "tti", range->low, range->high, (gint64) TEMPLATES_LISTED_MAX);
  if (!rows)
    return NULL;
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify) template_free);
  while (statement_next (rows, error))
    g_ptr_array_add (found, take_row (rows));
  return statement_ok (rows) ? g_steal_pointer (&found) : NULL;
}

static gboolean
check_place (Database *database, const Template *template, const char *folded, GError **error)
{
  gint64 known = 0, others = 0;
  if (!statement_number (database, error, &known, "SELECT 1 FROM units WHERE code = ?", "t",
                         template->unit))
    return FALSE;
  if (known != 1)
    return fail_unknown (error, "unit", template->unit);
  if (!statement_number (database, error, &others,
                         "SELECT count(*) FROM templates WHERE unit = ? AND folded <> ?", "tt",
                         template->unit, folded))
    return FALSE;
  return others < TEMPLATES_PER_UNIT_MAX ||
         field_fail (error, "unit",
                     "has " G_STRINGIFY (TEMPLATES_PER_UNIT_MAX) " templates, which is the most");
}

gboolean
template_store_save (Database *database, const Template *template, char **ret_id, GError **error)
{
  g_autofree char *name = field_clean_text ("name", template->name, 1, NAME_MAX_CHARS, error);
  g_autofree char *folded = name ? fold_text (name) : NULL;
  g_autofree char *id = schedule_store_new_id ();
  g_autoptr (Transaction) transaction = name ? database_begin (database, error) : NULL;
  if (!transaction)
    return FALSE;
  if (strlen (template->body) > TEMPLATE_BODY_MAX_BYTES)
    return field_fail (error, "body", "is too large");
  g_autoptr (Statement) row = NULL;
  if (!check_place (database, template, folded, error) ||
      !(row = statement_query (database, error,
                               "INSERT INTO templates (id, unit, name, folded, body)"
                               " VALUES (?, ?, ?, ?, ?) ON CONFLICT (unit, folded)"
                               " DO UPDATE SET name = excluded.name, body = excluded.body"
                               " RETURNING id",
                               "ttttt", id, template->unit, name, folded, template->body)) ||
      !statement_next (row, error))
    return FALSE;
  if (ret_id)
    *ret_id = statement_dup_text (row, 0);
  while (statement_next (row, error))
    ;
  return statement_ok (row) && transaction_commit (transaction, error);
}

gboolean
template_store_remove (Database *database, const char *id, GError **error)
{
  gint64 changes = 0;
  if (!statement_run (database, error, &changes, "DELETE FROM templates WHERE id = ?", "t", id))
    return FALSE;
  return changes > 0 || fail_unknown (error, "template", id);
}
