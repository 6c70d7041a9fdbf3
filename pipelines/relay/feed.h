/* Feed: a track on a shard that forwards it: the slots there that show it, what is known of its
 * encodings, and their packet caches for retransmission.
 *
 * Owner: the forwarding shard (which may be the receiving one too). Life cycle: made by the first
 * slot routed to the track, or by a group of microphones; freed with the last of them. Lists and
 * snapshots come from the receiving shard; for a feed that is gone they are dropped.
 */
#pragma once

#include "pipelines/relay/keyframe_mark.h"
#include "pipelines/relay/shard.h"
#include "pipelines/relay/slot_dependency.h"
#include "pipelines/relay/track_shape.h"
#include "pipelines/rtp/packet_cache.h"

typedef struct {
  guint32 source; /* 0: not known yet */
  LayerInfo layer;
  LayerLadder ladder; /* of the layers within it */
  StreamClock clock;
  PacketCache *cache;             /* GstBuffer; NULL for audio */
  KeyframeMark keyframe;          /* in the cache */
  FeedDependencies *dependencies; /* of AV1; NULL: none came */
  gboolean is_broken;             /* a burst was dropped, and no keyframe came since */
} FeedEncoding;

struct Feed {
  Shard *shard;
  Shard *origin; /* receives the track */
  TrackShape *shape;
  gboolean muted;
  SenderClock sender;
  FeedEncoding encodings[LIMIT_RIDS];
  GPtrArray *slots;   /* SlotList */
  GPtrArray *members; /* AudioMember: of the groups it is in, not owned; NULL: none */
};

/* The feed of @shape on @shard, made if there is none. */
Feed *feed_get (Shard *shard, TrackShape *shape, Shard *origin);
Feed *feed_find (Shard *shard, guint32 serial);

/* feed_remove_slot() frees the feed with its last slot. */
void feed_add_slot (Feed *feed, Slot *slot);
void feed_remove_slot (Feed *feed, Slot *slot);
/* For audio_group.c. A feed with members lives on without slots. */
void feed_add_member (Feed *feed, AudioMember *member);
void feed_remove_member (Feed *feed, AudioMember *member);

/* The packet path. @list: (transfer none). */
void feed_on_list (Feed *feed, GstBufferList *list);
/* The rest of a burst of which the slots before @from have got their share (shard->rest). */
void feed_go_on (Feed *feed, GstBufferList *list, guint from);
/* The same, for the feed of track @serial if there is one. */
void shard_deliver_list (Shard *shard, guint32 serial, GstBufferList *list);

/* What was thrown away of an encoding: its slots need a keyframe. */
void feed_on_lost (Feed *feed, guint encoding);

void feed_on_snapshot (Feed *feed, const TrackSnapshot *snapshot);

/* Tells the receiving shard that a slot needs a keyframe of @source. */
void feed_request_keyframe (Feed *feed, guint32 source);

/* The encoding of @source, NULL if it is none of the current ones. */
FeedEncoding *feed_find_encoding (Feed *feed, guint32 source);
