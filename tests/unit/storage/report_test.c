/* Sites of a report, statistics, and the minutes version by version. */
#include "server/storage/report_store.h"
#include "server/storage/schedule_store.h"
#include "server/storage/statement.h"
#include "tests/unit/storage/storage_support.h"

#include <string.h>

#define HOUR G_GINT64_CONSTANT (3600000)
#define JANUARY G_GINT64_CONSTANT (1800000000000)

static void
book (Database *database, const char *id, const char *host, gint64 starts_ms)
{
  const char *const endpoints[] = { "38-1", "100-1", "200-1" };
  g_autoptr (MeetingRecord) record = meeting_record_new (id);
  g_free (record->title);
  record->title = g_strdup (id);
  g_free (record->host_unit);
  record->host_unit = g_strdup (host);
  g_free (record->chair_endpoint);
  record->chair_endpoint = g_strdup ("38-1");
  record->starts_at_ms = starts_ms;
  record->ends_at_ms = starts_ms + 2 * HOUR;
  record->created_at_ms = 1;
  g_free (record->created_by);
  record->created_by = g_strdup ("thuky");
  meeting_record_set_endpoints (record, endpoints, G_N_ELEMENTS (endpoints));
  assert_works (schedule_store_add (database, record, error));
}

/* It was held, begun @late_ms after its time, with @n_sites. */
static void
hold (Database *database, const char *id, gint64 late_ms, guint n_sites)
{
  static const char *const endpoints[] = { "38-1", "100-1", "200-1" };
  assert_works (statement_run (database, error, NULL,
                               "UPDATE meetings SET state = 'ended', started_ms = starts_ms + ?,"
                               " ended_ms = starts_ms + ? + 3600000 WHERE id = ?",
                               "iit", late_ms, late_ms, id));
  for (guint i = 0; i < n_sites; i++)
    assert_works (statement_run (database, error, NULL,
                                 "INSERT INTO seats (meeting, endpoint, mic_open, mic_locked,"
                                 " camera_on, hand_at_ms, joined_at_ms)"
                                 " VALUES (?, ?, 0, 0, 1, 0, 5)",
                                 "tt", id, endpoints[i]));
}

static void
test_sites (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  book (store.database, "m1", "VN", JANUARY);
  g_autoptr (GPtrArray) sites = report_store_sites (store.database, "m1", NULL);
  g_assert_cmpuint (sites->len, ==, 3);
  const ReportSiteRow *hall = sites->pdata[0], *commune = sites->pdata[1];
  g_assert_cmpstr (hall->name, ==, "Hội trường UBND tỉnh");
  g_assert_cmpstr (hall->branch, ==, ""); /* the branch itself */
  g_assert_cmpstr (commune->branch, ==, "Tỉnh Thanh Hóa");
  g_autoptr (GPtrArray) none = report_store_sites (store.database, "unknown", NULL);
  g_assert_cmpuint (none->len, ==, 0);
}

static void
test_statistics (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  book (store.database, "a", "38", JANUARY);
  book (store.database, "b", "38", JANUARY + 24 * HOUR);
  book (store.database, "c", "01", JANUARY);
  book (store.database, "never-held", "38", JANUARY);
  book (store.database, "later", "38", JANUARY + 1000 * HOUR);
  hold (store.database, "a", STATISTICS_ON_TIME_MS, 3);
  hold (store.database, "b", STATISTICS_ON_TIME_MS + 1, 1);
  hold (store.database, "c", 0, 2);
  hold (store.database, "later", 0, 2);
  g_autoptr (GPtrArray) all =
      report_store_statistics (store.database, NULL, JANUARY, JANUARY + 700 * HOUR, NULL);
  g_assert_cmpuint (all->len, ==, 2);
  g_autoptr (GPtrArray) own =
      report_store_statistics (store.database, "38", JANUARY, JANUARY + 700 * HOUR, NULL);
  g_assert_cmpuint (own->len, ==, 1);
  const StatisticsRow *row = own->pdata[0];
  g_assert_cmpstr (row->unit_name, ==, "Tỉnh Thanh Hóa");
  g_assert_cmpuint (row->meetings, ==, 2);
  g_assert_cmpuint (row->sites, ==, 4);
  g_assert_cmpuint (row->minutes, ==, 120);
  g_assert_cmpuint (row->on_time, ==, 1);
  assert_fails (report_store_statistics (store.database, "99", 0, 1, error),
                STORAGE_ERROR_NOT_FOUND);
}

