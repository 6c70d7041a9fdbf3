#include "server/http/acceptor.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "config/log.h"
#include "server/auth/throttle.h"
#include "server/http/http_limits.h"
#include "server/http/source_table.h"

typedef enum {
  PHASE_HANDSHAKE,
  PHASE_WAITING,
  PHASE_BUSY,
  PHASE_WRITING,
  PHASE_UPGRADED,
} Phase;

struct Connection {
  Acceptor *acceptor; /* NULL once the acceptor is gone */
  GSocketConnection *tcp;
  MeteredStream *stream; /* weak; NULL during the handshake */
  GTlsConnection *tls;   /* during the handshake only */
  GCancellable *cancellable;
  char *source;
  gboolean counted; /* in the table of sources */
  gboolean secure;
  Phase phase;
  gint64 deadline_us; /* of PHASE_HANDSHAKE and PHASE_WAITING */
  guint64 read;       /* PHASE_WAITING: what was in when it began */
  guint64 written;    /* PHASE_WRITING: what was out at the last progress */
  gint64 progress_us;
};

struct Acceptor {
  SoupServer *soup;
  AcceptorLimits limits;
  SourceTable *sources;
  SocketWatch *watch;      /* NULL: WebSockets poll for themselves */
  Throttle *breakers;      /* sources that send what is no HTTP */
  GPtrArray *services;     /* GSocketService */
  GHashTable *connections; /* set of Connection */
  LogRate refusals;
};

static GQuark
connection_quark (void)
{
  return g_quark_from_static_string ("diemcau-http-connection");
}

static void
connection_free (Connection *connection)
{
  g_cancellable_cancel (connection->cancellable);
  g_clear_object (&connection->cancellable);
  g_clear_object (&connection->tls);
  g_clear_object (&connection->tcp);
  g_free (connection->source);
  g_free (connection);
}

/* Ended amid a request: what was sent was no HTTP, or the peer gave up.  libsoup 3.2 leaks the path
 * of a request whose headers it refuses, so nobody may do that endlessly. */
static gboolean
connection_broke_off (Connection *connection)
{
  return connection->phase == PHASE_WAITING && connection->counted &&
         metered_stream_get_bytes_read (connection->stream) != connection->read;
}

/* Forgets @connection, which frees it. */
static void
connection_remove (Connection *connection)
{
  Acceptor *acceptor = connection->acceptor;
  if (connection->counted)
    source_table_release (acceptor->sources, connection->source);
  g_hash_table_remove (acceptor->connections, connection);
}

static void
connection_on_stream_gone (gpointer data, GObject *stream)
{
  Connection *connection = data;
  if (connection_broke_off (connection))
    throttle_count (connection->acceptor->breakers, connection->source,
                    g_get_monotonic_time () / 1000);
  connection->stream = NULL;
  connection_remove (connection);
}

void
connection_cut (Connection *connection)
{
  g_socket_shutdown (g_socket_connection_get_socket (connection->tcp), TRUE, TRUE, NULL);
}

/* --- The stream of a remote address ---
 *
 * libsoup names a message's connection only by its remote address object, which is ours, so that
 * has the stream. The address goes with its socket, which TLS closes in a thread of its own. */

typedef struct {
  MeteredStream *stream; /* owned */
  GMainContext *context; /* of the acceptor's thread */
  GThread *thread;
} StreamHold;

static void
stream_hold_free (gpointer data)
{
  StreamHold *hold = data;
  g_object_unref (hold->stream);
  g_main_context_unref (hold->context);
  g_free (hold);
}

static gboolean
on_idle (gpointer data)
{
  return G_SOURCE_REMOVE; /* which frees the hold */
}

/* Any thread. What ends with the stream belongs to the acceptor's. */
static void
stream_hold_end (gpointer data)
{
  StreamHold *hold = data;
  if (hold->thread == g_thread_self ()) {
    stream_hold_free (hold);
    return;
  }
  g_autoptr (GMainContext) context = g_main_context_ref (hold->context);
  g_autoptr (GSource) source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, on_idle, hold, stream_hold_free);
  g_source_attach (source, context);
}

static void
stream_hold_add (GSocketAddress *remote, MeteredStream *stream)
{
  StreamHold *hold = g_new (StreamHold, 1);
  *hold =
      (StreamHold){ g_object_ref (stream), g_main_context_ref_thread_default (), g_thread_self () };
  g_object_set_qdata_full (G_OBJECT (remote), connection_quark (), hold, stream_hold_end);
}

/* --- Towards libsoup --- */

