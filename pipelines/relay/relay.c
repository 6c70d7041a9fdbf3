#include "pipelines/relay/relay.h"

#include "pipelines/elements/elements.h"
#include "pipelines/relay/candidates.h"
#include "pipelines/relay/relay_private.h"
#include "pipelines/transport/sealer.h"

#include <gio/gio.h>
#include <glib-unix.h>
#include <unistd.h>

/* --- events of the shards -----------------------------------------------------------------------
 */

typedef struct {
  MailboxItem item;
  Relay *relay;
  ControlType type;
  gpointer event; /* owned */
  guint32 serial;
} ShardEvent;

/* FALSE: it is about a transport that has gone. */
static gboolean
relay_note_transport_state (Relay *relay, const TransportStateEvent *event, guint32 serial)
{
  DirectoryTransport *transport = directory_find_serial (relay->directory, serial);

  log_event_about (LOG_INFO, "relay", &(LogSubject){ .transport = event->transport }, "%s%s%s",
                   transport_state_names[event->state], event->reason != NULL ? ": " : "",
                   event->reason != NULL ? event->reason : "");
  if (transport == NULL)
    return event->state == TRANSPORT_CLOSED &&
           directory_find (relay->directory, event->transport) == NULL;
  transport->state = event->state;
  if (event->state == TRANSPORT_CLOSED) {
    shard_command_close (transport->shard, serial);
    directory_remove (relay->directory, transport);
  }
  return TRUE;
}

static void
shard_event_run (MailboxItem *item)
{
  ShardEvent *event = (ShardEvent *) item;
  Relay *relay = event->relay;

  if (event->type == CONTROL_TRANSPORT_STATE) {
    if (!relay_note_transport_state (relay, event->event, event->serial))
      return;
  } else if (event->serial != 0 &&
             directory_find_serial (relay->directory, event->serial) == NULL) {
    return;
  }
  control_server_emit (relay->server, event->type, event->event);
}

static void
shard_event_destroy (MailboxItem *item)
{
  ShardEvent *event = (ShardEvent *) item;

  record_free (control_message_row (event->type)->message, event->event);
  g_free (event);
}

/* Shard thread. */
static void
on_shard_event (gpointer user_data, ControlType type, gpointer record, guint32 serial)
{
  Relay *relay = user_data;
  ShardEvent *event = g_new0 (ShardEvent, 1);

  event->item.run = shard_event_run;
  event->item.destroy = shard_event_destroy;
  event->relay = relay;
  event->type = type;
  event->event = record;
  event->serial = serial;
  mailbox_post_item (relay->mailbox, &event->item);
}

/* --- keyframes for pictures ----------------------------------------------------------------------
 */

typedef struct {
  MailboxItem item;
  Relay *relay;
  TrackKeyframe *keyframe; /* owned */
  guint32 serial;          /* of its transport */
} ShardKeyframe;

static void
shard_keyframe_run (MailboxItem *item)
{
  ShardKeyframe *message = (ShardKeyframe *) item;
  const TrackKeyframe *keyframe = message->keyframe;
  g_autoptr (GByteArray) frame = g_byte_array_new ();
  g_autoptr (TrackFrameEvent) event = NULL;

  if (directory_find_serial (message->relay->directory, message->serial) == NULL ||
      !keyframe_catcher_assemble (keyframe->catcher, keyframe->codec, frame) ||
      frame->len > LIMIT_FRAME_TEXT_BYTES / 4 * 3)
    return;
  event = track_frame_event_new ();
  event->track = g_strdup (keyframe->track);
  event->codec = g_strdup (codec_name (keyframe->codec));
  event->data = g_base64_encode (frame->data, frame->len);
  control_server_emit (message->relay->server, CONTROL_TRACK_FRAME, event);
}

static void
shard_keyframe_destroy (MailboxItem *item)
{
  ShardKeyframe *message = (ShardKeyframe *) item;

  track_keyframe_free (message->keyframe);
  g_free (message);
}

/* Shard thread. */
static void
on_shard_keyframe (gpointer user_data, TrackKeyframe *keyframe, guint32 serial)
{
  Relay *relay = user_data;
  ShardKeyframe *message = g_new0 (ShardKeyframe, 1);

  message->item.run = shard_keyframe_run;
  message->item.destroy = shard_keyframe_destroy;
  message->relay = relay;
  message->keyframe = keyframe;
  message->serial = serial;
  mailbox_post_item (relay->mailbox, &message->item);
}

/* --- life cycle ---------------------------------------------------------------------------------
 */

static gboolean
relay_start_handshaker (Relay *relay, GError **error)
{
  g_autoptr (DtlsContext) context = NULL;
  const gchar *path = relay->settings->relay.dtls_certificate;

  relay->certificate = dtls_certificate_load (path, g_get_real_time () / G_USEC_PER_SEC, error);
  if (relay->certificate == NULL)
    return FALSE;
  context = dtls_context_new (relay->certificate, error);
  if (context == NULL)
    return FALSE;
  relay->handshaker = handshaker_new (context, error);
  return relay->handshaker != NULL;
}

