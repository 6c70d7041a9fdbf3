#include "server/auth/login.h"

#include "server/auth/lockout.h"
#include "server/auth/throttle.h"
#include "server/storage/event_store.h"
#include "server/storage/storage_error.h"
#include "server/storage/storage_limits.h"

#include <string.h>

struct LoginGate {
  Database *database;
  LoginPolicy policy;
  PasswordWorker *worker;
  Throttle *sources;
  Lockout *unknown;
  GPtrArray *running; /* Attempt, not owned: those whose password is being checked */
};

/* One password check: of a log-in or before a change of password. */
typedef struct {
  LoginGate *gate; /* NULL once the gate is gone */
  char *login;
  char *source;
  char *source_key;
  gint64 now_ms;
  gint64 user;        /* 0: there is none of that login */
  char *new_password; /* of a change */
  char *keep_session; /* of a change */
} Attempt;

LoginGate *
login_gate_new (Database *database)
{
  LoginGate *gate = g_new0 (LoginGate, 1);
  gate->database = database;
  gate->worker = password_worker_new ();
  gate->running = g_ptr_array_new ();
  LoginPolicy policy = { LOGIN_FAILURES_MAX, LOGIN_LOCK_MS, SESSION_IDLE_MS, 0 };
  login_gate_set_policy (gate, &policy);
  return gate;
}

void
login_gate_set_policy (LoginGate *gate, const LoginPolicy *policy)
{
  guint source_failures =
      policy->source_failures_max ? policy->source_failures_max : LOGIN_SOURCE_FAILURES_MAX;
  gate->policy = *policy;
  throttle_free (gate->sources);
  gate->sources = throttle_new (source_failures, LOGIN_SOURCE_FORGIVE_MS, LOGIN_SOURCES_MAX);
  lockout_free (gate->unknown);
  gate->unknown = lockout_new (policy->failures_max, policy->lock_ms, LOGIN_UNKNOWN_MAX);
}

void
login_gate_free (LoginGate *gate)
{
  if (!gate)
    return;
  for (guint i = 0; i < gate->running->len; i++)
    ((Attempt *) gate->running->pdata[i])->gate = NULL;
  g_ptr_array_unref (gate->running);
  password_worker_free (gate->worker);
  throttle_free (gate->sources);
  lockout_free (gate->unknown);
  g_free (gate);
}

void
login_result_free (LoginResult *result)
{
  if (!result)
    return;
  user_free (result->user);
  g_free (result->token);
  g_free (result->csrf);
  g_free (result);
}

static Attempt *
attempt_new (LoginGate *gate, const char *login, const LoginOrigin *origin)
{
  Attempt *attempt = g_new0 (Attempt, 1);
  attempt->gate = gate;
  attempt->login = g_strstrip (g_ascii_strdown (login, strnlen (login, LOGIN_MAX)));
  attempt->source = g_strdup (origin->source);
  attempt->source_key = throttle_source_key (origin->source);
  attempt->now_ms = origin->now_ms;
  g_ptr_array_add (gate->running, attempt);
  return attempt;
}

static void
attempt_free (gpointer data)
{
  Attempt *attempt = data;
  if (attempt->gate)
    g_ptr_array_remove_fast (attempt->gate->running, attempt);
  g_free (attempt->login);
  g_free (attempt->source);
  g_free (attempt->source_key);
  g_free (attempt->keep_session);
  password_free (attempt->new_password);
  g_free (attempt);
}

static gboolean
audit (Attempt *attempt, const char *action, GError **error)
{
  Event event = { .at_ms = attempt->now_ms,
                  .actor = attempt->login,
                  .source = attempt->source,
                  .action = (char *) action };
  return event_store_append (attempt->gate->database, &event, error);
}

static void
set_credentials (GError **error)
{
  g_set_error (error, AUTH_ERROR, AUTH_ERROR_CREDENTIALS, "login or password is wrong");
}

static void
set_locked (GError **error)
{
  g_set_error (error, AUTH_ERROR, AUTH_ERROR_LOCKED, "too many bad log-ins on this account");
}

/* Whether the account may be tried at all; finds @ret_user (NULL if there is none). */
static gboolean
attempt_admit (Attempt *attempt, User **ret_user, GError **error)
{
  LoginGate *gate = attempt->gate;
  if (throttle_is_blocked (gate->sources, attempt->source_key, attempt->now_ms)) {
    g_set_error (error, AUTH_ERROR, AUTH_ERROR_THROTTLED, "too many bad log-ins from %s",
                 attempt->source_key);
    return FALSE;
  }
  g_autoptr (GError) why = NULL;
  g_autoptr (User) user = user_store_find (gate->database, attempt->login, &why);
  if (!user && !g_error_matches (why, STORAGE_ERROR, STORAGE_ERROR_NOT_FOUND)) {
    g_set_error (error, AUTH_ERROR, AUTH_ERROR_FAILED, "%s", why->message);
    return FALSE;
  }
  gboolean locked = user ? user->locked_until_ms > attempt->now_ms
                         : lockout_is_locked (gate->unknown, attempt->login, attempt->now_ms);
  if (locked) {
    set_locked (error);
    return FALSE;
  }
  attempt->user = user ? user->id : 0;
  *ret_user = g_steal_pointer (&user);
  return TRUE;
}

