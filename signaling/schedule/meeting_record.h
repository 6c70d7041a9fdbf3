/* MeetingRecord: one meeting as it is booked and kept in storage: who, when, in which state.
 *
 * A plain value, owned by whoever holds it; no thread, no I/O. The live meeting (seats, routes) is
 * signaling/meeting/. Times are UTC milliseconds since the epoch; 0 means "not known, not yet". */
#pragma once

#include <glib.h>

#include "signaling/schedule/meeting_state.h"

#define MEETING_TITLE_MAX 200      /* characters; fits one line of an invitation */
#define MEETING_REASON_MAX 1000    /* characters */
#define MEETING_ENDPOINTS_MAX 4000 /* > 3,321 communes + departments: one national conference */
#define MEETING_LENGTH_MAX_MS (G_GINT64_CONSTANT (14) * 24 * 3600 * 1000)

typedef struct {
  char *id;
  char *title;
  char *host_unit;      /* unit code */
  char *chair_endpoint; /* endpoint id, always among `endpoints` */
  MeetingState state;
  char *reason; /* of a postponed or cancelled meeting, else NULL */
  gint64 starts_at_ms;
  gint64 ends_at_ms; /* planned */
  gint64 started_at_ms;
  gint64 ended_at_ms;
  gint64 created_at_ms;
  char *created_by;     /* user id */
  GPtrArray *endpoints; /* char *, ids of the invited endpoints, each once; never NULL */
} MeetingRecord;

MeetingRecord *meeting_record_new (const char *id); /* transfer full; state scheduled */
MeetingRecord *meeting_record_copy (const MeetingRecord *record);
void meeting_record_free (MeetingRecord *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MeetingRecord, meeting_record_free)

/* Adds an endpoint unless it is there already. Returns FALSE when it was there or the list is full.
 * Linear in the number of endpoints: for bulk use meeting_record_set_endpoints (). */
gboolean meeting_record_add_endpoint (MeetingRecord *record, const char *endpoint);
/* Replaces the list by @endpoints (@n ids), doubles dropped, order kept. */
void meeting_record_set_endpoints (MeetingRecord *record, const char *const *endpoints, gsize n);
gboolean meeting_record_is_invited (const MeetingRecord *record, const char *endpoint);

/* Checks what a user entered: title, times, host unit, invited endpoints, chair among them.
 * Fails with PROBLEM_SCHEDULE_INVALID; *@ret_field (may be NULL) then names the REST field at
 * fault ("title", "ends_at", ...), static. */
gboolean meeting_record_check (const MeetingRecord *record, const char **ret_field, GError **error);

/* Moves to @state at wall time @now_ms; stamps started_at / ended_at; keeps @reason for postponed
 * and cancelled, which must have one. Fails with PROBLEM_STATE_FORBIDDEN or PROBLEM_REASON_MISSING
 * and leaves the record as it was. */
gboolean meeting_record_set_state (MeetingRecord *record, MeetingState state, const char *reason,
                                   gint64 now_ms, GError **error);
