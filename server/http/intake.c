#include "server/http/intake.h"

#include <string.h>

#include "server/http/acceptor.h"
#include "server/http/http_limits.h"
#include "server/http/route.h"

typedef struct {
  GByteArray *body;
  gsize max;
  gsize total;
  gsize cut;           /* one that sends more is cut off */
  HttpProblem problem; /* 0: none */
  gboolean is_file;
  Upload *upload;     /* where a file goes; NULL: nowhere */
  gint64 deadline_us; /* of a file */
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
  upload_free (intake->upload);
  g_free (intake);
}

static void
intake_refuse (Intake *intake, HttpProblem problem)
{
  if (intake->problem == 0)
    intake->problem = problem;
  g_byte_array_set_size (intake->body, 0);
}

/* A file may take its time, as long as it moves. */
static void
intake_take_file (Intake *intake, Connection *connection, const guint8 *data, gsize size)
{
  gint64 now_us = g_get_monotonic_time ();
  if (intake->upload)
    upload_write (intake->upload, data, size);
  if (intake->upload && connection)
    connection_extend (connection, MIN (intake->deadline_us, now_us + HTTP_UPLOAD_STALL_US));
}

static void
intake_on_chunk (SoupServerMessage *message, GBytes *chunk, gpointer user_data)
{
  Intake *intake = user_data;
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (chunk, &size);
  Connection *connection = connection_of_message (message);
  intake->total += size;
  if (intake->is_file)
    intake_take_file (intake, connection, data, size);
  else if (intake->total > intake->max)
    intake_refuse (intake, HTTP_PROBLEM_BODY_TOO_LARGE);
  else if (intake->problem == 0)
    g_byte_array_append (intake->body, data, size);
  if (intake->total > intake->cut && connection)
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
  intake->cut = HTTP_BODY_CUT_BYTES;
  g_object_set_qdata_full (G_OBJECT (message), intake_quark (), intake, intake_free);
  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
  g_signal_connect (message, "got-chunk", G_CALLBACK (intake_on_chunk), intake);
  intake_check_headers (intake, message);
  if (soup_message_headers_get_content_length (headers) > (goffset) intake->max)
    intake_refuse (intake, HTTP_PROBLEM_BODY_TOO_LARGE);
}

void
intake_set_upload (SoupServerMessage *message, Upload *upload)
{
  Intake *intake = g_object_get_qdata (G_OBJECT (message), intake_quark ());
  intake->is_file = TRUE;
  intake->upload = upload;
  intake->deadline_us = g_get_monotonic_time () + HTTP_UPLOAD_TIMEOUT_US;
  intake->cut = upload ? HTTP_PAPER_CUT_BYTES : HTTP_BODY_CUT_BYTES;
}

Upload *
intake_take_upload (SoupServerMessage *message)
{
  Intake *intake = g_object_get_qdata (G_OBJECT (message), intake_quark ());
  return intake ? g_steal_pointer (&intake->upload) : NULL;
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
