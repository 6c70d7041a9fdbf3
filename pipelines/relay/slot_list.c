#include "pipelines/relay/slot_list.h"

#include "pipelines/relay/transport.h"

#define CACHE_LINE_BYTES 64

static gboolean
comes_before (const Slot *a, const Slot *b)
{
  if (a->transport != b->transport)
    return a->transport->serial < b->transport->serial;
  return a->index < b->index;
}

void
slot_list_insert (GPtrArray *slots, Slot *slot)
{
  guint from = 0, to = slots->len;

  while (from < to) {
    guint middle = from + (to - from) / 2;

    if (comes_before (g_ptr_array_index (slots, middle), slot))
      from = middle + 1;
    else
      to = middle;
  }
  g_ptr_array_insert (slots, (gint) from, slot);
}

static void
prefetch (gconstpointer at, gsize bytes)
{
  for (gsize offset = 0; offset < bytes; offset += CACHE_LINE_BYTES)
    __builtin_prefetch ((const guint8 *) at + offset);
}

/* With hundreds of slots the state of each has left the cache since the burst before: it is fetched
 * while those before are being sealed. One thing leads to the next, so they are a slot apart.
 */
void
slot_list_prefetch (const GPtrArray *list, guint index)
{
  Slot *const *slots = (Slot *const *) list->pdata + index;
  guint left = list->len - index;

  if (left > 4)
    prefetch (slots[4], G_STRUCT_OFFSET (Slot, rewriter.ends));
  if (left > 3)
    prefetch (slots[3]->transport, G_STRUCT_OFFSET (Transport, id));
  if (left > 2) {
    __builtin_prefetch (slots[2]->transport->sealer);
    header_ring_prefetch (&slots[2]->transport->headers);
  }
  if (left > 1 && slots[1]->transport->sealer != NULL)
    sealer_prefetch (slots[1]->transport->sealer);
}
