/* A receiver's feedback decides which layers it is sent. Three layers of the real relay; what the
 * receiver tells is made up: packets arrive when they were sent, and so much later, however late
 * this busy machine reads them. What must happen is waited for in rounds, which take as long as
 * they do. */
#include "pipelines/relay/slot.h"
#include "pipelines/relay/transport.h"
#include "pipelines/rtp/extension.h"
#include "pipelines/rtp/twcc.h"
#include "tests/support/relay_fixture.h"
#include "tests/unit/relay/bare_shard.h"

static const gchar *const rids[] = { "f", "h", "q", NULL };
static const guint heights[] = { 720, 360, 180 };
static const guint sizes[] = { 1100, 500, 90 };

#define PACKETS_PER_ROUND 3 /* of the best layer, at 100 rounds a second: 2.6 Mbps */
#define ROUNDS_MAX 4000     /* of a wait: five times what the longest takes */
#define TELL_ROUNDS 5
#define SENT_WRAP (1u << 24) /* 64 s, of 1/2^18 s */

typedef struct {
  RelayFixture *fixture;
  FixtureRoom *publisher, *viewer;
  TwccReceiver receiver;
  guint16 seq;
  guint seen; /* RTP packets of the viewer that were looked at */
  guint loss_percent;
  gboolean gives_feedback;
  gboolean has_no_keys; /* of the layers */
  gint64 late_us;       /* a queue on the viewer's line */
  gint64 sent;          /* the newest packet, in 1/2^18 s, without wraps */
  guint rounds;
} Scene;

/* @encodings: of the camera; NULL: one. */
static void
scene_set_up (Scene *scene, gconstpointer encodings)
{
  FixtureOffer camera = { .video = TRUE, .rids = encodings };
  FixtureOffer view = { .video_slots = 1, .tells_sent = TRUE };

  scene->fixture = relay_fixture_new (1);
  scene->publisher = relay_fixture_join (scene->fixture, "p", &camera);
  scene->viewer = relay_fixture_join (scene->fixture, "v", &view);
  relay_fixture_route (scene->fixture, "v/s0", "p/camera", 720);
  scene->seq = 1;
}

static void
scene_tear_down (Scene *scene, gconstpointer encodings)
{
  fixture_room_free (scene->viewer);
  fixture_room_free (scene->publisher);
  relay_fixture_free (scene->fixture);
}

static void
send_layers (Scene *scene)
{
  for (guint i = 0; i < PACKETS_PER_ROUND; i++, scene->seq++)
    for (guint layer = 0; layer < 3; layer++)
      fixture_send (scene->publisher,
                    &FIXTURE_PACKET (.ssrc = 100 + layer, .seq = scene->seq,
                                     .timestamp = scene->seq / PACKETS_PER_ROUND * 900,
                                     .marker = i == PACKETS_PER_ROUND - 1,
                                     .keyframe = i == 0 && !scene->has_no_keys,
                                     .height = heights[layer], .size = sizes[layer], .mid = "1",
                                     .rid = rids[layer]));
}

/* When a packet of the viewer was sent, as the relay wrote on it. */
static gint64
sent_us (Scene *scene, guint32 abs_send_time)
{
  gint64 sent = scene->sent + (gint32) ((abs_send_time - (guint32) scene->sent) << 8) / 256;

  scene->sent = MAX (scene->sent, sent);
  return (SENT_WRAP + sent) * G_USEC_PER_SEC >> 18;
}

/* What came since the last time, told as having arrived; of so many percent as lost. */
static void
take_in (Scene *scene)
{
  GPtrArray *received = fake_peer_get_rtp (scene->viewer->peer);
  ExtensionMap map = { 0 };

  extension_map_set (&map, EXTENSION_TRANSPORT_SEQ, FIXTURE_EXT_TWCC);
  extension_map_set (&map, EXTENSION_ABS_SEND_TIME, FIXTURE_EXT_SENT);
  for (; scene->seen < received->len; scene->seen++) {
    GBytes *bytes = g_ptr_array_index (received, scene->seen);
    ExtensionValues values;
    RtpPacket packet;
    gsize size = 0;
    const guint8 *data = g_bytes_get_data (bytes, &size);
    g_assert_true (rtp_packet_parse (&packet, (guint8 *) data, size));
    extension_values_read (&values, &map, &packet);
    g_assert_true (values.has_transport_seq && values.has_abs_send_time);
    gint64 arrival_us = sent_us (scene, values.abs_send_time) + scene->late_us;
    if (scene->seen % 100 >= scene->loss_percent)
      twcc_receiver_on_packet (&scene->receiver, values.transport_seq, arrival_us);
  }
}

