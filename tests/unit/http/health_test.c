/* How lines are over REST and the board's WebSocket: who sees which site, what is told when. */
#include <string.h>

#include "server/http/health_live.h"
#include "server/http/http_limits.h"
#include "server/storage/event_store.h"
#include "server/storage/health_store.h"
#include "tests/unit/health/site_maker.h"
#include "tests/unit/http/fixture.h"

#define API "/api/v1"
#define WALL_S 1795000000

typedef struct {
  Fixture *fixture;
  HealthBoard *board;
  HealthStore *lines;
  char *meeting;
  LineSample line;
  gint64 now_us, wall_s;
} World;

static HealthSite *
open_site (World *world, const char *endpoint, const char *name)
{
  SiteIdentity identity = { world->meeting, endpoint, name, "Đơn vị \"A\"", "14758" };
  SiteFacts facts = make_facts ();
  HealthSite *site = health_board_open_site (world->board, &identity);

  health_site_set_facts (site, &facts);
  return site;
}

static void
world_begin (World *world)
{
  HealthConfig config = { 10, 50, 5 * SECOND };

  memset (world, 0, sizeof *world);
  world->now_us = 50 * SECOND;
  world->wall_s = WALL_S;
  world->board = fixture_health = health_board_new (&config);
  world->lines = fixture_lines = health_store_open (NULL, NULL);
  health_store_watch (world->lines, world->board);
  world->fixture = fixture_new (NULL);
  world->meeting = fixture_book (world->fixture);
  make_streams (&world->line);
  open_site (world, "38-1", "Hội trường");
  open_site (world, "14758-1", "Xã Thanh Hà");
  open_site (world, "14761-1", "Xã Nga Sơn");
}

static void
world_end (World *world)
{
  fixture_free (world->fixture);
  health_store_close (world->lines);
  health_board_free (world->board);
  g_free (world->meeting);
  fixture_health = NULL;
  fixture_lines = NULL;
}

static void
world_second (World *world)
{
  world->now_us += SECOND;
  world->wall_s++;
  for (guint i = 0; i < health_board_n_sites (world->board); i++) {
    HealthSite *site = health_board_get_site (world->board, i);
    g_autofree char *transport = g_strconcat ("t.m1.", site->endpoint, ".0", NULL);
    g_autoptr (LineStats) stats = make_stats (transport, &world->line);

    health_site_on_line (site, stats, world->now_us);
  }
  health_board_second (world->board, world->now_us, world->wall_s);
}

static json_t *
site_of (json_t *sites, const char *endpoint)
{
  size_t i;
  json_t *site;

  json_array_foreach (sites, i,
                      site) if (strcmp (json_string_value (json_object_get (site, "endpoint")),
                                        endpoint) == 0) return site;
  return NULL;
}

static const char *
text_of (json_t *json, const char *member)
{
  return json_string_value (json_object_get (json, member));
}

/* --- REST --- */

static void
test_sites (void)
{
  World world;

  world_begin (&world);
  world_second (&world);
  g_autoptr (Reply) reply =
      fixture_send (world.fixture, AS_TECHNICIAN, "GET", API "/health/sites", NULL, NULL);
  g_assert_cmpuint (reply->status, ==, 200);
  json_t *sites = json_object_get (reply->json, "sites");
  g_assert_cmpuint (json_array_size (sites), ==, 3);
  json_t *site = site_of (sites, "14758-1");
  g_assert_cmpstr (text_of (site, "name"), ==, "Xã Thanh Hà");
  g_assert_cmpstr (text_of (site, "unit"), ==, "Đơn vị \"A\"");
  g_assert_cmpstr (text_of (site, "light"), ==, "good");
  g_assert_cmpstr (text_of (site, "state"), ==, "ok");
  g_assert_cmpstr (text_of (site, "meeting"), ==, world.meeting);
  json_t *score = json_object_get (site, "score");
  g_assert_cmpint (json_integer_value (json_object_get (score, "up")), >=, 95);
  json_t *counts = json_object_get (reply->json, "counts");
  g_assert_cmpint (json_integer_value (json_object_get (counts, "good")), ==, 3);

  g_autoptr (Reply) other = fixture_send (world.fixture, AS_TECHNICIAN, "GET",
                                          API "/health/sites?meeting=m9", NULL, NULL);
  g_assert_cmpuint (json_array_size (json_object_get (other->json, "sites")), ==, 0);
  world_end (&world);
}

