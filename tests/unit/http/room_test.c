/* The room's WebSocket: who may open one, frames both ways, and its limits. */
#include <string.h>

#include "server/http/http_limits.h"
#include "server/http/room_limiter.h"
#include "server/http/room_socket.h"
#include "tests/unit/http/fixture.h"

/* --- The pure part --- */

static void
test_rate (void)
{
  RoomLimiter limiter;
  room_limiter_init (&limiter, 0);
  for (guint i = 0; i < ROOM_MESSAGES_PER_SECOND; i++)
    g_assert_true (room_limiter_on_message (&limiter, 1000));
  g_assert_false (room_limiter_on_message (&limiter, G_USEC_PER_SEC - 1));
  g_assert_true (room_limiter_on_message (&limiter, G_USEC_PER_SEC));
}

static void
test_silence (void)
{
  RoomLimiter limiter;
  room_limiter_init (&limiter, 0);
  g_assert_false (room_limiter_is_quiet (&limiter, ROOM_QUIET_US - 1));
  g_assert_true (room_limiter_is_quiet (&limiter, ROOM_QUIET_US));
  g_assert_false (room_limiter_is_silent (&limiter, ROOM_SILENCE_US - 1));
  g_assert_true (room_limiter_is_silent (&limiter, ROOM_SILENCE_US));
  room_limiter_on_heard (&limiter, ROOM_SILENCE_US);
  g_assert_false (room_limiter_is_quiet (&limiter, ROOM_SILENCE_US + 1));
  g_assert_false (room_limiter_is_silent (&limiter, ROOM_SILENCE_US + 1));
}

static void
test_queue (void)
{
  RoomLimiter limiter;
  room_limiter_init (&limiter, 0);
  g_assert_true (room_limiter_on_send (&limiter, ROOM_QUEUE_MAX_BYTES, 0));
  g_assert_true (room_limiter_on_send (&limiter, 1, 1));
  g_assert_false (room_limiter_on_send (&limiter, 1, 1));
  g_assert_true (room_limiter_on_send (&limiter, 0, ROOM_QUEUE_MAX_BYTES * 2));
}

/* --- A room over the wire --- */

typedef struct {
  Fixture *fixture;
  SoupMessage *message;
  SoupWebsocketConnection *socket;
  guint status; /* of a refused handshake */
  GString *received;
  guint n_received;
  gboolean answered, closed;
} Room;

static void
on_message (SoupWebsocketConnection *socket, SoupWebsocketDataType type, GBytes *message,
            Room *room)
{
  gsize size;
  const char *text = g_bytes_get_data (message, &size);
  g_string_append_len (room->received, text, size);
  room->n_received++;
}

static void
on_closed (SoupWebsocketConnection *socket, Room *room)
{
  room->closed = TRUE;
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Room *room = user_data;
  g_autoptr (GError) error = NULL;
  room->socket = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);
  room->status = soup_message_get_status (room->message);
  room->answered = TRUE;
  if (!room->socket)
    return;
  soup_websocket_connection_set_max_incoming_payload_size (room->socket, 0);
  g_signal_connect (room->socket, "message", G_CALLBACK (on_message), room);
  g_signal_connect (room->socket, "closed", G_CALLBACK (on_closed), room);
}

static gboolean
room_is_answered (gpointer user_data)
{
  return ((Room *) user_data)->answered;
}

static gboolean
room_is_closed (gpointer user_data)
{
  return ((Room *) user_data)->closed;
}

static gboolean
room_has_message (gpointer user_data)
{
  return ((Room *) user_data)->n_received > 0;
}

