/* One budget, several rooms. */
#include "pipelines/bwe/line_budget.h"

#define K 1000
#define ROOM(low, wanted)                                                                          \
  {                                                                                                \
    64 * K, low *K, wanted *K, 0                                                                   \
  }

static void
test_divide (void)
{
  static const struct {
    const char *name;
    guint budget, n;
    LineDemand demands[4];
    guint kbps[4];
  } rows[] = {
    { "room for all: the rest in equal parts",
      6000 * K,
      2,
      { ROOM (150, 1200), ROOM (150, 1200) },
      { 3000, 3000 } },
    { "equal rooms, equal shares",
      1000 * K,
      2,
      { ROOM (150, 1200), ROOM (150, 1200) },
      { 500, 500 } },
    { "sound of all first",
      150 * K,
      3,
      { ROOM (150, 1200), ROOM (150, 1200), { 64 * K, 0, 0, 0 } },
      { 50, 50, 50 } },
    { "then a low picture for all, before a better one for any",
      428 * K,
      2,
      { ROOM (150, 1200), ROOM (150, 150) },
      { 214, 214 } },
    { "what one does not need goes to the others",
      1500 * K,
      3,
      { ROOM (150, 1200), ROOM (150, 1200), { 64 * K, 0, 0, 0 } },
      { 718, 718, 64 } },
    { "more than one line carries is for the others",
      1500 * K,
      2,
      { { 64 * K, 150 * K, 1200 * K, 300 * K }, ROOM (150, 1200) },
      { 300, 1200 } },
    { "three who want all, one who wants little",
      2000 * K,
      4,
      { ROOM (150, 2000), ROOM (150, 2000), ROOM (150, 2000), ROOM (136, 136) },
      { 600, 600, 600, 200 } },
    { "who wants nothing yet has room to begin",
      1000 * K,
      2,
      { { 0, 0, 0, 0 }, { 64 * K, 36 * K, 36 * K, 0 } },
      { 450, 550 } },
    { "a room alone", 700 * K, 1, { ROOM (150, 1200) }, { 700 } },
    { "nothing to divide", 0, 2, { ROOM (150, 1200), ROOM (150, 1200) }, { 0, 0 } },
    { "figures at their ends",
      G_MAXUINT,
      2,
      { { G_MAXUINT, G_MAXUINT, G_MAXUINT, 0 }, { G_MAXUINT, G_MAXUINT, G_MAXUINT, 0 } },
      { G_MAXUINT / 2 / K, G_MAXUINT / 2 / K } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    guint bps[4];
    line_budget_divide (rows[i].budget, rows[i].demands, rows[i].n, bps);
    for (guint k = 0; k < rows[i].n; k++)
      if (bps[k] / K != rows[i].kbps[k])
        g_error ("%s: room %u has %u kbps, not %u", rows[i].name, k, bps[k] / K, rows[i].kbps[k]);
  }
}

/* Whatever is wanted: never more than there is, and nothing of it is left unused. */
static void
test_sum (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  for (guint round = 0; round < 500; round++) {
    LineDemand demands[50];
    guint bps[50];
    guint n = (guint) g_rand_int_range (rand, 1, 51);
    guint budget = (guint) g_rand_int_range (rand, 0, 50 * 1000 * K);
    guint64 sum = 0;
    for (guint i = 0; i < n; i++)
      demands[i] = (LineDemand){ (guint) g_rand_int_range (rand, 0, 100 * K),
                                 (guint) g_rand_int_range (rand, 0, 500 * K),
                                 (guint) g_rand_int_range (rand, 0, 3000 * K),
                                 g_rand_boolean (rand) ? 400 * K : 0 };
    line_budget_divide (budget, demands, n, bps);
    for (guint i = 0; i < n; i++)
      sum += bps[i];
    g_assert_cmpuint (sum, <=, budget);
    g_assert_cmpuint (sum + n, >, budget);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/line_budget/divide", test_divide);
  g_test_add_func ("/line_budget/sum", test_sum);
  return g_test_run ();
}
