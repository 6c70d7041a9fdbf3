#include "signaling/meeting/rehearsal.h"

#include "signaling/meeting/hub_private.h"
#include "signaling/meeting/testing.h"

RECORD_DECLARE (RehearsalResult, rehearsal_result)
static const RecordField rehearsal_result_fields[] = {
  RECORD_FIELD_INT (RehearsalResult, at, RECORD_REQUIRED, 0, G_MAXINT64, 0),
  RECORD_FIELD_INT (RehearsalResult, good, RECORD_REQUIRED, 0, MEETING_ENDPOINTS_MAX, 0),
  RECORD_FIELD_INT (RehearsalResult, fair, RECORD_REQUIRED, 0, MEETING_ENDPOINTS_MAX, 0),
  RECORD_FIELD_INT (RehearsalResult, bad, RECORD_REQUIRED, 0, MEETING_ENDPOINTS_MAX, 0),
  RECORD_FIELD_INT (RehearsalResult, absent, RECORD_REQUIRED, 0, MEETING_ENDPOINTS_MAX, 0),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (RehearsalResult, rehearsal_result);

static gboolean
has_no_media (const Seat *seat)
{
  return seat->state == SEAT_CONNECTED &&
         (seat->session == NULL || seat->session->state != TRANSPORT_CONNECTED);
}

/* Its media flows since less than the two seconds of a measurement. */
static gboolean
is_not_measured_yet (const Seat *seat)
{
  return seat_line_state (seat) == LINE_UNKNOWN && seat->state == SEAT_CONNECTED;
}

/* Of a room that did not test itself. */
static TestLight
light_of_line (const Seat *seat)
{
  gboolean is_bad = has_no_media (seat) || seat->state == SEAT_RECONNECTING;

  if (seat->record->joined_at_ms == 0)
    return TEST_LIGHT_NONE;
  if (!is_bad && seat_line_state (seat) == LINE_FAIR)
    return TEST_LIGHT_FAIR;
  return !is_bad && (seat_line_state (seat) == LINE_GOOD || is_not_measured_yet (seat))
             ? TEST_LIGHT_GOOD
             : TEST_LIGHT_BAD;
}

void
rehearsal_measure (const Meeting *meeting, RehearsalResult *ret_result)
{
  *ret_result = (RehearsalResult){ .at = hub_wall_ms (meeting->hub) };
  for (guint i = 0; i < meeting->seat_list->len; i++) {
    const Seat *seat = g_ptr_array_index (meeting->seat_list, i);
    TestLight light = seat->tested != NULL ? testing_light (seat) : light_of_line (seat);
    ret_result->absent += light == TEST_LIGHT_NONE;
    ret_result->good += light == TEST_LIGHT_GOOD;
    ret_result->fair += light == TEST_LIGHT_FAIR;
    ret_result->bad += light == TEST_LIGHT_BAD;
  }
}

gboolean
rehearsal_end (MeetingAct *act, GError **error)
{
  Meeting *meeting = act->meeting;
  MeetingRecord *record = meeting_act_record (act);
  RehearsalResult result;

  if (record->state != MEETING_REHEARSAL) {
    g_set_error_literal (error, SIGNALING_PROBLEM, PROBLEM_STATE_FORBIDDEN, "no rehearsal");
    return FALSE;
  }
  if (!meeting_record_set_state (record, MEETING_SCHEDULED, NULL, hub_wall_ms (meeting->hub),
                                 error))
    return FALSE;
  rehearsal_measure (meeting, &result);
  act->rehearsal = record_encode_text (&rehearsal_result_type, &result, NULL);
  for (guint i = 0; i < meeting->seat_list->len; i++) {
    Seat *seat = g_ptr_array_index (meeting->seat_list, i);
    if (seat->record->joined_at_ms != 0)
      seat_record_reset (meeting_act_seat (act, seat));
  }
  meeting_act_set_spotlight (act, NULL);
  meeting_act_set_content (act, NULL);
  g_clear_pointer (&act->live, live_record_free);
  act->live = live_state_new ();
  meeting_act_log (act, "meeting.state", NULL, meeting_state_to_string (MEETING_SCHEDULED));
  return TRUE;
}
