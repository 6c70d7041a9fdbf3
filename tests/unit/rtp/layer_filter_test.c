/* What a slot forwards of layered streams: engine tests through SlotRewriter, with packets. */
#include "pipelines/rtp/layer_tracker.h"
#include "pipelines/rtp/slot_rewriter.h"
#include "tests/unit/rtp/layered_stream.h"

#define SOURCE 7
#define PACKETS_PER_FRAME 2
#define FIRST_SEQ 30000
#define KEYFRAME_DELAY 5 /* pictures from the request to the keyframe */

typedef enum {
  STREAM_VP8,
  STREAM_VP9,
  STREAM_AV1,
} StreamCodec;

typedef struct {
  guint64 index;
  guint picture;
  guint spatial;
  gboolean first, last; /* of its frame */
  gboolean marker;
  guint16 sent_picture; /* picture id or frame number as sent */
} Sent;

typedef struct {
  StreamCodec codec;
  LayeredStream stream;
  LayerTracker tracker;
  SlotRewriter slot;
  guint64 seq;
  GHashTable *forwarded; /* picture * 4 + spatial */
  GArray *sent;          /* Sent */
  guint key_in;          /* pictures until the keyframe that was asked for; 0: none */
  guint n_keys;
  guint shown_spatial; /* of the last picture */
  guint shown_pictures, made_pictures;
  guint lose_percent;
  GRand *rand;
} Scene;

static void
scene_init (Scene *scene, StreamCodec codec, LayeredStream stream)
{
  *scene = (Scene){ .codec = codec, .stream = stream, .seq = 70000 };
  slot_rewriter_init (&scene->slot, SLOT_KIND_VIDEO, 90000, FIRST_SEQ, 0);
  slot_rewriter_select (&scene->slot, SOURCE);
  scene->forwarded = g_hash_table_new (NULL, NULL);
  scene->sent = g_array_new (FALSE, FALSE, sizeof (Sent));
  scene->rand = g_rand_new_with_seed (11);
}

static void
scene_clear (Scene *scene)
{
  g_hash_table_unref (scene->forwarded);
  g_array_unref (scene->sent);
  g_rand_free (scene->rand);
}

typedef struct {
  LayerFrame frame;
  PayloadNumbers numbers;
  SlotInput input;
  const LayeredFrame *made;
  gboolean first, last, marker;
} Packet;

static void
describe (Scene *scene, const LayeredFrame *made, guint part, Packet *packet)
{
  static const Codec codecs[] = { CODEC_VP8, CODEC_VP9, CODEC_AV1 };
  guint8 data[256];
  gboolean first = part == 0, last = part + 1 == PACKETS_PER_FRAME;
  LayerPacket view = { .payload = data };
  *packet = (Packet){ .made = made, .first = first, .last = last };
  if (scene->codec == STREAM_VP8)
    view.size = layered_vp8_payload (made, first, made->picture / 4, data);
  else if (scene->codec == STREAM_VP9)
    view.size = layered_vp9_payload (&scene->stream, made, LAYERED_FLEXIBLE, first, last, data);
  else {
    view.descriptor = data;
    view.descriptor_size = layered_av1_descriptor (&scene->stream, made, first, last, data);
    packet->numbers.is_extension = TRUE;
    packet->numbers.picture_id = dependency_descriptor_frame_number (data);
  }
  view.keyframe_start = made->is_key && first && made->spatial == 0;
  payload_read_numbers (&packet->numbers, codecs[scene->codec], data, view.size);
  if (scene->codec == STREAM_AV1) {
    packet->numbers = (PayloadNumbers){ .is_extension = TRUE };
    packet->numbers.picture_id = dependency_descriptor_frame_number (data);
  }
  layer_tracker_on_packet (&scene->tracker, codecs[scene->codec], &view, &packet->frame);
  packet->marker = last && made->spatial + 1 == scene->stream.n_spatial;
  packet->input = (SlotInput){ .source = SOURCE,
                               .source_seq = scene->seq++,
                               .timestamp = made->picture * 3000,
                               .keyframe_start = view.keyframe_start,
                               .arrival_us = made->picture * 33333,
                               .numbers = &packet->numbers,
                               .frame = &packet->frame };
}

static gpointer
frame_key (guint picture, guint spatial)
{
  return GUINT_TO_POINTER (picture * 4 + spatial + 1);
}

static void
check_references (Scene *scene, const LayeredFrame *made)
{
  if (made->back > 0)
    g_assert_true (g_hash_table_contains (scene->forwarded,
                                          frame_key (made->picture - made->back, made->spatial)));
  if (made->inter_layer)
    g_assert_true (
        g_hash_table_contains (scene->forwarded, frame_key (made->picture, made->spatial - 1)));
}

