/* Points in, series out: steps, spans, what is not flushed yet, what is thinned, evidence. */
#include "server/storage/health_db.h"

#include <glib/gstdio.h>
#include <string.h>

#define T0                                                                                         \
  ((gint64) 1795000200) /* begins a block of both steps' alignment or not: must not matter */

static void
add_minutes (HealthDb *db, const char *endpoint, gint64 from_s, guint n)
{
  for (guint i = 0; i < n; i++) {
    SitePoint point = { .light = 1, .state = HEALTH_OK, .score_up = 98, .kbps_up = (guint16) i };

    health_db_add (db, endpoint, HEALTH_STEP_COARSE_S, from_s + 60 * (gint64) i, &point);
  }
}

static GArray *
ask (HealthDb *db, const char *endpoint, guint step_s, gint64 from_s, gint64 to_s)
{
  SeriesQuery query = { endpoint, step_s, from_s, to_s };
  g_autoptr (GError) error = NULL;
  GArray *points = health_db_series (db, &query, &error);

  g_assert_no_error (error);
  return points;
}

static void
test_series (void)
{
  g_autoptr (HealthDb) db = health_db_open (NULL, NULL);
  gint64 from_s = T0 - T0 % 60;

  add_minutes (db, "e1", from_s, 150); /* two blocks are finished, one is open */
  add_minutes (db, "e2", from_s, 3);
  for (guint flushed = 0; flushed < 2; flushed++) { /* what is not flushed yet is told, too */
    g_autoptr (GArray) all = ask (db, "e1", 60, 0, G_MAXINT32);
    g_autoptr (GArray) some = ask (db, "e1", 60, from_s + 600, from_s + 1200);

    g_assert_cmpuint (all->len, ==, 150);
    g_assert_cmpuint (some->len, ==, 10);
    g_assert_true (health_db_flush (db, NULL));
  }
  g_autoptr (GArray) other = ask (db, "e2", 60, 0, G_MAXINT32);
  g_autoptr (GArray) unknown = ask (db, "e3", 60, 0, G_MAXINT32);
  g_assert_cmpuint (other->len, ==, 3);
  g_assert_cmpuint (unknown->len, ==, 0);
}

static void
test_merged (void)
{
  g_autoptr (HealthDb) db = health_db_open (NULL, NULL);
  gint64 from_s = T0 - T0 % 3600;

  add_minutes (db, "e1", from_s, 120);
  health_db_flush (db, NULL);
  g_autoptr (GArray) hours = ask (db, "e1", 3600, from_s, from_s + 7200);
  g_assert_cmpuint (hours->len, ==, 2);
  const SeriesPoint *point = &g_array_index (hours, SeriesPoint, 1);
  g_assert_cmpint (point->at_s, ==, from_s + 3600);
  g_assert_cmpuint (point->point.kbps_up, ==, 90); /* of 60 .. 119 */
  g_autoptr (GArray) odd = ask (db, "e1", 61, from_s, from_s + 7200);
  g_assert_cmpuint (odd->len, ==, 60); /* rounded up to two minutes */
}

/* A span of a year by the minute comes in longer steps. */
static void
test_bounded (void)
{
  g_autoptr (HealthDb) db = health_db_open (NULL, NULL);
  gint64 from_s = T0 - T0 % 60;

  add_minutes (db, "e1", from_s, HEALTH_SERIES_MAX + 1);
  health_db_flush (db, NULL);
  g_autoptr (GArray) fits = ask (db, "e1", 60, from_s, from_s + 60 * HEALTH_SERIES_MAX);
  g_autoptr (GArray) merged =
      ask (db, "e1", 60, from_s - 60, from_s + 60 * (HEALTH_SERIES_MAX + 1));
  g_assert_cmpuint (fits->len, ==, HEALTH_SERIES_MAX);
  g_assert_cmpuint (merged->len, <=, HEALTH_SERIES_MAX / 2 + 1);
}

