/* LineRollup: results of rooms in meetings, one after the other, into a report by room, branch,
 * month, year or meeting.  Pure: names come in first, results after them.  Any thread, one at a
 * time. */
#pragma once

#include "server/reports/line_report.h"

typedef struct LineRollup LineRollup;

/* Months and years are those of @zone. */
LineRollup *line_rollup_new (LineGroup group, GTimeZone *zone, gint64 tolerance_ms);
void line_rollup_free (LineRollup *rollup);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LineRollup, line_rollup_free)

/* A room that counts; results of others are passed over. */
void line_rollup_add_room (LineRollup *rollup, const char *endpoint, const char *name,
                           const char *unit_name, const char *branch, const char *branch_name);
/* Titles of meetings: id -> title (transfer none, kept). */
void line_rollup_set_titles (LineRollup *rollup, GHashTable *titles);

/* @meeting's results come one behind the other. */
void line_rollup_add (LineRollup *rollup, const LineMeetingRow *meeting, const char *endpoint,
                      const LineFigures *figures);

/* (transfer full).  Once. */
LineReport *line_rollup_finish (LineRollup *rollup);
