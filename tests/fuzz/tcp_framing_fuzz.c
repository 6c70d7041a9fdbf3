/* A stream of RFC 4571, cut into reads. Input: one byte of the read's size, then the stream.
 *
 * Held against a plain reading of the whole stream: the same frames, and broken at the same one. */
#include "pipelines/transport/tcp_framing.h"
#include <string.h>

#define FRAMES_MAX 4096

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* Offset of the next frame that is not empty and whole, its length in @ret_len; 0: none. */
static gsize
next_plainly (const guint8 *stream, gsize size, gsize at, gsize *ret_len)
{
  while (at + 2 <= size) {
    gsize len = (gsize) stream[at] << 8 | stream[at + 1];

    if (len > TCP_FRAME_MAX || at + 2 + len > size)
      return 0;
    *ret_len = len;
    at += 2;
    if (len > 0)
      return at;
  }
  return 0;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static TcpFraming framing;
  gsize piece = size > 0 ? 1 + (gsize) data[0] * 37 : 1;
  const guint8 *stream = data + 1;
  gsize stream_size = size > 0 ? size - 1 : 0;
  gsize given = 0, expected = 0;

  memset (&framing, 0, sizeof framing);
  for (gsize at = 0; at < stream_size;) {
    gsize room, len, expected_len = 0;
    guint8 *frame, *to = tcp_framing_reserve (&framing, &room);
    gsize n = MIN (MIN (piece, room), stream_size - at);
    TcpFramingResult result;

    g_assert (room > TCP_FRAME_MAX);
    memcpy (to, stream + at, n);
    tcp_framing_commit (&framing, n);
    at += n;
    while ((result = tcp_framing_next (&framing, &frame, &len)) == TCP_FRAMING_FRAME) {
      expected = next_plainly (stream, stream_size, expected, &expected_len);
      g_assert (expected > 0 && len == expected_len && memcmp (frame, stream + expected, len) == 0);
      memset (frame, 0, len); /* as unprotecting in place does */
      expected += len;
      given++;
    }
    if (result == TCP_FRAMING_BROKEN)
      break;
  }
  g_assert (next_plainly (stream, stream_size, expected, &given) == 0);
  return 0;
}