/* A secretary of another province sees none of them. */
static void
test_strangers (void)
{
  static const char *const paths[] = { "/health/sites/14758-1", "/health/sites/14758-1/series",
                                       "/health/sites/14758-1/streams" };
  World world;

  world_begin (&world);
  world_second (&world);
  g_autoptr (Reply) reply =
      fixture_send (world.fixture, AS_STRANGER, "GET", API "/health/sites", NULL, NULL);
  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_cmpuint (json_array_size (json_object_get (reply->json, "sites")), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_autofree char *path = g_strconcat (API, paths[i], NULL);

    g_assert_cmpuint (fixture_status (world.fixture, AS_STRANGER, "GET", path, NULL), ==, 403);
    g_assert_cmpuint (fixture_status (world.fixture, AS_ENDPOINT, "GET", path, NULL), ==, 403);
    g_assert_cmpuint (fixture_status (world.fixture, AS_SECRETARY, "GET", path, NULL), ==, 200);
  }
  g_assert_cmpuint (
      fixture_status (world.fixture, AS_SECRETARY, "GET", API "/health/sites/38-9", NULL), ==, 404);
  world_end (&world);
}

static void
test_detail (void)
{
  ClientReport *report = client_report_new ();
  World world;

  world_begin (&world);
  report->network = CLIENT_NETWORK_WIFI;
  report->speaker = g_strdup ("Loa");
  health_site_on_report (health_board_find (world.board, "14758-1"), report, world.now_us);
  health_site_set_offer (
      health_board_find (world.board, "14758-1"),
      "v=0\r\na=ice-pwd:secret\r\na=candidate:1 1 udp 2 10.0.0.7 9 typ host\r\n");
  health_site_add_candidates (health_board_find (world.board, "14758-1"),
                              "a=ice-ufrag:x\r\na=candidate:2 1 udp 1 192.0.2.7 9 typ srflx\r\n");
  world_second (&world);
  g_autoptr (Reply) reply =
      fixture_send (world.fixture, AS_TECHNICIAN, "GET", API "/health/sites/14758-1", NULL, NULL);
  g_assert_cmpuint (reply->status, ==, 200);
  json_t *sample = json_object_get (reply->json, "sample");
  g_assert_cmpuint (json_array_size (json_object_get (sample, "streams")), ==, 4);
  json_t *camera = json_array_get (json_object_get (sample, "streams"), 1);
  g_assert_cmpstr (text_of (camera, "kind"), ==, "video_up");
  g_assert_cmpint (json_integer_value (json_object_get (camera, "kbps")), ==, 1000);
  json_t *client = json_object_get (reply->json, "client");
  g_assert_cmpstr (text_of (client, "network"), ==, "wifi");
  g_assert_cmpstr (text_of (client, "speaker"), ==, "Loa");
  json_t *candidates = json_object_get (reply->json, "candidates");
  g_assert_cmpuint (json_array_size (candidates), ==, 2);
  g_assert_cmpstr (json_string_value (json_array_get (candidates, 1)), ==,
                   "candidate:2 1 udp 1 192.0.2.7 9 typ srflx");
  g_assert_null (strstr (text_of (reply->json, "sdp"), "secret"));
  json_t *transport = json_object_get (reply->json, "transport");
  g_assert_cmpstr (text_of (transport, "address"), ==, "192.0.2.7:50012");
  world_end (&world);
}

static guint
n_rows (World *world, const char *query)
{
  g_autofree char *path = g_strconcat (API "/health/sites/14758-1/series?", query, NULL);
  g_autoptr (Reply) reply = fixture_send (world->fixture, AS_TECHNICIAN, "GET", path, NULL, NULL);

  g_assert_cmpuint (reply->status, ==, 200);
  json_t *columns = json_object_get (reply->json, "columns");
  json_t *rows = json_object_get (reply->json, "rows");
  if (json_array_size (rows) > 0)
    g_assert_cmpuint (json_array_size (json_array_get (rows, 0)), ==, json_array_size (columns));
  return (guint) json_array_size (rows);
}

