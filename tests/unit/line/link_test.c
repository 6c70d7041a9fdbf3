/* A line's model against its own settings, on a virtual clock. */
#include "tests/line/link.h"

#include <string.h>

#define MS G_GINT64_CONSTANT (1000)
#define SECOND G_GINT64_CONSTANT (1000000)
#define START_US SECOND

/* Offers @n datagrams of @size, one each @every_us; returns what arrived, as (index, due) pairs. */
typedef struct {
  guint index;
  gint64 due_us;
} Arrival;

static GArray *
run (Link *link, guint n, gsize size, gint64 every_us)
{
  GArray *arrivals = g_array_new (FALSE, FALSE, sizeof (Arrival));
  g_autofree guint8 *data = g_malloc0 (size);

  for (guint i = 0; i < n; i++) {
    memcpy (data, &i, sizeof i);
    link_offer (link, NULL, data, size, START_US + i * every_us);
  }
  for (gint64 next_us; (next_us = link_next_us (link)) != G_MAXINT64;) {
    g_autofree LinkPacket *packet = link_take (link, next_us);
    Arrival arrival = { 0, next_us };
    if (packet == NULL)
      continue;
    memcpy (&arrival.index, packet->data, sizeof arrival.index);
    g_assert_cmpint (packet->due_us, <=, next_us);
    arrival.due_us = packet->due_us;
    g_array_append_val (arrivals, arrival);
  }
  return arrivals;
}

static const Arrival *
at (const GArray *arrivals, guint i)
{
  return &g_array_index (arrivals, Arrival, i);
}

static void
test_rate_and_queue (void)
{
  /* 1 Mbps: a datagram of 1,000 bytes with its headers takes 8 ms */
  LinkSettings settings = { .rate_bps = 1000000, .queue_ms = 100, .overhead_bytes = 28 };
  g_autoptr (Link) link = link_new (&settings, 1);
  g_autoptr (GArray) arrivals = run (link, 100, 972, 0);
  LinkStats stats;

  /* one in the way, and as many behind it as wait 100 ms at most */
  g_assert_cmpuint (arrivals->len, ==, 13);
  for (guint i = 0; i < arrivals->len; i++) {
    g_assert_cmpuint (at (arrivals, i)->index, ==, i);
    g_assert_cmpint (at (arrivals, i)->due_us, ==, START_US + (i + 1) * 8 * MS);
  }
  link_get_stats (link, START_US + SECOND, &stats);
  g_assert_cmpuint (stats.overflowed, ==, 87);
  g_assert_cmpuint (stats.carried_bytes, ==, 13 * 972);
  g_assert_cmpint (stats.queue_max_us, ==, 104 * MS);
  g_assert_cmpint (stats.queue_us, ==, 0);
}

static void
test_queue_by_bytes (void)
{
  LinkSettings settings = { .rate_bps = 1000000, .queue_ms = 60000, .queue_bytes = 5000 };
  g_autoptr (Link) at_limit = link_new (&settings, 1), past = NULL;
  g_autoptr (GArray) all = run (at_limit, 5, 1000, 0), some = NULL;

  g_assert_cmpuint (all->len, ==, 5);
  past = link_new (&settings, 1);
  some = run (past, 6, 1000, 0);
  g_assert_cmpuint (some->len, ==, 5);
}

/* What waits goes on at the new rate. */
static void
test_rate_is_cut (void)
{
  LinkSettings settings = { .rate_bps = 8000000, .queue_ms = 1000 };
  g_autoptr (Link) link = link_new (&settings, 1);
  guint8 data[1000] = { 0 };
  LinkStats stats;

  for (guint i = 0; i < 10; i++) /* 1 ms each */
    link_offer (link, NULL, data, sizeof data, START_US);
  settings.rate_bps = 800000;
  link_set (link, &settings, START_US + 2 * MS);
  for (guint i = 0; i < 2; i++) {
    g_autofree LinkPacket *packet = link_take (link, START_US + 2 * MS);
    g_assert_nonnull (packet);
  }
  g_assert_cmpint (link_next_us (link), ==, START_US + 12 * MS);
  link_get_stats (link, START_US + 2 * MS, &stats);
  g_assert_cmpint (stats.queue_us, ==, 80 * MS);
}

