/* A table of faults, each brought to one or more of fifty sites that are well: the right cause is
 * named within five seconds, nobody else gets one, and thirty clean minutes name none. */
#include "tests/unit/health/site_maker.h"

#include <string.h>

#define SITES 50

typedef struct {
  LineSample line;
  SiteFacts facts;
  ClientReport client;
  gboolean has_page, is_gone;
  int rtt_ms, up_loss, down_loss;
  gint64 estimate_bps, target_bps;
  gboolean tcp;
  char address[48];
} Room;

typedef struct {
  HealthBoard *board;
  HealthSite *sites[SITES];
  Room rooms[SITES];
  gint64 now_us, wall_s;
} World;

static void
world_begin (World *world)
{
  HealthConfig config = { 10, 50, 5 * SECOND };

  memset (world, 0, sizeof *world);
  world->now_us = 1000 * SECOND;
  world->wall_s = 1795000000;
  world->board = health_board_new (&config);
  for (guint i = 0; i < SITES; i++) {
    Room *room = &world->rooms[i];
    g_autofree char *endpoint = g_strdup_printf ("e%u", i);
    g_autofree char *branch = g_strdup_printf ("b%u", i / 10);
    SiteIdentity identity = { "m1", endpoint, "Xã", "Xã", branch };
    world->sites[i] = health_board_open_site (world->board, &identity);
    make_streams (&room->line);
    room->facts = make_facts ();
    room->has_page = TRUE;
    room->client = (ClientReport){ .span_ms = 1000,
                                   .network = CLIENT_NETWORK_ETHERNET,
                                   .encode_fps = 25,
                                   .encode_height = 720,
                                   .mic_level = 30,
                                   .audio_packets = 50,
                                   .out_level = 30,
                                   .played = CLIENT_PLAYED_YES,
                                   .decoded_fps = 25,
                                   .decoded_height = 720,
                                   .rtt_ms = 20 };
    room->rtt_ms = 20;
    room->estimate_bps = 4000000;
    room->target_bps = 1500000;
    /* two behind each address */
    g_snprintf (room->address, sizeof room->address, "203.0.113.%u:%u", i / 2, 40000 + i);
  }
}

static void
world_end (World *world)
{
  health_board_free (world->board);
}

static void
tell_line (World *world, guint i)
{
  Room *room = &world->rooms[i];
  g_autofree char *transport = g_strdup_printf ("t.m1.e%u.0", i);
  find_stream (&room->line, "mic")->lost = 50 * room->up_loss / 1000;
  find_stream (&room->line, "camera")->lost = 120 * room->up_loss / 1000;
  find_stream (&room->line, "a0")->lost = 50 * room->down_loss / 1000;
  find_stream (&room->line, "main")->lost = 120 * room->down_loss / 1000;
  g_autoptr (LineStats) stats = make_stats (transport, &room->line);

  stats->state = TRANSPORT_CONNECTED;
  stats->rtt_ms = room->rtt_ms;
  stats->up_loss_permille = room->up_loss;
  stats->down_loss_permille = room->down_loss;
  stats->estimate_bps = room->estimate_bps;
  stats->target_bps = room->target_bps;
  stats->tcp = room->tcp;
  g_free (stats->address);
  stats->address = g_strdup (room->address);
  health_site_on_line (world->sites[i], stats, world->now_us);
}

static void
tell_page (World *world, guint i)
{
  ClientReport *report = client_report_new ();
  *report = world->rooms[i].client;
  health_site_on_report (world->sites[i], report, world->now_us);
}

static void
run (World *world, guint seconds)
{
  for (guint s = 0; s < seconds; s++) {
    world->now_us += SECOND;
    world->wall_s++;
    for (guint i = 0; i < SITES; i++) {
      Room *room = &world->rooms[i];
      health_site_set_facts (world->sites[i], &room->facts);
      if (room->is_gone)
        health_site_set_lost (world->sites[i], TRUE);
      if (!room->is_gone)
        tell_line (world, i);
      if (room->has_page)
        tell_page (world, i);
    }
    health_board_second (world->board, world->now_us, world->wall_s);
  }
}

