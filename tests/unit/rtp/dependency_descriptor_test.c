#include "pipelines/rtp/dependency_descriptor.h"
#include "tests/unit/rtp/layered_stream.h"

static gsize
key_descriptor (LayeredStream *stream, guint8 *out)
{
  LayeredPicture picture = layered_stream_next (stream, TRUE);
  return layered_av1_descriptor (stream, &picture.frames[0], TRUE, FALSE, out);
}

/* L3T3_KEY, all of it; then one of each template. */
static void
test_structure (void)
{
  LayeredStream stream = { 3, 3, TRUE, 100 };
  DependencyStructure structure = { 0 };
  DependencyDescriptor descriptor;
  guint8 data[256];
  gsize size = key_descriptor (&stream, data);
  g_assert_cmpuint (size, >, 16); /* needs the two-byte form */
  g_assert_true (dependency_descriptor_parse (&descriptor, &structure, data, size));
  g_assert_true (descriptor.has_structure && descriptor.begins_frame && !descriptor.ends_frame);
  g_assert_cmpuint (descriptor.frame_number, ==, 300);
  g_assert_cmpuint (structure.n_templates, ==, 15);
  g_assert_cmpuint (structure.n_targets, ==, 9);
  g_assert_cmpuint (structure.n_chains, ==, 3);
  g_assert_cmpuint (structure.n_spatial, ==, 3);
  g_assert_cmpuint (structure.n_temporal, ==, 3);
  g_assert_true (structure.has_sizes);
  g_assert_cmpuint (structure.heights[0], ==, 180);
  g_assert_cmpuint (structure.widths[2], ==, 1280);
  g_assert_cmphex (structure.active, ==, 0x1ff);
  /* the lowest layer of a key picture is part of everything */
  g_assert_cmphex (descriptor.targets, ==, 0xffff);
  g_assert_cmpuint (structure.by_place[LAYER_TARGET (0, 0)], ==, 0);
  g_assert_cmpuint (structure.by_place[LAYER_TARGET (1, 2)], ==, 5);
  g_assert_cmpuint (structure.by_place[LAYER_TARGET_ALL], ==, 8);
}

static void
test_templates (void)
{
  for (guint is_key_only = 0; is_key_only <= 1; is_key_only++) {
    LayeredStream stream = { 3, 3, is_key_only, 0 };
    DependencyStructure structure = { 0 };
    for (guint i = 0; i < 20; i++) {
      LayeredPicture picture = layered_stream_next (&stream, i == 0);
      for (guint s = 0; s < picture.n; s++) {
        const LayeredFrame *frame = &picture.frames[s];
        DependencyDescriptor descriptor;
        guint8 data[256];
        gsize size = layered_av1_descriptor (&stream, frame, TRUE, TRUE, data);
        guint64 references = frame->inter_layer;
        if (frame->back > 0)
          references |= G_GUINT64_CONSTANT (1) << (frame->back * 3 - 1);
        g_assert_true (dependency_descriptor_parse (&descriptor, &structure, data, size));
        g_assert_cmpuint (descriptor.frame.spatial, ==, frame->spatial);
        g_assert_cmpuint (descriptor.frame.temporal, ==, frame->temporal);
        g_assert_cmphex (descriptor.frame.references, ==, references);
        for (guint place = 0; place < LAYER_TARGETS; place++) {
          guint to_spatial = MIN (layer_target_spatial (place), 2);
          gboolean is_wanted = to_spatial == s || (to_spatial > s && (!is_key_only || i == 0));
          is_wanted = is_wanted && frame->temporal <= layer_target_temporal (place);
          g_assert_cmpint (descriptor.targets >> place & 1, ==, is_wanted);
        }
      }
    }
  }
}

static void
test_without_structure (void)
{
  static const guint8 data[] = { 0xcb, 0x00, 0x01 };
  DependencyStructure structure = { 0 };
  DependencyDescriptor descriptor;
  g_assert_false (dependency_descriptor_parse (&descriptor, &structure, data, sizeof data));
  g_assert_false (dependency_descriptor_parse (&descriptor, &structure, data, 2));
  /* active decode targets of a structure that never came */
  static const guint8 active[] = { 0xcb, 0x00, 0x01, 0x40, 0x00 };
  g_assert_false (dependency_descriptor_parse (&descriptor, &structure, active, sizeof active));
}

