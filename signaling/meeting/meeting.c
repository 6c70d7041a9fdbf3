#include "signaling/meeting/meeting.h"

#include <string.h>

#include "config/log.h"
#include "signaling/meeting/agenda.h"
#include "signaling/meeting/audience.h"
#include "signaling/meeting/camera_demand.h"
#include "signaling/meeting/floor.h"
#include "signaling/meeting/hub_private.h"
#include "signaling/meeting/line_limits.h"
#include "signaling/meeting/lobby.h"
#include "signaling/meeting/loop.h"
#include "signaling/meeting/meeting_act.h"
#include "signaling/meeting/meeting_health.h"
#include "signaling/meeting/queue.h"
#include "signaling/meeting/room_connection.h"
#include "signaling/meeting/stage.h"
#include "signaling/meeting/talk.h"
#include "signaling/meeting/test_card.h"
#include "signaling/meeting/testing.h"
#include "signaling/meeting/voting.h"

#define TAG "meeting"

/* --- life --- */

static void
unref_session (gpointer session)
{
  media_session_unref (session);
}

static void
free_seat (gpointer seat)
{
  seat_free (seat);
}

static int
compare_names (gconstpointer pa, gconstpointer pb)
{
  const Seat *a = *(const Seat *const *) pa, *b = *(const Seat *const *) pb;
  int result = g_utf8_collate (a->info->name, b->info->name);

  return result != 0 ? result : strcmp (a->info->endpoint, b->info->endpoint);
}

static void
sort_seats (Meeting *meeting)
{
  g_ptr_array_sort (meeting->seat_list, compare_names);
  for (guint i = 0; i < meeting->seat_list->len; i++)
    ((Seat *) g_ptr_array_index (meeting->seat_list, i))->order = i;
}

static Seat *
add_seat (Meeting *meeting, const InvitedEndpoint *info)
{
  Seat *seat = seat_new (info);

  meeting_health_open (meeting, seat);
  g_hash_table_insert (meeting->seats, seat->info->endpoint, seat);
  g_ptr_array_add (meeting->seat_list, seat);
  return seat;
}

static void
mark_leaders (Meeting *meeting)
{
  for (guint i = 0; i < meeting->seat_list->len; i++) {
    Seat *seat = g_ptr_array_index (meeting->seat_list, i);
    seat->is_chair = g_strcmp0 (seat->info->endpoint, meeting->record->chair_endpoint) == 0;
    seat->is_cochair = meeting_record_is_co_chair (meeting->record, seat->info->endpoint);
  }
}

static void
restore_seats (Meeting *meeting, const GPtrArray *records)
{
  for (guint i = 0; i < records->len; i++) {
    const SeatRecord *record = g_ptr_array_index (records, i);
    Seat *seat = meeting_find_seat (meeting, record->endpoint);
    if (seat == NULL)
      continue; /* no longer invited */
    seat_record_free (seat->record);
    seat->record = seat_record_copy (record);
  }
}

static guint
serial_of (const char *transport)
{
  const char *dot = strrchr (transport, '.');

  return dot != NULL ? (guint) g_ascii_strtoull (dot + 1, NULL, 10) : 0;
}

static void
register_session (Meeting *meeting, MediaSession *session)
{
  g_hash_table_insert (meeting->sessions, session->id, session);
  g_hash_table_insert (meeting->hub->transports, session->transport, session);
  meeting->serial = MAX (meeting->serial, serial_of (session->transport));
  meeting->n_viewers += session->kind == SESSION_VIEWER;
}

static void
restore_session (Meeting *meeting, const SessionRecord *record, gint64 now_us)
{
  Seat *seat = meeting_find_seat (meeting, record->endpoint);

  if (seat == NULL && *record->endpoint != '\0')
    return; /* no longer invited: its transport is nobody's and will be closed */
  MediaSession *session = media_session_from_record (record, meeting, seat);

  if (session == NULL)
    return;
  if (session->kind == SESSION_CARD) {
    media_session_unref (session); /* its publisher went with the controller */
    return;
  }
  session->state = TRANSPORT_CONNECTED; /* until the relay tells otherwise */
  session->state_us = now_us;
  register_session (meeting, session);
  if (seat == NULL)
    return;
  seat->session = session;
  if (seat->state == SEAT_ABSENT)
    meeting->n_in++;
  seat->state = SEAT_RECONNECTING;
  seat->lost_us = now_us;
}

