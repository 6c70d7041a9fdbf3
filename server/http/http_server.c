#include "server/http/http_server.h"

#include <libsoup/soup.h>
#include <string.h>

#include "config/log.h"
#include "server/http/acceptor.h"
#include "server/http/certificate.h"
#include "server/http/desk_socket.h"
#include "server/http/handlers.h"
#include "server/http/health_live.h"
#include "server/http/http_limits.h"
#include "server/http/identity.h"
#include "server/http/intake.h"
#include "server/http/pages.h"
#include "server/http/rehearsal_board.h"
#include "server/http/relay_figures.h"
#include "server/http/room_socket.h"
#include "server/http/upload.h"

#define TICK_MS 1000
#define STOP_POLL_MS 20

struct HttpServer {
  HttpScope *scope; /* g_rc_box */
  SoupServer *soup;
  Acceptor *acceptor;
  guint https_port, http_port;
  guint tick_source;
  guint stop_source;
  gint64 stop_deadline_us;
  HttpServerStopped on_stopped;
  gpointer stopped_data;
};

/* --- One request --- */

static HttpRequest *
http_server_new_request (HttpServer *server, SoupServerMessage *message, GHashTable *query)
{
  HttpRequest *request = g_rc_box_new0 (HttpRequest);
  Connection *connection = connection_of_message (message);
  request->message = g_object_ref (message);
  request->scope = g_rc_box_acquire (server->scope);
  request->query = query ? g_hash_table_ref (query) : NULL;
  request->source = g_strdup (connection ? connection_get_source (connection) : "");
  request->now_us = g_get_monotonic_time ();
  request->now_ms = g_get_real_time () / 1000;
  return request;
}

static gboolean
content_type_is (HttpRequest *request, const char *wanted)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (request->message);
  const char *type = soup_message_headers_get_content_type (headers, NULL);
  return type && g_ascii_strcasecmp (type, wanted) == 0;
}

static gboolean
path_is_of_media (const char *path)
{
  return g_str_has_prefix (path, "/whip/") || g_str_has_prefix (path, "/whep/");
}

/* Encoders and viewers may be pages of other sites: they carry a token, never the cookie. */
static void
http_server_set_cors (HttpRequest *request)
{
  http_reply_header (request, "Access-Control-Allow-Origin", "*");
  http_reply_header (request, "Access-Control-Expose-Headers",
                     "Location, Link, ETag, Accept-Patch, WWW-Authenticate, Retry-After");
}

static void
http_server_reply_no_route (HttpRequest *request, const char *path, const char *allow)
{
  if (allow) {
    http_reply_header (request, "Allow", allow);
    http_reply_problem (request, HTTP_PROBLEM_METHOD);
  } else if (g_str_has_prefix (path, "/api/") || path_is_of_media (path)) {
    http_reply_problem (request, HTTP_PROBLEM_NO_ROUTE);
  } else {
    pages_reply (request, path);
  }
}

static void
http_server_dispatch (HttpServer *server, HttpRequest *request, const char *path)
{
  g_autofree char *allow = NULL;
  HttpProblem problem = HTTP_PROBLEM_INTERNAL;
  request->body = intake_take (request->message, &problem);
  if (!request->body) {
    http_reply_header (request, "Connection", "close");
    http_reply_problem (request, problem);
    return;
  }
  const char *method = soup_server_message_get_method (request->message);
  request->route = route_find (method, path, &request->params, &allow);
  if (!request->route) {
    http_server_reply_no_route (request, path, allow);
    return;
  }
  if (server->stop_source != 0) {
    http_reply_problem (request, HTTP_PROBLEM_STOPPING);
    return;
  }
  if (!identity_read (request) || !identity_authorise (request))
    return;
  request->upload = intake_take_upload (request->message);
  const char *type = route_body_type (request->route->body);
  if (type && !content_type_is (request, type)) {
    http_reply_problem (request, HTTP_PROBLEM_CONTENT_TYPE);
    return;
  }
  request->route->handler (request);
}

