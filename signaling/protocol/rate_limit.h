/* RateLimit: how many messages a peer may send. A window of one second that slides in ten steps,
 * so that a burst over a second's edge counts whole. Pure: the time is passed in. */
#pragma once

#include <glib.h>

#define RATE_LIMIT_STEPS 10

typedef struct {
  gint64 step; /* number of the current step of 100 ms */
  guint counts[RATE_LIMIT_STEPS];
  guint max_per_second;
} RateLimit;

void rate_limit_init (RateLimit *limit, guint max_per_second);
/* Counts one message at @now_us; FALSE when it is one too many. */
gboolean rate_limit_take (RateLimit *limit, gint64 now_us);
