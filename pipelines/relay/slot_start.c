#include "pipelines/relay/slot_start.h"

#include "pipelines/relay/feed.h"
#include "pipelines/relay/slot.h"
#include "pipelines/relay/transport.h"

gboolean
keyframe_start_is_worth_it (const KeyframeStart *start)
{
  if (start->age_us > SLOT_START_MAX_AGE_US || start->bytes > SLOT_START_MAX_BYTES ||
      start->packets > CACHE_MAX_PACKETS || start->line_bps <= start->stream_bps)
    return FALSE;
  return start->bytes * 8 * G_USEC_PER_SEC / (start->line_bps - start->stream_bps) <=
         SLOT_START_CATCH_UP_US;
}

/* The slots of a transport that start share its line. */
static guint
count_starting (const Transport *transport)
{
  const GPtrArray *starting = transport->shard->starting;
  guint n = 0;

  for (guint i = 0; i < starting->len; i++) {
    const Slot *slot = g_ptr_array_index (starting, i);
    n += slot->transport == transport;
  }
  return n;
}

static guint
line_bps (const Slot *slot, guint stream_bps, guint n_starting)
{
  const LineShare *share = slot->transport->share;
  guint unknown = stream_bps * SLOT_START_UNKNOWN_TIMES;

  if (share == NULL || !estimator_is_told (&share->estimator))
    return unknown;
  return estimator_get_bps (&share->estimator) / MAX (n_starting, 1);
}

/* What lies in the cache has no hole: the receiver could not fill it, and would ask for it. */
static gboolean
is_whole (const FeedEncoding *encoding, gint64 now_us)
{
  const KeyframeMark *mark = &encoding->keyframe;

  for (guint64 seq = mark->seq; seq <= mark->newest; seq++)
    if (packet_cache_get (encoding->cache, seq, now_us) == NULL)
      return FALSE;
  return TRUE;
}

static guint
stream_bps_of (const FeedEncoding *encoding, gint64 age_us)
{
  if (encoding->layer.bitrate_bps > 0)
    return encoding->layer.bitrate_bps;
  return (guint) (encoding->keyframe.bytes * 8 * G_USEC_PER_SEC / MAX (age_us, G_USEC_PER_SEC));
}

static gboolean
is_worth_it (const Slot *slot, const FeedEncoding *encoding)
{
  const KeyframeMark *mark = &encoding->keyframe;
  gint64 now_us = slot->transport->shard->now_us;
  KeyframeStart start = { .age_us = now_us - mark->at_us, .bytes = mark->bytes };

  if (slot->rtx_ssrc == 0 || encoding->cache == NULL || !mark->is_set)
    return FALSE;
  start.packets = mark->newest - mark->seq + 1;
  start.stream_bps = stream_bps_of (encoding, start.age_us);
  start.line_bps = line_bps (slot, start.stream_bps, count_starting (slot->transport) + 1);
  return keyframe_start_is_worth_it (&start) && is_whole (encoding, now_us);
}

/* Packets of the cache from start->next_seq on, at most one burst and @max_bytes. Returns the
 * bytes. */
static gsize
fill_burst (const Slot *slot, const FeedEncoding *encoding, gsize max_bytes, SlotBurst *burst)
{
  const SlotStart *start = &slot->start;
  Shard *shard = slot->transport->shard;
  gsize bytes = 0;

  slot_burst_begin (burst, slot->feed, start->source);
  for (guint64 seq = start->next_seq; burst->n_packets < BURST_MAX_PACKETS && bytes < max_bytes &&
                                      seq <= encoding->keyframe.newest;
       seq++) {
    GstBuffer *buffer = packet_cache_get (encoding->cache, seq, shard->now_us);
    SlotInput *input = &burst->inputs[burst->n_packets];

    if (buffer == NULL)
      break;
    slot_burst_add (burst, packet_meta_get (buffer));
    input->timestamp = slot_start_timestamp (start, start->source, seq, input->timestamp);
    if (seq <= start->anchor_seq)
      input->arrival_us =
          start->since_us - (start->since_us - input->arrival_us) / SLOT_START_SQUEEZE;
    bytes += burst->packets[burst->n_packets - 1]->rtp.size;
  }
  return bytes;
}

/* FALSE: nothing more can come out of the cache for this slot. */
static gboolean
is_going_on (const Slot *slot, const FeedEncoding *encoding)
{
  const SlotStart *start = &slot->start;
  guint32 source;

  if (encoding == NULL || !slot->transport->sendable || start->next_seq > encoding->keyframe.newest)
    return FALSE;
  if (slot_rewriter_flowing (&slot->rewriter, &source) && source == start->source)
    return TRUE;
  return slot_rewriter_wants_keyframe (&slot->rewriter, &source) && source == start->source;
}

