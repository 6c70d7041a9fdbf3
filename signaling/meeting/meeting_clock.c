#include "signaling/meeting/meeting_clock.h"

#include "signaling/meeting/hub_private.h"

#define MINUTE_MS G_GINT64_CONSTANT (60000)
#define LAST_WARNING 3  /* of the steps below: the one minute */
#define FLOOR_WARNING 4 /* after the end, because somebody has the floor */
#define FLOOR_WAIT_MS (2 * MINUTE_MS)

static const int warning_minutes[LAST_WARNING] = { 10, 5, 1 };

/* How many of the warnings are due with so much time left. */
static int
warnings_due (gint64 left_ms)
{
  int due = 0;

  while (due < LAST_WARNING && left_ms <= warning_minutes[due] * MINUTE_MS)
    due++;
  return due;
}

gboolean
meeting_clock_extend (MeetingAct *act, int minutes, GError **error)
{
  const MeetingRecord *booked = act->meeting->record;
  gint64 now_ms = hub_wall_ms (act->meeting->hub);
  gint64 end_ms = MAX (booked->ends_at_ms, now_ms) + minutes * MINUTE_MS;
  g_autofree char *detail = g_strdup_printf ("%d", minutes);

  if (booked->state != MEETING_OPEN && booked->state != MEETING_LIVE) {
    g_set_error_literal (error, SIGNALING_PROBLEM, PROBLEM_STATE_FORBIDDEN, "not running");
    return FALSE;
  }
  if (end_ms - booked->starts_at_ms > MEETING_LENGTH_MAX_MS) {
    g_set_error_literal (error, SIGNALING_PROBLEM, PROBLEM_MEETING_TOO_LONG, "too long");
    return FALSE;
  }
  meeting_act_record (act)->ends_at_ms = end_ms;
  meeting_act_live (act)->end_warned = warnings_due (end_ms - now_ms);
  meeting_act_live (act)->end_warned_ms = now_ms;
  meeting_act_log (act, "meeting.extended", NULL, detail);
  return TRUE;
}

static void
warn (Meeting *meeting, int step, int minutes)
{
  g_auto (MeetingAct) act = meeting_act (meeting, NULL, NULL);
  g_autofree char *vi = g_strdup_printf ("Phiên họp sẽ tự kết thúc sau %d phút.", minutes);
  g_autofree char *en = g_strdup_printf ("The meeting ends by itself in %d min.", minutes);
  g_autofree char *text = room_message_notice (vi, en);

  meeting_act_live (&act)->end_warned = step;
  meeting_act_live (&act)->end_warned_ms = hub_wall_ms (meeting->hub);
  meeting_act_commit_or_warn (&act);
  meeting_broadcast (meeting, text);
}

/* The planned end has come. */
static void
check_end (Meeting *meeting, gint64 now_ms)
{
  const LiveState *live = meeting->live;
  gint64 waited_ms = now_ms - live->end_warned_ms;
  gboolean is_held = live->floor != NULL;
  gint64 wait_ms = live->end_warned == FLOOR_WARNING ? (is_held ? FLOOR_WAIT_MS : 0) : MINUTE_MS;

  if (live->end_warned < LAST_WARNING)
    warn (meeting, LAST_WARNING, 1);
  else if (waited_ms < wait_ms)
    return;
  else if (live->end_warned == LAST_WARNING && is_held)
    warn (meeting, FLOOR_WARNING, (int) (FLOOR_WAIT_MS / MINUTE_MS));
  else
    meeting->is_over = TRUE;
}

void
meeting_clock_tick (Meeting *meeting)
{
  const MeetingRecord *booked = meeting->record;
  gint64 now_ms = hub_wall_ms (meeting->hub);
  gint64 left_ms = booked->ends_at_ms - now_ms;

  if (!booked->entry.auto_end || booked->state != MEETING_LIVE || meeting->is_over)
    return;
  int due = warnings_due (left_ms);
  if (left_ms <= 0)
    check_end (meeting, now_ms);
  else if (due > meeting->live->end_warned)
    warn (meeting, due, (int) ((left_ms + MINUTE_MS - 1) / MINUTE_MS));
}
