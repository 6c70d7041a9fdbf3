#include "tests/unit/alarms/receiver.h"

#include <string.h>

#define PATIENCE_US (20 * G_USEC_PER_SEC)
#define THREADS 8

struct Receiver {
  GSocketService *service;
  guint16 port;
  guint statuses[16];
  gsize body_bytes;
  gint answered, connections; /* atomic */
  GAsyncQueue *requests;
};

static gboolean
is_whole (const GString *request)
{
  const char *body = strstr (request->str, "\r\n\r\n");
  const char *length = strstr (request->str, "Content-Length: ");
  return body && length && strlen (body + 4) >= g_ascii_strtoull (length + 16, NULL, 10);
}

/* One request; NULL: the other end has closed. */
static char *
read_request (GSocketConnection *connection)
{
  GString *request = g_string_new (NULL);
  GInputStream *in = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  char bytes[4096];
  gssize n;

  while (!is_whole (request) && (n = g_input_stream_read (in, bytes, sizeof bytes, NULL, NULL)) > 0)
    g_string_append_len (request, bytes, n);
  return g_string_free (request, !is_whole (request));
}

static void
answer (Receiver *receiver, GSocketConnection *connection)
{
  guint at = (guint) g_atomic_int_add (&receiver->answered, 1);
  for (guint i = 0; i < at && receiver->statuses[i + 1] != 0; i++)
    receiver->statuses[0] = receiver->statuses[i + 1];
  g_autofree char *body = g_strnfill (receiver->body_bytes, 'x');
  g_autofree char *text = g_strdup_printf (
      "HTTP/1.1 %u X\r\nContent-Length: %" G_GSIZE_FORMAT "\r\n%s\r\n%s", receiver->statuses[0],
      receiver->body_bytes, receiver->body_bytes > 0 ? "" : "Connection: close\r\n", body);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), text,
                             strlen (text), NULL, NULL, NULL);
}

static gboolean
on_run (GThreadedSocketService *service, GSocketConnection *connection, GObject *source,
        gpointer user_data)
{
  Receiver *receiver = user_data;
  gboolean stays = receiver->body_bytes > 0;
  char *request;

  g_atomic_int_inc (&receiver->connections);
  while ((request = read_request (connection)) != NULL) {
    answer (receiver, connection);
    g_async_queue_push (receiver->requests, request);
    if (!stays)
      break;
  }
  return TRUE;
}

void
receiver_set_body (Receiver *receiver, gsize bytes)
{
  receiver->body_bytes = bytes;
}

guint
receiver_count_connections (Receiver *receiver)
{
  return (guint) g_atomic_int_get (&receiver->connections);
}

Receiver *
receiver_new (const guint *statuses)
{
  Receiver *receiver = g_new0 (Receiver, 1);
  for (guint i = 0; statuses[i] != 0; i++)
    receiver->statuses[i] = statuses[i];
  receiver->requests = g_async_queue_new_full (g_free);
  /* more than are ever connected: at its bound it stops, and starts again when one has gone, which
   * may be after receiver_free () */
  receiver->service = g_threaded_socket_service_new (THREADS);
  receiver->port =
      g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (receiver->service), NULL, NULL);
  g_signal_connect (receiver->service, "run", G_CALLBACK (on_run), receiver);
  return receiver;
}

void
receiver_free (Receiver *receiver)
{
  g_socket_service_stop (receiver->service);
  g_socket_listener_close (G_SOCKET_LISTENER (receiver->service));
  g_object_unref (receiver->service);
  g_async_queue_unref (receiver->requests);
  g_free (receiver);
}

char *
receiver_url (const Receiver *receiver)
{
  return g_strdup_printf ("http://127.0.0.1:%u/hook", receiver->port);
}

/* The service takes connections in on the main context: it is iterated meanwhile. */
char *
receiver_pop (Receiver *receiver)
{
  gint64 until = g_get_monotonic_time () + PATIENCE_US;
  char *request = NULL;
  while (!(request = g_async_queue_try_pop (receiver->requests)) && g_get_monotonic_time () < until)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (1000);
  return request;
}
