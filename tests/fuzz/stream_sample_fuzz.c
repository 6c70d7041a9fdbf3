/* The samples of transport.stats.  What is read is written and must be read as the same. */
#include "pipelines/control/stream_sample.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static StreamSample first[STREAM_SAMPLES_MAX], second[STREAM_SAMPLES_MAX];
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (GString) again = g_string_new (NULL);
  guint n = stream_samples_read (text, first, STREAM_SAMPLES_MAX);
  guint written = 0;

  while (written < n && stream_sample_write (again, &first[written]))
    written++;
  g_assert_cmpuint (stream_samples_read (again->str, second, STREAM_SAMPLES_MAX), ==, written);
  g_assert_true (memcmp (first, second, written * sizeof first[0]) == 0);
  return 0;
}
