/* Talk: what is written in a running meeting: banners on the rooms' screens, and the chat. Internal
 * to meeting/; main thread. */
#pragma once

#include "signaling/meeting/meeting_act.h"
#include "signaling/meeting/room_connection.h"

/* The chat of a whole meeting: each line goes to every room. Of one room: TALK_* of seat.h. */
#define CHAT_LINES_AT_ONCE 20
#define CHAT_LINES_PER_SECOND 10

/* --- banners --- */

/* Puts up what @banner says for whom it names, in place of what stood there for the same; for all:
 * in place of all. Takes @banner. FALSE: too many stand. */
gboolean talk_put_banner (MeetingAct *act, BannerState *banner);
gboolean talk_banner_is_for (const BannerState *banner, const Seat *seat);
/* The newest one for @seat that stands now, or NULL. */
const BannerState *talk_find_banner (const Meeting *meeting, const Seat *seat);
/* {text, from, until} for the welcome of @connection, or NULL. */
char *talk_banner_json (const RoomConnection *connection);

/* --- chat --- */

/* Lines that storage has, told with the next tick. Takes @line. */
void talk_add_line (Meeting *meeting, ChatLine *line);
/* The last lines as a JSON array; "[]" for a room that waits. */
char *talk_chat_json (const RoomConnection *connection);
void talk_tell_chat (RoomConnection *connection);
void talk_tick (Meeting *meeting);
