/* Counters become rates; another run of the relay, and one that does not answer. */
#include "pipelines/control/record.h"
#include "server/http/relay_figures.h"

static json_t *
stats (int uptime_s, int packets, int cpu_us)
{
  return json_pack ("{s:i, s:i, s:[{s:i, s:i, s:i, s:i}, {s:i, s:i, s:i, s:i}]}", "uptime_s",
                    uptime_s, "rss_bytes", 1000, "shards", "shard", 0, "rx_packets", packets,
                    "rounds", packets / 4, "cpu_us", cpu_us, "shard", 1, "rx_packets", packets,
                    "rounds", packets / 4, "cpu_us", cpu_us);
}

static double
total (const RelayFigures *figures, const char *name)
{
  g_autoptr (json_t) json = relay_figures_to_json (figures);
  json_t *value = json_object_get (json_object_get (json, "total"), name);

  return value != NULL ? json_number_value (value) : -1;
}

static void
take (RelayFigures *figures, json_t *json, gint64 now_us)
{
  relay_figures_take (figures, json, now_us);
  json_decref (json);
}

static void
test_rates (void)
{
  RelayFigures *figures = relay_figures_new ();

  g_assert_false (relay_figures_is_fresh (figures, 0));
  take (figures, stats (10, 1000, 100000), G_USEC_PER_SEC);
  g_assert_cmpfloat (total (figures, "rx_pps"), ==, -1); /* rates need two */
  g_assert_true (relay_figures_is_fresh (figures, 2 * G_USEC_PER_SEC - 1));
  g_assert_false (relay_figures_is_fresh (figures, 2 * G_USEC_PER_SEC));
  take (figures, stats (12, 3000, 300000), 3 * G_USEC_PER_SEC);
  g_assert_cmpfloat (total (figures, "rx_pps"), ==, 2000);
  g_assert_cmpfloat (total (figures, "cpu_percent"), ==, 20);
  g_autoptr (json_t) json = relay_figures_to_json (figures);
  json_t *shard = json_array_get (json_object_get (json, "shards"), 1);
  g_assert_cmpfloat (json_number_value (json_object_get (shard, "packets_per_round")), ==, 4);
  relay_figures_free (figures);
}

static void
test_other_run (void)
{
  RelayFigures *figures = relay_figures_new ();

  take (figures, stats (100, 9000, 100000), G_USEC_PER_SEC);
  take (figures, stats (1, 10, 100), 2 * G_USEC_PER_SEC);
  g_assert_cmpfloat (total (figures, "rx_pps"), ==, -1);
  relay_figures_take (figures, NULL, 3 * G_USEC_PER_SEC);
  g_autoptr (json_t) json = relay_figures_to_json (figures);
  g_assert_true (json_is_false (json_object_get (json, "connected")));
  take (figures, stats (3, 50, 200), 4 * G_USEC_PER_SEC);
  g_assert_cmpfloat (total (figures, "rx_pps"), ==, -1);
  relay_figures_free (figures);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http/relay_figures/rates", test_rates);
  g_test_add_func ("/http/relay_figures/other_run", test_other_run);
  return g_test_run ();
}
