/* Connections: caps, shares of a source, deadlines of slow and silent peers, counted bytes. */
#include <glib/gstdio.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>

#include "server/auth/throttle.h"
#include "server/http/acceptor.h"
#include "server/http/certificate.h"
#include "server/http/http_limits.h"
#include "server/http/source_table.h"

/* --- Sources --- */

static void
test_share (void)
{
  g_autoptr (SourceTable) table = source_table_new (2);
  g_assert_true (source_table_take (table, "192.0.2.1"));
  g_assert_true (source_table_take (table, "192.0.2.1"));
  g_assert_false (source_table_take (table, "192.0.2.1"));
  g_assert_cmpuint (source_table_count (table, "192.0.2.1"), ==, 2);
  g_assert_true (source_table_take (table, "192.0.2.2"));
  source_table_release (table, "192.0.2.1");
  g_assert_true (source_table_take (table, "192.0.2.1"));
  source_table_release (table, "192.0.2.2");
  g_assert_cmpuint (source_table_count (table, "192.0.2.2"), ==, 0);
}

/* A host owns its whole /64. */
static void
test_share_ipv6 (void)
{
  g_autoptr (SourceTable) table = source_table_new (1);
  g_assert_true (source_table_take (table, "2001:db8:1:2::1"));
  g_assert_false (source_table_take (table, "2001:db8:1:2:ffff::9"));
  g_assert_true (source_table_take (table, "2001:db8:1:3::1"));
}

/* Who breaks off requests, and who reads feeds: as many as are remembered, and one past them: the
 * first makes room, no other. */
static void
test_throttles_are_bounded (void)
{
  static const guint bounds[] = { HTTP_BREAKERS_MAX, HTTP_FEED_READERS_MAX };
  for (guint k = 0; k < G_N_ELEMENTS (bounds); k++) {
    g_autoptr (Throttle) throttle = throttle_new (1, 1000, bounds[k]);
    for (guint i = 0; i <= bounds[k]; i++) {
      g_autofree char *source = g_strdup_printf ("10.0.%u.%u", i / 256, i % 256);
      throttle_count (throttle, source, 0);
      g_assert_true (throttle_is_blocked (throttle, source, 0));
      g_assert_cmpint (throttle_is_blocked (throttle, "10.0.0.0", 0), ==, i < bounds[k]);
      g_assert_true (i == 0 || throttle_is_blocked (throttle, "10.0.0.1", 0));
    }
    g_assert_cmpuint (throttle_size (throttle), ==, bounds[k]);
  }
}

static void
test_addresses (void)
{
  static const struct {
    const char *address, *text;
    gboolean loopback;
  } rows[] = {
    { "192.0.2.1", "192.0.2.1", FALSE },
    { "::ffff:192.0.2.1", "192.0.2.1", FALSE },
    { "127.0.0.1", "127.0.0.1", TRUE },
    { "::ffff:127.0.0.1", "127.0.0.1", TRUE },
    { "::1", "::1", TRUE },
    { "2001:db8::1", "2001:db8::1", FALSE },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string (rows[i].address, 1);
    g_autofree char *text = source_address_text (address);
    g_assert_cmpstr (text, ==, rows[i].text);
    g_assert_true (source_is_loopback (address) == rows[i].loopback);
  }
}

/* --- Connections --- */

typedef struct {
  SoupServer *soup;
  Acceptor *acceptor;
  char *address;
  guint port;
  GPtrArray *peers; /* GSocketConnection */
  SoupServerMessage *held;
  GThread *thread;
  guint ended, ended_elsewhere; /* streams of requests to /noted */
} Gate;

static void
on_stream_end (gpointer data, GObject *stream)
{
  Gate *gate = data;
  gate->ended++;
  gate->ended_elsewhere += g_thread_self () != gate->thread;
}

static void
on_request (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query,
            gpointer user_data)
{
  Gate *gate = user_data;
  if (g_str_equal (path, "/held")) {
    gate->held = g_object_ref (message);
    soup_server_message_pause (message);
    return;
  }
  if (g_str_equal (path, "/noted"))
    g_object_weak_ref (G_OBJECT (connection_get_stream (connection_of_message (message))),
                       on_stream_end, gate);
  soup_server_message_set_status (message, 204, NULL);
}

