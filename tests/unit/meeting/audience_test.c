/* Who is told what of the rooms: seats in scope, the census, the roll call's sweep and marks. */
#include <string.h>

#include "signaling/meeting/audience.h"
#include "tests/unit/meeting/world.h"

static guint
count_seats (Room *room)
{
  return (guint) json_array_size (json_object_get (room_last (room, "welcome"), "seats"));
}

static void
tell (World *world)
{
  world_advance (world, SECOND_US / 5);
}

static World *
world_with_branches (void)
{
  World *world = world_new (8);

  meeting_record_set_co_chairs (world->record, (const char *const[]){ "e2" }, 1);
  world_set_unit (world, "e3", "VN/38/380/3801/");
  world_set_unit (world, "e4", "VN/38/380/3802/");
  world_set_unit (world, "e5", "VN/38/381/3811/");
  world_restart_controller (world);
  world_link_relay (world);
  return world;
}

static void
test_welcome (void)
{
  g_autoptr (World) world = world_with_branches ();
  g_autoptr (Room) secretary = room_join_operator (world);
  g_autoptr (Room) observer = room_connect (world, "", ROOM_OBSERVER);
  g_autoptr (Room) desk = room_join_desk (world, "380");
  g_autoptr (Room) chair = room_join (world, "e1");
  g_autoptr (Room) cochair = room_join (world, "e2");
  g_autoptr (Room) site = room_join (world, "e5");

  room_ask_ok (observer, "{\"type\":\"join\"}");
  g_assert_cmpuint (count_seats (secretary), ==, 8);
  g_assert_cmpuint (count_seats (observer), ==, 8);
  g_assert_cmpuint (count_seats (chair), ==, 8);
  g_assert_cmpuint (count_seats (cochair), ==, 8);
  g_assert_cmpuint (count_seats (desk), ==, 4); /* e3, e4, chair, co-chair */
  g_assert_cmpuint (count_seats (site), ==, 3); /* itself, chair, co-chair */
  g_assert_cmpstr (json_string_value (room_seat (secretary, "e3", "branch")), ==, "380");
  g_assert_cmpstr (json_string_value (room_seat (secretary, "e3", "level")), ==, "commune");
  g_assert_true (json_is_null (room_seat (secretary, "e1", "branch")));
}

/* A seat that a site begins to need comes whole, before what names it; one that it no longer needs
 * is told once more when it changes with that, then never. */
static void
test_begins_to_need (void)
{
  g_autoptr (World) world = world_with_branches ();
  g_autoptr (Room) secretary = room_join_operator (world);
  g_autoptr (Room) site = room_join (world, "e5");
  g_autoptr (Room) other = room_join (world, "e3");

  tell (world);
  g_assert_null (room_seat (site, "e3", "state"));
  room_ask_ok (secretary, "{\"type\":\"spotlight\",\"endpoint\":\"e3\"}");
  g_assert_cmpstr (room_seat_state (site, "e3"), ==, "connected");
  g_assert_true (json_is_true (room_seat (site, "e3", "spotlight")));
  room_forget (site);
  room_ask_ok (other, "{\"type\":\"mic\",\"open\":true}");
  tell (world);
  g_assert_true (json_is_true (room_seat (site, "e3", "mic_open")));
  room_ask_ok (secretary, "{\"type\":\"spotlight\",\"endpoint\":null}");
  g_assert_true (json_is_false (room_seat (site, "e3", "spotlight")));
  room_forget (site);
  room_ask_ok (other, "{\"type\":\"mic\",\"open\":false}");
  tell (world);
  g_assert_null (room_last (site, "seats"));
}

