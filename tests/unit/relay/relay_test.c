/* A relay end to end: publishers and viewers that are small WebRTC peers. */
#include "pipelines/relay/track_shape.h"
#include "pipelines/rtp/extension.h"
#include "pipelines/rtp/resend.h"
#include "pipelines/rtp/rtx.h"
#include "tests/support/relay_fixture.h"

#include <gst/gst.h>
#include <string.h>

#define AUDIO_SSRC 0x1001
#define VIDEO_SSRC 0x2002
#define CM_SUITE "SRTP_AES128_CM_SHA1_80"

static const FixtureOffer publisher_offer = { .audio = TRUE, .video = TRUE };
static const FixtureOffer viewer_offer = { .audio_slots = 1, .video_slots = 2 };

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
                                         .size = i == n - 1 ? 801 : 800));
}

static void
send_feedback (FixtureRoom *room, RtcpWriter *writer)
{
  fake_peer_send_rtcp (room->peer, writer->data, writer->size);
}

static void
send_pli (FixtureRoom *room, guint32 media_ssrc)
{
  guint8 data[100];
  RtcpWriter writer;

  rtcp_writer_init (&writer, data, sizeof data);
  rtcp_write_rr (&writer, 7, NULL, 0);
  rtcp_write_pli (&writer, 7, media_ssrc);
  send_feedback (room, &writer);
}

static void
send_nack (FixtureRoom *room, guint32 media_ssrc, guint16 seq)
{
  guint8 data[100];
  RtcpWriter writer;

  rtcp_writer_init (&writer, data, sizeof data);
  rtcp_write_rr (&writer, 7, NULL, 0);
  rtcp_write_nack (&writer, 7, media_ssrc, &seq, 1);
  send_feedback (room, &writer);
}

static guint
count_plis (FixtureRoom *room)
{
  return fixture_count_rtcp (room, RTCP_PSFB, RTCP_PSFB_PLI);
}

static gboolean
slot_flows (RelayFixture *fixture, const gchar *slot)
{
  const SlotStateEvent *event = relay_fixture_last_event (fixture, CONTROL_SLOT_STATE, slot);

  return event != NULL && event->flowing;
}

static void
test_forward (guint shards, const gchar *suites)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (shards);
  g_autoptr (FixtureRoom) publisher = relay_fixture_join (fixture, "p", &publisher_offer);
  FixtureOffer offer = viewer_offer;
  g_autoptr (FixtureRoom) viewer = NULL;
  guint32 audio = fixture_ssrc ("v/a0"), video = fixture_ssrc ("v/s0");
  RtpPacket first, last;

  offer.suites = suites;
  viewer = relay_fixture_join (fixture, "v", &offer);
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
  g_assert_cmpuint (first.payload_size, ==, 800);
  g_assert_cmpuint (last.payload_size, ==, 801);
  fixture_wait_until (slot_flows (fixture, "v/s0"));
}

static void
test_forward_one_shard (void)
{
  test_forward (1, NULL);
}

static void
test_forward_two_shards (void)
{
  test_forward (2, NULL);
}

static void
test_forward_cm (void)
{
  test_forward (1, CM_SUITE);
}

/* A room on IPv4 sees one on IPv6. */
static void
test_forward_ipv6 (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (1);
  g_autoptr (FixtureRoom) publisher = relay_fixture_join (fixture, "p", &publisher_offer);
  g_autoptr (FixtureRoom) viewer = NULL;
  FixtureOffer offer = viewer_offer;

  if (!fixture_has_ipv6 ()) {
    g_test_skip ("no IPv6 here");
    return;
  }
  offer.address = "::1";
  viewer = relay_fixture_join (fixture, "v", &offer);
  relay_fixture_route (fixture, "v/s0", "p/camera", 360);
  send_frame (publisher, 1, 9, TRUE);
  fixture_wait_until (fixture_count_rtp (viewer, fixture_ssrc ("v/s0")) == 9);
}

/* The header extensions of the receiver: its own mid and numbers, the publisher's level. */
static void
test_extensions_are_rewritten (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (1);
  g_autoptr (FixtureRoom) publisher = relay_fixture_join (fixture, "p", &publisher_offer);
  g_autoptr (FixtureRoom) viewer = relay_fixture_join (fixture, "v", &viewer_offer);
  ExtensionMap map = { 0 };
  ExtensionValues values;
  RtpPacket packet;

  relay_fixture_route (fixture, "v/a0", "p/mic", 0);
  send_audio (publisher, 1);
  fixture_wait_until (fixture_count_rtp (viewer, fixture_ssrc ("v/a0")) == 1);
  fixture_get_rtp (viewer, fixture_ssrc ("v/a0"), 0, &packet);
  extension_map_set (&map, EXTENSION_MID, FIXTURE_EXT_MID);
  extension_map_set (&map, EXTENSION_AUDIO_LEVEL, FIXTURE_EXT_LEVEL);
  extension_map_set (&map, EXTENSION_TRANSPORT_SEQ, FIXTURE_EXT_TWCC);
  extension_values_read (&values, &map, &packet);
  g_assert_cmpmem (values.mid, values.mid_size, "a0", 2);
  g_assert_cmpuint (values.audio_level, ==, 20);
  g_assert_true (values.has_transport_seq);
}

static gboolean
are_equally_long (GPtrArray *packets, guint first)
{
  for (guint i = first + 1; i < packets->len; i++) {
    if (g_bytes_get_size (packets->pdata[i]) != g_bytes_get_size (packets->pdata[first]))
      return FALSE;
  }
  return TRUE;
}

/* Packets one byte apart leave as one run: equally long, but for the payload that padding hides. A
 * busy machine may spread a frame over more than the time that a burst is held. */
