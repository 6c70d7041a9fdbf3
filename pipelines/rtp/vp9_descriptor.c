#include "pipelines/rtp/vp9_descriptor.h"

#include "pipelines/rtp/bytes.h"

enum {
  FLAG_I = 0x80,
  FLAG_P = 0x40,
  FLAG_L = 0x20,
  FLAG_F = 0x10,
  FLAG_B = 0x08,
  FLAG_E = 0x04,
  FLAG_V = 0x02,
  FLAG_Z = 0x01,
};

typedef struct {
  const guint8 *data;
  gsize size;
  gsize at;
} Reader;

/* FALSE past the end. */
static gboolean
read_byte (Reader *reader, guint8 *ret_byte)
{
  if (reader->at >= reader->size)
    return FALSE;
  *ret_byte = reader->data[reader->at++];
  return TRUE;
}

static gboolean
read_picture_id (Reader *reader, Vp9Descriptor *descriptor)
{
  guint8 high, low;
  descriptor->picture_id_at = reader->at;
  if (!read_byte (reader, &high))
    return FALSE;
  descriptor->has_picture_id = TRUE;
  descriptor->picture_id = high & 0x7f;
  descriptor->is_long = (high & 0x80) != 0;
  if (!descriptor->is_long)
    return TRUE;
  if (!read_byte (reader, &low))
    return FALSE;
  descriptor->picture_id = descriptor->picture_id << 8 | low;
  return TRUE;
}

static gboolean
read_layers (Reader *reader, Vp9Descriptor *descriptor)
{
  guint8 byte;
  if (!read_byte (reader, &byte))
    return FALSE;
  descriptor->has_layers = TRUE;
  descriptor->temporal = byte >> 5;
  descriptor->switching_up = (byte & 0x10) != 0;
  descriptor->spatial = byte >> 1 & 0x07;
  descriptor->inter_layer = (byte & 0x01) != 0;
  if (descriptor->flexible)
    return TRUE;
  descriptor->tl0_at = reader->at;
  descriptor->has_tl0 = TRUE;
  return read_byte (reader, &descriptor->tl0);
}

/* Up to three, chained by the N bit. */
static gboolean
read_references (Reader *reader, Vp9Descriptor *descriptor)
{
  guint8 byte;
  do {
    if (descriptor->n_references == VP9_REFERENCES_MAX || !read_byte (reader, &byte))
      return FALSE;
    descriptor->references[descriptor->n_references++] = byte >> 1;
  } while (byte & 0x01);
  return TRUE;
}

gboolean
vp9_descriptor_parse (Vp9Descriptor *descriptor, const guint8 *payload, gsize size)
{
  Reader reader = { payload, size, 0 };
  guint8 flags;
  if (!read_byte (&reader, &flags))
    return FALSE;
  *descriptor = (Vp9Descriptor){
    .predicted = (flags & FLAG_P) != 0,
    .flexible = (flags & FLAG_F) != 0,
    .begins_frame = (flags & FLAG_B) != 0,
    .ends_frame = (flags & FLAG_E) != 0,
    .not_for_upper = (flags & FLAG_Z) != 0,
  };
  if ((flags & FLAG_I) && !read_picture_id (&reader, descriptor))
    return FALSE;
  if ((flags & FLAG_L) && !read_layers (&reader, descriptor))
    return FALSE;
  if (descriptor->flexible && descriptor->predicted && !read_references (&reader, descriptor))
    return FALSE;
  if (flags & FLAG_V)
    descriptor->structure_at = reader.at;
  descriptor->size = reader.at;
  return reader.at < size;
}

/* --- scalability structure --- */

static gboolean
read_sizes (Reader *reader, Vp9Structure *structure)
{
  if (reader->size - reader->at < structure->n_spatial * 4)
    return FALSE;
  for (guint i = 0; i < structure->n_spatial; i++) {
    structure->widths[i] = bytes_get_u16 (reader->data + reader->at);
    structure->heights[i] = bytes_get_u16 (reader->data + reader->at + 2);
    reader->at += 4;
  }
  structure->has_sizes = TRUE;
  return TRUE;
}

static gboolean
read_group_picture (Reader *reader, Vp9GroupPicture *picture)
{
  guint8 byte;
  if (!read_byte (reader, &byte))
    return FALSE;
  *picture = (Vp9GroupPicture){ .temporal = byte >> 5,
                                .switching_up = (byte & 0x10) != 0,
                                .n_references = byte >> 2 & 0x03 };
  for (guint i = 0; i < picture->n_references; i++) {
    if (!read_byte (reader, &picture->references[i]))
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_group (Reader *reader, Vp9Structure *structure)
{
  Vp9GroupPicture picture;
  guint8 n;
  if (!read_byte (reader, &n))
    return FALSE;
  structure->n_group = n;
  for (guint i = 0; i < structure->n_group; i++) {
    if (!read_group_picture (reader, &picture))
      return FALSE;
    if (i < VP9_GROUP_MAX)
      structure->group[i] = picture;
  }
  return TRUE;
}

gboolean
vp9_structure_parse (Vp9Structure *structure, const Vp9Descriptor *descriptor,
                     const guint8 *payload, gsize size)
{
  Reader reader = { payload, size, descriptor->structure_at };
  guint8 flags;
  if (descriptor->structure_at == 0 || !read_byte (&reader, &flags))
    return FALSE;
  *structure = (Vp9Structure){ .n_spatial = (flags >> 5) + 1u };
  if ((flags & 0x10) && !read_sizes (&reader, structure))
    return FALSE;
  if ((flags & 0x08) != 0 && !read_group (&reader, structure))
    return FALSE;
  structure->size = reader.at - descriptor->structure_at;
  return TRUE;
}
