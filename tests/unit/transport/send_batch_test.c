#include "pipelines/transport/send_batch.h"

#include "pipelines/transport/bounds.h"
#include "tests/unit/transport/fixtures.h"
#include <errno.h>
#include <netinet/udp.h>
#include <poll.h>

#define CALLS_MAX 256

/* One message as the kernel would see it. */
typedef struct {
  gint fd;
  NetAddress to;
  gboolean has_source;
  gsize len;
  guint segment_len; /* 0: one datagram */
  guint8 first;      /* first and last byte */
  guint8 last;
} Seen;

/* The kernel, scripted: @fail decides on each message's fate. */
typedef struct {
  Seen seen[CALLS_MAX];
  guint n_seen;
  guint n_calls;
  int (*fail) (const Seen *message); /* errno, or 0 */
} FakeKernel;

static void
note (Seen *seen, gint fd, const struct msghdr *header)
{
  const guint8 *data = header->msg_iov->iov_base;

  *seen = (Seen){ .fd = fd, .len = header->msg_iov->iov_len };
  g_assert_true (net_address_from_sockaddr (header->msg_name, header->msg_namelen, &seen->to));
  seen->first = data[0];
  seen->last = data[seen->len - 1];
  for (struct cmsghdr *c = CMSG_FIRSTHDR (header); c;
       c = CMSG_NXTHDR ((struct msghdr *) header, c)) {
    if (c->cmsg_level == IPPROTO_UDP && c->cmsg_type == UDP_SEGMENT) {
      guint16 segment_len;
      memcpy (&segment_len, CMSG_DATA (c), sizeof segment_len);
      seen->segment_len = segment_len;
    } else {
      seen->has_source = TRUE;
    }
  }
}

static int
fake_sendmmsg (gpointer user_data, int fd, struct mmsghdr *messages, unsigned int n, int flags)
{
  FakeKernel *kernel = user_data;

  kernel->n_calls++;
  for (guint i = 0; i < n; i++) {
    Seen seen;
    int error;
    note (&seen, fd, &messages[i].msg_hdr);
    error = kernel->fail ? kernel->fail (&seen) : 0;
    if (error && i > 0)
      return i; /* as sendmmsg() does: the error is told by the next call */
    if (error) {
      errno = error;
      return -1;
    }
    g_assert_cmpuint (kernel->n_seen, <, CALLS_MAX);
    kernel->seen[kernel->n_seen++] = seen;
  }
  return n;
}

typedef struct {
  FakeKernel kernel;
  UdpSocket *socket;
  SendBatch *batch;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  static const gchar *const two[] = { "127.0.0.1", "127.0.0.2", NULL };
  SendBatchSystem system = { fake_sendmmsg, &f->kernel };

  f->socket = udp_socket_new (&(UdpSocketConfig){ .addresses = two }, NULL);
  g_assert_nonnull (f->socket);
  if (!udp_socket_has_gso (f->socket)) {
    g_test_skip ("the kernel has no UDP_SEGMENT");
    return;
  }
  f->batch = send_batch_new (f->socket, &system);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  send_batch_free (f->batch);
  udp_socket_free (f->socket);
}

/* One packet of @len bytes, all of value @fill. */
static void
put (Fixture *f, gsize len, guint8 fill)
{
  guint8 *room = send_batch_reserve (f->batch, SEND_BATCH_SEGMENT_MAX);

  g_assert_nonnull (room);
  memset (room, fill, len);
  send_batch_commit (f->batch, len);
}

static void
put_n (Fixture *f, guint n, gsize len)
{
  for (guint i = 0; i < n; i++)
    put (f, len, i);
}

static void
begin (Fixture *f, guint16 port)
{
  NetPath path = fixture_path ("192.0.2.1", port);

  send_batch_begin (f->batch, &path);
}

