#include "pipelines/transport/tcp_framing.h"

#include <string.h>

guint8 *
tcp_framing_reserve (TcpFraming *self, gsize *ret_size)
{
  guint32 rest = self->end - self->start;

  if (self->start > 0) {
    memmove (self->data, self->data + self->start, rest);
    self->start = 0;
    self->end = rest;
  }
  *ret_size = TCP_FRAMING_BYTES - self->end;
  return self->data + self->end;
}

void
tcp_framing_commit (TcpFraming *self, gsize size)
{
  g_return_if_fail (size <= TCP_FRAMING_BYTES - self->end);
  self->end += (guint32) size;
}

TcpFramingResult
tcp_framing_next (TcpFraming *self, guint8 **ret_frame, gsize *ret_len)
{
  while (!self->broken && self->end - self->start >= TCP_FRAMING_HEADER_BYTES) {
    guint8 *at = self->data + self->start;
    guint32 len = (guint32) at[0] << 8 | at[1];

    self->broken = len > TCP_FRAME_MAX;
    if (self->broken || self->end - self->start - TCP_FRAMING_HEADER_BYTES < len)
      break;
    self->start += TCP_FRAMING_HEADER_BYTES + len;
    if (len == 0)
      continue;
    *ret_frame = at + TCP_FRAMING_HEADER_BYTES;
    *ret_len = len;
    return TCP_FRAMING_FRAME;
  }
  return self->broken ? TCP_FRAMING_BROKEN : TCP_FRAMING_MORE;
}