/* What its slots show. */
static void
test_slots (void)
{
  g_autoptr (World) world = world_new (6);
  g_autoptr (Room) site = room_join_with_media (world, "e2");
  guint seats_at = 0, slots_at = 0;

  room_forget (site);
  g_autoptr (Room) other = room_join_with_media (world, "e3");
  tell (world);
  g_assert_cmpstr (room_seat_state (site, "e3"), ==, "connected");
  for (guint i = site->messages->len; i > 0; i--) {
    const char *type =
        json_string_value (json_object_get (g_ptr_array_index (site->messages, i - 1), "type"));
    seats_at = strcmp (type, "seats") == 0 ? i : seats_at;
    slots_at = strcmp (type, "slots") == 0 ? i : slots_at;
  }
  g_assert_cmpuint (seats_at, <, slots_at);
  g_assert_cmpuint (seats_at, >, 0);
}

static void
test_desk (void)
{
  g_autoptr (World) world = world_with_branches ();
  g_autoptr (Room) desk = room_join_desk (world, "380");

  room_forget (desk);
  g_autoptr (Room) own = room_join (world, "e4");
  g_autoptr (Room) stranger = room_join (world, "e5");
  tell (world);
  g_assert_cmpstr (room_seat_state (desk, "e4"), ==, "connected");
  g_assert_null (room_seat (desk, "e5", "state"));
}

static void
test_waiting_sees_itself (void)
{
  g_autoptr (World) world = world_with_branches ();

  world->record->entry.waiting_room = TRUE;
  world_reload (world);
  g_autoptr (Room) site = room_join (world, "e5");
  g_assert_cmpuint (count_seats (site), ==, 1);
  g_assert_true (json_is_true (json_object_get (room_last (site, "welcome"), "waiting")));
  g_autoptr (Room) secretary = room_join_operator (world);
  room_ask_ok (secretary, "{\"type\":\"lobby.admit\",\"all\":true}");
  g_assert_cmpstr (room_seat_state (site, "e1"), ==, "absent");
  g_assert_cmpstr (room_seat_state (site, "e5"), ==, "connected");
}

static void
test_levels (void)
{
  g_autoptr (World) world = world_new (5);
  g_autoptr (Room) secretary = room_join_operator (world);
  g_autoptr (Room) site = room_join (world, "e2"); /* no media: it needs nobody but the chair */
  g_autoptr (Room) other = room_join_with_media (world, "e3");

  room_ask_ok (other, "{\"type\":\"mic\",\"open\":true}");
  world_level (world, other->transport, 30);
  g_assert_cmpuint (room_count (secretary, "levels"), ==, 1);
  g_assert_cmpuint (room_count (site, "levels"), ==, 0);
  room_ask_ok (secretary, "{\"type\":\"spotlight\",\"endpoint\":\"e3\"}");
  world_level (world, other->transport, 40);
  g_assert_cmpuint (room_count (site, "levels"), ==, 1);
}

/* A room that is taken off the list is told absent to those who know it. */
static void
test_no_longer_invited (void)
{
  g_autoptr (World) world = world_new (5);
  g_autoptr (Room) secretary = room_join_operator (world);
  g_autoptr (Room) site = room_join (world, "e2");
  g_autoptr (Room) other = room_join (world, "e3");

  room_ask_ok (secretary, "{\"type\":\"spotlight\",\"endpoint\":\"e3\"}");
  room_forget (site);
  world_remove_endpoint (world, "e3");
  world_reload (world);
  tell (world);
  g_assert_cmpstr (room_seat_state (secretary, "e3"), ==, "absent");
  g_assert_cmpstr (room_seat_state (site, "e3"), ==, "absent");
}

static gint64
census_field (Room *room, const char *field)
{
  json_t *census = room_last (room, "census");

  g_assert_nonnull (census);
  return json_integer_value (json_object_get (census, field));
}

