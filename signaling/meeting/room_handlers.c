#include <string.h>

#include "config/log.h"
#include "signaling/meeting/audience.h"
#include "signaling/meeting/camera_demand.h"
#include "signaling/meeting/floor.h"
#include "signaling/meeting/handlers.h"
#include "signaling/meeting/hub_private.h"
#include "signaling/meeting/lobby.h"
#include "signaling/meeting/stage.h"

#define TAG "meeting"

gboolean
room_refuse (Problem problem, GError **error)
{
  g_set_error_literal (error, SIGNALING_PROBLEM, problem, problem_text (problem)->en);
  return FALSE;
}

Seat *
room_find_seat (RoomConnection *connection, const char *endpoint, GError **error)
{
  Seat *seat = meeting_find_seat (connection->meeting, endpoint);

  if (seat == NULL)
    room_refuse (PROBLEM_SEAT_UNKNOWN, error);
  return seat;
}

gboolean
room_may_direct_seat (const RoomConnection *connection, const Seat *seat)
{
  guint rights = room_connection_rights (connection);

  if ((rights & RIGHT_DIRECT) != 0)
    return TRUE;
  return (rights & RIGHT_BRANCH) != 0 && invited_endpoint_is_below (seat->info, connection->branch);
}

gboolean
room_check_text (const char *text, guint max_chars, GError **error)
{
  gboolean has_ink = FALSE;

  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c)) {
    gunichar unichar = g_utf8_get_char (c);
    if (g_unichar_iscntrl (unichar) && unichar != '\n')
      return room_refuse (PROBLEM_TEXT, error);
    has_ink = has_ink || g_unichar_isgraph (unichar);
  }
  if (!has_ink || g_utf8_strlen (text, -1) > (glong) max_chars)
    return room_refuse (PROBLEM_TEXT, error);
  return TRUE;
}

Seat *
room_find_served_seat (RoomConnection *connection, const char *endpoint, GError **error)
{
  Seat *seat = room_find_seat (connection, endpoint, error);

  if (seat == NULL || room_may_direct_seat (connection, seat))
    return seat;
  room_refuse (PROBLEM_NOT_ALLOWED, error);
  return NULL;
}

const char *
room_actor (const RoomConnection *connection)
{
  return *connection->actor != '\0' ? connection->actor : connection->endpoint;
}

MeetingAct
room_act (RoomConnection *connection)
{
  return meeting_act (connection->meeting, room_actor (connection), connection->source);
}

gboolean
room_act_now (MeetingAct *act, GError **error)
{
  if (!meeting_act_commit (act, error))
    return FALSE;
  meeting_tell_now (act->meeting);
  return TRUE;
}

/* --- joining --- */

/* The transport that the room still has, if it is the one of its seat and alive. */
static MediaSession *
find_resumable (const RoomConnection *connection, const Meeting *meeting, const Seat *seat,
                const char *transport)
{
  MediaSession *session =
      transport != NULL ? g_hash_table_lookup (connection->hub->transports, transport) : NULL;

  if (session == NULL || session->meeting != meeting || session->seat != seat ||
      session->is_pending || session->state == TRANSPORT_CLOSED)
    return NULL;
  return session->kind == (seat != NULL ? SESSION_ROOM : SESSION_OPERATOR) ? session : NULL;
}

static void
attach (RoomConnection *connection, Meeting *meeting, Seat *seat)
{
  if (seat != NULL && seat->connection != NULL)
    room_connection_bye (seat->connection, BYE_REPLACED, NULL);
  connection->meeting = meeting;
  connection->seat = seat;
  g_ptr_array_add (meeting->connections, connection);
  if (seat == NULL) {
    meeting->n_operators++;
    return;
  }
  seat->connection = connection;
  meeting_seat_enter (meeting, seat, room_actor (connection));
}

static void
resume (RoomConnection *connection, MediaSession *session)
{
  if (session->connection != NULL && session->connection != connection)
    session->connection->session = NULL;
  session->connection = connection;
  connection->session = session;
}

