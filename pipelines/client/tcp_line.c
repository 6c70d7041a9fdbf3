#include "pipelines/client/tcp_line.h"

#include "pipelines/transport/tcp_framing.h"
#include "pipelines/transport/tcp_queue.h"

#include <errno.h>
#include <gio/gio.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

/* Reads of one call: a keyframe of 2 Mbps at once. */
#define READS_MAX 8

struct _TcpLine {
  int fd;
  NetPath path;
  TcpQueue queue;
  TcpFraming framing;
};

static gboolean
open_socket (TcpLine *line, const char *local_address)
{
  const NetAddress *remote = &line->path.remote;
  NetAddress local;
  int one = 1;

  line->fd = socket (remote->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (line->fd < 0)
    return FALSE;
  setsockopt (line->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (local_address && net_address_parse (local_address, 0, &local) &&
      bind (line->fd, &local.any, net_address_get_len (&local)) < 0)
    return FALSE;
  return connect (line->fd, &remote->any, net_address_get_len (remote)) == 0 ||
         errno == EINPROGRESS;
}

TcpLine *
tcp_line_new (const NetAddress *remote, const char *local_address, GError **error)
{
  g_autoptr (TcpLine) line = g_new0 (TcpLine, 1);
  gchar text[NET_ADDRESS_STRING_MAX];

  line->path.remote = *remote;
  tcp_queue_init (&line->queue, TCP_LINE_QUEUE_BYTES);
  if (open_socket (line, local_address))
    return g_steal_pointer (&line);
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "TCP to %s: %s",
               net_address_to_string (remote, text, sizeof text), g_strerror (errno));
  return NULL;
}

void
tcp_line_free (TcpLine *line)
{
  if (!line)
    return;
  if (line->fd >= 0)
    close (line->fd);
  tcp_queue_clear (&line->queue);
  g_free (line);
}

int
tcp_line_get_fd (const TcpLine *line)
{
  return line->fd;
}

void
tcp_line_flush (TcpLine *line)
{
  struct iovec pieces[2];
  struct msghdr message = { .msg_iov = pieces };
  gssize n;

  message.msg_iovlen = tcp_queue_peek (&line->queue, G_MAXSIZE, pieces);
  if (message.msg_iovlen == 0)
    return;
  n = sendmsg (line->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (n > 0)
    tcp_queue_consume (&line->queue, n);
}

void
tcp_line_send (TcpLine *line, const guint8 *data, guint16 size)
{
  tcp_queue_push (&line->queue, data, size, 0, 0);
  tcp_line_flush (line);
}

gboolean
tcp_line_receive (TcpLine *line, void (*func) (gpointer user_data, const UdpDatagram *datagram),
                  gpointer user_data)
{
  for (guint i = 0; i < READS_MAX; i++) {
    UdpDatagram datagram = { .path = &line->path };
    gsize room, len;
    guint8 *to = tcp_framing_reserve (&line->framing, &room);
    gssize n = recv (line->fd, to, room, MSG_DONTWAIT);

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
      return TRUE;
    if (n <= 0)
      return FALSE;
    tcp_framing_commit (&line->framing, n);
    while (tcp_framing_next (&line->framing, &datagram.data, &len) == TCP_FRAMING_FRAME) {
      datagram.len = (guint32) len;
      func (user_data, &datagram);
    }
    if ((gsize) n < room)
      return !line->framing.broken;
  }
  return !line->framing.broken;
}