static void
test_series (void)
{
  World world;

  world_begin (&world);
  for (guint s = 0; s < 125; s++)
    world_second (&world);
  g_autofree char *seconds =
      g_strdup_printf ("step=1&from=%" G_GINT64_FORMAT "&to=%" G_GINT64_FORMAT,
                       (world.wall_s - 9) * 1000, (world.wall_s + 1) * 1000);
  g_autofree char *tens = g_strdup_printf ("step=10&from=%" G_GINT64_FORMAT "&to=%" G_GINT64_FORMAT,
                                           (gint64) WALL_S * 1000, world.wall_s * 1000);
  g_autofree char *minutes =
      g_strdup_printf ("step=60&from=%" G_GINT64_FORMAT "&to=%" G_GINT64_FORMAT,
                       (gint64) WALL_S * 1000, world.wall_s * 1000);
  g_assert_cmpuint (n_rows (&world, seconds), ==, 10);
  g_assert_cmpuint (n_rows (&world, tens), ==, 12);
  g_assert_cmpuint (n_rows (&world, minutes), >=, 1);
  fixture_assert_problem (world.fixture, AS_TECHNICIAN, "GET",
                          API "/health/sites/14758-1/series?step=0", NULL, 422, "bad_field");
  g_autoptr (Reply) streams = fixture_send (world.fixture, AS_TECHNICIAN, "GET",
                                            API "/health/sites/14758-1/streams", NULL, NULL);
  g_assert_cmpuint (json_array_size (json_object_get (streams->json, "streams")), ==, 4);
  world_end (&world);
}

static char *
lights_of (World *world, Actor actor, const char *query)
{
  g_autofree char *path = g_strconcat (API "/health/heat?", query, NULL);
  g_autoptr (Reply) reply = fixture_send (world->fixture, actor, "GET", path, NULL, NULL);

  g_assert_cmpuint (reply->status, ==, 200);
  json_t *site = site_of (json_object_get (reply->json, "sites"), "14758-1");
  return g_strdup (site != NULL ? text_of (site, "lights") : NULL);
}

static void
test_heat (void)
{
  World world;

  world_begin (&world);
  for (guint s = 0; s < 125; s++) {
    find_stream (&world.line, "camera")->lost = s >= 60 && s < 64 ? 30 : 0;
    world_second (&world);
  }
  gint64 from_ms = (gint64) WALL_S * 1000;
  g_autofree char *live = g_strdup_printf ("from=%" G_GINT64_FORMAT "&to=%" G_GINT64_FORMAT,
                                           from_ms, from_ms + 130 * 1000);
  g_autofree char *kept = g_strdup_printf ("from=%" G_GINT64_FORMAT "&to=%" G_GINT64_FORMAT,
                                           from_ms, from_ms + 1200 * 1000);
  g_autofree char *lights = lights_of (&world, AS_TECHNICIAN, live);
  g_assert_cmpuint (strlen (lights), ==, 26); /* a column is 5 s */
  g_assert_true (g_str_has_prefix (lights, "ggggggggggggp"));
  g_assert_cmpint (lights[25], ==, 'g');
  g_autofree char *steps = lights_of (&world, AS_TECHNICIAN, kept);
  g_assert_cmpuint (strlen (steps), ==, 120); /* 10 s, as they are stored */
  g_assert_true (g_str_has_prefix (steps, "ggggggp"));
  g_assert_cmpint (steps[119], ==, '.');
  g_assert_null (lights_of (&world, AS_STRANGER, live));
  g_assert_null (lights_of (&world, AS_TECHNICIAN, "meeting=another"));
  fixture_assert_problem (world.fixture, AS_TECHNICIAN, "GET", API "/health/heat?from=5&to=4", NULL,
                          422, "bad_field");
  world_end (&world);
}

