/* PlayedRelay: answers requests about captures from what a test put there, from the main loop as a
 * relay does, or at once as a link does that is down. */
#pragma once

#include "server/capture/relay_port.h"

typedef struct {
  GString *asked;               /* "capture.start t.1 " of each request */
  GQueue chunks;                /* char *: contents of the next answers to capture.read */
  CaptureState state;           /* told with the last of them */
  const char *refuses;          /* error code of all answers; NULL: none */
  gboolean is_down;             /* no link */
  gboolean is_silent;           /* does not answer now: see played_relay_answer () */
  const char *headers;          /* contents of capture.headers */
  CaptureStartRequest *started; /* the last one */
  GQueue waiting;
} PlayedRelay;

extern const CaptureRelay played_relay; /* relay_data: the PlayedRelay */

void played_relay_init (PlayedRelay *relay);
void played_relay_clear (PlayedRelay *relay);
void played_relay_add (PlayedRelay *relay, const char *chunk);
/* Answers all that waits, as a link that closes does when @is_closed. */
void played_relay_answer (PlayedRelay *relay, gboolean is_closed);
/* Requests whose text is @text. */
guint played_relay_count (const PlayedRelay *relay, const char *text);
