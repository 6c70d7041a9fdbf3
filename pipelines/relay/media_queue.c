#include "pipelines/relay/media_queue.h"

#include "pipelines/relay/limits.h"

/* Taken bursts are cut off the front of an array so many at a time. */
#define COMPACT_AFTER 256

struct MediaQueue {
  GArray *audio; /* MediaBurst, oldest at audio_head */
  GArray *video;
  guint audio_head;
  guint video_head;
  guint n_packets;
  MediaQueueDropFunc on_drop;
  gpointer user_data;
};

MediaQueue *
media_queue_new (MediaQueueDropFunc on_drop, gpointer user_data)
{
  MediaQueue *queue = g_new0 (MediaQueue, 1);

  queue->audio = g_array_new (FALSE, FALSE, sizeof (MediaBurst));
  queue->video = g_array_new (FALSE, FALSE, sizeof (MediaBurst));
  queue->on_drop = on_drop;
  queue->user_data = user_data;
  return queue;
}

/* Takes the oldest burst of one kind; FALSE: there is none. */
static gboolean
queue_shift (MediaQueue *queue, GArray *bursts, guint *head, MediaBurst *ret_burst)
{
  if (*head == bursts->len)
    return FALSE;
  *ret_burst = g_array_index (bursts, MediaBurst, (*head)++);
  if (*head == bursts->len || *head == COMPACT_AFTER) {
    g_array_remove_range (bursts, 0, *head);
    *head = 0;
  }
  queue->n_packets -= gst_buffer_list_length (ret_burst->list);
  return TRUE;
}

static void
queue_drop (MediaQueue *queue, MediaBurst *burst)
{
  if (queue->on_drop != NULL)
    queue->on_drop (burst, queue->user_data);
  gst_buffer_list_unref (burst->list);
}

void
media_queue_free (MediaQueue *queue)
{
  MediaBurst burst;

  while (queue_shift (queue, queue->audio, &queue->audio_head, &burst) ||
         queue_shift (queue, queue->video, &queue->video_head, &burst))
    gst_buffer_list_unref (burst.list);
  g_array_unref (queue->audio);
  g_array_unref (queue->video);
  g_free (queue);
}

void
media_queue_push (MediaQueue *queue, const MediaBurst *burst)
{
  MediaBurst oldest;

  g_array_append_val (burst->is_audio ? queue->audio : queue->video, *burst);
  queue->n_packets += gst_buffer_list_length (burst->list);
  while (queue->n_packets > RELAY_MAX_PENDING_PACKETS &&
         (queue_shift (queue, queue->video, &queue->video_head, &oldest) ||
          queue_shift (queue, queue->audio, &queue->audio_head, &oldest)))
    queue_drop (queue, &oldest);
}

gboolean
media_queue_pop_audio (MediaQueue *queue, gint64 now_us, MediaBurst *ret_burst)
{
  while (queue_shift (queue, queue->audio, &queue->audio_head, ret_burst)) {
    if (now_us - ret_burst->since_us <= RELAY_AUDIO_MAX_AGE_US)
      return TRUE;
    queue_drop (queue, ret_burst);
  }
  return FALSE;
}

gboolean
media_queue_pop (MediaQueue *queue, gint64 now_us, MediaBurst *ret_burst)
{
  if (media_queue_pop_audio (queue, now_us, ret_burst))
    return TRUE;
  while (queue_shift (queue, queue->video, &queue->video_head, ret_burst)) {
    if (now_us - ret_burst->since_us <= RELAY_VIDEO_MAX_AGE_US)
      return TRUE;
    queue_drop (queue, ret_burst);
  }
  return FALSE;
}

const MediaBurst *
media_queue_peek_video (const MediaQueue *queue)
{
  if (queue->video_head == queue->video->len)
    return NULL;
  return &g_array_index (queue->video, MediaBurst, queue->video_head);
}

gboolean
media_queue_is_empty (const MediaQueue *queue)
{
  return queue->n_packets == 0;
}

guint
media_queue_get_n_packets (const MediaQueue *queue)
{
  return queue->n_packets;
}
