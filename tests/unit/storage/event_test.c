#include "server/storage/event_store.h"
#include "server/storage/storage_limits.h"
#include "tests/unit/storage/storage_support.h"

static void
append (Database *database, gint64 at_ms, const char *meeting, const char *action)
{
  Event event = { .at_ms = at_ms, .meeting = (char *) meeting, .action = (char *) action };
  assert_works (event_store_append (database, &event, error));
}

static void
test_list (void)
{
  g_auto (TestStore) store = test_store_empty ();
  append (store.database, 10, NULL, "login");
  append (store.database, 20, "m1", "meeting.open");
  append (store.database, 30, "m1", "meeting.end");
  g_autoptr (GPtrArray) all = event_store_list (store.database, NULL, 0, 10, NULL);
  g_assert_cmpuint (all->len, ==, 3);
  const Event *first = all->pdata[0];
  g_assert_null (first->meeting);
  g_assert_cmpstr (first->actor, ==, "");
  g_assert_cmpint (first->at_ms, ==, 10);
  g_autoptr (GPtrArray) one = event_store_list (store.database, "m1", 0, 10, NULL);
  g_assert_cmpuint (one->len, ==, 2);
  const Event *opened = one->pdata[0];
  g_autoptr (GPtrArray) rest = event_store_list (store.database, "m1", opened->id, 10, NULL);
  g_assert_cmpuint (rest->len, ==, 1);
  g_autoptr (GPtrArray) limited = event_store_list (store.database, NULL, 0, 1, NULL);
  g_assert_cmpuint (limited->len, ==, 1);
}

static void
test_remove (void)
{
  g_auto (TestStore) store = test_store_empty ();
  append (store.database, 10, NULL, "a");
  append (store.database, 20, NULL, "b");
  gint64 removed = 0;
  assert_works (event_store_remove_before (store.database, 20, &removed, error));
  g_assert_cmpint (removed, ==, 1);
}

/* Cut between characters, not between bytes. */
static void
test_long_detail (void)
{
  g_auto (TestStore) store = test_store_empty ();
  GString *detail = g_string_new (NULL);
  for (int i = 0; i < EVENT_DETAIL_MAX_CHARS + 1; i++)
    g_string_append (detail, "ộ");
  Event event = { .action = (char *) "x", .detail = detail->str };
  assert_works (event_store_append (store.database, &event, error));
  g_string_free (detail, TRUE);
  g_autoptr (GPtrArray) events = event_store_list (store.database, NULL, 0, 1, NULL);
  const Event *stored = events->pdata[0];
  g_assert_cmpint (g_utf8_strlen (stored->detail, -1), ==, EVENT_DETAIL_MAX_CHARS);
  g_assert_true (g_utf8_validate (stored->detail, -1, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/event/list", test_list);
  g_test_add_func ("/event/remove", test_remove);
  g_test_add_func ("/event/long-detail", test_long_detail);
  return g_test_run ();
}
