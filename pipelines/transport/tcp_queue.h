/* TcpQueue: frames that wait for a slow reader, in the stream's form (RFC 4571), bounded in bytes
 * and in number. A ring that is allocated with the first frame and freed by tcp_queue_trim().
 *
 * Pure: no socket, no clock. The first frame may have been written in part: it is never dropped,
 * or the stream would lose its beat.
 * Owner: one thread. Life: tcp_queue_init() -> push, peek, consume -> tcp_queue_clear().
 */
#pragma once

#include "pipelines/transport/bounds.h"

#include <sys/uio.h>

G_BEGIN_DECLS

typedef struct {
  gint64 since_us;
  guint32 size; /* header included */
} TcpQueueFrame;

typedef struct {
  guint32 capacity; /* bytes */
  guint8 *bytes;    /* NULL: nothing was ever pushed */
  TcpQueueFrame *frames;
  guint32 start, used;     /* of the bytes */
  guint32 first, n_frames; /* of the frames */
  guint32 begun;           /* bytes of the first frame that are written */
  guint64 dropped;         /* frames: full, or dropped on purpose */
} TcpQueue;

void tcp_queue_init (TcpQueue *queue, guint32 capacity_bytes);
void tcp_queue_clear (TcpQueue *queue);

/* Appends header and @data but for the first @written bytes of both, which are on their way.
 * Only an empty queue takes a frame that was begun. FALSE: full, nothing changed but the count. */
gboolean tcp_queue_push (TcpQueue *queue, const guint8 *data, guint16 len, guint32 written,
                         gint64 now_us);

/* What comes next, at most @limit bytes, as one or two pieces of the ring; 0: empty. */
guint tcp_queue_peek (TcpQueue *queue, gsize limit, struct iovec ret_pieces[2]);

/* So many bytes were written. */
void tcp_queue_consume (TcpQueue *queue, gsize size);

/* Drops all but a frame that was begun; returns how many. */
guint tcp_queue_drop_waiting (TcpQueue *queue);

/* Gives the memory back if the queue is empty. */
void tcp_queue_trim (TcpQueue *queue);

/* How long the first frame has waited; 0 when there is none. */
gint64 tcp_queue_get_age_us (const TcpQueue *queue, gint64 now_us);

/* Bytes to complete a frame that was begun, or 0. */
gsize tcp_queue_get_begun_rest (const TcpQueue *queue);

static inline gboolean
tcp_queue_is_empty (const TcpQueue *queue)
{
  return queue->n_frames == 0;
}

G_END_DECLS
