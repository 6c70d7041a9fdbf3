#include "signaling/meeting/audience.h"

#include <string.h>

#include "signaling/meeting/hub_private.h"
#include "signaling/meeting/queue.h"
#include "signaling/meeting/talk.h"
#include "signaling/meeting/voting.h"
#include "signaling/protocol/lobby_replies.h"

/* --- one seat --- */

static void
describe_lobby (const Seat *seat, RoomSeat *shown)
{
  const SeatRecord *record = seat->record;

  shown->shown_name = record->shown_name;
  shown->level = seat->info->level;
  shown->branch = seat->info->branch;
  shown->camera_locked = record->camera_locked;
  shown->barred = record->barred;
  shown->sound = seat->is_heard;
  shown->moving = seat_camera_is_active (seat);
  shown->paused = seat_camera_is_paused (seat);
  shown->survival = seat_is_starved (seat);
  shown->head_count = record->head_count;
  shown->head_expected = record->head_expected;
  shown->mark = roll_mark_to_string ((RollMark) record->roll_mark);
  shown->roll_auto = roll_auto_to_string (seat->roll_found);
  shown->roll_reason = record->roll_reason;
}

const char *
audience_seat_json (Meeting *meeting, Seat *seat)
{
  const SeatRecord *record = seat->record;
  gboolean is_lost = seat->state == SEAT_RECONNECTING;
  const char *line = line_state_to_string (is_lost ? LINE_LOST : seat_line_state (seat));
  const QueueEntry *request =
      record->hand_at_ms != 0 ? queue_find (meeting->live, seat->info->endpoint) : NULL;

  if (seat->json != NULL)
    return seat->json;
  RoomSeat shown = {
    .endpoint = seat->info->endpoint,
    .code = seat->info->code,
    .name = seat->info->name,
    .unit_name = seat->info->unit_name,
    .role = seat_role (seat),
    .state = seat_shown_state (seat),
    .line = seat->state == SEAT_ABSENT ? NULL : line,
    .mic_open = record->mic_open,
    .mic_locked = record->mic_locked,
    .camera_on = record->camera_on,
    .content = g_strcmp0 (meeting->content, seat->info->endpoint) == 0,
    .spotlight = g_strcmp0 (meeting->spotlight, seat->info->endpoint) == 0,
    .video_active = seat_camera_is_active (seat),
    .dark = seat_is_dark (seat),
    .hand_at_ms = record->hand_at_ms,
    .joined_at_ms = record->joined_at_ms,
    .topic = record->topic != NULL ? record->topic : "",
    .consent = record->consent,
    .held = request != NULL && request->held,
    .queue = request != NULL ? queue_place (meeting->live, seat->info->endpoint) : 0,
  };
  describe_lobby (seat, &shown);
  seat->json = room_seat_json (&shown);
  return seat->json;
}

static void
append_seat (GString *text, Meeting *meeting, Seat *seat)
{
  if (text->len > 1)
    g_string_append_c (text, ',');
  g_string_append (text, audience_seat_json (meeting, seat));
}

/* --- who needs what --- */

typedef enum { SCOPE_ALL, SCOPE_BRANCH, SCOPE_NEEDED } Scope;

static Scope
scope_of (const RoomConnection *connection)
{
  if (connection->role == ROOM_DESK)
    return SCOPE_BRANCH;
  return connection->seat == NULL || seat_presides (connection->seat) ? SCOPE_ALL : SCOPE_NEEDED;
}

static gboolean
is_in_branch (const RoomConnection *connection, const Seat *seat)
{
  return connection->role == ROOM_DESK &&
         invited_endpoint_is_below (seat->info, connection->branch);
}

static void
add_needed (GPtrArray *needed, Seat *seat)
{
  if (seat != NULL && !g_ptr_array_find (needed, seat, NULL))
    g_ptr_array_add (needed, seat);
}

/* Whom all hear, as far as one can tell them apart: those who speak. */
static void
add_voices (GPtrArray *core, const Meeting *meeting)
{
  guint n = 0;

  for (guint i = 0; i < meeting->seat_list->len && n < VOICES_TOLD_MAX; i++) {
    Seat *seat = g_ptr_array_index (meeting->seat_list, i);
    if (!seat->is_speaking || !seat_mic_is_live (seat) || seat_is_outside (seat))
      continue;
    add_needed (core, seat);
    n++;
  }
}

