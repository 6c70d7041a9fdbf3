/* Rooms as CSV: one row each. */
#include "server/storage/csv.h"
#include "server/storage/csv_import_private.h"
#include "server/storage/endpoint_store.h"
#include "server/storage/field.h"
#include "server/storage/fold.h"
#include "server/storage/line_store.h"
#include "server/storage/statement.h"

#include <string.h>

typedef enum { ID, UNIT, NAME, TECHNICIAN, PHONE, EMAIL, DOWN_KBPS, UP_KBPS, COLUMNS } Column;
static const char *const columns[COLUMNS] = {
  "id", "unit", "name", "technician", "phone", "email", "down_kbps", "up_kbps",
};

/* A row, cleaned. */
typedef struct {
  char *name, *technician, *phone;
  const char *email;
  LineKbps kbps; /* LINE_KBPS_KEPT: the file does not say */
} Cleaned;

static void
cleaned_clear (Cleaned *cleaned)
{
  g_free (cleaned->name);
  g_free (cleaned->technician);
  g_free (cleaned->phone);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Cleaned, cleaned_clear)

/* What its line may carry; an empty cell, or no such column, says nothing. */
static gboolean
clean_kbps (CsvImporter *importer, const char *value, int *ret_kbps)
{
  guint64 kbps = 0;
  *ret_kbps = LINE_KBPS_KEPT;
  if (!*value)
    return TRUE;
  if (!g_ascii_string_to_unsigned (value, 10, 0, LINE_KBPS_MAX, &kbps, NULL))
    return csv_import_fault (importer,
                             "Băng thông (down_kbps, up_kbps) là số kbit/s từ 0 đến 4000000; 0 là "
                             "không giới hạn.",
                             "What a line carries (down_kbps, up_kbps) is kbit/s from 0 to "
                             "4000000; 0 is as much as there is.");
  *ret_kbps = (int) kbps;
  return TRUE;
}

static gboolean
clean (CsvImporter *importer, const char *const *values, Cleaned *row)
{
  row->email = values[EMAIL];
  if (!(row->name = csv_import_text (importer, "name", values[NAME], NAME_MAX_CHARS)) ||
      !(row->technician =
            csv_import_text (importer, "technician", values[TECHNICIAN], NAME_MAX_CHARS)) ||
      !(row->phone = csv_import_text (importer, "phone", values[PHONE], PHONE_MAX_CHARS)))
    return FALSE;
  if (!field_check_email (row->email, NULL)) {
    csv_import_fault (importer, "Địa chỉ thư điện tử không đúng.",
                      "The e-mail address is not valid.");
    return FALSE;
  }
  guint faults = importer->report->faults->len;
  clean_kbps (importer, values[DOWN_KBPS], &row->kbps.down_kbps);
  clean_kbps (importer, values[UP_KBPS], &row->kbps.up_kbps);
  return importer->report->faults->len == faults;
}

/* A row without an id means the room of this name in its unit, if there is one, so that a list
 * written by hand may be read twice. */
static char *
find_by_name (Database *database, const char *unit, const char *name)
{
  g_autofree char *folded = fold_text (name);
  g_autoptr (Statement) row = statement_query (
      database, NULL,
      "SELECT id FROM endpoints WHERE unit = ? AND folded = ? AND NOT removed ORDER BY id LIMIT 1",
      "tt", unit, folded);
  return row && statement_next (row, NULL) ? statement_dup_text (row, 0) : NULL;
}

static gboolean
add_room (CsvImporter *importer, const char *unit, const Cleaned *row, GError **error)
{
  g_autoptr (GError) failed = NULL;
  g_autoptr (Endpoint) room = endpoint_store_add (importer->database, unit, row->name,
                                                  row->technician, row->phone, &failed);
  if (!room && g_error_matches (failed, STORAGE_ERROR, STORAGE_ERROR_INVALID))
    return csv_import_fault (importer, "Đơn vị này đã có quá nhiều điểm cầu.",
                             "This unit has had too many rooms.");
  if (!room) {
    g_propagate_error (error, g_steal_pointer (&failed));
    return FALSE;
  }
  importer->report->added++;
  g_hash_table_add (importer->seen, g_strdup (room->id));
  return endpoint_store_set_email (importer->database, room->id, row->email, error) &&
         line_store_set_endpoint (importer->database, room->id, &row->kbps, error);
}

/* @told of the file changes nothing of @kbps. */
static gboolean
is_kept (int told, guint kbps)
{
  return told == LINE_KBPS_KEPT || (guint) told == kbps;
}

