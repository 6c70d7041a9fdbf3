#include "server/mail/smtp.h"

#include <curl/curl.h>
#include <string.h>
#include <sys/socket.h>

/* A mail server of the same network answers in milliseconds; one that is busy may greylist. */
#define CONNECT_TIMEOUT_S 15L
#define SEND_TIMEOUT_S 60L

typedef struct {
  SmtpServer server;
  char *from, *to, *message;
  gsize sent; /* bytes of @message that libcurl took */
} Job;

typedef struct {
  struct Smtp *smtp;
  SmtpOutcome outcome;
  char *reason;
} Result;

struct Smtp {
  GThread *thread;
  GAsyncQueue *jobs; /* of Job; the queue itself as a sign to end */
  GMainContext *context;
  gint stopping; /* atomic */
  SmtpDone done; /* main thread, like the next */
  gpointer user_data;
};

static void
job_free (gpointer data)
{
  Job *job = data;
  g_free (job->server.server);
  g_free (job->server.user);
  g_free (job->server.password);
  g_free (job->server.ca_file);
  g_free (job->from);
  g_free (job->to);
  g_free (job->message);
  g_free (job);
}

/* --- The sender's thread ------------------------------------------------------------------- */

static size_t
on_read (char *buffer, size_t size, size_t n, void *user_data)
{
  Job *job = user_data;
  gsize length = MIN (size * n, strlen (job->message + job->sent));
  memcpy (buffer, job->message + job->sent, length);
  job->sent += length;
  return length;
}

static int
on_progress (void *user_data, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
  return g_atomic_int_get (&((Smtp *) user_data)->stopping);
}

/* The name that we say hello with goes into the URL's path. */
static char *
url_of (const Job *job)
{
  const char *at = strchr (job->from, '@');
  gboolean slash = g_str_has_suffix (job->server.server, "/");
  return g_strconcat (job->server.server, slash ? "" : "/", at ? at + 1 : "localhost", NULL);
}

