#include "server/auth/login.h"
#include "server/storage/event_store.h"
#include "tests/unit/storage/storage_support.h"

#include <sodium.h>

#define PASSWORD "đúng mật khẩu"

typedef struct {
  TestStore store;
  LoginGate *gate;
  gint64 now_ms;
  const char *source;
  guint waiting;
  guint n_busy; /* answers that said so */
  /* of the last answer */
  LoginResult *login;
  GError *error;
  gboolean changed;
} Fixture;

/* With the least cost, so that the suite is quick; unknown users still cost the whole. */
static char right_hash[crypto_pwhash_STRBYTES];

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->store = test_store_with_rooms ();
  fixture->gate = login_gate_new (fixture->store.database);
  fixture->now_ms = 1000000;
  fixture->source = "10.0.0.1";
  gint64 id = add_user (fixture->store.database, "thuky", USER_ROLE_SECRETARY, "38", NULL);
  assert_works (
      user_store_set_password_hash (fixture->store.database, id, right_hash, NULL, error));
}

static void
clear_answer (Fixture *fixture)
{
  g_clear_pointer (&fixture->login, login_result_free);
  g_clear_error (&fixture->error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  clear_answer (fixture);
  login_gate_free (fixture->gate);
  test_store_clear (&fixture->store);
}

static void
on_login (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *fixture = user_data;
  clear_answer (fixture);
  fixture->login = login_gate_login_finish (result, &fixture->error);
  fixture->n_busy += g_error_matches (fixture->error, AUTH_ERROR, AUTH_ERROR_BUSY);
  fixture->waiting--;
}

static void
on_changed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *fixture = user_data;
  clear_answer (fixture);
  fixture->changed = login_gate_change_password_finish (result, &fixture->error);
  fixture->waiting--;
}

