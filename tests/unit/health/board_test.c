/* Sites come and go; lines light up by loss over enough packets; rings fill; steps are told. */
#include "tests/unit/health/site_maker.h"

#include <string.h>

typedef struct {
  HealthBoard *board;
  HealthSite *site;
  LineSample line; /* what the relay says next */
  gint64 now_us, wall_s;
  guint seconds, saves, closed, points_10s, points_60s;
  SitePoint point;
  char *reason;
} World;

static void
on_second (gpointer user_data, HealthBoard *board, gint64 now_us)
{
  ((World *) user_data)->seconds++;
}

static void
on_save (gpointer user_data, HealthSite *site, const char *reason)
{
  World *world = user_data;

  world->saves++;
  g_free (world->reason);
  world->reason = g_strdup (reason);
}

static void
on_point (gpointer user_data, HealthSite *site, guint step_s, gint64 start_s,
          const SitePoint *point)
{
  World *world = user_data;

  g_assert_cmpint (start_s % step_s, ==, 0);
  world->points_10s += step_s == 10;
  world->points_60s += step_s == 60;
  world->point = *point;
}

static void
on_closed (gpointer user_data, HealthSite *site)
{
  ((World *) user_data)->closed++;
}

static const HealthObserver observer = { on_second, on_save, on_point, on_closed };

static void
world_begin (World *world)
{
  HealthConfig config = { 10, 50, 5 * SECOND };
  SiteIdentity identity = { "m1", "e1", "Xã Thanh Hà", "Thanh Hà", "38" };
  SiteFacts facts = make_facts ();

  memset (world, 0, sizeof *world);
  world->now_us = 50 * SECOND;
  world->wall_s = 1795000000;
  world->board = health_board_new (&config);
  health_board_add_observer (world->board, &observer, world);
  world->site = health_board_open_site (world->board, &identity);
  health_site_set_facts (world->site, &facts);
  make_streams (&world->line);
}

static void
world_end (World *world)
{
  health_board_free (world->board);
  g_free (world->reason);
}

/* TRUE: the light of the line changed. */
static gboolean
world_second (World *world)
{
  g_autoptr (LineStats) stats = make_stats ("t.m1.e1.0", &world->line);

  world->now_us += SECOND;
  world->wall_s++;
  gboolean changed = health_site_on_line (world->site, stats, world->now_us);
  health_board_second (world->board, world->now_us, world->wall_s);
  return changed;
}

static void
test_sites (void)
{
  SiteIdentity elsewhere = { "m2", "e1", "Xã Thanh Hà", "Thanh Hà", NULL };
  SiteFacts nobody = { 0 };
  World world;

  world_begin (&world);
  g_assert_cmpuint (health_board_n_sites (world.board), ==, 1);
  HealthSite *second = health_board_open_site (world.board, &elsewhere);
  g_assert_true (health_board_open_site (world.board, &elsewhere) == second);
  g_assert_cmpuint (health_board_n_sites (world.board), ==, 2);
  g_assert_true (health_board_find (world.board, "e1") == world.site); /* where it sits */
  health_site_set_facts (world.site, &nobody);
  g_assert_nonnull (health_board_find (world.board, "e1"));
  g_assert_null (health_board_find (world.board, "e2"));
  health_board_close_site (second);
  g_assert_cmpuint (world.closed, ==, 1);
  g_assert_cmpuint (health_board_n_sites (world.board), ==, 1);
  world_end (&world);
}

/* Loss of the last second is judged with as many seconds before as make a hundred packets. */
static void
test_loss_window (void)
{
  static const struct {
    guint packets, lost; /* upwards, in the last second */
    LineState state;
  } rows[] = {
    { 400, 0, LINE_GOOD },
    { 400, 3, LINE_GOOD },
    { 400, 5, LINE_FAIR },
    { 400, 30, LINE_POOR },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    World world;

    world_begin (&world);
    for (guint s = 0; s < 6; s++)
      world_second (&world);
    find_stream (&world.line, "camera")->packets = rows[i].packets;
    find_stream (&world.line, "camera")->lost = rows[i].lost;
    gboolean changed = world_second (&world);
    g_assert_cmpint (health_site_line (world.site), ==, rows[i].state);
    g_assert_cmpint (changed, ==, rows[i].state != LINE_GOOD);
    world_end (&world);
  }
}

