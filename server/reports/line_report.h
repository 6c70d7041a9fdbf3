/* LineReport: how the lines were, as a table: the rooms of one meeting, or sums over many by room,
 * branch, month, year or meeting.  A plain value that the exports read; any thread.
 *
 *   line_report_new () -> rows by line_report_of_meeting () or a LineRollup -> line_report_finish
 * ()
 */
#pragma once

#include "server/reports/line_measure.h"
#include "server/reports/line_sum.h"

typedef enum {
  LINE_BY_SITE,
  LINE_BY_BRANCH,
  LINE_BY_MONTH,
  LINE_BY_YEAR,
  LINE_BY_MEETING,
  N_LINE_GROUPS
} LineGroup;
extern const char *const line_group_names[N_LINE_GROUPS]; /* "site", "branch", ... */
/* FALSE: @text is none. */
gboolean line_group_from_string (const char *text, LineGroup *ret_group);

typedef struct {
  char *key;                 /* endpoint, code of the unit, "2026-11", "2026", id of the meeting */
  char *name;                /* of it; for a meeting its title */
  char *unit_name;           /* or "" */
  char *branch;              /* its name, or "" */
  gint64 at_ms;              /* of a meeting: its start */
  gint64 joined_ms, late_ms; /* in a report on one meeting; see LineFigures */
  guint meetings, sites;
  LineSum sum;
} LineRow;

typedef struct {
  LineGroup group;
  char *meeting;         /* id; NULL: over many */
  char *title;           /* of the meeting, or of the room that it is about, or "" */
  char *host_name;       /* who reports, or "" */
  gint64 from_ms, to_ms; /* of the meeting, or of the period */
  gint64 due_ms;         /* of the meeting */
  gint64 tolerance_ms;
  guint step_s;     /* of the figures of a meeting; 0 = there are none */
  gboolean is_over; /* of a meeting */
  guint pending;    /* meetings of the period that are not counted yet */
  GPtrArray *rows;  /* LineRow */
  LineRow total;
} LineReport;

LineReport *line_report_new (LineGroup group);
void line_report_free (LineReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LineReport, line_report_free)

LineRow *line_row_new (const char *key, const char *name, const char *unit_name,
                       const char *branch);
void line_row_free (LineRow *row);

/* One room of one meeting. */
void line_report_add_site (LineReport *report, const ReportSite *site, const LineFigures *figures);
/* Sums up; rooms, branches and meetings: the worst first, months and years by time. */
void line_report_finish (LineReport *report);
