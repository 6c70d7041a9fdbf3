/* Rules of recurrence: any text gives its starts within bounds, or a fault, and soon. */
#include <stdint.h>

#include "signaling/schedule/recurrence.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *rule = g_strndup ((const char *) data, size);
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (7 * 3600);
  g_autoptr (GArray) starts = NULL;
  Recurrence recurrence = { rule, G_GINT64_CONSTANT (1793581200000), zone, NULL };
  const RecurrenceFault *fault = recurrence_expand (&recurrence, &starts);
  g_assert_true ((fault == NULL) == (starts != NULL));
  if (fault)
    return 0;
  g_assert_true (starts->len >= 1 && starts->len <= RECURRENCE_MAX);
  for (guint i = 1; i < starts->len; i++)
    g_assert_true (g_array_index (starts, gint64, i) > g_array_index (starts, gint64, i - 1));
  return 0;
}