/* One burst, at most about @max_bytes. Returns the bytes, 0: there is none. */
static gsize
send_burst (Slot *slot, const FeedEncoding *encoding, gsize max_bytes)
{
  SlotBurst burst;
  gsize bytes = fill_burst (slot, encoding, max_bytes, &burst);

  if (burst.n_packets == 0)
    return 0;
  slot->start.next_seq += burst.n_packets;
  slot_forward_burst (slot, &burst);
  return bytes;
}

/* Sends until the line is full or all is sent; FALSE: the start has ended. */
static gboolean
slot_start_pump (Slot *slot)
{
  SlotStart *start = &slot->start;
  Shard *shard = slot->transport->shard;
  FeedEncoding *encoding = feed_find_encoding (slot->feed, start->source);

  while (is_going_on (slot, encoding) && start->sent_until_us <= shard->now_us &&
         slot_pace_allows (slot)) {
    guint bps = line_bps (slot, stream_bps_of (encoding, shard->now_us - encoding->keyframe.at_us),
                          count_starting (slot->transport));
    gsize step = slot->is_paced ? 1 : SLOT_START_STEP_BYTES;
    gsize bytes = send_burst (slot, encoding, step);

    if (bytes == 0)
      return FALSE;
    start->sent_until_us += bytes * 8 * G_USEC_PER_SEC / MAX (bps, 1);
    slot_pace_note (slot, bytes, BWE_PACE_HURRY_US);
  }
  return is_going_on (slot, encoding);
}

gboolean
slot_start_try (Slot *slot, guint32 source)
{
  Shard *shard = slot->transport->shard;
  FeedEncoding *encoding = feed_find_encoding (slot->feed, source);
  GstBuffer *newest;
  guint32 flowing;

  if (slot->starts_with == source)
    return TRUE;
  slot_start_cancel (slot);
  if (encoding == NULL || !is_worth_it (slot, encoding) ||
      (slot_rewriter_flowing (&slot->rewriter, &flowing) && flowing == source))
    return FALSE;
  if (shard->now_us - slot->transport->since_us < SLOT_START_SETTLE_US)
    return TRUE;
  newest = packet_cache_get (encoding->cache, encoding->keyframe.newest, shard->now_us);
  slot->starts_with = source;
  slot->start = (SlotStart){ .source = source,
                             .first_seq = encoding->keyframe.seq,
                             .next_seq = encoding->keyframe.seq,
                             .anchor_seq = encoding->keyframe.newest,
                             .anchor_ts = packet_meta_get (newest)->rtp.timestamp,
                             .sent_until_us = shard->now_us - SLOT_START_LEAD_US,
                             .since_us = shard->now_us };
  g_ptr_array_add (shard->starting, slot);
  shard->stats.starts_cached++;
  if (!slot_start_pump (slot))
    slot_start_cancel (slot);
  return TRUE;
}

void
shard_pump_starts (Shard *shard)
{
  for (guint i = shard->starting->len; i-- > 0;) {
    Slot *slot = g_ptr_array_index (shard->starting, i);

    if (!slot_start_pump (slot))
      slot_start_cancel (slot);
  }
}

/* Not where each packet has its time: repeats would only take it from what waits. */
static gboolean
may_hasten (const Slot *slot)
{
  return slot->starts_with != 0 && !slot->is_paced;
}

guint
slot_start_get_lag_bps (const Slot *slot)
{
  const FeedEncoding *encoding =
      may_hasten (slot) ? feed_find_encoding (slot->feed, slot->starts_with) : NULL;
  const KeyframeMark *mark;
  guint64 waiting;

  if (encoding == NULL || encoding->keyframe.newest < slot->start.next_seq)
    return 0;
  mark = &encoding->keyframe;
  waiting = (guint64) mark->bytes * (mark->newest - slot->start.next_seq + 1) /
            (mark->newest - mark->seq + 1);
  return (guint) MIN (waiting * 8 * G_USEC_PER_SEC / SLOT_START_CATCH_UP_US, BWE_MAX_BPS);
}

guint
slot_start_hasten (Slot *slot, guint bytes)
{
  FeedEncoding *encoding;
  guint sent = 0;
  gsize burst_bytes = 1;

  if (!may_hasten (slot))
    return 0;
  encoding = feed_find_encoding (slot->feed, slot->start.source);
  while (sent < bytes && burst_bytes > 0 && is_going_on (slot, encoding)) {
    burst_bytes = send_burst (slot, encoding, bytes - sent);
    sent += (guint) burst_bytes;
  }
  return MIN (sent, bytes);
}

void
slot_start_cancel (Slot *slot)
{
  if (slot->starts_with == 0)
    return;
  slot->starts_with = 0;
  g_ptr_array_remove_fast (slot->transport->shard->starting, slot);
}
