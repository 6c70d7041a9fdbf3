/* What all see: layout, pins, own views, autoscan, agenda and papers; and the meeting's end. */
#include <string.h>

#include "config/limits.h"
#include "signaling/meeting/autoscan.h"
#include "tests/unit/meeting/world.h"

#define DARK "{\"type\":\"picture\",\"dark\":true}"
#define SCAN_10 "{\"type\":\"autoscan.start\",\"seconds\":10}"

static const json_t *
meeting_field (Room *room, const char *name)
{
  for (guint i = room->messages->len; i > 0; i--) {
    const json_t *message = g_ptr_array_index (room->messages, i - 1);
    const json_t *meeting = json_object_get (message, "meeting");
    if (meeting != NULL)
      return json_object_get (meeting, name);
  }
  return NULL;
}

static const char *
scan_text (Room *room, const char *name)
{
  return json_string_value (json_object_get (meeting_field (room, "autoscan"), name));
}

static void
assert_slot (World *world, const Room *viewer, const char *slot, const Room *shown)
{
  int height = *slot == 's' ? 180 : 720;
  g_autofree char *expected = g_strdup_printf ("%s/camera@%d", shown->transport, height);

  g_assert_cmpstr (world_route (world, viewer->transport, slot), ==, expected);
}

static void
reload (World *world)
{
  g_autoptr (GError) error = NULL;

  meeting_hub_reload (world->hub, "m1", world->now_us, &error);
  g_assert_no_error (error);
}

/* --- layout, pins, own views --- */

static void
test_layout (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) a = room_join_with_media (world, "e2");
  g_autoptr (Room) b = room_join_with_media (world, "e3");

  g_assert_cmpstr (json_string_value (meeting_field (a, "layout")), ==, "chair_content");
  room_ask_ok (chair, "{\"type\":\"spotlight\",\"endpoint\":\"e3\"}");
  room_ask_ok (chair, "{\"type\":\"layout\",\"kind\":\"two_way\"}");
  g_assert_cmpstr (json_string_value (meeting_field (a, "layout")), ==, "two_way");
  /* side by side: the chair's tile as large as the main picture */
  g_autofree char *large = g_strdup_printf ("%s/camera@720", chair->transport);
  assert_slot (world, a, "main", b);
  g_assert_cmpstr (world_route (world, a->transport, "s0"), ==, large);
  guint n_writes = world->n_writes;
  room_ask_ok (chair, "{\"type\":\"layout\",\"kind\":\"two_way\"}");
  g_assert_cmpuint (world->n_writes, ==, n_writes); /* nothing new, nothing written */
  room_ask_ok (chair, "{\"type\":\"layout\",\"kind\":\"grid9\"}");
  assert_slot (world, a, "s0", chair);
  /* a late joiner sees what is set for all */
  g_autoptr (Room) late = room_join (world, "e2");
  g_assert_cmpstr (json_string_value (meeting_field (late, "layout")), ==, "grid9");
}

static void
test_pins (void)
{
  g_autoptr (World) world = world_new (5);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) a = room_join_with_media (world, "e2");
  g_autoptr (Room) b = room_join_with_media (world, "e3");
  g_autoptr (Room) c = room_join_with_media (world, "e4");

  room_ask_ok (chair, "{\"type\":\"pin\",\"role\":\"site\",\"endpoint\":\"e3\"}");
  assert_slot (world, a, "main", b);
  assert_slot (world, b, "main", chair); /* nobody sees himself */
  assert_slot (world, chair, "main", a); /* pinned for sites alone */
  room_ask_ok (chair, "{\"type\":\"pin\",\"role\":\"chair\",\"endpoint\":\"e4\"}");
  assert_slot (world, chair, "main", c);
  /* a spotlight does not move a pin, a speech does */
  room_ask_ok (chair, "{\"type\":\"spotlight\",\"endpoint\":\"e4\"}");
  assert_slot (world, a, "main", b);
  room_ask_ok (a, "{\"type\":\"consent\",\"standing\":true}");
  room_ask_ok (chair, "{\"type\":\"floor.grant\",\"endpoint\":\"e2\"}");
  assert_slot (world, b, "main", a);
  assert_slot (world, chair, "main", a);
  room_ask_ok (chair, "{\"type\":\"floor.release\"}");
  assert_slot (world, a, "main", b);
  room_ask_ok (chair, "{\"type\":\"pin\",\"role\":\"site\",\"endpoint\":null}");
  assert_slot (world, a, "main", c);
  room_ask_error (chair, "{\"type\":\"pin\",\"role\":\"site\",\"endpoint\":\"e9\"}",
                  "seat.unknown");
}