static void
test_frame_is_one_run (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (1);
  g_autoptr (FixtureRoom) publisher = relay_fixture_join (fixture, "p", &publisher_offer);
  FixtureOffer offer = { .video_slots = 8 };
  g_autoptr (FixtureRoom) viewer = relay_fixture_join (fixture, "v", &offer);
  guint frames = 0;
  gboolean whole = FALSE;

  for (guint i = 0; i < 8; i++) {
    g_autofree gchar *slot = g_strdup_printf ("v/s%u", i);

    relay_fixture_route (fixture, slot, "p/camera", 360);
  }
  while (!whole) {
    g_assert_cmpuint (frames, <, 50);
    fake_peer_forget_received (viewer->peer);
    send_frame (publisher, 500 + 9 * frames++, 9, TRUE);
    fixture_settle (50);
    whole = fake_peer_get_rtp (viewer->peer)->len == 72 &&
            are_equally_long (fake_peer_get_sealed (viewer->peer), 0);
  }
}

static void
test_starts_at_keyframe (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (1);
  g_autoptr (FixtureRoom) publisher = relay_fixture_join (fixture, "p", &publisher_offer);
  g_autoptr (FixtureRoom) viewer = relay_fixture_join (fixture, "v", &viewer_offer);
  guint32 video = fixture_ssrc ("v/s0");

  relay_fixture_route (fixture, "v/s0", "p/camera", 360);
  send_frame (publisher, 10, 3, FALSE);
  fixture_wait_until (count_plis (publisher) >= 1);
  g_assert_cmpuint (fixture_count_rtp (viewer, video), ==, 0);
  send_frame (publisher, 13, 3, TRUE);
  fixture_wait_until (fixture_count_rtp (viewer, video) == 3);
}

/* Nobody looks at it yet: its publisher is asked all the same, at most twice a second. */
static void
test_warm_up (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (1);
  g_autoptr (FixtureRoom) publisher = relay_fixture_join (fixture, "p", &publisher_offer);

  relay_fixture_ask_keyframe (fixture, "p/camera"); /* no packet came: no layer to ask for */
  g_assert_cmpuint (count_plis (publisher), ==, 0);
  send_frame (publisher, 10, 3, TRUE);
  fixture_settle (20);
  relay_fixture_ask_keyframe (fixture, "p/camera");
  fixture_wait_until (count_plis (publisher) >= 1);
  relay_fixture_ask_keyframe (fixture, "p/camera");
  relay_fixture_ask_keyframe (fixture, "nobody/camera"); /* gone: no error */
  g_assert_cmpuint (count_plis (publisher), ==, 1);
}

static void
test_mute_drops_at_the_relay (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (1);
  g_autoptr (FixtureRoom) publisher = relay_fixture_join (fixture, "p", &publisher_offer);
  g_autoptr (FixtureRoom) viewer = relay_fixture_join (fixture, "v", &viewer_offer);
  guint32 audio = fixture_ssrc ("v/a0"), video = fixture_ssrc ("v/s0");
  RtpPacket before, after;

  relay_fixture_route (fixture, "v/a0", "p/mic", 0);
  relay_fixture_route (fixture, "v/s0", "p/camera", 360);
  send_audio (publisher, 1);
  send_frame (publisher, 1, 2, TRUE);
  fixture_wait_until (fixture_count_rtp (viewer, audio) == 1);
  fixture_wait_until (fixture_count_rtp (viewer, video) == 2);
  relay_fixture_mute (fixture, "p/mic", TRUE);
  relay_fixture_mute (fixture, "p/camera", TRUE);
  for (guint i = 0; i < 5; i++)
    send_audio (publisher, 2 + i);
  send_frame (publisher, 3, 2, TRUE);
  fixture_settle (60);
  g_assert_cmpuint (fixture_count_rtp (viewer, audio), ==, 1);
  g_assert_cmpuint (fixture_count_rtp (viewer, video), ==, 2);
  relay_fixture_mute (fixture, "p/mic", FALSE);
  relay_fixture_mute (fixture, "p/camera", FALSE);
  send_audio (publisher, 7);
  send_frame (publisher, 5, 2, FALSE);
  fixture_wait_until (fixture_count_rtp (viewer, audio) == 2);
  fixture_wait_until (count_plis (publisher) >= 1);
  g_assert_cmpuint (fixture_count_rtp (viewer, video), ==, 2);
  /* to the receiver nothing was lost */
  fixture_get_rtp (viewer, audio, 0, &before);
  fixture_get_rtp (viewer, audio, 1, &after);
  g_assert_cmpuint ((guint16) (after.seq - before.seq), ==, 1);
}

static void
test_starts_muted (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (1);
  FixtureOffer offer = publisher_offer;
  g_autoptr (FixtureRoom) publisher = NULL;
  g_autoptr (FixtureRoom) viewer = relay_fixture_join (fixture, "v", &viewer_offer);

  offer.muted = TRUE;
  publisher = relay_fixture_join (fixture, "p", &offer);
  relay_fixture_route (fixture, "v/a0", "p/mic", 0);
  send_audio (publisher, 1);
  fixture_settle (50);
  g_assert_cmpuint (fixture_count_rtp (viewer, fixture_ssrc ("v/a0")), ==, 0);
  relay_fixture_mute (fixture, "p/mic", FALSE);
  send_audio (publisher, 2);
  fixture_wait_until (fixture_count_rtp (viewer, fixture_ssrc ("v/a0")) == 1);
}

/* v/s0 shows @one and is routed to @two, whose keyframe is asked for and does not come yet. */
static void
switch_without_key (RelayFixture *fixture, FixtureRoom *one, FixtureRoom *two, FixtureRoom *viewer)
{
  guint32 video = fixture_ssrc ("v/s0");

  relay_fixture_route (fixture, "v/s0", "p1/camera", 360);
  send_frame (one, 100, 2, TRUE);
  send_frame (two, 9000, 2, TRUE);
  fixture_wait_until (fixture_count_rtp (viewer, video) == 2);
  relay_fixture_route (fixture, "v/s0", "p2/camera", 360);
  fixture_wait_until (count_plis (two) >= 1);
}

