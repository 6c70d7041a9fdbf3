/* Small pictures over HTTP: who gets one, its headers, and the words where there is none. */
#include "server/snapshot/picture_board.h"
#include "tests/unit/health/site_maker.h"
#include "tests/unit/http/fixture.h"

#include <string.h>

#define PATH "/api/v1/health/sites/14758-1/picture"

typedef struct {
  Fixture *fixture;
  HealthBoard *health;
  PictureBoard *board;
  HealthSite *site;
  char *meeting;
  guint asked, woken;
  guint64 ticket;
} World;

static void
ask (gpointer user_data, char **tracks, guint wake_s)
{
  World *world = user_data;

  world->asked += g_strv_length (tracks);
  world->woken += wake_s != 0;
}

static gboolean
make (gpointer user_data, guint64 ticket, Codec codec, GBytes *frame)
{
  ((World *) user_data)->ticket = ticket;
  return TRUE;
}

static void
world_begin (World *world)
{
  static const PictureBoardPort port = { ask, make };
  HealthConfig config = { 10, 50, 5 * SECOND };
  SiteIdentity identity = { NULL, "14758-1", "Xã Thanh Hà", "Xã", "14758" };
  SiteFacts facts = make_facts ();
  LineSample line;

  memset (world, 0, sizeof *world);
  world->health = fixture_health = health_board_new (&config);
  world->board = fixture_pictures = picture_board_new (world->health, &port, world);
  picture_board_set (world->board, TRUE, 10);
  world->fixture = fixture_new (NULL);
  world->meeting = fixture_book (world->fixture);
  identity.meeting = world->meeting;
  world->site = health_board_open_site (world->health, &identity);
  health_site_set_facts (world->site, &facts);
  make_streams (&line);
  g_autoptr (LineStats) stats = make_stats ("t.m1.14758-1.0", &line);
  health_site_on_line (world->site, stats, 50 * SECOND);
}

static void
world_end (World *world)
{
  fixture_free (world->fixture);
  picture_board_free (world->board);
  health_board_free (world->health);
  g_free (world->meeting);
  fixture_health = NULL;
  fixture_pictures = NULL;
}

/* A picture came so long ago. */
static void
have_picture (World *world, guint seconds)
{
  TrackFrameEvent event = { (char *) "t.m1.14758-1.0/camera", (char *) "VP8", (char *) "YWJj" };
  g_autoptr (GBytes) jpeg = g_bytes_new_static ("\xff\xd8jpeg\xff\xd9", 8);
  gint64 now_us = g_get_monotonic_time () - seconds * SECOND;

  picture_board_on_frame (world->board, &event, now_us, 1795000000000);
  PictureResult result = { world->ticket, jpeg, 240, 134, FALSE };
  picture_board_on_result (world->board, &result);
}

static void
assert_why_not (World *world, const char *why)
{
  g_autoptr (Reply) reply = fixture_send (world->fixture, AS_TECHNICIAN, "GET", PATH, NULL, NULL);

  g_assert_cmpuint (reply->status, ==, 404);
  g_assert_cmpstr (reply_get (reply, "why"), ==, why);
  g_assert_cmpuint (strlen (reply_get (reply, "detail")), >, 20);
  g_assert_cmpuint (strlen (reply_get (reply, "detail_en")), >, 20);
}

static void
test_picture (void)
{
  World world;

  world_begin (&world);
  assert_why_not (&world, "comes");
  g_assert_cmpuint (world.asked, ==, 1);
  have_picture (&world, 7);
  g_autoptr (Reply) reply = fixture_send (world.fixture, AS_TECHNICIAN, "GET", PATH, NULL, NULL);
  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_cmpstr (reply_header (reply, "Content-Type"), ==, "image/jpeg");
  g_assert_cmpstr (reply_header (reply, "Cache-Control"), ==, "private, no-cache");
  g_assert_cmpstr (reply_header (reply, "X-Content-Type-Options"), ==, "nosniff");
  g_assert_cmpstr (reply_header (reply, "Age"), ==, "7");
  g_autofree char *known = g_strdup_printf ("If-None-Match: %s", reply_header (reply, "ETag"));
  g_autoptr (Reply) again = fixture_send (world.fixture, AS_TECHNICIAN, "GET", PATH, NULL, known);
  g_assert_cmpuint (again->status, ==, 304);
  g_assert_cmpuint (strlen (again->body), ==, 0);
  world_end (&world);
}

/* Whoever may watch lines of this meeting; by the server, not by what the page shows. */
static void
test_rights (void)
{
  static const struct {
    Actor actor;
    guint status;
  } rows[] = { { AS_NOBODY, 401 },     { AS_ADMINISTRATOR, 200 }, { AS_SECRETARY, 200 },
               { AS_TECHNICIAN, 200 }, { AS_ENDPOINT, 403 },      { AS_STRANGER, 403 } };
  World world;

  world_begin (&world);
  fixture_status (world.fixture, AS_TECHNICIAN, "GET", PATH, NULL);
  have_picture (&world, 0);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpuint (fixture_status (world.fixture, rows[i].actor, "GET", PATH, NULL), ==,
                      rows[i].status);
  world_end (&world);
}

static void
test_meeting (void)
{
  World world;

  world_begin (&world);
  fixture_status (world.fixture, AS_TECHNICIAN, "GET", PATH, NULL);
  have_picture (&world, 0);
  g_autofree char *this = g_strconcat (PATH "?meeting=", world.meeting, NULL);
  g_assert_cmpuint (fixture_status (world.fixture, AS_TECHNICIAN, "GET", this, NULL), ==, 200);
  fixture_assert_problem (world.fixture, AS_TECHNICIAN, "GET", PATH "?meeting=other", NULL, 404,
                          "not_found");
  fixture_assert_problem (world.fixture, AS_TECHNICIAN, "GET",
                          "/api/v1/health/sites/14761-1/picture", NULL, 404, "not_found");
  world_end (&world);
}

static void
test_why_not (void)
{
  SiteFacts facts = make_facts ();
  World world;

  world_begin (&world);
  facts.camera_on = FALSE;
  health_site_set_facts (world.site, &facts);
  assert_why_not (&world, "camera_off");
  facts.camera_on = TRUE;
  health_site_set_facts (world.site, &facts);
  health_site_reset (world.site); /* nothing flows */
  assert_why_not (&world, "camera_wakes");
  g_assert_cmpuint (world.woken, ==, 1);
  picture_board_set (world.board, FALSE, 10);
  assert_why_not (&world, "switched_off");
  world_end (&world);
}

/* A server without pictures says so. */
static void
test_none_made (void)
{
  World world;

  world_begin (&world);
  fixture_free (world.fixture);
  g_free (world.meeting);
  fixture_pictures = NULL;
  world.fixture = fixture_new (NULL);
  world.meeting = fixture_book (world.fixture);
  SiteIdentity identity = { world.meeting, "14758-1", "Xã", "Xã", "14758" };
  health_board_close_site (world.site);
  world.site = health_board_open_site (world.health, &identity);
  assert_why_not (&world, "switched_off");
  world_end (&world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http/picture/picture", test_picture);
  g_test_add_func ("/http/picture/rights", test_rights);
  g_test_add_func ("/http/picture/meeting", test_meeting);
  g_test_add_func ("/http/picture/why-not", test_why_not);
  g_test_add_func ("/http/picture/none-made", test_none_made);
  return g_test_run ();
}
