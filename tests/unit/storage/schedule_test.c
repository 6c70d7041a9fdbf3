#include "tests/unit/storage/meeting_support.h"

static const char *const two_rooms[] = { "38-1", "100-1", NULL };

static void
test_round_trip (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  const char *const rooms[] = { "102-1", "38-1", "100-1", NULL };
  add_meeting (store.database, "m1", rooms);
  g_autoptr (MeetingRecord) meeting = schedule_store_get (store.database, "m1", NULL);
  g_assert_nonnull (meeting);
  g_assert_cmpstr (meeting->title, ==, "Giao ban");
  g_assert_cmpstr (meeting->host_unit, ==, "38");
  g_assert_cmpstr (meeting->chair_endpoint, ==, "38-1");
  g_assert_cmpstr (meeting->created_by, ==, "7");
  g_assert_cmpint (meeting->state, ==, MEETING_SCHEDULED);
  g_assert_cmpint (meeting->starts_at_ms, ==, 1000);
  g_assert_cmpint (meeting->created_at_ms, ==, 500);
  g_assert_null (meeting->reason);
  g_assert_cmpuint (meeting->endpoints->len, ==, 3);
  g_assert_cmpstr (meeting->endpoints->pdata[0], ==, "102-1"); /* their order stays */
  g_assert_true (schedule_store_is_invited (store.database, "m1", "100-1"));
  g_assert_false (schedule_store_is_invited (store.database, "m1", "101-1"));
  assert_fails (schedule_store_get (store.database, "m2", error), STORAGE_ERROR_NOT_FOUND);
}

static void
test_add_refused (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  Database *database = store.database;
  const char *const without_chair[] = { "100-1", NULL };
  const char *const unknown[] = { "38-1", "9-9", NULL };
  g_autoptr (MeetingRecord) no_chair = test_meeting ("m1", without_chair);
  assert_fails (schedule_store_add (database, no_chair, error), STORAGE_ERROR_INVALID);
  g_autoptr (MeetingRecord) no_room = test_meeting ("m1", unknown);
  assert_fails (schedule_store_add (database, no_room, error), STORAGE_ERROR_NOT_FOUND);
  g_autoptr (MeetingRecord) no_host = test_meeting ("m1", two_rooms);
  g_free (no_host->host_unit);
  no_host->host_unit = g_strdup ("99");
  assert_fails (schedule_store_add (database, no_host, error), STORAGE_ERROR_NOT_FOUND);
  assert_fails (schedule_store_get (database, "m1", error), STORAGE_ERROR_NOT_FOUND);
  add_meeting (database, "m1", two_rooms);
  g_autoptr (MeetingRecord) twice = test_meeting ("m1", two_rooms);
  assert_fails (schedule_store_add (database, twice, error), STORAGE_ERROR_EXISTS);
}

static void
test_update (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  Database *database = store.database;
  add_meeting (database, "m1", two_rooms);
  const char *const others[] = { "101-1", "38-1", NULL };
  g_autoptr (MeetingRecord) changed = test_meeting ("m1", others);
  changed->ends_at_ms = 9000;
  assert_works (schedule_store_update (database, changed, error));
  g_autoptr (MeetingRecord) meeting = schedule_store_get (database, "m1", NULL);
  g_assert_cmpint (meeting->ends_at_ms, ==, 9000);
  g_assert_cmpuint (meeting->endpoints->len, ==, 2);
  g_assert_cmpstr (meeting->endpoints->pdata[0], ==, "101-1");
  g_assert_false (schedule_store_is_invited (database, "m1", "100-1"));
  changed->state = MEETING_LIVE;
  assert_works (schedule_store_save_state (database, changed, MEETING_SCHEDULED, error));
  assert_fails (schedule_store_update (database, changed, error), STORAGE_ERROR_CONFLICT);
  g_autoptr (MeetingRecord) none = test_meeting ("m2", two_rooms);
  assert_fails (schedule_store_update (database, none, error), STORAGE_ERROR_NOT_FOUND);
}

static void
test_state (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  Database *database = store.database;
  add_meeting (database, "m1", two_rooms);
  g_autoptr (MeetingRecord) meeting = schedule_store_get (database, "m1", NULL);
  meeting->state = MEETING_POSTPONED;
  meeting->reason = g_strdup ("Mưa bão");
  meeting->starts_at_ms = 5000;
  assert_works (schedule_store_save_state (database, meeting, MEETING_SCHEDULED, error));
  g_autoptr (MeetingRecord) stored = schedule_store_get (database, "m1", NULL);
  g_assert_cmpint (stored->state, ==, MEETING_POSTPONED);
  g_assert_cmpstr (stored->reason, ==, "Mưa bão");
  g_assert_cmpint (stored->starts_at_ms, ==, 5000);
  /* somebody else was quicker */
  assert_fails (schedule_store_save_state (database, meeting, MEETING_SCHEDULED, error),
                STORAGE_ERROR_CONFLICT);
  g_autoptr (MeetingRecord) none = test_meeting ("m2", two_rooms);
  assert_fails (schedule_store_save_state (database, none, MEETING_SCHEDULED, error),
                STORAGE_ERROR_NOT_FOUND);
}