/* What was voted and written in a rehearsal stays there. */
static void
take_talk (Meeting *meeting, StoredMeeting *stored)
{
  const char *text = meeting->record->rehearsal;
  g_autoptr (json_t) rehearsal = text != NULL ? json_loads (text, 0, NULL) : NULL;
  gint64 rehearsed_ms = json_integer_value (json_object_get (rehearsal, "at"));

  if (stored->vote != NULL && stored->vote->opened_at_ms > rehearsed_ms)
    meeting->vote = g_steal_pointer (&stored->vote);
  meeting->chat = g_ptr_array_ref (stored->chat);
  while (meeting->chat->len > 0 &&
         ((const ChatLine *) g_ptr_array_index (meeting->chat, 0))->at_ms <= rehearsed_ms)
    g_ptr_array_remove_index (meeting->chat, 0);
}

Meeting *
meeting_new (MeetingHub *hub, StoredMeeting *stored, gint64 now_us)
{
  Meeting *meeting = g_new0 (Meeting, 1);

  meeting->hub = hub;
  meeting->record = g_steal_pointer (&stored->record);
  meeting->spotlight = g_steal_pointer (&stored->spotlight);
  meeting->content = g_steal_pointer (&stored->content);
  meeting->papers = g_ptr_array_ref (stored->papers);
  meeting->live = live_state_decode (stored->live, meeting->record->id);
  take_talk (meeting, stored);
  token_bucket_init (&meeting->talk, CHAT_LINES_AT_ONCE, CHAT_LINES_PER_SECOND);
  meeting->seats = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, free_seat);
  meeting->seat_list = g_ptr_array_new ();
  meeting->sessions = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, unref_session);
  meeting->connections = g_ptr_array_new ();
  for (guint i = 0; i < stored->invited->len; i++) {
    const InvitedEndpoint *info = g_ptr_array_index (stored->invited, i);
    if (meeting_find_seat (meeting, info->endpoint) == NULL)
      add_seat (meeting, info);
  }
  sort_seats (meeting);
  mark_leaders (meeting);
  restore_seats (meeting, stored->seats);
  testing_restore (meeting, stored);
  for (guint i = 0; i < stored->sessions->len; i++)
    restore_session (meeting, g_ptr_array_index (stored->sessions, i), now_us);
  meeting->desk_left_us = now_us;
  meeting->floor_lost_us = meeting->live->floor != NULL ? now_us : 0; /* until its seat is back */
  stored_meeting_free (stored);
  return meeting;
}

void
meeting_free (Meeting *meeting)
{
  GHashTableIter iter;
  gpointer value = NULL;

  if (meeting == NULL)
    return;
  test_card_stop (meeting);
  g_hash_table_iter_init (&iter, meeting->sessions);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    MediaSession *session = value;
    g_hash_table_remove (meeting->hub->transports, session->transport);
    session->meeting = NULL;
    session->seat = NULL;
    session->connection = NULL;
  }
  g_hash_table_unref (meeting->sessions);
  g_ptr_array_unref (meeting->connections);
  g_ptr_array_unref (meeting->papers);
  g_ptr_array_unref (meeting->seat_list);
  g_hash_table_unref (meeting->seats);
  meeting_record_free (meeting->record);
  g_free (meeting->spotlight);
  g_free (meeting->content);
  live_record_free (meeting->live);
  vote_free (meeting->vote);
  g_ptr_array_unref (meeting->chat);
  g_free (meeting->census);
  g_free (meeting->voices);
  g_free (meeting);
}

Seat *
meeting_find_seat (const Meeting *meeting, const char *endpoint)
{
  return endpoint != NULL ? g_hash_table_lookup (meeting->seats, endpoint) : NULL;
}

guint
meeting_count_connections (const Meeting *meeting)
{
  return meeting->n_in + meeting->n_viewers + meeting->n_operators;
}

/* --- storing --- */

static void
set_storage_error (GError **error, GError *cause)
{
  g_set_error_literal (error, SIGNALING_PROBLEM, PROBLEM_STORAGE, cause->message);
  g_error_free (cause);
}

