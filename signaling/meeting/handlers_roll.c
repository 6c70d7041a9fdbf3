/* roll.start, roll.stop, roll.mark, head_count. */
#include "signaling/meeting/handlers.h"
#include "signaling/meeting/hub_private.h"

/* --- the roll call --- */

/* Called anew: ticks of the call before are gone, an excuse given with its reason stays. */
static void
clear_marks (MeetingAct *act)
{
  const Meeting *meeting = act->meeting;

  for (guint i = 0; i < meeting->seat_list->len; i++) {
    Seat *seat = g_ptr_array_index (meeting->seat_list, i);
    if (seat->record->roll_mark == ROLL_NONE || seat->record->roll_mark == ROLL_EXCUSED)
      continue;
    SeatRecord *changed = meeting_act_seat (act, seat);
    changed->roll_mark = ROLL_NONE;
    g_clear_pointer (&changed->roll_reason, g_free);
  }
}

static gboolean
set_roll (RoomConnection *connection, gboolean runs, GError **error)
{
  Meeting *meeting = connection->meeting;
  g_auto (MeetingAct) act = room_act (connection);

  if ((meeting->live->lobby->roll_started_at_ms != 0) == runs)
    return TRUE;
  if (runs)
    clear_marks (&act);
  meeting_act_live (&act)->lobby->roll_started_at_ms = runs ? hub_wall_ms (meeting->hub) : 0;
  meeting_act_log (&act, runs ? "roll.started" : "roll.stopped", NULL, NULL);
  meeting->census_dirty = TRUE;
  return room_act_now (&act, error);
}

gboolean
room_on_roll_start (RoomConnection *connection, const RoomRequest *request,
                    gboolean *ret_is_answered, GError **error)
{
  return set_roll (connection, TRUE, error);
}

gboolean
room_on_roll_stop (RoomConnection *connection, const RoomRequest *request,
                   gboolean *ret_is_answered, GError **error)
{
  return set_roll (connection, FALSE, error);
}

static gboolean
has_text (const char *text)
{
  return text != NULL && *text != '\0';
}

static char *
describe_mark (const RollMarkRequest *body)
{
  const char *mark = roll_mark_to_string ((RollMark) body->mark);
  g_autoptr (json_t) json =
      json_pack ("{s:o, s:s}", "mark", mark != NULL ? json_string (mark) : json_null (), "reason",
                 body->reason != NULL ? body->reason : "");

  return json_dumps (json, JSON_COMPACT);
}

static gboolean
mark_seat (RoomConnection *connection, MeetingAct *act, const char *endpoint,
           const RollMarkRequest *body, GError **error)
{
  Seat *seat = room_find_seat (connection, endpoint, error);
  guint n_before = act->seats->len;

  if (seat == NULL)
    return FALSE;
  if (!room_may_direct_seat (connection, seat))
    return room_refuse (PROBLEM_NOT_ALLOWED, error);
  SeatRecord *changed = meeting_act_seat (act, seat);
  if (act->seats->len == n_before) /* named twice */
    return TRUE;
  g_autofree char *detail = describe_mark (body);
  changed->roll_mark = body->mark;
  g_free (changed->roll_reason);
  changed->roll_reason = has_text (body->reason) ? g_strdup (body->reason) : NULL;
  meeting_act_log (act, "roll.mark", endpoint, detail);
  return TRUE;
}

/* All or none of them. Also while no call runs: an excuse comes before the meeting. */
gboolean
room_on_roll_mark (RoomConnection *connection, const RoomRequest *request,
                   gboolean *ret_is_answered, GError **error)
{
  const RollMarkRequest *body = request->body;
  gboolean has_list = body->endpoints != NULL && body->endpoints[0] != NULL;
  char *single[] = { body->endpoint, NULL };
  char **endpoints = has_list ? body->endpoints : single;
  g_auto (MeetingAct) act = room_act (connection);

  if (has_list == (body->endpoint != NULL))
    return room_refuse (PROBLEM_MESSAGE_MALFORMED, error);
  if (has_text (body->reason) && !room_check_text (body->reason, ROOM_REASON_CHARS, error))
    return FALSE;
  for (guint i = 0; endpoints[i] != NULL; i++)
    if (!mark_seat (connection, &act, endpoints[i], body, error))
      return FALSE;
  return meeting_act_commit (&act, error);
}

/* --- head counts --- */

gboolean
room_on_head_count (RoomConnection *connection, const RoomRequest *request,
                    gboolean *ret_is_answered, GError **error)
{
  const HeadCountRequest *body = request->body;
  Seat *seat = connection->seat;
  g_auto (MeetingAct) act = room_act (connection);

  if (seat->record->head_count == body->present &&
      (body->expected < 0 || seat->record->head_expected == body->expected))
    return TRUE;
  SeatRecord *changed = meeting_act_seat (&act, seat);
  changed->head_count = body->present;
  if (body->expected >= 0)
    changed->head_expected = body->expected;
  g_autofree char *detail = changed->head_expected >= 0
                                ? g_strdup_printf ("{\"present\":%d,\"expected\":%d}",
                                                   changed->head_count, changed->head_expected)
                                : g_strdup_printf ("{\"present\":%d}", changed->head_count);
  meeting_act_log (&act, "head_count", seat->info->endpoint, detail);
  return meeting_act_commit (&act, error);
}