/* The chair looks at the next speaker while all see the spotlight; a site cannot. */
static void
test_own_view (void)
{
  g_autoptr (World) world = world_new (5);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) a = room_join_with_media (world, "e2");
  g_autoptr (Room) b = room_join_with_media (world, "e3");
  g_autoptr (Room) c = room_join_with_media (world, "e4");
  const char *view = "{\"type\":\"view\",\"main\":\"e3\",\"tiles\":[\"e4\",\"e2\"]}";

  room_ask_ok (chair, "{\"type\":\"spotlight\",\"endpoint\":\"e2\"}");
  room_ask_ok (chair, view);
  world_advance (world, SECOND_US / 5);
  assert_slot (world, chair, "main", b);
  assert_slot (world, chair, "s0", c);
  assert_slot (world, chair, "s1", a);
  room_ask_ok (c, view);
  world_advance (world, SECOND_US / 5);
  assert_slot (world, c, "main", a);
  room_ask_ok (chair, "{\"type\":\"view\"}");
  world_advance (world, SECOND_US / 5);
  assert_slot (world, chair, "main", a);
}

/* A desk looks at the rooms of its branch, and at what all see. */
static void
test_view_of_a_desk (void)
{
  g_autoptr (World) world = world_new (5);

  for (guint i = 2; i <= 4; i++) {
    g_autofree char *endpoint = g_strdup_printf ("e%u", i);
    world_set_unit (world, endpoint, i < 4 ? "VN/38/380/3801/" : "VN/38/381/3811/");
  }
  world_restart_controller (world);
  world_link_relay (world);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) a = room_join_with_media (world, "e2");
  g_autoptr (Room) b = room_join_with_media (world, "e3");
  g_autoptr (Room) far = room_join_with_media (world, "e4");
  g_autoptr (Room) desk = room_join_desk (world, "380");
  room_offer (desk, FALSE);
  room_ask_ok (desk, "{\"type\":\"view\",\"main\":\"e3\",\"tiles\":[\"e4\",\"e2\"]}");
  world_advance (world, SECOND_US / 5);
  assert_slot (world, desk, "main", b);
  g_assert_cmpstr (world_route (world, desk->transport, "s0"), ==, "");
  assert_slot (world, desk, "s1", a);
  room_ask_ok (chair, "{\"type\":\"spotlight\",\"endpoint\":\"e4\"}");
  assert_slot (world, desk, "s0", far);
}

/* --- autoscan --- */

static void
test_pick (void)
{
  static const struct {
    const char *can_show; /* of a b c d */
    const char *after, *expected;
  } rows[] = {
    { "1111", NULL, "a" }, { "1111", "a", "b" }, { "1111", "d", "a" },    { "1011", "a", "c" },
    { "0001", "a", "d" },  { "0001", "d", "d" }, { "0000", "a", NULL },   { "1000", "gone", "a" },
    { "0110", NULL, "b" }, { "0110", "c", "b" }, { "1111", "gone", "a" },
  };
  static const char *const names[] = { "a", "b", "c", "d" };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    AutoscanSite sites[4];
    for (guint k = 0; k < 4; k++)
      sites[k] = (AutoscanSite){ names[k], rows[i].can_show[k] == '1' };
    g_assert_cmpstr (autoscan_pick (sites, 4, rows[i].after), ==, rows[i].expected);
  }
  g_assert_null (autoscan_pick (NULL, 0, NULL));
}