/* What everybody needs. */
static GPtrArray *
find_core (const Meeting *meeting)
{
  const LiveState *live = meeting->live;
  const char *const endpoints[] = { live->floor != NULL ? live->floor->endpoint : NULL,
                                    meeting->spotlight, meeting->content,
                                    live->autoscan != NULL ? live->autoscan->current : NULL };
  GPtrArray *core = g_ptr_array_new ();

  add_needed (core, meeting_find_seat (meeting, meeting->record->chair_endpoint));
  for (guint i = 0; i < meeting->record->co_chairs->len; i++)
    add_needed (core,
                meeting_find_seat (meeting, g_ptr_array_index (meeting->record->co_chairs, i)));
  for (guint i = 0; i < G_N_ELEMENTS (endpoints); i++)
    add_needed (core, meeting_find_seat (meeting, endpoints[i]));
  add_voices (core, meeting);
  return core;
}

static void
add_shown (GPtrArray *needed, const MediaSession *session)
{
  for (guint i = 0; session != NULL && i < session->n_lines; i++)
    add_needed (needed, session->lines[i].shown);
}

/* Beside the branch of a desk. */
static GPtrArray *
find_needed (const RoomConnection *connection, const GPtrArray *core)
{
  GPtrArray *needed = g_ptr_array_new ();

  add_needed (needed, connection->seat);
  if (connection->seat != NULL && seat_is_outside (connection->seat))
    return needed;
  for (guint i = 0; i < core->len; i++)
    add_needed (needed, g_ptr_array_index (core, i));
  add_shown (needed, connection->session);
  return needed;
}

static gboolean
knows (const RoomConnection *connection, const Seat *seat)
{
  if (is_in_branch (connection, seat))
    return TRUE;
  return connection->known != NULL && g_ptr_array_find (connection->known, seat, NULL);
}

/* --- whole lists --- */

char *
audience_all_seats_json (Meeting *meeting)
{
  GString *text = g_string_new ("[");

  for (guint i = 0; i < meeting->seat_list->len; i++)
    append_seat (text, meeting, g_ptr_array_index (meeting->seat_list, i));
  g_string_append_c (text, ']');
  return g_string_free (text, FALSE);
}

static void
set_known (RoomConnection *connection, GPtrArray *needed)
{
  g_clear_pointer (&connection->known, g_ptr_array_unref);
  connection->known = needed;
}

char *
audience_seats_for (RoomConnection *connection)
{
  Meeting *meeting = connection->meeting;
  g_autoptr (GPtrArray) core = find_core (meeting);

  if (scope_of (connection) == SCOPE_ALL)
    return audience_all_seats_json (meeting);
  GString *text = g_string_new ("[");
  GPtrArray *needed = find_needed (connection, core);
  for (guint i = 0; i < meeting->seat_list->len; i++) {
    Seat *seat = g_ptr_array_index (meeting->seat_list, i);
    if (is_in_branch (connection, seat) || g_ptr_array_find (needed, seat, NULL))
      append_seat (text, meeting, seat);
  }
  set_known (connection, needed);
  g_string_append_c (text, ']');
  return g_string_free (text, FALSE);
}

/* --- what changed --- */

static void
send_seats (RoomConnection *connection, GString *list)
{
  if (list->len > 1) {
    g_string_append_c (list, ']');
    room_connection_send (connection, room_message_seats (list->str));
  }
  g_string_free (list, TRUE);
}

/* Dirty ones that it needs or needed until now, and those that it begins to need. */
static void
tell_scoped (RoomConnection *connection, const GPtrArray *dirty, const GPtrArray *core)
{
  Meeting *meeting = connection->meeting;
  GString *list = g_string_new ("[");
  GPtrArray *needed = find_needed (connection, core);

  for (guint i = 0; i < needed->len; i++) {
    Seat *seat = g_ptr_array_index (needed, i);
    if (seat->is_dirty || !knows (connection, seat))
      append_seat (list, meeting, seat);
  }
  for (guint i = 0; i < dirty->len; i++) {
    Seat *seat = g_ptr_array_index (dirty, i);
    if (!g_ptr_array_find (needed, seat, NULL) && knows (connection, seat))
      append_seat (list, meeting, seat);
  }
  set_known (connection, needed);
  send_seats (connection, list);
}

static char *
dirty_message (Meeting *meeting, const GPtrArray *dirty)
{
  GString *list = g_string_new ("[");

  for (guint i = 0; i < dirty->len; i++)
    append_seat (list, meeting, g_ptr_array_index (dirty, i));
  g_string_append_c (list, ']');
  g_autofree char *owned = g_string_free (list, FALSE);
  return room_message_seats (owned);
}

