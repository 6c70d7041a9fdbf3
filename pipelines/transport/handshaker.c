#include "pipelines/transport/handshaker.h"

#include <gio/gio.h>
#include <sys/resource.h>

/* How late a retransmission may be. */
#define TICK_US 20000

/* Where a core has to do both, media goes first: a third of the weight of a shard is still 400
 * handshakes a second. */
#define HANDSHAKES_NICE 5

typedef enum { COMMAND_START, COMMAND_FEED, COMMAND_CLOSE, COMMAND_STOP } CommandKind;

/* GLib's queues hand over what comes before it. ThreadSanitizer does not see them: GLib is built
 * without it, and so this says it once more. */
typedef gint Handed; /* atomic */

/* Owner thread to handshake thread. */
typedef struct {
  Handed handed;
  CommandKind kind;
  Handshake *handshake; /* (nullable), a reference */
  GBytes *datagram;     /* (nullable) */
} Command;

/* Handshake thread to owner thread. */
typedef struct {
  Handed handed;
  Handshake *handshake; /* a reference */
  GQueue datagrams;     /* of GBytes */
  gboolean has_keys;
  SrtpKeys keys;
  gchar *closed_reason; /* (nullable) */
  gboolean final;       /* the last one: answers handshake_close() */
} Post;

struct _Handshake {
  gint references;      /* atomic */
  gint pending;         /* atomic: datagrams in the queue */
  GAsyncQueue *queue;   /* read-only after new; a reference */
  DtlsContext *context; /* read-only after new; a reference */
  DtlsRole role;        /* read-only after new */
  gchar *fingerprint;   /* read-only after new */
  gint64 timeout_us;    /* read-only after new */

  HandshakeEvents events; /* owner thread */
  gpointer user_data;     /* owner thread */
  GDestroyNotify destroy; /* owner thread; NULL once it has run */
  gboolean is_closed;     /* owner thread */

  GMainContext *owner;    /* handshake thread after start; dropped with the final post, so that
                           * posts waiting in a context that no longer runs do not keep it */
  DtlsEndpoint *endpoint; /* handshake thread */
  gint64 deadline_us;     /* handshake thread */
  gboolean has_ended;     /* handshake thread: on_closed was posted */
};

struct _Handshaker {
  GThread *thread;
  GAsyncQueue *queue;   /* of Command */
  DtlsContext *context; /* read-only after new */
  GHashTable *waiting;  /* handshake thread: set of Handshake without keys yet */
  gint64 next_tick_us;  /* handshake thread */
};

static void
hand_over (Handed *handed)
{
  g_atomic_int_set (handed, TRUE);
}

static void
take_over (Handed *handed)
{
  g_assert (g_atomic_int_get (handed));
}

/* Handshake objects */

static void
run_destroy (Handshake *self)
{
  GDestroyNotify destroy = self->destroy;

  self->destroy = NULL;
  if (destroy)
    destroy (self->user_data);
}

static Handshake *
handshake_ref (Handshake *self)
{
  g_atomic_int_inc (&self->references);
  return self;
}

static void
handshake_unref (Handshake *self)
{
  if (!g_atomic_int_dec_and_test (&self->references))
    return;
  run_destroy (self); /* only where the owner's context went without running its posts */
  dtls_endpoint_free (self->endpoint);
  if (self->owner)
    g_main_context_unref (self->owner);
  g_async_queue_unref (self->queue);
  dtls_context_unref (self->context);
  g_free (self->fingerprint);
  g_free (self);
}

static void
push_command (GAsyncQueue *queue, CommandKind kind, Handshake *handshake, GBytes *datagram)
{
  Command *command = g_new0 (Command, 1);

  command->kind = kind;
  command->handshake = handshake ? handshake_ref (handshake) : NULL;
  command->datagram = datagram;
  hand_over (&command->handed);
  g_async_queue_push (queue, command);
}

static void
command_free (gpointer pointer)
{
  Command *command = pointer;

  take_over (&command->handed);
  if (command->datagram)
    g_bytes_unref (command->datagram);
  if (command->handshake)
    handshake_unref (command->handshake);
  g_free (command);
}

/* Posts */

static void
post_free (gpointer pointer)
{
  Post *post = pointer;

  (void) g_atomic_int_get (&post->handed); /* what there was nothing of was not handed over */
  g_queue_clear_full (&post->datagrams, (GDestroyNotify) g_bytes_unref);
  srtp_keys_clear (&post->keys);
  g_free (post->closed_reason);
  handshake_unref (post->handshake);
  g_free (post);
}

