#include "server/alarms/webhook.h"

#include "config/log.h"

#include <curl/curl.h>
#include <string.h>

#define TAG "alarms"
#define CONNECT_TIMEOUT_S 5L
#define WHOLE_TIMEOUT_S 15L
#define STOP_POLL_US (20 * 1000)

static const guint retries_s[] = { 0, 1, 5, 25 };

typedef struct {
  char *url, *secret, *ca_file, *body;
} Job;

struct Webhook {
  GThread *thread;
  GAsyncQueue *jobs; /* of Job; the queue itself as a sign to end */
  gint stopping;     /* atomic */
};

static void
job_free (Job *job)
{
  g_free (job->url);
  g_free (job->secret);
  g_free (job->ca_file);
  g_free (job->body);
  g_free (job);
}

char *
webhook_signature (const char *secret, const char *body)
{
  g_autofree char *hex = g_compute_hmac_for_string (G_CHECKSUM_SHA256, (const guchar *) secret,
                                                    strlen (secret), body, -1);
  return g_strconcat ("sha256=", hex, NULL);
}

/* --- the thread --- */

static size_t
on_answer (char *data, size_t size, size_t n, void *user_data)
{
  gsize *left = user_data;
  if (size * n > *left)
    return 0;
  *left -= size * n;
  return size * n;
}

static int
on_progress (void *user_data, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
  return g_atomic_int_get (&((Webhook *) user_data)->stopping);
}

static struct curl_slist *
headers_of (const Job *job)
{
  struct curl_slist *headers = curl_slist_append (NULL, "Content-Type: application/json");
  headers = curl_slist_append (headers, "Expect:");
  if (*job->secret) {
    g_autofree char *signature = webhook_signature (job->secret, job->body);
    g_autofree char *header = g_strconcat ("X-Diemcau-Signature: ", signature, NULL);
    headers = curl_slist_append (headers, header);
  }
  return headers;
}

/* TRUE when it was taken; else *@ret_reason (transfer full). */
static gboolean
post (CURL *curl, Webhook *webhook, const Job *job, char **ret_reason)
{
  char words[CURL_ERROR_SIZE] = "";
  gsize left = WEBHOOK_ANSWER_MAX_BYTES;
  long status = 0;
  struct curl_slist *headers = headers_of (job);

  curl_easy_reset (curl);
  curl_easy_setopt (curl, CURLOPT_URL, job->url);
  curl_easy_setopt (curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt (curl, CURLOPT_POSTFIELDS, job->body);
  curl_easy_setopt (curl, CURLOPT_HTTPHEADER, headers);
  if (*job->ca_file)
    curl_easy_setopt (curl, CURLOPT_CAINFO, job->ca_file);
  curl_easy_setopt (curl, CURLOPT_CONNECTTIMEOUT, CONNECT_TIMEOUT_S);
  curl_easy_setopt (curl, CURLOPT_TIMEOUT, WHOLE_TIMEOUT_S);
  curl_easy_setopt (curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt (curl, CURLOPT_WRITEFUNCTION, on_answer);
  curl_easy_setopt (curl, CURLOPT_WRITEDATA, &left);
  curl_easy_setopt (curl, CURLOPT_ERRORBUFFER, words);
  curl_easy_setopt (curl, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt (curl, CURLOPT_XFERINFODATA, webhook);
  curl_easy_setopt (curl, CURLOPT_NOPROGRESS, 0L);
  CURLcode code = curl_easy_perform (curl);
  curl_easy_getinfo (curl, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_setopt (curl, CURLOPT_ERRORBUFFER, NULL);
  curl_easy_setopt (curl, CURLOPT_HTTPHEADER, NULL);
  curl_slist_free_all (headers);
  if (status >= 200 && status <= 299)
    return TRUE;
  *ret_reason = status > 0 ? g_strdup_printf ("status %ld", status)
                : *words   ? g_strdup (words)
                           : g_strdup (curl_easy_strerror (code));
  return FALSE;
}

/* FALSE: the program ends. */
static gboolean
wait_s (Webhook *webhook, guint seconds)
{
  gint64 until = g_get_monotonic_time () + seconds * G_USEC_PER_SEC;
  while (!g_atomic_int_get (&webhook->stopping) && g_get_monotonic_time () < until)
    g_usleep (STOP_POLL_US);
  return !g_atomic_int_get (&webhook->stopping);
}

static void
deliver (CURL *curl, Webhook *webhook, const Job *job)
{
  g_autofree char *reason = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (retries_s); i++) {
    if (!wait_s (webhook, retries_s[i]))
      return;
    g_clear_pointer (&reason, g_free);
    if (post (curl, webhook, job, &reason))
      return;
  }
  log_warning (TAG, "webhook", "given up: %s", reason);
}

static gpointer
run (gpointer user_data)
{
  Webhook *webhook = user_data;
  CURL *curl = curl_easy_init ();
  gpointer next;

  while ((next = g_async_queue_pop (webhook->jobs)) != (gpointer) webhook->jobs) {
    if (!g_atomic_int_get (&webhook->stopping))
      deliver (curl, webhook, next);
    job_free (next);
  }
  curl_easy_cleanup (curl);
  return NULL;
}

/* --- the main thread --- */

Webhook *
webhook_new (void)
{
  Webhook *webhook = g_new0 (Webhook, 1);
  webhook->jobs = g_async_queue_new_full ((GDestroyNotify) job_free);
  webhook->thread = g_thread_new ("webhook", run, webhook);
  return webhook;
}

void
webhook_free (Webhook *webhook)
{
  g_atomic_int_set (&webhook->stopping, 1);
  g_async_queue_push (webhook->jobs, webhook->jobs);
  g_thread_join (webhook->thread);
  g_async_queue_unref (webhook->jobs);
  g_free (webhook);
}

gboolean
webhook_send (Webhook *webhook, const WebhookTarget *target, char *body)
{
  g_autofree char *owned = body;
  Job *job;

  if (!*target->url)
    return FALSE;
  if (g_async_queue_length (webhook->jobs) >= WEBHOOK_QUEUE_MAX) {
    log_warning (TAG, "webhook", "too many messages wait: one is dropped");
    return FALSE;
  }
  job = g_new (Job, 1);
  *job = (Job){ .url = g_strdup (target->url),
                .secret = g_strdup (target->secret),
                .ca_file = g_strdup (target->ca_file),
                .body = g_steal_pointer (&owned) };
  g_async_queue_push (webhook->jobs, job);
  return TRUE;
}
