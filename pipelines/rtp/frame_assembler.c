#include "pipelines/rtp/frame_assembler.h"

#include "pipelines/rtp/payload_private.h"
#include "pipelines/rtp/vp9_descriptor.h"

/* --- VP8, VP9 --------------------------------------------------------------------------------- */

static gsize
vpx_descriptor_size (Codec codec, const FramePart *part)
{
  Vp9Descriptor descriptor;
  Vp9Structure structure;

  if (codec == CODEC_VP8)
    return vp8_descriptor_size (part->data, part->size);
  if (!vp9_descriptor_parse (&descriptor, part->data, part->size))
    return 0;
  if (descriptor.structure_at == 0)
    return descriptor.size;
  if (!vp9_structure_parse (&structure, &descriptor, part->data, part->size))
    return 0;
  return descriptor.size + structure.size;
}

static gboolean
vpx_append (GByteArray *frame, Codec codec, const FramePart *part)
{
  gsize at = vpx_descriptor_size (codec, part);

  if (at == 0 || at >= part->size)
    return FALSE;
  g_byte_array_append (frame, part->data + at, (guint) (part->size - at));
  return TRUE;
}

/* --- H.264 ------------------------------------------------------------------------------------ */

static void
nal_begin (GByteArray *frame)
{
  static const guint8 start_code[] = { 0, 0, 0, 1 };

  g_byte_array_append (frame, start_code, sizeof start_code);
}

static void
nal_append (GByteArray *frame, const guint8 *nal, gsize size)
{
  nal_begin (frame);
  g_byte_array_append (frame, nal, (guint) size);
}

static gboolean
stap_append (GByteArray *frame, const FramePart *part)
{
  const guint8 *nal;
  gsize at = 1, size;

  while (h264_stap_next (part->data, part->size, &at, &nal, &size))
    nal_append (frame, nal, size);
  return at == part->size;
}

/* @is_open: a NAL unit's fragments are under way. */
static gboolean
fu_append (GByteArray *frame, const FramePart *part, gboolean *is_open)
{
  gboolean starts, ends;
  guint8 header;

  if (part->size < 3)
    return FALSE;
  starts = (part->data[1] & 0x80) != 0;
  ends = (part->data[1] & 0x40) != 0;
  if (starts == *is_open)
    return FALSE;
  if (starts) {
    header = (part->data[0] & 0xe0) | (part->data[1] & 0x1f);
    nal_begin (frame);
    g_byte_array_append (frame, &header, 1);
  }
  *is_open = !ends;
  g_byte_array_append (frame, part->data + 2, (guint) (part->size - 2));
  return TRUE;
}

static gboolean
h264_append (GByteArray *frame, const FramePart *part, gboolean *is_open)
{
  guint type = part->data[0] & 0x1f;

  if (type == H264_FU_A)
    return fu_append (frame, part, is_open);
  if (*is_open)
    return FALSE;
  if (type == H264_STAP_A)
    return stap_append (frame, part);
  if (type == 0 || type > H264_SINGLE_MAX)
    return FALSE;
  nal_append (frame, part->data, part->size);
  return TRUE;
}

/* --- AV1 -------------------------------------------------------------------------------------- */

#define OBU_TEMPORAL_DELIMITER 2
#define OBU_PADDING 15
#define OBU_HAS_EXTENSION 0x04
#define OBU_HAS_SIZE 0x02
#define AGGREGATION_Z 0x80 /* its first element goes on from the packet before */
#define AGGREGATION_Y 0x40 /* its last element goes on in the next packet */

static void
leb128_append (GByteArray *frame, gsize value)
{
  do {
    guint8 byte = (value & 0x7f) | (value > 0x7f ? 0x80 : 0);

    g_byte_array_append (frame, &byte, 1);
    value >>= 7;
  } while (value > 0);
}

/* A whole OBU as it came (mostly without its size). */
static gboolean
obu_append (GByteArray *frame, const guint8 *obu, gsize size)
{
  gboolean has_extension = (obu[0] & OBU_HAS_EXTENSION) != 0;
  guint type = obu[0] >> 3 & 0x0f;
  guint8 header = obu[0] | OBU_HAS_SIZE;
  gsize at = has_extension ? 2 : 1;
  guint64 body;

  if (at > size || (obu[0] & 0x80) != 0)
    return FALSE;
  body = size - at;
  if ((obu[0] & OBU_HAS_SIZE) != 0) {
    if (!av1_read_leb128 (obu, size, &at, &body) || body > size - at)
      return FALSE;
  }
  if (type == OBU_TEMPORAL_DELIMITER || type == OBU_PADDING ||
      (has_extension && (obu[1] >> 3 & 0x03) > 0))
    return TRUE;
  g_byte_array_append (frame, &header, 1);
  if (has_extension)
    g_byte_array_append (frame, obu + 1, 1);
  leb128_append (frame, body);
  g_byte_array_append (frame, obu + at, (guint) body);
  return TRUE;
}

/* @pending: the OBU that goes on in the next packet, empty: there is none. */
static gboolean
av1_append (GByteArray *frame, const FramePart *part, GByteArray *pending)
{
  ObuIter iter = av1_obu_iter (part->data, part->size);
  gboolean goes_on = (part->data[0] & AGGREGATION_Z) != 0;
  const guint8 *obu;
  gsize size;

  if (goes_on != (pending->len > 0))
    return FALSE;
  while (av1_obu_next (&iter, &obu, &size)) {
    gboolean is_cut = iter.at == iter.size && (part->data[0] & AGGREGATION_Y) != 0;

    if (pending->len == 0 && !is_cut) {
      if (!obu_append (frame, obu, size))
        return FALSE;
      continue;
    }
    g_byte_array_append (pending, obu, (guint) size);
    if (is_cut)
      continue;
    if (!obu_append (frame, pending->data, pending->len))
      return FALSE;
    g_byte_array_set_size (pending, 0);
  }
  return iter.at == iter.size;
}

/* --- any -------------------------------------------------------------------------------------- */

static gboolean
part_append (GByteArray *frame, Codec codec, const FramePart *part, GByteArray *pending,
             gboolean *is_open)
{
  switch (codec) {
  case CODEC_VP8:
  case CODEC_VP9:
    return vpx_append (frame, codec, part);
  case CODEC_H264:
    return h264_append (frame, part, is_open);
  case CODEC_AV1:
    return av1_append (frame, part, pending);
  default:
    return FALSE;
  }
}

gboolean
frame_assemble (GByteArray *frame, Codec codec, const FramePart *parts, guint n)
{
  static const guint8 delimiter[] = { OBU_TEMPORAL_DELIMITER << 3 | OBU_HAS_SIZE, 0 };
  g_autoptr (GByteArray) pending = g_byte_array_new ();
  gboolean is_open = FALSE;
  guint used = 0;

  if (n > FRAME_PARTS_MAX)
    return FALSE;
  if (codec == CODEC_AV1)
    g_byte_array_append (frame, delimiter, sizeof delimiter);
  for (guint i = 0; i < n; i++) {
    if (parts[i].size == 0) /* padding only */
      continue;
    if (!part_append (frame, codec, &parts[i], pending, &is_open))
      return FALSE;
    used++;
  }
  return used > 0 && !is_open && pending->len == 0;
}
