#include "pipelines/relay/shard_forward.h"

#include "pipelines/relay/clock.h"
#include "pipelines/relay/feed.h"
#include "pipelines/relay/slot_pressure.h"
#include "pipelines/relay/sound_gather.h"
#include "pipelines/relay/track.h"
#include "pipelines/relay/transport.h"

/* Weight of the newest tick in the average: it follows within 200 ms. */
#define BUSY_WEIGHT 8

/* --- what was dropped --- */

/* Set from a drop until the next keyframe; NULL: the track or feed has gone. */
static gboolean *
find_broken (Shard *shard, const MediaBurst *burst)
{
  Track *track = g_hash_table_lookup (shard->tracks, GUINT_TO_POINTER (burst->track));
  Feed *feed = feed_find (shard, burst->track);

  if (burst->is_delivery)
    return feed != NULL ? &feed->encodings[burst->encoding].is_broken : NULL;
  return track != NULL ? &track->encodings[burst->encoding].is_broken : NULL;
}

static void
ask_for_repair (Shard *shard, const MediaBurst *burst)
{
  Track *track = g_hash_table_lookup (shard->tracks, GUINT_TO_POINTER (burst->track));
  Feed *feed = feed_find (shard, burst->track);

  if (burst->is_delivery && feed != NULL)
    feed_on_lost (feed, burst->encoding);
  else if (!burst->is_delivery && track != NULL)
    encoding_on_lost (&track->encodings[burst->encoding]);
}

void
shard_on_burst_dropped (const MediaBurst *burst, gpointer user_data)
{
  Shard *shard = user_data;
  gboolean *is_broken = burst->is_audio ? NULL : find_broken (shard, burst);

  shard->stats.rx_dropped += gst_buffer_list_length (burst->list);
  if (burst->is_audio)
    return;
  shard->late_us = MAX (shard->late_us, shard->now_us - burst->since_us);
  if (is_broken != NULL)
    *is_broken = TRUE;
  ask_for_repair (shard, burst);
}

static gboolean
has_keyframe (GstBufferList *list)
{
  for (guint i = 0; i < gst_buffer_list_length (list); i++)
    if (packet_meta_get (gst_buffer_list_get (list, i))->keyframe_start)
      return TRUE;
  return FALSE;
}

/* TRUE: part of a picture that nobody can show. */
static gboolean
is_useless (Shard *shard, const MediaBurst *burst)
{
  gboolean *is_broken = burst->is_audio ? NULL : find_broken (shard, burst);

  if (is_broken == NULL || !*is_broken)
    return FALSE;
  if (!has_keyframe (burst->list)) {
    shard->stats.rx_dropped += gst_buffer_list_length (burst->list);
    ask_for_repair (shard, burst); /* merged: the first one may have been lost */
    return TRUE;
  }
  *is_broken = FALSE;
  return FALSE;
}

/* --- the round --- */

static void
forward_burst (Shard *shard, const MediaBurst *burst)
{
  Track *track = g_hash_table_lookup (shard->tracks, GUINT_TO_POINTER (burst->track));
  gboolean useless = is_useless (shard, burst);

  if (!useless && !burst->is_delivery && track != NULL && !track->muted) {
    track_push (track, burst->list);
    return;
  }
  if (!useless && burst->is_delivery)
    shard_deliver_list (shard, burst->track, burst->list);
  gst_buffer_list_unref (burst->list);
}

static void
forward_rest (Shard *shard)
{
  BurstRest rest = shard->rest;
  Feed *feed = feed_find (shard, rest.track);

  shard->rest.list = NULL;
  if (feed != NULL)
    feed_go_on (feed, rest.list, rest.next);
  if (shard->rest.list == NULL)
    sound_gather_alight (shard->sounds); /* it may have ended early */
  gst_buffer_list_unref (rest.list);
}

/* The picture that is next can take along what waits to be heard. */
static gboolean
sound_rides (Shard *shard)
{
  const MediaBurst *next = media_queue_peek_video (shard->ready);
  BurstRest picture = shard->rest;
  const Feed *feed;

  if (sound_gather_due_us (shard->sounds) == 0)
    return FALSE;
  if (picture.list == NULL && next != NULL)
    picture = (BurstRest){ .list = next->list, .track = next->track };
  if (picture.list == NULL || shard->pressure.level > 0)
    return FALSE;
  feed = feed_find (shard, picture.track);
  return feed != NULL &&
         sound_gather_suits (shard->sounds, feed,
                             packet_meta_get (gst_buffer_list_get (picture.list, 0))->source);
}

/* FALSE: nothing is ready. */
static gboolean
forward_next (Shard *shard)
{
  MediaBurst burst;

  if (media_queue_pop_audio (shard->ready, shard->now_us, &burst)) {
    forward_burst (shard, &burst);
    return TRUE;
  }
  if (!sound_rides (shard) && sound_gather_release (shard->sounds))
    return TRUE;
  if (shard->rest.list != NULL) {
    forward_rest (shard);
  } else if (media_queue_pop (shard->ready, shard->now_us, &burst)) {
    shard->late_us = MAX (shard->late_us, shard->now_us - burst.since_us);
    forward_burst (shard, &burst);
  } else {
    return FALSE;
  }
  return TRUE;
}

void
shard_forward (Shard *shard)
{
  shard->slice_until_us = shard->now_us + RELAY_ROUND_US;
  while (shard->now_us < shard->slice_until_us && forward_next (shard))
    shard->now_us = relay_clock_now_us ();
}

gboolean
shard_has_waiting (const Shard *shard)
{
  gint64 sound_us = sound_gather_due_us (shard->sounds);

  return shard->rest.list != NULL || !media_queue_is_empty (shard->ready) ||
         (sound_us != 0 && sound_us <= shard->now_us);
}

/* --- pressure --- */

/* Returns how many pictures look otherwise now. */
static guint
press_slots (Shard *shard)
{
  GHashTableIter iter;
  gpointer transport;
  guint changed = 0;

  shard->stats.thinned = 0;
  g_hash_table_iter_init (&iter, shard->transports);
  while (g_hash_table_iter_next (&iter, NULL, &transport)) {
    const GPtrArray *slots = ((Transport *) transport)->slots;

    for (guint i = 0; i < slots->len; i++) {
      Slot *slot = g_ptr_array_index (slots, i);

      changed += slot_press (slot);
      shard->stats.thinned += slot_is_thinned (slot);
    }
  }
  return changed;
}

void
shard_tick_pressure (Shard *shard)
{
  gint64 elapsed_us = MAX (shard->now_us - shard->ticked_us, 1);
  guint busy = (guint) MIN (shard->busy_us * 1000 / elapsed_us, 1000);
  guint before = shard->pressure.level;
  PressureInput input = { .now_us = shard->now_us, .late_us = shard->late_us };

  shard->busy_permille = (shard->busy_permille * (BUSY_WEIGHT - 1) + busy) / BUSY_WEIGHT;
  input.busy_permille = shard->busy_permille;
  shard->ticked_us = shard->now_us;
  shard->busy_us = 0;
  shard->late_us = 0;
  if (!pressure_tick (&shard->pressure, &input))
    return;
  while (press_slots (shard) == 0 &&
         pressure_go_on (&shard->pressure, shard->pressure.level > before))
    ;
  shard->stats.pressure = shard->pressure.level;
}
