#include "signaling/meeting/floor.h"

#include <string.h>

#include "signaling/meeting/hub_private.h"
#include "signaling/meeting/queue.h"
#include "signaling/meeting/room_connection.h"

static gboolean
refuse (Problem problem, GError **error)
{
  g_set_error_literal (error, SIGNALING_PROBLEM, problem, problem_text (problem)->en);
  return FALSE;
}

/* --- microphones --- */

/* An encoder has no button: its microphone stays shut by the lock. */
static void
close_mic (MeetingAct *act, Seat *seat)
{
  SeatRecord *record = meeting_act_seat (act, seat);

  if (!record->mic_open)
    return;
  record->mic_open = FALSE;
  record->mic_locked |= seat_is_encoder (seat);
  meeting_act_log (act, "mic.closed", seat->info->endpoint, "floor");
}

static void
open_mic (MeetingAct *act, Seat *seat)
{
  SeatRecord *record = meeting_act_seat (act, seat);

  record->mic_locked = FALSE;
  if (record->mic_open)
    return;
  record->mic_open = TRUE;
  meeting_act_log (act, "mic.opened", seat->info->endpoint, "floor");
}

static void
close_other_mics (MeetingAct *act, const Seat *speaker)
{
  const GPtrArray *seats = act->meeting->seat_list;

  for (guint i = 0; i < seats->len; i++) {
    Seat *seat = g_ptr_array_index (seats, i);
    if (seat != speaker && !seat_presides (seat) && seat->record->mic_open)
      close_mic (act, seat);
  }
}

/* Whoever asked to speak, agreed for good, or has nobody there who could answer. */
static gboolean
may_open_mic (const Seat *seat)
{
  return seat->record->consent || seat->record->hand_at_ms != 0 || seat_is_encoder (seat) ||
         seat_mic_is_live (seat);
}

/* --- giving and taking --- */

static void
leave_queue (MeetingAct *act, Seat *seat)
{
  SeatRecord *record = meeting_act_seat (act, seat);

  queue_remove (meeting_act_live (act), seat->info->endpoint);
  record->hand_at_ms = 0;
  g_clear_pointer (&record->topic, g_free);
}

static void
drop_mic_ask (MeetingAct *act, const Seat *seat)
{
  LiveState *live = meeting_act_live (act);

  for (guint i = live->mic_asks->len; i > 0; i--) {
    const MicAsk *ask = g_ptr_array_index (live->mic_asks, i - 1);
    if (strcmp (ask->endpoint, seat->info->endpoint) == 0)
      g_ptr_array_remove_index (live->mic_asks, i - 1);
  }
}

static void
log_floor (MeetingAct *act, const char *kind, const FloorState *floor, const char *reason)
{
  gint64 spent_ms = hub_wall_ms (act->meeting->hub) - floor->since_ms;
  gboolean is_begin = reason == NULL;
  json_t *json = json_pack ("{s:b, s:I}", "remark", floor->remark, "seconds",
                            is_begin ? (json_int_t) floor->seconds
                                     : (json_int_t) (floor->asked ? 0 : spent_ms / 1000));

  if (reason != NULL)
    json_object_set_new (json, "reason", json_string (reason));
  char *text = json_dumps (json, JSON_COMPACT);
  meeting_act_log (act, kind, floor->endpoint, text);
  free (text);
  json_decref (json);
}

/* What the scan shows, or what was there before the speech. */
static void
restore_picture (MeetingAct *act, const FloorState *floor)
{
  const AutoscanState *scan = meeting_act_peek_live (act)->autoscan;
  const char *before = scan != NULL && scan->current != NULL ? scan->current : floor->before;
  gboolean is_there = meeting_find_seat (act->meeting, before) != NULL;

  meeting_act_set_spotlight (act, is_there ? before : NULL);
}