void
audience_tell_seats (Meeting *meeting)
{
  g_autoptr (GPtrArray) dirty = g_ptr_array_new ();
  g_autoptr (GPtrArray) core = find_core (meeting);
  g_autofree char *whole = NULL;

  for (guint i = 0; i < meeting->seat_list->len; i++) {
    Seat *seat = g_ptr_array_index (meeting->seat_list, i);
    if (seat->is_dirty)
      g_ptr_array_add (dirty, seat);
  }
  for (guint i = 0; i < meeting->connections->len; i++) {
    RoomConnection *connection = g_ptr_array_index (meeting->connections, i);
    if (scope_of (connection) != SCOPE_ALL) {
      tell_scoped (connection, dirty, core);
      continue;
    }
    if (whole == NULL)
      whole = dirty_message (meeting, dirty);
    if (dirty->len > 0)
      connection->peer.send_text (connection->peer_data, whole, strlen (whole));
  }
  for (guint i = 0; i < dirty->len; i++)
    ((Seat *) g_ptr_array_index (dirty, i))->is_dirty = FALSE;
  meeting->seats_dirty = FALSE;
  meeting->census_dirty = meeting->census_dirty || dirty->len > 0;
}

void
audience_tell_shown (RoomConnection *connection)
{
  const MediaSession *session = connection->session;

  if (connection->known == NULL || session == NULL)
    return; /* knows all */
  GString *list = g_string_new ("[");
  for (guint i = 0; i < session->n_lines; i++) {
    Seat *seat = session->lines[i].shown;
    if (seat == NULL || knows (connection, seat))
      continue;
    append_seat (list, connection->meeting, seat);
    g_ptr_array_add (connection->known, seat);
  }
  send_seats (connection, list);
}

void
audience_forget_seat (Meeting *meeting, Seat *seat)
{
  g_autofree char *list = g_strdup_printf ("[%s]", audience_seat_json (meeting, seat));
  g_autofree char *text = room_message_seats (list);

  for (guint i = 0; i < meeting->connections->len; i++) {
    RoomConnection *connection = g_ptr_array_index (meeting->connections, i);
    if (scope_of (connection) == SCOPE_ALL || knows (connection, seat))
      room_connection_send (connection, g_strdup (text));
    if (connection->known != NULL)
      g_ptr_array_remove (connection->known, seat);
  }
  meeting->census_dirty = TRUE;
}

/* --- levels --- */

/* What is heard of @seats, those alone that @connection knows; NULL = of all, which is @whole. */
static char *
levels_message (const GPtrArray *seats, const RoomConnection *connection, const char *whole)
{
  g_autoptr (GArray) levels = g_array_new (FALSE, FALSE, sizeof (RoomLevel));

  for (guint i = 0; i < seats->len; i++) {
    const Seat *seat = g_ptr_array_index (seats, i);
    RoomLevel level = { seat->info->endpoint, seat->told_level };
    if (connection == NULL || knows (connection, seat))
      g_array_append_val (levels, level);
  }
  if (levels->len == 0)
    return NULL;
  if (whole != NULL && levels->len == seats->len)
    return g_strdup (whole);
  return room_message_levels ((const RoomLevel *) levels->data, levels->len);
}

void
audience_tell_levels (Meeting *meeting, const GPtrArray *seats)
{
  g_autofree char *whole = levels_message (seats, NULL, NULL);

  for (guint i = 0; i < meeting->connections->len; i++) {
    RoomConnection *connection = g_ptr_array_index (meeting->connections, i);
    gboolean is_whole = scope_of (connection) == SCOPE_ALL;
    char *text = is_whole ? g_strdup (whole) : levels_message (seats, connection, whole);
    if (text != NULL)
      room_connection_send (connection, text);
  }
}

/* --- the census --- */

void
audience_sweep (Meeting *meeting, Seat *seat, gint64 now_us)
{
  gint64 roll_ms = meeting->live->lobby->roll_started_at_ms;
  gint64 roll_us = now_us - (hub_wall_ms (meeting->hub) - roll_ms) * 1000;
  gboolean was_heard = seat->is_heard;
  RollAuto found_before = seat->roll_found;

  if (seat->told_level <= HEARD_LEVEL && seat_mic_is_live (seat))
    seat->heard_us = now_us; /* the relay tells changes only */
  seat->is_heard =
      seat->heard_us != 0 && now_us - seat->heard_us < HEARD_HOLD_US && seat_mic_is_live (seat);
  gboolean since_roll = roll_ms != 0 && seat->heard_us != 0 && seat->heard_us >= roll_us;
  seat->roll_found = roll_auto (seat->state == SEAT_CONNECTED && !seat_is_outside (seat),
                                seat->is_heard || since_roll, seat_camera_is_active (seat));
  if (seat->is_heard != was_heard || seat->roll_found != found_before)
    meeting_seat_changed (meeting, seat);
}

