#include "pipelines/relay/candidates.h"
#include "pipelines/relay/relay_private.h"

#include <string.h>
#include <unistd.h>

/* A request that waits for its shard. */
typedef struct {
  Relay *relay;
  ControlCall *call;
  Shard *shard;
  guint32 serial; /* of the transport */
} PendingCall;

static ShardReplyTo
pending_call_new (Relay *relay, ControlCall *call, const DirectoryTransport *transport,
                  ShardReplyFunc func)
{
  PendingCall *pending = g_new0 (PendingCall, 1);
  ShardReplyTo reply_to = { relay->mailbox, func, pending };

  pending->relay = relay;
  pending->call = call;
  pending->shard = transport->shard;
  pending->serial = transport->serial;
  return reply_to;
}

static void
on_hello (ControlCall *call, gconstpointer message, gpointer user_data)
{
  const HelloRequest *request = message;
  Relay *relay = user_data;
  g_autoptr (HelloReply) reply = NULL;

  if (request->version != CONTROL_VERSION) {
    control_call_fail (call, "version", "this relay speaks version " G_STRINGIFY (CONTROL_VERSION));
    return;
  }
  reply = hello_reply_new ();
  reply->version = CONTROL_VERSION;
  reply->relay = g_strdup (relay->id);
  reply->pid = getpid ();
  reply->owned = relay->owned;
  reply->fingerprint = g_strdup (dtls_certificate_get_fingerprint (relay->certificate));
  control_call_reply (call, reply);
}

static void
on_state_list (ControlCall *call, gconstpointer message, gpointer user_data)
{
  const StateListRequest *request = message;
  Relay *relay = user_data;
  g_autoptr (StateListReply) reply = directory_list (relay->directory, request->after);

  control_call_reply (call, reply);
}

/* --- transports ---------------------------------------------------------------------------------
 */

static void
reply_with_credentials (PendingCall *pending, const ShardReply *answer)
{
  g_autoptr (TransportIceReply) reply = transport_ice_reply_new ();

  reply->ufrag = g_strdup (answer->ufrag);
  reply->pwd = g_strdup (answer->pwd);
  g_clear_pointer (&reply->candidates, g_ptr_array_unref);
  reply->candidates = candidates_describe ((const gchar *const *) pending->relay->addresses,
                                           pending->shard->port, pending->shard->tcp != NULL);
  control_call_reply (pending->call, reply);
}

static void
on_created (const ShardReply *answer, gpointer user_data)
{
  g_autofree PendingCall *pending = user_data;
  DirectoryTransport *transport =
      directory_find_serial (pending->relay->directory, pending->serial);

  if (answer->error == NULL) {
    reply_with_credentials (pending, answer);
    return;
  }
  if (transport != NULL)
    directory_remove (pending->relay->directory, transport);
  control_call_fail (pending->call, "bad-request", answer->error);
}

static void
on_transport_create (ControlCall *call, gconstpointer message, gpointer user_data)
{
  const TransportCreateRequest *request = message;
  Relay *relay = user_data;
  DirectoryTransport *transport;
  TransportPlan *plan;
  ShardReplyTo reply_to;
  const gchar *error;

  if (directory_find (relay->directory, request->transport) != NULL) {
    control_call_fail (call, "exists", "transport is there already");
    return;
  }
  if (directory_get_n_transports (relay->directory) >= relay->settings->relay.max_transports) {
    control_call_fail (call, "limit", "too many transports");
    return;
  }
  transport = directory_add (relay->directory, request->transport, request->line);
  plan = directory_plan (relay->directory, transport, request, &error);
  if (plan == NULL) {
    directory_remove (relay->directory, transport);
    control_call_fail (call, "exists", error);
    return;
  }
  reply_to = pending_call_new (relay, call, transport, on_created);
  shard_command_create (transport->shard, plan, &reply_to);
}

static void
on_updated (const ShardReply *answer, gpointer user_data)
{
  g_autofree PendingCall *pending = user_data;

  if (answer->error == NULL)
    control_call_reply (pending->call, NULL);
  else
    control_call_fail (pending->call, "bad-request", answer->error);
}

