/* A ring that was saved is read again as it was. */
#include "server/storage/evidence.h"
#include "tests/unit/health/site_maker.h"

#include <string.h>

typedef struct {
  guint rings, stream_points, site_points;
  char last[STREAM_NAME_BYTES + 1];
  guint kbps;
} Seen;

static void
on_ring (gpointer user_data, const char *name, StreamKind kind, guint layer)
{
  Seen *seen = user_data;

  seen->rings++;
  g_strlcpy (seen->last, name, sizeof seen->last);
}

static void
on_stream_point (gpointer user_data, gint64 at_s, const StreamPoint *point)
{
  Seen *seen = user_data;

  seen->stream_points++;
  if (strcmp (seen->last, "camera") == 0)
    seen->kbps = point->kbps;
}

static void
on_site_point (gpointer user_data, gint64 at_s, const SitePoint *point)
{
  ((Seen *) user_data)->site_points++;
}

static GBytes *
make_copy (void)
{
  HealthConfig config = { 10, 50, 5 * SECOND };
  SiteIdentity identity = { "m1", "e1", "Xã", "Đơn vị", NULL };
  SiteFacts facts = make_facts ();
  g_autoptr (HealthBoard) board = health_board_new (&config);
  HealthSite *site = health_board_open_site (board, &identity);
  LineSample line;

  health_site_set_facts (site, &facts);
  make_streams (&line);
  health_board_second (board, 0, 1795000000);
  for (guint s = 1; s <= 700; s++) {
    g_autoptr (LineStats) stats = make_stats ("t", &line);

    health_site_on_line (site, stats, s * SECOND);
    health_board_second (board, s * SECOND, 1795000000 + s);
  }
  return evidence_copy_rings (site);
}

static void
test_round_trip (void)
{
  g_autoptr (GBytes) copy = make_copy ();
  g_autoptr (GBytes) packed = evidence_pack (copy);
  Seen seen = { 0 };
  EvidenceReader reader = { &seen, on_ring, on_stream_point, on_site_point };

  g_test_message ("%" G_GSIZE_FORMAT " bytes, packed %" G_GSIZE_FORMAT, g_bytes_get_size (copy),
                  g_bytes_get_size (packed));
  g_assert_true (evidence_read (packed, &reader));
  g_assert_cmpuint (seen.rings, ==, 5);
  g_assert_cmpuint (seen.site_points, ==, 600);
  g_assert_cmpuint (seen.stream_points, ==, 4 * 600);
  g_assert_cmpuint (seen.kbps, ==, 1000);
}

static void
test_refused (void)
{
  g_autoptr (GBytes) copy = make_copy ();
  g_autoptr (GBytes) cut = g_bytes_new_from_bytes (copy, 0, g_bytes_get_size (copy) - 1);
  g_autoptr (GBytes) packed = evidence_pack (cut);
  g_autoptr (GBytes) none = g_bytes_new ("nonsense", 8);
  g_autoptr (GBytes) other = evidence_pack (none);
  Seen seen = { 0 };
  EvidenceReader reader = { &seen, on_ring, on_stream_point, on_site_point };

  g_assert_false (evidence_read (packed, &reader));
  g_assert_false (evidence_read (none, &reader));
  g_assert_false (evidence_read (other, &reader));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/storage/evidence/round_trip", test_round_trip);
  g_test_add_func ("/storage/evidence/refused", test_refused);
  return g_test_run ();
}
