/* Requests for the floor, their queue, and who has it. */
#include "signaling/meeting/floor.h"
#include "signaling/meeting/handlers.h"
#include "signaling/meeting/hub_private.h"
#include "signaling/meeting/queue.h"

/* --- asking for it --- */

static gboolean
check_topic (const char *topic, GError **error)
{
  if (topic == NULL || g_utf8_strlen (topic, -1) <= ROOM_TOPIC_CHARS)
    return TRUE;
  return room_refuse (PROBLEM_MESSAGE_MALFORMED, error);
}

/* Waits at the desk of its branch first, where one gathers. */
static gboolean
is_gathered (const Meeting *meeting, const Seat *seat)
{
  return meeting->record->entry.floor_gather && meeting_has_desk_for (meeting, seat);
}

static void
raise_hand (MeetingAct *act, Seat *seat, const char *topic)
{
  SeatRecord *record = meeting_act_seat (act, seat);
  gboolean is_new = record->hand_at_ms == 0;

  g_free (record->topic);
  record->topic = g_strdup (topic != NULL && *topic != '\0' ? topic : NULL);
  act->meeting->queue_dirty = TRUE; /* its topic is told even where its place stays */
  if (!is_new)
    return;
  record->hand_at_ms = hub_wall_ms (act->meeting->hub);
  queue_add (meeting_act_live (act), seat->info->endpoint, is_gathered (act->meeting, seat));
  meeting_act_log (act, "hand.raised", seat->info->endpoint, topic);
}

static void
lower_hand (MeetingAct *act, Seat *seat)
{
  SeatRecord *record = meeting_act_seat (act, seat);

  record->hand_at_ms = 0;
  g_clear_pointer (&record->topic, g_free);
  queue_remove (meeting_act_live (act), seat->info->endpoint);
  meeting_act_log (act, "hand.lowered", seat->info->endpoint, NULL);
}

gboolean
room_on_hand (RoomConnection *connection, const RoomRequest *request, gboolean *ret_is_answered,
              GError **error)
{
  const HandRequest *body = request->body;
  Seat *seat = connection->seat;
  gboolean is_up = seat->record->hand_at_ms != 0;
  g_auto (MeetingAct) act = room_act (connection);

  if (!check_topic (body->topic, error))
    return FALSE;
  if (body->raised && floor_is_held_by (connection->meeting, seat))
    return room_refuse (PROBLEM_FLOOR_HELD, error);
  if (body->raised && (!is_up || g_strcmp0 (body->topic, seat->record->topic) != 0))
    raise_hand (&act, seat, body->topic);
  else if (!body->raised && is_up)
    lower_hand (&act, seat);
  return meeting_act_commit (&act, error);
}

gboolean
room_on_hand_lower (RoomConnection *connection, const RoomRequest *request,
                    gboolean *ret_is_answered, GError **error)
{
  const EndpointRequest *body = request->body;
  Seat *seat = room_find_served_seat (connection, body->endpoint, error);
  g_auto (MeetingAct) act = room_act (connection);

  if (seat == NULL)
    return FALSE;
  if (seat->record->hand_at_ms != 0)
    lower_hand (&act, seat);
  return meeting_act_commit (&act, error);
}

/* --- the queue --- */

/* Who directs moves all; a desk moves what waits at it. */
static gboolean
may_move (const QueueEntry *entry, gconstpointer data)
{
  const RoomConnection *connection = data;
  const Seat *seat = meeting_find_seat (connection->meeting, entry->endpoint);

  if ((room_connection_rights (connection) & RIGHT_DIRECT) != 0)
    return TRUE;
  return entry->held && seat != NULL && invited_endpoint_is_below (seat->info, connection->branch);
}

gboolean
room_on_queue_order (RoomConnection *connection, const RoomRequest *request,
                     gboolean *ret_is_answered, GError **error)
{
  const QueueOrderRequest *body = request->body;
  g_auto (MeetingAct) act = room_act (connection);

  queue_order (meeting_act_live (&act), (const char *const *) body->endpoints, may_move,
               connection);
  if (queue_is_same (connection->meeting->live, meeting_act_peek_live (&act)))
    return TRUE;
  meeting_act_log (&act, "queue.ordered", NULL, NULL);
  return meeting_act_commit (&act, error);
}