static const char *
role_of (const RoomConnection *connection)
{
  static const char *const names[] = {
    [ROOM_OPERATOR] = "operator", [ROOM_OBSERVER] = "observer", [ROOM_DESK] = "desk"
  };

  return connection->seat != NULL ? seat_role (connection->seat) : names[connection->role];
}

/* TURN's log names the room, not the person. */
static json_t *
welcome_servers (const RoomConnection *connection)
{
  const char *whom = *connection->endpoint ? connection->endpoint : role_of (connection);

  return ice_servers_to_json (&connection->hub->config.ice_servers, whom,
                              hub_wall_ms (connection->hub) / 1000);
}

/* Codecs with layers within one stream: a camera then sends one instead of three, if it can. */
static void
add_camera_codec (json_t *more, const MeetingHub *hub)
{
  const char *first = hub->config.sdp.video_codecs != NULL ? hub->config.sdp.video_codecs[0] : NULL;

  if (g_strcmp0 (first, "VP9") == 0 || g_strcmp0 (first, "AV1") == 0)
    json_object_set_new (more, "camera_codec", json_string (first));
}

static void
send_welcome (RoomConnection *connection, gboolean is_resumed)
{
  g_autofree char *info = meeting_info_json (connection->meeting);
  g_autofree char *seats = audience_seats_for (connection);
  g_autoptr (json_t) more = json_object ();
  g_autoptr (json_t) servers = welcome_servers (connection);
  RoomWelcome welcome = {
    .role = role_of (connection),
    .endpoint = connection->seat != NULL ? connection->endpoint : NULL,
    .meeting_json = info,
    .seats_json = seats,
    .resumed = is_resumed,
    .more = more,
    .server_time_ms = hub_wall_ms (connection->hub),
    .ice_servers = servers,
  };

  stage_add_welcome (more, connection);
  audience_add_welcome (more, connection);
  add_camera_codec (more, connection->hub);
  json_object_set_new (more, "voices", json_integer (connection->hub->config.loudest_voices));
  room_connection_send (connection, room_message_welcome (&welcome));
}

/* The chair's first coming makes an open meeting live. */
static void
start_by_chair (Meeting *meeting, const Seat *seat, const char *actor, const char *source)
{
  g_autoptr (GError) error = NULL;

  if (seat == NULL || !seat->is_chair || meeting->record->state != MEETING_OPEN)
    return;
  StateChange change = { MEETING_LIVE, NULL, actor, source };
  if (!hub_store_state (meeting->hub, meeting, &change, &error))
    log_warning (TAG, meeting->record->id, "does not start: %s", error->message);
}

/* NULL and `bye` when the room cannot come in. */
static Meeting *
admit (RoomConnection *connection, Seat **ret_seat)
{
  g_autofree char *reason = NULL;
  g_autoptr (GError) error = NULL;
  MeetingState state = MEETING_ENDED;
  RoomBye bye = BYE_REMOVED;
  Meeting *meeting =
      hub_get_meeting (connection->hub, connection->meeting_id, &state, &reason, &error);

  if (meeting == NULL) {
    room_connection_bye (connection, hub_bye_of_state (state), reason);
    return NULL;
  }
  *ret_seat = meeting_find_seat (meeting, connection->endpoint);
  if (*ret_seat == NULL && connection->role == ROOM_SITE) {
    room_connection_bye (connection, BYE_REMOVED, NULL);
    return NULL;
  }
  if (*ret_seat != NULL && !lobby_may_join (meeting, *ret_seat, &bye)) {
    meeting_log (meeting, "join.refused", connection->actor, connection->endpoint,
                 room_bye_code (bye));
    room_connection_bye (connection, bye, NULL);
    return NULL;
  }
  gboolean has_place = *ret_seat != NULL && (*ret_seat)->state != SEAT_ABSENT;
  if (!has_place && !hub_has_room (connection->hub)) {
    meeting_log (meeting, "join.refused", connection->actor, connection->endpoint, "full");
    room_connection_bye (connection, BYE_FULL, NULL);
    return NULL;
  }
  return meeting;
}

