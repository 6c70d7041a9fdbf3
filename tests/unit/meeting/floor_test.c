/* The floor: given and taken in one act, asked for, timed; its queue; what a restart brings back.
 */
#include <string.h>
#include <time.h>

#include "tests/unit/meeting/world.h"

#define GRANT(e) "{\"type\":\"floor.grant\",\"endpoint\":\"" e "\"}"
#define HAND_UP "{\"type\":\"hand\",\"raised\":true}"
#define OPEN_MIC "{\"type\":\"mic\",\"open\":true}"
#define RELEASE "{\"type\":\"floor.release\"}"
#define NEXT "{\"type\":\"floor.next\"}"

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
floor_text (Room *room, const char *name)
{
  return json_string_value (json_object_get (meeting_field (room, "floor"), name));
}

static void
assert_nobody_speaks (Room *room)
{
  g_assert_true (json_is_null (meeting_field (room, "floor")));
}

static const char *
spotlight_of (Room *room)
{
  return json_string_value (meeting_field (room, "spotlight"));
}

static gboolean
has_event (const World *world, const char *event)
{
  for (guint i = 0; i < world->events->len; i++)
    if (strcmp (g_ptr_array_index (world->events, i), event) == 0)
      return TRUE;
  return FALSE;
}

static void
assert_main (World *world, const char *transport, const Room *shown)
{
  g_autofree char *expected = g_strdup_printf ("%s/camera@720", shown->transport);

  g_assert_cmpstr (world_route (world, transport, "main"), ==, expected);
}

static gboolean
mic_is_open (Room *room, const char *endpoint)
{
  return json_is_true (room_seat (room, endpoint, "mic_open"));
}

/* --- one act --- */

static void
test_grant (void)
{
  g_autoptr (World) world = world_new (4);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) speaker = room_join_with_media (world, "e2");
  g_autoptr (Room) other = room_join_with_media (world, "e3");

  room_ask_ok (chair, OPEN_MIC);
  room_ask_ok (other, OPEN_MIC);
  room_ask_ok (speaker, "{\"type\":\"hand\",\"raised\":true,\"topic\":\"Đê điều\"}");
  guint n_writes = world->n_writes;
  room_ask_ok (chair,
               "{\"type\":\"floor.grant\",\"endpoint\":\"e2\",\"seconds\":180,\"cut\":true}");
  g_assert_cmpuint (world->n_writes, ==, n_writes + 1); /* one transaction */
  /* at once, not with the next tick: picture, microphones, what all are told */
  assert_main (world, other->transport, speaker);
  assert_main (world, chair->transport, speaker);
  assert_main (world, speaker->transport, chair);
  g_assert_false (world_is_muted (world, speaker->transport, "mic"));
  g_assert_true (world_is_muted (world, other->transport, "mic"));
  g_assert_false (world_is_muted (world, chair->transport, "mic"));
  g_assert_cmpstr (floor_text (other, "endpoint"), ==, "e2");
  g_assert_cmpstr (floor_text (other, "state"), ==, "speaking");
  g_assert_cmpstr (floor_text (other, "name"), ==, "Xã 0002");
  g_assert_cmpstr (spotlight_of (other), ==, "e2");
  g_assert_true (json_is_null (room_seat (chair, "e2", "hand_at")));
  g_assert_true (has_event (world, "floor.granted e2"));
  g_assert_true (has_event (world, "mic.opened e2"));
  g_assert_true (has_event (world, "mic.closed e3"));
  /* and back */
  room_ask_ok (speaker, RELEASE);
  g_assert_true (world_is_muted (world, speaker->transport, "mic"));
  assert_main (world, other->transport, chair);
  assert_nobody_speaks (other);
  g_assert_true (has_event (world, "floor.released e2"));
}

/* Storage fails: nobody is on screen, no microphone has moved. */
static void
test_grant_is_stored_first (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) speaker = room_join_with_media (world, "e2");

  room_ask_ok (speaker, HAND_UP);
  world->is_store_broken = TRUE;
  room_ask_error (chair, GRANT ("e2"), "storage");
  world_advance (world, SECOND_US);
  g_assert_true (world_is_muted (world, speaker->transport, "mic"));
  assert_nobody_speaks (chair);
  g_assert_null (spotlight_of (chair));
}

