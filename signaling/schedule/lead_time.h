/* Lead time: how long before a meeting its invitation and papers must be out, in working days.
 * Pure, any thread. */
#pragma once

#include <glib.h>

/* The latest instant that is @working_days (Monday to Friday, local days of @zone) before
 * @starts_at_ms, at the same time of day. */
gint64 lead_time_deadline (gint64 starts_at_ms, guint working_days, GTimeZone *zone);
/* Saturday or Sunday, in @zone. */
gboolean lead_time_is_weekend (gint64 at_ms, GTimeZone *zone);
/* Local time; transfer full, NULL outside the years GLib knows. */
GDateTime *lead_time_local (gint64 at_ms, GTimeZone *zone);
