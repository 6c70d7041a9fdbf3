#include <string.h>

#include "config/log.h"
#include "signaling/meeting/hub_private.h"
#include "signaling/meeting/room_connection.h"

#define TAG "meeting"

static gboolean
refuse (Problem problem, GError **error)
{
  g_set_error_literal (error, SIGNALING_PROBLEM, problem, problem_text (problem)->en);
  return FALSE;
}

static Seat *
find_seat (RoomConnection *connection, const char *endpoint, GError **error)
{
  Seat *seat = meeting_find_seat (connection->meeting, endpoint);

  if (seat == NULL)
    refuse (PROBLEM_SEAT_UNKNOWN, error);
  return seat;
}

/* Who did it, for the log: the user, or the endpoint that a room's token speaks for. */
static const char *
actor_of (const RoomConnection *connection)
{
  return *connection->actor != '\0' ? connection->actor : connection->endpoint;
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
  meeting_seat_enter (meeting, seat, actor_of (connection));
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
  if (connection->seat != NULL)
    return connection->seat->is_chair ? "chair" : "site";
  return connection->role == ROOM_OPERATOR ? "operator" : "observer";
}

static void
send_welcome (RoomConnection *connection, gboolean is_resumed)
{
  g_autofree char *info = meeting_info_json (connection->meeting);
  g_autofree char *seats = meeting_seats_json (connection->meeting);
  RoomWelcome welcome = {
    .role = role_of (connection),
    .endpoint = connection->seat != NULL ? connection->endpoint : NULL,
    .meeting_json = info,
    .seats_json = seats,
    .resumed = is_resumed,
    .server_time_ms = hub_wall_ms (connection->hub),
  };

  room_connection_send (connection, room_message_welcome (&welcome));
}

/* The chair's first coming makes an open meeting live. */
static void
start_by_chair (Meeting *meeting, const Seat *seat, const char *actor)
{
  g_autoptr (GError) error = NULL;

  if (seat == NULL || !seat->is_chair || meeting->record->state != MEETING_OPEN)
    return;
  StateChange change = { MEETING_LIVE, NULL, actor };
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
  g_autoptr (GError) error = NULL;

  if (seat != NULL && g_strcmp0 (meeting->content, seat->info->endpoint) == 0 &&
      !meeting_save_stage (meeting, meeting->spotlight, NULL, NULL, &error))
    log_warning (TAG, meeting->record->id, "%s", error->message);
}

static gboolean
on_join (RoomConnection *connection, const RoomRequest *request, gboolean *ret_is_answered,
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
  start_by_chair (meeting, seat, actor_of (connection));
  send_welcome (connection, session != NULL);
  if (session != NULL)
    meeting_send_slots (meeting, session);
  return TRUE;
}

