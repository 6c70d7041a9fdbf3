/* Rooms that test themselves in a running hub: when they may, what is kept of it and outlives the
 * controller, what the rehearsal's result is made of, who is asked to do what. */
#include <string.h>

#include "signaling/meeting/rehearsal_rooms.h"
#include "signaling/meeting/testing.h"
#include "tests/unit/meeting/world.h"

#define BEGIN "{\"type\":\"test.begin\"}"

static void
set_state (World *world, MeetingState state)
{
  StateChange change = { state, NULL, "kythuat", "192.0.2.1" };
  g_autoptr (GError) error = NULL;

  meeting_hub_set_meeting_state (world->hub, "m1", &change, world->now_us, &error);
  g_assert_no_error (error);
}

static World *
world_rehearsing (guint n_endpoints)
{
  World *world = world_new (n_endpoints);

  world->record->state = MEETING_SCHEDULED;
  world_restart_controller (world);
  world_link_relay (world);
  set_state (world, MEETING_REHEARSAL);
  return world;
}

static const char *
text_of (const json_t *json, const char *member)
{
  return json_string_value (json_object_get (json, member));
}

/* A result of the plan that the room got, which is good but for @loss permille upwards. */
static char *
result_text (Room *room, int loss)
{
  return g_strdup_printf (
      "{\"type\":\"test.result\",\"test\":\"%s\",\"mic\":{\"ok\":true,\"level\":20},\"speaker\":"
      "\"yes\",\"camera\":{\"ok\":true},\"line\":{\"up_loss\":%d,\"down_loss\":0,\"rtt_ms\":9}}",
      text_of (room_last (room, "test.plan"), "test"), loss);
}

static void
run_test (Room *room, int loss)
{
  room_ask_ok (room, BEGIN);
  g_autofree char *text = result_text (room, loss);
  room_ask_ok (room, text);
  world_advance (room->world, 3 * SECOND_US);
}

static void
test_plan_and_verdict (void)
{
  g_autoptr (World) world = world_rehearsing (3);
  g_autoptr (Room) room = room_join_with_media (world, "e2");

  room_ask_ok (room, BEGIN);
  const json_t *plan = room_last (room, "test.plan");
  g_assert_cmpint (json_integer_value (json_object_get (plan, "kbps")), ==, TESTING_KBPS);
  g_assert_cmpint (json_integer_value (json_object_get (plan, "seconds")), ==, TEST_SECONDS);
  g_autofree char *text = result_text (room, 20);
  guint n_writes = world->n_writes;
  room_ask_ok (room, text);
  const json_t *verdict = room_last (room, "test.verdict");
  g_assert_cmpstr (text_of (verdict, "light"), ==, "fair");
  g_assert_cmpstr (text_of (verdict, "test"), ==, text_of (plan, "test"));
  const json_t *advice = json_array_get (json_object_get (verdict, "advice"), 0);
  g_assert_cmpstr (text_of (advice, "id"), ==, "loss_up");
  g_assert_nonnull (text_of (json_object_get (advice, "text"), "vi"));
  /* stored once, with its line in the log */
  g_assert_cmpuint (world->n_writes, ==, n_writes + 1);
  g_assert_cmpuint (world->tests->len, ==, 1);
  const TestRun *run = g_ptr_array_index (world->tests, 0);
  g_assert_cmpstr (run->endpoint, ==, "e2");
  g_assert_cmpint (run->light, ==, TEST_LIGHT_FAIR);
  g_assert_cmpstr (run->advice, ==, "[\"loss_up\"]");
  g_assert_cmpuint (strlen (run->result), <, TEST_RESULT_BYTES);
  g_assert_cmpuint (world_count_events (world, "test.done e2"), ==, 1);
  g_assert_cmpstr (world_event_detail (world, "test.done"), ==, "fair");
}

/* A room that did not hear the answer tells it again: it is kept once, and told the same. */
static void
test_told_again (void)
{
  g_autoptr (World) world = world_rehearsing (2);
  g_autoptr (Room) room = room_join (world, "e2");

  room_ask_ok (room, BEGIN);
  g_autofree char *text = result_text (room, 0);
  room_ask_ok (room, text);
  room_ask_ok (room, text);
  g_assert_cmpuint (room_count (room, "test.verdict"), ==, 2);
  g_assert_cmpuint (world->tests->len, ==, 1);
  /* another one at once is too much */
  room_ask_ok (room, BEGIN);
  g_autofree char *next = result_text (room, 0);
  room_ask_error (room, next, "message.too_many");
  world_advance (world, TESTING_INTERVAL_US);
  room_ask_ok (room, next);
  g_assert_cmpuint (world->tests->len, ==, 2);
}