/* How many columns @span_s takes; 0: refused. */
static gsize
columns_of (World *world, gint64 span_s)
{
  gint64 from_ms = (gint64) WALL_S * 1000;
  g_autofree char *path =
      g_strdup_printf (API "/health/heat?from=%" G_GINT64_FORMAT "&to=%" G_GINT64_FORMAT, from_ms,
                       from_ms + span_s * 1000);
  g_autoptr (Reply) reply = fixture_send (world->fixture, AS_TECHNICIAN, "GET", path, NULL, NULL);
  json_t *site = json_array_get (json_object_get (reply->json, "sites"), 0);

  g_assert_cmpuint (reply->status, ==, site != NULL ? 200 : 422);
  return site != NULL ? strlen (text_of (site, "lights")) : 0;
}

static void
test_heat_span (void)
{
  static const struct {
    gint64 span_s;
    gsize columns;
  } rows[] = {
    { 1, 1 },
    { HTTP_HEAT_COLUMNS_MAX * 5, HTTP_HEAT_COLUMNS_MAX },
    { HTTP_HEAT_COLUMNS_MAX * 5 + 1, 61 }, /* of 10 s from here on */
    { HTTP_HEAT_COLUMNS_MAX * 10, HTTP_HEAT_COLUMNS_MAX },
    { HTTP_HEAT_SPAN_MAX_S, HTTP_HEAT_COLUMNS_MAX },
    { 0, 0 },
    { HTTP_HEAT_SPAN_MAX_S + 1, 0 },
  };
  World world;

  world_begin (&world);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpuint (columns_of (&world, rows[i].span_s), ==, rows[i].columns);
  world_end (&world);
}

/* The last site that there is room for is shown; one past it is not, and the others stay. */
static void
test_heat_sites (void)
{
  World world;

  world_begin (&world);
  for (guint i = health_board_n_sites (world.board); i < HTTP_HEAT_SITES_MAX + 1; i++) {
    g_autofree char *endpoint = g_strdup_printf ("z-%u", i);
    open_site (&world, endpoint, "Xã");
    if (i + 1 < HTTP_HEAT_SITES_MAX)
      continue;
    g_autoptr (Reply) reply =
        fixture_send (world.fixture, AS_ADMINISTRATOR, "GET", API "/health/heat", NULL, NULL);
    json_t *sites = json_object_get (reply->json, "sites");
    g_autofree char *last = g_strdup_printf ("z-%u", HTTP_HEAT_SITES_MAX - 1);
    g_assert_cmpuint (json_array_size (sites), ==, HTTP_HEAT_SITES_MAX);
    g_assert_nonnull (site_of (sites, "38-1"));
    g_assert_nonnull (site_of (sites, last));
  }
  world_end (&world);
}

static void
note (World *world, gint64 at_ms, const char *action, const char *subject)
{
  Event event = { .at_ms = at_ms,
                  .meeting = world->meeting,
                  .actor = (char *) "thuky",
                  .action = (char *) action,
                  .subject = (char *) subject };

  g_assert_true (event_store_append (world->fixture->database, &event, NULL));
}

static void
test_events (void)
{
  World world;

  world_begin (&world);
  note (&world, 1000, "seat.joined", "14758-1");
  note (&world, 2000, "floor.granted", "14758-1");
  note (&world, 2000, "floor.granted", "14761-1");
  note (&world, 3000, "hand.raised", "14758-1"); /* moves nothing */
  note (&world, 4000, "seat.lost", "14758-1");
  g_autoptr (Reply) reply =
      fixture_send (world.fixture, AS_TECHNICIAN, "GET",
                    API "/health/sites/14758-1/events?from=1500&to=4001", NULL, NULL);
  g_assert_cmpuint (reply->status, ==, 200);
  json_t *events = json_object_get (reply->json, "events");
  g_assert_cmpuint (json_array_size (events), ==, 2);
  g_assert_cmpstr (text_of (json_array_get (events, 0), "action"), ==, "floor.granted");
  g_assert_cmpstr (text_of (json_array_get (events, 1), "action"), ==, "seat.lost");
  g_assert_cmpuint (
      fixture_status (world.fixture, AS_STRANGER, "GET", API "/health/sites/14758-1/events", NULL),
      ==, 403);
  world_end (&world);
}

