/* What reports on lines read of the database: meetings that are over, alarms, rooms by branch. */
#include "server/storage/alarm_store.h"
#include "server/storage/line_query.h"
#include "server/storage/rehearsal_store.h"
#include "server/storage/statement.h"
#include "tests/unit/storage/meeting_support.h"

#define HOUR G_GINT64_CONSTANT (3600000)
#define START G_GINT64_CONSTANT (1795311000000)

static void
hold (Database *database, const char *id, const char *state, gint64 from_ms)
{
  static const char *const endpoints[] = { "38-1", "100-1", NULL };
  g_autoptr (MeetingRecord) record = test_meeting (id, endpoints);
  assert_works (schedule_store_add (database, record, error));
  assert_works (statement_run (database, error, NULL,
                               "UPDATE meetings SET state = ?, started_ms = ?, ended_ms = ?"
                               " WHERE id = ?",
                               "tiit", state, from_ms, from_ms + HOUR, id));
}

static void
test_ended (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  hold (store.database, "m2", "ended", START + HOUR);
  hold (store.database, "m1", "ended", START);
  hold (store.database, "m3", "cancelled", START);
  hold (store.database, "m4", "live", START);
  g_autoptr (GPtrArray) all = line_query_ended (store.database, 0, START + 9 * HOUR, NULL);
  g_assert_cmpuint (all->len, ==, 2);
  g_assert_cmpstr (((const LineEnded *) all->pdata[0])->meeting, ==, "m1");
  g_autoptr (GPtrArray) later =
      line_query_ended (store.database, START + HOUR + 1, START + 9 * HOUR, NULL);
  g_assert_cmpuint (later->len, ==, 1);
  g_assert_true (line_query_is_invited (store.database, NULL, "m1"));
  g_assert_true (line_query_is_invited (store.database, "100", "m1"));
  g_assert_false (line_query_is_invited (store.database, "01", "m1"));
  g_assert_false (line_query_is_invited (store.database, "38", "m9"));
  g_autoptr (GHashTable) titles = line_query_titles (store.database, START, START + 1, NULL);
  g_assert_true (g_hash_table_contains (titles, "m1"));
  g_assert_cmpuint (g_hash_table_size (titles), ==, 1); /* neither another time nor another state */
}

static void
test_alarms (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  static const char *const meetings[] = { "m1", "m2", "m1" };
  for (guint i = 0; i < G_N_ELEMENTS (meetings); i++) {
    Alarm alarm = { .id = i + 1,
                    .meeting = (char *) meetings[i],
                    .endpoint = (char *) "100-1",
                    .site_name = (char *) "Xã",
                    .severity = ALARM_CRITICAL,
                    .kind = (char *) "wifi",
                    .raised_ms = START - i,
                    .cleared_ms = START + i };
    assert_works (alarm_store_put (store.database, &alarm, error));
  }
  g_autoptr (GPtrArray) alarms = line_query_alarms (store.database, "m1", NULL);
  g_assert_cmpuint (alarms->len, ==, 2);
  const Alarm *first = alarms->pdata[0];
  g_assert_cmpint (first->raised_ms, ==, START - 2);
  g_assert_cmpint (first->cleared_ms, ==, START + 2);
  g_assert_cmpstr (first->kind, ==, "wifi");
  g_assert_cmpint (first->severity, ==, ALARM_CRITICAL);
}

static void
test_rehearsals (void)
{
  static const struct {
    const char *endpoint;
    TestLight light;
  } runs[] = { { "100-1", TEST_LIGHT_BAD },
               { "100-1", TEST_LIGHT_FAIR },
               { "38-1", TEST_LIGHT_BAD } };
  g_auto (TestStore) store = test_store_with_rooms ();
  hold (store.database, "m1", "ended", START);
  for (gsize i = 0; i < G_N_ELEMENTS (runs); i++) {
    TestRun run = { .endpoint = (char *) runs[i].endpoint,
                    .test = (char *) "t",
                    .at_ms = (gint64) i,
                    .light = runs[i].light,
                    .advice = (char *) "[]",
                    .result = (char *) "{}" };
    assert_works (rehearsal_store_add_run (store.database, "m1", &run, error));
  }
  g_autoptr (GHashTable) lights = line_query_rehearsals (store.database, "m1");
  g_assert_cmpuint (g_hash_table_size (lights), ==, 2);
  g_assert_cmpuint (GPOINTER_TO_UINT (g_hash_table_lookup (lights, "100-1")), ==,
                    HEALTH_LIGHT_FAIR); /* its last one */
  g_assert_cmpuint (GPOINTER_TO_UINT (g_hash_table_lookup (lights, "38-1")), ==, HEALTH_LIGHT_POOR);
}

static const LineRoom *
room_of (const GPtrArray *rooms, const char *endpoint)
{
  for (guint i = 0; i < rooms->len; i++) {
    const LineRoom *room = rooms->pdata[i];
    if (g_str_equal (room->endpoint, endpoint))
      return room;
  }
  g_error ("no room %s", endpoint);
}

static void
test_rooms (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  g_autoptr (GPtrArray) all = line_query_rooms (store.database, NULL, NULL);
  g_assert_cmpuint (all->len, ==, 5);
  g_assert_cmpstr (room_of (all, "100-1")->branch, ==, "38");
  g_assert_cmpstr (room_of (all, "38-1")->branch_name, ==, "Tỉnh Thanh Hóa");
  g_assert_cmpstr (room_of (all, "200-1")->branch_name, ==, "Thành phố Hà Nội");
  g_autoptr (GPtrArray) province = line_query_rooms (store.database, "38", NULL);
  g_assert_cmpuint (province->len, ==, 4);
  g_assert_cmpstr (room_of (province, "100-1")->branch, ==, "100");
  g_assert_cmpstr (room_of (province, "100-1")->unit_name, ==, "Xã Thanh Hà");
  g_assert_cmpstr (room_of (province, "38-1")->branch, ==, "38"); /* at the top itself */
  g_autoptr (GPtrArray) one = line_query_rooms (store.database, "200", NULL);
  g_assert_cmpuint (one->len, ==, 1);
  g_assert_cmpstr (room_of (one, "200-1")->branch_name, ==, "Phường Ba Đình");
  g_autofree char *top = line_query_unit_name (store.database, NULL);
  g_autofree char *commune = line_query_unit_name (store.database, "100");
  g_autofree char *none = line_query_unit_name (store.database, "999");
  g_assert_cmpstr (top, ==, "Trung ương");
  g_assert_cmpstr (commune, ==, "Xã Thanh Hà");
  g_assert_cmpstr (none, ==, "");
  assert_fails (line_query_rooms (store.database, "999", error), STORAGE_ERROR_NOT_FOUND);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/storage/line_query/ended", test_ended);
  g_test_add_func ("/storage/line_query/alarms", test_alarms);
  g_test_add_func ("/storage/line_query/rehearsals", test_rehearsals);
  g_test_add_func ("/storage/line_query/rooms", test_rooms);
  return g_test_run ();
}