static void
connection_hand_over (Connection *connection, GIOStream *base)
{
  g_autoptr (GError) error = NULL;
  GSocketConnection *tcp = connection->tcp;
  g_autoptr (GSocketAddress) local = g_socket_connection_get_local_address (tcp, NULL);
  g_autoptr (GSocketAddress) remote = g_socket_connection_get_remote_address (tcp, NULL);
  if (!local || !remote) {
    connection_remove (connection);
    return;
  }
  g_autoptr (MeteredStream) stream = metered_stream_new (base);
  connection->stream = stream;
  connection->phase = PHASE_WAITING;
  connection->deadline_us = g_get_monotonic_time () + HTTP_FIRST_REQUEST_TIMEOUT_US;
  g_object_weak_ref (G_OBJECT (stream), connection_on_stream_gone, connection);
  stream_hold_add (remote, stream);
  g_object_set_qdata (G_OBJECT (stream), connection_quark (), connection);
  if (!soup_server_accept_iostream (connection->acceptor->soup, G_IO_STREAM (stream), local, remote,
                                    &error))
    log_warning ("http", connection->source, "connection refused: %s", error->message);
}

static void
connection_on_handshake (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTlsConnection *tls = G_TLS_CONNECTION (object);
  g_autoptr (GError) error = NULL;
  gboolean ok = g_tls_connection_handshake_finish (tls, result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* @user_data is freed */
  Connection *connection = user_data;
  if (!ok) {
    log_debug ("http", connection->source, "TLS: %s", error->message);
    connection_remove (connection);
    return;
  }
  g_autoptr (GTlsConnection) keep = g_steal_pointer (&connection->tls);
  connection_hand_over (connection, G_IO_STREAM (keep));
}

static void
connection_start_tls (Connection *connection, GTlsCertificate *certificate)
{
  static const char *const protocols[] = { "http/1.1", NULL };
  g_autoptr (GError) error = NULL;
  GIOStream *tls = g_tls_server_connection_new (G_IO_STREAM (connection->tcp), certificate, &error);
  if (!tls) {
    log_error ("http", NULL, "TLS is not available: %s", error->message);
    connection_remove (connection);
    return;
  }
  connection->tls = G_TLS_CONNECTION (tls);
  g_tls_connection_set_advertised_protocols (connection->tls, protocols);
  g_tls_connection_handshake_async (connection->tls, G_PRIORITY_DEFAULT, connection->cancellable,
                                    connection_on_handshake, connection);
}

/* --- Listening --- */

static gboolean
acceptor_admit (Acceptor *acceptor, GSocketAddress *remote, const char *source)
{
  gint64 now_us = g_get_monotonic_time ();
  const char *reason = NULL;
  if (g_hash_table_size (acceptor->connections) >= acceptor->limits.max_connections)
    reason = "too many connections";
  else if (throttle_is_blocked (acceptor->breakers, source, now_us / 1000))
    reason = "too many broken requests";
  else if (!source_is_loopback (remote) && !source_table_take (acceptor->sources, source))
    reason = "too many connections of one source";
  if (reason && log_rate_allow (&acceptor->refusals, now_us, NULL))
    log_warning ("http", source, "refused: %s", reason);
  return reason == NULL;
}

static gboolean
acceptor_on_incoming (GSocketService *service, GSocketConnection *tcp, GObject *source_object,
                      gpointer user_data)
{
  Acceptor *acceptor = user_data;
  GTlsCertificate *certificate = g_object_get_qdata (G_OBJECT (service), connection_quark ());
  g_autoptr (GSocketAddress) remote = g_socket_connection_get_remote_address (tcp, NULL);
  if (!remote)
    return TRUE;
  g_autofree char *source = source_address_text (remote);
  if (!acceptor_admit (acceptor, remote, source))
    return TRUE; /* dropping the last reference closes it */

  Connection *connection = g_new0 (Connection, 1);
  connection->acceptor = acceptor;
  connection->tcp = g_object_ref (tcp);
  connection->cancellable = g_cancellable_new ();
  connection->source = g_steal_pointer (&source);
  connection->counted = !source_is_loopback (remote);
  connection->secure = certificate != NULL;
  connection->phase = PHASE_HANDSHAKE;
  connection->deadline_us = g_get_monotonic_time () + HTTP_HANDSHAKE_TIMEOUT_US;
  g_hash_table_add (acceptor->connections, connection);
  g_socket_set_option (g_socket_connection_get_socket (tcp), IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  if (certificate)
    connection_start_tls (connection, certificate);
  else
    connection_hand_over (connection, G_IO_STREAM (tcp));
  return TRUE;
}

gboolean
acceptor_listen (Acceptor *acceptor, const char *address, guint port, GTlsCertificate *certificate,
                 guint *ret_port, GError **error)
{
  g_autoptr (GSocketService) service = g_socket_service_new ();
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new_from_string (address, port);
  g_autoptr (GSocketAddress) bound = NULL;
  if (!wanted) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "%s is not an address", address);
    return FALSE;
  }
  g_socket_listener_set_backlog (G_SOCKET_LISTENER (service), 1024); /* 600 rooms at once */
  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (service), wanted, G_SOCKET_TYPE_STREAM,
                                      G_SOCKET_PROTOCOL_TCP, NULL, &bound, error)) {
    g_prefix_error (error, "cannot listen on %s port %u: ", address, port);
    return FALSE;
  }
  if (certificate)
    g_object_set_qdata_full (G_OBJECT (service), connection_quark (), g_object_ref (certificate),
                             g_object_unref);
  g_signal_connect (service, "incoming", G_CALLBACK (acceptor_on_incoming), acceptor);
  *ret_port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  g_ptr_array_add (acceptor->services, g_steal_pointer (&service));
  return TRUE;
}

