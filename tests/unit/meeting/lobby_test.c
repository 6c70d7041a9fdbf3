/* The waiting room, the lock, who is taken out, cameras, names, and what holds at the first join.
 */
#include <string.h>

#include "config/limits.h"
#include "signaling/protocol/lobby_messages.h"
#include "tests/unit/meeting/world.h"

/* e1 chair, e2 co-chair, e3 and e4 communes of the district 380, e5 of 381. */
static World *
world_with_waiting_room (void)
{
  World *world = world_new (5);

  world->record->entry.waiting_room = TRUE;
  meeting_record_set_co_chairs (world->record, (const char *const[]){ "e2" }, 1);
  world_set_unit (world, "e3", "VN/38/380/3801/");
  world_set_unit (world, "e4", "VN/38/380/3802/");
  world_set_unit (world, "e5", "VN/38/381/3811/");
  world_restart_controller (world);
  world_link_relay (world);
  return world;
}

static void
assert_bye (Room *room, const char *code)
{
  json_t *bye = room_last (room, "bye");

  g_assert_nonnull (bye);
  g_assert_cmpstr (json_string_value (json_object_get (bye, "code")), ==, code);
}

static void
tell (World *world)
{
  world_advance (world, SECOND_US / 5);
}

static void
test_waiting (void)
{
  g_autoptr (World) world = world_with_waiting_room ();
  g_autoptr (Room) secretary = room_join_operator (world);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) cochair = room_join (world, "e2");
  g_autoptr (Room) site = room_join_with_media (world, "e3");

  g_assert_cmpstr (room_seat_state (chair, "e1"), ==, "connected");
  g_assert_cmpstr (room_seat_state (secretary, "e2"), ==, "connected");
  g_assert_cmpstr (room_seat_state (secretary, "e3"), ==, "waiting");
  g_assert_cmpstr (room_seat_state (site, "e3"), ==, "waiting");
  g_assert_cmpuint (world_count_events (world, "seat.joined e1"), ==, 1);
  g_assert_cmpuint (world_count_events (world, "seat.joined e3"), ==, 0);
  g_assert_cmpuint (world_count_events (world, "lobby.arrived e3"), ==, 1);
  /* it neither sees the meeting nor is seen */
  g_assert_cmpstr (world_route (world, site->transport, "main"), ==, "");
  g_assert_cmpstr (world_route (world, chair->transport, "main"), ==, "");
  g_assert_true (world_is_muted (world, site->transport, "camera"));
  g_assert_true (world_is_muted (world, site->transport, "mic"));
  room_ask_error (site, "{\"type\":\"hand\",\"raised\":true}", "lobby.waiting");
  room_ask_error (site, "{\"type\":\"content\",\"on\":true}", "lobby.waiting");
  room_ask_ok (site, "{\"type\":\"consent\",\"standing\":true}");
  room_ask_ok (site, "{\"type\":\"picture\",\"dark\":true}"); /* it is to be known when let in */
  room_ask_ok (site, "{\"type\":\"camera\",\"on\":true}");
}

static void
test_admit (void)
{
  g_autoptr (World) world = world_with_waiting_room ();
  g_autoptr (Room) secretary = room_join_operator (world);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) site = room_join_with_media (world, "e3");

  room_ask_ok (secretary, "{\"type\":\"lobby.admit\",\"endpoints\":[\"e3\",\"e5\"]}");
  g_assert_cmpstr (room_seat_state (secretary, "e3"), ==, "connected");
  g_assert_cmpuint (world_count_events (world, "lobby.admitted e3"), ==, 1);
  g_assert_cmpuint (world_count_events (world, "seat.joined e3"), ==, 1);
  g_assert_cmpstr (world_route (world, site->transport, "main"), !=, "");
  g_assert_cmpstr (world_route (world, chair->transport, "main"), !=, "");
  g_assert_false (world_is_muted (world, site->transport, "camera"));
  room_ask_ok (site, "{\"type\":\"hand\",\"raised\":true}");
  /* let in before it came */
  g_autoptr (Room) late = room_join (world, "e5");
  g_assert_cmpstr (room_seat_state (late, "e5"), ==, "connected");
  room_ask_error (secretary, "{\"type\":\"lobby.admit\",\"endpoints\":[\"e9\"]}", "seat.unknown");
  room_ask_error (site, "{\"type\":\"lobby.admit\",\"all\":true}", "right.missing");
}

