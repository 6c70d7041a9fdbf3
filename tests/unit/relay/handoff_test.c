/* What crosses from the shard that receives a track to those that forward it: one hand-off for each
 * burst and shard, however many slots show it there. */
#include "tests/support/relay_fixture.h"

#define N_SHARDS 3
#define N_BURSTS 40
#define FRAME_PACKETS 5
#define SLOTS 4

static const FixtureOffer publisher_offer = { .audio = TRUE, .video = TRUE };
static const FixtureOffer viewer_offer = { .audio_slots = 1, .video_slots = SLOTS };

typedef struct {
  gint64 handoffs; /* of all shards */
  guint n_used;    /* shards that have a transport */
} Counts;

static Counts
count (RelayFixture *fixture)
{
  g_autoptr (RelayStatsReply) stats =
      relay_fixture_request (fixture, CONTROL_RELAY_STATS, NULL, NULL);
  Counts counts = { 0 };

  for (guint i = 0; i < stats->shards->len; i++) {
    const ShardStats *shard = g_ptr_array_index (stats->shards, i);

    counts.handoffs += shard->handoffs;
    counts.n_used += shard->transports > 0;
  }
  return counts;
}

static FixtureRoom *
join_viewer (RelayFixture *fixture, const gchar *id)
{
  g_autofree gchar *sound = g_strdup_printf ("%s/a0", id);
  FixtureRoom *viewer = relay_fixture_join (fixture, id, &viewer_offer);

  relay_fixture_route (fixture, sound, "p/mic", 0);
  for (guint i = 0; i < SLOTS; i++) {
    g_autofree gchar *slot = g_strdup_printf ("%s/s%u", id, i);

    relay_fixture_route (fixture, slot, "p/camera", 360);
  }
  return viewer;
}

/* A frame, or one packet of sound: a burst. */
static void
send_burst (FixtureRoom *publisher, guint16 number, gboolean is_sound)
{
  guint16 seq = number * FRAME_PACKETS + 1;

  if (is_sound)
    fixture_send (publisher, &FIXTURE_PACKET (.ssrc = 1, .seq = number + 1, .mid = "0",
                                              .timestamp = number * 960u, .pt = FIXTURE_PT_OPUS));
  for (guint i = 0; !is_sound && i < FRAME_PACKETS; i++)
    fixture_send (publisher,
                  &FIXTURE_PACKET (.ssrc = 2, .seq = seq + i, .mid = "1",
                                   .timestamp = number * 3000u, .marker = i + 1 == FRAME_PACKETS,
                                   .keyframe = number == 0 && i == 0, .height = 360));
}

static guint
shown (FixtureRoom *viewer, const gchar *id, const gchar *slot)
{
  g_autofree gchar *name = g_strdup_printf ("%s/%s", id, slot);

  return fixture_count_rtp (viewer, fixture_ssrc (name));
}

/* @n_viewers of them, spread over all shards. A busy machine may make two bursts of a frame, so of
 * some frames it may be twice as much, or three times. */
static void
run_bursts (guint n_viewers, gboolean is_sound)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (N_SHARDS);
  g_autoptr (FixtureRoom) publisher = relay_fixture_join (fixture, "p", &publisher_offer);
  FixtureRoom *viewers[3 * N_SHARDS];
  guint each = is_sound ? 1 : FRAME_PACKETS;
  guint as_whole = 0;
  Counts before;

  g_assert_cmpuint (n_viewers, <=, G_N_ELEMENTS (viewers));
  for (guint i = 0; i < n_viewers; i++) {
    g_autofree gchar *id = g_strdup_printf ("v%u", i);
    viewers[i] = join_viewer (fixture, id);
  }
  fixture_settle (20);
  for (guint burst = 0; burst < N_BURSTS; burst++) {
    gint64 handoffs;

    before = count (fixture);
    g_assert_cmpuint (before.n_used, ==, N_SHARDS);
    send_burst (publisher, burst, is_sound);
    for (guint i = 0; i < n_viewers; i++) {
      g_autofree gchar *id = g_strdup_printf ("v%u", i);
      fixture_wait_until (shown (viewers[i], id, is_sound ? "a0" : "s3") == (burst + 1) * each);
    }
    handoffs = count (fixture).handoffs - before.handoffs;
    g_assert_cmpint (handoffs, >=, N_SHARDS - 1);
    g_assert_cmpint (handoffs % (N_SHARDS - 1), ==, 0);
    g_assert_cmpint (handoffs, <=, each * (N_SHARDS - 1));
    as_whole += handoffs == N_SHARDS - 1;
  }
  g_assert_cmpuint (as_whole, >=, is_sound ? N_BURSTS : 1);
  for (guint i = 0; i < n_viewers; i++)
    fixture_room_free (viewers[i]);
}

static void
test_frames (gconstpointer n_viewers)
{
  run_bursts (GPOINTER_TO_UINT (n_viewers), FALSE);
}

static void
test_sound (gconstpointer n_viewers)
{
  run_bursts (GPOINTER_TO_UINT (n_viewers), TRUE);
}

/* As many shards as there may be, and no more. */
static void
test_shards (void)
{
  for (guint n = LIMIT_SHARDS; n <= LIMIT_SHARDS + 1; n++) {
    g_autoptr (RelayFixture) fixture = relay_fixture_new (n);
    g_autoptr (RelayStatsReply) stats =
        relay_fixture_request (fixture, CONTROL_RELAY_STATS, NULL, NULL);

    g_assert_cmpuint (stats->shards->len, ==, LIMIT_SHARDS);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/handoff/shards", test_shards);
  for (guint n = N_SHARDS; n <= 3 * N_SHARDS; n += 2 * N_SHARDS) {
    g_autofree gchar *frames = g_strdup_printf ("/handoff/frames/%u", n);
    g_autofree gchar *sound = g_strdup_printf ("/handoff/sound/%u", n);

    g_test_add_data_func (frames, GUINT_TO_POINTER (n), test_frames);
    g_test_add_data_func (sound, GUINT_TO_POINTER (n), test_sound);
  }
  return g_test_run ();
}
