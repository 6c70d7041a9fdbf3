#include <string.h>

#include "config/limits.h"
#include "tests/unit/meeting/world.h"

static void
test_join (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) room = room_join (world, "e2");
  json_t *welcome = room_last (room, "welcome");
  json_t *meeting = json_object_get (welcome, "meeting");

  g_assert_cmpstr (json_string_value (json_object_get (welcome, "role")), ==, "site");
  g_assert_cmpstr (json_string_value (json_object_get (welcome, "endpoint")), ==, "e2");
  g_assert_cmpint (json_integer_value (json_object_get (welcome, "protocol")), ==, 1);
  g_assert_true (json_is_false (json_object_get (welcome, "resumed")));
  g_assert_cmpint (json_integer_value (json_object_get (welcome, "server_time")), >=, WALL_MS);
  g_assert_cmpuint (json_array_size (json_object_get (welcome, "seats")), ==,
                    2); /* itself, the chair */
  g_assert_cmpstr (json_string_value (json_object_get (meeting, "state")), ==, "open");
  g_assert_true (json_is_null (json_object_get (meeting, "spotlight")));
  g_assert_cmpstr (room_seat_state (room, "e2"), ==, "connected");
  g_assert_cmpstr (room_seat_state (room, "e1"), ==, "absent");
  g_assert_null (room_seat (room, "e3", "state"));
  g_assert_true (json_is_false (room_seat (room, "e2", "mic_open")));
  g_assert_true (json_is_true (room_seat (room, "e2", "camera_on")));
  g_assert_cmpint (json_integer_value (room_seat (room, "e2", "joined_at")), >=, WALL_MS);
  g_assert_cmpstr (g_ptr_array_index (world->events, 0), ==, "seat.joined e2");
}

static void
test_chair_makes_it_live (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) site = room_join (world, "e2");

  g_assert_cmpint (world->record->state, ==, MEETING_OPEN);
  g_autoptr (Room) chair = room_join (world, "e1");
  g_assert_cmpint (world->record->state, ==, MEETING_LIVE);
  json_t *welcome = room_last (chair, "welcome");
  g_assert_cmpstr (json_string_value (json_object_get (welcome, "role")), ==, "chair");
  world_advance (world, SECOND_US / 5);
  json_t *meeting = json_object_get (room_last (site, "meeting"), "meeting");
  g_assert_cmpstr (json_string_value (json_object_get (meeting, "state")), ==, "live");
  g_assert_true (json_is_integer (json_object_get (meeting, "started_at")));
}

static void
assert_bye (Room *room, const char *code)
{
  json_t *bye = room_last (room, "bye");

  g_assert_nonnull (bye);
  g_assert_cmpstr (json_string_value (json_object_get (bye, "code")), ==, code);
  g_assert_nonnull (json_object_get (json_object_get (bye, "text"), "vi"));
  g_assert_cmpint (room->close_code, ==, 1000);
}

static void
test_who_may_not_join (void)
{
  g_autoptr (World) world = world_new (2);
  g_autoptr (Room) stranger = room_connect (world, "e9", ROOM_SITE);
  RoomGrant grant = { "m9", "e1", ROOM_SITE, "u", "U" };
  RoomPeer peer = { NULL, NULL };
  g_autoptr (GError) error = NULL;

  room_send (stranger, "{\"type\":\"join\"}");
  assert_bye (stranger, "removed");
  g_assert_null (meeting_hub_connect_room (world->hub, &grant, &peer, NULL, 1, &error));
  g_assert_error (error, SIGNALING_PROBLEM, PROBLEM_MEETING_UNKNOWN);
}

static void
test_states_that_refuse (void)
{
  static const struct {
    MeetingState state;
    const char *code;
  } rows[] = { { MEETING_SCHEDULED, "not_open" },
               { MEETING_ENDED, "ended" },
               { MEETING_POSTPONED, "postponed" },
               { MEETING_CANCELLED, "cancelled" } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (World) world = world_new (2);
    world->record->state = rows[i].state;
    world->record->reason = g_strdup ("bão số 9");
    world_restart_controller (world);
    g_autoptr (Room) room = room_connect (world, "e2", ROOM_SITE);
    room_send (room, "{\"type\":\"join\"}");
    assert_bye (room, rows[i].code);
    json_t *vi = json_object_get (json_object_get (room_last (room, "bye"), "text"), "vi");
    g_assert_nonnull (strstr (json_string_value (vi), "bão số 9"));
  }
}