static gboolean
relay_start_shards (Relay *relay, GError **error)
{
  guint wanted = relay->settings->relay.shards > 0 ? (guint) relay->settings->relay.shards
                                                   : g_get_num_processors ();
  ShardConfig config = { .addresses = (const gchar *const *) relay->settings->relay.addresses,
                         .tcp = relay->settings->relay.tcp,
                         .handshaker = relay->handshaker,
                         .events = { on_shard_event, on_shard_keyframe, relay } };

  for (guint i = 0; i < MIN (wanted, LIMIT_SHARDS); i++) {
    config.index = i;
    config.port = relay->settings->relay.media_port > 0 ? relay->settings->relay.media_port + i : 0;
    relay->shards[i] = shard_new (&config, error);
    if (relay->shards[i] == NULL)
      return FALSE;
    relay->n_shards++;
  }
  return TRUE;
}

/* Each second. */
static gboolean
on_awake_timer (gpointer user_data)
{
  Relay *relay = user_data;
  guint32 packets = 0;

  for (guint i = 0; i < relay->n_shards; i++)
    packets += (guint32) g_atomic_int_get (&relay->shards[i]->told_packets);
  keep_awake_look (relay->keep_awake, g_get_monotonic_time (), packets);
  return G_SOURCE_CONTINUE;
}

static void
relay_start_keep_awake (Relay *relay)
{
  relay->keep_awake = keep_awake_new (&keep_awake_files);
  relay->awake_timer = g_timeout_source_new_seconds (1);
  g_source_set_callback (relay->awake_timer, on_awake_timer, relay, NULL);
  g_source_attach (relay->awake_timer, g_main_context_get_thread_default ());
}

static void
relay_end_keep_awake (Relay *relay)
{
  if (relay->awake_timer == NULL)
    return;
  g_source_destroy (relay->awake_timer);
  g_clear_pointer (&relay->awake_timer, g_source_unref);
  g_clear_pointer (&relay->keep_awake, keep_awake_free);
}

Relay *
relay_new (const Settings *settings, gboolean owned, GError **error)
{
  g_autoptr (Relay) relay = g_new0 (Relay, 1);
  g_autofree gchar *socket = settings_relay_socket (settings);

  if (!gst_is_initialized ()) {
    gst_init (NULL, NULL);
    elements_register ();
  }
  relay->settings = settings;
  relay->owned = owned;
  relay->id = g_uuid_string_random ();
  relay->started_us = g_get_monotonic_time ();
  relay->addresses = candidates_gather (settings);
  relay->mailbox = mailbox_new (g_main_context_get_thread_default ());
  if (!relay_start_handshaker (relay, error) || !relay_start_shards (relay, error))
    return NULL;
  relay->directory = directory_new (relay->shards, relay->n_shards);
  relay->server = control_server_new (relay_handlers, relay_n_handlers, relay);
  if (!control_server_listen (relay->server, socket, error))
    return NULL;
  if (settings->relay.keep_awake)
    relay_start_keep_awake (relay);
  return g_steal_pointer (&relay);
}

void
relay_free (Relay *relay)
{
  relay_end_keep_awake (relay);
  for (guint i = 0; i < relay->n_shards; i++)
    shard_stop (relay->shards[i]);
  g_clear_pointer (&relay->handshaker, handshaker_free);
  mailbox_close (relay->mailbox);
  g_clear_pointer (&relay->server, control_server_free);
  g_clear_pointer (&relay->directory, directory_free);
  for (guint i = 0; i < relay->n_shards; i++)
    shard_free (relay->shards[i]);
  g_clear_pointer (&relay->certificate, dtls_certificate_unref);
  mailbox_unref (relay->mailbox);
  g_strfreev (relay->addresses);
  g_free (relay->id);
  g_free (relay);
}

void
relay_set_shutdown_func (Relay *relay, void (*func) (gpointer user_data), gpointer user_data)
{
  relay->on_shutdown = func;
  relay->on_shutdown_data = user_data;
}

/* --- the process --------------------------------------------------------------------------------
 */

static gboolean
on_signal (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_quit (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

/* Not at once: the reply is still to be sent. */
static void
on_shutdown (gpointer user_data)
{
  g_timeout_add (50, on_quit, user_data);
}

int
relay_main (const Settings *settings, gboolean owned)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (Relay) relay = NULL;

  if (!sealer_choose ((SealerChoice) settings->relay.crypto))
    log_warning ("relay", NULL, "this machine has no libipsec-mb: OpenSSL seals");
  if (!settings_make_dirs (settings, &error) ||
      (relay = relay_new (settings, owned, &error)) == NULL) {
    log_error ("relay", NULL, "cannot start: %s", error->message);
    return 1;
  }
  relay_set_shutdown_func (relay, on_shutdown, loop);
  g_unix_signal_add (SIGTERM, on_signal, loop);
  g_unix_signal_add (SIGINT, on_signal, loop);
  log_info ("relay", relay->id, "started, pid %d, %u shards, UDP port %u on", getpid (),
            relay->n_shards, relay->shards[0]->port);
  log_info ("relay", relay->id, "SRTP is sealed by %s and %s",
            sealer_backend_best (SRTP_SUITE_AEAD_AES_128_GCM)->name,
            sealer_backend_best (SRTP_SUITE_AES_CM_128_HMAC_SHA1_80)->name);
  g_main_loop_run (loop);
  log_info ("relay", relay->id, "stopped");
  return 0;
}
