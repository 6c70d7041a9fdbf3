#include "server/auth/session.h"
#include "server/storage/session_store.h"
#include "tests/unit/storage/storage_support.h"

#define IDLE 1000

static char *
open_session (Database *database, gint64 user, gint64 now_ms)
{
  char *token = NULL;
  SessionStart start = { user, "10.0.0.1", now_ms, IDLE };
  assert_works (session_open (database, &start, &token, error));
  return token;
}

static gboolean
is_alive (Database *database, const char *token, gint64 now_ms)
{
  g_autoptr (Session) session = session_find (database, token, now_ms);
  return session != NULL;
}

static void
test_open (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  gint64 id = add_user (store.database, "thuky", USER_ROLE_SECRETARY, "38", NULL);
  g_autofree char *token = open_session (store.database, id, 0);
  g_autofree char *other = open_session (store.database, id, 0);
  g_assert_cmpuint (strlen (token), ==, 43);
  g_assert_cmpstr (token, !=, other);
  g_autoptr (Session) session = session_find (store.database, token, 1);
  g_assert_cmpstr (session->user->login, ==, "thuky");
  g_assert_cmpstr (session->token_hash, !=, token);
  g_autoptr (SessionRow) by_token = session_store_get (store.database, token, NULL);
  g_assert_null (by_token); /* only the hash is stored */
  g_assert_false (is_alive (store.database, NULL, 1));
  g_assert_false (is_alive (store.database, "", 1));
  g_assert_false (is_alive (store.database, "x", 1));
  token[0] = token[0] == 'a' ? 'b' : 'a';
  g_assert_false (is_alive (store.database, token, 1));
}

static void
test_csrf (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  gint64 id = add_user (store.database, "thuky", USER_ROLE_SECRETARY, "38", NULL);
  g_autofree char *token = open_session (store.database, id, 0);
  g_autofree char *other = open_session (store.database, id, 0);
  g_autoptr (Session) session = session_find (store.database, token, 1);
  g_autofree char *right = session_csrf_for (token);
  g_autofree char *wrong = session_csrf_for (other);
  g_assert_true (session_csrf_is_right (session, right));
  g_assert_false (session_csrf_is_right (session, wrong));
  g_assert_false (session_csrf_is_right (session, ""));
  g_assert_false (session_csrf_is_right (session, NULL));
  g_assert_null (strstr (token, right));
}

static void
test_idle (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  gint64 id = add_user (store.database, "thuky", USER_ROLE_SECRETARY, "38", NULL);
  g_autofree char *token = open_session (store.database, id, 0);
  g_assert_true (is_alive (store.database, token, IDLE - 1));
  g_assert_false (is_alive (store.database, token, IDLE));
}

/* Use keeps a session alive (noted once a minute), but not for ever. */
static void
test_life (void)
{
  const gint64 hour = 3600 * 1000;
  g_auto (TestStore) store = test_store_with_rooms ();
  gint64 id = add_user (store.database, "thuky", USER_ROLE_SECRETARY, "38", NULL);
  g_autofree char *token = NULL;
  SessionStart start = { id, "10.0.0.1", 0, SESSION_IDLE_MS };
  assert_works (session_open (store.database, &start, &token, error));
  gint64 now = 0;
  for (; now < SESSION_LIFE_MS; now += hour)
    g_assert_true (is_alive (store.database, token, now));
  g_assert_false (is_alive (store.database, token, now));
  assert_works (session_remove_dead (store.database, now + 1, error));
  g_assert_false (is_alive (store.database, token, 0));
}

static void
test_end (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  Database *database = store.database;
  gint64 id = add_user (database, "thuky", USER_ROLE_SECRETARY, "38", NULL);
  g_autofree char *token = open_session (database, id, 0);
  assert_works (session_close (database, token, error));
  g_assert_false (is_alive (database, token, 1));
  g_autofree char *second = open_session (database, id, 0);
  g_autoptr (User) user = user_store_get (database, id, NULL);
  user->disabled = TRUE;
  assert_works (user_store_update (database, user, error));
  g_assert_false (is_alive (database, second, 1));
}

/* What lasts longer than a request keeps its session alive, and ends with it. */
static void
test_hold (void)
{
  const gint64 hour = 3600 * 1000;
  g_auto (TestStore) store = test_store_with_rooms ();
  Database *database = store.database;
  gint64 id = add_user (database, "thuky", USER_ROLE_SECRETARY, "38", NULL);
  g_autofree char *token = NULL;
  SessionStart start = { id, "10.0.0.1", 0, SESSION_IDLE_MS };
  assert_works (session_open (database, &start, &token, error));
  g_autoptr (Session) session = session_find (database, token, 1);
  gint64 now = 0;
  for (; now < 30 * hour; now += hour) {
    g_autoptr (User) user = session_hold (database, session->token_hash, now);
    g_assert_cmpstr (user->login, ==, "thuky");
  }
  g_assert_null (session_hold (database, token, now)); /* not by the cookie itself */
  assert_works (session_close (database, token, error));
  g_assert_null (session_hold (database, session->token_hash, now));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/open", test_open);
  g_test_add_func ("/session/csrf", test_csrf);
  g_test_add_func ("/session/idle", test_idle);
  g_test_add_func ("/session/life", test_life);
  g_test_add_func ("/session/end", test_end);
  g_test_add_func ("/session/hold", test_hold);
  return g_test_run ();
}