/* @origin NULL: that of the server. */
static Room *
room_open (Fixture *fixture, Actor actor, const char *path, const char *origin, const char *header)
{
  static char *subprotocols[] = { (char *) ROOM_SUBPROTOCOL, NULL };
  Room *room = g_new0 (Room, 1);
  guint port = http_server_get_http_port (fixture->server);
  g_autofree char *url = g_strdup_printf ("ws://127.0.0.1:%u%s", port, path);
  g_autofree char *own = g_strdup_printf ("http://127.0.0.1:%u", port);
  room->fixture = fixture;
  room->received = g_string_new (NULL);
  room->message = soup_message_new ("GET", url);
  SoupMessageHeaders *headers = soup_message_get_request_headers (room->message);
  if (fixture->cookies[actor]) {
    g_autofree char *cookie = g_strconcat ("diemcau_session=", fixture->cookies[actor], NULL);
    soup_message_headers_replace (headers, "Cookie", cookie);
  }
  if (header)
    soup_message_headers_replace (headers, "Authorization", header + strlen ("Authorization: "));
  soup_session_websocket_connect_async (fixture->client, room->message, origin ? origin : own,
                                        subprotocols, G_PRIORITY_DEFAULT, NULL, on_connected, room);
  g_assert_true (fixture_wait (room_is_answered, room));
  return room;
}

static void
room_free (Room *room)
{
  if (room->socket) {
    g_signal_handlers_disconnect_by_data (room->socket, room);
    if (soup_websocket_connection_get_state (room->socket) == SOUP_WEBSOCKET_STATE_OPEN)
      soup_websocket_connection_close (room->socket, 1000, NULL);
  }
  g_clear_object (&room->socket);
  g_object_unref (room->message);
  g_string_free (room->received, TRUE);
  g_free (room);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Room, room_free)

static char *
room_path (Fixture *fixture, const char *query)
{
  g_autofree char *id = fixture_book (fixture);
  return g_strdup_printf ("/api/v1/meetings/%s/room%s", id, query);
}

static RoomConnection *
hub_room (Fixture *fixture)
{
  g_assert_cmpuint (fixture->hub->rooms->len, ==, 1);
  return fixture->hub->rooms->pdata[0];
}

static gboolean
hub_has_received (gpointer user_data)
{
  Fixture *fixture = user_data;
  return fixture->hub->rooms->len > 0 && hub_room (fixture)->n_received > 0;
}

static gboolean
hub_has_no_room (gpointer user_data)
{
  return ((Fixture *) user_data)->hub->rooms->len == 0;
}

static void
test_frames (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *path = room_path (fixture, "");
  fixture->hub->greeting = "{\"type\":\"welcome\"}";
  g_autoptr (Room) room = room_open (fixture, AS_ENDPOINT, path, NULL, NULL);
  g_assert_nonnull (room->socket);
  g_assert_cmpstr (soup_websocket_connection_get_protocol (room->socket), ==, ROOM_SUBPROTOCOL);
  g_assert_cmpstr (hub_room (fixture)->endpoint, ==, "14758-1");
  g_assert_cmpstr (hub_room (fixture)->actor, ==, "xa1");
  g_assert_cmpint (hub_room (fixture)->role, ==, ROOM_SITE);
  g_assert_true (fixture_wait (room_has_message, room));
  g_assert_cmpstr (room->received->str, ==, "{\"type\":\"welcome\"}");
  soup_websocket_connection_send_text (room->socket, "{\"type\":\"join\"}");
  g_assert_true (fixture_wait (hub_has_received, fixture));
  g_assert_cmpstr (hub_room (fixture)->received->str, ==, "{\"type\":\"join\"}\n");
  soup_websocket_connection_close (room->socket, 1000, NULL);
  g_assert_true (fixture_wait (hub_has_no_room, fixture));
  g_assert_cmpuint (fixture->hub->closed_rooms, ==, 1);
}

