#include "server/metrics/metrics_server.h"

#include "server/http/acceptor.h"
#include "server/metrics/exposition.h"
#include "server/metrics/metrics.h"

#include <libsoup/soup.h>
#include <string.h>

#define CONNECTIONS_PER_SOURCE_MAX 8
#define TICK_S 1

static const char index_text[] = "Diemcau: /metrics\n";

struct MetricsServer {
  MetricsContext context;
  SoupServer *soup;
  Acceptor *acceptor;
  guint tick;
};

/* A reply that waits for the relay; it may outlive the server. */
typedef struct {
  MetricsContext context;
  SoupServerMessage *message;
} Scrape;

static void
reply (SoupServerMessage *message, guint status, const char *type, char *text)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, type, SOUP_MEMORY_TAKE, text, strlen (text));
}

static void
on_stats (json_t *stats, gpointer user_data)
{
  Scrape *scrape = user_data;
  MetricsInput input = { .relay = stats };

  input.relay_up = scrape->context.relay.is_connected (scrape->context.relay_data);
  meeting_hub_get_stats (scrape->context.hub, &input.hub);
  picture_worker_get_stats (scrape->context.pictures, &input.pictures);
  metrics_read_process (&input.process);
  reply (scrape->message, SOUP_STATUS_OK, EXPOSITION_CONTENT_TYPE, metrics_format (&input));
  soup_server_message_unpause (scrape->message);
  g_object_unref (scrape->message);
  g_free (scrape);
}

/* A body, which nobody asked for, is read and passed over. */
static void
on_headers (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query,
            gpointer user_data)
{
  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
}

static void
on_metrics (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query,
            gpointer user_data)
{
  MetricsServer *server = user_data;
  const char *method = soup_server_message_get_method (message);
  Scrape *scrape;

  if (strcmp (method, "GET") != 0 && strcmp (method, "HEAD") != 0) {
    reply (message, SOUP_STATUS_METHOD_NOT_ALLOWED, "text/plain", g_strdup ("GET only\n"));
    return;
  }
  if (strcmp (path, "/metrics") != 0) {
    gboolean is_index = strcmp (path, "/") == 0;
    reply (message, is_index ? SOUP_STATUS_OK : SOUP_STATUS_NOT_FOUND, "text/plain",
           g_strdup (index_text));
    return;
  }
  scrape = g_new (Scrape, 1);
  *scrape = (Scrape){ server->context, g_object_ref (message) };
  soup_server_message_pause (message);
  server->context.relay.get_stats (server->context.relay_data, on_stats, scrape);
}

static gboolean
on_tick (gpointer user_data)
{
  acceptor_tick (((MetricsServer *) user_data)->acceptor, g_get_monotonic_time ());
  return G_SOURCE_CONTINUE;
}

MetricsServer *
metrics_server_new (const MetricsContext *context)
{
  AcceptorLimits limits = { .max_connections = METRICS_CONNECTIONS_MAX,
                            .max_per_source = CONNECTIONS_PER_SOURCE_MAX };
  MetricsServer *server = g_new0 (MetricsServer, 1);

  server->context = *context;
  server->soup = soup_server_new ("server-header", "Diemcau", NULL);
  server->acceptor = acceptor_new (server->soup, &limits);
  soup_server_add_early_handler (server->soup, NULL, on_headers, NULL, NULL);
  soup_server_add_handler (server->soup, NULL, on_metrics, server, NULL);
  return server;
}

gboolean
metrics_server_start (MetricsServer *server, GError **error)
{
  const Settings *settings = server->context.settings;
  guint port;

  if (settings->admin.port == 0)
    return TRUE;
  for (guint i = 0; settings->admin.address[i]; i++) {
    if (!acceptor_listen (server->acceptor, settings->admin.address[i], settings->admin.port, NULL,
                          &port, error)) {
      acceptor_stop_listening (server->acceptor);
      return FALSE;
    }
  }
  server->tick = g_timeout_add_seconds (TICK_S, on_tick, server);
  return TRUE;
}

void
metrics_server_free (MetricsServer *server)
{
  g_clear_handle_id (&server->tick, g_source_remove);
  acceptor_stop_listening (server->acceptor);
  soup_server_disconnect (server->soup);
  g_clear_pointer (&server->acceptor, acceptor_free);
  g_clear_object (&server->soup);
  g_free (server);
}