static void
tell (Scene *scene)
{
  guint8 data[RTCP_COMPOUND_MAX + 64];
  RtcpWriter writer;

  take_in (scene);
  if (++scene->rounds % TELL_ROUNDS != 0 || !scene->gives_feedback)
    return;
  while (twcc_receiver_pending (&scene->receiver)) {
    rtcp_writer_init (&writer, data, RTCP_COMPOUND_MAX);
    rtcp_write_rr (&writer, 7, NULL, 0);
    if (!twcc_receiver_build (&scene->receiver, &writer, 7, fixture_ssrc ("v/s0")))
      return;
    fake_peer_send_rtcp (scene->viewer->peer, data, writer.size);
  }
}

static guint
shown_size (Scene *scene)
{
  guint32 ssrc = fixture_ssrc ("v/s0");
  guint n = fixture_count_rtp (scene->viewer, ssrc);
  RtpPacket packet;

  if (n == 0)
    return 0;
  fixture_get_rtp (scene->viewer, ssrc, n - 1, &packet);
  return packet.payload_size;
}

/* Rounds of 10 ms or more until the slot shows what has @least bytes and @most. */
static void
run_until_shown (Scene *scene, guint least, guint most)
{
  for (guint i = 0; shown_size (scene) < least || shown_size (scene) > most; i++) {
    g_assert_cmpuint (i, <, ROUNDS_MAX);
    send_layers (scene);
    fixture_settle (10);
    tell (scene);
  }
}

static void
test_follows_the_line (Scene *scene, gconstpointer data)
{
  /* a receiver that tells nothing gets what was asked for */
  run_until_shown (scene, sizes[0], sizes[0]);
  /* one that loses most of it gets less, to the lowest, and the picture lives */
  scene->gives_feedback = TRUE;
  scene->loss_percent = 60;
  run_until_shown (scene, sizes[2], sizes[2]);
  /* the line is well again: small steps and probes bring the picture back, one may skip a layer */
  scene->loss_percent = 0;
  run_until_shown (scene, sizes[1], sizes[0]);
}

/* A queue stands on the line: the large picture ends at once, though no smaller one can start. */
static void
test_ends_when_full (Scene *scene, gconstpointer data)
{
  guint before = 0;

  scene->gives_feedback = TRUE;
  run_until_shown (scene, sizes[1], sizes[0]); /* what its line is taken to carry */
  scene->has_no_keys = TRUE;
  for (guint i = 0; scene->seen != before || i < 100; i++) {
    before = scene->seen;
    g_assert_cmpuint (i, <, 1000);
    scene->late_us += 8000;
    send_layers (scene);
    fixture_settle (10);
    tell (scene);
  }
  scene->has_no_keys = FALSE;
  scene->late_us = 0;
  run_until_shown (scene, sizes[2], sizes[2]);
}

/* Packets of nothing but padding so far. */
static guint
count_padding (Scene *scene)
{
  guint32 rtx = fixture_rtx_ssrc ("v/s0");
  guint n = fixture_count_rtp (scene->viewer, rtx), padding = 0;
  RtpPacket packet;

  for (guint i = 0; i < n; i++) {
    fixture_get_rtp (scene->viewer, rtx, i, &packet);
    padding += packet.payload_size == 0 && packet.padding > 0;
  }
  return padding;
}

/* Until nothing comes for 20 rounds. */
static void
run_until_paused (Scene *scene)
{
  guint before = 0;

  for (guint i = 0, still = 0; still < 20; i++) {
    g_assert_cmpuint (i, <, ROUNDS_MAX);
    before = scene->seen;
    send_layers (scene);
    fixture_settle (10);
    tell (scene);
    still = scene->seen == before ? still + 1 : 0;
  }
}

/* All was lost and the picture is paused, and each key frame takes what came before it out of the
 * cache: what the line carries is looked for all the same. */
static void
test_wakes_by_padding (Scene *scene, gconstpointer data)
{
  scene->gives_feedback = TRUE;
  run_until_shown (scene, sizes[1], sizes[0]);
  scene->loss_percent = 100;
  run_until_paused (scene);
  scene->loss_percent = 0;
  for (guint i = 0; count_padding (scene) == 0; i++) {
    g_assert_cmpuint (i, <, ROUNDS_MAX);
    send_layers (scene);
    fixture_settle (10);
    tell (scene);
  }
}

/* --- one stream with temporal layers --- */

#define LAYERED_SIZE                                                                               \
  100 /* at 100 pictures a second: 80 kbps, 40 and 20 without the upper layers                     \
       */

