/* Pictures on a narrow line of the real relay: sound does not wait for them, and nothing is lost,
 * doubled or out of order. What the receiver tells is made up. And by a clock of the test's: how
 * much of them goes between two packets of sound. */
#include "pipelines/bwe/bounds.h"
#include "pipelines/relay/transport.h"
#include "pipelines/rtp/extension.h"
#include "pipelines/rtp/twcc.h"
#include "tests/support/relay_fixture.h"
#include "tests/unit/relay/bare_shard.h"

#include <gst/gst.h>

#define VIDEO_SSRC 0x2002
#define AUDIO_SSRC 0x2001
#define SIZE 1000
#define LINE_BPS 1000000
#define TELL_MS 50       /* between two feedbacks */
#define LARGE_PACKETS 14 /* of a frame: goes out in far less than BWE_PACE_WAIT_MAX_US */

static const FixtureOffer publisher_offer = { .audio = TRUE, .video = TRUE };
static const FixtureOffer viewer_offer = { .audio_slots = 1, .video_slots = 1 };

typedef struct {
  RelayFixture *fixture;
  FixtureRoom *publisher, *viewer;
  TwccReceiver receiver;
  gint64 free_us; /* of the line */
  guint seen;
  guint16 seq, audio_seq;
  guint line_bps; /* 0: wide */
} Scene;

static void
scene_init (Scene *scene)
{
  *scene = (Scene){ .fixture = relay_fixture_new (1), .seq = 1, .audio_seq = 1 };
  scene->publisher = relay_fixture_join (scene->fixture, "p", &publisher_offer);
  scene->viewer = relay_fixture_join (scene->fixture, "v", &viewer_offer);
  relay_fixture_route (scene->fixture, "v/s0", "p/camera", 360);
  relay_fixture_route (scene->fixture, "v/a0", "p/mic", 0);
}

static void
scene_clear (Scene *scene)
{
  fixture_room_free (scene->viewer);
  fixture_room_free (scene->publisher);
  relay_fixture_free (scene->fixture);
}

static void
send_frame (Scene *scene, guint n, gboolean keyframe)
{
  for (guint i = 0; i < n; i++, scene->seq++)
    fixture_send (scene->publisher,
                  &FIXTURE_PACKET (.ssrc = VIDEO_SSRC, .seq = scene->seq,
                                   .timestamp = scene->seq * 3000, .keyframe = keyframe && i == 0,
                                   .height = 360, .marker = i == n - 1, .mid = "1", .size = SIZE));
}

static void
send_sound (Scene *scene)
{
  fixture_send (scene->publisher, &FIXTURE_PACKET (.ssrc = AUDIO_SSRC, .seq = scene->audio_seq,
                                                   .timestamp = scene->audio_seq * 960,
                                                   .pt = FIXTURE_PT_OPUS, .mid = "0", .size = 80));
  scene->audio_seq++;
}

/* What came since the last time is told as a line of line_bps would have carried it. */
static void
tell (Scene *scene)
{
  GPtrArray *received = fake_peer_get_rtp (scene->viewer->peer);
  ExtensionMap map = { 0 };
  guint8 data[RTCP_COMPOUND_MAX + 64];
  RtcpWriter writer;

  extension_map_set (&map, EXTENSION_TRANSPORT_SEQ, FIXTURE_EXT_TWCC);
  for (; scene->seen < received->len; scene->seen++) {
    gsize size = 0;
    const guint8 *bytes = g_bytes_get_data (g_ptr_array_index (received, scene->seen), &size);
    gint64 now_us = g_get_monotonic_time ();
    ExtensionValues values;
    RtpPacket packet;

    g_assert_true (rtp_packet_parse (&packet, (guint8 *) bytes, size));
    extension_values_read (&values, &map, &packet);
    if (scene->line_bps > 0)
      now_us = MAX (scene->free_us, now_us) + (gint64) size * 8 * G_USEC_PER_SEC / scene->line_bps;
    scene->free_us = now_us;
    twcc_receiver_on_packet (&scene->receiver, values.transport_seq, now_us);
  }
  while (twcc_receiver_pending (&scene->receiver)) {
    rtcp_writer_init (&writer, data, RTCP_COMPOUND_MAX);
    rtcp_write_rr (&writer, 7, NULL, 0);
    if (!twcc_receiver_build (&scene->receiver, &writer, 7, fixture_ssrc ("v/s0")))
      return;
    fake_peer_send_rtcp (scene->viewer->peer, data, writer.size);
  }
}

