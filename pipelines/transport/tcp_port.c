#include "pipelines/transport/tcp_port.h"

#include "pipelines/transport/tcp_framing.h"
#include "pipelines/transport/tcp_queue.h"

#include <errno.h>
#include <gio/gio.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define EVENTS_MAX 64
/* Reads of one connection before the next has its turn. */
#define READS_MAX 4
#define BACKLOG 256

typedef struct {
  gint fd;
  gboolean proven;
  gboolean dead;      /* to be closed by tcp_port_settle() */
  gboolean awaits;    /* EPOLLOUT is asked for */
  gboolean unsettled; /* stands in that list */
  gboolean slow, told_slow;
  NetPath path;
  gint64 since_us;    /* accepted; then: the last check */
  gint64 progress_us; /* the kernel took some of what waited, or it began to wait */
  gint64 slow_us;     /* became slow */
  gint64 fluent_us;   /* stopped being slow */
  gint64 recovery_us; /* how long nothing must have waited */
  TcpQueue urgent, video;
  TcpFraming framing;
} Connection;

/* A listening descriptor; told from a Connection by its place in memory. */
typedef struct {
  gint fd;
} Listener;

struct _TcpPort {
  TcpPortEvents events;
  gint epoll_fd;
  Listener listeners[UDP_SOCKET_DESCRIPTORS_MAX];
  guint n_listeners;
  gboolean deaf;           /* no descriptor was left: listens again with the next tick */
  GHashTable *connections; /* id -> Connection, owned */
  guint n_proven;          /* of these */
  GPtrArray *pending;      /* of these, not proven; oldest first */
  GPtrArray *unsettled;
  guint32 last_id;
  TcpPortCounters counters;
};

static void
connection_free (gpointer data)
{
  Connection *connection = data;

  close (connection->fd);
  tcp_queue_clear (&connection->urgent);
  tcp_queue_clear (&connection->video);
  g_free (connection);
}

static Connection *
find (TcpPort *self, guint32 id)
{
  Connection *connection = g_hash_table_lookup (self->connections, GUINT_TO_POINTER (id));

  return connection != NULL && !connection->dead ? connection : NULL;
}

static void
unsettle (TcpPort *self, Connection *connection)
{
  if (!connection->unsettled)
    g_ptr_array_add (self->unsettled, connection);
  connection->unsettled = TRUE;
}

static void
give_up (TcpPort *self, Connection *connection)
{
  connection->dead = TRUE;
  unsettle (self, connection);
}

/* --- listening --- */

static gboolean
watch (TcpPort *self, gint operation, gint fd, guint32 events, gpointer data)
{
  struct epoll_event event = { .events = events, .data.ptr = data };

  return epoll_ctl (self->epoll_fd, operation, fd, &event) == 0;
}

static gboolean
listen_on (TcpPort *self, const NetAddress *address, GError **error)
{
  Listener *listener = &self->listeners[self->n_listeners];
  gchar text[NET_ADDRESS_STRING_MAX];
  gint one = 1;
  gint fd = socket (address->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

  if (fd >= 0) {
    setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (address->any.sa_family == AF_INET6)
      setsockopt (fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
  }
  if (fd < 0 || bind (fd, &address->any, net_address_get_len (address)) < 0 ||
      listen (fd, BACKLOG) < 0 || !watch (self, EPOLL_CTL_ADD, fd, EPOLLIN, listener)) {
    gint saved = errno;
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved), "TCP %s: %s",
                 net_address_to_string (address, text, sizeof text), g_strerror (saved));
    if (fd >= 0)
      close (fd);
    return FALSE;
  }
  listener->fd = fd;
  self->n_listeners++;
  return TRUE;
}

static void
set_deaf (TcpPort *self, gboolean deaf)
{
  for (guint i = 0; self->deaf != deaf && i < self->n_listeners; i++)
    watch (self, EPOLL_CTL_MOD, self->listeners[i].fd, deaf ? 0 : EPOLLIN, &self->listeners[i]);
  self->deaf = deaf;
}

