/* EchoFinder: which room returns the hall's voice. The envelope of loudness that was sent to a room
 * comes back in its microphone a moment later and weaker: a room whose envelope follows what the
 * others say, always by the same delay, is an echo. One that follows at once is a second device in
 * the speaker's own room.
 *
 * Envelopes are levels of RFC 6464 (-dBov, 127 = silence) in bins of 50 ms on the relay's clock, of
 * open microphones only. Pure; bounded; main thread. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define ECHO_BIN_MS 50
/* What is looked at: eight seconds. */
#define ECHO_WINDOW_BINS 160
/* Round trip, playing and acoustics take this at most. */
#define ECHO_DELAY_BINS_MAX 24
#define ECHO_SILENCE 127
/* Bins that may come at once. */
#define ECHO_BATCH_MAX 64
/* With an open microphone, of all meetings; an echo in a further one is not found. */
#define ECHO_ROOMS_MAX 1024

typedef struct EchoFinder EchoFinder;

EchoFinder *echo_finder_new (void);
void echo_finder_free (EchoFinder *finder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EchoFinder, echo_finder_free)

/* Levels of @room from bin @first_bin on; bins that never come are silent. Those that are too old,
 * or lie far ahead of all others, start the room anew. */
void echo_finder_add (EchoFinder *finder, const char *room, gint64 first_bin, const guint8 *levels,
                      guint n);
void echo_finder_remove (EchoFinder *finder, const char *room);

typedef struct {
  const char *room;  /* of the finder; valid until it is removed */
  const char *voice; /* whose voice it returns, or NULL: several */
  guint confidence;  /* 0..100 */
  guint delay_ms;
  gboolean is_twin; /* no echo: it stands in the same room as @voice */
} EchoFinding;

/* Rooms that return a voice, surest first; @max at most. Looks at the window that ends with the
 * newest bin that nearly all have told. */
guint echo_finder_judge (EchoFinder *finder, EchoFinding *ret_findings, guint max);

G_END_DECLS
