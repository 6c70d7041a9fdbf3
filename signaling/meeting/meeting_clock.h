/* The meeting's planned end: extended, and kept by itself where it is booked so (entry.auto_end).
 *
 * All rooms are told 10, 5 and 1 minutes before. It ends one minute after the last warning at the
 * earliest, also when the controller was away at that time; while somebody has the floor it warns
 * once more and waits two minutes. Main thread. */
#pragma once

#include "signaling/meeting/meeting_act.h"

/* From the planned end, or from now where that is over. PROBLEM_MEETING_TOO_LONG past
 * MEETING_LENGTH_MAX_MS. */
gboolean meeting_clock_extend (MeetingAct *act, int minutes, GError **error);
/* Each half second. A meeting whose time is over has meeting->is_over set: the hub ends it. */
void meeting_clock_tick (Meeting *meeting);