/* A structure that is cut short, or whose frame has no template, leaves the one there is. */
static void
test_malformed (void)
{
  LayeredStream stream = { 3, 3, FALSE, 0 };
  DependencyStructure structure = { 0 }, before;
  DependencyDescriptor descriptor;
  guint8 data[256];
  gsize size = key_descriptor (&stream, data);
  g_assert_true (dependency_descriptor_parse (&descriptor, &structure, data, size));
  before = structure;
  for (gsize cut = 4; cut < size; cut++) {
    g_assert_false (dependency_descriptor_parse (&descriptor, &structure, data, cut));
    g_assert_cmpmem (&structure, sizeof structure, &before, sizeof before);
  }
  data[0] = 0xc0 | (11 + 15); /* one past the last template */
  g_assert_false (dependency_descriptor_parse (&descriptor, &structure, data, 3));
  g_assert_false (dependency_descriptor_parse (&descriptor, &structure, data, size));
  data[0] = 0xc0 | (11 + 14);
  g_assert_true (dependency_descriptor_parse (&descriptor, &structure, data, 3));
}

/* The upper layers are not produced any more: what asked for them gets the next lower. */
static void
test_active_targets (void)
{
  LayeredStream stream = { 3, 3, TRUE, 0 };
  DependencyStructure structure = { 0 };
  DependencyDescriptor descriptor;
  guint8 data[256];
  gsize size = key_descriptor (&stream, data);
  g_assert_true (dependency_descriptor_parse (&descriptor, &structure, data, size));
  BitWriter writer = { data, 0 };
  bit_writer_put (&writer, 0xc0 | (11 + 6), 8); /* spatial 1, T0 */
  bit_writer_put (&writer, 7, 16);
  bit_writer_put (&writer, 0x08, 5);
  bit_writer_put (&writer, 0x03f, 9); /* as written: target 8 first */
  g_assert_true (dependency_descriptor_parse (&descriptor, &structure, data, 5));
  g_assert_true (descriptor.has_active && !descriptor.has_structure);
  g_assert_cmphex (structure.active, ==, 0x3f);
  g_assert_cmpuint (structure.by_place[LAYER_TARGET_ALL], ==, 5);
  g_assert_true (descriptor.targets >> LAYER_TARGET_ALL & 1);
}

/* Custom indications, references and chains in one packet. */
static void
test_custom (void)
{
  LayeredStream stream = { 1, 3, FALSE, 0 };
  DependencyStructure structure = { 0 };
  DependencyDescriptor descriptor;
  guint8 data[256];
  gsize size = key_descriptor (&stream, data);
  g_assert_true (dependency_descriptor_parse (&descriptor, &structure, data, size));
  BitWriter writer = { data, 0 };
  bit_writer_put (&writer, 0xc0 | (11 + 4), 8);
  bit_writer_put (&writer, 9, 16);
  bit_writer_put (&writer, 0x07, 5);
  bit_writer_put (&writer, 0x06, 6); /* -, discardable, switch */
  bit_writer_put (&writer, 1, 2);    /* one nibble: 3 back */
  bit_writer_put (&writer, 2, 4);
  bit_writer_put (&writer, 3, 2); /* three: 65 back, beyond what is tracked */
  bit_writer_put (&writer, 64, 12);
  bit_writer_put (&writer, 2, 2); /* two: 64 back */
  bit_writer_put (&writer, 63, 8);
  bit_writer_put (&writer, 0, 2);
  bit_writer_put (&writer, 200, 8);
  size = (writer.bits + 7) / 8;
  g_assert_true (dependency_descriptor_parse (&descriptor, &structure, data, size));
  g_assert_cmphex (descriptor.frame.indications, ==, 0x24);
  g_assert_cmphex (descriptor.frame.references, ==, G_GUINT64_CONSTANT (0x8000000000000004));
  g_assert_false (dependency_descriptor_parse (&descriptor, &structure, data, size - 1));
}

typedef enum {
  NEXT_SAME_LAYER,
  NEXT_TEMPORAL,
  NEXT_SPATIAL,
  NEXT_NONE,
} NextLayer;

/* A structure of @n templates, each the @next of the one before, without chains and sizes. */
static gsize
put_structure (guint8 *data, guint n, NextLayer next, guint n_targets)
{
  BitWriter writer = { data, 0 };
  bit_writer_put (&writer, 0xc0, 8);
  bit_writer_put (&writer, 1, 16);
  bit_writer_put (&writer, 0x10, 5);
  bit_writer_put (&writer, 0, 6);
  bit_writer_put (&writer, n_targets - 1, 5);
  for (guint i = 0; i + 1 < n; i++)
    bit_writer_put (&writer, next, 2);
  bit_writer_put (&writer, NEXT_NONE, 2);
  for (guint i = 0; i < n * n_targets; i++)
    bit_writer_put (&writer, 2, 2);
  for (guint i = 0; i < n; i++)
    bit_writer_put (&writer, 0, 1);
  bit_writer_put (&writer, 0, 5 + 1); /* no chains, no sizes */
  return (writer.bits + 7) / 8;
}

