/* KeyframeRequester: merges the keyframe requests of all subscribers of one encoding into PLIs (or
 * FIRs) at a bearable rate.
 *
 * Plain data, zero-initialised, owner: the shard of the encoding. At most one request per
 * KEYFRAME_INTERVAL_MIN_US, and per KEYFRAME_BYTES_PER_SECOND of what they cost; repeated with
 * growing distance until a keyframe starts.
 *
 *          request ()                    poll () sends, distance doubles
 *   idle --------------> wanted  --------------------------------+
 *    ^                     |  ^                                  |
 *    +---- on_keyframe () -+  +----------------------------------+  */
#pragma once

#include <glib.h>

/* A keyframe costs ten or more delta frames; two a second is what a 2 Mbps encoder bears. */
#define KEYFRAME_INTERVAL_MIN_US 500000
/* What keyframes may take of a publisher's line: a large layer is asked for less often than a small
 * one (30 kB: twice a second, 100 kB: every 1.7 s). */
#define KEYFRAME_BYTES_PER_SECOND (60 * 1000)
/* A keyframe that nobody would wait for any more bounds the wait of those who come after. */
#define KEYFRAME_COST_MAX_US 2000000
/* To a publisher that does not answer: often enough to come back soon when it does. */
#define KEYFRAME_INTERVAL_MAX_US 4000000

typedef struct {
  gboolean wanted;
  gboolean sent_any;
  guint8 fir_seq;
  guint tries; /* since it is wanted */
  guint bytes; /* of the last keyframe; 0: not known */
  gint64 last_sent_us;
  gint64 last_keyframe_us;
  guint64 requests; /* statistics */
  guint64 sent;
  guint64 keyframes;
} KeyframeRequester;

/* Somebody needs a keyframe. */
void keyframe_requester_request (KeyframeRequester *requester, gint64 now_us);
/* A keyframe has started: all who asked are served. */
void keyframe_requester_on_keyframe (KeyframeRequester *requester, gint64 now_us);
/* So many @bytes that keyframe had. */
void keyframe_requester_set_cost (KeyframeRequester *requester, guint bytes);
/* Nobody listens any more. */
void keyframe_requester_cancel (KeyframeRequester *requester);

/* TRUE: send a PLI or FIR now (counted as sent). */
gboolean keyframe_requester_poll (KeyframeRequester *requester, gint64 now_us);
/* When poll () will say TRUE; G_MAXINT64: nothing is wanted. */
gint64 keyframe_requester_next_due_us (const KeyframeRequester *requester);
/* The command number of the FIR to be sent now: a new one per wanted keyframe, kept in repetitions
 * (RFC 5104 4.3.1.1). */
guint8 keyframe_requester_fir_seq (const KeyframeRequester *requester);
