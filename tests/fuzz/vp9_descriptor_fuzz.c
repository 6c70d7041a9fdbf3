/* VP9 payloads, one after the other: a byte of length, then so many bytes. */
#include "pipelines/rtp/layer_tracker.h"
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree LayerTracker *tracker = g_new0 (LayerTracker, 1);
  while (size > 1) {
    gsize n = MIN (data[0], size - 1);
    LayerPacket packet = { .payload = data + 1, .size = n };
    Vp9Descriptor descriptor;
    LayerFrame frame;
    if (vp9_descriptor_parse (&descriptor, packet.payload, n)) {
      Vp9Structure structure;
      g_assert_true (descriptor.size < n && descriptor.picture_id_at < n && descriptor.tl0_at < n);
      if (vp9_structure_parse (&structure, &descriptor, packet.payload, n))
        g_assert_true (structure.n_spatial >= 1 && structure.n_spatial <= VP9_SPATIAL_MAX);
    }
    layer_tracker_on_packet (tracker, CODEC_VP9, &packet, &frame);
    layer_tracker_on_packet (tracker, CODEC_VP8, &packet, &frame);
    g_assert_true (frame.spatial < LAYER_SPATIAL_MAX && frame.temporal < LAYER_TEMPORAL_MAX);
    data += 1 + n;
    size -= 1 + n;
  }
  return 0;
}
