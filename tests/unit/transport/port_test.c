/* The whole port against full ICE agents of libnice: socket, receiver, demux, ICE-lite, batch. */
#include "pipelines/transport/demux.h"
#include "pipelines/transport/ice_lite.h"
#include "pipelines/transport/send_batch.h"
#include "tests/unit/transport/fixtures.h"
#include <glib-unix.h>
#include <nice/agent.h>

#define PEERS 20
#define BURST 9
#define PACKET 1146

typedef struct {
  NiceAgent *agent;
  guint stream;
  IceSession *session;
  gboolean ready;
  guint n_received;
} Peer;

typedef struct {
  GMainContext *context;
  GSource *source;
  UdpSocket *socket;
  UdpReceiver *receiver;
  SendBatch *batch;
  IceLite *ice;
  Peer peers[PEERS];
} Fixture;

static gboolean
on_readable (gint fd, GIOCondition condition, gpointer user_data)
{
  Fixture *f = user_data;
  const UdpDatagram *datagrams;
  guint n;

  while ((n = udp_receiver_receive (f->receiver, f->socket, 0, &datagrams)) > 0) {
    for (guint i = 0; i < n; i++) {
      IceCheck check;
      if (datagram_kind (datagrams[i].data, datagrams[i].len) != DATAGRAM_STUN)
        continue;
      ice_lite_on_stun (f->ice, datagrams[i].data, datagrams[i].len, datagrams[i].path,
                        g_get_monotonic_time (), &check);
      if (check.reply_len > 0)
        send_batch_add (f->batch, datagrams[i].path, check.reply, check.reply_len);
    }
    send_batch_flush (f->batch);
  }
  return G_SOURCE_CONTINUE;
}

static void
on_state (NiceAgent *agent, guint stream, guint component, guint state, gpointer user_data)
{
  Peer *peer = user_data;

  peer->ready = state == NICE_COMPONENT_STATE_READY;
}

static void
on_receive (NiceAgent *agent, guint stream, guint component, guint len, gchar *data,
            gpointer user_data)
{
  Peer *peer = user_data;

  g_assert_cmpuint (len, ==, PACKET);
  g_assert_cmpuint ((guint8) data[0], ==, 0x80);
  peer->n_received++;
}

/* What the signalling does: each side's credentials to the other. */
static void
signal_credentials (Fixture *f, Peer *peer)
{
  NiceCandidate *candidate = nice_candidate_new (NICE_CANDIDATE_TYPE_HOST);
  GSList *list = g_slist_append (NULL, candidate);

  candidate->component_id = 1;
  candidate->stream_id = peer->stream;
  candidate->transport = NICE_CANDIDATE_TRANSPORT_UDP;
  candidate->priority = 2130706431;
  g_strlcpy (candidate->foundation, "1", sizeof candidate->foundation);
  nice_address_set_from_string (&candidate->addr, "127.0.0.1");
  nice_address_set_port (&candidate->addr, udp_socket_get_port (f->socket));
  nice_agent_set_remote_credentials (peer->agent, peer->stream,
                                     ice_session_get_ufrag (peer->session),
                                     ice_session_get_pwd (peer->session));
  g_assert_cmpint (nice_agent_set_remote_candidates (peer->agent, peer->stream, 1, list), ==, 1);
  g_slist_free_full (list, (GDestroyNotify) nice_candidate_free);
}

