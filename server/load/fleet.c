#include "server/load/fleet.h"

#include "server/load/room_session.h"

#include <gio/gio.h>
#include <jansson.h>

#define TICK_MS 10

G_DEFINE_AUTOPTR_CLEANUP_FUNC (json_t, json_decref)

struct _Fleet {
  GMainContext *context;
  char *url;
  char *meeting;
  char *local_address;
  GPtrArray *rooms; /* of FleetRoom */
  ClipFormat format;
  guint joins_per_s;
  guint audio_slots;
  guint video_slots;

  DtlsCertificate *certificate;
  DtlsContext *dtls;
  SoupSession *soup;
  GPtrArray *sessions; /* of RoomSession, the first ones of `rooms` */
  GPtrArray *clips;    /* of Clip: owner thread, filled by on_clip () */
  guint n_clips;
  gint64 started_us;
  GSource *tick;
  GCancellable *cancellable;
};

FleetRoom *
fleet_room_new (const char *endpoint, const char *name, const char *token, gboolean mic_open)
{
  FleetRoom *room = g_new0 (FleetRoom, 1);
  room->endpoint = g_strdup (endpoint);
  room->name = g_strdup (name);
  room->token = g_strdup (token);
  room->mic_open = mic_open;
  return room;
}

void
fleet_room_free (FleetRoom *room)
{
  g_free (room->endpoint);
  g_free (room->name);
  g_free (room->token);
  g_free (room);
}

/* What the worker needs to encode one clip; it touches nothing of the fleet. */
typedef struct {
  char *name;
  guint32 seed;
  ClipFormat format;
} ClipJob;

static void
clip_job_free (gpointer job)
{
  g_free (((ClipJob *) job)->name);
  g_free (job);
}

static void
run_clip_job (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const ClipJob *job = task_data;
  GError *error = NULL;
  (void) source;
  (void) cancellable;
  Clip *clip = clip_encode (job->name, job->seed, &job->format, &error);
  if (clip)
    g_task_return_pointer (task, clip, (GDestroyNotify) clip_unref);
  else
    g_task_return_error (task, error);
}

static void encode_next (Fleet *fleet);

