/* A rehearsal: rooms come as to an open meeting, try their lines, and go; what was found is kept
 * with the meeting, and the seats begin anew. Main thread. */
#pragma once

#include "signaling/meeting/meeting_act.h"

typedef struct {
  gint64 at; /* UTC ms */
  guint good, fair, bad, absent;
} RehearsalResult;

/* How the rooms stand: by the last test that each made of itself; of the others, how their lines
 * are now: never came, good, fair, or bad (poor, lost, or no media). */
void rehearsal_measure (const Meeting *meeting, RehearsalResult *ret_result);
/* The act that ends it: the meeting scheduled again, the result kept, every seat as before a
 * meeting. PROBLEM_STATE_FORBIDDEN when it is none. */
gboolean rehearsal_end (MeetingAct *act, GError **error);
