/* Keyframes for pictures: where they come from, what the publisher is asked, what comes of it. */
#include "pipelines/relay/limits.h"
#include "pipelines/relay/track_picture.h"
#include "tests/support/relay_fixture.h"

#include <gst/gst.h>

#define VIDEO_SSRC 0x2002
#define PACKET_BYTES 800

static const gchar *const rids[] = { "f", "q", NULL };
static const FixtureOffer publisher_offer = { .audio = TRUE, .video = TRUE };
static const FixtureOffer simulcast_offer = { .video = TRUE, .rids = rids };
static const FixtureOffer viewer_offer = { .audio_slots = 1, .video_slots = 2 };

static void
ask_for (RelayFixture *relay, const gchar *track, guint wake_s)
{
  gchar *tracks[] = { (gchar *) track, (gchar *) "nobody/camera", NULL };
  TrackPictureRequest request = { .tracks = tracks, .wake_s = (int) wake_s };
  gpointer reply = relay_fixture_request (relay, CONTROL_TRACK_PICTURE, &request, NULL);

  g_assert_nonnull (reply);
  record_free (control_message_row (CONTROL_TRACK_PICTURE)->reply, reply);
}

static void
ask (RelayFixture *relay, const gchar *track)
{
  ask_for (relay, track, 0);
}

static void
send_packet (FixtureRoom *room, guint16 seq, guint16 first, guint n, gboolean keyframe)
{
  fixture_send (room,
                &FIXTURE_PACKET (.ssrc = VIDEO_SSRC, .seq = seq, .timestamp = first * 3000u,
                                 .keyframe = keyframe && seq == first, .height = 180,
                                 .marker = seq == first + n - 1, .mid = "1", .size = PACKET_BYTES));
}

static void
send_frame (FixtureRoom *room, guint16 seq, guint n, gboolean keyframe)
{
  for (guint i = 0; i < n; i++)
    send_packet (room, seq + i, seq, n, keyframe);
}

static guint
count_plis (FixtureRoom *room)
{
  return fixture_count_rtcp (room, RTCP_PSFB, RTCP_PSFB_PLI);
}

static guint
count_frames (RelayFixture *relay)
{
  guint n = 0;

  for (guint i = 0; i < relay->events->len; i++)
    n += ((const FixtureEvent *) g_ptr_array_index (relay->events, i))->type == CONTROL_TRACK_FRAME;
  return n;
}

/* The frame of packets @first to @first + n - 1, without their descriptors of one byte. */
static void
assert_frame (RelayFixture *relay, const gchar *track, guint16 first, guint n)
{
  const TrackFrameEvent *event = relay_fixture_last_event (relay, CONTROL_TRACK_FRAME, track);
  g_autofree guchar *data = NULL;
  gsize size = 0;

  g_assert_nonnull (event);
  g_assert_cmpstr (event->codec, ==, "VP8");
  data = g_base64_decode (event->data, &size);
  g_assert_cmpuint (size, ==, n * (PACKET_BYTES - 1));
  for (guint i = 0; i < n; i++)
    g_assert_cmpuint (data[i * (PACKET_BYTES - 1) + 100], ==, (guint8) (first + i + 101));
}

static gboolean
is_active (RelayFixture *relay, const gchar *track)
{
  const TrackStateEvent *event = relay_fixture_last_event (relay, CONTROL_TRACK_STATE, track);

  return event != NULL && event->active;
}

typedef struct {
  RelayFixture *relay;
  FixtureRoom *room;
} World;

/* A camera that flows, and that nobody watches. */
static void
world_begin (World *world)
{
  world->relay = relay_fixture_new (1);
  world->room = relay_fixture_join (world->relay, "p", &publisher_offer);
  send_frame (world->room, 1, 2, FALSE);
  fixture_wait_until (is_active (world->relay, "p/camera"));
}

static void
world_end (World *world)
{
  fixture_room_free (world->room);
  relay_fixture_free (world->relay);
}