static void
test_cap (void)
{
  g_autoptr (World) world = world_new_with_cap (4, 2);
  g_autoptr (Room) a = room_join (world, "e1");
  g_autoptr (Room) b = room_join (world, "e2");
  g_autoptr (Room) c = room_connect (world, "e3", ROOM_SITE);

  room_send (c, "{\"type\":\"join\"}");
  assert_bye (c, "full");
  g_assert_cmpint (a->close_code, ==, 0);
  /* A seat that is away keeps its place... */
  room_drop (b);
  g_autoptr (Room) d = room_connect (world, "e3", ROOM_SITE);
  room_send (d, "{\"type\":\"join\"}");
  assert_bye (d, "full");
  g_autoptr (Room) again = room_join (world, "e2");
  g_assert_nonnull (room_last (again, "welcome"));
  /* ... one that left gives it up. */
  room_send (again, "{\"type\":\"leave\"}");
  assert_bye (again, "left");
  g_autoptr (Room) e = room_join (world, "e3");
  g_assert_nonnull (room_last (e, "welcome"));
}

static void
test_rights (void)
{
  static const char *const directing[] = {
    "{\"type\":\"seat.mute\",\"endpoint\":\"e2\",\"locked\":true}",
    "{\"type\":\"mute.all\"}",
    "{\"type\":\"spotlight\",\"endpoint\":null}",
    "{\"type\":\"hand.lower\",\"endpoint\":\"e2\"}",
    "{\"type\":\"meeting.end\"}",
  };
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) site = room_join (world, "e2");
  g_autoptr (Room) secretary = room_join_operator (world);
  g_autoptr (Room) observer = room_connect (world, "", ROOM_OBSERVER);

  room_ask_ok (observer, "{\"type\":\"join\"}");
  for (guint i = 0; i < G_N_ELEMENTS (directing); i++) {
    room_ask_error (site, directing[i], "right.missing");
    room_ask_error (observer, directing[i], "right.missing");
  }
  room_ask_error (secretary, "{\"type\":\"mic\",\"open\":true}", "right.missing");
  for (guint i = 0; i + 1 < G_N_ELEMENTS (directing); i++)
    room_ask_ok (secretary, directing[i]);
  room_ask_error (secretary, "{\"type\":\"spotlight\",\"endpoint\":\"e9\"}", "seat.unknown");
}

static void
test_order_of_requests (void)
{
  g_autoptr (World) world = world_new (2);
  g_autoptr (Room) room = room_connect (world, "e2", ROOM_SITE);

  room_ask_error (room, "{\"type\":\"mic\",\"open\":true}", "room.not_joined");
  room_ask_ok (room, "{\"type\":\"join\"}");
  room_ask_error (room, "{\"type\":\"join\"}", "room.already_joined");
  room_ask_error (room, "{\"type\":\"floor\"}", "message.unknown");
  room_ask_error (room, "{\"type\":\"mic\"}", "message.malformed");
  room_ask_error (room, "not json", "message.malformed");
  room_ask_error (room, "{\"type\":\"media.restart\",\"sdp\":\"v=0\"}", "media.transport_unknown");
  room_ask_error (room, "{\"type\":\"media.offer\",\"sdp\":\"v=0\"}", "sdp.malformed");
}

static void
test_reply_carries_id (void)
{
  g_autoptr (World) world = world_new (2);
  g_autoptr (Room) room = room_join (world, "e2");

  room_send (room, "{\"type\":\"hand\",\"raised\":true,\"id\":77}");
  g_assert_cmpint (json_integer_value (json_object_get (room_last (room, "ok"), "id")), ==, 77);
  room_send (room, "{\"type\":\"hand\",\"id\":78}");
  g_assert_cmpint (json_integer_value (json_object_get (room_last (room, "error"), "id")), ==, 78);
}