static void
test_admit_many (void)
{
  g_autoptr (World) world = world_with_waiting_room ();
  g_autoptr (Room) secretary = room_join_operator (world);
  g_autoptr (Room) a = room_join (world, "e3");
  g_autoptr (Room) b = room_join (world, "e4");
  g_autoptr (Room) c = room_join (world, "e5");

  room_ask_ok (secretary, "{\"type\":\"lobby.admit\",\"branch\":\"381\"}");
  g_assert_cmpstr (room_seat_state (secretary, "e5"), ==, "connected");
  g_assert_cmpstr (room_seat_state (b, "e4"), ==, "waiting");
  room_ask_ok (secretary, "{\"type\":\"lobby.admit\",\"all\":true}");
  g_assert_cmpstr (room_seat_state (secretary, "e3"), ==, "connected");
  g_assert_cmpstr (room_seat_state (secretary, "e4"), ==, "connected");
}

/* The desk of a district lets in its own communes alone. */
static void
test_desk (void)
{
  g_autoptr (World) world = world_with_waiting_room ();
  g_autoptr (Room) desk = room_join_desk (world, "380");
  g_autoptr (Room) a = room_join (world, "e3");
  g_autoptr (Room) b = room_join (world, "e4");
  g_autoptr (Room) c = room_join (world, "e5");
  json_t *welcome = room_last (desk, "welcome");

  g_assert_cmpstr (json_string_value (json_object_get (welcome, "role")), ==, "desk");
  room_ask_error (desk, "{\"type\":\"lobby.admit\",\"endpoints\":[\"e5\"]}", "right.missing");
  room_ask_error (desk, "{\"type\":\"meeting.lock\",\"locked\":true}", "right.missing");
  room_ask_ok (desk, "{\"type\":\"lobby.admit\",\"endpoints\":[\"e3\"]}");
  room_ask_ok (desk, "{\"type\":\"lobby.admit\",\"all\":true}");
  tell (world);
  g_assert_cmpstr (room_seat_state (a, "e3"), ==, "connected");
  g_assert_cmpstr (room_seat_state (b, "e4"), ==, "connected");
  g_assert_cmpstr (room_seat_state (c, "e5"), ==, "waiting");
}

/* Who was let in comes back in, after its line, the controller or itself was gone. */
static void
test_admitted_survives (void)
{
  g_autoptr (World) world = world_with_waiting_room ();
  g_autoptr (Room) secretary = room_join_operator (world);
  g_autoptr (Room) site = room_join (world, "e3");
  g_autoptr (Room) other = room_join (world, "e4");

  room_ask_ok (secretary, "{\"type\":\"lobby.admit\",\"endpoints\":[\"e3\"]}");
  room_drop (site);
  room_drop (other);
  g_autoptr (Room) again = room_join (world, "e3");
  g_autoptr (Room) waits = room_join (world, "e4");
  g_assert_cmpstr (room_seat_state (again, "e3"), ==, "connected");
  g_assert_cmpstr (room_seat_state (waits, "e4"), ==, "waiting");
  g_assert_cmpuint (world_count_events (world, "seat.back e3"), ==, 1);
  g_assert_cmpuint (world_count_events (world, "seat.back e4"), ==, 0);
  g_assert_cmpuint (world_count_events (world, "seat.lost e4"), ==, 0);
  room_drop (again);
  room_drop (waits);
  room_drop (secretary);
  world_restart_controller (world);
  world_link_relay (world);
  g_autoptr (Room) third = room_join (world, "e3");
  g_autoptr (Room) fourth = room_join (world, "e4");
  g_assert_cmpstr (room_seat_state (third, "e3"), ==, "connected");
  g_assert_cmpstr (room_seat_state (fourth, "e4"), ==, "waiting");
}

