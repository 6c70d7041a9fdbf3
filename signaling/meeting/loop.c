#include "signaling/meeting/loop.h"

#include "signaling/meeting/floor.h"
#include "signaling/meeting/handlers.h"
#include "signaling/meeting/hub_private.h"

/* Large enough that a page asks for no less than it would of anybody else. */
#define LOOP_HEIGHT 720

gboolean
loop_is_on (const Seat *seat)
{
  return seat->loop_until_us != 0;
}

gboolean
loop_is_allowed (const Meeting *meeting, const Seat *seat)
{
  if (floor_is_held_by (meeting, seat))
    return FALSE;
  if (meeting->record->state != MEETING_LIVE)
    return TRUE;
  return !seat->is_chair && g_strcmp0 (meeting->spotlight, seat->info->endpoint) != 0;
}

static void
tell (Seat *seat, int seconds)
{
  if (seat->connection != NULL)
    room_connection_send (seat->connection, room_message_test_loop (seconds > 0, seconds));
}

gboolean
loop_begin (Meeting *meeting, Seat *seat, GError **error)
{
  if (!loop_is_allowed (meeting, seat))
    return room_refuse (PROBLEM_TEST_BUSY, error);
  gboolean was_on = loop_is_on (seat);
  seat->loop_until_us = meeting->hub->now_us + LOOP_US;
  tell (seat, LOOP_SECONDS);
  if (was_on)
    return TRUE;
  /* first nobody else hears a microphone that was just closed, then it is let through */
  meeting_update_routes (meeting);
  meeting_sync_mutes (meeting, seat, FALSE);
  return TRUE;
}

void
loop_end (Meeting *meeting, Seat *seat)
{
  if (!loop_is_on (seat))
    return;
  seat->loop_until_us = 0;
  meeting_sync_mutes (meeting, seat, FALSE);
  meeting->routes_dirty = TRUE;
  tell (seat, 0);
}

void
loop_check (Meeting *meeting)
{
  for (guint i = 0; i < meeting->seat_list->len; i++) {
    Seat *seat = g_ptr_array_index (meeting->seat_list, i);

    if (loop_is_on (seat) &&
        (meeting->hub->now_us >= seat->loop_until_us || !loop_is_allowed (meeting, seat)))
      loop_end (meeting, seat);
  }
}

void
loop_part_from_others (Meeting *meeting, const GPtrArray *seats)
{
  for (guint i = 0; i < seats->len; i++) {
    if (!loop_is_on (g_ptr_array_index (seats, i)))
      continue;
    meeting_update_routes (meeting);
    return;
  }
}

static void
show_own (const MediaSession *session, SdpRole role, RouterChoice *choice)
{
  MediaSession *publisher = session->seat->session;
  const SessionLine *line = publisher != NULL ? media_session_find_role (publisher, role) : NULL;

  if (line == NULL)
    return;
  *choice = (RouterChoice){ .seat = session->seat,
                            .track = line->name,
                            .source = role == SDP_ROLE_MIC ? "mic" : "camera" };
}

gsize
loop_find_voice (const RouterSlot *slots, gsize n_slots)
{
  gsize found = n_slots;

  for (gsize i = 0; i < n_slots; i++)
    if (slots[i].role == SDP_ROLE_AUDIO &&
        (found == n_slots || slots[i].index > slots[found].index))
      found = i;
  return found;
}

void
loop_choose (const MediaSession *session, const RouterSlot *slots, gsize n_slots,
             RouterChoice *choices)
{
  const RoomConnection *connection = session->connection;
  gsize voice = loop_find_voice (slots, n_slots);

  for (gsize i = 0; i < n_slots; i++) {
    if (slots[i].role != SDP_ROLE_MAIN)
      continue;
    show_own (session, SDP_ROLE_CAMERA, &choices[i]);
    choices[i].height = connection != NULL ? connection->main_height : LOOP_HEIGHT;
  }
  if (voice < n_slots)
    show_own (session, SDP_ROLE_MIC, &choices[voice]);
}

gboolean
room_on_test_loop (RoomConnection *connection, const RoomRequest *request,
                   gboolean *ret_is_answered, GError **error)
{
  if (((const SwitchRequest *) request->body)->on)
    return loop_begin (connection->meeting, connection->seat, error);
  loop_end (connection->meeting, connection->seat);
  return TRUE;
}
