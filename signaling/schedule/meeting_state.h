/* MeetingState: the states of a meeting and the moves between them (drawn in the README).
 * Pure, any thread. */
#pragma once

#include <glib.h>

typedef enum {
  MEETING_SCHEDULED, /* booked; nobody can join */
  MEETING_OPEN,      /* rooms may join: waiting, checking their line */
  MEETING_LIVE,      /* the chair joined, or the secretary started it */
  MEETING_ENDED,
  MEETING_POSTPONED, /* with a reason; can be scheduled anew */
  MEETING_CANCELLED, /* with a reason; final */
  MEETING_REHEARSAL, /* rooms may join to try their lines; then it is scheduled again */
  MEETING_DRAFT,     /* only its host's secretariat sees it; never joined */
  N_MEETING_STATES
} MeetingState;

const char *meeting_state_to_string (MeetingState state); /* "scheduled", ... */
gboolean meeting_state_from_string (const char *text, MeetingState *ret_state);
gboolean meeting_state_can_become (MeetingState from, MeetingState to);
gboolean meeting_state_needs_reason (MeetingState state);
/* Rooms may be connected: open, live, or a rehearsal. */
gboolean meeting_state_is_running (MeetingState state);