static void
test_who (void)
{
  static const struct {
    Actor actor;
    const char *query, *origin;
    guint status; /* 101: opened */
    RoomRole role;
  } rows[] = {
    { AS_NOBODY, "", NULL, 401, 0 },
    { AS_ENDPOINT, "?endpoint=14758-1", NULL, 101, ROOM_SITE },
    { AS_ENDPOINT, "?endpoint=14761-1", NULL, 403, 0 },
    { AS_ENDPOINT, "?role=operator", NULL, 403, 0 },
    { AS_ENDPOINT, "", "https://evil.example", 403, 0 },
    { AS_SECRETARY, "?role=operator", NULL, 101, ROOM_OPERATOR },
    { AS_SECRETARY, "?role=king", NULL, 422, 0 },
    { AS_SECRETARY, "", NULL, 422, 0 },
    { AS_STRANGER, "?role=operator", NULL, 404, 0 },
  };
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *id = fixture_book (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strdup_printf ("/api/v1/meetings/%s/room%s", id, rows[i].query);
    g_autoptr (Room) room = room_open (fixture, rows[i].actor, path, rows[i].origin, NULL);
    g_test_message ("%d %s: %u", rows[i].actor, path, room->status);
    g_assert_cmpuint (room->status, ==, rows[i].status);
    if (rows[i].status != 101)
      continue;
    g_assert_cmpint (hub_room (fixture)->role, ==, rows[i].role);
    soup_websocket_connection_close (room->socket, 1000, NULL);
    g_assert_true (fixture_wait (hub_has_no_room, fixture));
  }
}

/* A co-chair's tablet directs the meeting and takes no seat; so does the chair's. */
static void
test_tablet (void)
{
  static const char *const changes[] = { "{\"co_chairs\":[\"14758-1\"]}",
                                         "{\"chair_endpoint\":\"14758-1\",\"co_chairs\":[]}" };
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *id = fixture_book (fixture);
  g_autofree char *at = g_strdup_printf ("/api/v1/meetings/%s", id);
  g_autofree char *path = g_strdup_printf ("%s/room?role=operator", at);
  for (gsize i = 0; i < G_N_ELEMENTS (changes); i++) {
    g_autoptr (Reply) reply = fixture_send (fixture, AS_SECRETARY, "PATCH", at, changes[i], NULL);
    g_assert_cmpuint (reply->status, ==, 200);
    g_autoptr (Room) room = room_open (fixture, AS_ENDPOINT, path, NULL, NULL);
    g_assert_cmpuint (room->status, ==, 101);
    g_assert_cmpint (hub_room (fixture)->role, ==, ROOM_OPERATOR);
    g_assert_cmpstr (hub_room (fixture)->endpoint, ==, "");
    soup_websocket_connection_close (room->socket, 1000, NULL);
    g_assert_true (fixture_wait (hub_has_no_room, fixture));
  }
}

static void
test_token (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *id = fixture_book (fixture);
  g_autofree char *path = g_strdup_printf ("/api/v1/meetings/%s/room", id);
  g_autofree char *bearer = fixture_bearer (fixture, id, "14761-1", 60);
  g_autofree char *viewer = fixture_bearer (fixture, id, "", 60);
  g_autoptr (Room) refused = room_open (fixture, AS_NOBODY, path, NULL, viewer);
  g_assert_cmpuint (refused->status, ==, 403);
  g_autoptr (Room) room = room_open (fixture, AS_NOBODY, path, "https://other", bearer);
  g_assert_nonnull (room->socket);
  g_assert_cmpstr (hub_room (fixture)->endpoint, ==, "14761-1");
}

static void
test_no_websocket (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *path = room_path (fixture, "");
  g_autofree char *origin =
      g_strdup_printf ("Origin: http://127.0.0.1:%u", http_server_get_http_port (fixture->server));
  g_autoptr (Reply) reply = fixture_send (fixture, AS_ENDPOINT, "GET", path, NULL, origin);
  g_assert_cmpuint (reply->status, ==, 400);
  g_assert_cmpstr (reply_get (reply, "code"), ==, "websocket");
}

static void
test_hub_refuses (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *path = room_path (fixture, "");
  fixture->hub->refuse_rooms = TRUE;
  g_autoptr (Room) room = room_open (fixture, AS_ENDPOINT, path, NULL, NULL);
  g_assert_true (fixture_wait (room_is_closed, room));
  g_assert_cmpuint (soup_websocket_connection_get_close_code (room->socket), ==, 1008);
}

