#include <sys/stat.h>
#include <unistd.h>

#include "config/log.h"
#include "server/http/announce.h"
#include "server/http/audit.h"
#include "server/http/bodies.h"
#include "server/http/handlers.h"
#include "server/http/paper_json.h"
#include "server/http/paper_type.h"
#include "server/http/reply_file.h"
#include "server/http/upload.h"
#include "server/storage/paper_file.h"
#include "server/storage/schedule_store.h"

#define MEGABYTE G_GINT64_CONSTANT (1048576)

static const char *
state_dir (HttpRequest *request)
{
  return request->scope->context.settings->storage.state_dir;
}

static void
reply_storage_error (HttpRequest *request, const GError *error)
{
  if (g_error_matches (error, STORAGE_ERROR, STORAGE_ERROR_NOT_FOUND) &&
      g_str_has_prefix (error->message, "item"))
    http_reply_field (request, "item", error->message);
  else if (g_error_matches (error, STORAGE_ERROR, STORAGE_ERROR_INVALID) &&
           g_str_has_prefix (error->message, "papers"))
    http_reply_problem (request, HTTP_PROBLEM_QUOTA);
  else
    http_reply_error (request, error);
}

/* The paper of the path, if the user has @right on its meeting; else replies and NULL. */
static Paper *
paper_of_path (HttpRequest *request, Right right)
{
  g_autoptr (GError) error = NULL;
  const char *meeting = http_request_param (request, "id");
  if (!http_request_may_on_meeting (request, right, meeting))
    return NULL;
  Paper *paper = paper_store_get (request->scope->context.database, meeting,
                                  http_request_param (request, "paper"), &error);
  if (!paper)
    http_reply_error (request, error);
  return paper;
}

/* Drafts are nobody's business yet. */
static gboolean
is_published (HttpRequest *request, const char *meeting)
{
  g_autoptr (MeetingRecord) record =
      schedule_store_get (request->scope->context.database, meeting, NULL);
  return record && record->state != MEETING_DRAFT;
}

/* Ends a deed on a paper: logged, told to those invited, committed. */
static gboolean
paper_finish (HttpRequest *request, Transaction *transaction, const char *action,
              const Paper *paper, GError **error)
{
  return audit_append (request, paper->meeting, action, paper->id, paper->name, error) &&
         (!is_published (request, paper->meeting) ||
          announce_record (request, MEETING_CHANGE_PAPERS, paper->meeting, NULL, error)) &&
         transaction_commit (transaction, error);
}

/* A meeting that runs shows its papers: it reads them anew. */
static void
paper_tell (HttpRequest *request, const char *meeting)
{
  const HttpContext *context = &request->scope->context;
  meeting_hub_reload (context->hub, meeting, request->now_us, NULL);
  announce_tell (request,
                 is_published (request, meeting) ? MEETING_CHANGE_PAPERS : MEETING_CHANGE_LISTED,
                 meeting, NULL);
}

/* --- List and read --- */

void
on_paper_list (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  const char *meeting = http_request_param (request, "id");
  if (!http_request_may_on_meeting (request, RIGHT_MEETING_VIEW, meeting))
    return;
  g_autoptr (GPtrArray) papers =
      paper_store_list (request->scope->context.database, meeting, &error);
  if (papers)
    http_reply_json (request, 200, json_pack ("{s:o}", "papers", papers_to_json (papers)));
  else
    http_reply_error (request, error);
}

static gboolean
is_unchanged (HttpRequest *request, const char *etag)
{
  const char *known = http_request_header (request, "If-None-Match");
  return known && g_str_equal (known, etag);
}

/* Whatever is in it, nothing in it runs: no sniffing, a sandbox, saved rather than shown; only a
 * PDF may be shown. */