void
meeting_log (Meeting *meeting, const char *kind, const char *actor, const char *endpoint,
             const char *detail)
{
  MeetingHub *hub = meeting->hub;
  g_autoptr (GError) error = NULL;
  MeetingEvent event = { hub_wall_ms (hub),
                         (char *) kind,
                         (char *) (actor != NULL ? actor : ""),
                         (char *) (endpoint != NULL ? endpoint : ""),
                         (char *) (detail != NULL ? detail : ""),
                         NULL };

  if (!hub->store.append_event (hub->store_data, meeting->record->id, &event, &error))
    log_warning (TAG, meeting->record->id, "event %s of %s is not stored: %s", kind, event.endpoint,
                 error->message);
}

/* --- seats --- */

void
meeting_seat_changed (Meeting *meeting, Seat *seat)
{
  g_clear_pointer (&seat->json, g_free);
  seat->is_dirty = TRUE;
  meeting->seats_dirty = TRUE;
}

static void
mark_queue (Meeting *meeting, const GPtrArray *queue)
{
  for (guint i = 0; i < queue->len; i++) {
    const QueueEntry *entry = g_ptr_array_index (queue, i);
    Seat *seat = meeting_find_seat (meeting, entry->endpoint);
    if (seat != NULL)
      meeting_seat_changed (meeting, seat);
  }
}

void
meeting_live_changed (Meeting *meeting, const LiveState *former)
{
  const FloorState *before = former->floor, *now = meeting->live->floor;

  if (now == NULL || before == NULL || strcmp (now->endpoint, before->endpoint) != 0)
    meeting->floor_lost_us = 0;
  if (queue_is_same (former, meeting->live))
    return;
  meeting->queue_dirty = TRUE;
  mark_queue (meeting, former->queue);
  mark_queue (meeting, meeting->live->queue);
}

static void
seat_set_state (Meeting *meeting, Seat *seat, SeatState state, const char *reason)
{
  /* absent <-> connected, absent -> reconnecting (an encoder that is not up yet), and so on: all
   * moves are allowed, only the counters must follow. */
  if (seat->state == state)
    return;
  meeting->n_in += seat->state == SEAT_ABSENT;
  meeting->n_in -= state == SEAT_ABSENT;
  log_event_about (
      LOG_INFO, TAG,
      &(LogSubject){ .meeting = meeting->record->id,
                     .seat = seat->info->endpoint,
                     .transport = seat->session != NULL ? seat->session->transport : NULL },
      "%s -> %s (%s)", seat_state_to_string (seat->state), seat_state_to_string (state), reason);
  seat->state = state;
  seat->lost_us = state == SEAT_RECONNECTING ? meeting->hub->now_us : 0;
  meeting_seat_changed (meeting, seat);
}

static const char *
source_of (const Seat *seat)
{
  return seat->connection != NULL ? seat->connection->source : NULL;
}

void
meeting_seat_enter (Meeting *meeting, Seat *seat, const char *actor)
{
  SeatState before = seat->state;

  seat_set_state (meeting, seat, SEAT_CONNECTED, "joined");
  if (before == SEAT_CONNECTED)
    return;
  floor_note_line (meeting, seat, FALSE);
  health_site_set_lost (seat->health, FALSE);
  g_auto (MeetingAct) act = meeting_act (meeting, actor, source_of (seat));
  lobby_enter (&act, seat, before == SEAT_ABSENT);
  meeting_act_commit_or_warn (&act);
}

void
meeting_seat_lose (Meeting *meeting, Seat *seat, const char *reason)
{
  if (seat->state != SEAT_CONNECTED || seat->connection != NULL || seat_has_live_encoder (seat))
    return;
  seat_set_state (meeting, seat, SEAT_RECONNECTING, reason);
  floor_note_line (meeting, seat, TRUE);
  if (lobby_lost_event (seat) != NULL)
    meeting_log (meeting, lobby_lost_event (seat), "", seat->info->endpoint, reason);
}

/* Nobody who left keeps the floor, a request for it or the content of all. */
static void
clear_stage_of (Meeting *meeting, Seat *seat)
{
  g_auto (MeetingAct) act = meeting_act (meeting, NULL, NULL);

  if (g_strcmp0 (meeting->content, seat->info->endpoint) == 0)
    meeting_act_set_content (&act, NULL);
  floor_forget_seat (&act, seat);
  meeting_act_commit_or_warn (&act);
}

