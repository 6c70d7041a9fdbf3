#include "server/storage/csv.h"
#include "server/storage/field.h"
#include "server/storage/unit_store.h"
#include "server/storage/unit_tree.h"

#include <string.h>

/* A line of the file.  Strings are interned in the plan's chunk. */
typedef struct {
  guint line;
  UnitRow unit;
} PlannedRow;

typedef struct {
  GStringChunk *strings;
  GPtrArray *rows;     /* PlannedRow, in the order of the file */
  GHashTable *by_code; /* code -> PlannedRow (not owned) */
} ImportPlan;

typedef enum { COLUMN_CODE, COLUMN_PARENT, COLUMN_LEVEL, COLUMN_NAME, COLUMNS } Column;
static const char *const column_names[COLUMNS] = { "code", "parent_code", "level", "name" };

static void
import_plan_free (ImportPlan *plan)
{
  g_hash_table_unref (plan->by_code);
  g_ptr_array_unref (plan->rows);
  g_string_chunk_free (plan->strings);
  g_free (plan);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ImportPlan, import_plan_free)

static ImportPlan *
import_plan_new (void)
{
  ImportPlan *plan = g_new0 (ImportPlan, 1);
  plan->strings = g_string_chunk_new (64 * 1024);
  plan->rows = g_ptr_array_new_with_free_func (g_free);
  plan->by_code = g_hash_table_new (g_str_hash, g_str_equal);
  return plan;
}

G_GNUC_PRINTF (3, 4)
static gboolean
fail_line (GError **error, guint line, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  g_autofree char *reason = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_INVALID, "line %u: %s", line, reason);
  return FALSE;
}

static gboolean
read_header (CsvReader *reader, int columns[COLUMNS], GError **error)
{
  const char *const *fields;
  guint n_fields;
  g_autoptr (GError) broken = NULL;
  if (!csv_reader_next (reader, &fields, &n_fields, &broken)) {
    if (broken)
      g_propagate_error (error, g_steal_pointer (&broken));
    else
      fail_line (error, 1, "the file is empty");
    return FALSE;
  }
  for (int column = 0; column < COLUMNS; column++) {
    columns[column] = -1;
    for (guint i = 0; i < n_fields; i++)
      if (g_ascii_strcasecmp (fields[i], column_names[column]) == 0)
        columns[column] = (int) i;
    if (columns[column] < 0)
      return fail_line (error, csv_reader_line (reader),
                        "the header has no column %s (it must be code,parent_code,level,name)",
                        column_names[column]);
  }
  return TRUE;
}

static gboolean
plan_row (ImportPlan *plan, guint line, const char *const values[COLUMNS], GError **error)
{
  const char *parent = *values[COLUMN_PARENT] ? values[COLUMN_PARENT] : NULL;
  g_autofree char *name = NULL;
  if (!field_check_code ("code", values[COLUMN_CODE], error) ||
      (parent && !field_check_code ("parent_code", parent, error)) ||
      !field_check_level (values[COLUMN_LEVEL], error) ||
      !(name = field_clean_text ("name", values[COLUMN_NAME], 1, NAME_MAX_CHARS, error))) {
    g_prefix_error (error, "line %u: ", line);
    return FALSE;
  }
  PlannedRow *same = g_hash_table_lookup (plan->by_code, values[COLUMN_CODE]);
  if (same)
    return fail_line (error, line, "code %s stands in line %u already", same->unit.code,
                      same->line);
  PlannedRow *row = g_new0 (PlannedRow, 1);
  row->line = line;
  row->unit.code = g_string_chunk_insert (plan->strings, values[COLUMN_CODE]);
  row->unit.parent = parent ? g_string_chunk_insert_const (plan->strings, parent) : NULL;
  row->unit.level = g_string_chunk_insert_const (plan->strings, values[COLUMN_LEVEL]);
  row->unit.name = g_string_chunk_insert (plan->strings, name);
  g_ptr_array_add (plan->rows, row);
  g_hash_table_insert (plan->by_code, (gpointer) row->unit.code, row);
  return TRUE;
}

static gboolean
plan_rows (ImportPlan *plan, CsvReader *reader, const int columns[COLUMNS], GError **error)
{
  const char *const *fields;
  guint n_fields;
  g_autoptr (GError) broken = NULL;
  while (csv_reader_next (reader, &fields, &n_fields, &broken)) {
    const char *values[COLUMNS];
    for (int column = 0; column < COLUMNS; column++) {
      if (columns[column] >= (int) n_fields)
        return fail_line (error, csv_reader_line (reader), "the field %s is missing",
                          column_names[column]);
      values[column] = fields[columns[column]];
    }
    if (!plan_row (plan, csv_reader_line (reader), values, error))
      return FALSE;
  }
  if (!broken)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&broken));
  return FALSE;
}

