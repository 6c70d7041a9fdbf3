#include "server/storage/series_store.h"

#include "tests/unit/storage/meeting_support.h"

#define DAY_MS G_GINT64_CONSTANT (86400000)

static void
add_series (Database *database, const char *id)
{
  g_autoptr (Series) series = series_new (id);
  gint64 exception = 7 * DAY_MS;
  series->host_unit = g_strdup ("38");
  series->rule = g_strdup ("FREQ=WEEKLY;COUNT=3");
  series->first_ms = DAY_MS;
  series->created_by = g_strdup ("thuky");
  g_array_append_val (series->exceptions, exception);
  assert_works (series_store_add (database, series, error));
}

static void
add_occurrence (Database *database, const char *id, gint64 day, MeetingState state)
{
  static const char *const rooms[] = { "38-1", "100-1", NULL };
  g_autoptr (MeetingRecord) meeting = test_meeting (id, rooms);
  meeting->series = g_strdup ("s1");
  meeting->state = state;
  meeting->occurrence_ms = meeting->starts_at_ms = day * DAY_MS;
  meeting->ends_at_ms = meeting->starts_at_ms + 1000;
  assert_works (schedule_store_add (database, meeting, error));
}

static void
test_round_trip (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  add_series (store.database, "s1");
  g_autoptr (Series) series = series_store_get (store.database, "s1", NULL);
  g_assert_cmpstr (series->rule, ==, "FREQ=WEEKLY;COUNT=3");
  g_assert_cmpuint (series->exceptions->len, ==, 1);
  g_assert_cmpint (g_array_index (series->exceptions, gint64, 0), ==, 7 * DAY_MS);
  g_free (series->rule);
  series->rule = g_strdup ("FREQ=DAILY;COUNT=2");
  g_array_set_size (series->exceptions, 0);
  assert_works (series_store_update (store.database, series, error));
  g_autoptr (Series) changed = series_store_get (store.database, "s1", NULL);
  g_assert_cmpstr (changed->rule, ==, "FREQ=DAILY;COUNT=2");
  g_assert_cmpuint (changed->exceptions->len, ==, 0);
  assert_fails (series_store_get (store.database, "none", error), STORAGE_ERROR_NOT_FOUND);
}

static void
test_meetings (void)
{
  static const struct {
    gint64 from_day;
    gboolean to_come;
    const char *ids;
  } rows[] = { { 0, FALSE, "m1 m2 m3 m4 " },
               { 0, TRUE, "m2 m4 " },
               { 3, FALSE, "m3 m4 " },
               { 3, TRUE, "m4 " },
               { 5, TRUE, "" } };
  g_auto (TestStore) store = test_store_with_rooms ();
  add_series (store.database, "s1");
  add_occurrence (store.database, "m2", 2, MEETING_SCHEDULED);
  add_occurrence (store.database, "m1", 1, MEETING_ENDED);
  add_occurrence (store.database, "m3", 3, MEETING_CANCELLED);
  add_occurrence (store.database, "m4", 4, MEETING_POSTPONED);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GString) text = g_string_new (NULL);
    g_autoptr (GPtrArray) ids = series_store_meetings (
        store.database, "s1", rows[i].from_day * DAY_MS, rows[i].to_come, NULL);
    for (guint k = 0; k < ids->len; k++)
      g_string_append_printf (text, "%s ", (char *) ids->pdata[k]);
    g_assert_cmpstr (text->str, ==, rows[i].ids);
  }
}

/* Two hundred meetings of 600 rooms: what a secretary's longest series costs. */
static void
test_large (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  g_autoptr (GPtrArray) rooms = g_ptr_array_new ();
  g_ptr_array_add (rooms, (gpointer) "38-1");
  for (guint i = 0; i < 599; i++) {
    g_autoptr (Endpoint) room =
        endpoint_store_add (store.database, "100", "Phòng", NULL, NULL, NULL);
    g_ptr_array_add (rooms, (gpointer) g_intern_string (room->id));
  }
  g_ptr_array_add (rooms, NULL);
  g_autoptr (MeetingRecord) meeting = test_meeting ("m0", (const char *const *) rooms->pdata);
  gint64 begin_us = g_get_monotonic_time ();
  g_autoptr (Transaction) transaction = database_begin (store.database, NULL);
  assert_works (schedule_store_add (store.database, meeting, error));
  for (guint i = 1; i < 200; i++) {
    g_free (meeting->id);
    meeting->id = g_strdup_printf ("m%u", i);
    assert_works (schedule_store_add_like (store.database, meeting, "m0", error));
  }
  assert_works (transaction_commit (transaction, error));
  g_test_message ("200 meetings of 600 rooms: %" G_GINT64_FORMAT " ms",
                  (g_get_monotonic_time () - begin_us) / 1000);
  g_autoptr (MeetingRecord) last = schedule_store_get (store.database, "m199", NULL);
  g_assert_cmpuint (last->endpoints->len, ==, 600);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/series/round-trip", test_round_trip);
  g_test_add_func ("/series/meetings", test_meetings);
  g_test_add_func ("/series/large", test_large);
  return g_test_run ();
}
