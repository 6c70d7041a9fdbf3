#include "pipelines/client/histogram.h"

static guint
bucket_of (guint64 us)
{
  if (us < HISTOGRAM_STEPS)
    return (guint) us;
  guint bits = 63 - (guint) __builtin_clzll (us); /* us is at least HISTOGRAM_STEPS */
  guint step = (guint) (us >> (bits - 5)) - HISTOGRAM_STEPS;
  return MIN ((bits - 4) * HISTOGRAM_STEPS + step, HISTOGRAM_BUCKETS - 1);
}

/* The middle of a bucket. */
static gint64
value_of (guint bucket)
{
  if (bucket < HISTOGRAM_STEPS)
    return bucket;
  guint bits = bucket / HISTOGRAM_STEPS + 4;
  guint64 step = HISTOGRAM_STEPS + bucket % HISTOGRAM_STEPS;
  return (gint64) ((step << (bits - 5)) + ((G_GUINT64_CONSTANT (1) << (bits - 5)) >> 1));
}

void
histogram_add (Histogram *histogram, gint64 us)
{
  us = MAX (us, 0);
  histogram->count++;
  histogram->max_us = MAX (histogram->max_us, us);
  histogram->buckets[bucket_of ((guint64) us)]++;
}

gint64
histogram_get_us (const Histogram *histogram, guint permille)
{
  guint64 wanted = (histogram->count * MIN (permille, 1000) + 999) / 1000, seen = 0;

  if (histogram->count == 0)
    return 0;
  for (guint i = 0; i < HISTOGRAM_BUCKETS; i++) {
    seen += histogram->buckets[i];
    if (seen >= wanted)
      return MIN (value_of (i), histogram->max_us);
  }
  return histogram->max_us;
}
