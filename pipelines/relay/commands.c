#include "pipelines/relay/commands.h"

#include "pipelines/relay/clock.h"
#include "pipelines/relay/feed.h"
#include "pipelines/relay/shard_lines.h"
#include "pipelines/relay/slot.h"
#include "pipelines/relay/track.h"
#include "pipelines/relay/track_picture.h"
#include "pipelines/relay/transport_capture.h"

typedef struct Command Command;

struct Command {
  MailboxItem item;
  Shard *shard;
  void (*apply) (Command *command);
  guint32 serial; /* of the transport or the track */

  /* by command */
  TransportPlan *plan;
  gchar *remote_ufrag, *remote_pwd;
  ShardRoute route;
  AudioGroupPlan *group;
  gboolean muted;
  guint wake_s;
  ShardFans fans;
  ShardLimit limit; /* of a transport, or of a line */
  CaptureSpec capture;
  gchar *comment; /* of the capture */
  Shard *const *shards;
  guint n_shards;

  ShardReplyTo reply_to; /* mailbox NULL: no reply */
  gchar *ufrag, *pwd, *error;
  ShardStats stats;
  CaptureRead captured;
};

static void
command_free (Command *command)
{
  if (command->plan != NULL)
    transport_plan_free (command->plan);
  if (command->route.shape != NULL)
    track_shape_unref (command->route.shape);
  g_clear_pointer (&command->group, audio_group_plan_free);
  if (command->reply_to.mailbox != NULL)
    mailbox_unref (command->reply_to.mailbox);
  g_clear_pointer (&command->captured.data, g_bytes_unref);
  g_free (command->comment);
  g_free (command->remote_ufrag);
  g_free (command->remote_pwd);
  g_free (command->ufrag);
  g_free (command->pwd);
  g_free (command->error);
  g_free (command);
}

static void
command_destroy (MailboxItem *item)
{
  command_free ((Command *) item);
}

/* Main thread. */
static void
reply_run (MailboxItem *item)
{
  Command *command = (Command *) item;
  ShardReply reply = { command->ufrag, command->pwd, command->error, &command->stats,
                       &command->captured };

  command->reply_to.func (&reply, command->reply_to.user_data);
}

/* Shard thread. */
static void
command_run (MailboxItem *item)
{
  Command *command = (Command *) item;

  command->shard->now_us = relay_clock_now_us ();
  command->apply (command);
  send_batch_flush (command->shard->batch);
}

/* Shard thread: the command goes back as its own reply. */
static void
command_finish (MailboxItem *item)
{
  Command *command = (Command *) item;

  if (command->reply_to.mailbox == NULL) {
    command_free (command);
    return;
  }
  command->item.run = reply_run;
  command->item.destroy = command_destroy;
  mailbox_post_item (command->reply_to.mailbox, &command->item);
}

static Command *
command_new (Shard *shard, void (*apply) (Command *command), const ShardReplyTo *reply_to)
{
  Command *command = g_new0 (Command, 1);

  command->item.run = command_run;
  command->item.destroy = command_finish;
  command->shard = shard;
  command->apply = apply;
  if (reply_to != NULL) {
    command->reply_to = *reply_to;
    mailbox_ref (reply_to->mailbox);
  }
  return command;
}

static void
command_post (Command *command)
{
  mailbox_post_item (command->shard->mailbox, &command->item);
}

static Transport *
command_find_transport (Command *command, guint32 serial)
{
  return g_hash_table_lookup (command->shard->transports, GUINT_TO_POINTER (serial));
}

static Track *
command_find_track (Command *command)
{
  return g_hash_table_lookup (command->shard->tracks, GUINT_TO_POINTER (command->serial));
}

static void
command_take_credentials (Command *command, const Transport *transport)
{
  command->ufrag = g_strdup (ice_session_get_ufrag (transport->ice));
  command->pwd = g_strdup (ice_session_get_pwd (transport->ice));
}

/* --- transports ---------------------------------------------------------------------------------
 */

static void
apply_create (Command *command)
{
  g_autoptr (GError) error = NULL;
  Transport *transport = transport_new (command->shard, command->plan, &error);

  if (transport != NULL)
    command_take_credentials (command, transport);
  else
    command->error = g_strdup (error->message);
}

static void
apply_update (Command *command)
{
  Transport *transport = command_find_transport (command, command->serial);
  g_autoptr (GError) error = NULL;

  if (transport == NULL || transport->state == TRANSPORT_CLOSED)
    command->error = g_strdup ("transport is closed");
  else if (!transport_update (transport, command->plan, &error))
    command->error = g_strdup (error->message);
}