static void
reply_bytes (HttpRequest *request, const Paper *paper, GBytes *bytes)
{
  const char *wanted = http_request_query (request, "inline");
  gboolean is_inline = g_strcmp0 (wanted, "1") == 0 && g_str_equal (paper->type, "application/pdf");
  g_autofree char *etag = g_strdup_printf ("\"%s\"", paper->sha256);
  g_autofree char *disposition = http_content_disposition (paper->name, is_inline);
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (request->message);
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  soup_message_headers_replace (headers, "Content-Security-Policy",
                                "sandbox; default-src 'none'; frame-ancestors 'self'");
  soup_message_headers_replace (headers, "Cache-Control", "private, no-cache");
  soup_message_headers_replace (headers, "ETag", etag);
  if (is_unchanged (request, etag)) {
    soup_server_message_set_status (request->message, SOUP_STATUS_NOT_MODIFIED, NULL);
    return;
  }
  soup_message_headers_replace (headers, "Content-Disposition", disposition);
  soup_message_headers_set_content_type (headers, paper->type, NULL);
  soup_server_message_set_status (request->message, SOUP_STATUS_OK, NULL);
  soup_message_body_append_bytes (soup_server_message_get_response_body (request->message), bytes);
}

void
on_paper_read (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Paper) paper = paper_of_path (request, RIGHT_MEETING_VIEW);
  if (!paper)
    return;
  g_autofree char *path = paper_file_path (state_dir (request), paper->id);
  g_autoptr (GMappedFile) file = g_mapped_file_new (path, FALSE, &error);
  g_autoptr (GBytes) bytes = file ? g_mapped_file_get_bytes (file) : NULL;
  if (bytes) {
    reply_bytes (request, paper, bytes);
    return;
  }
  log_warning ("http", "papers", "%s", error->message);
  http_reply_problem (request, HTTP_PROBLEM_NOT_FOUND);
}

/* --- Upload --- */

/* A paper that came in, on its way through the worker. */
typedef struct {
  HttpRequest *request; /* held */
  Paper *paper;
  gboolean flushed;
} Arrival;

static void
arrival_free (gpointer data)
{
  Arrival *arrival = data;
  http_request_unref (arrival->request);
  paper_free (arrival->paper);
  g_free (arrival);
}

static gboolean
fits_quota (HttpRequest *request, const Paper *paper, GError **error)
{
  gint64 bytes = 0, n = 0;
  gint64 quota = request->scope->context.settings->meetings.papers_quota_mb * MEGABYTE;
  return paper_store_total (request->scope->context.database, paper->meeting, &bytes, &n, error) &&
         bytes + paper->bytes <= quota;
}

/* In a worker: the disk's flush and the look at what it is.  Nobody else touches the file. */
static void
arrival_look (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Arrival *arrival = data;
  int fd = upload_get_fd (arrival->request->upload);
  g_autoptr (GMappedFile) file = g_mapped_file_new_from_fd (fd, FALSE, NULL);
  arrival->flushed = file && fsync (fd) == 0;
  if (arrival->flushed) {
    const guint8 *bytes = (const guint8 *) g_mapped_file_get_contents (file);
    gsize size = g_mapped_file_get_length (file);
    arrival->paper->type = g_strdup (paper_type_sniff (bytes, size));
    if (g_strcmp0 (arrival->paper->type, "application/pdf") == 0)
      arrival->paper->pages = paper_type_count_pages (bytes, size);
  }
  g_task_return_boolean (task, TRUE);
}

static gboolean
paper_add (HttpRequest *request, const Paper *paper, GError **error)
{
  Database *database = request->scope->context.database;
  g_autoptr (Transaction) transaction = database_begin (database, error);
  if (!transaction || !paper_store_add (database, paper, error) ||
      !paper_file_keep (state_dir (request), upload_get_path (request->upload), paper->id, error))
    return FALSE;
  upload_release_file (request->upload);
  if (paper_finish (request, transaction, "paper.add", paper, error))
    return TRUE;
  paper_file_remove (state_dir (request), paper->id);
  return FALSE;
}

static void
arrival_store (HttpRequest *request, const Arrival *arrival)
{
  g_autoptr (GError) error = NULL;
  const Paper *paper = arrival->paper;
  if (!arrival->flushed)
    http_reply_problem (request, HTTP_PROBLEM_NO_SPACE);
  else if (!paper->type)
    http_reply_problem (request, HTTP_PROBLEM_FILE_TYPE);
  else if (!fits_quota (request, paper, &error)) /* another may have come in meanwhile */
    http_reply_problem (request, HTTP_PROBLEM_QUOTA);
  else if (!paper_add (request, paper, &error))
    reply_storage_error (request, error);
  else {
    paper_tell (request, paper->meeting);
    http_reply_json (request, 201, paper_to_json (paper));
  }
}