static void
test_autoscan (void)
{
  g_autoptr (World) world = world_new (5);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) a = room_join_with_media (world, "e2");
  g_autoptr (Room) b = room_join_with_media (world, "e3");
  g_autoptr (Room) c = room_join_with_media (world, "e4");

  room_ask_ok (chair, "{\"type\":\"spotlight\",\"endpoint\":\"e3\"}");
  room_ask_ok (chair, SCAN_10);
  assert_slot (world, c, "main", a); /* at once */
  g_assert_cmpstr (scan_text (chair, "current"), ==, "e2");
  g_assert_cmpstr (scan_text (chair, "next"), ==, "e3");
  world_advance (world, 8 * SECOND_US);
  g_assert_cmpuint (world->n_keyframes, ==, 0);
  world_advance (world, SECOND_US);
  g_assert_cmpuint (world->n_keyframes, ==, 1); /* warmed up before the cut */
  g_autofree char *warmed = g_strdup_printf ("%s/camera", b->transport);
  g_assert_cmpstr (world->warmed, ==, warmed);
  assert_slot (world, c, "main", a);
  world_advance (world, 3 * SECOND_US / 2);
  assert_slot (world, c, "main", b);
  /* pauses while somebody speaks, and gives back what it showed */
  room_ask_ok (c, "{\"type\":\"hand\",\"raised\":true}");
  room_ask_ok (chair, "{\"type\":\"floor.next\"}");
  g_assert_true (json_is_true (json_object_get (meeting_field (chair, "autoscan"), "paused")));
  world_advance (world, 25 * SECOND_US);
  assert_slot (world, a, "main", c);
  room_ask_ok (chair, "{\"type\":\"floor.release\"}");
  assert_slot (world, a, "main", b);
  world_advance (world, 9 * SECOND_US); /* its whole time again */
  assert_slot (world, a, "main", b);
  room_ask_ok (chair, "{\"type\":\"autoscan.skip\"}");
  assert_slot (world, a, "main", c);
  room_ask_ok (chair, "{\"type\":\"autoscan.stop\"}");
  assert_slot (world, a, "main", b); /* the spotlight before it */
  g_assert_true (json_is_null (meeting_field (chair, "autoscan")));
  room_ask_error (chair, "{\"type\":\"autoscan.skip\"}", "autoscan.stopped");
  room_ask_error (chair, "{\"type\":\"autoscan.stop\"}", "autoscan.stopped");
}

/* Absent, camera off, frozen: passed over, also while on screen. */
static void
test_autoscan_skips (void)
{
  g_autoptr (World) world = world_new (6);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) a = room_join_with_media (world, "e2");
  g_autoptr (Room) b = room_join_with_media (world, "e3");
  g_autoptr (Room) c = room_join_with_media (world, "e5");

  room_ask_ok (chair, SCAN_10);
  world_flow (world, a->transport, "camera", FALSE); /* frozen on screen */
  world_advance (world, SECOND_US);
  assert_slot (world, chair, "main", b);
  g_assert_cmpstr (scan_text (chair, "next"), ==, "e5");
  room_ask_ok (c, "{\"type\":\"camera\",\"on\":false}"); /* the next one, before its turn */
  world_flow (world, a->transport, "camera", TRUE);
  world_advance (world, 11 * SECOND_US);
  assert_slot (world, chair, "main", a);
  room_drop (a); /* its page is away, its picture flows */
  world_advance (world, SECOND_US);
  assert_slot (world, chair, "main", a);
  world_transport_state (world, a->transport, TRANSPORT_DISCONNECTED);
  world_flow (world, b->transport, "camera", FALSE);
  world_advance (world, SECOND_US);
  g_assert_null (scan_text (chair, "current")); /* nobody: it goes on when somebody comes */
  guint n_writes = world->n_writes;
  world_advance (world, 5 * SECOND_US);
  g_assert_cmpuint (world->n_writes, ==, n_writes);
  room_ask_ok (c, "{\"type\":\"camera\",\"on\":true}");
  world_advance (world, SECOND_US);
  assert_slot (world, chair, "main", c);
  g_assert_null (scan_text (chair, "next"));
}

/* A black picture, as its room tells it: passed over, also while on screen, until it says otherwise
 * or its page is closed. */
