/* Samples cut to points, and points merged into longer steps. */
#include "signaling/health/point.h"

static void
test_sizes (void)
{
  g_assert_cmpuint (sizeof (StreamPoint), <=, 24);
  g_assert_cmpuint (sizeof (SitePoint), <=, 40);
}

static void
test_stream (void)
{
  StreamSample sample = { .kind = STREAM_VIDEO_UP,
                          .flags = STREAM_ACTIVE,
                          .span_ms = 500,
                          .packets = 60,
                          .bytes = 62500,
                          .lost = 20,
                          .jitter_us = 12340,
                          .frames = 13,
                          .height = 720,
                          .nacks = 1000,
                          .level = 127 };
  StreamPoint point;

  stream_point_from_sample (&point, &sample);
  g_assert_cmpuint (point.kbps, ==, 1000);
  g_assert_cmpuint (point.pps, ==, 120);
  g_assert_cmpuint (point.loss_permille, ==, 250);
  g_assert_cmpuint (point.jitter_100us, ==, 123);
  g_assert_cmpuint (point.fps, ==, 26);
  g_assert_cmpuint (point.height, ==, 720);
  g_assert_cmpuint (point.nacks, ==, G_MAXUINT8); /* cut, not wrapped */
  sample.bytes = G_MAXUINT32;
  stream_point_from_sample (&point, &sample);
  g_assert_cmpuint (point.kbps, ==, G_MAXUINT16);
}

static SitePoint
good (void)
{
  return (SitePoint){ .light = HEALTH_LIGHT_GOOD,
                      .state = HEALTH_OK,
                      .score_up = 98,
                      .score_down = HEALTH_SCORE_UNKNOWN,
                      .level = 50,
                      .rtt_ms = 20,
                      .kbps_up = 1000 };
}

static void
test_merge (void)
{
  PointMerge merge = { 0 };
  SitePoint point = good (), merged;

  g_assert_false (point_merge_take (&merge, &merged));
  for (guint i = 0; i < 9; i++)
    point_merge_add (&merge, &point);
  point.light = HEALTH_LIGHT_POOR;
  point.state = HEALTH_POOR_LINE;
  point.cause = 4;
  point.score_up = 40;
  point.score_down = 80;
  point.worst_loss_up = point.loss_up = 100;
  point.rtt_ms = 120;
  point.kbps_up = 500;
  point.level = 30;
  point_merge_add (&merge, &point);
  g_assert_true (point_merge_take (&merge, &merged));
  g_assert_cmpuint (merged.light, ==, HEALTH_LIGHT_POOR);
  g_assert_cmpuint (merged.state, ==, HEALTH_POOR_LINE);
  g_assert_cmpuint (merged.cause, ==, 4);
  g_assert_cmpuint (merged.score_up, ==, 40);
  g_assert_cmpuint (merged.score_down, ==, 80);
  g_assert_cmpuint (merged.worst_loss_up, ==, 100);
  g_assert_cmpuint (merged.loss_up, ==, 10);
  g_assert_cmpuint (merged.rtt_ms, ==, 30);
  g_assert_cmpuint (merged.kbps_up, ==, 950);
  g_assert_cmpuint (merged.level, ==, 30);
  g_assert_false (point_merge_take (&merge, &merged)); /* begun anew */
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/health/point/sizes", test_sizes);
  g_test_add_func ("/health/point/stream", test_stream);
  g_test_add_func ("/health/point/merge", test_merge);
  return g_test_run ();
}
