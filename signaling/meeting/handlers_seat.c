/* Microphones and cameras, one's own and others', and the meeting's end. */
#include "signaling/meeting/floor.h"
#include "signaling/meeting/handlers.h"
#include "signaling/meeting/hub_private.h"

/* --- own controls --- */

gboolean
room_on_mic (RoomConnection *connection, const RoomRequest *request, gboolean *ret_is_answered,
             GError **error)
{
  gboolean open = ((const MicRequest *) request->body)->open;
  Seat *seat = connection->seat;
  g_auto (MeetingAct) act = room_act (connection);

  if (open && seat->record->mic_locked)
    return room_refuse (PROBLEM_MIC_LOCKED, error);
  if (seat->record->mic_open == open)
    return TRUE;
  if (open && floor_waits_for (connection->meeting, seat)) /* the button is an answer, too */
    return floor_answer (&act, seat, TRUE, error) && room_act_now (&act, error);
  meeting_act_seat (&act, seat)->mic_open = open;
  meeting_act_log (&act, open ? "mic.opened" : "mic.closed", seat->info->endpoint, NULL);
  return meeting_act_commit (&act, error);
}

gboolean
room_on_camera (RoomConnection *connection, const RoomRequest *request, gboolean *ret_is_answered,
                GError **error)
{
  gboolean on = ((const SwitchRequest *) request->body)->on;
  Seat *seat = connection->seat;
  g_auto (MeetingAct) act = room_act (connection);

  if (on && seat->record->camera_locked)
    return room_refuse (PROBLEM_CAMERA_LOCKED, error);
  if (seat->record->camera_on == on)
    return TRUE;
  meeting_act_seat (&act, seat)->camera_on = on;
  meeting_act_log (&act, on ? "camera.on" : "camera.off", seat->info->endpoint, NULL);
  return meeting_act_commit (&act, error);
}

/* Nothing to store: the room tells it again when it comes back. */
gboolean
room_on_picture (RoomConnection *connection, const RoomRequest *request, gboolean *ret_is_answered,
                 GError **error)
{
  gboolean is_dark = ((const PictureRequest *) request->body)->dark;
  Seat *seat = connection->seat;

  if (seat->is_dark == is_dark)
    return TRUE;
  seat->is_dark = is_dark;
  meeting_seat_changed (connection->meeting, seat);
  return TRUE;
}

/* --- directing --- */

/* A lock closes the microphone, an unlock lets the room open it itself. An encoder has no button:
 * its microphone opens with the unlock. */
gboolean
room_on_seat_mute (RoomConnection *connection, const RoomRequest *request,
                   gboolean *ret_is_answered, GError **error)
{
  const SeatMuteRequest *body = request->body;
  Seat *seat = room_find_seat (connection, body->endpoint, error);

  if (seat == NULL)
    return FALSE;
  g_auto (MeetingAct) act = room_act (connection);
  SeatRecord *changed = meeting_act_seat (&act, seat);
  changed->mic_locked = body->locked;
  changed->mic_open = (changed->mic_open || seat_is_encoder (seat)) && !body->locked;
  meeting_act_log (&act, body->locked ? "mic.locked" : "mic.unlocked", seat->info->endpoint, NULL);
  return meeting_act_commit (&act, error);
}

static gboolean
is_mute_all_target (const RoomConnection *connection, const MuteAllRequest *body, const Seat *seat)
{
  if (seat->is_chair || seat == connection->seat || !seat_mic_is_live (seat))
    return FALSE;
  if (body->branch != NULL && !invited_endpoint_is_below (seat->info, body->branch))
    return FALSE;
  return body->except == NULL ||
         !g_strv_contains ((const char *const *) body->except, seat->info->endpoint);
}

gboolean
room_on_mute_all (RoomConnection *connection, const RoomRequest *request, gboolean *ret_is_answered,
                  GError **error)
{
  const MuteAllRequest *body = request->body;
  Meeting *meeting = connection->meeting;
  g_auto (MeetingAct) act = room_act (connection);

  for (guint i = 0; i < meeting->seat_list->len; i++) {
    Seat *seat = g_ptr_array_index (meeting->seat_list, i);
    if (!is_mute_all_target (connection, body, seat))
      continue;
    SeatRecord *changed = meeting_act_seat (&act, seat);
    changed->mic_open = FALSE;
    changed->mic_locked = seat_is_encoder (seat);
  }
  meeting_act_log (&act, "mute.all", NULL, body->branch);
  return meeting_act_commit (&act, error);
}

gboolean
room_on_meeting_end (RoomConnection *connection, const RoomRequest *request,
                     gboolean *ret_is_answered, GError **error)
{
  Meeting *meeting = connection->meeting;

  if (!meeting_state_can_become (meeting->record->state, MEETING_ENDED))
    return room_refuse (PROBLEM_STATE_FORBIDDEN, error);
  StateChange change = { MEETING_ENDED, NULL, room_actor (connection), connection->source };
  if (!hub_store_state (connection->hub, meeting, &change, error))
    return FALSE;
  room_connection_send (connection, room_message_ok (request));
  *ret_is_answered = TRUE;
  hub_drop_meeting (connection->hub, meeting, BYE_ENDED, NULL);
  return TRUE;
}
