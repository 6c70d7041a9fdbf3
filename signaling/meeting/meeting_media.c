#include "config/limits.h"
#include "signaling/meeting/audience.h"
#include "signaling/meeting/hub_private.h"
#include "signaling/meeting/loop.h"
#include "signaling/meeting/room_connection.h"
#include "signaling/meeting/test_card.h"
#include "signaling/meeting/voices.h"

/* --- mutes --- */

gboolean
meeting_wants_muted (const Meeting *meeting, const Seat *seat, SdpRole role)
{
  if (loop_is_on (seat) && role != SDP_ROLE_CONTENT)
    return FALSE; /* for itself alone: nobody else is routed to it */
  if (seat_is_outside (seat))
    return TRUE;
  switch (role) {
  case SDP_ROLE_MIC:
    return !seat_mic_is_live (seat);
  case SDP_ROLE_CAMERA:
    return !seat->record->camera_on;
  default: /* content: only of whom it was given */
    return g_strcmp0 (meeting->content, seat->info->endpoint) != 0;
  }
}

static void
collect_mutes (const Meeting *meeting, Seat *seat, gboolean is_full, GArray *mutes)
{
  MediaSession *session = seat->session;

  for (guint i = 0; session != NULL && i < session->n_lines; i++) {
    SessionLine *line = &session->lines[i];
    if (!sdp_role_is_published (line->role))
      continue;
    gboolean is_muted = meeting_wants_muted (meeting, seat, line->role);
    if (is_muted == line->is_muted && !is_full)
      continue;
    line->is_muted = is_muted;
    MuteSpec mute = { line->name, is_muted };
    g_array_append_val (mutes, mute);
  }
}

void
meeting_sync_mutes (Meeting *meeting, Seat *seat, gboolean is_full)
{
  g_autoptr (GArray) mutes = g_array_new (FALSE, FALSE, sizeof (MuteSpec));

  voices_update (meeting, is_full); /* in its place before its first word */
  if (seat != NULL)
    collect_mutes (meeting, seat, is_full, mutes);
  for (guint i = 0; seat == NULL && i < meeting->seat_list->len; i++)
    collect_mutes (meeting, g_ptr_array_index (meeting->seat_list, i), is_full, mutes);
  if (mutes->len > 0)
    meeting->hub->media.mute (meeting->hub->media_data, (const MuteSpec *) mutes->data, mutes->len);
}

/* --- routes --- */

static GArray *
collect_seats (Meeting *meeting)
{
  GArray *seats = g_array_new (FALSE, TRUE, sizeof (RouterSeat));
  const FloorState *floor = meeting->live->floor;
  const char *speaker = floor != NULL && !floor->remark ? floor->endpoint : NULL;

  for (guint i = 0; i < meeting->seat_list->len; i++) {
    const Seat *seat = g_ptr_array_index (meeting->seat_list, i);
    if (seat->session == NULL || seat_is_outside (seat))
      continue;
    RouterSeat entry = {
      .key = seat,
      .camera = seat_camera_track (seat),
      .mic = seat_mic_track (seat),
      .content = seat_content_track (seat),
      .is_chair = seat->is_chair,
      .is_cochair = seat->is_cochair,
      .is_spotlight = g_strcmp0 (meeting->spotlight, seat->info->endpoint) == 0,
      .is_sharing = g_strcmp0 (meeting->content, seat->info->endpoint) == 0,
      .is_speaking = seat->is_speaking,
      .hand_at_ms = seat->record->hand_at_ms,
      .spoke_us = seat->spoke_us,
      .order = seat->order,
    };
    entry.has_floor = entry.is_spotlight && g_strcmp0 (speaker, seat->info->endpoint) == 0;
    g_array_append_val (seats, entry);
  }
  return seats;
}

/* Applies @choice to @line; TRUE when the relay must be told; *@ret_shown_changed when the room
 * must. */
