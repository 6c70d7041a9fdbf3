#include "pipelines/control/unix_link.h"

#include "config/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <poll.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

typedef struct {
  ControlLink base;
  int fd; /* -1 once closed */
  int peer_pid;
  GSource *reader;
  GSource *writer;   /* only while the queue holds something */
  GQueue queue;      /* GBytes */
  gsize queue_bytes; /* sum of the queue */
  GError *broken;    /* why we gave the link up, told by on_closed */
  char *buffer;      /* one message */
} UnixLink;

struct UnixListener {
  char *path;
  int fd;
  int lock_fd;
  GSource *source;
  UnixListenerFunc on_link;
  gpointer user_data;
};

/* Messages read before others in the main context get a turn. */
static const int READ_BURST = 64;

static GSource *
watch_fd (int fd, GIOCondition condition, GUnixFDSourceFunc func, gpointer user_data)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();
  GSource *source = g_unix_fd_source_new (fd, condition);
  g_source_set_callback (source, G_SOURCE_FUNC (func), user_data, NULL);
  g_source_attach (source, context);
  return source;
}

static void
drop_source (GSource **source)
{
  if (!*source)
    return;
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

/* --- sending --------------------------------------------------------------------------------- */

/* TRUE when the kernel took the message, FALSE with errno. */
static gboolean
send_now (UnixLink *link, GBytes *message)
{
  gsize len;
  const void *data = g_bytes_get_data (message, &len);
  ssize_t sent;
  do
    sent = send (link->fd, data, len, MSG_DONTWAIT | MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  return sent >= 0;
}

/* Gives the link up: the reader then sees its end and tells the owner from the main context. */
static void
break_link (UnixLink *link, int code, const char *text, GError **error)
{
  g_set_error_literal (error, CONTROL_LINK_ERROR, code, text);
  if (!link->broken)
    link->broken = g_error_new_literal (CONTROL_LINK_ERROR, code, text);
  shutdown (link->fd, SHUT_RDWR);
}

static gboolean
on_writable (gint fd, GIOCondition condition, gpointer user_data)
{
  UnixLink *link = user_data;
  GBytes *message;
  while ((message = g_queue_peek_head (&link->queue))) {
    if (!send_now (link, message)) {
      if (errno == EAGAIN)
        return G_SOURCE_CONTINUE;
      break_link (link, CONTROL_LINK_ERROR_CLOSED, g_strerror (errno), NULL);
      break;
    }
    link->queue_bytes -= g_bytes_get_size (message);
    g_bytes_unref (g_queue_pop_head (&link->queue));
  }
  g_clear_pointer (&link->writer, g_source_unref);
  return G_SOURCE_REMOVE;
}

static gboolean
queue_message (UnixLink *link, GBytes *message, GError **error)
{
  gsize size = g_bytes_get_size (message);
  if (g_queue_get_length (&link->queue) >= LIMIT_CONTROL_QUEUE_MESSAGES ||
      link->queue_bytes + size > LIMIT_CONTROL_QUEUE_BYTES) {
    break_link (link, CONTROL_LINK_ERROR_FULL, "the peer does not read its messages", error);
    return FALSE;
  }
  g_queue_push_tail (&link->queue, g_bytes_ref (message));
  link->queue_bytes += size;
  if (!link->writer)
    link->writer = watch_fd (link->fd, G_IO_OUT, on_writable, link);
  return TRUE;
}

static gboolean
unix_link_send (ControlLink *base, GBytes *message, GError **error)
{
  UnixLink *link = (UnixLink *) base;
  gsize size = g_bytes_get_size (message);
  if (size == 0 || size > LIMIT_CONTROL_MESSAGE_BYTES) {
    g_set_error (error, CONTROL_LINK_ERROR, CONTROL_LINK_ERROR_SIZE,
                 "a message of %" G_GSIZE_FORMAT " bytes, allowed are 1 to %d", size,
                 LIMIT_CONTROL_MESSAGE_BYTES);
    return FALSE;
  }
  if (link->broken) {
    g_propagate_error (error, g_error_copy (link->broken));
    return FALSE;
  }
  if (g_queue_is_empty (&link->queue)) {
    if (send_now (link, message))
      return TRUE;
    if (errno != EAGAIN) {
      break_link (link, CONTROL_LINK_ERROR_CLOSED, g_strerror (errno), error);
      return FALSE;
    }
  }
  return queue_message (link, message, error);
}

/* --- receiving ------------------------------------------------------------------------------- */

static void
on_end (UnixLink *link, int code, const char *text)
{
  g_autoptr (GError) reason = g_steal_pointer (&link->broken);
  if (!reason)
    reason = g_error_new_literal (CONTROL_LINK_ERROR, code, text);
  control_link_emit_closed (&link->base, reason);
}

/* FALSE when nothing more can be read now, or ever. */
static gboolean
read_one (UnixLink *link)
{
  ssize_t len =
      recv (link->fd, link->buffer, LIMIT_CONTROL_MESSAGE_BYTES, MSG_DONTWAIT | MSG_TRUNC);
  if (len < 0 && errno == EINTR)
    return TRUE;
  if (len < 0 && errno == EAGAIN)
    return FALSE;
  if (len < 0)
    on_end (link, CONTROL_LINK_ERROR_CLOSED, g_strerror (errno));
  else if (len == 0)
    on_end (link, CONTROL_LINK_ERROR_CLOSED, "the peer closed the link");
  else if (len > LIMIT_CONTROL_MESSAGE_BYTES)
    on_end (link, CONTROL_LINK_ERROR_SIZE, "the peer sent a message that is too long");
  else
    control_link_emit_message (&link->base, link->buffer, (gsize) len);
  return !link->base.closed;
}

static gboolean
on_readable (gint fd, GIOCondition condition, gpointer user_data)
{
  UnixLink *link = user_data;
  control_link_ref (&link->base); /* a callback may drop the owner's reference */
  for (int i = 0; i < READ_BURST && read_one (link); i++)
    ;
  gboolean more = !link->base.closed;
  control_link_unref (&link->base);
  return more ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static gboolean
unix_link_has_unread (ControlLink *base)
{
  struct pollfd unread = { .fd = ((UnixLink *) base)->fd, .events = POLLIN };
  return poll (&unread, 1, 0) > 0;
}

/* --- life ------------------------------------------------------------------------------------ */

static void
unix_link_close (ControlLink *base)
{
  UnixLink *link = (UnixLink *) base;
  drop_source (&link->reader);
  drop_source (&link->writer);
  if (link->fd >= 0)
    close (link->fd);
  link->fd = -1;
  g_queue_clear_full (&link->queue, (GDestroyNotify) g_bytes_unref);
  link->queue_bytes = 0;
}

static void
unix_link_free (ControlLink *base)
{
  UnixLink *link = (UnixLink *) base;
  g_clear_error (&link->broken);
  g_free (link->buffer);
  g_free (link);
}

static const ControlLinkClass unix_link_class = {
  .name = "unix",
  .send = unix_link_send,
  .has_unread = unix_link_has_unread,
  .close = unix_link_close,
  .free = unix_link_free,
};

/* Takes over @fd. */
static ControlLink *
unix_link_new (int fd, int peer_pid)
{
  UnixLink *link = g_new0 (UnixLink, 1);
  control_link_init (&link->base, &unix_link_class);
  link->fd = fd;
  link->peer_pid = peer_pid;
  link->buffer = g_malloc (LIMIT_CONTROL_MESSAGE_BYTES);
  g_queue_init (&link->queue);
  /* A whole message must fit: the kernel doubles the value and caps it at net.core.wmem_max. */
  int size = LIMIT_CONTROL_MESSAGE_BYTES;
  setsockopt (fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  link->reader = watch_fd (fd, G_IO_IN | G_IO_HUP | G_IO_ERR, on_readable, link);
  return &link->base;
}

int
unix_link_get_peer_pid (ControlLink *base)
{
  g_return_val_if_fail (base->klass == &unix_link_class, 0);
  return ((UnixLink *) base)->peer_pid;
}

static gboolean
fill_address (const char *path, struct sockaddr_un *address, GError **error)
{
  *address = (struct sockaddr_un){ .sun_family = AF_UNIX };
  if (g_strlcpy (address->sun_path, path, sizeof address->sun_path) < sizeof address->sun_path)
    return TRUE;
  g_set_error (error, CONTROL_LINK_ERROR, CONTROL_LINK_ERROR_CONNECT,
               "%s: longer than the %d characters that a socket's path may have", path,
               (int) sizeof address->sun_path - 1);
  return FALSE;
}

static gboolean
set_errno_error (GError **error, int code, const char *path)
{
  g_set_error (error, CONTROL_LINK_ERROR, code, "%s: %s", path, g_strerror (errno));
  return FALSE;
}

/* The peer must be of our own user, or root. */
static gboolean
check_peer (int fd, int *ret_pid)
{
  struct ucred peer;
  socklen_t len = sizeof peer;
  if (getsockopt (fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0)
    return FALSE;
  *ret_pid = peer.pid;
  return peer.uid == geteuid () || peer.uid == 0;
}

ControlLink *
unix_link_connect (const char *path, GError **error)
{
  struct sockaddr_un address;
  if (!fill_address (path, &address, error))
    return NULL;
  int fd = socket (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) {
    set_errno_error (error, CONTROL_LINK_ERROR_CONNECT, path);
    return NULL;
  }
  int pid = 0;
  if (connect (fd, (struct sockaddr *) &address, sizeof address) < 0)
    set_errno_error (error, CONTROL_LINK_ERROR_CONNECT, path);
  else if (!check_peer (fd, &pid))
    g_set_error (error, CONTROL_LINK_ERROR, CONTROL_LINK_ERROR_REFUSED,
                 "%s: belongs to another user", path);
  else
    return unix_link_new (fd, pid);
  close (fd);
  return NULL;
}

/* --- listening ------------------------------------------------------------------------------- */

static gboolean
on_acceptable (gint fd, GIOCondition condition, gpointer user_data)
{
  UnixListener *listener = user_data;
  int peer = accept4 (fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (peer < 0)
    return G_SOURCE_CONTINUE;
  int pid = 0;
  if (check_peer (peer, &pid))
    listener->on_link (unix_link_new (peer, pid), listener->user_data);
  else
    close (peer);
  return G_SOURCE_CONTINUE;
}

/* The lock, not the socket, tells whether the owner lives: the kernel drops it with the process. */
static gboolean
lock_path (UnixListener *listener, GError **error)
{
  g_autofree char *name = g_strconcat (listener->path, ".lock", NULL);
  listener->lock_fd = open (name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (listener->lock_fd < 0)
    return set_errno_error (error, CONTROL_LINK_ERROR_CONNECT, name);
  if (flock (listener->lock_fd, LOCK_EX | LOCK_NB) == 0)
    return TRUE;
  g_set_error (error, CONTROL_LINK_ERROR, CONTROL_LINK_ERROR_REFUSED,
               "%s: another process listens there", listener->path);
  return FALSE;
}

static gboolean
open_socket (UnixListener *listener, const struct sockaddr_un *address, GError **error)
{
  listener->fd = socket (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  /* On Linux the mode of an unbound socket becomes that of its file. */
  if (listener->fd < 0 || fchmod (listener->fd, 0600) < 0)
    return set_errno_error (error, CONTROL_LINK_ERROR_CONNECT, listener->path);
  unlink (listener->path);
  if (bind (listener->fd, (const struct sockaddr *) address, sizeof *address) < 0 ||
      listen (listener->fd, LIMIT_CONTROL_LINKS) < 0)
    return set_errno_error (error, CONTROL_LINK_ERROR_CONNECT, listener->path);
  return TRUE;
}

UnixListener *
unix_listener_new (const char *path, UnixListenerFunc on_link, gpointer user_data, GError **error)
{
  struct sockaddr_un address;
  if (!fill_address (path, &address, error))
    return NULL;
  g_autofree char *dir = g_path_get_dirname (path);
  if (g_mkdir_with_parents (dir, 0700) < 0) {
    set_errno_error (error, CONTROL_LINK_ERROR_CONNECT, dir);
    return NULL;
  }
  UnixListener *listener = g_new0 (UnixListener, 1);
  listener->path = g_strdup (path);
  listener->fd = listener->lock_fd = -1;
  listener->on_link = on_link;
  listener->user_data = user_data;
  if (!lock_path (listener, error) || !open_socket (listener, &address, error)) {
    unix_listener_free (listener);
    return NULL;
  }
  listener->source = watch_fd (listener->fd, G_IO_IN, on_acceptable, listener);
  return listener;
}

void
unix_listener_free (UnixListener *listener)
{
  drop_source (&listener->source);
  if (listener->fd >= 0) {
    close (listener->fd);
    unlink (listener->path);
  }
  if (listener->lock_fd >= 0)
    close (listener->lock_fd);
  g_free (listener->path);
  g_free (listener);
}