/* Across a restart the last run stands, and a result of a plan of before is taken. */
static void
test_restart (void)
{
  g_autoptr (World) world = world_rehearsing (2);
  g_autoptr (Room) room = room_join (world, "e2");

  run_test (room, 60);
  room_ask_ok (room, BEGIN);
  g_autofree char *late = result_text (room, 0);
  room_drop (room);
  world_restart_controller (world);
  world_link_relay (world);
  g_autoptr (Room) back = room_join (world, "e2");
  room_ask_ok (back, late);
  g_assert_cmpstr (text_of (room_last (back, "test.verdict"), "light"), ==, "good");
  g_assert_cmpuint (world->tests->len, ==, 2);
  room_drop (back);
  world_restart_controller (world);
  world_link_relay (world);
  g_autoptr (Room) again = room_join (world, "e2");
  room_ask_ok (again, late);
  g_assert_cmpuint (world->tests->len, ==, 2);
  set_state (world, MEETING_SCHEDULED);
  g_autoptr (json_t) result = json_loads (world->rehearsal, 0, NULL);
  g_assert_cmpint (json_integer_value (json_object_get (result, "good")), ==, 1);
  g_assert_cmpint (json_integer_value (json_object_get (result, "absent")), ==, 1);
}

static void
test_when (void)
{
  static const struct {
    MeetingState state;
    gboolean has_waiting_room, may;
  } rows[] = {
    { MEETING_OPEN, FALSE, TRUE },
    { MEETING_OPEN, TRUE, TRUE },
    { MEETING_LIVE, FALSE, FALSE },
    { MEETING_LIVE, TRUE, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (World) world = world_new (2);
    world->record->entry.waiting_room = rows[i].has_waiting_room;
    world->record->state = rows[i].state;
    world_restart_controller (world);
    world_link_relay (world);
    g_autoptr (Room) room = room_join (world, "e2");
    if (rows[i].may) {
      run_test (room, 0);
      g_assert_cmpuint (world->tests->len, ==, 1);
      continue;
    }
    room_ask_error (room, BEGIN, "test.not_now");
    room_ask_error (room, "{\"type\":\"test.result\",\"test\":\"a\"}", "test.not_now");
  }
  g_autoptr (World) world = world_rehearsing (2);
  g_autoptr (Room) operator= room_join_operator (world);
  room_ask_error (operator, BEGIN, "right.missing");
}

static void
test_not_stored (void)
{
  g_autoptr (World) world = world_rehearsing (2);
  g_autoptr (Room) room = room_join (world, "e2");

  room_ask_ok (room, BEGIN);
  g_autofree char *text = result_text (room, 0);
  world->is_store_broken = TRUE;
  room_ask_error (room, text, "storage");
  world->is_store_broken = FALSE;
  room_ask_ok (room, text);
  g_assert_cmpuint (world->tests->len, ==, 1);
}

/* The line's own bound is what the test has to carry. */
static void
test_bounded_line (void)
{
  g_autoptr (World) world = world_rehearsing (2);
  InvitedLine line = { .down_kbps = 800, .up_kbps = 500 };

  world_set_line (world, "e2", &line);
  world_reload (world);
  g_autoptr (Room) room = room_join (world, "e2");
  room_ask_ok (room, BEGIN);
  g_assert_cmpint (json_integer_value (json_object_get (room_last (room, "test.plan"), "kbps")), ==,
                   500);
}

/* What the relay measured stands with the result, and counts where the page has nothing. */
static void
test_relay_measures (void)
{
  g_autoptr (World) world = world_rehearsing (2);
  g_autoptr (Room) room = room_join_with_media (world, "e2");

  for (guint second = 0; second < 5; second++) {
    world_loss (world, room->transport, 80);
    world_advance (world, SECOND_US);
  }
  room_ask_ok (room, BEGIN);
  g_autofree char *text =
      g_strdup_printf ("{\"type\":\"test.result\",\"test\":\"%s\",\"mic\":{\"ok\":true},"
                       "\"camera\":{\"ok\":true},\"speaker\":\"yes\"}",
                       text_of (room_last (room, "test.plan"), "test"));
  room_ask_ok (room, text);
  g_assert_cmpstr (text_of (room_last (room, "test.verdict"), "light"), ==, "bad");
  const TestRun *run = g_ptr_array_index (world->tests, 0);
  g_assert_cmpstr (run->advice, ==, "[\"loss_up\"]");
  g_autoptr (json_t) result = json_loads (run->result, 0, NULL);
  const json_t *relay = json_object_get (result, "relay");
  g_assert_cmpint (json_integer_value (json_object_get (relay, "up_loss")), >, 50);
  g_assert_cmpint (json_integer_value (json_object_get (relay, "rtt_ms")), ==, 20);
}

static void
tell_line (World *world, const char *transport, gint64 estimate_bps, gint64 target_bps)
{
  g_autoptr (TransportStatsEvent) event = transport_stats_event_new ();
  LineStats *stats = line_stats_new ();

  stats->transport = g_strdup (transport);
  stats->estimate_bps = estimate_bps;
  stats->target_bps = target_bps;
  g_ptr_array_add (event->stats, stats);
  meeting_hub_on_media_event (world->hub, CONTROL_TRANSPORT_STATS, event, world->now_us);
  world_advance (world, SECOND_US);
}

/* Little comes back: the line is narrow if the relay had more for it, for longer than estimates
 * take to grow. */
static void
test_narrow_down (void)
{
  static const struct {
    guint short_s;
    const char *light;
  } rows[] = { { 0, "good" }, { TESTING_SHORT_S - 1, "good" }, { TESTING_SHORT_S, "bad" } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (World) world = world_rehearsing (2);
    g_autoptr (Room) room = room_join_with_media (world, "e2");
    tell_line (world, room->transport, 300000, 1200000); /* before it began */
    room_ask_ok (room, BEGIN);
    for (guint second = 0; second < rows[i].short_s; second++)
      tell_line (world, room->transport, 300000, 1200000);
    tell_line (world, room->transport, 300000, 0); /* nothing more was to go */
    g_autofree char *text = g_strdup_printf (
        "{\"type\":\"test.result\",\"test\":\"%s\",\"mic\":{\"ok\":true},\"camera\":{\"ok\":true},"
        "\"speaker\":\"yes\",\"line\":{\"down_kbps\":300,\"up_loss\":0,\"down_loss\":0}}",
        text_of (room_last (room, "test.plan"), "test"));
    room_ask_ok (room, text);
    g_assert_cmpstr (text_of (room_last (room, "test.verdict"), "light"), ==, rows[i].light);
  }
}

/* A test wins over the mere light of the line, and over not being there any more. */
static void
test_result_of_rehearsal (void)
{
  g_autoptr (World) world = world_rehearsing (5);
  g_autoptr (Room) red = room_join_with_media (world, "e2");
  g_autoptr (Room) gone = room_join_with_media (world, "e3");
  g_autoptr (Room) line G_GNUC_UNUSED = room_join_with_media (world, "e4");

  run_test (red, 100);
  run_test (gone, 20);
  room_ask_ok (gone, "{\"type\":\"leave\"}");
  set_state (world, MEETING_SCHEDULED);
  g_autoptr (json_t) result = json_loads (world->rehearsal, 0, NULL);
  g_assert_cmpint (json_integer_value (json_object_get (result, "good")), ==, 1); /* e4 */
  g_assert_cmpint (json_integer_value (json_object_get (result, "fair")), ==, 1);
  g_assert_cmpint (json_integer_value (json_object_get (result, "bad")), ==, 1);
  g_assert_cmpint (json_integer_value (json_object_get (result, "absent")), ==, 2);
}

/* Opening the meeting ends it: its result is kept, the rooms are told and come back. */
static void
test_opening_ends_it (void)
{
  g_autoptr (World) world = world_rehearsing (3);
  g_autoptr (Room) room = room_join_with_media (world, "e2");

  run_test (room, 0);
  set_state (world, MEETING_OPEN);
  g_assert_cmpint (world->record->state, ==, MEETING_OPEN);
  g_assert_cmpstr (text_of (room_last (room, "bye"), "code"), ==, "rehearsal_over");
  g_assert_nonnull (world->rehearsal);
  g_autoptr (Room) back = room_join (world, "e2");
  g_assert_true (json_is_false (
      json_object_get (json_object_get (room_last (back, "welcome"), "meeting"), "rehearsal")));
}

/* --- for REST --- */

typedef struct {
  GString *text;
} Seen;

static void
on_room (gpointer user_data, const RehearsalRoom *room)
{
  g_string_append_printf (((Seen *) user_data)->text, "%s%s%s ", room->endpoint,
                          room->is_connected ? "+" : "-", room->is_testing ? "*" : "");
}

static void
assert_rooms (World *world, const char *expected)
{
  Seen seen = { g_string_new (NULL) };

  g_assert_true (meeting_hub_each_room (world->hub, "m1", world->now_us, on_room, &seen));
  g_assert_cmpstr (seen.text->str, ==, expected);
  g_string_free (seen.text, TRUE);
}

static void
test_each_room (void)
{
  g_autoptr (World) world = world_rehearsing (3);
  g_autoptr (Room) room = room_join_with_media (world, "e2");

  assert_rooms (world, "e1- e2+ e3- ");
  room_ask_ok (room, BEGIN);
  assert_rooms (world, "e1- e2+* e3- ");
  g_autofree char *text = result_text (room, 0);
  room_ask_ok (room, text);
  assert_rooms (world, "e1- e2+ e3- ");
  world_advance (world, 3 * SECOND_US);
  room_ask_ok (room, BEGIN);
  world_advance (world, TESTING_US + SECOND_US); /* left alone */
  assert_rooms (world, "e1- e2+ e3- ");
  g_assert_false (meeting_hub_each_room (world->hub, "m9", world->now_us, on_room, NULL));
}

static gboolean
ask (World *world, TestAsk act, const char *const *endpoints, gsize n, GError **error)
{
  RoomAsk what = { .act = act,
                   .endpoints = endpoints,
                   .n_endpoints = n,
                   .subject = n == 1 ? endpoints[0] : "",
                   .actor = "kythuat",
                   .source = "192.0.2.1" };
  guint asked = 0;

  return meeting_hub_ask_rooms (world->hub, "m1", &what, world->now_us, &asked, error);
}

static void
test_ask (void)
{
  static const char *const all[] = { "e1", "e2", "e3", "e9" };
  g_autoptr (World) world = world_rehearsing (3);
  g_autoptr (Room) first = room_join (world, "e2");
  g_autoptr (Room) second = room_join (world, "e3");
  g_autoptr (GError) error = NULL;

  g_assert_true (ask (world, TEST_ASK_TEST, all, 4, &error));
  g_assert_cmpstr (text_of (room_last (first, "test.ask"), "act"), ==, "test");
  g_assert_cmpuint (room_count (second, "test.ask"), ==, 1);
  g_assert_cmpstr (world_event_detail (world, "test.asked"), ==, "test 2");
  g_assert_true (ask (world, TEST_ASK_RELOAD, &all[1], 1, &error));
  g_assert_cmpstr (text_of (room_last (first, "test.ask"), "act"), ==, "reload");
  g_assert_cmpuint (room_count (second, "test.ask"), ==, 1);
  g_assert_cmpuint (world_count_events (world, "test.asked e2"), ==, 1);
  g_assert_false (ask (world, TEST_ASK_TEST, all, 1, &error));
  g_assert_error (error, SIGNALING_PROBLEM, PROBLEM_SEAT_ABSENT);
}

/* In the midst of a meeting a room is asked to reload, and not to test. */
static void
test_ask_in_a_meeting (void)
{
  static const char *const room_id[] = { "e2" };
  g_autoptr (World) world = world_new (2);
  g_autoptr (Room) chair G_GNUC_UNUSED = room_join (world, "e1");
  g_autoptr (Room) room = room_join (world, "e2");
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (world->record->state, ==, MEETING_LIVE);
  g_assert_false (ask (world, TEST_ASK_TEST, room_id, 1, &error));
  g_assert_error (error, SIGNALING_PROBLEM, PROBLEM_TEST_NOT_NOW);
  g_clear_error (&error);
  g_assert_true (ask (world, TEST_ASK_RELOAD, room_id, 1, &error));
  g_assert_cmpuint (room_count (room, "test.ask"), ==, 1);
  set_state (world, MEETING_ENDED);
  g_assert_false (ask (world, TEST_ASK_RELOAD, room_id, 1, &error));
  g_assert_error (error, SIGNALING_PROBLEM, PROBLEM_MEETING_NOT_OPEN);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/meeting/testing/plan-and-verdict", test_plan_and_verdict);
  g_test_add_func ("/meeting/testing/told-again", test_told_again);
  g_test_add_func ("/meeting/testing/restart", test_restart);
  g_test_add_func ("/meeting/testing/when", test_when);
  g_test_add_func ("/meeting/testing/not-stored", test_not_stored);
  g_test_add_func ("/meeting/testing/bounded-line", test_bounded_line);
  g_test_add_func ("/meeting/testing/relay-measures", test_relay_measures);
  g_test_add_func ("/meeting/testing/narrow-down", test_narrow_down);
  g_test_add_func ("/meeting/testing/result-of-rehearsal", test_result_of_rehearsal);
  g_test_add_func ("/meeting/testing/opening-ends-it", test_opening_ends_it);
  g_test_add_func ("/meeting/testing/each-room", test_each_room);
  g_test_add_func ("/meeting/testing/ask", test_ask);
  g_test_add_func ("/meeting/testing/ask-in-a-meeting", test_ask_in_a_meeting);
  return g_test_run ();
}
