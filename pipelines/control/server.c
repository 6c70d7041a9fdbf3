#include "pipelines/control/server.h"

#include "config/log.h"
#include "pipelines/control/unix_link.h"

/* One linked controller.  Calls hold a reference, so that they may be answered after it went. */
typedef struct {
  int ref_count;
  ControlServer *server; /* NULL once it was taken out */
  ControlLink *link;
} Peer;

struct ControlCall {
  Peer *peer;
  ControlFrame frame;
};

struct ControlServer {
  const ControlHandlerRow *handlers;
  gsize n_handlers;
  gpointer user_data;
  GPtrArray *peers; /* Peer */
  UnixListener *listener;
};

static void
peer_unref (Peer *peer)
{
  if (--peer->ref_count > 0)
    return;
  control_link_unref (peer->link);
  g_free (peer);
}

static void
peer_drop (Peer *peer)
{
  peer->server = NULL;
  control_link_close (peer->link);
  peer_unref (peer);
}

static void
peer_send (Peer *peer, GBytes *text)
{
  g_autoptr (GError) error = NULL;
  if (!control_link_send (peer->link, text, &error) &&
      !g_error_matches (error, CONTROL_LINK_ERROR, CONTROL_LINK_ERROR_CLOSED))
    log_warning ("control", NULL, "message to a controller was lost: %s", error->message);
}

/* --- calls ----------------------------------------------------------------------------------- */

static void
call_end (ControlCall *call, GBytes *text)
{
  if (call->peer->server)
    peer_send (call->peer, text);
  peer_unref (call->peer);
  control_frame_clear (&call->frame);
  g_free (call);
}

void
control_call_fail (ControlCall *call, const char *code, const char *text)
{
  g_autoptr (GBytes) frame = control_frame_encode_error (call->frame.id, code, text);
  call_end (call, frame);
}

void
control_call_reply (ControlCall *call, gconstpointer reply)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) frame =
      control_frame_encode (call->frame.type, TRUE, call->frame.id, reply, &error);
  if (frame)
    call_end (call, frame);
  else
    control_call_fail (call, "internal", error->message);
}

/* --- links ----------------------------------------------------------------------------------- */

static const ControlHandlerRow *
find_handler (ControlServer *server, ControlType type)
{
  for (gsize i = 0; i < server->n_handlers; i++)
    if (server->handlers[i].type == type)
      return &server->handlers[i];
  return NULL;
}

static void
answer_error (Peer *peer, gint64 id, const char *code, const char *text)
{
  if (id <= 0)
    return;
  g_autoptr (GBytes) frame = control_frame_encode_error (id, code, text);
  peer_send (peer, frame);
}

static void
on_message (ControlLink *link, const char *data, gsize len, gpointer user_data)
{
  Peer *peer = user_data;
  g_autoptr (GError) error = NULL;
  g_auto (ControlFrame) frame;
  if (!control_frame_decode (data, len, &frame, &error)) {
    answer_error (peer, frame.id, "bad-request", error->message);
    return;
  }
  const ControlHandlerRow *row =
      frame.kind == FRAME_MESSAGE && frame.id > 0 ? find_handler (peer->server, frame.type) : NULL;
  if (!row) {
    if (frame.kind == FRAME_MESSAGE)
      answer_error (peer, frame.id, "unknown-type", "this relay does not answer such a request");
    return;
  }
  ControlCall *call = g_new0 (ControlCall, 1);
  call->peer = peer;
  peer->ref_count++;
  call->frame = frame;
  frame = (ControlFrame){ 0 };
  row->handler (call, call->frame.body, peer->server->user_data);
}

static void
on_closed (ControlLink *link, const GError *reason, gpointer user_data)
{
  Peer *peer = user_data;
  log_info ("control", NULL, "a controller left: %s", reason->message);
  g_ptr_array_remove_fast (peer->server->peers, peer);
}

static const ControlLinkEvents link_events = { on_message, on_closed };

void
control_server_add_link (ControlServer *server, ControlLink *link)
{
  if (server->peers->len >= LIMIT_CONTROL_LINKS) {
    log_warning ("control", NULL, "more than %d controllers: one was turned away",
                 LIMIT_CONTROL_LINKS);
    control_link_unref (link);
    return;
  }
  Peer *peer = g_new0 (Peer, 1);
  peer->ref_count = 1;
  peer->server = server;
  peer->link = link;
  g_ptr_array_add (server->peers, peer);
  control_link_set_events (link, &link_events, peer);
}

static void
on_link (ControlLink *link, gpointer user_data)
{
  control_server_add_link (user_data, link);
}

/* --- the interface --------------------------------------------------------------------------- */

ControlServer *
control_server_new (const ControlHandlerRow *handlers, gsize n_handlers, gpointer user_data)
{
  ControlServer *server = g_new0 (ControlServer, 1);
  server->handlers = handlers;
  server->n_handlers = n_handlers;
  server->user_data = user_data;
  server->peers = g_ptr_array_new_with_free_func ((GDestroyNotify) peer_drop);
  return server;
}

void
control_server_free (ControlServer *server)
{
  g_clear_pointer (&server->listener, unix_listener_free);
  g_ptr_array_unref (server->peers);
  g_free (server);
}

gboolean
control_server_listen (ControlServer *server, const char *path, GError **error)
{
  g_return_val_if_fail (!server->listener, FALSE);
  server->listener = unix_listener_new (path, on_link, server, error);
  return server->listener != NULL;
}

guint
control_server_get_n_links (ControlServer *server)
{
  return server->peers->len;
}

void
control_server_emit (ControlServer *server, ControlType type, gconstpointer event)
{
  g_return_if_fail (!control_message_row (type)->reply);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) frame = control_frame_encode (type, FALSE, 0, event, &error);
  if (!frame) {
    log_warning ("control", NULL, "event was not sent: %s", error->message);
    return;
  }
  for (guint i = 0; i < server->peers->len; i++)
    peer_send (server->peers->pdata[i], frame);
}