/* The publisher is asked once, and its keyframe comes whole whatever the order of its packets. */
static void
test_asked (void)
{
  World world;

  world_begin (&world);
  g_assert_cmpuint (count_plis (world.room), ==, 0);
  ask (world.relay, "p/camera");
  fixture_wait_until (count_plis (world.room) == 1);
  send_packet (world.room, 10, 10, 3, TRUE);
  send_packet (world.room, 12, 10, 3, TRUE);
  send_packet (world.room, 11, 10, 3, TRUE);
  fixture_wait_until (count_frames (world.relay) == 1);
  assert_frame (world.relay, "p/camera", 10, 3);
  /* nobody asked for the next one */
  send_frame (world.room, 13, 2, TRUE);
  fixture_settle (50);
  g_assert_cmpuint (count_frames (world.relay), ==, 1);
  world_end (&world);
}

/* Asked again too soon it leaves the publisher alone, and takes the keyframe that comes by itself.
 */
static void
test_not_too_often (void)
{
  World world;

  world_begin (&world);
  ask (world.relay, "p/camera");
  fixture_wait_until (count_plis (world.room) == 1);
  send_frame (world.room, 10, 3, TRUE);
  fixture_wait_until (count_frames (world.relay) == 1);
  ask (world.relay, "p/camera");
  ask (world.relay, "p/camera");
  fixture_settle (100);
  g_assert_cmpuint (count_plis (world.room), ==, 1);
  g_assert_cmpuint (count_frames (world.relay), ==, 1);
  send_frame (world.room, 13, 1, FALSE);
  send_frame (world.room, 14, 2, TRUE);
  fixture_wait_until (count_frames (world.relay) == 2);
  assert_frame (world.relay, "p/camera", 14, 2);
  world_end (&world);
}

/* Where somebody watches, the last keyframe lies there: nobody is asked. */
static void
test_from_the_cache (void)
{
  World world;
  g_autoptr (FixtureRoom) viewer = NULL;
  guint plis;

  world_begin (&world);
  viewer = relay_fixture_join (world.relay, "v", &viewer_offer);
  relay_fixture_route (world.relay, "v/s0", "p/camera", 180);
  send_frame (world.room, 10, 3, TRUE);
  send_frame (world.room, 13, 2, FALSE);
  fixture_wait_until (fixture_count_rtp (viewer, fixture_ssrc ("v/s0")) == 5);
  plis = count_plis (world.room);
  ask (world.relay, "p/camera");
  fixture_wait_until (count_frames (world.relay) == 1);
  assert_frame (world.relay, "p/camera", 10, 3);
  g_assert_cmpuint (count_plis (world.room), ==, plis);
  world_end (&world);
}

/* A camera that was closed, one that never flowed, and a microphone have no picture. */
static void
test_none (void)
{
  World world;
  g_autoptr (FixtureRoom) silent = NULL;

  world_begin (&world);
  silent = relay_fixture_join (world.relay, "s", &publisher_offer);
  ask (world.relay, "s/camera");
  ask (world.relay, "p/mic");
  ask (world.relay, "p/camera");
  fixture_wait_until (count_plis (world.room) == 1);
  relay_fixture_mute (world.relay, "p/camera", TRUE);
  ask (world.relay, "p/camera");
  send_frame (world.room, 10, 3, TRUE);
  fixture_settle (100);
  g_assert_cmpuint (count_frames (world.relay), ==, 0);
  g_assert_cmpuint (count_plis (world.room), ==, 1);
  g_assert_cmpuint (count_plis (silent), ==, 0);
  /* what was waited for before is not shown when it opens again */
  relay_fixture_mute (world.relay, "p/camera", FALSE);
  send_frame (world.room, 20, 3, TRUE);
  fixture_settle (50);
  g_assert_cmpuint (count_frames (world.relay), ==, 0);
  world_end (&world);
}

/* A camera that sends nothing yet is caught when it does: from its first frame where that is a
 * keyframe, else it is asked. */
