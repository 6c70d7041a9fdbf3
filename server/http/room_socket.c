#include "server/http/room_socket.h"

#include "server/auth/rights.h"
#include "server/http/http_limits.h"
#include "server/http/web_socket.h"

typedef struct {
  RoomSockets *rooms;
  char *meeting, *endpoint, *actor, *name, *source, *branch; /* of the grant */
  RoomRole role;
  Database *database; /* lent */
  char *session;      /* Session.token_hash; NULL: opened by an access token */
  gint64 authorised_us;
  WebSocket *socket;    /* NULL until upgraded */
  RoomConnection *room; /* NULL until told to the hub */
} RoomSocket;

struct RoomSockets {
  MeetingHub *hub;
  guint max_rooms;
  GHashTable *sockets; /* set of RoomSocket, upgraded */
};

/* --- What the hub asks of a socket --- */

static void
room_socket_close (gpointer peer_data, guint16 code, const char *reason)
{
  web_socket_close (((RoomSocket *) peer_data)->socket, code, reason);
}

static void
room_socket_send_text (gpointer peer_data, const char *text, gsize length)
{
  web_socket_send_text (((RoomSocket *) peer_data)->socket, text, length);
}

static const RoomPeer room_peer = { .send_text = room_socket_send_text,
                                    .close = room_socket_close };

/* --- What happens to the socket --- */

static void
on_open (gpointer owner, WebSocket *web_socket)
{
  RoomSocket *socket = owner;
  g_autoptr (GError) error = NULL;
  RoomGrant grant = { .meeting = socket->meeting,
                      .endpoint = socket->endpoint,
                      .role = socket->role,
                      .actor = socket->actor,
                      .name = socket->name,
                      .source = socket->source,
                      .branch = socket->branch };
  socket->socket = web_socket;
  g_hash_table_add (socket->rooms->sockets, socket);
  socket->room = meeting_hub_connect_room (socket->rooms->hub, &grant, &room_peer, socket,
                                           g_get_monotonic_time (), &error);
  if (!socket->room)
    room_socket_close (socket, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION,
                       problem_describe (error)->code);
}

static void
on_text (gpointer owner, const char *text, gsize length)
{
  RoomSocket *socket = owner;
  if (socket->room)
    room_connection_receive (socket->room, text, length, g_get_monotonic_time ());
}

static void
on_gone (gpointer owner)
{
  RoomSocket *socket = owner;
  if (socket->room)
    room_connection_closed (socket->room, g_get_monotonic_time ());
  if (socket->socket)
    g_hash_table_remove (socket->rooms->sockets, socket);
  g_free (socket->meeting);
  g_free (socket->endpoint);
  g_free (socket->actor);
  g_free (socket->name);
  g_free (socket->source);
  g_free (socket->branch);
  g_free (socket->session);
  g_free (socket);
}

void
room_sockets_accept (RoomSockets *rooms, HttpRequest *request, const RoomGrant *grant)
{
  static const WebSocketKind kind = { ROOM_SUBPROTOCOL, "http.room" };
  static const WebSocketEvents events = { on_open, on_text, on_gone };
  if (g_hash_table_size (rooms->sockets) >= rooms->max_rooms) {
    http_reply_problem (request, HTTP_PROBLEM_ROOMS_FULL);
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
  if (!web_socket_accept (request, &kind, socket->endpoint, &events, socket))
    on_gone (socket);
}

/* --- All of them --- */

RoomSockets *
room_sockets_new (MeetingHub *hub, guint max_rooms)
{
  RoomSockets *rooms = g_new0 (RoomSockets, 1);
  rooms->hub = hub;
  rooms->max_rooms = max_rooms;
  rooms->sockets = g_hash_table_new (NULL, NULL);
  return rooms;
}

void
room_sockets_free (RoomSockets *rooms)
{
  g_autoptr (GList) sockets = g_hash_table_get_keys (rooms->sockets);
  for (GList *i = sockets; i; i = i->next)
    web_socket_destroy (((RoomSocket *) i->data)->socket);
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
  if (!socket->session || web_socket_is_closing (socket->socket) ||
      now_us - socket->authorised_us < ROOM_RIGHTS_INTERVAL_US)
    return;
  socket->authorised_us = now_us;
  if (!room_socket_is_authorised (socket))
    room_socket_close (socket, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION, "signed out");
}

void
room_sockets_tick (RoomSockets *rooms, gint64 now_us)
{
  g_autoptr (GList) sockets = g_hash_table_get_keys (rooms->sockets);
  for (GList *i = sockets; i; i = i->next) {
    room_socket_check_rights (i->data, now_us);
    web_socket_tick (((RoomSocket *) i->data)->socket, now_us);
  }
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