/* Rows: sizes of the packets to one destination, and the messages they make. */
static void
test_runs (Fixture *f, gconstpointer data)
{
  static const struct {
    guint sizes[8];
    struct {
      guint len, segment_len;
    } messages[8];
  } rows[] = {
    { { 100 }, { { 100, 0 } } },
    { { 100, 100, 100 }, { { 300, 100 } } },
    { { 100, 100, 40 }, { { 240, 100 } } },
    { { 100, 40, 100 }, { { 140, 100 }, { 100, 0 } } },
    { { 100, 40, 40 }, { { 140, 100 }, { 40, 0 } } },
    { { 40, 100, 100 }, { { 40, 0 }, { 200, 100 } } },
    { { 40, 41, 42 }, { { 40, 0 }, { 41, 0 }, { 42, 0 } } },
    { { 1129, 1129, 1130, 1130, 130 }, { { 2258, 1129 }, { 2390, 1130 } } },
  };

  if (!f->batch)
    return;
  for (guint row = 0; row < G_N_ELEMENTS (rows); row++) {
    guint n = 0;
    f->kernel.n_seen = 0;
    begin (f, 1);
    for (guint i = 0; i < 8 && rows[row].sizes[i]; i++)
      put (f, rows[row].sizes[i], i);
    send_batch_flush (f->batch);
    for (; n < 8 && rows[row].messages[n].len; n++) {
      g_assert_cmpuint (f->kernel.seen[n].len, ==, rows[row].messages[n].len);
      g_assert_cmpuint (f->kernel.seen[n].segment_len, ==, rows[row].messages[n].segment_len);
    }
    g_assert_cmpuint (f->kernel.n_seen, ==, n);
  }
}

static void
test_batches_of_16 (Fixture *f, gconstpointer data)
{
  if (!f->batch)
    return;
  for (guint port = 1; port <= 40; port++) {
    begin (f, port);
    put_n (f, 9, 1146);
  }
  send_batch_flush (f->batch);
  send_batch_flush (f->batch);
  g_assert_cmpuint (f->kernel.n_calls, ==, 3);
  g_assert_cmpuint (f->kernel.n_seen, ==, 40);
  for (guint i = 0; i < 40; i++)
    g_assert_cmpuint (net_address_get_port (&f->kernel.seen[i].to), ==, i + 1);
  g_assert_cmpuint (send_batch_get_counters (f->batch)->packets, ==, 360);
  g_assert_cmpuint (send_batch_get_counters (f->batch)->bytes, ==, 360 * 1146);
  g_assert_cmpuint (send_batch_get_counters (f->batch)->messages, ==, 40);
}

/* 64 segments, 65,000 bytes, and an arena that fills up: nothing is lost or runs over. */
static void
test_bounds (Fixture *f, gconstpointer data)
{
  static const struct {
    guint n, len, messages, first_len;
  } rows[] = {
    { SEND_BATCH_SEGMENTS_MAX, 100, 1, SEND_BATCH_SEGMENTS_MAX * 100 },
    { SEND_BATCH_SEGMENTS_MAX + 1, 100, 2, SEND_BATCH_SEGMENTS_MAX * 100 },
    { 54, 1200, 1, 64800 },
    { 55, 1200, 2, 64800 },
    { 52, 1250, 1, SEND_BATCH_MESSAGE_BYTES_MAX },
    { 53, 1250, 2, SEND_BATCH_MESSAGE_BYTES_MAX },
  };
  guint64 bytes = 0;
  guint64 packets = 0;

  if (!f->batch)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    f->kernel.n_seen = 0;
    begin (f, i + 1);
    put_n (f, rows[i].n, rows[i].len);
    send_batch_flush (f->batch);
    g_assert_cmpuint (f->kernel.n_seen, ==, rows[i].messages);
    g_assert_cmpuint (f->kernel.seen[0].len, ==, rows[i].first_len);
    packets += rows[i].n;
    bytes += rows[i].n * rows[i].len;
  }
  f->kernel.n_seen = 0;
  for (guint i = 0; i < 2000; packets++, bytes += 200 + i % 900, i++) {
    if (i % 300 == 0) {
      f->kernel.n_seen = 0;
      begin (f, 100 + i);
    }
    put (f, 200 + i % 900, 0);
    if (f->kernel.n_seen > 200)
      f->kernel.n_seen = 0;
  }
  send_batch_flush (f->batch);
  g_assert_cmpuint (send_batch_get_counters (f->batch)->packets, ==, packets);
  g_assert_cmpuint (send_batch_get_counters (f->batch)->bytes, ==, bytes);
}

