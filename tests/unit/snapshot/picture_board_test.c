/* Which sites are asked for a picture, when, and how long one is shown. */
#include "server/snapshot/picture_board.h"
#include "tests/unit/health/site_maker.h"

#define PERIOD_S 10

typedef struct {
  HealthBoard *health;
  PictureBoard *board;
  GPtrArray *asked; /* char *: tracks, as they were asked for */
  GArray *tickets;  /* guint64: of frames that are being made */
  gboolean is_full; /* the job takes none */
  guint wakes;      /* cameras that were asked to send */
  LineSample line;
  gint64 now_us;
} World;

static void
ask (gpointer user_data, char **tracks, guint wake_s)
{
  World *world = user_data;

  g_assert_true (wake_s == 0 || wake_s == PICTURE_WAKE_S);
  world->wakes += wake_s != 0;
  g_assert_cmpuint (g_strv_length (tracks), <=, LIMIT_CONTROL_BATCH);
  for (; *tracks != NULL; tracks++)
    g_ptr_array_add (world->asked, g_strdup (*tracks));
}

static gboolean
make (gpointer user_data, guint64 ticket, Codec codec, GBytes *frame)
{
  World *world = user_data;

  g_assert_cmpint (codec, ==, CODEC_VP8);
  g_assert_cmpuint (g_bytes_get_size (frame), ==, 3);
  if (!world->is_full)
    g_array_append_val (world->tickets, ticket);
  return !world->is_full;
}

static void
world_begin (World *world)
{
  static const PictureBoardPort port = { ask, make };
  HealthConfig config = { 10, 50, 5 * SECOND };

  *world = (World){ .now_us = 1000 * SECOND };
  world->health = health_board_new (&config);
  world->board = picture_board_new (world->health, &port, world);
  world->asked = g_ptr_array_new_with_free_func (g_free);
  world->tickets = g_array_new (FALSE, FALSE, sizeof (guint64));
  make_streams (&world->line);
  picture_board_set (world->board, TRUE, PERIOD_S);
}

static void
world_end (World *world)
{
  picture_board_free (world->board);
  health_board_free (world->health);
  g_ptr_array_unref (world->asked);
  g_array_unref (world->tickets);
}

static void
feed (World *world, HealthSite *site)
{
  g_autofree char *transport = g_strconcat ("t.m1.", site->endpoint, ".0", NULL);
  g_autoptr (LineStats) stats = make_stats (transport, &world->line);

  health_site_on_line (site, stats, world->now_us);
}

static HealthSite *
open_site (World *world, const char *endpoint)
{
  SiteIdentity identity = { "m1", endpoint, endpoint, "Xã", NULL };
  SiteFacts facts = make_facts ();
  HealthSite *site = health_board_open_site (world->health, &identity);

  facts.camera_on = TRUE;
  health_site_set_facts (site, &facts);
  feed (world, site);
  return site;
}

/* So many seconds with their ticks, watched by somebody or not. */
static void
run (World *world, guint seconds, gboolean is_watched)
{
  for (guint i = 0; i < seconds; i++) {
    world->now_us += SECOND;
    if (is_watched)
      picture_board_watch (world->board, world->now_us);
    picture_board_tick (world->board, world->now_us);
  }
}

/* The relay has a keyframe of @endpoint's camera. */
static void
come (World *world, const char *endpoint)
{
  g_autofree char *track = g_strdup_printf ("t.m1.%s.0/camera", endpoint);
  TrackFrameEvent event = { track, (char *) "VP8", (char *) "YWJj" };

  picture_board_on_frame (world->board, &event, world->now_us, world->now_us / 1000);
}

/* The job has made the last frame; @jpeg NULL: it could not. */
static void
finish (World *world, const char *jpeg, gboolean is_crash)
{
  g_autoptr (GBytes) bytes = jpeg != NULL ? g_bytes_new (jpeg, strlen (jpeg)) : NULL;
  PictureResult result = { g_array_index (world->tickets, guint64, world->tickets->len - 1), bytes,
                           240, 134, is_crash };

  picture_board_on_result (world->board, &result);
}

