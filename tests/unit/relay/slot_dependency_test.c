/* What receivers of fewer layers are told of AV1's decode targets: three spatial and three temporal
 * layers through a slot's rewriter, read as its receiver does. */
#include "pipelines/relay/feed.h"
#include "pipelines/relay/slot.h"
#include "tests/unit/rtp/layered_stream.h"

#include "pipelines/rtp/layer_tracker.h"

#define SOURCE 7
#define HEADER 12

typedef struct {
  LayeredStream stream;
  LayerTracker tracker;
  Feed feed;
  Slot slot;
  guint64 seq;
  DependencyStructure seen; /* by the receiver */
  guint told, forwarded;    /* packets that told of targets, since */
} Scene;

static Scene *
scene_new (void)
{
  Scene *scene = g_new0 (Scene, 1);
  TrackShape *shape = g_new0 (TrackShape, 1);

  shape->n_encodings = 1;
  scene->stream = (LayeredStream){ 3, 3, TRUE, 50 };
  scene->feed.shape = shape;
  scene->feed.encodings[0].source = SOURCE;
  scene->slot.feed = &scene->feed;
  scene->slot.rtx_ssrc = 1;
  slot_rewriter_init (&scene->slot.rewriter, SLOT_KIND_VIDEO, 90000, 100, 0);
  slot_rewriter_select (&scene->slot.rewriter, SOURCE);
  return scene;
}

static void
scene_free (Scene *scene)
{
  g_free (scene->feed.encodings[0].dependencies);
  g_free (scene->feed.shape);
  g_free (scene);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Scene, scene_free)

static void
receive (Scene *scene, const PacketInfo *info)
{
  guint8 out[DEPENDENCY_DESCRIPTOR_MAX + 1 + DEPENDENCY_ACTIVE_ROOM];
  guint size = info->dependency_size;
  const guint8 *data = slot_dependency_choose (&scene->slot, info, out, &size);
  DependencyDescriptor descriptor;

  g_assert_true (dependency_descriptor_parse (&descriptor, &scene->seen, data, size));
  scene->told += descriptor.has_active;
  scene->forwarded++;
}

static void
send_picture (Scene *scene, gboolean is_key)
{
  LayeredPicture picture = layered_stream_next (&scene->stream, is_key);

  for (guint s = 0; s < picture.n; s++) {
    guint8 data[300] = { 0x80 };
    PacketInfo info = { .rtp.data = data, .dependency_at = HEADER, .source = SOURCE };
    SlotInput input = { .source_seq = ++scene->seq, .source = SOURCE, .frame = &info.frame };
    SlotOutput output;

    info.dependency_size =
        layered_av1_descriptor (&scene->stream, &picture.frames[s], TRUE, TRUE, data + HEADER);
    input.timestamp = scene->seq * 1000;
    LayerPacket packet = { .descriptor = data + HEADER,
                           .descriptor_size = info.dependency_size,
                           .keyframe_start = is_key && s == 0 };
    layer_tracker_on_packet (&scene->tracker, CODEC_AV1, &packet, &info.frame);
    input.keyframe_start = packet.keyframe_start;
    if (info.dependency_size > DEPENDENCY_DESCRIPTOR_SHORT)
      feed_dependencies_read (&scene->feed.encodings[0].dependencies, &info);
    if (slot_rewriter_map (&scene->slot.rewriter, &input, &output) == SLOT_FORWARD)
      receive (scene, &info);
  }
}

/* A key picture and three more up to @target; what the receiver takes to be produced then. */
static guint32
run (Scene *scene, guint target, gboolean is_key)
{
  scene->told = scene->forwarded = 0;
  slot_rewriter_set_target (&scene->slot.rewriter, target);
  send_picture (scene, is_key);
  for (guint i = 0; i < 3; i++)
    send_picture (scene, FALSE);
  return scene->seen.active;
}

static void
test_fewer (void)
{
  static const struct {
    guint target;
    guint32 active;
  } rows[] = {
    { LAYER_TARGET (0, 0), 0x001 }, { LAYER_TARGET (0, 2), 0x007 }, { LAYER_TARGET (1, 1), 0x01b },
    { LAYER_TARGET (2, 0), 0x049 }, { LAYER_TARGET (1, 2), 0x03f },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Scene) scene = scene_new ();

    g_assert_cmphex (run (scene, rows[i].target, TRUE), ==, rows[i].active);
    g_assert_cmpuint (scene->told, ==, scene->forwarded);
  }
}

/* Who gets all is sent what the encoder wrote. */
static void
test_all (void)
{
  g_autoptr (Scene) scene = scene_new ();

  g_assert_cmphex (run (scene, LAYER_TARGET_ALL, TRUE), ==, 0x1ff);
  g_assert_cmphex (run (scene, LAYER_TARGET_ALL, FALSE), ==, 0x1ff);
  g_assert_cmpuint (scene->told, ==, 0);
}

/* Fewer pictures and then all again, without a key picture: that is told for some frames, then all
 * is as the encoder wrote it. */
static void
test_up_again (void)
{
  g_autoptr (Scene) scene = scene_new ();

  run (scene, LAYER_TARGET_ALL, TRUE);
  g_assert_cmphex (run (scene, LAYER_TARGET (2, 0), FALSE), ==, 0x049);
  g_assert_cmphex (run (scene, LAYER_TARGET_ALL, FALSE), ==, 0x1ff);
  g_assert_cmpuint (scene->told, >, 0);
  run (scene, LAYER_TARGET_ALL, FALSE);
  g_assert_cmphex (run (scene, LAYER_TARGET_ALL, FALSE), ==, 0x1ff);
  g_assert_cmpuint (scene->told, ==, 0);
}

/* Before a structure came, and where a repeated packet must be the same bytes: nothing is changed.
 */
static void
test_as_it_came (void)
{
  g_autoptr (Scene) scene = scene_new ();

  scene->slot.rtx_ssrc = 0;
  run (scene, LAYER_TARGET (0, 0), TRUE);
  g_assert_cmpuint (scene->told, ==, 0);
  scene->slot.rtx_ssrc = 1;
  scene->slot.feed = NULL;
  run (scene, LAYER_TARGET (0, 0), FALSE);
  g_assert_cmpuint (scene->told, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/slot-dependency/fewer", test_fewer);
  g_test_add_func ("/relay/slot-dependency/all", test_all);
  g_test_add_func ("/relay/slot-dependency/up-again", test_up_again);
  g_test_add_func ("/relay/slot-dependency/as-it-came", test_as_it_came);
  return g_test_run ();
}
