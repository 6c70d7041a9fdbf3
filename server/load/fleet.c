#include "server/load/fleet.h"

#include <gio/gio.h>
#include <string.h>
#include <sys/resource.h>

#define TICK_MS 10
/* Of one room: its socket, its WebSocket; and to spare. */
#define DESCRIPTORS_PER_ROOM 3

G_DEFINE_AUTOPTR_CLEANUP_FUNC (json_t, json_decref)

struct _Fleet {
  FleetConfig config; /* its strings are copies */
  GMainContext *context;
  GPtrArray *rooms;      /* of FleetRoom */
  GHashTable *endpoints; /* mark_room () -> id, of `rooms` */

  DtlsCertificate *certificate;
  DtlsContext *dtls;
  MediaLoop *loop;
  Handshaker *handshaker;
  RtcPeerConfig peer, deaf_peer;
  Histogram *latency, *stun; /* media thread */
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
  gint handed; /* atomic: GTask's own hand-over is not seen by ThreadSanitizer */
} ClipJob;

static void
clip_job_free (gpointer data)
{
  ClipJob *job = data;

  (void) g_atomic_int_get (&job->handed);
  g_free (job->name);
  g_free (job);
}

static void
run_clip_job (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  ClipJob *job = task_data;
  GError *error = NULL;
  (void) source;
  (void) cancellable;
  (void) g_atomic_int_get (&job->handed);
  Clip *clip = clip_encode (job->name, job->seed, &job->format, &error);
  g_atomic_int_set (&job->handed, 1);
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
  ClipJob *job = g_task_get_task_data (G_TASK (result));
  g_atomic_int_inc (&job->handed); /* the worker may be the one that frees it */
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
  job->format = fleet->config.format;
  g_atomic_int_set (&job->handed, 1);
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

static const char *
find_endpoint (gpointer user_data, guint32 room)
{
  const Fleet *fleet = user_data;
  return g_hash_table_lookup (fleet->endpoints, GUINT_TO_POINTER (room));
}

static void
start_room (Fleet *fleet, guint index, Clip *clip)
{
  const FleetRoom *room = g_ptr_array_index (fleet->rooms, index);
  gboolean is_deaf = index + fleet->config.deaf >= fleet->rooms->len;
  VirtualRoomConfig media = { .peer = is_deaf ? &fleet->deaf_peer : &fleet->peer,
                              .publishes = index < fleet->config.publishers,
                              .audio_slots = fleet->config.audio_slots,
                              .video_slots = fleet->config.video_slots,
                              .clip = clip,
                              .noise = fleet->config.noise,
                              .audio_kbps = fleet->config.audio_kbps,
                              .spread_us = fleet->config.spread_us };
  media.noise.room = mark_room (room->endpoint);
  if (index == 0 && fleet->config.first_kbps > 0)
    media.noise.kbps = fleet->config.first_kbps;
  RoomSessionConfig config = { .soup = fleet->soup,
                               .url = fleet->config.url,
                               .meeting = fleet->config.meeting,
                               .endpoint = room->endpoint,
                               .token = room->token,
                               .mic_open = room->mic_open,
                               .media = &media,
                               .log = fleet->config.log,
                               .find_endpoint = find_endpoint,
                               .user_data = fleet };
  g_ptr_array_add (fleet->sessions, room_session_new (&config));
}

static void
start_due_rooms (Fleet *fleet, gint64 now_us)
{
  gint64 since_us = now_us - fleet->started_us;
  guint64 due = 1 + (guint64) since_us * fleet->config.joins_per_s / G_USEC_PER_SEC;
  while (fleet->sessions->len < MIN (due, fleet->rooms->len)) {
    guint index = fleet->sessions->len;
    Clip *clip = fleet->config.with_clips ? clip_of_room (fleet, index) : NULL;
    if (fleet->config.with_clips && !clip)
      return;
    start_room (fleet, index, clip);
  }
}

static gboolean
on_tick (gpointer user_data)
{
  Fleet *fleet = user_data;
  start_due_rooms (fleet, g_get_monotonic_time ());
  if (fleet->sessions->len < fleet->rooms->len)
    return G_SOURCE_CONTINUE;
  g_clear_pointer (&fleet->tick, g_source_unref);
  return G_SOURCE_REMOVE;
}

static gboolean
make_dtls (Fleet *fleet, GError **error)
{
  fleet->certificate = dtls_certificate_new (g_get_real_time () / G_USEC_PER_SEC, error);
  if (!fleet->certificate)
    return FALSE;
  fleet->dtls = dtls_context_new (fleet->certificate, error);
  if (!fleet->dtls)
    return FALSE;
  return !fleet->config.suites ||
         dtls_context_set_suites (fleet->dtls, fleet->config.suites, error);
}

static gboolean
start_media (Fleet *fleet, GError **error)
{
  const FleetConfig *config = &fleet->config;
  /* a few rooms of a demonstration need no millisecond */
  guint tick_us = config->with_clips && fleet->rooms->len < 64 ? 5 * MEDIA_LOOP_TICK_US : 0;

  fleet->loop = media_loop_new (tick_us, error);
  if (fleet->loop && config->scan_us > 0)
    media_loop_scan (fleet->loop, config->scan_us);
  fleet->handshaker = fleet->loop ? handshaker_new (fleet->dtls, error) : NULL;
  fleet->latency = g_new0 (Histogram, 1);
  fleet->stun = g_new0 (Histogram, 1);
  fleet->peer =
      (RtcPeerConfig){ .loop = fleet->loop,
                       .handshaker = fleet->handshaker,
                       .fingerprint = dtls_certificate_get_fingerprint (fleet->certificate),
                       .local_address = config->local_address,
                       .tcp = config->tcp,
                       .gro = config->gro,
                       .decrypt_all = config->decrypt_all,
                       .loss_permille = config->loss_permille,
                       .has_feedback = config->has_feedback,
                       .latency = fleet->latency,
                       .stun = fleet->stun };
  fleet->deaf_peer = fleet->peer;
  fleet->deaf_peer.deaf = TRUE;
  return fleet->handshaker != NULL;
}

/* As many as the administrator allows at all: a shell begins with 1,024. */
static void
raise_descriptors (guint rooms)
{
  struct rlimit limit;
  if (getrlimit (RLIMIT_NOFILE, &limit) < 0)
    return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur < (rlim_t) rooms * DESCRIPTORS_PER_ROOM)
    g_warning ("%u rooms need %u descriptors, the limit is %lu (ulimit -n)", rooms,
               rooms * DESCRIPTORS_PER_ROOM, (unsigned long) limit.rlim_cur);
}