static void
note_sent (Scene *scene, const Packet *packet, const SlotOutput *output)
{
  Sent sent = { .index = output->index,
                .picture = packet->made->picture,
                .spatial = packet->made->spatial,
                .first = packet->first,
                .last = packet->last,
                .marker = packet->marker || output->ends_picture,
                .sent_picture = packet->numbers.picture_id - output->lowering.pictures };
  SlotOrigin origin;
  g_array_append_val (scene->sent, sent);
  g_hash_table_add (scene->forwarded, frame_key (sent.picture, sent.spatial));
  /* asked for again it is the same */
  g_assert_true (slot_rewriter_find_source (&scene->slot, output->seq, &origin));
  g_assert_cmpuint (origin.source_seq, ==, packet->input.source_seq);
  g_assert_cmpuint (origin.index, ==, output->index);
  g_assert_true (slot_rewriter_complete (&scene->slot, &origin, &packet->frame));
  g_assert_cmpuint (origin.lowering.pictures, ==, output->lowering.pictures);
  g_assert_cmpint (origin.ends_picture, ==, output->ends_picture);
}

static void
send_packet (Scene *scene, Packet *packet)
{
  SlotOutput output;
  if (slot_rewriter_map (&scene->slot, &packet->input, &output) != SLOT_FORWARD)
    return;
  check_references (scene, packet->made);
  note_sent (scene, packet, &output);
}

/* One picture, with the keyframe that was asked for in time. */
static void
step (Scene *scene)
{
  gboolean is_key = scene->stream.picture == 0 || scene->key_in == 1;
  LayeredPicture picture = layered_stream_next (&scene->stream, is_key);
  guint before = scene->sent->len;
  guint32 source;
  if (scene->key_in > 0)
    scene->key_in--;
  scene->n_keys += is_key;
  for (guint s = 0; s < picture.n; s++) {
    for (guint part = 0; part < PACKETS_PER_FRAME; part++) {
      Packet packet;
      describe (scene, &picture.frames[s], part, &packet);
      send_packet (scene, &packet);
    }
  }
  scene->made_pictures++;
  if (scene->sent->len > before) {
    scene->shown_pictures++;
    scene->shown_spatial = g_array_index (scene->sent, Sent, scene->sent->len - 1).spatial;
  }
  if (scene->key_in == 0 && slot_rewriter_wants_keyframe (&scene->slot, &source))
    scene->key_in = KEYFRAME_DELAY;
}

/* What was sent has no gap, whole frames, and one marker at the end of each picture. */
static void
check_sent (const Scene *scene)
{
  guint16 picture_id = 0;
  for (guint i = 0; i < scene->sent->len; i++) {
    const Sent *sent = &g_array_index (scene->sent, Sent, i);
    const Sent *next = i + 1 < scene->sent->len ? sent + 1 : NULL;
    g_assert_cmpuint (sent->index, ==, FIRST_SEQ + i);
    g_assert_cmpint (sent->first, ==, i % PACKETS_PER_FRAME == 0);
    if (next == NULL)
      break;
    g_assert_cmpint (sent->marker, ==, next->picture != sent->picture);
    if (scene->codec != STREAM_VP8)
      continue;
    picture_id = i == 0 ? sent->sent_picture : picture_id;
    g_assert_cmpuint (next->sent_picture, ==, picture_id + (next->picture != sent->picture));
    picture_id = next->sent_picture;
  }
}

static void
steps (Scene *scene, guint n)
{
  for (guint i = 0; i < n; i++)
    step (scene);
}

/* --- temporal layers --- */

static void
test_temporal (void)
{
  for (StreamCodec codec = STREAM_VP8; codec <= STREAM_AV1; codec++) {
    static const guint shown[] = { 16, 32, 64, 64 }; /* of 64 pictures */
    Scene scene;
    scene_init (&scene, codec, (LayeredStream){ 1, 3, FALSE });
    steps (&scene, 1);
    for (guint i = 0; i < 24; i++) {
      static const guint8 targets[] = { 3, 0, 1, 3, 2, 0, 3, 1, 1, 2, 0, 2 };
      guint target = targets[i % G_N_ELEMENTS (targets)];
      gboolean is_same = scene.slot.target == LAYER_TARGET (3, target);
      slot_rewriter_set_target (&scene.slot, LAYER_TARGET (3, target));
      g_assert_cmpint (slot_rewriter_is_settled (&scene.slot), ==, is_same);
      steps (&scene, 4 + i % 3); /* a layer may take a group of pictures to come in */
      g_assert_true (slot_rewriter_is_settled (&scene.slot));
      guint before = scene.shown_pictures;
      steps (&scene, 64);
      g_assert_cmpuint (scene.shown_pictures - before, ==, shown[target]);
    }
    g_assert_cmpuint (scene.n_keys, ==, 1); /* never one for it */
    check_sent (&scene);
    scene_clear (&scene);
  }
}