static void
on_transport_update (ControlCall *call, gconstpointer message, gpointer user_data)
{
  const TransportUpdateRequest *request = message;
  Relay *relay = user_data;
  DirectoryTransport *transport = directory_find (relay->directory, request->transport);
  /* borrows the lists: the plan makes its own copy */
  TransportCreateRequest as_create = { .transport = request->transport,
                                       .remote_fingerprint = (char *) "",
                                       .remote_ufrag = (char *) "",
                                       .tracks = request->tracks,
                                       .slots = request->slots };
  TransportPlan *plan;
  ShardReplyTo reply_to;
  const gchar *error;

  if (transport == NULL) {
    control_call_fail (call, "not-found", "no such transport");
    return;
  }
  plan = directory_plan (relay->directory, transport, &as_create, &error);
  if (plan == NULL) {
    control_call_fail (call, "exists", error);
    return;
  }
  reply_to = pending_call_new (relay, call, transport, on_updated);
  shard_command_update (transport->shard, plan, &reply_to);
}

static void
on_restarted (const ShardReply *answer, gpointer user_data)
{
  g_autofree PendingCall *pending = user_data;

  if (answer->error == NULL)
    reply_with_credentials (pending, answer);
  else
    control_call_fail (pending->call, "not-found", answer->error);
}

static void
on_transport_restart_ice (ControlCall *call, gconstpointer message, gpointer user_data)
{
  const TransportRestartIceRequest *request = message;
  Relay *relay = user_data;
  DirectoryTransport *transport = directory_find (relay->directory, request->transport);
  ShardReplyTo reply_to;

  if (transport == NULL) {
    control_call_fail (call, "not-found", "no such transport");
    return;
  }
  reply_to = pending_call_new (relay, call, transport, on_restarted);
  shard_command_restart_ice (transport->shard, transport->serial, request, &reply_to);
}

static void
on_transport_close (ControlCall *call, gconstpointer message, gpointer user_data)
{
  const TransportCloseRequest *request = message;
  Relay *relay = user_data;
  DirectoryTransport *transport = directory_find (relay->directory, request->transport);

  if (transport == NULL) {
    control_call_fail (call, "not-found", "no such transport");
    return;
  }
  shard_command_close (transport->shard, transport->serial);
  directory_remove (relay->directory, transport);
  control_call_reply (call, NULL);
}

/* --- routes -------------------------------------------------------------------------------------
 */

/* A slot or track that has just gone is no error: its owner hears of it by events. */
static void
on_slot_route (ControlCall *call, gconstpointer message, gpointer user_data)
{
  const SlotRouteRequest *request = message;
  Relay *relay = user_data;

  for (guint i = 0; i < request->routes->len; i++) {
    const RouteSpec *route = g_ptr_array_index (request->routes, i);

    if (!directory_route (relay->directory, route))
      log_debug ("relay", route->slot, "route to %s: not there", route->track);
  }
  directory_flush (relay->directory);
  control_call_reply (call, NULL);
}

static void
on_transport_limit (ControlCall *call, gconstpointer message, gpointer user_data)
{
  const TransportLimitRequest *request = message;
  Relay *relay = user_data;

  for (guint i = 0; i < request->limits->len; i++) {
    const TransportLimit *limit = g_ptr_array_index (request->limits, i);

    if (!directory_limit (relay->directory, limit))
      log_debug ("relay", limit->transport, "limit: not there");
  }
  control_call_reply (call, NULL);
}

static void
on_track_mute (ControlCall *call, gconstpointer message, gpointer user_data)
{
  const TrackMuteRequest *request = message;
  Relay *relay = user_data;

  for (guint i = 0; i < request->mutes->len; i++) {
    const MuteSpec *mute = g_ptr_array_index (request->mutes, i);

    if (!directory_mute (relay->directory, mute))
      log_debug ("relay", mute->track, "mute: not there");
  }
  control_call_reply (call, NULL);
}

