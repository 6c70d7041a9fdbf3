/* Problem: what signaling refuses, as a code that clients may switch on, with a Vietnamese and an
 * English text that a user may read, and the HTTP status it maps to.
 *
 * All of signaling/ reports by GError in this one domain. The GError's message is a detail for the
 * log and for technicians (English); what users see comes from problem_describe ().
 * Pure data, any thread. */
#pragma once

#include <glib.h>

#define SIGNALING_PROBLEM (signaling_problem_quark ())
GQuark signaling_problem_quark (void);

typedef enum {
  PROBLEM_INTERNAL,
  /* room protocol */
  PROBLEM_MESSAGE_MALFORMED,
  PROBLEM_MESSAGE_UNKNOWN,
  PROBLEM_MESSAGE_TOO_LARGE,
  PROBLEM_MESSAGE_TOO_MANY,
  PROBLEM_NOT_JOINED,
  PROBLEM_ALREADY_JOINED,
  PROBLEM_NOT_ALLOWED,
  PROBLEM_MIC_LOCKED,
  PROBLEM_CONTENT_BUSY,
  PROBLEM_SEAT_UNKNOWN,
  PROBLEM_LOBBY_WAITING, /* not let in from the waiting room yet */
  PROBLEM_CAMERA_LOCKED,
  PROBLEM_TEXT,       /* empty, too long, or with control characters */
  PROBLEM_SEAT_CHAIR, /* what is not done to the chair */
  PROBLEM_MEETING_LOCKED,
  PROBLEM_SEAT_BARRED,
  PROBLEM_BANNER_FULL, /* too many banners stand */
  PROBLEM_CHAT_CLOSED,
  PROBLEM_VOTE_RUNNING, /* one vote at a time */
  PROBLEM_VOTE_UNKNOWN,
  PROBLEM_VOTE_CAST, /* this site has voted */
  PROBLEM_VOTE_CLOSED,
  PROBLEM_VOTE_CHOICE,      /* no such choice, or one alone */
  PROBLEM_SEAT_ABSENT,      /* cannot be given the floor or shown: not connected */
  PROBLEM_FLOOR_EMPTY,      /* nobody has the floor */
  PROBLEM_FLOOR_HELD,       /* the room has it already */
  PROBLEM_FLOOR_NOT_ASKED,  /* an answer to no question */
  PROBLEM_QUEUE_EMPTY,      /* nobody who is there waits for the floor */
  PROBLEM_QUEUE_NO_REQUEST, /* the room has not asked for the floor */
  PROBLEM_AUTOSCAN_STOPPED,
  PROBLEM_AUTOSCAN_EMPTY, /* no site to show */
  PROBLEM_AGENDA_UNKNOWN,
  PROBLEM_PAPER_UNKNOWN,
  PROBLEM_PAPER_PAGE, /* past its last page */
  PROBLEM_PAPER_NONE, /* no paper is shown */
  PROBLEM_MEETING_TOO_LONG,
  PROBLEM_TEST_BUSY,    /* others need what the room shows: no loop now */
  PROBLEM_TEST_NOT_NOW, /* a room tests itself before the meeting, not in it */
  PROBLEM_BUSY,         /* an offer of this connection is still being answered */
  /* meetings */
  PROBLEM_MEETING_UNKNOWN,
  PROBLEM_MEETING_NOT_OPEN,
  PROBLEM_MEETING_FULL,
  PROBLEM_NOT_INVITED,
  PROBLEM_SEAT_TAKEN, /* WHIP: a room or another encoder is on the seat */
  PROBLEM_STATE_FORBIDDEN,
  PROBLEM_REASON_MISSING,
  PROBLEM_SCHEDULE_INVALID,
  PROBLEM_STORAGE,
  /* media */
  PROBLEM_MEDIA_UNAVAILABLE, /* no relay at this moment */
  PROBLEM_SESSION_UNKNOWN,
  PROBLEM_ETAG_MISMATCH,
  PROBLEM_ETAG_MISSING,
  PROBLEM_TRANSPORT_UNKNOWN,
  /* SDP */
  PROBLEM_SDP_TOO_LARGE,
  PROBLEM_SDP_MALFORMED,
  PROBLEM_SDP_LIMIT,
  PROBLEM_SDP_NO_BUNDLE,
  PROBLEM_SDP_NO_RTCP_MUX,
  PROBLEM_SDP_NO_ICE,
  PROBLEM_SDP_NO_FINGERPRINT,
  PROBLEM_SDP_SETUP,
  PROBLEM_SDP_NO_CODEC,
  PROBLEM_SDP_DIRECTION,
  PROBLEM_SDP_LINES,
  N_PROBLEMS
} Problem;

typedef struct {
  const char *code; /* "meeting.full": stable, part of the protocol */
  guint http_status;
  const char *vi;
  const char *en;
} ProblemText;

/* The text of a GError of this domain; of any other error: that of PROBLEM_INTERNAL. Never NULL. */
const ProblemText *problem_describe (const GError *error);
const ProblemText *problem_text (Problem problem);
