/* A room that sees and hears itself through the relay, and nobody else does. */
#include "signaling/meeting/loop.h"
#include "tests/unit/meeting/world.h"

#define ON "{\"type\":\"test.loop\",\"on\":true}"
#define OFF "{\"type\":\"test.loop\",\"on\":false}"

static void
assert_route (Room *room, const char *slot, const char *expected)
{
  g_assert_cmpstr (world_route (room->world, room->transport, slot), ==, expected);
}

/* What `slots` told last of @mid. */
static const char *
told_of (Room *room, const char *mid)
{
  for (guint i = room->messages->len; i > 0; i--) {
    const json_t *slots = json_object_get (g_ptr_array_index (room->messages, i - 1), "slots");
    for (size_t k = 0; k < json_array_size (slots); k++) {
      const json_t *slot = json_array_get (slots, k);
      if (g_strcmp0 (json_string_value (json_object_get (slot, "mid")), mid) == 0 &&
          json_object_get (slot, "source") != NULL)
        return json_string_value (json_object_get (slot, "endpoint"));
    }
  }
  return "not told";
}

static void
assert_told (Room *room, gboolean on, int seconds)
{
  json_t *event = room_last (room, "test.loop");

  g_assert_nonnull (event);
  g_assert_cmpint (json_is_true (json_object_get (event, "on")), ==, on);
  g_assert_cmpint (json_integer_value (json_object_get (event, "seconds")), ==, seconds);
}

/* Nobody but @own is routed to what @own sends. */
static void
assert_alone (World *world, Room *own)
{
  GHashTableIter transports, routes;
  gpointer id = NULL, transport = NULL, route = NULL;

  g_hash_table_iter_init (&transports, world->transports);
  while (g_hash_table_iter_next (&transports, &id, &transport)) {
    if (g_strcmp0 (id, own->transport) == 0)
      continue;
    g_hash_table_iter_init (&routes, ((FakeTransport *) transport)->routes);
    while (g_hash_table_iter_next (&routes, NULL, &route)) {
      g_autofree char *mic = g_strconcat (own->transport, "/mic@", NULL);
      g_assert_false (g_str_has_prefix (route, mic));
    }
  }
}

static void
test_sees_and_hears_itself (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) room = room_join_with_media (world, "e2");

  room_ask_ok (chair, "{\"type\":\"mic\",\"open\":true}");
  world_advance (world, SECOND_US / 5);
  assert_route (room, "main", "t.m1.e1.1/camera@720");
  assert_route (room, "a0", "t.m1.e1.1/mic@0");
  g_assert_true (world_is_muted (world, room->transport, "mic"));
  room_ask_ok (room, ON);
  assert_told (room, TRUE, LOOP_SECONDS);
  assert_route (room, "main", "t.m1.e2.2/camera@720");
  assert_route (room, "a0", "t.m1.e1.1/mic@0"); /* the others are heard on */
  assert_route (room, "a1", "t.m1.e2.2/mic@0");
  g_assert_cmpstr (told_of (room, "main"), ==, "e2");
  g_assert_cmpstr (told_of (room, "a1"), ==, "e2");
  g_assert_false (world_is_muted (world, room->transport, "mic"));
  assert_route (chair, "a0", "");
  assert_route (chair, "a1", "");
  assert_alone (world, room);
  g_assert_null (room_last (chair, "test.loop"));
  g_assert_false (json_is_true (room_seat (chair, "e2", "mic_open")));
  room_ask_ok (room, OFF);
  assert_told (room, FALSE, 0);
  g_assert_true (world_is_muted (world, room->transport, "mic"));
  world_advance (world, SECOND_US / 5);
  assert_route (room, "main", "t.m1.e1.1/camera@720");
  assert_route (room, "a1", "");
  room_ask_ok (room, OFF); /* nothing to end: nothing is told */
  g_assert_cmpuint (room_count (room, "test.loop"), ==, 2);
}