static void
apply_restart_ice (Command *command)
{
  Transport *transport = command_find_transport (command, command->serial);

  if (transport == NULL || transport->state == TRANSPORT_CLOSED) {
    command->error = g_strdup ("transport is closed");
    return;
  }
  ice_session_restart (transport->ice, command->remote_ufrag);
  ice_session_set_remote_pwd (transport->ice, command->remote_pwd);
  command_take_credentials (command, transport);
}

static void
apply_close (Command *command)
{
  Transport *transport = command_find_transport (command, command->serial);

  if (transport == NULL)
    return;
  transport_close (transport, "closed");
  transport_free (transport);
}

void
shard_command_create (Shard *shard, TransportPlan *plan, const ShardReplyTo *reply_to)
{
  Command *command = command_new (shard, apply_create, reply_to);

  command->plan = plan;
  command_post (command);
}

void
shard_command_update (Shard *shard, TransportPlan *plan, const ShardReplyTo *reply_to)
{
  Command *command = command_new (shard, apply_update, reply_to);

  command->serial = plan->serial;
  command->plan = plan;
  command_post (command);
}

void
shard_command_restart_ice (Shard *shard, guint32 serial, const TransportRestartIceRequest *request,
                           const ShardReplyTo *reply_to)
{
  Command *command = command_new (shard, apply_restart_ice, reply_to);

  command->serial = serial;
  command->remote_ufrag = g_strdup (request->remote_ufrag);
  command->remote_pwd = g_strdup (request->remote_pwd);
  command_post (command);
}

void
shard_command_close (Shard *shard, guint32 serial)
{
  Command *command = command_new (shard, apply_close, NULL);

  command->serial = serial;
  command_post (command);
}

/* --- routes and tracks --------------------------------------------------------------------------
 */

static void
apply_route (Command *command)
{
  const ShardRoute *route = &command->route;
  Transport *transport = command_find_transport (command, route->transport);
  Feed *feed = NULL;
  Slot *slot;

  if (transport == NULL || transport->state == TRANSPORT_CLOSED ||
      route->slot >= transport->slots->len)
    return;
  slot = g_ptr_array_index (transport->slots, route->slot);
  if (route->group != 0) {
    audio_group_route_slot (slot, route->group, route->place, route->except);
    return;
  }
  if (route->shape != NULL)
    feed = feed_get (command->shard, route->shape, route->origin);
  slot_route (slot, feed, route->height);
}

static void
apply_group (Command *command)
{
  AudioGroup *group = audio_group_find (command->shard, command->group->serial);

  if (group != NULL)
    audio_group_define (group, command->group);
}

static void
apply_mute (Command *command)
{
  Track *track = command_find_track (command);

  if (track != NULL)
    track_set_muted (track, command->muted);
}

static void
apply_keyframe (Command *command)
{
  Track *track = command_find_track (command);

  if (track != NULL)
    track_warm_up (track);
}

static void
apply_picture (Command *command)
{
  Track *track = command_find_track (command);

  if (track == NULL)
    return;
  if (command->wake_s != 0)
    track_wake (track, command->wake_s * (gint64) G_USEC_PER_SEC);
  track_ask_picture (track);
}

static void
apply_fans (Command *command)
{
  Track *track = command_find_track (command);

  if (track == NULL)
    return;
  track_set_fans (track, command->fans.counts, command->shards, command->n_shards);
  track_set_wanted (track, command->fans.wanted_height);
}

void
shard_command_route (Shard *shard, const ShardRoute *route)
{
  Command *command = command_new (shard, apply_route, NULL);

  command->route = *route;
  if (route->shape != NULL)
    track_shape_ref (route->shape);
  command_post (command);
}

void
shard_command_group (Shard *shard, AudioGroupPlan *plan)
{
  Command *command = command_new (shard, apply_group, NULL);

  command->group = plan;
  command_post (command);
}

void
shard_command_mute (Shard *shard, guint32 track, gboolean muted)
{
  Command *command = command_new (shard, apply_mute, NULL);

  command->serial = track;
  command->muted = muted;
  command_post (command);
}

void
shard_command_keyframe (Shard *shard, guint32 track)
{
  Command *command = command_new (shard, apply_keyframe, NULL);

  command->serial = track;
  command_post (command);
}

void
shard_command_picture (Shard *shard, guint32 track, guint wake_s)
{
  Command *command = command_new (shard, apply_picture, NULL);

  command->serial = track;
  command->wake_s = wake_s;
  command_post (command);
}

void
shard_command_fans (Shard *shard, const ShardFans *fans, Shard *const *shards, guint n_shards)
{
  Command *command = command_new (shard, apply_fans, NULL);

  command->serial = fans->track;
  command->fans = *fans;
  command->shards = shards;
  command->n_shards = MIN (n_shards, LIMIT_SHARDS);
  command_post (command);
}

/* --- limits ----------------------------------------------------------------------------------- */