void
meeting_seat_leave (Meeting *meeting, Seat *seat, const char *reason)
{
  meeting_close_sessions_of (meeting, seat, SESSION_ROOM);
  meeting_close_sessions_of (meeting, seat, SESSION_ENCODER);
  if (seat->state == SEAT_ABSENT)
    return;
  seat_set_state (meeting, seat, SEAT_ABSENT, reason);
  clear_stage_of (meeting, seat);
  meeting_log (meeting, lobby_left_event (seat), "", seat->info->endpoint, reason);
}

/* --- sessions --- */

MediaSession *
meeting_add_session (Meeting *meeting, SessionKind kind, Seat *seat)
{
  g_autofree char *id =
      g_strdup_printf ("%08x%08x%08x", g_random_int (), g_random_int (), g_random_int ());
  g_autofree char *transport =
      g_strdup_printf ("t.%s.%s.%u", meeting->record->id, seat != NULL ? seat->info->endpoint : id,
                       meeting->serial + 1);
  MediaSession *session = media_session_new (meeting, kind, id, transport, seat);

  session->state_us = meeting->hub->now_us;
  register_session (meeting, session);
  return session;
}

gboolean
meeting_store_session (Meeting *meeting, const MediaSession *session, GError **error)
{
  MeetingHub *hub = meeting->hub;
  SessionRecord *record = media_session_to_record (session);
  GError *cause = NULL;
  gboolean is_stored =
      hub->store.save_session (hub->store_data, meeting->record->id, record, &cause);

  session_record_free (record);
  if (!is_stored)
    set_storage_error (error, cause);
  return is_stored;
}

/* Who comes to the seat after an encoder finds the microphone closed: nobody opened it by hand. */
static void
close_mic_after_encoder (Meeting *meeting, Seat *seat)
{
  g_auto (MeetingAct) act = meeting_act (meeting, NULL, NULL);

  if (!seat->record->mic_open)
    return;
  meeting_act_seat (&act, seat)->mic_open = FALSE;
  meeting_act_commit_or_warn (&act);
}

void
meeting_forget_session (Meeting *meeting, MediaSession *session)
{
  MeetingHub *hub = meeting->hub;
  g_autoptr (GError) error = NULL;
  Seat *seat = session->seat;

  g_hash_table_remove (hub->transports, session->transport);
  test_card_forget_session (meeting, session);
  meeting->n_viewers -= session->kind == SESSION_VIEWER;
  if (!hub->store.delete_session (hub->store_data, meeting->record->id, session->id, &error))
    log_event_about (
        LOG_WARNING, TAG,
        &(LogSubject){ .meeting = meeting->record->id, .transport = session->transport },
        "session is not deleted: %s", error->message);
  if (seat != NULL && seat->session == session) {
    seat->session = NULL;
    seat->is_speaking = FALSE;
    seat->told_level = 127;
    meeting_seat_changed (meeting, seat);
    if (session->kind == SESSION_ENCODER)
      close_mic_after_encoder (meeting, seat);
  }
  if (session->connection != NULL && session->connection->session == session)
    session->connection->session = NULL;
  meeting->routes_dirty = TRUE;
  session->meeting = NULL;
  session->seat = NULL;
  session->connection = NULL;
  g_hash_table_remove (meeting->sessions, session->id); /* may free @session */
}

void
meeting_close_session (Meeting *meeting, MediaSession *session)
{
  MeetingHub *hub = meeting->hub;

  hub->media.close_transport (hub->media_data, session->transport);
  meeting_forget_session (meeting, session);
}

void
meeting_close_sessions_of (Meeting *meeting, const Seat *seat, SessionKind kind)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value = NULL;

  g_hash_table_iter_init (&iter, meeting->sessions);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const MediaSession *session = value;
    if (session->seat == seat && session->kind == kind)
      g_ptr_array_add (found, value);
  }
  for (guint i = 0; i < found->len; i++)
    meeting_close_session (meeting, g_ptr_array_index (found, i));
}

/* --- telling --- */

void
meeting_broadcast (Meeting *meeting, const char *text)
{
  gsize length = strlen (text);

  for (guint i = 0; i < meeting->connections->len; i++) {
    RoomConnection *connection = g_ptr_array_index (meeting->connections, i);
    connection->peer.send_text (connection->peer_data, text, length);
  }
}

