/* AV1 payloads ("RTP Payload Format For AV1" 4.4) and the sequence header OBU (AV1 5.5). */
#include "pipelines/rtp/bit_reader.h"
#include "pipelines/rtp/payload_private.h"

#define AGGREGATION_Z 0x80 /* first element goes on from the packet before */
#define AGGREGATION_N 0x08 /* first packet of a coded video sequence */
#define OBU_SEQUENCE_HEADER 1
/* A keyframe's packet starts with at most a few headers before the frame. */
#define OBU_ELEMENTS_MAX 8
#define LEB128_BYTES_MAX 8

gboolean
av1_read_leb128 (const guint8 *p, gsize size, gsize *at, guint64 *ret_value)
{
  guint64 value = 0;
  for (guint i = 0; i < LEB128_BYTES_MAX && *at < size; i++) {
    guint8 byte = p[(*at)++];
    value |= (guint64) (byte & 0x7f) << (i * 7);
    if ((byte & 0x80) == 0) {
      *ret_value = value;
      return TRUE;
    }
  }
  return FALSE;
}

ObuIter
av1_obu_iter (const guint8 *payload, gsize size)
{
  return (
      ObuIter){ .payload = payload, .size = size, .at = 1, .announced = payload[0] >> 4 & 0x03 };
}

gboolean
av1_obu_next (ObuIter *iter, const guint8 **ret_obu, gsize *ret_size)
{
  if (iter->at >= iter->size || iter->told >= OBU_ELEMENTS_MAX)
    return FALSE;
  guint64 obu_size = iter->size - iter->at;
  iter->told++;
  if (iter->announced == 0 || iter->told < iter->announced) {
    if (!av1_read_leb128 (iter->payload, iter->size, &iter->at, &obu_size))
      return FALSE;
  } else {
    obu_size = iter->size - iter->at;
  }
  if (obu_size == 0 || obu_size > iter->size - iter->at)
    return FALSE;
  *ret_obu = iter->payload + iter->at;
  *ret_size = obu_size;
  iter->at += obu_size;
  return TRUE;
}

/* The content of the sequence header in this payload; NULL: it has none that starts here. */
static const guint8 *
find_sequence_header (const guint8 *payload, gsize size, gsize *ret_size)
{
  if (size < 2 || payload[0] & AGGREGATION_Z)
    return NULL;
  ObuIter iter = av1_obu_iter (payload, size);
  const guint8 *obu;
  gsize obu_size;
  while (av1_obu_next (&iter, &obu, &obu_size)) {
    if ((obu[0] >> 3 & 0x0f) != OBU_SEQUENCE_HEADER)
      continue;
    gsize at = obu[0] & 0x04 ? 2 : 1; /* extension */
    guint64 own_size;
    if ((obu[0] & 0x02) && !av1_read_leb128 (obu, obu_size, &at, &own_size))
      return NULL;
    if (at > obu_size)
      return NULL;
    *ret_size = obu_size - at;
    return obu + at;
  }
  return NULL;
}

gboolean
av1_is_keyframe_start (const guint8 *payload, gsize size)
{
  gsize header_size;
  if (size < 2 || payload[0] & AGGREGATION_Z)
    return FALSE;
  return (payload[0] & AGGREGATION_N) || find_sequence_header (payload, size, &header_size) != NULL;
}

/* timing_info () and decoder_model_info (); returns buffer_delay_length, 0 without a model. */
static guint
skip_timing (BitReader *reader)
{
  bit_reader_skip (reader, 64); /* num_units_in_display_tick, time_scale */
  if (bit_reader_get (reader, 1))
    bit_reader_get_ue (reader); /* num_ticks_per_picture_minus_1 */
  if (!bit_reader_get (reader, 1))
    return 0;
  guint delay_length = bit_reader_get (reader, 5) + 1;
  bit_reader_skip (reader, 32 + 5 + 5);
  return delay_length;
}

static void
skip_operating_points (BitReader *reader, guint delay_length)
{
  gboolean has_display_delay = bit_reader_get (reader, 1);
  guint points = bit_reader_get (reader, 5) + 1;
  for (guint i = 0; i < points && !reader->overrun; i++) {
    bit_reader_skip (reader, 12);
    if (bit_reader_get (reader, 5) > 7)
      bit_reader_skip (reader, 1); /* seq_tier */
    if (delay_length > 0 && bit_reader_get (reader, 1))
      bit_reader_skip (reader, 2 * delay_length + 1);
    if (has_display_delay && bit_reader_get (reader, 1))
      bit_reader_skip (reader, 4);
  }
}

gboolean
av1_frame_size (const guint8 *payload, gsize size, guint *ret_width, guint *ret_height)
{
  gsize header_size;
  const guint8 *header = find_sequence_header (payload, size, &header_size);
  if (!header)
    return FALSE;
  BitReader reader;
  bit_reader_init (&reader, header, header_size, FALSE);
  bit_reader_skip (&reader, 4); /* seq_profile, still_picture */
  if (bit_reader_get (&reader, 1)) {
    bit_reader_skip (&reader, 5); /* reduced_still_picture_header: one level */
  } else {
    guint delay_length = bit_reader_get (&reader, 1) ? skip_timing (&reader) : 0;
    skip_operating_points (&reader, delay_length);
  }
  guint width_bits = bit_reader_get (&reader, 4) + 1;
  guint height_bits = bit_reader_get (&reader, 4) + 1;
  guint width = bit_reader_get (&reader, width_bits) + 1;
  guint height = bit_reader_get (&reader, height_bits) + 1;
  if (reader.overrun || width > G_MAXUINT16 || height > G_MAXUINT16)
    return FALSE;
  *ret_width = width;
  *ret_height = height;
  return TRUE;
}
