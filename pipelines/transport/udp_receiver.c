#include "pipelines/transport/udp_socket.h"

#include <errno.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define BUFFERS_MAX 64

/* Segments the kernel may coalesce into one read: 64 of GRO, 128 of a neighbour's UDP_SEGMENT. */
#define SEGMENTS_MAX 128

/* Pending ICMP errors of earlier sends are reported one by one, before what waits behind them. */
#define ERRORS_MAX 16

typedef struct {
  guint8 bytes[CMSG_SPACE (sizeof (struct in6_pktinfo)) + CMSG_SPACE (sizeof (int)) +
               CMSG_SPACE (sizeof (struct timespec))] __attribute__ ((aligned (8)));
} Control;

struct _UdpReceiver {
  guint n_buffers;
  guint used; /* of them, by the last receive */
  struct mmsghdr *messages;
  struct iovec *vectors;
  struct sockaddr_storage *names;
  Control *controls;
  NetPath *paths;         /* of each buffer, filled by a receive */
  gint64 *wall_ns;        /* of each buffer: the kernel's timestamp; 0: none */
  guint8 *own;            /* n_buffers of UDP_RECEIVER_BUFFER_SIZE */
  UdpDatagram *datagrams; /* n_buffers * SEGMENTS_MAX */
  UdpReceiverCounters counters;
};

static guint8 *
own_buffer (UdpReceiver *self, guint index)
{
  return self->own + (gsize) index * UDP_RECEIVER_BUFFER_SIZE;
}

/* What the kernel writes over. */
static void
reset_lengths (UdpReceiver *self, guint index)
{
  self->messages[index].msg_hdr.msg_namelen = sizeof self->names[index];
  self->messages[index].msg_hdr.msg_controllen = sizeof self->controls[index];
}

UdpReceiver *
udp_receiver_new (guint n_buffers)
{
  UdpReceiver *self;

  g_return_val_if_fail (n_buffers >= 1 && n_buffers <= BUFFERS_MAX, NULL);
  self = g_new0 (UdpReceiver, 1);
  self->n_buffers = n_buffers;
  self->messages = g_new0 (struct mmsghdr, n_buffers);
  self->vectors = g_new0 (struct iovec, n_buffers);
  self->names = g_new0 (struct sockaddr_storage, n_buffers);
  self->controls = g_new0 (Control, n_buffers);
  self->paths = g_new0 (NetPath, n_buffers);
  self->wall_ns = g_new0 (gint64, n_buffers);
  self->own = g_malloc ((gsize) n_buffers * UDP_RECEIVER_BUFFER_SIZE);
  self->datagrams = g_new0 (UdpDatagram, n_buffers * SEGMENTS_MAX);
  for (guint i = 0; i < n_buffers; i++) {
    struct msghdr *header = &self->messages[i].msg_hdr;
    header->msg_name = &self->names[i];
    header->msg_iov = &self->vectors[i];
    header->msg_iovlen = 1;
    header->msg_control = &self->controls[i];
    reset_lengths (self, i);
    udp_receiver_set_buffer (self, i, NULL, 0);
  }
  return self;
}

void
udp_receiver_free (UdpReceiver *self)
{
  if (!self)
    return;
  g_free (self->messages);
  g_free (self->vectors);
  g_free (self->names);
  g_free (self->controls);
  g_free (self->paths);
  g_free (self->wall_ns);
  g_free (self->own);
  g_free (self->datagrams);
  g_free (self);
}

void
udp_receiver_set_buffer (UdpReceiver *self, guint index, guint8 *data, gsize size)
{
  g_return_if_fail (index < self->n_buffers);
  g_return_if_fail (!data || size >= UDP_RECEIVER_BUFFER_SIZE);
  self->vectors[index].iov_base = data ? data : own_buffer (self, index);
  self->vectors[index].iov_len = (data ? size : UDP_RECEIVER_BUFFER_SIZE) - UDP_RECEIVER_SLACK;
}

static gint64
read_timestamp (const struct cmsghdr *control)
{
  struct timespec at;

  memcpy (&at, CMSG_DATA (control), sizeof at);
  return (gint64) at.tv_sec * 1000000000 + at.tv_nsec;
}

