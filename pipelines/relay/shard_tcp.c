#include "pipelines/relay/shard_tcp.h"

#include "pipelines/relay/clock.h"
#include "pipelines/relay/slot.h"
#include "pipelines/relay/transport.h"
#include "pipelines/transport/demux.h"

#define SSRC_OFFSET 8

Transport *
shard_tcp_find_transport (Shard *shard, const NetPath *path)
{
  IceSession *session = ice_lite_find_by_path (shard->ice, path);

  return session != NULL ? ice_session_get_user_data (session) : NULL;
}

void
shard_tcp_let_go (Shard *shard, const IceSession *session)
{
  guint32 connections[ICE_LITE_ADDRESSES_MAX];
  guint n = ice_session_list_connections (session, connections);

  for (guint i = 0; i < n; i++)
    tcp_port_let_go (shard->tcp, connections[i], shard->now_us);
}

static void
on_frame (gpointer user_data, guint8 *data, gsize len, const NetPath *path)
{
  UdpDatagram datagram = { .data = data, .len = (guint32) len, .path = path };

  shard_on_datagram (user_data, &datagram);
}

static void
on_closed (gpointer user_data, const NetPath *path)
{
  Shard *shard = user_data;
  Transport *transport = shard_tcp_find_transport (shard, path);

  ice_lite_forget_connection (shard->ice, path);
  if (transport != NULL && transport->path.connection == path->connection)
    transport_on_path_lost (transport);
}

static void
on_pace (gpointer user_data, const NetPath *path, gboolean slow)
{
  Transport *transport = shard_tcp_find_transport (user_data, path);

  if (transport != NULL && transport->path.connection == path->connection)
    transport_hold_video (transport, slow);
}

static gboolean
is_video (gpointer user_data, const NetPath *path, const guint8 *data, gsize len)
{
  Transport *transport;
  const Slot *slot;
  guint32 ssrc;

  if (datagram_kind (data, len) != DATAGRAM_RTP)
    return FALSE;
  transport = shard_tcp_find_transport (user_data, path);
  if (transport == NULL)
    return FALSE;
  ssrc = (guint32) data[SSRC_OFFSET] << 24 | (guint32) data[SSRC_OFFSET + 1] << 16 |
         (guint32) data[SSRC_OFFSET + 2] << 8 | data[SSRC_OFFSET + 3];
  slot = transport_find_slot (transport, ssrc);
  /* what is no slot's is a slot's retransmission, of video too */
  return slot == NULL || slot->kind == TRACK_VIDEO;
}

static void
on_batch_run (gpointer user_data, guint32 connection, const guint8 *data, gsize len,
              guint16 segment_len)
{
  Shard *shard = user_data;

  tcp_port_send (shard->tcp, connection, data, len, segment_len, shard->now_us);
}

gboolean
shard_tcp_on_ready (gint fd, GIOCondition condition, gpointer user_data)
{
  Shard *shard = user_data;

  shard->now_us = relay_clock_now_us ();
  tcp_port_dispatch (shard->tcp, shard->now_us);
  shard_run_round (shard);
  return G_SOURCE_CONTINUE;
}

gboolean
shard_tcp_open (Shard *shard, GError **error)
{
  TcpPortEvents events = { on_frame, on_closed, on_pace, is_video, shard };
  SendBatchStreams streams = { on_batch_run, shard };

  shard->tcp = tcp_port_new (shard->socket, &events, error);
  if (shard->tcp != NULL)
    send_batch_set_streams (shard->batch, &streams);
  return shard->tcp != NULL;
}
