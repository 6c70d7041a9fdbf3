#include "signaling/meeting/camera_demand.h"

#include "signaling/meeting/room_connection.h"

void
camera_demand_tell (const MediaSession *session)
{
  for (guint i = 0; session->connection != NULL && i < session->n_lines; i++) {
    const SessionLine *line = &session->lines[i];

    if (line->role == SDP_ROLE_CAMERA && line->rids != NULL)
      room_connection_send (
          session->connection,
          room_message_demand (line->mid, (const char *const *) line->rids, !line->is_paused));
  }
}

/* One that does not flow yet, or whose encoder cannot be asked, is left alone. */
static gboolean
may_pause (const MediaSession *session, const SessionLine *line)
{
  return session->meeting->hub->config.camera_pause == CAMERA_PAUSE_ALL && line->is_active &&
         session->kind == SESSION_ROOM;
}

static void
set_paused (MediaSession *session, SessionLine *line, gboolean is_paused)
{
  if (line->is_paused == is_paused)
    return;
  line->is_paused = is_paused;
  line->resumed_us = is_paused ? 0 : session->meeting->hub->now_us;
  if (session->seat != NULL)
    meeting_seat_changed (session->meeting, session->seat);
}

static void
take_demand (MeetingHub *hub, const DemandSpec *spec)
{
  SessionLine *line = NULL;
  MediaSession *session = hub_find_line (hub, spec->track, &line);

  if (session == NULL || session->meeting == NULL || line->role != SDP_ROLE_CAMERA)
    return;
  g_strfreev (line->rids);
  line->rids = g_strdupv (spec->rids);
  set_paused (session, line, !spec->watched && may_pause (session, line));
  camera_demand_tell (session);
}

void
camera_demand_on_event (MeetingHub *hub, const TrackDemandEvent *event)
{
  if (hub->config.camera_pause == CAMERA_PAUSE_OFF)
    return;
  for (guint i = 0; i < event->demands->len; i++)
    take_demand (hub, g_ptr_array_index (event->demands, i));
}

gboolean
camera_demand_takes_state (SessionLine *line, gboolean is_flowing)
{
  if (!line->is_paused && line->resumed_us == 0)
    return FALSE;
  line->is_silent = !is_flowing;
  if (is_flowing)
    line->resumed_us = 0;
  return TRUE;
}

void
camera_demand_check (Meeting *meeting, Seat *seat, gint64 now_us)
{
  SessionLine *line =
      seat->session != NULL ? media_session_find_role (seat->session, SDP_ROLE_CAMERA) : NULL;

  if (line == NULL || line->resumed_us == 0 || now_us - line->resumed_us < CAMERA_RESUME_US)
    return;
  line->resumed_us = 0;
  if (!line->is_silent)
    return;
  line->is_silent = line->is_active = FALSE;
  meeting->routes_dirty = TRUE;
  meeting_seat_changed (meeting, seat);
}
