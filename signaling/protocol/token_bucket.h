/* TokenBucket: how often a peer may do what is dear. Some at once, then a steady rate; what was not
 * used comes back up to that number. Pure: the time is passed in. */
#pragma once

#include <glib.h>

typedef struct {
  gint64 full_us;     /* from when on the bucket is full */
  gint64 interval_us; /* until one more token is there */
  gint64 span_us;     /* from empty to full */
} TokenBucket;

/* Full. @at_once and @per_second are at least 1. */
void token_bucket_init (TokenBucket *bucket, guint at_once, guint per_second);
/* Takes one token at @now_us; FALSE when there is none, and then nothing is taken. */
gboolean token_bucket_take (TokenBucket *bucket, gint64 now_us);