/* The slot goes on with the old picture until the new one's keyframe; its numbers do not jump. */
static void
test_switch (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (2);
  g_autoptr (FixtureRoom) one = relay_fixture_join (fixture, "p1", &publisher_offer);
  g_autoptr (FixtureRoom) two = relay_fixture_join (fixture, "p2", &publisher_offer);
  g_autoptr (FixtureRoom) viewer = relay_fixture_join (fixture, "v", &viewer_offer);
  guint32 video = fixture_ssrc ("v/s0");
  RtpPacket before, after;

  relay_fixture_route (fixture, "v/s1", "p1/camera", 360); /* keeps it coming */
  switch_without_key (fixture, one, two, viewer);
  send_frame (one, 102, 2, FALSE);
  fixture_wait_until (fixture_count_rtp (viewer, video) == 4);
  send_frame (two, 9002, 2, TRUE);
  fixture_wait_until (fixture_count_rtp (viewer, video) == 6);
  send_frame (one, 104, 2, FALSE);
  fixture_settle (40);
  g_assert_cmpuint (fixture_count_rtp (viewer, video), ==, 6);
  fixture_get_rtp (viewer, video, 3, &before);
  fixture_get_rtp (viewer, video, 4, &after);
  g_assert_cmpuint ((guint16) (after.seq - before.seq), ==, 1);
  g_assert_cmpint ((gint32) (after.timestamp - before.timestamp), >, 0);
  g_assert_cmpint ((gint32) (after.timestamp - before.timestamp), <, 90000);
}

/* Also where that was the last slot that showed the old picture, as when all look at a new speaker.
 */
static void
test_switch_of_all (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (2);
  g_autoptr (FixtureRoom) one = relay_fixture_join (fixture, "p1", &publisher_offer);
  g_autoptr (FixtureRoom) two = relay_fixture_join (fixture, "p2", &publisher_offer);
  g_autoptr (FixtureRoom) viewer = relay_fixture_join (fixture, "v", &viewer_offer);
  guint32 video = fixture_ssrc ("v/s0");

  switch_without_key (fixture, one, two, viewer);
  send_frame (one, 102, 2, FALSE);
  fixture_wait_until (fixture_count_rtp (viewer, video) == 4);
  send_frame (two, 9002, 2, TRUE);
  fixture_wait_until (fixture_count_rtp (viewer, video) == 6);
}

/* Back to what is still shown, by this slot alone, before the other one began. */
static void
test_switch_back (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (1);
  g_autoptr (FixtureRoom) one = relay_fixture_join (fixture, "p1", &publisher_offer);
  g_autoptr (FixtureRoom) two = relay_fixture_join (fixture, "p2", &publisher_offer);
  g_autoptr (FixtureRoom) viewer = relay_fixture_join (fixture, "v", &viewer_offer);
  guint32 video = fixture_ssrc ("v/s0");

  switch_without_key (fixture, one, two, viewer);
  relay_fixture_route (fixture, "v/s0", "p1/camera", 360);
  fixture_settle (40);
  send_frame (one, 102, 2, TRUE);
  fixture_wait_until (fixture_count_rtp (viewer, video) >= 4);
  send_frame (two, 9002, 2, TRUE);
  fixture_settle (40);
  g_assert_cmpuint (fixture_count_rtp (viewer, video), ==, 4);
}

static void
send_numbered (FixtureRoom *room, guint16 seq, gboolean keyframe, guint16 picture_id, guint8 tl0)
{
  fixture_send (room, &FIXTURE_PACKET (.ssrc = VIDEO_SSRC, .seq = seq, .timestamp = seq * 3000u,
                                       .keyframe = keyframe, .height = 360, .marker = TRUE,
                                       .mid = "1", .picture_id = picture_id, .tl0 = tl0));
}

static void
assert_numbers (FixtureRoom *room, guint32 ssrc, guint index, guint16 picture_id, guint8 tl0)
{
  RtpPacket packet;
  const guint8 *payload;

  fixture_get_rtp (room, ssrc, index, &packet);
  payload = rtp_packet_payload (&packet);
  g_assert_cmphex (GST_READ_UINT16_BE (payload + 2), ==, 0x8000 | picture_id);
  g_assert_cmphex (payload[4], ==, tl0);
}

/* The frame numbers of VP8 go on over a switch, and a retransmission carries the same. */
static void
test_switch_numbers (gconstpointer no_rtx)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (1);
  g_autoptr (FixtureRoom) one = relay_fixture_join (fixture, "p1", &publisher_offer);
  g_autoptr (FixtureRoom) two = relay_fixture_join (fixture, "p2", &publisher_offer);
  FixtureOffer offer = viewer_offer;
  g_autoptr (FixtureRoom) viewer = NULL;
  guint32 video = fixture_ssrc ("v/s0"), rtx = fixture_rtx_ssrc ("v/s0");
  GPtrArray *sealed;
  RtpPacket sent, again;

  offer.no_rtx = GPOINTER_TO_INT (no_rtx);
  viewer = relay_fixture_join (fixture, "v", &offer);
  relay_fixture_route (fixture, "v/s0", "p1/camera", 360);
  send_numbered (one, 100, TRUE, 0x7fff, 7);
  fixture_wait_until (fixture_count_rtp (viewer, video) == 1);
  assert_numbers (viewer, video, 0, 0x7fff, 7);
  send_numbered (two, 8999, FALSE, 0x5554, 99);
  relay_fixture_route (fixture, "v/s0", "p2/camera", 360);
  fixture_wait_until (count_plis (two) >= 1);
  send_numbered (two, 9000, TRUE, 0x5555, 99);
  send_numbered (two, 9001, FALSE, 0x5556, 100);
  fixture_wait_until (fixture_count_rtp (viewer, video) == 3);
  assert_numbers (viewer, video, 1, 0, 8);
  assert_numbers (viewer, video, 2, 1, 9);

  fixture_get_rtp (viewer, video, 2, &sent);
  send_nack (viewer, video, sent.seq);
  if (offer.no_rtx) {
    sealed = fake_peer_get_sealed (viewer->peer);
    fixture_wait_until (sealed->len == 4);
    g_assert_true (g_bytes_equal (sealed->pdata[3], sealed->pdata[2]));
    return;
  }
  fixture_wait_until (fixture_count_rtp (viewer, rtx) == 1);
  fixture_get_rtp (viewer, rtx, 0, &again);
  fixture_get_rtp (viewer, video, 2, &sent);
  g_assert_cmpmem (rtp_packet_payload (&again) + RTX_OSN_SIZE, again.payload_size - RTX_OSN_SIZE,
                   rtp_packet_payload (&sent), sent.payload_size);
}

