/* What the board of health knows of the seats of a meeting, and what rooms are told of their line.
 */
#include "tests/unit/meeting/world.h"

#include <string.h>

static HealthSite *
site_of (World *world, const char *endpoint)
{
  return health_board_find (meeting_hub_get_health (world->hub), endpoint);
}

static void
tell_line (World *world, Room *room, const char *samples)
{
  g_autoptr (TransportStatsEvent) event = transport_stats_event_new ();
  LineStats *stats = line_stats_new ();

  stats->transport = g_strdup (room->transport);
  stats->rtt_ms = 20;
  stats->up_loss_permille = 0;
  stats->samples = g_strdup (samples);
  g_ptr_array_add (event->stats, stats);
  meeting_hub_on_media_event (world->hub, CONTROL_TRANSPORT_STATS, event, world->now_us);
}

static void
test_sites (void)
{
  g_autoptr (World) world = world_new (3);
  HealthBoard *board = meeting_hub_get_health (world->hub);

  g_assert_cmpuint (health_board_n_sites (board), ==, 3);
  HealthSite *site = site_of (world, "e2");
  g_assert_cmpstr (site->meeting, ==, "m1");
  g_assert_cmpstr (site->name, ==, "Xã 0002");
  world_advance (world, SECOND_US);
  g_assert_cmpint (site->verdict.light, ==, HEALTH_LIGHT_ABSENT);
  world_remove_endpoint (world, "e3");
  world_reload (world);
  g_assert_cmpuint (health_board_n_sites (board), ==, 2);
  g_assert_null (site_of (world, "e3"));
}

static void
test_facts (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) chair = room_join_with_media (world, "e1");
  g_autoptr (Room) a = room_join_with_media (world, "e2");

  room_ask_ok (chair, "{\"type\":\"mic\",\"open\":true}");
  world_level (world, chair->transport, 20);
  world_advance (world, 2 * SECOND_US);
  world_level (world, chair->transport, 21);
  world_advance (world, SECOND_US);
  const SiteFacts *of_chair = &site_of (world, "e1")->now.facts;
  const SiteFacts *of_a = &site_of (world, "e2")->now.facts;
  g_assert_cmpint (of_chair->role, ==, SITE_ROLE_CHAIR);
  g_assert_true (of_chair->is_in && of_chair->has_media && of_chair->mic_open);
  g_assert_true (of_chair->is_speaking);
  g_assert_false (of_chair->is_spoken_to); /* never oneself */
  g_assert_true (of_a->is_spoken_to && of_a->is_shown && of_a->camera_on);
  g_assert_false (of_a->mic_open);
  const char *offer = site_of (world, "e2")->offer;
  g_assert_nonnull (strstr (offer, "a=ice-ufrag:"));
  g_assert_null (strstr (offer, "a=ice-pwd:"));

  room_ask_ok (a, "{\"type\":\"picture\",\"dark\":true}");
  world_advance (world, SECOND_US);
  g_assert_true (of_a->is_dark);
  room_ask_ok (a, "{\"type\":\"camera\",\"on\":false}");
  room_drop (a);
  world_advance (world, SECOND_US);
  g_assert_true (of_a->is_in && of_a->is_away);
  g_assert_false (of_a->camera_on || of_a->is_dark);
  g_assert_cmpint (site_of (world, "e2")->verdict.state, ==, HEALTH_LOST);
  world_advance (world, 61 * SECOND_US);
  g_assert_false (of_a->is_in);
}

/* A camera that the server itself asked to rest is not missed. */
static void
test_paused_camera (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) a = room_join_with_media (world, "e2");

  world_demand (world, a->transport, "q", FALSE);
  world_advance (world, 2 * SECOND_US);
  const SiteFacts *facts = &site_of (world, "e2")->now.facts;
  g_assert_true (facts->has_media);
  g_assert_cmpint (facts->camera_on, ==, !json_is_true (room_seat (a, "e2", "paused")));
  g_assert_cmpint (facts->camera_rests, ==, !facts->camera_on);
}

