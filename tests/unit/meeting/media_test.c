#include <string.h>

#include "tests/unit/meeting/world.h"

static void
assert_route (Room *viewer, const char *slot, Room *from, const char *track, int height)
{
  g_autofree char *expected =
      from != NULL ? g_strdup_printf ("%s/%s@%d", from->transport, track, height) : g_strdup ("");

  g_assert_cmpstr (world_route (viewer->world, viewer->transport, slot), ==, expected);
}

static const char *
slot_shows (Room *room, const char *mid)
{
  for (guint i = room->messages->len; i > 0; i--) {
    json_t *slots = json_object_get (g_ptr_array_index (room->messages, i - 1), "slots");
    size_t k;
    json_t *slot;
    json_array_foreach (slots, k, slot)
    {
      if (json_object_get (slot, "source") == NULL ||
          strcmp (json_string_value (json_object_get (slot, "mid")), mid) != 0)
        continue;
      const char *endpoint = json_string_value (json_object_get (slot, "endpoint"));
      return endpoint != NULL ? endpoint : "nothing";
    }
  }
  return NULL;
}

static void
test_answer (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) room = room_join (world, "e2");

  room_offer (room, TRUE);
  json_t *answer = room_last (room, "media.answer");
  json_t *slots = json_object_get (answer, "slots");
  g_assert_cmpint (json_integer_value (json_object_get (answer, "id")), ==, 2);
  g_assert_cmpstr (room->transport, ==, "t.m1.e2.1");
  g_assert_cmpuint (json_array_size (slots), ==, 6);
  json_t *view = json_array_get (slots, 3);
  g_assert_cmpstr (json_string_value (json_object_get (view, "mid")), ==, "view");
  g_assert_cmpstr (json_string_value (json_object_get (view, "role")), ==, "content");
  const char *sdp = json_string_value (json_object_get (answer, "sdp"));
  g_assert_nonnull (strstr (sdp, "a=ice-ufrag:relayufrag\r\n"));
  /* closed until the room opens it; content is nobody's */
  g_assert_true (world_is_muted (world, room->transport, "mic"));
  g_assert_false (world_is_muted (world, room->transport, "camera"));
  g_assert_true (world_is_muted (world, room->transport, "content"));
}

static void
test_hall (void)
{
  g_autoptr (World) world = world_new (5);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) a = room_join_with_media (world, "e2");
  g_autoptr (Room) b = room_join_with_media (world, "e3");

  room_ask_ok (chair, "{\"type\":\"mic\",\"open\":true}");
  world_advance (world, SECOND_US / 5);
  assert_route (a, "main", chair, "camera", 720);
  assert_route (a, "a0", chair, "mic", 0);
  assert_route (a, "s0", b, "camera", 180);
  assert_route (chair, "main", a, "camera", 720);
  assert_route (chair, "a0", NULL, NULL, 0);
  g_assert_cmpstr (slot_shows (a, "main"), ==, "e1");
  g_assert_cmpstr (slot_shows (a, "s0"), ==, "e3");
  g_assert_cmpstr (slot_shows (a, "a0"), ==, "e1");
}

static void
test_spotlight_is_at_once (void)
{
  g_autoptr (World) world = world_new (5);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) a = room_join_with_media (world, "e2");
  g_autoptr (Room) b = room_join_with_media (world, "e3");

  room_ask_ok (chair, "{\"type\":\"spotlight\",\"endpoint\":\"e3\"}");
  assert_route (a, "main", b, "camera", 720); /* no tick in between */
  assert_route (b, "main", chair, "camera", 720);
  g_assert_cmpstr (slot_shows (a, "main"), ==, "e3");
  world_advance (world, SECOND_US / 5);
  g_assert_true (json_is_true (room_seat (a, "e3", "spotlight")));
  g_assert_cmpstr (world->spotlight, ==, "e3");
  room_ask_ok (chair, "{\"type\":\"spotlight\",\"endpoint\":null}");
  assert_route (a, "main", chair, "camera", 720);
}

