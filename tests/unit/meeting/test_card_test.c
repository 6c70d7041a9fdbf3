/* A test picture and a tone from the centre to one room, and to nobody else. */
#include "signaling/meeting/rehearsal_rooms.h"
#include "signaling/meeting/test_card.h"
#include "tests/unit/meeting/world.h"

#include <string.h>

#define CARD "t.m1."

/* Who makes the card: what it was asked for, and what it was answered. */
typedef struct {
  guint n_started, n_stopped;
  char *meeting;
  char *transport; /* of the answer's session */
  char *problem;
} Maker;

static void
on_start (gpointer card_data, const char *meeting)
{
  Maker *maker = card_data;

  maker->n_started++;
  g_free (maker->meeting);
  maker->meeting = g_strdup (meeting);
}

static void
on_stop (gpointer card_data, const char *meeting)
{
  Maker *maker = card_data;

  g_assert_cmpstr (meeting, ==, maker->meeting);
  maker->n_stopped++;
}

static const CardPort port = { on_start, on_stop };

static void
maker_clear (Maker *maker)
{
  g_free (maker->meeting);
  g_free (maker->transport);
  g_free (maker->problem);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Maker, maker_clear)

static void
on_answer (gpointer user_data, const SessionAnswer *answer, const GError *error)
{
  Maker *maker = user_data;

  g_clear_pointer (&maker->problem, g_free);
  g_clear_pointer (&maker->transport, g_free);
  if (answer == NULL) {
    maker->problem = g_strdup (problem_describe (error)->code);
    return;
  }
  g_assert_nonnull (strstr (answer->sdp, "a=recvonly"));
  maker->transport = g_strdup (answer->session);
}

static void
offer_card (World *world, Maker *maker)
{
  g_autofree char *sdp = offer_text (TRUE, FALSE, "card");
  CardOffer offer = { sdp, strlen (sdp), world->now_us };

  meeting_hub_offer_card (world->hub, "m1", &offer, on_answer, maker);
}

/* The relay's name of the card's session. */
static char *
card_transport (World *world, const Maker *maker)
{
  GHashTableIter iter;
  gpointer id = NULL;
  g_autofree char *prefix = g_strconcat (CARD, maker->transport, ".", NULL);

  g_hash_table_iter_init (&iter, world->transports);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (g_str_has_prefix (id, prefix))
      return g_strdup (id);
  return NULL;
}

static gboolean
show (World *world, const char *endpoint, gboolean on, GError **error)
{
  RoomAsk ask = { .act = TEST_ASK_CARD,
                  .on = on,
                  .endpoints = &endpoint,
                  .n_endpoints = 1,
                  .subject = endpoint,
                  .actor = "kythuat" };

  return meeting_hub_ask_rooms (world->hub, "m1", &ask, world->now_us, NULL, error);
}

static void
assert_refused (World *world, const char *endpoint, const char *code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (show (world, endpoint, TRUE, &error));
  g_assert_cmpstr (problem_describe (error)->code, ==, code);
}

static void
assert_route (Room *room, const char *slot, const char *transport, const char *track)
{
  g_autofree char *expected = g_strdup_printf ("%s/%s@0", transport, track);

  g_assert_cmpstr (world_route (room->world, room->transport, slot), ==, expected);
}

static const char *
source_of (Room *room, const char *mid)
{
  const json_t *slots = json_object_get (room_last (room, "slots"), "slots");

  for (size_t k = 0; k < json_array_size (slots); k++) {
    const json_t *slot = json_array_get (slots, k);
    if (g_strcmp0 (json_string_value (json_object_get (slot, "mid")), mid) != 0)
      continue;
    g_assert_true (json_is_null (json_object_get (slot, "endpoint")));
    return json_string_value (json_object_get (slot, "source"));
  }
  return "not told";
}

