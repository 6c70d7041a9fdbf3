#include "pipelines/relay/slot_list.h"

#include "pipelines/relay/transport.h"
#include "pipelines/transport/cache_line.h"

/* The first slot that is not before slot @index of the transport with @serial. */
static guint
find_place (const GPtrArray *slots, guint32 serial, guint index)
{
  guint from = 0, to = slots->len;

  while (from < to) {
    guint middle = from + (to - from) / 2;
    const Slot *slot = g_ptr_array_index (slots, middle);
    guint32 its_serial = slot->transport->serial;

    if (its_serial < serial || (its_serial == serial && slot->index < index))
      from = middle + 1;
    else
      to = middle;
  }
  return from;
}

void
slot_list_insert (GPtrArray *slots, Slot *slot)
{
  guint at = find_place (slots, slot->transport->serial, slot->index);

  g_ptr_array_insert (slots, (gint) at, slot);
}

guint
slot_list_find_after (const GPtrArray *slots, guint32 serial)
{
  if (serial == 0)
    return 0; /* none has it; and no slot need be looked at */
  return serial < G_MAXUINT32 ? find_place (slots, serial + 1, 0) : slots->len;
}

gboolean
slot_list_has (const GPtrArray *slots, const Transport *transport)
{
  guint at = find_place (slots, transport->serial, 0);

  return at < slots->len && ((const Slot *) g_ptr_array_index (slots, at))->transport == transport;
}

void
slot_list_prefetch_slots (const GPtrArray *list, guint index)
{
  if (list->len - index > 5)
    cache_line_prefetch (g_ptr_array_index (list, index + 5), SLOT_HOT_BYTES);
}

/* Where packets that are sent are noted for the feedback of those who give it. */
G_ALWAYS_INLINE static inline void
prefetch_estimator (const Transport *transport)
{
  if (!transport->gives_feedback)
    return;
  cache_line_prefetch (&transport->share->estimator, ESTIMATOR_HOT_BYTES);
  send_history_prefetch (&transport->share->estimator.history, transport->transport_seq);
}

/* With hundreds of slots the state of each has left the cache since the burst before: it is fetched
 * while those before are being sealed. One thing leads to the next, so they are a slot apart.
 */
void
slot_list_prefetch (const GPtrArray *list, guint index)
{
  Slot *const *slots = (Slot *const *) list->pdata + index;
  guint left = list->len - index;

  slot_list_prefetch_slots (list, index);
  if (left > 4)
    cache_line_prefetch (slots[4]->transport, TRANSPORT_HOT_BYTES);
  if (left > 3) {
    sealer_prefetch (slots[3]->transport->sealer);
    header_ring_prefetch (&slots[3]->transport->headers);
    prefetch_estimator (slots[3]->transport);
  }
}

void
slot_list_prefetch_keys (const GPtrArray *list, guint index)
{
  const Slot *slot = list->len - index > 2 ? g_ptr_array_index (list, index + 2) : NULL;

  if (slot != NULL && slot->transport->sealer != NULL)
    sealer_prefetch_keys (slot->transport->sealer);
}
