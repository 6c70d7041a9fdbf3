#include "signaling/schedule/lead_time.h"

GDateTime *
lead_time_local (gint64 at_ms, GTimeZone *zone)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (at_ms / 1000);
  return utc != NULL ? g_date_time_to_timezone (utc, zone) : NULL;
}

static gboolean
is_weekend (GDateTime *local)
{
  return g_date_time_get_day_of_week (local) >= G_DATE_SATURDAY;
}

gboolean
lead_time_is_weekend (gint64 at_ms, GTimeZone *zone)
{
  g_autoptr (GDateTime) local = lead_time_local (at_ms, zone);
  return local != NULL && is_weekend (local);
}

gint64
lead_time_deadline (gint64 starts_at_ms, guint working_days, GTimeZone *zone)
{
  g_autoptr (GDateTime) day = lead_time_local (starts_at_ms, zone);

  while (day != NULL && working_days > 0) {
    GDateTime *before = g_date_time_add_days (day, -1);
    g_date_time_unref (day);
    day = before;
    if (day != NULL && !is_weekend (day))
      working_days--;
  }
  return day != NULL ? g_date_time_to_unix (day) * 1000 : starts_at_ms;
}
