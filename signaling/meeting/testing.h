/* Testing: a room's test of itself and its line, from the plan that it gets to the result that is
 * judged and kept. In a rehearsal, in the waiting room, and before a meeting is live.
 *
 *   idle --test.begin--> under way --test.result--> idle, its run kept
 *                                  --5 min, test.begin--> idle, under way anew
 *
 * Main thread; internal to meeting/. */
#pragma once

#include "signaling/meeting/meeting.h"

/* With a person who speaks and answers it takes two minutes; then it was left alone. */
#define TESTING_US (5 * 60 * (gint64) G_USEC_PER_SEC)
/* What a room of a meeting sends and gets: one picture of 720 lines at 1 Mbit/s, its sound, and
 * headers (DOMAIN: 1-1.2 Mbit/s each way). */
#define TESTING_KBPS 1200
/* A run is written to storage: not more often than this of one room. */
#define TESTING_INTERVAL_US (2 * (gint64) G_USEC_PER_SEC)

/* An estimate grows in the first seconds; a line that is short for longer is narrow. */
#define TESTING_SHORT_S 6
/* Of what is to go to a room; see is_narrow_down () of signaling/health. */
#define TESTING_NARROW_PERCENT 90

gboolean testing_is_allowed (const Meeting *meeting, const Seat *seat);
gboolean testing_is_under_way (const Seat *seat, gint64 now_us);
/* What the relay says of its line each second. */
void testing_note_line (Seat *seat, const LineStats *stats, gint64 now_us);
/* How it stands with the seat's last run: TEST_LIGHT_NONE without one. */
TestLight testing_light (const Seat *seat);
/* Takes over the last runs of @stored. */
void testing_restore (Meeting *meeting, const StoredMeeting *stored);
