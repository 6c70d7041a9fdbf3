#include "server/storage/health_block.h"

#include <gio/gio.h>
#include <string.h>

/* Form of the packed bytes: version, size of a point, the bit set, the planes. */
#define BLOCK_VERSION 1
#define HEAD_BYTES (2 + 8)
#define PLAIN_MAX (HEAD_BYTES + HEALTH_BLOCK_POINTS * sizeof (SitePoint))

static gboolean
block_has (const HealthBlock *block, guint index)
{
  return (block->has >> index & 1) != 0;
}

/* The bytes of @block as they are deflated; their number. */
static gsize
write_plain (const HealthBlock *block, guint8 *plain)
{
  gsize size = HEAD_BYTES;

  plain[0] = BLOCK_VERSION;
  plain[1] = sizeof (SitePoint);
  for (guint i = 0; i < 8; i++)
    plain[2 + i] = (guint8) (block->has >> (8 * i));
  for (gsize byte = 0; byte < sizeof (SitePoint); byte++)
    for (guint i = 0; i < HEALTH_BLOCK_POINTS; i++)
      if (block_has (block, i))
        plain[size++] = ((const guint8 *) &block->points[i])[byte];
  return size;
}

static gboolean
read_plain (const guint8 *plain, gsize size, HealthBlock *block)
{
  gsize at = HEAD_BYTES, n = 0;

  memset (block, 0, sizeof *block);
  if (size < HEAD_BYTES || plain[0] != BLOCK_VERSION || plain[1] != sizeof (SitePoint))
    return FALSE;
  for (guint i = 0; i < 8; i++)
    block->has |= (guint64) plain[2 + i] << (8 * i);
  block->has &= (G_GUINT64_CONSTANT (1) << HEALTH_BLOCK_POINTS) - 1;
  for (guint i = 0; i < HEALTH_BLOCK_POINTS; i++)
    n += block_has (block, i);
  if (size != HEAD_BYTES + n * sizeof (SitePoint))
    return FALSE;
  for (gsize byte = 0; byte < sizeof (SitePoint); byte++)
    for (guint i = 0; i < HEALTH_BLOCK_POINTS; i++)
      if (block_has (block, i))
        ((guint8 *) &block->points[i])[byte] = plain[at++];
  return TRUE;
}

/* In one step, as all of it fits; the bytes written, 0: they do not fit, or are malformed. */
static gsize
convert (GConverter *converter, const guint8 *data, gsize size, guint8 *out, gsize max)
{
  gsize read = 0, written = 0;

  if (g_converter_convert (converter, data, size, out, max, G_CONVERTER_INPUT_AT_END, &read,
                           &written, NULL) != G_CONVERTER_FINISHED)
    return 0;
  return written;
}

GBytes *
health_block_pack (const HealthBlock *block)
{
  g_autoptr (GZlibCompressor) compressor = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_RAW, 6);
  guint8 plain[PLAIN_MAX], packed[HEALTH_BLOCK_MAX_BYTES];
  gsize size = write_plain (block, plain);

  size = convert (G_CONVERTER (compressor), plain, size, packed, sizeof packed);
  g_assert (size > 0);
  return g_bytes_new (packed, size);
}

gboolean
health_block_unpack (gconstpointer data, gsize size, HealthBlock *ret_block)
{
  g_autoptr (GZlibDecompressor) decompressor =
      g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_RAW);
  guint8 plain[PLAIN_MAX + 1];

  if (size == 0 || size > HEALTH_BLOCK_MAX_BYTES)
    return FALSE;
  size = convert (G_CONVERTER (decompressor), data, size, plain, sizeof plain);
  return size > 0 && read_plain (plain, size, ret_block);
}