static void
acceptor_close_service (gpointer data)
{
  g_socket_service_stop (data);
  g_socket_listener_close (data);
  g_signal_handlers_disconnect_matched (data, G_SIGNAL_MATCH_FUNC, 0, 0, NULL, acceptor_on_incoming,
                                        NULL);
  g_object_unref (data);
}

void
acceptor_stop_listening (Acceptor *acceptor)
{
  g_ptr_array_set_size (acceptor->services, 0);
}

/* --- What libsoup tells of a request --- */

static void
connection_set_phase (SoupServerMessage *message, Phase phase, gint64 deadline_us)
{
  Connection *connection = connection_of_message (message);
  if (!connection || connection->phase == PHASE_UPGRADED)
    return;
  connection->phase = phase;
  connection->deadline_us = deadline_us;
  connection->read = metered_stream_get_bytes_read (connection->stream);
  if (phase == PHASE_WAITING)
    metered_stream_mark_end (connection->stream);
}

/* Replies that have no body have no length either; libsoup 3.2 takes such ones for ended by the
 * end of the connection, and would end it. */
static void
message_keep_alive_without_body (SoupServerMessage *message)
{
  guint status = soup_server_message_get_status (message);
  if (status == SOUP_STATUS_NO_CONTENT || status == SOUP_STATUS_NOT_MODIFIED)
    soup_message_headers_set_encoding (soup_server_message_get_response_headers (message),
                                       SOUP_ENCODING_NONE);
}

static void
acceptor_on_wrote_headers (SoupServerMessage *message, gpointer user_data)
{
  message_keep_alive_without_body (message);
  Connection *connection = connection_of_message (message);
  if (!connection || connection->phase == PHASE_UPGRADED)
    return;
  connection->phase = PHASE_WRITING;
  connection->written = metered_stream_get_bytes_written (connection->stream);
  connection->progress_us = g_get_monotonic_time ();
}

static void
acceptor_on_request_read (SoupServer *soup, SoupServerMessage *message, gpointer user_data)
{
  connection_set_phase (message, PHASE_BUSY, 0);
  g_signal_connect (message, "wrote-headers", G_CALLBACK (acceptor_on_wrote_headers), NULL);
}

static void
acceptor_on_request_finished (SoupServer *soup, SoupServerMessage *message, gpointer user_data)
{
  connection_set_phase (message, PHASE_WAITING, g_get_monotonic_time () + HTTP_IDLE_TIMEOUT_US);
}

void
connection_extend (Connection *connection, gint64 deadline_us)
{
  if (connection->phase == PHASE_WAITING)
    connection->deadline_us = deadline_us;
}

/* --- Deadlines --- */

static gboolean
connection_is_overdue (Connection *connection, gint64 now_us)
{
  guint64 written;
  switch (connection->phase) {
  case PHASE_HANDSHAKE:
  case PHASE_WAITING:
    return now_us >= connection->deadline_us;
  case PHASE_WRITING:
    written = metered_stream_get_bytes_written (connection->stream);
    if (written != connection->written) {
      connection->written = written;
      connection->progress_us = now_us;
    }
    return now_us - connection->progress_us >= HTTP_WRITE_STALL_TIMEOUT_US;
  default:
    return FALSE;
  }
}

void
acceptor_tick (Acceptor *acceptor, gint64 now_us)
{
  GHashTableIter iter;
  gpointer key;
  g_hash_table_iter_init (&iter, acceptor->connections);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (connection_is_overdue (key, now_us))
      connection_cut (key); /* the failing read or write removes it, later */
}

/* libsoup 3.2 ends every connection after one reply when the server has no listener of its own
 * (request_finished () in soup-server.c): give it one that nobody can reach, a Unix socket without
 * a name left. */