/* What was on screen before comes back, also over several speakers in a row. */
static void
test_picture_before (void)
{
  g_autoptr (World) world = world_new (5);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) b = room_join_with_media (world, "e2");
  g_autoptr (Room) c = room_join_with_media (world, "e3");
  g_autoptr (Room) d = room_join_with_media (world, "e4");

  room_ask_ok (chair, "{\"type\":\"spotlight\",\"endpoint\":\"e4\"}");
  room_ask_ok (b, HAND_UP);
  room_ask_ok (c, HAND_UP);
  room_ask_ok (chair, NEXT);
  assert_main (world, d->transport, b);
  room_ask_ok (chair, NEXT);
  assert_main (world, d->transport, c);
  g_assert_true (world_is_muted (world, b->transport, "mic"));
  room_ask_error (chair, NEXT, "queue.empty");
  g_assert_cmpstr (floor_text (chair, "endpoint"), ==, "e3"); /* nothing changed */
  room_ask_ok (chair, RELEASE);
  g_assert_cmpstr (spotlight_of (chair), ==, "e4");
  assert_main (world, b->transport, d);
  /* the operator's hand in between is kept */
  room_ask_ok (b, HAND_UP);
  room_ask_ok (chair, NEXT);
  room_ask_ok (chair, "{\"type\":\"spotlight\",\"endpoint\":\"e3\"}");
  assert_main (world, d->transport, c);
  room_ask_ok (chair, RELEASE);
  g_assert_cmpstr (spotlight_of (chair), ==, "e3");
}

static void
test_remark (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) speaker = room_join_with_media (world, "e2");
  g_autoptr (Room) other = room_join_with_media (world, "e3");
  const char *remark = "{\"type\":\"floor.grant\",\"endpoint\":\"e2\",\"picture\":false}";

  room_ask_ok (speaker, HAND_UP);
  room_ask_ok (chair, remark);
  g_assert_false (world_is_muted (world, speaker->transport, "mic"));
  assert_main (world, other->transport, chair);
  g_assert_true (json_is_true (json_object_get (meeting_field (chair, "floor"), "remark")));
  room_ask_error (chair, remark, "floor.held");
  room_ask_ok (chair, GRANT ("e2")); /* now with its picture */
  assert_main (world, other->transport, speaker);
  room_ask_error (chair, GRANT ("e2"), "floor.held");
  room_ask_ok (chair, RELEASE);
  assert_main (world, other->transport, chair);
}

/* Acts in a wrong order, by the wrong one, on the wrong seat: each told clearly. */
static void
test_refused (void)
{
  static const struct {
    gboolean by_chair;
    const char *text, *code;
  } rows[] = {
    { TRUE, RELEASE, "floor.empty" },
    { TRUE, NEXT, "queue.empty" },
    { TRUE, "{\"type\":\"floor.extend\",\"seconds\":60}", "floor.empty" },
    { TRUE, GRANT ("e9"), "seat.unknown" },
    { TRUE, GRANT ("e3"), "seat.absent" },
    { TRUE, "{\"type\":\"mic.ask\",\"endpoint\":\"e3\"}", "seat.absent" },
    { TRUE, "{\"type\":\"queue.pass_up\",\"endpoint\":\"e2\",\"up\":true}", "queue.no_request" },
    { FALSE, GRANT ("e2"), "right.missing" },
    { FALSE, NEXT, "right.missing" },
    { FALSE, RELEASE, "right.missing" },
    { FALSE, "{\"type\":\"floor.answer\",\"accept\":true}", "floor.not_asked" },
    { FALSE, "{\"type\":\"queue.order\",\"endpoints\":[]}", "right.missing" },
    { FALSE, "{\"type\":\"layout\",\"kind\":\"grid4\"}", "right.missing" },
    { FALSE, "{\"type\":\"paper.show\",\"paper\":null}", "right.missing" },
    { FALSE, "{\"type\":\"meeting.extend\",\"minutes\":5}", "right.missing" },
  };
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) site = room_join_with_media (world, "e2");

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    world_advance (world, SECOND_US);
    room_ask_error (rows[i].by_chair ? chair : site, rows[i].text, rows[i].code);
  }
}

/* --- asking for the microphone --- */

