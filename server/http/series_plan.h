/* SeriesPlan: the meetings that a rule makes of one that was entered: starts within bounds, one
 * record per occurrence; and which meetings of a series an act is for.  Main thread. */
#pragma once

#include "server/http/bodies.h"
#include "server/http/request.h"

/* Reads ISO 8601 times (transfer full, of gint64); replies 422 that names @field, NULL. */
GArray *series_read_times (HttpRequest *request, const char *field, char **texts);

/* The starts of @rule from @first_ms on without @exceptions (transfer full, of gint64); replies 422
 * in words and returns NULL when the rule cannot be had. */
GArray *series_expand (HttpRequest *request, const char *rule, gint64 first_ms,
                       const GArray *exceptions);

/* TimeSpans of @length_ms from each of @starts; transfer full. */
GArray *series_spans (const GArray *starts, gint64 length_ms);

/* An occurrence like @record: new id, moved to @start_ms, nothing has happened to it; transfer
 * full. */
MeetingRecord *series_occurrence (const MeetingRecord *record, gint64 start_ms);

/* Ids of the meetings that an act of @scope on @record is for (transfer full): itself, or with it
 * those of its series that have not begun.  Replies and NULL on an error. */
GPtrArray *series_scope (HttpRequest *request, const MeetingRecord *record, MeetingScope scope);
