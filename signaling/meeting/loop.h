/* Loop: a room sees and hears itself through the relay, for a minute at most: its own camera in its
 * main slot, its own microphone in its last audio slot. Nobody else sees or hears any of it, though
 * microphone and camera be closed for the others: the relay lets both through, and the loop's are
 * their only routes.
 *
 *   off --test.loop on--> on --test.loop off, 60 s, leaves, line lost, floor--> off
 *
 * The room is told by `test.loop` at each change. Not stored: with the controller it is over.
 * Main thread; internal to meeting/. */
#pragma once

#include "signaling/meeting/meeting.h"

#define LOOP_SECONDS 60
#define LOOP_US (LOOP_SECONDS * (gint64) G_USEC_PER_SEC)

/* Begins it, or begins its minute anew. PROBLEM_TEST_BUSY while others need what the room shows:
 * see loop_is_allowed (). */
gboolean loop_begin (Meeting *meeting, Seat *seat, GError **error);
/* Ends it if it is on. */
void loop_end (Meeting *meeting, Seat *seat);
/* Not who has the floor or was asked; in a live meeting not the chair either, nor who is on screen
 * for all. */
gboolean loop_is_allowed (const Meeting *meeting, const Seat *seat);
gboolean loop_is_on (const Seat *seat);
/* Ends those whose time is over, and those that are not allowed any more. */
void loop_check (Meeting *meeting);
/* Before the mutes of @seats (Seat) go to the relay: one in a loop stays let through though it was
 * closed, so nobody else may be routed to it any more. */
void loop_part_from_others (Meeting *meeting, const GPtrArray *seats);
/* The audio slot of the highest index, the last that anybody else is heard in; @n_slots: none. */
gsize loop_find_voice (const RouterSlot *slots, gsize n_slots);
/* What the slots of @session, which is of a seat in a loop, show in place of what they would. */
void loop_choose (const MediaSession *session, const RouterSlot *slots, gsize n_slots,
                  RouterChoice *choices);