static void
test_reopened (void)
{
  g_autofree char *dir = g_dir_make_tmp ("diemcau-health-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, HEALTH_DB_FILE, NULL);
  gint64 from_s = T0 - T0 % 3600;

  for (guint run = 0; run < 2; run++) { /* both in one block: what was there stays */
    g_autoptr (HealthDb) db = health_db_open (path, NULL);
    g_assert_nonnull (db);
    add_minutes (db, "e1", from_s + run * 600, 10);
  }
  {
    g_autoptr (HealthDb) db = health_db_open (path, NULL);
    g_autoptr (GArray) points = ask (db, "e1", 60, 0, G_MAXINT32);
    g_assert_cmpuint (points->len, ==, 20);
    g_assert_cmpint (health_db_size (db), >, 0);
  }
  g_autofree char *wal = g_strconcat (path, "-wal", NULL), *shm = g_strconcat (path, "-shm", NULL);
  g_remove (wal);
  g_remove (shm);
  g_remove (path);
  g_rmdir (dir);
}

static void
test_thinned (void)
{
  g_autoptr (HealthDb) db = health_db_open (NULL, NULL);
  gint64 from_s = T0 - T0 % 3600;
  SitePoint point = { .light = 1, .state = HEALTH_OK };

  add_minutes (db, "e1", from_s, 60);
  for (guint i = 0; i < 60; i++)
    health_db_add (db, "e1", HEALTH_STEP_FINE_S, from_s + 10 * i, &point);
  health_db_flush (db, NULL);
  g_assert_true (health_db_thin (db, from_s + HEALTH_KEEP_FINE_S, NULL));
  g_autoptr (GArray) fine = ask (db, "e1", 10, 0, G_MAXINT32);
  g_assert_cmpuint (fine->len, ==, 60);
  g_assert_true (health_db_thin (db, from_s + HEALTH_KEEP_FINE_S + 1, NULL));
  g_autoptr (GArray) thinned = ask (db, "e1", 10, 0, G_MAXINT32);
  g_autoptr (GArray) coarse = ask (db, "e1", 60, 0, G_MAXINT32);
  g_assert_cmpuint (thinned->len, ==, 0);
  g_assert_cmpuint (coarse->len, ==, 60);
  g_assert_true (health_db_thin (db, from_s + HEALTH_KEEP_COARSE_S + 1, NULL));
  g_autoptr (GArray) none = ask (db, "e1", 60, 0, G_MAXINT32);
  g_assert_cmpuint (none->len, ==, 0);
}

static gint64
save (HealthDb *db, const char *endpoint, gint64 at_s)
{
  g_autoptr (Evidence) evidence = g_new0 (Evidence, 1);

  evidence->endpoint = g_strdup (endpoint);
  evidence->meeting = g_strdup ("m1");
  evidence->reason = g_strdup ("lost");
  evidence->at_ms = at_s * 1000;
  evidence->rings = g_bytes_new ("abc", 3);
  g_assert_true (health_db_save_evidence (db, evidence, NULL));
  return evidence->id;
}

static void
test_evidence (void)
{
  g_autoptr (HealthDb) db = health_db_open (NULL, NULL);
  gint64 first = save (db, "e1", T0), second = save (db, "e2", T0 + 1);
  g_autoptr (GPtrArray) all = health_db_list_evidence (db, NULL, 10, NULL);
  g_autoptr (GPtrArray) one = health_db_list_evidence (db, "e1", 10, NULL);

  g_assert_cmpuint (all->len, ==, 2);
  g_assert_cmpint (((Evidence *) all->pdata[0])->id, ==, second); /* the newest first */
  g_assert_cmpuint (one->len, ==, 1);
  g_autoptr (Evidence) read = health_db_get_evidence (db, first, NULL);
  g_assert_cmpuint (g_bytes_get_size (read->rings), ==, 3);
  g_assert_null (read->headers);
  g_assert_null (health_db_get_evidence (db, 99, NULL));
  health_db_thin (db, T0 + HEALTH_EVIDENCE_KEEP_S + 1, NULL);
  g_assert_null (health_db_get_evidence (db, first, NULL));
  g_autoptr (Evidence) kept = health_db_get_evidence (db, second, NULL);
  g_assert_nonnull (kept);
}

static void
test_evidence_is_bounded (void)
{
  g_autoptr (HealthDb) db = health_db_open (NULL, NULL);

  for (guint i = 0; i < HEALTH_EVIDENCE_MAX + 5; i++)
    save (db, "e1", T0 + i);
  g_assert_true (health_db_thin (db, T0, NULL));
  g_autoptr (GPtrArray) all = health_db_list_evidence (db, NULL, 10000, NULL);
  g_assert_cmpuint (all->len, ==, HEALTH_EVIDENCE_MAX);
  g_assert_cmpint (((Evidence *) all->pdata[0])->id, ==, HEALTH_EVIDENCE_MAX + 5);
}

static void
test_private (void)
{
  g_autofree char *folder = g_dir_make_tmp ("diemcau-health-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "health.db", NULL);
  GStatBuf status;

  {
    g_autoptr (HealthDb) db = health_db_open (path, NULL);
    g_assert_nonnull (db);
    g_assert_cmpint (g_stat (path, &status), ==, 0);
    g_assert_cmpint (status.st_mode & 0077, ==, 0);
  }
  g_unlink (path);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/storage/health_db/private", test_private);
  g_test_add_func ("/storage/health_db/series", test_series);
  g_test_add_func ("/storage/health_db/merged", test_merged);
  g_test_add_func ("/storage/health_db/bounded", test_bounded);
  g_test_add_func ("/storage/health_db/reopened", test_reopened);
  g_test_add_func ("/storage/health_db/thinned", test_thinned);
  g_test_add_func ("/storage/health_db/evidence", test_evidence);
  g_test_add_func ("/storage/health_db/evidence_is_bounded", test_evidence_is_bounded);
  return g_test_run ();
}
