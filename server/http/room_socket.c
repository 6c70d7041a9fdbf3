#include "server/http/room_socket.h"

#include "config/log.h"
#include "server/auth/rights.h"
#include "server/http/acceptor.h"
#include "server/http/http_limits.h"
#include "server/http/room_limiter.h"

typedef struct {
  RoomSockets *rooms;
  char *meeting, *endpoint, *actor, *name, *source, *branch; /* of the grant */
  RoomRole role;
  Database *database; /* lent */
  char *session;      /* Session.token_hash; NULL: opened by an access token */
  gint64 authorised_us;
  Connection *connection; /* lives as long as the socket's stream */
  MeteredStream *stream;
  guint64 written_before;          /* HTTP bytes of the same connection */
  SoupWebsocketConnection *socket; /* NULL until upgraded */
  RoomConnection *room;            /* NULL until told to the hub, and after it is closed */
  RoomLimiter limiter;
  gint64 close_us; /* when the closing began, 0 = open */
} RoomSocket;

struct RoomSockets {
  MeetingHub *hub;
  guint max_rooms;
  GHashTable *sockets; /* set of RoomSocket, upgraded */
};

static const char *const subprotocols[] = { ROOM_SUBPROTOCOL, NULL };

static void
room_socket_free (RoomSocket *socket)
{
  if (socket->socket)
    g_signal_handlers_disconnect_by_data (socket->socket, socket);
  if (socket->room)
    room_connection_closed (socket->room, g_get_monotonic_time ());
  g_clear_object (&socket->socket);
  g_clear_object (&socket->stream);
  g_free (socket->meeting);
  g_free (socket->endpoint);
  g_free (socket->actor);
  g_free (socket->name);
  g_free (socket->source);
  g_free (socket->branch);
  g_free (socket->session);
  g_free (socket);
}

/* --- What the hub asks of a socket --- */

static void
room_socket_close (gpointer peer_data, guint16 code, const char *reason)
{
  RoomSocket *socket = peer_data;
  if (socket->close_us != 0 ||
      soup_websocket_connection_get_state (socket->socket) != SOUP_WEBSOCKET_STATE_OPEN)
    return;
  socket->close_us = g_get_monotonic_time ();
  soup_websocket_connection_close (socket->socket, code, reason);
}

static void
room_socket_send_text (gpointer peer_data, const char *text, gsize length)
{
  RoomSocket *socket = peer_data;
  if (socket->close_us != 0 ||
      soup_websocket_connection_get_state (socket->socket) != SOUP_WEBSOCKET_STATE_OPEN)
    return;
  guint64 written = metered_stream_get_bytes_written (socket->stream) - socket->written_before;
  if (!room_limiter_on_send (&socket->limiter, length, written)) {
    /* A close frame would wait behind all that is unread. */
    log_warning ("http.room", socket->endpoint, "reads too slowly, cut");
    socket->close_us = g_get_monotonic_time ();
    connection_cut (socket->connection);
    return;
  }
  g_autoptr (GBytes) message = g_bytes_new (text, length);
  soup_websocket_connection_send_message (socket->socket, SOUP_WEBSOCKET_DATA_TEXT, message);
}

/* --- What the peer does --- */

static void
room_socket_on_message (SoupWebsocketConnection *connection, SoupWebsocketDataType type,
                        GBytes *message, RoomSocket *socket)
{
  gint64 now_us = g_get_monotonic_time ();
  gsize size = 0;
  const char *text = g_bytes_get_data (message, &size);
  if (socket->close_us != 0)
    return;
  if (!room_limiter_on_message (&socket->limiter, now_us)) {
    room_socket_close (socket, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION, "too many messages");
    return;
  }
  if (size > ROOM_MESSAGE_MAX_BYTES) {
    room_socket_close (socket, SOUP_WEBSOCKET_CLOSE_TOO_BIG, "message too large");
    return;
  }
  if (type != SOUP_WEBSOCKET_DATA_TEXT) {
    room_socket_close (socket, SOUP_WEBSOCKET_CLOSE_UNSUPPORTED_DATA, "text only");
    return;
  }
  room_connection_receive (socket->room, text ? text : "", size, now_us);
}

