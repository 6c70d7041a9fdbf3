/* Rehearsals: the tests that rooms made of themselves before a meeting, and what technicians noted
 * and ticked. The runs are signaling's, by way of live_store.h. Main thread, blocking; see
 * database.h. */
#pragma once
#include "server/storage/database.h"
#include "signaling/meeting/test_run.h"

/* Of one room in one meeting; older ones go, their number stays. */
#define REHEARSAL_RUNS_KEPT 20
/* Meetings that open their rehearsal in one go; the next ones follow at the next look. */
#define REHEARSAL_DUE_MAX 50

/* An invited room and how it stands with its test. */
typedef struct {
  char *endpoint, *name, *unit_name;
  char *path;                 /* codes of its unit from the top: "VN/38/14758/" */
  char *branch, *branch_name; /* the unit below the host that it sits under, or NULL */
  char *technician, *phone;
  TestRun *run; /* the last, or NULL */
  guint runs;
  char *note;      /* "" = none */
  char *ticked_by; /* login, or NULL = not ticked */
  gint64 ticked_ms;
} RehearsalSite;

void rehearsal_site_free (RehearsalSite *site);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RehearsalSite, rehearsal_site_free)

/* All invited, in the order of the booking (element-type RehearsalSite) (transfer full). */
GPtrArray *rehearsal_store_list (Database *database, const char *meeting, GError **error);
/* When a rehearsal of @meeting was opened last; 0: never. */
gint64 rehearsal_store_opened_ms (Database *database, const char *meeting);

/* @run becomes the last one of its endpoint. */
gboolean rehearsal_store_add_run (Database *database, const char *meeting, const TestRun *run,
                                  GError **error);
/* The runs of @endpoint that are kept, the last first (element-type TestRun) (transfer full). */
GPtrArray *rehearsal_store_list_runs (Database *database, const char *meeting, const char *endpoint,
                                      GError **error);
/* Appends the last run of each endpoint to @runs (of TestRun). */
gboolean rehearsal_store_load_runs (Database *database, const char *meeting, GPtrArray *runs,
                                    GError **error);

gboolean rehearsal_store_set_note (Database *database, const char *meeting, const char *endpoint,
                                   const char *note, GError **error);
/* @by NULL: not ticked any more. */
gboolean rehearsal_store_set_tick (Database *database, const char *meeting, const char *endpoint,
                                   const char *by, gint64 at_ms, GError **error);

/* Ids of scheduled meetings that begin after @now_ms, at @until_ms at the latest, and were not
 * rehearsed (element-type char *) (transfer full). */
GPtrArray *rehearsal_store_due (Database *database, gint64 now_ms, gint64 until_ms, GError **error);