static gboolean
apply_choice (SessionLine *line, const RouterChoice *choice, const char *own_track,
              gboolean *ret_shown_changed)
{
  Seat *seat = (Seat *) choice->seat;
  const char *except = choice->is_voice ? own_track : NULL;
  gboolean is_routed = g_strcmp0 (line->track, choice->track) != 0 ||
                       line->height != choice->height || line->is_voice != choice->is_voice ||
                       g_strcmp0 (line->except, except) != 0;

  *ret_shown_changed = line->shown != seat || g_strcmp0 (line->source, choice->source) != 0;
  line->shown = seat;
  line->source = choice->source;
  line->height = choice->height;
  line->is_voice = choice->is_voice;
  if (g_strcmp0 (line->except, except) != 0) {
    g_free (line->except);
    line->except = g_strdup (except);
  }
  if (g_strcmp0 (line->track, choice->track) != 0) {
    g_free (line->track);
    line->track = g_strdup (choice->track);
  }
  return is_routed;
}

typedef struct {
  Meeting *meeting;
  RouterPlan *plan;
  GArray *routes; /* RouteSpec, strings lent by the lines */
  char *voices;   /* the group's name */
} RoutePass;

static const Seat *
find_pinned (const Meeting *meeting, const Seat *self)
{
  PinRole role = PIN_SITE;

  if (self == NULL)
    return NULL;
  if (seat_presides (self))
    role = self->is_chair ? PIN_CHAIR : PIN_COCHAIR;
  return meeting_find_seat (meeting, meeting->live->pins[role]);
}

/* A seat that @connection chose to see: a desk looks at its branch and at what all see. */
static const Seat *
find_chosen (const Meeting *meeting, const RoomConnection *connection, const char *endpoint)
{
  const Seat *seat = meeting_find_seat (meeting, endpoint);

  if (seat == NULL || connection->role != ROOM_DESK || seat_presides (seat) ||
      g_strcmp0 (meeting->spotlight, endpoint) == 0 ||
      invited_endpoint_is_below (seat->info, connection->branch))
    return seat;
  return NULL;
}

static void
find_picked (const RoutePass *pass, const RoomConnection *connection, RouterViewer *viewer,
             gconstpointer *picked)
{
  for (guint i = 0; connection->tiles[i] != NULL && i < LIMIT_SLOTS; i++)
    picked[viewer->n_picked++] = find_chosen (pass->meeting, connection, connection->tiles[i]);
  viewer->picked = picked;
}

/* An encoder's own lines need no routes; a viewer of one room whose room is not invited any more
 * sees nothing. */
static void
choose_for (const RoutePass *pass, const MediaSession *session, const RouterSlot *slots,
            guint n_slots, RouterChoice *choices)
{
  const RoomConnection *connection = session->connection;
  gconstpointer picked[LIMIT_SLOTS];
  RouterViewer viewer = { .self = session->seat, .main_height = 720, .tile_height = 180 };

  if (session->seat != NULL && seat_is_outside (session->seat))
    return; /* sees nothing but itself */
  viewer.pinned = find_pinned (pass->meeting, session->seat);
  if (connection != NULL) {
    viewer.main_height = connection->main_height;
    viewer.tile_height = connection->tile_height;
    viewer.main = find_chosen (pass->meeting, connection, connection->main);
    if (connection->tiles != NULL)
      find_picked (pass, connection, &viewer, picked);
  }
  if (session->kind == SESSION_VIEWER)
    viewer.main_height = 1080;
  if (session->source != NULL) {
    viewer.source = meeting_find_seat (pass->meeting, session->source);
    if (viewer.source == NULL)
      return;
  }
  router_plan_choose (pass->plan, &viewer, slots, n_slots, choices);
}

static void
tell_room (const MediaSession *session, const RoomSlotContent *changes, guint n_changes)
{
  if (session->connection == NULL || n_changes == 0)
    return;
  audience_tell_shown (session->connection);
  room_connection_send (session->connection, room_message_slots (changes, n_changes));
}

