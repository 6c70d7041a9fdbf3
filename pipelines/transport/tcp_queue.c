#include "pipelines/transport/tcp_queue.h"

#include "pipelines/transport/tcp_framing.h"

#include <string.h>

void
tcp_queue_init (TcpQueue *self, guint32 capacity_bytes)
{
  memset (self, 0, sizeof *self);
  self->capacity = capacity_bytes;
}

void
tcp_queue_clear (TcpQueue *self)
{
  g_clear_pointer (&self->bytes, g_free);
  g_clear_pointer (&self->frames, g_free);
  self->start = self->used = self->first = self->n_frames = self->begun = 0;
}

void
tcp_queue_trim (TcpQueue *self)
{
  if (self->n_frames == 0 && self->bytes != NULL)
    tcp_queue_clear (self);
}

/* Behind what is there; the room has been looked at. */
static void
append (TcpQueue *self, const guint8 *data, gsize size)
{
  guint32 at = (self->start + self->used) % self->capacity;
  gsize until_end = MIN (size, self->capacity - at);

  memcpy (self->bytes + at, data, until_end);
  memcpy (self->bytes, data + until_end, size - until_end);
  self->used += (guint32) size;
}

static void
append_frame (TcpQueue *self, const guint8 *data, guint16 len, guint32 written)
{
  guint8 header[TCP_FRAMING_HEADER_BYTES];
  guint32 of_header = MIN (written, (guint32) sizeof header);

  tcp_framing_write_header (header, len);
  append (self, header + of_header, sizeof header - of_header);
  append (self, data + (written - of_header), len - (written - of_header));
}

gboolean
tcp_queue_push (TcpQueue *self, const guint8 *data, guint16 len, guint32 written, gint64 now_us)
{
  guint32 size = TCP_FRAMING_HEADER_BYTES + len;
  TcpQueueFrame *frame;

  g_return_val_if_fail (written < size && (written == 0 || self->n_frames == 0), FALSE);
  if (self->n_frames == TCP_QUEUE_FRAMES || self->used + size - written > self->capacity) {
    self->dropped++;
    return FALSE;
  }
  if (self->bytes == NULL) {
    self->bytes = g_malloc (self->capacity);
    self->frames = g_new (TcpQueueFrame, TCP_QUEUE_FRAMES);
  }
  if (written > 0)
    self->begun = written;
  frame = &self->frames[(self->first + self->n_frames) % TCP_QUEUE_FRAMES];
  *frame = (TcpQueueFrame){ now_us, size };
  self->n_frames++;
  append_frame (self, data, len, written);
  return TRUE;
}

guint
tcp_queue_peek (TcpQueue *self, gsize limit, struct iovec ret_pieces[2])
{
  gsize size = MIN (limit, self->used);
  gsize until_end = MIN (size, self->capacity - self->start);

  if (size == 0)
    return 0;
  ret_pieces[0] = (struct iovec){ self->bytes + self->start, until_end };
  ret_pieces[1] = (struct iovec){ self->bytes, size - until_end };
  return until_end < size ? 2 : 1;
}

void
tcp_queue_consume (TcpQueue *self, gsize size)
{
  g_return_if_fail (size <= self->used);
  self->used -= (guint32) size;
  self->start = (guint32) ((self->start + size) % self->capacity);
  self->begun += (guint32) size;
  while (self->n_frames > 0 && self->begun >= self->frames[self->first].size) {
    self->begun -= self->frames[self->first].size;
    self->first = (self->first + 1) % TCP_QUEUE_FRAMES;
    self->n_frames--;
  }
}

guint
tcp_queue_drop_waiting (TcpQueue *self)
{
  guint kept = self->begun > 0 ? 1 : 0;
  guint dropped = self->n_frames - kept;

  self->used = (guint32) tcp_queue_get_begun_rest (self);
  self->n_frames = kept;
  self->dropped += dropped;
  return dropped;
}

gint64
tcp_queue_get_age_us (const TcpQueue *self, gint64 now_us)
{
  return self->n_frames > 0 ? now_us - self->frames[self->first].since_us : 0;
}

gsize
tcp_queue_get_begun_rest (const TcpQueue *self)
{
  return self->begun > 0 ? self->frames[self->first].size - self->begun : 0;
}
