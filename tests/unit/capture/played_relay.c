#include "tests/unit/capture/played_relay.h"

#include <string.h>

typedef struct {
  PlayedRelay *relay;
  ControlType type;
  ControlReplyFunc callback;
  gpointer user_data;
} Waiting;

static char *
encode (const char *text)
{
  return text ? g_base64_encode ((const guchar *) text, strlen (text)) : NULL;
}

static void
answer (const Waiting *waiting, gboolean is_closed)
{
  PlayedRelay *relay = waiting->relay;
  g_autoptr (GError) error = NULL;
  if (is_closed)
    error = g_error_new (CONTROL_LINK_ERROR, CONTROL_LINK_ERROR_CLOSED, "closed");
  else if (relay->refuses)
    error = g_error_new (CONTROL_LINK_ERROR, CONTROL_LINK_ERROR_REMOTE, "%s", relay->refuses);
  if (!waiting->callback)
    return;
  if (error) {
    waiting->callback (NULL, error, waiting->user_data);
  } else if (waiting->type == CONTROL_CAPTURE_READ) {
    g_autofree char *chunk = g_queue_pop_head (&relay->chunks);
    g_autoptr (CaptureReadReply) reply = capture_read_reply_new ();
    reply->data = encode (chunk);
    reply->more = !g_queue_is_empty (&relay->chunks);
    reply->state = reply->more ? CAPTURE_RUNNING : relay->state;
    reply->packets = 7;
    waiting->callback (reply, NULL, waiting->user_data);
  } else if (waiting->type == CONTROL_CAPTURE_HEADERS) {
    g_autoptr (CaptureHeadersReply) reply = capture_headers_reply_new ();
    reply->data = encode (relay->headers);
    waiting->callback (reply, NULL, waiting->user_data);
  } else {
    EmptyMessage reply = { 0 };
    waiting->callback (&reply, NULL, waiting->user_data);
  }
}

static gboolean
on_due (gpointer user_data)
{
  g_autofree Waiting *waiting = user_data;
  answer (waiting, FALSE);
  return G_SOURCE_REMOVE;
}

static void
request (gpointer relay_data, ControlType type, gconstpointer message, ControlReplyFunc callback,
         gpointer user_data)
{
  PlayedRelay *relay = relay_data;
  const char *transport = type == CONTROL_CAPTURE_START
                              ? ((const CaptureStartRequest *) message)->transport
                              : ((const CaptureTransport *) message)->transport;
  Waiting waiting = { relay, type, callback, user_data };
  g_string_append_printf (relay->asked, "%s %s;", control_message_row (type)->name, transport);
  if (type == CONTROL_CAPTURE_START) {
    capture_start_request_free (relay->started);
    relay->started = record_copy (&capture_start_request_type, message);
  }
  if (relay->is_down)
    answer (&waiting, TRUE);
  else if (relay->is_silent)
    g_queue_push_tail (&relay->waiting, g_memdup2 (&waiting, sizeof waiting));
  else
    g_timeout_add (0, on_due, g_memdup2 (&waiting, sizeof waiting));
}

const CaptureRelay played_relay = { request };

void
played_relay_init (PlayedRelay *relay)
{
  memset (relay, 0, sizeof *relay);
  relay->asked = g_string_new (NULL);
  g_queue_init (&relay->chunks);
  g_queue_init (&relay->waiting);
}

void
played_relay_clear (PlayedRelay *relay)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
  played_relay_answer (relay, TRUE);
  g_queue_clear_full (&relay->chunks, g_free);
  capture_start_request_free (relay->started);
  g_string_free (relay->asked, TRUE);
}

void
played_relay_add (PlayedRelay *relay, const char *chunk)
{
  g_queue_push_tail (&relay->chunks, g_strdup (chunk));
}

void
played_relay_answer (PlayedRelay *relay, gboolean is_closed)
{
  Waiting *waiting;
  while ((waiting = g_queue_pop_head (&relay->waiting))) {
    answer (waiting, is_closed);
    g_free (waiting);
  }
}

guint
played_relay_count (const PlayedRelay *relay, const char *text)
{
  g_autofree char *wanted = g_strconcat (text, ";", NULL);
  guint n = 0;
  for (const char *at = relay->asked->str; (at = strstr (at, wanted)); at += strlen (wanted))
    n++;
  return n;
}
