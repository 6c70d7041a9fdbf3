/* What all see: content and spotlight. */
#include "signaling/meeting/handlers.h"

gboolean
room_on_content (RoomConnection *connection, const RoomRequest *request, gboolean *ret_is_answered,
                 GError **error)
{
  gboolean on = ((const SwitchRequest *) request->body)->on;
  Meeting *meeting = connection->meeting;
  gboolean is_own = g_strcmp0 (meeting->content, connection->endpoint) == 0;
  const Seat *holder = meeting_find_seat (meeting, meeting->content);
  g_auto (MeetingAct) act = room_act (connection);

  if (on == is_own)
    return TRUE;
  /* The chair takes it from others; anybody takes it from a seat that is gone. */
  if (on && holder != NULL && holder->state != SEAT_ABSENT && !connection->seat->is_chair)
    return room_refuse (PROBLEM_CONTENT_BUSY, error);
  meeting_act_set_content (&act, on ? connection->endpoint : NULL);
  meeting_act_log (&act, on ? "content.on" : "content.off", connection->endpoint, NULL);
  return room_act_now (&act, error);
}

gboolean
room_on_spotlight (RoomConnection *connection, const RoomRequest *request,
                   gboolean *ret_is_answered, GError **error)
{
  const EndpointRequest *body = request->body;
  g_auto (MeetingAct) act = room_act (connection);

  if (body->endpoint != NULL && room_find_seat (connection, body->endpoint, error) == NULL)
    return FALSE;
  if (g_strcmp0 (connection->meeting->spotlight, body->endpoint) == 0)
    return TRUE;
  meeting_act_set_spotlight (&act, body->endpoint);
  meeting_act_log (&act, "spotlight", body->endpoint, NULL);
  return room_act_now (&act, error);
}