static void
test_mute_at_the_relay (void)
{
  g_autoptr (World) world = world_new (4);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) a = room_join_with_media (world, "e2");
  g_autoptr (Room) b = room_join_with_media (world, "e3");

  room_ask_ok (a, "{\"type\":\"mic\",\"open\":true}");
  room_ask_ok (b, "{\"type\":\"mic\",\"open\":true}");
  room_ask_ok (chair, "{\"type\":\"mic\",\"open\":true}");
  g_assert_false (world_is_muted (world, a->transport, "mic"));
  room_ask_ok (chair, "{\"type\":\"seat.mute\",\"endpoint\":\"e2\",\"locked\":true}");
  g_assert_true (world_is_muted (world, a->transport, "mic"));
  world_advance (world, SECOND_US / 5);
  assert_route (b, "a0", chair, "mic", 0);
  assert_route (b, "a1", NULL, NULL, 0);
  guint calls = world->n_mute_calls;
  room_ask_ok (chair, "{\"type\":\"mute.all\"}");
  g_assert_cmpuint (world->n_mute_calls, ==, calls + 1);
  g_assert_true (world_is_muted (world, b->transport, "mic"));
  g_assert_false (world_is_muted (world, chair->transport, "mic"));
  room_ask_ok (b, "{\"type\":\"mic\",\"open\":true}"); /* not locked */
  room_ask_ok (b, "{\"type\":\"camera\",\"on\":false}");
  g_assert_true (world_is_muted (world, b->transport, "camera"));
  world_advance (world, SECOND_US / 5);
  assert_route (chair, "main", a, "camera", 720);
  g_assert_true (json_is_false (room_seat (chair, "e3", "video_active")));
}

static void
test_content (void)
{
  g_autoptr (World) world = world_new (4);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) a = room_join_with_media (world, "e2");
  g_autoptr (Room) b = room_join_with_media (world, "e3");

  room_ask_ok (a, "{\"type\":\"content\",\"on\":true}");
  g_assert_false (world_is_muted (world, a->transport, "content"));
  assert_route (b, "content-view", a, "content", 0);
  assert_route (a, "content-view", NULL, NULL, 0);
  g_assert_cmpstr (slot_shows (b, "view"), ==, "e2");
  room_ask_error (b, "{\"type\":\"content\",\"on\":true}", "content.busy");
  room_ask_ok (chair, "{\"type\":\"content\",\"on\":true}"); /* the chair takes it */
  g_assert_true (world_is_muted (world, a->transport, "content"));
  assert_route (b, "content-view", chair, "content", 0);
  room_ask_ok (chair, "{\"type\":\"content\",\"on\":false}");
  assert_route (b, "content-view", NULL, NULL, 0);
}

static void
test_view_heights (void)
{
  g_autoptr (World) world = world_new (4);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) a = room_join_with_media (world, "e2");
  g_autoptr (Room) b = room_join_with_media (world, "e3");

  room_ask_ok (a, "{\"type\":\"view\",\"main_height\":360,\"tile_height\":90}");
  world_advance (world, SECOND_US / 5);
  assert_route (a, "main", chair, "camera", 360);
  assert_route (a, "s0", b, "camera", 90);
  guint routes = world->n_routes;
  room_ask_ok (a, "{\"type\":\"view\",\"main_height\":360,\"tile_height\":90}");
  world_advance (world, SECOND_US / 5);
  g_assert_cmpuint (world->n_routes, ==, routes); /* nothing new, nothing sent */
}

