#include "server/storage/health_store.h"

#include "config/log.h"
#include "server/storage/evidence.h"
#include "server/storage/state_directory.h"

#include <string.h>

#define TAG "health"

typedef enum {
  JOB_POINT,
  JOB_SAVE,
  JOB_HEADERS,
  JOB_FLUSH,
  JOB_SERIES,
  JOB_LIST,
  JOB_GET,
  JOB_RUN,
  JOB_STOP,
} JobKind;

/* One piece of work; what it answers with is filled in by the thread. */
typedef struct {
  JobKind kind;
  HealthStore *store;
  char *endpoint;
  guint step_s, limit;
  gint64 from_s, to_s, id; /* from_s of headers: ms, when they were saved */
  SitePoint point;
  Evidence *evidence;
  GBytes *headers;
  gpointer callback;
  HealthWorkFunc work;
  gpointer user_data;
  gpointer answer;
  GError *error;
} Job;

struct HealthStore {
  HealthDb *db; /* the thread's */
  GThread *thread;
  GAsyncQueue *jobs;
  HealthBoard *board;
  guint dropped;
  guint asked; /* questions that are not answered */
  gint64 thinned_us;
};

static void
job_free (Job *job)
{
  g_free (job->endpoint);
  evidence_free (job->evidence);
  g_clear_pointer (&job->headers, g_bytes_unref);
  g_clear_error (&job->error);
  g_free (job);
}

/* --- the thread
 * ----------------------------------------------------------------------------------- */

static void
flush (HealthStore *store)
{
  gint64 now_us = g_get_monotonic_time ();
  g_autoptr (GError) error = NULL;

  if (!health_db_flush (store->db, &error)) {
    log_warning (TAG, NULL, "lines cannot be kept: %s", error->message);
    return;
  }
  if (now_us - store->thinned_us < HEALTH_THIN_S * (gint64) G_USEC_PER_SEC)
    return;
  store->thinned_us = now_us;
  if (!health_db_thin (store->db, g_get_real_time () / G_USEC_PER_SEC, &error))
    log_warning (TAG, NULL, "old figures cannot be removed: %s", error->message);
}

static gboolean
answer_job (gpointer data)
{
  Job *job = data;

  job->store->asked--;
  if (job->kind == JOB_SERIES) {
    g_autoptr (GArray) points = job->answer;
    ((HealthSeriesFunc) job->callback) (job->user_data, points, job->error);
  } else if (job->kind == JOB_RUN) {
    ((HealthDoneFunc) job->callback) (job->user_data);
  } else if (job->kind == JOB_LIST) {
    g_autoptr (GPtrArray) list = job->answer;
    ((HealthEvidenceListFunc) job->callback) (job->user_data, list, job->error);
  } else {
    g_autoptr (Evidence) evidence = job->answer;
    ((HealthEvidenceFunc) job->callback) (job->user_data, evidence, job->error);
  }
  job_free (job);
  return G_SOURCE_REMOVE;
}

static void
save (HealthStore *store, Evidence *evidence)
{
  g_autoptr (GError) error = NULL;
  GBytes *packed = evidence_pack (evidence->rings);

  g_bytes_unref (evidence->rings);
  evidence->rings = packed;
  if (!health_db_save_evidence (store->db, evidence, &error))
    log_warning (TAG, evidence->endpoint, "its last minutes cannot be kept: %s", error->message);
}

static void
add_headers (HealthStore *store, const Job *job)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) packed = evidence_pack (job->headers);

  if (!health_db_add_headers (store->db, job->endpoint, job->from_s, packed, &error))
    log_warning (TAG, job->endpoint, "its RTP headers cannot be kept: %s", error->message);
}

static void
ask (HealthStore *store, Job *job)
{
  SeriesQuery query = { job->endpoint, job->step_s, job->from_s, job->to_s };

  if (job->kind == JOB_SERIES)
    job->answer = health_db_series (store->db, &query, &job->error);
  else if (job->kind == JOB_RUN)
    job->work (store->db, job->user_data);
  else if (job->kind == JOB_LIST)
    job->answer = health_db_list_evidence (store->db, job->endpoint, job->limit, &job->error);
  else
    job->answer = health_db_get_evidence (store->db, job->id, &job->error);
  g_idle_add (answer_job, job);
}

static void
run_job (HealthStore *store, Job *job)
{
  switch (job->kind) {
  case JOB_POINT:
    health_db_add (store->db, job->endpoint, job->step_s, job->from_s, &job->point);
    break;
  case JOB_SAVE:
    save (store, job->evidence);
    break;
  case JOB_HEADERS:
    add_headers (store, job);
    break;
  case JOB_FLUSH:
    flush (store);
    break;
  default:
    ask (store, job);
    return;
  }
  job_free (job);
}

static gpointer
run_thread (gpointer data)
{
  HealthStore *store = data;
  gint64 flushed_us = g_get_monotonic_time ();

  for (;;) {
    Job *job = g_async_queue_timeout_pop (store->jobs, HEALTH_FLUSH_S * G_USEC_PER_SEC);

    if (job != NULL && job->kind == JOB_STOP) {
      job_free (job);
      return NULL;
    }
    if (job != NULL)
      run_job (store, job);
    if (g_get_monotonic_time () - flushed_us < HEALTH_FLUSH_S * (gint64) G_USEC_PER_SEC)
      continue;
    flushed_us = g_get_monotonic_time ();
    flush (store);
  }
}