TcpPort *
tcp_port_new (const UdpSocket *socket, const TcpPortEvents *events, GError **error)
{
  g_autoptr (TcpPort) self = g_new0 (TcpPort, 1);

  self->events = *events;
  self->connections = g_hash_table_new_full (NULL, NULL, NULL, connection_free);
  self->pending = g_ptr_array_new ();
  self->unsettled = g_ptr_array_new ();
  self->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  if (self->epoll_fd < 0)
    g_error ("TCP port: epoll: %s", g_strerror (errno));
  for (guint i = 0; i < udp_socket_get_n_descriptors (socket); i++)
    if (!listen_on (self, udp_socket_get_address (socket, i), error))
      return NULL;
  return g_steal_pointer (&self);
}

void
tcp_port_free (TcpPort *self)
{
  if (!self)
    return;
  for (guint i = 0; i < self->n_listeners; i++)
    close (self->listeners[i].fd);
  g_ptr_array_unref (self->pending);
  g_ptr_array_unref (self->unsettled);
  g_hash_table_unref (self->connections);
  close (self->epoll_fd);
  g_free (self);
}

gint
tcp_port_get_fd (const TcpPort *self)
{
  return self->epoll_fd;
}

/* --- accepting --- */

/* Of IPv6 the network: one host has as many addresses as it likes. */
static gboolean
is_same_source (const NetAddress *a, const NetAddress *b)
{
  if (a->any.sa_family != b->any.sa_family)
    return FALSE;
  if (a->any.sa_family == AF_INET6)
    return memcmp (&a->v6.sin6_addr, &b->v6.sin6_addr, 8) == 0;
  return a->v4.sin_addr.s_addr == b->v4.sin_addr.s_addr;
}

static guint
count_pending (const TcpPort *self, const NetAddress *remote)
{
  guint n = 0;

  for (guint i = 0; i < self->pending->len; i++) {
    const Connection *connection = g_ptr_array_index (self->pending, i);
    if (is_same_source (&connection->path.remote, remote))
      n++;
  }
  return n;
}

static gboolean
may_accept (TcpPort *self, const NetAddress *remote)
{
  if (g_hash_table_size (self->connections) >= TCP_CONNECTIONS_MAX + TCP_PENDING_MAX ||
      count_pending (self, remote) >= TCP_PENDING_PER_SOURCE_MAX)
    return FALSE;
  if (self->pending->len >= TCP_PENDING_MAX) {
    self->counters.refused++;
    give_up (self, g_ptr_array_steal_index (self->pending, 0));
  }
  return TRUE;
}

static void
set_options (gint fd)
{
  const struct {
    gint level, name, value;
  } options[] = {
    { IPPROTO_TCP, TCP_NODELAY, 1 },
    { IPPROTO_TCP, TCP_NOTSENT_LOWAT, TCP_NOTSENT_BYTES },
    { IPPROTO_TCP, TCP_USER_TIMEOUT, TCP_IDLE_US / 1000 },
    { SOL_SOCKET, SO_SNDBUF, TCP_SNDBUF_BYTES },
  };

  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    setsockopt (fd, options[i].level, options[i].name, &options[i].value, sizeof (gint));
}

static void
add_connection (TcpPort *self, gint fd, const NetAddress *remote, gint64 now_us)
{
  Connection *connection = g_new0 (Connection, 1);

  while (self->last_id == 0 ||
         g_hash_table_contains (self->connections, GUINT_TO_POINTER (self->last_id)))
    self->last_id++;
  set_options (fd);
  connection->fd = fd;
  connection->path.remote = *remote;
  connection->path.socket_index = NET_PATH_TCP;
  connection->path.connection = self->last_id++;
  connection->since_us = now_us;
  connection->recovery_us = TCP_RECOVERY_US;
  tcp_queue_init (&connection->urgent, TCP_QUEUE_URGENT_BYTES);
  tcp_queue_init (&connection->video, TCP_QUEUE_VIDEO_BYTES);
  g_hash_table_insert (self->connections, GUINT_TO_POINTER (connection->path.connection),
                       connection);
  g_ptr_array_add (self->pending, connection);
  self->counters.accepted++;
  if (!watch (self, EPOLL_CTL_ADD, fd, EPOLLIN, connection))
    give_up (self, connection);
}

