#include "pipelines/relay/track_picture.h"

#include "pipelines/relay/feed.h"
#include "pipelines/relay/transport.h"

gint
track_picture_choose (const Track *track)
{
  gint best = LAYER_NONE;

  /* best first: of those whose size is not known the last is the smallest */
  for (gint i = (gint) track->shape->n_encodings - 1; i >= 0; i--) {
    const Encoding *encoding = &track->encodings[i];

    if (encoding->source == 0 || !encoding->active)
      continue;
    if (best == LAYER_NONE ||
        (encoding->height != 0 && encoding->height < track->encodings[best].height))
      best = i;
  }
  return best;
}

gint64
track_picture_interval_us (guint bytes, guint n_slots)
{
  gint64 paid_us = (gint64) bytes * G_USEC_PER_SEC / PICTURE_ASK_BYTES_PER_SECOND;

  /* each of them is sent it too */
  if (n_slots >= BURST_WIDE_SLOTS)
    return PICTURE_ASK_MAX_US;
  return CLAMP (paid_us, PICTURE_ASK_MIN_US, PICTURE_ASK_MAX_US);
}

/* --- what is caught --------------------------------------------------------------------------- */

static void
picture_free (TrackPicture *picture)
{
  keyframe_catcher_free (picture->catcher);
  g_free (picture);
}

void
track_picture_cancel (Track *track)
{
  g_clear_pointer (&track->picture, picture_free);
}

static gboolean
ends_frame (const PacketInfo *info)
{
  if ((info->frame.flags & LAYER_FRAME_SPATIAL) != 0)
    return (info->frame.flags & LAYER_FRAME_END) != 0;
  return info->rtp.marker;
}

/* TRUE: it is whole. Upper spatial layers are not looked at. */
static gboolean
picture_put (TrackPicture *picture, const PacketInfo *info, gint64 now_us)
{
  CatchPacket packet = { .seq = info->extended_seq,
                         .timestamp = info->rtp.timestamp,
                         .starts = info->keyframe_start,
                         .ends = ends_frame (info),
                         .payload = rtp_packet_payload (&info->rtp),
                         .size = info->rtp.payload_size };

  return info->frame.spatial == 0 && keyframe_catcher_on_packet (picture->catcher, &packet, now_us);
}

/* Goes to the main thread, which puts it together. */
static void
picture_hand_on (Track *track, guint codec_index)
{
  const ShardEvents *events = &track->shard->config.events;
  TrackKeyframe *keyframe = g_new0 (TrackKeyframe, 1);

  keyframe->track = g_strdup (track->shape->id);
  keyframe->codec = track->shape->codecs.entries[codec_index].codec;
  keyframe->catcher = g_steal_pointer (&track->picture->catcher);
  track_picture_cancel (track);
  events->on_keyframe (events->user_data, keyframe, track->transport->serial);
}

void
track_keyframe_free (TrackKeyframe *keyframe)
{
  keyframe_catcher_free (keyframe->catcher);
  g_free (keyframe->track);
  g_free (keyframe);
}

static void
ask_publisher (Track *track)
{
  gint64 now_us = track->shard->now_us;
  guint bytes = 0;

  for (guint i = 0; i < track->shape->n_encodings; i++)
    if (track->encodings[i].active)
      bytes += track->encodings[i].keyframes.bytes;
  if (track->picture_asked_us != 0 &&
      now_us - track->picture_asked_us < track_picture_interval_us (bytes, track->n_slots))
    return;
  track->picture_asked_us = now_us;
  track_request_keyframe (track, track->picture->source);
}

static void
track_picture_aim (Track *track, gint encoding)
{
  track->picture->encoding = (guint) encoding;
  track->picture->source = track->encodings[encoding].source;
}

/* A camera that rested flows. It begins with a keyframe, unless that was lost or had come before.
 */
static void
begin_with (Track *track, const PacketInfo *info)
{
  track_picture_aim (track, track_picture_choose (track));
  if (!info->keyframe_start)
    ask_publisher (track);
}

void
track_picture_on_packet (Encoding *encoding, const PacketInfo *info)
{
  Track *track = encoding->track;
  TrackPicture *picture = track->picture;

  if (picture->source == 0)
    begin_with (track, info);
  if (encoding->index == picture->encoding && info->source == picture->source &&
      picture_put (picture, info, track->shard->now_us))
    picture_hand_on (track, info->codec);
}

/* --- where it comes from ---------------------------------------------------------------------- */

typedef struct {
  Track *track;
  gint codec; /* of the whole keyframe; -1: it is not whole */
} CacheLook;

static gboolean
look_at_cached (guint64 seq, gpointer packet, gpointer user_data)
{
  CacheLook *look = user_data;
  const PacketInfo *info = packet_meta_get (packet);

  if (picture_put (look->track->picture, info, look->track->shard->now_us))
    look->codec = info->codec;
  return look->codec < 0;
}

/* The last keyframe as it lies in the cache of those who show it. */
static gboolean
take_from_cache (Track *track)
{
  Feed *feed = feed_find (track->shard, track->shape->serial);
  FeedEncoding *encoding = feed != NULL ? feed_find_encoding (feed, track->picture->source) : NULL;
  CacheLook look = { track, -1 };

  if (encoding == NULL || encoding->cache == NULL || !encoding->keyframe.is_set)
    return FALSE;
  packet_cache_trim (encoding->cache, track->shard->now_us);
  packet_cache_foreach (encoding->cache, encoding->keyframe.seq, look_at_cached, &look);
  if (look.codec < 0)
    return FALSE;
  picture_hand_on (track, (guint) look.codec);
  return TRUE;
}

void
track_ask_picture (Track *track)
{
  gint64 until_us = track->shard->now_us + PICTURE_WAIT_US;
  gint encoding = track_picture_choose (track);

  if (track->shape->kind != TRACK_VIDEO || track->muted)
    return;
  if (track->picture != NULL && encoding != LAYER_NONE &&
      track->picture->source == track->encodings[encoding].source) {
    track->picture->until_us = until_us;
    ask_publisher (track);
    return;
  }
  track_picture_cancel (track);
  track->picture = g_new0 (TrackPicture, 1);
  track->picture->catcher = keyframe_catcher_new ();
  track->picture->until_us = until_us;
  if (encoding == LAYER_NONE)
    return;
  track_picture_aim (track, encoding);
  if (!take_from_cache (track))
    ask_publisher (track);
}

void
track_picture_tick (Track *track)
{
  TrackPicture *picture = track->picture;
  Encoding *encoding = &track->encodings[picture->encoding];

  keyframe_catcher_tick (picture->catcher, track->shard->now_us);
  if (track->shard->now_us < picture->until_us &&
      (picture->source == 0 || encoding->source == picture->source))
    return;
  /* who does not answer is not asked on and on for nobody */
  if (track->n_slots == 0)
    keyframe_requester_cancel (&encoding->keyframes);
  track_picture_cancel (track);
}
