/* The waiting room, the lock, who is taken out, cameras and names: requests of those who direct. */
#include <string.h>

#include "signaling/meeting/handlers.h"
#include "signaling/meeting/lobby.h"

/* --- letting in --- */

static gboolean
is_admit_target (const RoomConnection *connection, const LobbyAdmitRequest *body, const Seat *seat)
{
  if (!seat_is_outside (seat) || seat->state == SEAT_ABSENT ||
      !room_may_direct_seat (connection, seat))
    return FALSE;
  return body->all ||
         (body->branch != NULL && invited_endpoint_is_below (seat->info, body->branch));
}

static gboolean
admit_named (RoomConnection *connection, MeetingAct *act, char *const *endpoints, GError **error)
{
  for (guint i = 0; endpoints != NULL && endpoints[i] != NULL; i++) {
    Seat *seat = room_find_seat (connection, endpoints[i], error);
    if (seat == NULL)
      return FALSE;
    if (!room_may_direct_seat (connection, seat))
      return room_refuse (PROBLEM_NOT_ALLOWED, error);
    if (seat->record->barred)
      return room_refuse (PROBLEM_SEAT_BARRED, error);
    lobby_admit (act, seat);
  }
  return TRUE;
}

gboolean
room_on_lobby_admit (RoomConnection *connection, const RoomRequest *request,
                     gboolean *ret_is_answered, GError **error)
{
  const LobbyAdmitRequest *body = request->body;
  Meeting *meeting = connection->meeting;
  g_auto (MeetingAct) act = room_act (connection);

  if (!admit_named (connection, &act, body->endpoints, error))
    return FALSE;
  for (guint i = 0; i < meeting->seat_list->len; i++) {
    Seat *seat = g_ptr_array_index (meeting->seat_list, i);
    if (is_admit_target (connection, body, seat))
      lobby_admit (&act, seat);
  }
  if (!room_act_now (&act, error))
    return FALSE;
  lobby_welcome_admitted (&act);
  return TRUE;
}

/* The seat of @endpoint unless it presides. */
static Seat *
find_lesser_seat (RoomConnection *connection, const char *endpoint, GError **error)
{
  Seat *seat = room_find_seat (connection, endpoint, error);

  if (seat == NULL || !seat_presides (seat))
    return seat;
  room_refuse (PROBLEM_SEAT_CHAIR, error);
  return NULL;
}

gboolean
room_on_lobby_return (RoomConnection *connection, const RoomRequest *request,
                      gboolean *ret_is_answered, GError **error)
{
  const EndpointRequest *body = request->body;
  Seat *seat = find_lesser_seat (connection, body->endpoint, error);

  if (seat == NULL)
    return FALSE;
  if (seat_is_outside (seat))
    return TRUE;
  g_auto (MeetingAct) act = room_act (connection);
  lobby_return (&act, seat);
  return room_act_now (&act, error);
}

gboolean
room_on_lobby_message (RoomConnection *connection, const RoomRequest *request,
                       gboolean *ret_is_answered, GError **error)
{
  const char *text = ((const LobbyMessageRequest *) request->body)->text;
  gboolean is_none = text == NULL || *text == '\0';
  g_auto (MeetingAct) act = room_act (connection);

  if (!is_none && !room_check_text (text, ROOM_NOTICE_CHARS, error))
    return FALSE;
  LobbyState *lobby = meeting_act_live (&act)->lobby;
  g_free (lobby->message);
  lobby->message = is_none ? NULL : g_strdup (text);
  meeting_act_log (&act, "lobby.message", NULL, text);
  return room_act_now (&act, error);
}

gboolean
room_on_meeting_lock (RoomConnection *connection, const RoomRequest *request,
                      gboolean *ret_is_answered, GError **error)
{
  gboolean locked = ((const MeetingLockRequest *) request->body)->locked;
  g_auto (MeetingAct) act = room_act (connection);

  if (connection->meeting->live->lobby->locked == locked)
    return TRUE;
  meeting_act_live (&act)->lobby->locked = locked;
  meeting_act_log (&act, locked ? "lobby.locked" : "lobby.unlocked", NULL, NULL);
  return room_act_now (&act, error);
}