static gboolean
acceptor_allow_keep_alive (SoupServer *soup, GError **error)
{
  g_autofree char *dir = g_dir_make_tmp ("diemcau-http-XXXXXX", error);
  if (!dir)
    return FALSE;
  g_autofree char *path = g_build_filename (dir, "s", NULL);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GSocket) socket =
      g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, error);
  gboolean ok = socket && g_socket_bind (socket, address, FALSE, error);
  g_unlink (path);
  g_rmdir (dir);
  return ok && g_socket_listen (socket, error) &&
         soup_server_listen_socket (soup, socket, 0, error);
}

/* --- Life --- */

Acceptor *
acceptor_new (SoupServer *soup, const AcceptorLimits *limits)
{
  Acceptor *acceptor = g_new0 (Acceptor, 1);
  g_autoptr (GError) error = NULL;
  if (!acceptor_allow_keep_alive (soup, &error))
    log_warning ("http", NULL, "connections are not kept alive: %s", error->message);
  acceptor->soup = soup;
  acceptor->limits = *limits;
  acceptor->watch = socket_watch_new ();
  acceptor->sources = source_table_new (limits->max_per_source);
  acceptor->breakers =
      throttle_new (HTTP_BROKEN_REQUESTS_MAX, HTTP_BROKEN_REQUEST_FORGIVE_MS, HTTP_BREAKERS_MAX);
  acceptor->services = g_ptr_array_new_with_free_func (acceptor_close_service);
  acceptor->connections =
      g_hash_table_new_full (NULL, NULL, (GDestroyNotify) connection_free, NULL);
  acceptor->refusals = (LogRate){ .burst = 5, .period_us = 10 * G_USEC_PER_SEC };
  g_signal_connect (soup, "request-read", G_CALLBACK (acceptor_on_request_read), NULL);
  g_signal_connect (soup, "request-finished", G_CALLBACK (acceptor_on_request_finished), NULL);
  return acceptor;
}

void
acceptor_free (Acceptor *acceptor)
{
  GHashTableIter iter;
  gpointer key;
  acceptor_stop_listening (acceptor);
  g_hash_table_iter_init (&iter, acceptor->connections);
  while (g_hash_table_iter_next (&iter, &key, NULL)) {
    Connection *connection = key;
    connection_cut (connection);
    if (!connection->stream)
      continue;
    g_object_weak_unref (G_OBJECT (connection->stream), connection_on_stream_gone, connection);
    g_object_set_qdata (G_OBJECT (connection->stream), connection_quark (), NULL);
  }
  g_signal_handlers_disconnect_by_func (acceptor->soup, acceptor_on_request_read, NULL);
  g_signal_handlers_disconnect_by_func (acceptor->soup, acceptor_on_request_finished, NULL);
  g_hash_table_unref (acceptor->connections);
  g_ptr_array_unref (acceptor->services);
  source_table_free (acceptor->sources);
  g_clear_pointer (&acceptor->watch, socket_watch_unref);
  throttle_free (acceptor->breakers);
  g_free (acceptor);
}

guint
acceptor_get_count (const Acceptor *acceptor)
{
  return g_hash_table_size (acceptor->connections);
}

guint
acceptor_count_busy (const Acceptor *acceptor)
{
  GHashTableIter iter;
  gpointer key;
  guint n = 0;
  g_hash_table_iter_init (&iter, acceptor->connections);
  while (g_hash_table_iter_next (&iter, &key, NULL)) {
    Phase phase = ((Connection *) key)->phase;
    n += phase == PHASE_BUSY || phase == PHASE_WRITING;
  }
  return n;
}

Connection *
connection_of_message (SoupServerMessage *message)
{
  GSocketAddress *remote = soup_server_message_get_remote_address (message);
  StreamHold *hold = remote ? g_object_get_qdata (G_OBJECT (remote), connection_quark ()) : NULL;
  return hold ? g_object_get_qdata (G_OBJECT (hold->stream), connection_quark ()) : NULL;
}

MeteredStream *
connection_get_stream (Connection *connection)
{
  return connection->stream;
}

const char *
connection_get_source (const Connection *connection)
{
  return connection->source;
}

gboolean
connection_is_secure (const Connection *connection)
{
  return connection->secure;
}

void
connection_set_upgraded (Connection *connection)
{
  connection->phase = PHASE_UPGRADED;
}

void
connection_watch (Connection *connection, MeteredStream *stream)
{
  if (connection->acceptor->watch)
    metered_stream_watch (stream, connection->acceptor->watch,
                          g_socket_get_fd (g_socket_connection_get_socket (connection->tcp)));
}
