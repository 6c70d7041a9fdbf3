#include "server/http/intake.h"

#include <string.h>

#include "server/http/acceptor.h"
#include "server/http/http_limits.h"
#include "server/http/route.h"

typedef struct {
  GByteArray *body;
  gsize max;
  gsize total;
  HttpProblem problem; /* 0: none */
} Intake;

static GQuark
intake_quark (void)
{
  return g_quark_from_static_string ("diemcau-http-intake");
}

static void
intake_free (gpointer data)
{
  Intake *intake = data;
  g_byte_array_unref (intake->body);
  g_free (intake);
}

static void
intake_refuse (Intake *intake, HttpProblem problem)
{
  if (intake->problem == 0)
    intake->problem = problem;
  g_byte_array_set_size (intake->body, 0);
}

static void
intake_on_chunk (SoupServerMessage *message, GBytes *chunk, gpointer user_data)
{
  Intake *intake = user_data;
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (chunk, &size);
  intake->total += size;
  if (intake->total > intake->max)
    intake_refuse (intake, HTTP_PROBLEM_BODY_TOO_LARGE);
  else if (intake->problem == 0)
    g_byte_array_append (intake->body, data, size);
  Connection *connection = connection_of_message (message);
  if (intake->total > HTTP_BODY_CUT_BYTES && connection)
    connection_cut (connection);
}

static void
intake_check_headers (Intake *intake, SoupServerMessage *message)
{
  SoupMessageHeadersIter iter;
  const char *name, *value;
  gsize bytes = 0;
  guint n = 0;
  soup_message_headers_iter_init (&iter, soup_server_message_get_request_headers (message));
  while (soup_message_headers_iter_next (&iter, &name, &value)) {
    bytes += strlen (name) + strlen (value);
    n++;
  }
  if (bytes > HTTP_HEADERS_MAX_BYTES || n > HTTP_HEADERS_MAX)
    intake_refuse (intake, HTTP_PROBLEM_HEADERS_TOO_LARGE);

  GUri *uri = soup_server_message_get_uri (message);
  const char *query = g_uri_get_query (uri);
  if (strlen (g_uri_get_path (uri)) + (query ? strlen (query) : 0) > HTTP_TARGET_MAX_BYTES)
    intake_refuse (intake, HTTP_PROBLEM_TARGET_TOO_LONG);
}

static gsize
intake_body_max (SoupServerMessage *message)
{
  g_auto (GStrv) params = NULL;
  g_autofree char *allow = NULL;
  const char *path = g_uri_get_path (soup_server_message_get_uri (message));
  if (strlen (path) > HTTP_TARGET_MAX_BYTES)
    return 0;
  const Route *route = route_find (soup_server_message_get_method (message), path, &params, &allow);
  return route_body_max (route ? route->body : BODY_NONE);
}

void
intake_attach (SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  Intake *intake = g_new0 (Intake, 1);
  intake->body = g_byte_array_new ();
  intake->max = intake_body_max (message);
  g_object_set_qdata_full (G_OBJECT (message), intake_quark (), intake, intake_free);
  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
  g_signal_connect (message, "got-chunk", G_CALLBACK (intake_on_chunk), intake);
  intake_check_headers (intake, message);
  if (soup_message_headers_get_content_length (headers) > (goffset) intake->max)
    intake_refuse (intake, HTTP_PROBLEM_BODY_TOO_LARGE);
}

GBytes *
intake_take (SoupServerMessage *message, HttpProblem *ret_problem)
{
  Intake *intake = g_object_get_qdata (G_OBJECT (message), intake_quark ());
  if (!intake)
    return g_bytes_new (NULL, 0);
  if (intake->problem != 0) {
    *ret_problem = intake->problem;
    return NULL;
  }
  return g_bytes_new (intake->body->data, intake->body->len);
}
