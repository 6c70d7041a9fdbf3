/* MediaQueue: bursts that were received and wait to be forwarded, audio apart from video.
 *
 * Bounded: a round that comes late finds at most RELAY_MAX_PENDING_PACKETS packets, none older than
 * RELAY_VIDEO_MAX_AGE_US or RELAY_AUDIO_MAX_AGE_US; the oldest video goes first, then the oldest
 * audio. Owner: one shard.
 */
#pragma once

#include <gst/gst.h>

typedef struct MediaQueue MediaQueue;

typedef struct {
  guint32 track;   /* serial */
  guint8 encoding; /* of the track */
  gboolean is_audio;
  gboolean is_delivery; /* from another shard: goes to the feed, not through the track's bin */
  gint64 since_us;      /* arrival of its first packet */
  GstBufferList *list;  /* owned */
} MediaBurst;

/* A burst that was thrown away unsent. Must not touch the queue. */
typedef void (*MediaQueueDropFunc) (const MediaBurst *burst, gpointer user_data);

MediaQueue *media_queue_new (MediaQueueDropFunc on_drop, gpointer user_data);
void media_queue_free (MediaQueue *queue);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MediaQueue, media_queue_free)

/* @burst->list: (transfer full). */
void media_queue_push (MediaQueue *queue, const MediaBurst *burst);

/* The oldest audio that is not too old at @now_us; FALSE: there is none. */
gboolean media_queue_pop_audio (MediaQueue *queue, gint64 now_us, MediaBurst *ret_burst);

/* The oldest audio, else the oldest video burst that is not too old at @now_us; FALSE: empty.
 * ret_burst->list: (transfer full). */
gboolean media_queue_pop (MediaQueue *queue, gint64 now_us, MediaBurst *ret_burst);

/* The oldest video burst, not taken and of whatever age; NULL: there is none. */
const MediaBurst *media_queue_peek_video (const MediaQueue *queue);

gboolean media_queue_is_empty (const MediaQueue *queue);
guint media_queue_get_n_packets (const MediaQueue *queue);
