#include "signaling/protocol/token_bucket.h"

#define MS ((gint64) 1000)

static guint
take_many (TokenBucket *bucket, guint n, gint64 now_us)
{
  guint taken = 0;

  for (guint i = 0; i < n; i++)
    taken += token_bucket_take (bucket, now_us);
  return taken;
}

static void
test_at_once (void)
{
  TokenBucket bucket;

  token_bucket_init (&bucket, 10, 5);
  g_assert_cmpuint (take_many (&bucket, 10, 5000 * MS), ==, 10);
  g_assert_false (token_bucket_take (&bucket, 5000 * MS));
  g_assert_false (token_bucket_take (&bucket, 5199 * MS));
  g_assert_true (token_bucket_take (&bucket, 5200 * MS));
  g_assert_false (token_bucket_take (&bucket, 5200 * MS));
}

/* Asking on and on takes nothing: the steady rate is let through. */
static void
test_steady (void)
{
  TokenBucket bucket;
  guint taken = 0;

  token_bucket_init (&bucket, 10, 5);
  for (gint64 t = 0; t <= 10000; t += 10)
    taken += token_bucket_take (&bucket, t * MS);
  g_assert_cmpuint (taken, ==, 10 + 50);
}

/* A pause brings back as much as fits, not more. */
static void
test_after_a_pause (void)
{
  TokenBucket bucket;

  token_bucket_init (&bucket, 10, 5);
  g_assert_cmpuint (take_many (&bucket, 20, 0), ==, 10);
  g_assert_cmpuint (take_many (&bucket, 20, 1000 * MS), ==, 5);
  g_assert_cmpuint (take_many (&bucket, 20, 86400000 * MS), ==, 10);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/token-bucket/at-once", test_at_once);
  g_test_add_func ("/protocol/token-bucket/steady", test_steady);
  g_test_add_func ("/protocol/token-bucket/after-a-pause", test_after_a_pause);
  return g_test_run ();
}
