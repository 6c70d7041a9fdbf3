#include "pipelines/transport/send_batch.h"

#include "pipelines/transport/bounds.h"
#include <errno.h>
#include <netinet/udp.h>
#include <string.h>

/* More per call gains nothing, and the arena leaves the second-level cache. */
#define MESSAGES_PER_FLUSH 16

/* The run that is open when the batch is full, and the one its last packet may have opened. */
#define MESSAGES_MAX (MESSAGES_PER_FLUSH + 2)

#define ARENA_BYTES (256 * 1024)

/* Destinations whose path refused a segmented message; overwritten when more do. */
#define REFUSALS_MAX 256

/* Refusals by argument without one success: the descriptor cannot segment. */
#define REFUSALS_OF_DESCRIPTOR 8

typedef struct {
  NetPath path;
  guint8 *data;
  guint32 len;
  guint16 segment_len;
  guint16 n_segments;
  gboolean open; /* may take another segment */
} Message;

typedef struct {
  guint8 bytes[CMSG_SPACE (sizeof (struct in6_pktinfo)) + CMSG_SPACE (sizeof (guint16))]
      __attribute__ ((aligned (8)));
} Control;

/* One descriptor of the socket. */
typedef struct {
  gint fd;
  gboolean segments;      /* UDP_SEGMENT works as far as we know */
  gboolean has_segmented; /* it has worked once */
  guint refusals;
} Lane;

struct _SendBatch {
  SendBatchSystem system;
  SendBatchStreams streams;
  Lane lanes[UDP_SOCKET_DESCRIPTORS_MAX];
  guint n_lanes;

  Message messages[MESSAGES_MAX];
  guint n_messages; /* the last one may be open */
  NetPath path;
  gboolean begun;
  gsize reserved;

  guint8 *arena;
  gsize used;

  struct mmsghdr headers[SEND_BATCH_SEGMENTS_MAX];
  struct iovec vectors[SEND_BATCH_SEGMENTS_MAX];
  Control controls[SEND_BATCH_SEGMENTS_MAX];
  const Message *sources[SEND_BATCH_SEGMENTS_MAX]; /* of each header */

  guint32 refused[REFUSALS_MAX]; /* hashes of NetAddress */
  guint n_refused;
  SendBatchCounters counters;
};

static int
system_sendmmsg (gpointer user_data, int fd, struct mmsghdr *messages, unsigned int n, int flags)
{
  return sendmmsg (fd, messages, n, flags);
}

SendBatch *
send_batch_new (const UdpSocket *socket, const SendBatchSystem *system)
{
  SendBatch *self = g_new0 (SendBatch, 1);

  self->system = system ? *system : (SendBatchSystem){ system_sendmmsg, NULL };
  self->arena = g_malloc (ARENA_BYTES);
  self->n_lanes = udp_socket_get_n_descriptors (socket);
  for (guint i = 0; i < self->n_lanes; i++) {
    self->lanes[i].fd = udp_socket_get_fd (socket, i);
    self->lanes[i].segments = udp_socket_has_gso (socket);
  }
  return self;
}

void
send_batch_free (SendBatch *self)
{
  if (!self)
    return;
  g_free (self->arena);
  g_free (self);
}

/* Destinations that refuse segmented messages */

static guint32 *
refusal_slot (SendBatch *self, const NetAddress *remote, guint32 *ret_hash)
{
  *ret_hash = net_address_hash (remote) | 1; /* never 0, which marks a free slot */
  return &self->refused[(*ret_hash >> 1) % REFUSALS_MAX];
}

static gboolean
is_refused (SendBatch *self, const NetAddress *remote)
{
  guint32 hash;

  return self->n_refused > 0 && *refusal_slot (self, remote, &hash) == hash;
}

static gboolean
may_segment (SendBatch *self, const Message *message)
{
  return self->lanes[message->path.socket_index].segments &&
         !is_refused (self, &message->path.remote);
}

/* TRUE if @error says that the kernel would not segment, as opposed to not send. */
static gboolean
note_refusal (SendBatch *self, const Message *message, int error)
{
  Lane *lane = &self->lanes[message->path.socket_index];
  guint32 hash, *slot;

  switch (error) {
  case EIO: /* no checksum offload on the way out */
  case ENOPROTOOPT:
  case EOPNOTSUPP:
    lane->segments = FALSE;
    return TRUE;
  case EINVAL: /* a segment is larger than the path's MTU, or the option is not known */
  case EMSGSIZE:
    slot = refusal_slot (self, &message->path.remote, &hash);
    *slot = hash;
    self->n_refused++;
    if (!lane->has_segmented && ++lane->refusals >= REFUSALS_OF_DESCRIPTOR)
      lane->segments = FALSE;
    return TRUE;
  default:
    return FALSE;
  }
}

/* Message headers */

