/* SlotPace: on a narrow line (pipelines/bwe/pacer.h) a slot's picture goes out packet by packet as
 * the line carries it, so that sound does not stand behind whole frames. What waits is not kept
 * here: it lies in its feed's cache, and the slot knows the number of the next.
 *
 *   live --the line is full up to now--> waiting: the packets come from the cache, in turn
 *     ^-------caught up; another picture starts; too old: the picture starts anew-------'
 *
 * Owner: the slot's shard; the slots that wait stand in shard->paced. A slot of a line that is not
 * narrow has is_paced unset, and nothing else happens. */
#pragma once

#include "pipelines/relay/shard.h"

typedef struct {
  gboolean waits;
  guint32 source;   /* of what waits */
  guint64 next_seq; /* to be sent */
  guint32 left;     /* the source whose place it took, which may go on after all ... */
  guint64 left_seq; /* ... from here */
} SlotPace;

/* The line has become narrow, or is no longer. */
void slot_pace_set (Slot *slot, gboolean is_on);

/* The packet path, with is_paced: sends of @burst what may go now. Sound may always, and is noted.
 */
void slot_pace_on_burst (Slot *slot, const SlotBurst *burst);

/* TRUE: a packet of a picture may be sent now, however it came; then its bytes are noted. */
gboolean slot_pace_allows (const Slot *slot);
void slot_pace_note (const Slot *slot, gsize bytes, gint64 waited_us);

/* Its slot goes. */
void slot_pace_cancel (Slot *slot);

/* Each BWE_PACE_STEP_US while something waits. */
void shard_pump_paced (Shard *shard);
