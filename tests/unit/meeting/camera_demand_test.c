/* Cameras that nobody watches rest and come back; lines that carry little are told. */
#include <string.h>

#include "signaling/meeting/hub_private.h"
#include "tests/unit/meeting/world.h"

static gboolean
seat_flag (Room *room, const char *endpoint, const char *field)
{
  return json_is_true (room_seat (room, endpoint, field));
}

/* The last `demand` of @room: "f,h" or "nothing". */
static char *
last_demand (Room *room)
{
  json_t *message = room_last (room, "demand");
  json_t *rids = json_object_get (message, "rids");
  GString *text = g_string_new (NULL);

  g_assert_nonnull (message);
  g_assert_cmpstr (json_string_value (json_object_get (message, "mid")), ==, "camera");
  for (size_t i = 0; i < json_array_size (rids); i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "," : "",
                            json_string_value (json_array_get (rids, i)));
  if (!json_is_true (json_object_get (message, "send")))
    g_string_append (text, "nothing");
  return g_string_free (text, FALSE);
}

static void
assert_demand (Room *room, const char *expected)
{
  g_autofree char *told = last_demand (room);

  g_assert_cmpstr (told, ==, expected);
}

static void
test_rests_and_comes_back (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) room = room_join_with_media (world, "e2");

  g_assert_null (room_last (room, "demand"));
  world_demand (world, room->transport, "q", TRUE);
  assert_demand (room, "q");
  g_assert_false (seat_flag (chair, "e2", "paused"));
  world_demand (world, room->transport, "q", FALSE);
  assert_demand (room, "nothing");
  world_advance (world, SECOND_US / 2);
  g_assert_true (seat_flag (chair, "e2", "paused"));
  /* the relay sees no packets: as we asked */
  world_flow (world, room->transport, "camera", FALSE);
  world_advance (world, 10 * SECOND_US);
  g_assert_true (seat_flag (chair, "e2", "moving"));
  g_assert_true (seat_flag (chair, "e2", "video_active"));
  g_assert_cmpstr (world_route (world, chair->transport, "main"), !=, "");
  world_demand (world, room->transport, "f,h,q", TRUE);
  assert_demand (room, "f,h,q");
  world_flow (world, room->transport, "camera", TRUE);
  world_advance (world, 10 * SECOND_US);
  g_assert_false (seat_flag (chair, "e2", "paused"));
  g_assert_true (seat_flag (chair, "e2", "moving"));
}

/* A camera that was pulled out meanwhile. */
static void
test_does_not_come_back (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) room = room_join_with_media (world, "e2");

  world_demand (world, room->transport, "q", FALSE);
  world_flow (world, room->transport, "camera", FALSE);
  world_advance (world, SECOND_US);
  world_demand (world, room->transport, "q", TRUE);
  world_advance (world, 2 * SECOND_US);
  g_assert_true (seat_flag (chair, "e2", "moving"));
  world_advance (world, 2 * SECOND_US);
  g_assert_false (seat_flag (chair, "e2", "moving"));
  g_assert_cmpstr (world_route (world, chair->transport, "main"), ==, "");
  world_flow (world, room->transport, "camera", TRUE);
  world_advance (world, SECOND_US);
  g_assert_true (seat_flag (chair, "e2", "moving"));
}

/* "No packets for two seconds" comes when it is asked for again already. */
static void
test_late_news (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) room = room_join_with_media (world, "e2");

  world_demand (world, room->transport, "q", FALSE);
  world_demand (world, room->transport, "q", TRUE);
  world_flow (world, room->transport, "camera", FALSE);
  world_advance (world, SECOND_US);
  g_assert_true (seat_flag (chair, "e2", "moving"));
  world_flow (world, room->transport, "camera", TRUE);
  world_advance (world, 10 * SECOND_US);
  g_assert_true (seat_flag (chair, "e2", "moving"));
}

/* One that sends nothing yet keeps a layer, else it could never show that it lives. */
static void
test_dead_camera_is_not_paused (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) room = room_join_with_media (world, "e2");

  world_flow (world, room->transport, "camera", FALSE);
  world_demand (world, room->transport, "q", FALSE);
  assert_demand (room, "q");
  world_advance (world, SECOND_US);
  g_assert_false (seat_flag (chair, "e2", "paused"));
  g_assert_false (seat_flag (chair, "e2", "moving"));
}

/* A page that comes back may have missed it. */
static void
test_told_again (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) room = room_join_with_media (world, "e2");
  g_autoptr (Room) again = NULL;
  g_autofree char *transport = g_strdup (room->transport);

  room_drop (room);
  world_demand (world, transport, "q", FALSE);
  again = room_connect (world, "e2", ROOM_SITE);
  g_autofree char *join =
      g_strdup_printf ("{\"type\":\"join\",\"id\":1,\"resume_transport\":\"%s\"}", transport);
  room_send (again, join);
  assert_demand (again, "nothing");
}

static void
test_settings (void)
{
  static const struct {
    CameraPause pause;
    const char *told; /* NULL: nothing */
  } rows[] = {
    { CAMERA_PAUSE_OFF, NULL },
    { CAMERA_PAUSE_LAYERS, "q" },
    { CAMERA_PAUSE_ALL, "nothing" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (World) world = world_new (3);
    g_autoptr (Room) room = room_join_with_media (world, "e2");
    world->hub->config.camera_pause = rows[i].pause;
    world_demand (world, room->transport, "q", FALSE);
    if (rows[i].told != NULL)
      assert_demand (room, rows[i].told);
    else
      g_assert_null (room_last (room, "demand"));
    world_advance (world, SECOND_US);
    g_assert_cmpint (seat_flag (room, "e2", "paused"), ==, rows[i].pause == CAMERA_PAUSE_ALL);
  }
}

static void
test_unknown_track (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) room = room_join_with_media (world, "e2");

  world_demand (world, "t.m1.e9.1", "q", FALSE);
  world_survival (world, "t.m1.e9.1", TRUE);
  g_assert_null (room_last (room, "demand"));
}

/* --- survival --- */

static void
test_survival (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) room = room_join_with_media (world, "e2");

  world_loss (world, room->transport, 0);
  world_survival (world, room->transport, TRUE);
  world_advance (world, SECOND_US);
  g_assert_true (seat_flag (room, "e2", "survival"));
  g_assert_true (seat_flag (chair, "e2", "survival"));
  g_assert_false (seat_flag (chair, "e1", "survival"));
  /* no packet is lost, and yet it is no good line */
  g_assert_cmpstr (json_string_value (room_seat (chair, "e2", "line")), ==, "fair");
  world_survival (world, room->transport, FALSE);
  world_advance (world, SECOND_US);
  g_assert_false (seat_flag (room, "e2", "survival"));
  g_assert_cmpstr (json_string_value (room_seat (chair, "e2", "line")), ==, "good");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/camera_demand/rests_and_comes_back", test_rests_and_comes_back);
  g_test_add_func ("/camera_demand/does_not_come_back", test_does_not_come_back);
  g_test_add_func ("/camera_demand/late_news", test_late_news);
  g_test_add_func ("/camera_demand/dead_camera", test_dead_camera_is_not_paused);
  g_test_add_func ("/camera_demand/told_again", test_told_again);
  g_test_add_func ("/camera_demand/settings", test_settings);
  g_test_add_func ("/camera_demand/unknown_track", test_unknown_track);
  g_test_add_func ("/survival/told", test_survival);
  return g_test_run ();
}
