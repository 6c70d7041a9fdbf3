/* What the controller tells Prometheus, with a relay, without one, and with one that answers oddly.
 */
#include "server/metrics/metrics.h"

#include <string.h>

static char *
format (gboolean is_up, const char *relay)
{
  json_t *stats = relay ? json_loads (relay, 0, NULL) : NULL;
  MetricsInput input = { .hub = { .meetings = 2, .rooms = 600, .max_connections = 1000 },
                         .relay_up = is_up,
                         .relay = stats,
                         .pictures = { .made = 41, .failed = 3, .restarts = 1, .cpu_us = 250000 },
                         .process = { .user_us = 1500000, .system_us = 500000, .open_files = 7 } };
  char *text = metrics_format (&input);

  g_assert_true (relay == NULL || stats != NULL);
  json_decref (stats);
  return text;
}

static void
assert_line (const char *text, const char *line)
{
  g_autofree char *whole = g_strdup_printf ("\n%s\n", line);
  if (!strstr (text, whole))
    g_error ("'%s' is not in\n%s", line, text);
}

static void
test_with_relay (void)
{
  g_autofree char *text = format (
      TRUE, "{\"uptime_s\": 60, \"rss_bytes\": 1048576, \"shards\": ["
            "{\"shard\": 0, \"tx_packets\": 12, \"cpu_us\": 2500000, \"sampling_us\": 50000},"
            "{\"shard\": 1, \"tx_packets\": 34, \"cpu_us\": 1, \"pressure\": 2}]}");

  assert_line (text, "diemcau_meetings 2");
  assert_line (text, "diemcau_connections{kind=\"room\"} 600");
  assert_line (text, "diemcau_relay_up 1");
  assert_line (text, "diemcau_relay_sent_packets_total{shard=\"0\"} 12");
  assert_line (text, "diemcau_relay_sent_packets_total{shard=\"1\"} 34");
  assert_line (text, "diemcau_relay_cpu_seconds_total{shard=\"0\"} 2.5");
  assert_line (text, "diemcau_relay_sampling_seconds_total{shard=\"0\"} 0.05");
  assert_line (text, "diemcau_relay_pressure{shard=\"1\"} 2");
  assert_line (text, "diemcau_relay_resident_memory_bytes 1048576");
  assert_line (text, "process_cpu_seconds_total 2");
  assert_line (text, "diemcau_pictures_made_total 41");
  assert_line (text, "diemcau_pictures_failed_total 3");
  assert_line (text, "diemcau_picture_job_restarts_total 1");
  assert_line (text, "diemcau_picture_job_cpu_seconds_total 0.25");
  assert_line (text, "process_open_fds 7");
}

static void
test_without_relay (void)
{
  g_autofree char *text = format (FALSE, NULL);

  assert_line (text, "diemcau_relay_up 0");
  g_assert_null (strstr (text, "diemcau_relay_sent"));
  assert_line (text, "process_open_fds 7");
}

/* A newer or older relay: members that are missing or no numbers make no sample. */
static void
test_odd_relay (void)
{
  g_autofree char *text =
      format (TRUE, "{\"shards\": [{\"shard\": 0, \"tx_packets\": \"x\", \"rx_packets\": 5}, 3]}");

  g_assert_null (strstr (text, "diemcau_relay_sent_packets_total{"));
  assert_line (text, "diemcau_relay_received_packets_total{shard=\"0\"} 5");
}

static void
test_process (void)
{
  ProcessCost cost;

  metrics_read_process (&cost);
  g_assert_cmpuint (cost.rss_bytes, >, 0);
  g_assert_cmpuint (cost.open_files, >=, 3);
  g_assert_cmpuint (cost.max_files, >=, cost.open_files);
  g_assert_cmpint (cost.started_s, >, 1700000000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/metrics/with-relay", test_with_relay);
  g_test_add_func ("/metrics/without-relay", test_without_relay);
  g_test_add_func ("/metrics/odd-relay", test_odd_relay);
  g_test_add_func ("/metrics/process", test_process);
  return g_test_run ();
}