static void
test_autoscan_dark (void)
{
  g_autoptr (World) world = world_new (4);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) a = room_join_with_media (world, "e2");
  g_autoptr (Room) b = room_join_with_media (world, "e3");
  g_autoptr (Room) c = room_join_with_media (world, "e4");
  guint n_writes = world->n_writes;

  room_ask_ok (b, DARK);
  room_ask_ok (b, DARK); /* again: nothing new */
  g_assert_cmpuint (world->n_writes, ==, n_writes);
  world_advance (world, SECOND_US);
  g_assert_true (json_is_true (room_seat (chair, "e3", "dark")));
  g_assert_true (json_is_true (room_seat (b, "e3", "dark")));
  g_assert_false (json_is_true (room_seat (chair, "e2", "dark")));
  room_ask_ok (chair, SCAN_10);
  assert_slot (world, chair, "main", a);
  g_assert_cmpstr (scan_text (chair, "next"), ==, "e4");
  room_ask_ok (a, DARK); /* on screen */
  world_advance (world, SECOND_US);
  assert_slot (world, chair, "main", c);
  g_assert_null (scan_text (chair, "next"));
  room_ask_ok (c, DARK);
  world_advance (world, SECOND_US);
  g_assert_null (scan_text (chair, "current")); /* all are black */
  room_ask_ok (b, "{\"type\":\"picture\",\"dark\":false}");
  world_advance (world, SECOND_US);
  assert_slot (world, chair, "main", b);
  room_drop (a); /* its page is away: what it said counts no more */
  world_advance (world, 10 * SECOND_US);
  g_assert_true (json_is_false (room_seat (chair, "e2", "dark")));
  assert_slot (world, chair, "main", a);
}

/* Of a seat alone, and no more often than other changes. */
static void
test_dark_is_bounded (void)
{
  g_autoptr (World) world = world_new (2);
  g_autoptr (Room) chair = room_join (world, "e1");
  g_autoptr (Room) secretary = room_join_operator (world);
  g_autoptr (Room) site = room_join (world, "e2");

  room_ask_error (secretary, DARK, "right.missing");
  for (guint i = 0; i < LIMIT_ROOM_CHANGES_AT_ONCE; i++)
    room_ask_ok (site, DARK);
  room_ask_error (site, DARK, "message.too_many");
  world_advance (world, SECOND_US);
  /* a window in its place starts afresh */
  g_autoptr (Room) other = room_join (world, "e2");
  world_advance (world, SECOND_US);
  g_assert_true (json_is_false (room_seat (chair, "e2", "dark")));
  room_ask_ok (other, DARK);
  world_advance (world, SECOND_US);
  g_assert_true (json_is_true (room_seat (chair, "e2", "dark")));
}

static void
test_autoscan_plans (void)
{
  g_autoptr (World) world = world_new (5);
  const char *far = "{\"type\":\"autoscan.start\",\"seconds\":10,\"branch\":\"381\"}";

  for (guint i = 2; i <= 4; i++) {
    g_autofree char *endpoint = g_strdup_printf ("e%u", i);
    world_set_unit (world, endpoint, i < 4 ? "VN/38/380/3801/" : "VN/38/381/3811/");
  }
  world_restart_controller (world);
  world_link_relay (world);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) a = room_join_with_media (world, "e2");
  g_autoptr (Room) b = room_join_with_media (world, "e3");
  room_ask_error (chair, far, "autoscan.empty");
  g_assert_true (json_is_null (meeting_field (chair, "autoscan")));
  g_autoptr (Room) c = room_join_with_media (world, "e4");
  room_ask_ok (chair, far);
  assert_slot (world, a, "main", c);
  g_assert_cmpstr (scan_text (chair, "branch"), ==, "381");
  /* another plan; an order of its own, with who is not there */
  room_ask_ok (chair, "{\"type\":\"autoscan.start\",\"seconds\":3,"
                      "\"endpoints\":[\"e9\",\"e3\",\"e5\",\"e2\"]}");
  assert_slot (world, c, "main", b);
  world_advance (world, 4 * SECOND_US);
  assert_slot (world, c, "main", a);
  /* by hand: the scan is over */
  room_ask_ok (chair, "{\"type\":\"spotlight\",\"endpoint\":\"e4\"}");
  g_assert_true (json_is_null (meeting_field (chair, "autoscan")));
  world_advance (world, 10 * SECOND_US);
  assert_slot (world, a, "main", c);
}

