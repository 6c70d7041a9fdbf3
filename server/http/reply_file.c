#include "server/http/reply_file.h"

#include <string.h>

/* The plain form for old browsers: what is not a letter, digit, '.', '-' or '_' becomes '_'. */
static char *
plain_name (const char *name)
{
  g_autofree char *ascii = g_str_to_ascii (name, "C");
  for (char *c = ascii; *c; c++)
    if (!g_ascii_isalnum (*c) && !strchr (".-_", *c))
      *c = '_';
  return g_steal_pointer (&ascii);
}

char *
http_content_disposition (const char *name, gboolean is_inline)
{
  g_autofree char *valid = g_utf8_make_valid (name, -1);
  g_autofree char *plain = plain_name (valid);
  g_autofree char *encoded = g_uri_escape_string (valid, NULL, FALSE);
  return g_strdup_printf ("%s; filename=\"%s\"; filename*=UTF-8''%s",
                          is_inline ? "inline" : "attachment", plain, encoded);
}

void
http_reply_file (HttpRequest *request, const char *content_type, const char *name, GBytes *bytes)
{
  gsize size = 0;
  const char *data = g_bytes_get_data (bytes, &size);
  g_autofree char *disposition = http_content_disposition (name, FALSE);
  http_reply_header (request, "Content-Disposition", disposition);
  http_reply_header (request, "X-Content-Type-Options", "nosniff");
  http_reply_header (request, "Cache-Control", "no-store");
  soup_server_message_set_status (request->message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (request->message, content_type, SOUP_MEMORY_COPY, data, size);
}

/* --- made on a worker thread --- */

typedef struct {
  const char *type;
  char *name;
  HttpFileMaker make;
  gpointer job;
  GDestroyNotify job_free;
} MadeFile;

static void
made_file_free (gpointer data)
{
  MadeFile *file = data;
  file->job_free (file->job);
  g_free (file->name);
  g_free (file);
}

static void
make_file (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const MadeFile *file = data;
  GError *error = NULL;
  GBytes *bytes = file->make (file->job, &error);
  if (bytes)
    g_task_return_pointer (task, bytes, (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, error);
}

static void
on_file_made (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HttpRequest) request = user_data;
  g_autoptr (GError) error = NULL;
  const MadeFile *file = g_task_get_task_data (G_TASK (result));
  g_autoptr (GBytes) bytes = g_task_propagate_pointer (G_TASK (result), &error);
  if (!http_request_resume (request))
    return;
  if (bytes)
    http_reply_file (request, file->type, file->name, bytes);
  else
    http_reply_error (request, error);
}

void
http_reply_made_file (HttpRequest *request, const char *content_type, char *name,
                      HttpFileMaker make, gpointer job, GDestroyNotify job_free)
{
  MadeFile *file = g_new0 (MadeFile, 1);
  *file = (MadeFile){
    .type = content_type, .name = name, .make = make, .job = job, .job_free = job_free
  };
  g_autoptr (GTask) task = g_task_new (NULL, NULL, on_file_made, http_request_hold (request));
  g_task_set_task_data (task, file, made_file_free);
  g_task_run_in_thread (task, make_file);
}