static void
send_picture (Scene *scene)
{
  static const guint8 temporal[] = { 0, 2, 1, 2 };
  guint place = scene->seq % 4;

  fixture_send (scene->publisher,
                &FIXTURE_PACKET (.ssrc = 100, .seq = scene->seq, .timestamp = scene->seq * 900,
                                 .marker = TRUE, .keyframe = scene->seq == 400, .height = 720,
                                 .picture_id = scene->seq, .tl0 = scene->seq / 4,
                                 .has_temporal = TRUE, .temporal = temporal[place],
                                 .is_sync = place == 1 || place == 2, .size = LAYERED_SIZE));
  scene->seq++;
}

/* The highest temporal layer among the last packets, whose numbers must go on by one. */
static guint
shown_temporal (Scene *scene)
{
  guint32 ssrc = fixture_ssrc ("v/s0");
  guint n = fixture_count_rtp (scene->viewer, ssrc), highest = 0, picture_id = 0;
  guint16 seq = 0;
  RtpPacket packet;

  for (guint i = n < 30 ? 0 : n - 30; i < n; i++) {
    fixture_get_rtp (scene->viewer, ssrc, i, &packet);
    const guint8 *payload = rtp_packet_payload (&packet);
    if (seq != 0) {
      g_assert_cmpuint (packet.seq, ==, (guint16) (seq + 1));
      g_assert_cmpuint ((payload[2] & 0x7f) << 8 | payload[3], ==, picture_id + 1);
    }
    seq = packet.seq;
    picture_id = (payload[2] & 0x7f) << 8 | payload[3];
    highest = MAX (highest, payload[5] >> 6);
  }
  return highest;
}

static void
run_until_temporal (Scene *scene, guint least, guint most)
{
  guint n = 0, shown;

  do {
    for (guint i = 0; i < 10; i++, n++) {
      send_picture (scene);
      fixture_settle (10);
      tell (scene);
    }
    g_assert_cmpuint (n, <, ROUNDS_MAX);
    shown = shown_temporal (scene);
  } while (shown < least || shown > most);
}

/* What does not fit is fewer pictures, at once and without a keyframe. */
static void
test_fewer_pictures (Scene *scene, gconstpointer data)
{
  scene->seq = 400; /* a keyframe is next */
  run_until_temporal (scene, 2, 2);
  scene->gives_feedback = TRUE;
  scene->loss_percent = 60;
  run_until_temporal (scene, 0, 1);
  scene->loss_percent = 0;
  run_until_temporal (scene, 2, 2);
}

/* What a receiver's report tells between two numbers, of which the first is only learnt. */
static guint
told_by_report (guint32 before, guint32 after)
{
  Shard shard = { .now_us = G_USEC_PER_SEC };
  Transport transport = { .shard = &shard };
  Slot slot = { .transport = &transport };
  RtcpReportBlock block = { .highest_seq = before, .fraction_lost = 128 };
  guint expected;

  line_share_on_report (&transport, &slot, &block);
  g_assert_null (transport.share);
  block.highest_seq = after;
  transport.is_calm = TRUE;
  line_share_on_report (&transport, &slot, &block);
  g_assert_cmpint (transport.is_calm, ==, transport.share == NULL);
  if (transport.share == NULL)
    return 0;
  expected = transport.share->told.expected;
  g_assert_cmpuint (transport.share->told.lost, ==, expected / 2);
  g_free (transport.share);
  return expected;
}

/* What is divided anew every 200 ms, and not once a second. */
static void
test_is_bounded (void)
{
  Shard shard = { .now_us = G_USEC_PER_SEC };
  Transport transport = { .shard = &shard };
  LineShare *share = line_share_ensure (&transport);

  g_assert_false (line_share_is_bounded (&transport));
  told_rate_on_report (&share->told, 50, 0);
  g_assert_false (line_share_is_bounded (&transport));
  told_rate_on_report (&share->told, 50, 1);
  g_assert_true (line_share_is_bounded (&transport));
  line_share_reset (share, shard.now_us);
  told_rate_on_remb (&share->told, 500000);
  g_assert_true (line_share_is_bounded (&transport));
  line_share_reset (share, shard.now_us);
  transport.limits.line_down_bps = 1;
  g_assert_true (line_share_is_bounded (&transport));
  transport.limits.line_down_bps = 0;
  share->is_bound = TRUE; /* by what is no more: the slots are to be let go */
  g_assert_true (line_share_is_bounded (&transport));
  g_free (share);
}

static void
test_bound_of_reports (void)
{
  g_assert_cmpuint (told_by_report (7, 8 + 1), ==, 2);
  g_assert_cmpuint (told_by_report (7, 7), ==, 0);
  g_assert_cmpuint (told_by_report (7, 7 + REPORT_PACKETS_MAX), ==, REPORT_PACKETS_MAX);
  g_assert_cmpuint (told_by_report (7, 7 + REPORT_PACKETS_MAX + 1), ==, 0);
  g_assert_cmpuint (told_by_report (7, 6), ==, 0);
  g_assert_cmpuint (told_by_report (G_MAXUINT32, REPORT_PACKETS_MAX - 1), ==, REPORT_PACKETS_MAX);
}