static void
test_asked (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) site = room_join_with_media (world, "e2");
  g_autoptr (Room) other = room_join_with_media (world, "e3");

  room_ask_ok (chair, "{\"type\":\"floor.grant\",\"endpoint\":\"e2\",\"seconds\":60}");
  g_assert_cmpstr (floor_text (chair, "state"), ==, "asked");
  assert_main (world, other->transport, site); /* its picture does not wait */
  g_assert_true (world_is_muted (world, site->transport, "mic"));
  const json_t *ask = room_last (site, "floor.ask");
  g_assert_cmpint (json_integer_value (json_object_get (ask, "seconds")), ==, 60);
  world_advance (world, 15 * SECOND_US);
  room_ask_ok (site, "{\"type\":\"floor.answer\",\"accept\":true}");
  g_assert_false (world_is_muted (world, site->transport, "mic"));
  g_assert_cmpstr (floor_text (chair, "state"), ==, "speaking");
  gint64 since = json_integer_value (json_object_get (meeting_field (chair, "floor"), "since"));
  g_assert_cmpint (since, ==, WALL_MS + world->now_us / 1000); /* the timer begins now */
  room_ask_ok (chair, RELEASE);
  /* refused */
  room_ask_ok (chair, GRANT ("e2"));
  room_ask_ok (site, "{\"type\":\"floor.answer\",\"accept\":false}");
  assert_nobody_speaks (chair);
  assert_main (world, other->transport, chair);
  g_assert_nonnull (room_last (chair, "notice"));
  g_assert_null (room_last (other, "notice"));
  g_assert_true (has_event (world, "floor.refused e2"));
}

/* 20 s without an answer is a refusal; one second less is not. */
static void
test_no_answer (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) site = room_join_with_media (world, "e2");

  room_ask_ok (chair, GRANT ("e2"));
  world_advance (world, 19 * SECOND_US);
  g_assert_cmpstr (floor_text (chair, "endpoint"), ==, "e2");
  world_advance (world, 2 * SECOND_US);
  assert_nobody_speaks (chair);
  g_assert_nonnull (room_last (chair, "notice"));
  room_ask_error (site, "{\"type\":\"floor.answer\",\"accept\":true}", "floor.not_asked");
  g_assert_true (world_is_muted (world, site->transport, "mic"));
}

static void
test_consent (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) site = room_join_with_media (world, "e2");

  room_ask_ok (site, "{\"type\":\"consent\",\"standing\":true}");
  room_ask_ok (chair, "{\"type\":\"seat.mute\",\"endpoint\":\"e2\",\"locked\":true}");
  room_ask_ok (chair, GRANT ("e2"));
  g_assert_false (world_is_muted (world, site->transport, "mic")); /* the lock goes too */
  g_assert_null (room_last (site, "floor.ask"));
  room_ask_ok (chair, RELEASE);
  room_ask_ok (chair, "{\"type\":\"mic.ask\",\"endpoint\":\"e2\"}");
  g_assert_false (world_is_muted (world, site->transport, "mic"));
  assert_nobody_speaks (chair);
  room_ask_ok (site, "{\"type\":\"mic\",\"open\":false}");
  room_ask_ok (site, "{\"type\":\"consent\",\"standing\":false}");
  room_ask_ok (chair, "{\"type\":\"mic.ask\",\"endpoint\":\"e2\"}");
  g_assert_nonnull (room_last (site, "floor.ask"));
  g_assert_true (world_is_muted (world, site->transport, "mic"));
  room_ask_ok (site, "{\"type\":\"floor.answer\",\"accept\":true}");
  g_assert_false (world_is_muted (world, site->transport, "mic"));
  /* not answered */
  room_ask_ok (site, "{\"type\":\"mic\",\"open\":false}");
  room_ask_ok (chair, "{\"type\":\"mic.ask\",\"endpoint\":\"e2\"}");
  world_advance (world, 21 * SECOND_US);
  room_ask_error (site, "{\"type\":\"floor.answer\",\"accept\":true}", "floor.not_asked");
}

/* --- time --- */

static void
test_time_box (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) site = room_join_with_media (world, "e2");
  g_autoptr (Room) other = room_join_with_media (world, "e3");

  room_ask_ok (site, HAND_UP);
  room_ask_ok (chair, "{\"type\":\"floor.grant\",\"endpoint\":\"e2\",\"seconds\":60,\"cut\":true}");
  world_advance (world, 29 * SECOND_US);
  g_assert_null (room_last (site, "floor.warning"));
  world_advance (world, 2 * SECOND_US);
  const json_t *warning = room_last (site, "floor.warning");
  g_assert_cmpint (json_integer_value (json_object_get (warning, "seconds_left")), ==, 30);
  g_assert_cmpuint (room_count (chair, "floor.warning"), ==, 1);
  g_assert_cmpuint (room_count (other, "floor.warning"), ==, 0);
  room_ask_ok (chair, "{\"type\":\"floor.extend\",\"seconds\":60}");
  world_advance (world, 60 * SECOND_US);
  g_assert_cmpuint (room_count (site, "floor.warning"), ==, 2); /* 30 s before the new end */
  g_assert_cmpstr (floor_text (chair, "endpoint"), ==, "e2");
  world_advance (world, 35 * SECOND_US);
  warning = room_last (site, "floor.warning");
  g_assert_cmpint (json_integer_value (json_object_get (warning, "seconds_left")), ==, 0);
  assert_nobody_speaks (chair);
  g_assert_true (world_is_muted (world, site->transport, "mic"));
}

