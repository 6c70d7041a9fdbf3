/* The log's lines: both forms, escaping, level and rate. */
#include "config/log.h"

#include <string.h>

static void
test_lines (void)
{
  static const LogSubject relay = { .object = "relay\n1" }, nothing, r1 = { .object = "r1" };
  static const LogSubject seat = { .meeting = "m1", .seat = "38-1", .transport = "t\"9" };
  g_autofree char *text =
      log_format_line (LOG_TEXT, LOG_WARNING, 1500000, "bus", &relay, "a\nb\x01\"Thành\"");
  g_assert_true (g_str_has_prefix (text, "1970-01-01T"));
  g_assert_true (g_str_has_suffix (text, " WARN  bus [relay\\n1] a\\nb\\u0001\"Thành\""));
  g_assert_nonnull (g_strrstr (text, ":01.500"));
  g_autofree char *plain = log_format_line (LOG_TEXT, LOG_INFO, 0, "bus", &nothing, "on");
  g_assert_true (g_str_has_suffix (plain, " INFO  bus on"));
  g_autofree char *json =
      log_format_line (LOG_JSON, LOG_ERROR, 0, "bus", &r1, "a \"b\" \\ \n \xff");
  g_assert_true (g_str_has_prefix (json, "{\"time\":\"1970-01-01T"));
  g_assert_true (g_str_has_suffix (json, "\"level\":\"error\",\"tag\":\"bus\",\"object\":\"r1\","
                                         "\"text\":\"a \\\"b\\\" \\\\ \\n \xef\xbf\xbd\"}"));
  g_autofree char *about = log_format_line (LOG_TEXT, LOG_INFO, 0, "bus", &seat, "on");
  g_assert_true (g_str_has_suffix (about, " bus [m1 38-1 t\"9] on"));
  g_autofree char *members = log_format_line (LOG_JSON, LOG_INFO, 0, "bus", &seat, "on");
  g_assert_nonnull (
      strstr (members, "\"meeting\":\"m1\",\"seat\":\"38-1\",\"transport\":\"t\\\"9\","));
}

/* What can be asked of the journal: journalctl DIEMCAU_SEAT=38-1. */
static void
test_journal (void)
{
  static const LogSubject seat = { .object = "", .meeting = "m1", .seat = "38-1" };
  GLogField fields[LOG_FIELDS_MAX];
  g_autoptr (GString) all = g_string_new (NULL);
  gsize n = log_journal_fields (LOG_WARNING, "meeting", &seat, "lost", fields);
  for (gsize i = 0; i < n; i++) {
    g_assert_cmpint (fields[i].length, ==, -1);
    g_string_append_printf (all, "%s=%s;", fields[i].key, (const char *) fields[i].value);
  }
  g_assert_cmpstr (all->str, ==,
                   "MESSAGE=lost;PRIORITY=4;SYSLOG_IDENTIFIER=diemcau;DIEMCAU_TAG=meeting;"
                   "DIEMCAU_MEETING=m1;DIEMCAU_SEAT=38-1;");
}

static void
test_rate (void)
{
  LogRate rate = { .burst = 2, .period_us = 1000 };
  guint suppressed = 9;
  g_assert_true (log_rate_allow (&rate, 5000, &suppressed));
  g_assert_cmpuint (suppressed, ==, 0);
  g_assert_true (log_rate_allow (&rate, 5001, NULL));
  g_assert_false (log_rate_allow (&rate, 5002, NULL));
  g_assert_false (log_rate_allow (&rate, 5999, NULL));
  g_assert_true (log_rate_allow (&rate, 6000, &suppressed));
  g_assert_cmpuint (suppressed, ==, 2);
}

/* What the whole process writes, seen from outside. */
static void
test_writer (void)
{
  if (g_test_subprocess ()) {
    log_event (LOG_DEBUG, "early", NULL, "hidden");
    log_setup (LOG_WARNING, LOG_JSON);
    log_info ("part", NULL, "hidden");
    log_warning ("part", "x", "shown %d", 5);
    log_debug ("part", NULL, "hidden");
    g_message ("hidden too");
    g_log ("Soup", G_LOG_LEVEL_WARNING, "from a library");
    return;
  }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_stderr_unmatched ("*hidden*");
  g_test_trap_assert_stderr ("*\"tag\":\"part\",\"object\":\"x\",\"text\":\"shown 5\"}\n*");
}

static void
test_levels (void)
{
  if (g_test_subprocess ()) {
    g_log_set_always_fatal (G_LOG_FATAL_MASK);
    log_setup (LOG_DEBUG, LOG_TEXT);
    log_debug ("part", NULL, "fine %s", "detail");
    g_log ("Soup", G_LOG_LEVEL_MESSAGE, "from a library");
    g_log ("Soup", G_LOG_LEVEL_WARNING, "beware");
    g_log ("Soup", G_LOG_LEVEL_DEBUG, "small");
    return;
  }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_stderr ("*DEBUG part fine detail\n*INFO  Soup from a library\n"
                             "*WARN  Soup beware\n*DEBUG Soup small\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/log/lines", test_lines);
  g_test_add_func ("/log/rate", test_rate);
  g_test_add_func ("/log/writer", test_writer);
  g_test_add_func ("/log/journal", test_journal);
  g_test_add_func ("/log/levels", test_levels);
  return g_test_run ();
}