static void
test_list (void)
{
  const char *const hanoi_rooms[] = { "38-1", "200-1", NULL };
  g_auto (TestStore) store = test_store_with_rooms ();
  Database *database = store.database;
  add_meeting (database, "m1", two_rooms);
  add_meeting (database, "m2", hanoi_rooms);
  g_autoptr (MeetingRecord) later = test_meeting ("m0", two_rooms);
  later->starts_at_ms = 3000;
  later->ends_at_ms = 4000;
  later->state = MEETING_LIVE;
  assert_works (schedule_store_add (database, later, error));
  static const struct {
    MeetingFilter filter;
    const char *ids;
  } rows[] = {
    { { 0 }, "m1 m2 m0 " },
    { { .from_ms = 2001 }, "m0 " },
    { { .from_ms = 2000 }, "m1 m2 m0 " },
    { { .to_ms = 3000 }, "m1 m2 " },
    { { .state = "live" }, "m0 " },
    { { .seen_from = "38" }, "m1 m2 m0 " }, /* hosts them */
    { { .seen_from = "01" }, "m2 " },       /* one of its rooms is invited */
    { { .seen_from = "101" }, "" },
    { { .seen_endpoint = "100-1" }, "m1 m0 " },
    { { .limit = 1 }, "m1 " },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) found = schedule_store_list (database, &rows[i].filter, &error);
    g_assert_no_error (error);
    GString *ids = g_string_new (NULL);
    for (guint k = 0; k < found->len; k++) {
      const MeetingListing *listing = found->pdata[k];
      g_string_append_printf (ids, "%s ", listing->record->id);
      g_assert_cmpuint (listing->n_endpoints, ==, 2);
    }
    g_assert_cmpstr (ids->str, ==, rows[i].ids);
    g_string_free (ids, TRUE);
  }
  MeetingFilter unknown = { .seen_from = "99" };
  assert_fails (schedule_store_list (database, &unknown, error), STORAGE_ERROR_NOT_FOUND);
}

static void
fill_lists (MeetingRecord *meeting)
{
  static const char *const co_chairs[] = { "100-1" };
  AgendaItem items[] = { { (char *) "a", (char *) "Khai mạc", NULL, NULL, 0 },
                         { (char *) "b", (char *) "Báo cáo", (char *) "Sở Y tế", (char *) "100-1",
                           30 } };
  meeting->kind = MEETING_DISCUSSION;
  meeting->note = g_strdup ("Ghi chú");
  meeting->entry.mic = TRUE;
  meeting->entry.quorum_percent = 50;
  meeting_record_set_co_chairs (meeting, co_chairs, 1);
  for (gsize i = 0; i < G_N_ELEMENTS (items); i++)
    g_ptr_array_add (meeting->agenda, agenda_item_copy (&items[i]));
}

static void
test_lists_round_trip (void)
{
  static const char *const endpoints[] = { "38-1", "100-1", NULL };
  g_auto (TestStore) store = test_store_with_rooms ();
  g_autoptr (MeetingRecord) meeting = test_meeting ("m1", endpoints);
  fill_lists (meeting);
  assert_works (schedule_store_add (store.database, meeting, error));
  g_autoptr (MeetingRecord) stored = schedule_store_get (store.database, "m1", NULL);
  g_assert_cmpint (stored->kind, ==, MEETING_DISCUSSION);
  g_assert_cmpstr (stored->note, ==, "Ghi chú");
  g_assert_true (stored->entry.mic && stored->entry.camera);
  g_assert_cmpuint (stored->entry.quorum_percent, ==, 50);
  g_assert_cmpuint (stored->co_chairs->len, ==, 1);
  g_assert_cmpuint (stored->agenda->len, ==, 2);
  const AgendaItem *item = stored->agenda->pdata[1];
  g_assert_cmpstr (item->speaker, ==, "Sở Y tế");
  g_assert_cmpuint (item->minutes, ==, 30);
  g_assert_null (((AgendaItem *) stored->agenda->pdata[0])->speaker);
  g_ptr_array_remove_index (stored->agenda, 0);
  g_ptr_array_set_size (stored->co_chairs, 0);
  assert_works (schedule_store_update (store.database, stored, error));
  g_autoptr (MeetingRecord) changed = schedule_store_get (store.database, "m1", NULL);
  g_assert_cmpuint (changed->agenda->len, ==, 1);
  g_assert_cmpuint (changed->co_chairs->len, ==, 0);
}

