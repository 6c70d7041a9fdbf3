/* What all see and hear of, beside the seats: the meeting's fields about floor, pictures, agenda
 * and time, and the queue, as the protocol shows them; and the timers of all that. Main thread. */
#pragma once

#include "signaling/meeting/room_connection.h"

/* The parts that a RoomStage points to. */
typedef struct {
  RoomStage stage;
  RoomFloor floor;
  RoomAutoscan autoscan;
  RoomAgendaPoint agenda;
  RoomPaperShown paper;
} StageView;
/* Strings are lent by @meeting. */
const RoomStage *stage_view_fill (StageView *view, const Meeting *meeting);

/* The queue, to those who direct or watch whole, to desks their branch, to sites their place. */
void stage_tell_queue (Meeting *meeting);
/* What of this is a member of `welcome`: branch, agenda, papers, queue, queue_place. */
void stage_add_welcome (json_t *welcome, RoomConnection *connection);
/* Each half second. */
void stage_tick (Meeting *meeting);
