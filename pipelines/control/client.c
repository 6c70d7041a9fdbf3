#include "pipelines/control/client.h"

#include "config/log.h"

#include <string.h>

/* A request under way. */
typedef struct {
  gint64 id;
  ControlType type;
  gint64 deadline_us;
  ControlReplyFunc callback;
  gpointer user_data;
  GError *failed; /* could not be sent: told from the main context */
} Pending;

struct ControlClient {
  int ref_count; /* callbacks may free the client: they hold a reference */
  gboolean freed;
  ControlLink *link;
  const ControlClientEvents *events;
  gpointer user_data;
  GMainContext *context;
  gint64 next_id;
  guint timeout_ms;
  GQueue pending;    /* Pending, by id and so, while the time-out stays the same, by deadline */
  GHashTable *by_id; /* &Pending.id -> GList link in pending */
  GSource *timer;
  gint64 timer_us; /* when it is to run next */
  GSource *failer; /* reports requests that could not be sent */
};

static void
client_ref (ControlClient *client)
{
  client->ref_count++;
}

static void
client_unref (ControlClient *client)
{
  if (--client->ref_count > 0)
    return;
  g_clear_pointer (&client->link, control_link_unref);
  g_hash_table_unref (client->by_id);
  g_main_context_unref (client->context);
  g_free (client);
}

