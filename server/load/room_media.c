#include "server/load/room_media.h"

struct _RoomMedia {
  gint references; /* atomic: the owner's, and one of each event on its way */
  MediaLoop *loop; /* read-only after new */
  GMainContext *context;
  VirtualRoom *room;  /* media thread */
  guint media_serial; /* media thread: restarts so far */
  /* owner thread, as all below */
  RoomMediaEvents events;
  gpointer user_data;
  gboolean is_freed;
  guint serial; /* restarts so far: what an older peer told does not count */
  gboolean is_connected;
  gboolean mic_open, camera_on;
};

static void
unref (gpointer data)
{
  RoomMedia *media = data;

  if (!g_atomic_int_dec_and_test (&media->references))
    return;
  g_main_context_unref (media->context);
  g_free (media);
}

/* --- media thread to owner --- */

typedef enum { TELL_CONNECTED, TELL_FAILED, TELL_KEY } TellKind;

typedef struct {
  RoomMedia *media;
  TellKind kind;
  gint64 at_us;
  KeyNews key;
  guint serial;
  gint handed; /* atomic: GLib's own hand-over is not seen by ThreadSanitizer */
} Tell;

static void
tell_free (gpointer data)
{
  Tell *tell = data;

  (void) g_atomic_int_get (&tell->handed);
  unref (tell->media);
  g_free (tell);
}

static gboolean
run_tell (gpointer data)
{
  Tell *tell = data;
  RoomMedia *media;

  (void) g_atomic_int_get (&tell->handed);
  media = tell->media;
  if (media->is_freed || tell->serial != media->serial)
    return G_SOURCE_REMOVE;
  switch (tell->kind) {
  case TELL_CONNECTED:
    media->is_connected = TRUE;
    media->events.on_connected (media->user_data, tell->at_us);
    break;
  case TELL_FAILED:
    media->is_connected = FALSE;
    media->events.on_failed (media->user_data);
    break;
  case TELL_KEY:
    media->events.on_key (media->user_data, &tell->key);
    break;
  }
  return G_SOURCE_REMOVE;
}

static void
tell (RoomMedia *media, const Tell *what)
{
  g_autoptr (GSource) source = g_idle_source_new ();
  Tell *copy = g_memdup2 (what, sizeof *what);

  copy->media = media;
  copy->serial = media->media_serial;
  g_atomic_int_inc (&media->references);
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_atomic_int_set (&copy->handed, 1);
  g_source_set_callback (source, run_tell, copy, tell_free);
  g_source_attach (source, media->context);
}

static void
on_connected (gpointer user_data, gint64 now_us)
{
  tell (user_data, &(Tell){ .kind = TELL_CONNECTED, .at_us = now_us });
}

static void
on_failed (gpointer user_data)
{
  tell (user_data, &(Tell){ .kind = TELL_FAILED });
}

/* Every key frame of 600 rooms would be too much to tell: only those of a new source. */
static void
on_key (gpointer user_data, const KeyNews *news)
{
  if (news->room_changed)
    tell (user_data, &(Tell){ .kind = TELL_KEY, .key = *news });
}

/* --- owner to media thread --- */

typedef struct {
  RoomMedia *media;
  const VirtualRoomConfig *config;
  const char *sdp;
  char *offer;
  gboolean is_on;
  guint line;
  gboolean is_taken;
  GError **error;
} Job;

static void
job_new (gpointer data)
{
  static const VirtualRoomEvents events = { on_connected, on_failed, on_key };
  Job *job = data;

  job->media->room = virtual_room_new (job->config, &events, job->media);
}

static void
job_free (gpointer data)
{
  virtual_room_free (((Job *) data)->media->room);
}

static void
job_restart (gpointer data)
{
  Job *job = data;

  job->media->media_serial++;
  job->offer = virtual_room_restart (job->media->room);
}

static void
job_answer (gpointer data)
{
  Job *job = data;

  job->is_taken = virtual_room_take_answer (job->media->room, job->sdp, job->error);
}

static void
job_mic (gpointer data)
{
  const Job *job = data;

  virtual_room_set_mic (job->media->room, job->is_on);
}

static void
job_camera (gpointer data)
{
  const Job *job = data;

  virtual_room_set_camera (job->media->room, job->is_on);
}

static void
job_pause (gpointer data)
{
  const Job *job = data;

  virtual_room_pause_line (job->media->room, job->line);
}

static void
call (Job *job, void (*func) (gpointer data))
{
  media_loop_call (job->media->loop, func, job);
}

RoomMedia *
room_media_new (const VirtualRoomConfig *config, const RoomMediaEvents *events, gpointer user_data)
{
  RoomMedia *media = g_new0 (RoomMedia, 1);

  media->references = 1;
  media->loop = config->peer->loop;
  media->context = g_main_context_ref_thread_default ();
  media->events = *events;
  media->user_data = user_data;
  media->camera_on = TRUE; /* as a VirtualRoom begins */
  call (&(Job){ .media = media, .config = config }, job_new);
  return media;
}

void
room_media_free (RoomMedia *media)
{
  call (&(Job){ .media = media }, job_free);
  media->is_freed = TRUE;
  unref (media);
}

char *
room_media_restart (RoomMedia *media)
{
  Job job = { .media = media };

  media->is_connected = FALSE;
  media->serial++;
  call (&job, job_restart);
  return job.offer;
}

gboolean
room_media_take_answer (RoomMedia *media, const char *sdp, GError **error)
{
  Job job = { .media = media, .sdp = sdp, .error = error };

  call (&job, job_answer);
  return job.is_taken;
}

void
room_media_set_mic (RoomMedia *media, gboolean open)
{
  if (media->mic_open == open)
    return;
  media->mic_open = open;
  call (&(Job){ .media = media, .is_on = open }, job_mic);
}

void
room_media_set_camera (RoomMedia *media, gboolean on)
{
  if (media->camera_on == on)
    return;
  media->camera_on = on;
  call (&(Job){ .media = media, .is_on = on }, job_camera);
}

void
room_media_pause_line (RoomMedia *media, guint line)
{
  call (&(Job){ .media = media, .line = line }, job_pause);
}

const LineRole *
room_media_get_roles (const RoomMedia *media, guint *ret_n)
{
  return virtual_room_get_roles (media->room, ret_n); /* does not change */
}

gboolean
room_media_is_connected (const RoomMedia *media)
{
  return media->is_connected;
}

VirtualRoom *
room_media_get_room (const RoomMedia *media)
{
  return media->room;
}