/* A keyframe comes while the viewer is still connecting: where none can be taken from the cache,
 * one is asked for when it can be sent to, as a receiver that saw no packet does not ask. */
static void
test_keyframe_before_connected (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (1);
  g_autoptr (FixtureRoom) publisher = relay_fixture_join (fixture, "p", &publisher_offer);
  FixtureOffer offer = viewer_offer;
  g_autoptr (FixtureRoom) viewer = NULL;
  guint32 video = fixture_ssrc ("v/s0");
  guint asked;

  offer.no_rtx = TRUE;
  viewer = relay_fixture_create (fixture, "v", &offer);
  send_frame (publisher, 1, 2, FALSE);
  relay_fixture_route (fixture, "v/s0", "p/camera", 360);
  send_frame (publisher, 3, 2, TRUE);
  fixture_settle (40);
  asked = count_plis (publisher);
  relay_fixture_finish (fixture, viewer, &offer);
  fixture_wait_until (count_plis (publisher) > asked);
  send_frame (publisher, 5, 2, TRUE);
  fixture_wait_until (fixture_count_rtp (viewer, video) == 2);
}

static void
test_route_to_nothing (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (1);
  g_autoptr (FixtureRoom) publisher = relay_fixture_join (fixture, "p", &publisher_offer);
  g_autoptr (FixtureRoom) viewer = relay_fixture_join (fixture, "v", &viewer_offer);
  guint32 video = fixture_ssrc ("v/s0");

  relay_fixture_route (fixture, "v/s0", "p/camera", 360);
  send_frame (publisher, 1, 2, TRUE);
  fixture_wait_until (fixture_count_rtp (viewer, video) == 2);
  relay_fixture_route (fixture, "v/s0", "", 0);
  send_frame (publisher, 3, 2, TRUE);
  fixture_settle (40);
  g_assert_cmpuint (fixture_count_rtp (viewer, video), ==, 2);
}

static void
test_nack_is_answered_by_rtx (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (1);
  g_autoptr (FixtureRoom) publisher = relay_fixture_join (fixture, "p", &publisher_offer);
  g_autoptr (FixtureRoom) viewer = relay_fixture_join (fixture, "v", &viewer_offer);
  guint32 video = fixture_ssrc ("v/s0"), rtx = fixture_rtx_ssrc ("v/s0");
  RtpPacket original, again;

  relay_fixture_route (fixture, "v/s0", "p/camera", 360);
  send_frame (publisher, 1, 5, TRUE);
  fixture_wait_until (fixture_count_rtp (viewer, video) == 5);
  fixture_get_rtp (viewer, video, 2, &original);
  send_nack (viewer, video, original.seq);
  fixture_wait_until (fixture_count_rtp (viewer, rtx) == 1);
  fixture_get_rtp (viewer, rtx, 0, &again);
  fixture_get_rtp (viewer, video, 2, &original);
  g_assert_cmpuint (again.payload_type, ==, FIXTURE_PT_RTX);
  g_assert_cmpuint (again.timestamp, ==, original.timestamp);
  g_assert_cmpuint (GST_READ_UINT16_BE (rtp_packet_payload (&again)), ==, original.seq);
  g_assert_cmpmem (rtp_packet_payload (&again) + RTX_OSN_SIZE, again.payload_size - RTX_OSN_SIZE,
                   rtp_packet_payload (&original), original.payload_size);
  /* never sent, or long ago: no answer */
  send_nack (viewer, video, original.seq + 2000);
  fixture_settle (40);
  g_assert_cmpuint (fixture_count_rtp (viewer, rtx), ==, 1);
}

/* Repeated twice, not at once; asked for a third time, a keyframe is the better answer. */
static void
test_nack_again_and_again (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (1);
  g_autoptr (FixtureRoom) publisher = relay_fixture_join (fixture, "p", &publisher_offer);
  g_autoptr (FixtureRoom) viewer = relay_fixture_join (fixture, "v", &viewer_offer);
  guint32 video = fixture_ssrc ("v/s0"), rtx = fixture_rtx_ssrc ("v/s0");
  RtpPacket original;

  relay_fixture_route (fixture, "v/s0", "p/camera", 360);
  send_frame (publisher, 1, 5, TRUE);
  fixture_wait_until (fixture_count_rtp (viewer, video) == 5);
  fixture_get_rtp (viewer, video, 2, &original);
  guint plis = count_plis (publisher);
  for (guint times = 1; times <= RESEND_TIMES_MAX; times++) {
    send_nack (viewer, video, original.seq);
    fixture_wait_until (fixture_count_rtp (viewer, rtx) == times);
    fixture_settle (2 * RESEND_WAIT_MIN_US / 1000);
  }
  g_assert_cmpuint (count_plis (publisher), ==, plis);
  send_nack (viewer, video, original.seq);
  fixture_wait_until (count_plis (publisher) > plis);
  g_assert_cmpuint (fixture_count_rtp (viewer, rtx), ==, RESEND_TIMES_MAX);
}