/* Owner thread. Each event may close the handshake. */
static gboolean
post_run (gpointer pointer)
{
  Post *post = pointer;
  Handshake *handshake;
  const HandshakeEvents *events;
  GBytes *datagram;

  take_over (&post->handed);
  handshake = post->handshake;
  events = &handshake->events;

  while ((!handshake->is_closed || post->final) &&
         (datagram = g_queue_pop_head (&post->datagrams))) {
    gsize len;
    const guint8 *data = g_bytes_get_data (datagram, &len);
    if (events->on_send)
      events->on_send (handshake->user_data, data, len);
    g_bytes_unref (datagram);
  }
  if (post->has_keys && !handshake->is_closed && events->on_keys)
    events->on_keys (handshake->user_data, &post->keys);
  if (post->closed_reason && !handshake->is_closed && events->on_closed)
    events->on_closed (handshake->user_data, post->closed_reason);
  if (post->final)
    run_destroy (handshake);
  return G_SOURCE_REMOVE;
}

static Post *
post_new (Handshake *handshake)
{
  Post *post = g_new0 (Post, 1);

  post->handshake = handshake_ref (handshake);
  g_queue_init (&post->datagrams);
  return post;
}

/* (transfer full @post) */
static void
post_send (Post *post, GMainContext *owner)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  hand_over (&post->handed);
  g_source_set_priority (source, G_PRIORITY_HIGH); /* before media when late */
  g_source_set_callback (source, post_run, post, post_free);
  g_source_attach (source, owner);
}

/* All that the endpoint has to say since the last time, in one wake-up. */
static void
post_news (Handshaker *self, Handshake *handshake, const gchar *closed_reason)
{
  g_autofree gchar *reason = g_strdup (closed_reason);
  Post *post = post_new (handshake);
  DtlsEndpoint *endpoint = handshake->endpoint;
  GBytes *datagram;

  while (endpoint && (datagram = dtls_endpoint_take_outgoing (endpoint)))
    g_queue_push_tail (&post->datagrams, datagram);
  post->has_keys = endpoint && dtls_endpoint_take_keys (endpoint, &post->keys);
  if (endpoint && !reason && dtls_endpoint_get_state (endpoint) == DTLS_STATE_FAILED)
    reason = g_strdup (dtls_endpoint_get_failure (endpoint));
  else if (endpoint && !reason && dtls_endpoint_get_state (endpoint) == DTLS_STATE_CLOSED)
    reason = g_strdup ("closed by the peer");
  if (reason && !handshake->has_ended) {
    handshake->has_ended = TRUE;
    post->closed_reason = g_steal_pointer (&reason);
  }
  if (!endpoint || handshake->has_ended ||
      dtls_endpoint_get_state (endpoint) != DTLS_STATE_HANDSHAKING)
    g_hash_table_remove (self->waiting, handshake);
  if (post->has_keys || post->closed_reason || !g_queue_is_empty (&post->datagrams))
    post_send (post, handshake->owner);
  else
    post_free (post);
}

/* Handshake thread */

static void
run_start (Handshaker *self, Handshake *handshake)
{
  g_autoptr (GError) error = NULL;

  handshake->endpoint =
      dtls_endpoint_new (handshake->context, handshake->role, handshake->fingerprint, &error);
  if (!handshake->endpoint) {
    post_news (self, handshake, error->message);
    return;
  }
  handshake->deadline_us = g_get_monotonic_time () + handshake->timeout_us;
  g_hash_table_add (self->waiting, handshake_ref (handshake));
  dtls_endpoint_start (handshake->endpoint);
  post_news (self, handshake, NULL);
}

static void
run_feed (Handshaker *self, Handshake *handshake, GBytes *datagram)
{
  gsize len;
  const guint8 *data = g_bytes_get_data (datagram, &len);

  g_atomic_int_add (&handshake->pending, -1);
  if (!handshake->endpoint || handshake->has_ended)
    return;
  dtls_endpoint_feed (handshake->endpoint, data, len);
  post_news (self, handshake, NULL);
}

static void
run_close (Handshaker *self, Handshake *handshake)
{
  Post *post = post_new (handshake);
  g_autoptr (GMainContext) owner = g_steal_pointer (&handshake->owner);
  GBytes *datagram;

  g_hash_table_remove (self->waiting, handshake);
  if (handshake->endpoint && !handshake->has_ended) {
    dtls_endpoint_close (handshake->endpoint);
    while ((datagram = dtls_endpoint_take_outgoing (handshake->endpoint)))
      g_queue_push_tail (&post->datagrams, datagram);
  }
  g_clear_pointer (&handshake->endpoint, dtls_endpoint_free);
  post->final = TRUE;
  post_send (post, owner);
}