/* Until all that was sent of the picture has come; what has is told meanwhile, as a receiver does:
 * a line that is told nothing of is held. */
static void
wait_for_picture (Scene *scene)
{
  while (fixture_count_rtp (scene->viewer, fixture_ssrc ("v/s0")) < scene->seq - 1u) {
    fixture_settle (TELL_MS);
    tell (scene);
  }
  g_assert_cmpuint (fixture_count_rtp (scene->viewer, fixture_ssrc ("v/s0")), ==, scene->seq - 1u);
}

/* Frames of five packets for a while: their spread shows the line. */
static void
learn_line (Scene *scene)
{
  for (guint i = 0; i < 20; i++) {
    send_frame (scene, 5, i == 0);
    wait_for_picture (scene);
    fixture_settle (TELL_MS);
    tell (scene);
  }
  fixture_settle (60); /* it is told, and a tick of the shard has seen it */
}

/* The place of the packet of sound that came last among all that came. */
static guint
place_of_sound (const Scene *scene)
{
  GPtrArray *received = fake_peer_get_rtp (scene->viewer->peer);

  for (guint i = received->len; i-- > 0;) {
    gsize size = 0;
    const guint8 *bytes = g_bytes_get_data (g_ptr_array_index (received, i), &size);
    RtpPacket packet;

    g_assert_true (rtp_packet_parse (&packet, (guint8 *) bytes, size));
    if (packet.ssrc == fixture_ssrc ("v/a0"))
      return i;
  }
  g_assert_not_reached ();
}

static void
assert_whole (const Scene *scene)
{
  guint32 video = fixture_ssrc ("v/s0");

  for (guint i = 1; i < fixture_count_rtp (scene->viewer, video); i++) {
    RtpPacket before, packet;

    fixture_get_rtp (scene->viewer, video, i - 1, &before);
    fixture_get_rtp (scene->viewer, video, i, &packet);
    g_assert_cmpuint ((guint16) (packet.seq - before.seq), ==, 1);
    g_assert_cmpint ((gint32) (packet.timestamp - before.timestamp), >=, 0);
  }
}

/* A large frame and sound right behind it: on a narrow line the sound comes first, on a wide one
 * nothing is held. */
static void
test_sound_first (gconstpointer line_bps)
{
  Scene scene;
  guint frames_before;

  scene_init (&scene);
  scene.line_bps = GPOINTER_TO_UINT (line_bps);
  learn_line (&scene);
  frames_before = fake_peer_get_rtp (scene.viewer->peer)->len;
  send_frame (&scene, LARGE_PACKETS, FALSE);
  send_sound (&scene);
  wait_for_picture (&scene);
  fixture_wait_until (fixture_count_rtp (scene.viewer, fixture_ssrc ("v/a0")) == 1);
  if (scene.line_bps > 0)
    g_assert_cmpuint (place_of_sound (&scene) - frames_before, <, LARGE_PACKETS - 3);
  assert_whole (&scene);
  scene_clear (&scene);
}

/* Frames one upon another, faster than the line for a moment; the keyframe among them takes its
 * turn as well. */
static void
test_in_order (void)
{
  Scene scene;

  scene_init (&scene);
  scene.line_bps = LINE_BPS;
  learn_line (&scene);
  for (guint i = 0; i < 6; i++) {
    send_frame (&scene, 4, i == 3);
    fixture_settle (5);
  }
  wait_for_picture (&scene);
  assert_whole (&scene);
  scene_clear (&scene);
}

