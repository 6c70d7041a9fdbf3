#include "pipelines/transport/udp_socket.h"

#include "pipelines/transport/udp_apart.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <netinet/udp.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_BUFFER_BYTES (4 << 20)

/* With port 0 the first descriptor picks a port that the others may not get. */
#define EPHEMERAL_ATTEMPTS 16

struct _UdpSocket {
  struct {
    gint fd;
    gint control_fd; /* -1: there is none */
    NetAddress address;
  } descriptors[UDP_SOCKET_DESCRIPTORS_MAX];
  guint n_descriptors;
  gboolean has_gso;
};

static gboolean
set_option (gint fd, gint level, gint name, gint value)
{
  return setsockopt (fd, level, name, &value, sizeof value) == 0;
}

/* The forced variants pass the system's limit, and need CAP_NET_ADMIN. */
static void
set_buffers (gint fd, gint bytes)
{
  if (!set_option (fd, SOL_SOCKET, SO_RCVBUFFORCE, bytes))
    set_option (fd, SOL_SOCKET, SO_RCVBUF, bytes);
  if (!set_option (fd, SOL_SOCKET, SO_SNDBUFFORCE, bytes))
    set_option (fd, SOL_SOCKET, SO_SNDBUF, bytes);
}

static void
set_options (gint fd, const NetAddress *address, const UdpSocketConfig *config)
{
  gboolean wildcard = net_address_is_wildcard (address);

  set_buffers (fd, config->buffer_bytes > 0 ? config->buffer_bytes : DEFAULT_BUFFER_BYTES);
  /* Coalesced reads are an optimisation: an old kernel gives datagrams one by one. */
  if (!config->no_gro)
    set_option (fd, IPPROTO_UDP, UDP_GRO, 1);
  if (config->timestamps)
    set_option (fd, SOL_SOCKET, SO_TIMESTAMPNS, 1);
  if (address->any.sa_family == AF_INET6) {
    set_option (fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    if (wildcard)
      set_option (fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
  } else if (wildcard) {
    set_option (fd, IPPROTO_IP, IP_PKTINFO, 1);
  }
}

static gint
open_fd (const NetAddress *address, const UdpSocketConfig *config)
{
  gint fd = socket (address->any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

  if (fd >= 0)
    set_options (fd, address, config);
  return fd;
}

/* -1 where the kernel cannot: then all comes by @fd. */
static gint
open_control_fd (gint fd, const NetAddress *bound, const UdpSocketConfig *config)
{
  gint control_fd = open_fd (bound, config);

  if (control_fd < 0 || udp_apart_join (fd, control_fd, bound))
    return control_fd;
  close (control_fd);
  return -1;
}

static gboolean
add_descriptor (UdpSocket *self, const NetAddress *address, const UdpSocketConfig *config,
                GError **error)
{
  NetAddress bound = *address;
  socklen_t len = sizeof bound;
  gchar text[NET_ADDRESS_STRING_MAX];
  gint fd = open_fd (address, config);

  if (fd < 0 || bind (fd, &address->any, net_address_get_len (address)) < 0 ||
      getsockname (fd, &bound.any, &len) < 0) {
    gint saved = errno;
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved), "UDP %s: %s",
                 net_address_to_string (address, text, sizeof text), g_strerror (saved));
    if (fd >= 0)
      close (fd);
    return FALSE;
  }
  self->descriptors[self->n_descriptors].fd = fd;
  self->descriptors[self->n_descriptors].control_fd =
      config->apart ? open_control_fd (fd, &bound, config) : -1;
  self->descriptors[self->n_descriptors].address = bound;
  self->n_descriptors++;
  return TRUE;
}

static void
close_all (UdpSocket *self)
{
  for (guint i = 0; i < self->n_descriptors; i++) {
    close (self->descriptors[i].fd);
    if (self->descriptors[i].control_fd >= 0)
      close (self->descriptors[i].control_fd);
  }
  self->n_descriptors = 0;
}

/* All on the same port; the first decides when it is 0. */
static gboolean
bind_addresses (UdpSocket *self, const GArray *addresses, const UdpSocketConfig *config,
                GError **error)
{
  for (guint i = 0; i < addresses->len; i++) {
    NetAddress address = g_array_index (addresses, NetAddress, i);
    if (i > 0)
      net_address_set_port (&address, udp_socket_get_port (self));
    if (!add_descriptor (self, &address, config, error)) {
      close_all (self);
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
has_ipv6 (void)
{
  gint fd = socket (AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  if (fd >= 0)
    close (fd);
  return fd >= 0;
}

static gboolean
list_addresses (const UdpSocketConfig *config, GArray *addresses, GError **error)
{
  static const gchar *const both[] = { "::", "0.0.0.0", NULL };
  const gchar *const *names = config->addresses;

  if (!names || !names[0])
    names = has_ipv6 () ? both : both + 1;
  for (; *names; names++) {
    NetAddress address;
    if (!net_address_parse (*names, config->port, &address)) {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "'%s' is no IP address", *names);
      return FALSE;
    }
    g_array_append_val (addresses, address);
  }
  if (addresses->len > UDP_SOCKET_DESCRIPTORS_MAX) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "more than %d addresses",
                 UDP_SOCKET_DESCRIPTORS_MAX);
    return FALSE;
  }
  return TRUE;
}

static gboolean
kernel_has_gso (gint fd)
{
  gint value;
  socklen_t len = sizeof value;

  return getsockopt (fd, IPPROTO_UDP, UDP_SEGMENT, &value, &len) == 0;
}

UdpSocket *
udp_socket_new (const UdpSocketConfig *config, GError **error)
{
  g_autoptr (UdpSocket) self = g_new0 (UdpSocket, 1);
  g_autoptr (GArray) addresses = g_array_new (FALSE, FALSE, sizeof (NetAddress));
  guint attempts = config->port == 0 ? EPHEMERAL_ATTEMPTS : 1;

  if (!list_addresses (config, addresses, error))
    return NULL;
  while (attempts-- > 0) {
    g_autoptr (GError) failure = NULL;
    if (bind_addresses (self, addresses, config, &failure)) {
      self->has_gso = kernel_has_gso (self->descriptors[0].fd);
      return g_steal_pointer (&self);
    }
    if (attempts == 0 || !g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE)) {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
  }
  g_assert_not_reached ();
}

void
udp_socket_free (UdpSocket *self)
{
  if (!self)
    return;
  close_all (self);
  g_free (self);
}

guint16
udp_socket_get_port (const UdpSocket *self)
{
  return net_address_get_port (&self->descriptors[0].address);
}

guint
udp_socket_get_n_descriptors (const UdpSocket *self)
{
  return self->n_descriptors;
}

gint
udp_socket_get_fd (const UdpSocket *self, guint index)
{
  g_return_val_if_fail (index < self->n_descriptors, -1);
  return self->descriptors[index].fd;
}

gint
udp_socket_get_control_fd (const UdpSocket *self, guint index)
{
  g_return_val_if_fail (index < self->n_descriptors, -1);
  return self->descriptors[index].control_fd;
}

const NetAddress *
udp_socket_get_address (const UdpSocket *self, guint index)
{
  g_return_val_if_fail (index < self->n_descriptors, NULL);
  return &self->descriptors[index].address;
}

gboolean
udp_socket_has_gso (const UdpSocket *self)
{
  return self->has_gso;
}

static gboolean
has_family (const UdpSocket *self, sa_family_t family)
{
  for (guint i = 0; i < self->n_descriptors; i++)
    if (self->descriptors[i].address.any.sa_family == family)
      return TRUE;
  return FALSE;
}

GArray *
udp_socket_list_candidates (const UdpSocket *self)
{
  GArray *candidates;

  if (net_address_is_wildcard (&self->descriptors[0].address)) {
    candidates = net_address_list_local (FALSE);
    for (guint i = candidates->len; i-- > 0;)
      if (!has_family (self, g_array_index (candidates, NetAddress, i).any.sa_family))
        g_array_remove_index (candidates, i);
  } else {
    candidates = g_array_new (FALSE, FALSE, sizeof (NetAddress));
    for (guint i = 0; i < self->n_descriptors; i++)
      g_array_append_val (candidates, self->descriptors[i].address);
  }
  for (guint i = 0; i < candidates->len; i++)
    net_address_set_port (&g_array_index (candidates, NetAddress, i), udp_socket_get_port (self));
  return candidates;
}

gboolean
udp_socket_make_path (const UdpSocket *self, const NetAddress *remote, NetPath *ret_path)
{
  gboolean to_loopback = net_address_is_loopback (remote);

  for (guint pass = 0; pass < 2; pass++) {
    for (guint i = 0; i < self->n_descriptors; i++) {
      const NetAddress *own = &self->descriptors[i].address;
      if (own->any.sa_family != remote->any.sa_family)
        continue;
      /* first choice: not the 127.0.0.1 descriptor for the world, nor the reverse */
      if (pass == 0 && !net_address_is_wildcard (own) &&
          net_address_is_loopback (own) != to_loopback)
        continue;
      memset (ret_path, 0, sizeof *ret_path);
      ret_path->remote = *remote;
      ret_path->socket_index = i;
      return TRUE;
    }
  }
  return FALSE;
}
