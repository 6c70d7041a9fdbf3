/* RateWindow: bits per second over the last half second or less.  Plain data, zero-initialised. */
#pragma once

#include "pipelines/bwe/bounds.h"
#include <glib.h>

#define RATE_BUCKETS 25
#define RATE_BUCKET_US (BWE_ACKED_WINDOW_US / RATE_BUCKETS)

typedef struct {
  guint bytes[RATE_BUCKETS];
  guint packets[RATE_BUCKETS];
  gint64 newest;   /* number of the newest bucket; 0: empty */
  gint64 first_us; /* of all */
} RateWindow;

/* Times may run backwards by less than the window. */
void rate_window_add (RateWindow *window, guint bytes, gint64 at_us);
/* Over the last @span_us, at most the whole window. FALSE: too little was told yet. */
gboolean rate_window_get (const RateWindow *window, gint64 now_us, gint64 span_us, guint *ret_bps);