static void
on_track_keyframe (ControlCall *call, gconstpointer message, gpointer user_data)
{
  const TrackKeyframeRequest *request = message;
  Relay *relay = user_data;

  if (!directory_ask_keyframe (relay->directory, request->track))
    log_debug ("relay", request->track, "keyframe: not there");
  control_call_reply (call, NULL);
}

/* Tracks go while they are asked for: no error. */
static void
on_track_picture (ControlCall *call, gconstpointer message, gpointer user_data)
{
  const TrackPictureRequest *request = message;
  Relay *relay = user_data;

  for (gchar **track = request->tracks; *track != NULL; track++)
    directory_ask_picture (relay->directory, *track, (guint) request->wake_s);
  control_call_reply (call, NULL);
}

static void
on_audio_group (ControlCall *call, gconstpointer message, gpointer user_data)
{
  Relay *relay = user_data;

  directory_set_group (relay->directory, message);
  directory_flush (relay->directory);
  control_call_reply (call, NULL);
}

/* --- captures -----------------------------------------------------------------------------------
 */

typedef void (*CaptureCommand) (Shard *shard, guint32 serial, const ShardReplyTo *reply_to);

/* Asks the shard of @id; fails @call if there is no such transport. */
static void
ask_about (Relay *relay, ControlCall *call, const gchar *id, CaptureCommand command,
           ShardReplyFunc func)
{
  DirectoryTransport *transport = directory_find (relay->directory, id);
  ShardReplyTo reply_to;

  if (transport == NULL) {
    control_call_fail (call, "not-found", "no such transport");
    return;
  }
  reply_to = pending_call_new (relay, call, transport, func);
  command (transport->shard, transport->serial, &reply_to);
}

static void
on_capture_done (const ShardReply *answer, gpointer user_data)
{
  g_autofree PendingCall *pending = user_data;

  if (answer->error == NULL)
    control_call_reply (pending->call, NULL);
  else
    control_call_fail (pending->call, "not-found", answer->error);
}

static gchar *
to_base64 (GBytes *bytes)
{
  gsize size;
  const guint8 *data;

  if (bytes == NULL)
    return NULL;
  data = g_bytes_get_data (bytes, &size);
  return g_base64_encode (data, size);
}

static void
on_capture_fetched (const ShardReply *answer, gpointer user_data)
{
  g_autofree PendingCall *pending = user_data;
  g_autoptr (CaptureReadReply) reply = NULL;

  if (answer->error != NULL) {
    control_call_fail (pending->call, "not-found", answer->error);
    return;
  }
  reply = capture_read_reply_new ();
  reply->data = to_base64 (answer->capture->data);
  reply->more = answer->capture->more;
  reply->state = answer->capture->state;
  reply->packets = (gint64) answer->capture->packets;
  reply->dropped = (gint64) answer->capture->dropped;
  control_call_reply (pending->call, reply);
}

static void
on_headers_recalled (const ShardReply *answer, gpointer user_data)
{
  g_autofree PendingCall *pending = user_data;
  g_autoptr (CaptureHeadersReply) reply = NULL;

  if (answer->error != NULL) {
    control_call_fail (pending->call, "not-found", answer->error);
    return;
  }
  reply = capture_headers_reply_new ();
  reply->data = to_base64 (answer->capture->data);
  control_call_reply (pending->call, reply);
}

static void
on_capture_start (ControlCall *call, gconstpointer message, gpointer user_data)
{
  const CaptureStartRequest *request = message;
  Relay *relay = user_data;
  DirectoryTransport *transport = directory_find (relay->directory, request->transport);
  CaptureSpec spec = { .payload = request->payload,
                       .duration_us = request->seconds * (gint64) G_USEC_PER_SEC,
                       .max_bytes = request->max_bytes,
                       .comment = request->comment };
  ShardReplyTo reply_to;

  if (transport == NULL) {
    control_call_fail (call, "not-found", "no such transport");
    return;
  }
  reply_to = pending_call_new (relay, call, transport, on_capture_done);
  shard_command_capture_start (transport->shard, transport->serial, &spec, &reply_to);
}