static void
apply_limit (Command *command)
{
  const ShardLimit *limit = &command->limit;
  Transport *transport =
      g_hash_table_lookup (command->shard->transports, GUINT_TO_POINTER (limit->transport));

  if (transport != NULL)
    transport_set_limits (transport, limit->down_bps, limit->up_bps, limit->line);
}

static void
apply_line (Command *command)
{
  const ShardLimit *limit = &command->limit;

  shard_set_line (command->shard, limit->line, limit->down_bps, limit->up_bps);
}

void
shard_command_limit (Shard *shard, const ShardLimit *limit)
{
  Command *command = command_new (shard, apply_limit, NULL);

  command->limit = *limit;
  command_post (command);
}

void
shard_command_line (Shard *shard, guint32 line, guint down_bps, guint up_bps)
{
  Command *command = command_new (shard, apply_line, NULL);

  command->limit = (ShardLimit){ .line = line, .down_bps = down_bps, .up_bps = up_bps };
  command_post (command);
}

/* --- captures ---------------------------------------------------------------------------------
 */

static gint64
wall_ns (void)
{
  return g_get_real_time () * 1000;
}

/* NULL and an error: it is not there, or over. */
static Transport *
command_need_transport (Command *command)
{
  Transport *transport = command_find_transport (command, command->serial);

  if (transport != NULL && transport->state != TRANSPORT_CLOSED)
    return transport;
  command->error = g_strdup ("transport is closed");
  return NULL;
}

static void
apply_capture_start (Command *command)
{
  Transport *transport = command_need_transport (command);

  command->capture.comment = command->comment;
  if (transport != NULL)
    transport_start_capture (transport, &command->capture, wall_ns ());
}

static void
apply_capture_read (Command *command)
{
  Transport *transport = command_need_transport (command);

  if (transport != NULL && transport->capture != NULL)
    capture_read (transport->capture, command->shard->now_us, &command->captured);
  else if (transport != NULL)
    command->error = g_strdup ("there is no capture");
}

static void
apply_capture_stop (Command *command)
{
  Transport *transport = command_find_transport (command, command->serial);

  if (transport != NULL)
    transport_stop_capture (transport);
}

static void
apply_recall_headers (Command *command)
{
  Transport *transport = command_need_transport (command);

  if (transport != NULL)
    command->captured.data = transport_recall_headers (transport, wall_ns ());
}

static void
command_post_to (Shard *shard, guint32 serial, void (*apply) (Command *command),
                 const ShardReplyTo *reply_to)
{
  Command *command = command_new (shard, apply, reply_to);

  command->serial = serial;
  command_post (command);
}

void
shard_command_capture_start (Shard *shard, guint32 serial, const CaptureSpec *spec,
                             const ShardReplyTo *reply_to)
{
  Command *command = command_new (shard, apply_capture_start, reply_to);

  command->serial = serial;
  command->capture = *spec;
  command->comment = g_strdup (spec->comment);
  command_post (command);
}

void
shard_command_capture_read (Shard *shard, guint32 serial, const ShardReplyTo *reply_to)
{
  command_post_to (shard, serial, apply_capture_read, reply_to);
}

void
shard_command_capture_stop (Shard *shard, guint32 serial, const ShardReplyTo *reply_to)
{
  command_post_to (shard, serial, apply_capture_stop, reply_to);
}

void
shard_command_recall_headers (Shard *shard, guint32 serial, const ShardReplyTo *reply_to)
{
  command_post_to (shard, serial, apply_recall_headers, reply_to);
}

/* --- statistics ---------------------------------------------------------------------------------
 */

static void
apply_stats (Command *command)
{
  Shard *shard = command->shard;
  const SendBatchCounters *sent = send_batch_get_counters (shard->batch);
  GHashTableIter iter;
  gpointer transport;

  command->stats = shard->stats;
  command->stats.shard = shard->config.index;
  command->stats.transports = g_hash_table_size (shard->transports);
  command->stats.tracks = g_hash_table_size (shard->tracks);
  g_hash_table_iter_init (&iter, shard->transports);
  while (g_hash_table_iter_next (&iter, NULL, &transport))
    command->stats.slots += ((Transport *) transport)->slots->len;
  command->stats.tx_packets = sent->packets;
  command->stats.tx_bytes = sent->bytes;
  command->stats.tx_dropped = sent->dropped + sent->failed;
  command->stats.tx_messages = sent->messages;
  command->stats.wakes = mailbox_get_wakes (shard->mailbox);
  command->stats.cpu_us = relay_clock_thread_cpu_us ();
  shard->stats.round_worst_us = 0;
}

void
shard_command_stats (Shard *shard, const ShardReplyTo *reply_to)
{
  command_post (command_new (shard, apply_stats, reply_to));
}
