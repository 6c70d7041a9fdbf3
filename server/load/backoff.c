#include "server/load/backoff.h"

void
backoff_reset (Backoff *backoff)
{
  backoff->tries = 0;
}

guint
backoff_next_ms (Backoff *backoff, guint32 random)
{
  guint whole = BACKOFF_FIRST_MS << MIN (backoff->tries, 8);
  whole = MIN (whole, BACKOFF_MAX_MS);
  backoff->tries++;
  return whole / 2 + random % (whole / 2 + 1);
}
