#include "pipelines/transport/net_address.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <string.h>

static void
normalise (NetAddress *address)
{
  if (address->any.sa_family == AF_INET) {
    memset (address->v4.sin_zero, 0, sizeof address->v4.sin_zero);
    return;
  }
  address->v6.sin6_flowinfo = 0;
  if (IN6_IS_ADDR_V4MAPPED (&address->v6.sin6_addr)) {
    struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = address->v6.sin6_port };
    memcpy (&v4.sin_addr, &address->v6.sin6_addr.s6_addr[12], 4);
    memset (address, 0, sizeof *address);
    address->v4 = v4;
  }
}

gboolean
net_address_from_sockaddr (const struct sockaddr *sa, gsize len, NetAddress *ret_address)
{
  NetAddress address = { 0 };

  if (len < sizeof sa->sa_family)
    return FALSE;
  if (sa->sa_family == AF_INET && len >= sizeof (struct sockaddr_in))
    memcpy (&address, sa, sizeof (struct sockaddr_in));
  else if (sa->sa_family == AF_INET6 && len >= sizeof (struct sockaddr_in6))
    memcpy (&address, sa, sizeof (struct sockaddr_in6));
  else
    return FALSE;
  normalise (&address);
  *ret_address = address;
  return TRUE;
}

/* "fe80::1%eth0" -> address and scope. */
static gboolean
parse_v6 (const gchar *host, struct sockaddr_in6 *ret_v6)
{
  gchar text[INET6_ADDRSTRLEN];
  const gchar *zone = strchr (host, '%');
  gsize len = zone ? (gsize) (zone - host) : strlen (host);

  if (len >= sizeof text)
    return FALSE;
  memcpy (text, host, len);
  text[len] = 0;
  if (inet_pton (AF_INET6, text, &ret_v6->sin6_addr) != 1)
    return FALSE;
  if (zone && !(ret_v6->sin6_scope_id = if_nametoindex (zone + 1)))
    return FALSE;
  ret_v6->sin6_family = AF_INET6;
  return TRUE;
}

gboolean
net_address_parse (const gchar *host, guint16 port, NetAddress *ret_address)
{
  NetAddress address = { 0 };

  if (inet_pton (AF_INET, host, &address.v4.sin_addr) == 1)
    address.v4.sin_family = AF_INET;
  else if (!parse_v6 (host, &address.v6))
    return FALSE;
  net_address_set_port (&address, port);
  normalise (&address);
  *ret_address = address;
  return TRUE;
}

const gchar *
net_address_host (const NetAddress *address, gchar *buffer, gsize size)
{
  const void *raw = address->any.sa_family == AF_INET6 ? (const void *) &address->v6.sin6_addr
                                                       : &address->v4.sin_addr;

  if (size && !inet_ntop (address->any.sa_family, raw, buffer, size))
    g_strlcpy (buffer, "?", size);
  return buffer;
}

const gchar *
net_address_to_string (const NetAddress *address, gchar *buffer, gsize size)
{
  gchar host[INET6_ADDRSTRLEN];
  gboolean v6 = address->any.sa_family == AF_INET6;

  net_address_host (address, host, sizeof host);
  g_snprintf (buffer, size, v6 ? "[%s]:%u" : "%s:%u", host, net_address_get_port (address));
  return buffer;
}

socklen_t
net_address_get_len (const NetAddress *address)
{
  return address->any.sa_family == AF_INET6 ? sizeof address->v6 : sizeof address->v4;
}

/* Port of AF_INET and AF_INET6 stand at the same place. */
G_STATIC_ASSERT (offsetof (struct sockaddr_in, sin_port) ==
                 offsetof (struct sockaddr_in6, sin6_port));

guint16
net_address_get_port (const NetAddress *address)
{
  return g_ntohs (address->v4.sin_port);
}

void
net_address_set_port (NetAddress *address, guint16 port)
{
  address->v4.sin_port = g_htons (port);
}

gboolean
net_address_is_loopback (const NetAddress *address)
{
  if (address->any.sa_family == AF_INET)
    return (g_ntohl (address->v4.sin_addr.s_addr) >> 24) == 127;
  return address->any.sa_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK (&address->v6.sin6_addr);
}

gboolean
net_address_is_wildcard (const NetAddress *address)
{
  if (address->any.sa_family == AF_INET)
    return address->v4.sin_addr.s_addr == INADDR_ANY;
  return address->any.sa_family == AF_INET6 && IN6_IS_ADDR_UNSPECIFIED (&address->v6.sin6_addr);
}

static inline guint
mix (guint hash, guint32 word)
{
  return (hash ^ word) * 0x9e3779b1u;
}

guint
net_address_hash (gconstpointer pointer)
{
  const NetAddress *address = pointer;
  guint hash = mix (address->any.sa_family, address->v4.sin_port);

  if (address->any.sa_family == AF_INET6) {
    guint32 words[4];
    memcpy (words, &address->v6.sin6_addr, sizeof words);
    for (guint i = 0; i < G_N_ELEMENTS (words); i++)
      hash = mix (hash, words[i]);
    hash = mix (hash, address->v6.sin6_scope_id);
  } else {
    hash = mix (hash, address->v4.sin_addr.s_addr);
  }
  return hash ^ (hash >> 15);
}

gboolean
net_address_equal (gconstpointer pointer_a, gconstpointer pointer_b)
{
  const NetAddress *a = pointer_a;
  const NetAddress *b = pointer_b;

  if (a->any.sa_family != b->any.sa_family || a->v4.sin_port != b->v4.sin_port)
    return FALSE;
  if (a->any.sa_family == AF_INET6)
    return a->v6.sin6_scope_id == b->v6.sin6_scope_id &&
           IN6_ARE_ADDR_EQUAL (&a->v6.sin6_addr, &b->v6.sin6_addr);
  return a->v4.sin_addr.s_addr == b->v4.sin_addr.s_addr;
}

static gboolean
is_link_local (const NetAddress *address)
{
  if (address->any.sa_family == AF_INET)
    return (g_ntohl (address->v4.sin_addr.s_addr) >> 16) == 0xa9fe;
  return IN6_IS_ADDR_LINKLOCAL (&address->v6.sin6_addr);
}

static gboolean
address_of_interface (const struct ifaddrs *interface, NetAddress *ret_address)
{
  const struct sockaddr *sa = interface->ifa_addr;

  if (!sa || !(interface->ifa_flags & IFF_UP))
    return FALSE;
  return net_address_from_sockaddr (sa,
                                    sa->sa_family == AF_INET6 ? sizeof (struct sockaddr_in6)
                                                              : sizeof (struct sockaddr_in),
                                    ret_address) &&
         !is_link_local (ret_address);
}

GArray *
net_address_list_local (gboolean with_loopback)
{
  GArray *found = g_array_new (FALSE, FALSE, sizeof (NetAddress));
  struct ifaddrs *interfaces = NULL;
  NetAddress address;

  if (getifaddrs (&interfaces) < 0)
    return found;
  for (struct ifaddrs *i = interfaces; i; i = i->ifa_next)
    if (address_of_interface (i, &address) && !net_address_is_loopback (&address))
      g_array_append_val (found, address);
  with_loopback = with_loopback || found->len == 0;
  for (struct ifaddrs *i = interfaces; i && with_loopback; i = i->ifa_next)
    if (address_of_interface (i, &address) && net_address_is_loopback (&address))
      g_array_append_val (found, address);
  freeifaddrs (interfaces);
  return found;
}
