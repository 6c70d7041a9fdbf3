/* Seat: an endpoint's place in one running meeting; outlives its connections.
 *
 * Owner: its Meeting, main thread. State (drawn in the README):
 *   absent -> connected -> reconnecting -> connected | absent;  connected -> absent (leave) */
#pragma once

#include "signaling/health/board.h"
#include "signaling/meeting/meeting_store.h"
#include "signaling/meeting/roll_call.h"
#include "signaling/meeting/session.h"
#include "signaling/protocol/token_bucket.h"

/* A room writes as fast as a hand does. */
#define TALK_LINES_AT_ONCE 3
#define TALK_LINES_PER_SECOND 1

typedef enum { SEAT_ABSENT, SEAT_CONNECTED, SEAT_RECONNECTING, N_SEAT_STATES } SeatState;

struct Seat {
  InvitedEndpoint *info;
  SeatRecord *record;
  guint order; /* by name, for stable tiles */
  gboolean is_chair;
  gboolean is_cochair;
  SeatState state;
  gint64 lost_us;                    /* since when reconnecting */
  struct RoomConnection *connection; /* joined, or NULL */
  MediaSession *session;             /* room or encoder, borrowed; NULL = none */
  HealthSite *health; /* its line and all else that is measured; of the hub's board */
  gboolean is_dark;   /* its page says that its camera's picture is black; see seat_is_dark () */
  gboolean is_speaking;
  gint64 spoke_us;
  int told_level;       /* of the microphone, as last broadcast; 127 = silent */
  TokenBucket talk;     /* how fast it may write */
  gint64 heard_us;      /* a sound from its open microphone, 0 = never */
  gboolean is_heard;    /* in the last seconds, with its microphone open */
  RollAuto roll_found;  /* what the sweep found last */
  gint64 card_until_us; /* is shown the test card until then, see test_card.h; 0 = is not */
  gint64 loop_until_us; /* sees and hears itself until then, see loop.h; 0 = does not */
  char *test;           /* id of the test under way, or NULL: see testing.h */
  gint64 test_us;       /* it began */
  guint test_short_s;   /* seconds of it in which the line carried less than was to go to it */
  TestRun *tested;      /* its last test, or NULL */
  gint64 tested_us;     /* when its result was taken, 0 = not since the start */
  char *json;           /* as last encoded; NULL = changed since */
  gboolean is_dirty;
};

const char *seat_state_to_string (SeatState state);
/* The state that rooms are told: "waiting" for one in the waiting room. */
const char *seat_shown_state (const Seat *seat);
/* "chair", "cochair" or "site". */
const char *seat_role (const Seat *seat);
/* The name in this meeting, else the endpoint's own. */
const char *seat_name (const Seat *seat);
/* Chair or co-chair: directs, never waits and is never shut out. */
gboolean seat_presides (const Seat *seat);
/* Not let in yet, whatever its state: sends to nobody and gets nothing. */
gboolean seat_is_outside (const Seat *seat);
/* There, and not let in yet. */
gboolean seat_is_waiting (const Seat *seat);
/* In the meeting, or away for a moment. */
gboolean seat_is_in (const Seat *seat);
/* In the meeting and connected now: may be given the floor, or shown. */
gboolean seat_is_present (const Seat *seat);
Seat *seat_new (const InvitedEndpoint *info);
void seat_free (Seat *seat);

/* The microphone is let through. */
gboolean seat_mic_is_live (const Seat *seat);
gboolean seat_camera_is_active (const Seat *seat);
/* Active, and sends nothing because nobody watches: we asked for that. */
gboolean seat_camera_is_paused (const Seat *seat);
/* Its line carries sound and little else. */
gboolean seat_is_starved (const Seat *seat);
/* By its loss; never good while it is starved. */
LineState seat_line_state (const Seat *seat);
gboolean seat_is_encoder (const Seat *seat); /* an encoder sends for it, or is coming up */
gboolean seat_has_live_encoder (const Seat *seat);
/* Its camera's picture is black. An encoder's is not known: the page beside it sees its own. */
gboolean seat_is_dark (const Seat *seat);
/* Ids of what it publishes now and what may be routed, or NULL. */
const char *seat_camera_track (const Seat *seat);
const char *seat_mic_track (const Seat *seat);
const char *seat_content_track (const Seat *seat);
