/* The client's end against the relay's: a TcpPort on the loopback. */
#include "pipelines/client/tcp_line.h"

#include "pipelines/transport/tcp_framing.h"
#include "pipelines/transport/tcp_port.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>

#define FRAME_BYTES 1024

typedef struct {
  UdpSocket *socket;
  TcpPort *port;
  TcpLine *line;
  GString *at_port, *at_line;
  guint32 connection;
} Fixture;

static void
on_frame (gpointer user_data, guint8 *data, gsize len, const NetPath *path)
{
  Fixture *f = user_data;

  g_string_append_len (f->at_port, (const gchar *) data, (gssize) len);
  f->connection = path->connection;
  tcp_port_prove (f->port, path->connection, 0);
}

static void
on_closed (gpointer user_data, const NetPath *path)
{
}

static void
on_pace (gpointer user_data, const NetPath *path, gboolean slow)
{
}

static gboolean
is_video (gpointer user_data, const NetPath *path, const guint8 *data, gsize len)
{
  return FALSE;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  static const gchar *const addresses[] = { "127.0.0.1", NULL };
  TcpPortEvents events = { on_frame, on_closed, on_pace, is_video, f };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 32 && f->port == NULL; i++) {
    g_clear_pointer (&f->socket, udp_socket_free);
    f->socket = udp_socket_new (&(UdpSocketConfig){ .addresses = addresses }, NULL);
    f->port = tcp_port_new (f->socket, &events, NULL);
  }
  f->line = tcp_line_new (udp_socket_get_address (f->socket, 0), "127.0.0.1", &error);
  g_assert_no_error (error);
  f->at_port = g_string_new (NULL);
  f->at_line = g_string_new (NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  tcp_line_free (f->line);
  tcp_port_free (f->port);
  udp_socket_free (f->socket);
  g_string_free (f->at_port, TRUE);
  g_string_free (f->at_line, TRUE);
}

static void
serve (Fixture *f)
{
  struct pollfd readable = { tcp_port_get_fd (f->port), POLLIN, 0 };

  poll (&readable, 1, 1000);
  tcp_port_dispatch (f->port, 0);
  tcp_port_settle (f->port);
}

static void
on_datagram (gpointer user_data, const UdpDatagram *datagram)
{
  g_string_append_len (((Fixture *) user_data)->at_line, (const gchar *) datagram->data,
                       datagram->len);
}

static gboolean
receive (Fixture *f)
{
  struct pollfd readable = { tcp_line_get_fd (f->line), POLLIN, 0 };

  poll (&readable, 1, 1000);
  return tcp_line_receive (f->line, on_datagram, f);
}

static void
test_both_ways (Fixture *f, gconstpointer data)
{
  tcp_line_send (f->line, (const guint8 *) "one", 3);
  tcp_line_send (f->line, (const guint8 *) "two", 3);
  while (f->at_port->len < 6) {
    tcp_line_flush (f->line);
    serve (f);
  }
  g_assert_cmpstr (f->at_port->str, ==, "onetwo");
  tcp_port_send (f->port, f->connection, (const guint8 *) "aabbc", 5, 2, 0);
  g_assert_true (receive (f));
  g_assert_cmpstr (f->at_line->str, ==, "aabbc");
}

static void
test_closed (Fixture *f, gconstpointer data)
{
  tcp_line_send (f->line, (const guint8 *) "x", 1);
  while (f->at_port->len < 1)
    serve (f);
  tcp_port_close (f->port, f->connection);
  tcp_port_settle (f->port);
  g_assert_false (receive (f));
  tcp_line_send (f->line, (const guint8 *) "y", 1);
}

/* What the kernel has taken of the line, be it sent or not. */
static guint64
taken_bytes (Fixture *f)
{
  struct tcp_info info = { 0 };
  socklen_t size = sizeof info;

  g_assert_no_errno (getsockopt (tcp_line_get_fd (f->line), IPPROTO_TCP, TCP_INFO, &info, &size));
  return info.tcpi_bytes_sent - info.tcpi_bytes_retrans + info.tcpi_notsent_bytes;
}

static void
send_numbered (Fixture *f, guint32 number)
{
  guint8 packet[FRAME_BYTES - TCP_FRAMING_HEADER_BYTES] = { 0 };

  memcpy (packet, &number, sizeof number);
  tcp_line_send (f->line, packet, sizeof packet);
}

/* The reader sleeps: the kernel takes what it will, then the queue is full, and what is too much is
 * dropped. All that was taken comes, whole and in order, and so does what is sent after. */
static void
test_queue_is_bounded (Fixture *f, gconstpointer data)
{
  const guint size = FRAME_BYTES - TCP_FRAMING_HEADER_BYTES;
  guint64 taken = 0;
  guint32 sent = 0, before = 0, number;

  for (guint same = 0; same < 2 * TCP_LINE_QUEUE_BYTES / FRAME_BYTES; same++) {
    send_numbered (f, ++sent);
    if (taken_bytes (f) != taken)
      same = 0;
    taken = taken_bytes (f);
  }
  guint kept = (guint) ((taken + TCP_LINE_QUEUE_BYTES) / FRAME_BYTES);
  g_assert_cmpuint (kept, <, sent);
  for (guint vain = 0; f->at_port->len < kept * size; vain++) {
    gsize len = f->at_port->len;

    g_assert_cmpuint (vain, <, 3);
    tcp_line_flush (f->line);
    serve (f);
    vain = f->at_port->len > len ? 0 : vain;
  }
  send_numbered (f, ++sent);
  while (f->at_port->len < (kept + 1) * size)
    serve (f);
  for (guint i = 0; i <= kept; i++, before = number) {
    memcpy (&number, f->at_port->str + i * size, sizeof number);
    g_assert_cmpuint (number, >, before);
  }
  g_assert_cmpuint (number, ==, sent);
}

static void
test_nobody_listens (void)
{
  g_autoptr (TcpLine) line = NULL;
  g_autoptr (GError) error = NULL;
  NetAddress remote;

  g_assert_true (net_address_parse ("127.0.0.1", 1, &remote));
  line = tcp_line_new (&remote, "192.0.2.77", &error);
  g_assert_null (line);
  g_assert_nonnull (strstr (error->message, "TCP to 127.0.0.1:1: "));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/client/tcp-line/both-ways", Fixture, NULL, set_up, test_both_ways, tear_down);
  g_test_add ("/client/tcp-line/closed", Fixture, NULL, set_up, test_closed, tear_down);
  g_test_add ("/client/tcp-line/queue-is-bounded", Fixture, NULL, set_up, test_queue_is_bounded,
              tear_down);
  g_test_add_func ("/client/tcp-line/address-of-another", test_nobody_listens);
  return g_test_run ();
}
