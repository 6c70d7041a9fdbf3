/* DeskPort: what the HTTP surface asks of the desks: one connection for each signed-in page, which
 * is told of notices, changed lists, reminders and calls.  server/inbox implements it.
 *
 * Main thread.  A connection lives from open () to closed (), which comes exactly once. */
#pragma once

#include <glib.h>

#include "server/storage/user_store.h"

typedef struct DeskConnection DeskConnection;

/* Towards the WebSocket.  Neither may call back into the port; close () is asynchronous. */
typedef struct {
  void (*send_text) (gpointer peer_data, const char *text, gsize length);
  void (*close) (gpointer peer_data, guint16 code, const char *reason);
} DeskPeer;

/* What a called room says. */
typedef struct {
  const char *meeting;
  const char *endpoint;
  gboolean accept;
  const char *actor;  /* login */
  const char *source; /* network address */
  gint64 now_ms;
} CallAnswer;

typedef struct {
  /* NULL: this user has as many desks open as he may. */
  DeskConnection *(*open) (gpointer data, const User *user, const DeskPeer *peer,
                           gpointer peer_data, gint64 now_ms);
  /* One text frame (need not be NUL-terminated). */
  void (*receive) (DeskConnection *connection, const char *text, gsize length);
  void (*closed) (DeskConnection *connection);
  /* STORAGE_ERROR_CONFLICT when the room is not being called. */
  gboolean (*answer) (gpointer data, const CallAnswer *answer, GError **error);
  /* A room came into a meeting: it rings no more. */
  void (*joined) (gpointer data, const char *meeting, const char *endpoint, gint64 now_ms);
} DeskPort;
