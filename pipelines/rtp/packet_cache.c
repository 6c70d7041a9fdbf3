#include "pipelines/rtp/packet_cache.h"

#include "pipelines/rtp/seq.h"

typedef struct {
  gpointer packet; /* NULL: empty */
  guint64 seq;
  gsize bytes;
  gint64 put_us;
} CacheSlot;

struct PacketCache {
  guint mask;
  gsize max_bytes;
  gint64 max_age_us;
  GDestroyNotify destroy;
  /* All packets lie in floor <= lowest <= seq <= newest <= floor + mask. */
  guint64 floor;  /* nothing below it is let in (again), see packet_cache_put () */
  guint64 lowest; /* no packet lies below it; there may be holes at it */
  guint64 newest;
  gboolean started;
  guint count;
  gsize bytes;
  CacheSlot slots[];
};

PacketCache *
packet_cache_new (guint slots, gsize max_bytes, gint64 max_age_us, GDestroyNotify destroy)
{
  g_return_val_if_fail (slots > 0 && slots <= PACKET_CACHE_SLOTS_MAX, NULL);
  g_return_val_if_fail ((slots & (slots - 1)) == 0, NULL);
  PacketCache *cache = g_malloc0 (sizeof *cache + slots * sizeof (CacheSlot));
  cache->mask = slots - 1;
  cache->max_bytes = max_bytes;
  cache->max_age_us = max_age_us;
  cache->destroy = destroy;
  return cache;
}

void
packet_cache_free (PacketCache *cache)
{
  if (!cache)
    return;
  packet_cache_clear (cache);
  g_free (cache);
}

static CacheSlot *
slot_of (PacketCache *cache, guint64 seq)
{
  return &cache->slots[seq & cache->mask];
}

static void
empty_slot (PacketCache *cache, CacheSlot *slot)
{
  gpointer packet = g_steal_pointer (&slot->packet);
  if (!packet)
    return;
  cache->count--;
  cache->bytes -= slot->bytes;
  if (cache->destroy)
    cache->destroy (packet);
}

/* The lowest packet; only while there is one. */
static CacheSlot *
lowest_slot (PacketCache *cache)
{
  while (!slot_of (cache, cache->lowest)->packet)
    cache->lowest++;
  return slot_of (cache, cache->lowest);
}

static void
drop_lowest (PacketCache *cache)
{
  empty_slot (cache, lowest_slot (cache));
  cache->floor = ++cache->lowest;
}

void
packet_cache_drop_before (PacketCache *cache, guint64 seq)
{
  if (!cache->started)
    return;
  seq = MIN (seq, cache->newest + 1);
  while (cache->count > 0 && lowest_slot (cache)->seq < seq)
    drop_lowest (cache);
  cache->floor = MAX (cache->floor, seq);
  cache->lowest = MAX (cache->lowest, seq);
}

void
packet_cache_clear (PacketCache *cache)
{
  if (cache->started)
    packet_cache_drop_before (cache, cache->newest + 1);
}

void
packet_cache_trim (PacketCache *cache, gint64 now_us)
{
  while (cache->count > 0 && now_us - lowest_slot (cache)->put_us > cache->max_age_us)
    drop_lowest (cache);
}

/* Makes @seq the newest; what falls out of the ring goes. */
static void
advance (PacketCache *cache, guint64 seq)
{
  /* At the start, what was reordered before the first packet is welcome too. */
  guint64 floor = seq > cache->mask ? seq - cache->mask : 0;
  packet_cache_drop_before (cache, floor);
  cache->floor = MAX (cache->floor, floor);
  if (cache->count == 0)
    cache->lowest = seq;
  cache->newest = seq;
  cache->started = TRUE;
}

static gboolean
refuse (PacketCache *cache, gpointer packet)
{
  if (cache->destroy)
    cache->destroy (packet);
  return FALSE;
}

gboolean
packet_cache_put (PacketCache *cache, guint64 seq, gpointer packet, gsize bytes, gint64 now_us)
{
  g_return_val_if_fail (packet != NULL, FALSE);
  /* Below the floor a number may have been used for another packet, which was sent: what a slot
   * retransmits under one index must be the same bytes for ever. */
  if (bytes > cache->max_bytes || (cache->started && seq < cache->floor))
    return refuse (cache, packet);
  if (!cache->started || seq > cache->newest)
    advance (cache, seq);
  CacheSlot *slot = slot_of (cache, seq);
  if (slot->packet)
    return refuse (cache, packet);
  *slot = (CacheSlot){ .packet = packet, .seq = seq, .bytes = bytes, .put_us = now_us };
  cache->lowest = MIN (cache->lowest, seq);
  cache->count++;
  cache->bytes += bytes;
  packet_cache_trim (cache, now_us);
  while (cache->bytes > cache->max_bytes)
    drop_lowest (cache);
  return TRUE;
}

gpointer
packet_cache_get (const PacketCache *cache, guint64 seq, gint64 now_us)
{
  const CacheSlot *slot = &cache->slots[seq & cache->mask];
  if (!slot->packet || slot->seq != seq || now_us - slot->put_us > cache->max_age_us)
    return NULL;
  return slot->packet;
}

gpointer
packet_cache_get_by_seq16 (const PacketCache *cache, guint16 seq, gint64 now_us)
{
  guint16 back = (guint16) cache->newest - seq;
  if (!cache->started || back > cache->newest)
    return NULL;
  return packet_cache_get (cache, cache->newest - back, now_us);
}

void
packet_cache_foreach (const PacketCache *cache, guint64 from_seq, PacketCacheFunc func,
                      gpointer user_data)
{
  if (!cache->started)
    return;
  for (guint64 seq = MAX (from_seq, cache->floor); seq <= cache->newest; seq++) {
    const CacheSlot *slot = &cache->slots[seq & cache->mask];
    if (slot->packet && slot->seq == seq && !func (seq, slot->packet, user_data))
      return;
  }
}

guint
packet_cache_count (const PacketCache *cache)
{
  return cache->count;
}

gsize
packet_cache_bytes (const PacketCache *cache)
{
  return cache->bytes;
}