static void
test_operator (void)
{
  g_autoptr (World) world = world_new (4);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) a G_GNUC_UNUSED = room_join_with_media (world, "e2");
  g_autoptr (Room) b = room_join_with_media (world, "e3");
  g_autoptr (Room) secretary = room_join_operator (world);

  room_offer (secretary, TRUE); /* what it would send is refused */
  g_assert_nonnull (secretary->transport);
  world_advance (world, SECOND_US / 5);
  assert_route (secretary, "main", chair, "camera", 720);
  room_ask_ok (secretary, "{\"type\":\"view\",\"tiles\":[\"e9\",\"e3\"]}");
  world_advance (world, SECOND_US / 5);
  assert_route (secretary, "s0", NULL, NULL, 0);
  assert_route (secretary, "s1", b, "camera", 180);
  g_assert_cmpstr (slot_shows (secretary, "s1"), ==, "e3");
  g_autofree char *transport = g_strdup (secretary->transport);
  room_drop (secretary);
  world_advance (world, 30 * SECOND_US);
  g_assert_nonnull (world_transport (world, transport));
  world_advance (world, 31 * SECOND_US);
  g_assert_null (world_transport (world, transport));
}

static void
test_levels (void)
{
  g_autoptr (World) world = world_new (5);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) a = room_join_with_media (world, "e2");
  g_autoptr (Room) b = room_join_with_media (world, "e3");

  room_ask_ok (b, "{\"type\":\"mic\",\"open\":true}");
  world_level (world, b->transport, 30);
  json_t *levels = json_object_get (room_last (a, "levels"), "levels");
  g_assert_cmpstr (json_string_value (json_array_get (json_array_get (levels, 0), 0)), ==, "e3");
  g_assert_cmpint (json_integer_value (json_array_get (json_array_get (levels, 0), 1)), ==, 30);
  world_advance (world, SECOND_US / 5);
  assert_route (chair, "main", b, "camera", 720); /* who spoke last */
  world_level (world, a->transport, 10);          /* muted: is no voice */
  world_advance (world, SECOND_US / 5);
  assert_route (chair, "main", b, "camera", 720);
  g_assert_cmpuint (room_count (a, "levels"), ==, 1);
  room_ask_ok (b, "{\"type\":\"mic\",\"open\":false}");
  world_level (world, b->transport, 30); /* told silent once, whatever it sends */
  world_level (world, b->transport, 20);
  levels = json_object_get (room_last (a, "levels"), "levels");
  g_assert_cmpint (json_integer_value (json_array_get (json_array_get (levels, 0), 1)), ==, 127);
  g_assert_cmpuint (room_count (a, "levels"), ==, 2);
}

static void
test_line (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) chair = room_join (world, "e1");
  g_autoptr (Room) room = room_join_with_media (world, "e2");

  world_loss (world, room->transport, 0);
  world_loss (world, room->transport, 62);
  json_t *line = room_last (room, "line");
  g_assert_cmpstr (json_string_value (json_object_get (line, "state")), ==, "poor");
  g_assert_cmpfloat (json_number_value (json_object_get (line, "up_loss")), ==, 6.2);
  g_assert_cmpint (json_integer_value (json_object_get (line, "rtt_ms")), ==, 20);
  world_advance (world, SECOND_US / 5);
  g_assert_cmpstr (json_string_value (room_seat (chair, "e2", "line")), ==, "poor");
  world_loss (world, room->transport, 0);
  world_advance (world, 5 * SECOND_US);
  world_loss (world, room->transport, 0);
  world_advance (world, SECOND_US / 5);
  g_assert_cmpstr (json_string_value (room_seat (chair, "e2", "line")), ==, "good");
  world_transport_state (world, room->transport, TRANSPORT_DISCONNECTED);
  world_advance (world, SECOND_US / 5);
  g_assert_cmpstr (json_string_value (room_seat (chair, "e2", "line")), ==, "lost");
}

static void
send_sdp (Room *room, const char *type, const char *ufrag)
{
  g_autofree char *sdp = offer_text (TRUE, TRUE, ufrag);
  json_t *message = json_pack ("{s:s, s:i, s:s}", "type", type, "id", 3, "sdp", sdp);
  char *text = json_dumps (message, JSON_COMPACT);

  room_send (room, text);
  free (text);
  json_decref (message);
}

