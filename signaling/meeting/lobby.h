/* Lobby: who may come into a running meeting: the waiting room, the lock, those barred; and what
 * holds for a room that comes for the first time. Internal to meeting/; main thread. */
#pragma once

#include "signaling/meeting/meeting_act.h"

/* The room may join. FALSE: *@ret_bye says why not. */
gboolean lobby_may_join (const Meeting *meeting, const Seat *seat, RoomBye *ret_bye);

/* The seat was taken (@was_absent) or is back: entry settings at the first coming, in or into the
 * waiting room, and the line in the log. Part of @act. */
void lobby_enter (MeetingAct *act, Seat *seat, gboolean was_absent);
/* Events of a seat that is lost or left, by where it was; NULL = none. */
const char *lobby_lost_event (const Seat *seat);
const char *lobby_left_event (const Seat *seat);

/* Lets @seat in: also one that has not come yet. FALSE when it is in already. */
gboolean lobby_admit (MeetingAct *act, Seat *seat);
/* After @act was stored: what those who were let in did not get while they waited. */
void lobby_welcome_admitted (const MeetingAct *act);
/* Back into the waiting room. */
void lobby_return (MeetingAct *act, Seat *seat);
/* All that wait: after the waiting room was switched off. */
void lobby_admit_all (Meeting *meeting);
