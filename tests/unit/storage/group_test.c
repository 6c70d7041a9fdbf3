#include "server/storage/endpoint_store.h"
#include "server/storage/group_store.h"
#include "server/storage/statement.h"
#include "server/storage/storage_limits.h"
#include "tests/unit/storage/storage_support.h"

static const char *const rooms[] = { "102-1", "100-1", "100-1", NULL };

static char *
add (Database *database, const char *unit, const char *name, const char *const *members)
{
  char *id = NULL;
  assert_works (group_store_add (database, unit, name, members, &id, error));
  return id;
}

static void
assert_members (Database *database, const char *id, const char *expected)
{
  g_autoptr (Group) group = group_store_get (database, id, NULL);
  g_assert_nonnull (group);
  g_autofree char *members = g_strjoinv (" ", group->members);
  g_assert_cmpstr (members, ==, expected);
  g_assert_cmpuint (group->n_members, ==, g_strv_length (group->members));
}

static void
test_life (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  Database *database = store.database;
  g_autofree char *id = add (database, "38", "  Các xã miền núi ", rooms);
  g_autoptr (Group) group = group_store_get (database, id, NULL);
  g_assert_cmpstr (group->name, ==, "Các xã miền núi");
  g_assert_cmpstr (group->unit, ==, "38");
  assert_members (database, id, "102-1 100-1");
  static const char *const fewer[] = { "101-1", NULL };
  static const char *const none[] = { NULL };
  assert_works (group_store_update (database, id, "Miền núi", NULL, error));
  assert_members (database, id, "102-1 100-1");
  assert_works (group_store_update (database, id, NULL, fewer, error));
  assert_members (database, id, "101-1");
  assert_works (group_store_update (database, id, NULL, none, error));
  assert_members (database, id, "");
  assert_works (group_store_remove (database, id, error));
  assert_fails (group_store_get (database, id, error), STORAGE_ERROR_NOT_FOUND);
  assert_fails (group_store_remove (database, id, error), STORAGE_ERROR_NOT_FOUND);
}

static void
test_refused (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  Database *database = store.database;
  static const char *const unknown[] = { "100-1", "9-9", NULL };
  g_autofree char *id = add (database, "38", "Miền núi", NULL);
  g_autofree char *longest = g_strnfill (NAME_MAX_CHARS, 'a');
  g_autofree char *longer = g_strnfill (NAME_MAX_CHARS + 1, 'a');
  assert_fails (group_store_add (database, "38", "mien nui", NULL, NULL, error),
                STORAGE_ERROR_EXISTS);
  assert_works (group_store_add (database, "200", "mien nui", NULL, NULL, error));
  assert_fails (group_store_add (database, "99", "x", NULL, NULL, error), STORAGE_ERROR_NOT_FOUND);
  assert_fails (group_store_add (database, "38", "", NULL, NULL, error), STORAGE_ERROR_INVALID);
  assert_fails (group_store_add (database, "38", longer, NULL, NULL, error), STORAGE_ERROR_INVALID);
  assert_works (group_store_add (database, "38", longest, NULL, NULL, error));
  assert_fails (group_store_update (database, id, NULL, unknown, error), STORAGE_ERROR_NOT_FOUND);
  assert_members (database, id, "");
  assert_fails (group_store_update (database, "x", "y", NULL, error), STORAGE_ERROR_NOT_FOUND);
}

static void
test_bounds (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  g_autoptr (Transaction) transaction = database_begin (store.database, NULL);
  for (guint i = 0; i < GROUPS_PER_UNIT_MAX; i++) {
    g_autofree char *name = g_strdup_printf ("nhóm %u", i);
    g_autofree char *id = add (store.database, "38", name, NULL);
  }
  assert_fails (group_store_add (store.database, "38", "một nữa", NULL, NULL, error),
                STORAGE_ERROR_INVALID);
}

static void
test_members_bound (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  g_autoptr (GPtrArray) members = g_ptr_array_new ();
  for (guint i = 0; i < GROUP_MEMBERS_MAX; i++)
    g_ptr_array_add (members, (gpointer) "100-1");
  g_ptr_array_add (members, NULL);
  g_autofree char *id = add (store.database, "38", "đủ", (const char *const *) members->pdata);
  assert_members (store.database, id, "100-1");
  members->pdata[GROUP_MEMBERS_MAX] = (gpointer) "100-1";
  g_ptr_array_add (members, NULL);
  assert_fails (group_store_add (store.database, "38", "quá nhiều",
                                 (const char *const *) members->pdata, NULL, error),
                STORAGE_ERROR_INVALID);
}

static void
test_list_and_expand (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  Database *database = store.database;
  static const char *const other[] = { "101-1", "100-1", NULL };
  g_autofree char *first = add (database, "38", "Đồng bằng", rooms);
  g_autofree char *second = add (database, "38", "An toàn", other);
  g_autofree char *third = add (database, "200", "Khác", NULL);
  g_autoptr (GPtrArray) all = group_store_list (database, NULL, NULL);
  g_autoptr (GPtrArray) here = group_store_list (database, "38", NULL);
  g_assert_cmpuint (all->len, ==, 3);
  g_assert_cmpuint (here->len, ==, 2);
  g_assert_cmpstr (((Group *) here->pdata[0])->name, ==, "An toàn");
  assert_fails (group_store_list (database, "99", error), STORAGE_ERROR_NOT_FOUND);

  const char *ids[] = { first, second, NULL };
  g_auto (GStrv) expanded = group_store_expand (database, ids, NULL);
  g_autofree char *text = g_strjoinv (" ", expanded);
  g_assert_cmpstr (text, ==, "102-1 100-1 101-1");
  const char *unknown[] = { first, "x", NULL };
  assert_fails (group_store_expand (database, unknown, error), STORAGE_ERROR_NOT_FOUND);
}

static void
test_a_removed_room_leaves (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  g_autofree char *id = add (store.database, "38", "Nhóm", rooms);
  assert_works (endpoint_store_remove (store.database, "102-1", error));
  assert_members (store.database, id, "100-1");
  assert_works (statement_run (store.database, error, NULL,
                               "UPDATE endpoints SET removed = 1 WHERE id = '100-1'", ""));
  assert_members (store.database, id, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/group/life", test_life);
  g_test_add_func ("/group/refused", test_refused);
  g_test_add_func ("/group/bounds", test_bounds);
  g_test_add_func ("/group/members-bound", test_members_bound);
  g_test_add_func ("/group/list-and-expand", test_list_and_expand);
  g_test_add_func ("/group/a-removed-room-leaves", test_a_removed_room_leaves);
  return g_test_run ();
}