static void
test_ice_restart (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) room = room_join_with_media (world, "e2");
  g_autofree char *transport = g_strdup (room->transport);

  room_forget (room);
  send_sdp (room, "media.restart", "efgh");
  json_t *answer = room_last (room, "media.answer");
  const char *sdp = json_string_value (json_object_get (answer, "sdp"));
  g_assert_nonnull (strstr (sdp, "a=ice-ufrag:restartedufrag\r\n"));
  g_assert_cmpstr (room->transport, ==, transport);
  assert_route (room, "main", chair, "camera", 720);
  /* the same ufrag again: the same credentials */
  send_sdp (room, "media.restart", "efgh");
  sdp = json_string_value (json_object_get (room_last (room, "media.answer"), "sdp"));
  g_assert_nonnull (strstr (sdp, "a=ice-ufrag:restartedufrag\r\n"));
}

/* A page that only watched starts to send, on the transport that it has. */
static void
test_more_lines (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) room = room_join (world, "e2");
  static const char *const roles[] = { "mic",      "camera", "content",           "a0:audio",
                                       "a1:audio", "main",   "view:content_view", "s0:tile",
                                       "s1:tile" };
  g_autofree char *sdp = offer_text (TRUE, TRUE, "abcd");
  json_t *lines = json_array ();

  room_offer (room, FALSE);
  world_advance (world, SECOND_US / 5);
  assert_route (room, "main", chair, "camera", 720);
  guint routes = world->n_routes;
  for (guint i = 0; i < G_N_ELEMENTS (roles); i++) {
    g_auto (GStrv) parts = g_strsplit (roles[i], ":", 2);
    json_array_append_new (lines, json_pack ("{s:s, s:s}", "mid", parts[0], "role",
                                             parts[1] != NULL ? parts[1] : parts[0]));
  }
  json_t *message =
      json_pack ("{s:s, s:s, s:o}", "type", "media.restart", "sdp", sdp, "lines", lines);
  char *text = json_dumps (message, JSON_COMPACT);
  room_forget (room);
  room_send (room, text);
  free (text);
  json_decref (message);
  g_assert_nonnull (room_last (room, "media.answer"));
  g_assert_true (world_is_muted (world, room->transport, "mic"));
  world_flow (world, room->transport, "camera", TRUE);
  world_advance (world, SECOND_US / 5);
  assert_route (chair, "main", room, "camera", 720);
  g_assert_cmpuint (world->n_routes, ==, routes + 1); /* its own slots were not disturbed */
}

static void
test_new_offer_replaces_transport (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) room = room_join_with_media (world, "e2");

  send_sdp (room, "media.offer", "efgh");
  g_assert_cmpstr (room->transport, ==, "t.m1.e2.2");
  g_assert_cmpuint (g_hash_table_size (world->transports), ==, 1);
  g_assert_cmpuint (g_hash_table_size (world->sessions), ==, 1);
}

static void
test_slow_relay (void)
{
  g_autoptr (World) world = world_new (4);
  g_autoptr (Room) a = room_join (world, "e2");
  g_autoptr (Room) b = room_join (world, "e3");
  g_autoptr (Room) c = room_join (world, "e4");

  world->is_relay_slow = TRUE;
  room_offer (a, TRUE);
  room_ask_error (a, "{\"type\":\"media.offer\",\"sdp\":\"v=0\"}", "media.busy");
  room_offer (b, TRUE);
  room_drop (b); /* gone before the answer */
  room_offer (c, TRUE);
  room_send (c, "{\"type\":\"leave\"}");
  world_advance (world, SECOND_US);
  g_assert_null (room_last (a, "media.answer"));
  world_answer (world);
  g_assert_nonnull (room_last (a, "media.answer"));
  world_advance (world, SECOND_US);
  g_assert_null (world_transport (world, "t.m1.e4.3"));
}

