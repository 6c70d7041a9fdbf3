#include "server/storage/session_store.h"
#include "tests/unit/storage/storage_support.h"

static void
test_roles (void)
{
  for (int i = 0; i < USER_ROLES; i++) {
    UserRole role;
    g_assert_true (user_role_parse (user_role_name ((UserRole) i), &role));
    g_assert_cmpint (role, ==, i);
  }
  UserRole role;
  g_assert_false (user_role_parse ("king", &role));
  g_assert_false (user_role_parse (NULL, &role));
}

static void
test_add (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  Database *database = store.database;
  gint64 id = add_user (database, "xa1", USER_ROLE_ENDPOINT, NULL, "100-1");
  g_autoptr (User) user = user_store_find (database, "xa1", NULL);
  g_assert_cmpint (user->id, ==, id);
  g_assert_cmpint (user->role, ==, USER_ROLE_ENDPOINT);
  g_assert_cmpstr (user->unit, ==, "100"); /* that of its room */
  g_assert_cmpstr (user->endpoint, ==, "100-1");
  g_autoptr (User) copy = user_copy (user);
  g_assert_cmpstr (copy->login, ==, "xa1");
  assert_fails (user_store_get (database, 999, error), STORAGE_ERROR_NOT_FOUND);
  assert_fails (user_store_find (database, "none", error), STORAGE_ERROR_NOT_FOUND);
}

