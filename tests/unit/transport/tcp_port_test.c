/* A real listening socket on the loopback, real clients, and a clock of our own. */
#include "pipelines/transport/tcp_port.h"

#include "pipelines/transport/tcp_framing.h"
#include "tests/unit/transport/fixtures.h"

#include <errno.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define SECOND ((gint64) G_USEC_PER_SEC)
#define VIDEO 0xee /* the first byte of a packet that may be left out */
#define CLIENTS_MAX (TCP_CONNECTIONS_MAX + TCP_PENDING_MAX + 8)
#define CHECK "check"

typedef struct {
  UdpSocket *socket;
  TcpPort *port;
  gint64 now_us;
  GString *frames; /* texts that came in, each followed by a space */
  guint32 last;    /* connection of the last frame */
  gboolean proves; /* each frame is a good check */
  guint n_closed, n_slow, n_fluent;
  gint clients[CLIENTS_MAX];
  guint n_clients;
} Fixture;

static void
on_frame (gpointer user_data, guint8 *data, gsize len, const NetPath *path)
{
  Fixture *f = user_data;

  g_assert_cmpint (path->socket_index, ==, NET_PATH_TCP);
  f->last = path->connection;
  g_string_append_len (f->frames, (const gchar *) data, (gssize) len);
  g_string_append_c (f->frames, ' ');
  if (f->proves)
    tcp_port_prove (f->port, path->connection, f->now_us);
}

static void
on_closed (gpointer user_data, const NetPath *path)
{
  ((Fixture *) user_data)->n_closed++;
}

static void
on_pace (gpointer user_data, const NetPath *path, gboolean slow)
{
  Fixture *f = user_data;

  if (slow)
    f->n_slow++;
  else
    f->n_fluent++;
}

static gboolean
is_video (gpointer user_data, const NetPath *path, const guint8 *data, gsize len)
{
  return data[0] == VIDEO;
}

static void
set_up_at (Fixture *f, const gchar *address)
{
  const gchar *const addresses[] = { address, NULL };
  TcpPortEvents events = { on_frame, on_closed, on_pace, is_video, f };

  /* a port that is free for UDP may be taken for TCP */
  for (guint i = 0; i < 32 && f->port == NULL; i++) {
    g_clear_pointer (&f->socket, udp_socket_free);
    f->socket = udp_socket_new (&(UdpSocketConfig){ .addresses = addresses }, NULL);
    g_assert_nonnull (f->socket);
    f->port = tcp_port_new (f->socket, &events, NULL);
  }
  g_assert_nonnull (f->port);
  f->frames = g_string_new (NULL);
  f->now_us = 100 * SECOND;
  f->proves = TRUE;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  set_up_at (f, "127.0.0.1");
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < f->n_clients; i++)
    if (f->clients[i] >= 0)
      close (f->clients[i]);
  tcp_port_free (f->port);
  udp_socket_free (f->socket);
  g_string_free (f->frames, TRUE);
}

/* Serves what is there, until nothing has come for 5 ms. */
static void
serve (Fixture *f)
{
  struct pollfd readable = { tcp_port_get_fd (f->port), POLLIN, 0 };

  while (poll (&readable, 1, 5) > 0) {
    tcp_port_dispatch (f->port, f->now_us);
    tcp_port_settle (f->port);
  }
}

static void
wait (Fixture *f, gint64 us)
{
  f->now_us += us;
  tcp_port_tick (f->port, f->now_us);
}

