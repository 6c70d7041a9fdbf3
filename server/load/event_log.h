/* EventLog: what happens at each room, one JSON object a line, for a program that measures:
 *
 *   {"t": microseconds, "room": "<endpoint>", "what": "...", ...}
 *
 * t is CLOCK_MONOTONIC, the same in all programs of a machine (Python's time.monotonic_ns ()).
 * Owner: the thread that made it. server/load/README.md lists the kinds.
 */
#pragma once

#include <glib.h>
#include <jansson.h>

typedef struct _EventLog EventLog;

/* (transfer full). NULL with @error in G_FILE_ERROR. */
EventLog *event_log_new (const char *path, GError **error);
void event_log_free (EventLog *log);

/* @log may be NULL: nothing is written. @members (transfer full) (nullable): more members. */
void event_log_write (EventLog *log, gint64 at_us, const char *room, const char *what,
                      json_t *members);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EventLog, event_log_free)