static void
test_begins_to_flow (void)
{
  g_autoptr (RelayFixture) relay = relay_fixture_new (1);
  g_autoptr (FixtureRoom) one = relay_fixture_join (relay, "p", &publisher_offer);
  g_autoptr (FixtureRoom) other = relay_fixture_join (relay, "o", &publisher_offer);

  ask_for (relay, "p/camera", 15);
  ask_for (relay, "p/camera", 15);
  send_frame (one, 1, 3, TRUE);
  fixture_wait_until (count_frames (relay) == 1);
  assert_frame (relay, "p/camera", 1, 3);
  g_assert_cmpuint (count_plis (one), ==, 0);
  ask_for (relay, "o/camera", 15);
  send_frame (other, 1, 3, FALSE);
  fixture_wait_until (count_plis (other) == 1);
  send_frame (other, 10, 2, TRUE);
  fixture_wait_until (count_frames (relay) == 2);
  assert_frame (relay, "o/camera", 10, 2);
}

static void
send_layer (FixtureRoom *room, guint layer, guint16 seq, gboolean keyframe)
{
  fixture_send (room, &FIXTURE_PACKET (.ssrc = 0x3000 + layer, .seq = seq, .timestamp = seq * 3000u,
                                       .keyframe = keyframe, .height = layer == 0 ? 720 : 180,
                                       .marker = TRUE, .mid = "1", .rid = rids[layer],
                                       .size = PACKET_BYTES));
}

/* Of layers the smallest that flows. */
static void
test_lowest_layer (void)
{
  g_autoptr (RelayFixture) relay = relay_fixture_new (1);
  g_autoptr (FixtureRoom) room = relay_fixture_join (relay, "p", &simulcast_offer);

  /* the smallest first: it flows whenever something does */
  for (guint16 seq = 1; seq <= 2; seq++)
    for (guint layer = 2; layer-- > 0;)
      send_layer (room, layer, seq, seq == 1);
  fixture_wait_until (is_active (relay, "p/camera"));
  ask (relay, "p/camera");
  fixture_wait_until (count_plis (room) > 0);
  send_layer (room, 0, 30, TRUE);
  fixture_settle (50);
  g_assert_cmpuint (count_frames (relay), ==, 0);
  send_layer (room, 1, 40, TRUE);
  fixture_wait_until (count_frames (relay) == 1);
  assert_frame (relay, "p/camera", 40, 1);
}

/* Across shards, with the room gone while its keyframe is on its way. */
static void
test_gone (void)
{
  World world;
  TransportCloseRequest close = { .transport = (gchar *) "p" };

  world_begin (&world);
  ask (world.relay, "p/camera");
  fixture_wait_until (count_plis (world.room) == 1);
  record_free (control_message_row (CONTROL_TRANSPORT_CLOSE)->reply,
               relay_fixture_request (world.relay, CONTROL_TRANSPORT_CLOSE, &close, NULL));
  send_frame (world.room, 10, 3, TRUE);
  fixture_settle (50);
  g_assert_cmpuint (count_frames (world.relay), ==, 0);
  world_end (&world);
}

static void
test_interval (void)
{
  static const struct {
    guint bytes, n_slots;
    gint64 interval_us;
  } rows[] = {
    { 0, 0, PICTURE_ASK_MIN_US },
    { 8000, 1, 4000000 },
    { 20000, 0, 10000000 },
    { 20000, BURST_WIDE_SLOTS - 1, 10000000 },
    { 20000, BURST_WIDE_SLOTS, PICTURE_ASK_MAX_US },
    { 119000, 0, 59500000 },
    { 500000, 0, PICTURE_ASK_MAX_US },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (track_picture_interval_us (rows[i].bytes, rows[i].n_slots), ==,
                     rows[i].interval_us);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/track_picture/interval", test_interval);
  g_test_add_func ("/track_picture/asked", test_asked);
  g_test_add_func ("/track_picture/not-too-often", test_not_too_often);
  g_test_add_func ("/track_picture/from-the-cache", test_from_the_cache);
  g_test_add_func ("/track_picture/none", test_none);
  g_test_add_func ("/track_picture/begins-to-flow", test_begins_to_flow);
  g_test_add_func ("/track_picture/lowest-layer", test_lowest_layer);
  g_test_add_func ("/track_picture/gone", test_gone);
  return g_test_run ();
}
