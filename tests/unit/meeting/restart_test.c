#include <string.h>

#include "tests/unit/meeting/world.h"

static void
join_resuming (Room *room, const char *transport)
{
  g_autofree char *text =
      g_strdup_printf ("{\"type\":\"join\",\"id\":1,\"resume_transport\":\"%s\"}", transport);

  room_ask_ok (room, text);
}

static gboolean
is_resumed (Room *room)
{
  return json_is_true (json_object_get (room_last (room, "welcome"), "resumed"));
}

/* The WebSocket is cut, the media lives on: the same seat, the same transport, no new offer. */
static void
test_socket_cut (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) chair G_GNUC_UNUSED = room_join_with_media (world, "e1");
  g_autoptr (Room) room = room_join_with_media (world, "e2");
  g_autofree char *transport = g_strdup (room->transport);

  room_ask_ok (room, "{\"type\":\"mic\",\"open\":true}");
  room_drop (room);
  world_advance (world, 20 * SECOND_US);
  g_autoptr (Room) again = room_connect (world, "e2", ROOM_SITE);
  join_resuming (again, transport);
  g_assert_true (is_resumed (again));
  g_assert_cmpstr (room_seat_state (again, "e2"), ==, "connected");
  g_assert_true (json_is_true (room_seat (again, "e2", "mic_open")));
  json_t *slots = json_object_get (room_last (again, "slots"), "slots");
  g_assert_cmpuint (json_array_size (slots), ==, 6);
  g_assert_false (world_is_muted (world, transport, "mic"));
}

/* A transport of another seat is not for the taking. */
static void
test_resume_of_others (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) a = room_join_with_media (world, "e2");
  g_autoptr (Room) b = room_connect (world, "e3", ROOM_SITE);

  join_resuming (b, a->transport);
  g_assert_false (is_resumed (b));
  g_assert_nonnull (world_transport (world, a->transport));
}

/* Page reloaded: nothing to resume, the old transport goes, the seat is as it was. */
static void
test_reload (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) room = room_join_with_media (world, "e2");
  g_autofree char *transport = g_strdup (room->transport);

  room_ask_ok (room, "{\"type\":\"camera\",\"on\":false}");
  room_ask_ok (room, "{\"type\":\"content\",\"on\":true}");
  room_drop (room);
  g_autoptr (Room) again = room_join (world, "e2");
  g_assert_false (is_resumed (again));
  g_assert_null (world_transport (world, transport));
  g_assert_true (json_is_false (room_seat (again, "e2", "camera_on")));
  g_assert_true (json_is_false (room_seat (again, "e2", "content")));
  room_offer (again, TRUE);
  g_assert_true (world_is_muted (world, again->transport, "camera"));
}

/* The controller dies and comes back: media goes on, and nothing is lost. */
static void
test_controller_killed (void)
{
  g_autoptr (World) world = world_new (4);
  Room *chair = room_join_with_media (world, "e1");
  Room *site = room_join_with_media (world, "e2");
  g_autofree char *chair_transport = g_strdup (chair->transport);
  g_autofree char *site_transport = g_strdup (site->transport);
  g_autofree char *route = NULL;

  room_ask_ok (site, "{\"type\":\"mic\",\"open\":true}");
  room_ask_ok (chair, "{\"type\":\"seat.mute\",\"endpoint\":\"e2\",\"locked\":true}");
  room_ask_ok (chair, "{\"type\":\"mic\",\"open\":true}");
  room_ask_ok (chair, "{\"type\":\"spotlight\",\"endpoint\":\"e2\"}");
  world_advance (world, SECOND_US);
  route = g_strdup (world_route (world, chair_transport, "main"));
  chair->connection = site->connection = NULL; /* they die with the hub */
  room_free (chair);
  room_free (site);

  world_restart_controller (world);
  g_autoptr (Room) site_again = room_connect (world, "e2", ROOM_SITE);
  join_resuming (site_again, site_transport); /* before the relay is found again */
  g_assert_true (is_resumed (site_again));
  world_link_relay (world);
  world_advance (world, SECOND_US);
  g_assert_cmpstr (world_route (world, chair_transport, "main"), ==, route);
  g_assert_true (world_is_muted (world, site_transport, "mic"));
  g_assert_false (world_is_muted (world, chair_transport, "mic"));
  g_assert_cmpstr (room_seat_state (site_again, "e1"), ==, "reconnecting");
  g_autoptr (Room) chair_again = room_connect (world, "e1", ROOM_SITE);
  join_resuming (chair_again, chair_transport);
  g_assert_true (is_resumed (chair_again));
  json_t *meeting = json_object_get (room_last (chair_again, "welcome"), "meeting");
  g_assert_cmpstr (json_string_value (json_object_get (meeting, "spotlight")), ==, "e2");
  g_assert_cmpstr (json_string_value (json_object_get (meeting, "state")), ==, "live");
  g_assert_true (json_is_true (room_seat (chair_again, "e2", "mic_locked")));
  /* a new offer does not take an id that is in use */
  room_offer (chair_again, TRUE);
  g_assert_cmpstr (chair_again->transport, ==, "t.m1.e1.3");
}