/* Whether @row is @root or below it by the file.  A circle ends at UNIT_DEPTH_MAX. */
static gboolean
is_below (ImportPlan *plan, const PlannedRow *row, const char *root)
{
  for (int depth = 0; row && depth < UNIT_DEPTH_MAX; depth++) {
    if (strcmp (row->unit.code, root) == 0)
      return TRUE;
    row = row->unit.parent ? g_hash_table_lookup (plan->by_code, row->unit.parent) : NULL;
  }
  return FALSE;
}

static gboolean
keep_subtree (ImportPlan *plan, Database *database, const char *root, GError **error)
{
  PlannedRow *top = g_hash_table_lookup (plan->by_code, root);
  if (!top) {
    g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_NOT_FOUND, "unit %s is not in the file", root);
    return FALSE;
  }
  GPtrArray *kept = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < plan->rows->len; i++) {
    PlannedRow *row = plan->rows->pdata[i];
    if (is_below (plan, row, root))
      g_ptr_array_add (kept, g_memdup2 (row, sizeof *row));
  }
  g_hash_table_remove_all (plan->by_code);
  g_ptr_array_unref (plan->rows);
  plan->rows = kept;
  for (guint i = 0; i < kept->len; i++) {
    PlannedRow *row = kept->pdata[i];
    g_hash_table_insert (plan->by_code, (gpointer) row->unit.code, row);
    gboolean is_root = strcmp (row->unit.code, root) == 0;
    if (is_root && row->unit.parent && !unit_store_is_within (database, row->unit.parent, NULL))
      row->unit.parent = NULL;
  }
  return TRUE;
}

/* Every parent is in the file or stored; no row of the file is above itself by the file. */
static gboolean
check_parents (ImportPlan *plan, Database *database, GError **error)
{
  for (guint i = 0; i < plan->rows->len; i++) {
    const PlannedRow *row = plan->rows->pdata[i], *above = row;
    for (int depth = 0; above && above->unit.parent; depth++) {
      const char *parent = above->unit.parent;
      if (depth == UNIT_DEPTH_MAX - 1)
        return fail_line (error, row->line, "unit %s is above itself or more than %d levels deep",
                          row->unit.code, UNIT_DEPTH_MAX);
      above = g_hash_table_lookup (plan->by_code, parent);
      if (!above && !unit_store_is_within (database, parent, NULL))
        return fail_line (error, row->line, "its parent unit %s is not known", parent);
    }
  }
  return TRUE;
}

#define PROGRESS_EVERY_ROWS 500

static gboolean
store_rows (ImportPlan *plan, Database *database, UnitImportProgress progress, gpointer user_data,
            UnitImportSummary *summary, GError **error)
{
  guint changes[] = { [UNIT_ADDED] = 0, [UNIT_UPDATED] = 0, [UNIT_UNCHANGED] = 0 };
  guint n = plan->rows->len;
  for (guint i = 0; i < n; i++) {
    const PlannedRow *row = plan->rows->pdata[i];
    UnitChange change;
    if (!unit_tree_put (database, &row->unit, &change, error)) {
      g_prefix_error (error, "line %u: ", row->line);
      return FALSE;
    }
    changes[change]++;
    if (progress && ((i + 1) % PROGRESS_EVERY_ROWS == 0 || i + 1 == n))
      progress (i + 1, n, user_data);
  }
  *summary =
      (UnitImportSummary){ n, changes[UNIT_ADDED], changes[UNIT_UPDATED], changes[UNIT_UNCHANGED] };
  return TRUE;
}

gboolean
unit_store_import (Database *database, const char *text, gsize size,
                   const UnitImportOptions *options, UnitImportSummary *ret_summary, GError **error)
{
  if (size > CSV_MAX_BYTES)
    return fail_line (error, 1, "the file is larger than %d MiB", CSV_MAX_BYTES / 1024 / 1024);
  g_autoptr (ImportPlan) plan = import_plan_new ();
  g_autoptr (CsvReader) reader = csv_reader_new (text, size);
  int columns[COLUMNS];
  if (!read_header (reader, columns, error) || !plan_rows (plan, reader, columns, error))
    return FALSE;
  g_autoptr (Transaction) transaction = database_begin (database, error);
  if (!transaction)
    return FALSE;
  if (options->root && !keep_subtree (plan, database, options->root, error))
    return FALSE;
  UnitImportSummary summary;
  if (!check_parents (plan, database, error) ||
      !store_rows (plan, database, options->progress, options->user_data, &summary, error) ||
      !unit_tree_refresh (database, error) || !transaction_commit (transaction, error))
    return FALSE;
  if (ret_summary)
    *ret_summary = summary;
  return TRUE;
}
