#include "server/http/upload.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "config/log.h"
#include "config/write_all.h"
#include "server/http/identity.h"
#include "server/storage/paper_file.h"

struct Upload {
  HttpScope *scope; /* g_rc_box; counts the uploads */
  GChecksum *checksum;
  char *path; /* NULL once the file belongs to somebody else */
  int fd;     /* -1: none */
  gint64 size;
  HttpProblem problem;
};

static void
upload_fail (Upload *upload, HttpProblem problem)
{
  if (upload->problem == 0)
    upload->problem = problem;
}

/* Role, session, CSRF token, and the right on the meeting of the path. */
static gboolean
may_upload (HttpRequest *request)
{
  if (http_request_header (request, "Authorization") || !identity_is_good (request))
    return FALSE;
  return auth_can_on_meeting (request->scope->context.database, http_request_user (request),
                              RIGHT_MEETING_EDIT, http_request_param (request, "id"));
}

Upload *
upload_begin (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  if (!may_upload (request))
    return NULL;
  Upload *upload = g_new0 (Upload, 1);
  upload->scope = g_rc_box_acquire (request->scope);
  upload->checksum = g_checksum_new (G_CHECKSUM_SHA256);
  upload->fd = -1;
  if (upload->scope->uploads++ >= HTTP_UPLOADS_MAX) {
    upload_fail (upload, HTTP_PROBLEM_BUSY);
    return upload;
  }
  upload->fd =
      paper_file_begin (request->scope->context.settings->storage.state_dir, &upload->path, &error);
  if (upload->fd < 0) {
    log_warning ("http", "papers", "%s", error->message);
    upload_fail (upload, HTTP_PROBLEM_NO_SPACE);
  }
  return upload;
}

void
upload_write (Upload *upload, const guint8 *data, gsize size)
{
  upload->size += (gint64) size;
  if (upload->size > HTTP_PAPER_MAX_BYTES)
    upload_fail (upload, HTTP_PROBLEM_FILE_TOO_LARGE);
  if (upload->problem != 0)
    return;
  g_checksum_update (upload->checksum, data, (gssize) size);
  if (write_all (upload->fd, data, size))
    return;
  log_warning ("http", "papers", "cannot write %s: %s", upload->path, g_strerror (errno));
  upload_fail (upload, HTTP_PROBLEM_NO_SPACE);
}

void
upload_free (Upload *upload)
{
  if (!upload)
    return;
  upload->scope->uploads--;
  if (upload->fd >= 0)
    g_close (upload->fd, NULL);
  if (upload->path)
    g_unlink (upload->path);
  g_free (upload->path);
  g_checksum_free (upload->checksum);
  g_rc_box_release (upload->scope);
  g_free (upload);
}

HttpProblem
upload_get_problem (const Upload *upload)
{
  return upload->problem;
}

gint64
upload_get_size (const Upload *upload)
{
  return upload->size;
}

const char *
upload_get_sha256 (const Upload *upload)
{
  return g_checksum_get_string (upload->checksum);
}

int
upload_get_fd (const Upload *upload)
{
  return upload->fd;
}

const char *
upload_get_path (const Upload *upload)
{
  return upload->path;
}

void
upload_release_file (Upload *upload)
{
  g_clear_pointer (&upload->path, g_free);
}