static void
test_reserve (Fixture *f, gconstpointer data)
{
  guint8 *room;

  if (!f->batch)
    return;
  g_assert_null (send_batch_reserve (f->batch, 100)); /* nothing begun */
  begin (f, 1);
  g_assert_null (send_batch_reserve (f->batch, SEND_BATCH_SEGMENT_MAX + 1));
  room = send_batch_reserve (f->batch, 100);
  g_assert_true (send_batch_reserve (f->batch, 100) == room);
  send_batch_commit (f->batch, 0); /* given back */
  g_assert_true (send_batch_reserve (f->batch, 50) == room);
  memset (room, 7, 50);
  send_batch_commit (f->batch, 50);
  g_assert_true (send_batch_reserve (f->batch, 50) == room + 50);
  send_batch_flush (f->batch);
  g_assert_cmpuint (f->kernel.n_seen, ==, 1);
  g_assert_cmpuint (f->kernel.seen[0].len, ==, 50);
  g_assert_cmpuint (f->kernel.seen[0].first, ==, 7);
}

/* What the next packet may be padded to. */
static void
test_run_length (Fixture *f, gconstpointer data)
{
  if (!f->batch)
    return;
  g_assert_cmpuint (send_batch_get_run (f->batch), ==, 0);
  begin (f, 1);
  g_assert_cmpuint (send_batch_get_run (f->batch), ==, 0);
  put (f, 100, 1);
  g_assert_cmpuint (send_batch_get_run (f->batch), ==, 100);
  put (f, 100, 2);
  g_assert_cmpuint (send_batch_get_run (f->batch), ==, 100);
  put (f, 40, 3); /* shorter: the end */
  g_assert_cmpuint (send_batch_get_run (f->batch), ==, 0);
  put (f, 60, 4);
  g_assert_cmpuint (send_batch_get_run (f->batch), ==, 60);
  begin (f, 2); /* another destination */
  g_assert_cmpuint (send_batch_get_run (f->batch), ==, 0);
  put (f, 60, 5);
  send_batch_flush (f->batch);
  g_assert_cmpuint (send_batch_get_run (f->batch), ==, 0);
}

static void
test_same_destination_goes_on (Fixture *f, gconstpointer data)
{
  if (!f->batch)
    return;
  begin (f, 1);
  put (f, 100, 1);
  begin (f, 1);
  put (f, 100, 2);
  begin (f, 2);
  put (f, 100, 3);
  send_batch_flush (f->batch);
  g_assert_cmpuint (f->kernel.n_seen, ==, 2);
  g_assert_cmpuint (f->kernel.seen[0].len, ==, 200);
}

/* Each descriptor sends its own; the source address goes along where it is known. */
static void
test_descriptors (Fixture *f, gconstpointer data)
{
  NetPath a = fixture_path ("192.0.2.1", 1);
  NetPath b = fixture_path ("192.0.2.1", 2);

  if (!f->batch)
    return;
  b.socket_index = 1;
  b.local = *fixture_address ("127.0.0.2", 0);
  for (guint i = 0; i < 3; i++) {
    g_assert_true (send_batch_add (f->batch, &a, (const guint8 *) "aa", 2));
    g_assert_true (send_batch_add (f->batch, &b, (const guint8 *) "bb", 2));
  }
  send_batch_flush (f->batch);
  g_assert_cmpuint (f->kernel.n_calls, ==, 2);
  g_assert_cmpuint (f->kernel.n_seen, ==, 6);
  for (guint i = 0; i < 6; i++) {
    g_assert_cmpint (f->kernel.seen[i].fd, ==, udp_socket_get_fd (f->socket, i / 3));
    g_assert_cmpint (f->kernel.seen[i].has_source, ==, i / 3);
    g_assert_cmpuint (f->kernel.seen[i].first, ==, i < 3 ? 'a' : 'b');
  }
}

