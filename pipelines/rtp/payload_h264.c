/* H.264 payloads (RFC 6184) and its sequence parameter set (ITU-T H.264 7.3.2.1). */
#include "pipelines/rtp/bit_reader.h"
#include "pipelines/rtp/bytes.h"
#include "pipelines/rtp/payload_private.h"

enum {
  NAL_IDR = 5,
  NAL_SPS = 7,
};

#define NAL_TYPE_MASK 0x1f
#define FU_START 0x80
/* first_mb_in_slice is ue(v): 0 is a single 1 bit, the first of the slice header. */
#define FIRST_SLICE 0x80

/* Of a whole NAL unit, or of the start of one: its type, and the byte behind the NAL header. */
static gboolean
nal_starts_keyframe (guint type, const guint8 *rbsp, gsize size)
{
  if (type == NAL_SPS)
    return TRUE;
  return type == NAL_IDR && size > 0 && (rbsp[0] & FIRST_SLICE);
}

gboolean
h264_stap_next (const guint8 *payload, gsize size, gsize *at, const guint8 **ret_nal,
                gsize *ret_size)
{
  if (*at + 2 > size)
    return FALSE;
  gsize nal_size = bytes_get_u16 (payload + *at);
  if (nal_size == 0 || *at + 2 + nal_size > size)
    return FALSE;
  *ret_nal = payload + *at + 2;
  *ret_size = nal_size;
  *at += 2 + nal_size;
  return TRUE;
}

gboolean
h264_is_keyframe_start (const guint8 *payload, gsize size)
{
  if (size < 1)
    return FALSE;
  guint type = payload[0] & NAL_TYPE_MASK;
  if (type == H264_FU_A)
    return size >= 2 && (payload[1] & FU_START) &&
           nal_starts_keyframe (payload[1] & NAL_TYPE_MASK, payload + 2, size - 2);
  if (type != H264_STAP_A)
    return nal_starts_keyframe (type, payload + 1, size - 1);
  gsize at = 1;
  const guint8 *nal;
  gsize nal_size;
  while (h264_stap_next (payload, size, &at, &nal, &nal_size)) {
    if (nal_starts_keyframe (nal[0] & NAL_TYPE_MASK, nal + 1, nal_size - 1))
      return TRUE;
  }
  return FALSE;
}

static gboolean
has_chroma_info (guint profile)
{
  static const guint8 profiles[] = { 100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135 };
  for (guint i = 0; i < G_N_ELEMENTS (profiles); i++) {
    if (profiles[i] == profile)
      return TRUE;
  }
  return FALSE;
}

static void
skip_scaling_list (BitReader *reader, guint size)
{
  gint32 last = 8, next = 8;
  for (guint i = 0; i < size && !reader->overrun; i++) {
    if (next != 0) {
      gint32 delta = bit_reader_get_se (reader);
      reader->overrun |= delta < -128 || delta > 127; /* delta_scale, 7.4.2.1.1.1 */
      next = (guint8) (last + (gint8) delta);
    }
    last = next == 0 ? last : next;
  }
}

/* Returns chroma_format_idc. */
static guint
skip_chroma_info (BitReader *reader)
{
  guint chroma_format = bit_reader_get_ue (reader);
  if (chroma_format == 3)
    bit_reader_skip (reader, 1); /* separate_colour_plane_flag */
  bit_reader_get_ue (reader);    /* bit_depth_luma_minus8 */
  bit_reader_get_ue (reader);    /* bit_depth_chroma_minus8 */
  bit_reader_skip (reader, 1);   /* qpprime_y_zero_transform_bypass_flag */
  if (bit_reader_get (reader, 1)) {
    guint lists = chroma_format == 3 ? 12 : 8;
    for (guint i = 0; i < lists; i++) {
      if (bit_reader_get (reader, 1))
        skip_scaling_list (reader, i < 6 ? 16 : 64);
    }
  }
  return chroma_format;
}

static void
skip_picture_order (BitReader *reader)
{
  guint type = bit_reader_get_ue (reader);
  if (type == 0) {
    bit_reader_get_ue (reader); /* log2_max_pic_order_cnt_lsb_minus4 */
    return;
  }
  if (type != 1)
    return;
  bit_reader_skip (reader, 1);
  bit_reader_get_se (reader);
  bit_reader_get_se (reader);
  guint cycle = bit_reader_get_ue (reader); /* at most 255 */
  for (guint i = 0; i < MIN (cycle, 255) && !reader->overrun; i++)
    bit_reader_get_se (reader);
}

static gboolean
sps_frame_size (const guint8 *rbsp, gsize size, guint *ret_width, guint *ret_height)
{
  BitReader reader;
  bit_reader_init (&reader, rbsp, size, TRUE);
  guint profile = bit_reader_get (&reader, 8);
  bit_reader_skip (&reader, 16);
  bit_reader_get_ue (&reader); /* seq_parameter_set_id */
  guint chroma_format = has_chroma_info (profile) ? skip_chroma_info (&reader) : 1;
  bit_reader_get_ue (&reader); /* log2_max_frame_num_minus4 */
  skip_picture_order (&reader);
  bit_reader_get_ue (&reader); /* max_num_ref_frames */
  bit_reader_skip (&reader, 1);
  guint64 width = ((guint64) bit_reader_get_ue (&reader) + 1) * 16;
  guint64 map_units = (guint64) bit_reader_get_ue (&reader) + 1;
  guint frame_mbs_only = bit_reader_get (&reader, 1);
  guint64 height = map_units * 16 * (2 - frame_mbs_only);
  if (!frame_mbs_only)
    bit_reader_skip (&reader, 1);
  bit_reader_skip (&reader, 1);
  guint64 crop[4] = { 0 }; /* left, right, top, bottom */
  if (bit_reader_get (&reader, 1)) {
    for (guint i = 0; i < 4; i++)
      crop[i] = bit_reader_get_ue (&reader);
  }
  guint64 crop_x = (crop[0] + crop[1]) * (chroma_format == 1 || chroma_format == 2 ? 2 : 1);
  guint64 crop_y = (crop[2] + crop[3]) * (chroma_format == 1 ? 2 : 1) * (2 - frame_mbs_only);
  if (reader.overrun || crop_x >= width || crop_y >= height || width > G_MAXUINT16 ||
      height > G_MAXUINT16)
    return FALSE;
  *ret_width = width - crop_x;
  *ret_height = height - crop_y;
  return TRUE;
}

/* The SPS behind its NAL header; NULL: none, or in fragments (it never is). */
static const guint8 *
find_sps (const guint8 *payload, gsize size, gsize *ret_size)
{
  if (size < 1)
    return NULL;
  guint type = payload[0] & NAL_TYPE_MASK;
  if (type == NAL_SPS) {
    *ret_size = size - 1;
    return payload + 1;
  }
  if (type != H264_STAP_A)
    return NULL;
  gsize at = 1;
  const guint8 *nal;
  gsize nal_size;
  while (h264_stap_next (payload, size, &at, &nal, &nal_size)) {
    if ((nal[0] & NAL_TYPE_MASK) == NAL_SPS) {
      *ret_size = nal_size - 1;
      return nal + 1;
    }
  }
  return NULL;
}

gboolean
h264_has_sps (const guint8 *payload, gsize size)
{
  gsize sps_size;
  return find_sps (payload, size, &sps_size) != NULL;
}

gboolean
h264_frame_size (const guint8 *payload, gsize size, guint *ret_width, guint *ret_height)
{
  gsize sps_size;
  const guint8 *sps = find_sps (payload, size, &sps_size);
  return sps && sps_frame_size (sps, sps_size, ret_width, ret_height);
}
