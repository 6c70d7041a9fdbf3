/* ClashCheck: whether a meeting can be had at its time, before it is booked, published or moved.
 * Main thread, blocking (SQLite). */
#pragma once

#include "server/http/request.h"
#include "server/storage/clash_store.h"
#include "signaling/schedule/meeting_record.h"

/* One span from @starts_at_ms; transfer full, of TimeSpan. */
GArray *clash_spans_of_one (gint64 starts_at_ms, gint64 ends_at_ms);

/* TRUE unless the meeting's time is over (422), or the chair's room or a resource is taken during
 * @spans; then replies 409 that says who,
 * by what, until when, and the next free time.  @ignore_series may be NULL. */
gboolean clash_check (HttpRequest *request, const MeetingRecord *record, const GArray *spans,
                      const char *ignore_series);

/* A member of an answer; the title is left out where the user may not see the meeting. */
json_t *clash_to_json (HttpRequest *request, const Clash *clash);

/* The zone of reports.time_zone, in which days and hours are meant.  transfer full. */
GTimeZone *clash_zone (HttpRequest *request);