static struct cmsghdr *
put_control (struct msghdr *header, struct cmsghdr *at, gint level, gint type, gsize len)
{
  at->cmsg_level = level;
  at->cmsg_type = type;
  at->cmsg_len = CMSG_LEN (len);
  header->msg_controllen += CMSG_SPACE (len);
  return (struct cmsghdr *) ((guint8 *) at + CMSG_SPACE (len));
}

/* Answers leave from the address the peer knows. */
static struct cmsghdr *
put_source (struct msghdr *header, struct cmsghdr *at, const NetAddress *local)
{
  if (local->any.sa_family == AF_INET) {
    struct in_pktinfo info = { .ipi_spec_dst = local->v4.sin_addr };
    memcpy (CMSG_DATA (at), &info, sizeof info);
    return put_control (header, at, IPPROTO_IP, IP_PKTINFO, sizeof info);
  }
  if (local->any.sa_family == AF_INET6) {
    struct in6_pktinfo info = { .ipi6_addr = local->v6.sin6_addr,
                                .ipi6_ifindex = local->v6.sin6_scope_id };
    memcpy (CMSG_DATA (at), &info, sizeof info);
    return put_control (header, at, IPPROTO_IPV6, IPV6_PKTINFO, sizeof info);
  }
  return at;
}

/* Header @slot for @len bytes of @message; @segment_len 0: one datagram. */
static void
fill_header (SendBatch *self, guint slot, const Message *message, guint8 *data, gsize len,
             guint16 segment_len)
{
  struct msghdr *header = &self->headers[slot].msg_hdr;
  struct cmsghdr *at = (struct cmsghdr *) self->controls[slot].bytes;

  self->sources[slot] = message;
  self->vectors[slot].iov_base = data;
  self->vectors[slot].iov_len = len;
  header->msg_name = (gpointer) &message->path.remote;
  header->msg_namelen = net_address_get_len (&message->path.remote);
  header->msg_iov = &self->vectors[slot];
  header->msg_iovlen = 1;
  header->msg_control = at;
  header->msg_controllen = 0;
  header->msg_flags = 0;
  at = put_source (header, at, &message->path.local);
  if (segment_len) {
    memcpy (CMSG_DATA (at), &segment_len, sizeof segment_len);
    put_control (header, at, IPPROTO_UDP, UDP_SEGMENT, sizeof segment_len);
  }
  if (header->msg_controllen == 0)
    header->msg_control = NULL;
}

/* Sending */

static void
count_sent (SendBatch *self, guint packets, gsize bytes)
{
  self->counters.messages++;
  self->counters.packets += packets;
  self->counters.bytes += bytes;
}

static void
count_lost (SendBatch *self, guint packets, int error)
{
  if (error == EAGAIN || error == ENOBUFS)
    self->counters.dropped += packets;
  else
    self->counters.failed += packets;
}

/* sendmmsg() that survives EINTR: number of headers sent, or -1 with errno. */
static gint
call_sendmmsg (SendBatch *self, gint fd, struct mmsghdr *headers, guint n)
{
  gint sent;

  do {
    self->counters.calls++;
    sent = self->system.sendmmsg (self->system.user_data, fd, headers, n, MSG_DONTWAIT);
  } while (sent < 0 && errno == EINTR);
  return sent;
}

/* One message packet by packet: where it cannot be segmented. */
static void
send_singly (SendBatch *self, const Message *message)
{
  gint fd = self->lanes[message->path.socket_index].fd;
  guint n = message->n_segments;
  guint done = 0;

  for (guint i = 0; i < n; i++) {
    gsize offset = (gsize) i * message->segment_len;
    fill_header (self, i, message, message->data + offset,
                 MIN (message->segment_len, message->len - offset), 0);
  }
  while (done < n) {
    gint sent = call_sendmmsg (self, fd, self->headers + done, n - done);
    if (sent <= 0) {
      count_lost (self, 1, sent < 0 ? errno : EAGAIN);
      done++;
      continue;
    }
    for (gint i = 0; i < sent; i++, done++)
      count_sent (self, 1, self->vectors[done].iov_len);
  }
}

/* The messages of headers [0, n) in one call or more. Those the kernel would not segment are put
 * at the front of self->sources; returns how many. */
static guint
send_prepared (SendBatch *self, Lane *lane, guint n)
{
  guint done = 0;
  guint n_refused = 0;

  while (done < n) {
    gint sent = call_sendmmsg (self, lane->fd, self->headers + done, n - done);
    for (gint i = 0; i < sent; i++, done++) {
      const Message *message = self->sources[done];
      lane->has_segmented = lane->has_segmented || message->n_segments > 1;
      count_sent (self, message->n_segments, message->len);
    }
    if (sent <= 0) {
      const Message *message = self->sources[done++];
      int error = sent < 0 ? errno : EAGAIN;
      if (message->n_segments > 1 && note_refusal (self, message, error))
        self->sources[n_refused++] = message;
      else
        count_lost (self, message->n_segments, error);
    }
  }
  return n_refused;
}