static void
test_autoscan_restart (void)
{
  g_autoptr (World) world = world_new (4);
  Room *chair = room_join_with_media (world, "e1");
  Room *rooms[3] = { chair, room_join_with_media (world, "e2"),
                     room_join_with_media (world, "e3") };
  g_autofree char *transport = g_strdup (rooms[2]->transport);

  room_ask_ok (chair, SCAN_10);
  world_advance (world, 5 * SECOND_US);
  for (guint i = 0; i < 3; i++) {
    rooms[i]->connection = NULL;
    room_free (rooms[i]);
  }
  world_restart_controller (world);
  world_link_relay (world);
  g_autoptr (Room) again = room_join (world, "e1");
  g_autofree char *resume =
      g_strdup_printf ("{\"type\":\"join\",\"id\":1,\"resume_transport\":\"%s\"}", transport);
  g_autoptr (Room) site = room_connect (world, "e3", ROOM_SITE);
  room_ask_ok (site, resume);
  g_assert_cmpstr (scan_text (again, "current"), ==, "e2");
  world_advance (world, 3 * SECOND_US); /* e2 is not back, but its picture flows */
  g_assert_cmpstr (scan_text (again, "current"), ==, "e2");
  world_advance (world, 3 * SECOND_US); /* its ten seconds are over */
  g_assert_cmpstr (scan_text (again, "current"), ==, "e3");
}

/* --- agenda and papers --- */

static void
add_agenda (World *world)
{
  AgendaItem item = { (char *) "a1", (char *) "Báo cáo", (char *) "Ông A", NULL, 30 };
  MeetingPaper *paper = g_new0 (MeetingPaper, 1);
  g_autoptr (GPtrArray) items = g_ptr_array_new ();

  g_ptr_array_add (items, &item);
  meeting_record_set_agenda (world->record, items);
  *paper = (MeetingPaper){ g_strdup ("p1"),
                           g_strdup ("Báo cáo.pdf"),
                           g_strdup ("application/pdf"),
                           g_strdup ("a1"),
                           1000,
                           12 };
  g_ptr_array_add (world->papers, paper);
  reload (world);
}

static void
test_agenda (void)
{
  g_autoptr (World) world = world_new (3);

  add_agenda (world);
  g_autoptr (Room) chair = room_join (world, "e1");
  const json_t *agenda = json_object_get (room_last (chair, "welcome"), "agenda");
  const json_t *item = json_array_get (agenda, 0);
  g_assert_cmpstr (json_string_value (json_object_get (item, "title")), ==, "Báo cáo");
  g_assert_cmpstr (json_string_value (json_array_get (json_object_get (item, "papers"), 0)), ==,
                   "p1");
  room_ask_ok (chair, "{\"type\":\"agenda.go\",\"item\":\"a1\"}");
  item = meeting_field (chair, "agenda");
  g_assert_cmpint (json_integer_value (json_object_get (item, "minutes")), ==, 30);
  g_assert_cmpint (json_integer_value (json_object_get (item, "since")), ==,
                   WALL_MS + world->now_us / 1000);
  room_ask_error (chair, "{\"type\":\"agenda.go\",\"item\":\"a2\"}", "agenda.unknown");
  room_ask_ok (chair, "{\"type\":\"agenda.go\",\"item\":null}");
  g_assert_true (json_is_null (meeting_field (chair, "agenda")));
}

/* The booking changes while they meet: the rooms hear of it, what is gone is shown no more. */
static void
test_booking_changes (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) chair = room_join (world, "e1");

  g_assert_cmpuint (json_array_size (json_object_get (room_last (chair, "welcome"), "papers")), ==,
                    0);
  add_agenda (world);
  g_assert_cmpuint (json_array_size (json_object_get (room_last (chair, "agenda"), "papers")), ==,
                    1);
  room_ask_ok (chair, "{\"type\":\"agenda.go\",\"item\":\"a1\"}");
  room_ask_ok (chair, "{\"type\":\"paper.show\",\"paper\":\"p1\"}");
  g_ptr_array_set_size (world->papers, 0);
  meeting_record_set_agenda (world->record, world->papers);
  reload (world);
  world_advance (world, SECOND_US);
  g_assert_true (json_is_null (meeting_field (chair, "agenda")));
  g_assert_true (json_is_null (meeting_field (chair, "paper")));
}

