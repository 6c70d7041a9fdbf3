/* The CSV reader and the import above it: whatever the file, no memory error, and a file that is
 * refused leaves the tree as it was. */
#include "server/storage/csv.h"
#include "server/storage/csv_import.h"
#include "server/storage/unit_store.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* What is written is read back as it was, whatever a spreadsheet would make of it. */
static void
write_and_read (const char *const *fields, guint n_fields)
{
  GString *text = csv_text_new ();
  static const char *const header[] = { "a", "b", NULL }; /* tells the separator */
  csv_append_row (text, ';', header);
  csv_append_row (text, ';', fields);
  g_autoptr (CsvReader) reader = csv_reader_new (text->str, text->len);
  const char *const *read;
  guint n_read;
  if (csv_reader_next (reader, &read, &n_read, NULL) &&
      csv_reader_next (reader, &read, &n_read, NULL)) {
    g_assert (n_read == n_fields);
    for (guint i = 0; i < n_read; i++)
      g_assert (strcmp (csv_unguard (read[i]), csv_unguard (fields[i])) == 0);
  }
  g_string_free (text, TRUE);
}

static void
read_records (const char *text, gsize size)
{
  g_autoptr (CsvReader) reader = csv_reader_new (text, size);
  const char *const *fields;
  guint n_fields;
  g_autoptr (GError) error = NULL;
  guint line = 0;
  while (csv_reader_next (reader, &fields, &n_fields, &error)) {
    g_assert (n_fields > 0 && !fields[n_fields]);
    g_assert (csv_reader_line (reader) > line);
    line = csv_reader_line (reader);
    for (guint i = 0; i < n_fields; i++)
      g_assert (g_utf8_validate (fields[i], -1, NULL));
    write_and_read (fields, n_fields);
  }
}

static guint
count_units (Database *database)
{
  g_autoptr (GPtrArray) units = unit_store_list (database, NULL, NULL, NULL);
  g_assert (units);
  return units->len;
}

/* Each input meets an empty tree: the database is made anew after one that was taken. */
static void
import (const char *text, gsize size)
{
  static Database *database;
  if (!database)
    database = database_open (":memory:", NULL);
  g_assert (database);
  UnitImportOptions options = { 0 };
  UnitImportSummary summary;
  g_autoptr (GError) error = NULL;
  gboolean imported = unit_store_import (database, text, size, &options, &summary, &error);
  g_assert (imported == !error);
  g_assert (count_units (database) == (imported ? summary.added : 0));
  CsvImport lists = { .text = text, .size = size, .dry_run = TRUE };
  csv_report_free (endpoint_csv_import (database, &lists, NULL));
  csv_report_free (group_csv_import (database, &lists, NULL));
  if (imported && summary.added > 0)
    g_clear_pointer (&database, database_close);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  /* An exact copy, so that a read past the end is seen. */
  g_autofree char *text = g_memdup2 (data, size);
  read_records (text ? text : "", size);
  import (text ? text : "", size);
  return 0;
}