/* --- as many steps as there can be ----------------------------------------------------------- */

typedef struct {
  gint encoding;
  guint target;
  guint bps;
} Step;

/* @feed has all encodings with all layers; its steps, worst first. */
static guint
fill_with_layers (Feed *feed, Step steps[ALLOCATOR_LAYERS_MAX])
{
  TrackSnapshot snapshot = { 0 };
  guint n_steps = 0;

  feed->shape->n_encodings = LIMIT_RIDS;
  for (gint i = LIMIT_RIDS - 1; i >= 0; i--) {
    EncodingSnapshot *encoding = &snapshot.encodings[i];
    LayerStep own[LAYER_STEPS_MAX];

    encoding->source = track_source (feed->shape->serial, i, 0);
    encoding->layer = (LayerInfo){ TRUE, 720 >> i, 1000000 >> i };
    encoding->ladder = (LayerLadder){ LAYER_SPATIAL_MAX, LAYER_TEMPORAL_MAX, { 0 }, { 0 } };
    for (guint target = 0; target < LAYER_TARGETS; target++)
      encoding->ladder.bps[target] = (LIMIT_RIDS - i) * 1000000 + target * 10000;
    guint n = layer_ladder_steps (&encoding->ladder, i == LIMIT_RIDS - 1, own);
    for (guint k = 0; k < n; k++)
      steps[n_steps++] = (Step){ i, own[k].target, own[k].bps };
  }
  feed_on_snapshot (feed, &snapshot);
  return n_steps;
}

/* From all that is asked for down to the least, each as the line carries it. */
static void
test_most_layers (void)
{
  g_autoptr (BareShard) bare = bare_shard_new ();
  Transport *transport = bare_shard_add_transport (bare, TRUE);
  Slot *slot = bare_transport_add_slot (transport, TRACK_VIDEO, 1000);
  Feed *feed = bare_shard_add_feed (bare, 1, TRACK_VIDEO);
  Step steps[ALLOCATOR_LAYERS_MAX];
  guint n = fill_with_layers (feed, steps);

  g_assert_cmpuint (n, ==, ALLOCATOR_LAYERS_MAX);
  slot_route (slot, feed, 0);
  transport->share = line_share_new (bare->shard.now_us);
  while (n-- > 0) {
    transport->limits.down_bps = steps[n].bps;
    line_share_divide (transport);
    g_assert_true (slot->is_limited);
    g_assert_cmpint (slot->limit, ==, steps[n].encoding);
    g_assert_cmpuint (slot->limit_target, ==, steps[n].target);
  }
}

/* As many pictures as a room can have each get their share. */
static void
test_most_slots (void)
{
  g_autoptr (BareShard) bare = bare_shard_new ();
  Transport *transport = bare_shard_add_transport (bare, TRUE);
  Feed *feed = bare_shard_add_feed (bare, 1, TRACK_VIDEO);
  Step steps[ALLOCATOR_LAYERS_MAX];

  fill_with_layers (feed, steps);
  for (guint i = 0; i < LIMIT_SLOTS; i++)
    slot_route (bare_transport_add_slot (transport, TRACK_VIDEO, 1000 + i), feed, 0);
  transport->share = line_share_new (bare->shard.now_us);
  transport->limits.down_bps = LIMIT_SLOTS * steps[0].bps;
  line_share_divide (transport);
  for (guint i = 0; i < LIMIT_SLOTS; i++) {
    const Slot *slot = g_ptr_array_index (transport->slots, i);

    g_assert_true (slot->is_limited);
    g_assert_cmpint (slot->limit, ==, steps[0].encoding);
    g_assert_cmpuint (slot->limit_target, ==, steps[0].target);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/line-share/bound-of-reports", test_bound_of_reports);
  g_test_add_func ("/relay/line-share/most-layers", test_most_layers);
  g_test_add_func ("/relay/line-share/most-slots", test_most_slots);
  g_test_add_func ("/relay/line-share/is-bounded", test_is_bounded);
  g_test_add ("/relay/line-share/follows-the-line", Scene, rids, scene_set_up,
              test_follows_the_line, scene_tear_down);
  g_test_add ("/relay/line-share/ends-when-full", Scene, rids, scene_set_up, test_ends_when_full,
              scene_tear_down);
  g_test_add ("/relay/line-share/wakes-by-padding", Scene, rids, scene_set_up,
              test_wakes_by_padding, scene_tear_down);
  g_test_add ("/relay/line-share/fewer-pictures", Scene, NULL, scene_set_up, test_fewer_pictures,
              scene_tear_down);
  return g_test_run ();
}
