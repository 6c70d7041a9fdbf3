/* The open microphones as the relay is told of them: once for all rooms. */
#include "tests/unit/meeting/world.h"

/* One voice beside the lead's: the rooms' two audio slots are enough for both. */
static World *
world_with_voices (void)
{
  World *world = world_new (6);

  world->loudest_voices = 1;
  world_restart_controller (world);
  world_link_relay (world);
  return world;
}

static void
open_mic (Room *room)
{
  room_ask_ok (room, "{\"type\":\"mic\",\"open\":true}");
}

static void
assert_voices (World *world, const char *expected)
{
  g_assert_cmpstr (world->voices, ==, expected);
}

static void
test_one_message (void)
{
  g_autoptr (World) world = world_with_voices ();
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) a = room_join_with_media (world, "e2");
  g_autoptr (Room) b = room_join_with_media (world, "e3");

  world_advance (world, SECOND_US / 5);
  g_assert_cmpint (json_integer_value (json_object_get (room_last (a, "welcome"), "voices")), ==,
                   1);
  g_assert_cmpstr (world_route (world, a->transport, "a0"), ==, "g.m1#0-t.m1.e2.2/mic");
  g_assert_cmpstr (world_route (world, a->transport, "a1"), ==, "g.m1#1-t.m1.e2.2/mic");
  guint routes = world->n_routes, groups = world->n_groups;
  open_mic (a);
  assert_voices (world, "1 -: t.m1.e2.2/mic"); /* before any tick */
  g_assert_false (world_is_muted (world, a->transport, "mic"));
  open_mic (b);
  assert_voices (world, "1 -: t.m1.e2.2/mic t.m1.e3.3/mic");
  open_mic (chair);
  assert_voices (world, "1 t.m1.e1.1/mic: t.m1.e1.1/mic! t.m1.e2.2/mic t.m1.e3.3/mic");
  world_advance (world, SECOND_US);
  g_assert_cmpuint (world->n_routes, ==, routes); /* nothing is routed anew */
  g_assert_cmpuint (world->n_groups, ==, groups + 3);
  room_ask_ok (chair, "{\"type\":\"seat.mute\",\"endpoint\":\"e2\",\"locked\":true}");
  assert_voices (world, "1 t.m1.e1.1/mic: t.m1.e1.1/mic! t.m1.e3.3/mic");
}

/* Who is on screen leads; who speaks, and the chair, pass always. */
static void
test_lead (void)
{
  g_autoptr (World) world = world_with_voices ();
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) a = room_join_with_media (world, "e2");
  g_autoptr (Room) b = room_join_with_media (world, "e3");

  open_mic (chair);
  open_mic (a);
  open_mic (b);
  room_ask_ok (chair, "{\"type\":\"spotlight\",\"endpoint\":\"e3\"}");
  assert_voices (world, "1 t.m1.e3.3/mic: t.m1.e3.3/mic! t.m1.e1.1/mic! t.m1.e2.2/mic");
  room_ask_ok (b, "{\"type\":\"mic\",\"open\":false}");
  assert_voices (world, "1 t.m1.e1.1/mic: t.m1.e1.1/mic! t.m1.e2.2/mic");
}

/* A controller that comes back tells all of it again; a dead relay's rooms come with new tracks. */
static void
test_told_again (void)
{
  g_autoptr (World) world = world_with_voices ();
  Room *a = room_join_with_media (world, "e2");
  g_autofree char *transport = g_strdup (a->transport);

  open_mic (a);
  world_advance (world, SECOND_US / 5);
  a->connection = NULL; /* dies with the hub */
  room_free (a);
  world_restart_controller (world);
  guint groups = world->n_groups, routes = world->n_routes;
  world_link_relay (world);
  g_assert_cmpuint (world->n_groups, >, groups);
  g_assert_cmpuint (world->n_routes, >, routes);
  assert_voices (world, "1 -: t.m1.e2.1/mic");
  world_kill_relay (world);
  world_link_relay (world);
  assert_voices (world, "1 -:"); /* until the room offers anew */
  g_assert_null (world_transport (world, transport));
}

/* A room that does not know all seats hears of the one that speaks, whoever it is. */
static void
test_speaker_is_told (void)
{
  g_autoptr (World) world = world_with_voices ();
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) a = room_join_with_media (world, "e2");
  g_autoptr (Room) b = room_join_with_media (world, "e3");

  open_mic (b);
  world_advance (world, SECOND_US / 5);
  world_level (world, b->transport, 30);
  world_advance (world, SECOND_US / 2);
  g_assert_nonnull (room_seat (a, "e3", "state"));
  world_level (world, b->transport, 40);
  g_assert_cmpuint (room_count (a, "levels"), >, 0);
}

/* With slots for fewer than are heard the controller routes as it always did. */
static void
test_few_slots (void)
{
  g_autoptr (World) world = world_new (4);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) a = room_join_with_media (world, "e2");

  open_mic (chair);
  world_advance (world, SECOND_US / 5);
  g_assert_cmpstr (world_route (world, a->transport, "a0"), ==, "t.m1.e1.1/mic@0");
  assert_voices (world, "3 t.m1.e1.1/mic: t.m1.e1.1/mic!"); /* others may have more */
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/voices/one-message", test_one_message);
  g_test_add_func ("/voices/lead", test_lead);
  g_test_add_func ("/voices/told-again", test_told_again);
  g_test_add_func ("/voices/speaker-is-told", test_speaker_is_told);
  g_test_add_func ("/voices/few-slots", test_few_slots);
  return g_test_run ();
}
