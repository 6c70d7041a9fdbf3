/* Settings of a line as JSON: limits, partial changes, refusals. */
#include "tests/line/line_json.h"

static gboolean
read_text (const char *text, LinkSettings *settings)
{
  json_t *object = json_loads (text, 0, NULL);
  const char *problem;
  gboolean is_read = line_json_read_settings (object, settings, &problem);

  g_assert_true (is_read == (problem == NULL));
  json_decref (object);
  return is_read;
}

static void
test_partial (void)
{
  LinkSettings settings = LINK_SETTINGS_OPEN;

  g_assert_true (read_text ("{\"rate_kbps\":2500,\"delay_ms\":75,\"loss_percent\":5}", &settings));
  g_assert_true (read_text ("{\"rate_kbps\":300,\"reorder\":true,\"jitter_ms\":0.5}", &settings));
  g_assert_cmpuint (settings.rate_bps, ==, 300000);
  g_assert_cmpuint (settings.delay_us, ==, 75000);
  g_assert_cmpuint (settings.jitter_us, ==, 500);
  g_assert_cmpfloat_with_epsilon (settings.loss, .05, 1e-9);
  g_assert_true (settings.reorders);
  g_assert_cmpuint (settings.overhead_bytes, ==, 28);
}

static void
test_refused (void)
{
  static const char *const rows[] = { "{\"rate\":1}",          "{\"rate_kbps\":-1}",
                                      "{\"cut\":1}",           "{\"loss_percent\":100.5}",
                                      "{\"queue_ms\":60001}",  "[]",
                                      "{\"delay_ms\":\"75\"}", "{\"rate_kbps\":4000001}" };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    LinkSettings settings = LINK_SETTINGS_OPEN;
    g_test_message ("%s", rows[i]);
    g_assert_false (read_text (rows[i], &settings));
    g_assert_cmpuint (settings.rate_bps, ==, 0);
  }
}

static void
test_limits (void)
{
  LinkSettings settings = LINK_SETTINGS_OPEN;

  g_assert_true (
      read_text ("{\"loss_percent\":100,\"queue_ms\":60000,\"rate_kbps\":4000000}", &settings));
  g_assert_cmpuint (settings.rate_bps, ==, 4000000000u);
}

static void
test_stats (void)
{
  LinkStats stats = { .offered = 7, .queue_us = 1500 };
  json_t *object = line_json_from_stats (&stats);

  g_assert_cmpint (json_integer_value (json_object_get (object, "offered")), ==, 7);
  g_assert_cmpfloat (json_number_value (json_object_get (object, "queue_ms")), ==, 1.5);
  json_decref (object);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/line/json/partial", test_partial);
  g_test_add_func ("/line/json/refused", test_refused);
  g_test_add_func ("/line/json/limits", test_limits);
  g_test_add_func ("/line/json/stats", test_stats);
  return g_test_run ();
}