/* --- faults --- */

static void
up_loss_3 (World *world, guint i)
{
  world->rooms[i].up_loss = 40;
}

static void
up_loss_heavy (World *world, guint i)
{
  world->rooms[i].up_loss = 150;
  world->rooms[i].down_loss = 20;
}

static void
down_loss_3 (World *world, guint i)
{
  world->rooms[i].down_loss = 40;
}

static void
down_loss_heavy (World *world, guint i)
{
  world->rooms[i].down_loss = 200;
  world->rooms[i].client.concealed_permille = 120;
}

static void
wifi (World *world, guint i)
{
  world->rooms[i].up_loss = world->rooms[i].down_loss = 40;
  world->rooms[i].client.network = CLIENT_NETWORK_WIFI;
}

static void
udp_blocked (World *world, guint i)
{
  world->rooms[i].tcp = TRUE;
}

static void
udp_lost (World *world, guint i)
{
  world->rooms[i].is_gone = TRUE;
}

/* Its page is cut off too, and nobody has noticed its connection yet. */
static void
cable_unnoticed (World *world, guint i)
{
  world->rooms[i].is_gone = TRUE;
  world->rooms[i].has_page = FALSE;
}

static void
cable (World *world, guint i)
{
  world->rooms[i].is_gone = TRUE;
  world->rooms[i].has_page = FALSE;
  world->rooms[i].facts.is_away = TRUE;
}

static void
busy_computer (World *world, guint i)
{
  world->rooms[i].client.limited = CLIENT_LIMITED_CPU;
  world->rooms[i].client.encode_fps = 9;
  find_stream (&world->rooms[i].line, "camera")->frames = 9;
}

/* Chromium that other programs leave 20 % of the processor, in turns of 100 ms. */
static void
starved_in_turns (World *world, guint i)
{
  Room *room = &world->rooms[i];
  room->rtt_ms = 121;
  room->client.rtt_ms = 91;
  room->client.captured_permille = 700;
  room->client.late_ms = 58;
  room->client.encode_fps = 12;
  room->client.encode_permille = 134;
  room->client.capture_fps = 15;
  find_stream (&room->line, "mic")->packets = 35;
  find_stream (&room->line, "mic")->jitter_us = 33000;
  find_stream (&room->line, "camera")->frames = 11;
  find_stream (&room->line, "camera")->gap_ms = 208;
}

/* In turns of 20 ms: pictures go on, sound is missing; reports of the way down come late. */
static void
starved_finely (World *world, guint i)
{
  Room *room = &world->rooms[i];
  room->rtt_ms = 45;
  room->client.captured_permille = 640;
  room->client.late_ms = 4;
  room->estimate_bps = 64000;
  find_stream (&room->line, "mic")->packets = 32;
  find_stream (&room->line, "mic")->jitter_us = 16000;
}

/* Systems that give sound the processor first. */
static void
starved_encoder (World *world, guint i)
{
  Room *room = &world->rooms[i];
  room->client.captured_permille = 1000;
  room->client.encode_permille = 960;
  room->client.encode_fps = 14;
  room->client.capture_fps = 25;
  find_stream (&room->line, "camera")->frames = 14;
}

static void
narrow_down (World *world, guint i)
{
  world->rooms[i].estimate_bps = 300000;
}

static void
narrow_up (World *world, guint i)
{
  world->rooms[i].client.limited = CLIENT_LIMITED_BANDWIDTH;
  world->rooms[i].client.encode_height = 180;
}

/* As measured in Chromium behind 300 kbps: reports come late, so the relay's estimate falls too. */
static void
narrow_up_queue (World *world, guint i)
{
  Room *room = &world->rooms[i];
  room->rtt_ms = 320;
  room->up_loss = 139;
  room->estimate_bps = 64000;
  find_stream (&room->line, "mic")->jitter_us = 14375;
  find_stream (&room->line, "camera")->jitter_us = 22622;
  find_stream (&room->line, "a0")->jitter_us = 4166;
}

