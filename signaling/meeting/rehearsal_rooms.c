#include "signaling/meeting/rehearsal_rooms.h"

#include "signaling/meeting/hub_private.h"
#include "signaling/meeting/meeting_act.h"
#include "signaling/meeting/room_connection.h"
#include "signaling/meeting/test_card.h"
#include "signaling/meeting/testing.h"

gboolean
meeting_hub_each_room (MeetingHub *hub, const char *id, gint64 now_us, RehearsalRoomFunc each,
                       gpointer user_data)
{
  const Meeting *meeting = g_hash_table_lookup (hub->meetings, id);

  hub_set_now (hub, now_us);
  if (meeting == NULL)
    return FALSE;
  for (guint i = 0; i < meeting->seat_list->len; i++) {
    const Seat *seat = g_ptr_array_index (meeting->seat_list, i);
    RehearsalRoom room = { .endpoint = seat->info->endpoint,
                           .is_connected = seat->state == SEAT_CONNECTED,
                           .is_testing = testing_is_under_way (seat, hub->now_us),
                           .line = line_state_to_string (seat_line_state (seat)) };
    each (user_data, &room);
  }
  return TRUE;
}

/* --- asking --- */

/* A card that is shown may be taken away at any time. */
static gboolean
may_be_asked (const Meeting *meeting, const RoomAsk *ask, const Seat *seat)
{
  return ask->act == TEST_ASK_RELOAD || (ask->act == TEST_ASK_CARD && !ask->on) ||
         testing_is_allowed (meeting, seat);
}

/* RoomConnection of those that are there and may do it now. */
static GPtrArray *
find_asked (const Meeting *meeting, const RoomAsk *ask, GError **error)
{
  g_autoptr (GPtrArray) rooms = g_ptr_array_new ();
  gboolean is_any_there = FALSE;

  for (gsize i = 0; i < ask->n_endpoints; i++) {
    const Seat *seat = meeting_find_seat (meeting, ask->endpoints[i]);
    if (seat == NULL || seat->connection == NULL)
      continue;
    is_any_there = TRUE;
    if (may_be_asked (meeting, ask, seat))
      g_ptr_array_add (rooms, seat->connection);
  }
  if (rooms->len > 0)
    return g_steal_pointer (&rooms);
  Problem problem = is_any_there ? PROBLEM_TEST_NOT_NOW : PROBLEM_SEAT_ABSENT;
  g_set_error_literal (error, SIGNALING_PROBLEM, problem, "no room to ask");
  return NULL;
}

/* The card is shown by us, and its room told by whoever shows it. */
static gboolean
ask_room (Meeting *meeting, const RoomAsk *ask, RoomConnection *room, GError **error)
{
  if (ask->act == TEST_ASK_CARD)
    return test_card_show (meeting, room->seat, ask->on, error);
  room_connection_send (room, room_message_test_ask (ask->act, FALSE));
  return TRUE;
}

gboolean
meeting_hub_ask_rooms (MeetingHub *hub, const char *id, const RoomAsk *ask, gint64 now_us,
                       guint *ret_asked, GError **error)
{
  Meeting *meeting = g_hash_table_lookup (hub->meetings, id);

  hub_set_now (hub, now_us);
  if (meeting == NULL) {
    g_set_error_literal (error, SIGNALING_PROBLEM, PROBLEM_MEETING_NOT_OPEN, "cannot be asked");
    return FALSE;
  }
  g_autoptr (GPtrArray) rooms = find_asked (meeting, ask, error);
  if (rooms == NULL)
    return FALSE;
  g_auto (MeetingAct) act = meeting_act (meeting, ask->actor, ask->source);
  g_autofree char *detail = g_strdup_printf ("%s %u", test_ask_names[ask->act], rooms->len);
  meeting_act_log (&act, "test.asked", ask->subject, detail);
  if (!meeting_act_commit (&act, error))
    return FALSE;
  for (guint i = 0; i < rooms->len; i++)
    if (!ask_room (meeting, ask, g_ptr_array_index (rooms, i), error))
      return FALSE;
  if (ret_asked != NULL)
    *ret_asked = rooms->len;
  return TRUE;
}
