#include "server/http/web_socket.h"

#include "config/log.h"
#include "server/http/acceptor.h"
#include "server/http/http_limits.h"
#include "server/http/room_limiter.h"

struct WebSocket {
  const WebSocketKind *kind;
  char *name;
  WebSocketEvents events;
  gpointer owner;
  Connection *connection; /* lives as long as the socket's stream */
  MeteredStream *stream;
  guint64 written_before;          /* HTTP bytes of the same connection */
  SoupWebsocketConnection *socket; /* NULL until upgraded */
  RoomLimiter limiter;
  gint64 close_us; /* when the closing began, 0 = open */
};

static void
web_socket_free (WebSocket *socket)
{
  if (socket->socket)
    g_signal_handlers_disconnect_by_data (socket->socket, socket);
  socket->events.on_gone (socket->owner);
  g_clear_object (&socket->socket);
  g_clear_object (&socket->stream);
  g_free (socket->name);
  g_free (socket);
}

gboolean
web_socket_is_closing (const WebSocket *socket)
{
  return socket->close_us != 0 ||
         soup_websocket_connection_get_state (socket->socket) != SOUP_WEBSOCKET_STATE_OPEN;
}

void
web_socket_close (WebSocket *socket, guint16 code, const char *reason)
{
  if (web_socket_is_closing (socket))
    return;
  socket->close_us = g_get_monotonic_time ();
  soup_websocket_connection_close (socket->socket, code, reason);
}

void
web_socket_cut (WebSocket *socket)
{
  connection_cut (socket->connection);
}

void
web_socket_destroy (WebSocket *socket)
{
  web_socket_cut (socket);
  web_socket_free (socket);
}

void
web_socket_send_text (WebSocket *socket, const char *text, gsize length)
{
  if (web_socket_is_closing (socket))
    return;
  guint64 written = metered_stream_get_bytes_written (socket->stream) - socket->written_before;
  if (!room_limiter_on_send (&socket->limiter, length, written)) {
    /* A close frame would wait behind all that is unread. */
    log_warning (socket->kind->log_tag, socket->name, "reads too slowly, cut");
    socket->close_us = g_get_monotonic_time ();
    web_socket_cut (socket);
    return;
  }
  g_autoptr (GBytes) message = g_bytes_new (text, length);
  soup_websocket_connection_send_message (socket->socket, SOUP_WEBSOCKET_DATA_TEXT, message);
}

/* --- What the peer does --- */

static void
on_message (SoupWebsocketConnection *connection, SoupWebsocketDataType type, GBytes *message,
            WebSocket *socket)
{
  gsize size = 0;
  const char *text = g_bytes_get_data (message, &size);
  if (socket->close_us != 0)
    return;
  if (!room_limiter_on_message (&socket->limiter, g_get_monotonic_time ()))
    web_socket_close (socket, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION, "too many messages");
  else if (size > ROOM_MESSAGE_MAX_BYTES)
    web_socket_close (socket, SOUP_WEBSOCKET_CLOSE_TOO_BIG, "message too large");
  else if (type != SOUP_WEBSOCKET_DATA_TEXT)
    web_socket_close (socket, SOUP_WEBSOCKET_CLOSE_UNSUPPORTED_DATA, "text only");
  else
    socket->events.on_text (socket->owner, text ? text : "", size);
}

static void
on_pong (SoupWebsocketConnection *connection, GBytes *message, WebSocket *socket)
{
  room_limiter_on_heard (&socket->limiter, g_get_monotonic_time ());
}

static void
on_closed (SoupWebsocketConnection *connection, WebSocket *socket)
{
  web_socket_free (socket);
}

/* A timer for each socket, all the time, would cost more than what it is for. */
static void
web_socket_ping_if_quiet (WebSocket *socket, gint64 now_us)
{
  gboolean is_quiet = room_limiter_is_quiet (&socket->limiter, now_us);
  if (!web_socket_is_closing (socket))
    soup_websocket_connection_set_keepalive_interval (socket->socket,
                                                      is_quiet ? ROOM_PING_INTERVAL_S : 0);
}

void
web_socket_tick (WebSocket *socket, gint64 now_us)
{
  gboolean overdue = socket->close_us != 0 && now_us - socket->close_us >= ROOM_CLOSE_TIMEOUT_US;
  if (overdue || room_limiter_is_silent (&socket->limiter, now_us))
    web_socket_cut (socket);
  else
    web_socket_ping_if_quiet (socket, now_us);
}

/* --- Upgrade --- */

/* The 101 is out: the connection is ours from here. */
static void
on_switched (SoupServerMessage *message, WebSocket *socket)
{
  g_autoptr (GIOStream) stolen = NULL;
  g_autoptr (MeteredStream) stream = NULL;
  socket->connection = connection_of_message (message);
  if (!socket->connection)
    return;
  socket->stream = g_object_ref (connection_get_stream (socket->connection));
  connection_set_upgraded (socket->connection);
  g_object_ref (message);
  stolen = soup_server_message_steal_connection (message);
  stream = metered_stream_new (stolen); /* around libsoup's own, which has what came already */
  connection_watch (socket->connection, stream);
  socket->socket = soup_websocket_connection_new (
      G_IO_STREAM (stream), soup_server_message_get_uri (message), SOUP_WEBSOCKET_CONNECTION_SERVER,
      soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Origin"),
      socket->kind->protocol, NULL);
  soup_websocket_connection_set_max_incoming_payload_size (socket->socket, ROOM_MESSAGE_CUT_BYTES);
  room_limiter_init (&socket->limiter, g_get_monotonic_time ());
  socket->written_before = metered_stream_get_bytes_written (socket->stream);
  g_signal_connect (socket->socket, "message", G_CALLBACK (on_message), socket);
  g_signal_connect (socket->socket, "pong", G_CALLBACK (on_pong), socket);
  g_signal_connect (socket->socket, "closed", G_CALLBACK (on_closed), socket);
  /* From here the connection's end frees @socket, not the end of this signal's handler. */
  g_signal_handlers_disconnect_by_func (message, on_switched, socket);
  g_object_unref (message);
  socket->events.on_open (socket->owner, socket);
}

static void
on_message_gone (gpointer data, GClosure *closure)
{
  WebSocket *socket = data;
  if (!socket->socket) /* the client went away before the upgrade was out */
    web_socket_free (socket);
}

gboolean
web_socket_accept (HttpRequest *request, const WebSocketKind *kind, const char *name,
                   const WebSocketEvents *events, gpointer owner)
{
  SoupServerMessage *message = request->message;
  char *protocols[] = { (char *) kind->protocol, NULL };
  if (!soup_websocket_server_check_handshake (message, NULL, protocols, NULL, NULL) ||
      !soup_websocket_server_process_handshake (message, NULL, protocols, NULL, NULL)) {
    http_reply_problem (request, HTTP_PROBLEM_WEBSOCKET);
    return FALSE;
  }
  WebSocket *socket = g_new0 (WebSocket, 1);
  socket->kind = kind;
  socket->name = g_strdup (name);
  socket->events = *events;
  socket->owner = owner;
  g_signal_connect_data (message, "wrote-informational", G_CALLBACK (on_switched), socket,
                         on_message_gone, 0);
  return TRUE;
}
