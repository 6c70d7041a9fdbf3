/* What reports on lines are made of, loaded: of one meeting, or of all results of a time.
 *
 *   main thread: load -> the health store's thread: measure (or read) -> any: the report */
#pragma once

#include "server/reports/line_rollup.h"
#include "server/storage/database.h"

/* --- one meeting --- */

typedef struct LineMeeting LineMeeting;

/* The record, its log, its alarms, who rehearsed how.  NULL: STORAGE_ERROR_NOT_FOUND, or the
 * database cannot be read.  600 sites: some 20 ms. */
LineMeeting *line_meeting_load (Database *database, const char *meeting, gint64 now_ms,
                                GError **error);
void line_meeting_free (LineMeeting *meeting);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LineMeeting, line_meeting_free)

/* Only rooms that @keeps. */
void line_meeting_filter (LineMeeting *meeting,
                          gboolean (*keeps) (gpointer data, const char *endpoint), gpointer data);
const MeetingReport *line_meeting_get_report (const LineMeeting *meeting);

/* What is stored of it, or else from the series of its rooms; @db NULL: from the log alone. */
void line_meeting_measure (LineMeeting *meeting, HealthDb *db);
/* Keeps what was measured. */
gboolean line_meeting_store (LineMeeting *meeting, HealthDb *db, GError **error);
/* (transfer full) */
LineReport *line_meeting_make_report (const LineMeeting *meeting, gint64 tolerance_ms);

/* --- many --- */

typedef struct {
  const char *root;     /* unit, with all below; NULL: everything */
  const char *endpoint; /* only of this room, or NULL */
  LineGroup group;
  gint64 from_ms, to_ms;
  gint64 tolerance_ms;
} LinePeriod;

typedef struct LinePeriodJob LinePeriodJob;

/* NULL with @error: the unit is not known, or the database cannot be read. @database outlives it.
 */
LinePeriodJob *line_period_load (Database *database, const LinePeriod *period, GTimeZone *zone,
                                 GError **error);
void line_period_free (LinePeriodJob *job);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LinePeriodJob, line_period_free)

/* @db NULL: there are no results. */
void line_period_read (LinePeriodJob *job, HealthDb *db);
/* Main thread (transfer full); NULL with @error where reading failed.  Once. */
LineReport *line_period_make_report (LinePeriodJob *job, GError **error);