static void
test_jitter (void)
{
  LinkSettings settings = { .delay_us = 75 * MS, .jitter_us = 40 * MS };
  g_autoptr (Link) link = link_new (&settings, 5);
  g_autoptr (GArray) arrivals = run (link, 2000, 100, 5 * MS);
  guint turned = 0;

  g_assert_cmpuint (arrivals->len, ==, 2000);
  for (guint i = 0; i < arrivals->len; i++) {
    gint64 took_us = at (arrivals, i)->due_us - START_US - i * 5 * MS;
    g_assert_cmpuint (at (arrivals, i)->index, ==, i);
    g_assert_cmpint (took_us, >=, 75 * MS);
    g_assert_cmpint (took_us, <=, 115 * MS);
  }
  settings.reorders = TRUE;
  g_autoptr (Link) other = link_new (&settings, 5);
  g_autoptr (GArray) mixed = run (other, 2000, 100, 5 * MS);
  for (guint i = 1; i < mixed->len; i++) {
    turned += at (mixed, i)->index < at (mixed, i - 1)->index;
    g_assert_cmpint (at (mixed, i)->due_us, >=, at (mixed, i - 1)->due_us);
  }
  g_assert_cmpuint (turned, >, 400);
}

/* Share and mean length of the runs of losses. */
static void
measure_loss (double loss, double burst, guint32 seed, double *ret_share, double *ret_run)
{
  LinkSettings settings = { .loss = loss, .loss_burst = burst };
  g_autoptr (Link) link = link_new (&settings, seed);
  const guint n = 50000;
  g_autoptr (GArray) arrivals = run (link, n, 100, 1 * MS);
  guint runs = 0, before = 0;

  for (guint i = 0; i < arrivals->len; i++) {
    runs += at (arrivals, i)->index > before;
    before = at (arrivals, i)->index + 1;
  }
  *ret_share = 1 - (double) arrivals->len / n;
  *ret_run = (double) (n - arrivals->len) / MAX (runs, 1);
}

static void
test_loss (void)
{
  static const struct {
    double loss, burst;
  } rows[] = { { 0.01, 0 }, { 0.05, 1 }, { 0.05, 4 }, { 0.2, 10 } };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    double share, length;
    measure_loss (rows[i].loss, rows[i].burst, 3, &share, &length);
    g_test_message ("%.2f in runs of %.0f: %.4f, %.2f", rows[i].loss, rows[i].burst, share, length);
    g_assert_cmpfloat_with_epsilon (share, rows[i].loss, rows[i].loss / 8);
    g_assert_cmpfloat_with_epsilon (length, MAX (rows[i].burst, 1 / (1 - rows[i].loss)), 0.6);
  }
}

static void
test_all_and_nothing_lost (void)
{
  double share, length;

  measure_loss (1, 5, 1, &share, &length);
  g_assert_cmpfloat (share, ==, 1);
  measure_loss (0, 5, 1, &share, &length);
  g_assert_cmpfloat (share, ==, 0);
}

static void
test_same_seed_same_line (void)
{
  LinkSettings settings = {
    .rate_bps = 500000, .queue_ms = 50, .jitter_us = 10 * MS, .loss = 0.1, .duplicates = 0.1
  };
  g_autoptr (Link) one = link_new (&settings, 9), two = link_new (&settings, 9);
  g_autoptr (GArray) a = run (one, 500, 800, 12 * MS), b = run (two, 500, 800, 12 * MS);

  g_assert_cmpmem (a->data, a->len * sizeof (Arrival), b->data, b->len * sizeof (Arrival));
}

static void
test_duplicates (void)
{
  LinkSettings settings = { .duplicates = 0.5 };
  g_autoptr (Link) link = link_new (&settings, 2);
  g_autoptr (GArray) arrivals = run (link, 1000, 100, MS);
  LinkStats stats;

  link_get_stats (link, START_US + SECOND, &stats);
  g_assert_cmpuint (arrivals->len, ==, 1000 + stats.duplicated);
  g_assert_cmpuint (stats.duplicated, >, 400);
  g_assert_cmpuint (stats.duplicated, <, 600);
}

