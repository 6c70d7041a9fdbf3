/* TcpPort: the passive side of ICE-TCP (RFC 6544) on the addresses and the port of a UdpSocket, for
 * lines that block UDP. Datagrams go as frames of RFC 4571.
 *
 *   accepted --tcp_port_prove()--> proven --closed by the peer, no check, does not read--> closed
 *       '-- TCP_PENDING_US, too many, a broken frame --------------------------------------^
 *
 * All sockets hang on one epoll descriptor, which the owner watches. A reader that is slow has what
 * waits for it kept in two bounded queues: all but video, which goes first, and video. When that is
 * late or full the connection is slow: waiting video is dropped, on_pace() says so, and again when
 * all has gone out for a while. What the kernel holds is bounded too (TCP_NOTSENT_LOWAT).
 * Nothing blocks; memory is taken per slow connection, not per packet.
 * Owner: one thread. Life: new -> dispatch, send, settle, tick -> free. Callbacks come from
 * dispatch, settle and tick only, and may call anything but free.
 */
#pragma once

#include "pipelines/transport/udp_socket.h"

G_BEGIN_DECLS

typedef struct _TcpPort TcpPort;

typedef struct {
  /* A frame; @data may be changed in place, and be read UDP_RECEIVER_SLACK past @len. */
  void (*on_frame) (gpointer user_data, guint8 *data, gsize len, const NetPath *path);
  /* The path of a proven connection is no more. */
  void (*on_closed) (gpointer user_data, const NetPath *path);
  /* @slow: send no video until told otherwise. */
  void (*on_pace) (gpointer user_data, const NetPath *path, gboolean slow);
  /* Of a packet that must wait, from tcp_port_send(): may it be left out? */
  gboolean (*is_video) (gpointer user_data, const NetPath *path, const guint8 *data, gsize len);
  gpointer user_data;
} TcpPortEvents;

typedef struct {
  guint64 accepted;
  guint64 refused; /* one too many, of its source or of all, or no descriptor left */
  guint64 expired; /* not proven in time, without a check, or not reading */
  guint64 broken;  /* frames too long */
  guint64 frames_in;
  guint64 frames_out; /* written or waiting */
  guint64 dropped;    /* frames for a slow reader, or for a connection that has gone */
  guint64 slowed;     /* times that a connection became slow */
} TcpPortCounters;

/* (transfer full). Listens where @socket is bound. Errors: G_IO_ERROR of bind() and listen(). */
TcpPort *tcp_port_new (const UdpSocket *socket, const TcpPortEvents *events, GError **error);
void tcp_port_free (TcpPort *port);

/* Readable when tcp_port_dispatch() has something to do. */
gint tcp_port_get_fd (const TcpPort *port);

/* Accepts, reads, writes what waits; bounded. What is left over keeps the
 * descriptor readable. */
void tcp_port_dispatch (TcpPort *port, gint64 now_us);

/* A check from @connection was authenticated. */
void tcp_port_prove (TcpPort *port, guint32 connection, gint64 now_us);

/* @len bytes that are packets of @segment_len, the last one perhaps shorter. */
void tcp_port_send (TcpPort *port, guint32 connection, const guint8 *data, gsize len,
                    guint16 segment_len, gint64 now_us);

/* Its transport is gone: it is closed once the farewell has had TCP_FAREWELL_US to go out. */
void tcp_port_let_go (TcpPort *port, guint32 connection, gint64 now_us);

/* Closes it at once. */
void tcp_port_close (TcpPort *port, guint32 connection);

/* Tells what has closed or changed its pace: at the end of a round. */
void tcp_port_settle (TcpPort *port);

/* A few times a second: time limits, recovery of slow readers. */
void tcp_port_tick (TcpPort *port, gint64 now_us);

guint tcp_port_get_n_connections (const TcpPort *port);
const TcpPortCounters *tcp_port_get_counters (const TcpPort *port);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcpPort, tcp_port_free)

G_END_DECLS
