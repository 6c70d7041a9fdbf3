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

/* Bytes of the payload descriptor; 0 if it does not fit. */
gsize vp8_descriptor_size (const guint8 *p, gsize size);

enum {
  H264_SINGLE_MAX = 23, /* NAL units of types 1..23 may be a packet of their own */
  H264_STAP_A = 24,
  H264_FU_A = 28,
};
/* Next unit of a STAP-A from *@at (1 at first) on; FALSE at its end. */
gboolean h264_stap_next (const guint8 *payload, gsize size, gsize *at, const guint8 **ret_nal,
                         gsize *ret_size);

gboolean av1_read_leb128 (const guint8 *p, gsize size, gsize *at, guint64 *ret_value);

/* The OBU elements of one payload. */
typedef struct {
  const guint8 *payload;
  gsize size;
  gsize at;
  guint announced; /* W: 0 = every element has a length */
  guint told;
} ObuIter;

/* @size: at least 1. */
ObuIter av1_obu_iter (const guint8 *payload, gsize size);
gboolean av1_obu_next (ObuIter *iter, const guint8 **ret_obu, gsize *ret_size);

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
