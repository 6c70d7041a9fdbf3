/* ControlClient: the controller's end of a link: requests matched with their replies, events
 * decoded.
 *
 * Belongs to the link's GMainContext.  Every request's callback runs exactly once: with the reply,
 * or with an error (CONTROL_LINK_ERROR_REMOTE / TIMEOUT / CLOSED), also when the client is freed.
 * It never runs from within control_client_request () itself.  The client may be freed inside any
 * of its callbacks. */
#pragma once

#include "pipelines/control/link.h"
#include "pipelines/control/messages.h"

G_BEGIN_DECLS

typedef struct ControlClient ControlClient;

typedef struct {
  /* @event: the struct of @type, valid during the call. */
  void (*on_event) (ControlType type, gconstpointer event, gpointer user_data);
  /* The link is gone; all requests have been answered with CONTROL_LINK_ERROR_CLOSED before. */
  void (*on_closed) (const GError *reason, gpointer user_data);
} ControlClientEvents;

/* Takes over @link (transfer full). */
ControlClient *control_client_new (ControlLink *link, const ControlClientEvents *events,
                                   gpointer user_data);
void control_client_free (ControlClient *client);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ControlClient, control_client_free)

/* @reply: the reply struct of @type's row, valid during the call, NULL on error. */
typedef void (*ControlReplyFunc) (gconstpointer reply, const GError *error, gpointer user_data);

/* Sends @request (the message struct of @type, NULL = no members).  @callback may be NULL.
 * LIMIT_CONTROL_REPLY_MS applies. */
void control_client_request (ControlClient *client, ControlType type, gconstpointer request,
                             ControlReplyFunc callback, gpointer user_data);
/* For tests: another time-out from now on. */
void control_client_set_timeout (ControlClient *client, guint timeout_ms);

/* The peer's code of a CONTROL_LINK_ERROR_REMOTE ("not-found"), else NULL. */
gboolean control_error_has_code (const GError *error, const char *code);

G_END_DECLS