static void
test_line (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) a = room_join_with_media (world, "e2");

  for (guint i = 0; i < 3; i++) {
    tell_line (world, a, "camera,1,,1,1000,200,90000");
    world_advance (world, SECOND_US);
  }
  HealthSite *site = site_of (world, "e2");
  g_assert_cmpint (health_site_line (site), ==, LINE_GOOD);
  g_assert_cmpuint (site->n_rings, ==, 1);
  g_assert_cmpstr (site->transport, ==, a->transport);
  g_assert_cmpstr (json_string_value (room_seat (a, "e2", "line")), ==, "good");
  room_forget (a);
  tell_line (world, a, "camera,1,,1,1000,200,90000,8");
  json_t *line = room_last (a, "line"); /* at once, as its light has changed */
  g_assert_cmpfloat_with_epsilon (json_number_value (json_object_get (line, "up_loss")), 3.8, 0.01);
  g_assert_cmpstr (json_string_value (json_object_get (line, "state")), ==, "fair");
}

/* A quiet line is told every other second, though it is measured each second. */
static void
test_told_seldom (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) a = room_join_with_media (world, "e2");

  tell_line (world, a, "camera,1,,1,1000,200,90000");
  world_advance (world, SECOND_US);
  room_forget (a);
  for (guint i = 0; i < 10; i++) {
    tell_line (world, a, "camera,1,,1,1000,200,90000");
    world_advance (world, SECOND_US);
  }
  g_assert_cmpuint (room_count (a, "line"), ==, 5);
}

static void
test_report (void)
{
  g_autoptr (World) world = world_new (3);
  g_autoptr (Room) a = room_join_with_media (world, "e2");
  g_autoptr (Room) operator= room_join_operator (world);

  room_ask_ok (
      a,
      "{\"type\":\"stats\",\"id\":7,\"network\":\"wifi\",\"speaker\":\"Loa\",\"played\":\"no\"}");
  const ClientReport *report = site_of (world, "e2")->now.client.report;
  g_assert_nonnull (report);
  g_assert_cmpint (report->network, ==, CLIENT_NETWORK_WIFI);
  g_assert_cmpstr (report->speaker, ==, "Loa");
  world_advance (world, SECOND_US / 2); /* too soon: passed over */
  room_ask_ok (a, "{\"type\":\"stats\",\"id\":7,\"network\":\"ethernet\"}");
  g_assert_cmpint (site_of (world, "e2")->now.client.report->network, ==, CLIENT_NETWORK_WIFI);
  world_advance (world, SECOND_US / 2);
  room_ask_ok (a, "{\"type\":\"stats\",\"id\":7,\"network\":\"ethernet\"}");
  report = site_of (world, "e2")->now.client.report;
  g_assert_cmpint (report->network, ==, CLIENT_NETWORK_ETHERNET);
  g_assert_cmpstr (report->speaker, ==, "Loa");
  guint n_answers = room_count (a, "ok");
  room_send (a, "{\"type\":\"stats\",\"network\":\"wifi\"}");
  g_assert_cmpuint (room_count (a, "ok"), ==, n_answers);
  room_ask_error (a, "{\"type\":\"stats\",\"id\":7,\"out_level\":128}", "message.malformed");
  room_ask_ok (operator, "{\"type\":\"stats\",\"id\":7}"); /* has no site: nothing */
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/meeting/meeting_health/sites", test_sites);
  g_test_add_func ("/meeting/meeting_health/facts", test_facts);
  g_test_add_func ("/meeting/meeting_health/paused_camera", test_paused_camera);
  g_test_add_func ("/meeting/meeting_health/line", test_line);
  g_test_add_func ("/meeting/meeting_health/told_seldom", test_told_seldom);
  g_test_add_func ("/meeting/meeting_health/report", test_report);
  return g_test_run ();
}
