#include "signaling/schedule/meeting_state.h"

static const char *const state_names[N_MEETING_STATES] = {
  [MEETING_SCHEDULED] = "scheduled", [MEETING_OPEN] = "open",
  [MEETING_LIVE] = "live",           [MEETING_ENDED] = "ended",
  [MEETING_POSTPONED] = "postponed", [MEETING_CANCELLED] = "cancelled",
  [MEETING_DRAFT] = "draft",         [MEETING_REHEARSAL] = "rehearsal",
};

#define TO(state) (1u << (state))

/* A postponed meeting goes back to scheduled when its new time is known. An open one may be ended
 * without having been live: a rehearsal room that was opened by mistake. */
static const guint allowed_moves[N_MEETING_STATES] = {
  [MEETING_SCHEDULED] =
      TO (MEETING_OPEN) | TO (MEETING_REHEARSAL) | TO (MEETING_POSTPONED) | TO (MEETING_CANCELLED),
  [MEETING_REHEARSAL] = TO (MEETING_SCHEDULED) | TO (MEETING_POSTPONED) | TO (MEETING_CANCELLED),
  [MEETING_OPEN] =
      TO (MEETING_LIVE) | TO (MEETING_ENDED) | TO (MEETING_POSTPONED) | TO (MEETING_CANCELLED),
  [MEETING_LIVE] = TO (MEETING_ENDED),
  [MEETING_ENDED] = 0,
  [MEETING_POSTPONED] = TO (MEETING_SCHEDULED) | TO (MEETING_CANCELLED),
  [MEETING_CANCELLED] = 0,
  [MEETING_DRAFT] = TO (MEETING_SCHEDULED),
};

const char *
meeting_state_to_string (MeetingState state)
{
  g_return_val_if_fail ((guint) state < N_MEETING_STATES, "unknown");
  return state_names[state];
}

gboolean
meeting_state_from_string (const char *text, MeetingState *ret_state)
{
  for (guint i = 0; text != NULL && i < N_MEETING_STATES; i++) {
    if (g_strcmp0 (text, state_names[i]) != 0)
      continue;
    *ret_state = (MeetingState) i;
    return TRUE;
  }
  return FALSE;
}

gboolean
meeting_state_can_become (MeetingState from, MeetingState to)
{
  g_return_val_if_fail ((guint) from < N_MEETING_STATES, FALSE);
  return (allowed_moves[from] & TO (to)) != 0;
}

gboolean
meeting_state_needs_reason (MeetingState state)
{
  return state == MEETING_POSTPONED || state == MEETING_CANCELLED;
}

gboolean
meeting_state_is_running (MeetingState state)
{
  return state == MEETING_OPEN || state == MEETING_LIVE || state == MEETING_REHEARSAL;
}