static void
room_socket_on_pong (SoupWebsocketConnection *connection, GBytes *message, RoomSocket *socket)
{
  room_limiter_on_heard (&socket->limiter, g_get_monotonic_time ());
}

static void
room_socket_on_closed (SoupWebsocketConnection *connection, RoomSocket *socket)
{
  log_debug ("http.room", socket->endpoint, "closed, code %u",
             soup_websocket_connection_get_close_code (connection));
  g_hash_table_remove (socket->rooms->sockets, socket);
}

/* --- Upgrade --- */

static const RoomPeer room_peer = { .send_text = room_socket_send_text,
                                    .close = room_socket_close };

static void
room_socket_join_hub (RoomSocket *socket)
{
  g_autoptr (GError) error = NULL;
  RoomGrant grant = { .meeting = socket->meeting,
                      .endpoint = socket->endpoint,
                      .role = socket->role,
                      .actor = socket->actor,
                      .name = socket->name,
                      .source = socket->source,
                      .branch = socket->branch };
  socket->room = meeting_hub_connect_room (socket->rooms->hub, &grant, &room_peer, socket,
                                           g_get_monotonic_time (), &error);
  if (!socket->room)
    room_socket_close (socket, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION,
                       problem_describe (error)->code);
}

/* The 101 is out: the connection is ours from here. */
static void
room_socket_on_switched (SoupServerMessage *message, RoomSocket *socket)
{
  g_autoptr (GIOStream) stream = NULL;
  socket->connection = connection_of_message (message);
  if (!socket->connection)
    return;
  socket->stream = g_object_ref (connection_get_stream (socket->connection));
  connection_set_upgraded (socket->connection);
  g_object_ref (message);
  stream = soup_server_message_steal_connection (message);
  socket->socket = soup_websocket_connection_new (
      stream, soup_server_message_get_uri (message), SOUP_WEBSOCKET_CONNECTION_SERVER,
      soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Origin"),
      ROOM_SUBPROTOCOL, NULL);
  soup_websocket_connection_set_max_incoming_payload_size (socket->socket, ROOM_MESSAGE_CUT_BYTES);
  soup_websocket_connection_set_keepalive_interval (socket->socket, ROOM_PING_INTERVAL_S);
  room_limiter_init (&socket->limiter, g_get_monotonic_time ());
  socket->written_before = metered_stream_get_bytes_written (socket->stream);
  g_hash_table_add (socket->rooms->sockets, socket);
  g_signal_connect (socket->socket, "message", G_CALLBACK (room_socket_on_message), socket);
  g_signal_connect (socket->socket, "pong", G_CALLBACK (room_socket_on_pong), socket);
  g_signal_connect (socket->socket, "closed", G_CALLBACK (room_socket_on_closed), socket);
  /* From here the table owns @socket, not the handler of this signal. */
  g_signal_handlers_disconnect_by_func (message, room_socket_on_switched, socket);
  g_object_unref (message);
  room_socket_join_hub (socket);
}

static void
room_socket_on_message_gone (gpointer data, GClosure *closure)
{
  RoomSocket *socket = data;
  if (!socket->socket) /* the client went away before the upgrade was out */
    room_socket_free (socket);
}