static void
test_hand_and_batches (void)
{
  g_autoptr (World) world = world_new (5);
  g_autoptr (Room) chair = room_join (world, "e1");
  g_autoptr (Room) site = room_join (world, "e2");
  g_autoptr (Room) second = room_join (world, "e3");
  g_autoptr (Room) third = room_join (world, "e4");
  g_autoptr (Room) fourth = room_join (world, "e5");
  Room *sites[] = { site, second, third, fourth };

  world_advance (world, SECOND_US);
  room_forget (chair);
  for (guint i = 0; i < 40; i++) {
    room_ask_ok (sites[i % 4], i / 4 % 2 == 0 ? "{\"type\":\"hand\",\"raised\":true}"
                                              : "{\"type\":\"hand\",\"raised\":false}");
    world_advance (world, SECOND_US / 40);
  }
  g_assert_cmpuint (room_count (chair, "seats"), <=, 11);
  room_ask_ok (site, "{\"type\":\"hand\",\"raised\":true}");
  world_advance (world, SECOND_US / 5);
  g_assert_true (json_is_integer (room_seat (chair, "e2", "hand_at")));
  room_ask_ok (chair, "{\"type\":\"hand.lower\",\"endpoint\":\"e2\"}");
  world_advance (world, SECOND_US / 5);
  g_assert_true (json_is_null (room_seat (site, "e2", "hand_at")));
}

static void
test_mic_lock (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) chair = room_join (world, "e1");
  g_autoptr (Room) site = room_join (world, "e2");

  room_ask_ok (site, "{\"type\":\"mic\",\"open\":true}");
  room_ask_ok (chair, "{\"type\":\"seat.mute\",\"endpoint\":\"e2\",\"locked\":true}");
  room_ask_error (site, "{\"type\":\"mic\",\"open\":true}", "mic.locked");
  room_ask_ok (chair, "{\"type\":\"seat.mute\",\"endpoint\":\"e2\",\"locked\":false}");
  world_advance (world, SECOND_US / 5);
  g_assert_true (json_is_false (room_seat (site, "e2", "mic_open")));
  room_ask_ok (site, "{\"type\":\"mic\",\"open\":true}");
}

static void
test_storage_before_acknowledgement (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) room = room_join (world, "e2");

  world->is_store_broken = TRUE;
  room_ask_error (room, "{\"type\":\"mic\",\"open\":true}", "storage");
  room_ask_error (room, "{\"type\":\"hand\",\"raised\":true}", "storage");
  room_ask_error (room, "{\"type\":\"content\",\"on\":true}", "storage");
  world->is_store_broken = FALSE;
  world_advance (world, SECOND_US / 5);
  g_assert_true (json_is_false (room_seat (room, "e2", "mic_open")));
  g_assert_true (json_is_false (room_seat (room, "e2", "content")));
}

static void
test_rate_limit (void)
{
  g_autoptr (World) world = world_new (2);
  g_autoptr (Room) room = room_join (world, "e2");

  for (guint i = 1; i < LIMIT_ROOM_MESSAGES_PER_SECOND; i++)
    room_send (room, "{\"type\":\"hand\",\"raised\":false}");
  g_assert_cmpint (room->close_code, ==, 0);
  room_send (room, "{\"type\":\"hand\",\"raised\":false}");
  g_assert_cmpint (room->close_code, ==, 1008);
  room_send (room, "{\"type\":\"hand\",\"raised\":false}"); /* nothing, and no crash */
  g_autoptr (Room) again = room_join (world, "e2");
  g_assert_nonnull (room_last (again, "welcome"));
}

/* Every change is a commit: a room that toggles as fast as it can is refused, and stays. */
static void
test_change_limit (void)
{
  g_autoptr (World) world = world_new (2);
  g_autoptr (Room) room = room_join (world, "e2");
  guint before = world->n_writes;
  static const char *const toggles[] = { "{\"type\":\"hand\",\"raised\":true}",
                                         "{\"type\":\"hand\",\"raised\":false}" };

  for (guint i = 0; i < LIMIT_ROOM_CHANGES_AT_ONCE; i++)
    room_ask_ok (room, toggles[i % 2]);
  for (guint i = 0; i < 50; i++)
    room_ask_error (room, toggles[i % 2], "message.too_many");
  g_assert_cmpuint (world->n_writes - before, ==, LIMIT_ROOM_CHANGES_AT_ONCE);
  room_ask_ok (room, "{\"type\":\"view\",\"main_height\":360}"); /* costs nothing */
  g_assert_cmpint (room->close_code, ==, 0);
  world_advance (world, SECOND_US / LIMIT_ROOM_CHANGES_PER_SECOND);
  room_ask_ok (room, toggles[0]);
  room_ask_error (room, toggles[1], "message.too_many");
}

