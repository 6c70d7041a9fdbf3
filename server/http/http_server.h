/* HttpServer: all that the controller says over HTTP: REST under /api/v1 (openapi.json), the room
 * WebSocket, WHIP and WHEP, and the pages; HTTPS for everybody, plain HTTP on loopback only.
 *
 * Owner: the main thread; nothing blocks but storage (SQLite) and small files; passwords are
 * checked by the LoginGate's workers.  Life: new -> start -> ... -> stop -> free.  Both listeners
 * serve the same routes (routes.h). */
#pragma once

#include <gio/gio.h>
#include <jansson.h>

#include "config/settings.h"
#include "server/auth/login.h"
#include "server/http/announcer.h"
#include "server/http/desk_port.h"
#include "server/http/mail_port.h"
#include "server/storage/database.h"
#include "signaling/meeting/hub.h"

typedef struct HttpServer HttpServer;

/* @stats: lent, NULL when the relay did not answer. */
typedef void (*HttpRelayStatsFunc) (json_t *stats, gpointer user_data);

/* How the routes ask for the relay's condition; server/commands/serve.c gives it. */
typedef struct {
  gboolean (*is_connected) (gpointer relay_data);
  /* Calls @callback exactly once, possibly before it returns. */
  void (*get_stats) (gpointer relay_data, HttpRelayStatsFunc callback, gpointer user_data);
} HttpRelay;

/* The collaborators; all are lent and must outlive the server. */
typedef struct {
  const Settings *settings;
  Database *database;
  LoginGate *logins;
  GBytes *token_key; /* access_token_key_load () */
  MeetingHub *hub;
  HttpRelay relay;
  gpointer relay_data;
  Announcer announcer; /* members may be NULL: nobody is told */
  gpointer announcer_data;
  DeskPort desk; /* members may be NULL: there are no desks */
  gpointer desk_data;
  MailPort mail; /* members may be NULL: nothing is sent */
  gpointer mail_data;
  struct AlarmDesk *alarms;         /* NULL: there are no alarms */
  HealthBoard *health;              /* NULL: no line is watched */
  struct HealthStore *health_store; /* NULL: nothing is kept */
  struct CaptureDesk *captures;     /* NULL: nothing can be captured */
  struct PictureBoard *pictures;    /* NULL: none are made */
} HttpContext;

/* Copies the struct.  Sets an environment variable (least TLS version): call it before threads
 * that read the environment. */
HttpServer *http_server_new (const HttpContext *context);

/* Makes the certificate at first start and listens; fails when a port is taken (the message names
 * it) or the certificate cannot be read.  Blocking. */
gboolean http_server_start (HttpServer *server, GError **error);

/* The bound ports (settings may say 0 in tests); 0 when not listening. */
guint http_server_get_https_port (const HttpServer *server);
guint http_server_get_http_port (const HttpServer *server);

typedef void (*HttpServerStopped) (gpointer user_data);
/* Listens no more, closes the rooms' sockets with 1001 (they come back to the next controller),
 * lets replies under way end, two seconds at most; then calls @callback, always from the main
 * loop. */
void http_server_stop (HttpServer *server, HttpServerStopped callback, gpointer user_data);

/* Cuts what is still connected.  @hub must still be there. */
void http_server_free (HttpServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HttpServer, http_server_free)
