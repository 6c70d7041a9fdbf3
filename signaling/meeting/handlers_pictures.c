/* What all see: content, spotlight, layout, pins, autoscan. */
#include "signaling/meeting/autoscan.h"
#include "signaling/meeting/floor.h"
#include "signaling/meeting/handlers.h"

/* Another room's screen, or a paper, is shown: only who leads or has the floor takes its place. */
static gboolean
is_content_busy (const RoomConnection *connection)
{
  const Meeting *meeting = connection->meeting;
  const Seat *holder = meeting_find_seat (meeting, meeting->content);

  if (seat_presides (connection->seat))
    return FALSE;
  if (holder != NULL && holder->state != SEAT_ABSENT)
    return TRUE;
  return meeting->live->paper != NULL && !floor_is_held_by (meeting, connection->seat);
}

gboolean
room_on_content (RoomConnection *connection, const RoomRequest *request, gboolean *ret_is_answered,
                 GError **error)
{
  gboolean on = ((const SwitchRequest *) request->body)->on;
  Meeting *meeting = connection->meeting;
  gboolean is_own = g_strcmp0 (meeting->content, connection->endpoint) == 0;
  g_auto (MeetingAct) act = room_act (connection);

  if (on == is_own)
    return TRUE;
  if (on && is_content_busy (connection))
    return room_refuse (PROBLEM_CONTENT_BUSY, error);
  if (on && meeting->live->paper != NULL)
    g_clear_pointer (&meeting_act_live (&act)->paper, paper_state_free);
  meeting_act_set_content (&act, on ? connection->endpoint : NULL);
  meeting_act_log (&act, on ? "content.on" : "content.off", connection->endpoint, NULL);
  return room_act_now (&act, error);
}

/* One that waits is shown to nobody; one that is away may be chosen before it comes. */
static gboolean
check_shown (RoomConnection *connection, const char *endpoint, GError **error)
{
  const Seat *seat = endpoint != NULL ? room_find_seat (connection, endpoint, error) : NULL;

  if (seat == NULL)
    return endpoint == NULL;
  return !seat_is_waiting (seat) || room_refuse (PROBLEM_SEAT_ABSENT, error);
}

/* By hand: a scan is over, and what the speech would bring back is what was chosen now. */
gboolean
room_on_spotlight (RoomConnection *connection, const RoomRequest *request,
                   gboolean *ret_is_answered, GError **error)
{
  const EndpointRequest *body = request->body;
  const LiveState *live = connection->meeting->live;
  g_auto (MeetingAct) act = room_act (connection);

  if (!check_shown (connection, body->endpoint, error))
    return FALSE;
  if (live->autoscan == NULL && g_strcmp0 (connection->meeting->spotlight, body->endpoint) == 0)
    return TRUE;
  if (live->autoscan != NULL)
    autoscan_stop (&act, NULL);
  meeting_act_set_spotlight (&act, body->endpoint);
  meeting_act_log (&act, "spotlight", body->endpoint, NULL);
  return room_act_now (&act, error);
}

gboolean
room_on_layout (RoomConnection *connection, const RoomRequest *request, gboolean *ret_is_answered,
                GError **error)
{
  Layout kind = ((const LayoutRequest *) request->body)->kind;
  g_auto (MeetingAct) act = room_act (connection);

  if (connection->meeting->live->layout == kind)
    return TRUE;
  meeting_act_live (&act)->layout = kind;
  meeting_act_log (&act, "layout", NULL, layout_names[kind]);
  return room_act_now (&act, error);
}

gboolean
room_on_pin (RoomConnection *connection, const RoomRequest *request, gboolean *ret_is_answered,
             GError **error)
{
  const PinRequest *body = request->body;
  g_auto (MeetingAct) act = room_act (connection);

  if (!check_shown (connection, body->endpoint, error))
    return FALSE;
  if (g_strcmp0 (connection->meeting->live->pins[body->role], body->endpoint) == 0)
    return TRUE;
  char **place = &meeting_act_live (&act)->pins[body->role];
  g_free (*place);
  *place = g_strdup (body->endpoint);
  meeting_act_log (&act, "pin", body->endpoint, pin_role_names[body->role]);
  return room_act_now (&act, error);
}

gboolean
room_on_autoscan_start (RoomConnection *connection, const RoomRequest *request,
                        gboolean *ret_is_answered, GError **error)
{
  const AutoscanStartRequest *body = request->body;
  AutoscanPlan plan = { body->seconds, (const char *const *) body->endpoints, body->branch };
  g_auto (MeetingAct) act = room_act (connection);

  return autoscan_start (&act, &plan, error) && room_act_now (&act, error);
}

gboolean
room_on_autoscan_stop (RoomConnection *connection, const RoomRequest *request,
                       gboolean *ret_is_answered, GError **error)
{
  g_auto (MeetingAct) act = room_act (connection);

  return autoscan_stop (&act, error) && room_act_now (&act, error);
}

gboolean
room_on_autoscan_skip (RoomConnection *connection, const RoomRequest *request,
                       gboolean *ret_is_answered, GError **error)
{
  g_auto (MeetingAct) act = room_act (connection);

  return autoscan_skip (&act, error) && room_act_now (&act, error);
}
