/* Histogram: times in microseconds, log-linear (each power of two in 32 steps: within 3 %), of any
 * number of samples in fixed room. Plain data, zero-initialised; one thread. */
#pragma once

#include <glib.h>

#define HISTOGRAM_STEPS 32
#define HISTOGRAM_BUCKETS (HISTOGRAM_STEPS * 36) /* up to 2^36 us, 19 hours */

typedef struct {
  guint64 count;
  gint64 max_us;
  guint32 buckets[HISTOGRAM_BUCKETS];
} Histogram;

/* Below 0 counts as 0. */
void histogram_add (Histogram *histogram, gint64 us);
/* The value that @permille of the samples do not exceed; 0 without samples. */
gint64 histogram_get_us (const Histogram *histogram, guint permille);
