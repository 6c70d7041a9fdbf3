/* Audience: who is told what of the rooms. A site hears of the seats that it needs, a desk of its
 * branch, those who direct or watch whole of all; everybody of their number (the census).
 *
 *   a site needs   its own seat, chair and co-chairs, who has the floor, what is on screen, who
 *                  shares, whom the scan shows, and what its slots show; in the waiting room:
 * itself a desk needs   the seats of its branch, and those first ones of a site
 *
 * What a connection knows is remembered, so that a seat that it begins to need is sent whole before
 * anything speaks of it. Internal to meeting/; main thread. */
#pragma once

#include "signaling/meeting/room_connection.h"

/* The count of rooms is told at most this often. */
#define CENSUS_INTERVAL_US G_USEC_PER_SEC
/* A sound at least this loud (-dBov) shows that the microphone lives; heard for this long after. */
#define HEARD_LEVEL 70
#define HEARD_HOLD_US (10 * (gint64) G_USEC_PER_SEC)

const char *audience_seat_json (Meeting *meeting, Seat *seat); /* lent by the seat */
/* All seats, as a JSON array (transfer full). */
char *audience_all_seats_json (Meeting *meeting);
/* The array of a welcome; @connection knows them from now on. */
char *audience_seats_for (RoomConnection *connection);
/* Its members waiting, census, chat, vote and banner. */
void audience_add_welcome (json_t *welcome, RoomConnection *connection);

/* What changed, to those who need it. */
void audience_tell_seats (Meeting *meeting);
/* What its slots show that it does not know yet: before they are told. */
void audience_tell_shown (RoomConnection *connection);
/* @seats (Seat): their levels are another. */
void audience_tell_levels (Meeting *meeting, const GPtrArray *seats);
/* @seat is no longer invited: told absent to those who know it, and forgotten. */
void audience_forget_seat (Meeting *meeting, Seat *seat);
/* Let in: what it did not get while it waited. */
void audience_let_in (Seat *seat);

/* What the sweep finds of @seat now. */
void audience_sweep (Meeting *meeting, Seat *seat, gint64 now_us);
void audience_tick (Meeting *meeting, gint64 now_us);
Census audience_count (const Meeting *meeting);
