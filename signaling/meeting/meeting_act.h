/* MeetingAct: one act on a running meeting: what it changes is gathered on copies, written with its
 * events in one transaction, and only then taken over and told. "Stored, then applied, then told."
 *
 *   g_auto (MeetingAct) act = meeting_act (meeting, actor, source);
 *   meeting_act_seat (&act, seat)->mic_open = TRUE;
 *   meeting_act_live (&act)->layout = LAYOUT_GRID4;
 *   meeting_act_log (&act, "mic.opened", seat->info->endpoint, NULL);
 *   return meeting_act_commit (&act, error);
 *
 * Main thread, on the stack of its handler. */
#pragma once

#include "signaling/meeting/live_state.h"
#include "signaling/meeting/meeting.h"

typedef struct {
  Meeting *meeting;
  const char *actor;  /* lent */
  const char *source; /* lent */
  LiveState *live;    /* own copy; NULL = untouched */
  gboolean has_stage;
  char *spotlight, *content;
  char *rehearsal;
  MeetingRecord *record;
  const Vote *vote;         /* lent: what StoredAct takes of votes and chat; whoever acts */
  const VoteBallot *ballot; /* takes it over after the commit */
  ChatLine *chat;
  const TestRun *test; /* the same of a room's test */
  GPtrArray *seats;    /* Seat, borrowed; beside @records */
  GPtrArray *records;  /* SeatRecord, owned */
  GPtrArray *events;   /* MeetingEvent, owned */
} MeetingAct;

/* @actor and @source: who, and from which address; "" = the system. */
MeetingAct meeting_act (Meeting *meeting, const char *actor, const char *source);
void meeting_act_clear (MeetingAct *act);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MeetingAct, meeting_act_clear)

/* What is to be changed: the act's own copy, lent. */
LiveState *meeting_act_live (MeetingAct *act);
SeatRecord *meeting_act_seat (MeetingAct *act, Seat *seat);
MeetingRecord *meeting_act_record (MeetingAct *act);
/* As it will be: the changed copy, or what the meeting has. */
const LiveState *meeting_act_peek_live (const MeetingAct *act);
const char *meeting_act_peek_spotlight (const MeetingAct *act);
void meeting_act_set_spotlight (MeetingAct *act, const char *endpoint);
void meeting_act_set_content (MeetingAct *act, const char *endpoint);
/* Adds an event; @endpoint and @detail may be NULL. */
void meeting_act_log (MeetingAct *act, const char *kind, const char *endpoint, const char *detail);

/* Writes, then takes over: seats are marked as changed, mutes go to the relay, routes and the
 * meeting's fields are told at the next tick (meeting_tell_now () does it at once). On failure
 * (PROBLEM_STORAGE) nothing has changed. An act without any change or event is no write. */
gboolean meeting_act_commit (MeetingAct *act, GError **error);
/* The same where nobody waits for an answer: a failure is logged. */
void meeting_act_commit_or_warn (MeetingAct *act);