gboolean
floor_release (MeetingAct *act, const char *reason, GError **error)
{
  LiveState *live = meeting_act_live (act);
  g_autoptr (FloorState) floor = g_steal_pointer (&live->floor);

  if (floor == NULL)
    return refuse (PROBLEM_FLOOR_EMPTY, error);
  Seat *seat = meeting_find_seat (act->meeting, floor->endpoint);
  log_floor (act, floor->asked ? "floor.refused" : "floor.released", floor, reason);
  if (seat != NULL && !seat_presides (seat))
    close_mic (act, seat);
  if (!floor->remark && g_strcmp0 (meeting_act_peek_spotlight (act), floor->endpoint) == 0)
    restore_picture (act, floor);
  if (live->autoscan != NULL) /* what the scan shows gets its whole time */
    live->autoscan->since_ms = hub_wall_ms (act->meeting->hub);
  return TRUE;
}

static void
put_on_screen (MeetingAct *act, FloorState *floor)
{
  floor->remark = FALSE;
  g_free (floor->before);
  floor->before = g_strdup (meeting_act_peek_spotlight (act));
  meeting_act_set_spotlight (act, floor->endpoint);
}

/* The same seat again: only its picture is news. */
static gboolean
regrant (MeetingAct *act, FloorState *floor, const FloorTerms *terms, GError **error)
{
  if (!floor->remark || terms->remark)
    return refuse (PROBLEM_FLOOR_HELD, error);
  put_on_screen (act, floor);
  meeting_act_log (act, "floor.picture", floor->endpoint, NULL);
  return TRUE;
}

gboolean
floor_grant (MeetingAct *act, Seat *seat, const FloorTerms *terms, GError **error)
{
  LiveState *live = meeting_act_live (act);

  if (!seat_is_present (seat))
    return refuse (PROBLEM_SEAT_ABSENT, error);
  if (live->floor != NULL && strcmp (live->floor->endpoint, seat->info->endpoint) == 0)
    return regrant (act, live->floor, terms, error);
  if (live->floor != NULL && !floor_release (act, "next", error))
    return FALSE;
  FloorState *floor = live->floor = floor_state_new ();
  floor->endpoint = g_strdup (seat->info->endpoint);
  floor->asked = !may_open_mic (seat);
  floor->since_ms = hub_wall_ms (act->meeting->hub);
  floor->seconds = terms->seconds;
  floor->cut = terms->cut;
  floor->remark = TRUE;
  if (!terms->remark)
    put_on_screen (act, floor);
  log_floor (act, floor->asked ? "floor.asked" : "floor.granted", floor, NULL);
  leave_queue (act, seat);
  drop_mic_ask (act, seat);
  close_other_mics (act, seat);
  if (!floor->asked)
    open_mic (act, seat);
  return TRUE;
}

Seat *
floor_next_seat (const Meeting *meeting)
{
  const GPtrArray *queue = meeting->live->queue;

  for (guint i = 0; i < queue->len; i++) {
    const QueueEntry *entry = g_ptr_array_index (queue, i);
    Seat *seat = meeting_find_seat (meeting, entry->endpoint);
    if (!entry->held && seat != NULL && seat_is_present (seat) && !floor_is_held_by (meeting, seat))
      return seat;
  }
  return NULL;
}

static gint64
spent_seconds (const Meeting *meeting, const FloorState *floor)
{
  return MAX (hub_wall_ms (meeting->hub) - floor->since_ms, 0) / 1000;
}

gboolean
floor_extend (MeetingAct *act, int seconds, GError **error)
{
  FloorState *floor = meeting_act_live (act)->floor;

  if (floor == NULL)
    return refuse (PROBLEM_FLOOR_EMPTY, error);
  gint64 spent = floor->asked ? 0 : spent_seconds (act->meeting, floor);
  /* more time counts from now where the time is over, or was not bounded */
  gint64 total = MAX (floor->seconds, spent) + seconds;
  floor->seconds = (int) MIN (total, ROOM_SPEAKING_SECONDS_MAX);
  floor->warned = floor->seconds - spent > FLOOR_WARNING_SECONDS ? 0 : 1;
  log_floor (act, "floor.extended", floor, NULL);
  return TRUE;
}

/* --- asking --- */

