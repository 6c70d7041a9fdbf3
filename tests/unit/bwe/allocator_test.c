/* Who gets which layer of what a line carries. */
#include "pipelines/bwe/allocator.h"

#define K 1000
#define SECOND G_GINT64_CONSTANT (1000000)
#define NEW ALLOCATOR_NONE

/* Main picture of three layers, tiles of two. */
#define MAIN(wanted, current)                                                                      \
  {                                                                                                \
    { 100 * K, 400 * K, 1200 * K }, { FALSE }, 3, wanted, current, 0                               \
  }
#define TILE(rank, wanted, current)                                                                \
  {                                                                                                \
    { 80 * K, 300 * K }, { FALSE }, 2, wanted, current, rank                                       \
  }

static void
test_divide (void)
{
  static const struct {
    const char *name;
    AllocatorPicture pictures[4];
    guint n, budget;
    gint layers[4];
    gboolean is_survival;
  } rows[] = {
    { "all that is wanted", { MAIN (2, NEW), TILE (1, 0, NEW) }, 2, 2000 * K, { 2, 0 }, FALSE },
    { "a low layer for all before a better one for any",
      { MAIN (2, NEW), TILE (1, 0, NEW), TILE (2, 0, NEW) },
      3,
      300 * K,
      { 0, 0, 0 },
      FALSE },
    { "then the important one first",
      { MAIN (2, NEW), TILE (1, 1, NEW) },
      2,
      600 * K,
      { 1, 0 },
      FALSE },
    { "rank, not place, tells who is important",
      { TILE (1, 1, NEW), MAIN (2, NEW) },
      2,
      600 * K,
      { 0, 1 },
      FALSE },
    { "never more than wanted", { MAIN (0, NEW), TILE (1, 0, NEW) }, 2, 9000 * K, { 0, 0 }, FALSE },
    { "tiles go first",
      { MAIN (2, NEW), TILE (1, 0, NEW), TILE (2, 0, NEW) },
      3,
      190 * K,
      { 0, 0, NEW },
      TRUE },
    { "the main picture's lowest layer stays with half of what it needs",
      { MAIN (2, NEW), TILE (1, 0, NEW) },
      2,
      50 * K,
      { 0, NEW },
      TRUE },
    { "and goes below that: sound alone",
      { MAIN (2, NEW), TILE (1, 0, NEW) },
      2,
      49 * K,
      { NEW, NEW },
      TRUE },
    { "nothing at all", { MAIN (2, NEW) }, 1, 0, { NEW }, TRUE },
    { "a picture that is not sent takes nothing",
      { { { 0 }, { FALSE }, 0, 0, NEW, 0 }, TILE (1, 0, NEW) },
      2,
      100 * K,
      { NEW, 0 },
      FALSE },
    { "no pictures", { { { 0 }, { FALSE }, 0, 0, NEW, 0 } }, 0, 100 * K, { NEW }, FALSE },
    { "up only with room to spare", { MAIN (1, 0) }, 1, 439 * K, { 0 }, FALSE },
    { "with it", { MAIN (1, 0) }, 1, 441 * K, { 1 }, FALSE },
    { "a key frame needs more of it",
      { { { 100 * K, 400 * K }, { FALSE, TRUE }, 2, 1, 0, 0 } },
      1,
      479 * K,
      { 0 },
      FALSE },
    { "with that",
      { { { 100 * K, 400 * K }, { FALSE, TRUE }, 2, 1, 0, 0 } },
      1,
      481 * K,
      { 1 },
      FALSE },
    { "what it has it keeps without", { MAIN (1, 1) }, 1, 400 * K, { 1 }, FALSE },
    { "down at once", { MAIN (1, 1) }, 1, 399 * K, { 0 }, FALSE },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    Allocator allocator = { 0 };
    AllocatorResult result;
    allocator_divide (&allocator, rows[i].pictures, rows[i].n, rows[i].budget, SECOND, &result);
    g_test_message ("%s", rows[i].name);
    for (guint k = 0; k < rows[i].n; k++)
      g_assert_cmpint (result.layers[k], ==, rows[i].layers[k]);
    g_assert_cmpint (result.is_survival, ==, rows[i].is_survival);
  }
}

/* What fell does not rise again at once, though the line says so; the larger it is, the later: who
 * shares the line and has less is first. */