/* One that waits is shown to nobody; one that is away may be chosen before it comes. */
static void
test_waiting_not_shown (void)
{
  g_autoptr (World) world = world_with_waiting_room ();
  g_autoptr (Room) secretary = room_join_operator (world);
  g_autoptr (Room) site = room_join (world, "e3");
  static const char *const acts[] = {
    "{\"type\":\"spotlight\",\"endpoint\":\"e3\"}",
    "{\"type\":\"pin\",\"role\":\"site\",\"endpoint\":\"e3\"}",
    "{\"type\":\"floor.grant\",\"endpoint\":\"e3\"}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (acts); i++)
    room_ask_error (secretary, acts[i], "seat.absent");
  room_ask_ok (secretary, "{\"type\":\"spotlight\",\"endpoint\":\"e4\"}");
  room_ask_ok (secretary, "{\"type\":\"lobby.admit\",\"endpoints\":[\"e3\"]}");
  for (guint i = 0; i < G_N_ELEMENTS (acts); i++)
    room_ask_ok (secretary, acts[i]);
}

static void
test_return (void)
{
  g_autoptr (World) world = world_new (4);
  g_autoptr (Room) secretary = room_join_operator (world);
  g_autoptr (Room) site = room_join_with_media (world, "e2");

  room_ask_ok (site, "{\"type\":\"mic\",\"open\":true}");
  room_ask_ok (site, "{\"type\":\"hand\",\"raised\":true}");
  room_ask_ok (secretary, "{\"type\":\"spotlight\",\"endpoint\":\"e2\"}");
  room_ask_ok (secretary, "{\"type\":\"lobby.return\",\"endpoint\":\"e2\"}");
  g_assert_cmpstr (room_seat_state (secretary, "e2"), ==, "waiting");
  g_assert_true (json_is_null (room_seat (secretary, "e2", "hand_at")));
  g_assert_true (world_is_muted (world, site->transport, "mic"));
  g_assert_null (world->spotlight);
  g_assert_cmpuint (world_count_events (world, "lobby.returned e2"), ==, 1);
  g_assert_cmpuint (world_count_events (world, "seat.left e2"), ==, 1);
  /* there is no waiting room in this meeting, but it may not slip in by a reload */
  room_drop (site);
  g_autoptr (Room) again = room_join (world, "e2");
  g_assert_cmpstr (room_seat_state (again, "e2"), ==, "waiting");
  room_ask_ok (secretary, "{\"type\":\"lobby.admit\",\"all\":true}");
  g_assert_cmpstr (room_seat_state (secretary, "e2"), ==, "connected");
  room_ask_error (secretary, "{\"type\":\"lobby.return\",\"endpoint\":\"e1\"}", "seat.chair");
}

/* The waiting room is switched off in the booking: all who wait come in. */
static void
test_switched_off (void)
{
  g_autoptr (World) world = world_with_waiting_room ();
  g_autoptr (Room) site = room_join (world, "e3");

  g_assert_cmpstr (room_seat_state (site, "e3"), ==, "waiting");
  world->record->entry.waiting_room = FALSE;
  world_reload (world);
  tell (world);
  g_assert_cmpstr (room_seat_state (site, "e3"), ==, "connected");
}

static void
test_lock (void)
{
  g_autoptr (World) world = world_new (4);
  g_autoptr (Room) secretary = room_join_operator (world);
  g_autoptr (Room) site = room_join (world, "e2");

  room_ask_ok (secretary, "{\"type\":\"meeting.lock\",\"locked\":true}");
  g_autoptr (Room) late = room_connect (world, "e3", ROOM_SITE);
  room_send (late, "{\"type\":\"join\"}");
  assert_bye (late, "locked");
  room_drop (site);
  g_autoptr (Room) back = room_join (world, "e2");
  g_assert_cmpstr (room_seat_state (back, "e2"), ==, "connected");
  g_autoptr (Room) chair = room_join (world, "e1"); /* never shut out */
  world_restart_controller (world);
  g_autoptr (Room) after = room_connect (world, "e3", ROOM_SITE);
  room_send (after, "{\"type\":\"join\"}");
  assert_bye (after, "locked");
  g_autoptr (Room) operator= room_join_operator (world);
  room_ask_ok (operator, "{\"type\":\"meeting.lock\",\"locked\":false}");
  g_autoptr (Room) in = room_join (world, "e3");
  g_assert_cmpstr (room_seat_state (in, "e3"), ==, "connected");
  /* their hub is gone */
  secretary->connection = back->connection = chair->connection = late->connection = NULL;
}

static void
test_remove_and_bar (void)
{
  g_autoptr (World) world = world_new (4);
  g_autoptr (Room) secretary = room_join_operator (world);
  g_autoptr (Room) site = room_join_with_media (world, "e2");

  room_ask_ok (secretary, "{\"type\":\"seat.remove\",\"endpoint\":\"e2\",\"bar\":false}");
  assert_bye (site, "removed");
  g_assert_cmpstr (room_seat_state (secretary, "e2"), ==, "absent");
  g_assert_null (world_transport (world, site->transport));
  g_autoptr (Room) back = room_join (world, "e2");
  g_assert_cmpstr (room_seat_state (back, "e2"), ==, "connected");
  room_ask_ok (secretary, "{\"type\":\"seat.remove\",\"endpoint\":\"e2\",\"bar\":true,"
                          "\"reason\":\"gây ồn\"}");
  assert_bye (back, "removed");
  json_t *text = json_object_get (room_last (back, "bye"), "text");
  g_assert_nonnull (strstr (json_string_value (json_object_get (text, "vi")), "gây ồn"));
  g_assert_true (json_is_true (room_seat (secretary, "e2", "barred")));
  g_autoptr (Room) barred = room_connect (world, "e2", ROOM_SITE);
  room_send (barred, "{\"type\":\"join\"}");
  assert_bye (barred, "barred");
  room_ask_error (secretary, "{\"type\":\"lobby.admit\",\"endpoints\":[\"e2\"]}", "seat.barred");
  room_ask_ok (secretary, "{\"type\":\"seat.unbar\",\"endpoint\":\"e2\"}");
  g_autoptr (Room) free = room_join (world, "e2");
  g_assert_cmpstr (room_seat_state (free, "e2"), ==, "connected");
  room_ask_error (secretary, "{\"type\":\"seat.remove\",\"endpoint\":\"e1\",\"bar\":true}",
                  "seat.chair");
}

static void
test_camera (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) secretary = room_join_operator (world);
  g_autoptr (Room) site = room_join_with_media (world, "e2");

  room_ask_ok (secretary, "{\"type\":\"seat.camera\",\"endpoint\":\"e2\",\"off\":true}");
  g_assert_true (json_is_true (room_seat (secretary, "e2", "camera_locked")));
  g_assert_true (json_is_false (room_seat (secretary, "e2", "camera_on")));
  g_assert_true (world_is_muted (world, site->transport, "camera"));
  room_ask_error (site, "{\"type\":\"camera\",\"on\":true}", "camera.locked");
  room_ask_ok (secretary, "{\"type\":\"seat.camera\",\"endpoint\":\"e2\",\"off\":false}");
  g_assert_true (world_is_muted (world, site->transport, "camera"));
  room_ask_ok (site, "{\"type\":\"camera\",\"on\":true}");
  g_assert_false (world_is_muted (world, site->transport, "camera"));
}

