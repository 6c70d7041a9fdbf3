/* Acceptor: takes TCP connections in, does TLS, and hands them to libsoup; keeps the caps (all
 * connections, each source) and the deadlines of everything a slow or silent peer could hold.
 *
 *   accepted -> handshake -> waiting (for a request) <-> busy -> writing -> waiting ...
 *                                                         \-> upgraded (a room's WebSocket)
 *
 * Main thread.  A Connection lives as long as its stream: who needs one longer holds the stream. */
#pragma once

#include <gio/gio.h>
#include <libsoup/soup.h>

#include "server/http/metered_stream.h"

typedef struct Acceptor Acceptor;
typedef struct Connection Connection;

typedef struct {
  guint max_connections;
  guint max_per_source; /* loopback is exempt */
} AcceptorLimits;

/* @soup: gets the connections; lent, must outlive it. */
Acceptor *acceptor_new (SoupServer *soup, const AcceptorLimits *limits);
/* Cuts what is still connected. */
void acceptor_free (Acceptor *acceptor);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Acceptor, acceptor_free)

/* Listens on @address (numeric) and @port; @certificate NULL: plain HTTP.  The bound port by
 * @ret_port.  The error names address and port. */
gboolean acceptor_listen (Acceptor *acceptor, const char *address, guint port,
                          GTlsCertificate *certificate, guint *ret_port, GError **error);
void acceptor_stop_listening (Acceptor *acceptor);

/* Cuts the connections whose deadline is over; call about each second. */
void acceptor_tick (Acceptor *acceptor, gint64 now_us);
guint acceptor_get_count (const Acceptor *acceptor);
/* Connections with a request in its handler or a reply under way. */
guint acceptor_count_busy (const Acceptor *acceptor);

/* The connection that carries @message, or NULL when it was stolen or is gone. */
Connection *connection_of_message (SoupServerMessage *message);
MeteredStream *connection_get_stream (Connection *connection);
/* Numeric address of the peer. */
const char *connection_get_source (const Connection *connection);
gboolean connection_is_secure (const Connection *connection);
/* No deadlines any more: the WebSocket keeps its own. */
void connection_set_upgraded (Connection *connection);
/* What is read from it by @stream is waited for together with that of hundreds of others
 * (SocketWatch). */
void connection_watch (Connection *connection, MeteredStream *stream);
/* A body that takes its time is coming in: waits for more of it until @deadline_us. */
void connection_extend (Connection *connection, gint64 deadline_us);
/* Shuts the TCP connection down at once; reads and writes under way fail. */
void connection_cut (Connection *connection);
