/* Alarms in storage: written, changed, found again by site, meeting, time and state, swept. */
#include "server/storage/alarm_store.h"

static Alarm
make (gint64 id, const char *endpoint, gint64 raised_ms)
{
  return (Alarm){ .id = id,
                  .meeting = (char *) "m1",
                  .endpoint = (char *) endpoint,
                  .site_name = (char *) "Xã Thanh Hà",
                  .kind = (char *) "up_loss",
                  .confidence = 72,
                  .raised_ms = raised_ms,
                  .changed_ms = raised_ms };
}

static guint
count (Database *database, AlarmQuery query)
{
  g_autoptr (GPtrArray) list = alarm_store_list (database, &query, NULL);
  g_assert_nonnull (list);
  return list->len;
}

static void
test_store (void)
{
  g_autoptr (Database) database = database_open (":memory:", NULL);
  Alarm first = make (1, "e1", 1000), second = make (2, "e2", 2000), third = make (3, "e1", 3000);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (database);
  g_assert_cmpint (alarm_store_last_id (database), ==, 0);
  g_assert_true (alarm_store_put (database, &first, &error));
  g_assert_true (alarm_store_put (database, &second, &error));
  g_assert_true (alarm_store_put (database, &third, &error));
  first.severity = ALARM_CRITICAL;
  first.cleared_ms = 1500;
  first.acked_by = (char *) "kythuat";
  first.acked_ms = 1200;
  first.note = (char *) "đã gọi";
  first.peer = (char *) "e7";
  g_assert_true (alarm_store_put (database, &first, &error));
  g_assert_no_error (error);
  g_assert_cmpint (alarm_store_last_id (database), ==, 3);

  AlarmQuery of_e1 = { .endpoint = "e1" };
  g_autoptr (GPtrArray) list = alarm_store_list (database, &of_e1, NULL);
  g_assert_cmpuint (list->len, ==, 2);
  const Alarm *back = list->pdata[1];
  g_assert_cmpint (((Alarm *) list->pdata[0])->id, ==, 3);
  g_assert_cmpint (back->severity, ==, ALARM_CRITICAL);
  g_assert_cmpstr (back->note, ==, "đã gọi");
  g_assert_cmpstr (back->acked_by, ==, "kythuat");
  g_assert_cmpstr (back->peer, ==, "e7");
  g_assert_cmpint (back->cleared_ms, ==, 1500);
  g_assert_cmpuint (back->confidence, ==, 72);

  g_assert_cmpuint (count (database, (AlarmQuery){ 0 }), ==, 3);
  g_assert_cmpuint (count (database, (AlarmQuery){ .limit = 2 }), ==, 2);
  g_assert_cmpuint (count (database, (AlarmQuery){ .open_only = TRUE }), ==, 2);
  g_assert_cmpuint (count (database, (AlarmQuery){ .meeting = "m2" }), ==, 0);
  g_assert_cmpuint (count (database, (AlarmQuery){ .from_ms = 1500 }), ==, 3);
  g_assert_cmpuint (count (database, (AlarmQuery){ .from_ms = 1501 }), ==, 2);
  g_assert_cmpuint (count (database, (AlarmQuery){ .to_ms = 2000 }), ==, 1);

  g_assert_true (alarm_store_remove_before (database, 1500, NULL));
  g_assert_cmpuint (count (database, (AlarmQuery){ 0 }), ==, 3);
  g_assert_true (alarm_store_remove_before (database, 1501, NULL)); /* open ones stay */
  g_assert_cmpuint (count (database, (AlarmQuery){ 0 }), ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/storage/alarm", test_store);
  return g_test_run ();
}
