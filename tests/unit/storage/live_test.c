#include "server/storage/event_store.h"
#include "server/storage/live_store.h"
#include "server/storage/statement.h"
#include "server/storage/storage_limits.h"
#include "signaling/protocol/problem.h"
#include "tests/unit/storage/meeting_support.h"

static const char *const rooms[] = { "100-1", "38-1", NULL };

static TestStore
store_with_meeting (MeetingState state)
{
  TestStore store = test_store_with_rooms ();
  g_autoptr (MeetingRecord) meeting = test_meeting ("m1", rooms);
  meeting->state = state;
  assert_works (schedule_store_add (store.database, meeting, error));
  return store;
}

static StoredMeeting *
load (Database *database)
{
  StoredMeeting *stored = NULL;
  assert_works (live_store_callbacks ()->load_meeting (database, "m1", &stored, error));
  return stored;
}

static void
test_load (void)
{
  g_auto (TestStore) store = store_with_meeting (MEETING_LIVE);
  g_autoptr (StoredMeeting) stored = load (store.database);
  g_assert_cmpstr (stored->record->id, ==, "m1");
  g_assert_cmpint (stored->record->state, ==, MEETING_LIVE);
  g_assert_null (stored->spotlight);
  g_assert_cmpuint (stored->invited->len, ==, 2);
  g_assert_cmpuint (stored->record->endpoints->len, ==, 2);
  const InvitedEndpoint *first = stored->invited->pdata[0];
  g_assert_cmpstr (first->endpoint, ==, stored->record->endpoints->pdata[0]);
  g_assert_cmpstr (first->code, ==, "100");
  g_assert_cmpstr (first->name, ==, "Xã Thanh Hà");
  const InvitedEndpoint *second = stored->invited->pdata[1];
  g_assert_cmpstr (second->name, ==, "Hội trường UBND tỉnh");
  g_assert_cmpstr (second->unit_name, ==, "Tỉnh Thanh Hóa");
  StoredMeeting *none = NULL;
  g_autoptr (GError) error = NULL;
  g_assert_false (live_store_callbacks ()->load_meeting (store.database, "none", &none, &error));
  g_assert_error (error, SIGNALING_PROBLEM, PROBLEM_MEETING_UNKNOWN);
}

static void
test_papers (void)
{
  g_auto (TestStore) store = store_with_meeting (MEETING_LIVE);
  assert_works (statement_run (store.database, error, NULL,
                               "INSERT INTO papers (id, meeting, item, name, type, bytes, pages,"
                               " sha256, added_ms, added_by) VALUES"
                               " ('p2', 'm1', NULL, 'B.docx', 'x', 5, NULL, '', 2, 'thuky'),"
                               " ('p1', 'm1', 'a1', 'A.pdf', 'application/pdf', 9, 12, '', 1, 'y')",
                               ""));
  g_autoptr (StoredMeeting) stored = load (store.database);
  g_assert_cmpuint (stored->papers->len, ==, 2);
  const MeetingPaper *paper = stored->papers->pdata[0];
  g_assert_cmpstr (paper->id, ==, "p1");
  g_assert_cmpstr (paper->item, ==, "a1");
  g_assert_cmpint (paper->pages, ==, 12);
  paper = stored->papers->pdata[1];
  g_assert_null (paper->item);
  g_assert_cmpint (paper->pages, ==, 0);
}

static void
test_load_running (void)
{
  for (int state = 0; state < N_MEETING_STATES; state++) {
    g_auto (TestStore) store = store_with_meeting ((MeetingState) state);
    g_autoptr (GPtrArray) running = NULL;
    assert_works (live_store_callbacks ()->load_running (store.database, &running, error));
    g_assert_cmpuint (running->len, ==, meeting_state_is_running ((MeetingState) state) ? 1 : 0);
  }
}

/* Saves @n seats and @event (may be NULL) as one act. */
static gboolean
save_seats (Database *database, SeatRecord *seats, guint n, MeetingEvent *event, GError **error)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new ();
  g_autoptr (GPtrArray) events = g_ptr_array_new ();
  StoredAct act = { .seats = records, .events = events };
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (records, &seats[i]);
  if (event)
    g_ptr_array_add (events, event);
  return live_store_callbacks ()->save_act (database, "m1", &act, error);
}