static void
flush_lane (SendBatch *self, guint index)
{
  const Message *singly[MESSAGES_MAX];
  guint n_singly = 0;
  guint n = 0;
  guint n_refused;

  for (guint i = 0; i < self->n_messages; i++) {
    Message *message = &self->messages[i];
    if (message->path.socket_index != index)
      continue;
    if (message->n_segments > 1 && !may_segment (self, message))
      singly[n_singly++] = message;
    else
      fill_header (self, n++, message, message->data, message->len,
                   message->n_segments > 1 ? message->segment_len : 0);
  }
  n_refused = send_prepared (self, &self->lanes[index], n);
  for (guint i = 0; i < n_refused; i++)
    singly[n_singly++] = self->sources[i];
  for (guint i = 0; i < n_singly; i++) {
    self->counters.refused++;
    send_singly (self, singly[i]);
  }
}

static void
flush_streams (SendBatch *self)
{
  for (guint i = 0; i < self->n_messages; i++) {
    const Message *message = &self->messages[i];

    if (message->path.socket_index == NET_PATH_TCP)
      self->streams.send (self->streams.user_data, message->path.connection, message->data,
                          message->len, message->segment_len);
  }
}

void
send_batch_set_streams (SendBatch *self, const SendBatchStreams *streams)
{
  self->streams = *streams;
}

void
send_batch_flush (SendBatch *self)
{
  guint lanes = 0;

  for (guint i = 0; i < self->n_messages; i++)
    lanes |= 1u << self->messages[i].path.socket_index;
  for (guint i = 0; i < self->n_lanes; i++)
    if (lanes & (1u << i))
      flush_lane (self, i);
  if (G_UNLIKELY (lanes & (1u << NET_PATH_TCP)))
    flush_streams (self);
  self->n_messages = 0;
  self->used = 0;
  self->reserved = 0;
}

/* Building messages */

static Message *
open_message (SendBatch *self)
{
  Message *last = self->n_messages ? &self->messages[self->n_messages - 1] : NULL;

  return last && last->open ? last : NULL;
}

static gboolean
is_same_path (const NetPath *a, const NetPath *b)
{
  return a->socket_index == b->socket_index && a->connection == b->connection &&
         net_address_equal (&a->remote, &b->remote) &&
         a->local.any.sa_family == b->local.any.sa_family &&
         net_address_equal (&a->local, &b->local);
}

void
send_batch_begin (SendBatch *self, const NetPath *path)
{
  Message *open = open_message (self);

  g_return_if_fail (path->socket_index < self->n_lanes || self->streams.send != NULL);
  if (self->begun && is_same_path (&self->path, path))
    return;
  if (open)
    open->open = FALSE;
  self->path = *path;
  self->begun = TRUE;
}

guint8 *
send_batch_reserve (SendBatch *self, gsize max_len)
{
  if (!self->begun || max_len > SEND_BATCH_SEGMENT_MAX)
    return NULL;
  if (self->used + max_len > ARENA_BYTES ||
      (self->n_messages >= MESSAGES_PER_FLUSH && !open_message (self)) ||
      self->n_messages > MESSAGES_PER_FLUSH)
    send_batch_flush (self);
  self->reserved = max_len;
  return self->arena + self->used;
}

gsize
send_batch_get_run (const SendBatch *self)
{
  const Message *last = self->n_messages ? &self->messages[self->n_messages - 1] : NULL;

  return last && last->open ? last->segment_len : 0;
}

static void
start_message (SendBatch *self, gsize len)
{
  self->messages[self->n_messages++] = (Message){
    .path = self->path,
    .data = self->arena + self->used,
    .len = len,
    .segment_len = len,
    .n_segments = 1,
    .open = TRUE,
  };
}

void
send_batch_commit (SendBatch *self, gsize len)
{
  Message *open = open_message (self);

  g_return_if_fail (len <= self->reserved);
  if (len == 0)
    return;
  if (open && (len > open->segment_len || open->n_segments >= SEND_BATCH_SEGMENTS_MAX ||
               open->len + len > SEND_BATCH_MESSAGE_BYTES_MAX)) {
    open->open = FALSE;
    open = NULL;
  }
  if (open) {
    open->n_segments++;
    open->len += len;
    open->open = len == open->segment_len; /* UDP_SEGMENT: only the last may be shorter */
  } else {
    start_message (self, len);
  }
  self->used += len;
  self->reserved = 0;
}

gboolean
send_batch_add (SendBatch *self, const NetPath *path, const guint8 *data, gsize len)
{
  guint8 *room;

  send_batch_begin (self, path);
  room = send_batch_reserve (self, len);
  if (!room)
    return FALSE;
  memcpy (room, data, len);
  send_batch_commit (self, len);
  return TRUE;
}

const SendBatchCounters *
send_batch_get_counters (const SendBatch *self)
{
  return &self->counters;
}
