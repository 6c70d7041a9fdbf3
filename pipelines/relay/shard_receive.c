#include "pipelines/relay/shard_receive.h"

#include "pipelines/relay/clock.h"
#include "pipelines/relay/shard_tcp.h"
#include "pipelines/relay/transport.h"
#include "pipelines/transport/demux.h"

#include <errno.h>
#include <sys/timerfd.h>
#include <unistd.h>

Transport *
shard_find_transport (Shard *shard, const NetAddress *remote)
{
  IceSession *session;

  if (shard->last_transport != NULL && net_address_equal (&shard->last_remote, remote))
    return shard->last_transport;
  session = ice_lite_find_by_address (shard->ice, remote);
  if (session == NULL)
    return NULL;
  shard->last_remote = *remote;
  shard->last_transport = ice_session_get_user_data (session);
  return shard->last_transport;
}

void
shard_forget_addresses (Shard *shard)
{
  shard->last_transport = NULL;
}

static void
shard_on_stun (Shard *shard, const UdpDatagram *datagram)
{
  IceCheck check;

  if (ice_lite_on_stun (shard->ice, datagram->data, datagram->len, datagram->path, shard->now_us,
                        &check)) {
    shard->stats.stun_checks++;
    /* an address may have gone over to another session */
    shard_forget_addresses (shard);
    if (datagram->path->connection != 0)
      tcp_port_prove (shard->tcp, datagram->path->connection, shard->now_us);
  } else {
    shard->stats.stun_refused++;
  }
  if (check.reply_len > 0)
    send_batch_add (shard->batch, datagram->path, check.reply, check.reply_len);
  if (check.request_len > 0)
    send_batch_add (shard->batch, datagram->path, check.request, check.request_len);
  if (check.session != NULL)
    transport_on_check (ice_session_get_user_data (check.session), &check);
}

void
shard_on_datagram (Shard *shard, const UdpDatagram *datagram)
{
  DatagramKind kind = datagram_kind (datagram->data, datagram->len);
  Transport *transport;

  shard->stats.rx_packets++;
  shard->stats.rx_bytes += datagram->len;
  if (kind == DATAGRAM_STUN) {
    shard_on_stun (shard, datagram);
    return;
  }
  if (G_UNLIKELY (datagram->path->connection != 0))
    transport = shard_tcp_find_transport (shard, datagram->path);
  else
    transport = shard_find_transport (shard, &datagram->path->remote);
  if (transport == NULL || kind == DATAGRAM_OTHER)
    shard->stats.rx_dropped++;
  else if (kind == DATAGRAM_RTP)
    transport_on_rtp (transport, datagram->data, datagram->len);
  else if (kind == DATAGRAM_RTCP)
    transport_on_rtcp (transport, datagram->data, datagram->len);
  else
    transport_on_dtls (transport, datagram->data, datagram->len);
}

/* --- what comes apart from media ------------------------------------------------------------- */