static void
test_shown_to_one (void)
{
  g_auto (Maker) maker = { 0 };
  g_autoptr (World) world = world_new (4);
  g_autoptr (Room) hall = room_join_with_media (world, "e4");
  g_autoptr (Room) room = room_join_with_media (world, "e2");
  g_autoptr (Room) other = room_join_with_media (world, "e3");

  meeting_hub_set_card_port (world->hub, &port, &maker);
  g_assert_true (show (world, "e2", TRUE, NULL));
  g_assert_cmpuint (maker.n_started, ==, 1);
  world_advance (world, SECOND_US);
  g_assert_cmpstr (world_route (world, room->transport, "main"), ==, "t.m1.e3.3/camera@720");
  offer_card (world, &maker);
  world_advance (world, SECOND_US / 5);
  g_autofree char *card = card_transport (world, &maker);
  g_assert_nonnull (card);
  g_assert_false (world_is_muted (world, card, "camera"));
  g_assert_false (world_is_muted (world, card, "mic"));
  assert_route (room, "main", card, "camera");
  assert_route (room, "a1", card, "mic");
  g_assert_cmpstr (source_of (room, "main"), ==, "card");
  g_assert_cmpstr (source_of (room, "a1"), ==, "card");
  g_assert_cmpstr (world_route (world, other->transport, "main"), ==, "t.m1.e2.2/camera@720");
  g_assert_cmpstr (world_route (world, other->transport, "a1"), ==, "");
  g_assert_cmpstr (world_route (world, hall->transport, "main"), ==, "t.m1.e2.2/camera@720");
  /* a second room shares the publisher */
  g_assert_true (show (world, "e3", TRUE, NULL));
  world_advance (world, SECOND_US / 5);
  assert_route (other, "main", card, "camera");
  g_assert_cmpuint (maker.n_started, ==, 1);
  g_assert_true (show (world, "e2", FALSE, NULL));
  world_advance (world, SECOND_US / 5);
  g_assert_cmpstr (world_route (world, room->transport, "main"), ==, "t.m1.e3.3/camera@720");
  g_assert_cmpuint (maker.n_stopped, ==, 0);
  g_assert_true (show (world, "e3", FALSE, NULL));
  g_assert_cmpuint (maker.n_stopped, ==, 1);
  g_assert_null (world_transport (world, card));
  g_assert_true (show (world, "e3", FALSE, NULL)); /* is off already */
  g_assert_cmpuint (maker.n_stopped, ==, 1);
}

static void
test_ends (void)
{
  g_auto (Maker) maker = { 0 };
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) room = room_join_with_media (world, "e2");

  meeting_hub_set_card_port (world->hub, &port, &maker);
  g_assert_true (show (world, "e2", TRUE, NULL));
  offer_card (world, &maker);
  g_autofree char *card = card_transport (world, &maker);
  world_transport_state (world, card, TRANSPORT_CONNECTED);
  world_advance (world, TEST_CARD_US - SECOND_US);
  assert_route (room, "main", card, "camera");
  world_advance (world, 2 * SECOND_US);
  g_assert_cmpstr (world_route (world, room->transport, "main"), ==, "");
  g_assert_cmpuint (maker.n_stopped, ==, 1);
  /* with the page */
  g_assert_true (show (world, "e2", TRUE, NULL));
  g_assert_cmpuint (maker.n_started, ==, 2);
  room_drop (room);
  g_assert_cmpuint (maker.n_stopped, ==, 2);
}

