/* Groups of rooms as CSV: one row for each member, in the order of the group. */
#include "server/storage/csv.h"
#include "server/storage/csv_import_private.h"
#include "server/storage/endpoint_store.h"
#include "server/storage/fold.h"
#include "server/storage/group_store.h"
#include "server/storage/storage_limits.h"
#include "server/storage/unit_store.h"

#include <string.h>

typedef enum { UNIT, GROUP, ENDPOINT, COLUMNS } Column;
static const char *const columns[COLUMNS] = { "unit", "group", "endpoint" };

/* A group as the file has it. */
typedef struct {
  guint line; /* its first */
  char *unit, *name, *key;
  GPtrArray *members; /* char * */
} Draft;

static void
draft_free (gpointer data)
{
  Draft *draft = data;
  g_free (draft->unit);
  g_free (draft->name);
  g_free (draft->key);
  g_ptr_array_unref (draft->members);
  g_free (draft);
}

static char *
key_of (const char *unit, const char *name)
{
  g_autofree char *folded = fold_text (name);
  return g_strconcat (unit, "/", folded, NULL);
}

/* The draft of the row's group, made when the row is its first. */
static Draft *
take_draft (CsvImporter *importer, const char *unit, const char *name)
{
  GPtrArray *drafts = importer->data;
  g_autofree char *key = key_of (unit, name);
  /* Rows of a group stand together in what was exported: from the end. */
  for (guint i = drafts->len; i > 0; i--) {
    Draft *draft = drafts->pdata[i - 1];
    if (strcmp (draft->key, key) == 0)
      return draft;
  }
  Draft *draft = g_new0 (Draft, 1);
  draft->line = importer->line;
  draft->unit = g_strdup (unit);
  draft->name = g_strdup (name);
  draft->key = g_steal_pointer (&key);
  draft->members = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (drafts, draft);
  return draft;
}

static gboolean
room_is_seen (CsvImporter *importer, const char *id)
{
  g_autoptr (Endpoint) room = endpoint_store_get (importer->database, id, NULL);
  return room && unit_store_is_within (importer->database, room->unit, importer->import->root);
}

static gboolean
on_row (CsvImporter *importer, const char *const *values, GError **error)
{
  if (!csv_import_check_unit (importer, values[UNIT]))
    return TRUE;
  g_autofree char *name = csv_import_text (importer, "group", values[GROUP], NAME_MAX_CHARS);
  if (!name)
    return TRUE;
  Draft *draft = take_draft (importer, values[UNIT], name);
  if (!*values[ENDPOINT])
    return TRUE; /* a group without members */
  if (!room_is_seen (importer, values[ENDPOINT]))
    return csv_import_fault (importer, "Không có điểm cầu này, hoặc ngoài phạm vi của bạn.",
                             "There is no such room, or it is outside of your part of the tree.");
  g_autofree char *once = g_strconcat (draft->key, "\n", values[ENDPOINT], NULL);
  if (!g_hash_table_add (importer->seen, g_steal_pointer (&once)))
    return csv_import_fault (importer, "Điểm cầu này đã có trong nhóm.",
                             "The group has this room already.");
  if (draft->members->len == GROUP_MEMBERS_MAX)
    return csv_import_fault (importer, "Nhóm có quá nhiều điểm cầu (tối đa 4.000).",
                             "The group has too many rooms (at most 4,000).");
  g_ptr_array_add (draft->members, g_strdup (values[ENDPOINT]));
  return TRUE;
}

static gboolean
is_same (const Group *group, const Draft *draft)
{
  if (strcmp (group->name, draft->name) != 0 || group->n_members != draft->members->len - 1)
    return FALSE;
  for (guint i = 0; i < group->n_members; i++)
    if (strcmp (group->members[i], draft->members->pdata[i]) != 0)
      return FALSE;
  return TRUE;
}

/* @group NULL: the file brings a new one.  @draft's members end with NULL. */
static gboolean
store_draft (CsvImporter *importer, const Draft *draft, const Group *group, GError **error)
{
  const char *const *members = (const char *const *) draft->members->pdata;
  CsvReport *report = importer->report;
  importer->line = draft->line;
  if (group && is_same (group, draft)) {
    report->unchanged++;
    return TRUE;
  }
  if (group) {
    report->changed++;
    return group_store_update (importer->database, group->id, draft->name, members, error);
  }
  g_autoptr (GError) failed = NULL;
  report->added++;
  if (group_store_add (importer->database, draft->unit, draft->name, members, NULL, &failed))
    return TRUE;
  if (g_error_matches (failed, STORAGE_ERROR, STORAGE_ERROR_INVALID))
    return csv_import_fault (importer, "Đơn vị này đã có quá nhiều nhóm (tối đa 200).",
                             "This unit has too many groups (at most 200).");
  g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}

static gboolean
on_end (CsvImporter *importer, GError **error)
{
  GPtrArray *drafts = importer->data;
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) groups =
      group_store_list (importer->database, importer->import->root, error);
  if (!groups)
    return FALSE;
  for (guint i = 0; i < groups->len; i++) {
    Group *group = groups->pdata[i];
    g_hash_table_insert (known, key_of (group->unit, group->name), group);
  }
  for (guint i = 0; i < drafts->len; i++) {
    Draft *draft = drafts->pdata[i];
    g_ptr_array_add (draft->members, NULL);
    if (!store_draft (importer, draft, g_hash_table_lookup (known, draft->key), error))
      return FALSE;
    g_hash_table_remove (known, draft->key);
  }
  GHashTableIter iter;
  gpointer group;
  g_hash_table_iter_init (&iter, known);
  while (importer->import->remove && g_hash_table_iter_next (&iter, NULL, &group)) {
    if (!group_store_remove (importer->database, ((Group *) group)->id, error))
      return FALSE;
    importer->report->removed++;
  }
  return TRUE;
}

CsvReport *
group_csv_import (Database *database, const CsvImport *import, GError **error)
{
  static const CsvImportKind kind = { columns, COLUMNS,
                                      .required = 1 << UNIT | 1 << GROUP | 1 << ENDPOINT,
                                      .on_row = on_row, .on_end = on_end };
  g_autoptr (GPtrArray) drafts = g_ptr_array_new_with_free_func (draft_free);
  return csv_import_run (database, import, &kind, drafts, error);
}

static void
append_member (GString *text, char separator, const Group *group, const Endpoint *room)
{
  const char *const row[] = { group->unit, group->name, room ? room->id : "",
                              room ? room->name : "", NULL };
  csv_append_row (text, separator, row);
}

char *
group_csv_export (Database *database, const char *root, char separator, GError **error)
{
  static const char *const header[] = { "unit", "group", "endpoint", "endpoint_name", NULL };
  g_autoptr (GPtrArray) groups = group_store_list (database, root, error);
  if (!groups)
    return NULL;
  GString *text = csv_text_new ();
  csv_append_row (text, separator, header);
  for (guint i = 0; i < groups->len; i++) {
    const Group *group = groups->pdata[i];
    if (group->n_members == 0)
      append_member (text, separator, group, NULL);
    for (guint j = 0; j < group->n_members; j++) {
      g_autoptr (Endpoint) room = endpoint_store_get (database, group->members[j], NULL);
      append_member (text, separator, group, room);
    }
  }
  return g_string_free (text, FALSE);
}
