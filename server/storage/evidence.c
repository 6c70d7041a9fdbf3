#include "server/storage/evidence.h"

#include <gio/gio.h>
#include <string.h>

/* The copy: a head, then rings, each a head and its points, each behind its second. */
#define EVIDENCE_MAGIC 0x31524d44u /* "DMR1" */

typedef struct {
  guint32 magic;
  guint16 site_point_size, stream_point_size;
} EvidenceHead;

typedef struct {
  char name[STREAM_NAME_BYTES + 1];
  guint8 kind, layer;
  guint16 n;
} RingHead;

static void
copy_ring (GByteArray *bytes, const SecondRing *ring, RingHead *head)
{
  guint at = bytes->len;

  g_byte_array_append (bytes, (const guint8 *) head, sizeof *head);
  for (gint64 s = ring->newest_s - RING_SECONDS + 1; s <= ring->newest_s; s++) {
    gconstpointer point = second_ring_get (ring, s);

    if (point == NULL)
      continue;
    g_byte_array_append (bytes, (const guint8 *) &s, sizeof s);
    g_byte_array_append (bytes, point, (guint) ring->item_size);
    head->n++;
  }
  memcpy (bytes->data + at, head, sizeof *head);
}

GBytes *
evidence_copy_rings (const HealthSite *site)
{
  EvidenceHead head = { EVIDENCE_MAGIC, sizeof (SitePoint), sizeof (StreamPoint) };
  RingHead of_site = { .name = "" };
  GByteArray *bytes = g_byte_array_new ();

  g_byte_array_append (bytes, (const guint8 *) &head, sizeof head);
  copy_ring (bytes, &site->points, &of_site);
  for (guint i = 0; i < site->n_rings; i++) {
    const StreamRing *ring = site->rings[i];
    RingHead of_stream = { .kind = ring->kind, .layer = ring->layer };

    g_strlcpy (of_stream.name, ring->name, sizeof of_stream.name);
    copy_ring (bytes, &ring->points, &of_stream);
  }
  return g_byte_array_free_to_bytes (bytes);
}

/* transfer full; NULL: malformed or too large. */
static GBytes *
convert (GConverter *converter, GBytes *bytes)
{
  g_autoptr (GInputStream) source = g_memory_input_stream_new_from_bytes (bytes);
  g_autoptr (GInputStream) stream = g_converter_input_stream_new (source, converter);
  g_autoptr (GByteArray) out = g_byte_array_new ();
  guint8 part[16384];
  gssize n;

  while ((n = g_input_stream_read (stream, part, sizeof part, NULL, NULL)) > 0) {
    if (out->len + n > EVIDENCE_MAX_BYTES)
      return NULL;
    g_byte_array_append (out, part, (guint) n);
  }
  return n < 0 ? NULL : g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

GBytes *
evidence_pack (GBytes *rings)
{
  g_autoptr (GZlibCompressor) compressor = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_RAW, 6);
  GBytes *packed = convert (G_CONVERTER (compressor), rings);

  return packed != NULL ? packed : g_bytes_new (NULL, 0);
}

GBytes *
evidence_unpack (GBytes *packed)
{
  g_autoptr (GZlibDecompressor) decompressor =
      g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_RAW);

  return convert (G_CONVERTER (decompressor), packed);
}

/* --- reading
 * ---------------------------------------------------------------------------------------- */

typedef struct {
  const guint8 *data;
  gsize left;
} Bytes;

static gboolean
take (Bytes *bytes, gpointer into, gsize size)
{
  if (bytes->left < size)
    return FALSE;
  memcpy (into, bytes->data, size);
  bytes->data += size;
  bytes->left -= size;
  return TRUE;
}

static gboolean
read_ring (Bytes *bytes, const RingHead *head, const EvidenceReader *reader)
{
  gboolean is_site = head->name[0] == '\0';

  reader->on_ring (reader->user_data, head->name, (StreamKind) head->kind, head->layer);
  for (guint i = 0; i < head->n; i++) {
    StreamPoint of_stream;
    SitePoint of_site;
    gint64 at_s;

    if (!take (bytes, &at_s, sizeof at_s) ||
        !(is_site ? take (bytes, &of_site, sizeof of_site)
                  : take (bytes, &of_stream, sizeof of_stream)))
      return FALSE;
    if (is_site)
      reader->on_site_point (reader->user_data, at_s, &of_site);
    else
      reader->on_stream_point (reader->user_data, at_s, &of_stream);
  }
  return TRUE;
}

gboolean
evidence_read (GBytes *packed, const EvidenceReader *reader)
{
  g_autoptr (GBytes) plain = evidence_unpack (packed);
  EvidenceHead head;
  RingHead ring;

  if (plain == NULL)
    return FALSE;
  Bytes bytes = { g_bytes_get_data (plain, NULL), g_bytes_get_size (plain) };
  if (!take (&bytes, &head, sizeof head) || head.magic != EVIDENCE_MAGIC ||
      head.site_point_size != sizeof (SitePoint) || head.stream_point_size != sizeof (StreamPoint))
    return FALSE;
  while (bytes.left > 0) {
    if (!take (&bytes, &ring, sizeof ring) || ring.kind >= N_STREAM_KINDS)
      return FALSE;
    ring.name[STREAM_NAME_BYTES] = '\0';
    if (!read_ring (&bytes, &ring, reader))
      return FALSE;
  }
  return TRUE;
}
