/* A report on lines as JSON for the pages, CSV and XLSX for spreadsheets, PDF (A4) to sign.
 *
 * All return bytes (transfer full) or NULL with @error (G_IO_ERROR).  Pure but for the file that
 * the library of workbooks writes; any thread; 600 rows take some 0.1-0.3 s, so call them from a
 * worker. */
#pragma once

#include "server/reports/line_words.h"
#include "server/reports/report_export.h"

/* Only causes that lasted longest stand in a cell. */
#define LINE_CAUSES_SHOWN 3

/* (transfer full) */
json_t *line_report_to_json (const LineReport *report);
GBytes *line_report_to_csv (const LineReport *report, const ReportStyle *style);
GBytes *line_report_to_xlsx (const LineReport *report, const ReportStyle *style, GError **error);
/* @made_ms: when it was made. */
GBytes *line_report_to_pdf (const LineReport *report, gint64 made_ms, const ReportStyle *style,
                            GError **error);
