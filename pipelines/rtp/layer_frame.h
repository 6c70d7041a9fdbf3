/* LayerFrame: what layers a packet's frame belongs to and what it needs, alike for VP8, VP9 and
 * AV1. Written once at reception (layer_tracker.h), read by every slot (layer_filter.h).
 *
 * A *target* is a place in the grid of spatial and temporal layers, up to which a receiver gets the
 * stream. With spatial layers each layer of a picture is a frame of its own. */
#pragma once

#include "pipelines/rtp/bounds.h"
#include <glib.h>

#define LAYER_TARGETS (LAYER_SPATIAL_MAX * LAYER_TEMPORAL_MAX)
#define LAYER_TARGET(spatial, temporal) ((spatial) *LAYER_TEMPORAL_MAX + (temporal))
/* All there is: fits every stream. */
#define LAYER_TARGET_ALL (LAYER_TARGETS - 1)

typedef enum {
  LAYER_FRAME_END = 1 << 0,        /* its last packet */
  LAYER_FRAME_SPATIAL = 1 << 1,    /* the stream has several pictures of one time */
  LAYER_FRAME_RENUMBERED = 1 << 2, /* its picture ids must have no gap (VP8) */
} LayerFrameFlags;

typedef struct {
  guint64 number;     /* grows with every frame; 0: the stream has no layers */
  guint64 references; /* bit i: needs frame number - 1 - i; older ones are taken to be there */
  guint16 targets;    /* bit LAYER_TARGET (): is part of what that target gets */
  guint8 spatial, temporal;
  guint8 flags; /* LayerFrameFlags */
} LayerFrame;

static inline guint
layer_target_spatial (guint target)
{
  return target / LAYER_TEMPORAL_MAX;
}

static inline guint
layer_target_temporal (guint target)
{
  return target % LAYER_TEMPORAL_MAX;
}
