/* Votes of a running meeting: exactly one ballot for a site, over reconnects, restarts, two
 * windows; what is told to whom; what of a secret ballot is kept. */
#include <string.h>

#include "signaling/meeting/vote.h"
#include "tests/unit/meeting/world.h"

#define OPEN                                                                                       \
  "{\"type\":\"vote.open\",\"question\":\"Thông qua nghị quyết?\",\"secret\":false,"          \
  "\"majority\":\"simple\",\"base\":\"present\",\"quorum_percent\":50}"
#define OPEN_SECRET                                                                                \
  "{\"type\":\"vote.open\",\"question\":\"Bầu?\",\"secret\":true,\"majority\":\"absolute\","     \
  "\"base\":\"invited\"}"

static json_t *
told_vote (Room *room)
{
  json_t *message = room_last (room, "vote");

  return message != NULL ? json_object_get (message, "vote") : NULL;
}

static char *
cast_text (World *world, int choice)
{
  return g_strdup_printf ("{\"type\":\"vote.cast\",\"vote\":\"%s\",\"choice\":%d}", world->vote->id,
                          choice);
}

static void
cast (Room *room, int choice)
{
  g_autofree char *text = cast_text (room->world, choice);

  room_ask_ok (room, text);
}

static void
cast_error (Room *room, int choice, const char *code)
{
  g_autofree char *text = cast_text (room->world, choice);

  room_ask_error (room, text, code);
}

static void
end_vote (Room *room, const char *how)
{
  g_autofree char *text =
      g_strdup_printf ("{\"type\":\"vote.%s\",\"vote\":\"%s\"}", how, room->world->vote->id);

  room_ask_ok (room, text);
}

static gint64
count_of (json_t *vote, guint choice)
{
  return json_integer_value (json_array_get (json_object_get (vote, "counts"), choice));
}

static void
test_open_vote (void)
{
  g_autoptr (World) world = world_new (4);
  g_autoptr (Room) secretary = room_join_operator (world);
  g_autoptr (Room) chair = room_join (world, "e1");
  g_autoptr (Room) site = room_join (world, "e2");

  room_ask_ok (secretary, OPEN);
  json_t *vote = told_vote (site);
  g_assert_cmpstr (json_string_value (json_object_get (vote, "state")), ==, "open");
  g_assert_cmpuint (json_array_size (json_object_get (vote, "choices")), ==, 3);
  g_assert_true (json_is_false (json_object_get (vote, "voted")));
  g_assert_true (json_is_null (json_object_get (vote, "counts")));
  room_ask_error (secretary, OPEN, "vote.running");
  cast (site, 0);
  g_assert_cmpint (json_integer_value (json_object_get (told_vote (site), "my_choice")), ==, 0);
  g_assert_true (json_is_null (json_object_get (told_vote (site), "counts")));
  g_assert_cmpstr (world_event_detail (world, "vote.cast"), !=, "");
  cast (chair, 1);
  world_advance (world, 2 * SECOND_US);
  g_assert_cmpint (count_of (told_vote (secretary), 0), ==, 1);
  g_assert_cmpuint (json_array_size (json_object_get (told_vote (secretary), "ballots")), ==, 2);
  g_assert_cmpint (json_integer_value (json_object_get (room_last (site, "census"), "voted")), ==,
                   2);
  end_vote (secretary, "close");
  vote = told_vote (site);
  g_assert_cmpstr (json_string_value (json_object_get (vote, "state")), ==, "closed");
  g_assert_cmpint (count_of (vote, 0), ==, 1);
  g_assert_cmpint (json_integer_value (json_object_get (vote, "eligible")), ==, 2);
  g_assert_true (json_is_true (json_object_get (vote, "quorum_met")));
  g_assert_true (json_is_false (json_object_get (vote, "passed")));
  g_assert_true (json_is_null (json_object_get (vote, "ballots"))); /* who chose what: not to all */
  g_assert_nonnull (strstr (world_event_detail (world, "vote.closed"), "\"counts\":[1,1,0]"));
  end_vote (secretary, "close"); /* again: it is closed */
}