static PictureState
state (World *world, HealthSite *site)
{
  const SitePicture *picture = NULL;

  return picture_board_get (world->board, site, world->now_us, &picture);
}

static void
test_nobody_watches (void)
{
  World world;

  world_begin (&world);
  open_site (&world, "e1");
  run (&world, 30, FALSE);
  g_assert_cmpuint (world.asked->len, ==, 0);
  run (&world, 1, TRUE);
  g_assert_cmpuint (world.asked->len, ==, 1);
  g_assert_cmpstr (world.asked->pdata[0], ==, "t.m1.e1.0/camera");
  /* each ten seconds, and half a minute on when the last board was closed */
  run (&world, 20, TRUE);
  g_assert_cmpuint (world.asked->len, ==, 3);
  run (&world, 100, FALSE);
  g_assert_cmpuint (world.asked->len, ==, 5);
  world_end (&world);
}

static void
test_a_picture (void)
{
  World world;
  const SitePicture *picture = NULL;

  world_begin (&world);
  HealthSite *site = open_site (&world, "e1");
  g_assert_cmpint (state (&world, site), ==, PICTURE_COMES);
  g_assert_cmpuint (world.asked->len, ==, 1);
  g_assert_cmpint (state (&world, site), ==, PICTURE_COMES);
  g_assert_cmpuint (world.asked->len, ==, 1); /* not at each look */
  come (&world, "e1");
  gint64 came_us = world.now_us;
  run (&world, 2, TRUE);
  finish (&world, "jpeg", FALSE);
  g_assert_cmpint (picture_board_get (world.board, site, world.now_us, &picture), ==,
                   PICTURE_THERE);
  g_assert_cmpmem (g_bytes_get_data (picture->jpeg, NULL), g_bytes_get_size (picture->jpeg), "jpeg",
                   4);
  g_assert_cmpint (picture->at_us, ==, came_us);
  g_assert_cmpint (picture->at_ms, ==, came_us / 1000);
  /* a frame that nobody asked for, and one too many */
  come (&world, "e2");
  come (&world, "e1");
  come (&world, "e1");
  g_assert_cmpuint (world.tickets->len, ==, 2);
  finish (&world, NULL, FALSE);
  g_assert_cmpint (state (&world, site), ==, PICTURE_THERE); /* the one before */
  world_end (&world);
}

/* What a room closes is gone at once, and a picture that is on its way then does not come. */
static void
test_camera_off (void)
{
  World world;
  SiteFacts facts = make_facts ();

  world_begin (&world);
  HealthSite *site = open_site (&world, "e1");
  run (&world, 1, TRUE);
  come (&world, "e1");
  finish (&world, "jpeg", FALSE);
  come (&world, "e1");
  facts.camera_on = FALSE;
  health_site_set_facts (site, &facts);
  g_assert_cmpint (state (&world, site), ==, PICTURE_CAMERA_OFF);
  finish (&world, "late", FALSE);
  come (&world, "e1");
  g_assert_cmpuint (world.tickets->len, ==, 2);
  facts.camera_on = TRUE;
  health_site_set_facts (site, &facts);
  g_assert_cmpint (state (&world, site), ==, PICTURE_COMES);
  world_end (&world);
}

static void
set_rest (HealthSite *site, gboolean rests)
{
  SiteFacts facts = make_facts ();

  facts.camera_on = !rests;
  facts.camera_rests = rests;
  health_site_set_facts (site, &facts);
}