static Gate *
gate_new_on (const char *address, guint max_connections, GTlsCertificate *certificate)
{
  Gate *gate = g_new0 (Gate, 1);
  g_autoptr (GError) error = NULL;
  AcceptorLimits limits = { .max_connections = max_connections, .max_per_source = 1 };
  gate->thread = g_thread_self ();
  gate->soup = soup_server_new (NULL, NULL);
  gate->acceptor = acceptor_new (gate->soup, &limits);
  gate->peers = g_ptr_array_new_with_free_func (g_object_unref);
  soup_server_add_handler (gate->soup, NULL, on_request, gate, NULL);
  gate->address = g_strdup (address);
  acceptor_listen (gate->acceptor, address, 0, certificate, &gate->port, &error);
  g_assert_no_error (error);
  return gate;
}

static Gate *
gate_new (guint max_connections, GTlsCertificate *certificate)
{
  return gate_new_on ("127.0.0.1", max_connections, certificate);
}

static void
gate_free (Gate *gate)
{
  g_clear_object (&gate->held);
  g_ptr_array_unref (gate->peers);
  soup_server_disconnect (gate->soup);
  acceptor_free (gate->acceptor);
  g_object_unref (gate->soup);
  g_free (gate->address);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_free (gate);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Gate, gate_free)

/* Lets the acceptor do what is due; on loopback a few rounds settle everything. */
static void
settle (void)
{
  gint64 until_us = g_get_monotonic_time () + 100 * 1000;
  while (g_get_monotonic_time () < until_us)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (1000);
}

static GSocket *
gate_connect (Gate *gate)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_socket_client_set_enable_proxy (client, FALSE);
  GSocketConnection *peer =
      g_socket_client_connect_to_host (client, gate->address, gate->port, NULL, NULL);
  g_assert_nonnull (peer);
  g_ptr_array_add (gate->peers, peer);
  GSocket *socket = g_socket_connection_get_socket (peer);
  g_socket_set_blocking (socket, FALSE);
  settle ();
  return socket;
}

static gboolean
is_cut (GSocket *socket)
{
  char buffer[512];
  settle ();
  g_autoptr (GError) error = NULL;
  gssize n = g_socket_receive (socket, buffer, sizeof buffer, NULL, &error);
  return n == 0 || (n < 0 && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK));
}

static void
say (GSocket *socket, const char *text)
{
  g_assert_cmpint (g_socket_send (socket, text, strlen (text), NULL, NULL), ==, strlen (text));
  settle ();
}

static gboolean
answers (Gate *gate)
{
  char buffer[512];
  GSocket *socket = gate_connect (gate);
  g_socket_send (socket, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 27, NULL, NULL);
  settle ();
  gboolean answered = g_socket_receive (socket, buffer, sizeof buffer, NULL, NULL) > 0;
  g_socket_close (socket, NULL);
  settle ();
  return answered;
}

static void
test_cap (void)
{
  g_autoptr (Gate) gate = gate_new (2, NULL);
  GSocket *first = gate_connect (gate);
  GSocket *second = gate_connect (gate); /* a source's share does not bind loopback */
  GSocket *third = gate_connect (gate);
  g_assert_true (is_cut (third));
  g_assert_false (is_cut (first));
  g_assert_false (is_cut (second));
  g_assert_cmpuint (acceptor_get_count (gate->acceptor), ==, 2);
  g_socket_close (first, NULL);
  settle ();
  g_assert_cmpuint (acceptor_get_count (gate->acceptor), ==, 1);
  g_assert_false (is_cut (gate_connect (gate)));
}

static void
test_silent (void)
{
  g_autoptr (Gate) gate = gate_new (10, NULL);
  gint64 now_us = g_get_monotonic_time ();
  GSocket *socket = gate_connect (gate);
  acceptor_tick (gate->acceptor, now_us + HTTP_FIRST_REQUEST_TIMEOUT_US - G_USEC_PER_SEC);
  g_assert_false (is_cut (socket));
  acceptor_tick (gate->acceptor, now_us + HTTP_FIRST_REQUEST_TIMEOUT_US + G_USEC_PER_SEC);
  g_assert_true (is_cut (socket));
  g_assert_cmpuint (acceptor_get_count (gate->acceptor), ==, 0);
}

/* One header line now and then does not buy more time. */
static void
test_dripping (void)
{
  g_autoptr (Gate) gate = gate_new (10, NULL);
  gint64 now_us = g_get_monotonic_time ();
  GSocket *socket = gate_connect (gate);
  say (socket, "GET / HTTP/1.1\r\nHost: x\r\n");
  acceptor_tick (gate->acceptor, now_us + HTTP_FIRST_REQUEST_TIMEOUT_US - G_USEC_PER_SEC);
  say (socket, "X-Drip: 1\r\n");
  g_assert_false (is_cut (socket));
  acceptor_tick (gate->acceptor, now_us + HTTP_FIRST_REQUEST_TIMEOUT_US + G_USEC_PER_SEC);
  g_assert_true (is_cut (socket));
}

