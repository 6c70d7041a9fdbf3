/* TrackPicture: a keyframe of a track's lowest layer, for a picture of what the camera shows.
 *
 *   nobody asks --track_ask_picture ()--> caught from the feed's cache at once, or waited for
 *       ^                                     |
 *       +---- handed on | PICTURE_WAIT_US ----+   the publisher is asked where that is cheap enough
 *
 * While nobody asks it costs a packet one look at a pointer. Owner: the shard of the track. */
#pragma once

#include "pipelines/relay/track.h"
#include "pipelines/rtp/keyframe_catcher.h"

/* Whoever wants a picture each 10 s asks again: the wait is nearly never interrupted. */
#define PICTURE_WAIT_US (9 * (gint64) G_USEC_PER_SEC)

/* What pictures may take of a publisher's line. A browser makes a keyframe of all layers that it
 * sends: the lowest alone (8 kB) may be asked for each time, a whole 720p camera once a minute. */
#define PICTURE_ASK_BYTES_PER_SECOND 2000
#define PICTURE_ASK_MIN_US (4 * (gint64) G_USEC_PER_SEC)
#define PICTURE_ASK_MAX_US (60 * (gint64) G_USEC_PER_SEC)

struct TrackPicture {
  KeyframeCatcher *catcher;
  guint encoding; /* its index */
  guint32 source; /* of the stream that is caught; 0: of the first that flows */
  gint64 until_us;
};

/* Somebody wants one. Of a track that is muted nothing comes, of one that does not flow when it
 * begins to within PICTURE_WAIT_US. */
void track_ask_picture (Track *track);

/* For track.c. A packet of a track with a picture. */
void track_picture_on_packet (Encoding *encoding, const PacketInfo *info);
void track_picture_tick (Track *track);
/* The camera was closed, or goes. */
void track_picture_cancel (Track *track);

/* Of the encodings that are active the smallest; LAYER_NONE: none is. */
gint track_picture_choose (const Track *track);
/* How long after one keyframe the next may be asked for: all that are active cost @bytes. */
gint64 track_picture_interval_us (guint bytes, guint n_slots);
