#include "server/http/desk_socket.h"

#include "server/http/handlers.h"
#include "server/http/http_limits.h"
#include "server/http/identity.h"
#include "server/http/web_socket.h"

typedef struct {
  DeskSockets *desks;
  User *user;
  char *session; /* Session.token_hash */
  gint64 authorised_us;
  WebSocket *socket;    /* NULL until upgraded */
  DeskConnection *desk; /* NULL until told to the port */
} DeskSocket;

struct DeskSockets {
  HttpScope *scope;
  guint max_desks;
  GHashTable *sockets; /* set of DeskSocket, upgraded */
};

/* --- What the desk asks of a socket --- */

static void
desk_socket_send_text (gpointer peer_data, const char *text, gsize length)
{
  web_socket_send_text (((DeskSocket *) peer_data)->socket, text, length);
}

static void
desk_socket_close (gpointer peer_data, guint16 code, const char *reason)
{
  web_socket_close (((DeskSocket *) peer_data)->socket, code, reason);
}

/* --- What happens to the socket --- */

static void
on_open (gpointer owner, WebSocket *socket)
{
  static const DeskPeer peer = { desk_socket_send_text, desk_socket_close };
  DeskSocket *desk = owner;
  const HttpContext *context = &desk->desks->scope->context;
  desk->socket = socket;
  g_hash_table_add (desk->desks->sockets, desk);
  desk->desk =
      context->desk.open (context->desk_data, desk->user, &peer, desk, g_get_real_time () / 1000);
  if (!desk->desk)
    web_socket_close (socket, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION, "too many desks");
}

static void
on_text (gpointer owner, const char *text, gsize length)
{
  DeskSocket *desk = owner;
  if (desk->desk)
    desk->desks->scope->context.desk.receive (desk->desk, text, length);
}

static void
on_gone (gpointer owner)
{
  DeskSocket *desk = owner;
  if (desk->desk)
    desk->desks->scope->context.desk.closed (desk->desk);
  if (desk->socket)
    g_hash_table_remove (desk->desks->sockets, desk);
  user_free (desk->user);
  g_free (desk->session);
  g_free (desk);
}

void
desk_sockets_accept (DeskSockets *desks, HttpRequest *request)
{
  static const WebSocketKind kind = { DESK_SUBPROTOCOL, "http.desk" };
  static const WebSocketEvents events = { on_open, on_text, on_gone };
  if (!desks->scope->context.desk.open || g_hash_table_size (desks->sockets) >= desks->max_desks) {
    http_reply_problem (request, HTTP_PROBLEM_BUSY);
    return;
  }
  DeskSocket *desk = g_new0 (DeskSocket, 1);
  desk->desks = desks;
  desk->user = user_copy (http_request_user (request));
  desk->session = g_strdup (request->session->token_hash);
  /* hundreds of pages that come at once are not looked at again all at once */
  desk->authorised_us = request->now_us - g_random_int_range (0, (gint32) ROOM_RIGHTS_INTERVAL_US);
  if (!web_socket_accept (request, &kind, desk->user->login, &events, desk))
    on_gone (desk);
}

void
on_desk_connect (HttpRequest *request)
{
  /* Browsers send the cookie from any page: only our own pages may open a desk with it. */
  if (!identity_origin_is_ours (request, TRUE))
    http_reply_problem (request, HTTP_PROBLEM_ORIGIN);
  else
    desk_sockets_accept (request->scope->desks, request);
}

/* --- All of them --- */

DeskSockets *
desk_sockets_new (HttpScope *scope, guint max_desks)
{
  DeskSockets *desks = g_new0 (DeskSockets, 1);
  desks->scope = scope;
  desks->max_desks = max_desks;
  desks->sockets = g_hash_table_new (NULL, NULL);
  return desks;
}

void
desk_sockets_free (DeskSockets *desks)
{
  g_autoptr (GList) sockets = g_hash_table_get_keys (desks->sockets);
  for (GList *i = sockets; i; i = i->next)
    web_socket_destroy (((DeskSocket *) i->data)->socket);
  g_hash_table_unref (desks->sockets);
  g_free (desks);
}

static gboolean
user_is_as_before (const User *before, const User *now)
{
  return now->role == before->role && g_strcmp0 (now->unit, before->unit) == 0 &&
         g_strcmp0 (now->endpoint, before->endpoint) == 0;
}

static void
desk_socket_check_rights (DeskSocket *desk, gint64 now_us)
{
  if (web_socket_is_closing (desk->socket) ||
      now_us - desk->authorised_us < ROOM_RIGHTS_INTERVAL_US)
    return;
  desk->authorised_us = now_us;
  g_autoptr (User) user =
      session_hold (desk->desks->scope->context.database, desk->session, g_get_real_time () / 1000);
  if (!user || !user_is_as_before (desk->user, user))
    desk_socket_close (desk, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION, "signed out");
}

void
desk_sockets_tick (DeskSockets *desks, gint64 now_us)
{
  g_autoptr (GList) sockets = g_hash_table_get_keys (desks->sockets);
  for (GList *i = sockets; i; i = i->next) {
    desk_socket_check_rights (i->data, now_us);
    web_socket_tick (((DeskSocket *) i->data)->socket, now_us);
  }
}

void
desk_sockets_close_all (DeskSockets *desks, guint16 code, const char *reason)
{
  g_autoptr (GList) sockets = g_hash_table_get_keys (desks->sockets);
  for (GList *i = sockets; i; i = i->next)
    desk_socket_close (i->data, code, reason);
}

guint
desk_sockets_get_count (const DeskSockets *desks)
{
  return g_hash_table_size (desks->sockets);
}
