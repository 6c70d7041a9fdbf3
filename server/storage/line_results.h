/* LineResults: how the line of each room was in each meeting that is over: one row a room and
 * meeting in health.db, made once (server/reports/line_keeper.h) from the steps of ten seconds
 * while there are any, and kept when they are gone.  Reports on months and years read these rows
 * alone.
 *
 * Thread: the HealthDb's; every call blocks.  Times are UTC milliseconds. */
#pragma once

#include "server/storage/health_db.h"
#include "server/storage/line_kind.h"

#define LINE_RESULTS_KEEP_S (5 * 366 * (gint64) 24 * 3600)

typedef struct {
  guint n;
  gint64 ms;
} LineFault;

/* One moment of a line. */
typedef struct {
  gint64 at_ms;             /* 0 = none */
  guint light;              /* HealthLight */
  LineKind kind;            /* what it was */
  guint loss_up, loss_down; /* permille, of the worst second */
} LineMoment;

/* A room in a meeting.  Means are over what was measured while it was connected. */
typedef struct {
  gint64 joined_ms; /* first connected; 0 = never */
  gint64 late_ms;   /* connected so long after it was due; 0 = it was there; -1 = never */
  gint64 meeting_ms;
  gint64 connected_ms; /* of the meeting */
  gint64 measured_ms;  /* of that: there are figures */
  gint64 usable_ms;    /* of that: the light was green or yellow */
  gint64 counted_ms;   /* of the meeting, what availability is out of: all but what it was
                        * connected and not measured; 0 = nothing was measured */
  guint breaks;        /* how often the line was lost */
  guint loss_up_ppm, loss_down_ppm, concealed_ppm;
  guint rtt_ms;
  gint64 frozen_up_ms, frozen_down_ms;
  LineMoment worst;
  guint rehearsal; /* HealthLight; HEALTH_LIGHT_UNKNOWN = it did not rehearse */
  LineFault faults[N_LINE_KINDS];
} LineFigures;

typedef struct {
  char *meeting;
  gint64 from_ms, to_ms;
  guint step_s; /* of the figures; 0 = there were none */
} LineMeetingRow;
void line_meeting_row_clear (LineMeetingRow *row);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LineMeetingRow, line_meeting_row_clear)

/* Made with the database. */
#define LINE_RESULTS_SCHEMA                                                                        \
  "CREATE TABLE IF NOT EXISTS line_meetings (id INTEGER PRIMARY KEY, meeting TEXT NOT NULL"        \
  " UNIQUE, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL, step_s INTEGER NOT NULL);"           \
  "CREATE INDEX IF NOT EXISTS line_meetings_from ON line_meetings (from_ms);"                      \
  "CREATE TABLE IF NOT EXISTS line_results (meeting INTEGER NOT NULL, site INTEGER NOT NULL,"      \
  " joined_ms INTEGER NOT NULL, late_ms INTEGER NOT NULL, meeting_ms INTEGER NOT NULL,"            \
  " connected_ms INTEGER NOT NULL, measured_ms INTEGER NOT NULL, usable_ms INTEGER NOT NULL,"      \
  " counted_ms INTEGER NOT NULL, breaks INTEGER NOT NULL, loss_up INTEGER NOT NULL, loss_down "    \
  "INTEGER NOT NULL,"                                                                              \
  " concealed INTEGER NOT NULL, rtt_ms INTEGER NOT NULL, frozen_up_ms INTEGER NOT NULL,"           \
  " frozen_down_ms INTEGER NOT NULL, worst_ms INTEGER NOT NULL, worst_light INTEGER NOT NULL,"     \
  " worst_kind TEXT NOT NULL, worst_loss_up INTEGER NOT NULL, worst_loss_down INTEGER NOT NULL,"   \
  " rehearsal INTEGER NOT NULL, faults TEXT NOT NULL, PRIMARY KEY (meeting, site))"                \
  " WITHOUT ROWID;"                                                                                \
  "CREATE INDEX IF NOT EXISTS line_results_site ON line_results (site, meeting);"

typedef struct {
  const char *endpoint;
  const LineFigures *figures;
} LineResult;

/* In place of what was there of the meeting; all or nothing. */
gboolean line_results_put (HealthDb *db, const LineMeetingRow *meeting, const LineResult *results,
                           guint n, GError **error);

/* Every member may be left out (NULL, 0). */
typedef struct {
  const char *meeting, *endpoint;
  gint64 from_ms, to_ms; /* meetings that began then */
} LineResultsQuery;

/* By the meetings' beginnings.  @meeting, @endpoint, @figures: lent for the call. */
typedef void (*LineResultFunc) (gpointer user_data, const LineMeetingRow *meeting,
                                const char *endpoint, const LineFigures *figures);
gboolean line_results_each (HealthDb *db, const LineResultsQuery *query, LineResultFunc callback,
                            gpointer user_data, GError **error);

/* Whether there is a result of @meeting. */
gboolean line_results_has (HealthDb *db, const char *meeting);
/* The ids of all meetings of which there is one, as a set (transfer full); NULL: it cannot be read.
 */
GHashTable *line_results_meetings (HealthDb *db, GError **error);
gboolean line_results_thin (HealthDb *db, gint64 now_s, GError **error);
