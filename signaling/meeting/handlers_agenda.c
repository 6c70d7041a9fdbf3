/* The agenda on screen, papers, the meeting's time. */
#include "signaling/meeting/agenda.h"
#include "signaling/meeting/floor.h"
#include "signaling/meeting/handlers.h"
#include "signaling/meeting/meeting_clock.h"

gboolean
room_on_agenda_go (RoomConnection *connection, const RoomRequest *request,
                   gboolean *ret_is_answered, GError **error)
{
  g_auto (MeetingAct) act = room_act (connection);

  return agenda_go (&act, ((const AgendaGoRequest *) request->body)->item, error) &&
         room_act_now (&act, error);
}

/* Who directs, or has the floor. */
static gboolean
may_show (RoomConnection *connection, GError **error)
{
  if ((room_connection_rights (connection) & RIGHT_DIRECT) != 0 ||
      floor_is_held_by (connection->meeting, connection->seat))
    return TRUE;
  return room_refuse (PROBLEM_NOT_ALLOWED, error);
}

/* A speaker does not push away the screen that another room shares; who directs does. */
static gboolean
check_content_free (RoomConnection *connection, GError **error)
{
  const Meeting *meeting = connection->meeting;
  const Seat *sharer = meeting_find_seat (meeting, meeting->content);

  if (sharer == NULL || sharer == connection->seat || sharer->state == SEAT_ABSENT ||
      (room_connection_rights (connection) & RIGHT_DIRECT) != 0)
    return TRUE;
  return room_refuse (PROBLEM_CONTENT_BUSY, error);
}

gboolean
room_on_paper_show (RoomConnection *connection, const RoomRequest *request,
                    gboolean *ret_is_answered, GError **error)
{
  const PaperShowRequest *body = request->body;
  g_auto (MeetingAct) act = room_act (connection);

  return may_show (connection, error) &&
         (body->paper == NULL || check_content_free (connection, error)) &&
         agenda_show_paper (&act, body->paper, body->page, connection->seat, error) &&
         room_act_now (&act, error);
}

gboolean
room_on_paper_page (RoomConnection *connection, const RoomRequest *request,
                    gboolean *ret_is_answered, GError **error)
{
  g_auto (MeetingAct) act = room_act (connection);

  return may_show (connection, error) &&
         agenda_turn_page (&act, ((const PaperPageRequest *) request->body)->page, error) &&
         room_act_now (&act, error);
}

gboolean
room_on_meeting_extend (RoomConnection *connection, const RoomRequest *request,
                        gboolean *ret_is_answered, GError **error)
{
  const MeetingExtendRequest *body = request->body;
  g_auto (MeetingAct) act = room_act (connection);

  return meeting_clock_extend (&act, body->minutes, error) && room_act_now (&act, error);
}