/* It never offers, or comes too late, or its session breaks. */
static void
test_maker_fails (void)
{
  g_auto (Maker) maker = { 0 };
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) room = room_join_with_media (world, "e2");
  CardOffer bad = { "nonsense", 8, world->now_us };

  meeting_hub_set_card_port (world->hub, &port, &maker);
  g_assert_true (show (world, "e2", TRUE, NULL));
  meeting_hub_offer_card (world->hub, "m1", &bad, on_answer, &maker);
  g_assert_cmpstr (maker.problem, ==, "sdp.malformed");
  world_advance (world, TEST_CARD_START_US + SECOND_US);
  g_assert_cmpuint (maker.n_stopped, ==, 1);
  offer_card (world, &maker);
  g_assert_cmpstr (maker.problem, ==, "meeting.not_open");
  g_assert_true (show (world, "e2", TRUE, NULL));
  offer_card (world, &maker);
  g_autofree char *card = card_transport (world, &maker);
  world_transport_state (world, card, TRANSPORT_CLOSED);
  world_advance (world, TEST_CARD_START_US + SECOND_US);
  g_assert_cmpuint (maker.n_stopped, ==, 2);
  g_assert_cmpstr (world_route (world, room->transport, "main"), ==, "");
}

static void
test_refused (void)
{
  g_auto (Maker) maker = { 0 };
  g_autoptr (World) world = world_new (4);
  g_autoptr (Room) room = room_join_with_media (world, "e2");
  g_autoptr (Room) chair = NULL;

  assert_refused (world, "e2", "media.unavailable"); /* nobody makes one */
  meeting_hub_set_card_port (world->hub, &port, &maker);
  assert_refused (world, "e3", "seat.absent");
  assert_refused (world, "e9", "seat.absent");
  g_assert_true (show (world, "e2", TRUE, NULL));
  chair = room_join_with_media (world, "e1"); /* it is live now */
  assert_refused (world, "e1", "test.not_now");
  assert_refused (world, "e2", "test.not_now");
  g_assert_cmpuint (maker.n_stopped, ==, 0);
  room_ask_ok (chair, "{\"type\":\"spotlight\",\"endpoint\":\"e2\"}");
  g_assert_cmpuint (maker.n_stopped, ==, 1); /* all see that room now */
  g_assert_false (json_is_true (json_object_get (room_last (room, "test.ask"), "on")));
}

/* A room that tests itself meanwhile sees itself. */
static void
test_loop_first (void)
{
  g_auto (Maker) maker = { 0 };
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) room = room_join_with_media (world, "e2");

  meeting_hub_set_card_port (world->hub, &port, &maker);
  g_assert_true (show (world, "e2", TRUE, NULL));
  offer_card (world, &maker);
  g_autofree char *card = card_transport (world, &maker);
  world_transport_state (world, card, TRANSPORT_CONNECTED);
  room_ask_ok (room, "{\"type\":\"test.loop\",\"on\":true}");
  g_assert_cmpstr (world_route (world, room->transport, "main"), ==, "t.m1.e2.1/camera@720");
  room_ask_ok (room, "{\"type\":\"test.loop\",\"on\":false}");
  world_advance (world, SECOND_US / 5);
  assert_route (room, "main", card, "camera");
}

/* A controller that comes back has no card, and closes the one that was left. */
static void
test_controller_comes_back (void)
{
  g_auto (Maker) maker = { 0 };
  g_autoptr (World) world = world_new (3);
  Room *room = room_join_with_media (world, "e2");

  meeting_hub_set_card_port (world->hub, &port, &maker);
  g_assert_true (show (world, "e2", TRUE, NULL));
  offer_card (world, &maker);
  g_autofree char *card = card_transport (world, &maker);
  g_assert_nonnull (world_transport (world, card));
  room->connection = NULL; /* dies with the hub */
  room_free (room);
  world_restart_controller (world);
  g_assert_cmpuint (maker.n_stopped, ==, 1);
  world_link_relay (world);
  g_assert_null (world_transport (world, card));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/test-card/shown-to-one", test_shown_to_one);
  g_test_add_func ("/test-card/ends", test_ends);
  g_test_add_func ("/test-card/maker-fails", test_maker_fails);
  g_test_add_func ("/test-card/refused", test_refused);
  g_test_add_func ("/test-card/loop-first", test_loop_first);
  g_test_add_func ("/test-card/controller-comes-back", test_controller_comes_back);
  return g_test_run ();
}
