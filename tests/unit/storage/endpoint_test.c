#include "server/storage/schedule_store.h"
#include "server/storage/statement.h"
#include "server/storage/storage_limits.h"
#include "tests/unit/storage/storage_support.h"

static void
assert_list (Database *database, const char *root, const char *query, guint limit,
             const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) found = endpoint_store_list (database, root, query, limit, &error);
  g_assert_no_error (error);
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < found->len; i++)
    g_string_append_printf (text, "%s ", ((Endpoint *) found->pdata[i])->id);
  g_assert_cmpstr (text->str, ==, expected);
  g_string_free (text, TRUE);
}

static void
test_list (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  assert_list (store.database, NULL, NULL, 100, "200-1 38-1 100-1 101-1 102-1 ");
  assert_list (store.database, "38", NULL, 100, "38-1 100-1 101-1 102-1 ");
  assert_list (store.database, NULL, NULL, 2, "200-1 38-1 ");
  assert_list (store.database, NULL, "ba dinh", 100, "200-1 101-1 ");
  assert_list (store.database, NULL, "hoi truong", 100, "38-1 ");
  assert_list (store.database, NULL, "thanh hoa", 100, "38-1 "); /* by its unit */
  assert_list (store.database, NULL, "10", 100, "100-1 101-1 102-1 ");
  assert_list (store.database, NULL, "xyz", 100, "");
  assert_fails (endpoint_store_list (store.database, "99", NULL, 1, error),
                STORAGE_ERROR_NOT_FOUND);
}

static void
test_change (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  Database *database = store.database;
  g_autoptr (Endpoint) room =
      endpoint_store_add (database, "100", " Phòng họp 2 ", "Anh Tư", "0237 000 001", NULL);
  g_assert_cmpstr (room->id, ==, "100-2");
  g_assert_cmpstr (room->name, ==, "Phòng họp 2");
  g_assert_cmpstr (room->unit_name, ==, "Xã Thanh Hà");
  g_assert_cmpstr (room->technician, ==, "Anh Tư");
  assert_works (endpoint_store_update (database, "100-2", "Phòng lớn", NULL, "1", error));
  g_autoptr (Endpoint) changed = endpoint_store_get (database, "100-2", NULL);
  g_assert_cmpstr (changed->name, ==, "Phòng lớn");
  g_assert_cmpstr (changed->technician, ==, "Anh Tư");
  g_assert_cmpstr (changed->phone, ==, "1");
  assert_list (database, NULL, "phong lon", 9, "100-2 ");
  assert_fails (endpoint_store_update (database, "9-9", "x", NULL, NULL, error),
                STORAGE_ERROR_NOT_FOUND);
  assert_fails (endpoint_store_update (database, "100-2", "", NULL, NULL, error),
                STORAGE_ERROR_INVALID);
  assert_fails (endpoint_store_add (database, "99", "x", NULL, NULL, error),
                STORAGE_ERROR_NOT_FOUND);
  g_autofree char *long_phone = g_strnfill (PHONE_MAX_CHARS + 1, '1');
  assert_fails (endpoint_store_add (database, "100", "x", NULL, long_phone, error),
                STORAGE_ERROR_INVALID);
}

static void
test_number_is_not_used_again (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  assert_works (endpoint_store_remove (store.database, "100-1", error));
  assert_fails (endpoint_store_get (store.database, "100-1", error), STORAGE_ERROR_NOT_FOUND);
  assert_fails (endpoint_store_remove (store.database, "100-1", error), STORAGE_ERROR_NOT_FOUND);
  g_autoptr (Endpoint) next = endpoint_store_add (store.database, "100", "x", NULL, NULL, NULL);
  g_assert_cmpstr (next->id, ==, "100-2");
}

static void
test_numbers_end (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  assert_works (statement_run (store.database, error, NULL,
                               "UPDATE units SET last_endpoint = ? WHERE code = '100'", "i",
                               (gint64) ENDPOINTS_PER_UNIT_MAX - 1));
  g_autoptr (Endpoint) last = endpoint_store_add (store.database, "100", "x", NULL, NULL, NULL);
  g_assert_nonnull (last);
  assert_fails (endpoint_store_add (store.database, "100", "x", NULL, NULL, error),
                STORAGE_ERROR_INVALID);
}

static void
test_remove_used (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  Database *database = store.database;
  gint64 user = add_user (database, "xa", USER_ROLE_ENDPOINT, NULL, "100-1");
  assert_fails (endpoint_store_remove (database, "100-1", error), STORAGE_ERROR_IN_USE);
  assert_works (user_store_remove (database, user, error));

  g_autoptr (MeetingRecord) meeting = meeting_record_new ("m1");
  meeting->title = (g_free (meeting->title), g_strdup ("Họp"));
  meeting->host_unit = (g_free (meeting->host_unit), g_strdup ("38"));
  meeting->chair_endpoint = (g_free (meeting->chair_endpoint), g_strdup ("38-1"));
  const char *rooms[] = { "38-1", "100-1" };
  meeting_record_set_endpoints (meeting, rooms, 2);
  assert_works (schedule_store_add (database, meeting, error));
  assert_fails (endpoint_store_remove (database, "100-1", error), STORAGE_ERROR_IN_USE);
  meeting->state = MEETING_ENDED;
  assert_works (schedule_store_save_state (database, meeting, MEETING_SCHEDULED, error));
  assert_works (endpoint_store_remove (database, "100-1", error));
  /* gone for the users, kept for the record of the meeting */
  assert_list (database, "100", NULL, 9, "");
  g_autoptr (MeetingRecord) past = schedule_store_get (database, "m1", NULL);
  g_assert_cmpuint (past->endpoints->len, ==, 2);
  g_autoptr (Unit) unit = unit_store_get (database, "100", NULL);
  g_assert_cmpuint (unit->endpoints, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/endpoint/list", test_list);
  g_test_add_func ("/endpoint/change", test_change);
  g_test_add_func ("/endpoint/number-is-not-used-again", test_number_is_not_used_again);
  g_test_add_func ("/endpoint/numbers-end", test_numbers_end);
  g_test_add_func ("/endpoint/remove-used", test_remove_used);
  return g_test_run ();
}
