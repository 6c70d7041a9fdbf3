/* A codec (first byte), then packets of one frame: a byte of flags (1 starts, 2 ends, 4 one is
 * missing before it), two of the length, the payload. What is caught of them is put together. */
#include "pipelines/rtp/keyframe_catcher.h"
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (KeyframeCatcher) catcher = keyframe_catcher_new ();
  g_autoptr (GByteArray) frame = g_byte_array_new ();
  guint64 seq = 0;
  size_t at = 1;

  while (size > 3 && at + 3 <= size) {
    size_t length = (size_t) data[at + 1] << 8 | data[at + 2];
    CatchPacket packet = { .starts = data[at] & 1, .ends = (data[at] & 2) != 0 };

    seq += data[at] & 4 ? 2 : 1;
    at += 3;
    length = MIN (length, size - at);
    packet.seq = seq;
    packet.payload = data + at;
    packet.size = length;
    at += length;
    if (keyframe_catcher_on_packet (catcher, &packet, 0))
      break;
  }
  if (size > 0 && keyframe_catcher_assemble (catcher, data[0] % CODEC_COUNT, frame))
    g_assert_cmpuint (frame->len, <, 4 * (size + KEYFRAME_CATCH_BYTES_MAX));
  return 0;
}