/* An encoder that starts anew under another SSRC counts from anywhere: it is repaired as before. */
static void
test_nack_after_new_ssrc (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (1);
  g_autoptr (FixtureRoom) publisher = relay_fixture_join (fixture, "p", &publisher_offer);
  g_autoptr (FixtureRoom) viewer = relay_fixture_join (fixture, "v", &viewer_offer);
  guint32 video = fixture_ssrc ("v/s0"), rtx = fixture_rtx_ssrc ("v/s0");
  FixturePacket packet = FIXTURE_PACKET (.ssrc = VIDEO_SSRC + 1, .seq = 7, .timestamp = 90000,
                                         .mid = "1", .marker = TRUE, .keyframe = TRUE);
  RtpPacket sent;

  relay_fixture_route (fixture, "v/s0", "p/camera", 360);
  send_frame (publisher, 30000, 5, TRUE);
  fixture_wait_until (fixture_count_rtp (viewer, video) == 5);
  fixture_send (publisher, &packet);
  fixture_wait_until (fixture_count_rtp (viewer, video) == 6);
  fixture_get_rtp (viewer, video, 5, &sent);
  send_nack (viewer, video, sent.seq);
  fixture_wait_until (fixture_count_rtp (viewer, rtx) == 1);
}

/* At the limit of SSRCs and one past it: a source number never comes twice. */
static void
test_too_many_ssrcs (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (1);
  g_autoptr (FixtureRoom) publisher = relay_fixture_join (fixture, "p", &publisher_offer);
  g_autoptr (FixtureRoom) viewer = relay_fixture_join (fixture, "v", &viewer_offer);
  guint32 video = fixture_ssrc ("v/s0");

  relay_fixture_route (fixture, "v/s0", "p/camera", 360);
  for (guint i = 0; i <= TRACK_GENERATIONS_MAX; i++) {
    FixturePacket packet =
        FIXTURE_PACKET (.ssrc = VIDEO_SSRC + i, .seq = 7 * i, .timestamp = 3000 * i, .mid = "1",
                        .marker = TRUE, .keyframe = TRUE);

    fixture_send (publisher, &packet);
    fixture_wait_until (fixture_count_rtp (viewer, video) == MIN (i + 1, TRACK_GENERATIONS_MAX));
  }
  fixture_settle (40);
  g_assert_cmpuint (fixture_count_rtp (viewer, video), ==, TRACK_GENERATIONS_MAX);
}

/* Where RTX was not agreed the very same bytes go out again. */
static void
test_nack_without_rtx (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (1);
  g_autoptr (FixtureRoom) publisher = relay_fixture_join (fixture, "p", &publisher_offer);
  FixtureOffer offer = viewer_offer;
  g_autoptr (FixtureRoom) viewer = NULL;
  guint32 video = fixture_ssrc ("v/s0");
  GPtrArray *sealed;
  RtpPacket packet;

  offer.no_rtx = TRUE;
  viewer = relay_fixture_join (fixture, "v", &offer);
  relay_fixture_route (fixture, "v/s0", "p/camera", 360);
  send_frame (publisher, 1, 5, TRUE);
  fixture_wait_until (fixture_count_rtp (viewer, video) == 5);
  fixture_get_rtp (viewer, video, 3, &packet);
  send_nack (viewer, video, packet.seq);
  sealed = fake_peer_get_sealed (viewer->peer);
  fixture_wait_until (sealed->len == 6);
  g_assert_true (g_bytes_equal (sealed->pdata[5], sealed->pdata[3]));
}

static guint
count_nacks (FixtureRoom *room)
{
  return fixture_count_rtcp (room, RTCP_RTPFB, RTCP_RTPFB_NACK);
}

/* What the publisher's line lost is asked for, and what RTX brings back is forwarded. */
static void
test_loss_on_the_way_in (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (1);
  g_autoptr (FixtureRoom) publisher = relay_fixture_join (fixture, "p", &publisher_offer);
  g_autoptr (FixtureRoom) viewer = relay_fixture_join (fixture, "v", &viewer_offer);
  guint32 video = fixture_ssrc ("v/s0");
  guint8 lost[1500], rtx[1500];
  FixturePacket packet = FIXTURE_PACKET (.ssrc = VIDEO_SSRC, .seq = 3, .timestamp = 600, .mid = "1",
                                         .marker = TRUE, .size = 200);
  gsize len;
  RtpPacket parsed;

  relay_fixture_route (fixture, "v/s0", "p/camera", 360);
  send_frame (publisher, 1, 2, TRUE);
  send_frame (publisher, 4, 2, FALSE);
  fixture_wait_until (fixture_count_rtp (viewer, video) == 4);
  fixture_wait_until (count_nacks (publisher) >= 1);
  /* the original's number stands in front of its payload */
  len = fixture_packet_write (&packet, lost);
  rtp_packet_parse (&parsed, lost, len);
  packet.ssrc = 0x3003;
  packet.pt = FIXTURE_PT_RTX;
  packet.seq = 70;
  packet.size = 202;
  len = fixture_packet_write (&packet, rtx);
  rtx_write_body (rtx + len - 202, 202, 3, &parsed);
  fake_peer_send_rtp (publisher->peer, rtx, len);
  fixture_wait_until (fixture_count_rtp (viewer, video) == 5);
}