static void
test_evidence (void)
{
  World world;

  world_begin (&world);
  for (guint s = 0; s < 5; s++)
    world_second (&world);
  health_site_save_ring (health_board_find (world.board, "14758-1"), "echo");
  g_autoptr (Reply) list =
      fixture_send (world.fixture, AS_TECHNICIAN, "GET", API "/health/evidence", NULL, NULL);
  json_t *rows = json_object_get (list->json, "evidence");
  g_assert_cmpuint (json_array_size (rows), ==, 1);
  g_assert_cmpstr (text_of (json_array_get (rows, 0), "reason"), ==, "echo");
  g_autoptr (Reply) one =
      fixture_send (world.fixture, AS_TECHNICIAN, "GET", API "/health/evidence/1", NULL, NULL);
  g_assert_cmpuint (one->status, ==, 200);
  g_assert_cmpuint (json_array_size (json_object_get (one->json, "rows")), ==, 5);
  g_assert_cmpuint (json_array_size (json_object_get (one->json, "streams")), ==, 4);
  g_autoptr (Reply) none =
      fixture_send (world.fixture, AS_STRANGER, "GET", API "/health/evidence", NULL, NULL);
  g_assert_cmpuint (json_array_size (json_object_get (none->json, "evidence")), ==, 0);
  g_assert_cmpuint (
      fixture_status (world.fixture, AS_STRANGER, "GET", API "/health/evidence/1", NULL), ==, 403);
  g_assert_cmpuint (
      fixture_status (world.fixture, AS_TECHNICIAN, "GET", API "/health/evidence/2", NULL), ==,
      404);
  g_assert_cmpuint (
      fixture_status (world.fixture, AS_TECHNICIAN, "GET", API "/health/evidence/x", NULL), ==,
      404);
  world_end (&world);
}

static void
test_relay (void)
{
  World world;

  world_begin (&world);
  g_assert_cmpuint (fixture_status (world.fixture, AS_SECRETARY, "GET", API "/health/relay", NULL),
                    ==, 403);
  g_autoptr (Reply) reply =
      fixture_send (world.fixture, AS_TECHNICIAN, "GET", API "/health/relay", NULL, NULL);
  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_nonnull (json_object_get (reply->json, "connected"));
  world_end (&world);
}

/* --- the socket --- */

typedef struct {
  SoupMessage *message;
  SoupWebsocketConnection *socket;
  guint status;
  GPtrArray *frames; /* json_t */
  gboolean answered, closed;
  guint awaited;
} Page;

static void
on_message (SoupWebsocketConnection *socket, SoupWebsocketDataType type, GBytes *message,
            Page *page)
{
  gsize size;
  const char *text = g_bytes_get_data (message, &size);
  json_t *json = json_loadb (text, size, 0, NULL);

  g_assert_nonnull (json);
  g_ptr_array_add (page->frames, json);
}

static void
on_closed (SoupWebsocketConnection *socket, Page *page)
{
  page->closed = TRUE;
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Page *page = user_data;

  page->socket = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, NULL);
  page->status = soup_message_get_status (page->message);
  page->answered = TRUE;
  if (!page->socket)
    return;
  g_signal_connect (page->socket, "message", G_CALLBACK (on_message), page);
  g_signal_connect (page->socket, "closed", G_CALLBACK (on_closed), page);
}

static gboolean
page_is_answered (gpointer user_data)
{
  return ((Page *) user_data)->answered;
}

static gboolean
page_is_closed (gpointer user_data)
{
  return ((Page *) user_data)->closed;
}

static gboolean
page_has_frames (gpointer user_data)
{
  const Page *page = user_data;

  return page->frames->len >= page->awaited;
}

static json_t *
page_frame (Page *page, guint index)
{
  page->awaited = index + 1;
  g_assert_true (fixture_wait (page_has_frames, page));
  return g_ptr_array_index (page->frames, index);
}

