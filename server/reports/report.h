/* MeetingReport: what a meeting was, told from its record and its log: who was there and when, who
 * spoke, what was voted.
 *
 * A plain value made by report_build () (pure: no storage, no clock) and read by the exports. Times
 * are UTC milliseconds, 0 = not yet or never. Owner: whoever holds it; any thread. */
#pragma once

#include <glib.h>

#include "signaling/schedule/meeting_record.h"

typedef enum {
  ROLL_NOT_CALLED, /* neither seen nor marked while the meeting goes on */
  ROLL_PRESENT,
  ROLL_ABSENT,
  ROLL_EXCUSED, /* absent with a reason */
  N_ROLLS
} RollResult;
const char *roll_result_to_string (RollResult result);

typedef struct {
  gint64 from_ms;
  gint64 to_ms;
} ReportSpan;

/* One invited site. */
typedef struct {
  char *endpoint;
  char *name;
  char *unit_name;
  char *branch;           /* name of the unit below the host that it sits under, or "" */
  gint64 first_joined_ms; /* in the meeting itself, not its rehearsal; 0 = never */
  GArray *spans;          /* ReportSpan: connected, in order */
  gint64 present_ms;      /* of the meeting's own time */
  guint late_minutes;     /* after the start, begun minutes counted; 0 = in time or never */
  guint breaks;           /* how often its line was lost */
  RollResult roll;
  gboolean is_marked; /* by a person, not by having been connected */
  char *reason;       /* of an absence, or "" */
  int head_count;     /* -1 = not told */
  int head_expected;  /* -1 = not told */
  gint64 spoken_ms;
} ReportSite;

typedef struct {
  char *endpoint;
  char *name;
  gint64 from_ms;
  gint64 to_ms;
  gboolean is_remark; /* heard without a picture */
} ReportSpeech;

typedef struct {
  char *question;
  gboolean is_secret;
  GPtrArray *choices; /* char * */
  GArray *counts;     /* guint, as many as choices */
  guint eligible;
  gboolean passed;
  gboolean quorum_met;
  gint64 opened_ms;
  gint64 closed_ms;
} ReportVote;

/* A line of the log, as report_build () takes it and the report keeps it. */
typedef struct {
  gint64 at_ms;
  const char *action;  /* "seat.joined", ... */
  const char *subject; /* endpoint, mostly */
  const char *actor;
  const char *detail;
} ReportEvent;

typedef struct {
  MeetingRecord *record;
  char *host_name;
  char *chair_name;
  guint quorum_percent;
  gint64 from_ms;      /* the meeting's own time: its start ... */
  gint64 to_ms;        /* ... and its end, or now */
  GPtrArray *sites;    /* ReportSite, as invited */
  GPtrArray *speeches; /* ReportSpeech, in order */
  GPtrArray *votes;    /* ReportVote, in order */
  guint counts[N_ROLLS];
  guint late;
  guint64 delegates; /* sum of head counts */
  guint quorum_needed;
  gboolean quorum_reached;
} MeetingReport;

typedef struct {
  const MeetingRecord *record;
  const char *host_name;
  const char *chair_name;
  guint quorum_percent;
  GPtrArray *sites;          /* ReportSite with its names alone, from report_site_new () */
  const ReportEvent *events; /* in order */
  gsize n_events;
  gint64 now_ms;
} ReportSource;

/* (transfer full). Takes over source->sites (transfer full). */
MeetingReport *report_build (const ReportSource *source);
void meeting_report_free (MeetingReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MeetingReport, meeting_report_free)

ReportSite *report_site_new (const char *endpoint, const char *name, const char *unit_name,
                             const char *branch);
void report_site_free (ReportSite *site);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReportSite, report_site_free)
const ReportSite *report_find_site (const MeetingReport *report, const char *endpoint);
