#include "server/http/socket_watch.h"

#include <glib-unix.h>
#include <sys/epoll.h>
#include <unistd.h>

#define EVENTS_AT_ONCE 64

struct SocketWatch {
  int epoll;
  GSource *source;
  GQueue readable; /* WatchedSocket.link: readable, their readers are still to be called */
  guint n_references;
};

struct WatchedSocket {
  SocketWatch *watch;
  int fd;
  gboolean is_readable;
  GList link;      /* in `readable` */
  GSource *source; /* StreamSource, weak: that of the reader that waits, NULL = none */
  GPollableSourceFunc on_readable; /* its callback; NULL: not known yet, it is in the loop */
  gpointer reader;
};

typedef struct {
  GSource parent;
  GPollableInputStream *stream;
  WatchedSocket *socket; /* weak */
} StreamSource;

static guint n_watched;

/* --- A reader that waits --- */

static void
watched_socket_forget_reader (WatchedSocket *socket)
{
  if (socket->source)
    ((StreamSource *) socket->source)->socket = NULL;
  socket->source = NULL;
  socket->on_readable = NULL;
}

/* In the first round after it was attached: what the reader wants to have called is known only
 * now.  From then on nothing of it is ready; behind all that may be, GLib mostly does not come to
 * it. */
static gboolean
stream_source_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  StreamSource *waiting = (StreamSource *) source;
  WatchedSocket *socket = waiting->socket;
  GPollableSourceFunc on_readable = (GPollableSourceFunc) (void (*) (void)) callback;
  if (!socket || socket->is_readable)
    return on_readable (G_OBJECT (waiting->stream), user_data);
  socket->on_readable = on_readable;
  socket->reader = user_data;
  g_source_set_ready_time (source, -1);
  g_source_set_priority (source, G_PRIORITY_LOW);
  return G_SOURCE_CONTINUE;
}

static void
stream_source_finalize (GSource *source)
{
  StreamSource *waiting = (StreamSource *) source;
  if (waiting->socket)
    watched_socket_forget_reader (waiting->socket);
  g_object_unref (waiting->stream);
}

GSource *
watched_socket_create_source (WatchedSocket *socket, GPollableInputStream *stream)
{
  static GSourceFuncs functions = { .dispatch = stream_source_dispatch,
                                    .finalize = stream_source_finalize };
  GSource *source = g_source_new (&functions, sizeof (StreamSource));
  StreamSource *waiting = (StreamSource *) source;
  g_source_set_static_name (source, "watched socket");
  g_source_set_ready_time (source, 0);
  watched_socket_forget_reader (socket);
  waiting->stream = g_object_ref (stream);
  waiting->socket = socket;
  socket->source = source;
  return source;
}

static void
watched_socket_call_reader (WatchedSocket *socket)
{
  if (!socket->on_readable || g_source_is_destroyed (socket->source))
    return; /* nobody waits, or its source will see it */
  g_autoptr (GSource) source = g_source_ref (socket->source);
  GPollableSourceFunc on_readable = socket->on_readable;
  socket->on_readable = NULL;
  GObject *stream = G_OBJECT (((StreamSource *) source)->stream);
  if (on_readable (stream, socket->reader)) /* may free @socket */
    g_source_set_ready_time (source, 0);
  else
    g_source_destroy (source);
}

/* --- Sockets --- */

WatchedSocket *
socket_watch_add (SocketWatch *watch, int fd)
{
  WatchedSocket *socket = g_new0 (WatchedSocket, 1);
  struct epoll_event nothing_yet = { .events = EPOLLONESHOT, .data.ptr = socket };
  if (epoll_ctl (watch->epoll, EPOLL_CTL_ADD, fd, &nothing_yet) != 0) {
    g_free (socket);
    return NULL;
  }
  socket->watch = watch;
  socket->fd = fd;
  socket->is_readable = TRUE;
  socket->link.data = socket;
  watch->n_references++;
  n_watched++;
  return socket;
}

static gboolean
watched_socket_is_queued (const WatchedSocket *socket)
{
  return socket->link.prev || socket->link.next || socket->watch->readable.head == &socket->link;
}

void
watched_socket_free (WatchedSocket *socket)
{
  epoll_ctl (socket->watch->epoll, EPOLL_CTL_DEL, socket->fd, NULL);
  if (socket->source && !g_source_is_destroyed (socket->source))
    g_source_set_ready_time (socket->source, 0);
  watched_socket_forget_reader (socket);
  if (watched_socket_is_queued (socket))
    g_queue_unlink (&socket->watch->readable, &socket->link);
  socket_watch_unref (socket->watch);
  n_watched--;
  g_free (socket);
}

/* Told once, and then no more until it is drained again: what nobody reads wakes nobody. */
void
watched_socket_drained (WatchedSocket *socket)
{
  struct epoll_event readable = { .events = EPOLLIN | EPOLLRDHUP | EPOLLONESHOT,
                                  .data.ptr = socket };
  socket->is_readable = epoll_ctl (socket->watch->epoll, EPOLL_CTL_MOD, socket->fd, &readable) != 0;
}

/* --- All of them --- */

static void
socket_watch_collect (SocketWatch *watch)
{
  struct epoll_event events[EVENTS_AT_ONCE];
  int n;
  do {
    n = epoll_wait (watch->epoll, events, EVENTS_AT_ONCE, 0);
    for (int i = 0; i < n; i++) {
      WatchedSocket *socket = events[i].data.ptr;
      socket->is_readable = TRUE;
      if (!watched_socket_is_queued (socket))
        g_queue_push_tail_link (&watch->readable, &socket->link);
    }
  } while (n == EVENTS_AT_ONCE); /* each is told once, so it ends */
}

static gboolean
socket_watch_on_events (gint fd, GIOCondition condition, gpointer user_data)
{
  SocketWatch *watch = user_data;
  GList *link;
  watch->n_references++;
  socket_watch_collect (watch);
  while ((link = g_queue_pop_head_link (&watch->readable)))
    watched_socket_call_reader (link->data);
  socket_watch_unref (watch);
  return G_SOURCE_CONTINUE;
}

SocketWatch *
socket_watch_new (void)
{
  int epoll = epoll_create1 (EPOLL_CLOEXEC);
  if (epoll < 0)
    return NULL;
  SocketWatch *watch = g_new0 (SocketWatch, 1);
  watch->epoll = epoll;
  watch->n_references = 1;
  watch->source = g_unix_fd_source_new (epoll, G_IO_IN);
  g_source_set_static_name (watch->source, "socket watch");
  g_source_set_callback (watch->source, G_SOURCE_FUNC (socket_watch_on_events), watch, NULL);
  g_source_attach (watch->source, g_main_context_get_thread_default ());
  return watch;
}

void
socket_watch_unref (SocketWatch *watch)
{
  if (--watch->n_references > 0)
    return;
  g_source_destroy (watch->source);
  g_source_unref (watch->source);
  close (watch->epoll);
  g_free (watch);
}

guint
socket_watch_count (void)
{
  return n_watched;
}