static int
page_of (Room *room)
{
  return (int) json_integer_value (json_object_get (meeting_field (room, "paper"), "page"));
}

static void
test_papers (void)
{
  g_autoptr (World) world = world_new (4);
  const char *show = "{\"type\":\"paper.show\",\"paper\":\"p1\",\"page\":3}";

  add_agenda (world);
  g_autoptr (Room) chair = room_join (world, "e1");
  g_autoptr (Room) site = room_join (world, "e2");
  g_autoptr (Room) other = room_join (world, "e3");
  g_assert_cmpuint (json_array_size (json_object_get (room_last (site, "welcome"), "papers")), ==,
                    1);
  room_ask_error (chair, "{\"type\":\"paper.page\",\"page\":1}", "paper.none");
  room_ask_error (chair, "{\"type\":\"paper.show\",\"paper\":\"p2\"}", "paper.unknown");
  room_ask_error (chair, "{\"type\":\"paper.show\",\"paper\":\"p1\",\"page\":13}", "paper.page");
  room_ask_error (site, show, "right.missing");
  room_ask_ok (chair, show);
  g_assert_cmpint (page_of (other), ==, 3);
  room_ask_ok (chair, "{\"type\":\"paper.page\",\"page\":12}");
  room_ask_error (chair, "{\"type\":\"paper.page\",\"page\":13}", "paper.page");
  g_assert_cmpint (page_of (other), ==, 12);
  /* a shared screen waits; the speaker's does not */
  room_ask_error (other, "{\"type\":\"content\",\"on\":true}", "content.busy");
  room_ask_ok (site, "{\"type\":\"hand\",\"raised\":true}");
  room_ask_ok (chair, "{\"type\":\"floor.next\"}");
  room_ask_ok (site, "{\"type\":\"content\",\"on\":true}");
  g_assert_true (json_is_null (meeting_field (other, "paper")));
  room_ask_ok (site, show); /* the speaker shows a paper in place of the screen */
  g_assert_true (json_is_null (meeting_field (other, "content_endpoint")));
  g_assert_cmpstr (json_string_value (json_object_get (meeting_field (other, "paper"), "by")), ==,
                   "e2");
  room_ask_ok (site, "{\"type\":\"paper.show\",\"paper\":null}");
  room_ask_ok (other, "{\"type\":\"content\",\"on\":true}");
  room_ask_error (site, show, "content.busy");
  room_ask_ok (chair, show); /* who directs takes it */
  g_assert_true (json_is_null (meeting_field (other, "content_endpoint")));
  /* survives a restart */
  Room *rooms[] = { g_steal_pointer (&chair), g_steal_pointer (&site), g_steal_pointer (&other) };
  for (guint i = 0; i < 3; i++) {
    rooms[i]->connection = NULL;
    room_free (rooms[i]);
  }
  world_restart_controller (world);
  g_autoptr (Room) again = room_join (world, "e3");
  g_assert_cmpint (page_of (again), ==, 3);
}

/* --- time --- */

static guint
count_notices (Room *room)
{
  return room_count (room, "notice");
}

static World *
world_that_ends (guint minutes)
{
  World *world = world_new (3);

  world->record->entry.auto_end = TRUE;
  world->record->starts_at_ms = WALL_MS + world->now_us / 1000;
  world->record->ends_at_ms = world->record->starts_at_ms + minutes * 60000;
  reload (world);
  return world;
}

static void
test_auto_end (void)
{
  g_autoptr (World) world = world_that_ends (12);
  g_autoptr (Room) chair = room_join (world, "e1");
  g_autoptr (Room) site = room_join (world, "e2");
  static const struct {
    guint seconds, notices;
  } rows[] = { { 60, 0 }, { 61, 1 }, { 300, 2 }, { 240, 3 }, { 55, 3 } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    world_advance (world, rows[i].seconds * SECOND_US);
    g_assert_cmpuint (count_notices (site), ==, rows[i].notices);
    g_assert_cmpint (world->record->state, ==, MEETING_LIVE);
  }
  world_advance (world, 10 * SECOND_US);
  g_assert_cmpint (world->record->state, ==, MEETING_ENDED);
  const json_t *bye = room_last (site, "bye");
  g_assert_cmpstr (json_string_value (json_object_get (bye, "code")), ==, "ended");
}

