/* What the relay tells, and the relay lost and found again. */
#include <string.h>

#include "config/log.h"
#include "signaling/meeting/audience.h"
#include "signaling/meeting/camera_demand.h"
#include "signaling/meeting/hub_private.h"
#include "signaling/meeting/line_limits.h"
#include "signaling/meeting/meeting_health.h"
#include "signaling/meeting/room_connection.h"

#define TAG "meeting"

MediaSession *
hub_find_line (MeetingHub *hub, const char *name, SessionLine **ret_line)
{
  const char *slash = strrchr (name, '/');

  if (slash == NULL)
    return NULL;
  g_autofree char *transport = g_strndup (name, slash - name);
  MediaSession *session = g_hash_table_lookup (hub->transports, transport);
  *ret_line = session != NULL ? media_session_find_line (session, name) : NULL;
  return *ret_line != NULL ? session : NULL;
}

/* --- transports --- */

static void
reset_media (MediaSession *session, const char *reason)
{
  if (session->connection != NULL)
    room_connection_send (session->connection, room_message_media_reset (reason));
}

/* The relay has given the transport up: the room makes a new one. */
static void
on_transport_closed (MediaSession *session, const char *reason)
{
  Meeting *meeting = session->meeting;
  Seat *seat = session->seat;

  if (session->is_pending)
    return; /* the request under way will say so */
  reset_media (session, reason != NULL ? reason : "closed");
  meeting_forget_session (meeting, session);
  if (seat != NULL && seat->session == NULL && seat->connection == NULL)
    meeting_seat_lose (meeting, seat, "media lost");
}

static void
on_transport_state (MeetingHub *hub, const TransportStateEvent *event)
{
  MediaSession *session = g_hash_table_lookup (hub->transports, event->transport);

  if (session == NULL)
    return;
  log_event_about (
      LOG_DEBUG, TAG,
      &(LogSubject){ .meeting = session->meeting->record->id,
                     .seat = session->seat != NULL ? session->seat->info->endpoint : NULL,
                     .transport = session->transport },
      "%s -> %s (%s)", transport_state_names[session->state], transport_state_names[event->state],
      event->reason != NULL ? event->reason : "-");
  session->state = event->state;
  session->state_us = hub->now_us;
  if (event->state == TRANSPORT_CLOSED) {
    on_transport_closed (session, event->reason);
    return;
  }
  Seat *seat = session->seat;
  gboolean is_lost = event->state == TRANSPORT_DISCONNECTED;
  if (seat == NULL || seat->session != session)
    return;
  if (health_site_set_lost (seat->health, is_lost))
    meeting_seat_changed (session->meeting, seat);
  if (session->kind != SESSION_ENCODER)
    return;
  if (event->state == TRANSPORT_CONNECTED)
    meeting_seat_enter (session->meeting, seat, "");
  else if (is_lost)
    meeting_seat_lose (session->meeting, seat, "media lost");
}

/* --- tracks and slots --- */

static void
on_track_state (MeetingHub *hub, const TrackStateEvent *event)
{
  SessionLine *line = NULL;
  MediaSession *session = hub_find_line (hub, event->track, &line);

  if (session == NULL || session->seat == NULL || camera_demand_takes_state (line, event->active) ||
      line->is_active == event->active)
    return;
  line->is_active = event->active;
  session->meeting->routes_dirty = TRUE;
  if (line->role == SDP_ROLE_CAMERA)
    meeting_seat_changed (session->meeting, session->seat);
}

static void
note_voice (Meeting *meeting, Seat *seat, int level, gint64 now_us)
{
  if (level <= HEARD_LEVEL && seat_mic_is_live (seat))
    seat->heard_us = now_us;
  if (level > SPEAKING_LEVEL || !seat_mic_is_live (seat))
    return;
  meeting->routes_dirty |= !seat->is_speaking;
  meeting->seats_dirty |= !seat->is_speaking; /* all are told who it is */
  seat->is_speaking = TRUE;
  seat->spoke_us = now_us;
}

/* The seat of a microphone's level, if it is news: a closed microphone is told silent once. */
static Seat *
take_level (MeetingHub *hub, const LevelSpec *spec)
{
  SessionLine *line = NULL;
  MediaSession *session = hub_find_line (hub, spec->track, &line);
  Seat *seat = session != NULL && line->role == SDP_ROLE_MIC ? session->seat : NULL;
  gboolean is_publisher = seat != NULL && seat->session == session;
  int level = is_publisher && seat_mic_is_live (seat) ? spec->level : 127;

  if (!is_publisher || level == seat->told_level)
    return NULL;
  seat->told_level = level;
  note_voice (session->meeting, seat, level, hub->now_us);
  return seat;
}

/* One message for each meeting that has news. */
static void
on_audio_levels (MeetingHub *hub, const AudioLevelsEvent *event)
{
  g_autoptr (GHashTable) by_meeting =
      g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_ptr_array_unref);
  GHashTableIter iter;
  gpointer key = NULL, value = NULL;

  for (guint i = 0; i < event->levels->len; i++) {
    Seat *seat = take_level (hub, g_ptr_array_index (event->levels, i));
    if (seat == NULL)
      continue;
    GPtrArray *seats = g_hash_table_lookup (by_meeting, seat->session->meeting);
    if (seats == NULL) {
      seats = g_ptr_array_new ();
      g_hash_table_insert (by_meeting, seat->session->meeting, seats);
    }
    g_ptr_array_add (seats, seat);
  }
  g_hash_table_iter_init (&iter, by_meeting);
  while (g_hash_table_iter_next (&iter, &key, &value))
    audience_tell_levels (key, value);
}

