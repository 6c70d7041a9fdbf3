/* CsvImport: what reading a list (rooms, groups) from a CSV file does, the same for each kind: find
 * the columns by the header, go through the rows, note what changed and what is wrong with line and
 * reason, and store all or nothing.  Main thread, blocking; see database.h. */
#pragma once
#include "server/storage/database.h"

typedef struct {
  const char *text;
  gsize size;
  const char *root; /* rows of other units are faults; NULL: every unit */
  gboolean remove;  /* what the subtree of @root has and the file does not goes */
  gboolean dry_run; /* tells what would be; stores nothing */
} CsvImport;

typedef struct {
  guint line; /* 0: about the whole */
  char *vi, *en;
} CsvFault;

typedef struct {
  guint added, changed, removed, unchanged;
  GPtrArray *faults; /* CsvFault, at most CSV_FAULTS_MAX */
  gboolean stored;   /* not after a dry run, nor when there are faults */
} CsvReport;

void csv_report_free (CsvReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsvReport, csv_report_free)

/* NULL only when storage fails. */
CsvReport *endpoint_csv_import (Database *database, const CsvImport *import, GError **error);
CsvReport *group_csv_import (Database *database, const CsvImport *import, GError **error);
/* Of the subtree of @root.  transfer full; NULL on an error. */
char *endpoint_csv_export (Database *database, const char *root, char separator, GError **error);
char *group_csv_export (Database *database, const char *root, char separator, GError **error);
