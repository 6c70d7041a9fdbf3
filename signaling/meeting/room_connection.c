#include "signaling/meeting/room_connection.h"

#include <string.h>

#include "config/limits.h"
#include "config/log.h"
#include "signaling/meeting/hub_private.h"
#include "signaling/meeting/loop.h"
#include "signaling/meeting/test_card.h"

#define TAG "meeting"

guint
room_connection_rights (const RoomConnection *connection)
{
  guint rights = RIGHT_WATCH;

  if (connection->role == ROOM_OPERATOR)
    rights |= RIGHT_DIRECT;
  if (connection->role == ROOM_DESK)
    rights |= RIGHT_BRANCH;
  if (connection->seat != NULL)
    rights |= RIGHT_TAKE_PART | (seat_presides (connection->seat) ? RIGHT_DIRECT : 0);
  return rights;
}

RoomConnection *
meeting_hub_connect_room (MeetingHub *hub, const RoomGrant *grant, const RoomPeer *peer,
                          gpointer peer_data, gint64 now_us, GError **error)
{
  g_autoptr (GError) cause = NULL;
  MeetingState state = MEETING_ENDED;
  gboolean is_site = grant->role == ROOM_SITE;

  hub_set_now (hub, now_us);
  if (is_site && (grant->endpoint == NULL || !record_is_id (grant->endpoint, LIMIT_ID_BYTES))) {
    g_set_error_literal (error, SIGNALING_PROBLEM, PROBLEM_NOT_INVITED, "no endpoint");
    return NULL;
  }
  if (hub_get_meeting (hub, grant->meeting, &state, NULL, &cause) == NULL && cause != NULL) {
    g_propagate_error (error, g_steal_pointer (&cause));
    return NULL;
  }
  RoomConnection *connection = g_new0 (RoomConnection, 1);
  connection->hub = hub;
  connection->meeting_id = g_strdup (grant->meeting);
  connection->endpoint = g_strdup (is_site ? grant->endpoint : "");
  connection->role = grant->role;
  connection->actor = g_strdup (grant->actor != NULL ? grant->actor : "");
  connection->source = g_strdup (grant->source != NULL ? grant->source : "");
  connection->name = g_strdup (grant->name != NULL ? grant->name : "");
  connection->branch = g_strdup (grant->branch);
  connection->peer = *peer;
  connection->peer_data = peer_data;
  connection->opened_us = hub->now_us;
  connection->main_height = 720;
  connection->tile_height = 180;
  rate_limit_init (&connection->rate, LIMIT_ROOM_MESSAGES_PER_SECOND);
  token_bucket_init (&connection->changes, LIMIT_ROOM_CHANGES_AT_ONCE,
                     LIMIT_ROOM_CHANGES_PER_SECOND);
  g_hash_table_add (hub->connections, connection);
  return connection;
}

void
room_connection_free (RoomConnection *connection)
{
  room_offer_abandon (connection->offer);
  g_free (connection->meeting_id);
  g_free (connection->endpoint);
  g_free (connection->actor);
  g_free (connection->name);
  g_clear_pointer (&connection->known, g_ptr_array_unref);
  g_free (connection->branch);
  g_free (connection->source);
  g_free (connection->main);
  g_strfreev (connection->tiles);
  g_free (connection);
}

void
room_connection_send (RoomConnection *connection, char *text)
{
  g_autofree char *owned = text;

  if (!connection->is_over)
    connection->peer.send_text (connection->peer_data, owned, strlen (owned));
}

/* Nobody looks at its picture any more. */
static void
release_seat (Meeting *meeting, Seat *seat)
{
  seat->connection = NULL;
  loop_end (meeting, seat);
  test_card_end (meeting, seat);
  if (!seat->is_dark)
    return;
  seat->is_dark = FALSE;
  meeting_seat_changed (meeting, seat);
}

void
room_connection_detach (RoomConnection *connection)
{
  Meeting *meeting = connection->meeting;

  if (meeting == NULL)
    return;
  if (g_ptr_array_remove_fast (meeting->connections, connection) && connection->seat == NULL)
    meeting->n_operators--;
  if (connection->session != NULL) {
    connection->session->connection = NULL;
    if (connection->session->kind == SESSION_OPERATOR)
      connection->session->state_us = connection->hub->now_us;
  }
  if (connection->role == ROOM_DESK)
    meeting->desk_left_us = connection->hub->now_us;
  if (connection->seat != NULL && connection->seat->connection == connection)
    release_seat (meeting, connection->seat);
  connection->session = NULL;
  connection->seat = NULL;
  connection->meeting = NULL;
  g_clear_pointer (&connection->known, g_ptr_array_unref);
}

