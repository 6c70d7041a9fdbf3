/* A report, minutes and statistics as files: CSV and XLSX that a spreadsheet opens with all
 * diacritics, PDF (A4) to sign, JSON for the pages.
 *
 * All return bytes (transfer full) or NULL with @error (G_IO_ERROR: no space for the file that the
 * library writes).  Pure but for that file; any thread; for 600 sites some 0.1-1 s, so call them
 * from a worker. */
#pragma once

#include <jansson.h>

#include "server/reports/report_words.h"
#include "server/storage/event_store.h"
#include "server/storage/report_store.h"

typedef struct {
  ReportLanguage language;
  GTimeZone *zone; /* never NULL */
} ReportStyle;

/* The JSON of the interface without the meeting itself (transfer full). */
json_t *report_to_json (const MeetingReport *report);

/* The attendance table, UTF-8 with a byte order mark. */
GBytes *report_to_csv (const MeetingReport *report, const ReportStyle *style);
/* Five sheets; @events (of Event) is the log's. */
GBytes *report_to_xlsx (const MeetingReport *report, const GPtrArray *events,
                        const ReportStyle *style, GError **error);
GBytes *report_to_pdf (const MeetingReport *report, const ReportStyle *style, GError **error);

/* A draft of the minutes from what the report knows (transfer full): plain text, where a line that
 * begins with "# " or "## " is a heading and one with "- " an item. */
char *minutes_draft (const MeetingReport *report, const ReportStyle *style);
/* @minutes with letterhead and signature block; not yet approved ones say "draft". */
GBytes *minutes_to_pdf (const MeetingReport *report, const MinutesVersion *minutes,
                        const ReportStyle *style, GError **error);

/* @rows of StatisticsRow; @period stands in the heading: "11/2026". */
GBytes *statistics_to_xlsx (const GPtrArray *rows, const char *period, const ReportStyle *style,
                            GError **error);