/* FALSE: nobody else waits. */
static gboolean
accept_one (TcpPort *self, const Listener *listener, gint64 now_us)
{
  struct sockaddr_storage name;
  socklen_t len = sizeof name;
  NetAddress remote;
  gint fd = accept4 (listener->fd, (struct sockaddr *) &name, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);

  if (fd < 0) {
    /* those who left meanwhile are passed over; without a descriptor left it would spin */
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      self->counters.refused++;
      set_deaf (self, TRUE);
    }
    return errno == ECONNABORTED || errno == EINTR;
  }
  if (net_address_from_sockaddr ((struct sockaddr *) &name, len, &remote) &&
      may_accept (self, &remote)) {
    add_connection (self, fd, &remote, now_us);
    return TRUE;
  }
  self->counters.refused++;
  close (fd);
  return TRUE;
}

/* --- reading --- */

static void
give_frames (TcpPort *self, Connection *connection)
{
  TcpFramingResult result = TCP_FRAMING_MORE;
  guint8 *frame;
  gsize len;

  while (!connection->dead &&
         (result = tcp_framing_next (&connection->framing, &frame, &len)) == TCP_FRAMING_FRAME) {
    self->counters.frames_in++;
    self->events.on_frame (self->events.user_data, frame, len, &connection->path);
  }
  if (result != TCP_FRAMING_BROKEN)
    return;
  self->counters.broken++;
  give_up (self, connection);
}

static void
read_some (TcpPort *self, Connection *connection)
{
  for (guint i = 0; i < READS_MAX && !connection->dead; i++) {
    gsize room;
    guint8 *to = tcp_framing_reserve (&connection->framing, &room);
    gssize n = recv (connection->fd, to, room, MSG_DONTWAIT);

    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0 && errno == EAGAIN)
      return;
    if (n <= 0) {
      give_up (self, connection);
      return;
    }
    tcp_framing_commit (&connection->framing, n);
    give_frames (self, connection);
    if ((gsize) n < room)
      return;
  }
}

/* --- writing --- */

