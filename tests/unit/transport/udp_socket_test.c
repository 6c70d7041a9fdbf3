#include "pipelines/transport/udp_socket.h"

#include "pipelines/transport/demux.h"
#include "tests/unit/transport/fixtures.h"
#include <gio/gio.h>
#include <netinet/udp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

static UdpSocket *
open_socket (const gchar *const *addresses)
{
  g_autoptr (GError) error = NULL;
  UdpSocket *socket = udp_socket_new (&(UdpSocketConfig){ .addresses = addresses }, &error);

  g_assert_no_error (error);
  return socket;
}

/* A client socket that sends to @host, @port. */
static gint
open_client (const gchar *host, guint16 port)
{
  NetPath to = fixture_path (host, port);
  gint fd = socket (to.remote.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (connect (fd, &to.remote.any, net_address_get_len (&to.remote)), ==, 0);
  return fd;
}

static gint
descriptor_of (const UdpSocket *socket, sa_family_t family)
{
  for (guint i = 0; i < udp_socket_get_n_descriptors (socket); i++) {
    NetAddress own;
    socklen_t len = sizeof own;
    g_assert_cmpint (getsockname (udp_socket_get_fd (socket, i), &own.any, &len), ==, 0);
    if (own.any.sa_family == family)
      return i;
  }
  return -1;
}

static void
await (UdpSocket *socket, guint index)
{
  struct pollfd poll_fd = { .fd = udp_socket_get_fd (socket, index), .events = POLLIN };

  g_assert_cmpint (poll (&poll_fd, 1, 5000), ==, 1);
}

static void
check_arrives (const gchar *const *addresses, const gchar *host)
{
  g_autoptr (UdpSocket) socket = open_socket (addresses);
  g_autoptr (UdpReceiver) receiver = udp_receiver_new (4);
  gint client = open_client (host, udp_socket_get_port (socket));
  NetPath to = fixture_path (host, 0);
  gint index = descriptor_of (socket, to.remote.any.sa_family);
  const UdpDatagram *datagrams;
  NetAddress own;
  socklen_t own_len = sizeof own;

  g_assert_cmpint (send (client, "hello", 5, 0), ==, 5);
  await (socket, index);
  g_assert_cmpuint (udp_receiver_receive (receiver, socket, index, &datagrams), ==, 1);
  g_assert_cmpmem (datagrams[0].data, datagrams[0].len, "hello", 5);
  g_assert_cmpint (getsockname (client, &own.any, &own_len), ==, 0);
  g_assert_true (net_address_equal (&datagrams[0].path->remote, &own));
  g_assert_cmpint (datagrams[0].path->socket_index, ==, index);
  if (!addresses) /* a wildcard must know where it was reached */
    g_assert_true (net_address_equal (&datagrams[0].path->local, &to.remote));
  g_assert_cmpuint (udp_receiver_receive (receiver, socket, index, &datagrams), ==, 0);
  g_assert_cmpuint (udp_receiver_get_counters (receiver)->bytes, ==, 5);
  close (client);
}

/* --- what is no media ------------------------------------------------------------------------ */

/* TRUE: @size bytes that begin so come by the descriptor of media. */
static gboolean
comes_as_media (UdpSocket *socket, UdpReceiver *receiver, gint client, guint8 first, guint8 second,
                gsize size)
{
  const guint8 data[20] = { first, second };
  const UdpDatagram *datagrams;
  struct pollfd ready[] = { { .fd = udp_socket_get_fd (socket, 0), .events = POLLIN },
                            { .fd = udp_socket_get_control_fd (socket, 0), .events = POLLIN } };
  gboolean is_media;

  g_assert_cmpint (send (client, data, size, 0), ==, size);
  g_assert_cmpint (poll (ready, 2, 5000), ==, 1);
  is_media = ready[0].revents != 0;
  if (is_media)
    g_assert_cmpuint (udp_receiver_receive (receiver, socket, 0, &datagrams), ==, size > 0);
  else
    g_assert_cmpuint (udp_receiver_receive_control (receiver, socket, 0, &datagrams), ==, 1);
  if (size > 0) {
    g_assert_cmpmem (datagrams[0].data, datagrams[0].len, data, size);
    g_assert_cmpint (datagrams[0].path->socket_index, ==, 0);
  }
  return is_media;
}

/* The kernel tells them apart as demux.h does, and neither queue holds the other's. */
static void
test_apart (void)
{
  static const guint8 seconds[] = { 0, 96, 191, 192, 200, 223, 224, 255 };
  static const gchar *const addresses[] = { "127.0.0.1", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (UdpSocket) socket =
      udp_socket_new (&(UdpSocketConfig){ .addresses = addresses, .apart = TRUE }, &error);
  g_autoptr (UdpReceiver) receiver = udp_receiver_new (4);
  gint client;

  g_assert_no_error (error);
  g_assert_cmpint (udp_socket_get_control_fd (socket, 0), >=, 0);
  client = open_client ("127.0.0.1", udp_socket_get_port (socket));
  for (guint first = 0; first < 256; first++)
    for (gsize i = 0; i < G_N_ELEMENTS (seconds); i++) {
      const guint8 data[20] = { (guint8) first, seconds[i] };
      gboolean is_media = datagram_kind (data, sizeof data) == DATAGRAM_RTP;
      g_assert_true (is_media == comes_as_media (socket, receiver, client, (guint8) first,
                                                 seconds[i], sizeof data));
    }
  /* too short to be told apart */
  g_assert_true (comes_as_media (socket, receiver, client, 128, 0, 1));
  g_assert_true (comes_as_media (socket, receiver, client, 0, 0, 0));
  close (client);
}

/* A wildcard: both families, and a check's answer knows where it was reached. */
static void
test_apart_everywhere (void)
{
  g_autoptr (UdpSocket) socket = udp_socket_new (&(UdpSocketConfig){ .apart = TRUE }, NULL);
  g_autoptr (UdpReceiver) receiver = udp_receiver_new (4);
  NetPath to = fixture_path ("127.0.0.1", 0);
  gint index = descriptor_of (socket, AF_INET);
  gint client = open_client ("127.0.0.1", udp_socket_get_port (socket));
  struct pollfd ready = { .fd = udp_socket_get_control_fd (socket, index), .events = POLLIN };
  const UdpDatagram *datagrams;

  g_assert_cmpint (send (client, "\0hello", 6, 0), ==, 6);
  g_assert_cmpint (poll (&ready, 1, 5000), ==, 1);
  g_assert_cmpuint (udp_receiver_receive_control (receiver, socket, index, &datagrams), ==, 1);
  g_assert_cmpint (datagrams[0].path->socket_index, ==, index);
  g_assert_true (net_address_equal (&datagrams[0].path->local, &to.remote));
  g_assert_cmpuint (udp_receiver_receive_control (receiver, socket, index, &datagrams), ==, 0);
  close (client);
}

/* A port is one program's, though the kernel would let two of a user share it. */
static void
test_apart_is_alone (void)
{
  static const gchar *const addresses[] = { "127.0.0.1", NULL };
  UdpSocketConfig config = { .addresses = addresses, .apart = TRUE };
  g_autoptr (UdpSocket) first = udp_socket_new (&config, NULL);
  g_autoptr (GError) error = NULL;

  config.port = udp_socket_get_port (first);
  g_assert_null (udp_socket_new (&config, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
}

static void
test_not_apart (void)
{
  g_autoptr (UdpSocket) socket = open_socket (NULL);
  g_autoptr (UdpReceiver) receiver = udp_receiver_new (1);
  const UdpDatagram *datagrams;

  g_assert_cmpint (udp_socket_get_control_fd (socket, 0), ==, -1);
  g_assert_cmpuint (udp_receiver_receive_control (receiver, socket, 0, &datagrams), ==, 0);
}

static gboolean
has_ipv6_loopback (void)
{
  NetPath path = fixture_path ("::1", 0);
  gint fd = socket (AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  gboolean ok = fd >= 0 && bind (fd, &path.remote.any, sizeof path.remote.v6) == 0;

  if (fd >= 0)
    close (fd);
  return ok;
}

static void
test_wildcard (void)
{
  check_arrives (NULL, "127.0.0.1");
  check_arrives (NULL, "127.0.0.2");
  if (has_ipv6_loopback ())
    check_arrives (NULL, "::1");
}

static void
test_addresses (void)
{
  static const gchar *const one[] = { "127.0.0.1", NULL };
  static const gchar *const two[] = { "127.0.0.1", "::1", NULL };

  check_arrives (one, "127.0.0.1");
  if (has_ipv6_loopback ()) {
    check_arrives (two, "127.0.0.1");
    check_arrives (two, "::1");
  }
}

/* Coalesced by the sender, to be split by us. */
static void
test_segments_are_split (void)
{
  static const gchar *const one[] = { "127.0.0.1", NULL };
  g_autoptr (UdpSocket) socket = open_socket (one);
  g_autoptr (UdpReceiver) receiver = udp_receiver_new (2);
  gint client = open_client ("127.0.0.1", udp_socket_get_port (socket));
  gint segment = 100;
  guint8 data[350];
  const UdpDatagram *datagrams;
  guint n = 0;

  for (guint i = 0; i < sizeof data; i++)
    data[i] = i / 100;
  if (setsockopt (client, IPPROTO_UDP, UDP_SEGMENT, &segment, sizeof segment) < 0) {
    g_test_skip ("the kernel has no UDP_SEGMENT");
    close (client);
    return;
  }
  g_assert_cmpint (send (client, data, sizeof data, 0), ==, sizeof data);
  while (n < 4) {
    guint more;
    await (socket, 0);
    more = udp_receiver_receive (receiver, socket, 0, &datagrams);
    for (guint i = 0; i < more; i++, n++) {
      g_assert_cmpuint (datagrams[i].len, ==, n < 3 ? 100 : 50);
      g_assert_cmpuint (datagrams[i].data[0], ==, n);
      g_assert_cmpuint (datagrams[i].data[datagrams[i].len - 1], ==, n);
    }
  }
  g_assert_cmpuint (udp_receiver_get_counters (receiver)->datagrams, ==, 4);
  close (client);
}

static void
test_callers_buffer (void)
{
  static const gchar *const one[] = { "127.0.0.1", NULL };
  g_autoptr (UdpSocket) socket = open_socket (one);
  g_autoptr (UdpReceiver) receiver = udp_receiver_new (1);
  g_autofree guint8 *slab = g_malloc (UDP_RECEIVER_BUFFER_SIZE);
  gint client = open_client ("127.0.0.1", udp_socket_get_port (socket));
  const UdpDatagram *datagrams;

  udp_receiver_set_buffer (receiver, 0, slab, UDP_RECEIVER_BUFFER_SIZE);
  g_assert_cmpint (send (client, "a", 1, 0), ==, 1);
  await (socket, 0);
  g_assert_cmpuint (udp_receiver_receive (receiver, socket, 0, &datagrams), ==, 1);
  g_assert_true (datagrams[0].data == slab);
  g_assert_true (udp_receiver_was_filled (receiver));
  g_assert_cmpuint (udp_receiver_receive (receiver, socket, 0, &datagrams), ==, 0);
  g_assert_false (udp_receiver_was_filled (receiver));
  udp_receiver_set_buffer (receiver, 0, NULL, 0);
  g_assert_cmpint (send (client, "b", 1, 0), ==, 1);
  await (socket, 0);
  g_assert_cmpuint (udp_receiver_receive (receiver, socket, 0, &datagrams), ==, 1);
  g_assert_true (datagrams[0].data != slab);
  close (client);
}

static void
test_refused (void)
{
  static const gchar *const name[] = { "localhost", NULL };
  static const gchar *const foreign[] = { "192.0.2.1", NULL };
  static const gchar *const many[] = { "127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4",
                                       "127.0.0.5", "127.0.0.6", "127.0.0.7", "127.0.0.8",
                                       "127.0.0.9", NULL };
  const gchar *const *rows[] = { name, foreign, many };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_assert_null (udp_socket_new (&(UdpSocketConfig){ .addresses = rows[i] }, &error));
    g_assert_nonnull (error);
  }
}

static void
test_port_in_use (void)
{
  g_autoptr (UdpSocket) first = open_socket (NULL);
  g_autoptr (GError) error = NULL;
  UdpSocketConfig config = { .port = udp_socket_get_port (first) };

  g_assert_null (udp_socket_new (&config, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
}

static void
test_candidates (void)
{
  static const gchar *const two[] = { "127.0.0.1", "127.0.0.2", NULL };
  g_autoptr (UdpSocket) bound = open_socket (two);
  g_autoptr (UdpSocket) wildcard = open_socket (NULL);
  g_autoptr (GArray) of_bound = udp_socket_list_candidates (bound);
  g_autoptr (GArray) of_wildcard = udp_socket_list_candidates (wildcard);

  g_assert_cmpuint (of_bound->len, ==, 2);
  g_assert_cmpuint (of_wildcard->len, >=, 1);
  for (guint i = 0; i < of_wildcard->len; i++)
    g_assert_cmpuint (net_address_get_port (&g_array_index (of_wildcard, NetAddress, i)), ==,
                      udp_socket_get_port (wildcard));
}

static void
test_make_path (void)
{
  static const gchar *const one[] = { "127.0.0.1", NULL };
  g_autoptr (UdpSocket) v4_only = open_socket (one);
  NetPath path;

  g_assert_true (udp_socket_make_path (v4_only, fixture_address ("127.0.0.9", 7), &path));
  g_assert_cmpuint (path.socket_index, ==, 0);
  g_assert_cmpuint (net_address_get_port (&path.remote), ==, 7);
  g_assert_false (udp_socket_make_path (v4_only, fixture_address ("::1", 7), &path));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/transport/udp-socket/wildcard", test_wildcard);
  g_test_add_func ("/transport/udp-socket/addresses", test_addresses);
  g_test_add_func ("/transport/udp-socket/segments-are-split", test_segments_are_split);
  g_test_add_func ("/transport/udp-socket/callers-buffer", test_callers_buffer);
  g_test_add_func ("/transport/udp-socket/refused", test_refused);
  g_test_add_func ("/transport/udp-socket/port-in-use", test_port_in_use);
  g_test_add_func ("/transport/udp-socket/candidates", test_candidates);
  g_test_add_func ("/transport/udp-socket/make-path", test_make_path);
  g_test_add_func ("/transport/udp-socket/apart", test_apart);
  g_test_add_func ("/transport/udp-socket/apart-everywhere", test_apart_everywhere);
  g_test_add_func ("/transport/udp-socket/apart-is-alone", test_apart_is_alone);
  g_test_add_func ("/transport/udp-socket/not-apart", test_not_apart);
  return g_test_run ();
}
