#include "signaling/meeting/voices.h"

#include "config/limits.h"
#include "signaling/meeting/hub_private.h"

char *
voices_group (const Meeting *meeting)
{
  return g_strdup_printf ("g.%s", meeting->record->id);
}

const char *
voices_own_track (const MediaSession *session)
{
  MediaSession *publisher = session->seat != NULL ? session->seat->session : NULL;
  const SessionLine *line =
      publisher != NULL ? media_session_find_role (publisher, SDP_ROLE_MIC) : NULL;

  return line != NULL ? line->name : NULL;
}

/* The open microphone of @seat, once the relay has it. */
static const char *
find_voice (const Seat *seat)
{
  if (seat->session == NULL || seat->session->local == NULL || seat_is_outside (seat))
    return NULL;
  return seat_mic_track (seat);
}

static gboolean
is_endpoint (const Seat *seat, const char *endpoint)
{
  return g_strcmp0 (seat->info->endpoint, endpoint) == 0;
}

/* Lower goes first; 3: one of many. */
static guint
rank_of (const Meeting *meeting, const Seat *seat)
{
  const FloorState *floor = meeting->live->floor;

  if (is_endpoint (seat, meeting->spotlight))
    return 0;
  if (floor != NULL && is_endpoint (seat, floor->endpoint))
    return 1;
  return seat->is_chair ? 2 : 3;
}

static void
add_voice (AudioGroupRequest *request, const char *name, guint rank)
{
  GroupTrackSpec *track;

  if (request->tracks->len >= LIMIT_GROUP_TRACKS)
    return;
  track = group_track_spec_new ();
  g_free (track->track);
  track->track = g_strdup (name);
  track->always = rank < 3;
  if (rank < 3 && request->lead == NULL)
    request->lead = g_strdup (name);
  g_ptr_array_add (request->tracks, track);
}

static AudioGroupRequest *
collect_voices (const Meeting *meeting)
{
  AudioGroupRequest *request = audio_group_request_new ();

  g_free (request->group);
  request->group = voices_group (meeting);
  request->n = (int) meeting->hub->config.loudest_voices;
  for (guint rank = 0; rank <= 3; rank++)
    for (guint i = 0; i < meeting->seat_list->len; i++) {
      const Seat *seat = g_ptr_array_index (meeting->seat_list, i);
      const char *name = find_voice (seat);
      if (name != NULL && rank_of (meeting, seat) == rank)
        add_voice (request, name, rank);
    }
  return request;
}

/* Two requests say the same if their texts do. */
static char *
voices_text (const AudioGroupRequest *request)
{
  GString *text = g_string_new (request->lead);

  for (guint i = 0; i < request->tracks->len; i++) {
    const GroupTrackSpec *track = g_ptr_array_index (request->tracks, i);
    g_string_append_printf (text, "%c%s", track->always ? '!' : ' ', track->track);
  }
  return g_string_free (text, FALSE);
}

void
voices_update (Meeting *meeting, gboolean is_full)
{
  g_autoptr (AudioGroupRequest) request = collect_voices (meeting);
  g_autofree char *text = voices_text (request);

  if (!is_full && g_strcmp0 (text, meeting->voices) == 0)
    return;
  g_free (meeting->voices);
  meeting->voices = g_steal_pointer (&text);
  meeting->hub->media.set_group (meeting->hub->media_data, request);
}
