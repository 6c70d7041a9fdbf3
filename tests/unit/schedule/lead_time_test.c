#include "signaling/schedule/lead_time.h"

static gint64
at (const char *text)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (text, NULL);
  g_assert_nonnull (time);
  return g_date_time_to_unix (time) * 1000;
}

/* 2026-11-26 is a Thursday. */
static void
test_deadline (void)
{
  static const struct {
    const char *starts;
    guint days;
    const char *deadline;
  } rows[] = {
    { "2026-11-26T08:30:00+07:00", 0, "2026-11-26T08:30:00+07:00" },
    { "2026-11-26T08:30:00+07:00", 3, "2026-11-23T08:30:00+07:00" },
    { "2026-11-26T08:30:00+07:00", 4, "2026-11-20T08:30:00+07:00" }, /* over a weekend */
    { "2026-11-29T08:30:00+07:00", 1, "2026-11-27T08:30:00+07:00" }, /* of a Sunday */
    { "2026-11-30T00:30:00+07:00", 1, "2026-11-27T00:30:00+07:00" }, /* Sunday still in UTC */
    { "2026-11-26T08:30:00+07:00", 10, "2026-11-12T08:30:00+07:00" },
  };
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (7 * 3600);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_test_message ("%s - %u", rows[i].starts, rows[i].days);
    g_assert_cmpint (lead_time_deadline (at (rows[i].starts), rows[i].days, zone), ==,
                     at (rows[i].deadline));
  }
}

static void
test_weekend (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (7 * 3600);
  g_assert_false (lead_time_is_weekend (at ("2026-11-27T23:59:00+07:00"), zone));
  g_assert_true (lead_time_is_weekend (at ("2026-11-28T00:00:00+07:00"), zone));
  g_assert_true (lead_time_is_weekend (at ("2026-11-29T23:59:00+07:00"), zone));
  g_assert_false (lead_time_is_weekend (at ("2026-11-29T17:00:00Z"), zone));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/lead-time/deadline", test_deadline);
  g_test_add_func ("/lead-time/weekend", test_weekend);
  return g_test_run ();
}
