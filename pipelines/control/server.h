/* ControlServer: the relay's end: a table of handlers by message type, and events to everyone
 * linked.
 *
 * Belongs to the GMainContext it was made in.  A handler gets a ControlCall that it answers at once
 * or later, exactly once, from the same thread; a call whose link has gone may still be answered.
 * A request that does not decode, or has no handler, is answered with an error by the server. */
#pragma once

#include "pipelines/control/link.h"
#include "pipelines/control/messages.h"

G_BEGIN_DECLS

typedef struct ControlServer ControlServer;
typedef struct ControlCall ControlCall;

/* @call (transfer full): end it by control_call_reply () or control_call_fail ().  @request: the
 * message struct of the row's type, valid until the call is ended. */
typedef void (*ControlHandler) (ControlCall *call, gconstpointer request, gpointer user_data);

typedef struct {
  ControlType type;
  ControlHandler handler;
} ControlHandlerRow;

/* @handlers: @n_handlers rows that live as long as the server. */
ControlServer *control_server_new (const ControlHandlerRow *handlers, gsize n_handlers,
                                   gpointer user_data);
void control_server_free (ControlServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ControlServer, control_server_free)

/* Listens on a Unix socket as well (unix_link.h). */
gboolean control_server_listen (ControlServer *server, const char *path, GError **error);
/* Takes over @link (transfer full); dropped if LIMIT_CONTROL_LINKS are there. */
void control_server_add_link (ControlServer *server, ControlLink *link);
guint control_server_get_n_links (ControlServer *server);

/* Sends an event to every link. */
void control_server_emit (ControlServer *server, ControlType type, gconstpointer event);

/* Both end the call.  @reply: the reply struct of the type's row, NULL = no members. */
void control_call_reply (ControlCall *call, gconstpointer reply);
void control_call_fail (ControlCall *call, const char *code, const char *text);

G_END_DECLS