static MicAsk *
find_mic_ask (const LiveState *live, const Seat *seat)
{
  for (guint i = 0; i < live->mic_asks->len; i++) {
    MicAsk *ask = g_ptr_array_index (live->mic_asks, i);
    if (strcmp (ask->endpoint, seat->info->endpoint) == 0)
      return ask;
  }
  return NULL;
}

void
floor_ask_mic (MeetingAct *act, Seat *seat)
{
  LiveState *live = meeting_act_live (act);

  drop_mic_ask (act, seat);
  if (may_open_mic (seat)) {
    open_mic (act, seat);
    return;
  }
  MicAsk *ask = mic_ask_new ();
  ask->endpoint = g_strdup (seat->info->endpoint);
  ask->at_ms = hub_wall_ms (act->meeting->hub);
  g_ptr_array_add (live->mic_asks, ask);
  meeting_act_log (act, "mic.asked", seat->info->endpoint, NULL);
}

static void
begin_to_speak (MeetingAct *act, Seat *seat, FloorState *floor)
{
  floor->asked = FALSE;
  floor->since_ms = hub_wall_ms (act->meeting->hub);
  log_floor (act, "floor.granted", floor, NULL);
  open_mic (act, seat);
}

gboolean
floor_answer (MeetingAct *act, Seat *seat, gboolean accept, GError **error)
{
  LiveState *live = meeting_act_live (act);
  FloorState *floor = live->floor;
  gboolean has_floor =
      floor != NULL && floor->asked && strcmp (floor->endpoint, seat->info->endpoint) == 0;

  if (!has_floor && find_mic_ask (live, seat) == NULL)
    return refuse (PROBLEM_FLOOR_NOT_ASKED, error);
  drop_mic_ask (act, seat);
  if (has_floor && accept)
    begin_to_speak (act, seat, floor);
  else if (has_floor)
    return floor_release (act, "refused", error);
  else if (accept)
    open_mic (act, seat);
  else
    meeting_act_log (act, "mic.refused", seat->info->endpoint, NULL);
  return TRUE;
}

void
floor_forget_seat (MeetingAct *act, Seat *seat)
{
  const LiveState *live = act->meeting->live;

  if (floor_is_held_by (act->meeting, seat))
    floor_release (act, "left", NULL);
  if (seat->record->hand_at_ms != 0 || queue_find (live, seat->info->endpoint) != NULL)
    leave_queue (act, seat);
  if (find_mic_ask (live, seat) != NULL)
    drop_mic_ask (act, seat);
}

/* --- telling --- */

gboolean
floor_is_held_by (const Meeting *meeting, const Seat *seat)
{
  const FloorState *floor = meeting->live->floor;

  return floor != NULL && seat != NULL && strcmp (floor->endpoint, seat->info->endpoint) == 0;
}

gboolean
floor_waits_for (const Meeting *meeting, const Seat *seat)
{
  return find_mic_ask (meeting->live, seat) != NULL ||
         (floor_is_held_by (meeting, seat) && meeting->live->floor->asked);
}

void
floor_tell_asked (Meeting *meeting, Seat *seat)
{
  const FloorState *floor = meeting->live->floor;

  if (seat->connection == NULL)
    return;
  if (floor_is_held_by (meeting, seat) && floor->asked)
    room_connection_send (seat->connection, room_message_floor_ask (floor->seconds, floor->remark));
  else if (find_mic_ask (meeting->live, seat) != NULL)
    room_connection_send (seat->connection, room_message_floor_ask (0, TRUE));
}

void
floor_note_line (Meeting *meeting, const Seat *seat, gboolean is_lost)
{
  if (!floor_is_held_by (meeting, seat) || (meeting->floor_lost_us != 0) == is_lost)
    return;
  meeting->floor_lost_us = is_lost ? meeting->hub->now_us : 0;
  meeting->info_dirty = TRUE;
}

