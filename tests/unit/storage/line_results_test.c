/* Results of lines: kept, replaced, found by meeting, room and time, thinned. */
#include "server/storage/line_results.h"

#define HOUR G_GINT64_CONSTANT (3600000)
#define START G_GINT64_CONSTANT (1795311000000)

static LineFigures
figures_of (guint n)
{
  LineFigures figures = { .joined_ms = START + n,
                          .late_ms = n,
                          .meeting_ms = HOUR,
                          .connected_ms = HOUR - n,
                          .measured_ms = HOUR - n,
                          .usable_ms = HOUR - 2 * n,
                          .counted_ms = HOUR - 3 * n,
                          .breaks = n,
                          .loss_up_ppm = 10 * n,
                          .loss_down_ppm = 20 * n,
                          .concealed_ppm = 30 * n,
                          .rtt_ms = 40,
                          .frozen_up_ms = 50 * n,
                          .frozen_down_ms = 60 * n,
                          .worst = { START + 70, HEALTH_LIGHT_POOR, HEALTH_CAUSE_WIFI, 80, 90 },
                          .rehearsal = HEALTH_LIGHT_FAIR };
  figures.faults[HEALTH_CAUSE_WIFI] = (LineFault){ n, 1000 * n };
  figures.faults[line_kind_of (HEALTH_CAUSE_NONE, HEALTH_BLACK)] = (LineFault){ 1, 5 };
  return figures;
}

static void
put (HealthDb *db, const char *meeting, gint64 from_ms, guint n)
{
  static const char *const endpoints[] = { "e1", "e2", "e3" };
  g_autoptr (GError) error = NULL;
  LineMeetingRow row = { (char *) meeting, from_ms, from_ms + HOUR, 10 };
  LineFigures figures[3];
  LineResult results[3];
  for (guint i = 0; i < n; i++) {
    figures[i] = figures_of (i + 1);
    results[i] = (LineResult){ endpoints[i], &figures[i] };
  }
  line_results_put (db, &row, results, n, &error);
  g_assert_no_error (error);
}

typedef struct {
  guint n;
  GString *seen; /* "m1/e1 " */
  LineFigures last;
} Seen;

static void
on_result (gpointer data, const LineMeetingRow *meeting, const char *endpoint,
           const LineFigures *figures)
{
  Seen *seen = data;
  seen->n++;
  g_string_append_printf (seen->seen, "%s/%s ", meeting->meeting, endpoint);
  seen->last = *figures;
  g_assert_cmpint (meeting->to_ms - meeting->from_ms, ==, HOUR);
  g_assert_cmpuint (meeting->step_s, ==, 10);
}

static Seen
see (HealthDb *db, const LineResultsQuery *query)
{
  g_autoptr (GError) error = NULL;
  Seen seen = { .seen = g_string_new ("") };
  line_results_each (db, query, on_result, &seen, &error);
  g_assert_no_error (error);
  return seen;
}

static void
test_figures (void)
{
  g_autoptr (HealthDb) db = health_db_open (NULL, NULL);
  LineResultsQuery query = { .meeting = "m1", .endpoint = "e2" };
  LineFigures wanted = figures_of (2);
  put (db, "m1", START, 3);
  Seen seen = see (db, &query);
  g_assert_cmpuint (seen.n, ==, 1);
  g_assert_cmpmem (&seen.last, sizeof wanted, &wanted, sizeof wanted);
  g_string_free (seen.seen, TRUE);
}

static void
test_queries (void)
{
  static const struct {
    LineResultsQuery query;
    const char *seen;
  } rows[] = {
    { { 0 }, "m2/e1 m1/e1 m1/e2 m3/e1 m3/e2 m3/e3 " }, /* by their beginnings */
    { { .meeting = "m3" }, "m3/e1 m3/e2 m3/e3 " },
    { { .meeting = "m9" }, "" },
    { { .endpoint = "e2" }, "m1/e2 m3/e2 " },
    { { .endpoint = "e2", .from_ms = START + 1 }, "m3/e2 " },
    { { .endpoint = "e9" }, "" },
    { { .from_ms = START, .to_ms = START + 1 }, "m1/e1 m1/e2 " },
    { { .from_ms = START, .to_ms = START }, "" },
  };
  g_autoptr (HealthDb) db = health_db_open (NULL, NULL);
  put (db, "m1", START, 2);
  put (db, "m2", START - HOUR, 1);
  put (db, "m3", START + 5 * HOUR, 3);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    Seen seen = see (db, &rows[i].query);
    g_assert_cmpstr (seen.seen->str, ==, rows[i].seen);
    g_string_free (seen.seen, TRUE);
  }
}

static void
test_replaced (void)
{
  g_autoptr (HealthDb) db = health_db_open (NULL, NULL);
  LineResultsQuery all = { 0 };
  g_assert_false (line_results_has (db, "m1"));
  put (db, "m1", START, 3);
  put (db, "m1", START, 1);
  Seen seen = see (db, &all);
  g_assert_cmpstr (seen.seen->str, ==, "m1/e1 ");
  g_string_free (seen.seen, TRUE);
  g_assert_true (line_results_has (db, "m1"));
  put (db, "m2", START, 0); /* nobody was invited */
  g_autoptr (GHashTable) known = line_results_meetings (db, NULL);
  g_assert_cmpuint (g_hash_table_size (known), ==, 2);
  g_assert_true (g_hash_table_contains (known, "m2"));
}

static void
test_thinned (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HealthDb) db = health_db_open (NULL, NULL);
  gint64 now_s = START / 1000 + LINE_RESULTS_KEEP_S;
  LineResultsQuery all = { 0 };
  put (db, "m1", START - 1, 2);
  put (db, "m2", START, 2);
  health_db_thin (db, now_s, &error);
  g_assert_no_error (error);
  Seen seen = see (db, &all);
  g_assert_cmpstr (seen.seen->str, ==, "m2/e1 m2/e2 ");
  g_string_free (seen.seen, TRUE);
  g_assert_false (line_results_has (db, "m1"));
}

static void
test_kinds (void)
{
  for (LineKind kind = 1; kind < N_LINE_KINDS; kind++) {
    g_test_message ("%s", line_kind_words (kind)->id);
    g_assert_cmpuint (line_kind_from_id (line_kind_words (kind)->id), ==, kind);
  }
  g_assert_cmpuint (line_kind_from_id ("none"), ==, LINE_KIND_NONE);
  g_assert_cmpuint (line_kind_from_id ("new"), ==, LINE_KIND_NONE);
  g_assert_cmpuint (line_kind_from_id (NULL), ==, LINE_KIND_NONE);
  g_assert_cmpuint (line_kind_of (HEALTH_CAUSE_WIFI, HEALTH_LOST), ==, HEALTH_CAUSE_WIFI);
  g_assert_cmpstr (line_kind_words (line_kind_of (0, HEALTH_LOST))->id, ==, "lost");
  g_assert_cmpuint (line_kind_of (99, 99), ==, LINE_KIND_NONE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/storage/line_results/figures", test_figures);
  g_test_add_func ("/storage/line_results/queries", test_queries);
  g_test_add_func ("/storage/line_results/replaced", test_replaced);
  g_test_add_func ("/storage/line_results/thinned", test_thinned);
  g_test_add_func ("/storage/line_results/kinds", test_kinds);
  return g_test_run ();
}
