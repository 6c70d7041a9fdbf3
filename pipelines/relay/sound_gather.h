/* SoundGather: packets of sound on their way to the slots of a shard. What a receiver gets of
 * several voices leaves as one UDP_SEGMENT message: alone a packet costs three times what it costs
 * in a run.
 *
 *   feed --packet--> waiting --due--> receiver by receiver: the slots that hear it, side by side
 *
 * A packet is due at once, with all that came in the same round; where several speak at a time to
 * many (SOUND_WIDE_SLOTS), it waits SOUND_HOLD_US at most for those of the other voices. Those of
 * one receiver are sent longest first, and RTP padding makes them equally long (slot.c): what is
 * padded is the receiver's copy, the packet that all share is not touched.
 *
 * Owner: one shard.
 */
#pragma once

#include "pipelines/relay/slot.h"

/* Packets of sound that wait at a shard; one more, and all are due. */
#define SOUND_PACKETS_MAX 32

/* Whoever was heard within this is one of several: three packets of 20 ms. */
#define SOUND_SEVERAL_US (60 * 1000)
/* Of so many voices that many hear it is known when they were heard: of a few meetings. */
#define SOUND_VOICES_MAX 16

SoundGather *sound_gather_new (Shard *shard);
void sound_gather_free (SoundGather *gather);

/* The packet path. @buffer: (transfer none), of @feed. */
void sound_gather_add (SoundGather *gather, Feed *feed, GstBuffer *buffer);

/* When the first of them must leave; 0: none waits. */
gint64 sound_gather_due_us (const SoundGather *gather);

/* Sends what is due; FALSE: nothing was. */
gboolean sound_gather_release (SoundGather *gather);
