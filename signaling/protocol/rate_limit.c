#include "signaling/protocol/rate_limit.h"

#include <string.h>

void
rate_limit_init (RateLimit *limit, guint max_per_second)
{
  memset (limit, 0, sizeof *limit);
  limit->max_per_second = max_per_second;
}

gboolean
rate_limit_take (RateLimit *limit, gint64 now_us)
{
  gint64 step = now_us / (G_USEC_PER_SEC / RATE_LIMIT_STEPS);
  guint sum = 0;

  if (step - limit->step >= RATE_LIMIT_STEPS || step < limit->step) {
    memset (limit->counts, 0, sizeof limit->counts);
    limit->step = step;
  }
  while (limit->step < step)
    limit->counts[++limit->step % RATE_LIMIT_STEPS] = 0;
  limit->counts[step % RATE_LIMIT_STEPS]++;
  for (guint i = 0; i < RATE_LIMIT_STEPS; i++)
    sum += limit->counts[i];
  return sum <= limit->max_per_second;
}