static void
wait_for_all (Fixture *fixture)
{
  while (fixture->waiting > 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
start (Fixture *fixture, const char *login, const char *password)
{
  LoginOrigin origin = { fixture->source, fixture->now_ms };
  fixture->waiting++;
  login_gate_login_async (fixture->gate, login, password, &origin, on_login, fixture);
}

/* The AuthError, or -1 for success. */
static int
try (Fixture *fixture, const char *login, const char *password)
{
  start (fixture, login, password);
  wait_for_all (fixture);
  if (fixture->login)
    return -1;
  g_assert_cmpint (fixture->error->domain, ==, AUTH_ERROR);
  return fixture->error->code;
}

static void
assert_event (Fixture *fixture, const char *action)
{
  g_autoptr (GPtrArray) events = event_store_list (fixture->store.database, NULL, 0, 100, NULL);
  const Event *last = events->pdata[events->len - 1];
  g_assert_cmpstr (last->action, ==, action);
  g_assert_cmpstr (last->actor, ==, "thuky");
  g_assert_cmpstr (last->source, ==, fixture->source);
}

static void
test_right (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpint (try (fixture, " ThuKy ", PASSWORD), ==, -1);
  g_assert_cmpstr (fixture->login->user->login, ==, "thuky");
  g_assert_cmpint (fixture->login->user->last_login_ms, ==, fixture->now_ms);
  g_autoptr (Session) session =
      session_find (fixture->store.database, fixture->login->token, fixture->now_ms);
  g_assert_true (session_csrf_is_right (session, fixture->login->csrf));
  assert_event (fixture, "login");
}

static void
test_wrong (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpint (try (fixture, "thuky", "sai"), ==, AUTH_ERROR_CREDENTIALS);
  assert_event (fixture, "login.failed");
  g_assert_cmpint (try (fixture, "nobody", PASSWORD), ==, AUTH_ERROR_CREDENTIALS);
  g_assert_cmpint (try (fixture, "", ""), ==, AUTH_ERROR_CREDENTIALS);
  g_autoptr (User) user = user_store_find (fixture->store.database, "thuky", NULL);
  user->disabled = TRUE;
  assert_works (user_store_update (fixture->store.database, user, error));
  g_assert_cmpint (try (fixture, "thuky", PASSWORD), ==, AUTH_ERROR_CREDENTIALS);
}

/* The same answers for an account and for a login that does not exist. */
static void
test_lock_out (Fixture *fixture, gconstpointer data)
{
  const char *const logins[] = { "thuky", "nobody" };
  for (gsize k = 0; k < G_N_ELEMENTS (logins); k++) {
    for (int i = 1; i < LOGIN_FAILURES_MAX; i++)
      g_assert_cmpint (try (fixture, logins[k], "sai"), ==, AUTH_ERROR_CREDENTIALS);
    g_assert_cmpint (try (fixture, logins[k], "sai"), ==, AUTH_ERROR_LOCKED);
    g_assert_cmpint (try (fixture, logins[k], PASSWORD), ==, AUTH_ERROR_LOCKED);
  }
  fixture->now_ms += LOGIN_LOCK_MS - 1;
  g_assert_cmpint (try (fixture, "thuky", PASSWORD), ==, AUTH_ERROR_LOCKED);
  g_assert_cmpint (try (fixture, "nobody", PASSWORD), ==, AUTH_ERROR_LOCKED);
  fixture->now_ms += 1;
  g_assert_cmpint (try (fixture, "thuky", PASSWORD), ==, -1);
  g_assert_cmpint (try (fixture, "nobody", PASSWORD), ==, AUTH_ERROR_CREDENTIALS);
}

/* Many tries at once: those behind the fifth failure find the account locked, even with the right
 * password. */
static void
test_lock_out_at_once (Fixture *fixture, gconstpointer data)
{
  for (int i = 0; i < LOGIN_FAILURES_MAX + 2; i++)
    start (fixture, "thuky", "sai");
  start (fixture, "thuky", PASSWORD);
  wait_for_all (fixture);
  g_assert_error (fixture->error, AUTH_ERROR, AUTH_ERROR_LOCKED);
}

static void
test_success_clears_count (Fixture *fixture, gconstpointer data)
{
  for (int i = 1; i < LOGIN_FAILURES_MAX; i++)
    g_assert_cmpint (try (fixture, "thuky", "sai"), ==, AUTH_ERROR_CREDENTIALS);
  g_assert_cmpint (try (fixture, "thuky", PASSWORD), ==, -1);
  g_assert_cmpint (try (fixture, "thuky", "sai"), ==, AUTH_ERROR_CREDENTIALS);
}

static void
test_policy (Fixture *fixture, gconstpointer data)
{
  LoginPolicy policy = { 1, 500, 100 };
  login_gate_set_policy (fixture->gate, &policy);
  g_assert_cmpint (try (fixture, "thuky", "sai"), ==, AUTH_ERROR_LOCKED);
  fixture->now_ms += 500;
  g_assert_cmpint (try (fixture, "thuky", PASSWORD), ==, -1);
  g_assert_null (
      session_find (fixture->store.database, fixture->login->token, fixture->now_ms + 100));
}

/* Blocked by its bad log-ins, whatever logins they were on; other sources are not. */
static void
test_throttle (Fixture *fixture, gconstpointer data)
{
  LoginPolicy policy = { 5, 1000, 1000, 4 };
  login_gate_set_policy (fixture->gate, &policy);
  for (int i = 0; i < 4; i++) {
    g_autofree char *login = g_strdup_printf ("nobody%d", i);
    start (fixture, login, "sai");
  }
  wait_for_all (fixture);
  g_assert_cmpint (try (fixture, "thuky", PASSWORD), ==, AUTH_ERROR_THROTTLED);
  fixture->source = "10.0.0.2";
  g_assert_cmpint (try (fixture, "thuky", PASSWORD), ==, -1);
  fixture->source = "10.0.0.1";
  fixture->now_ms += LOGIN_SOURCE_FORGIVE_MS;
  g_assert_cmpint (try (fixture, "thuky", PASSWORD), ==, -1);
}

static void
change (Fixture *fixture, const Session *session, const char *current, const char *new)
{
  LoginOrigin origin = { fixture->source, fixture->now_ms };
  LoginNewPassword passwords = { current, new };
  fixture->waiting++;
  login_gate_change_password_async (fixture->gate, session, &passwords, &origin, on_changed,
                                    fixture);
  wait_for_all (fixture);
}

static void
test_change_password (Fixture *fixture, gconstpointer data)
{
  Database *database = fixture->store.database;
  g_assert_cmpint (try (fixture, "thuky", PASSWORD), ==, -1);
  g_autofree char *kept = g_strdup (fixture->login->token);
  g_assert_cmpint (try (fixture, "thuky", PASSWORD), ==, -1);
  g_autofree char *ended = g_strdup (fixture->login->token);
  g_autoptr (Session) session = session_find (database, kept, fixture->now_ms);

  change (fixture, session, "sai", "mật khẩu mới");
  g_assert_error (fixture->error, AUTH_ERROR, AUTH_ERROR_CREDENTIALS);
  change (fixture, session, PASSWORD, "ngắn");
  g_assert_error (fixture->error, AUTH_ERROR, AUTH_ERROR_WEAK);
  change (fixture, session, PASSWORD, "mật khẩu mới");
  g_assert_no_error (fixture->error);
  g_assert_true (fixture->changed);
  assert_event (fixture, "password.changed");

  g_autoptr (Session) still = session_find (database, kept, fixture->now_ms);
  g_autoptr (Session) none = session_find (database, ended, fixture->now_ms);
  g_assert_nonnull (still);
  g_assert_null (none);
  g_assert_cmpint (try (fixture, "thuky", PASSWORD), ==, AUTH_ERROR_CREDENTIALS);
  g_assert_cmpint (try (fixture, "thuky", "mật khẩu mới"), ==, -1);
}

/* More at once than may wait: the one too many hears so at once, the others are served. While they
 * come on a slow machine, some are served already: a few more than can wait may be needed. */
static void
test_busy (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; fixture->n_busy == 0; i++) {
    g_autofree char *login = g_strdup_printf ("nobody%u", i);
    g_assert_cmpuint (i, <, 2 * (PASSWORD_QUEUE_MAX + PASSWORD_WORKERS));
    start (fixture, login, "sai");
    while (g_main_context_iteration (NULL, FALSE))
      ;
    if (i < PASSWORD_QUEUE_MAX)
      g_assert_cmpuint (fixture->n_busy, ==, 0);
  }
  /* A controller that stops does not wait for the rest. */
  g_clear_pointer (&fixture->gate, login_gate_free);
  wait_for_all (fixture);
}

static void
on_hashed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *fixture = user_data;
  clear_answer (fixture);
  g_autofree char *hash = login_gate_hash_finish (result, &fixture->error);
  g_assert_true (!hash || password_verify (hash, "mật khẩu mới"));
  fixture->waiting--;
}