/* A page that starts afresh shows no screen: what it shared before its reload is over. */
static void
release_content (Meeting *meeting, const Seat *seat)
{
  g_auto (MeetingAct) act = meeting_act (meeting, NULL, NULL);

  if (seat != NULL && g_strcmp0 (meeting->content, seat->info->endpoint) == 0)
    meeting_act_set_content (&act, NULL);
  meeting_act_commit_or_warn (&act);
}

gboolean
room_on_join (RoomConnection *connection, const RoomRequest *request, gboolean *ret_is_answered,
              GError **error)
{
  const JoinRequest *body = request->body;
  Seat *seat = NULL;
  Meeting *meeting = admit (connection, &seat);

  if (meeting == NULL)
    return TRUE; /* `bye` was the answer */
  attach (connection, meeting, seat);
  MediaSession *session = find_resumable (connection, meeting, seat, body->resume_transport);
  if (session != NULL)
    resume (connection, session);
  else if (seat != NULL)
    meeting_close_sessions_of (meeting, seat, SESSION_ROOM); /* of the page before the reload */
  if (body->resume_transport == NULL)
    release_content (meeting, seat);
  start_by_chair (meeting, seat, room_actor (connection), connection->source);
  send_welcome (connection, session != NULL);
  if (seat != NULL)
    floor_tell_asked (meeting, seat); /* a question that is still open */
  if (session != NULL) {
    meeting_send_slots (meeting, session);
    camera_demand_tell (session);
  }
  return TRUE;
}

gboolean
room_on_leave (RoomConnection *connection, const RoomRequest *request, gboolean *ret_is_answered,
               GError **error)
{
  Meeting *meeting = connection->meeting;
  Seat *seat = connection->seat;
  MediaSession *session = connection->session;

  room_connection_send (connection, room_message_ok (request));
  *ret_is_answered = TRUE;
  /* An encoder on the seat stays in the meeting when the page beside it is closed. */
  if (meeting != NULL && seat != NULL && seat_has_live_encoder (seat))
    meeting_close_sessions_of (meeting, seat, SESSION_ROOM);
  else if (meeting != NULL && seat != NULL)
    meeting_seat_leave (meeting, seat, "left");
  else if (meeting != NULL && session != NULL)
    meeting_close_session (meeting, session);
  room_connection_bye (connection, BYE_LEFT, NULL);
  return TRUE;
}

static gboolean
is_same_list (char *const *a, char *const *b)
{
  if (a == NULL || b == NULL)
    return a == b;
  return g_strv_equal ((const char *const *) a, (const char *const *) b);
}

/* Who runs the meeting, or a branch of it, looks where he wants. */
static gboolean
has_own_view (const RoomConnection *connection)
{
  return connection->seat == NULL || seat_presides (connection->seat);
}

/* Pages repeat their view as a sign of life: only a new one is worth a look at the routes. */
gboolean
room_on_view (RoomConnection *connection, const RoomRequest *request, gboolean *ret_is_answered,
              GError **error)
{
  const ViewRequest *body = request->body;
  gboolean picks = has_own_view (connection) && body->tiles != NULL && body->tiles[0] != NULL;
  char **tiles = picks ? body->tiles : NULL;
  const char *main = has_own_view (connection) ? body->main : NULL;

  if (connection->main_height == body->main_height &&
      connection->tile_height == body->tile_height && is_same_list (connection->tiles, tiles) &&
      g_strcmp0 (connection->main, main) == 0)
    return TRUE;
  connection->main_height = body->main_height;
  connection->tile_height = body->tile_height;
  g_strfreev (connection->tiles);
  connection->tiles = g_strdupv (tiles);
  g_free (connection->main);
  connection->main = g_strdup (main);
  connection->meeting->routes_dirty = TRUE;
  return TRUE;
}