static void
on_arrival_looked_at (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Arrival *arrival = g_task_get_task_data (G_TASK (result));
  if (http_request_resume (arrival->request))
    arrival_store (arrival->request, arrival);
}

static void
arrival_begin (HttpRequest *request, Paper *paper)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, on_arrival_looked_at, NULL);
  Arrival *arrival = g_new0 (Arrival, 1);
  arrival->paper = paper;
  arrival->request = http_request_hold (request);
  g_task_set_task_data (task, arrival, arrival_free);
  g_task_run_in_thread (task, arrival_look);
}

/* What is known of the paper before its content is looked at; replies and NULL. */
static Paper *
paper_from_request (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  const char *name = http_request_query (request, "name");
  g_autofree char *clean = name ? paper_clean_name (name, &error) : NULL;
  if (!clean) {
    http_reply_field (request, "name", error ? error->message : "the file's name");
    return NULL;
  }
  Paper *paper = g_new0 (Paper, 1);
  paper->id = schedule_store_new_id ();
  paper->meeting = g_strdup (http_request_param (request, "id"));
  paper->item = g_strdup (http_request_query (request, "item"));
  paper->name = g_steal_pointer (&clean);
  paper->bytes = upload_get_size (request->upload);
  paper->pages = -1;
  paper->sha256 = g_strdup (upload_get_sha256 (request->upload));
  paper->added_at_ms = request->now_ms;
  paper->added_by = g_strdup (http_request_actor (request));
  return paper;
}

void
on_paper_create (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  if (!http_request_may_on_meeting (request, RIGHT_MEETING_EDIT,
                                    http_request_param (request, "id")))
    return;
  if (!request->upload) { /* its sender became one who may while it came in */
    http_reply_problem (request, HTTP_PROBLEM_BUSY);
    return;
  }
  if (upload_get_problem (request->upload) != 0) {
    http_reply_problem (request, upload_get_problem (request->upload));
    return;
  }
  g_autoptr (Paper) paper = paper_from_request (request);
  if (!paper)
    return;
  if (paper->bytes == 0)
    http_reply_field (request, "body", "the file is empty");
  else if (!fits_quota (request, paper, &error))
    http_reply_problem (request, HTTP_PROBLEM_QUOTA);
  else
    arrival_begin (request, g_steal_pointer (&paper));
}

/* --- Change and remove --- */

static gboolean
paper_update (HttpRequest *request, const Paper *paper, GError **error)
{
  Database *database = request->scope->context.database;
  g_autoptr (Transaction) transaction = database_begin (database, error);
  return transaction && paper_store_update (database, paper, error) &&
         paper_finish (request, transaction, "paper.change", paper, error);
}

void
on_paper_change (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PaperChange) body = NULL;
  g_autoptr (json_t) json = NULL;
  g_autoptr (Paper) paper = paper_of_path (request, RIGHT_MEETING_EDIT);
  if (!paper || !http_request_read (request, &paper_change_type, (gpointer *) &body, &json))
    return;
  if (body->name) {
    g_free (paper->name);
    paper->name = g_steal_pointer (&body->name);
  }
  if (json_object_get (json, "item")) {
    g_free (paper->item);
    paper->item = g_steal_pointer (&body->item);
  }
  if (!paper_update (request, paper, &error)) {
    reply_storage_error (request, error);
    return;
  }
  paper_tell (request, paper->meeting);
  g_autoptr (Paper) stored =
      paper_store_get (request->scope->context.database, paper->meeting, paper->id, &error);
  if (stored)
    http_reply_json (request, 200, paper_to_json (stored));
  else
    http_reply_error (request, error);
}

void
on_paper_delete (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  Database *database = request->scope->context.database;
  g_autoptr (Paper) paper = paper_of_path (request, RIGHT_MEETING_EDIT);
  if (!paper)
    return;
  g_autoptr (Transaction) transaction = database_begin (database, &error);
  if (!transaction || !paper_store_remove (database, paper->meeting, paper->id, &error) ||
      !paper_finish (request, transaction, "paper.remove", paper, &error)) {
    http_reply_error (request, error);
    return;
  }
  paper_file_remove (state_dir (request), paper->id);
  paper_tell (request, paper->meeting);
  http_reply_empty (request, 204);
}
