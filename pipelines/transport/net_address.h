/* NetAddress: one IPv4 or IPv6 address with port, by value, normalised.
 *
 * An IPv6-mapped IPv4 address becomes IPv4 and flow labels are cleared, so that equal peers have
 * equal bytes: net_address_hash() and net_address_equal() are over exactly these.
 * NetPath: where a datagram came from and which of our addresses it came to; given back to a
 * SendBatch it makes the answer leave from that same address.
 * Plain data, any thread.
 */
#pragma once

#include <glib.h>
#include <netinet/in.h>

G_BEGIN_DECLS

typedef union {
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
} NetAddress;

typedef struct {
  NetAddress remote;
  NetAddress local;    /* address the datagram came to; AF_UNSPEC: leave it to the kernel */
  guint8 socket_index; /* which descriptor of the UdpSocket; NET_PATH_TCP: none of them */
  guint32 connection;  /* of a TcpPort, never used again; 0: datagrams */
} NetPath;

/* The socket_index of a path that is a TCP connection. */
#define NET_PATH_TCP 15

/* Longest text of net_address_to_string(), with "[", "]", port and final zero. */
#define NET_ADDRESS_STRING_MAX 64

/* FALSE if @sa is neither AF_INET nor AF_INET6, or @len is too short; @ret_address is then
 * untouched. */
gboolean net_address_from_sockaddr (const struct sockaddr *sa, gsize len, NetAddress *ret_address);

/* @host is a numeric address ("192.0.2.1", "2001:db8::1", "fe80::1%eth0"); no name resolution. */
gboolean net_address_parse (const gchar *host, guint16 port, NetAddress *ret_address);

/* "192.0.2.1:50000" or "[2001:db8::1]:50000"; returns @buffer. */
const gchar *net_address_to_string (const NetAddress *address, gchar *buffer, gsize size);

/* The address without port and brackets, as candidates carry it; returns @buffer. */
const gchar *net_address_host (const NetAddress *address, gchar *buffer, gsize size);

socklen_t net_address_get_len (const NetAddress *address);
guint16 net_address_get_port (const NetAddress *address);
void net_address_set_port (NetAddress *address, guint16 port);
gboolean net_address_is_loopback (const NetAddress *address);
gboolean net_address_is_wildcard (const NetAddress *address);

/* GHashFunc / GEqualFunc over a NetAddress. */
guint net_address_hash (gconstpointer address);
gboolean net_address_equal (gconstpointer a, gconstpointer b);

/* (element-type NetAddress) (transfer full): the machine's own addresses, those of loopback only
 * if there is no other or @with_loopback; no link-local ones (a candidate cannot carry the zone).
 */
GArray *net_address_list_local (gboolean with_loopback);

G_END_DECLS
