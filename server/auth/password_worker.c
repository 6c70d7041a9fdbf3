#include "server/auth/password.h"

/* Set once by the worker's owner, read by its threads; outlives the worker by the jobs. */
typedef struct {
  gint refs;    /* atomic */
  gint closing; /* atomic */
} Gate;

struct PasswordWorker {
  GThreadPool *pool;
  Gate *gate;
};

typedef struct {
  Gate *gate;
  gboolean hashing; /* else verifying */
  char *hash;
  char *password;
} Job;

static void
gate_unref (Gate *gate)
{
  if (g_atomic_int_dec_and_test (&gate->refs))
    g_free (gate);
}

static void
job_free (gpointer data)
{
  Job *job = data;
  gate_unref (job->gate);
  g_free (job->hash);
  password_free (job->password);
  g_free (job);
}

static void
refuse (GTask *task)
{
  g_task_return_new_error (task, AUTH_ERROR, AUTH_ERROR_BUSY,
                           "too many passwords are waiting to be checked");
}

/* On a thread of the pool. */
static void
run_job (gpointer data, gpointer user_data)
{
  g_autoptr (GTask) task = data;
  Job *job = g_task_get_task_data (task);
  if (g_atomic_int_get (&job->gate->closing)) {
    refuse (task);
    return;
  }
  if (!job->hashing) {
    g_task_return_int (task, password_verify (job->hash, job->password));
    return;
  }
  GError *error = NULL;
  char *hash = password_hash (job->password, &error);
  if (hash)
    g_task_return_pointer (task, hash, g_free);
  else
    g_task_return_error (task, error);
}

PasswordWorker *
password_worker_new (void)
{
  PasswordWorker *worker = g_new0 (PasswordWorker, 1);
  worker->pool = g_thread_pool_new (run_job, NULL, PASSWORD_WORKERS, FALSE, NULL);
  worker->gate = g_new0 (Gate, 1);
  worker->gate->refs = 1;
  return worker;
}

void
password_worker_free (PasswordWorker *worker)
{
  if (!worker)
    return;
  g_atomic_int_set (&worker->gate->closing, 1);
  g_thread_pool_free (worker->pool, FALSE, TRUE);
  gate_unref (worker->gate);
  g_free (worker);
}

static void
start (PasswordWorker *worker, Job *job, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  job->gate = worker->gate;
  g_atomic_int_inc (&job->gate->refs);
  g_task_set_task_data (task, job, job_free);
  if (g_thread_pool_unprocessed (worker->pool) >= PASSWORD_QUEUE_MAX) {
    refuse (task);
    g_object_unref (task);
    return;
  }
  g_thread_pool_push (worker->pool, task, NULL);
}

void
password_worker_verify_async (PasswordWorker *worker, const char *hash, const char *password,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  Job *job = g_new0 (Job, 1);
  job->hash = g_strdup (hash);
  job->password = g_strdup (password);
  start (worker, job, callback, user_data);
}

gboolean
password_worker_verify_finish (GAsyncResult *result, gboolean *ret_right, GError **error)
{
  gssize right = g_task_propagate_int (G_TASK (result), error);
  if (right < 0)
    return FALSE;
  *ret_right = right == 1;
  return TRUE;
}

void
password_worker_hash_async (PasswordWorker *worker, const char *password,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  Job *job = g_new0 (Job, 1);
  job->hashing = TRUE;
  job->password = g_strdup (password);
  start (worker, job, callback, user_data);
}

char *
password_worker_hash_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