static void
test_rename (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) secretary = room_join_operator (world);
  g_autoptr (Room) chair = room_join (world, "e1");

  room_ask_error (chair, "{\"type\":\"seat.rename\",\"endpoint\":\"e2\",\"name\":\"A\"}",
                  "right.missing");
  for (guint over = 0; over <= 1; over++) {
    g_autoptr (GString) text =
        g_string_new ("{\"type\":\"seat.rename\",\"endpoint\":\"e2\",\"name\":\"");
    for (guint i = 0; i < ROOM_NAME_CHARS + over; i++)
      g_string_append (text, "ộ");
    g_string_append (text, "\"}");
    if (over)
      room_ask_error (secretary, text->str, "text.invalid");
    else
      room_ask_ok (secretary, text->str);
  }
  room_ask_error (secretary, "{\"type\":\"seat.rename\",\"endpoint\":\"e2\",\"name\":\" \"}",
                  "text.invalid");
  room_ask_ok (secretary,
               "{\"type\":\"seat.rename\",\"endpoint\":\"e2\",\"name\":\"Hội trường B\"}");
  g_assert_cmpstr (json_string_value (room_seat (secretary, "e2", "shown_name")), ==,
                   "Hội trường B");
  g_assert_cmpstr (json_string_value (room_seat (secretary, "e2", "name")), ==, "Xã 0002");
  room_ask_ok (secretary, "{\"type\":\"seat.rename\",\"endpoint\":\"e2\",\"name\":null}");
  g_assert_true (json_is_null (room_seat (secretary, "e2", "shown_name")));
}

