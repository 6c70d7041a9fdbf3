/* NackList: which packets of one incoming stream are missing, and when to ask for them (RFC 4585).
 *
 * Owner: the shard of the stream; embed it, zero-initialised, one per encoding (10 kB). Bounded by
 * NACK_ENTRIES_MAX. Feed every packet of the stream, retransmitted ones too; call collect () when
 * next_due_us () says so (or each round).
 *
 * A missing packet is asked for after NACK_FIRST_WAIT_US (reordering), then once a round trip with
 * growing distance, NACK_TRIES_MAX times and as long as an answer can help; then it is given up,
 * and video needs a keyframe. */
#pragma once

#include "pipelines/rtp/bounds.h"
#include <glib.h>

/* Reordering on real lines is over within a few ms. */
#define NACK_FIRST_WAIT_US 5000
/* No second request sooner, however short the round trip: the publisher's pacer needs time. */
#define NACK_RETRY_MIN_US 20000
/* Used while the round trip is unknown. */
#define NACK_RTT_DEFAULT_US 100000
/* What comes later than this after it was missed helps nobody: a keyframe would be there before. No
 * request is made whose answer would come later. */
#define NACK_HELPS_US 1000000
#define NACK_TRIES_MAX 8

typedef enum {
  NACK_IN_ORDER,
  NACK_GAP,       /* opened a gap */
  NACK_RECOVERED, /* filled one */
  NACK_OLD,       /* duplicate, or given up already */
  NACK_RESET,     /* too large a gap: list emptied, ask for a keyframe */
} NackEvent;

typedef struct {
  guint64 seq; /* extended */
  gint64 due_us;
  gint64 missed_us;
  gint64 asked_us; /* last */
  guint8 tries;
} NackEntry;

typedef struct {
  NackEntry entries[NACK_ENTRIES_MAX]; /* ascending by seq */
  guint count;
  guint64 highest;
  gint64 rtt_us;    /* from a request to its answer, as seen here; 0: none yet */
  guint64 given_up; /* since the start */
  guint64 recovered;
} NackList;

void nack_list_reset (NackList *list);

/* @seq: extended by a SeqUnwrapper. */
NackEvent nack_list_on_packet (NackList *list, guint64 seq, gint64 now_us);

/* A keyframe starts at @seq: nothing before it is worth a retransmission. */
void nack_list_drop_before (NackList *list, guint64 seq);

/* Writes up to @max sequence numbers that are due, ascending, and schedules their next try;
 * @rtt_us 0: unknown, then it is what the answers took so far. *ret_given_up: how many were given
 * up now (> 0: ask for a keyframe). */
guint nack_list_collect (NackList *list, gint64 now_us, gint64 rtt_us, guint16 *seqs, guint max,
                         guint *ret_given_up);

/* When collect () has work next; G_MAXINT64: nothing is missing. */
gint64 nack_list_next_due_us (const NackList *list);
