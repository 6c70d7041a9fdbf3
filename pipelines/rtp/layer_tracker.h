/* LayerTracker: what the packets of one incoming stream say about layers, as LayerFrames.
 *
 * Plain data, zero-initialised, one per encoding (about 3 kB); owner: the shard of the stream.
 * VP8 and non-flexible VP9 do not name a frame's references: then the last frames of the layers up
 * to its own are taken for them, which is what receivers assume (RFC 7741 4.2, Y bit), or those of
 * the repeated group of pictures. H.264 tells nothing of layers, nor does a stream without picture
 * ids: its frames have number 0. */
#pragma once

#include "pipelines/rtp/dependency_descriptor.h"
#include "pipelines/rtp/payload.h"
#include "pipelines/rtp/vp9_descriptor.h"

typedef struct {
  const guint8 *payload;
  gsize size;
  const guint8 *descriptor; /* AV1's header extension; NULL: none */
  gsize descriptor_size;
  gboolean keyframe_start;
} LayerPacket;

typedef struct {
  guint64 newest_picture; /* unwrapped; 0: none yet */
  /* by layers, the newest frame of each and the one before */
  guint64 last[LAYER_SPATIAL_MAX][LAYER_TEMPORAL_MAX];
  guint64 before[LAYER_SPATIAL_MAX][LAYER_TEMPORAL_MAX];
  guint n_spatial, n_temporal;        /* seen of late; 0: no layers */
  guint64 seen[LAYER_SPATIAL_MAX];    /* newest picture that had the layer */
  guint16 heights[LAYER_SPATIAL_MAX]; /* 0: not told */
  guint64 group_start;                /* picture */
  Vp9Structure structure;
  DependencyStructure dependencies;
} LayerTracker;

/* Fills @frame; number 0 if the stream has no layers or this packet says nothing of them. */
void layer_tracker_on_packet (LayerTracker *tracker, Codec codec, const LayerPacket *packet,
                              LayerFrame *frame);
