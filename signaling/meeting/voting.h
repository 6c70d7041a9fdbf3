/* Voting: the votes of a running meeting: opened, cast, closed, told. The rules are vote.h's, the
 * requests handlers_vote.c's. Internal to meeting/; main thread. */
#pragma once

#include "signaling/meeting/meeting_act.h"
#include "signaling/meeting/room_connection.h"

#define VOTE_TOLD_US G_USEC_PER_SEC /* how often the state of an open vote is told */
/* A result stands on the screens of those who join late for this long. */
#define VOTE_RESULT_MS (10 * 60 * (gint64) 1000)

/* The open vote, or NULL. */
Vote *voting_get_open (const Meeting *meeting);
/* Stores @vote as @act and puts it to all. Takes @vote on success. */
gboolean voting_open (MeetingAct *act, Vote *vote, GError **error);
/* Closes (with its result) or cancels the open vote as @act and tells all. */
gboolean voting_end (MeetingAct *act, VoteState state, GError **error);
/* Stores a ballot of a seat that has none as @act, and counts it. */
gboolean voting_cast (MeetingAct *act, const Seat *seat, int choice, GError **error);

/* The meeting does not go on: its open vote is closed. */
void voting_end_with_meeting (Meeting *meeting, const char *actor);
/* Time over; the state of an open vote for those who direct. */
void voting_tick (Meeting *meeting, gint64 now_us);

/* Of the vote that @connection should see: JSON (transfer full), or NULL. */
char *voting_json_for (const RoomConnection *connection);
void voting_tell (RoomConnection *connection);
void voting_tell_all (Meeting *meeting);
