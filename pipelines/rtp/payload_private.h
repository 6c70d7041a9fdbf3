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
