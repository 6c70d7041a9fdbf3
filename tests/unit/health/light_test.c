#include "signaling/health/light.h"

static const LineThresholds thresholds = { 10, 50, 5 * G_USEC_PER_SEC };

static void
test_thresholds (void)
{
  static const struct {
    guint loss_permille;
    const char *state;
  } rows[] = { { 0, "good" },  { 9, "good" },  { 10, "fair" },
               { 50, "fair" }, { 51, "poor" }, { 1000, "poor" } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    LineLight light = { 0 };
    g_assert_true (line_light_on_loss (&light, &thresholds, rows[i].loss_permille, 0));
    g_assert_cmpstr (line_state_to_string (light.state), ==, rows[i].state);
  }
  g_assert_null (line_state_to_string (LINE_UNKNOWN));
}

/* Worse at once, better after five seconds of calm; the calm ends at its worst sample. */
static void
test_calm (void)
{
  static const struct {
    int at_s;
    guint loss_permille;
    LineState state;
  } rows[] = {
    { 0, 0, LINE_GOOD },   { 2, 60, LINE_POOR },  { 4, 0, LINE_POOR },   { 6, 0, LINE_POOR },
    { 8, 60, LINE_POOR },  { 10, 0, LINE_POOR },  { 12, 20, LINE_POOR }, { 14, 0, LINE_POOR },
    { 15, 0, LINE_FAIR },  { 16, 0, LINE_FAIR },  { 20, 0, LINE_FAIR },  { 21, 0, LINE_GOOD },
    { 22, 10, LINE_FAIR }, { 23, 10, LINE_FAIR },
  };
  LineLight light = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    line_light_on_loss (&light, &thresholds, rows[i].loss_permille,
                        (rows[i].at_s + 1) * G_USEC_PER_SEC);
    g_assert_cmpint (light.state, ==, rows[i].state);
  }
}

static void
test_lost (void)
{
  LineLight light = { 0 };

  line_light_on_loss (&light, &thresholds, 0, 1);
  g_assert_true (line_light_set_lost (&light, TRUE));
  g_assert_false (line_light_set_lost (&light, TRUE));
  g_assert_cmpint (light.state, ==, LINE_LOST);
  g_assert_true (line_light_set_lost (&light, FALSE));
  g_assert_true (line_light_on_loss (&light, &thresholds, 20, 2));
  g_assert_cmpint (light.state, ==, LINE_FAIR);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/meeting/line-light/thresholds", test_thresholds);
  g_test_add_func ("/meeting/line-light/calm", test_calm);
  g_test_add_func ("/meeting/line-light/lost", test_lost);
  return g_test_run ();
}
