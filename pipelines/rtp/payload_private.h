/* The codecs' own parts of payload.h. */
#pragma once

#include "pipelines/rtp/payload.h"

gboolean vp8_is_keyframe_start (const guint8 *payload, gsize size);
gboolean vp8_frame_size (const guint8 *payload, gsize size, guint *ret_width, guint *ret_height);
gboolean vp9_is_keyframe_start (const guint8 *payload, gsize size);
gboolean vp9_frame_size (const guint8 *payload, gsize size, guint *ret_width, guint *ret_height);
gboolean h264_is_keyframe_start (const guint8 *payload, gsize size);
gboolean h264_has_sps (const guint8 *payload, gsize size);
gboolean h264_frame_size (const guint8 *payload, gsize size, guint *ret_width, guint *ret_height);
gboolean av1_is_keyframe_start (const guint8 *payload, gsize size);
gboolean av1_frame_size (const guint8 *payload, gsize size, guint *ret_width, guint *ret_height);

void vp8_read_numbers (PayloadNumbers *numbers, const guint8 *payload, gsize size);
void vp9_read_numbers (PayloadNumbers *numbers, const guint8 *payload, gsize size);

typedef struct {
  guint16 picture_id;
  gboolean is_long;
  guint8 temporal;
  gboolean is_sync; /* Y: needs the base layer only */
} Vp8Layers;

/* FALSE: tells no temporal layer, or no picture id. */
gboolean vp8_read_layers (Vp8Layers *layers, const guint8 *payload, gsize size);
