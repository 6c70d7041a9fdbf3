/* BitReader: bits of a codec's parameter set, most significant first; past the end it yields zeros
 * and remembers it. With @escaped it skips H.264's emulation prevention bytes (00 00 03). */
#pragma once

#include <glib.h>

typedef struct {
  const guint8 *data;
  gsize size;
  gsize byte;
  guint bit;   /* in that byte */
  guint zeros; /* zero bytes in a row before it */
  gboolean escaped;
  gboolean overrun;
} BitReader;

void bit_reader_init (BitReader *reader, const guint8 *data, gsize size, gboolean escaped);
/* @n <= 32. */
guint32 bit_reader_get (BitReader *reader, guint n);
void bit_reader_skip (BitReader *reader, guint n);
/* Exp-Golomb, unsigned and signed (H.264 9.1); AV1's uvlc() is the unsigned one. */
guint32 bit_reader_get_ue (BitReader *reader);
gint32 bit_reader_get_se (BitReader *reader);
