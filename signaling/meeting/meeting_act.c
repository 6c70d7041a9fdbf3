#include "signaling/meeting/meeting_act.h"

#include "config/log.h"
#include "signaling/meeting/hub_private.h"
#include "signaling/meeting/loop.h"

static void
free_record (gpointer record)
{
  seat_record_free (record);
}

static void
free_event (gpointer event)
{
  meeting_event_free (event);
}

MeetingAct
meeting_act (Meeting *meeting, const char *actor, const char *source)
{
  return (MeetingAct){
    .meeting = meeting,
    .actor = actor != NULL ? actor : "",
    .source = source != NULL ? source : "",
    .seats = g_ptr_array_new (),
    .records = g_ptr_array_new_with_free_func (free_record),
    .events = g_ptr_array_new_with_free_func (free_event),
  };
}

void
meeting_act_clear (MeetingAct *act)
{
  g_clear_pointer (&act->live, live_record_free);
  g_clear_pointer (&act->spotlight, g_free);
  g_clear_pointer (&act->content, g_free);
  g_clear_pointer (&act->rehearsal, g_free);
  g_clear_pointer (&act->record, meeting_record_free);
  g_clear_pointer (&act->seats, g_ptr_array_unref);
  g_clear_pointer (&act->records, g_ptr_array_unref);
  g_clear_pointer (&act->events, g_ptr_array_unref);
}

LiveState *
meeting_act_live (MeetingAct *act)
{
  if (act->live == NULL)
    act->live = live_state_copy (act->meeting->live);
  return act->live;
}

const LiveState *
meeting_act_peek_live (const MeetingAct *act)
{
  return act->live != NULL ? act->live : act->meeting->live;
}

SeatRecord *
meeting_act_seat (MeetingAct *act, Seat *seat)
{
  for (guint i = 0; i < act->seats->len; i++)
    if (g_ptr_array_index (act->seats, i) == seat)
      return g_ptr_array_index (act->records, i);
  SeatRecord *record = seat_record_copy (seat->record);
  g_ptr_array_add (act->seats, seat);
  g_ptr_array_add (act->records, record);
  return record;
}

MeetingRecord *
meeting_act_record (MeetingAct *act)
{
  if (act->record == NULL)
    act->record = meeting_record_copy (act->meeting->record);
  return act->record;
}

static void
open_stage (MeetingAct *act)
{
  if (act->has_stage)
    return;
  act->has_stage = TRUE;
  act->spotlight = g_strdup (act->meeting->spotlight);
  act->content = g_strdup (act->meeting->content);
}

const char *
meeting_act_peek_spotlight (const MeetingAct *act)
{
  return act->has_stage ? act->spotlight : act->meeting->spotlight;
}

static void
set_text (char **place, const char *text)
{
  char *copy = g_strdup (text); /* @text may be *@place */

  g_free (*place);
  *place = copy;
}

void
meeting_act_set_spotlight (MeetingAct *act, const char *endpoint)
{
  open_stage (act);
  set_text (&act->spotlight, endpoint);
}

void
meeting_act_set_content (MeetingAct *act, const char *endpoint)
{
  open_stage (act);
  set_text (&act->content, endpoint);
}

void
meeting_act_log (MeetingAct *act, const char *kind, const char *endpoint, const char *detail)
{
  MeetingEvent *event = g_new0 (MeetingEvent, 1);

  event->at_ms = hub_wall_ms (act->meeting->hub);
  event->kind = g_strdup (kind);
  event->actor = g_strdup (act->actor);
  event->source = g_strdup (act->source);
  event->endpoint = g_strdup (endpoint != NULL ? endpoint : "");
  event->detail = g_strdup (detail != NULL ? detail : "");
  g_ptr_array_add (act->events, event);
}

/* --- taking over --- */

static void
take_seats (MeetingAct *act)
{
  for (guint i = 0; i < act->seats->len; i++) {
    Seat *seat = g_ptr_array_index (act->seats, i);
    seat_record_free (seat->record);
    seat->record = g_ptr_array_index (act->records, i);
  }
  g_ptr_array_set_free_func (act->records, NULL); /* the seats have them */
  for (guint i = 0; i < act->seats->len; i++)
    meeting_seat_changed (act->meeting, g_ptr_array_index (act->seats, i));
}

static void
take_stage (MeetingAct *act)
{
  Meeting *meeting = act->meeting;
  Seat *touched[] = { meeting_find_seat (meeting, meeting->spotlight),
                      meeting_find_seat (meeting, meeting->content),
                      meeting_find_seat (meeting, act->spotlight),
                      meeting_find_seat (meeting, act->content) };

  g_free (meeting->spotlight);
  meeting->spotlight = g_steal_pointer (&act->spotlight);
  g_free (meeting->content);
  meeting->content = g_steal_pointer (&act->content);
  for (guint i = 0; i < G_N_ELEMENTS (touched); i++) {
    if (touched[i] == NULL)
      continue;
    meeting_seat_changed (meeting, touched[i]);
    meeting_sync_mutes (meeting, touched[i], FALSE);
  }
  meeting->info_dirty = TRUE;
}

static void
take_record (MeetingAct *act)
{
  MeetingRecord *record = act->meeting->record;

  record->state = act->record->state;
  record->ends_at_ms = act->record->ends_at_ms;
  record->started_at_ms = act->record->started_at_ms;
  record->ended_at_ms = act->record->ended_at_ms;
  set_text (&record->reason, act->record->reason);
  act->meeting->info_dirty = TRUE;
}

static void
take_over (MeetingAct *act)
{
  Meeting *meeting = act->meeting;

  if (act->live != NULL) {
    g_autoptr (LiveState) former = g_steal_pointer (&meeting->live);
    meeting->live = g_steal_pointer (&act->live);
    meeting->info_dirty = TRUE;
    meeting_live_changed (meeting, former);
  }
  take_seats (act);
  if (act->has_stage)
    take_stage (act);
  if (act->record != NULL)
    take_record (act);
  meeting->routes_dirty = TRUE;
  loop_part_from_others (meeting, act->seats);
  for (guint i = 0; i < act->seats->len; i++)
    meeting_sync_mutes (meeting, g_ptr_array_index (act->seats, i), FALSE);
}

gboolean
meeting_act_commit (MeetingAct *act, GError **error)
{
  MeetingHub *hub = act->meeting->hub;
  g_autoptr (GError) cause = NULL;
  g_autofree char *live = act->live != NULL ? live_state_encode (act->live) : NULL;
  StoredAct stored = {
    .record = act->record,
    .has_stage = act->has_stage,
    .spotlight = act->spotlight,
    .content = act->content,
    .live = live,
    .rehearsal = act->rehearsal,
    .seats = act->records,
    .events = act->events,
    .vote = act->vote,
    .ballot = act->ballot,
    .chat = act->chat,
    .test = act->test,
  };

  if (act->live == NULL && !act->has_stage && act->record == NULL && act->rehearsal == NULL &&
      act->records->len == 0 && act->events->len == 0 && act->chat == NULL)
    return TRUE;
  if (!hub->store.save_act (hub->store_data, act->meeting->record->id, &stored, &cause)) {
    g_set_error_literal (error, SIGNALING_PROBLEM, PROBLEM_STORAGE, cause->message);
    return FALSE;
  }
  take_over (act);
  return TRUE;
}

void
meeting_act_commit_or_warn (MeetingAct *act)
{
  g_autoptr (GError) error = NULL;

  if (!meeting_act_commit (act, &error))
    log_warning ("meeting", act->meeting->record->id, "not stored: %s", error->message);
}