static void
tell_no_microphone (Meeting *meeting, const Seat *seat, gboolean has_refused)
{
  const char *name = seat_name (seat);
  g_autofree char *vi = g_strdup_printf (
      has_refused ? "%s không đồng ý bật mic." : "%s không trả lời lời mời bật mic.", name);
  g_autofree char *en =
      g_strdup_printf (has_refused ? "%s does not agree to open its microphone."
                                   : "%s has not answered the request to open its microphone.",
                       name);
  g_autofree char *text = room_message_notice (vi, en);

  meeting_tell_directors (meeting, text);
}

void
floor_tell_refused (Meeting *meeting, const Seat *seat)
{
  tell_no_microphone (meeting, seat, TRUE);
}

/* --- time --- */

/* The system ends the speech; @reason as in floor_release (). */
static void
release_by_itself (Meeting *meeting, const char *reason)
{
  g_auto (MeetingAct) act = meeting_act (meeting, NULL, NULL);

  if (!floor_release (&act, reason, NULL))
    return;
  meeting_act_commit_or_warn (&act);
  meeting_tell_now (meeting);
}

static void
warn_of_time (Meeting *meeting, int warned, int seconds_left)
{
  g_auto (MeetingAct) act = meeting_act (meeting, NULL, NULL);
  g_autofree char *text = room_message_floor_warning (seconds_left);
  const Seat *seat = meeting_find_seat (meeting, meeting->live->floor->endpoint);

  meeting_act_live (&act)->floor->warned = warned;
  meeting_act_commit_or_warn (&act);
  meeting_tell_directors (meeting, text);
  if (seat != NULL && seat->connection != NULL && !seat_presides (seat))
    room_connection_send (seat->connection, g_strdup (text));
}

static void
check_time_box (Meeting *meeting, const FloorState *floor)
{
  gint64 left = floor->seconds - spent_seconds (meeting, floor);

  if (floor->seconds == 0)
    return;
  if (left <= 0 && floor->warned < 2)
    warn_of_time (meeting, 2, 0);
  else if (left > 0 && left <= FLOOR_WARNING_SECONDS && floor->warned < 1 &&
           floor->seconds > FLOOR_WARNING_SECONDS)
    warn_of_time (meeting, 1, (int) left);
  if (left <= 0 && meeting->live->floor->cut)
    release_by_itself (meeting, "time");
}

static void
check_holder (Meeting *meeting)
{
  const FloorState *floor = meeting->live->floor;
  const Seat *seat = floor != NULL ? meeting_find_seat (meeting, floor->endpoint) : NULL;

  if (floor == NULL)
    return;
  if (seat == NULL)
    release_by_itself (meeting, "left");
  else if (meeting->floor_lost_us != 0 &&
           meeting->hub->now_us - meeting->floor_lost_us > FLOOR_LOST_US)
    release_by_itself (meeting, "lost");
  else if (!floor->asked)
    check_time_box (meeting, floor);
  else if (hub_wall_ms (meeting->hub) - floor->since_ms > FLOOR_ANSWER_MS) {
    release_by_itself (meeting, "no answer");
    tell_no_microphone (meeting, seat, FALSE);
  }
}

static void
drop_late_ask (Meeting *meeting, Seat *seat)
{
  g_auto (MeetingAct) act = meeting_act (meeting, NULL, NULL);

  drop_mic_ask (&act, seat);
  meeting_act_log (&act, "mic.refused", seat->info->endpoint, "no answer");
  meeting_act_commit_or_warn (&act);
  tell_no_microphone (meeting, seat, FALSE);
}

static void
check_mic_asks (Meeting *meeting)
{
  gint64 now_ms = hub_wall_ms (meeting->hub);

  for (guint i = meeting->live->mic_asks->len; i > 0; i--) {
    const MicAsk *ask = g_ptr_array_index (meeting->live->mic_asks, i - 1);
    Seat *seat = meeting_find_seat (meeting, ask->endpoint);
    if (seat != NULL && now_ms - ask->at_ms > FLOOR_ANSWER_MS)
      drop_late_ask (meeting, seat); /* replaces the list, the others stay in place */
  }
}

void
floor_tick (Meeting *meeting)
{
  check_holder (meeting);
  check_mic_asks (meeting);
}
