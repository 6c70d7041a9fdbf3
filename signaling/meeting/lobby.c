#include "signaling/meeting/lobby.h"

#include <string.h>

#include "signaling/meeting/audience.h"
#include "signaling/meeting/floor.h"
#include "signaling/meeting/hub_private.h"

static gboolean
strv_has (char *const *list, const char *text)
{
  return list != NULL && g_strv_contains ((const char *const *) list, text);
}

static gboolean
must_wait (const Meeting *meeting, const Seat *seat)
{
  return seat_is_outside (seat) &&
         (meeting->record->entry.waiting_room ||
          strv_has (meeting->live->lobby->returned, seat->info->endpoint));
}

gboolean
lobby_may_join (const Meeting *meeting, const Seat *seat, RoomBye *ret_bye)
{
  if (seat_presides (seat))
    return TRUE;
  if (seat->record->barred) {
    *ret_bye = BYE_BARRED;
    return FALSE;
  }
  /* who waits already has its place in the waiting room, and a cut line does not take it */
  if (meeting->live->lobby->locked && !seat->record->admitted && seat->state == SEAT_ABSENT) {
    *ret_bye = BYE_LOCKED;
    return FALSE;
  }
  return TRUE;
}

/* --- coming and going --- */

/* An encoder has no buttons: it was opened by what published it. */
static void
apply_entry (const Meeting *meeting, const Seat *seat, SeatRecord *record)
{
  const MeetingEntry *entry = &meeting->record->entry;

  record->joined_at_ms = hub_wall_ms (meeting->hub);
  if (seat_is_encoder (seat))
    return;
  record->mic_open = entry->mic && !record->mic_locked;
  record->camera_on = entry->camera && !record->camera_locked;
}

void
lobby_enter (MeetingAct *act, Seat *seat, gboolean was_absent)
{
  const Meeting *meeting = act->meeting;
  gboolean waits = must_wait (meeting, seat);

  if (was_absent && seat->record->joined_at_ms == 0)
    apply_entry (meeting, seat, meeting_act_seat (act, seat));
  if (!waits && !seat->record->admitted)
    meeting_act_seat (act, seat)->admitted = TRUE;
  if (!waits)
    meeting_act_log (act, was_absent ? "seat.joined" : "seat.back", seat->info->endpoint, NULL);
  else if (was_absent)
    meeting_act_log (act, "lobby.arrived", seat->info->endpoint, NULL);
}

const char *
lobby_lost_event (const Seat *seat)
{
  return seat_is_outside (seat) ? NULL : "seat.lost";
}

const char *
lobby_left_event (const Seat *seat)
{
  return seat_is_outside (seat) ? "lobby.left" : "seat.left";
}

/* --- the doorkeeper --- */

void
lobby_welcome_admitted (const MeetingAct *act)
{
  for (guint i = 0; i < act->seats->len; i++)
    audience_let_in (g_ptr_array_index (act->seats, i));
}

static void
set_returned (MeetingAct *act, const char *endpoint, gboolean is_returned)
{
  if (strv_has (meeting_act_peek_live (act)->lobby->returned, endpoint) == is_returned)
    return;
  LobbyState *lobby = meeting_act_live (act)->lobby;
  g_autoptr (GStrvBuilder) list = g_strv_builder_new ();
  for (guint i = 0; lobby->returned != NULL && lobby->returned[i] != NULL; i++)
    if (strcmp (lobby->returned[i], endpoint) != 0)
      g_strv_builder_add (list, lobby->returned[i]);
  if (is_returned)
    g_strv_builder_add (list, endpoint);
  g_strfreev (lobby->returned);
  lobby->returned = g_strv_builder_end (list);
}

gboolean
lobby_admit (MeetingAct *act, Seat *seat)
{
  if (!seat_is_outside (seat))
    return FALSE;
  meeting_act_seat (act, seat)->admitted = TRUE;
  set_returned (act, seat->info->endpoint, FALSE);
  meeting_act_log (act, "lobby.admitted", seat->info->endpoint, NULL);
  if (seat->state != SEAT_ABSENT)
    meeting_act_log (act, "seat.joined", seat->info->endpoint, NULL);
  return TRUE;
}

void
lobby_return (MeetingAct *act, Seat *seat)
{
  const char *endpoint = seat->info->endpoint;
  SeatRecord *record = meeting_act_seat (act, seat);
  gboolean was_in = seat_is_in (seat);

  floor_forget_seat (act, seat);
  record->admitted = FALSE;
  record->mic_open = FALSE;
  set_returned (act, endpoint, TRUE);
  if (g_strcmp0 (meeting_act_peek_spotlight (act), endpoint) == 0)
    meeting_act_set_spotlight (act, NULL);
  if (g_strcmp0 (act->meeting->content, endpoint) == 0)
    meeting_act_set_content (act, NULL);
  meeting_act_log (act, "lobby.returned", endpoint, NULL);
  if (was_in)
    meeting_act_log (act, "seat.left", endpoint, "lobby");
}

void
lobby_admit_all (Meeting *meeting)
{
  g_auto (MeetingAct) act = meeting_act (meeting, NULL, NULL);

  for (guint i = 0; i < meeting->seat_list->len; i++) {
    Seat *seat = g_ptr_array_index (meeting->seat_list, i);
    if (seat_is_outside (seat) && seat->state != SEAT_ABSENT)
      lobby_admit (&act, seat);
  }
  meeting_act_commit_or_warn (&act);
  lobby_welcome_admitted (&act);
}
