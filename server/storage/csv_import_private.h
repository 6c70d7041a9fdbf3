/* The frame of a CSV import (folder-private): a kind gives its columns and what a row does. */
#pragma once
#include "server/storage/csv_import.h"

#define CSV_IMPORT_COLUMNS_MAX 8

typedef struct CsvImporter CsvImporter;

typedef struct {
  const char *const *columns; /* names in the header; a missing one reads as "" */
  guint n_columns;
  guint required; /* bit n: column n must be in the header */
  /* One row, its values trimmed and unguarded, never NULL.  FALSE: storage failed. */
  gboolean (*on_row) (CsvImporter *importer, const char *const *values, GError **error);
  /* Behind the last row of a file without faults; may be NULL. */
  gboolean (*on_end) (CsvImporter *importer, GError **error);
} CsvImportKind;

struct CsvImporter {
  Database *database;
  const CsvImport *import;
  CsvReport *report;
  guint line;       /* of the present row; 0 behind the last */
  GHashTable *seen; /* set of char *: keys that the file named; the kind's own */
  gpointer data;    /* the kind's own */
};

CsvReport *csv_import_run (Database *database, const CsvImport *import, const CsvImportKind *kind,
                           gpointer data, GError **error);

/* Notes what is wrong with the present line; returns TRUE so that on_row may end with it. */
gboolean csv_import_fault (CsvImporter *importer, const char *vi, const char *en);
/* The unit is known and in the scope; else notes a fault and FALSE. */
gboolean csv_import_check_unit (CsvImporter *importer, const char *unit);
/* The text, or NULL and a fault that names the column. */
char *csv_import_text (CsvImporter *importer, const char *column, const char *value, guint max);