static void
test_never_joins (void)
{
  g_autoptr (World) world = world_new (2);
  g_autoptr (Room) idle = room_connect (world, "e1", ROOM_SITE);
  g_autoptr (Room) room = room_join (world, "e2");

  world_advance (world, 29 * SECOND_US);
  g_assert_cmpint (idle->close_code, ==, 0);
  world_advance (world, 3 * SECOND_US);
  g_assert_cmpint (idle->close_code, ==, 1008);
  g_assert_cmpint (room->close_code, ==, 0);
}

static void
test_message_too_large (void)
{
  g_autoptr (World) world = world_new (2);
  g_autoptr (Room) room = room_join (world, "e2");
  g_autofree char *text = g_strnfill (LIMIT_ROOM_MESSAGE_BYTES + 1, ' ');

  text[LIMIT_ROOM_MESSAGE_BYTES] = '\0';
  room_ask_error (room, text, "message.malformed");
  text[LIMIT_ROOM_MESSAGE_BYTES] = ' ';
  room_send (room, text);
  g_assert_cmpint (room->close_code, ==, 1009);
}

static void
test_replaced (void)
{
  g_autoptr (World) world = world_new (2);
  g_autoptr (Room) first = room_join_with_media (world, "e2");
  g_autofree char *transport = g_strdup (first->transport);

  room_ask_ok (first, "{\"type\":\"mic\",\"open\":true}");
  g_autoptr (Room) second = room_join (world, "e2");
  assert_bye (first, "replaced");
  room_drop (first);
  g_assert_null (world_transport (world, transport));
  g_assert_cmpstr (room_seat_state (second, "e2"), ==, "connected");
  g_assert_true (json_is_true (room_seat (second, "e2", "mic_open")));
}

static void
test_lost_and_given_up (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) chair = room_join (world, "e1");
  g_autoptr (Room) site = room_join_with_media (world, "e2");
  g_autofree char *transport = g_strdup (site->transport);

  room_ask_ok (site, "{\"type\":\"hand\",\"raised\":true}");
  room_drop (site);
  world_advance (world, SECOND_US / 5);
  g_assert_cmpstr (room_seat_state (chair, "e2"), ==, "reconnecting");
  g_assert_cmpstr (json_string_value (room_seat (chair, "e2", "line")), ==, "lost");
  g_assert_nonnull (world_transport (world, transport));
  world_advance (world, 61 * SECOND_US);
  g_assert_cmpstr (room_seat_state (chair, "e2"), ==, "absent");
  g_assert_true (json_is_null (room_seat (chair, "e2", "hand_at")));
  g_assert_null (world_transport (world, transport));
  g_assert_cmpuint (g_hash_table_size (world->sessions), ==, 0);
}

static void
test_end (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) site = room_join_with_media (world, "e2");

  room_ask_ok (chair, "{\"type\":\"meeting.end\",\"id\":5}");
  assert_bye (chair, "ended");
  assert_bye (site, "ended");
  g_assert_cmpint (world->record->state, ==, MEETING_ENDED);
  g_assert_cmpuint (g_hash_table_size (world->transports), ==, 0);
  g_autofree char *seats = meeting_hub_seats_json (world->hub, "m1", world->now_us);
  g_assert_null (seats);
}

static gboolean
change_state (World *world, MeetingState state, const char *reason, GError **error)
{
  StateChange change = { state, reason, "user" };

  return meeting_hub_set_meeting_state (world->hub, "m1", &change, world->now_us, error);
}

static void
test_states_by_rest (void)
{
  g_autoptr (World) world = world_new (2);
  g_autoptr (Room) room = room_join (world, "e2");
  g_autoptr (GError) error = NULL;

  g_assert_false (change_state (world, MEETING_CANCELLED, NULL, &error));
  g_assert_error (error, SIGNALING_PROBLEM, PROBLEM_REASON_MISSING);
  g_assert_cmpint (room->close_code, ==, 0);
  g_assert_true (change_state (world, MEETING_POSTPONED, "bão", NULL));
  assert_bye (room, "postponed");
  g_assert_true (change_state (world, MEETING_SCHEDULED, NULL, NULL));
  g_assert_true (change_state (world, MEETING_OPEN, NULL, NULL));
  g_autoptr (Room) again = room_join (world, "e2");
  g_assert_nonnull (room_last (again, "welcome"));
}

