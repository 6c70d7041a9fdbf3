/* VP8 (RFC 7741) and VP9 (RFC 9628) payload descriptors. */
#include "pipelines/rtp/bytes.h"
#include "pipelines/rtp/payload_private.h"
#include "pipelines/rtp/vp9_descriptor.h"

/* --- VP8 --- */

#define VP8_KEYFRAME_HEADER 10 /* tag 3, start code 3, width 2, height 2 (RFC 6386 9.1) */

gsize
vp8_descriptor_size (const guint8 *p, gsize size)
{
  gsize need = 1;
  if (size < 1)
    return 0;
  if (p[0] & 0x80) { /* X */
    if (size < 2)
      return 0;
    guint8 flags = p[1];
    need = 2;
    if (flags & 0x80) { /* I: picture id of 7 or 15 bits */
      if (size <= need)
        return 0;
      need += p[need] & 0x80 ? 2 : 1;
    }
    need += (flags & 0x40) != 0; /* L */
    need += (flags & 0x30) != 0; /* T or K */
  }
  return need <= size ? need : 0;
}

/* Notes the picture id at @at, if it is whole; returns the offset behind it. */
static gsize
note_picture_id (PayloadNumbers *numbers, const guint8 *p, gsize size, gsize at)
{
  gboolean is_long = at < size && (p[at] & 0x80);
  gsize end = at + (is_long ? 2 : 1);
  if (end > size)
    return end;
  numbers->picture_id_at = at;
  numbers->is_long = is_long;
  numbers->picture_id = is_long ? bytes_get_u16 (p + at) & 0x7fff : p[at];
  return end;
}

static void
note_tl0 (PayloadNumbers *numbers, const guint8 *p, gsize size, gsize at)
{
  if (at >= size)
    return;
  numbers->tl0_at = at;
  numbers->tl0 = p[at];
}

void
vp8_read_numbers (PayloadNumbers *numbers, const guint8 *payload, gsize size)
{
  if (size < 2 || (payload[0] & 0x80) == 0)
    return;
  gsize at = 2;
  if (payload[1] & 0x80)
    at = note_picture_id (numbers, payload, size, at);
  if (payload[1] & 0x40)
    note_tl0 (numbers, payload, size, at);
}

gboolean
vp8_read_layers (Vp8Layers *layers, const guint8 *payload, gsize size)
{
  PayloadNumbers numbers = { 0 };
  gsize end = vp8_descriptor_size (payload, size);
  if (end == 0 || (payload[0] & 0x80) == 0 || (payload[1] & 0x20) == 0)
    return FALSE;
  vp8_read_numbers (&numbers, payload, size);
  if (numbers.picture_id_at == 0)
    return FALSE;
  *layers = (Vp8Layers){ .picture_id = numbers.picture_id,
                         .is_long = numbers.is_long,
                         .temporal = payload[end - 1] >> 6,
                         .is_sync = (payload[end - 1] & 0x20) != 0 };
  return TRUE;
}

gboolean
vp8_is_keyframe_start (const guint8 *payload, gsize size)
{
  gsize at = vp8_descriptor_size (payload, size);
  if (at == 0 || at >= size)
    return FALSE;
  gboolean first = (payload[0] & 0x10) && (payload[0] & 0x07) == 0; /* S, partition 0 */
  return first && (payload[at] & 0x01) == 0;
}

gboolean
vp8_frame_size (const guint8 *payload, gsize size, guint *ret_width, guint *ret_height)
{
  if (!vp8_is_keyframe_start (payload, size))
    return FALSE;
  gsize at = vp8_descriptor_size (payload, size);
  if (size - at < VP8_KEYFRAME_HEADER || bytes_get_u24 (payload + at + 3) != 0x9d012a)
    return FALSE;
  *ret_width = (payload[at + 6] | payload[at + 7] << 8) & 0x3fff;
  *ret_height = (payload[at + 8] | payload[at + 9] << 8) & 0x3fff;
  return TRUE;
}

/* --- VP9 --- */

gboolean
vp9_is_keyframe_start (const guint8 *payload, gsize size)
{
  Vp9Descriptor descriptor;
  return vp9_descriptor_parse (&descriptor, payload, size) && descriptor.begins_frame &&
         !descriptor.predicted && descriptor.spatial == 0;
}

gboolean
vp9_frame_size (const guint8 *payload, gsize size, guint *ret_width, guint *ret_height)
{
  Vp9Descriptor descriptor;
  Vp9Structure structure;
  if (!vp9_descriptor_parse (&descriptor, payload, size) ||
      !vp9_structure_parse (&structure, &descriptor, payload, size) || !structure.has_sizes)
    return FALSE;
  *ret_width = structure.widths[structure.n_spatial - 1];
  *ret_height = structure.heights[structure.n_spatial - 1];
  return TRUE;
}

void
vp9_read_numbers (PayloadNumbers *numbers, const guint8 *payload, gsize size)
{
  Vp9Descriptor descriptor;
  if (!vp9_descriptor_parse (&descriptor, payload, size))
    return;
  if (descriptor.has_picture_id) {
    numbers->picture_id_at = descriptor.picture_id_at;
    numbers->picture_id = descriptor.picture_id;
    numbers->is_long = descriptor.is_long;
  }
  if (descriptor.has_tl0) {
    numbers->tl0_at = descriptor.tl0_at;
    numbers->tl0 = descriptor.tl0;
  }
}