static void
test_rules (void)
{
  static const struct {
    User user;
    int code;
  } rows[] = {
    { { .login = (char *) "Upper", .name = (char *) "x" }, STORAGE_ERROR_INVALID },
    { { .login = (char *) "", .name = (char *) "x" }, STORAGE_ERROR_INVALID },
    { { .login = (char *) ".x", .name = (char *) "x" }, STORAGE_ERROR_INVALID },
    { { .login = (char *) "thư", .name = (char *) "x" }, STORAGE_ERROR_INVALID },
    { { .login = (char *) "x", .name = (char *) "" }, STORAGE_ERROR_INVALID },
    { { .login = (char *) "taken", .name = (char *) "x" }, STORAGE_ERROR_EXISTS },
    { { .login = (char *) "x", .name = (char *) "x", .role = USER_ROLE_SECRETARY },
      STORAGE_ERROR_INVALID },
    { { .login = (char *) "x",
        .name = (char *) "x",
        .role = USER_ROLE_SECRETARY,
        .unit = (char *) "99" },
      STORAGE_ERROR_NOT_FOUND },
    { { .login = (char *) "x", .name = (char *) "x", .role = USER_ROLE_ENDPOINT },
      STORAGE_ERROR_INVALID },
    { { .login = (char *) "x",
        .name = (char *) "x",
        .role = USER_ROLE_ENDPOINT,
        .endpoint = (char *) "9-9" },
      STORAGE_ERROR_NOT_FOUND },
    { { .login = (char *) "x",
        .name = (char *) "x",
        .role = USER_ROLE_TECHNICIAN,
        .unit = (char *) "38",
        .endpoint = (char *) "38-1" },
      STORAGE_ERROR_INVALID },
  };
  g_auto (TestStore) store = test_store_with_rooms ();
  add_user (store.database, "taken", USER_ROLE_SECRETARY, "38", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    assert_fails (user_store_add (store.database, &rows[i].user, "h", 1, NULL, error),
                  rows[i].code);
  g_assert_cmpint (user_store_count (store.database), ==, 1);
}

static void
test_list (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  add_user (store.database, "root", USER_ROLE_ADMINISTRATOR, NULL, NULL);
  add_user (store.database, "thuky", USER_ROLE_SECRETARY, "38", NULL);
  add_user (store.database, "hanoi", USER_ROLE_SECRETARY, "01", NULL);
  add_user (store.database, "xa", USER_ROLE_ENDPOINT, NULL, "100-1");
  g_autoptr (GPtrArray) all = user_store_list (store.database, NULL, NULL);
  g_assert_cmpuint (all->len, ==, 4);
  g_autoptr (GPtrArray) some = user_store_list (store.database, "38", NULL);
  g_assert_cmpuint (some->len, ==, 2);
  g_assert_cmpstr (((User *) some->pdata[0])->login, ==, "thuky");
  assert_fails (user_store_list (store.database, "99", error), STORAGE_ERROR_NOT_FOUND);
}

static void
open_session (Database *database, const char *hash, gint64 user)
{
  SessionRow row = { (char *) hash, user, (char *) "10.0.0.1", 100, 100, 50 };
  assert_works (session_store_add (database, &row, error));
}

static gboolean
has_session (Database *database, const char *hash)
{
  g_autoptr (SessionRow) row = session_store_get (database, hash, NULL);
  return row != NULL;
}

static void
test_update (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  Database *database = store.database;
  gint64 id = add_user (database, "thuky", USER_ROLE_SECRETARY, "38", NULL);
  open_session (database, "s", id);
  g_autoptr (User) user = user_store_get (database, id, NULL);
  g_free (user->name);
  user->name = g_strdup ("Thư ký mới");
  user->role = USER_ROLE_TECHNICIAN;
  assert_works (user_store_update (database, user, error));
  g_assert_true (has_session (database, "s"));
  user->disabled = TRUE;
  assert_works (user_store_update (database, user, error));
  g_assert_false (has_session (database, "s"));
  g_autoptr (User) again = user_store_get (database, id, NULL);
  g_assert_cmpstr (again->name, ==, "Thư ký mới");
  g_assert_cmpint (again->role, ==, USER_ROLE_TECHNICIAN);
  g_assert_true (again->disabled);
  again->id = 999;
  assert_fails (user_store_update (database, again, error), STORAGE_ERROR_NOT_FOUND);
  assert_works (user_store_remove (database, id, error));
  assert_fails (user_store_remove (database, id, error), STORAGE_ERROR_NOT_FOUND);
}

static void
test_last_administrator (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  Database *database = store.database;
  gint64 first = add_user (database, "a", USER_ROLE_ADMINISTRATOR, NULL, NULL);
  add_user (database, "province", USER_ROLE_ADMINISTRATOR, "38", NULL);
  g_autoptr (User) user = user_store_get (database, first, NULL);
  assert_fails (user_store_remove (database, first, error), STORAGE_ERROR_CONFLICT);
  user->disabled = TRUE;
  assert_fails (user_store_update (database, user, error), STORAGE_ERROR_CONFLICT);
  user->disabled = FALSE;
  user->unit = g_strdup ("38");
  assert_fails (user_store_update (database, user, error), STORAGE_ERROR_CONFLICT);
  add_user (database, "b", USER_ROLE_ADMINISTRATOR, NULL, NULL);
  assert_works (user_store_remove (database, first, error));
}

static void
test_password_hash (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  Database *database = store.database;
  gint64 id = add_user (database, "thuky", USER_ROLE_SECRETARY, "38", NULL);
  open_session (database, "kept", id);
  open_session (database, "ended", id);
  assert_works (user_store_lock (database, id, 5000, error));
  assert_works (user_store_set_password_hash (database, id, "new", "kept", error));
  g_autofree char *hash = user_store_get_password_hash (database, id, NULL);
  g_assert_cmpstr (hash, ==, "new");
  g_assert_true (has_session (database, "kept"));
  g_assert_false (has_session (database, "ended"));
  g_autoptr (User) user = user_store_get (database, id, NULL);
  g_assert_cmpint (user->locked_until_ms, ==, 0);
  assert_works (user_store_set_password_hash (database, id, "new", NULL, error));
  g_assert_false (has_session (database, "kept"));
  assert_fails (user_store_set_password_hash (database, 999, "x", NULL, error),
                STORAGE_ERROR_NOT_FOUND);
  assert_fails (user_store_get_password_hash (database, 999, error), STORAGE_ERROR_NOT_FOUND);
  assert_fails (user_store_lock (database, 999, 0, error), STORAGE_ERROR_NOT_FOUND);
}

static void
test_failures (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  Database *database = store.database;
  gint64 id = add_user (database, "thuky", USER_ROLE_SECRETARY, "38", NULL);
  for (int i = 1; i <= 3; i++) {
    gboolean locked = FALSE;
    assert_works (user_store_count_failure (database, id, 3, 9000, &locked, error));
    g_assert_cmpint (locked, ==, i == 3);
  }
  g_autoptr (User) locked_user = user_store_get (database, id, NULL);
  g_assert_cmpint (locked_user->locked_until_ms, ==, 9000);
  g_assert_cmpuint (locked_user->failed_logins, ==, 0);
  assert_works (user_store_count_login (database, id, 9500, error));
  g_autoptr (User) user = user_store_get (database, id, NULL);
  g_assert_cmpint (user->locked_until_ms, ==, 0);
  g_assert_cmpint (user->last_login_ms, ==, 9500);
}

static void
test_sessions (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  Database *database = store.database;
  gint64 id = add_user (database, "thuky", USER_ROLE_SECRETARY, "38", NULL);
  open_session (database, "a", id); /* created and used at 100, idle for 50 */
  open_session (database, "b", id);
  assert_works (session_store_touch (database, "b", 130, error));
  assert_works (session_store_remove_old (database, 0, 149, error));
  g_assert_true (has_session (database, "a"));
  assert_works (session_store_remove_old (database, 0, 150, error));
  g_assert_false (has_session (database, "a"));
  g_autoptr (SessionRow) row = session_store_get (database, "b", NULL);
  g_assert_cmpint (row->used_ms, ==, 130);
  g_assert_cmpint (row->user, ==, id);
  assert_works (session_store_remove_old (database, 101, 131, error));
  g_assert_false (has_session (database, "b"));
  open_session (database, "c", id);
  assert_works (session_store_remove (database, "c", error));
  assert_works (session_store_remove (database, "c", error));
  assert_fails (session_store_get (database, "c", error), STORAGE_ERROR_NOT_FOUND);
  open_session (database, "d", id);
  assert_works (user_store_remove (database, id, error));
  g_assert_false (has_session (database, "d"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/user/roles", test_roles);
  g_test_add_func ("/user/add", test_add);
  g_test_add_func ("/user/rules", test_rules);
  g_test_add_func ("/user/list", test_list);
  g_test_add_func ("/user/update", test_update);
  g_test_add_func ("/user/last-administrator", test_last_administrator);
  g_test_add_func ("/user/password-hash", test_password_hash);
  g_test_add_func ("/user/failures", test_failures);
  g_test_add_func ("/user/sessions", test_sessions);
  return g_test_run ();
}
