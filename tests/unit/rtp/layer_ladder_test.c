#include "pipelines/rtp/layer_ladder.h"

static LayerLadder
ladder_of (guint n_spatial, guint n_temporal)
{
  LayerLadder ladder = { .n_spatial = n_spatial, .n_temporal = n_temporal };
  for (guint i = 0; i < LAYER_TARGETS; i++)
    ladder.bps[i] = 1000 * (i + 1);
  for (guint s = 0; s < MIN (n_spatial, LAYER_SPATIAL_MAX); s++)
    ladder.heights[s] = 720 >> (n_spatial - 1 - s);
  return ladder;
}

static void
check_steps (const LayerLadder *ladder, gboolean is_base, const gint *targets)
{
  LayerStep steps[LAYER_STEPS_MAX];
  guint n = layer_ladder_steps (ladder, is_base, steps);
  for (guint i = 0; i < n; i++) {
    g_assert_cmpint (steps[i].target, ==, targets[i]);
    g_assert_cmpuint (steps[i].bps, ==, ladder->bps[targets[i]]);
  }
  g_assert_cmpint (targets[n], ==, -1);
}

static void
test_steps (void)
{
  static const gint none[] = { 15, -1 };
  static const gint temporal[] = { 12, 13, 15, -1 };
  static const gint temporal_upper[] = { 13, 15, -1 };
  static const gint all[] = { 0, 1, 3, 5, 7, 13, 15, -1 };
  static const gint most[] = { 0, 1, 2, 3, 6, 7, 10, 11, 14, 15, -1 };
  LayerLadder ladder = { 0 };
  check_steps (&ladder, TRUE, none);
  ladder = ladder_of (1, 3);
  check_steps (&ladder, TRUE, temporal);
  check_steps (&ladder, FALSE, temporal_upper);
  ladder = ladder_of (3, 3);
  check_steps (&ladder, TRUE, all);
  ladder = ladder_of (4, 4);
  check_steps (&ladder, TRUE, most);
  ladder = ladder_of (5, 5); /* more than can be told apart */
  check_steps (&ladder, TRUE, most);
}

static void
test_select (void)
{
  static const struct {
    guint height, target;
  } rows[] = { { 0, 15 },  { 90, 3 },   { 180, 3 },  { 200, 3 },  { 202, 7 },
               { 360, 7 }, { 403, 15 }, { 720, 15 }, { 2000, 15 } };
  LayerLadder ladder = ladder_of (3, 3);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpuint (layer_ladder_select (&ladder, rows[i].height), ==, rows[i].target);
  /* nothing told: all there is */
  ladder = (LayerLadder){ .n_spatial = 3 };
  g_assert_cmpuint (layer_ladder_select (&ladder, 180), ==, LAYER_TARGET_ALL);
  ladder = (LayerLadder){ 0 };
  g_assert_cmpuint (layer_ladder_select (&ladder, 180), ==, LAYER_TARGET_ALL);
}

static void
test_meter (void)
{
  LayerMeter meter = { 0 };
  LayerLadder ladder = { 0 };
  layer_meter_on_packet (&meter, &(LayerFrame){ .targets = 0x8001 }, 1000);
  layer_meter_on_packet (&meter, &(LayerFrame){ .targets = 0x8000 }, 250);
  layer_meter_take (&meter, 2 * G_USEC_PER_SEC, &ladder);
  g_assert_cmpuint (ladder.bps[0], ==, 4000);
  g_assert_cmpuint (ladder.bps[1], ==, 0);
  g_assert_cmpuint (ladder.bps[15], ==, 5000);
  layer_meter_take (&meter, G_USEC_PER_SEC, &ladder);
  g_assert_cmpuint (ladder.bps[15], ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rtp/layer-ladder/steps", test_steps);
  g_test_add_func ("/rtp/layer-ladder/select", test_select);
  g_test_add_func ("/rtp/layer-ladder/meter", test_meter);
  return g_test_run ();
}