static void
count_seat (const Seat *seat, Census *census, guint *n_for_quorum)
{
  gboolean is_present = seat->state == SEAT_CONNECTED && !seat_is_outside (seat);

  census->present += is_present;
  census->waiting += seat_is_waiting (seat);
  census->reconnecting += seat->state == SEAT_RECONNECTING;
  census->absent += seat->state == SEAT_ABSENT;
  census->fair += is_present && seat_line_state (seat) == LINE_FAIR;
  census->bad += is_present && seat_line_state (seat) >= LINE_POOR;
  census->delegates += (guint) MAX (seat->record->head_count, 0);
  *n_for_quorum += roll_is_present ((RollMark) seat->record->roll_mark, seat_is_in (seat));
}

Census
audience_count (const Meeting *meeting)
{
  const Vote *vote = voting_get_open (meeting);
  Census census = { .invited = meeting->seat_list->len,
                    .voted = vote != NULL ? (int) vote_cast (vote) : -1 };
  guint n_for_quorum = 0;

  for (guint i = 0; i < meeting->seat_list->len; i++)
    count_seat (g_ptr_array_index (meeting->seat_list, i), &census, &n_for_quorum);
  census.quorum =
      quorum_count (meeting->record->entry.quorum_percent, census.invited, n_for_quorum);
  return census;
}

static char *
census_json (const Census *census)
{
  RoomCensus shown = {
    .invited = census->invited,
    .present = census->present,
    .waiting = census->waiting,
    .absent = census->absent,
    .reconnecting = census->reconnecting,
    .fair = census->fair,
    .bad = census->bad,
    .delegates = census->delegates,
    .voted = census->voted,
    .quorum_percent = census->quorum.percent,
    .quorum_present = census->quorum.present,
    .quorum_needed = census->quorum.needed,
    .quorum_reached = census->quorum.reached,
  };

  return room_census_json (&shown);
}

/* When the quorum is reached or lost the meeting's own fields tell so too. */
void
audience_tick (Meeting *meeting, gint64 now_us)
{
  if (!meeting->census_dirty || now_us - meeting->census_us < CENSUS_INTERVAL_US)
    return;
  Census census = audience_count (meeting);
  g_autofree char *json = census_json (&census);
  meeting->census_dirty = FALSE;
  meeting->census_us = now_us;
  if (meeting->quorum.reached != census.quorum.reached ||
      meeting->quorum.needed != census.quorum.needed)
    meeting->info_dirty = TRUE;
  meeting->quorum = census.quorum;
  if (g_strcmp0 (json, meeting->census) == 0)
    return;
  g_free (meeting->census);
  meeting->census = g_steal_pointer (&json);
  g_autofree char *text = room_message_census (meeting->census);
  meeting_broadcast (meeting, text);
}

/* --- coming in --- */

static json_t *
parse_or_null (const char *text)
{
  return text != NULL ? json_loads (text, JSON_DECODE_ANY, NULL) : json_null ();
}

void
audience_add_welcome (json_t *welcome, RoomConnection *connection)
{
  Meeting *meeting = connection->meeting;
  gboolean waits = connection->seat != NULL && seat_is_outside (connection->seat);
  Census census = audience_count (meeting);
  g_autofree char *census_text = census_json (&census);
  g_autofree char *chat = talk_chat_json (connection);
  g_autofree char *vote = voting_json_for (connection);
  g_autofree char *banner = talk_banner_json (connection);

  json_object_set_new (welcome, "waiting", json_boolean (waits));
  json_object_set_new (welcome, "census", parse_or_null (census_text));
  json_object_set_new (welcome, "chat", parse_or_null (chat));
  json_object_set_new (welcome, "vote", parse_or_null (vote));
  json_object_set_new (welcome, "banner", parse_or_null (banner));
}

void
audience_let_in (Seat *seat)
{
  RoomConnection *connection = seat->connection;

  if (connection == NULL)
    return;
  talk_tell_chat (connection);
  if (connection->meeting->vote != NULL)
    voting_tell (connection);
}
