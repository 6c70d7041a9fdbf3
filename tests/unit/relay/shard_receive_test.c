#include "pipelines/relay/shard_receive.h"

#include "pipelines/relay/clock.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* No thread, and nobody known: what comes is counted and dropped. */
typedef struct {
  Shard shard;
  gint client;
} Fixture;

static void
open_shard (Fixture *f, gconstpointer data)
{
  static const gchar *const addresses[] = { "127.0.0.1", NULL };
  UdpSocketConfig config = { .addresses = addresses, .apart = TRUE };
  const NetAddress *own;

  f->shard.context = g_main_context_new ();
  f->shard.socket = udp_socket_new (&config, NULL);
  f->shard.receiver = udp_receiver_new (8);
  f->shard.ice = ice_lite_new ();
  shard_receive_open (&f->shard);
  own = udp_socket_get_address (f->shard.socket, 0);
  f->client = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (connect (f->client, &own->any, net_address_get_len (own)), ==, 0);
}

static void
close_shard (Fixture *f, gconstpointer data)
{
  close (f->client);
  shard_receive_close (&f->shard);
  ice_lite_free (f->shard.ice);
  udp_receiver_free (f->shard.receiver);
  udp_socket_free (f->shard.socket);
  g_main_context_unref (f->shard.context);
}

static void
send_reports (Fixture *f, guint n)
{
  static const guint8 report[32] = { 0x80, 201, 0, 7 };

  for (guint i = 0; i < n; i++)
    g_assert_cmpint (send (f->client, report, sizeof report, 0), ==, sizeof report);
}

/* As 200 ms later. */
static void
look_after (Fixture *f, guint n_reports)
{
  send_reports (f, n_reports);
  while (shard_drain_sockets (&f->shard))
    ;
  g_assert_cmpuint (f->shard.control.came, ==, n_reports);
  f->shard.now_us = f->shard.control.looked_us + 200 * G_TIME_SPAN_MILLISECOND;
  shard_receive_look (&f->shard);
  g_assert_cmpuint (f->shard.control.came, ==, 0);
}

static gboolean
timer_runs (const Fixture *f)
{
  struct itimerspec spec;

  g_assert_cmpint (timerfd_gettime (f->shard.control.timer_fd, &spec), ==, 0);
  g_assert_true (spec.it_interval.tv_nsec == 0 ||
                 spec.it_interval.tv_nsec == CONTROL_GATHER_US * 1000);
  return spec.it_interval.tv_nsec != 0;
}

/* Few wake the shard one by one, many do not: then it looks by the clock. All are read either way.
 */
static void
test_gathered (Fixture *f, gconstpointer data)
{
  struct pollfd timer = { .fd = f->shard.control.timer_fd, .events = POLLIN };

  send_reports (f, 1);
  g_assert_true (g_main_context_pending (f->shard.context));
  g_assert_false (shard_drain_sockets (&f->shard));
  f->shard.control.came = 0;
  look_after (f, CONTROL_MANY_PER_S / 5 - 1);
  g_assert_false (f->shard.control.is_gathered || timer_runs (f));

  look_after (f, CONTROL_MANY_PER_S / 5);
  g_assert_true (f->shard.control.is_gathered && timer_runs (f));
  g_assert_null (f->shard.control.sources[0]);
  g_assert_cmpint (poll (&timer, 1, 5000), ==, 1);

  look_after (f, CONTROL_FEW_PER_S / 5);
  g_assert_true (f->shard.control.is_gathered && timer_runs (f));
  look_after (f, CONTROL_FEW_PER_S / 5 - 1);
  g_assert_false (f->shard.control.is_gathered || timer_runs (f));
  send_reports (f, 1);
  g_assert_true (g_main_context_pending (f->shard.context));
  shard_drain_sockets (&f->shard);
  g_assert_cmpuint (f->shard.stats.rx_dropped, ==, f->shard.stats.rx_packets);
  g_assert_cmpuint (f->shard.stats.rx_packets, ==,
                    2 * (CONTROL_MANY_PER_S / 5) + 2 * (CONTROL_FEW_PER_S / 5));
}

/* A flood of one kind leaves the other kind's queue alone, and its share of each round. */
static void
test_flood (Fixture *f, gconstpointer data)
{
  static const guint8 media[32] = { 0x80, 96 };
  guint64 before;

  send_reports (f, 5000);
  g_assert_cmpint (send (f->client, media, sizeof media, 0), ==, sizeof media);
  before = f->shard.stats.rx_packets;
  g_assert_true (shard_drain_sockets (&f->shard));
  g_assert_cmpuint (f->shard.stats.rx_packets - before, >, f->shard.control.came);
}

/* What is fetched ahead leaves none out, however many come at once. */
static void
test_each_has_its_turn (Fixture *f, gconstpointer data)
{
  for (guint n = 1; n <= 20; n++) {
    guint64 before = f->shard.stats.rx_packets;

    send_reports (f, n);
    while (shard_drain_sockets (&f->shard))
      ;
    g_assert_cmpuint (f->shard.stats.rx_packets - before, ==, n);
    g_assert_cmpuint (f->shard.stats.rx_bytes, ==, 32 * f->shard.stats.rx_packets);
  }
}

static void
test_thresholds (void)
{
  g_assert_false (control_should_gather (FALSE, CONTROL_MANY_PER_S - 1));
  g_assert_true (control_should_gather (FALSE, CONTROL_MANY_PER_S));
  g_assert_true (control_should_gather (TRUE, CONTROL_FEW_PER_S));
  g_assert_false (control_should_gather (TRUE, CONTROL_FEW_PER_S - 1));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/shard-receive/thresholds", test_thresholds);
  g_test_add ("/relay/shard-receive/each-has-its-turn", Fixture, NULL, open_shard,
              test_each_has_its_turn, close_shard);
  g_test_add ("/relay/shard-receive/gathered", Fixture, NULL, open_shard, test_gathered,
              close_shard);
  g_test_add ("/relay/shard-receive/flood", Fixture, NULL, open_shard, test_flood, close_shard);
  return g_test_run ();
}