/* --- taking out --- */

/* What a room is told and what goes with it; after the act is stored. */
static void
take_out (Meeting *meeting, Seat *seat, const char *reason)
{
  if (seat->connection != NULL)
    room_connection_bye (seat->connection, BYE_TAKEN_OUT, reason);
  meeting_seat_leave (meeting, seat, "removed");
}

gboolean
room_on_seat_remove (RoomConnection *connection, const RoomRequest *request,
                     gboolean *ret_is_answered, GError **error)
{
  const SeatRemoveRequest *body = request->body;
  Seat *seat = find_lesser_seat (connection, body->endpoint, error);
  gboolean has_reason = body->reason != NULL && *body->reason != '\0';

  if (seat == NULL || (has_reason && !room_check_text (body->reason, ROOM_REASON_CHARS, error)))
    return FALSE;
  g_auto (MeetingAct) act = room_act (connection);
  SeatRecord *changed = meeting_act_seat (&act, seat);
  gboolean was_in = seat_is_in (seat);
  changed->admitted = FALSE;
  changed->barred = changed->barred || body->bar;
  meeting_act_log (&act, body->bar ? "lobby.barred" : "lobby.removed", body->endpoint,
                   body->reason);
  if (was_in)
    meeting_act_log (&act, "seat.left", body->endpoint, "removed");
  if (!meeting_act_commit (&act, error))
    return FALSE;
  take_out (connection->meeting, seat, body->reason);
  meeting_tell_now (connection->meeting);
  return TRUE;
}

gboolean
room_on_seat_unbar (RoomConnection *connection, const RoomRequest *request,
                    gboolean *ret_is_answered, GError **error)
{
  Seat *seat =
      room_find_seat (connection, ((const EndpointRequest *) request->body)->endpoint, error);

  if (seat == NULL)
    return FALSE;
  g_auto (MeetingAct) act = room_act (connection);
  if (!seat->record->barred)
    return TRUE;
  meeting_act_seat (&act, seat)->barred = FALSE;
  meeting_act_log (&act, "lobby.unbarred", seat->info->endpoint, NULL);
  return room_act_now (&act, error);
}

/* --- leading rooms --- */

/* Off and locked; free again: the room switches it on itself, an encoder's goes on. */
gboolean
room_on_seat_camera (RoomConnection *connection, const RoomRequest *request,
                     gboolean *ret_is_answered, GError **error)
{
  const SeatCameraRequest *body = request->body;
  Seat *seat = room_find_seat (connection, body->endpoint, error);

  if (seat == NULL)
    return FALSE;
  g_auto (MeetingAct) act = room_act (connection);
  SeatRecord *changed = meeting_act_seat (&act, seat);
  changed->camera_locked = body->off;
  changed->camera_on = (changed->camera_on || seat_is_encoder (seat)) && !body->off;
  meeting_act_log (&act, body->off ? "camera.locked" : "camera.unlocked", body->endpoint, NULL);
  return room_act_now (&act, error);
}

gboolean
room_on_seat_rename (RoomConnection *connection, const RoomRequest *request,
                     gboolean *ret_is_answered, GError **error)
{
  const SeatRenameRequest *body = request->body;
  Seat *seat = room_find_seat (connection, body->endpoint, error);

  if (seat == NULL)
    return FALSE;
  if (connection->role != ROOM_OPERATOR)
    return room_refuse (PROBLEM_NOT_ALLOWED, error);
  if (body->name != NULL && !room_check_text (body->name, ROOM_NAME_CHARS, error))
    return FALSE;
  g_auto (MeetingAct) act = room_act (connection);
  SeatRecord *changed = meeting_act_seat (&act, seat);
  g_free (changed->shown_name);
  changed->shown_name = g_strdup (body->name);
  meeting_act_log (&act, "seat.renamed", body->endpoint, body->name);
  return room_act_now (&act, error);
}