/* While somebody speaks it warns once more and waits two minutes. */
static void
test_auto_end_during_a_speech (void)
{
  g_autoptr (World) world = world_that_ends (2);
  g_autoptr (Room) chair = room_join (world, "e1");
  g_autoptr (Room) site = room_join (world, "e2");

  room_ask_ok (site, "{\"type\":\"hand\",\"raised\":true}");
  room_ask_ok (chair, "{\"type\":\"floor.next\"}");
  world_advance (world, 119 * SECOND_US);
  guint notices = count_notices (site);
  world_advance (world, 3 * SECOND_US);
  g_assert_cmpuint (count_notices (site), ==, notices + 1);
  world_advance (world, 110 * SECOND_US);
  g_assert_cmpint (world->record->state, ==, MEETING_LIVE);
  world_advance (world, 15 * SECOND_US);
  g_assert_cmpint (world->record->state, ==, MEETING_ENDED);
}

/* The controller was away when it should have ended: everybody hears of it a minute before. */
static void
test_auto_end_after_restart (void)
{
  g_autoptr (World) world = world_that_ends (30);
  Room *chair = room_join (world, "e1");

  chair->connection = NULL;
  room_free (chair);
  world->now_us += 40 * 60 * SECOND_US;
  world_restart_controller (world);
  g_autoptr (Room) again = room_join (world, "e1");
  world_advance (world, 50 * SECOND_US);
  g_assert_cmpint (world->record->state, ==, MEETING_LIVE);
  g_assert_cmpuint (count_notices (again), ==, 1);
  world_advance (world, 15 * SECOND_US);
  g_assert_cmpint (world->record->state, ==, MEETING_ENDED);
}

static void
test_extend (void)
{
  g_autoptr (World) world = world_that_ends (12);
  g_autoptr (Room) chair = room_join (world, "e1");
  gint64 ends_at = world->record->ends_at_ms;
  StateChange change = { MEETING_LIVE, NULL, "user", "192.0.2.1" };
  g_autoptr (GError) error = NULL;

  world_advance (world, 5 * 60 * SECOND_US);
  guint notices = count_notices (chair);
  room_ask_ok (chair, "{\"type\":\"meeting.extend\",\"minutes\":15}");
  g_assert_cmpint (world->record->ends_at_ms, ==, ends_at + 15 * 60000);
  g_assert_cmpint (json_integer_value (meeting_field (chair, "ends_at")), ==, ends_at + 15 * 60000);
  world_advance (world, 10 * 60 * SECOND_US);
  g_assert_cmpuint (count_notices (chair), ==, notices); /* 12 minutes left */
  world_advance (world, 3 * 60 * SECOND_US);
  g_assert_cmpuint (count_notices (chair), ==, notices + 1);
  g_assert_true (meeting_hub_extend (world->hub, "m1", 1, &change, world->now_us, &error));
  world_advance (world, SECOND_US);
  g_assert_cmpuint (count_notices (chair), ==, notices + 1); /* 10 minutes: was told just now */
  g_assert_false (meeting_hub_extend (world->hub, "m9", 1, &change, world->now_us, &error));
  g_assert_error (error, SIGNALING_PROBLEM, PROBLEM_MEETING_NOT_OPEN);
  world->record->starts_at_ms -= MEETING_LENGTH_MAX_MS;
  reload (world);
  room_ask_error (chair, "{\"type\":\"meeting.extend\",\"minutes\":1}", "meeting.too_long");
}

/* --- rehearsal --- */

