/* What rooms may take of the network, as the relay is told of it. */
#include <string.h>

#include "tests/unit/meeting/world.h"

static const InvitedLine commune = { .shared = (char *) "u.14758",
                                     .shared_down_kbps = 4000,
                                     .shared_up_kbps = 2000 };

static void
assert_limit (World *world, const char *transport, const char *expected)
{
  g_assert_cmpstr (g_hash_table_lookup (world->limits, transport), ==, expected);
}

static void
test_told_with_the_answer (void)
{
  g_autoptr (World) world = world_new (4);
  g_autoptr (Room) chair = NULL, room = NULL, small = NULL;
  InvitedLine own = { .down_kbps = 800, .up_kbps = 500 };

  world_set_line (world, "e2", &commune);
  world_set_line (world, "e3", &own);
  world_reload (world);
  chair = room_join_with_media (world, "e1");
  room = room_join_with_media (world, "e2");
  small = room_join_with_media (world, "e3");
  assert_limit (world, chair->transport, NULL); /* nothing bounds it */
  assert_limit (world, room->transport, "0/0 u.14758 4000/2000");
  assert_limit (world, small->transport, "800/500 - 0/0");
  /* what it sends is bounded in its answer too */
  const char *sdp = json_string_value (json_object_get (room_last (small, "media.answer"), "sdp"));
  g_assert_nonnull (strstr (sdp, "b=TIAS:500000\r\n"));
  sdp = json_string_value (json_object_get (room_last (room, "media.answer"), "sdp"));
  g_assert_nonnull (strstr (sdp, "b=TIAS:2000000\r\n"));
  sdp = json_string_value (json_object_get (room_last (chair, "media.answer"), "sdp"));
  g_assert_null (strstr (sdp, "b=TIAS"));
}

static void
test_both (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) room = NULL;
  InvitedLine both = commune;

  both.up_kbps = 300;
  world_set_line (world, "e2", &both);
  world_reload (world);
  room = room_join_with_media (world, "e2");
  assert_limit (world, room->transport, "0/300 u.14758 4000/2000");
  const char *sdp = json_string_value (json_object_get (room_last (room, "media.answer"), "sdp"));
  g_assert_nonnull (strstr (sdp, "b=TIAS:300000\r\n"));
}

/* Of whom nothing else is said. */
static void
test_settings (void)
{
  g_autoptr (World) world = world_new (4);
  g_autoptr (Room) room = NULL, shares = NULL, own = NULL;
  InvitedLine larger = { .down_kbps = 5000 };

  world_set_line (world, "e3", &commune);
  world_set_line (world, "e4", &larger);
  world->room_down_kbps = 2500;
  world_restart_controller (world);
  world_link_relay (world);
  room = room_join_with_media (world, "e2");
  shares = room_join_with_media (world, "e3");
  own = room_join_with_media (world, "e4");
  assert_limit (world, room->transport, "2500/0 - 0/0");
  assert_limit (world, shares->transport, "0/0 u.14758 4000/2000");
  assert_limit (world, own->transport, "5000/0 - 0/0");
}

static void
test_changed_while_it_runs (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) room = room_join_with_media (world, "e2");
  InvitedLine none = { 0 };

  world_set_line (world, "e2", &commune);
  meeting_hub_reload_lines (world->hub, world->now_us);
  assert_limit (world, room->transport, "0/0 u.14758 4000/2000");
  world_set_line (world, "e2", &none);
  meeting_hub_reload_lines (world->hub, world->now_us);
  assert_limit (world, room->transport, "0/0 - 0/0");
}

/* The relay may have missed it while the link was down. */
static void
test_relay_back (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) room = NULL;

  world_set_line (world, "e2", &commune);
  world_reload (world);
  room = room_join_with_media (world, "e2");
  g_clear_pointer (&room, room_free);
  g_hash_table_remove_all (world->limits);
  world_restart_controller (world);
  world_link_relay (world);
  assert_limit (world, "t.m1.e2.1", "0/0 u.14758 4000/2000");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/line_limits/told", test_told_with_the_answer);
  g_test_add_func ("/line_limits/both", test_both);
  g_test_add_func ("/line_limits/settings", test_settings);
  g_test_add_func ("/line_limits/changed", test_changed_while_it_runs);
  g_test_add_func ("/line_limits/relay-back", test_relay_back);
  return g_test_run ();
}