/* The room leaves, or sees something else, while a frame waits. */
static void
test_leaves (void)
{
  Scene scene;

  scene_init (&scene);
  scene.line_bps = LINE_BPS;
  learn_line (&scene);
  send_frame (&scene, 30, FALSE);
  fixture_settle (5);
  relay_fixture_route (scene.fixture, "v/s0", "", 0);
  send_frame (&scene, 30, FALSE);
  fixture_settle (20);
  relay_fixture_route (scene.fixture, "v/s0", "p/camera", 360);
  send_frame (&scene, 30, TRUE);
  fixture_settle (5);
  fixture_room_free (g_steal_pointer (&scene.viewer));
  fixture_settle (50);
  fixture_room_free (scene.publisher);
  relay_fixture_free (scene.fixture);
}

/* --- by the test's clock --- */

#define SOUND_US (20 * G_TIME_SPAN_MILLISECOND)
#define SLOT_PICTURE 1
#define SLOT_VOICE 2

typedef struct {
  BareShard *bare;
  Transport *transport;
  Feed *picture, *voice;
} Narrow;

static void
narrow_init (Narrow *narrow, guint pictures_bps)
{
  PacerLine line = { .is_narrow = TRUE, .line_bps = 2500000, .pictures_bps = pictures_bps };
  BareShard *bare = bare_shard_new ();
  Transport *transport = bare_shard_add_transport (bare, TRUE);

  *narrow = (Narrow){ bare, transport, bare_shard_add_feed (bare, 1, TRACK_VIDEO),
                      bare_shard_add_feed (bare, 2, TRACK_AUDIO) };
  bare->shard.pace_timer = g_timeout_source_new_seconds (3600);
  slot_route (bare_transport_add_slot (transport, TRACK_VIDEO, SLOT_PICTURE), narrow->picture, 0);
  slot_route (bare_transport_add_slot (transport, TRACK_AUDIO, SLOT_VOICE), narrow->voice, 0);
  line_share_ensure (transport);
  pacer_update (&transport->share->pacer, &line, bare->shard.now_us);
  for (guint i = 0; i < transport->slots->len; i++)
    slot_pace_set (g_ptr_array_index (transport->slots, i), TRUE);
}

static void
narrow_clear (Narrow *narrow)
{
  g_source_unref (narrow->bare->shard.pace_timer);
  bare_shard_free (narrow->bare);
}

/* A second: a picture each 40 ms, sound each 20, in which it looks at what waits eight times. The
 * most packets of pictures between two of sound. */
static guint
most_between (Narrow *narrow, guint packets)
{
  Shard *shard = &narrow->bare->shard;
  guint most = 0, all = 0;

  for (guint i = 0; i < 50; i++) {
    bare_deliver (narrow->voice, i, 1, 80, FALSE);
    sound_gather_release (shard->sounds);
    bare_shard_forget (narrow->bare);
    if (i % 2 == 0)
      bare_deliver (narrow->picture, 100 + i / 2 * packets, packets, SIZE, i == 0);
    for (guint step = 0; step < 8; step++) {
      shard->now_us += SOUND_US / 8;
      shard_pump_paced (shard);
    }
    bare_shard_flush (narrow->bare);
    all += bare_shard_count (narrow->bare, SLOT_PICTURE);
    most = MAX (most, bare_shard_count (narrow->bare, SLOT_PICTURE));
  }
  g_assert_cmpuint (all, >=, 24 * packets); /* all but what waits by now */
  return most;
}

static void
test_between_sounds (void)
{
  Narrow narrow;

  narrow_init (&narrow, 1100000);
  g_assert_cmpuint (most_between (&narrow, 5), ==, 3);
  narrow_clear (&narrow);
  narrow_init (&narrow, 1700000); /* could not be done with three */
  g_assert_cmpuint (most_between (&narrow, 8), >, 3);
  narrow_clear (&narrow);
}

int
main (int argc, char **argv)
{
  gst_init (NULL, NULL);
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/relay/slot-pace/sound-first", GUINT_TO_POINTER (LINE_BPS),
                        test_sound_first);
  g_test_add_data_func ("/relay/slot-pace/wide", GUINT_TO_POINTER (0), test_sound_first);
  g_test_add_func ("/relay/slot-pace/in-order", test_in_order);
  g_test_add_func ("/relay/slot-pace/leaves", test_leaves);
  g_test_add_func ("/relay/slot-pace/between-sounds", test_between_sounds);
  return g_test_run ();
}