/* --- life
 * ----------------------------------------------------------------------------------------- */

HealthStore *
health_store_open (const char *state_dir, GError **error)
{
  g_autofree char *path =
      state_dir != NULL ? g_build_filename (state_dir, HEALTH_DB_FILE, NULL) : NULL;
  HealthDb *db;

  if (state_dir != NULL && !state_directory_ensure (state_dir, error))
    return NULL;
  db = health_db_open (path, error);
  if (db == NULL)
    return NULL;
  HealthStore *store = g_new0 (HealthStore, 1);
  store->db = db;
  store->jobs = g_async_queue_new ();
  store->thread = g_thread_new ("health-store", run_thread, store);
  return store;
}

static Job *
job_new (HealthStore *store, JobKind kind)
{
  Job *job = g_new0 (Job, 1);

  job->kind = kind;
  job->store = store;
  return job;
}

void
health_store_close (HealthStore *store)
{
  if (store == NULL)
    return;
  if (store->board != NULL) {
    health_board_flush (store->board);
    health_board_remove_observer (store->board, store);
  }
  g_async_queue_push (store->jobs, job_new (store, JOB_STOP));
  g_thread_join (store->thread);
  while (store->asked > 0) /* answers that are on their way */
    g_main_context_iteration (NULL, TRUE);
  health_db_close (store->db);
  g_async_queue_unref (store->jobs);
  g_free (store);
}

/* --- what is kept
 * ---------------------------------------------------------------------------------- */

static void
push (HealthStore *store, Job *job)
{
  if (g_async_queue_length (store->jobs) < HEALTH_QUEUE_MAX) {
    g_async_queue_push (store->jobs, job);
    return;
  }
  if (store->dropped++ == 0)
    log_warning (TAG, NULL, "the disk does not follow: figures of lines are dropped");
  job_free (job);
}

void
health_store_add (HealthStore *store, const char *endpoint, guint step_s, gint64 start_s,
                  const SitePoint *point)
{
  Job *job = job_new (store, JOB_POINT);

  job->endpoint = g_strdup (endpoint);
  job->step_s = step_s;
  job->from_s = start_s;
  job->point = *point;
  push (store, job);
}

void
health_store_save (HealthStore *store, Evidence *evidence)
{
  Job *job = job_new (store, JOB_SAVE);

  job->evidence = evidence;
  push (store, job);
}

void
health_store_add_headers (HealthStore *store, const char *endpoint, gint64 at_ms, GBytes *headers)
{
  Job *job = job_new (store, JOB_HEADERS);

  job->endpoint = g_strdup (endpoint);
  job->from_s = at_ms;
  job->headers = g_bytes_ref (headers);
  push (store, job);
}

void
health_store_flush (HealthStore *store)
{
  push (store, job_new (store, JOB_FLUSH));
}

guint
health_store_get_dropped (const HealthStore *store)
{
  return store->dropped;
}

static void
on_point (gpointer user_data, HealthSite *site, guint step_s, gint64 start_s,
          const SitePoint *point)
{
  health_store_add (user_data, site->endpoint, step_s, start_s, point);
}

static void
on_save (gpointer user_data, HealthSite *site, const char *reason)
{
  Evidence *evidence = g_new0 (Evidence, 1);

  evidence->endpoint = g_strdup (site->endpoint);
  evidence->meeting = g_strdup (site->meeting);
  evidence->reason = g_strdup (reason);
  evidence->at_ms = health_board_wall_s (site->board) * 1000;
  evidence->rings = evidence_copy_rings (site);
  health_store_save (user_data, evidence);
}

void
health_store_watch (HealthStore *store, HealthBoard *board)
{
  static const HealthObserver observer = { .on_point = on_point, .on_save = on_save };

  store->board = board;
  health_board_add_observer (board, &observer, store);
}

/* --- what is asked
 * ---------------------------------------------------------------------------------- */

void
health_store_series (HealthStore *store, const SeriesQuery *query, HealthSeriesFunc callback,
                     gpointer user_data)
{
  Job *job = job_new (store, JOB_SERIES);

  job->endpoint = g_strdup (query->endpoint);
  job->step_s = query->step_s;
  job->from_s = query->from_s;
  job->to_s = query->to_s;
  job->callback = (gpointer) callback;
  job->user_data = user_data;
  store->asked++;
  g_async_queue_push (store->jobs, job);
}

void
health_store_list_evidence (HealthStore *store, const char *endpoint, guint limit,
                            HealthEvidenceListFunc callback, gpointer user_data)
{
  Job *job = job_new (store, JOB_LIST);

  job->endpoint = g_strdup (endpoint);
  job->limit = limit;
  job->callback = (gpointer) callback;
  job->user_data = user_data;
  store->asked++;
  g_async_queue_push (store->jobs, job);
}

void
health_store_get_evidence (HealthStore *store, gint64 id, HealthEvidenceFunc callback,
                           gpointer user_data)
{
  Job *job = job_new (store, JOB_GET);

  job->id = id;
  job->callback = (gpointer) callback;
  job->user_data = user_data;
  store->asked++;
  g_async_queue_push (store->jobs, job);
}

void
health_store_run (HealthStore *store, HealthWorkFunc work, HealthDoneFunc done, gpointer data)
{
  Job *job = job_new (store, JOB_RUN);

  job->work = work;
  job->callback = (gpointer) done;
  job->user_data = data;
  store->asked++;
  g_async_queue_push (store->jobs, job);
}
