/* The administration port over real connections: as many as may be, and one past them. */
#include "server/metrics/metrics_server.h"

#include <string.h>

typedef struct {
  Settings *settings;
  MetricsServer *server;
} Fixture;

/* On a port that was free a moment ago. */
static void
set_up (Fixture *f, gconstpointer data)
{
  MetricsContext context = { .settings = f->settings = settings_new () };

  f->server = metrics_server_new (&context);
  for (guint i = 0; i < 20; i++) {
    GSocketListener *listener = g_socket_listener_new ();
    f->settings->admin.port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);
    g_socket_listener_close (listener);
    g_object_unref (listener);
    if (metrics_server_start (f->server, NULL))
      return;
  }
  g_assert_not_reached ();
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  metrics_server_free (f->server);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  settings_free (f->settings);
}

static GSocketConnection *
new_connection (Fixture *f)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  GSocketConnection *connection;

  g_socket_client_set_enable_proxy (client, FALSE);
  connection =
      g_socket_client_connect_to_host (client, "127.0.0.1", f->settings->admin.port, NULL, &error);
  g_assert_no_error (error);
  g_socket_set_blocking (g_socket_connection_get_socket (connection), FALSE);
  return connection;
}

/* FALSE: it was cut. */
static gboolean
is_served (GSocketConnection *connection)
{
  static const char request[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  GSocket *socket = g_socket_connection_get_socket (connection);
  char bytes[512] = "";

  g_socket_send (socket, request, strlen (request), NULL, NULL);
  for (;;) {
    g_autoptr (GError) error = NULL;
    gssize n = g_socket_receive (socket, bytes, sizeof bytes - 1, NULL, &error);

    if (n > 0)
      g_assert_true (g_str_has_prefix (bytes, "HTTP/1.1 200"));
    if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
      return n > 0;
    g_main_context_iteration (NULL, TRUE); /* it ticks each second, if nothing else happens */
  }
}

static void
test_many_connections (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) open = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GSocketConnection) past = NULL;
  gboolean is_let_in = FALSE;

  while (open->len < METRICS_CONNECTIONS_MAX) {
    g_ptr_array_add (open, new_connection (f));
    g_assert_true (is_served (g_ptr_array_index (open, open->len - 1)));
  }
  past = new_connection (f);
  g_assert_false (is_served (past));
  g_assert_true (is_served (g_ptr_array_index (open, 0)));
  g_ptr_array_remove_index (open, 0);
  for (guint i = 0; i < 100 && !is_let_in; i++) { /* the server hears of it */
    g_autoptr (GSocketConnection) again = new_connection (f);
    is_let_in = is_served (again);
  }
  g_assert_true (is_let_in);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/metrics/server/many-connections", Fixture, NULL, set_up, test_many_connections,
              tear_down);
  return g_test_run ();
}
