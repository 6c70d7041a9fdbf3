/* LoadReport: the figures of one run of `diemcau load`: a sample each second, a window of steady
 * state, and what comes of both: lines for people, JSON for programs, a plot.
 * Owner: the fleet's thread.
 */
#pragma once

#include "server/load/fleet.h"
#include "server/load/process_figures.h"

#include <jansson.h>
#include <stdio.h>

typedef struct _LoadReport LoadReport;

typedef struct {
  guint all, publishers, deaf; /* as in FleetConfig */
} LoadReportRooms;

/* (transfer full). @fleet is lent. @relay_pid: 0, not on this machine. */
LoadReport *load_report_new (Fleet *fleet, const LoadReportRooms *rooms, int relay_pid);
void load_report_free (LoadReport *report);

/* Each second. (transfer none), valid until the next. */
const FleetSummary *load_report_sample (LoadReport *report);

/* Steady state begins: loss, latency, freezes and CPU are of the time from here to the end. */
void load_report_begin_window (LoadReport *report);
/* Seconds since then; 0: not begun. */
double load_report_get_window_s (const LoadReport *report);

/* A table of a few lines, on a terminal over the one before. */
void load_report_print_live (LoadReport *report, FILE *out);
/* One line. */
void load_report_print_line (const LoadReport *report, FILE *out);
/* What came of it all. */
void load_report_print_result (const json_t *result, FILE *out);

/* (transfer full) */
json_t *load_report_to_json (LoadReport *report);
gboolean load_report_draw (const LoadReport *report, const char *path, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LoadReport, load_report_free)