static void
page_send (Page *page, const char *text)
{
  soup_websocket_connection_send_text (page->socket, text);
}

static Page *
page_open (Fixture *fixture, Actor actor, const char *origin)
{
  static char *subprotocols[] = { (char *) HEALTH_SUBPROTOCOL, NULL };
  Page *page = g_new0 (Page, 1);
  guint port = http_server_get_http_port (fixture->server);
  g_autofree char *url = g_strdup_printf ("ws://127.0.0.1:%u" API "/health/live", port);
  g_autofree char *own = g_strdup_printf ("http://127.0.0.1:%u", port);
  g_autofree char *cookie = g_strconcat ("diemcau_session=", fixture->cookies[actor], NULL);

  page->frames = g_ptr_array_new_with_free_func ((GDestroyNotify) json_decref);
  page->message = soup_message_new ("GET", url);
  soup_message_headers_replace (soup_message_get_request_headers (page->message), "Cookie", cookie);
  soup_session_websocket_connect_async (fixture->client, page->message, origin ? origin : own,
                                        subprotocols, G_PRIORITY_DEFAULT, NULL, on_connected, page);
  g_assert_true (fixture_wait (page_is_answered, page));
  return page;
}

static void
page_free (Page *page)
{
  if (page->socket)
    g_signal_handlers_disconnect_by_data (page->socket, page);
  g_clear_object (&page->socket);
  g_object_unref (page->message);
  g_ptr_array_unref (page->frames);
  g_free (page);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Page, page_free)

static void
test_live (void)
{
  World world;

  world_begin (&world);
  world_second (&world);
  {
    g_autoptr (Page) page = page_open (world.fixture, AS_TECHNICIAN, NULL);
    json_t *snapshot = page_frame (page, 0);
    g_assert_cmpstr (text_of (snapshot, "type"), ==, "snapshot");
    g_assert_cmpuint (json_array_size (json_object_get (snapshot, "sites")), ==, 3);
    json_t *states = json_object_get (json_object_get (snapshot, "words"), "states");
    g_assert_nonnull (text_of (json_object_get (states, "silent"), "vi"));
    g_assert_cmpuint (json_array_size (json_object_get (snapshot, "meetings")), ==, 1);

    world_second (&world); /* nothing has changed */
    json_t *quiet = page_frame (page, 1);
    g_assert_cmpstr (text_of (quiet, "type"), ==, "update");
    g_assert_null (json_object_get (quiet, "sites"));
    g_assert_null (json_object_get (quiet, "counts"));

    find_stream (&world.line, "camera")->lost = 30;
    world_second (&world);
    json_t *update = page_frame (page, 2);
    json_t *site = site_of (json_object_get (update, "sites"), "14758-1");
    g_assert_cmpstr (text_of (site, "light"), ==, "poor");
    g_assert_cmpstr (text_of (site, "state"), ==, "poor_line");
    g_assert_null (json_object_get (site, "name")); /* as it was */
    g_assert_null (json_object_get (site, "rtt"));
    json_t *counts = json_object_get (update, "counts");
    g_assert_cmpint (json_integer_value (json_object_get (counts, "poor")), ==, 3);

    health_board_close_site (health_board_find (world.board, "14761-1"));
    open_site (&world, "14761-1", "Xã Nga Sơn");
    world_second (&world);
    json_t *gone = json_object_get (page_frame (page, 3), "gone");
    g_assert_cmpstr (text_of (json_array_get (gone, 0), "endpoint"), ==, "14761-1");
    site = site_of (json_object_get (page_frame (page, 3), "sites"), "14761-1");
    g_assert_cmpstr (text_of (site, "name"), ==, "Xã Nga Sơn"); /* a new one: whole */
  }
  world_end (&world);
}