static gboolean
change_room (CsvImporter *importer, const Endpoint *room, const Cleaned *row, GError **error)
{
  if (strcmp (room->name, row->name) == 0 && strcmp (room->technician, row->technician) == 0 &&
      strcmp (room->phone, row->phone) == 0 && strcmp (room->email, row->email) == 0 &&
      is_kept (row->kbps.down_kbps, room->down_kbps) &&
      is_kept (row->kbps.up_kbps, room->up_kbps)) {
    importer->report->unchanged++;
    return TRUE;
  }
  importer->report->changed++;
  return endpoint_store_update (importer->database, room->id, row->name, row->technician,
                                row->phone, error) &&
         endpoint_store_set_email (importer->database, room->id, row->email, error) &&
         line_store_set_endpoint (importer->database, room->id, &row->kbps, error);
}

static gboolean
on_row (CsvImporter *importer, const char *const *values, GError **error)
{
  g_auto (Cleaned) row = { NULL };
  if (!csv_import_check_unit (importer, values[UNIT]) || !clean (importer, values, &row))
    return TRUE;
  g_autofree char *id = *values[ID] ? g_strdup (values[ID])
                                    : find_by_name (importer->database, values[UNIT], row.name);
  if (!id)
    return add_room (importer, values[UNIT], &row, error);
  g_autoptr (Endpoint) room = endpoint_store_get (importer->database, id, NULL);
  if (!room || strcmp (room->unit, values[UNIT]) != 0)
    return csv_import_fault (importer,
                             "Đơn vị này không có điểm cầu mang mã đó; muốn thêm mới, hãy để trống "
                             "cột id.",
                             "The unit has no room of this id; leave the column id empty to add "
                             "one.");
  if (!g_hash_table_add (importer->seen, g_strdup (id)))
    return csv_import_fault (importer, "Điểm cầu này đã có ở một dòng trên.",
                             "This room stands in a line above already.");
  return change_room (importer, room, &row, error);
}

static gboolean
remove_room (CsvImporter *importer, const Endpoint *room, GError **error)
{
  g_autoptr (GError) failed = NULL;
  if (endpoint_store_remove (importer->database, room->id, &failed)) {
    importer->report->removed++;
    return TRUE;
  }
  if (!g_error_matches (failed, STORAGE_ERROR, STORAGE_ERROR_IN_USE)) {
    g_propagate_error (error, g_steal_pointer (&failed));
    return FALSE;
  }
  g_autofree char *vi = g_strdup_printf ("Không bỏ được %s (%s): còn người dùng hoặc phiên họp.",
                                         room->id, room->name);
  g_autofree char *en = g_strdup_printf ("%s (%s) cannot be removed: it has a user or a meeting.",
                                         room->id, room->name);
  return csv_import_fault (importer, vi, en);
}

/* What the file does not name goes. */
static gboolean
on_end (CsvImporter *importer, GError **error)
{
  if (!importer->import->remove)
    return TRUE;
  g_autoptr (GPtrArray) rooms =
      endpoint_store_list (importer->database, importer->import->root, NULL, LIST_LIMIT_MAX, error);
  for (guint i = 0; rooms && i < rooms->len; i++) {
    const Endpoint *room = rooms->pdata[i];
    if (importer->report->faults->len == CSV_FAULTS_MAX)
      break;
    if (!g_hash_table_contains (importer->seen, room->id) && !remove_room (importer, room, error))
      return FALSE;
  }
  return rooms != NULL;
}

CsvReport *
endpoint_csv_import (Database *database, const CsvImport *import, GError **error)
{
  static const CsvImportKind kind = { columns, COLUMNS, .required = 1 << UNIT | 1 << NAME,
                                      .on_row = on_row, .on_end = on_end };
  return csv_import_run (database, import, &kind, NULL, error);
}

char *
endpoint_csv_export (Database *database, const char *root, char separator, GError **error)
{
  static const char *const header[] = { "id",    "unit",  "unit_name", "name",    "technician",
                                        "phone", "email", "down_kbps", "up_kbps", NULL };
  g_autoptr (GPtrArray) rooms = endpoint_store_list (database, root, NULL, LIST_LIMIT_MAX, error);
  if (!rooms)
    return NULL;
  GString *text = csv_text_new ();
  csv_append_row (text, separator, header);
  for (guint i = 0; i < rooms->len; i++) {
    const Endpoint *room = rooms->pdata[i];
    g_autofree char *down = g_strdup_printf ("%u", room->down_kbps);
    g_autofree char *up = g_strdup_printf ("%u", room->up_kbps);
    const char *const row[] = { room->id,
                                room->unit,
                                room->unit_name,
                                room->name,
                                room->technician,
                                room->phone,
                                room->email,
                                down,
                                up,
                                NULL };
    csv_append_row (text, separator, row);
  }
  return g_string_free (text, FALSE);
}