/* A camera that is off for the others, and asks for as much as it does of others. */
static void
test_closed_camera (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) room = room_join_with_media (world, "e2");

  room_ask_ok (room, "{\"type\":\"camera\",\"on\":false}");
  room_ask_ok (room, "{\"type\":\"view\",\"main_height\":360}");
  world_advance (world, SECOND_US / 5);
  room_ask_ok (room, ON);
  assert_route (room, "main", "t.m1.e2.2/camera@360");
  g_assert_false (world_is_muted (world, room->transport, "camera"));
  g_assert_true (world_is_muted (world, room->transport, "content"));
  assert_route (chair, "main", "");
  room_ask_ok (room, OFF);
  g_assert_true (world_is_muted (world, room->transport, "camera"));
}

static void
test_ends_by_time (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) room = room_join_with_media (world, "e2");

  room_ask_ok (room, ON);
  world_advance (world, LOOP_US / 2);
  room_ask_ok (room, ON); /* its minute begins anew */
  world_advance (world, LOOP_US - SECOND_US);
  assert_told (room, TRUE, LOOP_SECONDS);
  world_advance (world, 2 * SECOND_US);
  assert_told (room, FALSE, 0);
  assert_route (room, "main", "");
  g_assert_true (world_is_muted (world, room->transport, "mic"));
}

/* A page that goes, and the one that comes back or takes its place. */
static void
test_ends_with_its_page (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) room = room_join_with_media (world, "e2");
  g_autofree char *transport = g_strdup (room->transport);

  room_ask_ok (room, ON);
  room_drop (room);
  g_assert_true (world_is_muted (world, transport, "mic"));
  g_autoptr (Room) again = room_join_with_media (world, "e2");
  room_ask_ok (again, ON);
  g_autoptr (Room) window = room_join_with_media (world, "e2");
  world_advance (world, SECOND_US);
  g_assert_null (room_last (window, "test.loop"));
  g_assert_true (world_is_muted (world, window->transport, "mic"));
  assert_route (window, "main", "");
  room_ask_ok (window, ON);
  room_send (window, "{\"type\":\"leave\"}");
  world_advance (world, SECOND_US);
  g_assert_null (world_transport (world, window->transport));
}

/* Media that comes later, or anew, is in the loop from its first packet. */
static void
test_media_comes_later (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) room = room_join (world, "e2");

  room_ask_ok (room, ON);
  room_offer (room, TRUE);
  world_advance (world, SECOND_US / 5);
  assert_route (room, "main", "t.m1.e2.1/camera@720");
  g_assert_false (world_is_muted (world, room->transport, "mic"));
}

static void
test_floor_ends_it (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) room = room_join_with_media (world, "e2");

  room_ask_ok (room, "{\"type\":\"consent\",\"standing\":true}");
  room_ask_ok (room, ON);
  room_ask_ok (chair, "{\"type\":\"floor.grant\",\"endpoint\":\"e2\"}");
  assert_told (room, FALSE, 0);
  assert_route (room, "main", "t.m1.e1.1/camera@720");
  assert_route (chair, "main", "t.m1.e2.2/camera@720");
  g_assert_false (world_is_muted (world, room->transport, "mic"));
  room_ask_error (room, ON, "test.busy");
}

static void
test_who_may (void)
{
  g_autoptr (World) world = world_new (4);
  g_autoptr (Room) site = room_join_with_media (world, "e2");
  g_autoptr (Room) desk = room_join_operator (world);
  g_autoptr (Room) chair = NULL;

  room_ask_error (desk, ON, "right.missing");
  room_ask_ok (desk, "{\"type\":\"spotlight\",\"endpoint\":\"e2\"}");
  room_ask_ok (site, ON); /* nothing is shown to anybody before it is live */
  chair = room_join_with_media (world, "e1");
  g_assert_cmpint (world->record->state, ==, MEETING_LIVE);
  world_advance (world, SECOND_US);
  assert_told (site, FALSE, 0);
  room_ask_error (site, ON, "test.busy");
  room_ask_error (chair, ON, "test.busy");
  room_ask_ok (desk, "{\"type\":\"spotlight\",\"endpoint\":null}");
  room_ask_ok (site, ON);
  room_ask_ok (desk, "{\"type\":\"spotlight\",\"endpoint\":\"e2\"}");
  assert_told (site, FALSE, 0);
}

