/* Tests of rooms, notes and ticks: what is kept over a restart, how many, which meetings are due.
 */
#include "server/storage/live_store.h"
#include "server/storage/rehearsal_store.h"
#include "server/storage/statement.h"
#include "tests/unit/storage/meeting_support.h"

static const char *const rooms[] = { "100-1", "38-1", "101-1", NULL };

static TestStore
store_with_meeting (void)
{
  TestStore store = test_store_with_rooms ();
  g_autoptr (MeetingRecord) meeting = test_meeting ("m1", rooms);
  meeting->state = MEETING_REHEARSAL;
  assert_works (schedule_store_add (store.database, meeting, error));
  return store;
}

/* By signaling's way: one act with its event. */
static void
add_run (Database *database, const char *endpoint, const char *test, TestLight light, gint64 at_ms)
{
  TestRun run = { .endpoint = (char *) endpoint,
                  .test = (char *) test,
                  .at_ms = at_ms,
                  .light = light,
                  .advice = (char *) "[\"echo\"]",
                  .result = (char *) "{\"test\":\"t\"}" };
  StoredAct act = { .test = &run };
  assert_works (live_store_callbacks ()->save_act (database, "m1", &act, error));
}

static const RehearsalSite *
site_of (const GPtrArray *sites, const char *endpoint)
{
  for (guint i = 0; i < sites->len; i++)
    if (g_strcmp0 (((const RehearsalSite *) sites->pdata[i])->endpoint, endpoint) == 0)
      return sites->pdata[i];
  return NULL;
}

static GPtrArray *
list (Database *database)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *sites = rehearsal_store_list (database, "m1", &error);
  g_assert_no_error (error);
  return sites;
}

static void
test_nothing_yet (void)
{
  g_auto (TestStore) store = store_with_meeting ();
  g_autoptr (GPtrArray) sites = list (store.database);
  g_assert_cmpuint (sites->len, ==, 3);
  const RehearsalSite *site = sites->pdata[0];
  g_assert_cmpstr (site->endpoint, ==, "100-1");
  g_assert_cmpstr (site->unit_name, ==, "Xã Thanh Hà");
  g_assert_cmpstr (site->path, ==, "VN/38/100/");
  g_assert_cmpstr (site->branch, ==, "100");
  g_assert_cmpstr (site->branch_name, ==, "Xã Thanh Hà");
  g_assert_null (site->run);
  g_assert_cmpuint (site->runs, ==, 0);
  g_assert_cmpstr (site->note, ==, "");
  g_assert_null (site->ticked_by);
  g_assert_null (site_of (sites, "38-1")->branch); /* the host itself is below none */
}

/* The last one counts; all of it is there after the file was closed. */
static void
test_runs_outlive_a_restart (void)
{
  g_auto (TestStore) store = store_with_meeting ();
  add_run (store.database, "100-1", "a", TEST_LIGHT_BAD, 10);
  add_run (store.database, "100-1", "b", TEST_LIGHT_GOOD, 20);
  add_run (store.database, "38-1", "c", TEST_LIGHT_FAIR, 30);
  assert_works (rehearsal_store_set_note (store.database, "m1", "100-1", "tiếng nhỏ", error));
  assert_works (rehearsal_store_set_tick (store.database, "m1", "101-1", "kythuat", 40, error));
  database_close (store.database);
  store.database = database_open_in (store.directory, NULL);
  g_autoptr (GPtrArray) sites = list (store.database);
  const RehearsalSite *site = site_of (sites, "100-1");
  g_assert_cmpuint (site->runs, ==, 2);
  g_assert_cmpstr (site->run->test, ==, "b");
  g_assert_cmpint (site->run->light, ==, TEST_LIGHT_GOOD);
  g_assert_cmpint (site->run->at_ms, ==, 20);
  g_assert_cmpstr (site->run->advice, ==, "[\"echo\"]");
  g_assert_cmpstr (site->note, ==, "tiếng nhỏ");
  site = site_of (sites, "101-1");
  g_assert_null (site->run);
  g_assert_cmpstr (site->ticked_by, ==, "kythuat");
  g_assert_cmpint (site->ticked_ms, ==, 40);

  StoredMeeting *stored = NULL;
  assert_works (live_store_callbacks ()->load_meeting (store.database, "m1", &stored, error));
  g_assert_cmpuint (stored->tests->len, ==, 2);
  stored_meeting_free (stored);
}

static void
test_notes_and_ticks_change (void)
{
  g_auto (TestStore) store = store_with_meeting ();
  assert_works (rehearsal_store_set_note (store.database, "m1", "38-1", "a", error));
  assert_works (rehearsal_store_set_note (store.database, "m1", "38-1", "", error));
  assert_works (rehearsal_store_set_tick (store.database, "m1", "38-1", "x", 5, error));
  assert_works (rehearsal_store_set_tick (store.database, "m1", "38-1", NULL, 6, error));
  add_run (store.database, "38-1", "t", TEST_LIGHT_GOOD, 7);
  g_autoptr (GPtrArray) sites = list (store.database);
  const RehearsalSite *site = site_of (sites, "38-1");
  g_assert_cmpstr (site->note, ==, "");
  g_assert_null (site->ticked_by);
  g_assert_cmpint (site->ticked_ms, ==, 0);
  g_assert_cmpuint (site->runs, ==, 1);
}