/* --- spatial layers --- */

typedef struct {
  StreamCodec codec;
  gboolean is_key_only;
} SpatialRow;

static const SpatialRow spatial_rows[] = {
  { STREAM_VP9, FALSE }, { STREAM_VP9, TRUE }, { STREAM_AV1, FALSE }, { STREAM_AV1, TRUE }
};

static void
test_spatial (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (spatial_rows); i++) {
    static const guint8 targets[] = { 3, 1, 0, 1, 3, 0, 3, 1, 3 };
    Scene scene;
    scene_init (&scene, spatial_rows[i].codec,
                (LayeredStream){ 3, 3, spatial_rows[i].is_key_only });
    steps (&scene, 30);
    for (guint k = 0; k < G_N_ELEMENTS (targets); k++) {
      guint keys = scene.n_keys, shown = scene.shown_pictures;
      gboolean goes_down = k > 0 && targets[k] < targets[k - 1];
      slot_rewriter_set_target (&scene.slot, LAYER_TARGET (targets[k], 3));
      steps (&scene, 30);
      g_assert_cmpuint (scene.shown_spatial, ==, MIN (targets[k], 2));
      /* going down with the layers below at hand needs no keyframe */
      if (k > 0)
        g_assert_cmpuint (scene.n_keys - keys, ==,
                          goes_down && !spatial_rows[i].is_key_only ? 0 : 1);
      /* never frozen: until the keyframe comes at least the base rate is there */
      g_assert_cmpuint (scene.shown_pictures - shown, >=, 30 - KEYFRAME_DELAY);
    }
    check_sent (&scene);
    scene_clear (&scene);
  }
}

/* Any target at any time: what is forwarded decodes, and is whole. */
static void
test_random (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (spatial_rows); i++) {
    Scene scene;
    scene_init (&scene, spatial_rows[i].codec,
                (LayeredStream){ 3, 3, spatial_rows[i].is_key_only });
    for (guint k = 0; k < 3000; k++) {
      if (g_rand_int_range (scene.rand, 0, 7) == 0)
        slot_rewriter_set_target (&scene.slot, g_rand_int_range (scene.rand, 0, LAYER_TARGETS));
      step (&scene);
    }
    g_assert_cmpuint (scene.shown_pictures, >, 3000 / 4);
    check_sent (&scene);
    scene_clear (&scene);
  }
}

/* The receiver comes back to all layers after each of many limits. */
static void
test_returns (void)
{
  Scene scene;
  scene_init (&scene, STREAM_AV1, (LayeredStream){ 3, 3, TRUE });
  steps (&scene, 10);
  for (guint target = 0; target < LAYER_TARGETS; target++) {
    slot_rewriter_set_target (&scene.slot, target);
    steps (&scene, 20);
    slot_rewriter_set_target (&scene.slot, LAYER_TARGET_ALL);
    steps (&scene, 20);
    g_assert_cmpuint (scene.shown_spatial, ==, 2);
    guint before = scene.shown_pictures;
    steps (&scene, 40);
    g_assert_cmpuint (scene.shown_pictures - before, ==, 40);
  }
  check_sent (&scene);
  scene_clear (&scene);
}

/* --- loss and disorder --- */

/* A frame of a layer that is left out comes late: its numbers were kept free, so it is sent. */
static void
test_late (void)
{
  Scene scene;
  Packet held[PACKETS_PER_FRAME];
  SlotOutput output;
  scene_init (&scene, STREAM_VP8, (LayeredStream){ 1, 3, FALSE });
  slot_rewriter_set_target (&scene.slot, LAYER_TARGET (3, 0));
  steps (&scene, 9);
  LayeredPicture late = layered_stream_next (&scene.stream, FALSE); /* T2 */
  for (guint part = 0; part < PACKETS_PER_FRAME; part++)
    describe (&scene, &late.frames[0], part, &held[part]);
  steps (&scene, 3); /* T1 and T2 left out, then a T0 */
  for (guint part = 0; part < PACKETS_PER_FRAME; part++)
    g_assert_cmpint (slot_rewriter_map (&scene.slot, &held[part].input, &output), ==, SLOT_FORWARD);
  const Sent *last = &g_array_index (scene.sent, Sent, scene.sent->len - 1);
  g_assert_cmpuint (output.index, ==, last->index - PACKETS_PER_FRAME);
  g_assert_cmpuint ((guint16) (held[1].numbers.picture_id - output.lowering.pictures), ==,
                    last->sent_picture - 1);
  scene_clear (&scene);
}