/* In a rehearsal everybody tests, the chair too. */
static void
test_rehearsal (void)
{
  g_autoptr (World) world = world_new (3);
  StateChange change = { MEETING_REHEARSAL, NULL, "user", "192.0.2.1" };
  g_autoptr (Room) chair = NULL;

  world->record->state = MEETING_SCHEDULED;
  world_restart_controller (world);
  world_link_relay (world);
  g_assert_true (meeting_hub_set_meeting_state (world->hub, "m1", &change, world->now_us, NULL));
  chair = room_join_with_media (world, "e1");
  room_ask_ok (chair, ON);
  assert_route (chair, "main", "t.m1.e1.1/camera@720");
}

static void
test_waiting_room (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) chair = NULL;
  g_autoptr (Room) room = NULL;

  world->record->entry.waiting_room = TRUE;
  world_reload (world);
  chair = room_join_with_media (world, "e1");
  room = room_join_with_media (world, "e2");
  g_assert_true (world_is_muted (world, room->transport, "camera"));
  room_ask_ok (room, ON);
  assert_route (room, "main", "t.m1.e2.2/camera@720");
  assert_route (room, "a1", "t.m1.e2.2/mic@0");
  g_assert_false (world_is_muted (world, room->transport, "camera"));
  assert_route (chair, "main", "");
  assert_alone (world, room);
  room_ask_ok (room, OFF);
  assert_route (chair, "main", "");
  g_assert_true (world_is_muted (world, room->transport, "camera"));
}

/* An open microphone that closes while it is in the loop is let through on, and so must be routed
 * to nobody else from that moment. */
static void
test_closes_meanwhile (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) room = room_join_with_media (world, "e2");

  room_ask_ok (room, "{\"type\":\"mic\",\"open\":true}");
  world_advance (world, SECOND_US / 5);
  assert_route (chair, "a0", "t.m1.e2.2/mic@0");
  room_ask_ok (room, ON);
  assert_route (chair, "a0", "t.m1.e2.2/mic@0"); /* what was open stays heard */
  room_ask_ok (chair, "{\"type\":\"seat.mute\",\"endpoint\":\"e2\",\"locked\":true}");
  assert_route (chair, "a0", ""); /* before any tick */
  assert_route (chair, "a1", "");
  assert_alone (world, room);
  g_assert_false (world_is_muted (world, room->transport, "mic"));
  g_assert_false (g_str_has_suffix (world->voices, "mic"));
}

/* The loudest are the relay's choice: the last audio slot leaves them for the loop. */
static void
test_loudest_voices (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) room = NULL;

  world->loudest_voices = 1;
  world_restart_controller (world);
  world_link_relay (world);
  room = room_join_with_media (world, "e2");
  room_ask_ok (room, ON);
  assert_route (room, "a0", "g.m1#0-t.m1.e2.1/mic");
  assert_route (room, "a1", "t.m1.e2.1/mic@0");
  g_assert_cmpstr (world->voices, ==, "1 -:");
  room_ask_ok (room, OFF);
  world_advance (world, SECOND_US / 5);
  assert_route (room, "a1", "g.m1#1-t.m1.e2.1/mic");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/loop/sees-and-hears-itself", test_sees_and_hears_itself);
  g_test_add_func ("/loop/closed-camera", test_closed_camera);
  g_test_add_func ("/loop/ends-by-time", test_ends_by_time);
  g_test_add_func ("/loop/ends-with-its-page", test_ends_with_its_page);
  g_test_add_func ("/loop/media-comes-later", test_media_comes_later);
  g_test_add_func ("/loop/floor-ends-it", test_floor_ends_it);
  g_test_add_func ("/loop/who-may", test_who_may);
  g_test_add_func ("/loop/rehearsal", test_rehearsal);
  g_test_add_func ("/loop/waiting-room", test_waiting_room);
  g_test_add_func ("/loop/closes-meanwhile", test_closes_meanwhile);
  g_test_add_func ("/loop/loudest-voices", test_loudest_voices);
  return g_test_run ();
}
