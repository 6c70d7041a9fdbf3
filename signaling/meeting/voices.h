/* The voices of a meeting: its open microphones as one group at the relay, which by itself lets the
 * loudest few through (pipelines/relay/audio_group.h). So a microphone that opens is one message,
 * whatever the number of rooms. Who has the floor, the spotlight and the chair always pass; the
 * first of them with an open microphone leads: its voice goes with the large picture.
 *
 * Main thread; internal to meeting/. */
#pragma once

#include "signaling/meeting/meeting.h"

/* How many voices are heard beside the lead's when the configuration does not say. */
#define LOUDEST_VOICES 3

/* The group's name at the relay (transfer full). */
char *voices_group (const Meeting *meeting);
/* Tells the relay who is in the group, if that is news or @is_full. */
void voices_update (Meeting *meeting, gboolean is_full);
/* The track that @session is never to hear: of its own seat; NULL: none. */
const char *voices_own_track (const MediaSession *session);
