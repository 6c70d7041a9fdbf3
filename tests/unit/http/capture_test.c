/* Captures over REST: who may ask for what, what is told, what stands in the audit. */
#include "pipelines/relay/header_ring.h"
#include "server/capture/capture_desk.h"
#include "server/storage/event_store.h"
#include "server/storage/health_store.h"
#include "tests/unit/capture/played_relay.h"
#include "tests/unit/health/site_maker.h"
#include "tests/unit/http/fixture.h"

#include <string.h>

#define SITE "/api/v1/health/sites/14758-1"
#define WALL_S 1795000000

typedef struct {
  PlayedRelay relay;
  Fixture *fixture;
  HealthBoard *board;
  HealthStore *lines;
  HealthSite *site;
  char *meeting, *dir;
} World;

static void
world_begin (World *world)
{
  HealthConfig config = { 10, 50, 5 * SECOND };
  SiteFacts facts = make_facts ();
  LineSample line;
  memset (world, 0, sizeof *world);
  played_relay_init (&world->relay);
  world->dir = g_dir_make_tmp ("diemcau-captures-XXXXXX", NULL);
  world->board = fixture_health = health_board_new (&config);
  world->lines = fixture_lines = health_store_open (NULL, NULL);
  health_store_watch (world->lines, world->board);
  fixture_captures = capture_desk_new (world->dir, &played_relay, &world->relay);
  world->fixture = fixture_new (NULL);
  world->meeting = fixture_book (world->fixture);
  SiteIdentity identity = { world->meeting, "14758-1", "Xã Thanh Hà", "Xã", NULL };
  make_streams (&line);
  g_autoptr (LineStats) stats = make_stats ("t.m1.14758-1.0", &line);
  world->site = health_board_open_site (world->board, &identity);
  health_site_set_facts (world->site, &facts);
  health_site_on_line (world->site, stats, 50 * SECOND);
  health_board_second (world->board, 51 * SECOND, WALL_S);
}

static void
world_end (World *world)
{
  g_autofree char *folder = g_build_filename (world->dir, "captures", NULL);
  fixture_free (world->fixture);
  capture_desk_free (fixture_captures);
  played_relay_clear (&world->relay);
  health_store_close (world->lines);
  health_board_free (world->board);
  fixture_health = NULL;
  fixture_lines = NULL;
  fixture_captures = NULL;
  remove (folder);
  g_assert_cmpint (remove (world->dir), ==, 0);
  g_free (world->dir);
  g_free (world->meeting);
}

static char *
state_of (World *world, Actor actor)
{
  g_autoptr (Reply) reply =
      fixture_send (world->fixture, actor, "GET", SITE "/capture", NULL, NULL);
  g_assert_cmpuint (reply->status, ==, 200);
  return g_strdup (reply_get (reply, "state"));
}

static void
run_to_end (World *world)
{
  g_autofree char *state = NULL;
  do {
    g_free (state);
    state = state_of (world, AS_TECHNICIAN);
    g_main_context_iteration (NULL, FALSE);
  } while (strcmp (state, "done") != 0 && strcmp (state, "failed") != 0);
}

static guint
start (World *world, Actor actor, const char *body)
{
  return fixture_status (world->fixture, actor, "POST", SITE "/capture", body);
}

static void
test_headers (void)
{
  World world;
  world_begin (&world);
  g_autofree char *before = state_of (&world, AS_TECHNICIAN);
  g_assert_cmpstr (before, ==, "none");
  g_assert_cmpuint (
      fixture_status (world.fixture, AS_TECHNICIAN, "GET", SITE "/capture.pcapng", NULL), ==, 404);
  played_relay_add (&world.relay, "the file");
  world.relay.state = CAPTURE_TIME;
  g_autoptr (Reply) started =
      fixture_send (world.fixture, AS_TECHNICIAN, "POST", SITE "/capture", "{\"seconds\":5}", NULL);
  g_assert_cmpuint (started->status, ==, 202);
  g_assert_true (json_is_false (json_object_get (started->json, "payload")));
  g_assert_true (json_is_false (json_object_get (started->json, "may_payload")));
  run_to_end (&world);
  g_assert_cmpint (world.relay.started->seconds, ==, 5);
  g_assert_false (world.relay.started->payload);
  g_assert_nonnull (strstr (world.relay.started->comment, "Xã Thanh Hà (14758-1)"));
  g_autoptr (Reply) file =
      fixture_send (world.fixture, AS_TECHNICIAN, "GET", SITE "/capture.pcapng", NULL, NULL);
  g_assert_cmpuint (file->status, ==, 200);
  g_assert_cmpstr (file->body, ==, "the file");
  g_assert_cmpstr (reply_header (file, "Content-Type"), ==, "application/x-pcapng");
  g_assert_nonnull (strstr (reply_header (file, "Content-Disposition"), "14758-1-"));
  world_end (&world);
}

static guint
count_events (World *world, const char *action, const char *detail)
{
  g_autofree char *path = g_strdup ("/api/v1/audit");
  g_autoptr (Reply) reply =
      fixture_send (world->fixture, AS_ADMINISTRATOR, "GET", path, NULL, NULL);
  json_t *events = json_object_get (reply->json, "events"), *event;
  guint n = 0;
  size_t i;
  json_array_foreach (events, i, event)
  {
    const char *told = json_string_value (json_object_get (event, "detail"));
    n += strcmp (json_string_value (json_object_get (event, "action")), action) == 0 && told &&
         strstr (told, detail);
  }
  return n;
}