static void
test_too_many_messages (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *path = room_path (fixture, "");
  g_autoptr (Room) room = room_open (fixture, AS_ENDPOINT, path, NULL, NULL);
  for (guint i = 0; i < ROOM_MESSAGES_PER_SECOND + 1; i++)
    soup_websocket_connection_send_text (room->socket, "{}");
  g_assert_true (fixture_wait (room_is_closed, room));
  g_assert_cmpuint (soup_websocket_connection_get_close_code (room->socket), ==, 1008);
  g_assert_true (fixture_wait (hub_has_no_room, fixture));
}

static void
test_message_size (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *path = room_path (fixture, "");
  g_autoptr (Room) room = room_open (fixture, AS_ENDPOINT, path, NULL, NULL);
  g_autofree char *text = g_strnfill (ROOM_MESSAGE_MAX_BYTES + 1, 'x');
  text[ROOM_MESSAGE_MAX_BYTES] = '\0';
  soup_websocket_connection_send_text (room->socket, text);
  g_assert_true (fixture_wait (hub_has_received, fixture));
  g_assert_cmpuint (hub_room (fixture)->received->len, ==, ROOM_MESSAGE_MAX_BYTES + 1);
  text[ROOM_MESSAGE_MAX_BYTES] = 'x';
  g_autoptr (GBytes) bytes = g_bytes_new (text, ROOM_MESSAGE_MAX_BYTES + 1);
  soup_websocket_connection_send_message (room->socket, SOUP_WEBSOCKET_DATA_TEXT, bytes);
  g_assert_true (fixture_wait (room_is_closed, room));
  g_assert_cmpuint (soup_websocket_connection_get_close_code (room->socket), ==, 1009);
}

/* No close frame can be promised here, only that the room is gone and nothing came through. */
static void
test_message_cut (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *path = room_path (fixture, "");
  g_autoptr (Room) room = room_open (fixture, AS_ENDPOINT, path, NULL, NULL);
  g_autofree char *text = g_strnfill (ROOM_MESSAGE_CUT_BYTES + 1, 'x');
  soup_websocket_connection_send_text (room->socket, text);
  g_assert_true (fixture_wait (hub_has_no_room, fixture));
  g_assert_true (fixture_wait (room_is_closed, room));
}

static void
test_binary (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *path = room_path (fixture, "");
  g_autoptr (Room) room = room_open (fixture, AS_ENDPOINT, path, NULL, NULL);
  soup_websocket_connection_send_binary (room->socket, "x", 1);
  g_assert_true (fixture_wait (room_is_closed, room));
  g_assert_cmpuint (soup_websocket_connection_get_close_code (room->socket), ==, 1003);
}

static void
test_hub_closes (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *path = room_path (fixture, "");
  g_autoptr (Room) room = room_open (fixture, AS_ENDPOINT, path, NULL, NULL);
  RoomConnection *connection = hub_room (fixture);
  connection->peer.send_text (connection->peer_data, "bye", 3);
  connection->peer.close (connection->peer_data, 4001, "replaced");
  connection->peer.send_text (connection->peer_data, "late", 4); /* goes nowhere */
  g_assert_true (fixture_wait (room_is_closed, room));
  g_assert_cmpstr (room->received->str, ==, "bye");
  g_assert_cmpuint (soup_websocket_connection_get_close_code (room->socket), ==, 4001);
  g_assert_true (fixture_wait (hub_has_no_room, fixture));
}

