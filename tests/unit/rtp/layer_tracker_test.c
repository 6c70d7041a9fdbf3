#include "pipelines/rtp/layer_tracker.h"
#include "tests/unit/rtp/layered_stream.h"

#define PICTURES 400

static LayerFrame
track (LayerTracker *tracker, Codec codec, const guint8 *payload, gsize size)
{
  LayerPacket packet = { .payload = payload,
                         .size = size,
                         .keyframe_start = payload_is_keyframe_start (codec, payload, size) };
  LayerFrame frame;
  layer_tracker_on_packet (tracker, codec, &packet, &frame);
  return frame;
}

static guint64
back (guint frames)
{
  return G_GUINT64_CONSTANT (1) << (frames - 1);
}

/* T1 and the first T2 say that they need the base layer only, which is never left out; the second
 * T2 needs what was last of each layer. */
static void
test_vp8 (void)
{
  LayeredStream stream = { 1, 3, FALSE, 32700 };
  LayerTracker tracker = { 0 };
  guint64 last = 0;
  for (guint i = 0; i < PICTURES; i++) {
    LayeredPicture picture = layered_stream_next (&stream, i == 0);
    guint8 payload[64];
    for (guint packet = 0; packet < 2; packet++) {
      gsize size = layered_vp8_payload (&picture.frames[0], packet == 0, i / 4, payload);
      LayerFrame frame = track (&tracker, CODEC_VP8, payload, size);
      g_assert_true (last == 0 || frame.number == last + (packet == 0));
      g_assert_cmpuint (frame.temporal, ==, picture.frames[0].temporal);
      g_assert_cmpuint (frame.flags, ==, LAYER_FRAME_RENUMBERED);
      if (picture.frames[0].place == 3)
        g_assert_cmphex (frame.references, ==, back (1) | back (2) | back (3));
      else
        g_assert_cmphex (frame.references, ==, 0);
      last = frame.number;
    }
  }
  g_assert_cmpuint (tracker.n_spatial, ==, 1);
  g_assert_cmpuint (tracker.n_temporal, ==, 3);
}

static void
test_vp8_without_layers (void)
{
  static const guint8 no_tid[] = { 0x90, 0xc0, 0x81, 0x00, 0x07, 0x01, 0, 0 };
  static const guint8 no_picture[] = { 0x90, 0x60, 0x07, 0x40, 0x01, 0, 0 };
  static const guint8 plain[] = { 0x10, 0x01, 0, 0 };
  LayerTracker tracker = { 0 };
  g_assert_cmpuint (track (&tracker, CODEC_VP8, no_tid, sizeof no_tid).number, ==, 0);
  g_assert_cmpuint (track (&tracker, CODEC_VP8, no_picture, sizeof no_picture).number, ==, 0);
  g_assert_cmpuint (track (&tracker, CODEC_VP8, plain, sizeof plain).number, ==, 0);
  g_assert_cmpuint (track (&tracker, CODEC_H264, plain, sizeof plain).number, ==, 0);
  g_assert_cmpuint (track (&tracker, CODEC_AV1, plain, sizeof plain).number, ==, 0);
  g_assert_cmpuint (tracker.n_temporal, ==, 0);
}

static void
check_vp9 (gboolean is_key_only, LayeredVp9 mode)
{
  LayeredStream stream = { 3, 3, is_key_only, 100 };
  LayerTracker tracker = { 0 };
  for (guint i = 0; i < PICTURES; i++) {
    LayeredPicture picture = layered_stream_next (&stream, i % 100 == 0);
    for (guint s = 0; s < picture.n; s++) {
      const LayeredFrame *expected = &picture.frames[s];
      guint8 payload[64];
      gsize size = layered_vp9_payload (&stream, expected, mode, TRUE, TRUE, payload);
      LayerFrame frame = track (&tracker, CODEC_VP9, payload, size);
      guint64 references = expected->inter_layer ? back (1) : 0;
      if (expected->back > 0)
        references |= back (expected->back * LAYER_SPATIAL_MAX);
      g_assert_cmpuint (frame.spatial, ==, s);
      g_assert_cmpuint (frame.flags, ==, LAYER_FRAME_SPATIAL | LAYER_FRAME_END);
      if (mode == LAYERED_PLAIN) /* told of more, never of less */
        g_assert_cmphex (frame.references & references, ==, references);
      else
        g_assert_cmphex (frame.references, ==, references);
      /* the highest layer is for all who ask for more; a lower one only where it is referred to */
      gboolean goes_up = s == 2 || expected->is_key || !is_key_only;
      g_assert_cmpint (frame.targets >> LAYER_TARGET_ALL & 1, ==, goes_up);
      g_assert_true (frame.targets >> LAYER_TARGET (s, expected->temporal) & 1);
    }
  }
  g_assert_cmpuint (tracker.n_spatial, ==, 3);
  g_assert_cmpuint (tracker.n_temporal, ==, 3);
  g_assert_cmpuint (tracker.heights[1], ==, 360);
}

