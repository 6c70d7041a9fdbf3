#include "server/storage/csv_import_private.h"

#include "server/storage/csv.h"
#include "server/storage/field.h"
#include "server/storage/unit_store.h"

#include <string.h>

static void
csv_fault_free (gpointer data)
{
  CsvFault *fault = data;
  g_free (fault->vi);
  g_free (fault->en);
  g_free (fault);
}

static CsvReport *
csv_report_new (void)
{
  CsvReport *report = g_new0 (CsvReport, 1);
  report->faults = g_ptr_array_new_with_free_func (csv_fault_free);
  return report;
}

void
csv_report_free (CsvReport *report)
{
  if (!report)
    return;
  g_ptr_array_unref (report->faults);
  g_free (report);
}

gboolean
csv_import_fault (CsvImporter *importer, const char *vi, const char *en)
{
  CsvFault *fault = g_new0 (CsvFault, 1);
  *fault = (CsvFault){ importer->line, g_strdup (vi), g_strdup (en) };
  g_ptr_array_add (importer->report->faults, fault);
  return TRUE;
}

gboolean
csv_import_check_unit (CsvImporter *importer, const char *unit)
{
  if (unit_store_is_within (importer->database, unit, importer->import->root))
    return TRUE;
  g_autofree char *vi = g_strdup_printf ("Đơn vị “%s” không có, hoặc ngoài phạm vi của bạn.", unit);
  g_autofree char *en =
      g_strdup_printf ("There is no unit “%s”, or it is outside of your part of the tree.", unit);
  csv_import_fault (importer, vi, en);
  return FALSE;
}

char *
csv_import_text (CsvImporter *importer, const char *column, const char *value, guint max)
{
  guint min = g_str_equal (column, "name") || g_str_equal (column, "group") ? 1 : 0;
  char *text = field_clean_text (column, value, min, max, NULL);
  if (text)
    return text;
  g_autofree char *vi =
      g_strdup_printf ("Cột %s phải có từ %u đến %u ký tự, trên một dòng.", column, min, max);
  g_autofree char *en = g_strdup_printf ("The column %s must have %u to %u characters on one line.",
                                         column, min, max);
  csv_import_fault (importer, vi, en);
  return NULL;
}

/* --- The file --- */

/* Of the CSV itself; the reader's words are English and name the line. */
static void
note_broken (CsvImporter *importer, CsvReader *reader, const GError *error)
{
  importer->line = csv_reader_line (reader);
  const char *reason = strstr (error->message, ": ");
  g_autofree char *vi = g_strdup_printf (
      "Dòng này không đọc được (dấu ngoặc kép, cột quá dài, hoặc không phải UTF-8: trong Excel, "
      "hãy lưu dạng “CSV UTF-8”).");
  csv_import_fault (importer, vi, reason ? reason + 2 : error->message);
}

/* Finds the columns; FALSE and a fault when one is missing. */
static gboolean
read_header (CsvImporter *importer, const CsvImportKind *kind, CsvReader *reader, int *places)
{
  const char *const *fields;
  guint n_fields = 0;
  g_autoptr (GError) broken = NULL;
  if (!csv_reader_next (reader, &fields, &n_fields, &broken)) {
    if (broken)
      note_broken (importer, reader, broken);
    else
      csv_import_fault (importer, "Tệp trống.", "The file is empty.");
    return FALSE;
  }
  importer->line = csv_reader_line (reader);
  for (guint column = 0; column < kind->n_columns; column++) {
    places[column] = -1;
    for (guint i = 0; i < n_fields; i++)
      if (g_ascii_strcasecmp (fields[i], kind->columns[column]) == 0)
        places[column] = (int) i;
    if (places[column] >= 0 || !(kind->required & (1u << column)))
      continue;
    g_autofree char *vi = g_strdup_printf ("Dòng tiêu đề thiếu cột %s.", kind->columns[column]);
    g_autofree char *en =
        g_strdup_printf ("The header line has no column %s.", kind->columns[column]);
    csv_import_fault (importer, vi, en);
    return FALSE;
  }
  return TRUE;
}

static gboolean
read_rows (CsvImporter *importer, const CsvImportKind *kind, CsvReader *reader, GError **error)
{
  const char *const *fields;
  guint n_fields;
  int places[CSV_IMPORT_COLUMNS_MAX];
  g_autoptr (GError) broken = NULL;
  if (!read_header (importer, kind, reader, places))
    return TRUE;
  for (guint rows = 0; csv_reader_next (reader, &fields, &n_fields, &broken); rows++) {
    const char *values[CSV_IMPORT_COLUMNS_MAX];
    importer->line = csv_reader_line (reader);
    if (rows == LIST_LIMIT_MAX)
      return csv_import_fault (importer, "Tệp có quá nhiều dòng (tối đa 10.000).",
                               "The file has too many lines (at most 10,000).");
    for (guint i = 0; i < kind->n_columns; i++)
      values[i] =
          places[i] >= 0 && places[i] < (int) n_fields ? csv_unguard (fields[places[i]]) : "";
    if (!kind->on_row (importer, values, error))
      return FALSE;
    if (importer->report->faults->len >= CSV_FAULTS_MAX)
      return TRUE;
  }
  if (broken)
    note_broken (importer, reader, broken);
  return TRUE;
}

CsvReport *
csv_import_run (Database *database, const CsvImport *import, const CsvImportKind *kind,
                gpointer data, GError **error)
{
  g_autoptr (CsvReport) report = csv_report_new ();
  g_autoptr (CsvReader) reader = csv_reader_new (import->text, import->size);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  CsvImporter importer = {
    .database = database, .import = import, .report = report, .seen = seen, .data = data
  };
  g_autoptr (Transaction) transaction = database_begin (database, error);
  if (!transaction || !read_rows (&importer, kind, reader, error))
    return NULL;
  importer.line = 0;
  if (report->faults->len == 0 && kind->on_end && !kind->on_end (&importer, error))
    return NULL;
  if (report->faults->len > 0 || import->dry_run)
    return g_steal_pointer (&report);
  if (!transaction_commit (transaction, error))
    return NULL;
  report->stored = TRUE;
  return g_steal_pointer (&report);
}