/* The cable is pulled: nothing of before comes, nothing of then; put back, all is new. */
static void
test_cut (void)
{
  LinkSettings settings = { .rate_bps = 1000000, .queue_ms = 500, .delay_us = 50 * MS };
  g_autoptr (Link) link = link_new (&settings, 1);
  guint8 data[1000] = { 0 };
  LinkStats stats;

  for (guint i = 0; i < 10; i++)
    link_offer (link, NULL, data, sizeof data, START_US);
  settings.is_cut = TRUE;
  link_set (link, &settings, START_US + 20 * MS);
  g_assert_false (link_offer (link, NULL, data, sizeof data, START_US + 21 * MS));
  g_assert_cmpint (link_next_us (link), ==, G_MAXINT64);
  settings.is_cut = FALSE;
  link_set (link, &settings, START_US + SECOND);
  g_assert_true (link_offer (link, NULL, data, sizeof data, START_US + SECOND));
  g_assert_null (link_take (link, START_US + SECOND + 57 * MS));
  g_autofree LinkPacket *packet = link_take (link, START_US + SECOND + 58 * MS);
  g_assert_nonnull (packet);
  link_get_stats (link, START_US + SECOND + 58 * MS, &stats);
  g_assert_cmpuint (stats.cut, ==, 11);
  g_assert_cmpuint (stats.carried, ==, 1);
}

static void
test_owner_goes (void)
{
  LinkSettings settings = { .rate_bps = 1000000, .queue_ms = 500, .delay_us = 50 * MS };
  g_autoptr (Link) link = link_new (&settings, 1);
  guint8 data[1000] = { 0 };
  int one, two;
  guint arrived = 0;

  for (guint i = 0; i < 10; i++)
    link_offer (link, i % 2 == 0 ? &one : &two, data, sizeof data, START_US);
  link_forget_owner (link, &one, START_US + 20 * MS);
  while (link_next_us (link) != G_MAXINT64) {
    g_autofree LinkPacket *packet = link_take (link, link_next_us (link));
    g_assert_true (packet == NULL || packet->owner == &two);
    arrived += packet != NULL;
  }
  g_assert_cmpuint (arrived, ==, 5);
}

/* Extremes are those since the last look. */
static void
test_forget (void)
{
  LinkSettings settings = { .rate_bps = 1000000, .queue_ms = 500 };
  g_autoptr (Link) link = link_new (&settings, 1);
  guint8 data[1000] = { 0 };
  LinkStats stats;

  for (guint i = 0; i < 20; i++)
    link_offer (link, NULL, data, sizeof data, START_US);
  link_forget (link, START_US + 80 * MS);
  link_get_stats (link, START_US + 120 * MS, &stats);
  g_assert_cmpint (stats.queue_us, ==, 40 * MS);
  g_assert_cmpint (stats.queue_max_us, <=, 160 * MS);
  g_assert_cmpint (stats.queue_least_us, ==, 40 * MS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/line/link/rate-and-queue", test_rate_and_queue);
  g_test_add_func ("/line/link/queue-by-bytes", test_queue_by_bytes);
  g_test_add_func ("/line/link/rate-is-cut", test_rate_is_cut);
  g_test_add_func ("/line/link/jitter", test_jitter);
  g_test_add_func ("/line/link/loss", test_loss);
  g_test_add_func ("/line/link/all-and-nothing-lost", test_all_and_nothing_lost);
  g_test_add_func ("/line/link/same-seed-same-line", test_same_seed_same_line);
  g_test_add_func ("/line/link/duplicates", test_duplicates);
  g_test_add_func ("/line/link/cut", test_cut);
  g_test_add_func ("/line/link/owner-goes", test_owner_goes);
  g_test_add_func ("/line/link/forget", test_forget);
  return g_test_run ();
}