/* A room that sends a few packets of silence loses one: no percentage of it is a fault. */
static void
test_few_packets (void)
{
  World world;

  world_begin (&world);
  world.line.n_streams = 1;
  find_stream (&world.line, "mic")->packets = 3;
  for (guint s = 0; s < 5; s++)
    world_second (&world);
  find_stream (&world.line, "mic")->lost = 1;
  world_second (&world);
  g_assert_cmpint (health_site_line (world.site), ==, LINE_UNKNOWN);
  world_end (&world);
}

static void
test_down_loss (void)
{
  World world;

  world_begin (&world);
  world_second (&world);
  find_stream (&world.line, "main")->lost = 12; /* of 170 that were sent */
  world_second (&world);
  g_assert_cmpint (health_site_line (world.site), ==, LINE_POOR);
  g_assert_cmpint (world.site->now.line.down_loss_permille, ==, 70);
  g_assert_cmpint (world.site->now.line.up_loss_permille, ==, 0);
  world_end (&world);
}

/* A pulled cable: the peer that answered many times a second says nothing. */
static void
test_idle (void)
{
  World world;

  world_begin (&world);
  world_second (&world);
  g_autoptr (LineStats) stats = make_stats ("t.m1.e1.0", &world.line);
  stats->idle_ms = 2500;
  health_site_on_line (world.site, stats, world.now_us);
  g_assert_cmpint (health_site_line (world.site), ==, LINE_GOOD);
  stats->idle_ms = 2501;
  g_assert_true (health_site_on_line (world.site, stats, world.now_us));
  g_assert_cmpint (health_site_line (world.site), ==, LINE_LOST);
  stats->down_bps = 0; /* nothing is sent to it: only its checks are awaited */
  health_site_on_line (world.site, stats, world.now_us);
  g_assert_cmpint (health_site_line (world.site), !=, LINE_LOST);
  stats->idle_ms = 8001;
  health_site_on_line (world.site, stats, world.now_us);
  g_assert_cmpint (health_site_line (world.site), ==, LINE_LOST);
  stats->idle_ms = 0;
  g_assert_true (health_site_on_line (world.site, stats, world.now_us));
  g_assert_cmpint (health_site_line (world.site), ==, LINE_GOOD);
  world_end (&world);
}

static void
test_rings (void)
{
  World world;

  world_begin (&world);
  world.line.streams[world.line.n_streams++] = (StreamSample){
    .name = "s0", .kind = STREAM_VIDEO_DOWN, .flags = STREAM_ACTIVE, .span_ms = 1000, .packets = 10
  };
  world.line.streams[world.line.n_streams++] = (StreamSample){
    .name = "s1", .kind = STREAM_VIDEO_DOWN, .flags = STREAM_ACTIVE, .span_ms = 1000, .packets = 5
  };
  for (guint s = 0; s < 20; s++)
    world_second (&world);
  g_assert_cmpuint (world.site->n_rings, ==, 5); /* mic, camera, a0, main, tiles */
  const StreamRing *tiles = world.site->rings[4];
  g_assert_cmpstr (tiles->name, ==, "tiles");
  const StreamPoint *point = second_ring_get (&tiles->points, world.wall_s - 1);
  g_assert_nonnull (point);
  g_assert_cmpuint (point->pps, ==, 15);
  const SitePoint *of_site = second_ring_get (&world.site->points, world.wall_s);
  g_assert_cmpuint (of_site->kbps_up, ==, 1050);
  g_assert_cmpuint (of_site->height_up, ==, 720);
  g_assert_cmpuint (of_site->light, ==, HEALTH_LIGHT_GOOD);
  g_assert_null (second_ring_get (&world.site->points, world.wall_s - 20));
  world_end (&world);
}