static void
set_up (CURL *curl, Smtp *smtp, Job *job)
{
  g_autofree char *url = url_of (job);
  g_autofree char *from = g_strdup_printf ("<%s>", job->from);
  curl_easy_setopt (curl, CURLOPT_URL, url);
  curl_easy_setopt (curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt (curl, CURLOPT_USE_SSL,
                    (long) (job->server.require_tls ? CURLUSESSL_ALL : CURLUSESSL_TRY));
  if (*job->server.user) {
    curl_easy_setopt (curl, CURLOPT_USERNAME, job->server.user);
    curl_easy_setopt (curl, CURLOPT_PASSWORD, job->server.password);
  }
  if (*job->server.ca_file)
    curl_easy_setopt (curl, CURLOPT_CAINFO, job->server.ca_file);
  curl_easy_setopt (curl, CURLOPT_MAIL_FROM, from);
  curl_easy_setopt (curl, CURLOPT_READFUNCTION, on_read);
  curl_easy_setopt (curl, CURLOPT_READDATA, job);
  curl_easy_setopt (curl, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt (curl, CURLOPT_CONNECTTIMEOUT, CONNECT_TIMEOUT_S);
  curl_easy_setopt (curl, CURLOPT_TIMEOUT, SEND_TIMEOUT_S);
  curl_easy_setopt (curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt (curl, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt (curl, CURLOPT_XFERINFODATA, smtp);
  curl_easy_setopt (curl, CURLOPT_NOPROGRESS, 0L);
}

/* A 5xx to sender, recipient or text is about this letter; one to a log-in is about us. */
static SmtpOutcome
outcome_of (CURLcode code, long reply)
{
  if (code == CURLE_OK)
    return SMTP_SENT;
  gboolean about_letter =
      code == CURLE_SEND_ERROR || code == CURLE_WEIRD_SERVER_REPLY || code == CURLE_RECV_ERROR;
  return about_letter && reply >= 550 && reply <= 559 ? SMTP_REFUSED : SMTP_LATER;
}

static SmtpOutcome
perform (CURL *curl, Smtp *smtp, Job *job, char **ret_reason)
{
  char words[CURL_ERROR_SIZE] = "";
  long reply = 0;
  g_autofree char *to = g_strdup_printf ("<%s>", job->to);
  struct curl_slist *recipients = curl_slist_append (NULL, to);
  curl_easy_reset (curl); /* keeps the connection */
  set_up (curl, smtp, job);
  curl_easy_setopt (curl, CURLOPT_MAIL_RCPT, recipients);
  curl_easy_setopt (curl, CURLOPT_ERRORBUFFER, words);
  CURLcode code = curl_easy_perform (curl);
  curl_easy_getinfo (curl, CURLINFO_RESPONSE_CODE, &reply);
  curl_easy_setopt (curl, CURLOPT_ERRORBUFFER, NULL);
  curl_easy_setopt (curl, CURLOPT_MAIL_RCPT, NULL);
  curl_slist_free_all (recipients);
  *ret_reason = g_strdup (code == CURLE_OK ? "" : *words ? words : curl_easy_strerror (code));
  return outcome_of (code, reply);
}

static gboolean on_result (gpointer user_data);

static void
smtp_clear (gpointer data)
{
  Smtp *smtp = data;
  g_async_queue_unref (smtp->jobs);
  g_main_context_unref (smtp->context);
}

/* A result on its way to the main thread outlives smtp_free (). */
static void
smtp_unref (Smtp *smtp)
{
  g_atomic_rc_box_release_full (smtp, smtp_clear);
}

static void
result_free (gpointer data)
{
  Result *result = data;
  smtp_unref (result->smtp);
  g_free (result->reason);
  g_free (result);
}

/* libcurl says QUIT when it closes and waits two minutes for the answer: a server that hangs would
 * hold up the end of the program, so it finds the connection gone. */
static void
hang_up (CURL *curl)
{
  curl_socket_t fd = CURL_SOCKET_BAD;
  if (curl_easy_getinfo (curl, CURLINFO_ACTIVESOCKET, &fd) == CURLE_OK && fd != CURL_SOCKET_BAD)
    shutdown (fd, SHUT_RDWR);
  curl_easy_cleanup (curl);
}

static gpointer
run (gpointer user_data)
{
  Smtp *smtp = user_data;
  CURL *curl = curl_easy_init ();
  for (;;) {
    gpointer item = g_async_queue_pop (smtp->jobs);
    if (item == smtp)
      break;
    Result *result = g_new0 (Result, 1);
    result->smtp = g_atomic_rc_box_acquire (smtp);
    result->outcome = perform (curl, smtp, item, &result->reason);
    job_free (item);
    g_autoptr (GSource) source = g_idle_source_new ();
    g_source_set_priority (source, G_PRIORITY_DEFAULT);
    g_source_set_callback (source, on_result, result, result_free);
    g_source_attach (source, smtp->context);
  }
  hang_up (curl);
  return NULL;
}

/* --- The main thread ----------------------------------------------------------------------- */

static gboolean
on_result (gpointer user_data)
{
  Result *result = user_data;
  Smtp *smtp = result->smtp;
  if (smtp->done)
    smtp->done (smtp->user_data, result->outcome, result->reason);
  return G_SOURCE_REMOVE;
}

Smtp *
smtp_new (void)
{
  static gsize once;
  if (g_once_init_enter (&once)) {
    curl_global_init (CURL_GLOBAL_DEFAULT);
    g_once_init_leave (&once, 1);
  }
  Smtp *smtp = g_atomic_rc_box_new0 (Smtp);
  smtp->jobs = g_async_queue_new_full (NULL);
  smtp->context = g_main_context_ref_thread_default ();
  smtp->thread = g_thread_new ("smtp", run, smtp);
  return smtp;
}

void
smtp_free (Smtp *smtp)
{
  smtp->done = NULL;
  g_atomic_int_set (&smtp->stopping, 1);
  g_async_queue_push_front (smtp->jobs, smtp);
  g_thread_join (smtp->thread);
  gpointer left;
  while ((left = g_async_queue_try_pop (smtp->jobs)))
    job_free (left);
  smtp_unref (smtp);
}

void
smtp_set_callback (Smtp *smtp, SmtpDone done, gpointer user_data)
{
  smtp->done = done;
  smtp->user_data = user_data;
}

void
smtp_send (Smtp *smtp, const SmtpServer *server, const char *from, const char *to,
           const char *message)
{
  Job *job = g_new0 (Job, 1);
  job->server =
      (SmtpServer){ g_strdup (server->server), g_strdup (server->user), g_strdup (server->password),
                    g_strdup (server->ca_file), server->require_tls };
  job->from = g_strdup (from);
  job->to = g_strdup (to);
  job->message = g_strdup (message);
  g_async_queue_push (smtp->jobs, job);
}