/* Packets in any order, some lost, targets that change: an index has one packet, and leads back to
 * it. */
static void
test_random_walk (void)
{
  enum { N = 60000, WINDOW = 12 };
  Scene scene;
  g_autoptr (GHashTable) used = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  Packet window[WINDOW];
  guint n = 0, forwarded = 0;
  LayeredFrame frames[WINDOW];
  scene_init (&scene, STREAM_VP8, (LayeredStream){ 1, 3, FALSE });
  for (guint i = 0; i < N; i++) {
    LayeredPicture picture = layered_stream_next (&scene.stream, i % 300 == 0);
    guint at = n < WINDOW ? n++ : (guint) g_rand_int_range (scene.rand, 0, WINDOW);
    SlotOutput output;
    if (i >= WINDOW) {
      gint64 seq = (gint64) window[at].input.source_seq;
      window[at].input.frame = &window[at].frame;
      window[at].input.numbers = &window[at].numbers;
      if (g_rand_int_range (scene.rand, 0, 20) != 0 &&
          slot_rewriter_map (&scene.slot, &window[at].input, &output) == SLOT_FORWARD) {
        SlotOrigin origin;
        forwarded++;
        g_assert_true (g_hash_table_insert (used, g_memdup2 (&output.index, 8), NULL));
        g_assert_true (slot_rewriter_find_source (&scene.slot, output.seq, &origin));
        g_assert_cmpint ((gint64) origin.source_seq, ==, seq);
        g_assert_cmpuint (origin.index, ==, output.index);
      }
    }
    if (g_rand_int_range (scene.rand, 0, 40) == 0)
      slot_rewriter_set_target (&scene.slot, LAYER_TARGET (3, g_rand_int_range (scene.rand, 0, 4)));
    frames[at] = picture.frames[0];
    describe (&scene, &frames[at], i % PACKETS_PER_FRAME, &window[at]);
  }
  g_assert_cmpuint (forwarded, >, N / 4);
  scene_clear (&scene);
}

/* A base frame that never comes does not stop what follows: the receiver asks for it, or for a
 * keyframe. */
static void
test_lost_base (void)
{
  Scene scene;
  scene_init (&scene, STREAM_AV1, (LayeredStream){ 3, 3, FALSE });
  steps (&scene, 8);
  layered_stream_next (&scene.stream, FALSE);
  scene.seq += 3 * PACKETS_PER_FRAME;
  guint before = scene.sent->len;
  LayeredPicture next = layered_stream_next (&scene.stream, FALSE);
  Packet packet;
  SlotOutput output;
  describe (&scene, &next.frames[0], 0, &packet);
  g_assert_cmpint (slot_rewriter_map (&scene.slot, &packet.input, &output), ==, SLOT_FORWARD);
  g_assert_cmpuint (output.index, ==, FIRST_SEQ + before + 3 * PACKETS_PER_FRAME);
  scene_clear (&scene);
}

/* A frame so old that nothing is known of it any more is not sent. */
static void
test_window (void)
{
  LayerFilter filter = { 0 };
  LayerFrame frame = { .number = 1000, .targets = G_MAXUINT16 };
  guint dropped;
  g_assert_true (layer_filter_pass (&filter, &frame, TRUE, 0));
  frame.number = 1000 + LAYER_FILTER_WINDOW - 1;
  g_assert_true (layer_filter_pass (&filter, &frame, FALSE, 0));
  frame.number = 1000;
  g_assert_true (layer_filter_pass (&filter, &frame, FALSE, 0));
  g_assert_true (layer_filter_dropped_before (&filter, &frame, &dropped));
  frame.number = 1000 + LAYER_FILTER_WINDOW;
  g_assert_true (layer_filter_pass (&filter, &frame, FALSE, 0));
  frame.number = 1000;
  g_assert_false (layer_filter_pass (&filter, &frame, FALSE, 0));
  g_assert_false (layer_filter_dropped_before (&filter, &frame, &dropped));
  g_assert_false (layer_filter_was_passed (&filter, &frame));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rtp/layer-filter/temporal", test_temporal);
  g_test_add_func ("/rtp/layer-filter/spatial", test_spatial);
  g_test_add_func ("/rtp/layer-filter/random", test_random);
  g_test_add_func ("/rtp/layer-filter/returns", test_returns);
  g_test_add_func ("/rtp/layer-filter/late", test_late);
  g_test_add_func ("/rtp/layer-filter/random-walk", test_random_walk);
  g_test_add_func ("/rtp/layer-filter/lost-base", test_lost_base);
  g_test_add_func ("/rtp/layer-filter/window", test_window);
  return g_test_run ();
}