/* Behind 120 kbps: the queue runs over at once, and most of what is sent with it. */
static void
narrow_down_queue (World *world, guint i)
{
  Room *room = &world->rooms[i];
  room->rtt_ms = 343;
  room->down_loss = 240;
  room->estimate_bps = 64000;
  room->target_bps = 712000;
}

/* Pages go on over TCP; reports that the estimate lives by do not arrive. */
static void
udp_blocked_down (World *world, guint i)
{
  Room *room = &world->rooms[i];
  room->client.audio_packets = 0;
  room->client.decoded_fps = 0;
  room->client.out_level = 127;
  room->estimate_bps = 127000;
  room->target_bps = 660000;
}

static void
black (World *world, guint i)
{
  world->rooms[i].facts.is_dark = TRUE;
}

static void
silent (World *world, guint i)
{
  find_stream (&world->rooms[i].line, "mic")->level = 127;
  find_stream (&world->rooms[i].line, "mic")->loudest = 127;
}

static void
clipped (World *world, guint i)
{
  find_stream (&world->rooms[i].line, "mic")->clipped = 40;
}

static void
not_played (World *world, guint i)
{
  world->rooms[i].client.blocked = TRUE;
}

static void
wrong_output (World *world, guint i)
{
  world->rooms[i].client.output_suspect = TRUE;
}

static void
frozen_camera (World *world, guint i)
{
  StreamSample *camera = find_stream (&world->rooms[i].line, "camera");
  camera->frames = 0;
  camera->packets = 0;
  camera->bytes = 0;
  camera->frozen_ms = 1000;
  camera->flags = STREAM_ACTIVE;
}

static void
frozen_no_camera (World *world, guint i)
{
  find_stream (&world->rooms[i].line, "camera")->flags = 0;
}

typedef struct {
  const char *name;
  void (*bring) (World *world, guint i);
  HealthCauseId cause;
} FaultRow;

static const FaultRow faults[] = {
  { "up loss 4 %", up_loss_3, HEALTH_CAUSE_UP_LOSS },
  { "up loss 15 %", up_loss_heavy, HEALTH_CAUSE_UP_LOSS },
  { "down loss 4 %", down_loss_3, HEALTH_CAUSE_DOWN_LOSS },
  { "down loss 20 %", down_loss_heavy, HEALTH_CAUSE_DOWN_LOSS },
  { "Wi-Fi", wifi, HEALTH_CAUSE_WIFI },
  { "on TCP", udp_blocked, HEALTH_CAUSE_UDP_BLOCKED },
  { "UDP lost, page there", udp_lost, HEALTH_CAUSE_UDP_BLOCKED },
  { "cable pulled", cable, HEALTH_CAUSE_CABLE },
  { "cable pulled, its connection still stands", cable_unnoticed, HEALTH_CAUSE_CABLE },
  { "busy computer", busy_computer, HEALTH_CAUSE_SENDER_CPU },
  { "starved in turns of 100 ms", starved_in_turns, HEALTH_CAUSE_SENDER_CPU },
  { "starved in turns of 20 ms", starved_finely, HEALTH_CAUSE_SENDER_CPU },
  { "starved, but for its sound", starved_encoder, HEALTH_CAUSE_SENDER_CPU },
  { "rate cut down, its queue runs over", narrow_down_queue, HEALTH_CAUSE_NARROW_DOWN },
  { "UDP blocked downwards", udp_blocked_down, HEALTH_CAUSE_UDP_BLOCKED },
  { "rate cut down", narrow_down, HEALTH_CAUSE_NARROW_DOWN },
  { "rate cut up", narrow_up, HEALTH_CAUSE_NARROW_UP },
  { "rate cut up, seen by its queue", narrow_up_queue, HEALTH_CAUSE_NARROW_UP },
  { "black picture", black, HEALTH_CAUSE_ROOM_DEVICE },
  { "silent microphone", silent, HEALTH_CAUSE_ROOM_DEVICE },
  { "overdriven", clipped, HEALTH_CAUSE_ROOM_DEVICE },
  { "sound not played", not_played, HEALTH_CAUSE_ROOM_DEVICE },
  { "wrong output", wrong_output, HEALTH_CAUSE_ROOM_DEVICE },
  { "frozen camera", frozen_camera, HEALTH_CAUSE_ROOM_DEVICE },
  { "camera unplugged", frozen_no_camera, HEALTH_CAUSE_ROOM_DEVICE },
};