static void
test_steps (void)
{
  World world;

  world_begin (&world);
  for (guint s = 0; s < 120; s++)
    world_second (&world);
  g_assert_cmpuint (world.seconds, ==, 120);
  g_assert_cmpuint (world.points_10s, ==, 12);
  g_assert_cmpuint (world.points_60s, ==, 2);
  g_assert_cmpuint (world.point.kbps_up, ==, 1050);
  for (guint s = 0; s < 5; s++)
    world_second (&world);
  health_board_close_site (world.site); /* what was begun is told */
  g_assert_cmpuint (world.points_10s, ==, 13);
  g_assert_cmpuint (world.points_60s, ==, 3);
  world_end (&world);
}

/* Absent rooms leave no points. */
static void
test_absent (void)
{
  SiteFacts nobody = { 0 };
  World world;

  world_begin (&world);
  health_site_set_facts (world.site, &nobody);
  for (guint s = 0; s < 70; s++)
    health_board_second (world.board, world.now_us += SECOND, world.wall_s += 1);
  g_assert_cmpuint (world.points_10s, ==, 0);
  g_assert_cmpint (world.site->verdict.light, ==, HEALTH_LIGHT_ABSENT);
  world_end (&world);
}

/* A light that turns red keeps the ring, once in a while. */
static void
test_saved_by_itself (void)
{
  World world;

  world_begin (&world);
  world_second (&world);
  find_stream (&world.line, "camera")->lost = 30;
  world_second (&world);
  g_assert_cmpuint (world.saves, ==, 1);
  g_assert_cmpstr (world.reason, ==, "poor_line");
  find_stream (&world.line, "camera")->lost = 0;
  for (guint s = 0; s < 30; s++)
    world_second (&world);
  g_assert_cmpint (world.site->verdict.light, ==, HEALTH_LIGHT_GOOD);
  find_stream (&world.line, "camera")->lost = 30;
  world_second (&world);
  g_assert_cmpuint (world.saves, ==, 1);
  world.now_us += HEALTH_SAVE_US;
  health_board_second (world.board, world.now_us, ++world.wall_s);
  g_assert_true (health_site_save_ring (world.site, "echo"));
  g_assert_false (health_site_save_ring (world.site, "echo"));
  g_assert_cmpuint (world.saves, ==, 2);
  world_end (&world);
}

static void
test_report (void)
{
  ClientReport *report = client_report_new ();
  World world;

  world_begin (&world);
  report->speaker = g_strdup ("Loa hội trường");
  health_site_on_report (world.site, report, world.now_us);
  health_site_on_report (world.site, client_report_new (), world.now_us + SECOND);
  g_assert_cmpstr (world.site->now.client.report->speaker, ==, "Loa hội trường");
  g_assert_null (world.site->now.client.report->camera);
  world_end (&world);
}

static void
test_offer (void)
{
  World world;

  world_begin (&world);
  health_site_set_offer (world.site, "v=0\r\na=ice-ufrag:ab\r\na=ice-pwd:secret\r\na=mid:0\r\n");
  g_assert_cmpstr (world.site->offer, ==, "v=0\r\na=ice-ufrag:ab\r\na=mid:0\r\n");
  health_site_set_offer (world.site, "v=1");
  g_assert_cmpstr (world.site->offer, ==, "v=1\n");
  world_end (&world);
}

/* Another transport begins anew: what the former one lost says nothing of it. */
static void
test_new_transport (void)
{
  World world;

  world_begin (&world);
  find_stream (&world.line, "camera")->lost = 5;
  world_second (&world);
  g_assert_cmpint (health_site_line (world.site), ==, LINE_FAIR);
  find_stream (&world.line, "camera")->lost = 0;
  g_autoptr (LineStats) stats = make_stats ("t.m1.e1.1", &world.line);
  health_site_on_line (world.site, stats, world.now_us);
  g_assert_cmpstr (world.site->transport, ==, "t.m1.e1.1");
  g_assert_cmpint (world.site->now.line.up_loss_permille, ==, 0);
  world_end (&world);
}