/* Without `cut` the time only warns; a box of 30 s has no warning before its end. */
static void
test_time_is_over (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) site = room_join_with_media (world, "e2");

  room_ask_ok (site, HAND_UP);
  room_ask_ok (chair, "{\"type\":\"floor.grant\",\"endpoint\":\"e2\",\"seconds\":30}");
  world_advance (world, 29 * SECOND_US);
  g_assert_cmpuint (room_count (chair, "floor.warning"), ==, 0);
  world_advance (world, 60 * SECOND_US);
  g_assert_cmpuint (room_count (chair, "floor.warning"), ==, 1);
  g_assert_cmpstr (floor_text (chair, "endpoint"), ==, "e2");
  room_ask_ok (chair, "{\"type\":\"floor.extend\",\"seconds\":10}"); /* counts from now */
  g_assert_cmpint (json_integer_value (json_object_get (meeting_field (chair, "floor"), "seconds")),
                   ==, 99);
}

/* The booked time box holds where the request names none. */
static void
test_booked_minutes (void)
{
  g_autoptr (World) world = world_new (3);

  world->record->entry.minutes_per_speaker = 5;
  meeting_hub_reload (world->hub, "m1", world->now_us, NULL);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) site = room_join_with_media (world, "e2");
  room_ask_ok (site, HAND_UP);
  room_ask_ok (chair, NEXT);
  g_assert_cmpint (json_integer_value (json_object_get (meeting_field (chair, "floor"), "seconds")),
                   ==, 300);
}

/* --- lines --- */

/* The line of who speaks is cut: shown as such, back with the microphone as it was. */
static void
test_line_cut (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) site = room_join_with_media (world, "e2");

  room_ask_ok (site, HAND_UP);
  room_ask_ok (chair, NEXT);
  g_assert_true (json_is_null (json_object_get (meeting_field (chair, "floor"), "lost_at")));
  room_ask_ok (site, "{\"type\":\"mic\",\"open\":false}"); /* leaves muted */
  room_drop (site);
  world_advance (world, 11 * SECOND_US);
  g_assert_true (json_is_integer (json_object_get (meeting_field (chair, "floor"), "lost_at")));
  g_autoptr (Room) again = room_join_with_media (world, "e2");
  world_advance (world, SECOND_US);
  g_assert_true (json_is_null (json_object_get (meeting_field (chair, "floor"), "lost_at")));
  g_assert_cmpstr (floor_text (chair, "endpoint"), ==, "e2");
  g_assert_true (world_is_muted (world, again->transport, "mic")); /* comes back muted */
  assert_main (world, chair->transport, again);
  /* away for more than 30 s: the floor is free */
  room_drop (again);
  world_advance (world, 29 * SECOND_US);
  g_assert_cmpstr (floor_text (chair, "endpoint"), ==, "e2");
  world_advance (world, 2 * SECOND_US);
  assert_nobody_speaks (chair);
}

static void
test_leaves (void)
{
  g_autoptr (World) world = world_new (4);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) a = room_join_with_media (world, "e2");
  g_autoptr (Room) b = room_join_with_media (world, "e3");

  room_ask_ok (a, HAND_UP);
  room_ask_ok (b, HAND_UP);
  room_ask_ok (chair, NEXT);
  room_send (a, "{\"type\":\"leave\"}");
  room_send (b, "{\"type\":\"leave\"}");
  world_advance (world, SECOND_US / 5);
  assert_nobody_speaks (chair);
  g_assert_null (spotlight_of (chair));
  const json_t *queue = json_object_get (room_last (chair, "queue"), "queue");
  g_assert_cmpuint (json_array_size (queue), ==, 0);
}

/* Back to the waiting room: nobody speaks from there. */
static void
test_returned_to_the_lobby (void)
{
  g_autoptr (World) world = world_new (4);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) site = room_join_with_media (world, "e2");

  room_ask_ok (chair, "{\"type\":\"spotlight\",\"endpoint\":\"e3\"}");
  room_ask_ok (site, HAND_UP);
  room_ask_ok (chair, NEXT);
  room_ask_ok (chair, "{\"type\":\"lobby.return\",\"endpoint\":\"e2\"}");
  assert_nobody_speaks (chair);
  g_assert_cmpstr (spotlight_of (chair), ==, "e3");
  g_assert_true (world_is_muted (world, site->transport, "mic"));
  room_ask_error (chair, GRANT ("e2"), "seat.absent");
}

