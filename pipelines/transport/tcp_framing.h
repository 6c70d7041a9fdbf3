/* TcpFraming: datagrams out of a stream (RFC 4571): each behind its length, 16 bits, network order.
 *
 *   room = tcp_framing_reserve (framing, &size);  n = recv (fd, room, size);
 *   tcp_framing_commit (framing, n);
 *   while (tcp_framing_next (framing, &frame, &len) == TCP_FRAMING_FRAME) ...
 *
 * Pure: no socket, no clock, no allocation. Empty frames are passed over. A frame longer than
 * TCP_FRAME_MAX cannot be skipped safely: the stream is broken for good.
 * Owner: one thread. Plain data, all zero at first.
 */
#pragma once

#include "pipelines/transport/bounds.h"
#include "pipelines/transport/udp_socket.h"

G_BEGIN_DECLS

#define TCP_FRAMING_HEADER_BYTES 2
/* The rest of one frame and a whole one behind it. */
#define TCP_FRAMING_BYTES (2 * (TCP_FRAMING_HEADER_BYTES + TCP_FRAME_MAX))

typedef struct {
  guint32 start; /* of what has not been given out */
  guint32 end;
  gboolean broken;
  guint8 data[TCP_FRAMING_BYTES + UDP_RECEIVER_SLACK];
} TcpFraming;

typedef enum {
  TCP_FRAMING_MORE, /* the next frame is not complete */
  TCP_FRAMING_FRAME,
  TCP_FRAMING_BROKEN,
} TcpFramingResult;

/* Room for @ret_size > 0 bytes, once tcp_framing_next() has said MORE. Frames given out before are
 * gone. */
guint8 *tcp_framing_reserve (TcpFraming *framing, gsize *ret_size);

/* @size <= the reserved size. */
void tcp_framing_commit (TcpFraming *framing, gsize size);

/* @ret_frame: (transfer none), may be changed in place; UDP_RECEIVER_SLACK bytes past it may be
 * read. Never touches @ret_ without a frame. */
TcpFramingResult tcp_framing_next (TcpFraming *framing, guint8 **ret_frame, gsize *ret_len);

static inline void
tcp_framing_write_header (guint8 out[TCP_FRAMING_HEADER_BYTES], guint16 len)
{
  out[0] = (guint8) (len >> 8);
  out[1] = (guint8) len;
}

G_END_DECLS