/* The round leaves it alone; who looks at its site wakes it, for as long as they look. */
static void
test_camera_rests (void)
{
  World world;

  world_begin (&world);
  HealthSite *site = open_site (&world, "e1");
  set_rest (site, TRUE);
  run (&world, 30, TRUE);
  g_assert_cmpuint (world.asked->len, ==, 0);
  g_assert_cmpint (state (&world, site), ==, PICTURE_CAMERA_WAKES);
  g_assert_cmpuint (world.wakes, ==, 1);
  run (&world, 2, TRUE);
  g_assert_cmpint (state (&world, site), ==, PICTURE_CAMERA_WAKES);
  g_assert_cmpuint (world.wakes, ==, 1);
  come (&world, "e1");
  finish (&world, "jpeg", FALSE);
  set_rest (site, FALSE);
  /* a look each 5 s */
  for (guint i = 0; i < 4; i++) {
    run (&world, 5, TRUE);
    g_assert_cmpint (state (&world, site), ==, PICTURE_THERE);
    g_assert_cmpuint (world.wakes, ==, 2 + i);
  }
  /* nobody does any more, though the wall stays open: the round asks while it sends, no longer */
  run (&world, PICTURE_WAKE_S, TRUE);
  set_rest (site, TRUE);
  guint before = world.asked->len;
  run (&world, 60, TRUE);
  g_assert_cmpuint (world.asked->len, ==, before);
  g_assert_cmpuint (world.wakes, ==, 5);
  world_end (&world);
}

/* One that others watch sends by itself. */
static void
test_watched_needs_no_wake (void)
{
  World world;

  world_begin (&world);
  HealthSite *site = open_site (&world, "e1");
  for (guint i = 0; i < 10; i++) {
    run (&world, 5, TRUE);
    state (&world, site);
  }
  g_assert_cmpuint (world.asked->len, >, 3);
  g_assert_cmpuint (world.wakes, ==, 0);
  world_end (&world);
}

/* No more at once than so many; whoever was looked at before gives its place 15 s later. */
static void
test_wakes_are_bounded (void)
{
  World world;
  HealthSite *sites[PICTURE_WAKE_MAX + 1];

  world_begin (&world);
  for (guint i = 0; i <= PICTURE_WAKE_MAX; i++) {
    g_autofree char *endpoint = g_strdup_printf ("e%u", i);

    sites[i] = open_site (&world, endpoint);
    set_rest (sites[i], TRUE);
    g_assert_cmpint (state (&world, sites[i]), ==,
                     i < PICTURE_WAKE_MAX ? PICTURE_CAMERA_WAKES : PICTURE_CAMERA_RESTS);
  }
  g_assert_cmpuint (world.wakes, ==, PICTURE_WAKE_MAX);
  run (&world, PICTURE_WAKE_S - 1, TRUE);
  g_assert_cmpint (state (&world, sites[0]), ==, PICTURE_CAMERA_WAKES);
  g_assert_cmpint (state (&world, sites[PICTURE_WAKE_MAX]), ==, PICTURE_CAMERA_RESTS);
  run (&world, 1, TRUE);
  g_assert_cmpint (state (&world, sites[PICTURE_WAKE_MAX]), ==, PICTURE_CAMERA_WAKES);
  g_assert_cmpuint (world.wakes, ==, PICTURE_WAKE_MAX + 2);
  world_end (&world);
}

static void
test_old (void)
{
  World world;

  world_begin (&world);
  HealthSite *site = open_site (&world, "e1");
  run (&world, 1, TRUE);
  come (&world, "e1");
  finish (&world, "jpeg", FALSE);
  run (&world, PICTURE_KEEP_US / SECOND, TRUE);
  g_assert_cmpint (state (&world, site), ==, PICTURE_THERE);
  run (&world, 1, TRUE);
  g_assert_cmpint (state (&world, site), ==, PICTURE_COMES);
  world_end (&world);
}

static void
test_settings (void)
{
  World world;

  world_begin (&world);
  HealthSite *site = open_site (&world, "e1");
  run (&world, 1, TRUE);
  come (&world, "e1");
  finish (&world, "jpeg", FALSE);
  picture_board_set (world.board, FALSE, PERIOD_S);
  g_assert_cmpint (state (&world, site), ==, PICTURE_SWITCHED_OFF);
  run (&world, 30, TRUE);
  g_assert_cmpuint (world.asked->len, ==, 1);
  picture_board_set (world.board, TRUE, 60);
  run (&world, 65, TRUE);
  g_assert_cmpuint (world.asked->len, ==, 2);
  world_end (&world);
}