static void
test_seats (void)
{
  g_auto (TestStore) store = store_with_meeting (MEETING_LIVE);
  SeatRecord seats[] = {
    { (char *) "38-1", TRUE, FALSE, TRUE, 0, 111, .consent = TRUE },
    { (char *) "100-1", FALSE, TRUE, FALSE, 222, 333, .topic = (char *) "Đê điều", .admitted = TRUE,
      .barred = TRUE, .camera_locked = TRUE, .shown_name = (char *) "Hội trường B",
      .head_count = 23, .head_expected = 25, .roll_mark = 3, .roll_reason = (char *) "bão" }
  };
  MeetingEvent event = { 42,           (char *) "mic.opened", (char *) "", (char *) "38-1",
                         (char *) "x", (char *) "192.0.2.1" };
  assert_works (save_seats (store.database, seats, 2, &event, error));
  seats[0].mic_open = FALSE;
  assert_works (save_seats (store.database, seats, 1, NULL, error));
  g_autoptr (StoredMeeting) stored = load (store.database);
  g_assert_cmpuint (stored->seats->len, ==, 2);
  for (guint i = 0; i < 2; i++) {
    const SeatRecord *seat = stored->seats->pdata[i];
    const SeatRecord *saved = &seats[g_strcmp0 (seat->endpoint, "38-1") == 0 ? 0 : 1];
    g_assert_cmpint (seat->mic_open, ==, saved->mic_open);
    g_assert_cmpint (seat->mic_locked, ==, saved->mic_locked);
    g_assert_cmpint (seat->camera_on, ==, saved->camera_on);
    g_assert_cmpint (seat->hand_at_ms, ==, saved->hand_at_ms);
    g_assert_cmpint (seat->joined_at_ms, ==, saved->joined_at_ms);
    g_assert_cmpint (seat->consent, ==, saved->consent);
    g_assert_cmpstr (seat->topic, ==, saved->topic);
    g_assert_cmpint (seat->admitted, ==, saved->admitted);
    g_assert_cmpint (seat->barred, ==, saved->barred);
    g_assert_cmpint (seat->camera_locked, ==, saved->camera_locked);
    g_assert_cmpstr (seat->shown_name, ==, saved->shown_name);
    g_assert_cmpint (seat->head_count, ==, saved->head_count);
    g_assert_cmpint (seat->head_expected, ==, saved->head_expected);
    g_assert_cmpint (seat->roll_mark, ==, saved->roll_mark);
    g_assert_cmpstr (seat->roll_reason, ==, saved->roll_reason);
  }
  g_autoptr (GPtrArray) events = event_store_list (store.database, "m1", 0, 10, NULL);
  g_assert_cmpuint (events->len, ==, 1);
  const Event *logged = events->pdata[0];
  g_assert_cmpstr (logged->action, ==, "mic.opened");
  g_assert_cmpstr (logged->actor, ==, "system");
  g_assert_cmpstr (logged->subject, ==, "38-1");
  g_assert_cmpstr (logged->source, ==, "192.0.2.1");
}

/* One bad seat of several: none is stored, nor the state, nor the event. */
static void
test_act_together (void)
{
  g_auto (TestStore) store = store_with_meeting (MEETING_LIVE);
  SeatRecord good = { (char *) "38-1" }, bad = { (char *) "9-9" };
  MeetingEvent event = { 42, (char *) "x", (char *) "", (char *) "", (char *) "" };
  g_autoptr (GPtrArray) records = g_ptr_array_new ();
  g_autoptr (GPtrArray) events = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  StoredAct act = { .has_stage = TRUE,
                    .spotlight = "38-1",
                    .live = "{\"layout\":\"grid4\"}",
                    .seats = records,
                    .events = events };
  g_ptr_array_add (records, &good);
  g_ptr_array_add (records, &bad);
  g_ptr_array_add (events, &event);
  g_assert_false (live_store_callbacks ()->save_act (store.database, "m1", &act, &error));
  g_autoptr (StoredMeeting) stored = load (store.database);
  g_assert_cmpuint (stored->seats->len, ==, 0);
  g_assert_null (stored->spotlight);
  g_assert_null (stored->live);
  g_autoptr (GPtrArray) logged = event_store_list (store.database, "m1", 0, 10, NULL);
  g_assert_cmpuint (logged->len, ==, 0);
}

