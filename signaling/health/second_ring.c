#include "signaling/health/second_ring.h"

#include <string.h>

struct RingChunk {
  gint64 minute;
  guint64 has; /* bit per second */
  guint8 items[];
};

void
second_ring_init (SecondRing *ring, gsize item_size)
{
  memset (ring, 0, sizeof *ring);
  ring->item_size = item_size;
}

void
second_ring_clear (SecondRing *ring)
{
  for (guint i = 0; i < RING_CHUNKS; i++)
    g_clear_pointer (&ring->chunks[i], g_free);
}

/* What has become too old goes when the next minute begins. */
static void
drop_old (SecondRing *ring, gint64 minute)
{
  for (guint i = 0; i < RING_CHUNKS; i++)
    if (ring->chunks[i] != NULL && ring->chunks[i]->minute + RING_CHUNKS <= minute)
      g_clear_pointer (&ring->chunks[i], g_free);
}

static RingChunk *
chunk_of (SecondRing *ring, gint64 minute)
{
  RingChunk **place = &ring->chunks[minute % RING_CHUNKS];

  if (*place == NULL) {
    drop_old (ring, minute);
    *place = g_malloc0 (sizeof **place + RING_CHUNK_SECONDS * ring->item_size);
    (*place)->minute = minute;
  } else if ((*place)->minute != minute) {
    (*place)->minute = minute;
    (*place)->has = 0;
  }
  return *place;
}

void
second_ring_put (SecondRing *ring, gint64 at_s, gconstpointer item)
{
  g_return_if_fail (at_s >= 0);

  RingChunk *chunk = chunk_of (ring, at_s / RING_CHUNK_SECONDS);
  guint second = at_s % RING_CHUNK_SECONDS;

  memcpy (chunk->items + second * ring->item_size, item, ring->item_size);
  chunk->has |= G_GUINT64_CONSTANT (1) << second;
  ring->newest_s = at_s;
}

gconstpointer
second_ring_get (const SecondRing *ring, gint64 at_s)
{
  if (at_s < 0 || at_s > ring->newest_s || at_s <= ring->newest_s - RING_SECONDS)
    return NULL;

  const RingChunk *chunk = ring->chunks[at_s / RING_CHUNK_SECONDS % RING_CHUNKS];
  guint second = at_s % RING_CHUNK_SECONDS;

  if (chunk == NULL || chunk->minute != at_s / RING_CHUNK_SECONDS || !(chunk->has >> second & 1))
    return NULL;
  return chunk->items + second * ring->item_size;
}

gsize
second_ring_size (const SecondRing *ring)
{
  gsize size = 0;

  for (guint i = 0; i < RING_CHUNKS; i++)
    if (ring->chunks[i] != NULL)
      size += sizeof (RingChunk) + RING_CHUNK_SECONDS * ring->item_size;
  return size;
}
