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
 * A picture that goes to the same receivers takes along what waits: sound is the last, shorter
 * segment of each receiver's frame then, and costs a third. It may come aboard while the picture is
 * under way; who had the picture already gets it alone, at the end.
 *
 *   board () --each receiver--> ride_to () --> alight ()       suspend (): the picture takes a rest
 *
 * Owner: one shard.
 */
#pragma once

#include "pipelines/relay/slot.h"

/* Packets of sound that wait at a shard; one more, and all are due. */
#define SOUND_PACKETS_MAX 32

/* Whoever was heard within this is one of several: three packets of 20 ms. */
#define SOUND_SEVERAL_US (60 * 1000)
/* Sound goes aboard a picture for at most so many slots: more take too long. */
#define SOUND_RIDE_SLOTS 1024
/* A voice's next packet is expected so long after the one before, and this much earlier or later.
 */
#define SOUND_STEP_US (20 * 1000)
#define SOUND_STEP_SLACK_US 1500
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

/* Something waits that a picture of @source, of @feed, can take along. */
gboolean sound_gather_suits (const SoundGather *gather, const Feed *feed, guint32 source);
/* Nothing does, but the next packet of a voice that its receivers hear is due about now. */
gboolean sound_gather_expects (const SoundGather *gather, const Feed *feed, guint32 source);

/* @picture goes to its slots from @from on, for the first time or after a rest. FALSE: there is
 * nothing to take along. */
gboolean sound_gather_board (SoundGather *gather, const SlotBurst *picture, guint from);
/* The transports up to @serial have had the picture. */
void sound_gather_ride_to (SoundGather *gather, guint32 serial);
/* Until the picture goes on, its slots may change. */
void sound_gather_suspend (SoundGather *gather);
/* The picture is through, or does not go on: who has not had the sound gets it alone. */
void sound_gather_alight (SoundGather *gather);