/* So many spatial and temporal layers are read, one more is not. */
static void
test_layer_limits (void)
{
  static const struct {
    NextLayer next;
    guint max;
  } rows[] = { { NEXT_TEMPORAL, DEPENDENCY_TEMPORAL_MAX },
               { NEXT_SPATIAL, DEPENDENCY_SPATIAL_MAX } };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    for (guint n = rows[i].max; n <= rows[i].max + 1; n++) {
      DependencyStructure structure = { 0 };
      DependencyDescriptor descriptor;
      guint8 data[4096] = { 0 };
      gsize size = put_structure (data, n, rows[i].next, 1);
      g_assert_cmpint (dependency_descriptor_parse (&descriptor, &structure, data, size), ==,
                       n <= rows[i].max);
      if (n <= rows[i].max)
        g_assert_cmpuint (MAX (structure.n_spatial, structure.n_temporal), ==, n);
    }
}

/* 64 templates are read, one more is not; so are 32 targets. */
static void
test_limits (void)
{
  for (guint n = DEPENDENCY_TEMPLATES_MAX; n <= DEPENDENCY_TEMPLATES_MAX + 1; n++) {
    DependencyStructure structure = { 0 };
    DependencyDescriptor descriptor;
    guint8 data[4096] = { 0 };
    gsize size = put_structure (data, n, NEXT_SAME_LAYER, DEPENDENCY_TARGETS_MAX);
    gboolean fits = n <= DEPENDENCY_TEMPLATES_MAX;
    g_assert_cmpint (dependency_descriptor_parse (&descriptor, &structure, data, size), ==, fits);
    if (fits)
      g_assert_cmphex (structure.active, ==, G_MAXUINT32);
  }
}

/* What a receiver up to each place is to be told: its own decode targets and those below. */
static void
test_targets_up_to (void)
{
  LayeredStream stream = { 3, 3, TRUE, 0 };
  DependencyStructure structure = { 0 };
  DependencyDescriptor descriptor;
  DependencyTargets targets;
  guint8 data[256];
  gsize size = key_descriptor (&stream, data);
  g_assert_true (dependency_descriptor_parse (&descriptor, &structure, data, size));
  dependency_targets_fill (&targets, &structure);
  g_assert_cmpuint (targets.n_targets, ==, 9);
  g_assert_cmphex (targets.up_to[LAYER_TARGET (0, 0)], ==, 0x001);
  g_assert_cmphex (targets.up_to[LAYER_TARGET (0, 2)], ==, 0x007);
  g_assert_cmphex (targets.up_to[LAYER_TARGET (1, 1)], ==, 0x01b);
  g_assert_cmphex (targets.up_to[LAYER_TARGET (2, 0)], ==, 0x049);
  g_assert_cmphex (targets.up_to[LAYER_TARGET_ALL], ==, 0x1ff);
  structure.active = 0x03f; /* the uppermost layer rests */
  dependency_targets_fill (&targets, &structure);
  g_assert_cmphex (targets.up_to[LAYER_TARGET_ALL], ==, 0x03f);
}

/* The descriptor of each packet with fewer targets: all else in it says the same. */
static void
assert_put_active (const guint8 *data, gsize size, const DependencyStructure *structure,
                   guint32 active, guint32 expected)
{
  DependencyStructure before = *structure, after = *structure;
  DependencyDescriptor plain, told;
  guint8 out[DEPENDENCY_DESCRIPTOR_MAX + 1 + DEPENDENCY_ACTIVE_ROOM];
  gsize out_size = dependency_descriptor_put_active (data, size, structure->n_targets, active, out);

  g_assert_cmpuint (out_size, >=, size);
  g_assert_cmpuint (out_size, <=, size + DEPENDENCY_ACTIVE_ROOM);
  g_assert_true (dependency_descriptor_parse (&plain, &before, data, size));
  g_assert_true (dependency_descriptor_parse (&told, &after, out, out_size));
  g_assert_true (told.has_active);
  g_assert_cmphex (after.active, ==, expected);
  g_assert_cmpint (told.has_structure, ==, plain.has_structure);
  g_assert_cmpint (told.begins_frame, ==, plain.begins_frame);
  g_assert_cmpint (told.ends_frame, ==, plain.ends_frame);
  g_assert_cmpuint (told.frame_number, ==, plain.frame_number);
  g_assert_cmpmem (&told.frame, sizeof told.frame, &plain.frame, sizeof plain.frame);
  g_assert_cmpmem (after.templates, sizeof after.templates, before.templates,
                   sizeof before.templates);
  g_assert_cmpmem (after.heights, sizeof after.heights, before.heights, sizeof before.heights);
  g_assert_cmpuint (after.n_chains, ==, before.n_chains);
}

