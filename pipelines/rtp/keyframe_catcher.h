/* KeyframeCatcher: the packets of one keyframe, copied as they come, in whatever order, until it is
 * whole: for a picture of what a camera shows.
 *
 *   waiting --its first packet--> catching --the last gap is filled--> whole
 *      ^                             |
 *      +--- too large, too old ------+--- another keyframe starts: that one instead
 *
 * Owner: whoever holds it; it may be handed to another thread. No clock inside. */
#pragma once

#include "pipelines/rtp/frame_assembler.h"

/* A keyframe of 360 lines takes 10 to 40 kB; what is larger is no picture for a thumbnail. */
#define KEYFRAME_CATCH_BYTES_MAX (96 * 1024)
/* What is still missing then was lost for good: repetition takes a second at most. */
#define KEYFRAME_CATCH_US (1500 * 1000)

typedef struct KeyframeCatcher KeyframeCatcher;

typedef struct {
  guint64 seq; /* unwrapped */
  guint32 timestamp;
  gboolean starts; /* a keyframe starts here */
  gboolean ends;   /* the last packet of its frame */
  const guint8 *payload;
  gsize size;
} CatchPacket;

KeyframeCatcher *keyframe_catcher_new (void);
void keyframe_catcher_free (KeyframeCatcher *catcher);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KeyframeCatcher, keyframe_catcher_free)

/* TRUE: the keyframe is whole; nothing more is to be put in. */
gboolean keyframe_catcher_on_packet (KeyframeCatcher *catcher, const CatchPacket *packet,
                                     gint64 now_us);
/* Gives up one that cannot become whole any more; TRUE: it did. */
gboolean keyframe_catcher_tick (KeyframeCatcher *catcher, gint64 now_us);

/* Of a whole one: as frame_assemble (). */
gboolean keyframe_catcher_assemble (const KeyframeCatcher *catcher, Codec codec, GByteArray *frame);