static void
test_watch (void)
{
  World world;

  world_begin (&world);
  world_second (&world);
  {
    g_autoptr (Page) page = page_open (world.fixture, AS_TECHNICIAN, NULL);
    page_frame (page, 0);
    page_send (page, "{\"type\":\"watch\",\"endpoints\":[\"14758-1\",\"nobody\"]}");
    json_t *detail = page_frame (page, 1);
    g_assert_cmpstr (text_of (detail, "type"), ==, "detail");
    json_t *sites = json_object_get (detail, "sites");
    g_assert_cmpuint (json_array_size (sites), ==, 1);
    g_assert_nonnull (json_object_get (json_array_get (sites, 0), "sample"));
    world_second (&world);
    page_frame (page, 2);
    g_assert_cmpstr (text_of (page_frame (page, 3), "type"), ==, "detail");
    page_send (page, "{\"type\":\"meeting\",\"id\":\"another\"}");
    json_t *snapshot = page_frame (page, 4);
    g_assert_cmpstr (text_of (snapshot, "type"), ==, "snapshot");
    g_assert_cmpuint (json_array_size (json_object_get (snapshot, "sites")), ==, 0);
    page_send (page, "{\"type\":\"watch\",\"endpoints\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\","
                     "\"8\",\"9\"]}");
    g_assert_true (fixture_wait (page_is_closed, page)); /* one too many */
  }
  world_end (&world);
}

/* As many pages as may be; one past them is told to come again, and is let in when one has gone. */
static void
test_many_live (void)
{
  World world;

  world_begin (&world);
  {
    g_autoptr (GPtrArray) pages = g_ptr_array_new_with_free_func ((GDestroyNotify) page_free);
    while (pages->len < HTTP_HEALTH_LIVE_MAX) {
      g_ptr_array_add (pages, page_open (world.fixture, AS_TECHNICIAN, NULL));
      page_frame (g_ptr_array_index (pages, pages->len - 1), 0);
    }
    g_autoptr (Page) past = page_open (world.fixture, AS_TECHNICIAN, NULL);
    g_assert_cmpuint (past->status, ==, 503);
    Page *gone = g_ptr_array_index (pages, 0);
    soup_websocket_connection_close (gone->socket, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
    g_assert_true (fixture_wait (page_is_closed, gone));
    g_autoptr (Page) again = page_open (world.fixture, AS_TECHNICIAN, NULL);
    for (guint i = 0; i < 100 && again->status == 503; i++) { /* the server hears of it last */
      page_free (again);
      again = page_open (world.fixture, AS_TECHNICIAN, NULL);
    }
    page_frame (again, 0);
  }
  world_end (&world);
}

static void
test_who_may (void)
{
  World world;

  world_begin (&world);
  world_second (&world);
  {
    g_autoptr (Page) stranger = page_open (world.fixture, AS_STRANGER, NULL);
    json_t *snapshot = page_frame (stranger, 0);
    g_assert_cmpuint (json_array_size (json_object_get (snapshot, "sites")), ==, 0);
    world_second (&world);
    g_assert_null (json_object_get (page_frame (stranger, 1), "sites"));
    g_autoptr (Page) room = page_open (world.fixture, AS_ENDPOINT, NULL);
    g_assert_cmpuint (room->status, ==, 403);
    g_autoptr (Page) foreign = page_open (world.fixture, AS_TECHNICIAN, "https://evil.example");
    g_assert_cmpuint (foreign->status, ==, 403);
  }
  world_end (&world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http/health/sites", test_sites);
  g_test_add_func ("/http/health/strangers", test_strangers);
  g_test_add_func ("/http/health/detail", test_detail);
  g_test_add_func ("/http/health/series", test_series);
  g_test_add_func ("/http/health/events", test_events);
  g_test_add_func ("/http/health/heat", test_heat);
  g_test_add_func ("/http/health/heat-span", test_heat_span);
  g_test_add_func ("/http/health/heat-sites", test_heat_sites);
  g_test_add_func ("/http/health/evidence", test_evidence);
  g_test_add_func ("/http/health/relay", test_relay);
  g_test_add_func ("/http/health/live", test_live);
  g_test_add_func ("/http/health/watch", test_watch);
  g_test_add_func ("/http/health/many-live", test_many_live);
  g_test_add_func ("/http/health/who_may", test_who_may);
  return g_test_run ();
}