gboolean
room_on_queue_pass_up (RoomConnection *connection, const RoomRequest *request,
                       gboolean *ret_is_answered, GError **error)
{
  const QueuePassUpRequest *body = request->body;
  const Seat *seat = room_find_served_seat (connection, body->endpoint, error);
  g_auto (MeetingAct) act = room_act (connection);

  if (seat == NULL)
    return FALSE;
  if (!queue_pass (meeting_act_live (&act), body->endpoint, body->up))
    return room_refuse (PROBLEM_QUEUE_NO_REQUEST, error);
  meeting_act_log (&act, body->up ? "queue.passed_up" : "queue.held", body->endpoint, NULL);
  return meeting_act_commit (&act, error);
}

/* --- having it --- */

static FloorTerms
terms_of (const Meeting *meeting, const FloorGrantRequest *body)
{
  int booked = (int) meeting->record->entry.minutes_per_speaker * 60;

  return (FloorTerms){ body->seconds >= 0 ? body->seconds : booked, body->cut, !body->picture };
}

static gboolean
grant (RoomConnection *connection, Seat *seat, const FloorGrantRequest *body, GError **error)
{
  Meeting *meeting = connection->meeting;
  FloorTerms terms = terms_of (meeting, body);
  g_auto (MeetingAct) act = room_act (connection);

  if (!floor_grant (&act, seat, &terms, error) || !room_act_now (&act, error))
    return FALSE;
  floor_tell_asked (meeting, seat);
  return TRUE;
}

gboolean
room_on_floor_grant (RoomConnection *connection, const RoomRequest *request,
                     gboolean *ret_is_answered, GError **error)
{
  const FloorGrantRequest *body = request->body;
  Seat *seat = room_find_seat (connection, body->endpoint, error);

  return seat != NULL && grant (connection, seat, body, error);
}

gboolean
room_on_floor_next (RoomConnection *connection, const RoomRequest *request,
                    gboolean *ret_is_answered, GError **error)
{
  Seat *seat = floor_next_seat (connection->meeting);

  if (seat == NULL)
    return room_refuse (PROBLEM_QUEUE_EMPTY, error);
  return grant (connection, seat, request->body, error);
}

gboolean
room_on_floor_release (RoomConnection *connection, const RoomRequest *request,
                       gboolean *ret_is_answered, GError **error)
{
  gboolean is_holder = floor_is_held_by (connection->meeting, connection->seat);
  gboolean directs = (room_connection_rights (connection) & RIGHT_DIRECT) != 0;
  g_auto (MeetingAct) act = room_act (connection);

  if (!is_holder && !directs)
    return room_refuse (PROBLEM_NOT_ALLOWED, error);
  return floor_release (&act, is_holder ? "self" : "chair", error) && room_act_now (&act, error);
}

gboolean
room_on_floor_extend (RoomConnection *connection, const RoomRequest *request,
                      gboolean *ret_is_answered, GError **error)
{
  const FloorExtendRequest *body = request->body;
  g_auto (MeetingAct) act = room_act (connection);

  return floor_extend (&act, body->seconds, error) && room_act_now (&act, error);
}

/* --- microphones that are asked for --- */

gboolean
room_on_floor_answer (RoomConnection *connection, const RoomRequest *request,
                      gboolean *ret_is_answered, GError **error)
{
  gboolean accept = ((const FloorAnswerRequest *) request->body)->accept;
  Seat *seat = connection->seat;
  g_auto (MeetingAct) act = room_act (connection);

  if (!floor_answer (&act, seat, accept, error) || !room_act_now (&act, error))
    return FALSE;
  if (!accept)
    floor_tell_refused (connection->meeting, seat);
  return TRUE;
}

gboolean
room_on_consent (RoomConnection *connection, const RoomRequest *request, gboolean *ret_is_answered,
                 GError **error)
{
  gboolean standing = ((const ConsentRequest *) request->body)->standing;
  Seat *seat = connection->seat;
  g_auto (MeetingAct) act = room_act (connection);

  if (seat->record->consent == standing)
    return TRUE;
  meeting_act_seat (&act, seat)->consent = standing;
  meeting_act_log (&act, standing ? "consent.given" : "consent.withdrawn", seat->info->endpoint,
                   NULL);
  return meeting_act_commit (&act, error);
}

gboolean
room_on_mic_ask (RoomConnection *connection, const RoomRequest *request, gboolean *ret_is_answered,
                 GError **error)
{
  const EndpointRequest *body = request->body;
  Seat *seat = room_find_seat (connection, body->endpoint, error);
  g_auto (MeetingAct) act = room_act (connection);

  if (seat == NULL)
    return FALSE;
  if (!seat_is_present (seat))
    return room_refuse (PROBLEM_SEAT_ABSENT, error);
  floor_ask_mic (&act, seat);
  if (!room_act_now (&act, error))
    return FALSE;
  floor_tell_asked (connection->meeting, seat);
  return TRUE;
}