/* Writes down a wrong password and says so in @error. */
static void
attempt_reject (Attempt *attempt, GError **error)
{
  LoginGate *gate = attempt->gate;
  gboolean locked = FALSE;
  throttle_count (gate->sources, attempt->source_key, attempt->now_ms);
  if (!attempt->user) {
    locked = lockout_count (gate->unknown, attempt->login, attempt->now_ms);
  } else if (!user_store_count_failure (gate->database, attempt->user, gate->policy.failures_max,
                                        attempt->now_ms + gate->policy.lock_ms, &locked, error)) {
    return;
  }
  if (!audit (attempt, locked ? "login.locked" : "login.failed", error))
    return;
  if (locked)
    set_locked (error);
  else
    set_credentials (error);
}

/* After the check: the user if the password is right and nothing else has come between.  Others
 * may have failed on the account while this one waited, so the lock is looked at again. */
static User *
attempt_judge (Attempt *attempt, GAsyncResult *checked, GError **error)
{
  gboolean right;
  g_autoptr (User) user = NULL;
  if (!password_worker_verify_finish (checked, &right, error))
    return NULL;
  if (!attempt->gate) {
    g_set_error (error, AUTH_ERROR, AUTH_ERROR_BUSY, "the controller is stopping");
    return NULL;
  }
  gint64 checked_user = attempt->user;
  if (!attempt_admit (attempt, &user, error))
    return NULL;
  if (right && user && user->id == checked_user && !user->disabled)
    return g_steal_pointer (&user);
  attempt_reject (attempt, error);
  return NULL;
}

/* Starts the check of @password against the account of @task's attempt; what is refused at once
 * comes back by the task too. */
static void
attempt_check (GTask *task, const char *password, GAsyncReadyCallback callback)
{
  Attempt *attempt = g_task_get_task_data (task);
  g_autoptr (User) user = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *hash = NULL;
  if (attempt_admit (attempt, &user, &error) && user && !user->disabled)
    hash = user_store_get_password_hash (attempt->gate->database, user->id, &error);
  if (error)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    password_worker_verify_async (attempt->gate->worker, hash, password, callback,
                                  g_object_ref (task));
}

static LoginResult *
open_session (Attempt *attempt, User *user, GError **error)
{
  Database *database = attempt->gate->database;
  SessionStart start = { user->id, attempt->source, attempt->now_ms,
                         attempt->gate->policy.session_idle_ms };
  g_autoptr (LoginResult) login = g_new0 (LoginResult, 1);
  g_autoptr (Transaction) transaction = database_begin (database, error);
  if (!transaction || !user_store_count_login (database, user->id, attempt->now_ms, error) ||
      !session_open (database, &start, &login->token, error) || !audit (attempt, "login", error) ||
      !transaction_commit (transaction, error))
    return NULL;
  login->csrf = session_csrf_for (login->token);
  login->user = user_copy (user);
  login->user->failed_logins = 0;
  login->user->locked_until_ms = 0;
  login->user->last_login_ms = attempt->now_ms;
  return g_steal_pointer (&login);
}

/* The waiting callbacks own a reference of their task. */
static void
on_login_checked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Attempt *attempt = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (User) user = attempt_judge (attempt, result, &error);
  LoginResult *login = user ? open_session (attempt, user, &error) : NULL;
  if (login)
    g_task_return_pointer (task, login, (GDestroyNotify) login_result_free);
  else
    g_task_return_error (task, error);
}

void
login_gate_login_async (LoginGate *gate, const char *login, const char *password,
                        const LoginOrigin *origin, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  g_task_set_task_data (task, attempt_new (gate, login, origin), attempt_free);
  attempt_check (task, password, on_login_checked);
}

LoginResult *
login_gate_login_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
store_new_password (Attempt *attempt, const char *hash, GError **error)
{
  if (!attempt->gate) {
    g_set_error (error, AUTH_ERROR, AUTH_ERROR_BUSY, "the controller is stopping");
    return FALSE;
  }
  Database *database = attempt->gate->database;
  g_autoptr (Transaction) transaction = database_begin (database, error);
  return transaction &&
         user_store_set_password_hash (database, attempt->user, hash, attempt->keep_session,
                                       error) &&
         audit (attempt, "password.changed", error) && transaction_commit (transaction, error);
}

static void
on_new_password_hashed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autofree char *hash = password_worker_hash_finish (result, &error);
  if (hash && store_new_password (g_task_get_task_data (task), hash, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
on_old_password_checked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Attempt *attempt = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (User) user = attempt_judge (attempt, result, &error);
  if (!user) {
    g_task_return_error (task, error);
    return;
  }
  password_worker_hash_async (attempt->gate->worker, attempt->new_password, on_new_password_hashed,
                              g_steal_pointer (&task));
}

void
login_gate_change_password_async (LoginGate *gate, const Session *session,
                                  const LoginNewPassword *passwords, const LoginOrigin *origin,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  Attempt *attempt = attempt_new (gate, session->user->login, origin);
  attempt->new_password = g_strdup (passwords->new);
  attempt->keep_session = g_strdup (session->token_hash);
  g_task_set_task_data (task, attempt, attempt_free);
  GError *weak = NULL;
  if (password_check_rules (passwords->new, session->user->login, &weak))
    attempt_check (task, passwords->current, on_old_password_checked);
  else
    g_task_return_error (task, weak);
}

gboolean
login_gate_change_password_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
login_gate_hash_async (LoginGate *gate, const char *password, const char *login,
                       GAsyncReadyCallback callback, gpointer user_data)
{
  GError *weak = NULL;
  if (password_check_rules (password, login, &weak))
    password_worker_hash_async (gate->worker, password, callback, user_data);
  else
    g_task_report_error (NULL, callback, user_data, login_gate_hash_async, weak);
}

char *
login_gate_hash_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
