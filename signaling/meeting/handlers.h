/* The handlers of room requests, one per request, by subject; room_handlers.c has the table.
 * Internal to meeting/. */
#pragma once

#include "signaling/meeting/meeting_act.h"
#include "signaling/meeting/room_connection.h"

/* FALSE with @error: answered by `error`; TRUE: answered by `ok`, unless it has answered itself:
 * then *@ret_is_answered is set. */
typedef gboolean RoomHandler (RoomConnection *connection, const RoomRequest *request,
                              gboolean *ret_is_answered, GError **error);

/* room_handlers.c: coming and going, the own view */
RoomHandler room_on_join, room_on_leave, room_on_view;
/* room_media.c */
RoomHandler room_on_media_offer, room_on_media_restart;
/* handlers_seat.c: microphones and cameras, the meeting's end */
RoomHandler room_on_mic, room_on_camera, room_on_picture;
RoomHandler room_on_seat_mute, room_on_mute_all, room_on_meeting_end;
/* handlers_floor.c: requests for the floor, who has it */
RoomHandler room_on_hand, room_on_hand_lower, room_on_queue_order, room_on_queue_pass_up;
RoomHandler room_on_floor_grant, room_on_floor_release, room_on_floor_next, room_on_floor_extend;
RoomHandler room_on_floor_answer, room_on_consent, room_on_mic_ask;
/* handlers_pictures.c: what all see */
RoomHandler room_on_content, room_on_spotlight, room_on_layout, room_on_pin;
RoomHandler room_on_autoscan_start, room_on_autoscan_stop, room_on_autoscan_skip;
/* handlers_agenda.c: agenda, papers, the meeting's time */
RoomHandler room_on_agenda_go, room_on_paper_show, room_on_paper_page, room_on_meeting_extend;

/* meeting_health.c: what its page measures */
RoomHandler room_on_stats;

/* loop.c: a room that sees and hears itself */
RoomHandler room_on_test_loop;
/* testing.c: a room tests itself and its line */
RoomHandler room_on_test_begin, room_on_test_result;

/* handlers_lobby.c: who may come in, how rooms are led */
RoomHandler room_on_lobby_admit, room_on_lobby_return, room_on_lobby_message, room_on_meeting_lock;
RoomHandler room_on_seat_remove, room_on_seat_unbar, room_on_seat_camera, room_on_seat_rename;

/* handlers_talk.c: banners and the chat */
RoomHandler room_on_message, room_on_message_clear, room_on_chat, room_on_chat_close;
/* handlers_roll.c: who is there */
RoomHandler room_on_roll_start, room_on_roll_stop, room_on_roll_mark, room_on_head_count;
/* handlers_vote.c */
RoomHandler room_on_vote_open, room_on_vote_cast, room_on_vote_close, room_on_vote_cancel;

/* --- shared by the handlers --- */

/* FALSE with @problem and its text. */
gboolean room_refuse (Problem problem, GError **error);
/* The seat of @endpoint, or PROBLEM_SEAT_UNKNOWN. */
Seat *room_find_seat (RoomConnection *connection, const char *endpoint, GError **error);
/* Those who direct, on every seat; a desk, on the seats of its branch. */
gboolean room_may_direct_seat (const RoomConnection *connection, const Seat *seat);
/* 1 to @max_chars characters, not all blank, no control characters but line ends: PROBLEM_TEXT. */
gboolean room_check_text (const char *text, guint max_chars, GError **error);
/* The same, of a seat that @connection directs, or serves as the desk of its branch; else
 * PROBLEM_NOT_ALLOWED. */
Seat *room_find_served_seat (RoomConnection *connection, const char *endpoint, GError **error);
/* Who did it, for the log: the user, or the endpoint that a room's token speaks for. */
const char *room_actor (const RoomConnection *connection);
/* An act of @connection. */
MeetingAct room_act (RoomConnection *connection);
/* Commits and tells at once: what everybody waits for does not wait for the next tick. */
gboolean room_act_now (MeetingAct *act, GError **error);
