/* What an uploaded file is, and how many pages it has: any bytes at all. */
#include <stdint.h>

#include "server/http/paper_type.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  /* An exact copy, so that a read past the end is seen. */
  g_autofree uint8_t *bytes = g_memdup2 (data, size);
  const char *type = paper_type_sniff (bytes, size);
  gint64 pages = paper_type_count_pages (bytes, size);
  g_assert_true (type == paper_type_sniff (bytes, size));
  g_assert_true (pages == -1 || pages > 0);
  return 0;
}