static void
assert_others_are_well (const World *world, guint but_from, guint but_n)
{
  for (guint i = 0; i < SITES; i++) {
    if (i >= but_from && i < but_from + but_n)
      continue;
    if (world->sites[i]->cause.id != HEALTH_CAUSE_NONE ||
        world->sites[i]->verdict.light != HEALTH_LIGHT_GOOD)
      g_error ("site %u: %s, %s", i, health_cause_names[world->sites[i]->cause.id],
               health_light_names[world->sites[i]->verdict.light]);
  }
}

static void
test_table (void)
{
  for (guint f = 0; f < G_N_ELEMENTS (faults); f++) {
    World world;
    guint ill = f * 7 % SITES;

    world_begin (&world);
    run (&world, 20);
    assert_others_are_well (&world, 0, 0);
    faults[f].bring (&world, ill);
    run (&world, 5);
    g_test_message (
        "%s: %s, %s, %u %%", faults[f].name, health_light_names[world.sites[ill]->verdict.light],
        health_cause_names[world.sites[ill]->cause.id], world.sites[ill]->cause.confidence);
    g_assert_cmpstr (health_cause_names[world.sites[ill]->cause.id], ==,
                     health_cause_names[faults[f].cause]);
    g_assert_cmpint (world.sites[ill]->verdict.light, >=, HEALTH_LIGHT_FAIR);
    run (&world, 10);
    g_assert_cmpint (world.sites[ill]->cause.id, ==, faults[f].cause); /* and stays named */
    assert_others_are_well (&world, ill, 1);
    world_end (&world);
  }
}

/* Both behind one address, or a whole branch, fall ill at once: the line they share. */
static void
test_shared (void)
{
  static const struct {
    guint from, n;
    void (*bring) (World *world, guint i);
  } rows[] = {
    { 8, 2, down_loss_heavy }, { 20, 10, up_loss_3 }, { 6, 2, cable }, { 30, 10, narrow_down }
  };

  for (guint r = 0; r < G_N_ELEMENTS (rows); r++) {
    World world;

    world_begin (&world);
    run (&world, 20);
    for (guint i = 0; i < rows[r].n; i++)
      rows[r].bring (&world, rows[r].from + i);
    run (&world, 5);
    for (guint i = 0; i < rows[r].n; i++) {
      g_assert_cmpstr (health_cause_names[world.sites[rows[r].from + i]->cause.id], ==,
                       "shared_line");
      g_assert_nonnull (world.sites[rows[r].from + i]->cause.peer);
    }
    assert_others_are_well (&world, rows[r].from, rows[r].n);
    world_end (&world);
  }
}

/* Two rooms far apart that fall ill share nothing. */
static void
test_not_shared (void)
{
  World world;

  world_begin (&world);
  run (&world, 20);
  up_loss_3 (&world, 3);
  up_loss_3 (&world, 47);
  run (&world, 6);
  g_assert_cmpint (world.sites[3]->cause.id, ==, HEALTH_CAUSE_UP_LOSS);
  g_assert_cmpint (world.sites[47]->cause.id, ==, HEALTH_CAUSE_UP_LOSS);
  world_end (&world);
}