static void
drop_source (GSource **source)
{
  if (!*source)
    return;
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
pending_free (Pending *pending)
{
  g_clear_error (&pending->failed);
  g_free (pending);
}

/* Takes @pending out of the books and runs its callback. */
static void
finish (ControlClient *client, GList *item, gconstpointer reply, const GError *error)
{
  Pending *pending = item->data;
  g_hash_table_remove (client->by_id, &pending->id);
  g_queue_delete_link (&client->pending, item);
  if (pending->callback)
    pending->callback (reply, error, pending->user_data);
  pending_free (pending);
}

static void
finish_all (ControlClient *client, const GError *error)
{
  GList *item;
  while ((item = g_queue_peek_head_link (&client->pending)))
    finish (client, item, NULL, error);
}

/* --- timers ---------------------------------------------------------------------------------- */

static gint64
timer_interval_us (const ControlClient *client)
{
  return CLAMP (client->timeout_ms / 8, 5, 250) * (gint64) 1000;
}

/* Time in which our own main context stood still is not the peer's: a request may not even have
 * left us, and a reply that is late for it would cost a healthy relay its life. */
static void
forgive_standstill (ControlClient *client, gint64 now_us)
{
  gint64 late_us = now_us - client->timer_us;
  client->timer_us = now_us + timer_interval_us (client);
  if (late_us < timer_interval_us (client))
    return;
  for (GList *item = client->pending.head; item; item = item->next)
    ((Pending *) item->data)->deadline_us += late_us;
}

static gboolean
on_timer (gpointer user_data)
{
  ControlClient *client = user_data;
  client_ref (client);
  gint64 now_us = g_get_monotonic_time ();
  GList *item;
  forgive_standstill (client, now_us);
  while (!client->freed && (item = g_queue_peek_head_link (&client->pending))) {
    Pending *pending = item->data;
    /* Its reply may be among what we have not read: then it is we who are late. */
    if (pending->deadline_us > now_us || control_link_has_unread (client->link))
      break;
    g_autoptr (GError) error =
        g_error_new (CONTROL_LINK_ERROR, CONTROL_LINK_ERROR_TIMEOUT, "%s: no reply in time",
                     control_message_row (pending->type)->name);
    finish (client, item, NULL, error);
  }
  gboolean more = !client->freed && !g_queue_is_empty (&client->pending);
  if (!more)
    drop_source (&client->timer);
  client_unref (client);
  return more ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static gboolean
on_failed (gpointer user_data)
{
  ControlClient *client = user_data;
  client_ref (client);
  drop_source (&client->failer);
  for (GList *item = client->pending.head; item && !client->freed;) {
    Pending *pending = item->data;
    if (pending->failed) {
      g_autoptr (GError) error = g_steal_pointer (&pending->failed);
      finish (client, item, NULL, error);
      item = client->pending.head; /* the callback may have changed the list */
    } else {
      item = item->next;
    }
  }
  client_unref (client);
  return G_SOURCE_REMOVE;
}

static GSource *
start_source (ControlClient *client, GSource *source, GSourceFunc func)
{
  g_source_set_callback (source, func, client, NULL);
  g_source_attach (source, client->context);
  return source;
}

/* --- receiving ------------------------------------------------------------------------------- */

static void
on_reply (ControlClient *client, const ControlFrame *frame)
{
  GList *item = g_hash_table_lookup (client->by_id, &frame->id);
  if (!item) /* it came after its time-out */
    return;
  Pending *pending = item->data;
  if (frame->kind == FRAME_ERROR) {
    const ErrorMessage *message = frame->body;
    g_autoptr (GError) error = g_error_new (CONTROL_LINK_ERROR, CONTROL_LINK_ERROR_REMOTE, "%s: %s",
                                            message->code, message->text);
    finish (client, item, NULL, error);
  } else if (frame->type != pending->type) {
    g_autoptr (GError) error = g_error_new (
        CONTROL_LINK_ERROR, CONTROL_LINK_ERROR_REMOTE, "bad-reply: %s answered by %s",
        control_message_row (pending->type)->name, control_message_row (frame->type)->name);
    finish (client, item, NULL, error);
  } else {
    finish (client, item, frame->body, NULL);
  }
}

/* A reply that does not decode ends its request; an event that does not is passed over. */
static void
on_malformed (ControlClient *client, const ControlFrame *frame, const GError *reason)
{
  log_warning ("control", NULL, "unreadable message from the relay: %s", reason->message);
  GList *item = frame->id > 0 ? g_hash_table_lookup (client->by_id, &frame->id) : NULL;
  if (!item)
    return;
  g_autoptr (GError) error =
      g_error_new (CONTROL_LINK_ERROR, CONTROL_LINK_ERROR_REMOTE, "bad-reply: %s", reason->message);
  finish (client, item, NULL, error);
}

static void
on_message (ControlLink *link, const char *data, gsize len, gpointer user_data)
{
  ControlClient *client = user_data;
  g_autoptr (GError) error = NULL;
  g_auto (ControlFrame) frame;
  client_ref (client);
  if (!control_frame_decode (data, len, &frame, &error))
    on_malformed (client, &frame, error);
  else if (frame.kind != FRAME_MESSAGE)
    on_reply (client, &frame);
  else if (!frame.id && client->events && client->events->on_event)
    client->events->on_event (frame.type, frame.body, client->user_data);
  client_unref (client);
}

static void
on_closed (ControlLink *link, const GError *reason, gpointer user_data)
{
  ControlClient *client = user_data;
  client_ref (client);
  drop_source (&client->timer);
  g_autoptr (GError) error =
      g_error_new_literal (CONTROL_LINK_ERROR, CONTROL_LINK_ERROR_CLOSED, reason->message);
  finish_all (client, error);
  if (!client->freed && client->events && client->events->on_closed)
    client->events->on_closed (reason, client->user_data);
  client_unref (client);
}

static const ControlLinkEvents link_events = { on_message, on_closed };

/* --- the interface --------------------------------------------------------------------------- */

ControlClient *
control_client_new (ControlLink *link, const ControlClientEvents *events, gpointer user_data)
{
  ControlClient *client = g_new0 (ControlClient, 1);
  client->ref_count = 1;
  client->link = link;
  client->events = events;
  client->user_data = user_data;
  client->context = g_main_context_ref_thread_default ();
  client->timeout_ms = LIMIT_CONTROL_REPLY_MS;
  client->by_id = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_queue_init (&client->pending);
  control_link_set_events (link, &link_events, client);
  return client;
}

void
control_client_free (ControlClient *client)
{
  client->freed = TRUE;
  client->events = NULL;
  drop_source (&client->timer);
  drop_source (&client->failer);
  control_link_close (client->link);
  g_autoptr (GError) error =
      g_error_new (CONTROL_LINK_ERROR, CONTROL_LINK_ERROR_CLOSED, "the link was given up");
  finish_all (client, error);
  client_unref (client);
}

void
control_client_set_timeout (ControlClient *client, guint timeout_ms)
{
  client->timeout_ms = timeout_ms;
}

static gboolean
send_request (ControlClient *client, Pending *pending, gconstpointer request, GError **error)
{
  if (g_queue_get_length (&client->pending) > LIMIT_CONTROL_IN_FLIGHT) {
    g_set_error (error, CONTROL_LINK_ERROR, CONTROL_LINK_ERROR_FULL,
                 "more than %d requests under way", LIMIT_CONTROL_IN_FLIGHT);
    return FALSE;
  }
  g_autoptr (GBytes) text =
      control_frame_encode (pending->type, FALSE, pending->id, request, error);
  return text && control_link_send (client->link, text, error);
}

void
control_client_request (ControlClient *client, ControlType type, gconstpointer request,
                        ControlReplyFunc callback, gpointer user_data)
{
  g_return_if_fail (control_message_row (type)->reply);
  Pending *pending = g_new0 (Pending, 1);
  pending->id = ++client->next_id;
  pending->type = type;
  pending->deadline_us = g_get_monotonic_time () + client->timeout_ms * (gint64) 1000;
  pending->callback = callback;
  pending->user_data = user_data;
  g_queue_push_tail (&client->pending, pending);
  g_hash_table_insert (client->by_id, &pending->id, client->pending.tail);
  /* In a callback of control_client_free there is no main context to wait for. */
  if (!send_request (client, pending, request, &pending->failed) && !client->failer &&
      !client->freed)
    client->failer = start_source (client, g_idle_source_new (), on_failed);
  if (!client->timer && !client->freed) {
    guint interval_ms = (guint) (timer_interval_us (client) / 1000);
    client->timer = start_source (client, g_timeout_source_new (interval_ms), on_timer);
    client->timer_us = g_get_monotonic_time () + timer_interval_us (client);
  }
}

gboolean
control_error_has_code (const GError *error, const char *code)
{
  if (!g_error_matches (error, CONTROL_LINK_ERROR, CONTROL_LINK_ERROR_REMOTE))
    return FALSE;
  gsize len = strlen (code);
  return strncmp (error->message, code, len) == 0 && error->message[len] == ':';
}