static void
test_no_relay (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) room = room_join (world, "e2");

  world_kill_relay (world);
  room_offer (room, TRUE);
  json_t *error = room_last (room, "error");
  g_assert_cmpstr (json_string_value (json_object_get (error, "code")), ==, "media.unavailable");
  world_link_relay (world);
  room_offer (room, TRUE);
  g_assert_nonnull (room->transport);
}

/* 600 rooms: a floor switch is one batch of routes, and joining is not quadratic in messages. */
static void
test_six_hundred (void)
{
  enum { N = 600 };
  g_autoptr (World) world = world_new (N);
  g_autoptr (GPtrArray) rooms = g_ptr_array_new_with_free_func ((GDestroyNotify) room_free);
  gint64 began_us = g_get_monotonic_time ();

  world->is_crowd = TRUE;

  for (guint i = 1; i <= N; i++) {
    g_autofree char *endpoint = g_strdup_printf ("e%u", i);
    Room *room = room_join (world, endpoint);
    room_offer (room, TRUE);
    world_flow (world, room->transport, "camera", TRUE);
    g_ptr_array_add (rooms, room);
    if (i % 10 == 0)
      world_advance (world, SECOND_US);
    room_forget (room);
  }
  world_advance (world, SECOND_US);
  world->n_route_calls = world->n_routes = 0;
  gint64 switch_us = g_get_monotonic_time ();
  room_ask_ok (rooms->pdata[0], "{\"type\":\"spotlight\",\"endpoint\":\"e300\"}");
  g_test_message ("joining %.0f ms, floor switch %.1f ms", (switch_us - began_us) / 1000.0,
                  (g_get_monotonic_time () - switch_us) / 1000.0);
  g_assert_cmpuint (world->n_route_calls, ==, 1);
  g_assert_cmpuint (world->n_routes, >=, N - 2);
  g_assert_cmpuint (world->n_routes, <=, 3 * N);
  for (guint i = 1; i < N; i++)
    if (i != 299)
      assert_route (rooms->pdata[i], "main", rooms->pdata[299], "camera", 720);
}

/* A codec with layers of its own, where it comes first, is told to who sends. */
static void
test_camera_codec (void)
{
  static const char *const vp8_first[] = { "VP8", "VP9", NULL };
  static const char *const vp9_first[] = { "VP9", "VP8", NULL };
  static const struct {
    const char *const *codecs;
    const char *told;
  } rows[] = { { NULL, NULL }, { vp8_first, NULL }, { vp9_first, "VP9" } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (World) world = world_new (3);
    world->video_codecs = rows[i].codecs;
    world_restart_controller (world);
    g_autoptr (Room) room = room_join (world, "e2");
    const json_t *told = json_object_get (room_last (room, "welcome"), "camera_codec");
    g_assert_cmpstr (json_string_value (told), ==, rows[i].told);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/meeting/media/answer", test_answer);
  g_test_add_func ("/meeting/media/camera-codec", test_camera_codec);
  g_test_add_func ("/meeting/media/hall", test_hall);
  g_test_add_func ("/meeting/media/spotlight-is-at-once", test_spotlight_is_at_once);
  g_test_add_func ("/meeting/media/mute-at-the-relay", test_mute_at_the_relay);
  g_test_add_func ("/meeting/media/content", test_content);
  g_test_add_func ("/meeting/media/view-heights", test_view_heights);
  g_test_add_func ("/meeting/media/operator", test_operator);
  g_test_add_func ("/meeting/media/levels", test_levels);
  g_test_add_func ("/meeting/media/line", test_line);
  g_test_add_func ("/meeting/media/ice-restart", test_ice_restart);
  g_test_add_func ("/meeting/media/more-lines", test_more_lines);
  g_test_add_func ("/meeting/media/new-offer", test_new_offer_replaces_transport);
  g_test_add_func ("/meeting/media/slow-relay", test_slow_relay);
  g_test_add_func ("/meeting/media/no-relay", test_no_relay);
  g_test_add_func ("/meeting/media/six-hundred", test_six_hundred);
  return g_test_run ();
}
