#include "server/reports/line_keeper.h"

#include "config/log.h"
#include "server/reports/line_source.h"
#include "server/storage/line_query.h"

#define TAG "lines"

struct LineKeeper {
  grefcount refs;
  Database *database; /* NULL: it is freed */
  HealthStore *store;
  GHashTable *known;  /* ids of meetings that have results; NULL: not asked yet */
  gint64 since_ms;    /* those that ended before are known */
  GPtrArray *waiting; /* LineEnded, the first to be done last */
  gboolean is_busy;
  guint made;
};

typedef struct {
  LineKeeper *keeper;
  LineMeeting *meeting; /* NULL: what is known is asked */
  GHashTable *known;
  GError *error;
} Work;

static void
keeper_unref (LineKeeper *keeper)
{
  if (!g_ref_count_dec (&keeper->refs))
    return;
  g_clear_pointer (&keeper->known, g_hash_table_unref);
  g_clear_pointer (&keeper->waiting, g_ptr_array_unref);
  g_free (keeper);
}

LineKeeper *
line_keeper_new (Database *database, HealthStore *store)
{
  LineKeeper *keeper = g_new0 (LineKeeper, 1);
  g_ref_count_init (&keeper->refs);
  keeper->database = database;
  keeper->store = store;
  return keeper;
}

/* What is under way comes back to nobody. */
void
line_keeper_free (LineKeeper *keeper)
{
  if (!keeper)
    return;
  keeper->database = NULL;
  keeper_unref (keeper);
}

guint
line_keeper_get_made (const LineKeeper *keeper)
{
  return keeper->made;
}

/* --- on the store's thread ----------------------------------------------------------------------
 */

static void
do_work (HealthDb *db, gpointer data)
{
  Work *work = data;

  if (!work->meeting) {
    work->known = line_results_meetings (db, &work->error);
    return;
  }
  line_meeting_measure (work->meeting, db);
  line_meeting_store (work->meeting, db, &work->error);
}

/* --- on the main thread -------------------------------------------------------------------------
 */

static void
on_done (gpointer data)
{
  g_autofree Work *work = data;
  LineKeeper *keeper = work->keeper;

  keeper->is_busy = FALSE;
  if (work->error)
    log_warning (TAG, NULL, "results of lines: %s", work->error->message);
  if (work->known)
    keeper->known = g_steal_pointer (&work->known);
  else if (work->meeting && !work->error)
    keeper->made++;
  g_clear_error (&work->error);
  line_meeting_free (work->meeting);
  keeper_unref (keeper);
}

static void
start (LineKeeper *keeper, LineMeeting *meeting)
{
  Work *work = g_new0 (Work, 1);

  g_ref_count_inc (&keeper->refs);
  keeper->is_busy = TRUE;
  work->keeper = keeper;
  work->meeting = meeting;
  health_store_run (keeper->store, do_work, on_done, work);
}

/* The next ones that ended, in the order in which they did. */
static void
look (LineKeeper *keeper, gint64 now_ms)
{
  g_autoptr (GError) error = NULL;
  gint64 first_ms = MAX (keeper->since_ms, now_ms - HEALTH_KEEP_COARSE_S * (gint64) 1000);
  g_autoptr (GPtrArray) ended =
      line_query_ended (keeper->database, first_ms, now_ms - LINE_SETTLE_MS, &error);

  if (!ended) {
    log_warning (TAG, NULL, "meetings that are over: %s", error->message);
    return;
  }
  if (ended->len > 0)
    keeper->since_ms = ((const LineEnded *) ended->pdata[ended->len - 1])->ended_ms + 1;
  g_clear_pointer (&keeper->waiting, g_ptr_array_unref);
  keeper->waiting = g_steal_pointer (&ended);
}

/* The first that has no result yet leaves the list; NULL: there is none. */
static char *
take_next (LineKeeper *keeper)
{
  while (keeper->waiting && keeper->waiting->len > 0) {
    const LineEnded *ended = keeper->waiting->pdata[0];
    g_autofree char *id = g_strdup (ended->meeting);

    g_ptr_array_remove_index (keeper->waiting, 0);
    if (g_hash_table_add (keeper->known, g_strdup (id)))
      return g_steal_pointer (&id);
  }
  return NULL;
}

void
line_keeper_tick (LineKeeper *keeper, gint64 now_ms)
{
  g_autoptr (GError) error = NULL;

  if (keeper->is_busy)
    return;
  if (!keeper->known) {
    start (keeper, NULL);
    return;
  }
  if (!keeper->waiting || keeper->waiting->len == 0)
    look (keeper, now_ms);
  g_autofree char *id = take_next (keeper);
  LineMeeting *meeting = id ? line_meeting_load (keeper->database, id, now_ms, &error) : NULL;
  if (meeting)
    start (keeper, meeting);
  else if (error)
    log_warning (TAG, id, "the results of its lines cannot be made: %s", error->message);
}
