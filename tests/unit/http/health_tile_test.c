/* What of a site counts as changed: faults at once, figures only when they moved. */
#include "server/http/health_tile.h"
#include "tests/unit/health/site_maker.h"

#include <string.h>

#define WALL_MS ((gint64) 1795000000000)

typedef struct {
  HealthBoard *board;
  HealthSite *site;
  HealthTile tile;
  ClientReport *report;
} World;

static void
world_begin (World *world)
{
  HealthConfig config = { 10, 50, 5 * SECOND };
  SiteIdentity identity = { "m1", "e1", "Xã", "Đơn vị", NULL };

  memset (world, 0, sizeof *world);
  world->board = health_board_new (&config);
  world->site = health_board_open_site (world->board, &identity);
  world->report = client_report_new ();
  make_sample (&world->site->now, world->report, 100 * SECOND);
  world->site->now.line.up_bps = world->site->now.line.down_bps = 1000000;
  world->site->verdict.light = HEALTH_LIGHT_GOOD;
  world->site->verdict.state = HEALTH_OK;
  world->site->verdict.state_since_us = 90 * SECOND;
  world->site->verdict.up.score = world->site->verdict.down.score = 95;
  health_tile_update (&world->tile, world->site, WALL_MS);
}

static void
world_end (World *world)
{
  health_tile_clear (&world->tile);
  health_board_free (world->board); /* and the report */
}

static guint
update (World *world)
{
  return health_tile_update (&world->tile, world->site, WALL_MS + 1000);
}

static void
test_quiet (void)
{
  World world;

  world_begin (&world);
  g_assert_cmpuint (update (&world), ==, 0);
  world.site->now.line.rtt_ms += 9;
  world.site->now.line.up_bps += 100000;
  world.site->now.line.up_loss_permille += 1;
  world.site->verdict.up.score -= 2;
  g_assert_cmpuint (update (&world), ==, 0);
  g_assert_cmpint (world.tile.since_ms, ==, WALL_MS - 10000);
  world_end (&world);
}

static void
test_changes (void)
{
  World world;

  world_begin (&world);
  world.site->now.line.rtt_ms += 15;
  g_assert_cmpuint (update (&world), ==, TILE_RTT);
  world.site->now.line.up_bps = 2000000;
  g_assert_cmpuint (update (&world), ==, TILE_KBPS);
  world.site->now.line.up_loss_permille = 20;
  g_assert_cmpuint (update (&world), ==, TILE_LOSS);
  world.site->verdict.up.score = 60;
  g_assert_cmpuint (update (&world), ==, TILE_SCORE);
  world.site->verdict.state = HEALTH_SILENT;
  world.site->verdict.light = HEALTH_LIGHT_FAIR;
  g_assert_cmpuint (update (&world), ==, TILE_STATE | TILE_LIGHT);
  world.site->now.facts.is_speaking = TRUE;
  g_assert_cmpuint (update (&world), ==, TILE_VOICE);
  find_stream (&world.site->now.line, "mic")->loudest = 60;
  g_assert_cmpuint (update (&world), ==, TILE_VOICE);
  world.report->network = CLIENT_NETWORK_WIFI;
  g_assert_cmpuint (update (&world), ==, TILE_NETWORK);
  health_site_set_cause (world.site, HEALTH_CAUSE_ECHO, 84, "e2");
  g_assert_cmpuint (update (&world), ==, TILE_CAUSE);
  health_site_set_cause (world.site, HEALTH_CAUSE_ECHO, 87, "e2");
  g_assert_cmpuint (update (&world), ==, 0); /* the same tens */
  world.site->now.now_us += SAMPLE_LINE_FRESH_US;
  g_assert_cmpuint (update (&world), ==, TILE_STALE | TILE_LOSS | TILE_RTT | TILE_KBPS);
  world_end (&world);
}

static void
test_json (void)
{
  g_autoptr (GString) text = g_string_new ("{\"endpoint\":\"e1\"");
  World world;

  world_begin (&world);
  world.site->now.line.down_loss_permille = -1;
  health_site_set_cause (world.site, HEALTH_CAUSE_SHARED_LINE, 80, "e2");
  update (&world);
  health_tile_append (&world.tile, TILE_ALL, text);
  g_string_append_c (text, '}');
  g_autoptr (json_t) json = json_loads (text->str, 0, NULL);
  g_assert_nonnull (json);
  g_assert_cmpstr (json_string_value (json_object_get (json, "light")), ==, "good");
  g_assert_true (json_is_null (json_object_get (json_object_get (json, "loss"), "down")));
  json_t *cause = json_object_get (json, "cause");
  g_assert_cmpstr (json_string_value (json_object_get (cause, "id")), ==, "shared_line");
  g_assert_cmpstr (json_string_value (json_object_get (cause, "peer")), ==, "e2");
  g_assert_cmpint (json_integer_value (json_object_get (json, "rtt")), ==, 20);
  world_end (&world);
}

/* 600 sites that are well, and one second in which all changed. */
static void
test_size (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  World world;

  world_begin (&world);
  health_tile_append (&world.tile, TILE_ALL, text);
  g_test_message ("%" G_GSIZE_FORMAT " bytes of a whole tile", text->len);
  g_assert_cmpuint (text->len, <, 400);
  world_end (&world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http/health_tile/quiet", test_quiet);
  g_test_add_func ("/http/health_tile/changes", test_changes);
  g_test_add_func ("/http/health_tile/json", test_json);
  g_test_add_func ("/http/health_tile/size", test_size);
  return g_test_run ();
}