static gboolean
save (Database *database, gint64 upon, const char *text, GError **error)
{
  MinutesVersion minutes = { .version = upon, .text = (char *) text, .author = (char *) "thuky" };
  return minutes_store_add (database, "m1", &minutes, error);
}

static void
test_minutes (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  g_autoptr (GError) failure = NULL;
  book (store.database, "m1", "38", JANUARY);
  g_assert_null (minutes_store_get (store.database, "m1", &failure));
  g_assert_no_error (failure);
  assert_fails (minutes_store_approve (store.database, "m1", 1, "thuky", 9, error),
                STORAGE_ERROR_CONFLICT);
  assert_works (save (store.database, 0, "một", error));
  assert_works (save (store.database, 1, "hai", error));
  /* two who write at once: the second is told, and loses nothing */
  assert_fails (save (store.database, 1, "hai, khác", error), STORAGE_ERROR_CONFLICT);
  assert_fails (save (store.database, 7, "bảy", error), STORAGE_ERROR_CONFLICT);
  g_autoptr (MinutesVersion) newest = minutes_store_get (store.database, "m1", NULL);
  g_assert_cmpint (newest->version, ==, 2);
  g_assert_cmpstr (newest->text, ==, "hai");
  assert_fails (minutes_store_approve (store.database, "m1", 1, "thuky", 9, error),
                STORAGE_ERROR_CONFLICT);
  assert_works (minutes_store_approve (store.database, "m1", 2, "thuky", 9, error));
  /* frozen */
  assert_fails (save (store.database, 2, "ba", error), STORAGE_ERROR_CONFLICT);
  assert_fails (minutes_store_approve (store.database, "m1", 2, "thuky", 9, error),
                STORAGE_ERROR_CONFLICT);
  g_autoptr (GPtrArray) versions = minutes_store_list (store.database, "m1", NULL);
  g_assert_cmpuint (versions->len, ==, 2);
  g_autoptr (MinutesVersion) first = minutes_store_get_version (store.database, "m1", 1, NULL);
  g_assert_cmpstr (first->text, ==, "một");
  assert_fails (minutes_store_get_version (store.database, "m1", 3, error),
                STORAGE_ERROR_NOT_FOUND);
}

static void
test_minutes_bounds (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  book (store.database, "m1", "38", JANUARY);
  g_autofree char *longest = g_strnfill (MINUTES_MAX_BYTES, 'a');
  g_autofree char *longer = g_strnfill (MINUTES_MAX_BYTES + 1, 'a');
  assert_fails (save (store.database, 0, longer, error), STORAGE_ERROR_INVALID);
  assert_fails (save (store.database, 0, "\xff", error), STORAGE_ERROR_INVALID);
  assert_works (save (store.database, 0, longest, error));
  for (int version = 1; version < MINUTES_VERSIONS_MAX; version++)
    assert_works (save (store.database, version, "x", error));
  assert_fails (save (store.database, MINUTES_VERSIONS_MAX, "x", error), STORAGE_ERROR_INVALID);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/report/sites", test_sites);
  g_test_add_func ("/report/statistics", test_statistics);
  g_test_add_func ("/report/minutes", test_minutes);
  g_test_add_func ("/report/minutes-bounds", test_minutes_bounds);
  return g_test_run ();
}
