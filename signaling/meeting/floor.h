/* The floor of a running meeting: who speaks to all, who was asked, for how long.
 *
 *   nobody --grant--> asked --accept--> speaking --release, time cut, line lost 30 s, left-->
 * nobody
 *          --grant, with consent------>            asked --refuse, no answer in 20 s-------->
 * nobody
 *
 * The functions with a MeetingAct add to it and leave storing and telling to the caller; then
 * floor_tell () says what a new holder must hear. Main thread. */
#pragma once

#include "signaling/meeting/meeting_act.h"

/* A room that is asked for its microphone answers within this, or has refused. */
#define FLOOR_ANSWER_MS (20 * 1000)
/* A holder whose line is cut keeps the floor for so long: a line is back in 10 s (DOMAIN). */
#define FLOOR_LOST_US (30 * (gint64) G_USEC_PER_SEC)
/* Before the time box is over the speaker is warned once. */
#define FLOOR_WARNING_SECONDS 30

typedef struct {
  int seconds; /* 0 = no time box */
  gboolean cut;
  gboolean remark; /* microphone only */
} FloorTerms;

/* Gives @seat the floor; whoever has it now is thanked. One act: picture to all, its microphone
 * opens or is asked for, all others but those of chair and co-chairs shut, out of the queue. */
gboolean floor_grant (MeetingAct *act, Seat *seat, const FloorTerms *terms, GError **error);
/* Takes it back: microphone shut, picture as before. @reason goes to the log: "chair", "self",
 * "next", "time", "lost", "left". */
gboolean floor_release (MeetingAct *act, const char *reason, GError **error);
/* The first of the queue who is there, or NULL. */
Seat *floor_next_seat (const Meeting *meeting);
gboolean floor_extend (MeetingAct *act, int seconds, GError **error);
/* The room's answer, to the floor or to mic.ask. */
gboolean floor_answer (MeetingAct *act, Seat *seat, gboolean accept, GError **error);
/* Opens the microphone of @seat, or notes that it is asked for. */
void floor_ask_mic (MeetingAct *act, Seat *seat);
/* The seat is given up: what it has and asks for ends. */
void floor_forget_seat (MeetingAct *act, Seat *seat);

/* Whether @seat holds the floor, also while asked. */
gboolean floor_is_held_by (const Meeting *meeting, const Seat *seat);
/* @seat was asked for its microphone and has not answered yet. */
gboolean floor_waits_for (const Meeting *meeting, const Seat *seat);
/* `floor.ask` to those who were asked by this act and hear of it now. */
void floor_tell_asked (Meeting *meeting, Seat *seat);
/* Tells those who direct that @seat does not agree. */
void floor_tell_refused (Meeting *meeting, const Seat *seat);
/* The holder's line is cut, or back. */
void floor_note_line (Meeting *meeting, const Seat *seat, gboolean is_lost);
/* Time-outs and warnings; each half second. */
void floor_tick (Meeting *meeting);
