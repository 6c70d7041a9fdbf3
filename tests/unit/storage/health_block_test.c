/* Blocks survive their packing; what is none is refused. */
#include "server/storage/health_block.h"

#include <string.h>

static void
fill (HealthBlock *block, guint n)
{
  memset (block, 0, sizeof *block);
  for (guint i = 0; i < n; i++) {
    block->has |= G_GUINT64_CONSTANT (1) << i;
    block->points[i] = (SitePoint){ .light = 1,
                                    .state = HEALTH_OK,
                                    .score_up = 97,
                                    .rtt_ms = 20 + i % 3,
                                    .kbps_up = (guint16) (1000 + 7 * i),
                                    .height_up = 720 };
  }
}

static void
test_round_trip (void)
{
  static const guint counts[] = { 0, 1, 30, HEALTH_BLOCK_POINTS };

  for (guint i = 0; i < G_N_ELEMENTS (counts); i++) {
    HealthBlock block, read;

    fill (&block, counts[i]);
    block.has &= ~(G_GUINT64_CONSTANT (1) << 5); /* a gap */
    memset (&block.points[5], 0, sizeof block.points[5]);
    g_autoptr (GBytes) packed = health_block_pack (&block);
    g_test_message ("%u points: %" G_GSIZE_FORMAT " bytes", counts[i], g_bytes_get_size (packed));
    g_assert_true (
        health_block_unpack (g_bytes_get_data (packed, NULL), g_bytes_get_size (packed), &read));
    g_assert_cmpmem (&read, sizeof read, &block, sizeof block);
  }
}

static void
test_refused (void)
{
  HealthBlock block, read;
  guint8 bytes[HEALTH_BLOCK_MAX_BYTES + 1] = { 0 };

  fill (&block, 60);
  g_autoptr (GBytes) packed = health_block_pack (&block);
  gsize size = g_bytes_get_size (packed);
  const guint8 *data = g_bytes_get_data (packed, NULL);
  g_assert_false (health_block_unpack (data, 0, &read));
  g_assert_false (health_block_unpack (data, size - 1, &read));
  g_assert_false (health_block_unpack (bytes, sizeof bytes, &read));
  g_assert_false (health_block_unpack (bytes, 100, &read));
  memset (bytes, 0xff, 64);
  g_assert_false (health_block_unpack (bytes, 64, &read));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/storage/health_block/round_trip", test_round_trip);
  g_test_add_func ("/storage/health_block/refused", test_refused);
  return g_test_run ();
}
