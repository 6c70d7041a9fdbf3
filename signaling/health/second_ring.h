/* SecondRing: one value a second of the last ten minutes, any plain struct. Memory is taken by the
 * minute and only while there is something to keep: a stream that does not flow costs nothing.
 *
 * Seconds are UTC seconds of the wall clock; one that is set back overwrites. Main thread. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define RING_SECONDS 600
#define RING_CHUNK_SECONDS 60
/* The ten that are whole, and the one that begins. */
#define RING_CHUNKS (RING_SECONDS / RING_CHUNK_SECONDS + 1)

typedef struct RingChunk RingChunk;

typedef struct {
  gsize item_size;
  gint64 newest_s;
  RingChunk *chunks[RING_CHUNKS];
} SecondRing;

void second_ring_init (SecondRing *ring, gsize item_size);
void second_ring_clear (SecondRing *ring);

/* Copies @item; one of that second is replaced. */
void second_ring_put (SecondRing *ring, gint64 at_s, gconstpointer item);
/* NULL: none, or older than RING_SECONDS. */
gconstpointer second_ring_get (const SecondRing *ring, gint64 at_s);
/* Bytes that its chunks take. */
gsize second_ring_size (const SecondRing *ring);

G_END_DECLS