static void
copy_config (Fleet *fleet, const FleetConfig *config)
{
  fleet->config = *config;
  fleet->config.url = g_strdup (config->url);
  fleet->config.meeting = g_strdup (config->meeting);
  fleet->config.local_address = g_strdup (config->local_address);
  fleet->config.suites = NULL;
  fleet->config.joins_per_s = MAX (config->joins_per_s, 1);
  fleet->rooms = g_ptr_array_ref (config->rooms);
  fleet->endpoints = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < fleet->rooms->len; i++) {
    FleetRoom *room = g_ptr_array_index (fleet->rooms, i);
    g_hash_table_insert (fleet->endpoints, GUINT_TO_POINTER (mark_room (room->endpoint)),
                         room->endpoint);
  }
}

Fleet *
fleet_new (const FleetConfig *config, GError **error)
{
  g_autoptr (Fleet) fleet = g_new0 (Fleet, 1);
  copy_config (fleet, config);
  fleet->context = g_main_context_ref_thread_default ();
  fleet->n_clips = config->clips ? MIN (config->clips, config->rooms->len) : config->rooms->len;
  fleet->sessions = g_ptr_array_new_with_free_func ((GDestroyNotify) room_session_free);
  fleet->clips = g_ptr_array_new_with_free_func ((GDestroyNotify) clip_unref);
  fleet->cancellable = g_cancellable_new ();
  fleet->soup = soup_session_new_with_options ("max-conns", FLEET_ROOMS_MAX, "max-conns-per-host",
                                               FLEET_ROOMS_MAX, "proxy-resolver", NULL, NULL);
  raise_descriptors (config->rooms->len);
  fleet->config.suites = config->suites;
  if (!make_dtls (fleet, error) || !start_media (fleet, error))
    return NULL;
  fleet->config.suites = NULL; /* used, and not ours */
  fleet->started_us = g_get_monotonic_time ();
  fleet->tick = g_timeout_source_new (TICK_MS);
  g_source_set_callback (fleet->tick, on_tick, fleet, NULL);
  g_source_attach (fleet->tick, fleet->context);
  if (config->with_clips)
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
  g_clear_pointer (&fleet->handshaker, handshaker_free); /* its last posts are the loop's to run */
  g_clear_pointer (&fleet->loop, media_loop_free);
  g_ptr_array_unref (fleet->clips);
  g_clear_object (&fleet->soup);
  g_clear_object (&fleet->cancellable);
  g_clear_pointer (&fleet->dtls, dtls_context_unref);
  g_clear_pointer (&fleet->certificate, dtls_certificate_unref);
  g_hash_table_unref (fleet->endpoints);
  g_ptr_array_unref (fleet->rooms);
  g_main_context_unref (fleet->context);
  g_free (fleet->latency);
  g_free (fleet->stun);
  g_free ((char *) fleet->config.url);
  g_free ((char *) fleet->config.meeting);
  g_free ((char *) fleet->config.local_address);
  g_free (fleet);
}

