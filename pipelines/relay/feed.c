#include "pipelines/relay/feed.h"

#include "pipelines/relay/audio_group.h"
#include "pipelines/relay/clock.h"
#include "pipelines/relay/slot_list.h"
#include "pipelines/relay/sound_gather.h"
#include "pipelines/relay/track.h"
#include "pipelines/relay/transport.h"

#include <string.h>

/* Of a wide burst between two looks at the clock: about 0.3 ms. */
#define SLICE_SLOTS 32

Feed *
feed_find (Shard *shard, guint32 serial)
{
  return g_hash_table_lookup (shard->feeds, GUINT_TO_POINTER (serial));
}

static PacketCache *
feed_cache_new (void)
{
  return packet_cache_new (CACHE_MAX_PACKETS, CACHE_MAX_BYTES, CACHE_MAX_AGE_US,
                           (GDestroyNotify) gst_buffer_unref);
}

Feed *
feed_get (Shard *shard, TrackShape *shape, Shard *origin)
{
  Feed *feed = feed_find (shard, shape->serial);

  if (feed != NULL)
    return feed;
  feed = g_new0 (Feed, 1);
  feed->shard = shard;
  feed->origin = origin;
  feed->shape = track_shape_ref (shape);
  feed->slots = g_ptr_array_new ();
  for (guint i = 0; shape->kind == TRACK_VIDEO && i < shape->n_encodings; i++)
    feed->encodings[i].cache = feed_cache_new ();
  g_hash_table_insert (shard->feeds, GUINT_TO_POINTER (shape->serial), feed);
  return feed;
}

static void
feed_free (Feed *feed)
{
  g_hash_table_remove (feed->shard->feeds, GUINT_TO_POINTER (feed->shape->serial));
  for (guint i = 0; i < LIMIT_RIDS; i++) {
    g_clear_pointer (&feed->encodings[i].cache, packet_cache_free);
    g_free (feed->encodings[i].dependencies);
  }
  g_ptr_array_unref (feed->slots);
  g_clear_pointer (&feed->members, g_ptr_array_unref);
  track_shape_unref (feed->shape);
  g_free (feed);
}

static void
feed_free_if_unused (Feed *feed)
{
  if (feed->slots->len == 0 && (feed->members == NULL || feed->members->len == 0))
    feed_free (feed);
}

void
feed_add_slot (Feed *feed, Slot *slot)
{
  slot_list_insert (feed->slots, slot);
}

void
feed_remove_slot (Feed *feed, Slot *slot)
{
  g_ptr_array_remove (feed->slots, slot);
  feed_free_if_unused (feed);
}

void
feed_add_member (Feed *feed, AudioMember *member)
{
  if (feed->members == NULL)
    feed->members = g_ptr_array_new ();
  g_ptr_array_add (feed->members, member);
}

void
feed_remove_member (Feed *feed, AudioMember *member)
{
  g_ptr_array_remove (feed->members, member);
  feed_free_if_unused (feed);
}

FeedEncoding *
feed_find_encoding (Feed *feed, guint32 source)
{
  for (guint i = 0; source != 0 && i < feed->shape->n_encodings; i++) {
    if (feed->encodings[i].source == source)
      return &feed->encodings[i];
  }
  return NULL;
}

static void
feed_update_slots (Feed *feed)
{
  for (guint i = 0; i < feed->slots->len; i++) {
    Slot *slot = g_ptr_array_index (feed->slots, i);

    if (slot->feed == feed)
      slot_update (slot);
  }
}

/* Keeps @buffer for retransmission; sound is not worth one. */
static void
feed_cache (FeedEncoding *encoding, GstBuffer *buffer, const PacketInfo *info)
{
  if (encoding->cache != NULL)
    packet_cache_put (encoding->cache, info->extended_seq, gst_buffer_ref (buffer), info->rtp.size,
                      info->arrival_us);
  if (info->dependency_size > DEPENDENCY_DESCRIPTOR_SHORT)
    feed_dependencies_read (&encoding->dependencies, info);
  keyframe_mark_on_packet (&encoding->keyframe, info->extended_seq, info->keyframe_start,
                           info->rtp.size, info->arrival_us);
}

void
slot_burst_begin (SlotBurst *burst, const Feed *feed, guint32 source)
{
  burst->feed = feed;
  burst->source = source;
  burst->n_packets = 0;
  burst->abs_send_time = extension_abs_send_time (feed->shard->now_us);
}

void
slot_burst_add (SlotBurst *burst, const PacketInfo *info)
{
  SlotInput *input = &burst->inputs[burst->n_packets];

  burst->packets[burst->n_packets++] = info;
  input->source_seq = info->extended_seq;
  input->timestamp = info->rtp.timestamp;
  input->source = info->source;
  input->keyframe_start = info->keyframe_start;
  input->arrival_us = info->arrival_us;
  input->numbers = &info->numbers;
  input->frame = &info->frame;
}

/* The shard has other things to do, or sound that can go along is about to come: the rest of @list
 * waits for the next round. */
static gboolean
feed_pause (Feed *feed, const SlotBurst *burst, GstBufferList *list, guint next)
{
  Shard *shard = feed->shard;

  if (next == SLICE_SLOTS && sound_gather_expects (shard->sounds, feed, burst->source))
    shard->slice_until_us = 0;
  if (relay_clock_now_us () < shard->slice_until_us)
    return FALSE;
  sound_gather_suspend (shard->sounds);
  shard->rest = (BurstRest){ gst_buffer_list_ref (list), feed->shape->serial, next };
  return TRUE;
}

