#include "server/storage/demo.h"
#include "server/storage/group_store.h"
#include "server/storage/paper_file.h"
#include "server/storage/paper_store.h"
#include "server/storage/resource_store.h"
#include "server/storage/schedule_store.h"
#include "server/storage/template_store.h"
#include "tests/unit/storage/storage_support.h"

static char *units;
static gsize units_size;

static DemoSeed *
seed (Database *database, const char *province, gint64 now_ms, GError **error)
{
  DemoOptions options = { units, units_size, province, "hash", now_ms };
  return storage_seed_demo (database, &options, error);
}

static void
test_seed (void)
{
  g_auto (TestStore) store = test_store_empty ();
  Database *database = store.database;
  g_assert_false (demo_is_seeded (database));
  g_autoptr (GError) error = NULL;
  g_autoptr (DemoSeed) demo = seed (database, "38", 1000, &error);
  g_assert_no_error (error);
  g_assert_true (demo_is_seeded (database));
  g_assert_cmpuint (g_strv_length (demo->endpoints), ==, 14);
  g_assert_cmpstr (demo->endpoints[0], ==, "38-1");
  g_assert_cmpstr (demo->chair_endpoint, ==, "38-1");
  g_autoptr (GPtrArray) rooms = endpoint_store_list (database, NULL, NULL, 1000, NULL);
  g_assert_cmpuint (rooms->len, ==, 167);
  g_autoptr (MeetingRecord) meeting = schedule_store_get (database, demo->meeting, NULL);
  g_assert_cmpint (meeting->state, ==, MEETING_LIVE);
  g_assert_cmpint (meeting->starts_at_ms, ==, 1000);
  g_assert_true (meeting_record_check (meeting, NULL, NULL));

  static const char *const logins[] = { "thuky", "kythuat", "chutoa", "xa1", "xa2" };
  g_assert_cmpuint (demo->n_logins, ==, G_N_ELEMENTS (logins));
  for (gsize i = 0; i < G_N_ELEMENTS (logins); i++)
    g_assert_cmpstr (demo->logins[i].login, ==, logins[i]);
  g_assert_null (demo->logins[0].endpoint);
  g_assert_cmpstr (demo->logins[2].endpoint, ==, demo->endpoints[0]);
  g_assert_cmpstr (demo->logins[3].endpoint, ==, demo->endpoints[12]);
  g_assert_cmpstr (demo->logins[4].endpoint, ==, demo->endpoints[13]);
  g_assert_true (g_str_has_prefix (demo->logins[3].name, "Xã "));
  g_assert_true (g_str_has_prefix (demo->logins[4].name, "Xã "));
}

static guint
count_state (Database *database, const char *state)
{
  MeetingFilter filter = { .state = state, .seen_from = "38", .drafts = TRUE };
  g_autoptr (GPtrArray) found = schedule_store_list (database, &filter, NULL);
  for (guint i = 0; i < found->len; i++) {
    const MeetingListing *listing = found->pdata[i];
    g_autoptr (MeetingRecord) meeting = schedule_store_get (database, listing->record->id, NULL);
    g_assert_true (meeting_record_check (meeting, NULL, NULL));
    g_assert_cmpint (meeting->reason != NULL, ==, meeting_state_needs_reason (meeting->state));
  }
  return found->len;
}

/* 2026-11-26, a Thursday, 14:00 in Hanoi. */
static void
test_calendar (void)
{
  static const struct {
    const char *state;
    guint n;
  } rows[] = { { "live", 1 },      { "ended", 2 }, { "scheduled", 8 },
               { "postponed", 1 }, { "draft", 1 }, { "cancelled", 1 } };
  g_auto (TestStore) store = test_store_empty ();
  g_autoptr (GBytes) pdf = g_bytes_new_static ("%PDF-1.4", 8);
  DemoOptions options = {
    units, units_size, "38", "hash", G_GINT64_CONSTANT (1795676400000), store.directory, pdf, 3
  };
  g_autoptr (DemoSeed) demo = storage_seed_demo (store.database, &options, NULL);
  g_assert_nonnull (demo);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpuint (count_state (store.database, rows[i].state), ==, rows[i].n);
  g_autoptr (MeetingRecord) running = schedule_store_get (store.database, demo->meeting, NULL);
  g_assert_cmpuint (running->agenda->len, ==, 4);
  g_autoptr (GPtrArray) papers = paper_store_list (store.database, demo->meeting, NULL);
  g_assert_cmpuint (papers->len, ==, 1);
  const Paper *paper = papers->pdata[0];
  g_assert_cmpstr (paper->item, ==, "bao-cao");
  g_autofree char *path = paper_file_path (store.directory, paper->id);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  g_autoptr (GPtrArray) resources = resource_store_list (store.database, "38", NULL);
  g_assert_cmpuint (resources->len, ==, 3);
  g_autoptr (GPtrArray) templates = template_store_list (store.database, "38", NULL);
  g_assert_cmpuint (templates->len, ==, 1);
  g_autoptr (GPtrArray) groups = group_store_list (store.database, "38", NULL);
  g_assert_cmpuint (groups->len, ==, 1);
}

