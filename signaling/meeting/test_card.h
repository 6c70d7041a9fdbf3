/* TestCard: the centre shows a test picture and plays a tone to one room, on the way that its
 * media really takes: a publisher outside of this process offers them to the meeting as a session
 * that belongs to no seat; the room's main slot and its last audio slot carry them. `slots` names
 * no endpoint then, and the source "card"; `test.ask` tells when it begins and ends. Nobody else
 * sees or hears it.
 *
 *   off --show--> on --show off, 120 s, leaves, line lost, floor--> off
 *   the publisher of a meeting: none --the first room--> started --its offer--> there --the last
 * room is off--> stopped
 *
 * Not stored: with the controller it is over. Main thread. */
#pragma once

#include "signaling/meeting/meeting.h"

#define TEST_CARD_SECONDS 120
#define TEST_CARD_US (TEST_CARD_SECONDS * (gint64) G_USEC_PER_SEC)
/* The publisher has encoded its picture and offered it by then, or it never will. */
#define TEST_CARD_START_US (15 * (gint64) G_USEC_PER_SEC)

/* On, or its time anew, or off. PROBLEM_SEAT_ABSENT, PROBLEM_TEST_BUSY where loop_is_allowed ()
 * says so, PROBLEM_MEDIA_UNAVAILABLE without a relay or a publisher. */
gboolean test_card_show (Meeting *meeting, Seat *seat, gboolean on, GError **error);
gboolean test_card_is_on (const Seat *seat);
/* Ends it if it is on. */
void test_card_end (Meeting *meeting, Seat *seat);
/* Ends those whose time is over, and those that are not allowed any more. */
void test_card_check (Meeting *meeting);
/* The meeting goes: its publisher too; its session goes as all do. */
void test_card_stop (Meeting *meeting);
/* @session, which is forgotten now, may be the card's. */
void test_card_forget_session (Meeting *meeting, const MediaSession *session);
/* What the slots of a room that is shown the card carry in place of what they would. */
void test_card_choose (const Meeting *meeting, const RouterSlot *slots, gsize n_slots,
                       RouterChoice *choices);
