/* A RED payload: what is let through lies within it, and can be given another payload type. */
#include "pipelines/rtp/red.h"
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  RedPayload red, again;
  if (!red_parse (&red, data, size)) {
    g_assert_cmpuint (red.n_blocks, ==, 0);
    return 0;
  }
  g_assert_true (red.n_blocks <= RED_BLOCKS_MAX && red.primary_size > 0);
  g_assert_cmpuint (red.primary_at + red.primary_size, ==, size);
  g_autofree guint8 *copy = g_memdup2 (data, size);
  red_set_payload_type (copy, &red, red.pt ^ 1);
  g_assert_true (red_parse (&again, copy, size));
  g_assert_cmpuint (again.pt, ==, red.pt ^ 1);
  g_assert_cmpuint (again.primary_at, ==, red.primary_at);
  return 0;
}