static void
test_hysteresis (void)
{
  Allocator allocator = { 0 };
  AllocatorResult result;
  AllocatorPicture picture = MAIN (2, 2);
  allocator_divide (&allocator, &picture, 1, 500 * K, 10 * SECOND, &result);
  g_assert_cmpint (result.layers[0], ==, 1);
  g_assert_cmpuint (result.used_bps, ==, 400 * K);
  g_assert_cmpuint (result.wanted_bps, ==, 1200 * K);
  g_assert_cmpuint (result.next_bps, ==, 1320 * K);
  allocator_divide (&allocator, &picture, 1, 200 * K, 10 * SECOND, &result);
  g_assert_cmpint (result.layers[0], ==, 0);
  g_assert_cmpuint (result.next_bps, ==, 440 * K);
  picture.current = result.layers[0];
  allocator_divide (&allocator, &picture, 1, 5000 * K, 10 * SECOND + ALLOCATOR_UP_US - 1, &result);
  g_assert_cmpint (result.layers[0], ==, 0);
  allocator_divide (&allocator, &picture, 1, 5000 * K, 10 * SECOND + ALLOCATOR_UP_US, &result);
  g_assert_cmpint (result.layers[0], ==, 1);
  picture.current = result.layers[0];
  allocator_divide (&allocator, &picture, 1, 5000 * K, 10 * SECOND + 3 * ALLOCATOR_UP_US - 1,
                    &result);
  g_assert_cmpint (result.layers[0], ==, 1);
  allocator_divide (&allocator, &picture, 1, 5000 * K, 10 * SECOND + 3 * ALLOCATOR_UP_US, &result);
  g_assert_cmpint (result.layers[0], ==, 2);
  g_assert_cmpuint (result.next_bps, ==, result.used_bps);
}

/* Divides for @picture, which takes what it gets; returns that. */
static gint
divide_one (Allocator *allocator, AllocatorPicture *picture, guint budget, gint64 now_us)
{
  AllocatorResult result;
  allocator_divide (allocator, picture, 1, budget, now_us, &result);
  return picture->current = result.layers[0];
}

/* A rise that does not last makes the next one wait longer, up to a bound; one that lasts does not.
 */
static void
test_vain_rises (void)
{
  static const gint64 waits_us[] = { ALLOCATOR_UP_US, 2 * ALLOCATOR_UP_US, 4 * ALLOCATOR_UP_US,
                                     ALLOCATOR_UP_MAX_US };
  Allocator allocator = { 0 };
  AllocatorPicture picture = TILE (0, 1, 1);
  gint64 now_us = 10 * SECOND;

  for (gsize i = 0; i < G_N_ELEMENTS (waits_us); i++) {
    g_assert_cmpint (divide_one (&allocator, &picture, 200 * K, now_us), ==, 0);
    g_assert_cmpint (divide_one (&allocator, &picture, 20 * K, now_us), ==, NEW); /* in two steps */
    g_assert_cmpint (divide_one (&allocator, &picture, 100 * K, now_us), ==, 0);
    g_assert_cmpint (divide_one (&allocator, &picture, 5000 * K, now_us + waits_us[i] - 1), ==, 0);
    g_assert_cmpint (divide_one (&allocator, &picture, 5000 * K, now_us += waits_us[i]), ==, 1);
    now_us += ALLOCATOR_VAIN_US - 1;
  }
  now_us += SECOND; /* it lasted */
  g_assert_cmpint (divide_one (&allocator, &picture, 200 * K, now_us), ==, 0);
  g_assert_cmpint (divide_one (&allocator, &picture, 5000 * K, now_us + ALLOCATOR_UP_US), ==, 1);
}

static void
test_many (void)
{
  Allocator allocator = { 0 };
  AllocatorResult result;
  AllocatorPicture pictures[ALLOCATOR_SLOTS_MAX + 1];
  for (guint i = 0; i < G_N_ELEMENTS (pictures); i++)
    pictures[i] = (AllocatorPicture) TILE (i, 1, NEW);
  allocator_divide (&allocator, pictures, G_N_ELEMENTS (pictures), G_MAXUINT, SECOND, &result);
  g_assert_cmpint (result.layers[ALLOCATOR_SLOTS_MAX - 1], ==, 1);
  g_assert_cmpuint (result.used_bps, ==, ALLOCATOR_SLOTS_MAX * 300 * K); /* one beyond the bound */
}

/* Every step up to the last can be given. */
static void
test_many_layers (void)
{
  AllocatorPicture picture = {
    .n_layers = ALLOCATOR_LAYERS_MAX,
    .wanted = ALLOCATOR_LAYERS_MAX - 1,
  };
  for (gint k = 0; k < ALLOCATOR_LAYERS_MAX; k++)
    picture.bps[k] = (1 + k) * 100 * K;
  for (gint k = ALLOCATOR_LAYERS_MAX - 1; k >= 0; k--) {
    Allocator allocator = { 0 };
    picture.current = k;
    g_assert_cmpint (divide_one (&allocator, &picture, picture.bps[k], SECOND), ==, k);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bwe/allocator/divide", test_divide);
  g_test_add_func ("/bwe/allocator/hysteresis", test_hysteresis);
  g_test_add_func ("/bwe/allocator/vain-rises", test_vain_rises);
  g_test_add_func ("/bwe/allocator/many", test_many);
  g_test_add_func ("/bwe/allocator/many-layers", test_many_layers);
  return g_test_run ();
}