static gboolean
on_readable (gint fd, GIOCondition condition, gpointer user_data)
{
  shard_run_round (user_data);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_control_timer (gint fd, GIOCondition condition, gpointer user_data)
{
  guint64 expirations;

  if (read (fd, &expirations, sizeof expirations) == sizeof expirations)
    shard_run_round (user_data);
  return G_SOURCE_CONTINUE;
}

static void
watch_control (Shard *shard)
{
  for (guint i = 0; i < udp_socket_get_n_descriptors (shard->socket); i++) {
    gint fd = udp_socket_get_control_fd (shard->socket, i);

    if (fd >= 0)
      shard->control.sources[i] = shard_watch (shard, fd, on_readable);
  }
}

static void
unwatch_control (Shard *shard)
{
  for (guint i = 0; i < UDP_SOCKET_DESCRIPTORS_MAX; i++)
    if (shard->control.sources[i] != NULL)
      g_source_destroy (g_steal_pointer (&shard->control.sources[i]));
}

static void
set_gathered (Shard *shard, gboolean is_gathered)
{
  struct itimerspec spec = { 0 };

  if (is_gathered) {
    unwatch_control (shard);
    spec.it_value.tv_nsec = spec.it_interval.tv_nsec = CONTROL_GATHER_US * 1000;
  } else {
    watch_control (shard);
  }
  timerfd_settime (shard->control.timer_fd, 0, &spec, NULL);
  shard->control.is_gathered = is_gathered;
}

gboolean
control_should_gather (gboolean is_gathered, guint per_second)
{
  return per_second >= (is_gathered ? CONTROL_FEW_PER_S : CONTROL_MANY_PER_S);
}

void
shard_receive_look (Shard *shard)
{
  gint64 passed_us = shard->now_us - shard->control.looked_us;
  guint64 per_second = (guint64) shard->control.came * G_USEC_PER_SEC / MAX (passed_us, 1);
  gboolean is_gathered =
      control_should_gather (shard->control.is_gathered, (guint) MIN (per_second, G_MAXUINT));

  shard->control.came = 0;
  shard->control.looked_us = shard->now_us;
  if (is_gathered != shard->control.is_gathered)
    set_gathered (shard, is_gathered);
}

/* --- rounds ---------------------------------------------------------------------------------- */

/* How many datagrams ahead of its own turn what it will read is fetched. */
#define AHEAD_KEYS 2
#define AHEAD_OPENER 4
#define AHEAD_TRANSPORT 6

/* Whom the next datagrams are of, by their place; NULL: of nobody, or of the same as before it. */
typedef struct {
  const Transport *transports[AHEAD_TRANSPORT];
  gboolean are_rtcp[AHEAD_TRANSPORT];
  const Transport *last;
} Ahead;

static void
look_ahead (Shard *shard, Ahead *ahead, const UdpDatagram *datagram, guint place)
{
  const Transport *transport = shard_find_transport (shard, &datagram->path->remote);

  ahead->transports[place] = transport != ahead->last ? transport : NULL;
  ahead->are_rtcp[place] = datagram_kind (datagram->data, datagram->len) == DATAGRAM_RTCP;
  ahead->last = transport;
  if (ahead->transports[place] != NULL)
    transport_prefetch (transport);
}

/* Step @i of those before the first datagram and between them. */
static void
prefetch (Shard *shard, Ahead *ahead, const UdpDatagram *datagrams, guint n, guint i)
{
  guint opener = i - (AHEAD_TRANSPORT - AHEAD_OPENER), keys = i - (AHEAD_TRANSPORT - AHEAD_KEYS);
  guint at = opener % AHEAD_TRANSPORT;

  if (i < n)
    look_ahead (shard, ahead, &datagrams[i], i % AHEAD_TRANSPORT);
  if (opener < n && ahead->transports[at] != NULL)
    transport_prefetch_opener (ahead->transports[at], ahead->are_rtcp[at]);
  at = keys % AHEAD_TRANSPORT;
  if (keys < n && ahead->transports[at] != NULL)
    transport_prefetch_keys (ahead->transports[at], ahead->are_rtcp[at]);
}

/* Hundreds of peers send in turn, and the state of each has left the cache. */
static void
take (Shard *shard, const UdpDatagram *datagrams, guint n)
{
  Ahead ahead = { 0 };

  if (n > 0)
    shard->now_us = relay_clock_now_us ();
  for (guint i = 0; n > 0 && i < n + AHEAD_TRANSPORT; i++) {
    prefetch (shard, &ahead, datagrams, n, i);
    if (i >= AHEAD_TRANSPORT)
      shard_on_datagram (shard, &datagrams[i - AHEAD_TRANSPORT]);
  }
}

/* TRUE: there may be more. */
static gboolean
read_socket (Shard *shard, guint index)
{
  const UdpDatagram *datagrams;
  gboolean more;
  guint n = udp_receiver_receive_control (shard->receiver, shard->socket, index, &datagrams);

  /* first: a check says whose the media is that comes from a new address */
  more = n > 0 && udp_receiver_was_filled (shard->receiver);
  shard->control.came += n;
  take (shard, datagrams, n);
  n = udp_receiver_receive (shard->receiver, shard->socket, index, &datagrams);
  more = more || udp_receiver_was_filled (shard->receiver);
  take (shard, datagrams, n);
  return more;
}

gboolean
shard_drain_sockets (Shard *shard)
{
  guint n_sockets = udp_socket_get_n_descriptors (shard->socket);
  gboolean more = TRUE;

  for (guint batch = 0; more && batch < RELAY_ROUND_BATCHES; batch++) {
    more = FALSE;
    for (guint i = 0; i < n_sockets; i++)
      more = read_socket (shard, i) || more;
  }
  return more;
}

void
shard_receive_open (Shard *shard)
{
  shard->control.timer_fd = timerfd_create (CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  if (shard->control.timer_fd < 0)
    g_error ("shard: timerfd: %s", g_strerror (errno));
  shard->control.looked_us = relay_clock_now_us ();
  for (guint i = 0; i < udp_socket_get_n_descriptors (shard->socket); i++)
    shard_watch (shard, udp_socket_get_fd (shard->socket, i), on_readable);
  shard_watch (shard, shard->control.timer_fd, on_control_timer);
  watch_control (shard);
}

void
shard_receive_close (Shard *shard)
{
  close (shard->control.timer_fd);
}
