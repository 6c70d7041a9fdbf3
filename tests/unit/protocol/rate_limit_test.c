#include "signaling/protocol/rate_limit.h"

#define MS ((gint64) 1000)

static guint
take_many (RateLimit *limit, guint n, gint64 now_us)
{
  guint taken = 0;

  for (guint i = 0; i < n; i++)
    taken += rate_limit_take (limit, now_us);
  return taken;
}

static void
test_burst (void)
{
  RateLimit limit;

  rate_limit_init (&limit, 100);
  g_assert_cmpuint (take_many (&limit, 100, 5000 * MS), ==, 100);
  g_assert_false (rate_limit_take (&limit, 5000 * MS));
  g_assert_false (rate_limit_take (&limit, 5899 * MS));
  g_assert_true (rate_limit_take (&limit, 6900 * MS));
}

/* A burst over the edge of a second counts whole. */
static void
test_over_the_edge (void)
{
  RateLimit limit;

  rate_limit_init (&limit, 100);
  g_assert_cmpuint (take_many (&limit, 60, 5950 * MS), ==, 60);
  g_assert_cmpuint (take_many (&limit, 60, 6050 * MS), ==, 40);
}

static void
test_steady (void)
{
  RateLimit limit;

  rate_limit_init (&limit, 100);
  for (gint64 t = 0; t < 10000; t += 10)
    g_assert_true (rate_limit_take (&limit, t * MS));
}

static void
test_after_a_pause (void)
{
  RateLimit limit;

  rate_limit_init (&limit, 2);
  g_assert_cmpuint (take_many (&limit, 2, 1 * MS), ==, 2);
  g_assert_cmpuint (take_many (&limit, 3, 86400000 * MS), ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/rate-limit/burst", test_burst);
  g_test_add_func ("/protocol/rate-limit/over-the-edge", test_over_the_edge);
  g_test_add_func ("/protocol/rate-limit/steady", test_steady);
  g_test_add_func ("/protocol/rate-limit/after-a-pause", test_after_a_pause);
  return g_test_run ();
}