/* The weekly meeting is on Mondays at 07:30. */
static void
test_series (void)
{
  for (gint64 day = 0; day < 7; day++) {
    g_auto (TestStore) one = test_store_empty ();
    DemoOptions options = { units, units_size, "38", "hash",
                            G_GINT64_CONSTANT (1795676400000) + day * 86400000 };
    g_autoptr (DemoSeed) demo = storage_seed_demo (one.database, &options, NULL);
    MeetingFilter filter = { .state = "scheduled" };
    g_autoptr (GPtrArray) found = schedule_store_list (one.database, &filter, NULL);
    guint n = 0;
    for (guint i = 0; i < found->len; i++) {
      const MeetingRecord *record = ((MeetingListing *) found->pdata[i])->record;
      if (!record->series)
        continue;
      g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (record->starts_at_ms / 1000);
      g_autofree char *text = g_date_time_format (utc, "%u %H:%M");
      g_assert_cmpstr (text, ==, "1 00:30");
      n++;
    }
    g_assert_cmpuint (n, ==, 6);
  }
}

static void
test_again (void)
{
  g_auto (TestStore) store = test_store_empty ();
  Database *database = store.database;
  g_autoptr (DemoSeed) first = seed (database, "38", 1000, NULL);
  g_autoptr (DemoSeed) second = seed (database, "38", 2000, NULL);
  g_assert_cmpstr (second->meeting, ==, first->meeting);
  g_assert_cmpuint (second->n_logins, ==, first->n_logins);
  g_autoptr (MeetingRecord) meeting = schedule_store_get (database, first->meeting, NULL);
  g_assert_cmpint (meeting->starts_at_ms, ==, 1000); /* still running: untouched */
  meeting->state = MEETING_ENDED;
  meeting->ended_at_ms = 2500;
  assert_works (schedule_store_save_state (database, meeting, MEETING_LIVE, error));
  g_autoptr (DemoSeed) third = seed (database, "38", 3000, NULL);
  g_autoptr (MeetingRecord) reopened = schedule_store_get (database, third->meeting, NULL);
  g_assert_cmpint (reopened->state, ==, MEETING_LIVE);
  g_assert_cmpint (reopened->started_at_ms, ==, 3000);
  g_assert_cmpint (reopened->ended_at_ms, ==, 0);
  const gint64 next_day_ms = 24 * 3600 * 1000;
  g_autoptr (DemoSeed) fourth = seed (database, "38", next_day_ms, NULL);
  g_autoptr (MeetingRecord) moved = schedule_store_get (database, fourth->meeting, NULL);
  g_assert_cmpint (moved->starts_at_ms, ==, next_day_ms);
  assert_fails (seed (database, "01", 4000, error), STORAGE_ERROR_CONFLICT);
}

static void
test_refuses_real_data (void)
{
  g_auto (TestStore) store = test_store_with_tree ();
  assert_fails (seed (store.database, "38", 1000, error), STORAGE_ERROR_CONFLICT);
  g_auto (TestStore) with_user = test_store_empty ();
  add_user (with_user.database, "admin", USER_ROLE_ADMINISTRATOR, NULL, NULL);
  assert_fails (seed (with_user.database, "38", 1000, error), STORAGE_ERROR_CONFLICT);
  g_assert_false (demo_is_seeded (with_user.database));
}

static void
test_refuses_bad_tree (void)
{
  g_auto (TestStore) store = test_store_empty ();
  DemoOptions options = { test_tree_csv, sizeof test_tree_csv - 1, "38", "hash", 1 };
  assert_fails (storage_seed_demo (store.database, &options, error), STORAGE_ERROR_INVALID);
  assert_fails (seed (store.database, "999", 1, error), STORAGE_ERROR_NOT_FOUND);
  g_autoptr (GPtrArray) stored = unit_store_list (store.database, NULL, NULL, NULL);
  g_assert_cmpuint (stored->len, ==, 0); /* all or nothing */
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_autofree char *path =
      g_test_build_filename (G_TEST_DIST, "config", "units-vietnam-2025.csv", NULL);
  g_assert_true (g_file_get_contents (path, &units, &units_size, NULL));
  g_test_add_func ("/demo/seed", test_seed);
  g_test_add_func ("/demo/again", test_again);
  g_test_add_func ("/demo/refuses-real-data", test_refuses_real_data);
  g_test_add_func ("/demo/calendar", test_calendar);
  g_test_add_func ("/demo/series", test_series);
  g_test_add_func ("/demo/refuses-bad-tree", test_refuses_bad_tree);
  int result = g_test_run ();
  g_free (units);
  return result;
}