static void
close_peer (RoomConnection *connection, guint16 code, const char *reason)
{
  if (connection->is_over)
    return;
  connection->is_over = TRUE;
  connection->peer.close (connection->peer_data, code, reason);
}

void
room_connection_bye (RoomConnection *connection, RoomBye bye, const char *reason)
{
  room_connection_send (connection, room_message_bye (bye, reason));
  room_connection_detach (connection);
  close_peer (connection, ROOM_CLOSE_NORMAL, room_bye_code (bye));
}

void
room_connection_check (RoomConnection *connection, gint64 now_us)
{
  if (connection->meeting == NULL && now_us - connection->opened_us > JOIN_TIMEOUT_US)
    close_peer (connection, ROOM_CLOSE_POLICY, "no join");
}

/* Out of its meeting; the seat waits for it to come back. */
static void
lose (RoomConnection *connection, const char *reason)
{
  Meeting *meeting = connection->meeting;
  Seat *seat = connection->seat;

  room_connection_detach (connection);
  if (meeting != NULL && seat != NULL)
    meeting_seat_lose (meeting, seat, reason);
}

static gboolean
is_within_limits (RoomConnection *connection, gsize length, gint64 now_us)
{
  if (length > LIMIT_ROOM_MESSAGE_BYTES) {
    lose (connection, "message too large");
    close_peer (connection, ROOM_CLOSE_TOO_BIG, "message too large");
    return FALSE;
  }
  if (!rate_limit_take (&connection->rate, now_us)) {
    lose (connection, "too many messages");
    close_peer (connection, ROOM_CLOSE_POLICY, "too many messages");
    return FALSE;
  }
  return TRUE;
}

/* What changes a seat or the stage is written to storage. */
static gboolean
take_change (RoomConnection *connection, const RoomRequestRow *row)
{
  return (row->right & (RIGHT_TAKE_PART | RIGHT_DIRECT | RIGHT_BRANCH)) == 0 ||
         token_bucket_take (&connection->changes, connection->hub->now_us);
}

/* What a room in the waiting room may do: get ready, and say how many it is. */
static gboolean
is_for_waiting (RoomRequestType type)
{
  switch (type) {
  case ROOM_MIC:
  case ROOM_CAMERA:
  case ROOM_PICTURE:
  case ROOM_CONSENT:
  case ROOM_HEAD_COUNT:
  case ROOM_TEST_LOOP:
  case ROOM_TEST_BEGIN:
  case ROOM_TEST_RESULT:
    return TRUE;
  default:
    return room_request_row (type)->right == RIGHT_WATCH;
  }
}

static gboolean
authorise (RoomConnection *connection, const RoomRequest *request, GError **error)
{
  const RoomRequestRow *row = room_request_row (request->type);
  Problem problem = N_PROBLEMS;

  if (connection->meeting == NULL && !row->before_join)
    problem = PROBLEM_NOT_JOINED;
  else if (connection->meeting != NULL && request->type == ROOM_JOIN)
    problem = PROBLEM_ALREADY_JOINED;
  else if ((room_connection_rights (connection) & row->right) == 0)
    problem = PROBLEM_NOT_ALLOWED;
  else if (connection->seat != NULL && seat_is_outside (connection->seat) &&
           !is_for_waiting (request->type))
    problem = PROBLEM_LOBBY_WAITING;
  else if (!take_change (connection, row))
    problem = PROBLEM_MESSAGE_TOO_MANY;
  if (problem == N_PROBLEMS)
    return TRUE;
  g_set_error (error, SIGNALING_PROBLEM, problem, "%s: %s", row->name, problem_text (problem)->en);
  return FALSE;
}

void
room_connection_receive (RoomConnection *connection, const char *text, gsize length, gint64 now_us)
{
  g_auto (RoomRequest) request = { 0 };
  g_autoptr (GError) error = NULL;
  gboolean is_answered = FALSE;

  hub_set_now (connection->hub, now_us);
  if (connection->is_over || !is_within_limits (connection, length, now_us))
    return;
  if (room_request_decode (text, length, &request, &error) &&
      authorise (connection, &request, &error) &&
      room_handle (connection, &request, &is_answered, &error)) {
    if (!is_answered)
      room_connection_send (connection, room_message_ok (&request));
    return;
  }
  log_event_about (LOG_DEBUG, TAG,
                   &(LogSubject){ .meeting = connection->meeting_id, .seat = connection->endpoint },
                   "%s: refused: %s", connection->actor, error->message);
  room_connection_send (connection, room_message_error (&request, error));
}

void
room_connection_closed (RoomConnection *connection, gint64 now_us)
{
  MeetingHub *hub = connection->hub;

  hub_set_now (hub, now_us);
  connection->is_over = TRUE; /* nothing more to be sent */
  lose (connection, "connection closed");
  g_hash_table_remove (hub->connections, connection); /* frees it */
}
