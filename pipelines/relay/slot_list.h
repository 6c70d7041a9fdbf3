/* SlotList: the slots that show one stream, in the order of their transports, so that the lists of
 * several streams can be gone through side by side, receiver by receiver (sound_gather.h).
 *
 * A GPtrArray of Slot, not owned. Owner: the shard of the slots.
 */
#pragma once

#include "pipelines/relay/slot.h"

void slot_list_insert (GPtrArray *slots, Slot *slot);

/* Index of the first slot of a transport after the one with @serial. */
guint slot_list_find_after (const GPtrArray *slots, guint32 serial);

/* TRUE: a slot of @transport is in it. */
gboolean slot_list_has (const GPtrArray *slots, const Transport *transport);

/* The packet path: slot @index is next. What those behind it need is fetched ahead of time. */
void slot_list_prefetch (const GPtrArray *slots, guint index);
/* After it: the processor fetches only so much at once. */
void slot_list_prefetch_keys (const GPtrArray *slots, guint index);
/* The same where another list has fetched what their transports need. */
void slot_list_prefetch_slots (const GPtrArray *slots, guint index);
