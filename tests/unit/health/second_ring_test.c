/* Ten minutes and not a second more; gaps; a clock that is set back. */
#include "signaling/health/second_ring.h"

static void
put (SecondRing *ring, gint64 at_s)
{
  gint32 value = (gint32) at_s;

  second_ring_put (ring, at_s, &value);
}

static gboolean
has (const SecondRing *ring, gint64 at_s)
{
  const gint32 *value = second_ring_get (ring, at_s);

  if (value != NULL)
    g_assert_cmpint (*value, ==, at_s);
  return value != NULL;
}

static void
test_ten_minutes (void)
{
  SecondRing ring;

  second_ring_init (&ring, sizeof (gint32));
  g_assert_false (has (&ring, 0));
  for (gint64 s = 1000; s < 3000; s++)
    put (&ring, s);
  g_assert_true (has (&ring, 2999));
  g_assert_true (has (&ring, 2400));
  g_assert_false (has (&ring, 2399));
  g_assert_false (has (&ring, 3000));
  g_assert_false (has (&ring, -1));
  second_ring_clear (&ring);
}

static void
test_gaps (void)
{
  SecondRing ring;

  second_ring_init (&ring, sizeof (gint32));
  put (&ring, 1000);
  put (&ring, 1002);
  put (&ring, 1400);
  g_assert_true (has (&ring, 1000));
  g_assert_false (has (&ring, 1001));
  g_assert_true (has (&ring, 1002));
  g_assert_false (has (&ring, 1399));
  put (&ring, 1000 + RING_CHUNKS * RING_CHUNK_SECONDS); /* the place of the first minute */
  g_assert_false (has (&ring, 1000));
  g_assert_false (has (&ring, 1002));
  second_ring_clear (&ring);
}

/* A stream that stopped gives its minutes back as new ones begin. */
static void
test_memory (void)
{
  SecondRing ring;

  second_ring_init (&ring, sizeof (gint32));
  for (gint64 s = 0; s < 60; s++)
    put (&ring, s);
  gsize one = second_ring_size (&ring);
  put (&ring, 60);
  g_assert_cmpuint (second_ring_size (&ring), ==, 2 * one);
  put (&ring, 60 * 1000);
  g_assert_cmpuint (second_ring_size (&ring), ==, one);
  for (gint64 s = 60 * 1000; s < 60 * 1100; s++)
    put (&ring, s);
  g_assert_cmpuint (second_ring_size (&ring), ==, RING_CHUNKS * one);
  second_ring_clear (&ring);
  g_assert_cmpuint (second_ring_size (&ring), ==, 0);
}

static void
test_clock_set_back (void)
{
  SecondRing ring;

  second_ring_init (&ring, sizeof (gint32));
  put (&ring, 5000);
  put (&ring, 4000);
  g_assert_true (has (&ring, 4000));
  g_assert_false (has (&ring, 5000)); /* the future */
  second_ring_clear (&ring);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/health/second_ring/ten_minutes", test_ten_minutes);
  g_test_add_func ("/health/second_ring/gaps", test_gaps);
  g_test_add_func ("/health/second_ring/memory", test_memory);
  g_test_add_func ("/health/second_ring/clock_set_back", test_clock_set_back);
  return g_test_run ();
}