gboolean
room_handle (RoomConnection *connection, const RoomRequest *request, gboolean *ret_is_answered,
             GError **error)
{
  /* in the order of handlers.h */
  static RoomHandler *const handlers[N_ROOM_REQUESTS] = {
    [ROOM_JOIN] = room_on_join,
    [ROOM_LEAVE] = room_on_leave,
    [ROOM_VIEW] = room_on_view,
    [ROOM_MEDIA_OFFER] = room_on_media_offer,
    [ROOM_MEDIA_RESTART] = room_on_media_restart,
    /* seats */
    [ROOM_MIC] = room_on_mic,
    [ROOM_CAMERA] = room_on_camera,
    [ROOM_PICTURE] = room_on_picture,
    [ROOM_SEAT_MUTE] = room_on_seat_mute,
    [ROOM_MUTE_ALL] = room_on_mute_all,
    [ROOM_MEETING_END] = room_on_meeting_end,
    /* the lobby */
    [ROOM_LOBBY_ADMIT] = room_on_lobby_admit,
    [ROOM_LOBBY_RETURN] = room_on_lobby_return,
    [ROOM_LOBBY_MESSAGE] = room_on_lobby_message,
    [ROOM_MEETING_LOCK] = room_on_meeting_lock,
    [ROOM_SEAT_REMOVE] = room_on_seat_remove,
    [ROOM_SEAT_UNBAR] = room_on_seat_unbar,
    [ROOM_SEAT_CAMERA] = room_on_seat_camera,
    [ROOM_SEAT_RENAME] = room_on_seat_rename,
    /* talk, roll call, votes */
    [ROOM_MESSAGE] = room_on_message,
    [ROOM_MESSAGE_CLEAR] = room_on_message_clear,
    [ROOM_CHAT] = room_on_chat,
    [ROOM_CHAT_CLOSE] = room_on_chat_close,
    [ROOM_ROLL_START] = room_on_roll_start,
    [ROOM_ROLL_STOP] = room_on_roll_stop,
    [ROOM_ROLL_MARK] = room_on_roll_mark,
    [ROOM_HEAD_COUNT] = room_on_head_count,
    [ROOM_VOTE_OPEN] = room_on_vote_open,
    [ROOM_VOTE_CAST] = room_on_vote_cast,
    [ROOM_VOTE_CLOSE] = room_on_vote_close,
    [ROOM_VOTE_CANCEL] = room_on_vote_cancel,
    /* floor */
    [ROOM_HAND] = room_on_hand,
    [ROOM_HAND_LOWER] = room_on_hand_lower,
    [ROOM_QUEUE_ORDER] = room_on_queue_order,
    [ROOM_QUEUE_PASS_UP] = room_on_queue_pass_up,
    [ROOM_FLOOR_GRANT] = room_on_floor_grant,
    [ROOM_FLOOR_RELEASE] = room_on_floor_release,
    [ROOM_FLOOR_NEXT] = room_on_floor_next,
    [ROOM_FLOOR_EXTEND] = room_on_floor_extend,
    [ROOM_FLOOR_ANSWER] = room_on_floor_answer,
    [ROOM_CONSENT] = room_on_consent,
    [ROOM_MIC_ASK] = room_on_mic_ask,
    /* pictures */
    [ROOM_CONTENT] = room_on_content,
    [ROOM_SPOTLIGHT] = room_on_spotlight,
    [ROOM_LAYOUT] = room_on_layout,
    [ROOM_PIN] = room_on_pin,
    [ROOM_AUTOSCAN_START] = room_on_autoscan_start,
    [ROOM_AUTOSCAN_STOP] = room_on_autoscan_stop,
    [ROOM_AUTOSCAN_SKIP] = room_on_autoscan_skip,
    /* agenda and time */
    [ROOM_AGENDA_GO] = room_on_agenda_go,
    [ROOM_PAPER_SHOW] = room_on_paper_show,
    [ROOM_PAPER_PAGE] = room_on_paper_page,
    [ROOM_MEETING_EXTEND] = room_on_meeting_extend,
    [ROOM_STATS] = room_on_stats,
    /* tests */
    [ROOM_TEST_LOOP] = room_on_test_loop,
    [ROOM_TEST_BEGIN] = room_on_test_begin,
    [ROOM_TEST_RESULT] = room_on_test_result,
  };

  return handlers[request->type](connection, request, ret_is_answered, error);
}