/* Who comes late, or comes back, sees and hears what is set for all. */
static void
test_late_joiners (void)
{
  g_autoptr (World) world = world_new (4);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) speaker = room_join_with_media (world, "e2");

  room_ask_ok (speaker, HAND_UP);
  room_ask_ok (chair, NEXT);
  g_autoptr (Room) late = room_join_with_media (world, "e3");
  assert_main (world, late->transport, speaker);
  g_assert_cmpstr (floor_text (late, "endpoint"), ==, "e2");
  g_autofree char *voice = g_strdup_printf ("%s/mic@0", speaker->transport);
  g_assert_cmpstr (world_route (world, late->transport, "a0"), ==, voice);
  room_drop (late);
  world_advance (world, SECOND_US);
  g_autoptr (Room) again = room_join_with_media (world, "e3");
  assert_main (world, again->transport, speaker);
}

/* The microphone button is an answer, too. */
static void
test_answered_by_the_button (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) site = room_join_with_media (world, "e2");

  room_ask_ok (chair, GRANT ("e2"));
  room_ask_ok (site, OPEN_MIC);
  g_assert_cmpstr (floor_text (chair, "state"), ==, "speaking");
  world_advance (world, 30 * SECOND_US);
  g_assert_cmpstr (floor_text (chair, "endpoint"), ==, "e2");
}

/* 600 rooms: the act is one transaction and one batch of routes, told to all before it returns. */
static void
test_six_hundred (void)
{
  enum { N = 600 };
  g_autoptr (World) world = world_new (N);
  g_autoptr (GPtrArray) rooms = g_ptr_array_new_with_free_func ((GDestroyNotify) room_free);

  world->is_crowd = TRUE;
  for (guint i = 1; i <= N; i++) {
    g_autofree char *endpoint = g_strdup_printf ("e%u", i);
    Room *room = room_join (world, endpoint);
    room_offer (room, TRUE);
    world_flow (world, room->transport, "camera", TRUE);
    g_ptr_array_add (rooms, room);
    if (i % 20 == 0)
      world_advance (world, SECOND_US);
    room_forget (room);
  }
  world_advance (world, SECOND_US);
  room_ask_ok (rooms->pdata[299], HAND_UP);
  world_advance (world, SECOND_US);
  for (guint i = 0; i < N; i++)
    room_forget (rooms->pdata[i]);
  world->n_route_calls = world->n_routes = 0;
  guint n_writes = world->n_writes;
  clock_t began = clock ();
  room_ask_ok (rooms->pdata[0], NEXT);
  g_test_message ("giving the floor in %u rooms: %.1f ms of CPU, the rooms' parsing included", N,
                  (double) (clock () - began) * 1000 / CLOCKS_PER_SEC);
  g_assert_cmpuint (world->n_route_calls, ==, 1);
  g_assert_cmpuint (world->n_routes, <=, 3 * N);
  g_assert_cmpuint (world->n_writes, ==, n_writes + 1);
  for (guint i = 1; i < N; i++) {
    Room *room = rooms->pdata[i];
    g_assert_cmpstr (floor_text (room, "endpoint"), ==, "e300");
    if (i != 299)
      assert_main (world, room->transport, rooms->pdata[299]);
  }
}

/* --- the queue --- */

static void
assert_queue (Room *room, const char *expected)
{
  const json_t *queue = NULL, *entry;
  g_autoptr (GString) text = g_string_new (NULL);
  size_t k;

  for (guint i = room->messages->len; i > 0 && queue == NULL; i--)
    queue = json_object_get (g_ptr_array_index (room->messages, i - 1), "queue");
  json_array_foreach ((json_t *) queue, k, entry)
  {
    g_string_append_printf (text, "%s%s%s", k > 0 ? " " : "",
                            json_string_value (json_object_get (entry, "endpoint")),
                            json_is_true (json_object_get (entry, "held")) ? "*" : "");
  }
  g_assert_cmpstr (text->str, ==, expected);
}

static int
place_of (Room *room)
{
  const json_t *place = json_object_get (room_last (room, "queue_place"), "place");

  return json_is_integer (place) ? (int) json_integer_value (place) : 0;
}