static void
test_census (void)
{
  g_autoptr (World) world = world_new (6);
  g_autoptr (Room) secretary = room_join_operator (world);

  world->record->entry.quorum_percent = 50;
  world->record->entry.waiting_room = TRUE;
  world_reload (world);
  g_autoptr (Room) chair = room_join (world, "e1");
  g_autoptr (Room) a = room_join (world, "e2");
  g_autoptr (Room) b = room_join (world, "e3");
  world_advance (world, 2 * SECOND_US);
  g_assert_cmpint (census_field (a, "invited"), ==, 6);
  g_assert_cmpint (census_field (a, "present"), ==, 1);
  g_assert_cmpint (census_field (a, "waiting"), ==, 2);
  g_assert_cmpint (census_field (a, "absent"), ==, 3);
  room_ask_ok (a, "{\"type\":\"head_count\",\"present\":23,\"expected\":25}");
  room_ask_ok (secretary, "{\"type\":\"lobby.admit\",\"all\":true}");
  room_drop (b);
  world_advance (world, 2 * SECOND_US);
  g_assert_cmpint (census_field (a, "present"), ==, 2);
  g_assert_cmpint (census_field (a, "reconnecting"), ==, 1);
  g_assert_cmpint (census_field (a, "delegates"), ==, 23);
  json_t *quorum = json_object_get (room_last (a, "census"), "quorum");
  g_assert_cmpint (json_integer_value (json_object_get (quorum, "needed")), ==, 3);
  g_assert_cmpint (json_integer_value (json_object_get (quorum, "present")), ==, 3);
  json_t *meeting = json_object_get (room_last (a, "meeting"), "meeting");
  quorum = json_object_get (meeting, "quorum");
  g_assert_true (json_is_true (json_object_get (quorum, "reached")));
  /* at most once a second, and not at all when nothing changed */
  room_forget (a);
  for (guint i = 0; i < 20; i++) {
    g_autofree char *text = g_strdup_printf ("{\"type\":\"head_count\",\"present\":%u}", i);
    room_ask_ok (a, text);
    world_advance (world, SECOND_US / 4);
  }
  g_assert_cmpuint (room_count (a, "census"), <=, 6);
  world_advance (world, 2 * SECOND_US);
  room_forget (a);
  world_advance (world, 5 * SECOND_US);
  g_assert_cmpuint (room_count (a, "census"), ==, 0);
}

static const char *
roll_member (Room *room, const char *endpoint, const char *member)
{
  return json_string_value (json_object_get (room_seat (room, endpoint, "roll"), member));
}

static void
test_sweep (void)
{
  g_autoptr (World) world = world_new (4);
  g_autoptr (Room) secretary = room_join_operator (world);
  g_autoptr (Room) site = room_join_with_media (world, "e2");

  world_advance (world, SECOND_US);
  g_assert_cmpstr (roll_member (secretary, "e2", "auto"), ==, "partial");
  g_assert_cmpstr (roll_member (secretary, "e3", "auto"), ==, "absent");
  g_assert_true (json_is_true (room_seat (secretary, "e2", "moving")));
  room_ask_ok (site, "{\"type\":\"mic\",\"open\":true}");
  world_level (world, site->transport, HEARD_LEVEL + 1);
  world_advance (world, SECOND_US);
  g_assert_true (json_is_false (room_seat (secretary, "e2", "sound")));
  world_level (world, site->transport, HEARD_LEVEL);
  world_advance (world, SECOND_US);
  g_assert_true (json_is_true (room_seat (secretary, "e2", "sound")));
  g_assert_cmpstr (roll_member (secretary, "e2", "auto"), ==, "present");
  world_level (world, site->transport, 127);
  world_advance (world, HEARD_HOLD_US - SECOND_US);
  g_assert_true (json_is_true (room_seat (secretary, "e2", "sound")));
  world_advance (world, 2 * SECOND_US);
  g_assert_true (json_is_false (room_seat (secretary, "e2", "sound")));
  g_assert_cmpstr (roll_member (secretary, "e2", "auto"), ==, "partial");
}

