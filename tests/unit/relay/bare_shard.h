/* BareShard: the forwarding half of a shard without thread, socket traffic and clock: a test puts
 * packets in, says what time it is, and looks at the messages that would have gone to the kernel.
 *
 * It fails at once if two different packets are sealed under one nonce (SSRC and number; all its
 * transports have the same keys). Slots must have SSRCs of their own.
 */
#pragma once

#include "pipelines/relay/feed.h"
#include "pipelines/relay/slot.h"
#include "pipelines/relay/sound_gather.h"

#define BARE_PT_OPUS 111
#define BARE_PT_VIDEO 96
#define BARE_PT_RTX 97

typedef struct {
  Shard shard;
  UdpSocket *socket;
  GPtrArray *transports; /* Transport, owned */
  GHashTable *nonces;    /* SSRC and number -> the tag of the packet */
  GHashTable *counts;    /* SSRC -> packets since bare_shard_forget () */
  guint messages;        /* since then */
} BareShard;

BareShard *bare_shard_new (void);
void bare_shard_free (BareShard *bare);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BareShard, bare_shard_free)

/* Their serials are 1, 2, ... Without @sendable nothing is sealed. */
Transport *bare_shard_add_transport (BareShard *bare, gboolean sendable);
Slot *bare_transport_add_slot (Transport *transport, TrackKind kind, guint32 ssrc);
guint32 bare_rtx_ssrc (guint32 ssrc);

/* Track @serial, which flows; it goes with the last of its slots and groups. */
Feed *bare_shard_add_feed (BareShard *bare, guint32 serial, TrackKind kind);
/* The same track where another shard forwards it. */
Feed *bare_shard_follow (BareShard *bare, const Feed *origin);
/* @feed is the only member of the group of @serial. */
void bare_group_define (BareShard *bare, guint32 serial, Feed *feed);

/* Packets @seq and on, @n of them with @size bytes each, all of one picture. */
GstBufferList *bare_packets (const Feed *feed, guint64 seq, guint n, guint size,
                             gboolean is_keyframe);
/* The same, as they come to @feed. */
void bare_deliver (Feed *feed, guint64 seq, guint n, guint size, gboolean is_keyframe);

/* What was sealed goes out. */
void bare_shard_flush (BareShard *bare);
guint bare_shard_count (BareShard *bare, guint32 ssrc);
void bare_shard_forget (BareShard *bare);
