#include "pipelines/relay/clock.h"

static gint64 advanced_us; /* atomic */

gint64
relay_clock_now_us (void)
{
  return g_get_monotonic_time () + __atomic_load_n (&advanced_us, __ATOMIC_RELAXED);
}

void
relay_clock_advance (gint64 us)
{
  __atomic_fetch_add (&advanced_us, us, __ATOMIC_RELAXED);
}