static void
on_slot_state (MeetingHub *hub, const SlotStateEvent *event)
{
  SessionLine *line = NULL;
  MediaSession *session = hub_find_line (hub, event->slot, &line);

  if (session == NULL || !event->unsupported || session->connection == NULL || line->shown == NULL)
    return;
  const char *name = line->shown->info->name;
  g_autofree char *vi = g_strdup_printf (
      "Thiết bị này không đọc được chuẩn hình của %s. Hãy dùng trình duyệt Chromium.", name);
  g_autofree char *en = g_strdup_printf (
      "This device cannot read the video codec of %s. Use the Chromium browser.", name);
  room_connection_send (session->connection, room_message_notice (vi, en));
}

static void
on_survival (MeetingHub *hub, const TransportSurvivalEvent *event)
{
  MediaSession *session = g_hash_table_lookup (hub->transports, event->transport);

  if (session == NULL || session->is_starved == event->survival)
    return;
  session->is_starved = event->survival;
  if (session->seat != NULL && session->seat->session == session)
    meeting_seat_changed (session->meeting, session->seat);
}

void
meeting_hub_on_media_event (MeetingHub *hub, ControlType type, gconstpointer event, gint64 now_us)
{
  hub_set_now (hub, now_us);
  switch (type) {
  case CONTROL_TRANSPORT_STATE:
    on_transport_state (hub, event);
    break;
  case CONTROL_TRACK_STATE:
    on_track_state (hub, event);
    break;
  case CONTROL_AUDIO_LEVELS:
    on_audio_levels (hub, event);
    break;
  case CONTROL_TRANSPORT_STATS:
    meeting_health_on_stats (hub, event);
    break;
  case CONTROL_SLOT_STATE:
    on_slot_state (hub, event);
    break;
  case CONTROL_TRACK_DEMAND:
    camera_demand_on_event (hub, event);
    break;
  case CONTROL_TRANSPORT_SURVIVAL:
    on_survival (hub, event);
    break;
  default:
    break;
  }
}

/* --- lost and back --- */

void
meeting_hub_on_relay_lost (MeetingHub *hub, gint64 now_us)
{
  hub_set_now (hub, now_us);
  hub->is_relay_up = FALSE;
}

/* Its transport lives: everything is told anew, since messages may have been lost. A microphone or
 * camera that was let through is taken as flowing until the relay says otherwise. */
static void
resume_session (MediaSession *session, const TransportSummary *summary, gint64 now_us)
{
  session->state = summary->state;
  session->state_us = now_us;
  for (guint i = 0; i < session->n_lines; i++) {
    SessionLine *line = &session->lines[i];
    if (sdp_role_is_published (line->role)) {
      line->is_active = TRUE;
      continue;
    }
    g_clear_pointer (&line->track, g_free);
    line->height = -1; /* differs from every choice */
  }
  if (session->seat != NULL && session->seat->session == session)
    meeting_seat_changed (session->meeting, session->seat);
  if (session->kind == SESSION_ENCODER && session->state == TRANSPORT_CONNECTED)
    meeting_seat_enter (session->meeting, session->seat, "");
}

static void
lose_session (MediaSession *session)
{
  Meeting *meeting = session->meeting;
  Seat *seat = session->seat;
  gboolean is_encoder = session->kind == SESSION_ENCODER;

  reset_media (session, "relay");
  meeting_forget_session (meeting, session);
  if (is_encoder && seat != NULL)
    meeting_seat_lose (meeting, seat, "relay");
}

static void
compare_sessions (MeetingHub *hub, GHashTable *survivors)
{
  g_autoptr (GList) sessions = g_hash_table_get_values (hub->transports);

  for (GList *l = sessions; l != NULL; l = l->next) {
    MediaSession *session = l->data;
    const TransportSummary *summary = g_hash_table_lookup (survivors, session->transport);
    if (session->is_pending)
      continue; /* its request is answered, or fails, by itself */
    if (summary != NULL && summary->state != TRANSPORT_CLOSED)
      resume_session (session, summary, hub->now_us);
    else
      lose_session (session);
  }
}

void
meeting_hub_on_relay_back (MeetingHub *hub, const GPtrArray *survivors, gint64 now_us)
{
  g_autoptr (GHashTable) by_id = g_hash_table_new (g_str_hash, g_str_equal);
  GHashTableIter iter;
  gpointer value = NULL;
  guint n_orphans = 0;

  hub_set_now (hub, now_us);
  hub->is_relay_up = TRUE;
  for (guint i = 0; i < survivors->len; i++) {
    TransportSummary *summary = g_ptr_array_index (survivors, i);
    g_hash_table_insert (by_id, summary->transport, summary);
    if (g_hash_table_contains (hub->transports, summary->transport))
      continue;
    hub->media.close_transport (hub->media_data, summary->transport);
    n_orphans++;
  }
  compare_sessions (hub, by_id);
  g_hash_table_iter_init (&iter, hub->meetings);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    Meeting *meeting = value;
    meeting_sync_mutes (meeting, NULL, TRUE);
    line_limits_tell_all (meeting, FALSE);
    meeting_update_routes (meeting);
  }
  log_info (TAG, NULL, "relay: %u transports, %u of nobody closed, %u in use", survivors->len,
            n_orphans, g_hash_table_size (hub->transports));
}
