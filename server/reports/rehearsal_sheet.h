/* How the rooms did in a rehearsal, as a file that a spreadsheet opens: one row each, the red ones
 * first, with whom to telephone and what to tell them.
 *
 * Pure but for the library's own file; any thread; some 0.1 s for 600 rooms: call it from a worker.
 */
#pragma once

#include "server/reports/report_export.h"
#include "server/storage/rehearsal_store.h"

typedef struct {
  char *title; /* of the meeting */
  gint64 starts_ms;
  GPtrArray *sites; /* RehearsalSite */
} RehearsalSheet;

/* Bytes (transfer full) or NULL with @error (G_IO_ERROR). */
typedef GBytes *(*RehearsalExport) (const RehearsalSheet *sheet, const ReportStyle *style,
                                    GError **error);
GBytes *rehearsal_to_csv (const RehearsalSheet *sheet, const ReportStyle *style, GError **error);
GBytes *rehearsal_to_xlsx (const RehearsalSheet *sheet, const ReportStyle *style, GError **error);

/* "Phiên thử", "Rehearsal". */
const char *rehearsal_sheet_name (ReportLanguage language);