static void
test_keyframe_requests_are_merged (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (2);
  g_autoptr (FixtureRoom) publisher = relay_fixture_join (fixture, "p", &publisher_offer);
  FixtureRoom *viewers[4];
  guint before;

  for (guint i = 0; i < 4; i++) {
    g_autofree gchar *id = g_strdup_printf ("v%u", i);
    g_autofree gchar *slot = g_strdup_printf ("v%u/s0", i);

    viewers[i] = relay_fixture_join (fixture, id, &viewer_offer);
    relay_fixture_route (fixture, slot, "p/camera", 360);
  }
  send_frame (publisher, 1, 2, TRUE);
  for (guint i = 0; i < 4; i++) {
    g_autofree gchar *slot = g_strdup_printf ("v%u/s0", i);

    fixture_wait_until (fixture_count_rtp (viewers[i], fixture_ssrc (slot)) == 2);
  }
  before = count_plis (publisher);
  for (guint i = 0; i < 4; i++) {
    g_autofree gchar *slot = g_strdup_printf ("v%u/s0", i);

    send_pli (viewers[i], fixture_ssrc (slot));
    send_pli (viewers[i], fixture_ssrc (slot));
  }
  fixture_settle (100);
  g_assert_cmpuint (count_plis (publisher) - before, <=, 1);
  fixture_wait_until (count_plis (publisher) > before);
  for (guint i = 0; i < 4; i++)
    fixture_room_free (viewers[i]);
}

static const gchar *const rids[] = { "f", "h", "q", NULL };
static const guint heights[] = { 720, 360, 180 };

static void
send_layer (FixtureRoom *room, guint layer, guint16 seq, gboolean keyframe)
{
  fixture_send (room,
                &FIXTURE_PACKET (.ssrc = 0x5000 + layer, .seq = seq, .timestamp = seq * 3000u,
                                 .keyframe = keyframe, .height = heights[layer], .marker = TRUE,
                                 .mid = "1", .rid = rids[layer], .size = 900 - layer * 300));
}

static guint
last_size (FixtureRoom *room, guint32 ssrc)
{
  guint n = fixture_count_rtp (room, ssrc);
  RtpPacket packet;

  if (n == 0)
    return 0;
  fixture_get_rtp (room, ssrc, n - 1, &packet);
  return packet.payload_size;
}

static void
test_simulcast (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (2);
  FixtureOffer offer = { .video = TRUE, .rids = rids };
  g_autoptr (FixtureRoom) publisher = relay_fixture_join (fixture, "p", &offer);
  g_autoptr (FixtureRoom) viewer = relay_fixture_join (fixture, "v", &viewer_offer);
  guint32 big = fixture_ssrc ("v/s0"), small = fixture_ssrc ("v/s1");
  guint16 seq = 1;

  relay_fixture_route (fixture, "v/s0", "p/camera", 720);
  relay_fixture_route (fixture, "v/s1", "p/camera", 180);
  for (; last_size (viewer, big) != 900 || last_size (viewer, small) != 300; seq++) {
    g_assert_cmpuint (seq, <, 100);
    for (guint i = 0; i < 3; i++)
      send_layer (publisher, i, seq, TRUE);
    fixture_settle (10);
  }
  /* asked anew, it goes to the layer that fits, at a keyframe */
  relay_fixture_route (fixture, "v/s1", "p/camera", 360);
  for (; last_size (viewer, small) != 600; seq++) {
    g_assert_cmpuint (seq, <, 200);
    for (guint i = 0; i < 3; i++)
      send_layer (publisher, i, seq, TRUE);
    fixture_settle (10);
  }
}

/* A browser stops its upper layers when its line is short: the best that is left takes over. */
static void
test_simulcast_layer_stops (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (1);
  FixtureOffer offer = { .video = TRUE, .rids = rids };
  g_autoptr (FixtureRoom) publisher = relay_fixture_join (fixture, "p", &offer);
  g_autoptr (FixtureRoom) viewer = relay_fixture_join (fixture, "v", &viewer_offer);
  guint32 big = fixture_ssrc ("v/s0");
  guint16 seq = 1;

  relay_fixture_route (fixture, "v/s0", "p/camera", 720);
  for (; last_size (viewer, big) != 900; seq++) {
    g_assert_cmpuint (seq, <, 100);
    for (guint i = 0; i < 3; i++)
      send_layer (publisher, i, seq, TRUE);
    fixture_settle (10);
  }
  for (; last_size (viewer, big) != 600; seq++) {
    g_assert_cmpuint (seq, <, 400);
    for (guint i = 1; i < 3; i++)
      send_layer (publisher, i, seq, TRUE);
    fixture_settle (10);
  }
}

/* A line that is cut for a moment takes all layers with it: that is no reason to look for another.
 */
static void
test_simulcast_pause (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (1);
  FixtureOffer offer = { .video = TRUE, .rids = rids };
  g_autoptr (FixtureRoom) publisher = relay_fixture_join (fixture, "p", &offer);
  g_autoptr (FixtureRoom) viewer = relay_fixture_join (fixture, "v", &viewer_offer);
  guint32 big = fixture_ssrc ("v/s0");
  guint16 seq = 1;
  guint plis;

  relay_fixture_route (fixture, "v/s0", "p/camera", 720);
  for (; seq < 20 || last_size (viewer, big) != 900; seq++) {
    g_assert_cmpuint (seq, <, 100);
    for (guint i = 0; i < 3; i++)
      send_layer (publisher, i, seq, TRUE);
    fixture_settle (10);
  }
  plis = count_plis (publisher);
  fixture_settle (1400);
  for (guint16 end = seq + 5; seq < end; seq++) {
    for (guint i = 3; i > 0; i--)
      send_layer (publisher, i - 1, seq, FALSE);
    fixture_settle (10);
  }
  g_assert_cmpuint (last_size (viewer, big), ==, 900);
  g_assert_cmpuint (count_plis (publisher), ==, plis);
}

static void
send_bye (FixtureRoom *room, guint32 ssrc)
{
  guint8 data[128];
  RtcpWriter writer;

  rtcp_writer_init (&writer, data, sizeof data);
  rtcp_write_rr (&writer, 1, NULL, 0);
  rtcp_write_bye (&writer, ssrc);
  send_feedback (room, &writer);
}