static void
feed_forward (Feed *feed, const SlotBurst *burst, GstBufferList *list, guint from)
{
  SoundGather *sounds = feed->shard->sounds;
  gboolean has_sound = sound_gather_board (sounds, burst, from);

  for (guint i = from; i < feed->slots->len; i++) {
    Slot *slot = g_ptr_array_index (feed->slots, i);

    if (i > from && i % SLICE_SLOTS == 0 && feed_pause (feed, burst, list, i))
      return;
    slot_list_prefetch (feed->slots, i);
    if (has_sound)
      sound_gather_ride_to (sounds, slot->transport->serial - 1);
    slot_forward (slot, burst);
    slot_list_prefetch_keys (feed->slots, i);
    if (has_sound)
      sound_gather_ride_to (sounds, slot->transport->serial);
  }
  sound_gather_alight (sounds);
}

/* NULL: of a stream that is none of the current ones. */
static FeedEncoding *
feed_read_list (Feed *feed, GstBufferList *list, SlotBurst *burst)
{
  guint n = MIN (gst_buffer_list_length (list), BURST_MAX_PACKETS);
  const PacketInfo *first = n > 0 ? packet_meta_get (gst_buffer_list_get (list, 0)) : NULL;
  FeedEncoding *encoding = first != NULL ? feed_find_encoding (feed, first->source) : NULL;

  if (encoding == NULL)
    return NULL;
  slot_burst_begin (burst, feed, first->source);
  for (guint i = 0; i < n; i++)
    slot_burst_add (burst, packet_meta_get (gst_buffer_list_get (list, i)));
  return encoding;
}

void
feed_on_list (Feed *feed, GstBufferList *list)
{
  SlotBurst burst;
  FeedEncoding *encoding = feed_read_list (feed, list, &burst);

  if (encoding == NULL)
    return;
  for (guint i = 0; i < burst.n_packets; i++) {
    const PacketInfo *info = burst.packets[i];

    feed_cache (encoding, gst_buffer_list_get (list, i), info);
    stream_clock_on_packet (&encoding->clock, info->rtp.timestamp, info->arrival_us);
    if (feed->shape->kind == TRACK_AUDIO)
      sound_gather_add (feed->shard->sounds, feed, gst_buffer_list_get (list, i));
  }
  if (feed->shape->kind == TRACK_VIDEO)
    feed_forward (feed, &burst, list, 0);
}

void
feed_go_on (Feed *feed, GstBufferList *list, guint from)
{
  SlotBurst burst;

  if (feed_read_list (feed, list, &burst) != NULL)
    feed_forward (feed, &burst, list, from);
}

void
shard_deliver_list (Shard *shard, guint32 serial, GstBufferList *list)
{
  Feed *feed = feed_find (shard, serial);

  if (feed != NULL)
    feed_on_list (feed, list);
}

void
feed_on_lost (Feed *feed, guint encoding)
{
  if (feed->shape->kind == TRACK_VIDEO && encoding < feed->shape->n_encodings)
    feed_request_keyframe (feed, feed->encodings[encoding].source);
}

void
feed_on_snapshot (Feed *feed, const TrackSnapshot *snapshot)
{
  gboolean changed = feed->muted != snapshot->muted;

  feed->muted = snapshot->muted;
  feed->sender = snapshot->sender;
  for (guint i = 0; i < feed->shape->n_encodings; i++) {
    FeedEncoding *encoding = &feed->encodings[i];
    const EncodingSnapshot *news = &snapshot->encodings[i];

    /* another stream counts anew: what was let in of the one before means nothing to it */
    if (encoding->source != news->source && encoding->cache != NULL) {
      packet_cache_free (encoding->cache);
      encoding->cache = feed_cache_new ();
    }
    /* nobody is shown again what was before the camera was closed */
    if (encoding->source != news->source || snapshot->muted)
      encoding->keyframe = (KeyframeMark){ 0 };
    changed = changed || encoding->source != news->source ||
              encoding->layer.active != news->layer.active ||
              encoding->layer.height != news->layer.height ||
              encoding->ladder.n_spatial != news->ladder.n_spatial;
    encoding->source = news->source;
    encoding->layer = news->layer;
    encoding->ladder = news->ladder;
    encoding->clock = news->clock;
  }
  if (changed)
    feed_update_slots (feed);
  for (guint i = 0; feed->muted && feed->members != NULL && i < feed->members->len; i++)
    audio_member_close (g_ptr_array_index (feed->members, i));
}

typedef struct {
  Shard *origin;
  guint32 serial;
  guint32 source;
} KeyframeRequest;

static void
on_keyframe_request (gpointer data)
{
  const KeyframeRequest *request = data;
  Track *track = g_hash_table_lookup (request->origin->tracks, GUINT_TO_POINTER (request->serial));

  if (track != NULL)
    track_request_keyframe (track, request->source);
}

void
feed_request_keyframe (Feed *feed, guint32 source)
{
  KeyframeRequest request = { feed->origin, feed->shape->serial, source };

  if (feed->origin == feed->shard)
    on_keyframe_request (&request);
  else
    mailbox_post (feed->origin->mailbox, on_keyframe_request, g_memdup2 (&request, sizeof request),
                  g_free);
}
