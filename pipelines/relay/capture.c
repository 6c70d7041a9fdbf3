#include "pipelines/relay/capture.h"

#include "pipelines/relay/pcapng.h"

#define APPLICATION "Diemcau " DIEMCAU_VERSION

struct Capture {
  CaptureSpec spec;
  gint64 started_us, read_us;
  gint64 wall_offset_ns; /* UTC = now_us * 1000 + this */
  CaptureState state;
  guint64 packets, dropped;
  gint64 bytes;                        /* written in all */
  guint16 interfaces[CAPTURE_STREAMS]; /* of the file, 1 the first; 0: not told yet */
  guint n_interfaces;
  guint8 *chunks[CAPTURE_CHUNKS];
  gsize used[CAPTURE_CHUNKS];
  guint first, n; /* those that hold something, or are written to */
};

Capture *
capture_new (const CaptureSpec *spec, gint64 now_us, gint64 wall_ns)
{
  Capture *capture = g_new0 (Capture, 1);

  capture->spec = *spec;
  capture->spec.comment = NULL; /* it is lent */
  capture->started_us = capture->read_us = now_us;
  capture->wall_offset_ns = wall_ns - now_us * 1000;
  for (guint i = 0; i < CAPTURE_CHUNKS; i++)
    capture->chunks[i] = g_malloc (CAPTURE_CHUNK_BYTES);
  capture->n = 1;
  capture->used[0] =
      pcapng_write_section (capture->chunks[0], CAPTURE_CHUNK_BYTES, APPLICATION, spec->comment);
  capture->bytes = (gint64) capture->used[0];
  return capture;
}

void
capture_free (Capture *capture)
{
  for (guint i = 0; i < CAPTURE_CHUNKS; i++)
    g_free (capture->chunks[i]);
  g_free (capture);
}

gboolean
capture_knows (const Capture *capture, CaptureStream stream)
{
  return capture->interfaces[stream] != 0;
}

/* Room for one more block, in the chunk that is written to or the next; NULL: all are full. */
static guint8 *
room_for (Capture *capture, gsize size, gsize *ret_left)
{
  guint last = (capture->first + capture->n - 1) % CAPTURE_CHUNKS;

  if (capture->used[last] + size > CAPTURE_CHUNK_BYTES) {
    if (capture->n == CAPTURE_CHUNKS)
      return NULL;
    last = (capture->first + capture->n++) % CAPTURE_CHUNKS;
    capture->used[last] = 0;
  }
  *ret_left = CAPTURE_CHUNK_BYTES - capture->used[last];
  return capture->chunks[last] + capture->used[last];
}

static void
note_written (Capture *capture, gsize size)
{
  capture->used[(capture->first + capture->n - 1) % CAPTURE_CHUNKS] += size;
  capture->bytes += (gint64) size;
}

/* FALSE: no room. */
static gboolean
tell_stream (Capture *capture, const CapturePacket *packet)
{
  gsize left;
  guint8 *out;

  if (capture_knows (capture, packet->stream))
    return TRUE;
  out = room_for (capture, PCAPNG_BLOCK_BYTES + 2 * PCAPNG_TEXT_BYTES, &left);
  if (out == NULL)
    return FALSE;
  note_written (capture, pcapng_write_interface (out, left, packet->name,
                                                 CAPTURE_IS_DOWN (packet->stream)
                                                     ? "from the relay to the room"
                                                     : "from the room to the relay"));
  capture->interfaces[packet->stream] = (guint16) ++capture->n_interfaces;
  return TRUE;
}

static gboolean
check_running (Capture *capture, gint64 now_us)
{
  if (capture->state != CAPTURE_RUNNING)
    return FALSE;
  if (now_us - capture->started_us >= capture->spec.duration_us)
    capture->state = CAPTURE_TIME;
  else if (capture->bytes >= capture->spec.max_bytes)
    capture->state = CAPTURE_SIZE;
  return capture->state == CAPTURE_RUNNING;
}

void
capture_add (Capture *capture, const CapturePacket *packet, gint64 now_us)
{
  gboolean is_down = CAPTURE_IS_DOWN (packet->stream);
  gsize kept = capture->spec.payload && packet->body != NULL ? packet->body_size : 0;
  PcapngPacket block = { .time_ns = now_us * 1000 + capture->wall_offset_ns,
                         .outbound = is_down,
                         .from = is_down ? packet->relay : packet->room,
                         .to = is_down ? packet->room : packet->relay,
                         .header = packet->header,
                         .header_size = packet->header_size,
                         .body = packet->body,
                         .body_size = packet->body_size,
                         .body_kept = kept };
  gsize size = PCAPNG_BLOCK_BYTES + PCAPNG_HEADERS_BYTES + packet->header_size + kept;
  gsize left, written = 0;
  guint8 *out;

  if (!check_running (capture, now_us))
    return;
  if (tell_stream (capture, packet) && (out = room_for (capture, size, &left)) != NULL) {
    block.interface = capture->interfaces[packet->stream] - 1u;
    written = pcapng_write_packet (out, left, &block);
  }
  note_written (capture, written);
  if (written > 0)
    capture->packets++;
  else
    capture->dropped++;
}

gboolean
capture_tick (Capture *capture, gint64 now_us)
{
  check_running (capture, now_us);
  return now_us - capture->read_us > CAPTURE_UNREAD_US;
}

void
capture_read (Capture *capture, gint64 now_us, CaptureRead *ret_read)
{
  gsize size = capture->used[capture->first];

  check_running (capture, now_us);
  capture->read_us = now_us;
  *ret_read = (CaptureRead){ .state = capture->state,
                             .packets = capture->packets,
                             .dropped = capture->dropped };
  if (size > 0)
    ret_read->data = g_bytes_new (capture->chunks[capture->first], size);
  capture->used[capture->first] = 0;
  if (capture->n > 1) {
    capture->first = (capture->first + 1) % CAPTURE_CHUNKS;
    capture->n--;
  }
  ret_read->more = capture->used[capture->first] > 0;
}