static void
test_put_active (void)
{
  for (guint n = 1; n <= 3; n += 2) {
    LayeredStream stream = { n, 3, TRUE, 65530 };
    DependencyStructure structure = { 0 };
    guint32 all = n == 3 ? 0x1ff : 0x7;
    for (guint i = 0; i < 20; i++) {
      LayeredPicture picture = layered_stream_next (&stream, i % 10 == 0);
      for (guint s = 0; s < picture.n; s++) {
        DependencyDescriptor descriptor;
        guint8 data[256];
        gsize size = layered_av1_descriptor (&stream, &picture.frames[s], TRUE, TRUE, data);
        g_assert_true (dependency_descriptor_parse (&descriptor, &structure, data, size));
        assert_put_active (data, size, &structure, all, all);
        assert_put_active (data, size, &structure, 0x3, 0x3);
        assert_put_active (data, size, &structure, 0, 0);
      }
    }
  }
}

/* One that tells of some already, with all that a packet may have of its own: what its sender does
 * not produce is not made active. */
static void
test_put_active_again (void)
{
  LayeredStream stream = { 1, 3, FALSE, 0 };
  DependencyStructure structure = { 0 };
  DependencyDescriptor descriptor;
  guint8 data[256], out[256 + DEPENDENCY_ACTIVE_ROOM];
  gsize size = key_descriptor (&stream, data);
  g_assert_true (dependency_descriptor_parse (&descriptor, &structure, data, size));
  BitWriter writer = { data, 0 };
  bit_writer_put (&writer, 0xc0 | (11 + 4), 8);
  bit_writer_put (&writer, 9, 16);
  bit_writer_put (&writer, 0x0f, 5);
  bit_writer_put (&writer, 0x3, 3);  /* active: not the highest */
  bit_writer_put (&writer, 0x06, 6); /* indications */
  bit_writer_put (&writer, 1, 2);
  bit_writer_put (&writer, 2, 4);
  bit_writer_put (&writer, 0, 2);
  bit_writer_put (&writer, 200, 8); /* chain */
  size = (writer.bits + 7) / 8;
  assert_put_active (data, size, &structure, 0x5, 0x1);
  assert_put_active (data, size, &structure, 0x7, 0x3);
  for (gsize cut = 0; cut < DEPENDENCY_DESCRIPTOR_SHORT; cut++)
    g_assert_cmpuint (dependency_descriptor_put_active (data, cut, 3, 1, out), ==, 0);
  g_assert_cmpuint (dependency_descriptor_put_active (data, 3, 0, 1, out), ==, 0);
  g_assert_cmpuint (dependency_descriptor_put_active (data, 3, DEPENDENCY_TARGETS_MAX, 1, out), ==,
                    8);
  g_assert_cmpuint (dependency_descriptor_put_active (data, 3, DEPENDENCY_TARGETS_MAX + 1, 1, out),
                    ==, 0);
  /* as long as can be sent, and a byte longer */
  guint8 longest[DEPENDENCY_DESCRIPTOR_MAX] = { 0xcb, 0, 1, 0 };
  g_assert_cmpuint (
      dependency_descriptor_put_active (longest, DEPENDENCY_DESCRIPTOR_MAX - 1, 3, 1, out), ==,
      DEPENDENCY_DESCRIPTOR_MAX);
  g_assert_cmpuint (
      dependency_descriptor_put_active (longest, DEPENDENCY_DESCRIPTOR_MAX, 3, 1, out), ==, 0);
}

static void
test_frame_number (void)
{
  guint8 data[] = { 0xcb, 0x12, 0x34 };
  g_assert_cmphex (dependency_descriptor_frame_number (data), ==, 0x1234);
  dependency_descriptor_put_frame_number (data, 0xfffe);
  g_assert_cmphex (data[1] << 8 | data[2], ==, 0xfffe);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rtp/dependency-descriptor/structure", test_structure);
  g_test_add_func ("/rtp/dependency-descriptor/templates", test_templates);
  g_test_add_func ("/rtp/dependency-descriptor/without-structure", test_without_structure);
  g_test_add_func ("/rtp/dependency-descriptor/malformed", test_malformed);
  g_test_add_func ("/rtp/dependency-descriptor/active-targets", test_active_targets);
  g_test_add_func ("/rtp/dependency-descriptor/custom", test_custom);
  g_test_add_func ("/rtp/dependency-descriptor/limits", test_limits);
  g_test_add_func ("/rtp/dependency-descriptor/layer-limits", test_layer_limits);
  g_test_add_func ("/rtp/dependency-descriptor/targets-up-to", test_targets_up_to);
  g_test_add_func ("/rtp/dependency-descriptor/put-active", test_put_active);
  g_test_add_func ("/rtp/dependency-descriptor/put-active-again", test_put_active_again);
  g_test_add_func ("/rtp/dependency-descriptor/frame-number", test_frame_number);
  return g_test_run ();
}