static void
http_server_on_request (SoupServer *soup, SoupServerMessage *message, const char *path,
                        GHashTable *query, gpointer user_data)
{
  HttpServer *server = user_data;
  g_autoptr (HttpRequest) request = http_server_new_request (server, message, query);
  pages_set_security_headers (message);
  if (path_is_of_media (path))
    http_server_set_cors (request);
  http_server_dispatch (server, request, path);
}

/* A file is taken from its first byte on, so it is known here already who sends it. */
static void
http_server_on_headers (SoupServer *soup, SoupServerMessage *message, const char *path,
                        GHashTable *query, gpointer user_data)
{
  HttpServer *server = user_data;
  g_autofree char *allow = NULL;
  intake_attach (message);
  if (strlen (path) > HTTP_TARGET_MAX_BYTES)
    return;
  g_autoptr (HttpRequest) request = http_server_new_request (server, message, query);
  request->route =
      route_find (soup_server_message_get_method (message), path, &request->params, &allow);
  if (request->route && request->route->body == BODY_FILE)
    intake_set_upload (message, server->stop_source == 0 ? upload_begin (request) : NULL);
}

static gboolean
http_server_on_tick (gpointer user_data)
{
  HttpServer *server = user_data;
  gint64 now_us = g_get_monotonic_time ();
  room_sockets_tick (server->scope->rooms, now_us);
  desk_sockets_tick (server->scope->desks, now_us);
  health_live_tick (server->scope->health_live, now_us);
  acceptor_tick (server->acceptor, now_us);
  return G_SOURCE_CONTINUE;
}

/* --- Start --- */

/* GIO has no call for the least version of TLS: its GnuTLS backend reads this when it is first
 * used, and would take TLS 1.0 and 1.1 by itself.  An administrator's own value stays. */
static void
http_server_require_tls_1_2 (void)
{
  g_setenv ("G_TLS_GNUTLS_PRIORITY", "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%COMPAT", FALSE);
}

HttpServer *
http_server_new (const HttpContext *context)
{
  HttpServer *server = g_new0 (HttpServer, 1);
  guint max_rooms = context->settings->http.max_rooms;
  http_server_require_tls_1_2 ();
  /* Each room has a desk open as well. */
  AcceptorLimits limits = { .max_connections = 2 * max_rooms + HTTP_OTHER_CONNECTIONS_MAX,
                            .max_per_source = context->settings->http.max_per_source };
  server->scope = g_rc_box_new0 (HttpScope);
  server->scope->context = *context;
  server->scope->rooms = room_sockets_new (context->hub, max_rooms);
  server->scope->feed_readers =
      throttle_new (HTTP_FEED_READS_MAX, HTTP_FEED_READ_FORGIVE_MS, HTTP_FEED_READERS_MAX);
  server->scope->desks = desk_sockets_new (server->scope, max_rooms);
  server->scope->health_live = health_live_new (server->scope);
  server->scope->relay_figures = relay_figures_new ();
  server->scope->rehearsals = rehearsal_board_new ();
  server->soup = soup_server_new ("server-header", "Diemcau", NULL);
  server->acceptor = acceptor_new (server->soup, &limits);
  soup_server_add_early_handler (server->soup, NULL, http_server_on_headers, server, NULL);
  soup_server_add_handler (server->soup, NULL, http_server_on_request, server, NULL);
  return server;
}

