/* Requests for the floor. */
#include "signaling/meeting/handlers.h"
#include "signaling/meeting/hub_private.h"

static gboolean
set_hand (RoomConnection *connection, Seat *seat, gboolean raised, GError **error)
{
  g_auto (MeetingAct) act = room_act (connection);

  if ((seat->record->hand_at_ms != 0) == raised)
    return TRUE;
  meeting_act_seat (&act, seat)->hand_at_ms = raised ? hub_wall_ms (connection->hub) : 0;
  meeting_act_log (&act, raised ? "hand.raised" : "hand.lowered", seat->info->endpoint, NULL);
  return meeting_act_commit (&act, error);
}

gboolean
room_on_hand (RoomConnection *connection, const RoomRequest *request, gboolean *ret_is_answered,
              GError **error)
{
  return set_hand (connection, connection->seat, ((const HandRequest *) request->body)->raised,
                   error);
}

gboolean
room_on_hand_lower (RoomConnection *connection, const RoomRequest *request,
                    gboolean *ret_is_answered, GError **error)
{
  const EndpointRequest *body = request->body;
  Seat *seat = room_find_seat (connection, body->endpoint, error);

  return seat != NULL && set_hand (connection, seat, FALSE, error);
}