/* One site, one ballot. */
static void
test_exactly_once (void)
{
  g_autoptr (World) world = world_new (4);
  g_autoptr (Room) secretary = room_join_operator (world);
  g_autoptr (Room) site = room_join (world, "e2");

  room_ask_ok (secretary, OPEN);
  cast (site, 1);
  cast (site, 1);
  cast_error (site, 0, "vote.cast");
  /* another window takes the seat */
  g_autoptr (Room) second = room_join (world, "e2");
  json_t *vote = json_object_get (room_last (second, "welcome"), "vote");
  g_assert_cmpint (json_integer_value (json_object_get (vote, "my_choice")), ==, 1);
  cast (second, 1);
  cast_error (second, 2, "vote.cast");
  room_drop (second);
  room_drop (site);
  room_drop (secretary);
  world_restart_controller (world);
  world_link_relay (world);
  g_autoptr (Room) third = room_join (world, "e2");
  vote = json_object_get (room_last (third, "welcome"), "vote");
  g_assert_true (json_is_true (json_object_get (vote, "voted")));
  cast (third, 1);
  cast_error (third, 0, "vote.cast");
  g_assert_cmpuint (vote_cast (world->vote), ==, 1);
  g_assert_cmpuint (world->vote->counts[1], ==, 1);
  g_assert_cmpuint (world_count_events (world, "vote.cast e2"), ==, 1);
}

/* Nobody learns what was voted by whom, storage and the log neither. */
static void
test_secret (void)
{
  g_autoptr (World) world = world_new (4);
  g_autoptr (Room) secretary = room_join_operator (world);
  g_autoptr (Room) chair = room_join (world, "e1");
  g_autoptr (Room) site = room_join (world, "e2");

  room_ask_ok (secretary, OPEN_SECRET);
  cast (site, 0);
  cast (chair, 0);
  json_t *vote = told_vote (site);
  g_assert_true (json_is_true (json_object_get (vote, "voted")));
  g_assert_true (json_is_null (json_object_get (vote, "my_choice")));
  world_advance (world, 2 * SECOND_US);
  g_assert_true (json_is_null (json_object_get (told_vote (secretary), "counts")));
  g_assert_true (json_is_null (json_object_get (told_vote (secretary), "ballots")));
  g_assert_null (strstr (world_event_detail (world, "vote.cast"), "choice"));
  g_assert_cmpint (vote_choice_of (world->vote, "e2"), ==, VOTE_CHOICE_HIDDEN);
  /* nobody can tell whether it is the same one again */
  cast_error (site, 0, "vote.cast");
  cast_error (site, 1, "vote.cast");
  end_vote (secretary, "close");
  vote = told_vote (site);
  g_assert_cmpint (count_of (vote, 0), ==, 2);
  g_assert_true (json_is_null (json_object_get (told_vote (secretary), "ballots")));
  g_assert_cmpint (json_integer_value (json_object_get (vote, "eligible")), ==, 4);
  g_assert_true (
      json_is_false (json_object_get (vote, "passed"))); /* 2 of 4 are not more than half */
}

static void
test_timer (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) secretary = room_join_operator (world);
  g_autoptr (Room) site = room_join (world, "e2");

  room_ask_ok (secretary, "{\"type\":\"vote.open\",\"question\":\"?\",\"secret\":false,"
                          "\"majority\":\"simple\",\"base\":\"present\",\"seconds\":30}");
  g_assert_true (json_is_integer (json_object_get (told_vote (site), "closes_at")));
  cast (site, 0);
  world_advance (world, 29 * SECOND_US);
  g_assert_cmpint (world->vote->state, ==, VOTE_OPEN);
  world_advance (world, 2 * SECOND_US);
  g_assert_cmpint (world->vote->state, ==, VOTE_CLOSED);
  g_assert_true (json_is_true (json_object_get (told_vote (site), "passed")));
  g_autoptr (Room) late = room_join (world, "e3");
  g_assert_true (
      json_is_object (json_object_get (room_last (late, "welcome"), "vote"))); /* the result */
  cast_error (late, 0, "vote.closed");
}

/* The time is over while no controller runs. */
static void
test_timer_over_restart (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) secretary = room_join_operator (world);

  room_ask_ok (secretary, "{\"type\":\"vote.open\",\"question\":\"?\",\"secret\":false,"
                          "\"majority\":\"simple\",\"base\":\"present\",\"seconds\":30}");
  room_drop (secretary);
  world->now_us += 60 * SECOND_US;
  world_restart_controller (world);
  world_advance (world, 2 * SECOND_US);
  g_assert_cmpint (world->vote->state, ==, VOTE_CLOSED);
}