/* What the booking says of microphones and cameras holds at the first coming alone. */
static void
test_entry_settings (void)
{
  g_autoptr (World) world = world_new (3);

  world->record->entry.mic = TRUE;
  world->record->entry.camera = FALSE;
  world_reload (world);
  g_autoptr (Room) secretary = room_join_operator (world);
  room_ask_ok (secretary, "{\"type\":\"seat.mute\",\"endpoint\":\"e3\",\"locked\":true}");
  g_autoptr (Room) site = room_join (world, "e2");
  g_assert_true (json_is_true (room_seat (site, "e2", "mic_open")));
  g_assert_true (json_is_false (room_seat (site, "e2", "camera_on")));
  room_ask_ok (site, "{\"type\":\"mic\",\"open\":false}");
  room_ask_ok (site, "{\"type\":\"camera\",\"on\":true}");
  room_ask_ok (site, "{\"type\":\"leave\"}");
  g_autoptr (Room) again = room_join (world, "e2");
  g_assert_true (json_is_false (room_seat (again, "e2", "mic_open")));
  g_assert_true (json_is_true (room_seat (again, "e2", "camera_on")));
  g_autoptr (Room) locked = room_join (world, "e3");
  g_assert_true (json_is_false (room_seat (locked, "e3", "mic_open")));
}

static void
test_mute_all (void)
{
  g_autoptr (World) world = world_with_waiting_room ();
  g_autoptr (Room) secretary = room_join_operator (world);

  world->record->entry.waiting_room = FALSE;
  world->record->entry.mic = TRUE;
  world_reload (world);
  g_autoptr (Room) a = room_join (world, "e3");
  g_autoptr (Room) b = room_join (world, "e4");
  g_autoptr (Room) c = room_join (world, "e5");
  room_ask_ok (secretary, "{\"type\":\"mute.all\",\"branch\":\"380\",\"except\":[\"e4\"]}");
  tell (world);
  g_assert_true (json_is_false (room_seat (secretary, "e3", "mic_open")));
  g_assert_true (json_is_true (room_seat (secretary, "e4", "mic_open")));
  g_assert_true (json_is_true (room_seat (secretary, "e5", "mic_open")));
}