static RoomSlotContent
slot_content (const SessionLine *line)
{
  return (RoomSlotContent){ line->mid, line->shown != NULL ? line->shown->info->endpoint : NULL,
                            line->source };
}

static void
route_session (RoutePass *pass, MediaSession *session)
{
  RouterSlot slots[LIMIT_SLOTS];
  RouterChoice choices[LIMIT_SLOTS] = { 0 };
  RoomSlotContent changes[LIMIT_SLOTS];
  SessionLine *lines[LIMIT_SLOTS];
  const char *own_track = voices_own_track (session);
  guint n_slots = 0, n_changes = 0;

  for (guint i = 0; i < session->n_lines && n_slots < LIMIT_SLOTS; i++) {
    SessionLine *line = &session->lines[i];
    if (!sdp_role_is_slot (line->role))
      continue;
    slots[n_slots] = (RouterSlot){ line->role, line->index, line->shown };
    lines[n_slots++] = line;
  }
  if (n_slots == 0 || session->local == NULL)
    return; /* sends only, or the relay does not have it yet */
  choose_for (pass, session, slots, n_slots, choices);
  if (session->seat != NULL && test_card_is_on (session->seat))
    test_card_choose (pass->meeting, slots, n_slots, choices);
  if (session->seat != NULL && loop_is_on (session->seat))
    loop_choose (session, slots, n_slots, choices);
  for (guint i = 0; i < n_slots; i++) {
    gboolean shown_changed = FALSE;
    if (apply_choice (lines[i], &choices[i], own_track, &shown_changed)) {
      RouteSpec route = { lines[i]->name, lines[i]->track, lines[i]->height };
      if (lines[i]->is_voice) {
        route.group = pass->voices;
        route.place = (int) lines[i]->index;
        route.except = lines[i]->except;
      }
      g_array_append_val (pass->routes, route);
    }
    if (shown_changed)
      changes[n_changes++] = slot_content (lines[i]);
  }
  tell_room (session, changes, n_changes);
}

/* Pictures that a room's page shows beside the large one. */
static const gsize tiles_of_layout[N_LAYOUTS] = {
  [LAYOUT_CHAIR_CONTENT] = 4, [LAYOUT_SPEAKER_STRIP] = 4, [LAYOUT_GRID4] = 3,
  [LAYOUT_GRID9] = 8,         [LAYOUT_GRID16] = 15,       [LAYOUT_TWO_WAY] = 1,
};

void
meeting_update_routes (Meeting *meeting)
{
  g_autoptr (GArray) seats = collect_seats (meeting);
  g_autoptr (RouterPlan) plan = router_plan_new ((const RouterSeat *) seats->data, seats->len);
  g_autoptr (GArray) routes = g_array_new (FALSE, FALSE, sizeof (RouteSpec));
  g_autofree char *voices = voices_group (meeting);
  RoutePass pass = { meeting, plan, routes, voices };
  GHashTableIter iter;
  gpointer value = NULL;

  loop_check (meeting);
  test_card_check (meeting);
  meeting->routes_dirty = FALSE;
  voices_update (meeting, FALSE);
  router_plan_share_voices (plan, meeting->hub->config.loudest_voices);
  router_plan_limit_tiles (plan, tiles_of_layout[meeting->live->layout]);
  if (meeting->live->layout == LAYOUT_TWO_WAY)
    router_plan_set_two_way (plan);
  g_hash_table_iter_init (&iter, meeting->sessions);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    route_session (&pass, value);
  if (routes->len > 0)
    meeting->hub->media.route (meeting->hub->media_data, (const RouteSpec *) routes->data,
                               routes->len);
}

void
meeting_send_slots (Meeting *meeting, MediaSession *session)
{
  RoomSlotContent contents[LIMIT_SLOTS];
  guint n_contents = 0;

  for (guint i = 0; i < session->n_lines && n_contents < LIMIT_SLOTS; i++)
    if (sdp_role_is_slot (session->lines[i].role))
      contents[n_contents++] = slot_content (&session->lines[i]);
  tell_room (session, contents, n_contents);
}