static void
test_queue (void)
{
  g_autoptr (World) world = world_new (5);
  g_autoptr (Room) operator_ = room_join_operator (world);
  Room *sites[3];

  for (guint i = 0; i < 3; i++) {
    g_autofree char *endpoint = g_strdup_printf ("e%u", i + 2);
    sites[i] = room_join (world, endpoint);
    room_ask_ok (sites[i], "{\"type\":\"hand\",\"raised\":true,\"topic\":\"một\"}");
    world_advance (world, SECOND_US);
  }
  assert_queue (operator_, "e2 e3 e4");
  g_assert_cmpint (place_of (sites[2]), ==, 3);
  g_assert_null (room_last (sites[0], "queue")); /* a site hears its own place alone */
  room_ask_ok (operator_, "{\"type\":\"queue.order\",\"endpoints\":[\"e4\",\"e9\",\"e2\"]}");
  world_advance (world, SECOND_US);
  assert_queue (operator_, "e4 e2 e3");
  g_assert_cmpint (place_of (sites[2]), ==, 1);
  g_assert_cmpint (json_integer_value (room_seat (operator_, "e3", "queue")), ==, 3);
  /* another topic keeps the place */
  room_ask_ok (sites[0], "{\"type\":\"hand\",\"raised\":true,\"topic\":\"hai\"}");
  world_advance (world, SECOND_US);
  assert_queue (operator_, "e4 e2 e3");
  g_assert_cmpstr (json_string_value (room_seat (operator_, "e2", "topic")), ==, "hai");
  room_ask_ok (operator_, "{\"type\":\"hand.lower\",\"endpoint\":\"e4\"}");
  room_ask_ok (sites[1], "{\"type\":\"hand\",\"raised\":false}");
  world_advance (world, SECOND_US);
  assert_queue (operator_, "e2");
  g_assert_cmpint (place_of (sites[2]), ==, 0);
  g_autoptr (Room) late = room_join_operator (world);
  assert_queue (late, "e2");
  for (guint i = 0; i < 3; i++)
    room_free (sites[i]);
}

static void
test_topic_limit (void)
{
  g_autoptr (World) world = world_new (2);
  g_autoptr (Room) site = room_join (world, "e2");

  for (guint over = 0; over <= 1; over++) {
    g_autoptr (GString) topic = g_string_new (NULL);
    for (guint i = 0; i < 200 + over; i++)
      g_string_append (topic, "ệ");
    g_autofree char *text =
        g_strdup_printf ("{\"type\":\"hand\",\"raised\":true,\"topic\":\"%s\"}", topic->str);
    if (over)
      room_ask_error (site, text, "message.malformed");
    else
      room_ask_ok (site, text);
  }
}

/* A desk gathers the requests of its branch, orders them and passes them up. */
static void
test_gathering (void)
{
  g_autoptr (World) world = world_new (5);

  world->record->entry.floor_gather = TRUE;
  for (guint i = 2; i <= 5; i++) {
    g_autofree char *endpoint = g_strdup_printf ("e%u", i);
    world_set_unit (world, endpoint, i <= 3 ? "VN/38/380/3801/" : "VN/38/381/3811/");
  }
  meeting_hub_reload (world->hub, "m1", world->now_us, NULL);
  world_restart_controller (world);
  g_autoptr (Room) operator_ = room_join_operator (world);
  g_autoptr (Room) desk = room_join_desk (world, "380");
  g_autoptr (Room) a = room_join (world, "e2");
  g_autoptr (Room) b = room_join (world, "e3");
  g_autoptr (Room) c = room_join (world, "e4");
  room_ask_ok (a, HAND_UP);
  room_ask_ok (b, HAND_UP);
  room_ask_ok (c, HAND_UP); /* no desk of its branch */
  world_advance (world, SECOND_US);
  assert_queue (operator_, "e2* e3* e4");
  assert_queue (desk, "e2* e3*");
  g_assert_cmpint (place_of (a), ==, 0);
  g_assert_cmpint (place_of (c), ==, 1);
  /* only what waits at it, only its branch */
  room_ask_ok (desk, "{\"type\":\"queue.order\",\"endpoints\":[\"e4\",\"e3\",\"e2\"]}");
  world_advance (world, SECOND_US);
  assert_queue (operator_, "e3* e2* e4");
  room_ask_error (desk, "{\"type\":\"queue.pass_up\",\"endpoint\":\"e4\",\"up\":false}",
                  "right.missing");
  room_ask_error (desk, GRANT ("e3"), "right.missing");
  room_ask_ok (desk, "{\"type\":\"queue.pass_up\",\"endpoint\":\"e2\",\"up\":true}");
  world_advance (world, SECOND_US);
  assert_queue (operator_, "e3* e4 e2");
  room_ask_ok (operator_, NEXT); /* who is held is passed over */
  g_assert_cmpstr (floor_text (operator_, "endpoint"), ==, "e4");
  /* the desk goes: after a minute nobody's request waits there */
  room_drop (desk);
  world_advance (world, 58 * SECOND_US);
  assert_queue (operator_, "e3* e2");
  world_advance (world, 5 * SECOND_US);
  assert_queue (operator_, "e2 e3");
}

