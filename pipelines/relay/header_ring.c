#include "pipelines/relay/header_ring.h"

#include "pipelines/relay/pcapng.h"

#include <string.h>
#include <sys/mman.h>

#define RING_BYTES (HEADER_ROWS * sizeof (HeaderRow))

#define SNAPSHOT_MAGIC 0x31484d44u /* "DMH1" */
#define RTP_HEADER_BYTES 12

typedef struct {
  guint32 magic;
  guint16 row_size, stream_size;
  guint32 n_rows, n_streams;
  gint64 now_us, wall_ns;
  NetAddress room, relay;
} SnapshotHead;

G_STATIC_ASSERT (sizeof (SnapshotHead) + HEADER_ROWS * sizeof (HeaderRow) +
                     CAPTURE_STREAMS * sizeof (HeaderStream) <=
                 LIMIT_HEADERS_BYTES);

void
header_ring_start (HeaderRing *ring)
{
  gpointer rows;

  if (ring->rows != NULL)
    return;
  /* pages of its own: a room that is idle takes up none of them */
  rows = mmap (NULL, RING_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (rows == MAP_FAILED)
    return;
  ring->rows = rows;
  ring->ssrcs = g_new0 (guint32, CAPTURE_STREAMS);
}

void
header_ring_clear (HeaderRing *ring)
{
  if (ring->rows != NULL)
    munmap (g_steal_pointer (&ring->rows), RING_BYTES);
  g_clear_pointer (&ring->ssrcs, g_free);
}

/* How long ago; the clock's low bits come round in 71 minutes, a row that old looks young. */
static guint32
row_age_us (const HeaderRow *row, gint64 now_us)
{
  return (guint32) now_us - row->time_us;
}

/* The newest rows that are young enough. Rows are in the order of time: behind an old one all are
 * older. */
static guint
count_young (const HeaderRing *ring, gint64 now_us)
{
  guint n = 0;
  guint32 before = 0;

  while (n < HEADER_ROWS) {
    const HeaderRow *row = header_ring_row (ring, n);
    guint32 age_us = row_age_us (row, now_us);

    if (row->packets == 0 || age_us > HEADER_KEPT_US || age_us < before)
      break;
    before = age_us;
    n++;
  }
  return n;
}

/* @used: by stream, all FALSE. */
static void
find_used (const HeaderRing *ring, guint n, gboolean *used)
{
  for (guint i = 0; i < n; i++)
    used[header_ring_row (ring, i)->stream] = TRUE;
}

static void
append_streams (GByteArray *bytes, const HeaderRing *ring, guint n, const HeaderContext *context,
                SnapshotHead *head)
{
  gboolean used[CAPTURE_STREAMS] = { FALSE };

  find_used (ring, n, used);
  for (guint i = 0; i < context->streams->len && i < CAPTURE_STREAMS; i++) {
    HeaderStream stream = g_array_index (context->streams, HeaderStream, i);

    if (!CAPTURE_IS_DOWN (stream.stream))
      stream.ssrc = ring->ssrcs[stream.stream];
    if (!used[stream.stream])
      continue;
    g_byte_array_append (bytes, (const guint8 *) &stream, sizeof stream);
    head->n_streams++;
  }
}

GBytes *
header_ring_snapshot (const HeaderRing *ring, const HeaderContext *context)
{
  SnapshotHead head = { .magic = SNAPSHOT_MAGIC,
                        .row_size = sizeof (HeaderRow),
                        .stream_size = sizeof (HeaderStream),
                        .now_us = context->now_us,
                        .wall_ns = context->wall_ns,
                        .room = context->room,
                        .relay = context->relay };
  GByteArray *bytes;

  if (ring->rows == NULL)
    return NULL;
  head.n_rows = count_young (ring, context->now_us);
  bytes = g_byte_array_sized_new (
      (guint) (sizeof head + (head.n_rows + CAPTURE_STREAMS) * sizeof (HeaderRow)));
  g_byte_array_append (bytes, (const guint8 *) &head, sizeof head);
  append_streams (bytes, ring, head.n_rows, context, &head);
  for (guint i = head.n_rows; i > 0; i--)
    g_byte_array_append (bytes, (const guint8 *) header_ring_row (ring, i - 1), sizeof (HeaderRow));
  memcpy (bytes->data, &head, sizeof head);
  return g_byte_array_free_to_bytes (bytes);
}

/* --- as a file ----------------------------------------------------------------------------------
 */

typedef struct {
  SnapshotHead head;
  GByteArray *file;
  guint32 ssrcs[CAPTURE_STREAMS];
  guint16 interfaces[CAPTURE_STREAMS]; /* 1 the first; 0: there is none */
} Writer;

/* Room for one more block; @size: at most. */
static guint8 *
grow (GByteArray *file, gsize size)
{
  guint before = file->len;

  g_byte_array_set_size (file, before + (guint) size);
  return file->data + before;
}

static void
shrink (GByteArray *file, gsize reserved, gsize written)
{
  g_byte_array_set_size (file, file->len - (guint) (reserved - written));
}

static void
write_stream (Writer *writer, const HeaderStream *stream, guint index)
{
  gsize size = PCAPNG_BLOCK_BYTES + 2 * PCAPNG_TEXT_BYTES;
  gchar name[sizeof stream->name];
  guint8 *out = grow (writer->file, size);

  g_strlcpy (name, stream->name, sizeof name);
  writer->ssrcs[stream->stream] = stream->ssrc;
  writer->interfaces[stream->stream] = (guint16) (index + 1);
  shrink (writer->file, size, pcapng_write_interface (out, size, name, NULL));
}

static void
put_be_32 (guint8 *at, guint32 value)
{
  value = GUINT32_TO_BE (value);
  memcpy (at, &value, sizeof value);
}

static void
write_row (Writer *writer, const HeaderRow *row)
{
  gboolean is_down = CAPTURE_IS_DOWN (row->stream);
  gint64 age_us = row_age_us (row, writer->head.now_us);
  guint8 header[RTP_HEADER_BYTES] = { 0x80 };
  gsize size = PCAPNG_BLOCK_BYTES + PCAPNG_HEADERS_BYTES + sizeof header;
  PcapngPacket packet = { .interface = writer->interfaces[row->stream] - 1u,
                          .time_ns = writer->head.wall_ns - age_us * 1000,
                          .outbound = is_down,
                          .from = is_down ? &writer->head.relay : &writer->head.room,
                          .to = is_down ? &writer->head.room : &writer->head.relay,
                          .header = header,
                          .header_size = sizeof header };

  if (writer->interfaces[row->stream] == 0)
    return;
  put_be_32 (header + 4, row->timestamp);
  put_be_32 (header + 8, writer->ssrcs[row->stream]);
  for (guint i = 0; i < row->packets; i++) {
    guint16 seq = (guint16) (row->seq + i);
    gboolean is_last = i + 1u == row->packets;
    guint8 *out = grow (writer->file, size);

    header[1] = (guint8) ((row->marker_pt & 0x7f) | (is_last ? row->marker_pt & 0x80 : 0));
    header[2] = (guint8) (seq >> 8);
    header[3] = (guint8) seq;
    packet.body_size = row->bytes / row->packets;
    shrink (writer->file, size, pcapng_write_packet (out, size, &packet));
  }
}

static gboolean
is_address (const NetAddress *address)
{
  return address->any.sa_family == AF_INET || address->any.sa_family == AF_INET6;
}

static gboolean
read_head (Writer *writer, const guint8 *data, gsize size)
{
  SnapshotHead *head = &writer->head;

  if (size < sizeof *head)
    return FALSE;
  memcpy (head, data, sizeof *head);
  return head->magic == SNAPSHOT_MAGIC && head->row_size == sizeof (HeaderRow) &&
         head->stream_size == sizeof (HeaderStream) && head->n_rows <= HEADER_ROWS &&
         head->n_streams <= CAPTURE_STREAMS && is_address (&head->room) &&
         head->room.any.sa_family == head->relay.any.sa_family &&
         size == sizeof *head + head->n_streams * sizeof (HeaderStream) +
                     head->n_rows * sizeof (HeaderRow);
}

GBytes *
header_snapshot_to_pcapng (GBytes *snapshot, const gchar *comment)
{
  gsize size, section = PCAPNG_BLOCK_BYTES + 2 * PCAPNG_TEXT_BYTES;
  const guint8 *data = g_bytes_get_data (snapshot, &size);
  Writer writer = { .file = NULL };
  guint8 *out;

  if (!read_head (&writer, data, size))
    return NULL;
  data += sizeof writer.head;
  writer.file = g_byte_array_new ();
  out = grow (writer.file, section);
  shrink (writer.file, section,
          pcapng_write_section (out, section, "Diemcau " DIEMCAU_VERSION, comment));
  for (guint i = 0; i < writer.head.n_streams; i++, data += sizeof (HeaderStream)) {
    HeaderStream stream;

    memcpy (&stream, data, sizeof stream);
    stream.name[sizeof stream.name - 1] = '\0';
    write_stream (&writer, &stream, i);
  }
  for (guint i = 0; i < writer.head.n_rows; i++, data += sizeof (HeaderRow)) {
    HeaderRow row;

    memcpy (&row, data, sizeof row);
    write_row (&writer, &row);
  }
  return g_byte_array_free_to_bytes (writer.file);
}