static void
test_message (void)
{
  g_autoptr (World) world = world_with_waiting_room ();
  g_autoptr (Room) secretary = room_join_operator (world);

  room_ask_ok (secretary, "{\"type\":\"lobby.message\",\"text\":\"Xin đợi\"}");
  g_assert_cmpuint (world_count_events (world, "lobby.message "), ==, 1);
  for (guint over = 0; over <= 1; over++) {
    g_autofree char *value = g_strnfill (ROOM_NOTICE_CHARS + over, 'a');
    g_autofree char *text = g_strdup_printf ("{\"type\":\"lobby.message\",\"text\":\"%s\"}", value);
    if (over)
      room_ask_error (secretary, text, "text.invalid");
    else
      room_ask_ok (secretary, text);
  }
  room_ask_ok (secretary, "{\"type\":\"lobby.message\",\"text\":null}");
}

/* An encoder on a seat that waits: it may send, and nobody gets it before it is let in. */
static void
on_published (gpointer user_data, const SessionAnswer *answer, const GError *error)
{
  g_assert_no_error (error);
  *(char **) user_data = g_strdup (answer->session);
}

static void
test_encoder (void)
{
  g_autoptr (World) world = world_with_waiting_room ();
  g_autoptr (Room) secretary = room_join_operator (world);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autofree char *offer = offer_text (TRUE, FALSE, "abcd");
  g_autofree char *session = NULL;
  SessionGrant grant = { "m1", "e3", "encoder" };
  SessionRequest request = { .grant = &grant, .body = offer, .length = strlen (offer) };

  meeting_hub_publish (world->hub, &request, on_published, &session, world->now_us);
  g_assert_nonnull (session);
  tell (world);
  g_assert_cmpstr (room_seat_state (secretary, "e3"), ==, "waiting");
  g_assert_cmpstr (world_route (world, chair->transport, "main"), ==, "");
  g_assert_true (world_is_muted (world, "t.m1.e3.2", "camera"));
  world_flow (world, "t.m1.e3.2", "camera", TRUE);
  room_ask_ok (secretary, "{\"type\":\"lobby.admit\",\"all\":true}");
  g_assert_cmpstr (room_seat_state (secretary, "e3"), ==, "connected");
  g_assert_false (world_is_muted (world, "t.m1.e3.2", "camera"));
  g_assert_cmpstr (world_route (world, chair->transport, "main"), !=, "");
}

/* On failure of storage nothing is done. */
static void
test_storage_fails (void)
{
  g_autoptr (World) world = world_with_waiting_room ();
  g_autoptr (Room) secretary = room_join_operator (world);
  g_autoptr (Room) site = room_join (world, "e3");

  world->is_store_broken = TRUE;
  room_ask_error (secretary, "{\"type\":\"lobby.admit\",\"all\":true}", "storage");
  room_ask_error (secretary, "{\"type\":\"seat.remove\",\"endpoint\":\"e3\",\"bar\":true}",
                  "storage");
  tell (world);
  g_assert_cmpstr (room_seat_state (site, "e3"), ==, "waiting");
  g_assert_cmpint (site->close_code, ==, 0);
  world->is_store_broken = FALSE;
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/lobby/waiting", test_waiting);
  g_test_add_func ("/lobby/admit", test_admit);
  g_test_add_func ("/lobby/admit-many", test_admit_many);
  g_test_add_func ("/lobby/desk", test_desk);
  g_test_add_func ("/lobby/admitted-survives", test_admitted_survives);
  g_test_add_func ("/lobby/waiting-not-shown", test_waiting_not_shown);
  g_test_add_func ("/lobby/return", test_return);
  g_test_add_func ("/lobby/switched-off", test_switched_off);
  g_test_add_func ("/lobby/lock", test_lock);
  g_test_add_func ("/lobby/remove-and-bar", test_remove_and_bar);
  g_test_add_func ("/lobby/camera", test_camera);
  g_test_add_func ("/lobby/rename", test_rename);
  g_test_add_func ("/lobby/entry-settings", test_entry_settings);
  g_test_add_func ("/lobby/mute-all", test_mute_all);
  g_test_add_func ("/lobby/message", test_message);
  g_test_add_func ("/lobby/encoder", test_encoder);
  g_test_add_func ("/lobby/storage-fails", test_storage_fails);
  return g_test_run ();
}