/* Encoders have no button and nobody to ask: the floor opens and shuts their microphone. */
static void
on_published (gpointer user_data, const SessionAnswer *answer, const GError *error)
{
  g_assert_no_error (error);
  *(char **) user_data = g_strdup (answer->session);
}

static void
test_encoder (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autofree char *offer = offer_text (TRUE, FALSE, "abcd");
  g_autofree char *session = NULL;
  SessionGrant grant = { "m1", "e2", "e2" };
  SessionRequest request = { .grant = &grant, .body = offer, .length = strlen (offer) };

  meeting_hub_publish (world->hub, &request, on_published, &session, world->now_us);
  world_transport_state (world, "t.m1.e2.2", TRANSPORT_CONNECTED);
  world_flow (world, "t.m1.e2.2", "camera", TRUE);
  world_advance (world, SECOND_US);
  room_ask_ok (chair, "{\"type\":\"mute.all\"}");
  g_assert_true (world_is_muted (world, "t.m1.e2.2", "mic"));
  room_ask_ok (chair, GRANT ("e2"));
  g_assert_false (world_is_muted (world, "t.m1.e2.2", "mic"));
  g_assert_cmpstr (world_route (world, chair->transport, "main"), ==, "t.m1.e2.2/camera@720");
  g_assert_cmpstr (floor_text (chair, "state"), ==, "speaking");
  room_ask_ok (chair, RELEASE);
  g_assert_true (world_is_muted (world, "t.m1.e2.2", "mic"));
}

/* Co-chairs lead too: their microphones stay open, they give the floor. */
static void
test_cochair (void)
{
  g_autoptr (World) world = world_new (4);
  const char *co_chairs[] = { "e3" };

  meeting_record_set_co_chairs (world->record, co_chairs, 1);
  meeting_hub_reload (world->hub, "m1", world->now_us, NULL);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) site = room_join_with_media (world, "e2");
  g_autoptr (Room) second = room_join_with_media (world, "e3");
  const json_t *welcome = room_last (second, "welcome");
  g_assert_cmpstr (json_string_value (json_object_get (welcome, "role")), ==, "cochair");
  g_assert_cmpstr (json_string_value (room_seat (chair, "e3", "role")), ==, "cochair");
  room_ask_ok (second, OPEN_MIC);
  room_ask_ok (site, HAND_UP);
  room_ask_ok (second, NEXT);
  g_assert_false (world_is_muted (world, second->transport, "mic"));
  g_assert_false (world_is_muted (world, site->transport, "mic"));
  room_ask_ok (second, RELEASE);
}

/* --- restart --- */

static void
join_resuming (Room *room, const char *transport)
{
  g_autofree char *text =
      g_strdup_printf ("{\"type\":\"join\",\"id\":1,\"resume_transport\":\"%s\"}", transport);

  room_ask_ok (room, text);
}