static gboolean
on_leave (RoomConnection *connection, const RoomRequest *request, gboolean *ret_is_answered,
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

/* Pages repeat their view as a sign of life: only a new one is worth a look at the routes. */
static gboolean
on_view (RoomConnection *connection, const RoomRequest *request, gboolean *ret_is_answered,
         GError **error)
{
  const ViewRequest *body = request->body;
  gboolean picks = connection->seat == NULL && body->tiles != NULL && body->tiles[0] != NULL;
  char **tiles = picks ? body->tiles : NULL;

  if (connection->main_height == body->main_height &&
      connection->tile_height == body->tile_height && is_same_list (connection->tiles, tiles))
    return TRUE;
  connection->main_height = body->main_height;
  connection->tile_height = body->tile_height;
  g_strfreev (connection->tiles);
  connection->tiles = g_strdupv (tiles);
  connection->meeting->routes_dirty = TRUE;
  return TRUE;
}

/* --- own controls --- */

static gboolean
on_mic (RoomConnection *connection, const RoomRequest *request, gboolean *ret_is_answered,
        GError **error)
{
  gboolean open = ((const MicRequest *) request->body)->open;
  Seat *seat = connection->seat;
  SeatRecord changed = *seat->record;

  if (open && changed.mic_locked)
    return refuse (PROBLEM_MIC_LOCKED, error);
  if (changed.mic_open == open)
    return TRUE;
  changed.mic_open = open;
  if (!meeting_save_seat (connection->meeting, seat, &changed, open ? "mic.opened" : "mic.closed",
                          actor_of (connection), error))
    return FALSE;
  meeting_sync_mutes (connection->meeting, seat, FALSE);
  connection->meeting->routes_dirty = TRUE;
  return TRUE;
}

static gboolean
on_camera (RoomConnection *connection, const RoomRequest *request, gboolean *ret_is_answered,
           GError **error)
{
  gboolean on = ((const SwitchRequest *) request->body)->on;
  Seat *seat = connection->seat;
  SeatRecord changed = *seat->record;

  if (changed.camera_on == on)
    return TRUE;
  changed.camera_on = on;
  if (!meeting_save_seat (connection->meeting, seat, &changed, on ? "camera.on" : "camera.off",
                          actor_of (connection), error))
    return FALSE;
  meeting_sync_mutes (connection->meeting, seat, FALSE);
  connection->meeting->routes_dirty = TRUE;
  return TRUE;
}

static gboolean
set_hand (RoomConnection *connection, Seat *seat, gboolean raised, GError **error)
{
  SeatRecord changed = *seat->record;

  if ((changed.hand_at_ms != 0) == raised)
    return TRUE;
  changed.hand_at_ms = raised ? hub_wall_ms (connection->hub) : 0;
  connection->meeting->routes_dirty = TRUE;
  return meeting_save_seat (connection->meeting, seat, &changed,
                            raised ? "hand.raised" : "hand.lowered", actor_of (connection), error);
}

static gboolean
on_hand (RoomConnection *connection, const RoomRequest *request, gboolean *ret_is_answered,
         GError **error)
{
  return set_hand (connection, connection->seat, ((const HandRequest *) request->body)->raised,
                   error);
}

static gboolean
save_stage (RoomConnection *connection, const char *spotlight, const char *content,
            const char *kind, const char *endpoint, GError **error)
{
  MeetingEvent event = { hub_wall_ms (connection->hub), (char *) kind,
                         (char *) actor_of (connection), (char *) endpoint, (char *) "" };

  if (!meeting_save_stage (connection->meeting, spotlight, content, &event, error))
    return FALSE;
  /* A floor switch is what everybody waits for: it does not wait for the next tick. */
  meeting_update_routes (connection->meeting);
  return TRUE;
}

static gboolean
on_content (RoomConnection *connection, const RoomRequest *request, gboolean *ret_is_answered,
            GError **error)
{
  gboolean on = ((const SwitchRequest *) request->body)->on;
  Meeting *meeting = connection->meeting;
  gboolean is_own = g_strcmp0 (meeting->content, connection->endpoint) == 0;
  const Seat *holder = meeting_find_seat (meeting, meeting->content);

  if (on == is_own)
    return TRUE;
  if (!on)
    return save_stage (connection, meeting->spotlight, NULL, "content.off", connection->endpoint,
                       error);
  /* The chair takes it from others; anybody takes it from a seat that is gone. */
  if (holder != NULL && holder->state != SEAT_ABSENT && !connection->seat->is_chair)
    return refuse (PROBLEM_CONTENT_BUSY, error);
  return save_stage (connection, meeting->spotlight, connection->endpoint, "content.on",
                     connection->endpoint, error);
}

/* --- directing --- */

/* A lock closes the microphone, an unlock lets the room open it itself. An encoder has no button:
 * its microphone opens with the unlock. */
static gboolean
on_seat_mute (RoomConnection *connection, const RoomRequest *request, gboolean *ret_is_answered,
              GError **error)
{
  const SeatMuteRequest *body = request->body;
  Seat *seat = find_seat (connection, body->endpoint, error);

  if (seat == NULL)
    return FALSE;
  SeatRecord changed = *seat->record;
  gboolean is_encoder = seat->session != NULL && seat->session->kind == SESSION_ENCODER;
  changed.mic_locked = body->locked;
  changed.mic_open = (changed.mic_open || is_encoder) && !body->locked;
  if (!meeting_save_seat (connection->meeting, seat, &changed,
                          body->locked ? "mic.locked" : "mic.unlocked", actor_of (connection),
                          error))
    return FALSE;
  meeting_sync_mutes (connection->meeting, seat, FALSE);
  connection->meeting->routes_dirty = TRUE;
  return TRUE;
}

static gboolean
is_mute_all_target (const RoomConnection *connection, const Seat *seat)
{
  return !seat->is_chair && seat != connection->seat && seat_mic_is_live (seat);
}

static gboolean
on_mute_all (RoomConnection *connection, const RoomRequest *request, gboolean *ret_is_answered,
             GError **error)
{
  Meeting *meeting = connection->meeting;
  MeetingHub *hub = connection->hub;
  g_autoptr (GPtrArray) targets = g_ptr_array_new ();
  g_autoptr (GArray) records = g_array_new (FALSE, FALSE, sizeof (SeatRecord));
  MeetingEvent event = { hub_wall_ms (hub), (char *) "mute.all", (char *) actor_of (connection),
                         (char *) "", (char *) "" };

  for (guint i = 0; i < meeting->seat_list->len; i++) {
    Seat *seat = g_ptr_array_index (meeting->seat_list, i);
    if (!is_mute_all_target (connection, seat))
      continue;
    SeatRecord changed = *seat->record;
    changed.mic_open = FALSE;
    changed.mic_locked = seat->session != NULL && seat->session->kind == SESSION_ENCODER;
    g_array_append_val (records, changed);
    g_ptr_array_add (targets, seat);
  }
  g_autoptr (GError) cause = NULL;
  if (!hub->store.save_seats (hub->store_data, meeting->record->id,
                              (const SeatRecord *) records->data, records->len, &event, &cause)) {
    g_set_error_literal (error, SIGNALING_PROBLEM, PROBLEM_STORAGE, cause->message);
    return FALSE;
  }
  for (guint i = 0; i < targets->len; i++) {
    Seat *seat = g_ptr_array_index (targets, i);
    *seat->record = g_array_index (records, SeatRecord, i);
    meeting_seat_changed (meeting, seat);
  }
  meeting_sync_mutes (meeting, NULL, FALSE);
  meeting->routes_dirty = TRUE;
  return TRUE;
}

static gboolean
on_spotlight (RoomConnection *connection, const RoomRequest *request, gboolean *ret_is_answered,
              GError **error)
{
  const EndpointRequest *body = request->body;
  Meeting *meeting = connection->meeting;

  if (body->endpoint != NULL && find_seat (connection, body->endpoint, error) == NULL)
    return FALSE;
  if (g_strcmp0 (meeting->spotlight, body->endpoint) == 0)
    return TRUE;
  return save_stage (connection, body->endpoint, meeting->content, "spotlight",
                     body->endpoint != NULL ? body->endpoint : "", error);
}

static gboolean
on_hand_lower (RoomConnection *connection, const RoomRequest *request, gboolean *ret_is_answered,
               GError **error)
{
  Seat *seat = find_seat (connection, ((const EndpointRequest *) request->body)->endpoint, error);

  return seat != NULL && set_hand (connection, seat, FALSE, error);
}

static gboolean
on_meeting_end (RoomConnection *connection, const RoomRequest *request, gboolean *ret_is_answered,
                GError **error)
{
  Meeting *meeting = connection->meeting;

  if (!meeting_state_can_become (meeting->record->state, MEETING_ENDED))
    return refuse (PROBLEM_STATE_FORBIDDEN, error);
  StateChange change = { MEETING_ENDED, NULL, actor_of (connection) };
  if (!hub_store_state (connection->hub, meeting, &change, error))
    return FALSE;
  room_connection_send (connection, room_message_ok (request));
  *ret_is_answered = TRUE;
  hub_drop_meeting (connection->hub, meeting, BYE_ENDED, NULL);
  return TRUE;
}

gboolean
room_handle (RoomConnection *connection, const RoomRequest *request, gboolean *ret_is_answered,
             GError **error)
{
  static gboolean (*const handlers[N_ROOM_REQUESTS]) (RoomConnection *, const RoomRequest *,
                                                      gboolean *, GError **) = {
    [ROOM_JOIN] = on_join,
    [ROOM_MEDIA_OFFER] = room_on_media_offer,
    [ROOM_MEDIA_RESTART] = room_on_media_restart,
    [ROOM_VIEW] = on_view,
    [ROOM_MIC] = on_mic,
    [ROOM_CAMERA] = on_camera,
    [ROOM_HAND] = on_hand,
    [ROOM_CONTENT] = on_content,
    [ROOM_LEAVE] = on_leave,
    [ROOM_SEAT_MUTE] = on_seat_mute,
    [ROOM_MUTE_ALL] = on_mute_all,
    [ROOM_SPOTLIGHT] = on_spotlight,
    [ROOM_HAND_LOWER] = on_hand_lower,
    [ROOM_MEETING_END] = on_meeting_end,
  };

  return handlers[request->type](connection, request, ret_is_answered, error);
}