static void
test_hash (Fixture *fixture, gconstpointer data)
{
  fixture->waiting = 1;
  login_gate_hash_async (fixture->gate, "mật khẩu mới", "x", on_hashed, fixture);
  wait_for_all (fixture);
  g_assert_no_error (fixture->error);
  fixture->waiting = 1;
  login_gate_hash_async (fixture->gate, "ngắn", "x", on_hashed, fixture);
  wait_for_all (fixture);
  g_assert_error (fixture->error, AUTH_ERROR, AUTH_ERROR_WEAK);
}

static void
test_first_administrator (void)
{
  g_auto (TestStore) store = test_store_empty ();
  char *password = NULL, *second = NULL;
  assert_works (login_ensure_administrator (store.database, 1, &password, error));
  g_assert_nonnull (password);
  g_autoptr (User) user = user_store_find (store.database, "admin", NULL);
  g_assert_cmpint (user->role, ==, USER_ROLE_ADMINISTRATOR);
  g_assert_null (user->unit);
  g_autofree char *hash = user_store_get_password_hash (store.database, user->id, NULL);
  g_assert_true (password_verify (hash, password));
  assert_works (login_ensure_administrator (store.database, 2, &second, error));
  g_assert_null (second);
  password_free (password);
}

#define ADD(name, function) g_test_add ("/login/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (sodium_init (), >=, 0);
  g_assert_cmpint (crypto_pwhash_str (right_hash, PASSWORD, strlen (PASSWORD),
                                      crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN),
                   ==, 0);
  ADD ("right", test_right);
  ADD ("wrong", test_wrong);
  ADD ("lock-out", test_lock_out);
  ADD ("lock-out-at-once", test_lock_out_at_once);
  ADD ("success-clears-count", test_success_clears_count);
  ADD ("policy", test_policy);
  ADD ("throttle", test_throttle);
  ADD ("change-password", test_change_password);
  ADD ("busy", test_busy);
  ADD ("hash", test_hash);
  g_test_add_func ("/login/first-administrator", test_first_administrator);
  return g_test_run ();
}