/* Fall-back */

static int
fail_port_5_eio (const Seen *message)
{
  return message->segment_len && net_address_get_port (&message->to) == 5 ? EIO : 0;
}

static int
fail_port_5_einval (const Seen *message)
{
  return message->segment_len && net_address_get_port (&message->to) == 5 ? EINVAL : 0;
}

static int
fail_port_5_unreachable (const Seen *message)
{
  return net_address_get_port (&message->to) == 5 ? EHOSTUNREACH : 0;
}

static int
fail_port_5_full (const Seen *message)
{
  return net_address_get_port (&message->to) == 5 ? EAGAIN : 0;
}

static int
fail_all_segments (const Seen *message)
{
  return message->segment_len ? EINVAL : 0;
}

/* Runs of 3 packets to ports 1..8. */
static void
send_round (Fixture *f)
{
  f->kernel.n_seen = 0;
  for (guint port = 1; port <= 8; port++) {
    begin (f, port);
    put_n (f, 2, 100);
    put (f, 60, 9);
  }
  send_batch_flush (f->batch);
}

static guint
count_to (Fixture *f, guint16 port)
{
  guint n = 0;

  for (guint i = 0; i < f->kernel.n_seen; i++)
    n += net_address_get_port (&f->kernel.seen[i].to) == port;
  return n;
}

static guint
count_segmented (Fixture *f)
{
  guint n = 0;

  for (guint i = 0; i < f->kernel.n_seen; i++)
    n += f->kernel.seen[i].segment_len > 0;
  return n;
}

static void
test_no_offload (Fixture *f, gconstpointer data)
{
  if (!f->batch)
    return;
  f->kernel.fail = fail_port_5_eio;
  send_round (f);
  /* the message that failed goes singly, its neighbours in the same call are through already */
  g_assert_cmpuint (count_to (f, 5), ==, 3);
  g_assert_cmpuint (send_batch_get_counters (f->batch)->packets, ==, 24);
  send_round (f);
  g_assert_cmpuint (count_segmented (f), ==, 0); /* never again on this descriptor */
  g_assert_cmpuint (f->kernel.n_seen, ==, 24);
  g_assert_cmpuint (f->kernel.seen[2].len, ==, 60);
  g_assert_cmpuint (f->kernel.seen[2].first, ==, 9);
  g_assert_cmpuint (send_batch_get_counters (f->batch)->refused, ==, 9);
  g_assert_cmpuint (send_batch_get_counters (f->batch)->failed, ==, 0);
}

static void
test_narrow_path (Fixture *f, gconstpointer data)
{
  guint64 calls;

  if (!f->batch)
    return;
  f->kernel.fail = fail_port_5_einval;
  send_round (f);
  g_assert_cmpuint (count_to (f, 5), ==, 3);
  g_assert_cmpuint (count_segmented (f), ==, 7);
  calls = send_batch_get_counters (f->batch)->calls;
  send_round (f);
  g_assert_cmpuint (count_to (f, 5), ==, 3);
  g_assert_cmpuint (count_segmented (f), ==, 7);
  /* remembered: no more failing attempts */
  g_assert_cmpuint (send_batch_get_counters (f->batch)->calls - calls, ==, 2);
  g_assert_cmpuint (send_batch_get_counters (f->batch)->packets, ==, 48);
}

