/* What receivers without transport-wide feedback tell; and when a line is said to be starved. */
#include "pipelines/bwe/survival.h"
#include "pipelines/bwe/told_rate.h"

#define K 1000
#define S(n) ((gint64) ((n) *G_USEC_PER_SEC))
#define NONE ALLOCATOR_NONE

typedef struct {
  ToldRate rate;
  gint64 now_us;
  guint64 sent_bytes;
} Line;

/* So many seconds in which @sent_bps are sent, 100 packets a second, and @lost of each hundred do
 * not arrive. */
static void
run (Line *line, guint seconds, guint sent_bps, guint lost)
{
  for (guint i = 0; i < seconds; i++) {
    told_rate_on_report (&line->rate, 100, lost);
    line->now_us += S (1);
    line->sent_bytes += sent_bps / 8;
    told_rate_tick (&line->rate, line->sent_bytes, line->now_us);
  }
}

static guint
rate_of (const Line *line)
{
  guint bps = 0;

  return told_rate_get (&line->rate, &bps) ? bps : 0;
}

static void
test_nothing_told (void)
{
  Line line = { .now_us = S (1) };

  g_assert_cmpuint (rate_of (&line), ==, 0);
  run (&line, 60, 2000 * K, 0);
  g_assert_cmpuint (rate_of (&line), ==, 0);
  /* what a radio line loses by itself */
  run (&line, 60, 2000 * K, 5);
  g_assert_cmpuint (rate_of (&line), ==, 0);
}

static void
test_remb (void)
{
  Line line = { .now_us = S (1) };

  told_rate_on_remb (&line.rate, 700 * K);
  run (&line, 5, 600 * K, 0);
  g_assert_cmpuint (rate_of (&line), ==, 700 * K);
  told_rate_on_remb (&line.rate, 300 * K);
  g_assert_cmpuint (rate_of (&line), ==, 300 * K);
  told_rate_on_remb (&line.rate, 0);
  g_assert_cmpuint (rate_of (&line), ==, BWE_MIN_BPS);
  told_rate_on_remb (&line.rate, G_MAXUINT64);
  g_assert_cmpuint (rate_of (&line), ==, BWE_MAX_BPS);
}

static void
test_loss (void)
{
  Line line = { .now_us = S (1) };
  guint after;

  run (&line, 3, 1000 * K, 0);
  run (&line, 3, 1000 * K, 30);
  after = rate_of (&line);
  g_assert_cmpuint (after, >, 500 * K);
  g_assert_cmpuint (after, <, 900 * K);
  run (&line, 60, 64 * K, 90);
  g_assert_cmpuint (rate_of (&line), ==, BWE_MIN_BPS);
  /* calm: it grows until nothing bounds it any more */
  run (&line, 20, 64 * K, 0);
  g_assert_cmpuint (rate_of (&line), >, 2 * BWE_MIN_BPS);
  run (&line, 80, 64 * K, 0);
  g_assert_cmpuint (rate_of (&line), ==, 0);
}

static void
test_remb_bounded_by_loss (void)
{
  Line line = { .now_us = S (1) };

  told_rate_on_remb (&line.rate, 5000 * K);
  run (&line, 2, 1000 * K, 0);
  run (&line, 4, 1000 * K, 40);
  g_assert_cmpuint (rate_of (&line), <, 800 * K);
}

/* Too few packets tell nothing. */
static void
test_few_packets (void)
{
  ToldRate rate = { 0 };
  guint bps;

  told_rate_tick (&rate, 0, S (1));
  told_rate_on_report (&rate, BWE_LOSS_LEAST_PACKETS - 1, 40);
  told_rate_tick (&rate, 100 * K, S (3));
  g_assert_false (told_rate_get (&rate, &bps));
  told_rate_on_report (&rate, 1, 5); /* no more than there were */
  told_rate_tick (&rate, 100 * K, S (4));
  g_assert_true (told_rate_get (&rate, &bps));
}