static void
test_cause (void)
{
  World world;

  world_begin (&world);
  world_second (&world);
  health_site_set_cause (world.site, HEALTH_CAUSE_SHARED_LINE, 300, "e2");
  gint64 since_us = world.site->cause.since_us;
  g_assert_cmpuint (world.site->cause.confidence, ==, 100);
  world.site->now.now_us += SECOND;
  health_site_set_cause (world.site, HEALTH_CAUSE_SHARED_LINE, 50, "e2");
  g_assert_cmpint (world.site->cause.since_us, ==, since_us);
  health_site_set_cause (world.site, HEALTH_CAUSE_NONE, 0, NULL);
  g_assert_cmpint (world.site->cause.since_us, >, since_us);
  g_assert_null (world.site->cause.peer);
  world_end (&world);
}

/* Sites that send envelopes by the relay: the one that returns the hall's voice 250 ms later is
 * named, with a red light; when it closes its microphone it is well again. */
static void
test_echo (void)
{
  static const guint8 syllables[] = { 20, 24, 60, 34, 28,  70,  127, 22,
                                      26, 31, 64, 29, 127, 127, 25,  40 };
  HealthConfig config = { 10, 50, 5 * SECOND };
  SiteIdentity hall = { "m1", "hall", "Hội trường", "Tỉnh", NULL };
  SiteIdentity guest = { "m1", "guest", "Xã", "Xã", NULL };
  SiteFacts facts = make_facts ();
  g_autoptr (HealthBoard) board = health_board_new (&config);
  HealthSite *sites[] = { health_board_open_site (board, &hall),
                          health_board_open_site (board, &guest) };
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  guint8 voice[40 * STREAM_ENVELOPE];

  for (guint i = 0; i < G_N_ELEMENTS (voice); i++)
    voice[i] = syllables[g_rand_int_range (rand, 0, G_N_ELEMENTS (syllables))];
  for (guint second = 1; second < 36; second++) {
    for (guint i = 0; i < 2; i++) {
      LineSample line = { 0 };
      make_streams (&line);
      StreamSample *mic = find_stream (&line, "mic");
      mic->has_envelope = TRUE;
      for (guint b = 0; b < STREAM_ENVELOPE; b++) {
        guint8 level = voice[second * STREAM_ENVELOPE + b - (i == 1 ? 5 : 0)];
        mic->envelope[b] = i == 1 ? MIN (level + 10, 127) : level;
      }
      g_autoptr (LineStats) stats = make_stats (i == 0 ? "t0" : "t1", &line);
      stats->at_ms = 500000 + second * 1000 + 975;
      facts.mic_open = i == 0 || second < 20;
      health_site_set_facts (sites[i], &facts);
      health_site_on_line (sites[i], stats, second * SECOND);
    }
    health_board_second (board, second * SECOND, 1795000000 + second);
    if (second == 15) {
      g_assert_cmpint (sites[1]->cause.id, ==, HEALTH_CAUSE_ECHO);
      g_assert_cmpstr (sites[1]->cause.peer, ==, "hall");
      g_assert_cmpint (sites[1]->verdict.light, ==, HEALTH_LIGHT_POOR);
      g_assert_cmpint (sites[0]->cause.id, ==, HEALTH_CAUSE_NONE);
    }
  }
  g_assert_cmpint (sites[1]->cause.id, ==, HEALTH_CAUSE_NONE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/health/board/sites", test_sites);
  g_test_add_func ("/health/board/loss_window", test_loss_window);
  g_test_add_func ("/health/board/few_packets", test_few_packets);
  g_test_add_func ("/health/board/down_loss", test_down_loss);
  g_test_add_func ("/health/board/idle", test_idle);
  g_test_add_func ("/health/board/rings", test_rings);
  g_test_add_func ("/health/board/steps", test_steps);
  g_test_add_func ("/health/board/absent", test_absent);
  g_test_add_func ("/health/board/saved_by_itself", test_saved_by_itself);
  g_test_add_func ("/health/board/report", test_report);
  g_test_add_func ("/health/board/offer", test_offer);
  g_test_add_func ("/health/board/new_transport", test_new_transport);
  g_test_add_func ("/health/board/cause", test_cause);
  g_test_add_func ("/health/board/echo", test_echo);
  return g_test_run ();
}