static void
test_idle (void)
{
  g_autoptr (Gate) gate = gate_new (10, NULL);
  GSocket *socket = gate_connect (gate);
  char buffer[512];
  say (socket, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  g_assert_cmpint (g_socket_receive (socket, buffer, sizeof buffer, NULL, NULL), >, 0);
  gint64 now_us = g_get_monotonic_time ();
  acceptor_tick (gate->acceptor, now_us + HTTP_IDLE_TIMEOUT_US - G_USEC_PER_SEC);
  g_assert_false (is_cut (socket));
  acceptor_tick (gate->acceptor, now_us + HTTP_IDLE_TIMEOUT_US + G_USEC_PER_SEC);
  g_assert_true (is_cut (socket));
}

/* Whoever waits for a handler is not overdue: the delay is ours. */
/* Whoever hangs up between two requests leaves nothing behind. */
static void
test_hang_up (void)
{
  g_autoptr (Gate) gate = gate_new (10, NULL);
  g_assert_true (answers (gate));
  g_assert_cmpuint (acceptor_get_count (gate->acceptor), ==, 0);
}

static void
test_busy (void)
{
  g_autoptr (Gate) gate = gate_new (10, NULL);
  GSocket *socket = gate_connect (gate);
  say (socket, "GET /held HTTP/1.1\r\nHost: x\r\n\r\n");
  g_assert_nonnull (gate->held);
  g_assert_cmpuint (acceptor_count_busy (gate->acceptor), ==, 1);
  acceptor_tick (gate->acceptor, g_get_monotonic_time () + 10 * HTTP_IDLE_TIMEOUT_US);
  g_assert_false (is_cut (socket));
  Connection *connection = connection_of_message (gate->held);
  g_assert_nonnull (connection);
  g_assert_cmpstr (connection_get_source (connection), ==, "127.0.0.1");
  g_assert_false (connection_is_secure (connection));
  MeteredStream *stream = connection_get_stream (connection);
  g_assert_cmpuint (metered_stream_get_bytes_read (stream), ==,
                    strlen ("GET /held HTTP/1.1\r\nHost: x\r\n\r\n"));
  soup_server_message_set_status (gate->held, 204, NULL);
  soup_server_message_unpause (gate->held);
  settle ();
  g_assert_cmpuint (metered_stream_get_bytes_written (stream), >, 0);
  g_assert_cmpuint (acceptor_count_busy (gate->acceptor), ==, 0);
}

/* One of our own, made in a folder that is gone again. */
static GTlsCertificate *
new_certificate (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *dir = g_dir_make_tmp ("diemcau-tls-XXXXXX", NULL);
  g_autofree char *key = g_build_filename (dir, CERTIFICATE_KEY_FILE, NULL);
  g_autofree char *file = g_build_filename (dir, CERTIFICATE_FILE, NULL);
  GTlsCertificate *certificate = certificate_load ("", "", dir, &error);
  g_assert_no_error (error);
  g_unlink (file);
  g_unlink (key);
  g_rmdir (dir);
  return certificate;
}

static void
test_handshake (void)
{
  g_autoptr (GTlsCertificate) certificate = new_certificate ();
  g_autoptr (Gate) gate = gate_new (10, certificate);
  gint64 now_us = g_get_monotonic_time ();
  GSocket *silent = gate_connect (gate);
  GSocket *wrong = gate_connect (gate);
  say (wrong, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  g_assert_cmpuint (acceptor_get_count (gate->acceptor), ==, 1);
  acceptor_tick (gate->acceptor, now_us + HTTP_HANDSHAKE_TIMEOUT_US - G_USEC_PER_SEC);
  g_assert_false (is_cut (silent));
  acceptor_tick (gate->acceptor, now_us + HTTP_HANDSHAKE_TIMEOUT_US + G_USEC_PER_SEC);
  g_assert_true (is_cut (silent));
  g_assert_cmpuint (acceptor_get_count (gate->acceptor), ==, 0);
}

static gboolean
on_accept_certificate (SoupMessage *message, GTlsCertificate *certificate,
                       GTlsCertificateFlags flags, gpointer user_data)
{
  return TRUE;
}

/* TLS is closed by a thread of GIO's: what ends with a connection is the acceptor's thread's all
 * the same, as the table of connections has no lock. */
static void
test_tls_ends_in_our_thread (void)
{
  enum { REQUESTS = 40 };
  g_autoptr (GTlsCertificate) certificate = new_certificate ();
  g_autoptr (Gate) gate = gate_new (REQUESTS, certificate);
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autofree char *url = g_strdup_printf ("https://127.0.0.1:%u/noted", gate->port);
  for (guint i = 0; i < REQUESTS; i++) {
    g_autoptr (SoupMessage) message = soup_message_new ("GET", url);
    soup_message_headers_append (soup_message_get_request_headers (message), "Connection", "close");
    g_signal_connect (message, "accept-certificate", G_CALLBACK (on_accept_certificate), NULL);
    soup_session_send_and_read_async (session, message, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
    while (gate->ended <= i || acceptor_get_count (gate->acceptor) > 0)
      g_main_context_iteration (NULL, TRUE);
  }
  g_assert_cmpuint (gate->ended, ==, REQUESTS);
  g_assert_cmpuint (gate->ended_elsewhere, ==, 0);
}

/* An IPv4 address of this machine that is not loopback; NULL if there is none. */
static char *
own_address (void)
{
  struct ifaddrs *list = NULL;
  char *found = NULL;
  if (getifaddrs (&list) != 0)
    return NULL;
  for (struct ifaddrs *i = list; i && !found; i = i->ifa_next) {
    if (!i->ifa_addr || i->ifa_addr->sa_family != AF_INET || !(i->ifa_flags & IFF_UP))
      continue;
    g_autoptr (GSocketAddress) address =
        g_socket_address_new_from_native (i->ifa_addr, sizeof (struct sockaddr_in));
    if (!source_is_loopback (address))
      found = source_address_text (address);
  }
  freeifaddrs (list);
  return found;
}

/* A request that is none. */
static void
break_off (Gate *gate)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_socket_client_set_enable_proxy (client, FALSE);
  g_autoptr (GSocketConnection) peer =
      g_socket_client_connect_to_host (client, gate->address, gate->port, NULL, NULL);
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (peer));
  g_output_stream_write (out, "no http\r\n\r\n", 11, NULL, NULL);
  for (guint rounds = 0; rounds < 20; rounds++) {
    g_main_context_iteration (NULL, FALSE);
    g_usleep (100);
  }
}

/* Whoever sends what is no HTTP again and again is shut out; one at a time may. */
static void
test_broken_requests (void)
{
  g_autofree char *address = own_address ();
  if (!address) {
    g_test_skip ("only loopback here");
    return;
  }
  g_autoptr (Gate) gate = gate_new_on (address, 10, NULL);
  g_assert_true (answers (gate));
  gboolean shut_out = FALSE; /* one is forgiven a second, so a slow machine needs more of them */
  for (guint sent = 1; !shut_out && sent <= 10 * HTTP_BROKEN_REQUESTS_MAX; sent++) {
    break_off (gate);
    shut_out = sent >= HTTP_BROKEN_REQUESTS_MAX && !answers (gate);
  }
  g_assert_true (shut_out);
}

static void
test_bad_address (void)
{
  g_autoptr (Gate) gate = gate_new (10, NULL);
  g_autoptr (GError) error = NULL;
  guint port;
  g_assert_false (acceptor_listen (gate->acceptor, "nowhere", 0, NULL, &port, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/acceptor/share", test_share);
  g_test_add_func ("/acceptor/share-ipv6", test_share_ipv6);
  g_test_add_func ("/acceptor/throttles-are-bounded", test_throttles_are_bounded);
  g_test_add_func ("/acceptor/addresses", test_addresses);
  g_test_add_func ("/acceptor/cap", test_cap);
  g_test_add_func ("/acceptor/silent", test_silent);
  g_test_add_func ("/acceptor/dripping", test_dripping);
  g_test_add_func ("/acceptor/idle", test_idle);
  g_test_add_func ("/acceptor/hang-up", test_hang_up);
  g_test_add_func ("/acceptor/busy", test_busy);
  g_test_add_func ("/acceptor/handshake", test_handshake);
  g_test_add_func ("/acceptor/tls-ends-in-our-thread", test_tls_ends_in_our_thread);
  g_test_add_func ("/acceptor/broken-requests", test_broken_requests);
  g_test_add_func ("/acceptor/bad-address", test_bad_address);
  return g_test_run ();
}
