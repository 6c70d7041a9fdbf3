/* The store's thread: what a board tells comes back as series; all is answered, also at the end. */
#include "server/storage/health_store.h"
#include "tests/unit/health/site_maker.h"

#include <glib/gstdio.h>

typedef struct {
  guint answers, points, evidence;
  gboolean is_told;
} Asked;

static void
on_series (gpointer user_data, const GArray *points, const GError *error)
{
  Asked *asked = user_data;

  asked->answers++;
  g_assert_no_error (error);
  asked->points = points->len;
}

static void
on_list (gpointer user_data, const GPtrArray *list, const GError *error)
{
  Asked *asked = user_data;

  asked->answers++;
  asked->evidence = list->len;
}

static void
on_one (gpointer user_data, const Evidence *evidence, const GError *error)
{
  Asked *asked = user_data;

  asked->answers++;
  asked->is_told = evidence != NULL;
}

static void
wait_for (const Asked *asked, guint answers)
{
  while (asked->answers < answers)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_board (void)
{
  HealthConfig config = { 10, 50, 5 * SECOND };
  SiteIdentity identity = { "m1", "e1", "Xã", "Đơn vị", NULL };
  SiteFacts facts = make_facts ();
  g_autoptr (HealthBoard) board = health_board_new (&config);
  HealthSite *site = health_board_open_site (board, &identity);
  HealthStore *store = health_store_open (NULL, NULL);
  SeriesQuery query = { "e1", 10, 0, G_MAXINT32 };
  Asked asked = { 0 };

  health_store_watch (store, board);
  health_site_set_facts (site, &facts);
  for (guint s = 0; s < 65; s++)
    health_board_second (board, s * SECOND, 1795000000 + s);
  health_site_save_ring (site, "lost");
  health_store_series (store, &query, on_series, &asked);
  health_store_list_evidence (store, "e1", 10, on_list, &asked);
  health_store_get_evidence (store, 1, on_one, &asked);
  wait_for (&asked, 3);
  g_assert_cmpuint (asked.points, ==, 6);
  g_assert_cmpuint (asked.evidence, ==, 1);
  g_assert_true (asked.is_told);
  g_assert_cmpuint (health_store_get_dropped (store), ==, 0);
  health_store_close (store);
}

/* The last seconds before the end are not lost. */
static void
test_end_is_kept (void)
{
  HealthConfig config = { 10, 50, 5 * SECOND };
  SiteIdentity identity = { "m1", "e1", "Xã", "Đơn vị", NULL };
  SiteFacts facts = make_facts ();
  g_autofree char *dir = g_dir_make_tmp ("diemcau-lines-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (dir, HEALTH_DB_FILE, NULL);
  g_autoptr (HealthBoard) board = health_board_new (&config);
  HealthSite *site = health_board_open_site (board, &identity);
  HealthStore *store = health_store_open (dir, NULL);
  SeriesQuery query = { "e1", 10, 0, G_MAXINT32 };
  Asked asked = { 0 };

  health_store_watch (store, board);
  health_site_set_facts (site, &facts);
  for (guint s = 0; s < 15; s++)
    health_board_second (board, s * SECOND, 1795000000 + s);
  health_store_close (store);
  store = health_store_open (dir, NULL);
  health_store_series (store, &query, on_series, &asked);
  wait_for (&asked, 1);
  g_assert_cmpuint (asked.points, ==, 2); /* ten seconds, and the five begun */
  health_store_close (store);
  g_assert_cmpint (g_unlink (file), ==, 0);
  g_rmdir (dir);
}

static void
test_answered_at_the_end (void)
{
  HealthStore *store = health_store_open (NULL, NULL);
  SeriesQuery query = { "e1", 60, 0, G_MAXINT32 };
  Asked asked = { 0 };

  for (guint i = 0; i < 10; i++)
    health_store_series (store, &query, on_series, &asked);
  health_store_close (store);
  g_assert_cmpuint (asked.answers, ==, 10);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/storage/health_store/board", test_board);
  g_test_add_func ("/storage/health_store/end_is_kept", test_end_is_kept);
  g_test_add_func ("/storage/health_store/answered_at_the_end", test_answered_at_the_end);
  return g_test_run ();
}
