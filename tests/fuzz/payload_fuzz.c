/* A codec (first byte) and one payload of it. */
#include "pipelines/rtp/payload.h"
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  guint width = 0, height = 0;
  if (size < 1)
    return 0;
  Codec codec = data[0] % CODEC_COUNT;
  payload_is_keyframe_start (codec, data + 1, size - 1);
  PayloadNumbers numbers;
  payload_read_numbers (&numbers, codec, data + 1, size - 1);
  g_autofree guint8 *copy = g_memdup2 (data + 1, size - 1);
  payload_lower_numbers (copy, &numbers, 7, 7);
  if (payload_frame_size (codec, data + 1, size - 1, &width, &height))
    g_assert_true (width > 0 && width <= 65536 && height > 0 && height <= 65536);
  return 0;
}