/* While a call runs, one sound since its begin is enough. */
static void
test_sweep_in_a_call (void)
{
  g_autoptr (World) world = world_new (4);
  g_autoptr (Room) secretary = room_join_operator (world);
  g_autoptr (Room) site = room_join_with_media (world, "e2");

  room_ask_ok (site, "{\"type\":\"mic\",\"open\":true}");
  world_level (world, site->transport, 30);
  world_advance (world, SECOND_US);
  world_level (world, site->transport, 127);
  world_advance (world, 2 * HEARD_HOLD_US);
  room_ask_ok (secretary, "{\"type\":\"roll.start\"}");
  world_advance (world, SECOND_US);
  g_assert_cmpstr (roll_member (secretary, "e2", "auto"), ==, "partial"); /* before the call */
  world_level (world, site->transport, 30);
  world_advance (world, SECOND_US);
  room_ask_ok (site, "{\"type\":\"mic\",\"open\":false}");
  world_advance (world, 2 * HEARD_HOLD_US);
  g_assert_cmpstr (roll_member (secretary, "e2", "auto"), ==, "present");
  room_ask_ok (secretary, "{\"type\":\"roll.stop\"}");
  world_advance (world, SECOND_US);
  g_assert_cmpstr (roll_member (secretary, "e2", "auto"), ==, "partial");
}

static void
test_marks (void)
{
  g_autoptr (World) world = world_with_branches ();
  g_autoptr (Room) secretary = room_join_operator (world);
  g_autoptr (Room) desk = room_join_desk (world, "380");

  room_ask_ok (secretary, "{\"type\":\"roll.mark\",\"endpoint\":\"e5\",\"mark\":\"excused\","
                          "\"reason\":\"bão\"}");
  room_ask_ok (desk, "{\"type\":\"roll.mark\",\"endpoint\":\"e3\",\"mark\":\"present\"}");
  room_ask_error (desk, "{\"type\":\"roll.mark\",\"endpoint\":\"e5\",\"mark\":\"present\"}",
                  "right.missing");
  tell (world);
  g_assert_cmpstr (roll_member (secretary, "e5", "mark"), ==, "excused");
  g_assert_cmpstr (roll_member (secretary, "e5", "reason"), ==, "bão");
  g_assert_cmpstr (roll_member (secretary, "e3", "mark"), ==, "present");
  g_assert_cmpstr (world_event_detail (world, "roll.mark"), ==,
                   "{\"mark\":\"present\",\"reason\":\"\"}");
  /* a new call: ticks are gone, the excuse stays; and both outlive the controller */
  room_ask_ok (secretary, "{\"type\":\"roll.start\"}");
  room_drop (secretary);
  room_drop (desk);
  world_restart_controller (world);
  world_link_relay (world);
  g_autoptr (Room) again = room_join_operator (world);
  g_assert_null (roll_member (again, "e3", "mark"));
  g_assert_cmpstr (roll_member (again, "e5", "mark"), ==, "excused");
  json_t *meeting = json_object_get (room_last (again, "welcome"), "meeting");
  g_assert_true (json_is_object (json_object_get (meeting, "roll")));
  room_ask_ok (again, "{\"type\":\"roll.mark\",\"endpoint\":\"e5\",\"mark\":null}");
  tell (world);
  g_assert_null (roll_member (again, "e5", "mark"));
}