static gsize
write_pieces (TcpPort *self, Connection *connection, struct iovec *pieces, guint n_pieces)
{
  struct msghdr message = { .msg_iov = pieces, .msg_iovlen = n_pieces };
  gssize n;

  do
    n = sendmsg (connection->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  while (n < 0 && errno == EINTR);
  if (n < 0 && errno != EAGAIN)
    give_up (self, connection);
  return n > 0 ? n : 0;
}

/* TRUE: @limit bytes or all of it went out. */
static gboolean
drain (TcpPort *self, Connection *connection, TcpQueue *queue, gsize limit, gint64 now_us)
{
  struct iovec pieces[2];
  guint n_pieces = tcp_queue_peek (queue, limit, pieces);
  gsize size = MIN (limit, queue->used);
  gsize written;

  if (n_pieces == 0)
    return TRUE;
  written = write_pieces (self, connection, pieces, n_pieces);
  tcp_queue_consume (queue, written);
  if (written > 0)
    connection->progress_us = now_us;
  return written == size;
}

static gboolean
is_waiting (const Connection *connection)
{
  return !tcp_queue_is_empty (&connection->urgent) || !tcp_queue_is_empty (&connection->video);
}

static void
await_room (TcpPort *self, Connection *connection)
{
  gboolean waits = is_waiting (connection);

  if (connection->awaits == waits || connection->dead)
    return;
  connection->awaits = waits;
  watch (self, EPOLL_CTL_MOD, connection->fd, waits ? EPOLLIN | EPOLLOUT : EPOLLIN, connection);
}

/* A frame of video that was begun is completed; then sound overtakes video. */
static void
write_waiting (TcpPort *self, Connection *connection, gint64 now_us)
{
  if (drain (self, connection, &connection->video, tcp_queue_get_begun_rest (&connection->video),
             now_us) &&
      drain (self, connection, &connection->urgent, G_MAXSIZE, now_us))
    drain (self, connection, &connection->video, G_MAXSIZE, now_us);
  await_room (self, connection);
}

static void
slow_down (TcpPort *self, Connection *connection, gint64 now_us)
{
  self->counters.dropped += tcp_queue_drop_waiting (&connection->video);
  if (connection->slow)
    return;
  connection->slow = TRUE;
  connection->slow_us = now_us;
  if (connection->fluent_us > 0 && now_us - connection->fluent_us < TCP_RECOVERED_US)
    connection->recovery_us = MIN (connection->recovery_us * 2, TCP_RECOVERY_MAX_US);
  else
    connection->recovery_us = TCP_RECOVERY_US;
  self->counters.slowed++;
  unsettle (self, connection);
}

/* Behind what waits. @written: bytes of the frame, header included, that the kernel has. */
static void
enqueue (TcpPort *self, Connection *connection, const guint8 *data, guint16 len, guint32 written,
         gint64 now_us)
{
  gboolean video =
      written == 0 && self->events.is_video (self->events.user_data, &connection->path, data, len);

  if (!is_waiting (connection))
    connection->progress_us = now_us;
  if (!video) {
    if (tcp_queue_get_age_us (&connection->urgent, now_us) > TCP_QUEUE_STALE_US)
      self->counters.dropped += tcp_queue_drop_waiting (&connection->urgent);
    if (!tcp_queue_push (&connection->urgent, data, len, written, now_us))
      self->counters.dropped++;
    return;
  }
  if (!connection->slow && tcp_queue_get_age_us (&connection->video, now_us) <= TCP_QUEUE_SLOW_US &&
      tcp_queue_push (&connection->video, data, len, 0, now_us))
    return;
  self->counters.dropped++;
  slow_down (self, connection, now_us);
}

typedef struct {
  const guint8 *data;
  gsize len;
  guint16 segment_len;
} Run;

/* Writes the frames of @run; returns the bytes that the kernel took, headers included. */
static gsize
write_run (TcpPort *self, Connection *connection, const Run *run)
{
  guint8 headers[SEND_BATCH_SEGMENTS_MAX][TCP_FRAMING_HEADER_BYTES];
  struct iovec pieces[2 * SEND_BATCH_SEGMENTS_MAX];
  guint n = 0;

  for (gsize at = 0; at < run->len && n < SEND_BATCH_SEGMENTS_MAX; at += run->segment_len, n++) {
    guint16 len = (guint16) MIN (run->segment_len, run->len - at);

    tcp_framing_write_header (headers[n], len);
    pieces[2 * n] = (struct iovec){ headers[n], sizeof headers[n] };
    pieces[2 * n + 1] = (struct iovec){ (gpointer) (run->data + at), len };
  }
  return write_pieces (self, connection, pieces, 2 * n);
}

void
tcp_port_send (TcpPort *self, guint32 id, const guint8 *data, gsize len, guint16 segment_len,
               gint64 now_us)
{
  Connection *connection = find (self, id);
  Run run = { data, len, segment_len };
  gsize written;

  g_return_if_fail (segment_len > 0 && segment_len <= TCP_FRAME_MAX);
  if (connection == NULL) {
    self->counters.dropped += (len + segment_len - 1) / segment_len;
    return;
  }
  written = is_waiting (connection) ? 0 : write_run (self, connection, &run);
  for (gsize at = 0; at < len && !connection->dead; at += segment_len) {
    guint16 segment = (guint16) MIN (segment_len, len - at);
    gsize frame = TCP_FRAMING_HEADER_BYTES + segment;

    self->counters.frames_out++;
    if (written < frame)
      enqueue (self, connection, data + at, segment, (guint32) written, now_us);
    written -= MIN (written, frame);
  }
  await_room (self, connection);
}

/* --- the owner --- */

static void
serve (TcpPort *self, const struct epoll_event *event, gint64 now_us)
{
  const Listener *listener = event->data.ptr;
  Connection *connection = event->data.ptr;

  if (listener >= self->listeners && listener < self->listeners + self->n_listeners) {
    for (guint i = 0; i < TCP_ACCEPTS_MAX; i++)
      if (!accept_one (self, listener, now_us))
        break;
    return;
  }
  if (connection->dead)
    return;
  if (event->events & EPOLLOUT)
    write_waiting (self, connection, now_us);
  if ((event->events & ~(guint32) EPOLLOUT) != 0 && !connection->dead)
    read_some (self, connection);
}

void
tcp_port_dispatch (TcpPort *self, gint64 now_us)
{
  struct epoll_event events[EVENTS_MAX];
  gint n = epoll_wait (self->epoll_fd, events, EVENTS_MAX, 0);

  for (gint i = 0; i < n; i++)
    serve (self, &events[i], now_us);
}

void
tcp_port_prove (TcpPort *self, guint32 id, gint64 now_us)
{
  Connection *connection = find (self, id);

  if (connection == NULL)
    return;
  connection->since_us = now_us;
  if (connection->proven)
    return;
  g_ptr_array_remove (self->pending, connection);
  connection->proven = TRUE; /* its end is told too, if it is one too many */
  if (++self->n_proven <= TCP_CONNECTIONS_MAX)
    return;
  self->counters.refused++;
  give_up (self, connection);
}

void
tcp_port_let_go (TcpPort *self, guint32 id, gint64 now_us)
{
  Connection *connection = find (self, id);

  if (connection != NULL)
    connection->since_us = now_us - TCP_IDLE_US + TCP_FAREWELL_US;
}

void
tcp_port_close (TcpPort *self, guint32 id)
{
  Connection *connection = find (self, id);

  if (connection != NULL)
    give_up (self, connection);
}

static void
settle_one (TcpPort *self, Connection *connection)
{
  NetPath path = connection->path;

  connection->unsettled = FALSE;
  if (connection->dead) {
    gboolean proven = connection->proven;

    if (proven)
      self->n_proven--;
    else
      g_ptr_array_remove (self->pending, connection);
    g_hash_table_remove (self->connections, GUINT_TO_POINTER (path.connection));
    if (proven)
      self->events.on_closed (self->events.user_data, &path);
  } else if (connection->slow != connection->told_slow) {
    connection->told_slow = connection->slow;
    self->events.on_pace (self->events.user_data, &path, connection->slow);
  }
}

void
tcp_port_settle (TcpPort *self)
{
  while (self->unsettled->len > 0)
    settle_one (self, g_ptr_array_steal_index_fast (self->unsettled, self->unsettled->len - 1));
}

static gboolean
is_expired (const Connection *connection, gint64 now_us)
{
  if (now_us - connection->since_us > (connection->proven ? TCP_IDLE_US : TCP_PENDING_US))
    return TRUE;
  return is_waiting (connection) && now_us - connection->progress_us > TCP_STUCK_US;
}

static void
recover (TcpPort *self, Connection *connection, gint64 now_us)
{
  if (!connection->slow || is_waiting (connection) ||
      now_us - MAX (connection->slow_us, connection->progress_us) < connection->recovery_us)
    return;
  connection->slow = FALSE;
  connection->fluent_us = now_us;
  unsettle (self, connection);
}

void
tcp_port_tick (TcpPort *self, gint64 now_us)
{
  GHashTableIter iter;
  gpointer value;

  set_deaf (self, FALSE);
  g_hash_table_iter_init (&iter, self->connections);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    Connection *connection = value;

    if (connection->dead)
      continue;
    tcp_queue_trim (&connection->urgent);
    tcp_queue_trim (&connection->video);
    recover (self, connection, now_us);
    if (is_expired (connection, now_us)) {
      self->counters.expired++;
      give_up (self, connection);
    }
  }
  tcp_port_settle (self);
}

guint
tcp_port_get_n_connections (const TcpPort *self)
{
  return g_hash_table_size (self->connections);
}

const TcpPortCounters *
tcp_port_get_counters (const TcpPort *self)
{
  return &self->counters;
}