static void
test_cancel (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) secretary = room_join_operator (world);
  g_autoptr (Room) site = room_join (world, "e2");

  room_ask_ok (secretary, OPEN);
  cast (site, 0);
  end_vote (secretary, "cancel");
  g_assert_cmpstr (json_string_value (json_object_get (told_vote (site), "state")), ==,
                   "cancelled");
  g_assert_true (json_is_null (json_object_get (told_vote (site), "counts")));
  g_assert_cmpuint (world_count_events (world, "vote.cancelled "), ==, 1);
  room_ask_ok (secretary, OPEN); /* the next one */
  cast (site, 1);
}

static void
test_refused (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) secretary = room_join_operator (world);
  g_autoptr (Room) site = room_join (world, "e2");

  room_ask_error (site, OPEN, "right.missing");
  room_ask_error (site, "{\"type\":\"vote.cast\",\"vote\":\"v1\",\"choice\":0}", "vote.unknown");
  room_ask_error (secretary,
                  "{\"type\":\"vote.open\",\"question\":\"?\",\"choices\":[\"a\"],\"secret\":false,"
                  "\"majority\":\"simple\",\"base\":\"present\"}",
                  "vote.choice");
  room_ask_error (secretary,
                  "{\"type\":\"vote.open\",\"question\":\" \",\"secret\":false,"
                  "\"majority\":\"simple\",\"base\":\"present\"}",
                  "text.invalid");
  room_ask_ok (secretary, OPEN);
  cast_error (site, 3, "vote.choice");
  cast_error (secretary, 0, "right.missing");
  world->is_store_broken = TRUE;
  cast_error (site, 0, "storage");
  world->is_store_broken = FALSE;
  cast (site, 0);
}

/* Who waits does not vote; who left after voting counts. */
static void
test_who_counts (void)
{
  g_autoptr (World) world = world_new (5);

  world->record->entry.waiting_room = TRUE;
  world_reload (world);
  g_autoptr (Room) secretary = room_join_operator (world);
  g_autoptr (Room) a = room_join (world, "e2");
  g_autoptr (Room) b = room_join (world, "e3");
  room_ask_ok (secretary, "{\"type\":\"lobby.admit\",\"endpoints\":[\"e2\"]}");
  room_ask_ok (secretary, OPEN);
  g_assert_null (told_vote (b));
  cast_error (b, 0, "lobby.waiting");
  cast (a, 0);
  room_ask_ok (a, "{\"type\":\"leave\"}");
  room_ask_ok (secretary, "{\"type\":\"lobby.admit\",\"all\":true}");
  g_assert_nonnull (told_vote (b)); /* let in: it sees the vote that runs */
  cast (b, 0);
  end_vote (secretary, "close");
  g_assert_cmpint (json_integer_value (json_object_get (told_vote (b), "eligible")), ==, 2);
  g_assert_true (json_is_true (json_object_get (told_vote (b), "passed")));
}

/* A meeting that ends closes its vote, so that it stands in the record. */
static void
test_meeting_ends (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) chair = room_join (world, "e1");
  g_autoptr (Room) site = room_join (world, "e2");

  room_ask_ok (chair, OPEN);
  cast (site, 0);
  room_ask_ok (chair, "{\"type\":\"meeting.end\"}");
  g_assert_cmpint (world->vote->state, ==, VOTE_CLOSED);
  g_assert_true (world->vote->passed);
  g_assert_cmpuint (world_count_events (world, "vote.closed "), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/voting/open-vote", test_open_vote);
  g_test_add_func ("/voting/exactly-once", test_exactly_once);
  g_test_add_func ("/voting/secret", test_secret);
  g_test_add_func ("/voting/timer", test_timer);
  g_test_add_func ("/voting/timer-over-restart", test_timer_over_restart);
  g_test_add_func ("/voting/cancel", test_cancel);
  g_test_add_func ("/voting/refused", test_refused);
  g_test_add_func ("/voting/who-counts", test_who_counts);
  g_test_add_func ("/voting/meeting-ends", test_meeting_ends);
  return g_test_run ();
}
