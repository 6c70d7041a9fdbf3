#include "pipelines/relay/slot_pace.h"

#include "pipelines/relay/feed.h"
#include "pipelines/relay/slot.h"
#include "pipelines/relay/transport.h"

/* --- the list of those that wait --- */

static void
hold (Slot *slot, guint32 source, guint64 seq)
{
  Shard *shard = slot->transport->shard;
  SlotPace *pace = &slot->pace;
  SlotPace before = *pace;

  pace->source = source;
  pace->next_seq = before.waits && before.left == source ? before.left_seq : seq;
  pace->left = before.waits ? before.source : 0;
  pace->left_seq = before.next_seq;
  if (before.waits)
    return;
  pace->waits = TRUE;
  if (shard->paced->len == 0)
    g_source_set_ready_time (shard->pace_timer, g_get_monotonic_time () + BWE_PACE_STEP_US);
  g_ptr_array_add (shard->paced, slot);
}

void
slot_pace_cancel (Slot *slot)
{
  if (!slot->pace.waits)
    return;
  slot->pace.waits = FALSE;
  g_ptr_array_remove_fast (slot->transport->shard->paced, slot);
}

/* --- the line --- */

static Pacer *
pacer_of (const Slot *slot)
{
  return &slot->transport->share->pacer;
}

gboolean
slot_pace_allows (const Slot *slot)
{
  return !slot->is_paced || pacer_may_send (pacer_of (slot), slot->transport->shard->now_us);
}

void
slot_pace_note (const Slot *slot, gsize bytes, gint64 waited_us)
{
  if (slot->is_paced)
    pacer_on_sent (pacer_of (slot), (guint) bytes, waited_us, slot->transport->shard->now_us);
}

/* Packet @index of @burst, which goes now. */
static void
send_one (Slot *slot, const SlotBurst *burst, guint index)
{
  Transport *transport = slot->transport;
  guint64 before = transport->down_bytes;

  slot_forward_range (slot, burst, index, index + 1);
  if (transport->down_bytes != before)
    slot_pace_note (slot, transport->down_bytes - before + PACKET_OVERHEAD_BYTES,
                    transport->shard->now_us - burst->packets[index]->arrival_us);
}

/* --- what waits --- */

static FeedEncoding *
find_waiting (const Slot *slot, Feed **ret_feed)
{
  FeedEncoding *encoding = NULL;

  *ret_feed = slot->feed;
  if (slot->feed != NULL)
    encoding = feed_find_encoding (slot->feed, slot->pace.source);
  if (encoding == NULL && slot->leaving != NULL) {
    *ret_feed = slot->leaving;
    encoding = feed_find_encoding (slot->leaving, slot->pace.source);
  }
  return encoding;
}

/* The line is so slow that the picture would only come later and later. */
static void
give_up (Slot *slot)
{
  slot_pace_cancel (slot);
  slot_rewriter_stop (&slot->rewriter);
  slot_update (slot);
}

/* FALSE: nothing waits any more. */
static gboolean
send_next (Slot *slot, Feed *feed, const FeedEncoding *encoding)
{
  SlotPace *pace = &slot->pace;
  gint64 now_us = slot->transport->shard->now_us;
  GstBuffer *buffer = NULL;
  SlotBurst burst;

  /* what is missing may still come, and is sent at once then */
  while (buffer == NULL && pace->next_seq <= encoding->keyframe.newest)
    buffer = packet_cache_get (encoding->cache, pace->next_seq++, now_us);
  if (buffer == NULL) {
    slot_pace_cancel (slot);
    return FALSE;
  }
  slot_burst_begin (&burst, feed, pace->source);
  slot_burst_add (&burst, packet_meta_get (buffer));
  if (now_us - burst.packets[0]->arrival_us > BWE_PACE_WAIT_MAX_US) {
    give_up (slot);
    return FALSE;
  }
  send_one (slot, &burst, 0);
  return TRUE;
}

static void
pump (Slot *slot)
{
  Feed *feed;
  const FeedEncoding *encoding = find_waiting (slot, &feed);

  if (encoding == NULL || !slot->transport->sendable) {
    slot_pace_cancel (slot);
    return;
  }
  while (slot_pace_allows (slot) && send_next (slot, feed, encoding))
    ;
}

void
shard_pump_paced (Shard *shard)
{
  for (guint i = shard->paced->len; i-- > 0;)
    pump (g_ptr_array_index (shard->paced, i));
  g_source_set_ready_time (shard->pace_timer,
                           shard->paced->len > 0 ? g_get_monotonic_time () + BWE_PACE_STEP_US : -1);
}

/* --- live --- */

void
slot_pace_set (Slot *slot, gboolean is_on)
{
  if (slot->is_paced == is_on)
    return;
  slot->is_paced = is_on;
  if (slot->pace.waits)
    pump (slot); /* all of it */
}

/* TRUE: the picture that @input is of flows, or begins with it. */
static gboolean
is_shown (const Slot *slot, const SlotInput *input)
{
  const SlotRewriter *rewriter = &slot->rewriter;
  guint32 flowing;

  if (slot_rewriter_flowing (rewriter, &flowing) && flowing == input->source)
    return TRUE;
  return rewriter->has_pending && rewriter->pending == input->source && input->keyframe_start;
}

/* TRUE: it waits behind others, or for the line. */
static gboolean
must_wait (Slot *slot, const SlotBurst *burst, guint index)
{
  SlotPace *pace = &slot->pace;
  const SlotInput *input = &burst->inputs[index];
  gboolean is_same = pace->waits && pace->source == input->source;

  if (is_same)
    return input->source_seq >= pace->next_seq;
  if (!is_shown (slot, input) || (!pace->waits && slot_pace_allows (slot)))
    return FALSE;
  /* it takes the place of what waited of another */
  hold (slot, input->source, input->source_seq);
  return TRUE;
}

void
slot_pace_on_burst (Slot *slot, const SlotBurst *burst)
{
  if (slot->kind == TRACK_AUDIO) {
    slot_forward_burst (slot, burst);
    pacer_on_sound (pacer_of (slot), slot->transport->shard->now_us);
    return;
  }
  for (guint i = 0; i < burst->n_packets; i++)
    if (!must_wait (slot, burst, i))
      send_one (slot, burst, i);
}
