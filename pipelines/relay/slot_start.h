/* SlotStart: a slot that waits for a keyframe starts with the one that its feed has in the cache,
 * and what followed it: nobody waits, and the publisher is not asked.
 *
 *   wants a keyframe --cached, young, small enough for the line--> starting --caught up--> live
 *         `-----------------else: the request, as ever------------^
 *
 * While it starts the cache is sent at the pace of the line, and what arrives waits its turn there.
 * What it takes to catch up soon is wanted of the line, and probes for it send what waits.
 * The timestamps of what is late are pressed together (by SLOT_START_SQUEEZE) onto the newest: the
 * receiver decodes it all and shows where the meeting is now, with no delay that stays.
 *
 * Only where RTX was agreed: without it a packet sent again has to be the very same bytes.
 * Owner: the slot's shard; the slots that start stand in shard->starting.
 */
#pragma once

#include "pipelines/relay/shard.h"

/* A keyframe takes 100 to 500 ms to come; what is older than this is more than that to send. */
#define SLOT_START_MAX_AGE_US (2500 * 1000)
#define SLOT_START_MAX_BYTES (512 * 1024)
#define SLOT_START_CATCH_UP_US (600 * 1000)
#define SLOT_START_SQUEEZE 32
/* Sent at once, whatever the pace. */
#define SLOT_START_STEP_BYTES (8 * 1024)
#define SLOT_START_LEAD_US (20 * 1000)
/* A receiver that has just got its keys may not have them in place yet. */
#define SLOT_START_SETTLE_US (100 * 1000)
/* To a line of which nothing is known yet: so many times the stream itself. */
#define SLOT_START_UNKNOWN_TIMES 3

typedef struct {
  guint32 source;       /* of this start or the last one */
  guint64 first_seq;    /* squeezed: [first_seq, anchor_seq] */
  guint64 anchor_seq;   /* the newest when it began */
  guint32 anchor_ts;    /* its timestamp */
  guint64 next_seq;     /* to be sent */
  gint64 sent_until_us; /* what was sent fills the line until then */
  gint64 since_us;
} SlotStart;

/* TRUE: @slot, which wants a keyframe of @source, has started from the cache, or is about to. */
gboolean slot_start_try (Slot *slot, guint32 source);

/* Each tick: sends what the line bears by now. */
void shard_pump_starts (Shard *shard);

/* What @slot would be sent to catch up within SLOT_START_CATCH_UP_US; 0: it does not start, or its
 * line is one where each packet has its time (slot_pace.h). */
guint slot_start_get_lag_bps (const Slot *slot);

/* Sends about so many bytes now, whatever the pace. Returns how many; 0: as above, or all is sent.
 */
guint slot_start_hasten (Slot *slot, guint bytes);

/* Routed elsewhere, or gone. */
void slot_start_cancel (Slot *slot);

/* The source timestamp that stands in for @timestamp of packet @seq of @source. */
static inline guint32
slot_start_timestamp (const SlotStart *start, guint32 source, guint64 seq, guint32 timestamp)
{
  if (start->source != source || seq < start->first_seq || seq > start->anchor_seq)
    return timestamp;
  return start->anchor_ts - (start->anchor_ts - timestamp) / SLOT_START_SQUEEZE;
}