static void
on_capture_read (ControlCall *call, gconstpointer message, gpointer user_data)
{
  const CaptureTransport *request = message;

  ask_about (user_data, call, request->transport, shard_command_capture_read, on_capture_fetched);
}

static void
on_capture_stop (ControlCall *call, gconstpointer message, gpointer user_data)
{
  const CaptureTransport *request = message;

  ask_about (user_data, call, request->transport, shard_command_capture_stop, on_capture_done);
}

static void
on_capture_headers (ControlCall *call, gconstpointer message, gpointer user_data)
{
  const CaptureTransport *request = message;

  ask_about (user_data, call, request->transport, shard_command_recall_headers,
             on_headers_recalled);
}

/* --- the process --------------------------------------------------------------------------------
 */

typedef struct {
  Relay *relay;
  ControlCall *call;
  RelayStatsReply *reply;
  guint missing; /* shards that have not answered */
} PendingStats;

static gint64
process_rss_bytes (void)
{
  g_autofree gchar *text = NULL;
  guint64 pages = 0;
  gchar *second;

  if (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL) &&
      (second = strchr (text, ' ')) != NULL)
    pages = g_ascii_strtoull (second, NULL, 10);
  return pages * sysconf (_SC_PAGESIZE);
}

static void
on_shard_stats (const ShardReply *answer, gpointer user_data)
{
  PendingStats *pending = user_data;

  g_ptr_array_add (pending->reply->shards, record_copy (&shard_stats_type, answer->stats));
  if (--pending->missing > 0)
    return;
  pending->reply->uptime_s =
      (g_get_monotonic_time () - pending->relay->started_us) / G_USEC_PER_SEC;
  pending->reply->rss_bytes = process_rss_bytes ();
  control_call_reply (pending->call, pending->reply);
  relay_stats_reply_free (pending->reply);
  g_free (pending);
}

static void
on_relay_stats (ControlCall *call, gconstpointer message, gpointer user_data)
{
  Relay *relay = user_data;
  PendingStats *pending = g_new0 (PendingStats, 1);
  ShardReplyTo reply_to = { relay->mailbox, on_shard_stats, pending };

  pending->relay = relay;
  pending->call = call;
  pending->reply = relay_stats_reply_new ();
  pending->missing = relay->n_shards;
  for (guint i = 0; i < relay->n_shards; i++)
    shard_command_stats (relay->shards[i], &reply_to);
}

static void
on_shutdown (ControlCall *call, gconstpointer message, gpointer user_data)
{
  Relay *relay = user_data;

  if (!relay->owned) {
    control_call_fail (call, "not-owned", "this relay was not started by a controller");
    return;
  }
  control_call_reply (call, NULL);
  if (relay->on_shutdown != NULL)
    relay->on_shutdown (relay->on_shutdown_data);
}

const ControlHandlerRow relay_handlers[] = {
  { CONTROL_HELLO, on_hello },
  { CONTROL_STATE_LIST, on_state_list },
  { CONTROL_TRANSPORT_CREATE, on_transport_create },
  { CONTROL_TRANSPORT_RESTART_ICE, on_transport_restart_ice },
  { CONTROL_TRANSPORT_UPDATE, on_transport_update },
  { CONTROL_TRANSPORT_CLOSE, on_transport_close },
  { CONTROL_SLOT_ROUTE, on_slot_route },
  { CONTROL_TRACK_MUTE, on_track_mute },
  { CONTROL_TRACK_KEYFRAME, on_track_keyframe },
  { CONTROL_AUDIO_GROUP, on_audio_group },
  { CONTROL_RELAY_STATS, on_relay_stats },
  { CONTROL_SHUTDOWN, on_shutdown },
  { CONTROL_TRANSPORT_LIMIT, on_transport_limit },
  { CONTROL_CAPTURE_START, on_capture_start },
  { CONTROL_CAPTURE_READ, on_capture_read },
  { CONTROL_CAPTURE_STOP, on_capture_stop },
  { CONTROL_CAPTURE_HEADERS, on_capture_headers },
  { CONTROL_TRACK_PICTURE, on_track_picture },
};
const gsize relay_n_handlers = G_N_ELEMENTS (relay_handlers);