/* The relay dies: rooms offer anew, nobody is unmuted, and what they had is routed again. */
static void
test_relay_killed (void)
{
  g_autoptr (World) world = world_new (4);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) site = room_join_with_media (world, "e2");

  room_ask_ok (chair, "{\"type\":\"mic\",\"open\":true}");
  world_kill_relay (world);
  world_advance (world, 2 * SECOND_US);
  g_assert_null (room_last (chair, "media.reset"));
  world_link_relay (world);
  g_assert_nonnull (room_last (chair, "media.reset"));
  g_assert_nonnull (room_last (site, "media.reset"));
  world_advance (world, SECOND_US / 5);
  g_assert_true (json_is_false (room_seat (chair, "e2", "video_active")));
  g_assert_cmpstr (room_seat_state (chair, "e2"), ==, "connected");
  room_offer (chair, TRUE);
  room_offer (site, TRUE);
  g_assert_true (world_is_muted (world, site->transport, "mic"));
  g_assert_false (world_is_muted (world, chair->transport, "mic"));
  world_flow (world, chair->transport, "camera", TRUE);
  world_advance (world, SECOND_US / 5);
  g_autofree char *expected = g_strdup_printf ("%s/camera@720", chair->transport);
  g_assert_cmpstr (world_route (world, site->transport, "main"), ==, expected);
}

/* The link is cut and comes back with all transports: nothing is reset, all is told again. */
static void
test_link_cut (void)
{
  g_autoptr (World) world = world_new (4);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) site = room_join_with_media (world, "e2");
  FakeTransport *transport = world_transport (world, site->transport);
  g_autofree char *main_slot = g_strdup_printf ("%s/main", site->transport);
  g_autofree char *mic = g_strdup_printf ("%s/mic", site->transport);

  world_advance (world, SECOND_US);
  meeting_hub_on_relay_lost (world->hub, world->now_us);
  g_hash_table_replace (transport->routes, g_strdup (main_slot), g_strdup (""));
  g_hash_table_replace (transport->muted, g_strdup (mic), GINT_TO_POINTER (FALSE));
  world_link_relay (world);
  g_assert_null (room_last (site, "media.reset"));
  g_assert_true (world_is_muted (world, site->transport, "mic"));
  g_autofree char *expected = g_strdup_printf ("%s/camera@720", chair->transport);
  g_assert_cmpstr (world_route (world, site->transport, "main"), ==, expected);
}

/* Transports that nobody owns are closed: a meeting that ended while the link was down. */
static void
test_orphans (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) room = room_join_with_media (world, "e2");
  Room *other = room_join_with_media (world, "e3");

  room_free (other);
  room_drop (room);
  g_hash_table_remove_all (world->sessions);
  world_restart_controller (world);
  world_link_relay (world);
  g_assert_cmpuint (g_hash_table_size (world->transports), ==, 0);
}

/* A transport closed by the relay (DTLS failed): the room is asked for another. */
static void
test_transport_closed (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) room = room_join_with_media (world, "e2");
  g_autofree char *transport = g_strdup (room->transport);

  world_transport_state (world, transport, TRANSPORT_CLOSED);
  g_assert_nonnull (room_last (room, "media.reset"));
  room_offer (room, TRUE);
  g_assert_cmpstr (room->transport, !=, transport);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/meeting/restart/socket-cut", test_socket_cut);
  g_test_add_func ("/meeting/restart/resume-of-others", test_resume_of_others);
  g_test_add_func ("/meeting/restart/reload", test_reload);
  g_test_add_func ("/meeting/restart/controller-killed", test_controller_killed);
  g_test_add_func ("/meeting/restart/relay-killed", test_relay_killed);
  g_test_add_func ("/meeting/restart/link-cut", test_link_cut);
  g_test_add_func ("/meeting/restart/orphans", test_orphans);
  g_test_add_func ("/meeting/restart/transport-closed", test_transport_closed);
  return g_test_run ();
}
