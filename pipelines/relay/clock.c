#include "pipelines/relay/clock.h"

#include <time.h>

static gint64 advanced_us; /* atomic */

gint64
relay_clock_now_us (void)
{
  return g_get_monotonic_time () + __atomic_load_n (&advanced_us, __ATOMIC_RELAXED);
}

gint64
relay_clock_thread_cpu_us (void)
{
  struct timespec time;

  if (clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time) != 0)
    return 0;
  return time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

void
relay_clock_advance (gint64 us)
{
  __atomic_fetch_add (&advanced_us, us, __ATOMIC_RELAXED);
}
