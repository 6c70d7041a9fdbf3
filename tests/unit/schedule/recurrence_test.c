#include "signaling/schedule/recurrence.h"

#include <string.h>

static gint64
at (const char *text)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (text, NULL);
  g_assert_nonnull (time);
  return g_date_time_to_unix (time) * 1000;
}

/* Local days of the starts ("05 12 19 "), or the fault's English words. */
static char *
expand (const char *rule, const char *first, const GArray *exceptions)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (7 * 3600);
  g_autoptr (GArray) starts = NULL;
  Recurrence recurrence = { rule, at (first), zone, exceptions };
  const RecurrenceFault *fault = recurrence_expand (&recurrence, &starts);
  if (fault) {
    g_assert_nonnull (fault->vi);
    g_assert_null (starts);
    return g_strdup (fault->en);
  }
  GString *days = g_string_new (NULL);
  for (guint i = 0; i < starts->len && i < 20; i++) {
    g_autoptr (GDateTime) utc =
        g_date_time_new_from_unix_utc (g_array_index (starts, gint64, i) / 1000);
    g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, zone);
    g_autofree char *day = g_date_time_format (local, "%d/%m ");
    g_string_append (days, day);
  }
  return g_string_free (days, FALSE);
}

/* 2026-11-02 is a Monday; 06:00 in Hanoi is the day before in UTC. */
static void
test_rules (void)
{
  static const struct {
    const char *rule, *first, *days;
  } rows[] = {
    { "FREQ=WEEKLY;COUNT=3", "2026-11-02T06:00:00+07:00", "02/11 09/11 16/11 " },
    { "FREQ=WEEKLY;BYDAY=MO;COUNT=2", "2026-11-02T06:00:00+07:00", "02/11 09/11 " },
    { "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=3", "2026-11-02T08:00:00+07:00", "02/11 05/11 09/11 " },
    { "FREQ=WEEKLY;INTERVAL=2;COUNT=2", "2026-11-02T08:00:00+07:00", "02/11 16/11 " },
    { "FREQ=DAILY;UNTIL=20261104", "2026-11-02T08:00:00+07:00", "02/11 03/11 04/11 " },
    { "FREQ=DAILY;UNTIL=20261103T165959Z", "2026-11-02T23:00:00+07:00", "02/11 03/11 " },
    { "FREQ=DAILY;UNTIL=20261103T155959Z", "2026-11-02T23:00:00+07:00", "02/11 " },
    { "FREQ=MONTHLY;BYDAY=1MO;COUNT=3", "2026-11-02T08:00:00+07:00", "02/11 07/12 04/01 " },
    { "FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=2", "2026-11-30T08:00:00+07:00", "30/11 31/12 " },
    { "freq=weekly;count=1", "2026-11-02T08:00:00+07:00", "02/11 " },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *days = expand (rows[i].rule, rows[i].first, NULL);
    g_test_message ("%s", rows[i].rule);
    g_assert_cmpstr (days, ==, rows[i].days);
  }
}

static void
test_faults (void)
{
  static const struct {
    const char *rule, *word;
  } rows[] = {
    { "", "cannot be read" },
    { "FREQ=", "cannot be read" },
    { "FREQ=SOMETIMES;COUNT=2", "cannot be read" },
    { "RRULE:FREQ=DAILY;COUNT=2", "cannot be read" },
    { "FREQ=DAILY;COUNT=2\r\nX:1", "cannot be read" },
    { "FREQ=HOURLY;COUNT=2", "days, weeks" },
    { "FREQ=DAILY;BYHOUR=8,9;COUNT=2", "days, weeks" },
    { "FREQ=DAILY", "needs its last day" },
    { "FREQ=DAILY;COUNT=201", "more than 200" },
    { "FREQ=DAILY;UNTIL=20270601", "more than 200" },
    { "FREQ=YEARLY;COUNT=4", "more than 200" },
    { "FREQ=WEEKLY;BYDAY=TU;COUNT=2", "first meeting" },
    { "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=2", "cannot be read" },
    { "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=2", "first meeting" },
    { "FREQ=DAILY;UNTIL=20261101", "first meeting" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *words = expand (rows[i].rule, "2026-11-02T08:00:00+07:00", NULL);
    g_test_message ("%s: %s", rows[i].rule, words);
    g_assert_nonnull (strstr (words, rows[i].word));
  }
}

/* At the limit and one past it. */
static void
test_bounds (void)
{
  g_autofree char *most = expand ("FREQ=DAILY;COUNT=200", "2026-11-02T08:00:00+07:00", NULL);
  g_assert_true (g_str_has_prefix (most, "02/11 03/11 "));
  g_autofree char *span = expand ("FREQ=YEARLY;COUNT=3", "2026-11-02T08:00:00+07:00", NULL);
  g_assert_cmpstr (span, ==, "02/11 02/11 02/11 ");
  for (guint extra = 0; extra < 2; extra++) {
    GString *rule = g_string_new ("FREQ=DAILY;COUNT=");
    while (rule->len < RECURRENCE_RULE_MAX - 1 + extra)
      g_string_append_c (rule, '0');
    g_string_append_c (rule, '1');
    g_autofree char *text = g_string_free (rule, FALSE);
    g_autofree char *days = expand (text, "2026-11-02T08:00:00+07:00", NULL);
    if (extra)
      g_assert_nonnull (strstr (days, "cannot be read"));
  }
}

static void
test_exceptions (void)
{
  g_autoptr (GArray) exceptions = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 second = at ("2026-11-09T01:00:00Z"), other = at ("2026-11-10T01:00:00Z");
  g_array_append_val (exceptions, second);
  g_array_append_val (exceptions, other);
  g_autofree char *days = expand ("FREQ=WEEKLY;COUNT=3", "2026-11-02T08:00:00+07:00", exceptions);
  g_assert_cmpstr (days, ==, "02/11 16/11 ");
  g_autofree char *none = expand ("FREQ=WEEKLY;COUNT=1", "2026-11-09T08:00:00+07:00", exceptions);
  g_assert_nonnull (strstr (none, "excepted"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/recurrence/rules", test_rules);
  g_test_add_func ("/recurrence/faults", test_faults);
  g_test_add_func ("/recurrence/bounds", test_bounds);
  g_test_add_func ("/recurrence/exceptions", test_exceptions);
  return g_test_run ();
}