/* A machine without IPv6 still serves "::", the default, by IPv4. */
static gboolean
http_server_listen_https (HttpServer *server, GTlsCertificate *certificate, GError **error)
{
  const Settings *settings = server->scope->context.settings;
  for (guint i = 0; settings->http.https_addresses[i]; i++) {
    const char *address = settings->http.https_addresses[i];
    g_autoptr (GError) failed = NULL;
    if (acceptor_listen (server->acceptor, address, settings->http.https_port, certificate,
                         &server->https_port, &failed))
      continue;
    gboolean no_ipv6 = g_str_equal (address, "::") &&
                       !g_error_matches (failed, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE) &&
                       !g_error_matches (failed, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
    if (!no_ipv6) {
      g_propagate_error (error, g_steal_pointer (&failed));
      return FALSE;
    }
    if (!acceptor_listen (server->acceptor, "0.0.0.0", settings->http.https_port, certificate,
                          &server->https_port, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
http_server_listen_http (HttpServer *server, GError **error)
{
  const Settings *settings = server->scope->context.settings;
  if (!settings->http.http)
    return TRUE;
  if (!acceptor_listen (server->acceptor, "127.0.0.1", settings->http.http_port, NULL,
                        &server->http_port, error))
    return FALSE;
  guint port;
  g_autoptr (GError) no_ipv6 = NULL;
  if (!acceptor_listen (server->acceptor, "::1", server->http_port, NULL, &port, &no_ipv6))
    log_debug ("http", NULL, "%s", no_ipv6->message);
  return TRUE;
}

gboolean
http_server_start (HttpServer *server, GError **error)
{
  const Settings *settings = server->scope->context.settings;
  g_autoptr (GTlsCertificate) certificate = certificate_load (
      settings->http.certificate, settings->http.private_key, settings->storage.state_dir, error);
  if (!certificate || !http_server_listen_https (server, certificate, error) ||
      !http_server_listen_http (server, error)) {
    acceptor_stop_listening (server->acceptor);
    return FALSE;
  }
  server->tick_source = g_timeout_add (TICK_MS, http_server_on_tick, server);
  return TRUE;
}

guint
http_server_get_https_port (const HttpServer *server)
{
  return server->https_port;
}

guint
http_server_get_http_port (const HttpServer *server)
{
  return server->http_port;
}

/* --- Stop --- */

static gboolean
http_server_on_stop_poll (gpointer user_data)
{
  HttpServer *server = user_data;
  gboolean quiet = room_sockets_get_count (server->scope->rooms) == 0 &&
                   desk_sockets_get_count (server->scope->desks) == 0 &&
                   health_live_get_count (server->scope->health_live) == 0 &&
                   acceptor_count_busy (server->acceptor) == 0;
  if (!quiet && g_get_monotonic_time () < server->stop_deadline_us)
    return G_SOURCE_CONTINUE;
  server->stop_source = 0;
  server->on_stopped (server->stopped_data); /* may free @server */
  return G_SOURCE_REMOVE;
}

void
http_server_stop (HttpServer *server, HttpServerStopped callback, gpointer user_data)
{
  g_return_if_fail (server->stop_source == 0);
  acceptor_stop_listening (server->acceptor);
  room_sockets_close_all (server->scope->rooms, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, "restarting");
  desk_sockets_close_all (server->scope->desks, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, "restarting");
  health_live_close_all (server->scope->health_live, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, "restarting");
  server->on_stopped = callback;
  server->stopped_data = user_data;
  server->stop_deadline_us = g_get_monotonic_time () + HTTP_STOP_TIMEOUT_MS * 1000;
  server->stop_source = g_timeout_add (STOP_POLL_MS, http_server_on_stop_poll, server);
}

void
http_server_free (HttpServer *server)
{
  g_clear_handle_id (&server->tick_source, g_source_remove);
  g_clear_handle_id (&server->stop_source, g_source_remove);
  server->scope->closed = TRUE;
  acceptor_stop_listening (server->acceptor);
  soup_server_disconnect (server->soup);
  g_clear_pointer (&server->scope->rooms, room_sockets_free);
  g_clear_pointer (&server->scope->desks, desk_sockets_free);
  g_clear_pointer (&server->scope->health_live, health_live_free);
  g_clear_pointer (&server->scope->relay_figures, relay_figures_free);
  g_clear_pointer (&server->scope->rehearsals, rehearsal_board_free);
  g_clear_pointer (&server->scope->feed_readers, throttle_free);
  g_clear_pointer (&server->acceptor, acceptor_free);
  g_clear_object (&server->soup);
  g_clear_pointer (&server->scope, g_rc_box_release);
  g_free (server);
}
