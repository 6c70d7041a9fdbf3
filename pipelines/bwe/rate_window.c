#include "pipelines/bwe/rate_window.h"

#include <string.h>

/* Forgets what is older than the window before bucket @number. */
static void
advance (RateWindow *window, gint64 number)
{
  gint64 steps = number - window->newest;

  if (steps >= RATE_BUCKETS) {
    memset (window->bytes, 0, sizeof window->bytes);
    memset (window->packets, 0, sizeof window->packets);
  } else {
    for (gint64 i = window->newest + 1; i <= number; i++)
      window->bytes[i % RATE_BUCKETS] = window->packets[i % RATE_BUCKETS] = 0;
  }
  window->newest = number;
}

void
rate_window_add (RateWindow *window, guint bytes, gint64 at_us)
{
  gint64 number = at_us / RATE_BUCKET_US;

  if (window->newest == 0 || number - window->newest >= RATE_BUCKETS)
    window->first_us = at_us;
  if (number > window->newest)
    advance (window, number);
  else if (window->newest - number >= RATE_BUCKETS)
    return;
  window->bytes[number % RATE_BUCKETS] += bytes;
  window->packets[number % RATE_BUCKETS]++;
}

gboolean
rate_window_get (const RateWindow *window, gint64 now_us, gint64 span_us, guint *ret_bps)
{
  gint64 number = now_us / RATE_BUCKET_US, n = MIN (span_us / RATE_BUCKET_US, RATE_BUCKETS);
  gint64 from_us = MAX ((number - n + 1) * RATE_BUCKET_US, window->first_us);
  guint64 bytes = 0;
  guint packets = 0;

  for (gint64 i = window->newest; i > number - n && i > window->newest - RATE_BUCKETS; i--) {
    bytes += window->bytes[i % RATE_BUCKETS];
    packets += window->packets[i % RATE_BUCKETS];
  }
  if (packets < BWE_ACKED_LEAST_PACKETS || now_us - from_us < BWE_ACKED_WINDOW_US / 4)
    return FALSE;
  *ret_bps = (guint) MIN (bytes * 8 * G_USEC_PER_SEC / (now_us - from_us), G_MAXUINT / 2);
  return TRUE;
}
