/* WebSocket: one upgraded connection between libsoup and its owner: text frames in and out, bounded
 * (messages a second, size, silence, bytes that wait for a slow reader), and its closing.
 *
 * Main thread.  The owner is told that it is open and, exactly once, that it is gone; what never
 * opened (the client left during the handshake) is only gone. */
#pragma once

#include "server/http/request.h"

typedef struct WebSocket WebSocket;

/* `on_gone` may free the owner's part; @socket is freed behind it. */
typedef struct {
  void (*on_open) (gpointer owner, WebSocket *socket);
  void (*on_text) (gpointer owner, const char *text, gsize length);
  void (*on_gone) (gpointer owner);
} WebSocketEvents;

typedef struct {
  const char *protocol; /* sub-protocol, static */
  const char *log_tag;  /* static */
} WebSocketKind;

/* Answers @request with the upgrade; FALSE when it was no handshake, which is replied to.  @name:
 * who it is, for the log. */
gboolean web_socket_accept (HttpRequest *request, const WebSocketKind *kind, const char *name,
                            const WebSocketEvents *events, gpointer owner);

void web_socket_send_text (WebSocket *socket, const char *text, gsize length);
/* Asynchronous; nothing is sent or heard from here on. */
void web_socket_close (WebSocket *socket, guint16 code, const char *reason);
/* The peer hears nothing more; the owner hears that it is gone, later. */
void web_socket_cut (WebSocket *socket);
/* The same, and the owner hears it before this returns. */
void web_socket_destroy (WebSocket *socket);
/* Pings the quiet, cuts the silent and those that do not end their closing; call about each second.
 */
void web_socket_tick (WebSocket *socket, gint64 now_us);
gboolean web_socket_is_closing (const WebSocket *socket);