static void
on_clip (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  (void) source;
  Clip *clip = g_task_propagate_pointer (G_TASK (result), &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* the fleet is freed */
  if (!clip) {
    g_critical ("cannot make the rooms' picture: %s", error->message);
    return;
  }
  Fleet *fleet = user_data;
  g_ptr_array_add (fleet->clips, clip);
  encode_next (fleet);
}

static void
encode_next (Fleet *fleet)
{
  guint index = fleet->clips->len;
  if (index >= fleet->n_clips)
    return;
  const FleetRoom *room = g_ptr_array_index (fleet->rooms, index);
  ClipJob *job = g_new0 (ClipJob, 1);
  job->name = g_strdup (room->name);
  job->seed = g_str_hash (room->endpoint);
  job->format = fleet->format;
  g_autoptr (GTask) task = g_task_new (NULL, fleet->cancellable, on_clip, fleet);
  g_task_set_task_data (task, job, clip_job_free);
  g_task_run_in_thread (task, run_clip_job);
}

/* Rooms beyond the clips share them in turn. */
static Clip *
clip_of_room (Fleet *fleet, guint index)
{
  guint clip = index % fleet->n_clips;
  return clip < fleet->clips->len ? g_ptr_array_index (fleet->clips, clip) : NULL;
}

static void
start_due_rooms (Fleet *fleet, gint64 now_us)
{
  guint64 due = 1 + (guint64) (now_us - fleet->started_us) * fleet->joins_per_s / G_USEC_PER_SEC;
  while (fleet->sessions->len < MIN (due, fleet->rooms->len)) {
    Clip *clip = clip_of_room (fleet, fleet->sessions->len);
    if (!clip)
      return;
    const FleetRoom *room = g_ptr_array_index (fleet->rooms, fleet->sessions->len);
    RoomSessionConfig config = {
      .soup = fleet->soup,
      .url = fleet->url,
      .meeting = fleet->meeting,
      .endpoint = room->endpoint,
      .token = room->token,
      .mic_open = room->mic_open,
      .clip = clip,
      .media = { .context = fleet->context,
                 .dtls = fleet->dtls,
                 .fingerprint = dtls_certificate_get_fingerprint (fleet->certificate),
                 .local_address = fleet->local_address,
                 .audio_slots = fleet->audio_slots,
                 .video_slots = fleet->video_slots },
    };
    g_ptr_array_add (fleet->sessions, room_session_new (&config));
  }
}

static gboolean
on_tick (gpointer user_data)
{
  Fleet *fleet = user_data;
  gint64 now_us = g_get_monotonic_time ();
  start_due_rooms (fleet, now_us);
  for (guint i = 0; i < fleet->sessions->len; i++)
    room_session_tick (g_ptr_array_index (fleet->sessions, i), now_us);
  return G_SOURCE_CONTINUE;
}

static gboolean
make_dtls (Fleet *fleet, GError **error)
{
  fleet->certificate = dtls_certificate_new (g_get_real_time () / G_USEC_PER_SEC, error);
  if (!fleet->certificate)
    return FALSE;
  fleet->dtls = dtls_context_new (fleet->certificate, error);
  return fleet->dtls != NULL;
}

Fleet *
fleet_new (const FleetConfig *config, GError **error)
{
  g_autoptr (Fleet) fleet = g_new0 (Fleet, 1);
  fleet->context = g_main_context_ref_thread_default ();
  fleet->url = g_strdup (config->url);
  fleet->meeting = g_strdup (config->meeting);
  fleet->local_address = g_strdup (config->local_address);
  fleet->rooms = g_ptr_array_ref (config->rooms);
  fleet->format = config->format;
  fleet->joins_per_s = MAX (config->joins_per_s, 1);
  fleet->audio_slots = config->audio_slots;
  fleet->video_slots = config->video_slots;
  fleet->n_clips = config->clips ? MIN (config->clips, config->rooms->len) : config->rooms->len;
  fleet->sessions = g_ptr_array_new_with_free_func ((GDestroyNotify) room_session_free);
  fleet->clips = g_ptr_array_new_with_free_func ((GDestroyNotify) clip_unref);
  fleet->cancellable = g_cancellable_new ();
  fleet->soup = soup_session_new_with_options ("max-conns", FLEET_ROOMS_MAX, "max-conns-per-host",
                                               FLEET_ROOMS_MAX, "proxy-resolver", NULL, NULL);
  if (!make_dtls (fleet, error))
    return NULL;
  fleet->started_us = g_get_monotonic_time ();
  fleet->tick = g_timeout_source_new (TICK_MS);
  g_source_set_callback (fleet->tick, on_tick, fleet, NULL);
  g_source_attach (fleet->tick, fleet->context);
  encode_next (fleet);
  return g_steal_pointer (&fleet);
}

void
fleet_free (Fleet *fleet)
{
  g_cancellable_cancel (fleet->cancellable);
  if (fleet->tick)
    g_source_destroy (fleet->tick);
  g_clear_pointer (&fleet->tick, g_source_unref);
  g_ptr_array_unref (fleet->sessions);
  g_ptr_array_unref (fleet->clips);
  g_clear_object (&fleet->soup);
  g_clear_object (&fleet->cancellable);
  g_clear_pointer (&fleet->dtls, dtls_context_unref);
  g_clear_pointer (&fleet->certificate, dtls_certificate_unref);
  g_ptr_array_unref (fleet->rooms);
  g_main_context_unref (fleet->context);
  g_free (fleet->url);
  g_free (fleet->meeting);
  g_free (fleet->local_address);
  g_free (fleet);
}

FleetSummary
fleet_get_summary (const Fleet *fleet)
{
  FleetSummary sum = { .rooms = fleet->rooms->len, .started = fleet->sessions->len };
  for (guint i = 0; i < fleet->sessions->len; i++) {
    const RoomSession *session = g_ptr_array_index (fleet->sessions, i);
    const VirtualRoom *room = room_session_get_room (session);
    RtcPeerCounters counters = virtual_room_get_counters (room);
    sum.in_meeting += room_session_get_state (session) == ROOM_SESSION_IN_MEETING;
    sum.over += room_session_get_state (session) == ROOM_SESSION_OVER;
    sum.connected += virtual_room_is_connected (room);
    sum.tx_packets += counters.tx_packets;
    sum.rx_packets += counters.rx_packets;
    sum.rx_lost += counters.rx_lost;
  }
  return sum;
}

static FleetRoom *
room_from_json (const json_t *json)
{
  const char *endpoint = json_string_value (json_object_get (json, "endpoint"));
  const char *name = json_string_value (json_object_get (json, "name"));
  const char *token = json_string_value (json_object_get (json, "token"));
  if (!endpoint || !token)
    return NULL;
  return fleet_room_new (endpoint, name ? name : endpoint, token,
                         json_is_true (json_object_get (json, "mic_open")));
}

GPtrArray *
fleet_rooms_parse (const char *text, gsize size, char **ret_url, char **ret_meeting, GError **error)
{
  json_error_t where;
  g_autoptr (json_t) json = json_loadb (text, size, 0, &where);
  const char *url = json_string_value (json_object_get (json, "url"));
  const char *meeting = json_string_value (json_object_get (json, "meeting"));
  const json_t *list = json_object_get (json, "rooms");
  if (!url || !meeting || json_array_size (list) == 0 || json_array_size (list) > FLEET_ROOMS_MAX) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s",
                 json ? "the list of rooms needs url, meeting and 1 to 5000 rooms" : where.text);
    return NULL;
  }
  g_autoptr (GPtrArray) rooms = g_ptr_array_new_with_free_func ((GDestroyNotify) fleet_room_free);
  for (size_t i = 0; i < json_array_size (list); i++) {
    FleetRoom *room = room_from_json (json_array_get (list, i));
    if (!room) {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "room %zu of the list needs endpoint and token", i + 1);
      return NULL;
    }
    g_ptr_array_add (rooms, room);
  }
  *ret_url = g_strdup (url);
  *ret_meeting = g_strdup (meeting);
  return g_steal_pointer (&rooms);
}
