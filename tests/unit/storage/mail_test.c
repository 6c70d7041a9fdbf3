#include "server/storage/mail_store.h"
#include "server/storage/statement.h"
#include "tests/unit/storage/storage_support.h"

static gint64
queue (Database *database, const char *meeting, const char *address, gint64 at_ms)
{
  const char *const addresses[] = { address, NULL };
  Letter letter = { .meeting = meeting, .subject = "a", .text = "b", .at_ms = at_ms };
  gint64 id = 0;
  assert_works (mail_store_queue (database, &letter, addresses, &id, error));
  return id;
}

static guint
count (Database *database, const MailState *state)
{
  g_autoptr (GPtrArray) mails = mail_store_list (database, state, 99, NULL);
  return mails->len;
}

static void
test_states (void)
{
  MailState state;
  for (int i = 0; i < MAIL_STATES; i++) {
    g_assert_true (mail_state_from_string (mail_state_to_string ((MailState) i), &state));
    g_assert_cmpint (state, ==, i);
  }
  g_assert_false (mail_state_from_string ("lost", &state));
  g_assert_false (mail_state_from_string (NULL, &state));
}

static void
test_due (void)
{
  g_auto (TestStore) store = test_store_empty ();
  Database *database = store.database;
  g_assert_cmpint (mail_store_next_ms (database), ==, 0);
  gint64 first = queue (database, NULL, "a@x.vn", 1000),
         second = queue (database, NULL, "b@x.vn", 900);
  g_assert_cmpint (mail_store_next_ms (database), ==, 900);
  g_assert_null (mail_store_take_due (database, 899, NULL));
  g_autoptr (Mail) due = mail_store_take_due (database, 2000, NULL);
  g_assert_cmpint (due->id, ==, second);
  g_assert_cmpstr (due->text, ==, "b");
  g_assert_null (due->calendar);
  assert_works (mail_store_set_sent (database, second, error));
  assert_works (mail_store_set_failed (database, first, "away", 5000, error));
  g_assert_null (mail_store_take_due (database, 4999, NULL));
  assert_works (mail_store_set_failed (database, first, "away", 0, error));
  g_assert_null (mail_store_take_due (database, 9999, NULL));
  MailState failed = MAIL_FAILED, sent = MAIL_SENT;
  g_assert_cmpuint (count (database, &failed), ==, 1);
  g_assert_cmpuint (count (database, &sent), ==, 1);
  g_assert_cmpuint (count (database, NULL), ==, 2);
}

static void
test_retry (void)
{
  g_auto (TestStore) store = test_store_empty ();
  Database *database = store.database;
  gint64 id = queue (database, NULL, "a@x.vn", 1000);
  assert_works (mail_store_set_failed (database, id, "away", 0, error));
  assert_works (mail_store_retry (database, id, 9000, error));
  g_autoptr (Mail) due = mail_store_take_due (database, 9000, NULL);
  g_assert_cmpint (due->at_ms, ==, 9000);
  g_assert_cmpuint (due->attempts, ==, 1);
  assert_works (mail_store_set_sent (database, id, error));
  assert_fails (mail_store_retry (database, id, 9000, error), STORAGE_ERROR_CONFLICT);
  assert_fails (mail_store_retry (database, 999, 9000, error), STORAGE_ERROR_NOT_FOUND);
}

static void
test_bounds (void)
{
  static const char *const bad[] = { "a@x\r\nRCPT TO:<b@y>", NULL };
  g_auto (TestStore) store = test_store_empty ();
  Letter letter = { .subject = "a", .text = "b", .at_ms = 1 };
  assert_fails (mail_store_queue (store.database, &letter, bad, NULL, error),
                STORAGE_ERROR_INVALID);
  g_assert_cmpuint (count (store.database, NULL), ==, 0);
  gint64 id = queue (store.database, NULL, "a@x.vn", 1);
  g_autofree char *reason = g_strnfill (301, 'x');
  assert_works (mail_store_set_failed (store.database, id, reason, 0, error));
  g_autoptr (GPtrArray) mails = mail_store_list (store.database, NULL, 1, NULL);
  g_assert_cmpuint (strlen (((Mail *) mails->pdata[0])->error), ==, 300);
}

static void
test_drop_and_remove (void)
{
  g_auto (TestStore) store = test_store_empty ();
  Database *database = store.database;
  gint64 sent = queue (database, "m1", "a@x.vn", 1000),
         tried = queue (database, "m1", "b@x.vn", 1000);
  queue (database, "m1", "c@x.vn", 1000);
  queue (database, "m2", "d@x.vn", 1000);
  assert_works (mail_store_set_sent (database, sent, error));
  assert_works (mail_store_set_failed (database, tried, "x", 9999, error));
  assert_works (mail_store_drop_waiting (database, "m1", error));
  g_assert_cmpuint (count (database, NULL), ==, 3);
  assert_works (mail_store_remove_before (database, 1000, error));
  g_assert_cmpuint (count (database, NULL), ==, 3);
  assert_works (mail_store_remove_before (database, 1001, error));
  g_assert_cmpuint (count (database, NULL), ==, 2); /* what waits stays */
}

static void
test_feeds (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  Database *database = store.database;
  gint64 user = add_user (database, "thuky", USER_ROLE_SECRETARY, "38", NULL);
  Feed own = { user, (char *) "38" }, all = { user, NULL };
  assert_works (mail_store_put_feed (database, &own, "h1", 1, error));
  assert_works (mail_store_put_feed (database, &all, "h2", 1, error));
  g_autoptr (Feed) found = mail_store_find_feed (database, "h1");
  g_assert_cmpint (found->user, ==, user);
  g_assert_cmpstr (found->unit, ==, "38");
  assert_works (mail_store_put_feed (database, &own, "h3", 1, error));
  g_assert_null (mail_store_find_feed (database, "h1"));
  assert_works (mail_store_remove_feed (database, &all, error));
  g_assert_null (mail_store_find_feed (database, "h2"));
  assert_works (user_store_remove (database, user, error));
  g_assert_null (mail_store_find_feed (database, "h3"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mail/states", test_states);
  g_test_add_func ("/mail/due", test_due);
  g_test_add_func ("/mail/retry", test_retry);
  g_test_add_func ("/mail/bounds", test_bounds);
  g_test_add_func ("/mail/drop-and-remove", test_drop_and_remove);
  g_test_add_func ("/mail/feeds", test_feeds);
  return g_test_run ();
}