/* One write, an event for each; a fault in one of them leaves all as they were. */
static void
test_marks_of_many (void)
{
  g_autoptr (World) world = world_with_branches ();
  g_autoptr (Room) secretary = room_join_operator (world);
  g_autoptr (Room) desk = room_join_desk (world, "380");
  static const struct {
    const char *text, *code;
  } bad[] = {
    { "{\"type\":\"roll.mark\",\"endpoints\":[\"e3\",\"e5\"],\"mark\":\"present\"}",
      "right.missing" },
    { "{\"type\":\"roll.mark\",\"endpoints\":[\"e3\",\"e99\"],\"mark\":\"present\"}",
      "seat.unknown" },
    { "{\"type\":\"roll.mark\",\"endpoint\":\"e3\",\"endpoints\":[\"e4\"],\"mark\":null}",
      "message.malformed" },
    { "{\"type\":\"roll.mark\",\"endpoints\":[],\"mark\":null}", "message.malformed" },
    { "{\"type\":\"roll.mark\",\"mark\":null}", "message.malformed" },
  };

  guint n_writes = world->n_writes;
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    room_ask_error (desk, bad[i].text, bad[i].code);
  g_assert_cmpuint (world->n_writes, ==, n_writes);
  room_ask_ok (desk, "{\"type\":\"roll.mark\",\"endpoints\":[\"e3\",\"e4\",\"e3\"],"
                     "\"mark\":\"excused\",\"reason\":\"bão\"}");
  g_assert_cmpuint (world->n_writes, ==, n_writes + 1);
  g_assert_cmpuint (world_count_events (world, "roll.mark e3"), ==, 1);
  g_assert_cmpuint (world_count_events (world, "roll.mark e4"), ==, 1);
  tell (world);
  g_assert_cmpstr (roll_member (secretary, "e3", "mark"), ==, "excused");
  g_assert_cmpstr (roll_member (secretary, "e4", "reason"), ==, "bão");
  g_assert_null (roll_member (secretary, "e5", "mark"));
  world->is_store_broken = TRUE;
  room_ask_error (secretary, "{\"type\":\"roll.mark\",\"endpoints\":[\"e4\",\"e5\"],\"mark\":null}",
                  "storage");
  world->is_store_broken = FALSE;
  tell (world);
  g_assert_cmpstr (roll_member (secretary, "e4", "mark"), ==, "excused");
}

static void
test_head_count (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) site = room_join (world, "e2");

  g_assert_true (json_is_null (room_seat (site, "e2", "head_count")));
  room_ask_ok (site, "{\"type\":\"head_count\",\"present\":23,\"expected\":25}");
  g_assert_cmpstr (world_event_detail (world, "head_count"), ==,
                   "{\"present\":23,\"expected\":25}");
  room_ask_ok (site, "{\"type\":\"head_count\",\"present\":24}");
  tell (world);
  g_assert_cmpint (json_integer_value (room_seat (site, "e2", "head_count")), ==, 24);
  g_assert_cmpint (json_integer_value (room_seat (site, "e2", "head_expected")), ==, 25);
  room_ask_ok (site, "{\"type\":\"head_count\",\"present\":24}"); /* the same: no event */
  g_assert_cmpuint (world_count_events (world, "head_count e2"), ==, 2);
}

/* Each room has a password of its own, which ends an hour from now. */
static void
test_ice_servers (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) site = room_join (world, "e1");
  json_t *servers = json_object_get (room_last (site, "welcome"), "ice_servers");
  json_t *server = json_array_get (servers, 0);
  g_autofree char *username =
      g_strdup_printf ("%" G_GINT64_FORMAT ":e1", (WALL_MS + world->now_us / 1000) / 1000 + 3600);

  g_assert_cmpuint (json_array_size (servers), ==, 1);
  g_assert_cmpstr (json_string_value (json_object_get (server, "username")), ==, username);
  g_assert_cmpuint (json_string_length (json_object_get (server, "credential")), ==, 28);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/audience/welcome", test_welcome);
  g_test_add_func ("/audience/ice-servers", test_ice_servers);
  g_test_add_func ("/audience/begins-to-need", test_begins_to_need);
  g_test_add_func ("/audience/slots", test_slots);
  g_test_add_func ("/audience/desk", test_desk);
  g_test_add_func ("/audience/waiting-sees-itself", test_waiting_sees_itself);
  g_test_add_func ("/audience/levels", test_levels);
  g_test_add_func ("/audience/no-longer-invited", test_no_longer_invited);
  g_test_add_func ("/audience/census", test_census);
  g_test_add_func ("/audience/sweep", test_sweep);
  g_test_add_func ("/audience/sweep-in-a-call", test_sweep_in_a_call);
  g_test_add_func ("/audience/marks", test_marks);
  g_test_add_func ("/audience/marks-of-many", test_marks_of_many);
  g_test_add_func ("/audience/head-count", test_head_count);
  return g_test_run ();
}