static gsize
count_seen (Database *database, const MeetingFilter *filter)
{
  g_autoptr (GPtrArray) found = schedule_store_list (database, filter, NULL);
  return found->len;
}

static void
test_drafts (void)
{
  static const char *const endpoints[] = { "38-1", "200-1", NULL };
  g_auto (TestStore) store = test_store_with_rooms ();
  g_autoptr (MeetingRecord) meeting = test_meeting ("m1", endpoints);
  meeting->state = MEETING_DRAFT;
  assert_works (schedule_store_add (store.database, meeting, error));
  MeetingFilter editor = { .seen_from = "38", .drafts = TRUE }, viewer = { .seen_from = "38" };
  MeetingFilter invited = { .seen_from = "01", .drafts = TRUE };
  MeetingFilter room = { .seen_endpoint = "38-1" };
  g_assert_cmpuint (count_seen (store.database, &editor), ==, 1);
  g_assert_cmpuint (count_seen (store.database, &viewer), ==, 0);
  g_assert_cmpuint (count_seen (store.database, &invited), ==, 0);
  g_assert_cmpuint (count_seen (store.database, &room), ==, 0);
  meeting->note = g_strdup ("x");
  assert_works (schedule_store_update (store.database, meeting, error));
  assert_works (schedule_store_remove_draft (store.database, "m1", error));
  assert_fails (schedule_store_remove_draft (store.database, "m1", error), STORAGE_ERROR_NOT_FOUND);
  add_meeting (store.database, "m2", endpoints);
  assert_fails (schedule_store_remove_draft (store.database, "m2", error), STORAGE_ERROR_CONFLICT);
}

static void
test_expand_levels (void)
{
  static const char *const units[] = { "38", NULL }, *const communes[] = { "commune", NULL },
                           *const none[] = { "hamlet", NULL };
  g_auto (TestStore) store = test_store_with_rooms ();
  Participants who = { .units = units, .levels = communes };
  g_auto (GStrv) ids = schedule_store_expand (store.database, &who, NULL);
  g_assert_cmpuint (g_strv_length (ids), ==, 3);
  who.levels = none;
  g_auto (GStrv) nobody = schedule_store_expand (store.database, &who, NULL);
  g_assert_cmpuint (g_strv_length (nobody), ==, 0);
}

static char **
expand (Database *database, const char *const *units, const char *const *endpoints, GError **error)
{
  Participants who = { .units = units, .endpoints = endpoints };
  return schedule_store_expand (database, &who, error);
}

static void
test_expand (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  static const struct {
    const char *units[3];
    const char *endpoints[3];
    const char *ids;
  } rows[] = {
    { { "38" }, { NULL }, "38-1 100-1 101-1 102-1" },
    { { "100", "38" }, { "200-1", "101-1" }, "200-1 101-1 100-1 38-1 102-1" },
    { { NULL }, { "38-1", "38-1" }, "38-1" },
    { { NULL }, { NULL }, "" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_auto (GStrv) ids = expand (store.database, rows[i].units, rows[i].endpoints, &error);
    g_assert_no_error (error);
    g_autofree char *text = g_strjoinv (" ", ids);
    g_assert_cmpstr (text, ==, rows[i].ids);
  }
  const char *const unknown[] = { "99", NULL };
  assert_fails (expand (store.database, unknown, NULL, error), STORAGE_ERROR_NOT_FOUND);
  assert_fails (expand (store.database, NULL, unknown, error), STORAGE_ERROR_NOT_FOUND);
}

static void
test_new_id (void)
{
  g_autofree char *a = schedule_store_new_id (), *b = schedule_store_new_id ();
  g_assert_cmpuint (strlen (a), ==, 10);
  g_assert_cmpstr (a, !=, b);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schedule/round-trip", test_round_trip);
  g_test_add_func ("/schedule/add-refused", test_add_refused);
  g_test_add_func ("/schedule/update", test_update);
  g_test_add_func ("/schedule/state", test_state);
  g_test_add_func ("/schedule/list", test_list);
  g_test_add_func ("/schedule/expand", test_expand);
  g_test_add_func ("/schedule/lists-round-trip", test_lists_round_trip);
  g_test_add_func ("/schedule/drafts", test_drafts);
  g_test_add_func ("/schedule/expand-levels", test_expand_levels);
  g_test_add_func ("/schedule/new-id", test_new_id);
  return g_test_run ();
}