static void
test_relay (void)
{
  RelayCondition busy = { .cpu_percent = 97, .pressure = 2, .worst_round_us = 20000 };
  World world;

  world_begin (&world);
  run (&world, 20);
  health_board_set_relay (world.board, &busy);
  for (guint i = 0; i < SITES; i += 2)
    down_loss_3 (&world, i);
  run (&world, 5);
  for (guint i = 0; i < SITES; i++)
    g_assert_cmpstr (health_cause_names[world.sites[i]->cause.id], ==,
                     i % 2 == 0 ? "relay_overloaded" : "none");
  world_end (&world);
}

/* All at once while the relay is well: its own line. */
static void
test_all_at_once (void)
{
  World world;

  world_begin (&world);
  run (&world, 20);
  for (guint i = 0; i < SITES; i++)
    down_loss_heavy (&world, i);
  run (&world, 5);
  g_assert_cmpint (world.sites[17]->cause.id, ==, HEALTH_CAUSE_RELAY_OVERLOADED);
  world_end (&world);
}

static void
test_gets_well (void)
{
  World world;

  world_begin (&world);
  run (&world, 20);
  up_loss_3 (&world, 4);
  run (&world, 8);
  g_assert_cmpint (world.sites[4]->cause.id, ==, HEALTH_CAUSE_UP_LOSS);
  world.rooms[4].up_loss = 0;
  run (&world, 15);
  assert_others_are_well (&world, 0, 0);
  world_end (&world);
}

/* A page that connects, and connects anew, has not counted anything yet. */
static void
test_nothing_counted_yet (void)
{
  World world;

  world_begin (&world);
  world.rooms[5].client.audio_packets = 0;
  run (&world, 5);
  assert_others_are_well (&world, 5, 1);
  g_assert_cmpint (world.sites[5]->cause.id, !=, HEALTH_CAUSE_UDP_BLOCKED);
  world_end (&world);
}

/* A queue that fills before anything else shows is not taken for the usual way. */
static void
test_queue_fills_first (void)
{
  World world;

  world_begin (&world);
  run (&world, 20);
  world.rooms[5].rtt_ms = 343;
  run (&world, 1);
  narrow_down_queue (&world, 5);
  run (&world, 5);
  g_assert_cmpint (world.sites[5]->cause.id, ==, HEALTH_CAUSE_NARROW_DOWN);
  world_end (&world);
}

/* A line on which a packet is lost now and then, a computer that is busy for a second. */
static void
test_clean_half_hour (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  World world;

  world_begin (&world);
  for (guint s = 0; s < 30 * 60; s++) {
    for (guint i = 0; i < SITES; i++) {
      world.rooms[i].up_loss = g_rand_int_range (rand, 0, 100) == 0 ? 9 : 0;
      world.rooms[i].rtt_ms = 20 + g_rand_int_range (rand, 0, 30);
      world.rooms[i].client.captured_permille = g_rand_int_range (rand, 900, 1001);
      world.rooms[i].client.late_ms = g_rand_int_range (rand, 0, 25);
      world.rooms[i].client.limited =
          g_rand_int_range (rand, 0, 200) == 0 ? CLIENT_LIMITED_CPU : CLIENT_LIMITED_NONE;
    }
    run (&world, 1);
    assert_others_are_well (&world, 0, 0);
  }
  world_end (&world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/health/cause/table", test_table);
  g_test_add_func ("/health/cause/shared", test_shared);
  g_test_add_func ("/health/cause/not-shared", test_not_shared);
  g_test_add_func ("/health/cause/relay", test_relay);
  g_test_add_func ("/health/cause/all-at-once", test_all_at_once);
  g_test_add_func ("/health/cause/gets-well", test_gets_well);
  g_test_add_func ("/health/cause/nothing-counted-yet", test_nothing_counted_yet);
  g_test_add_func ("/health/cause/queue-fills-first", test_queue_fills_first);
  g_test_add_func ("/health/cause/clean-half-hour", test_clean_half_hour);
  return g_test_run ();
}