void
meeting_tell_directors (Meeting *meeting, const char *text)
{
  for (guint i = 0; i < meeting->connections->len; i++) {
    RoomConnection *connection = g_ptr_array_index (meeting->connections, i);
    if ((room_connection_rights (connection) & RIGHT_DIRECT) != 0)
      room_connection_send (connection, g_strdup (text));
  }
}

gboolean
meeting_has_desk_for (const Meeting *meeting, const Seat *seat)
{
  for (guint i = 0; i < meeting->connections->len; i++) {
    const RoomConnection *connection = g_ptr_array_index (meeting->connections, i);
    if (connection->role == ROOM_DESK && invited_endpoint_is_below (seat->info, connection->branch))
      return TRUE;
  }
  return FALSE;
}

char *
meeting_info_json (const Meeting *meeting)
{
  const MeetingRecord *record = meeting->record;
  g_autofree char *title = g_utf8_make_valid (record->title != NULL ? record->title : "", -1);
  StageView view;
  RoomLobby lobby = {
    .waiting_room = record->entry.waiting_room,
    .locked = meeting->live->lobby->locked,
    .chat_closed = meeting->live->lobby->chat_closed || !record->entry.chat,
    .message = meeting->live->lobby->message,
    .roll_started_at_ms = meeting->live->lobby->roll_started_at_ms,
    .quorum_percent = record->entry.quorum_percent,
    .quorum_present = meeting->quorum.present,
    .quorum_needed = meeting->quorum.needed,
    .quorum_reached = meeting->quorum.reached,
  };
  RoomMeetingInfo info = {
    .id = record->id,
    .title = title,
    .state = meeting_state_to_string (record->state),
    .host_unit = record->host_unit != NULL ? record->host_unit : "",
    .chair_endpoint = record->chair_endpoint != NULL ? record->chair_endpoint : "",
    .spotlight = meeting->spotlight,
    .content_endpoint = meeting->content,
    .starts_at_ms = record->starts_at_ms,
    .ends_at_ms = record->ends_at_ms,
    .started_at_ms = record->started_at_ms,
    .stage = stage_view_fill (&view, meeting),
    .lobby = &lobby,
  };

  return room_meeting_json (&info);
}

char *
meeting_seats_json (Meeting *meeting)
{
  return audience_all_seats_json (meeting);
}

static void
send_batches (Meeting *meeting)
{
  if (meeting->info_dirty) {
    g_autofree char *info = meeting_info_json (meeting);
    g_autofree char *text = room_message_meeting (info);
    meeting_broadcast (meeting, text);
    meeting->info_dirty = FALSE;
  }
  if (meeting->queue_dirty)
    stage_tell_queue (meeting);
  if (meeting->seats_dirty)
    audience_tell_seats (meeting);
}

void
meeting_tell_now (Meeting *meeting)
{
  if (meeting->routes_dirty)
    meeting_update_routes (meeting);
  meeting->seats_sent_us = meeting->hub->now_us;
  send_batches (meeting);
}

/* --- time --- */

static void
check_seat (Meeting *meeting, Seat *seat, gint64 now_us)
{
  /* the relay tells changes only: a steady voice goes on until told otherwise */
  if (seat->is_speaking && seat->told_level <= SPEAKING_LEVEL && seat_mic_is_live (seat))
    seat->spoke_us = now_us;
  if (seat->is_speaking && now_us - seat->spoke_us > SPEAKING_HOLD_US) {
    seat->is_speaking = FALSE;
    meeting->routes_dirty = TRUE;
  }
  audience_sweep (meeting, seat, now_us);
  camera_demand_check (meeting, seat, now_us);
  if (seat->state == SEAT_RECONNECTING && now_us - seat->lost_us > SEAT_GRACE_US)
    meeting_seat_leave (meeting, seat, "timeout");
}

static gboolean
session_is_over (const MediaSession *session, gint64 now_us)
{
  if (session->kind == SESSION_ROOM || session->is_pending)
    return FALSE; /* lives with its seat */
  if (session->kind == SESSION_OPERATOR)
    return session->connection == NULL && now_us - session->state_us > SEAT_GRACE_US;
  return session->state != TRANSPORT_CONNECTED && now_us - session->state_us > SESSION_GRACE_US;
}