/* BYE and packets in turn: no slot looks for another layer each time. */
static void
test_bye_and_back (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (1);
  FixtureOffer offer = { .video = TRUE, .rids = rids };
  g_autoptr (FixtureRoom) publisher = relay_fixture_join (fixture, "p", &offer);
  g_autoptr (FixtureRoom) viewer = relay_fixture_join (fixture, "v", &viewer_offer);
  guint32 big = fixture_ssrc ("v/s0");
  guint16 seq = 1;
  guint plis;

  relay_fixture_route (fixture, "v/s0", "p/camera", 720);
  for (; seq < 70 || last_size (viewer, big) != 900; seq++) {
    g_assert_cmpuint (seq, <, 400);
    for (guint i = 0; i < 3; i++)
      send_layer (publisher, i, seq, TRUE);
    fixture_settle (10);
  }
  plis = count_plis (publisher);
  for (guint round = 0; round < 3; round++, seq++) {
    send_bye (publisher, 0x5000);
    for (guint i = 0; i < 3; i++)
      send_layer (publisher, i, seq, FALSE);
    fixture_settle (5);
  }
  fixture_settle (50);
  g_assert_cmpuint (count_plis (publisher), ==, plis);
  g_assert_cmpuint (last_size (viewer, big), ==, 900);
  /* the last one counts: what is left takes over */
  send_bye (publisher, 0x5000);
  for (guint16 end = seq + 60; last_size (viewer, big) != 600; seq++) {
    g_assert_cmpuint (seq, <, end);
    for (guint i = 1; i < 3; i++)
      send_layer (publisher, i, seq, TRUE);
    fixture_settle (10);
  }
}

static void
test_reports (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (1);
  g_autoptr (FixtureRoom) publisher = relay_fixture_join (fixture, "p", &publisher_offer);
  g_autoptr (FixtureRoom) viewer = relay_fixture_join (fixture, "v", &viewer_offer);
  RtcpSenderInfo info = { .ssrc = VIDEO_SSRC, .ntp = 77ull << 32, .rtp_timestamp = 300 };
  guint8 data[100];
  RtcpWriter writer;
  guint16 transport_seq = 0;

  relay_fixture_route (fixture, "v/s0", "p/camera", 360);
  send_frame (publisher, 1, 2, TRUE);
  rtcp_writer_init (&writer, data, sizeof data);
  rtcp_write_sr (&writer, &info, NULL, 0);
  send_feedback (publisher, &writer);
  for (guint i = 0; i < 5; i++)
    fixture_send (publisher, &FIXTURE_PACKET (.ssrc = AUDIO_SSRC, .seq = i + 1, .mid = "0",
                                              .pt = FIXTURE_PT_OPUS, .has_transport_seq = TRUE,
                                              .transport_seq = transport_seq++));
  fixture_wait_until (fixture_count_rtcp (publisher, RTCP_RTPFB, RTCP_RTPFB_TWCC) >= 1);
  fixture_wait_until (fixture_count_rtcp (publisher, RTCP_RR, 2) >= 1);
  fixture_wait_until (fixture_count_rtcp (viewer, RTCP_SR, -1) >= 1);
  fixture_wait_until (fixture_count_rtcp (viewer, RTCP_SDES, -1) >= 1);
}

static void
test_malformed_is_dropped (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (1);
  g_autoptr (FixtureRoom) publisher = relay_fixture_join (fixture, "p", &publisher_offer);
  g_autoptr (FixtureRoom) viewer = relay_fixture_join (fixture, "v", &viewer_offer);
  g_autoptr (RelayStatsReply) stats = NULL;
  static const guint8 first_bytes[] = { 0x00, 0x01, 0x14, 0x16, 0x3f, 0x80, 0x90, 0xbf, 0xff };
  guint8 junk[300];

  relay_fixture_route (fixture, "v/a0", "p/mic", 0);
  for (guint i = 0; i < 300; i++) {
    for (guint j = 0; j < sizeof junk; j++)
      junk[j] = g_random_int ();
    junk[0] = first_bytes[i % G_N_ELEMENTS (first_bytes)];
    if (i % 4 == 0)
      junk[1] = 200 + i % 8;
    fake_peer_send_raw (publisher->peer, junk, i);
  }
  send_audio (publisher, 1);
  fixture_wait_until (fixture_count_rtp (viewer, fixture_ssrc ("v/a0")) == 1);
  stats = relay_fixture_request (fixture, CONTROL_RELAY_STATS, NULL, NULL);
  g_assert_cmpint (((ShardStats *) stats->shards->pdata[0])->rx_dropped, >, 100);
}

/* Authentic, but with garbage inside: RTP and RTCP that only a publisher of ours could send. */
static void
test_malformed_inside_srtp (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (1);
  g_autoptr (FixtureRoom) publisher = relay_fixture_join (fixture, "p", &publisher_offer);
  g_autoptr (FixtureRoom) viewer = relay_fixture_join (fixture, "v", &viewer_offer);
  guint8 junk[600];

  relay_fixture_route (fixture, "v/a0", "p/mic", 0);
  relay_fixture_route (fixture, "v/s0", "p/camera", 0);
  for (guint i = 0; i < 500; i++) {
    for (guint j = 0; j < sizeof junk; j++)
      junk[j] = g_random_int ();
    junk[0] = 0x80;
    junk[1] = i % 3 == 0 ? FIXTURE_PT_VIDEO : i % 3 == 1 ? FIXTURE_PT_RTX : FIXTURE_PT_OPUS;
    GST_WRITE_UINT16_BE (junk + 2, i + 1);
    GST_WRITE_UINT32_BE (junk + 8, VIDEO_SSRC + i % 3);
    fake_peer_send_rtp (publisher->peer, junk, 12 + i);
    junk[1] = 200 + i % 8;
    GST_WRITE_UINT16_BE (junk + 2, i / 4);
    fake_peer_send_rtcp (publisher->peer, junk, 8 + i / 4 * 4);
  }
  fixture_settle (50);
  send_audio (publisher, 1000);
  fixture_wait_until (fixture_count_rtp (viewer, fixture_ssrc ("v/a0")) >= 1);
}