static void
test_option_unknown (Fixture *f, gconstpointer data)
{
  guint64 calls;

  if (!f->batch)
    return;
  f->kernel.fail = fail_all_segments;
  for (guint i = 0; i < 4; i++)
    send_round (f);
  calls = send_batch_get_counters (f->batch)->calls;
  f->kernel.n_seen = 0;
  begin (f, 99); /* a new destination is not even tried */
  put_n (f, 2, 100);
  send_batch_flush (f->batch);
  g_assert_cmpuint (send_batch_get_counters (f->batch)->calls - calls, ==, 1);
  g_assert_cmpuint (f->kernel.n_seen, ==, 2);
}

static void
test_failing_is_skipped (Fixture *f, gconstpointer data)
{
  if (!f->batch)
    return;
  f->kernel.fail = fail_port_5_unreachable;
  send_round (f);
  for (guint port = 1; port <= 8; port++)
    g_assert_cmpuint (count_to (f, port), ==, port == 5 ? 0 : 1);
  g_assert_cmpuint (send_batch_get_counters (f->batch)->failed, ==, 3);
  g_assert_cmpuint (send_batch_get_counters (f->batch)->dropped, ==, 0);
  f->kernel.fail = fail_port_5_full;
  send_round (f);
  g_assert_cmpuint (send_batch_get_counters (f->batch)->dropped, ==, 3);
  g_assert_cmpuint (send_batch_get_counters (f->batch)->packets, ==, 42);
}

/* The real kernel, to our own receiver: all arrives, in order, from where it should. */
static void
test_loopback (void)
{
  g_autoptr (UdpSocket) from = udp_socket_new (&(UdpSocketConfig){ 0 }, NULL);
  g_autoptr (UdpSocket) to = udp_socket_new (&(UdpSocketConfig){ 0 }, NULL);
  g_autoptr (SendBatch) batch = send_batch_new (from, NULL);
  g_autoptr (UdpReceiver) receiver = udp_receiver_new (8);
  NetPath path;
  guint n = 0;

  g_assert_true (
      udp_socket_make_path (from, fixture_address ("127.0.0.1", udp_socket_get_port (to)), &path));
  path.local = *fixture_address ("127.0.0.7", 0);
  send_batch_begin (batch, &path);
  for (guint i = 0; i < 10; i++) {
    guint8 *room = send_batch_reserve (batch, 500);
    memset (room, i, 500);
    send_batch_commit (batch, i < 9 ? 500 : 100);
  }
  send_batch_flush (batch);
  g_assert_cmpuint (send_batch_get_counters (batch)->packets, ==, 10);
  while (n < 10) {
    gint fd = udp_socket_get_fd (to, path.socket_index);
    struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
    const UdpDatagram *datagrams;
    guint more;
    g_assert_cmpint (poll (&poll_fd, 1, 5000), ==, 1);
    more = udp_receiver_receive (receiver, to, path.socket_index, &datagrams);
    for (guint i = 0; i < more; i++, n++) {
      g_assert_cmpuint (datagrams[i].len, ==, n < 9 ? 500 : 100);
      g_assert_cmpuint (datagrams[i].data[0], ==, n);
      g_assert_true (net_address_equal (&datagrams[i].path->remote,
                                        fixture_address ("127.0.0.7", udp_socket_get_port (from))));
    }
  }
}

int
main (int argc, char **argv)
{
  static const struct {
    const gchar *name;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "runs", test_runs },
    { "batches-of-16", test_batches_of_16 },
    { "bounds", test_bounds },
    { "reserve", test_reserve },
    { "same-destination-goes-on", test_same_destination_goes_on },
    { "run-length", test_run_length },
    { "descriptors", test_descriptors },
    { "no-offload", test_no_offload },
    { "narrow-path", test_narrow_path },
    { "option-unknown", test_option_unknown },
    { "failing-is-skipped", test_failing_is_skipped },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++) {
    g_autofree gchar *path = g_strdup_printf ("/transport/send-batch/%s", tests[i].name);
    g_test_add (path, Fixture, NULL, set_up, tests[i].test, tear_down);
  }
  g_test_add_func ("/transport/send-batch/loopback", test_loopback);
  return g_test_run ();
}