static void
check_sessions (Meeting *meeting, gint64 now_us)
{
  g_autoptr (GPtrArray) over = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value = NULL;

  g_hash_table_iter_init (&iter, meeting->sessions);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (session_is_over (value, now_us))
      g_ptr_array_add (over, value);
  for (guint i = 0; i < over->len; i++) {
    MediaSession *session = g_ptr_array_index (over, i);
    if (session->kind == SESSION_ENCODER && session->seat != NULL)
      meeting_seat_leave (meeting, session->seat, "timeout");
    else
      meeting_close_session (meeting, session);
  }
}

void
meeting_tick (Meeting *meeting, gint64 now_us)
{
  if (now_us - meeting->checked_us >= G_USEC_PER_SEC / 2) {
    meeting->checked_us = now_us;
    for (guint i = 0; i < meeting->seat_list->len; i++)
      check_seat (meeting, g_ptr_array_index (meeting->seat_list, i), now_us);
    loop_check (meeting);
    test_card_check (meeting);
    stage_tick (meeting);
    if (meeting->hub->is_relay_up)
      check_sessions (meeting, now_us);
  }
  voting_tick (meeting, now_us);
  talk_tick (meeting);
  audience_tick (meeting, now_us);
  if (meeting->routes_dirty)
    meeting_update_routes (meeting);
  if (now_us - meeting->seats_sent_us < SEATS_INTERVAL_US)
    return;
  if (meeting->seats_dirty || meeting->info_dirty || meeting->queue_dirty)
    meeting->seats_sent_us = now_us;
  send_batches (meeting);
}

/* --- changes of the booking --- */

static void
forget_shown (Meeting *meeting, const Seat *seat)
{
  GHashTableIter iter;
  gpointer value = NULL;

  g_hash_table_iter_init (&iter, meeting->sessions);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    MediaSession *session = value;
    for (guint i = 0; i < session->n_lines; i++)
      if (session->lines[i].shown == seat)
        session->lines[i].shown = NULL;
  }
}

/* The others are told that it is absent: a list of seats only grows until the next welcome. */
static void
remove_seat (Meeting *meeting, Seat *seat)
{
  if (seat->connection != NULL)
    room_connection_bye (seat->connection, BYE_REMOVED, NULL);
  meeting_seat_leave (meeting, seat, "removed");
  audience_forget_seat (meeting, seat);
  forget_shown (meeting, seat);
  g_ptr_array_remove (meeting->seat_list, seat);
  g_hash_table_remove (meeting->seats, seat->info->endpoint);
}

void
meeting_reload (Meeting *meeting, StoredMeeting *stored)
{
  g_autoptr (StoredMeeting) owned = stored;
  g_autoptr (GHashTable) invited = g_hash_table_new (g_str_hash, g_str_equal);
  MeetingState state = meeting->record->state;
  gboolean had_waiting_room = meeting->record->entry.waiting_room;

  for (guint i = 0; i < stored->invited->len; i++) {
    const InvitedEndpoint *info = g_ptr_array_index (stored->invited, i);
    g_hash_table_add (invited, info->endpoint);
    Seat *known = meeting_find_seat (meeting, info->endpoint);
    if (known == NULL)
      meeting_seat_changed (meeting, add_seat (meeting, info));
    else
      invited_endpoint_set_line (known->info, &info->line);
  }
  line_limits_tell_all (meeting, TRUE);
  for (guint i = meeting->seat_list->len; i > 0; i--) {
    Seat *seat = g_ptr_array_index (meeting->seat_list, i - 1);
    if (!g_hash_table_contains (invited, seat->info->endpoint))
      remove_seat (meeting, seat);
  }
  meeting_record_free (meeting->record);
  meeting->record = g_steal_pointer (&owned->record);
  g_ptr_array_unref (meeting->papers);
  meeting->papers = g_ptr_array_ref (owned->papers);
  meeting->record->state = state;
  sort_seats (meeting);
  mark_leaders (meeting);
  for (guint i = 0; i < meeting->seat_list->len; i++)
    meeting_seat_changed (meeting, g_ptr_array_index (meeting->seat_list, i));
  meeting->info_dirty = TRUE;
  meeting->routes_dirty = TRUE;
  agenda_reloaded (meeting);
  if (had_waiting_room && !meeting->record->entry.waiting_room)
    lobby_admit_all (meeting);
}