/* What is said and shown: for administrators alone, and never without a line in the log. */
static void
test_payload (void)
{
  World world;
  world_begin (&world);
  fixture_assert_problem (world.fixture, AS_TECHNICIAN, "POST", SITE "/capture",
                          "{\"payload\":true}", 403, "forbidden");
  g_assert_null (world.relay.started);
  played_relay_add (&world.relay, "the file");
  world.relay.state = CAPTURE_SIZE;
  g_assert_cmpuint (start (&world, AS_ADMINISTRATOR, "{\"payload\":true}"), ==, 202);
  run_to_end (&world);
  g_assert_true (world.relay.started->payload);
  g_assert_cmpint (world.relay.started->seconds, ==, CAPTURE_SECONDS);
  fixture_assert_problem (world.fixture, AS_TECHNICIAN, "GET", SITE "/capture.pcapng", NULL, 403,
                          "forbidden");
  g_assert_cmpuint (
      fixture_status (world.fixture, AS_ADMINISTRATOR, "GET", SITE "/capture.pcapng", NULL), ==,
      200);
  g_assert_cmpuint (count_events (&world, "capture.start", "payload"), ==, 1);
  g_assert_cmpuint (count_events (&world, "capture.fetch", "payload"), ==, 1);
  world_end (&world);
}

static void
test_who_may (void)
{
  static const struct {
    const char *method, *path, *body;
  } rows[] = { { "GET", SITE "/capture", NULL },
               { "POST", SITE "/capture", "{}" },
               { "DELETE", SITE "/capture", NULL },
               { "GET", SITE "/capture.pcapng", NULL } };
  World world;
  world_begin (&world);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    for (Actor actor = AS_SECRETARY; actor < N_ACTORS; actor++)
      if (actor != AS_TECHNICIAN)
        g_assert_cmpuint (
            fixture_status (world.fixture, actor, rows[i].method, rows[i].path, rows[i].body), ==,
            403);
  /* a technician of another province's room */
  fixture_assert_problem (world.fixture, AS_TECHNICIAN, "POST", "/api/v1/health/sites/01-1/capture",
                          "{}", 403, "forbidden");
  g_assert_null (world.relay.started);
  world_end (&world);
}

static void
test_refusals (void)
{
  World world;
  world_begin (&world);
  g_assert_cmpuint (start (&world, AS_TECHNICIAN, "{\"seconds\":0}"), ==, 422);
  g_assert_cmpuint (start (&world, AS_TECHNICIAN, "{\"seconds\":301}"), ==, 422);
  fixture_assert_problem (world.fixture, AS_TECHNICIAN, "POST",
                          "/api/v1/health/sites/14761-1/capture", "{}", 409, "conflict");
  g_assert_cmpuint (fixture_status (world.fixture, AS_TECHNICIAN, "DELETE", SITE "/capture", NULL),
                    ==, 404);
  g_assert_cmpuint (start (&world, AS_TECHNICIAN, "{\"seconds\":300}"), ==, 202);
  g_assert_cmpuint (start (&world, AS_TECHNICIAN, "{}"), ==, 409);
  g_assert_cmpuint (
      fixture_status (world.fixture, AS_TECHNICIAN, "GET", SITE "/capture.pcapng", NULL), ==, 409);
  g_assert_cmpuint (fixture_status (world.fixture, AS_TECHNICIAN, "DELETE", SITE "/capture", NULL),
                    ==, 204);
  run_to_end (&world);
  world_end (&world);
}

/* Headers that were saved with a red light. */
static void
test_evidence (void)
{
  HeaderRing ring = { .rows = NULL };
  g_autoptr (GArray) streams = g_array_new (FALSE, FALSE, sizeof (HeaderStream));
  HeaderContext context = { .now_us = 50 * SECOND, .streams = streams };
  World world;
  world_begin (&world);
  health_site_save_ring (world.site, "echo");
  g_assert_cmpuint (fixture_status (world.fixture, AS_TECHNICIAN, "GET",
                                    "/api/v1/health/evidence/1/headers.pcapng", NULL),
                    ==, 404);
  header_ring_start (&ring);
  net_address_parse ("192.0.2.7", 1, &context.room);
  net_address_parse ("192.0.2.8", 1, &context.relay);
  g_autoptr (GBytes) headers = header_ring_snapshot (&ring, &context);
  health_store_add_headers (world.lines, "14758-1", WALL_S * (gint64) 1000, headers);
  g_autoptr (Reply) file = fixture_send (world.fixture, AS_TECHNICIAN, "GET",
                                         "/api/v1/health/evidence/1/headers.pcapng", NULL, NULL);
  g_assert_cmpuint (file->status, ==, 200);
  g_assert_cmpmem (file->body, 4, "\n\r\r\n", 4);
  g_autoptr (Reply) list =
      fixture_send (world.fixture, AS_TECHNICIAN, "GET", "/api/v1/health/evidence", NULL, NULL);
  json_t *head = json_array_get (json_object_get (list->json, "evidence"), 0);
  g_assert_true (json_is_true (json_object_get (head, "headers")));
  g_assert_cmpuint (fixture_status (world.fixture, AS_STRANGER, "GET",
                                    "/api/v1/health/evidence/1/headers.pcapng", NULL),
                    ==, 403);
  header_ring_clear (&ring);
  world_end (&world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http/capture/headers", test_headers);
  g_test_add_func ("/http/capture/payload", test_payload);
  g_test_add_func ("/http/capture/who_may", test_who_may);
  g_test_add_func ("/http/capture/refusals", test_refusals);
  g_test_add_func ("/http/capture/evidence", test_evidence);
  return g_test_run ();
}