static void
test_uninvited_while_in (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) site = room_join_with_media (world, "e2");

  world_advance (world, SECOND_US);
  world_remove_endpoint (world, "e2");
  g_free (world->record->title);
  world->record->title = g_strdup ("Giao ban quý");
  g_assert_true (meeting_hub_reload (world->hub, "m1", world->now_us, NULL));
  assert_bye (site, "removed");
  g_assert_cmpstr (room_seat_state (chair, "e2"), ==, "absent");
  world_advance (world, SECOND_US / 5);
  json_t *meeting = json_object_get (room_last (chair, "meeting"), "meeting");
  g_assert_cmpstr (json_string_value (json_object_get (meeting, "title")), ==, "Giao ban quý");
  g_assert_cmpuint (g_hash_table_size (world->transports), ==, 1);
}

/* The hub finds the meeting by its id after the record behind it was replaced. */
static void
test_changed_while_running (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) chair = room_join (world, "e1");
  MeetingHubStats stats;

  g_assert_true (meeting_hub_reload (world->hub, "m1", world->now_us, NULL));
  g_autoptr (Room) site = room_join (world, "e2");
  meeting_hub_get_stats (world->hub, &stats);
  g_assert_cmpuint (stats.meetings, ==, 1);
  g_assert_cmpuint (stats.rooms, ==, 2);
  world_advance (world, SECOND_US);
  g_assert_cmpstr (room_seat_state (chair, "e2"), ==, "connected");
  g_assert_true (change_state (world, MEETING_ENDED, NULL, NULL));
  assert_bye (chair, "ended");
  assert_bye (site, "ended");
}

static void
test_stats (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) room = room_join (world, "e2");
  g_autoptr (Room) secretary = room_join_operator (world);
  MeetingHubStats stats;

  g_assert_cmpint (room->close_code, ==, 0);
  meeting_hub_get_stats (world->hub, &stats);
  g_assert_cmpuint (stats.meetings, ==, 1);
  g_assert_cmpuint (stats.rooms, ==, 1);
  g_assert_cmpuint (stats.operators, ==, 1);
  g_assert_cmpuint (stats.connections, ==, 2);
  room_drop (secretary);
  meeting_hub_get_stats (world->hub, &stats);
  g_assert_cmpuint (stats.operators, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/meeting/room/join", test_join);
  g_test_add_func ("/meeting/room/chair-makes-it-live", test_chair_makes_it_live);
  g_test_add_func ("/meeting/room/who-may-not-join", test_who_may_not_join);
  g_test_add_func ("/meeting/room/states-that-refuse", test_states_that_refuse);
  g_test_add_func ("/meeting/room/cap", test_cap);
  g_test_add_func ("/meeting/room/rights", test_rights);
  g_test_add_func ("/meeting/room/order-of-requests", test_order_of_requests);
  g_test_add_func ("/meeting/room/reply-carries-id", test_reply_carries_id);
  g_test_add_func ("/meeting/room/hand-and-batches", test_hand_and_batches);
  g_test_add_func ("/meeting/room/mic-lock", test_mic_lock);
  g_test_add_func ("/meeting/room/storage-first", test_storage_before_acknowledgement);
  g_test_add_func ("/meeting/room/rate-limit", test_rate_limit);
  g_test_add_func ("/meeting/room/change-limit", test_change_limit);
  g_test_add_func ("/meeting/room/never-joins", test_never_joins);
  g_test_add_func ("/meeting/room/message-too-large", test_message_too_large);
  g_test_add_func ("/meeting/room/replaced", test_replaced);
  g_test_add_func ("/meeting/room/lost-and-given-up", test_lost_and_given_up);
  g_test_add_func ("/meeting/room/end", test_end);
  g_test_add_func ("/meeting/room/states-by-rest", test_states_by_rest);
  g_test_add_func ("/meeting/room/uninvited-while-in", test_uninvited_while_in);
  g_test_add_func ("/meeting/room/changed-while-running", test_changed_while_running);
  g_test_add_func ("/meeting/room/stats", test_stats);
  return g_test_run ();
}
