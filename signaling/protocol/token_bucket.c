#include "signaling/protocol/token_bucket.h"

void
token_bucket_init (TokenBucket *bucket, guint at_once, guint per_second)
{
  bucket->interval_us = G_USEC_PER_SEC / per_second;
  bucket->span_us = bucket->interval_us * at_once;
  bucket->full_us = G_MININT64;
}

gboolean
token_bucket_take (TokenBucket *bucket, gint64 now_us)
{
  gint64 full_us = MAX (bucket->full_us, now_us) + bucket->interval_us;

  if (full_us - now_us > bucket->span_us)
    return FALSE;
  bucket->full_us = full_us;
  return TRUE;
}
