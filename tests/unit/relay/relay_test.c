#include "tests/support/relay_fixture.h"

#include <gst/gst.h>

static const FixtureOffer publisher_offer = { .audio = TRUE, .video = TRUE };
static const FixtureOffer viewer_offer = { .audio_slots = 1, .video_slots = 2 };

#define AUDIO_SSRC 0x1001
#define VIDEO_SSRC 0x2002

static void
send_audio (FixtureRoom *room, guint16 seq)
{
  fixture_send (room, &FIXTURE_PACKET (.ssrc = AUDIO_SSRC, .seq = seq, .timestamp = seq * 960u,
                                       .pt = FIXTURE_PT_OPUS, .mid = "0", .has_level = TRUE,
                                       .level = 20));
}

/* One frame of @n packets; the first sequence number is @seq. */
static void
send_frame (FixtureRoom *room, guint16 seq, guint n, gboolean keyframe)
{
  for (guint i = 0; i < n; i++)
    fixture_send (room, &FIXTURE_PACKET (.ssrc = VIDEO_SSRC, .seq = seq + i,
                                         .timestamp = seq * 300u, .keyframe = keyframe && i == 0,
                                         .height = 360, .marker = i == n - 1, .mid = "1",
                                         .size = i == n - 1 ? 1001 : 1000));
}

static void
test_forward (gconstpointer shards)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (GPOINTER_TO_UINT (shards));
  g_autoptr (FixtureRoom) publisher = relay_fixture_join (fixture, "p", &publisher_offer);
  g_autoptr (FixtureRoom) viewer = relay_fixture_join (fixture, "v", &viewer_offer);
  guint32 audio = fixture_ssrc ("v/a0"), video = fixture_ssrc ("v/s0");
  RtpPacket first, last;

  relay_fixture_route (fixture, "v/a0", "p/mic", 0);
  relay_fixture_route (fixture, "v/s0", "p/camera", 360);
  for (guint i = 0; i < 5; i++)
    send_audio (publisher, 100 + i);
  send_frame (publisher, 500, 9, TRUE);
  send_frame (publisher, 509, 9, FALSE);
  fixture_wait_until (fixture_count_rtp (viewer, audio) == 5);
  fixture_wait_until (fixture_count_rtp (viewer, video) == 18);
  fixture_get_rtp (viewer, video, 0, &first);
  fixture_get_rtp (viewer, video, 17, &last);
  g_assert_cmpuint ((guint16) (last.seq - first.seq), ==, 17);
  g_assert_cmpuint (last.timestamp - first.timestamp, ==, 2700);
  g_assert_true (last.marker);
  g_assert_cmpuint (first.payload_size, ==, 1000);
  g_assert_cmpuint (last.payload_size, ==, 1001);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_data_func ("/relay/forward/one-shard", GUINT_TO_POINTER (1), test_forward);
  g_test_add_data_func ("/relay/forward/two-shards", GUINT_TO_POINTER (2), test_forward);
  return g_test_run ();
}