/* --- survival --- */

#define BPS                                                                                        \
  {                                                                                                \
    100 * K, 400 * K, 1200 * K                                                                     \
  }
/* The first step is a layer at a lower rate of frames. */
#define FINE_BPS                                                                                   \
  {                                                                                                \
    70 * K, 140 * K, 400 * K                                                                       \
  }

static void
test_starved (void)
{
  static const struct {
    AllocatorPicture pictures[3];
    guint n;
    gint layers[3];
    gboolean expected;
  } rows[] = {
    { { { .bps = BPS, .n_layers = 3, .wanted = 2 } }, 1, { 2 }, FALSE },
    { { { .bps = BPS, .n_layers = 3, .wanted = 2 } }, 1, { 1 }, FALSE },
    { { { .bps = BPS, .n_layers = 3, .wanted = 2 } }, 1, { 0 }, TRUE },
    { { { .bps = BPS, .n_layers = 3, .wanted = 2 } }, 1, { NONE }, TRUE },
    { { { .bps = FINE_BPS, .n_layers = 3, .wanted = 2 } }, 1, { 1 }, TRUE },
    { { { .bps = FINE_BPS, .n_layers = 3, .wanted = 2 } }, 1, { 2 }, FALSE },
    /* the small picture is all that is wanted */
    { { { .bps = BPS, .n_layers = 3, .wanted = 0 } }, 1, { 0 }, FALSE },
    { { { .bps = BPS, .n_layers = 1, .wanted = 0 } }, 1, { NONE }, TRUE },
    { { { .bps = BPS, .n_layers = 3, .wanted = 2 }, { .bps = BPS, .n_layers = 3 } },
      2,
      { 0, 0 },
      FALSE },
    { { { .bps = BPS, .n_layers = 3, .wanted = 2 }, { .bps = BPS, .n_layers = 3 } },
      2,
      { 0, NONE },
      TRUE },
    { { { .bps = BPS, .n_layers = 3, .wanted = 2 }, { .bps = BPS, .n_layers = 3 } },
      2,
      { 1, NONE },
      FALSE },
    /* nothing flows */
    { { { .n_layers = 0 } }, 1, { NONE }, FALSE },
    { { { .n_layers = 0 } }, 0, { NONE }, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (survival_is_starved (rows[i].pictures, rows[i].n, rows[i].layers), ==,
                     rows[i].expected);
}

static void
test_survival_does_not_flicker (void)
{
  static const struct {
    double at_s;
    gboolean is_starved, changes, is_on;
  } rows[] = {
    { 1, TRUE, FALSE, FALSE },  { 2.9, TRUE, FALSE, FALSE },  { 2.95, FALSE, FALSE, FALSE },
    { 3, TRUE, FALSE, FALSE },  { 5, TRUE, TRUE, TRUE },      { 6, TRUE, FALSE, TRUE },
    { 7, FALSE, FALSE, TRUE },  { 11.9, FALSE, FALSE, TRUE }, { 11.95, TRUE, FALSE, TRUE },
    { 12, FALSE, FALSE, TRUE }, { 17, FALSE, TRUE, FALSE },   { 18, FALSE, FALSE, FALSE },
  };
  Survival survival = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_assert_cmpint (survival_update (&survival, rows[i].is_starved, S (rows[i].at_s)), ==,
                     rows[i].changes);
    g_assert_cmpint (survival.is_on, ==, rows[i].is_on);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/told/nothing", test_nothing_told);
  g_test_add_func ("/told/remb", test_remb);
  g_test_add_func ("/told/loss", test_loss);
  g_test_add_func ("/told/remb_bounded_by_loss", test_remb_bounded_by_loss);
  g_test_add_func ("/told/few_packets", test_few_packets);
  g_test_add_func ("/survival/starved", test_starved);
  g_test_add_func ("/survival/does_not_flicker", test_survival_does_not_flicker);
  return g_test_run ();
}
