/* A meeting as JSON, with what the asking user may do with it.  Main thread, blocking (SQLite). */
#pragma once

#include "server/http/request.h"
#include "signaling/schedule/meeting_record.h"

/* A line of the list; transfer full. */
json_t *meeting_to_json (HttpRequest *request, const MeetingRecord *record, guint n_endpoints);
/* Replies with the whole meeting, endpoints and all, or with the error. */
void meeting_reply (HttpRequest *request, guint status, const char *id);

/* An array of @events (of Event). */
json_t *events_to_json (const GPtrArray *events);
/* The same with 201 and its Location. */
void meeting_reply_created (HttpRequest *request, const char *id);
