/* The relay's time: monotonic microseconds. A test may move it forward, for all threads at once, so
 * that what takes half a minute need not be waited for. Any thread.
 */
#pragma once

#include <glib.h>

gint64 relay_clock_now_us (void);

/* CPU time, user and system, of the calling thread so far; 0 if it is not known. */
gint64 relay_clock_thread_cpu_us (void);

/* Tests only. */
void relay_clock_advance (gint64 us);
