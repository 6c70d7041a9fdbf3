/* PacketCache: the recent packets of one source stream, by extended sequence number, shared by all
 * its subscribers for retransmission (and, from the last keyframe on, for slots that start).
 *
 * Owner: the shard of the source. Holds generic pointers with a destroy notify (ring, no
 * allocation after new); bounded by count, bytes and age. Create with packet_cache_new, free with
 * packet_cache_free (g_autoptr). */
#pragma once

#include "pipelines/rtp/bounds.h"
#include <glib.h>

typedef struct PacketCache PacketCache;

/* @slots: power of two, at most PACKET_CACHE_SLOTS_MAX. @destroy may be NULL; it is called for each
 * packet that leaves, also for one that put () refuses. */
PacketCache *packet_cache_new (guint slots, gsize max_bytes, gint64 max_age_us,
                               GDestroyNotify destroy);
void packet_cache_free (PacketCache *cache);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PacketCache, packet_cache_free)

/* Takes @packet (transfer full). FALSE: refused and destroyed (a duplicate, too old, larger than
 * the cache). A jump forward beyond the ring empties it first. */
gboolean packet_cache_put (PacketCache *cache, guint64 seq, gpointer packet, gsize bytes,
                           gint64 now_us);

/* Borrowed until the next put, trim or clear; NULL if it is not there or older than max_age. */
gpointer packet_cache_get (const PacketCache *cache, guint64 seq, gint64 now_us);

/* As get for the low 16 bits of a sequence number: the newest packet with that number. */
gpointer packet_cache_get_by_seq16 (const PacketCache *cache, guint16 seq, gint64 now_us);

/* Calls @func for each packet from @from_seq on, in order; FALSE from @func ends it. */
typedef gboolean (*PacketCacheFunc) (guint64 seq, gpointer packet, gpointer user_data);
void packet_cache_foreach (const PacketCache *cache, guint64 from_seq, PacketCacheFunc func,
                           gpointer user_data);

/* Drops what is older than max_age; put () does it too. For streams that have stopped. */
void packet_cache_trim (PacketCache *cache, gint64 now_us);
/* Drops everything before @seq: a new keyframe makes what was before it useless to who starts. */
void packet_cache_drop_before (PacketCache *cache, guint64 seq);
void packet_cache_clear (PacketCache *cache);

guint packet_cache_count (const PacketCache *cache);
gsize packet_cache_bytes (const PacketCache *cache);