/* From 127.0.0.@source; returns its index. */
static guint
client_from (Fixture *f, guint source, gint receive_bytes)
{
  NetAddress from, to = *udp_socket_get_address (f->socket, 0);
  g_autofree gchar *host =
      to.any.sa_family == AF_INET6 ? g_strdup ("::1") : g_strdup_printf ("127.0.0.%u", source);
  gint fd = socket (to.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_true (net_address_parse (host, 0, &from));
  if (receive_bytes > 0)
    setsockopt (fd, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes);
  g_assert_cmpint (bind (fd, &from.any, net_address_get_len (&from)), ==, 0);
  g_assert_cmpint (connect (fd, &to.any, net_address_get_len (&to)), ==, 0);
  f->clients[f->n_clients] = fd;
  return f->n_clients++;
}

static void
say (Fixture *f, guint client, const gchar *text)
{
  g_autoptr (GByteArray) frame = g_byte_array_new ();
  guint8 header[TCP_FRAMING_HEADER_BYTES];
  guint len = (guint) strlen (text);

  tcp_framing_write_header (header, (guint16) len);
  g_byte_array_append (frame, header, sizeof header);
  g_byte_array_append (frame, (const guint8 *) text, len);
  g_assert_cmpint (send (f->clients[client], frame->data, frame->len, MSG_NOSIGNAL), ==,
                   frame->len);
}

/* A proven connection. */
static guint
join (Fixture *f, gint receive_bytes)
{
  guint client = client_from (f, 1, receive_bytes);

  say (f, client, "check");
  serve (f);
  g_assert_cmpstr (f->frames->str, ==, "check ");
  g_string_truncate (f->frames, 0);
  return client;
}

static gboolean
is_closed (Fixture *f, guint client)
{
  guint8 byte;
  gssize n = recv (f->clients[client], &byte, 1, MSG_DONTWAIT);

  return n == 0 || (n < 0 && errno != EAGAIN);
}

static void
send_packets (Fixture *f, guint8 first, guint n, guint16 len)
{
  g_autofree guint8 *bytes = g_malloc0 ((gsize) n * len);

  for (guint i = 0; i < n; i++)
    bytes[(gsize) i * len] = first;
  tcp_port_send (f->port, f->last, bytes, (gsize) n * len, len, f->now_us);
  tcp_port_settle (f->port);
}

/* Reads until nothing comes any more, the port writing meanwhile; counts what came. */
static void
read_all (Fixture *f, guint client, guint *ret_video, guint *ret_other)
{
  static TcpFraming framing;
  guint idle = 0;

  memset (&framing, 0, sizeof framing);
  *ret_video = *ret_other = 0;
  while (idle < 3) {
    gsize room, len;
    guint8 *frame, *to = tcp_framing_reserve (&framing, &room);
    gssize n = recv (f->clients[client], to, room, MSG_DONTWAIT);
    TcpFramingResult result;

    if (n <= 0) {
      idle++;
      serve (f);
      continue;
    }
    idle = 0;
    tcp_framing_commit (&framing, n);
    while ((result = tcp_framing_next (&framing, &frame, &len)) == TCP_FRAMING_FRAME)
      (*(frame[0] == VIDEO ? ret_video : ret_other))++;
    g_assert_cmpint (result, ==, TCP_FRAMING_MORE);
  }
}

static void
test_both_ways (Fixture *f, gconstpointer data)
{
  guint client = join (f, 0);
  guint8 answer[64];

  say (f, client, "one");
  say (f, client, "two");
  serve (f);
  g_assert_cmpstr (f->frames->str, ==, "one two ");
  /* a run of three, the last one shorter */
  tcp_port_send (f->port, f->last, (const guint8 *) "aabbc", 5, 2, f->now_us);
  g_assert_cmpint (recv (f->clients[client], answer, sizeof answer, 0), ==, 11);
  g_assert_cmpmem (answer, 11, "\0\2aa\0\2bb\0\1c", 11);
  g_assert_cmpuint (tcp_port_get_counters (f->port)->frames_out, ==, 3);
}

static void
test_ipv6 (void)
{
  Fixture f = { 0 };
  NetAddress any;
  gint fd = socket (AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  gboolean has = fd >= 0 && net_address_parse ("::1", 0, &any) &&
                 bind (fd, &any.any, net_address_get_len (&any)) == 0;

  close (fd);
  if (!has) {
    g_test_skip ("no IPv6 here");
    return;
  }
  set_up_at (&f, "::1");
  join (&f, 0);
  tear_down (&f, NULL);
}

static void
test_port_is_taken (Fixture *f, gconstpointer data)
{
  TcpPortEvents events = { on_frame, on_closed, on_pace, is_video, f };
  g_autoptr (GError) error = NULL;

  g_assert_null (tcp_port_new (f->socket, &events, &error));
  g_assert_nonnull (strstr (error->message, "TCP 127.0.0.1:"));
}

static void
test_unproven_in_time (Fixture *f, gconstpointer data)
{
  guint client = client_from (f, 1, 0);

  f->proves = FALSE;
  say (f, client, "noise");
  serve (f);
  wait (f, TCP_PENDING_US);
  g_assert_false (is_closed (f, client));
  wait (f, 1);
  g_assert_true (is_closed (f, client));
  /* nobody knew it */
  g_assert_cmpuint (f->n_closed, ==, 0);
  g_assert_cmpuint (tcp_port_get_n_connections (f->port), ==, 0);
}

static void
test_checks_keep_it (Fixture *f, gconstpointer data)
{
  guint client = join (f, 0);

  wait (f, TCP_IDLE_US);
  say (f, client, "check");
  serve (f);
  wait (f, TCP_IDLE_US);
  g_assert_false (is_closed (f, client));
  wait (f, 1);
  g_assert_true (is_closed (f, client));
  g_assert_cmpuint (f->n_closed, ==, 1);
}

static void
test_one_source_too_many (Fixture *f, gconstpointer data)
{
  f->proves = FALSE;
  for (guint i = 0; i <= TCP_PENDING_PER_SOURCE_MAX; i++)
    client_from (f, 1, 0);
  client_from (f, 2, 0);
  serve (f);
  g_assert_false (is_closed (f, TCP_PENDING_PER_SOURCE_MAX - 1));
  g_assert_true (is_closed (f, TCP_PENDING_PER_SOURCE_MAX));
  g_assert_false (is_closed (f, TCP_PENDING_PER_SOURCE_MAX + 1));
  /* proven ones do not count */
  f->proves = TRUE;
  say (f, 0, "check");
  serve (f);
  f->proves = FALSE;
  g_assert_false (is_closed (f, client_from (f, 1, 0)));
}

static void
test_all_too_many (Fixture *f, gconstpointer data)
{
  f->proves = FALSE;
  for (guint i = 0; i < TCP_PENDING_MAX; i++) {
    client_from (f, 1 + i / TCP_PENDING_PER_SOURCE_MAX, 0);
    if (i % TCP_PENDING_PER_SOURCE_MAX == TCP_PENDING_PER_SOURCE_MAX - 1)
      serve (f);
  }
  g_assert_false (is_closed (f, 0));
  client_from (f, 100, 0);
  serve (f);
  /* the oldest makes room */
  g_assert_true (is_closed (f, 0));
  g_assert_false (is_closed (f, 1));
  g_assert_false (is_closed (f, TCP_PENDING_MAX));
  g_assert_cmpuint (tcp_port_get_n_connections (f->port), ==, TCP_PENDING_MAX);
}

/* So many that wait are accepted in one go. */
static void
test_accepts_at_once (Fixture *f, gconstpointer data)
{
  const TcpPortCounters *counters = tcp_port_get_counters (f->port);

  for (guint i = 0; i <= TCP_ACCEPTS_MAX; i++)
    client_from (f, 1 + i / TCP_PENDING_PER_SOURCE_MAX, 0);
  tcp_port_dispatch (f->port, f->now_us);
  g_assert_cmpuint (counters->accepted, ==, TCP_ACCEPTS_MAX);
  tcp_port_dispatch (f->port, f->now_us);
  g_assert_cmpuint (counters->accepted, ==, TCP_ACCEPTS_MAX + 1);
  g_assert_cmpuint (counters->refused, ==, 0);
}

/* FALSE: this machine does not let a process have so many. */
static gboolean
may_open (guint descriptors)
{
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  limit.rlim_cur = MAX (limit.rlim_cur, MIN (limit.rlim_max, descriptors));
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  return limit.rlim_cur >= descriptors;
}

/* One more that says something, from the @n-th source; ends without a trace. */
static guint
crowd_in (Fixture *f, guint n)
{
  const struct linger at_once = { .l_onoff = 1 };
  guint client = client_from (f, 2 + n, 0);

  setsockopt (f->clients[client], SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  say (f, client, CHECK);
  return client;
}

/* Until as many checks have come in. */
static void
serve_checks (Fixture *f, guint n)
{
  struct pollfd readable = { tcp_port_get_fd (f->port), POLLIN, 0 };

  while (f->frames->len < n * (sizeof CHECK)) {
    g_assert_cmpint (poll (&readable, 1, 5000), >, 0);
    tcp_port_dispatch (f->port, f->now_us);
    tcp_port_settle (f->port);
  }
}

/* Proven ones, and beside them those that are not yet. */
static void
test_connections_too_many (Fixture *f, gconstpointer data)
{
  const TcpPortCounters *counters = tcp_port_get_counters (f->port);
  guint n = 0, one_more;

  if (!may_open (2 * CLIENTS_MAX + 64)) {
    g_test_skip ("too few descriptors");
    return;
  }
  while (n < TCP_CONNECTIONS_MAX) {
    crowd_in (f, n++ / 1024);
    if (n % TCP_PENDING_PER_SOURCE_MAX == 0)
      serve_checks (f, n);
  }
  g_assert_cmpuint (tcp_port_get_n_connections (f->port), ==, TCP_CONNECTIONS_MAX);
  g_assert_cmpuint (f->n_closed + counters->refused, ==, 0);
  crowd_in (f, 0);
  serve_checks (f, ++n);
  serve (f);
  g_assert_true (is_closed (f, TCP_CONNECTIONS_MAX));
  g_assert_cmpuint (f->n_closed, ==, 1); /* who heard its check must know */
  g_assert_cmpuint (counters->refused, ==, 1);
  f->proves = FALSE;
  for (guint i = 0; i < TCP_PENDING_MAX; i++)
    crowd_in (f, i / TCP_PENDING_PER_SOURCE_MAX);
  n += TCP_PENDING_MAX;
  serve_checks (f, n);
  g_assert_cmpuint (counters->refused, ==, 1);
  one_more = crowd_in (f, 100);
  serve (f);
  g_assert_true (is_closed (f, one_more));
  g_assert_cmpuint (counters->refused, ==, 2);
  /* where one has left, the next is taken */
  f->proves = TRUE;
  close (f->clients[0]);
  f->clients[0] = -1;
  serve (f);
  g_assert_cmpuint (f->n_closed, ==, 2);
  say (f, TCP_CONNECTIONS_MAX + 1, CHECK);
  serve_checks (f, ++n);
  g_assert_false (is_closed (f, TCP_CONNECTIONS_MAX + 1));
  g_assert_cmpuint (counters->refused, ==, 2);
}

static void
test_closed_by_the_peer (Fixture *f, gconstpointer data)
{
  guint client = join (f, 0);

  say (f, client, "last");
  close (f->clients[client]);
  f->clients[client] = -1;
  serve (f);
  g_assert_cmpstr (f->frames->str, ==, "last ");
  g_assert_cmpuint (f->n_closed, ==, 1);
  tcp_port_send (f->port, f->last, (const guint8 *) "x", 1, 1, f->now_us);
  g_assert_cmpuint (tcp_port_get_counters (f->port)->dropped, ==, 1);
}

static void
test_frame_too_long (Fixture *f, gconstpointer data)
{
  guint client = join (f, 0);

  g_assert_cmpint (send (f->clients[client], "\xff\xff", 2, MSG_NOSIGNAL), ==, 2);
  serve (f);
  g_assert_true (is_closed (f, client));
  g_assert_cmpuint (tcp_port_get_counters (f->port)->broken, ==, 1);
  g_assert_cmpuint (f->n_closed, ==, 1);
}

/* Fills what the kernel holds for @client, who does not read, and some more. */
static void
jam (Fixture *f)
{
  for (guint i = 0; i < 10000 && f->n_slow == 0; i++) {
    send_packets (f, VIDEO, 10, 1100);
    f->now_us += 1000;
  }
  g_assert_cmpuint (f->n_slow, ==, 1);
}

static void
test_slow_reader_keeps_sound (Fixture *f, gconstpointer data)
{
  guint client = join (f, 4096);
  guint video, sound;
  guint64 dropped;

  jam (f);
  dropped = tcp_port_get_counters (f->port)->dropped;
  g_assert_cmpuint (dropped, >, 0);
  /* no picture waits any more, none is taken; sound is */
  for (guint i = 0; i < 20; i++)
    send_packets (f, 'a', 1, 100);
  send_packets (f, VIDEO, 5, 1100);
  g_assert_cmpuint (tcp_port_get_counters (f->port)->dropped, ==, dropped + 5);
  read_all (f, client, &video, &sound);
  g_assert_cmpuint (sound, ==, 20);
  /* it has caught up: after a while picture may come again */
  wait (f, TCP_RECOVERY_US - 1);
  g_assert_cmpuint (f->n_fluent, ==, 0);
  wait (f, 1);
  g_assert_cmpuint (f->n_fluent, ==, 1);
  send_packets (f, VIDEO, 5, 1100);
  read_all (f, client, &video, &sound);
  g_assert_cmpuint (video, ==, 5);
}

/* What waits beside picture is kept up to its bound, in which the rest of a packet that was begun
 * may lie: what comes after that is left out. */
static void
test_sound_that_waits (Fixture *f, gconstpointer data)
{
  const guint size = 1024;
  guint client = join (f, 4096);
  guint n = 0, video, sound;
  guint64 dropped;

  jam (f);
  dropped = tcp_port_get_counters (f->port)->dropped;
  for (; tcp_port_get_counters (f->port)->dropped == dropped; n++)
    send_packets (f, 'a', 1, size - TCP_FRAMING_HEADER_BYTES);
  n--;
  g_assert_cmpuint (n * size, <=, TCP_QUEUE_URGENT_BYTES);
  g_assert_cmpuint ((n + 2) * size + 100, >, TCP_QUEUE_URGENT_BYTES);
  read_all (f, client, &video, &sound);
  g_assert_cmpuint (sound, ==, n);
}

static void
test_slow_again_waits_longer (Fixture *f, gconstpointer data)
{
  guint client = join (f, 4096);
  guint video, sound;

  jam (f);
  read_all (f, client, &video, &sound);
  wait (f, TCP_RECOVERY_US);
  g_assert_cmpuint (f->n_fluent, ==, 1);
  f->n_slow = 0;
  jam (f);
  read_all (f, client, &video, &sound);
  wait (f, 2 * TCP_RECOVERY_US - 1);
  g_assert_cmpuint (f->n_fluent, ==, 1);
  wait (f, 1);
  g_assert_cmpuint (f->n_fluent, ==, 2);
  /* a long good time, and all is forgotten */
  f->now_us += TCP_RECOVERED_US;
  say (f, client, "check");
  serve (f);
  f->n_slow = 0;
  jam (f);
  read_all (f, client, &video, &sound);
  wait (f, TCP_RECOVERY_US);
  g_assert_cmpuint (f->n_fluent, ==, 3);
}

/* Sound that waited for a second is not worth sending; what comes now is. */
static void
test_stale_sound_goes (Fixture *f, gconstpointer data)
{
  guint client = join (f, 4096);
  guint video, sound;

  jam (f);
  for (guint i = 0; i < 10; i++)
    send_packets (f, 'a', 1, 100);
  f->now_us += TCP_QUEUE_STALE_US + 1;
  send_packets (f, 'b', 1, 100);
  read_all (f, client, &video, &sound);
  g_assert_cmpuint (sound, ==, 1);
}

static void
test_reader_that_does_not_read (Fixture *f, gconstpointer data)
{
  guint client = join (f, 4096);
  gint64 before_us = f->now_us;

  jam (f);
  send_packets (f, 'a', 1, 100);
  wait (f, before_us + TCP_STUCK_US - f->now_us);
  g_assert_cmpuint (f->n_closed, ==, 0);
  wait (f, 5 * SECOND);
  g_assert_cmpuint (f->n_closed, ==, 1);
  g_assert_cmpuint (tcp_port_get_n_connections (f->port), ==, 0);
  g_assert_cmpuint (client, ==, 0);
}

static void
test_closed_by_us (Fixture *f, gconstpointer data)
{
  guint client = join (f, 0);

  tcp_port_close (f->port, f->last);
  tcp_port_close (f->port, f->last);
  tcp_port_settle (f->port);
  g_assert_true (is_closed (f, client));
  g_assert_cmpuint (f->n_closed, ==, 1);
  /* its number is not given again */
  f->n_closed = f->last;
  join (f, 0);
  g_assert_cmpuint (f->last, !=, f->n_closed);
}

static void
test_let_go (Fixture *f, gconstpointer data)
{
  guint client = join (f, 0);

  tcp_port_let_go (f->port, f->last, f->now_us);
  send_packets (f, 'a', 1, 10);
  wait (f, TCP_FAREWELL_US);
  g_assert_cmpuint (f->n_closed, ==, 0);
  wait (f, 1);
  g_assert_cmpuint (f->n_closed, ==, 1);
  g_assert_cmpuint (tcp_port_get_n_connections (f->port), ==, 0);
  g_assert_cmpuint (client, ==, 0);
}

int
main (int argc, char **argv)
{
  static const struct {
    const gchar *name;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "both-ways", test_both_ways },
    { "port-is-taken", test_port_is_taken },
    { "unproven-in-time", test_unproven_in_time },
    { "checks-keep-it", test_checks_keep_it },
    { "one-source-too-many", test_one_source_too_many },
    { "all-too-many", test_all_too_many },
    { "accepts-at-once", test_accepts_at_once },
    { "connections-too-many", test_connections_too_many },
    { "closed-by-the-peer", test_closed_by_the_peer },
    { "frame-too-long", test_frame_too_long },
    { "slow-reader-keeps-sound", test_slow_reader_keeps_sound },
    { "sound-that-waits", test_sound_that_waits },
    { "slow-again-waits-longer", test_slow_again_waits_longer },
    { "stale-sound-goes", test_stale_sound_goes },
    { "reader-that-does-not-read", test_reader_that_does_not_read },
    { "closed-by-us", test_closed_by_us },
    { "let-go", test_let_go },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++) {
    g_autofree gchar *path = g_strconcat ("/transport/tcp-port/", tests[i].name, NULL);
    g_test_add (path, Fixture, NULL, set_up, tests[i].test, tear_down);
  }
  g_test_add_func ("/transport/tcp-port/ipv6", test_ipv6);
  return g_test_run ();
}