/* Whose frames kill the job twice is left alone for ten minutes; the others go on. */
static void
test_strikes (void)
{
  World world;

  world_begin (&world);
  open_site (&world, "e1");
  for (guint i = 0; i < PICTURE_STRIKES_MAX; i++) {
    run (&world, 11, TRUE);
    come (&world, "e1");
    finish (&world, NULL, TRUE);
  }
  guint before = world.asked->len;
  run (&world, PICTURE_PENALTY_US / SECOND - 12, TRUE);
  g_assert_cmpuint (world.asked->len, ==, before);
  open_site (&world, "e2");
  run (&world, 30, TRUE);
  g_assert_cmpuint (world.asked->len, >=, before + 3);
  world_end (&world);
}

/* A job that is busy, or never answers, holds nobody up for good. */
static void
test_busy (void)
{
  World world;

  world_begin (&world);
  open_site (&world, "e1");
  run (&world, 1, TRUE);
  world.is_full = TRUE;
  come (&world, "e1");
  run (&world, 20, TRUE);
  g_assert_cmpuint (world.asked->len, ==, 3);
  world.is_full = FALSE;
  come (&world, "e1");
  run (&world, 60, TRUE);
  g_assert_cmpuint (world.asked->len, ==, 3);
  run (&world, 80, TRUE);
  g_assert_cmpuint (world.asked->len, >, 3);
  finish (&world, "late", FALSE); /* of a ticket that nobody has any more */
  world_end (&world);
}

/* 600 sites: spread over the ten seconds, each once. */
static void
test_many (void)
{
  World world;

  world_begin (&world);
  for (guint i = 0; i < 600; i++) {
    g_autofree char *endpoint = g_strdup_printf ("e%u", i);

    open_site (&world, endpoint);
  }
  for (guint s = 0; s < 2 * PERIOD_S; s++) {
    guint before = world.asked->len;

    run (&world, 1, TRUE);
    g_assert_cmpuint (world.asked->len - before, <=, 600 / PERIOD_S + 1);
  }
  g_autoptr (GHashTable) different = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < world.asked->len; i++)
    g_hash_table_add (different, world.asked->pdata[i]);
  g_assert_cmpuint (g_hash_table_size (different), ==, 600);
  g_assert_cmpuint (world.asked->len, >, 1150);
  world_end (&world);
}

static void
test_site_goes (void)
{
  World world;

  world_begin (&world);
  HealthSite *site = open_site (&world, "e1");
  run (&world, 1, TRUE);
  come (&world, "e1");
  health_board_close_site (site);
  finish (&world, "jpeg", FALSE);
  come (&world, "e1");
  run (&world, 20, TRUE);
  g_assert_cmpuint (world.asked->len, ==, 1);
  world_end (&world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/picture_board/nobody-watches", test_nobody_watches);
  g_test_add_func ("/picture_board/a-picture", test_a_picture);
  g_test_add_func ("/picture_board/camera-off", test_camera_off);
  g_test_add_func ("/picture_board/camera-rests", test_camera_rests);
  g_test_add_func ("/picture_board/watched-needs-no-wake", test_watched_needs_no_wake);
  g_test_add_func ("/picture_board/wakes-are-bounded", test_wakes_are_bounded);
  g_test_add_func ("/picture_board/old", test_old);
  g_test_add_func ("/picture_board/settings", test_settings);
  g_test_add_func ("/picture_board/strikes", test_strikes);
  g_test_add_func ("/picture_board/busy", test_busy);
  g_test_add_func ("/picture_board/many", test_many);
  g_test_add_func ("/picture_board/site-goes", test_site_goes);
  return g_test_run ();
}