static void
tick (Handshaker *self, gint64 now_us)
{
  g_autoptr (GPtrArray) waiting =
      g_ptr_array_new_full (g_hash_table_size (self->waiting), (GDestroyNotify) handshake_unref);
  GHashTableIter iter;
  gpointer key;

  /* a step may remove from the set */
  g_hash_table_iter_init (&iter, self->waiting);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_ptr_array_add (waiting, handshake_ref (key));
  for (guint i = 0; i < waiting->len; i++) {
    Handshake *handshake = waiting->pdata[i];
    if (now_us >= handshake->deadline_us) {
      post_news (self, handshake, "handshake timed out");
    } else if (dtls_endpoint_get_timeout_us (handshake->endpoint) == 0) {
      dtls_endpoint_on_timeout (handshake->endpoint);
      post_news (self, handshake, NULL);
    }
  }
}

/* FALSE at the end. */
static gboolean
run_command (Handshaker *self, Command *command)
{
  take_over (&command->handed);
  switch (command->kind) {
  case COMMAND_START:
    run_start (self, command->handshake);
    return TRUE;
  case COMMAND_FEED:
    run_feed (self, command->handshake, command->datagram);
    return TRUE;
  case COMMAND_CLOSE:
    run_close (self, command->handshake);
    return TRUE;
  case COMMAND_STOP:
    return FALSE;
  }
  g_assert_not_reached ();
}

static Command *
next_command (Handshaker *self)
{
  if (g_hash_table_size (self->waiting) == 0)
    return g_async_queue_pop (self->queue);
  return g_async_queue_timeout_pop (self->queue, TICK_US);
}

static gpointer
run_thread (gpointer pointer)
{
  Handshaker *self = pointer;
  gboolean running = TRUE;

  setpriority (PRIO_PROCESS, 0, HANDSHAKES_NICE); /* of this thread: setpriority(2), NOTES */
  while (running) {
    Command *command = next_command (self);
    gint64 now_us;
    if (command) {
      running = run_command (self, command);
      command_free (command);
    }
    now_us = g_get_monotonic_time ();
    if (now_us >= self->next_tick_us) {
      tick (self, now_us);
      self->next_tick_us = now_us + TICK_US;
    }
  }
  g_hash_table_remove_all (self->waiting);
  return NULL;
}

/* Owner thread */

Handshaker *
handshaker_new (DtlsContext *context, GError **error)
{
  Handshaker *self = g_new0 (Handshaker, 1);

  self->queue = g_async_queue_new_full (command_free);
  self->context = dtls_context_ref (context);
  self->waiting = g_hash_table_new_full (NULL, NULL, (GDestroyNotify) handshake_unref, NULL);
  self->thread = g_thread_try_new ("handshakes", run_thread, self, error);
  if (self->thread)
    return self;
  handshaker_free (self);
  return NULL;
}

void
handshaker_free (Handshaker *self)
{
  if (!self)
    return;
  if (self->thread) {
    push_command (self->queue, COMMAND_STOP, NULL, NULL);
    g_thread_join (self->thread);
  }
  g_hash_table_unref (self->waiting);
  g_async_queue_unref (self->queue);
  dtls_context_unref (self->context);
  g_free (self);
}

Handshake *
handshaker_start (Handshaker *self, const HandshakeConfig *config, GError **error)
{
  Handshake *handshake;

  if (!dtls_fingerprint_is_valid (config->remote_fingerprint)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "no fingerprint: '%.80s'",
                 config->remote_fingerprint ? config->remote_fingerprint : "");
    return NULL;
  }
  handshake = g_new0 (Handshake, 1);
  handshake->references = 1;
  handshake->queue = g_async_queue_ref (self->queue);
  handshake->context = dtls_context_ref (self->context);
  handshake->role = config->role;
  handshake->fingerprint = g_strdup (config->remote_fingerprint);
  handshake->timeout_us = config->timeout_us > 0 ? config->timeout_us : HANDSHAKE_TIMEOUT_US;
  handshake->events = config->events;
  handshake->user_data = config->user_data;
  handshake->destroy = config->destroy;
  handshake->owner = g_main_context_ref (config->owner);
  push_command (self->queue, COMMAND_START, handshake, NULL);
  return handshake;
}

gboolean
handshake_feed (Handshake *self, const guint8 *data, gsize len)
{
  if (len == 0 || len > DTLS_DATAGRAM_MAX)
    return FALSE;
  if (g_atomic_int_get (&self->pending) >= HANDSHAKE_QUEUE_MAX)
    return FALSE;
  g_atomic_int_inc (&self->pending);
  push_command (self->queue, COMMAND_FEED, self, g_bytes_new (data, len));
  return TRUE;
}

void
handshake_close (Handshake *self)
{
  self->is_closed = TRUE;
  push_command (self->queue, COMMAND_CLOSE, self, NULL);
  handshake_unref (self);
}