static void
open_peer (Fixture *f, Peer *peer, gboolean controlling)
{
  g_autofree gchar *ufrag = NULL;
  g_autofree gchar *pwd = NULL;
  NiceAddress address;

  peer->agent = nice_agent_new_full (f->context, NICE_COMPATIBILITY_RFC5245,
                                     NICE_AGENT_OPTION_REGULAR_NOMINATION |
                                         NICE_AGENT_OPTION_CONSENT_FRESHNESS);
  g_object_set (peer->agent, "ice-tcp", FALSE, "upnp", FALSE, "controlling-mode", controlling,
                NULL);
  nice_address_init (&address);
  nice_address_set_from_string (&address, "127.0.0.1");
  nice_agent_add_local_address (peer->agent, &address);
  peer->stream = nice_agent_add_stream (peer->agent, 1);
  g_signal_connect (peer->agent, "component-state-changed", G_CALLBACK (on_state), peer);
  nice_agent_attach_recv (peer->agent, peer->stream, 1, f->context, on_receive, peer);
  g_assert_true (nice_agent_gather_candidates (peer->agent, peer->stream));
  nice_agent_get_local_credentials (peer->agent, peer->stream, &ufrag, &pwd);
  peer->session = ice_session_new (f->ice, ufrag, peer);
  signal_credentials (f, peer);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  static const gchar *const loopback[] = { "127.0.0.1", NULL };

  f->context = g_main_context_new ();
  f->socket = udp_socket_new (&(UdpSocketConfig){ .addresses = loopback }, NULL);
  f->receiver = udp_receiver_new (16);
  f->batch = send_batch_new (f->socket, NULL);
  f->ice = ice_lite_new ();
  f->source = g_unix_fd_source_new (udp_socket_get_fd (f->socket, 0), G_IO_IN);
  g_source_set_callback (f->source, G_SOURCE_FUNC (on_readable), f, NULL);
  g_source_attach (f->source, f->context);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < PEERS; i++)
    g_clear_object (&f->peers[i].agent);
  while (g_main_context_iteration (f->context, FALSE))
    ;
  g_source_destroy (f->source);
  g_source_unref (f->source);
  g_main_context_unref (f->context);
  ice_lite_free (f->ice);
  send_batch_free (f->batch);
  udp_receiver_free (f->receiver);
  udp_socket_free (f->socket);
}

static gboolean
is_connected (const Peer *peer)
{
  return peer->ready && ice_session_get_state (peer->session) == ICE_STATE_CONNECTED;
}

static void
connect_peers (Fixture *f, gboolean controlling)
{
  for (guint i = 0; i < PEERS; i++)
    open_peer (f, &f->peers[i], controlling);
  for (guint i = 0; i < PEERS; i++)
    while (!is_connected (&f->peers[i]))
      g_main_context_iteration (f->context, TRUE);
}

static void
test_connect_and_send (Fixture *f, gconstpointer data)
{
  connect_peers (f, TRUE);
  for (guint i = 0; i < PEERS; i++) {
    send_batch_begin (f->batch, ice_session_get_path (f->peers[i].session));
    for (guint k = 0; k < BURST; k++) {
      guint8 *room = send_batch_reserve (f->batch, PACKET);
      memset (room, 0x80, PACKET);
      send_batch_commit (f->batch, PACKET);
    }
  }
  send_batch_flush (f->batch);
  for (guint i = 0; i < PEERS; i++)
    while (f->peers[i].n_received < BURST)
      g_main_context_iteration (f->context, TRUE);
}

/* Clients that believe to be controlled learn better by 487. */
static void
test_role_conflict (Fixture *f, gconstpointer data)
{
  connect_peers (f, FALSE);
  g_assert_cmpuint (ice_lite_get_counters (f->ice)->conflicts, >, 0);
}

static void
test_restart (Fixture *f, gconstpointer data)
{
  Peer *peer = &f->peers[0];
  g_autofree gchar *ufrag = NULL;
  g_autofree gchar *pwd = NULL;
  guint64 checks;

  connect_peers (f, TRUE);
  nice_agent_restart_stream (peer->agent, peer->stream);
  peer->ready = FALSE;
  nice_agent_get_local_credentials (peer->agent, peer->stream, &ufrag, &pwd);
  ice_session_restart (peer->session, ufrag);
  checks = ice_lite_get_counters (f->ice)->checks;
  signal_credentials (f, peer);
  while (!is_connected (peer))
    g_main_context_iteration (f->context, TRUE);
  g_assert_cmpuint (ice_lite_get_counters (f->ice)->checks, >, checks);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/transport/port/connect-and-send", Fixture, NULL, set_up, test_connect_and_send,
              tear_down);
  g_test_add ("/transport/port/role-conflict", Fixture, NULL, set_up, test_role_conflict,
              tear_down);
  g_test_add ("/transport/port/restart", Fixture, NULL, set_up, test_restart, tear_down);
  return g_test_run ();
}