/* --- figures --- */

typedef struct {
  Fleet *fleet;
  RtcPeerFigures sum;
  gint64 late_us;
  Histogram *latency, *stun;
} Look;

static VirtualRoom *
room_of (const Fleet *fleet, guint index)
{
  const RoomSession *session = g_ptr_array_index (fleet->sessions, index);
  return room_media_get_room (room_session_get_media (session));
}

/* Media thread; the owner waits, so its list stands still. */
static void
look_at_media (gpointer data)
{
  Look *look = data;
  for (guint i = 0; i < look->fleet->sessions->len; i++) {
    RtcPeerFigures one = virtual_room_get_figures (room_of (look->fleet, i));
    rtc_peer_figures_add (&look->sum, &one);
  }
  look->late_us = media_loop_take_worst_us (look->fleet->loop);
}

static void
reset_media (gpointer data)
{
  Look *look = data;
  for (guint i = 0; i < look->fleet->sessions->len; i++)
    virtual_room_reset_worst (room_of (look->fleet, i));
  memset (look->fleet->latency, 0, sizeof *look->fleet->latency);
  memset (look->fleet->stun, 0, sizeof *look->fleet->stun);
  media_loop_take_worst_us (look->fleet->loop);
}

static void
copy_times (gpointer data)
{
  const Look *look = data;
  *look->latency = *look->fleet->latency;
  *look->stun = *look->fleet->stun;
}

FleetSummary
fleet_get_summary (Fleet *fleet)
{
  FleetSummary sum = { .rooms = fleet->rooms->len, .started = fleet->sessions->len };
  Look look = { .fleet = fleet };
  for (guint i = 0; i < fleet->sessions->len; i++) {
    const RoomSession *session = g_ptr_array_index (fleet->sessions, i);
    sum.in_meeting += room_session_get_state (session) == ROOM_SESSION_IN_MEETING;
    sum.over += room_session_get_state (session) == ROOM_SESSION_OVER;
    sum.connected += room_media_is_connected (room_session_get_media (session));
    sum.watching += room_session_get_times (session)->picture_us != 0;
  }
  media_loop_call (fleet->loop, look_at_media, &look);
  sum.media = look.sum;
  sum.late_us = look.late_us;
  return sum;
}

void
fleet_begin_window (Fleet *fleet)
{
  media_loop_call (fleet->loop, reset_media, &(Look){ .fleet = fleet });
}

void
fleet_get_times (Fleet *fleet, Histogram *ret_latency, Histogram *ret_stun)
{
  Look look = { .fleet = fleet, .latency = ret_latency, .stun = ret_stun };

  media_loop_call (fleet->loop, copy_times, &look);
}

const GPtrArray *
fleet_get_sessions (const Fleet *fleet)
{
  return fleet->sessions;
}

guint
fleet_send (Fleet *fleet, const char *endpoint, json_t *message)
{
  guint sent = 0;
  for (guint i = 0; i < fleet->sessions->len; i++) {
    RoomSession *session = g_ptr_array_index (fleet->sessions, i);
    if (!endpoint || g_str_equal (endpoint, room_session_get_endpoint (session)))
      sent += room_session_send (session, message);
  }
  return sent;
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
