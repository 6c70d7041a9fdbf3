/* The rooms of a running meeting as the rehearsal board sees them, and what they are asked to do:
 * for REST. Main thread; asking blocks (store). */
#pragma once

#include "signaling/meeting/hub.h"
#include "signaling/meeting/room_test.h"

/* Lent. */
typedef struct {
  const char *endpoint;
  gboolean is_connected;
  gboolean is_testing; /* it was given a plan, and has not told its result yet */
  const char *line;    /* the light of its line: "good", "fair", "poor", "lost"; NULL = not known */
} RehearsalRoom;
typedef void (*RehearsalRoomFunc) (gpointer user_data, const RehearsalRoom *room);

/* Calls @each for every seat. FALSE: the meeting is not running. */
gboolean meeting_hub_each_room (MeetingHub *hub, const char *meeting, gint64 now_us,
                                RehearsalRoomFunc each, gpointer user_data);

typedef struct {
  TestAsk act;
  gboolean on;                  /* of the test card */
  const char *const *endpoints; /* @n_endpoints of them; those that are not there are passed over */
  gsize n_endpoints;
  const char *subject;        /* for the log: the endpoint or branch that was meant, "" = all */
  const char *actor, *source; /* as in StateChange */
} RoomAsk;

/* Asks the rooms, with one event in the log; *@ret_asked (may be NULL) is how many were there.
 * PROBLEM_SEAT_ABSENT when none was, PROBLEM_MEETING_NOT_OPEN when the meeting does not run,
 * PROBLEM_TEST_NOT_NOW when only rooms in the midst of a meeting were asked to test; of the card
 * also the problems of test_card_show (). */
gboolean meeting_hub_ask_rooms (MeetingHub *hub, const char *meeting, const RoomAsk *ask,
                                gint64 now_us, guint *ret_asked, GError **error);