/* A room that tests itself gets its own picture and sound, in the order in which it leaves too. */
static void
test_own_tracks (void)
{
  static const FixtureOffer offer = {
    .audio = TRUE, .video = TRUE, .muted = TRUE, .audio_slots = 1, .video_slots = 1
  };
  g_autoptr (RelayFixture) fixture = relay_fixture_new (1);
  g_autoptr (FixtureRoom) room = relay_fixture_join (fixture, "p", &offer);
  g_autoptr (FixtureRoom) viewer = relay_fixture_join (fixture, "v", &viewer_offer);
  TransportCloseRequest close = { .transport = (gchar *) "p" };
  guint32 audio = fixture_ssrc ("p/a0"), video = fixture_ssrc ("p/s0");

  relay_fixture_route (fixture, "p/a0", "p/mic", 0);
  relay_fixture_route (fixture, "p/s0", "p/camera", 720);
  relay_fixture_mute (fixture, "p/mic", FALSE);
  relay_fixture_mute (fixture, "p/camera", FALSE);
  send_audio (room, 100);
  send_frame (room, 500, 3, TRUE);
  fixture_wait_until (fixture_count_rtp (room, audio) == 1);
  fixture_wait_until (fixture_count_rtp (room, video) == 3);
  send_pli (room, video);
  fixture_wait_until (count_plis (room) > 0);
  relay_fixture_route (fixture, "v/s0", "p/camera", 0);
  record_free (control_message_row (CONTROL_TRANSPORT_CLOSE)->reply,
               relay_fixture_request (fixture, CONTROL_TRANSPORT_CLOSE, &close, NULL));
  fixture_settle (50);
  g_assert_cmpuint (fixture_count_rtp (viewer, fixture_ssrc ("v/a0")), ==, 0);
}

static void
test_unsupported_codec (void)
{
  g_autoptr (RelayFixture) fixture = relay_fixture_new (1);
  g_autoptr (FixtureRoom) publisher = relay_fixture_join (fixture, "p", &publisher_offer);
  FixtureOffer offer = viewer_offer;
  g_autoptr (FixtureRoom) viewer = NULL;
  const SlotStateEvent *event;

  offer.video_codec = "H264";
  viewer = relay_fixture_join (fixture, "v", &offer);
  relay_fixture_route (fixture, "v/s0", "p/camera", 0);
  send_frame (publisher, 1, 2, TRUE);
  fixture_wait_until ((event = relay_fixture_last_event (fixture, CONTROL_SLOT_STATE, "v/s0")) !=
                      NULL);
  g_assert_true (event->unsupported);
  g_assert_false (event->flowing);
  g_assert_cmpuint (fixture_count_rtp (viewer, fixture_ssrc ("v/s0")), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/relay/forward/one-shard", test_forward_one_shard);
  g_test_add_func ("/relay/forward/two-shards", test_forward_two_shards);
  g_test_add_func ("/relay/forward/aes-cm", test_forward_cm);
  g_test_add_func ("/relay/forward/ipv6", test_forward_ipv6);
  g_test_add_func ("/relay/forward/extensions", test_extensions_are_rewritten);
  g_test_add_func ("/relay/forward/one-run", test_frame_is_one_run);
  g_test_add_func ("/relay/slot/starts-at-keyframe", test_starts_at_keyframe);
  g_test_add_func ("/relay/slot/switch", test_switch);
  g_test_add_func ("/relay/slot/switch-of-all", test_switch_of_all);
  g_test_add_func ("/relay/slot/switch-back", test_switch_back);
  g_test_add_data_func ("/relay/slot/switch-numbers", GINT_TO_POINTER (FALSE), test_switch_numbers);
  g_test_add_data_func ("/relay/slot/switch-numbers-no-rtx", GINT_TO_POINTER (TRUE),
                        test_switch_numbers);
  g_test_add_func ("/relay/slot/keyframe-before-connected", test_keyframe_before_connected);
  g_test_add_func ("/relay/slot/route-to-nothing", test_route_to_nothing);
  g_test_add_func ("/relay/slot/own-tracks", test_own_tracks);
  g_test_add_func ("/relay/slot/unsupported-codec", test_unsupported_codec);
  g_test_add_func ("/relay/track/warm-up", test_warm_up);
  g_test_add_func ("/relay/track/mute", test_mute_drops_at_the_relay);
  g_test_add_func ("/relay/track/starts-muted", test_starts_muted);
  g_test_add_func ("/relay/track/simulcast", test_simulcast);
  g_test_add_func ("/relay/track/simulcast-layer-stops", test_simulcast_layer_stops);
  g_test_add_func ("/relay/track/simulcast-pause", test_simulcast_pause);
  g_test_add_func ("/relay/track/bye-and-back", test_bye_and_back);
  g_test_add_func ("/relay/rtcp/nack-rtx", test_nack_is_answered_by_rtx);
  g_test_add_func ("/relay/rtcp/nack-again", test_nack_again_and_again);
  g_test_add_func ("/relay/rtcp/nack-after-new-ssrc", test_nack_after_new_ssrc);
  g_test_add_func ("/relay/rtcp/too-many-ssrcs", test_too_many_ssrcs);
  g_test_add_func ("/relay/rtcp/nack-without-rtx", test_nack_without_rtx);
  g_test_add_func ("/relay/rtcp/loss-on-the-way-in", test_loss_on_the_way_in);
  g_test_add_func ("/relay/rtcp/keyframes-merged", test_keyframe_requests_are_merged);
  g_test_add_func ("/relay/rtcp/reports", test_reports);
  g_test_add_func ("/relay/malformed/outside", test_malformed_is_dropped);
  g_test_add_func ("/relay/malformed/inside-srtp", test_malformed_inside_srtp);
  return g_test_run ();
}