static void
test_restart (void)
{
  g_autoptr (World) world = world_new (5);
  Room *chair = room_join_with_media (world, "e1");
  Room *speaker = room_join_with_media (world, "e2");
  Room *waiting = room_join_with_media (world, "e3");
  Room *second = room_join_with_media (world, "e4");
  g_autofree char *speaker_transport = g_strdup (speaker->transport);
  g_autofree char *waiting_transport = g_strdup (waiting->transport);

  room_ask_ok (chair, "{\"type\":\"spotlight\",\"endpoint\":\"e4\"}");
  room_ask_ok (speaker, HAND_UP);
  room_ask_ok (waiting, "{\"type\":\"hand\",\"raised\":true,\"topic\":\"ba\"}");
  room_ask_ok (second, HAND_UP);
  room_ask_ok (chair, "{\"type\":\"queue.order\",\"endpoints\":[\"e2\",\"e4\",\"e3\"]}");
  room_ask_ok (chair, "{\"type\":\"floor.next\",\"seconds\":120,\"cut\":true}");
  room_ask_ok (chair, "{\"type\":\"layout\",\"kind\":\"two_way\"}");
  room_ask_ok (chair, "{\"type\":\"pin\",\"role\":\"cochair\",\"endpoint\":\"e3\"}");
  world_advance (world, 10 * SECOND_US);
  gint64 since = json_integer_value (json_object_get (meeting_field (chair, "floor"), "since"));
  Room *rooms[] = { chair, speaker, waiting, second };
  for (guint i = 0; i < G_N_ELEMENTS (rooms); i++) {
    rooms[i]->connection = NULL; /* they die with the hub */
    room_free (rooms[i]);
  }
  world_restart_controller (world);
  world_link_relay (world);
  g_autoptr (Room) again = room_connect (world, "e2", ROOM_SITE);
  join_resuming (again, speaker_transport);
  g_autoptr (Room) chair_again = room_join (world, "e1");
  const json_t *floor = meeting_field (chair_again, "floor");
  g_assert_cmpstr (floor_text (chair_again, "endpoint"), ==, "e2");
  g_assert_cmpint (json_integer_value (json_object_get (floor, "since")), ==, since);
  g_assert_cmpint (json_integer_value (json_object_get (floor, "seconds")), ==, 120);
  g_assert_true (json_is_true (json_object_get (floor, "cut")));
  g_assert_true (json_is_null (json_object_get (floor, "lost_at")));
  g_assert_cmpstr (json_string_value (meeting_field (chair_again, "layout")), ==, "two_way");
  const json_t *pins = meeting_field (chair_again, "pins");
  g_assert_cmpstr (json_string_value (json_object_get (pins, "cochair")), ==, "e3");
  g_assert_false (world_is_muted (world, speaker_transport, "mic"));
  assert_main (world, waiting_transport,
               again->transport ? again : &(Room){ .transport = speaker_transport });
  assert_queue (chair_again, "e4 e3");
  g_assert_cmpstr (json_string_value (room_seat (chair_again, "e3", "topic")), ==, "ba");
  /* the time box goes on, and what was before the speech comes back */
  world_advance (world, 112 * SECOND_US);
  assert_nobody_speaks (chair_again);
  g_assert_cmpstr (spotlight_of (chair_again), ==, "e4");
}

/* The holder does not come back after the restart: 30 s, then the floor is free. */
static void
test_restart_without_holder (void)
{
  g_autoptr (World) world = world_new (3);
  Room *chair = room_join_with_media (world, "e1");
  Room *speaker = room_join_with_media (world, "e2");

  room_ask_ok (speaker, HAND_UP);
  room_ask_ok (chair, NEXT);
  chair->connection = speaker->connection = NULL;
  room_free (chair);
  room_free (speaker);
  world_restart_controller (world);
  world_link_relay (world);
  g_autoptr (Room) again = room_join (world, "e1");
  world_advance (world, SECOND_US);
  g_assert_true (json_is_integer (json_object_get (meeting_field (again, "floor"), "lost_at")));
  world_advance (world, 30 * SECOND_US);
  assert_nobody_speaks (again);
  g_assert_false (mic_is_open (again, "e2"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/meeting/floor/grant", test_grant);
  g_test_add_func ("/meeting/floor/stored-first", test_grant_is_stored_first);
  g_test_add_func ("/meeting/floor/picture-before", test_picture_before);
  g_test_add_func ("/meeting/floor/remark", test_remark);
  g_test_add_func ("/meeting/floor/refused", test_refused);
  g_test_add_func ("/meeting/floor/asked", test_asked);
  g_test_add_func ("/meeting/floor/no-answer", test_no_answer);
  g_test_add_func ("/meeting/floor/consent", test_consent);
  g_test_add_func ("/meeting/floor/time-box", test_time_box);
  g_test_add_func ("/meeting/floor/time-is-over", test_time_is_over);
  g_test_add_func ("/meeting/floor/booked-minutes", test_booked_minutes);
  g_test_add_func ("/meeting/floor/line-cut", test_line_cut);
  g_test_add_func ("/meeting/floor/leaves", test_leaves);
  g_test_add_func ("/meeting/floor/returned", test_returned_to_the_lobby);
  g_test_add_func ("/meeting/floor/late-joiners", test_late_joiners);
  g_test_add_func ("/meeting/floor/button", test_answered_by_the_button);
  g_test_add_func ("/meeting/floor/six-hundred", test_six_hundred);
  g_test_add_func ("/meeting/floor/queue", test_queue);
  g_test_add_func ("/meeting/floor/topic-limit", test_topic_limit);
  g_test_add_func ("/meeting/floor/gathering", test_gathering);
  g_test_add_func ("/meeting/floor/encoder", test_encoder);
  g_test_add_func ("/meeting/floor/cochair", test_cochair);
  g_test_add_func ("/meeting/floor/restart", test_restart);
  g_test_add_func ("/meeting/floor/restart-without-holder", test_restart_without_holder);
  return g_test_run ();
}