void
room_sockets_accept (RoomSockets *rooms, HttpRequest *request, const RoomGrant *grant)
{
  SoupServerMessage *message = request->message;
  if (g_hash_table_size (rooms->sockets) >= rooms->max_rooms) {
    http_reply_problem (request, HTTP_PROBLEM_ROOMS_FULL);
    return;
  }
  if (!soup_websocket_server_check_handshake (message, NULL, (char **) subprotocols, NULL, NULL) ||
      !soup_websocket_server_process_handshake (message, NULL, (char **) subprotocols, NULL,
                                                NULL)) {
    http_reply_problem (request, HTTP_PROBLEM_WEBSOCKET);
    return;
  }
  RoomSocket *socket = g_new0 (RoomSocket, 1);
  socket->rooms = rooms;
  socket->meeting = g_strdup (grant->meeting);
  socket->endpoint = g_strdup (grant->endpoint);
  socket->actor = g_strdup (grant->actor);
  socket->name = g_strdup (grant->name);
  socket->source = g_strdup (grant->source);
  socket->branch = g_strdup (grant->branch);
  socket->role = grant->role;
  socket->database = request->scope->context.database;
  socket->session = request->session ? g_strdup (request->session->token_hash) : NULL;
  /* hundreds of rooms that come at once are not looked at again all at once */
  socket->authorised_us =
      request->now_us - g_random_int_range (0, (gint32) ROOM_RIGHTS_INTERVAL_US);
  g_signal_connect_data (message, "wrote-informational", G_CALLBACK (room_socket_on_switched),
                         socket, room_socket_on_message_gone, 0);
}

/* --- All of them --- */

RoomSockets *
room_sockets_new (MeetingHub *hub, guint max_rooms)
{
  RoomSockets *rooms = g_new0 (RoomSockets, 1);
  rooms->hub = hub;
  rooms->max_rooms = max_rooms;
  rooms->sockets = g_hash_table_new_full (NULL, NULL, (GDestroyNotify) room_socket_free, NULL);
  return rooms;
}

void
room_sockets_free (RoomSockets *rooms)
{
  GHashTableIter iter;
  gpointer key;
  g_hash_table_iter_init (&iter, rooms->sockets);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    connection_cut (((RoomSocket *) key)->connection);
  g_hash_table_unref (rooms->sockets);
  g_free (rooms);
}

/* As when it was opened: the session lives and its user still has the right. */
static gboolean
room_socket_is_authorised (const RoomSocket *socket)
{
  g_autoptr (User) user =
      session_hold (socket->database, socket->session, g_get_real_time () / 1000);
  if (!user)
    return FALSE;
  if (socket->role == ROOM_SITE)
    return auth_can_join (socket->database, user, socket->meeting, socket->endpoint);
  Right right = socket->role == ROOM_OPERATOR ? RIGHT_MEETING_RUN : RIGHT_MEETING_WATCH;
  return auth_can_on_meeting (socket->database, user, right, socket->meeting);
}

static void
room_socket_check_rights (RoomSocket *socket, gint64 now_us)
{
  if (!socket->session || socket->close_us != 0 ||
      now_us - socket->authorised_us < ROOM_RIGHTS_INTERVAL_US)
    return;
  socket->authorised_us = now_us;
  if (!room_socket_is_authorised (socket))
    room_socket_close (socket, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION, "signed out");
}

static void
room_socket_tick (RoomSocket *socket, gint64 now_us)
{
  room_socket_check_rights (socket, now_us);
  gboolean overdue = socket->close_us != 0 && now_us - socket->close_us >= ROOM_CLOSE_TIMEOUT_US;
  if (overdue || room_limiter_is_silent (&socket->limiter, now_us))
    connection_cut (socket->connection);
}

void
room_sockets_tick (RoomSockets *rooms, gint64 now_us)
{
  g_autoptr (GList) sockets = g_hash_table_get_keys (rooms->sockets);
  for (GList *i = sockets; i; i = i->next)
    room_socket_tick (i->data, now_us);
}

void
room_sockets_close_all (RoomSockets *rooms, guint16 code, const char *reason)
{
  g_autoptr (GList) sockets = g_hash_table_get_keys (rooms->sockets);
  for (GList *i = sockets; i; i = i->next)
    room_socket_close (i->data, code, reason);
}

guint
room_sockets_get_count (const RoomSockets *rooms)
{
  return g_hash_table_size (rooms->sockets);
}