static void
test_vp9 (void)
{
  for (guint is_key_only = 0; is_key_only <= 1; is_key_only++) {
    check_vp9 (is_key_only, LAYERED_FLEXIBLE);
    check_vp9 (is_key_only, LAYERED_GROUP);
    check_vp9 (is_key_only, LAYERED_PLAIN);
  }
}

/* The highest layer is not sent any more: after a few pictures the next one stands for it. */
static void
test_vp9_layer_gone (void)
{
  LayeredStream stream = { 3, 1, TRUE, 0 };
  LayerTracker tracker = { 0 };
  gboolean stands = FALSE;
  for (guint i = 0; i < 20; i++) {
    LayeredPicture picture = layered_stream_next (&stream, i == 0);
    for (guint s = 0; s < (i < 10 ? 3 : 2); s++) {
      guint8 payload[64];
      gsize size =
          layered_vp9_payload (&stream, &picture.frames[s], LAYERED_FLEXIBLE, TRUE, TRUE, payload);
      LayerFrame frame = track (&tracker, CODEC_VP9, payload, size);
      if (s == 1)
        stands = frame.targets >> LAYER_TARGET_ALL & 1;
    }
    g_assert_cmpint (stands, ==, i == 0 || i >= 13);
  }
  g_assert_cmpuint (tracker.n_spatial, ==, 2);
}

/* More layers than are told apart pass as if there were none. */
static void
test_vp9_limits (void)
{
  guint8 payload[] = { 0xb8, 0x81, 0x00, 0x00, 0xaa };
  LayerTracker tracker = { 0 };
  payload[3] = (LAYER_TEMPORAL_MAX - 1) << 5 | (LAYER_SPATIAL_MAX - 1) << 1;
  g_assert_cmpuint (track (&tracker, CODEC_VP9, payload, sizeof payload).number, !=, 0);
  payload[3] = LAYER_SPATIAL_MAX << 1;
  g_assert_cmpuint (track (&tracker, CODEC_VP9, payload, sizeof payload).number, ==, 0);
  payload[3] = LAYER_TEMPORAL_MAX << 5;
  g_assert_cmpuint (track (&tracker, CODEC_VP9, payload, sizeof payload).number, ==, 0);
}

static void
test_av1 (void)
{
  LayeredStream stream = { 3, 3, TRUE, 21800 }; /* frame numbers wrap */
  LayerTracker tracker = { 0 };
  guint64 last = 0;
  for (guint i = 0; i < PICTURES; i++) {
    LayeredPicture picture = layered_stream_next (&stream, i == 0);
    for (guint s = 0; s < picture.n; s++) {
      guint8 data[256];
      gsize size = layered_av1_descriptor (&stream, &picture.frames[s], TRUE, s == 1, data);
      LayerPacket packet = { .descriptor = data, .descriptor_size = size };
      LayerFrame frame;
      layer_tracker_on_packet (&tracker, CODEC_AV1, &packet, &frame);
      g_assert_true (last == 0 || frame.number == last + 1);
      last = frame.number;
      g_assert_cmpint ((frame.flags & LAYER_FRAME_END) != 0, ==, s == 1);
      g_assert_true (frame.flags & LAYER_FRAME_SPATIAL);
    }
  }
  g_assert_cmpuint (tracker.n_spatial, ==, 3);
  g_assert_cmpuint (tracker.n_temporal, ==, 3);
  g_assert_cmpuint (tracker.heights[2], ==, 720);
}

/* Late and lost packets: numbers stay right, references only point back. */
static void
test_disorder (void)
{
  LayerTracker tracker = { 0 };
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  for (guint i = 0; i < 20000; i++) {
    LayeredFrame made = { .picture = (i + g_rand_int_range (rand, 0, 30)) & 0x7fff,
                          .temporal = g_rand_int_range (rand, 0, 3) };
    guint8 payload[64];
    gsize size = layered_vp8_payload (&made, i % 3 == 0, 0, payload);
    LayerFrame frame = track (&tracker, CODEC_VP8, payload, size);
    g_assert_cmpuint (frame.number & 0x7fff, ==, made.picture);
    g_assert_cmpuint (frame.number, >=, 0x8000);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rtp/layer-tracker/vp8", test_vp8);
  g_test_add_func ("/rtp/layer-tracker/vp8-without-layers", test_vp8_without_layers);
  g_test_add_func ("/rtp/layer-tracker/vp9", test_vp9);
  g_test_add_func ("/rtp/layer-tracker/vp9-layer-gone", test_vp9_layer_gone);
  g_test_add_func ("/rtp/layer-tracker/vp9-limits", test_vp9_limits);
  g_test_add_func ("/rtp/layer-tracker/av1", test_av1);
  g_test_add_func ("/rtp/layer-tracker/disorder", test_disorder);
  return g_test_run ();
}