/* Old runs go; their number, and those of others, stay. */
static void
test_runs_are_bounded (void)
{
  g_auto (TestStore) store = store_with_meeting ();
  gint64 kept = 0;
  add_run (store.database, "38-1", "other", TEST_LIGHT_GOOD, 1);
  for (int i = 0; i <= REHEARSAL_RUNS_KEPT; i++) {
    g_autofree char *test = g_strdup_printf ("t%d", i);
    add_run (store.database, "100-1", test, TEST_LIGHT_BAD, i);
  }
  assert_works (statement_number (store.database, error, &kept,
                                  "SELECT count (*) FROM rehearsal_runs WHERE endpoint = '100-1'",
                                  ""));
  g_assert_cmpint (kept, ==, REHEARSAL_RUNS_KEPT);
  g_autoptr (GPtrArray) sites = list (store.database);
  g_assert_cmpuint (site_of (sites, "100-1")->runs, ==, REHEARSAL_RUNS_KEPT + 1);
  g_assert_nonnull (site_of (sites, "38-1")->run);
  g_autoptr (GError) none = NULL;
  g_autoptr (GPtrArray) runs = rehearsal_store_list_runs (store.database, "m1", "100-1", &none);
  g_assert_no_error (none);
  g_assert_cmpuint (runs->len, ==, REHEARSAL_RUNS_KEPT);
  g_assert_cmpint (((TestRun *) runs->pdata[0])->at_ms, ==, REHEARSAL_RUNS_KEPT);
  g_assert_cmpint (((TestRun *) runs->pdata[REHEARSAL_RUNS_KEPT - 1])->at_ms, ==, 1);
}

static void
test_goes_with_its_meeting (void)
{
  g_auto (TestStore) store = store_with_meeting ();
  gint64 left = 0;
  add_run (store.database, "100-1", "a", TEST_LIGHT_BAD, 10);
  assert_works (statement_run (store.database, error, NULL, "DELETE FROM meetings", ""));
  assert_works (statement_number (store.database, error, &left,
                                  "SELECT (SELECT count (*) FROM rehearsal_runs)"
                                  " + (SELECT count (*) FROM rehearsal_sites)",
                                  ""));
  g_assert_cmpint (left, ==, 0);
}

static void
test_due (void)
{
  static const struct {
    const char *id;
    MeetingState state;
    gint64 starts_ms;
    const char *rehearsal;
    gboolean is_due;
  } rows[] = {
    { "now", MEETING_SCHEDULED, 1000, NULL, FALSE },
    { "next", MEETING_SCHEDULED, 1001, NULL, TRUE },
    { "edge", MEETING_SCHEDULED, 5000, NULL, TRUE },
    { "later", MEETING_SCHEDULED, 5001, NULL, FALSE },
    { "draft", MEETING_DRAFT, 3000, NULL, FALSE },
    { "open", MEETING_OPEN, 3000, NULL, FALSE },
    { "rehearsed", MEETING_SCHEDULED, 3000, "{\"at\":1}", FALSE },
    { "postponed", MEETING_POSTPONED, 3000, NULL, FALSE },
  };
  g_auto (TestStore) store = test_store_with_rooms ();
  guint n_due = 0;
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (MeetingRecord) meeting = test_meeting (rows[i].id, rooms);
    meeting->state = rows[i].state;
    meeting->starts_at_ms = rows[i].starts_ms;
    meeting->ends_at_ms = 9000;
    meeting->reason = rows[i].state == MEETING_POSTPONED ? g_strdup ("bão") : NULL;
    assert_works (schedule_store_add (store.database, meeting, error));
    assert_works (statement_run (store.database, error, NULL,
                                 "UPDATE meetings SET rehearsal = ? WHERE id = ?", "tt",
                                 rows[i].rehearsal, rows[i].id));
    n_due += rows[i].is_due;
  }
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) due = rehearsal_store_due (store.database, 1000, 5000, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (due->len, ==, n_due);
  g_assert_cmpstr (due->pdata[0], ==, "next");
  g_assert_cmpstr (due->pdata[1], ==, "edge");
}

static void
test_opened (void)
{
  g_auto (TestStore) store = store_with_meeting ();
  MeetingEvent event = { 42,          (char *) "meeting.state", (char *) "",
                         (char *) "", (char *) "rehearsal",     (char *) "" };
  g_assert_cmpint (rehearsal_store_opened_ms (store.database, "m1"), ==, 0);
  assert_works (live_store_callbacks ()->append_event (store.database, "m1", &event, error));
  g_assert_cmpint (rehearsal_store_opened_ms (store.database, "m1"), ==, 42);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/storage/rehearsal/nothing-yet", test_nothing_yet);
  g_test_add_func ("/storage/rehearsal/runs-outlive-a-restart", test_runs_outlive_a_restart);
  g_test_add_func ("/storage/rehearsal/notes-and-ticks-change", test_notes_and_ticks_change);
  g_test_add_func ("/storage/rehearsal/runs-are-bounded", test_runs_are_bounded);
  g_test_add_func ("/storage/rehearsal/goes-with-its-meeting", test_goes_with_its_meeting);
  g_test_add_func ("/storage/rehearsal/due", test_due);
  g_test_add_func ("/storage/rehearsal/opened", test_opened);
  return g_test_run ();
}
