/* LayerLadder: what each target of one layered stream costs, and which one fits a height.
 * LayerMeter: counts it, packet by packet.
 *
 * Plain data, zero-initialised; the meter belongs to the shard of the stream, ladders are copied by
 * value to those that forward it. A place in the highest layer of either kind is written as the
 * highest there can be: LAYER_TARGET_ALL stays right when a layer comes or goes. */
#pragma once

#include "pipelines/rtp/layer_frame.h"

typedef struct {
  guint8 n_spatial, n_temporal;       /* 0: no layers */
  guint16 heights[LAYER_SPATIAL_MAX]; /* 0: not told */
  guint bps[LAYER_TARGETS];           /* 0: not measured */
} LayerLadder;

typedef struct {
  guint64 bytes[LAYER_TARGETS];
} LayerMeter;

/* One step that a receiver can be given. */
typedef struct {
  guint8 target;
  guint bps; /* 0: not measured */
} LayerStep;

/* Each spatial layer at the full frame rate and at the next lower one. */
#define LAYER_STEPS_MAX (LAYER_SPATIAL_MAX * 2 + LAYER_TEMPORAL_MAX - 2)

static inline void
layer_meter_on_packet (LayerMeter *meter, const LayerFrame *frame, guint bytes)
{
  for (guint left = frame->targets; left != 0; left &= left - 1)
    meter->bytes[__builtin_ctz (left)] += bytes;
}

/* The bit rates over @window_us, and from zero again. */
void layer_meter_take (LayerMeter *meter, gint64 window_us, LayerLadder *ladder);

/* LAYER_TARGET () of the smallest picture that reaches @asked_height (0: the largest) within
 * LAYER_HEIGHT_TOLERANCE_PERCENT, at the full frame rate. */
guint layer_ladder_select (const LayerLadder *ladder, guint asked_height);

/* The steps of @ladder, from the lowest layers up; their number, at least 1. Lower frame rates than
 * the next to full only with @is_base, the smallest picture of all: a large one at 7 frames a
 * second is worse than a small one at 30. */
guint layer_ladder_steps (const LayerLadder *ladder, gboolean is_base,
                          LayerStep steps[LAYER_STEPS_MAX]);