static void
test_rehearsal (void)
{
  g_autoptr (World) world = world_new (5);
  StateChange change = { MEETING_REHEARSAL, NULL, "user", "192.0.2.1" };
  g_autoptr (GError) error = NULL;

  world->record->state = MEETING_SCHEDULED;
  world_restart_controller (world);
  world_link_relay (world);
  meeting_hub_set_meeting_state (world->hub, "m1", &change, world->now_us, &error);
  g_assert_no_error (error);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) good = room_join_with_media (world, "e2");
  g_autoptr (Room) fair = room_join_with_media (world, "e3");
  g_autoptr (Room) mute G_GNUC_UNUSED = room_join (world, "e4"); /* no media at all */
  g_assert_cmpint (world->record->state, ==, MEETING_REHEARSAL); /* the chair does not start it */
  g_assert_true (json_is_true (meeting_field (good, "rehearsal")));
  world_loss (world, fair->transport, 30);
  room_ask_ok (good, "{\"type\":\"consent\",\"standing\":true}");
  room_ask_ok (good, "{\"type\":\"mic\",\"open\":true}");
  room_ask_ok (fair, "{\"type\":\"hand\",\"raised\":true}");
  room_ask_ok (chair, "{\"type\":\"layout\",\"kind\":\"grid4\"}");
  room_ask_error (chair, "{\"type\":\"meeting.extend\",\"minutes\":5}", "meeting.state");
  change.state = MEETING_SCHEDULED;
  g_assert_true (meeting_hub_set_meeting_state (world->hub, "m1", &change, world->now_us, &error));
  const json_t *bye = room_last (good, "bye");
  g_assert_cmpstr (json_string_value (json_object_get (bye, "code")), ==, "rehearsal_over");
  g_assert_cmpint (world->record->state, ==, MEETING_SCHEDULED);
  g_autoptr (json_t) result = json_loads (world->rehearsal, 0, NULL);
  g_assert_cmpint (json_integer_value (json_object_get (result, "good")), ==, 2);
  g_assert_cmpint (json_integer_value (json_object_get (result, "fair")), ==, 1);
  g_assert_cmpint (json_integer_value (json_object_get (result, "bad")), ==, 1);
  g_assert_cmpint (json_integer_value (json_object_get (result, "absent")), ==, 1);
  g_assert_cmpuint (g_hash_table_size (world->transports), ==, 0);
  /* the meeting begins with fresh seats; the consent stays */
  change.state = MEETING_OPEN;
  g_assert_true (meeting_hub_set_meeting_state (world->hub, "m1", &change, world->now_us, &error));
  g_autoptr (Room) again = room_join (world, "e2");
  g_assert_true (json_is_false (room_seat (again, "e2", "mic_open")));
  g_assert_true (json_is_true (room_seat (again, "e2", "consent")));
  const SeatRecord *seat = g_hash_table_lookup (world->seats, "e3");
  g_assert_cmpint (seat->hand_at_ms, ==, 0);
  g_assert_cmpint (seat->joined_at_ms, ==, 0);
  g_assert_cmpstr (json_string_value (meeting_field (again, "layout")), ==, "chair_content");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/meeting/pictures/layout", test_layout);
  g_test_add_func ("/meeting/pictures/pins", test_pins);
  g_test_add_func ("/meeting/pictures/own-view", test_own_view);
  g_test_add_func ("/meeting/pictures/view-of-a-desk", test_view_of_a_desk);
  g_test_add_func ("/meeting/autoscan/pick", test_pick);
  g_test_add_func ("/meeting/autoscan/turns", test_autoscan);
  g_test_add_func ("/meeting/autoscan/skips", test_autoscan_skips);
  g_test_add_func ("/meeting/autoscan/dark", test_autoscan_dark);
  g_test_add_func ("/meeting/autoscan/dark-is-bounded", test_dark_is_bounded);
  g_test_add_func ("/meeting/autoscan/plans", test_autoscan_plans);
  g_test_add_func ("/meeting/autoscan/restart", test_autoscan_restart);
  g_test_add_func ("/meeting/agenda/go", test_agenda);
  g_test_add_func ("/meeting/agenda/papers", test_papers);
  g_test_add_func ("/meeting/agenda/booking-changes", test_booking_changes);
  g_test_add_func ("/meeting/clock/auto-end", test_auto_end);
  g_test_add_func ("/meeting/clock/speech", test_auto_end_during_a_speech);
  g_test_add_func ("/meeting/clock/restart", test_auto_end_after_restart);
  g_test_add_func ("/meeting/clock/extend", test_extend);
  g_test_add_func ("/meeting/rehearsal", test_rehearsal);
  return g_test_run ();
}
