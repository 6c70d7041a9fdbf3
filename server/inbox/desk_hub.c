#include "server/inbox/desk_hub.h"

#include <string.h>

/* A ping has 20 bytes; nothing else is expected of a page. */
#define DESK_MESSAGE_MAX_BYTES 1024
#define CLOSE_POLICY_VIOLATION 1008

struct DeskConnection {
  DeskHub *hub;
  User *user;
  DeskPeer peer;
  gpointer peer_data;
  gboolean meetings_marked;
  gint64 meetings_said_ms;
};

struct DeskHub {
  GPtrArray *connections;
  guint turn; /* where the next tick goes on: all get their turn */
};

DeskHub *
desk_hub_new (void)
{
  DeskHub *hub = g_new0 (DeskHub, 1);
  hub->connections = g_ptr_array_new ();
  return hub;
}

void
desk_hub_free (DeskHub *hub)
{
  while (hub->connections->len > 0)
    desk_connection_closed (hub->connections->pdata[0]);
  g_ptr_array_unref (hub->connections);
  g_free (hub);
}

DeskConnection *
desk_hub_open (DeskHub *hub, const User *user, const DeskPeer *peer, gpointer peer_data)
{
  guint desks = 0;
  for (guint i = 0; i < hub->connections->len; i++)
    desks += ((DeskConnection *) hub->connections->pdata[i])->user->id == user->id;
  if (desks >= DESKS_PER_USER_MAX)
    return NULL;
  DeskConnection *connection = g_new0 (DeskConnection, 1);
  connection->hub = hub;
  connection->user = user_copy (user);
  connection->peer = *peer;
  connection->peer_data = peer_data;
  g_ptr_array_add (hub->connections, connection);
  return connection;
}

void
desk_connection_closed (DeskConnection *connection)
{
  g_ptr_array_remove_fast (connection->hub->connections, connection);
  user_free (connection->user);
  g_free (connection);
}

guint
desk_hub_get_count (const DeskHub *hub)
{
  return hub->connections->len;
}

void
desk_connection_receive (DeskConnection *connection, const char *text, gsize length)
{
  json_t *message = length <= DESK_MESSAGE_MAX_BYTES ? json_loadb (text, length, 0, NULL) : NULL;
  if (!json_is_object (message))
    connection->peer.close (connection->peer_data, CLOSE_POLICY_VIOLATION, "bad message");
  else if (g_strcmp0 (json_string_value (json_object_get (message, "type")), "ping") == 0)
    desk_connection_send (connection, json_pack ("{s:s}", "type", "pong"));
  json_decref (message);
}

/* --- Telling --- */

/* (transfer full), @message consumed; jansson allocates by malloc, as GLib does. */
static char *
take_text (json_t *message)
{
  char *text = json_dumps (message, JSON_COMPACT);
  g_assert (text);
  json_decref (message);
  return text;
}

static void
send_text (DeskConnection *connection, const char *text)
{
  connection->peer.send_text (connection->peer_data, text, strlen (text));
}

void
desk_connection_send (DeskConnection *connection, json_t *message)
{
  g_autofree char *text = take_text (message);
  send_text (connection, text);
}

void
desk_hub_send_users (DeskHub *hub, const GArray *users, json_t *message)
{
  g_autofree char *text = take_text (message);
  g_autoptr (GHashTable) wanted = g_hash_table_new (g_int64_hash, g_int64_equal);
  for (guint i = 0; i < users->len; i++)
    g_hash_table_add (wanted, &g_array_index (users, gint64, i));
  for (guint i = 0; i < hub->connections->len; i++) {
    DeskConnection *connection = hub->connections->pdata[i];
    if (g_hash_table_contains (wanted, &connection->user->id))
      send_text (connection, text);
  }
}

void
desk_hub_send_endpoint (DeskHub *hub, const char *endpoint, json_t *message)
{
  g_autofree char *text = take_text (message);
  for (guint i = 0; i < hub->connections->len; i++) {
    DeskConnection *connection = hub->connections->pdata[i];
    if (g_strcmp0 (connection->user->endpoint, endpoint) == 0)
      send_text (connection, text);
  }
}

void
desk_hub_mark_meetings (DeskHub *hub, DeskFilter filter, gpointer data)
{
  for (guint i = 0; i < hub->connections->len; i++) {
    DeskConnection *connection = hub->connections->pdata[i];
    if (!connection->meetings_marked)
      connection->meetings_marked = filter (data, connection->user);
  }
}

void
desk_hub_tick (DeskHub *hub, gint64 now_ms)
{
  guint n = hub->connections->len, said = 0;
  for (guint i = 0; i < n && said < DESK_MEETINGS_PER_TICK; i++) {
    DeskConnection *connection = hub->connections->pdata[hub->turn++ % n];
    if (!connection->meetings_marked ||
        now_ms - connection->meetings_said_ms < DESK_MEETINGS_INTERVAL_MS)
      continue;
    connection->meetings_marked = FALSE;
    connection->meetings_said_ms = now_ms;
    send_text (connection, "{\"type\":\"meetings\"}");
    said++;
  }
}