static void
test_act (void)
{
  g_auto (TestStore) store = store_with_meeting (MEETING_OPEN);
  const MeetingStore *callbacks = live_store_callbacks ();
  g_autoptr (MeetingRecord) record = test_meeting ("m1", rooms);
  StoredAct act = { .record = record,
                    .has_stage = TRUE,
                    .spotlight = "100-1",
                    .content = "38-1",
                    .live = "{\"layout\":\"grid4\"}" };
  record->state = MEETING_LIVE;
  record->started_at_ms = 1234;
  record->ends_at_ms += 60000;
  g_free (record->title);
  record->title = g_strdup ("not written");
  assert_works (callbacks->save_act (store.database, "m1", &act, error));
  g_autoptr (StoredMeeting) stored = load (store.database);
  g_assert_cmpint (stored->record->state, ==, MEETING_LIVE);
  g_assert_cmpint (stored->record->started_at_ms, ==, 1234);
  g_assert_cmpint (stored->record->ends_at_ms, ==, record->ends_at_ms);
  g_assert_cmpstr (stored->record->title, ==, "Giao ban");
  g_assert_cmpstr (stored->spotlight, ==, "100-1");
  g_assert_cmpstr (stored->content, ==, "38-1");
  g_assert_cmpstr (stored->live, ==, act.live);
  act = (StoredAct){ .has_stage = TRUE };
  assert_works (callbacks->save_act (store.database, "m1", &act, error));
  g_autoptr (StoredMeeting) cleared = load (store.database);
  g_assert_null (cleared->spotlight);
  g_assert_cmpstr (cleared->live, ==, "{\"layout\":\"grid4\"}"); /* untouched */
  act = (StoredAct){ .live = "" };
  assert_works (callbacks->save_act (store.database, "m1", &act, error));
  g_autoptr (StoredMeeting) emptied = load (store.database);
  g_assert_null (emptied->live);
  g_autoptr (GError) error = NULL;
  g_assert_false (callbacks->save_act (store.database, "none", &act, &error));
  g_assert_error (error, SIGNALING_PROBLEM, PROBLEM_MEETING_UNKNOWN);
}

static void
test_sessions (void)
{
  g_auto (TestStore) store = store_with_meeting (MEETING_LIVE);
  const MeetingStore *callbacks = live_store_callbacks ();
  SessionRecord room = { (char *) "s1", (char *) "38-1", (char *) "{}" };
  SessionRecord viewer = { (char *) "s2", (char *) "", (char *) "{}" };
  assert_works (callbacks->save_session (store.database, "m1", &room, error));
  assert_works (callbacks->save_session (store.database, "m1", &viewer, error));
  room.data = (char *) "{\"a\":1}";
  assert_works (callbacks->save_session (store.database, "m1", &room, error));
  g_autoptr (StoredMeeting) stored = load (store.database);
  g_assert_cmpuint (stored->sessions->len, ==, 2);
  const SessionRecord *first = stored->sessions->pdata[0];
  g_assert_cmpstr (first->session, ==, "s1");
  g_assert_cmpstr (first->data, ==, "{\"a\":1}");
  assert_works (callbacks->delete_session (store.database, "m1", "s1", error));
  assert_works (callbacks->delete_session (store.database, "m1", "s1", error));
  g_autoptr (StoredMeeting) less = load (store.database);
  g_assert_cmpuint (less->sessions->len, ==, 1);

  g_autofree char *data = g_strnfill (SESSION_DATA_MAX_BYTES + 1, 'x');
  room.data = data;
  assert_fails (callbacks->save_session (store.database, "m1", &room, error),
                STORAGE_ERROR_INVALID);
  data[SESSION_DATA_MAX_BYTES] = 0;
  assert_works (callbacks->save_session (store.database, "m1", &room, error));
}

static void
test_survives_reopening (void)
{
  g_auto (TestStore) store = store_with_meeting (MEETING_LIVE);
  SeatRecord seat = { (char *) "100-1", FALSE, TRUE, TRUE, 5, 6 };
  assert_works (save_seats (store.database, &seat, 1, NULL, error));
  database_close (store.database);
  store.database = database_open_in (store.directory, NULL);
  g_autoptr (GPtrArray) running = NULL;
  assert_works (live_store_callbacks ()->load_running (store.database, &running, error));
  const StoredMeeting *stored = running->pdata[0];
  g_assert_cmpuint (stored->seats->len, ==, 1);
  g_assert_true (((SeatRecord *) stored->seats->pdata[0])->mic_locked);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/live/load", test_load);
  g_test_add_func ("/live/papers", test_papers);
  g_test_add_func ("/live/load-running", test_load_running);
  g_test_add_func ("/live/seats", test_seats);
  g_test_add_func ("/live/act-together", test_act_together);
  g_test_add_func ("/live/act", test_act);
  g_test_add_func ("/live/sessions", test_sessions);
  g_test_add_func ("/live/survives-reopening", test_survives_reopening);
  return g_test_run ();
}
