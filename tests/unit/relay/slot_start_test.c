/* Slots that start from the keyframe in the cache: when, with what, and what of the numbers. */
#include "pipelines/relay/keyframe_mark.h"
#include "pipelines/relay/limits.h"
#include "pipelines/relay/slot_start.h"
#include "pipelines/relay/transport.h"
#include "tests/support/relay_fixture.h"
#include "tests/unit/relay/bare_shard.h"

#include <gst/gst.h>

#define VIDEO_SSRC 0x2002
#define TICKS_PER_PACKET 3000

static const FixtureOffer publisher_offer = { .audio = TRUE, .video = TRUE };
static const FixtureOffer viewer_offer = { .audio_slots = 1, .video_slots = 2 };

/* --- when --- */

static void
test_worth_it (void)
{
  static const struct {
    KeyframeStart start;
    gboolean expected;
  } rows[] = {
    { { .bytes = 60000, .packets = 60, .stream_bps = 1000000, .line_bps = 3000000 }, TRUE },
    /* at the bounds, and one past them */
    { { .age_us = SLOT_START_MAX_AGE_US, .bytes = 1000, .packets = 9, .line_bps = 1000000 }, TRUE },
    { { .age_us = SLOT_START_MAX_AGE_US + 1, .bytes = 1000, .packets = 9, .line_bps = 1000000 },
      FALSE },
    { { .bytes = SLOT_START_MAX_BYTES, .packets = 500, .line_bps = 100000000 }, TRUE },
    { { .bytes = SLOT_START_MAX_BYTES + 1, .packets = 500, .line_bps = 100000000 }, FALSE },
    { { .bytes = 1000, .packets = CACHE_MAX_PACKETS, .line_bps = 1000000 }, TRUE },
    { { .bytes = 1000, .packets = CACHE_MAX_PACKETS + 1, .line_bps = 1000000 }, FALSE },
    /* 600 ms of what the line has to spare: 1 Mbps */
    { { .bytes = 75000, .packets = 60, .stream_bps = 500000, .line_bps = 1500000 }, TRUE },
    { { .bytes = 75001, .packets = 60, .stream_bps = 500000, .line_bps = 1500000 }, FALSE },
    /* a poor line has nothing to spare */
    { { .bytes = 20000, .packets = 20, .stream_bps = 300000, .line_bps = 300000 }, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (keyframe_start_is_worth_it (&rows[i].start), ==, rows[i].expected);
}

static void
test_mark (void)
{
  KeyframeMark mark = { 0 };

  keyframe_mark_on_packet (&mark, 99, FALSE, 500, 1);
  g_assert_false (mark.is_set);
  keyframe_mark_on_packet (&mark, 100, TRUE, 1000, 2);
  keyframe_mark_on_packet (&mark, 102, FALSE, 1000, 3);
  keyframe_mark_on_packet (&mark, 101, FALSE, 1000, 4); /* late */
  keyframe_mark_on_packet (&mark, 98, FALSE, 1000, 5);  /* of before */
  g_assert_cmpuint (mark.seq, ==, 100);
  g_assert_cmpuint (mark.newest, ==, 102);
  g_assert_cmpuint (mark.bytes, ==, 3000);
  g_assert_cmpint (mark.at_us, ==, 2);
  keyframe_mark_on_packet (&mark, 90, TRUE, 1000, 6); /* an old one, sent again */
  g_assert_cmpuint (mark.seq, ==, 100);
  keyframe_mark_on_packet (&mark, 110, TRUE, 700, 7);
  g_assert_cmpuint (mark.seq, ==, 110);
  g_assert_cmpuint (mark.bytes, ==, 700);
}

/* Over the wrap of the timestamp: what is late lies close before the newest, in order. */
static void
test_squeeze (void)
{
  SlotStart start = { .source = 7, .first_seq = 10, .anchor_seq = 20, .anchor_ts = 3000 };

  g_assert_cmpuint (slot_start_timestamp (&start, 7, 20, 3000), ==, 3000);
  g_assert_cmpuint (slot_start_timestamp (&start, 7, 15, 3000u - 32000u), ==, 2000);
  g_assert_cmpuint (slot_start_timestamp (&start, 7, 10, 3000u - 320000u), ==, 3000u - 10000u);
  /* others, and what comes after, go their way */
  g_assert_cmpuint (slot_start_timestamp (&start, 7, 21, 6000), ==, 6000);
  g_assert_cmpuint (slot_start_timestamp (&start, 7, 9, 100), ==, 100);
  g_assert_cmpuint (slot_start_timestamp (&start, 8, 15, 100), ==, 100);
}

/* --- with what --- */

static void
send_frame (FixtureRoom *room, guint16 seq, guint n, gboolean keyframe)
{
  for (guint i = 0; i < n; i++)
    fixture_send (room, &FIXTURE_PACKET (.ssrc = VIDEO_SSRC, .seq = seq + i,
                                         .timestamp = seq * TICKS_PER_PACKET,
                                         .keyframe = keyframe && i == 0, .height = 360,
                                         .marker = i == n - 1, .mid = "1", .size = 800));
}

static guint
count_plis (FixtureRoom *room)
{
  return fixture_count_rtcp (room, RTCP_PSFB, RTCP_PSFB_PLI);
}

typedef struct {
  RelayFixture *relay;
  FixtureRoom *publisher, *first;
  guint plis;
} Running;

/* A meeting that has run for a while: a viewer, and two frames since the keyframe. */
static void
running_init (Running *running, guint shards)
{
  running->relay = relay_fixture_new (shards);
  running->publisher = relay_fixture_join (running->relay, "p", &publisher_offer);
  running->first = relay_fixture_join (running->relay, "first", &viewer_offer);
  relay_fixture_route (running->relay, "first/s0", "p/camera", 360);
  send_frame (running->publisher, 1, 4, TRUE);
  send_frame (running->publisher, 5, 2, FALSE);
  send_frame (running->publisher, 7, 2, FALSE);
  fixture_wait_until (fixture_count_rtp (running->first, fixture_ssrc ("first/s0")) == 8);
  running->plis = count_plis (running->publisher);
}

static void
running_clear (Running *running)
{
  fixture_room_free (running->first);
  fixture_room_free (running->publisher);
  relay_fixture_free (running->relay);
}

static void
test_late_joiner (gconstpointer shards)
{
  Running running;
  FixtureRoom *late;
  guint32 video = fixture_ssrc ("late/s0");
  RtpPacket first, last, live;

  running_init (&running, GPOINTER_TO_UINT (shards));
  late = relay_fixture_join (running.relay, "late", &viewer_offer);
  relay_fixture_route (running.relay, "late/s0", "p/camera", 360);
  if (GPOINTER_TO_UINT (shards) == 1) {
    fixture_wait_until (fixture_count_rtp (late, video) == 8);
    g_assert_cmpuint (count_plis (running.publisher), ==, running.plis);
    send_frame (running.publisher, 9, 1, FALSE);
    fixture_wait_until (fixture_count_rtp (late, video) == 9);
    fixture_get_rtp (late, video, 0, &first);
    fixture_get_rtp (late, video, 7, &last);
    fixture_get_rtp (late, video, 8, &live);
    g_assert_cmpuint ((guint16) (last.seq - first.seq), ==, 7);
    g_assert_cmpuint ((guint16) (live.seq - last.seq), ==, 1);
    /* 6 packets' time is pressed together; live goes on as it is */
    g_assert_cmpuint (last.timestamp - first.timestamp, ==,
                      6 * TICKS_PER_PACKET / SLOT_START_SQUEEZE);
    g_assert_cmpuint (live.timestamp - last.timestamp, ==, 2 * TICKS_PER_PACKET);
  } else {
    /* the first there: nothing lies in a cache of that shard, or it does */
    send_frame (running.publisher, 9, 1, TRUE);
    fixture_wait_until (fixture_count_rtp (late, video) >= 1);
  }
  fixture_room_free (late);
  running_clear (&running);
}

static void
send_nack (FixtureRoom *room, guint32 media_ssrc, guint16 seq)
{
  guint8 data[100];
  RtcpWriter writer;

  rtcp_writer_init (&writer, data, sizeof data);
  rtcp_write_rr (&writer, 7, NULL, 0);
  rtcp_write_nack (&writer, 7, media_ssrc, &seq, 1);
  fake_peer_send_rtcp (room->peer, writer.data, writer.size);
}

/* What is sent again has the timestamp it had. */
static void
test_nack_of_squeezed (void)
{
  Running running;
  FixtureRoom *late;
  guint32 video = fixture_ssrc ("late/s0"), rtx = fixture_rtx_ssrc ("late/s0");
  RtpPacket original, again;
  guint16 seq;

  running_init (&running, 1);
  late = relay_fixture_join (running.relay, "late", &viewer_offer);
  relay_fixture_route (running.relay, "late/s0", "p/camera", 360);
  fixture_wait_until (fixture_count_rtp (late, video) == 8);
  fixture_get_rtp (late, video, 5, &original);
  seq = original.seq;
  send_nack (late, video, seq);
  fixture_wait_until (fixture_count_rtp (late, rtx) == 1);
  fixture_get_rtp (late, rtx, 0, &again);
  fixture_get_rtp (late, video, 5, &original);
  g_assert_cmpuint (again.timestamp, ==, original.timestamp);
  fixture_room_free (late);
  running_clear (&running);
}

/* A hole in the cache: the request, as ever. */
static void
test_hole (void)
{
  Running running;
  FixtureRoom *late;

  running_init (&running, 1);
  send_frame (running.publisher, 11, 2, FALSE); /* 9 and 10 are missing */
  fixture_wait_until (fixture_count_rtp (running.first, fixture_ssrc ("first/s0")) == 10);
  late = relay_fixture_join (running.relay, "late", &viewer_offer);
  relay_fixture_route (running.relay, "late/s0", "p/camera", 360);
  fixture_wait_until (count_plis (running.publisher) > running.plis);
  g_assert_cmpuint (fixture_count_rtp (late, fixture_ssrc ("late/s0")), ==, 0);
  fixture_room_free (late);
  running_clear (&running);
}

/* Without RTX a packet must be repeated to the byte: no cache there. */
static void
test_no_rtx (void)
{
  Running running;
  FixtureRoom *late;
  FixtureOffer offer = viewer_offer;

  offer.no_rtx = TRUE;
  running_init (&running, 1);
  late = relay_fixture_join (running.relay, "late", &offer);
  relay_fixture_route (running.relay, "late/s0", "p/camera", 360);
  fixture_wait_until (count_plis (running.publisher) > running.plis);
  fixture_room_free (late);
  running_clear (&running);
}

/* A long stream since the keyframe is sent at a pace, and what arrives meanwhile comes after it. */
static void
test_paced (void)
{
  Running running;
  FixtureRoom *late;
  guint32 video = fixture_ssrc ("late/s0"), first = fixture_ssrc ("first/s0");
  guint n = 8;

  running_init (&running, 1);
  for (; n < 48; n += 4)
    send_frame (running.publisher, n + 1, 4, FALSE);
  fixture_wait_until (fixture_count_rtp (running.first, first) == n);
  late = relay_fixture_join (running.relay, "late", &viewer_offer);
  relay_fixture_route (running.relay, "late/s0", "p/camera", 360);
  fixture_wait_until (fixture_count_rtp (late, video) > 0);
  send_frame (running.publisher, n + 1, 4, FALSE);
  n += 4;
  fixture_wait_until (fixture_count_rtp (late, video) == n);
  for (guint i = 1; i < n; i++) {
    RtpPacket before, packet;

    fixture_get_rtp (late, video, i - 1, &before);
    fixture_get_rtp (late, video, i, &packet);
    g_assert_cmpuint ((guint16) (packet.seq - before.seq), ==, 1);
    g_assert_cmpint ((gint32) (packet.timestamp - before.timestamp), >=, 0);
  }
  fixture_room_free (late);
  running_clear (&running);
}

/* --- how fast, by a clock of the test's --- */

#define LATE_SSRC 2000u
#define BARE_PACKETS 100
#define BARE_SIZE 1000
#define BARE_STEP_US                                                                               \
  8000 /* a packet, so 1 Mbps; far more than what an unknown line gets at once                     \
        */

typedef struct {
  BareShard *bare;
  Transport *transport;
  Slot *slot;
} Late;

/* One that comes 0.8 s after the keyframe, which is far more than what it gets at once. Its line is
 * told of. */
static void
late_init (Late *late)
{
  BareShard *bare = late->bare = bare_shard_new ();
  Feed *feed = bare_shard_add_feed (bare, 1, TRACK_VIDEO);

  slot_route (bare_transport_add_slot (bare_shard_add_transport (bare, TRUE), TRACK_VIDEO, 1000),
              feed, 360);
  for (guint seq = 1; seq <= BARE_PACKETS; seq++) {
    bare_deliver (feed, seq, 1, BARE_SIZE, seq == 1);
    bare->shard.now_us += BARE_STEP_US;
  }
  late->transport = bare_shard_add_transport (bare, TRUE);
  late->slot = bare_transport_add_slot (late->transport, TRACK_VIDEO, LATE_SSRC);
  slot_route (late->slot, feed, 360);
  g_assert_cmpuint (late->slot->starts_with, !=, 0);
  late->transport->share = line_share_new (bare->shard.now_us);
  late->transport->share->estimator.is_told = TRUE;
  bare_shard_flush (bare);
}

static guint
count_late (const Late *late)
{
  return bare_shard_count (late->bare, LATE_SSRC);
}

/* What waits, within the time in which it should come. */
static guint
lag_of (const Late *late)
{
  guint64 bytes = (BARE_PACKETS - count_late (late)) * (12ul + BARE_SIZE);

  return (guint) (bytes * 8 * G_USEC_PER_SEC / SLOT_START_CATCH_UP_US);
}

static void
test_lag_is_wanted_of_the_line (void)
{
  Late late;
  Estimator *estimator;

  late_init (&late);
  estimator = &late.transport->share->estimator;
  g_assert_cmpuint (count_late (&late), <, BARE_PACKETS / 2);
  g_assert_cmpuint (slot_start_get_lag_bps (late.slot), ==, lag_of (&late));
  line_share_divide (late.transport);
  g_assert_cmpuint (estimator->wanted_bps, >, lag_of (&late));
  /* but nobody is told that the line is too narrow for it */
  g_assert_cmpuint (late.transport->share->short_bps, ==, 0);
  /* live: no more is wanted than the picture has, and that is carried */
  late.bare->shard.now_us += 10 * G_USEC_PER_SEC / 8;
  shard_pump_starts (&late.bare->shard);
  bare_shard_flush (late.bare);
  g_assert_cmpuint (count_late (&late), ==, BARE_PACKETS);
  g_assert_cmpuint (slot_start_get_lag_bps (late.slot), ==, 0);
  line_share_divide (late.transport);
  g_assert_cmpuint (estimator->wanted_bps, ==, 0);
  bare_shard_free (late.bare);
}

static void
test_hastened (void)
{
  Late late;
  guint before;

  late_init (&late);
  before = count_late (&late);
  /* more than one burst, and no packet more than it takes */
  g_assert_cmpuint (slot_start_hasten (late.slot, 40 * 1000), ==, 40 * 1000);
  bare_shard_flush (late.bare);
  g_assert_cmpuint (count_late (&late) - before, ==, 40);
  g_assert_cmpuint (slot_start_get_lag_bps (late.slot), ==, lag_of (&late));
  /* where each packet has its time nothing is hastened */
  late.slot->is_paced = TRUE;
  g_assert_cmpuint (slot_start_hasten (late.slot, 1000), ==, 0);
  g_assert_cmpuint (slot_start_get_lag_bps (late.slot), ==, 0);
  late.slot->is_paced = FALSE;
  /* all there is, and then nothing */
  before = count_late (&late);
  g_assert_cmpuint (slot_start_hasten (late.slot, 1000 * 1000), ==,
                    (BARE_PACKETS - before) * (12 + BARE_SIZE));
  bare_shard_flush (late.bare);
  g_assert_cmpuint (count_late (&late), ==, BARE_PACKETS);
  g_assert_cmpuint (slot_start_hasten (late.slot, 1000), ==, 0);
  shard_pump_starts (&late.bare->shard);
  g_assert_cmpuint (late.slot->starts_with, ==, 0);
  g_assert_cmpuint (slot_start_hasten (late.slot, 1000), ==, 0);
  bare_shard_free (late.bare);
}

/* What a probe sends is what waits, not packets that were sent before. */
static void
test_probes_send_what_waits (void)
{
  Late late;
  guint before;

  late_init (&late);
  before = count_late (&late);
  probe_start (&late.transport->share->estimator.probe, 4000000, late.bare->shard.now_us);
  line_share_tick (late.transport);
  bare_shard_flush (late.bare);
  g_assert_cmpuint (count_late (&late) - before, ==, 10); /* 20 ms of it */
  g_assert_cmpuint (bare_shard_count (late.bare, bare_rtx_ssrc (LATE_SSRC)), ==, 0);
  bare_shard_free (late.bare);
}

int
main (int argc, char **argv)
{
  gst_init (NULL, NULL);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/slot-start/worth-it", test_worth_it);
  g_test_add_func ("/relay/slot-start/mark", test_mark);
  g_test_add_func ("/relay/slot-start/squeeze", test_squeeze);
  g_test_add_data_func ("/relay/slot-start/late-joiner", GUINT_TO_POINTER (1), test_late_joiner);
  g_test_add_data_func ("/relay/slot-start/other-shard", GUINT_TO_POINTER (2), test_late_joiner);
  g_test_add_func ("/relay/slot-start/nack", test_nack_of_squeezed);
  g_test_add_func ("/relay/slot-start/hole", test_hole);
  g_test_add_func ("/relay/slot-start/no-rtx", test_no_rtx);
  g_test_add_func ("/relay/slot-start/paced", test_paced);
  g_test_add_func ("/relay/slot-start/lag", test_lag_is_wanted_of_the_line);
  g_test_add_func ("/relay/slot-start/hastened", test_hastened);
  g_test_add_func ("/relay/slot-start/probe", test_probes_send_what_waits);
  return g_test_run ();
}
