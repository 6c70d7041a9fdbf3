#include "pipelines/rtp/bit_reader.h"

void
bit_reader_init (BitReader *reader, const guint8 *data, gsize size, gboolean escaped)
{
  *reader = (BitReader){ .data = data, .size = size, .escaped = escaped };
}

static void
next_byte (BitReader *reader)
{
  reader->zeros = reader->data[reader->byte] == 0 ? reader->zeros + 1 : 0;
  reader->byte++;
  reader->bit = 0;
  if (reader->escaped && reader->zeros >= 2 && reader->byte < reader->size &&
      reader->data[reader->byte] == 3) {
    reader->byte++;
    reader->zeros = 0;
  }
}

static guint
get_bit (BitReader *reader)
{
  if (reader->byte >= reader->size) {
    reader->overrun = TRUE;
    return 0;
  }
  guint value = reader->data[reader->byte] >> (7 - reader->bit) & 1;
  if (++reader->bit == 8)
    next_byte (reader);
  return value;
}

guint32
bit_reader_get (BitReader *reader, guint n)
{
  guint32 value = 0;
  while (n-- > 0)
    value = value << 1 | get_bit (reader);
  return value;
}

void
bit_reader_skip (BitReader *reader, guint n)
{
  while (n-- > 0)
    get_bit (reader);
}

guint32
bit_reader_get_ue (BitReader *reader)
{
  guint zeros = 0;
  while (!reader->overrun && get_bit (reader) == 0) {
    if (++zeros > 31) {
      reader->overrun = TRUE;
      return 0;
    }
  }
  return (guint32) (((guint64) 1 << zeros) - 1) + bit_reader_get (reader, zeros);
}

gint32
bit_reader_get_se (BitReader *reader)
{
  guint32 value = bit_reader_get_ue (reader);
  return value & 1 ? (gint32) (value / 2 + 1) : -(gint32) (value / 2);
}
