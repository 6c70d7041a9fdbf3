/* LoopRest: a main loop of many connections rests between its rounds.
 *
 * GLib looks at every source and polls every descriptor in each round, so that with 600 rooms a
 * round costs a quarter of a millisecond before anything is done; and rooms, one after the other,
 * tell something 300 times a second. Waiting some milliseconds lets several be served in one. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* With fewer descriptors a round is cheap. */
#define LOOP_REST_DESCRIPTORS 256
/* From the end of one wait to the beginning of the next, at least: the most that it adds to an
 * answer, and to a timer. */
#define LOOP_REST_US 25000

/* How long to sleep before polling @n_descriptors for @timeout_ms (-1: until something comes), so
 * much after the wait before ended. Pure. */
gint64 loop_rest_due_us (guint n_descriptors, gint timeout_ms, gint64 since_us);

/* Descriptors that are waited for by one of those that are polled. */
typedef guint (*LoopRestCount) (void);

/* Main thread, once, before the loop runs.  @count (nullable): there are none. */
void loop_rest_install (GMainContext *context, LoopRestCount count);

G_END_DECLS