/* A room that reads nothing is cut when more than the queue's cap waits for it. */
static void
test_slow_reader (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *id = fixture_book (fixture);
  g_autofree char *bearer = fixture_bearer (fixture, id, "14761-1", 60);
  g_autofree char *text =
      g_strdup_printf ("GET /api/v1/meetings/%s/room HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
                       "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n%s\r\n"
                       "Sec-WebSocket-Protocol: " ROOM_SUBPROTOCOL "\r\n"
                       "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                       id, bearer);
  g_autoptr (GSocketConnection) connection = fixture_connect (fixture);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), text,
                             strlen (text), NULL, NULL, NULL);
  while (fixture->hub->rooms->len == 0)
    g_main_context_iteration (NULL, TRUE);
  g_autofree char *chunk = g_strnfill (256 * 1024, 'x');
  for (guint i = 0; i < 64 && fixture->hub->rooms->len > 0; i++) {
    RoomConnection *room = hub_room (fixture);
    room->peer.send_text (room->peer_data, chunk, 256 * 1024);
    while (g_main_context_iteration (NULL, FALSE))
      ;
  }
  g_assert_true (fixture_wait (hub_has_no_room, fixture));
}

/* Who is locked does not stay in the room that he opened before. */
static void
test_user_locked (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *path = room_path (fixture, "");
  g_autoptr (Room) room = room_open (fixture, AS_ENDPOINT, path, NULL, NULL);
  g_autoptr (User) user = user_store_get (fixture->database, fixture->users[AS_ENDPOINT], NULL);
  user->disabled = TRUE;
  g_assert_true (user_store_update (fixture->database, user, NULL));
  g_assert_true (fixture_wait (room_is_closed, room));
  g_assert_cmpuint (soup_websocket_connection_get_close_code (room->socket), ==, 1008);
  g_assert_true (fixture_wait (hub_has_no_room, fixture));
}

static void
tune_one_room (Settings *settings)
{
  settings->http.max_rooms = 1;
}

static void
test_cap (void)
{
  g_autoptr (Fixture) fixture = fixture_new (tune_one_room);
  g_autofree char *path = room_path (fixture, "");
  g_autoptr (Room) first = room_open (fixture, AS_ENDPOINT, path, NULL, NULL);
  g_autoptr (Room) second = room_open (fixture, AS_ENDPOINT, path, NULL, NULL);
  g_assert_cmpuint (first->status, ==, 101);
  g_assert_cmpuint (second->status, ==, 503);
}

/* --- Stopping --- */

static void
on_stopped (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
}

static gboolean
is_true (gpointer user_data)
{
  return *(gboolean *) user_data;
}

static void
test_stop (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *path = room_path (fixture, "");
  g_autoptr (Room) room = room_open (fixture, AS_ENDPOINT, path, NULL, NULL);
  gboolean stopped = FALSE;
  http_server_stop (fixture->server, on_stopped, &stopped);
  g_assert_true (fixture_wait (is_true, &stopped));
  g_assert_true (fixture_wait (room_is_closed, room));
  g_assert_cmpuint (soup_websocket_connection_get_close_code (room->socket), ==, 1001);
  g_assert_cmpuint (fixture->hub->rooms->len, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/room/rate", test_rate);
  g_test_add_func ("/room/silence", test_silence);
  g_test_add_func ("/room/queue", test_queue);
  g_test_add_func ("/room/frames", test_frames);
  g_test_add_func ("/room/who", test_who);
  g_test_add_func ("/room/tablet", test_tablet);
  g_test_add_func ("/room/token", test_token);
  g_test_add_func ("/room/no-websocket", test_no_websocket);
  g_test_add_func ("/room/hub-refuses", test_hub_refuses);
  g_test_add_func ("/room/too-many-messages", test_too_many_messages);
  g_test_add_func ("/room/message-size", test_message_size);
  g_test_add_func ("/room/message-cut", test_message_cut);
  g_test_add_func ("/room/binary", test_binary);
  g_test_add_func ("/room/hub-closes", test_hub_closes);
  g_test_add_func ("/room/slow-reader", test_slow_reader);
  g_test_add_func ("/room/user-locked", test_user_locked);
  g_test_add_func ("/room/cap", test_cap);
  g_test_add_func ("/room/stop", test_stop);
  return g_test_run ();
}
