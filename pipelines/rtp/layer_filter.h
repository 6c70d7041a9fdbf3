/* LayerFilter: which frames of a layered stream one slot forwards.
 *
 * Plain data, zero-initialised, one per segment of a slot (slot_rewriter.h); owner: the slot's
 * shard. Nothing here allocates.
 *
 * A frame is forwarded if the target that is followed asks for it and nothing that it refers to was
 * left out: so what is forwarded always decodes, and a layer comes in where the stream lets it.
 * Frames that never came are taken to be on their way (NACK). The target that is followed becomes
 * the wanted one
 *   - at a keyframe, always;
 *   - else if only the temporal layer differs, at the next picture;
 *   - else if the wanted spatial layer is lower and can be decoded, with its next frame;
 *   - else not: needs_keyframe. Until then going down lowers the frame rate. */
#pragma once

#include "pipelines/rtp/layer_frame.h"

/* Frames that are remembered: a second and more of one stream. */
#define LAYER_FILTER_WINDOW 64

typedef struct {
  guint64 newest;  /* frame number; 0: none yet */
  guint64 decided; /* bit i: about frame newest - i it was decided ... */
  guint64 dropped; /* ... to leave it out, when it was the newest */
  guint32 n_dropped;
  guint8 target; /* that is followed */
  guint8 needs_keyframe;
} LayerFilter;

/* Is this packet of @frame (number not 0) forwarded? @wanted: LAYER_TARGET (). */
gboolean layer_filter_pass (LayerFilter *filter, const LayerFrame *frame, gboolean keyframe_start,
                            guint wanted);

/* TRUE: the packet is the last that the slot forwards of its picture, whatever its marker says. */
static inline gboolean
layer_filter_ends_picture (const LayerFilter *filter, const LayerFrame *frame)
{
  const guint needed = LAYER_FRAME_END | LAYER_FRAME_SPATIAL;
  return (frame->flags & needed) == needed &&
         frame->spatial == layer_target_spatial (filter->target);
}

/* How many frames before @frame were left out; FALSE: too long ago to know. */
gboolean layer_filter_dropped_before (const LayerFilter *filter, const LayerFrame *frame,
                                      guint *ret_dropped);

/* FALSE: @frame was left out (or would be), or it was too long ago to know. */
gboolean layer_filter_was_passed (const LayerFilter *filter, const LayerFrame *frame);
