/* Dependency descriptors, one after the other: a byte of length, then so many bytes. What is
 * understood goes through a slot's filter. */
#include "pipelines/rtp/layer_filter.h"
#include "pipelines/rtp/layer_tracker.h"
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* What is understood is still understood with fewer targets, and says the same otherwise. */
static void
put_active (const DependencyStructure *structure, const guint8 *data, gsize size)
{
  guint8 out[DEPENDENCY_DESCRIPTOR_MAX + 1 + DEPENDENCY_ACTIVE_ROOM];
  DependencyStructure before = *structure, after = *structure;
  DependencyDescriptor plain, told;
  gsize n = dependency_descriptor_put_active (data, size, structure->n_targets, 0x5, out);

  if (n == 0 || !dependency_descriptor_parse (&plain, &before, data, size))
    return;
  g_assert_true (dependency_descriptor_parse (&told, &after, out, n));
  g_assert_true (told.frame.references == plain.frame.references);
  g_assert_true ((after.active & ~0x5u) == 0);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree LayerTracker *tracker = g_new0 (LayerTracker, 1);
  LayerFilter filter = { 0 };
  while (size > 1) {
    gsize n = MIN (data[0], size - 1);
    LayerPacket packet = { .descriptor = data + 1, .descriptor_size = n };
    LayerFrame frame;
    guint dropped;
    put_active (&tracker->dependencies, data + 1, n);
    layer_tracker_on_packet (tracker, CODEC_AV1, &packet, &frame);
    g_assert_true (frame.number == 0 ||
                   (frame.spatial < LAYER_SPATIAL_MAX && frame.temporal < LAYER_TEMPORAL_MAX));
    g_assert_true (tracker->dependencies.n_templates <= DEPENDENCY_TEMPLATES_MAX);
    if (frame.number != 0) {
      gboolean passed = layer_filter_pass (&filter, &frame, n % 5 == 0, data[0] % LAYER_TARGETS);
      if (layer_filter_dropped_before (&filter, &frame, &dropped))
        g_assert_true (dropped <= filter.n_dropped);
      g_assert_true (!passed || layer_filter_was_passed (&filter, &frame));
    }
    data += 1 + n;
    size -= 1 + n;
  }
  return 0;
}