/* The address it came to and the size of the coalesced datagrams (0: a single one). */
static guint
read_control (const struct msghdr *header, NetAddress *ret_local, gint64 *ret_wall_ns)
{
  guint segment = 0;

  for (struct cmsghdr *c = CMSG_FIRSTHDR (header); c;
       c = CMSG_NXTHDR ((struct msghdr *) header, c)) {
    if (c->cmsg_level == IPPROTO_UDP && c->cmsg_type == UDP_GRO) {
      int size;
      memcpy (&size, CMSG_DATA (c), sizeof size);
      segment = size > 0 ? size : 0;
    } else if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
      *ret_wall_ns = read_timestamp (c);
    } else if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
      struct in_pktinfo info;
      memcpy (&info, CMSG_DATA (c), sizeof info);
      ret_local->v4.sin_family = AF_INET;
      ret_local->v4.sin_addr = info.ipi_addr;
    } else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
      struct in6_pktinfo info;
      memcpy (&info, CMSG_DATA (c), sizeof info);
      ret_local->v6.sin6_family = AF_INET6;
      ret_local->v6.sin6_addr = info.ipi6_addr;
      if (IN6_IS_ADDR_LINKLOCAL (&info.ipi6_addr))
        ret_local->v6.sin6_scope_id = info.ipi6_ifindex;
    }
  }
  return segment;
}

static guint
split (UdpReceiver *self, guint buffer, guint index, UdpDatagram *out)
{
  const struct mmsghdr *message = &self->messages[buffer];
  NetPath *path = &self->paths[buffer];
  guint8 *data = self->vectors[buffer].iov_base;
  guint left = message->msg_len;
  guint n = 0;
  guint segment;

  memset (path, 0, sizeof *path);
  path->socket_index = index;
  self->wall_ns[buffer] = 0;
  if ((message->msg_hdr.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) ||
      !net_address_from_sockaddr ((struct sockaddr *) &self->names[buffer],
                                  message->msg_hdr.msg_namelen, &path->remote)) {
    self->counters.dropped++;
    return 0;
  }
  segment = read_control (&message->msg_hdr, &path->local, &self->wall_ns[buffer]);
  if (segment == 0)
    segment = left;
  self->counters.bytes += left;
  for (; left > 0 && n < SEGMENTS_MAX; n++) {
    guint len = MIN (segment, left);
    out[n] = (UdpDatagram){ .data = data, .len = len, .buffer = buffer, .path = path };
    data += len;
    left -= len;
  }
  if (left > 0)
    self->counters.dropped++;
  return n;
}

static guint
receive (UdpReceiver *self, gint fd, guint index, const UdpDatagram **ret_datagrams)
{
  guint n = 0;
  gint received = -1;

  *ret_datagrams = self->datagrams;
  for (guint i = 0; i < self->used; i++)
    reset_lengths (self, i);
  for (guint attempt = 0; attempt < ERRORS_MAX; attempt++) {
    received = recvmmsg (fd, self->messages, self->n_buffers, MSG_DONTWAIT, NULL);
    if (received >= 0 || errno == EAGAIN)
      break;
    if (errno != EINTR)
      self->counters.errors++;
  }
  self->used = MAX (received, 0);
  for (guint i = 0; i < self->used; i++)
    n += split (self, i, index, self->datagrams + n);
  self->counters.datagrams += n;
  return n;
}

guint
udp_receiver_receive (UdpReceiver *self, UdpSocket *socket, guint index,
                      const UdpDatagram **ret_datagrams)
{
  return receive (self, udp_socket_get_fd (socket, index), index, ret_datagrams);
}

guint
udp_receiver_receive_control (UdpReceiver *self, UdpSocket *socket, guint index,
                              const UdpDatagram **ret_datagrams)
{
  gint fd = udp_socket_get_control_fd (socket, index);

  if (fd >= 0)
    return receive (self, fd, index, ret_datagrams);
  *ret_datagrams = self->datagrams;
  return 0;
}

gboolean
udp_receiver_was_filled (const UdpReceiver *self)
{
  return self->used == self->n_buffers;
}

gint64
udp_receiver_get_arrival_us (const UdpReceiver *self, guint buffer)
{
  struct timespec wall, mono;

  if (buffer >= self->n_buffers || self->wall_ns[buffer] == 0)
    return 0;
  clock_gettime (CLOCK_REALTIME, &wall);
  clock_gettime (CLOCK_MONOTONIC, &mono);
  gint64 ago_ns = (gint64) wall.tv_sec * 1000000000 + wall.tv_nsec - self->wall_ns[buffer];
  return ((gint64) mono.tv_sec * 1000000000 + mono.tv_nsec - MAX (ago_ns, 0)) / 1000;
}

const UdpReceiverCounters *
udp_receiver_get_counters (const UdpReceiver *self)
{
  return &self->counters;
}
