#include "tests/unit/meeting/world.h"

#include <string.h>

/* --- storage in memory --- */

static gboolean
check_store (World *world, GError **error)
{
  if (!world->is_store_broken)
    return TRUE;
  g_set_error_literal (error, G_FILE_ERROR, G_FILE_ERROR_NOSPC, "disk full");
  return FALSE;
}

static void
keep_event (World *world, const MeetingEvent *event)
{
  if (event == NULL)
    return;
  g_ptr_array_add (world->events, g_strdup_printf ("%s %s", event->kind, event->endpoint));
  g_ptr_array_add (world->details, g_strdup (event->detail));
}

static Vote *
copy_vote (const Vote *head, const Vote *voters)
{
  Vote *copy = vote_copy_head (head);
  GHashTableIter iter;
  gpointer endpoint = NULL, choice = NULL;

  if (voters == NULL || strcmp (voters->id, head->id) != 0)
    return copy;
  g_hash_table_iter_init (&iter, voters->ballots);
  while (g_hash_table_iter_next (&iter, &endpoint, &choice))
    vote_add_voter (copy, endpoint, GPOINTER_TO_INT (choice));
  return copy;
}

static ChatLine *
copy_line (const ChatLine *line)
{
  ChatLine *copy = g_memdup2 (line, sizeof *line);

  copy->endpoint = g_strdup (line->endpoint);
  copy->name = g_strdup (line->name);
  copy->text = g_strdup (line->text);
  return copy;
}

static void
copy_talk (World *world, StoredMeeting *stored)
{
  if (world->vote != NULL)
    stored->vote = copy_vote (world->vote, world->vote);
  for (guint i = 0; i < world->chat->len; i++)
    if (i + CHAT_LINES_TOLD >= world->chat->len)
      g_ptr_array_add (stored->chat, copy_line (g_ptr_array_index (world->chat, i)));
}

/* As storage does: one ballot of an endpoint, counts and voters apart. */
static void
keep_talk (World *world, const StoredAct *act)
{
  if (act->vote != NULL) {
    Vote *vote = copy_vote (act->vote, world->vote);
    vote_free (world->vote);
    world->vote = vote;
  }
  if (act->ballot != NULL) {
    g_assert_cmpstr (act->ballot->vote, ==, world->vote->id);
    g_assert_cmpint (vote_choice_of (world->vote, act->ballot->endpoint), ==, VOTE_CHOICE_NONE);
    vote_add_ballot (world->vote, act->ballot->endpoint, act->ballot->choice);
  }
  if (act->chat != NULL) {
    act->chat->id = world->chat->len + 1;
    g_ptr_array_add (world->chat, copy_line (act->chat));
  }
}

static StoredMeeting *
copy_stored (World *world)
{
  StoredMeeting *stored = stored_meeting_new (meeting_record_copy (world->record));
  GHashTableIter iter;
  gpointer value = NULL;

  stored->spotlight = g_strdup (world->spotlight);
  stored->content = g_strdup (world->content);
  stored->live = g_strdup (world->live);
  for (guint i = 0; i < world->papers->len; i++) {
    const MeetingPaper *paper = g_ptr_array_index (world->papers, i);
    MeetingPaper *copy = g_memdup2 (paper, sizeof *paper);
    copy->id = g_strdup (paper->id);
    copy->name = g_strdup (paper->name);
    copy->type = g_strdup (paper->type);
    copy->item = g_strdup (paper->item);
    g_ptr_array_add (stored->papers, copy);
  }
  for (guint i = 0; i < world->invited->len; i++) {
    const InvitedEndpoint *info = g_ptr_array_index (world->invited, i);
    InvitedEndpoint *copy =
        invited_endpoint_new (info->endpoint, info->code, info->name, info->unit_name);
    invited_endpoint_set_unit (copy, info->level, info->path, "VN/38/");
    invited_endpoint_set_line (copy, &info->line);
    g_ptr_array_add (stored->invited, copy);
  }
  g_hash_table_iter_init (&iter, world->seats);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    g_ptr_array_add (stored->seats, seat_record_copy (value));
  }
  copy_talk (world, stored);
  for (guint i = 0; i < world->tests->len; i++)
    g_ptr_array_add (stored->tests, test_run_copy (g_ptr_array_index (world->tests, i)));
  g_hash_table_iter_init (&iter, world->sessions);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const SessionRecord *session = value;
    g_ptr_array_add (stored->sessions,
                     session_record_new (session->session, session->endpoint, session->data));
  }
  return stored;
}

static gboolean
load_running (gpointer user_data, GPtrArray **ret_meetings, GError **error)
{
  World *world = user_data;
  GPtrArray *meetings = g_ptr_array_new_with_free_func ((GDestroyNotify) stored_meeting_free);

  if (meeting_state_is_running (world->record->state))
    g_ptr_array_add (meetings, copy_stored (world));
  *ret_meetings = meetings;
  return TRUE;
}

static gboolean
load_meeting (gpointer user_data, const char *meeting, StoredMeeting **ret_stored, GError **error)
{
  World *world = user_data;

  if (strcmp (meeting, world->record->id) != 0) {
    g_set_error_literal (error, SIGNALING_PROBLEM, PROBLEM_MEETING_UNKNOWN, meeting);
    return FALSE;
  }
  *ret_stored = copy_stored (world);
  return TRUE;
}

static void
keep_text (char **place, const char *text)
{
  g_free (*place);
  *place = text != NULL && *text != '\0' ? g_strdup (text) : NULL;
}

static gboolean
save_act (gpointer user_data, const char *meeting, const StoredAct *act, GError **error)
{
  World *world = user_data;

  if (!check_store (world, error))
    return FALSE;
  if (act->record != NULL) {
    meeting_record_free (world->record);
    world->record = meeting_record_copy (act->record);
  }
  if (act->has_stage) {
    keep_text (&world->spotlight, act->spotlight);
    keep_text (&world->content, act->content);
  }
  if (act->live != NULL)
    keep_text (&world->live, act->live);
  if (act->rehearsal != NULL)
    keep_text (&world->rehearsal, act->rehearsal);
  for (guint i = 0; act->seats != NULL && i < act->seats->len; i++) {
    SeatRecord *seat = seat_record_copy (g_ptr_array_index (act->seats, i));
    g_hash_table_replace (world->seats, seat->endpoint, seat);
  }
  for (guint i = 0; act->events != NULL && i < act->events->len; i++)
    keep_event (world, g_ptr_array_index (act->events, i));
  keep_talk (world, act);
  if (act->test != NULL)
    g_ptr_array_add (world->tests, test_run_copy (act->test));
  world->n_writes++;
  return TRUE;
}

static gboolean
save_session (gpointer user_data, const char *meeting, const SessionRecord *session, GError **error)
{
  World *world = user_data;
  SessionRecord *copy = session_record_new (session->session, session->endpoint, session->data);

  g_assert_cmpuint (strlen (session->data), <=, 64 * 1024);
  g_hash_table_replace (world->sessions, copy->session, copy);
  return TRUE;
}

static gboolean
delete_session (gpointer user_data, const char *meeting, const char *session, GError **error)
{
  g_hash_table_remove (((World *) user_data)->sessions, session);
  return TRUE;
}

static gboolean
append_event (gpointer user_data, const char *meeting, const MeetingEvent *event, GError **error)
{
  keep_event (user_data, event);
  return TRUE;
}

static const MeetingStore fake_store = {
  load_running, load_meeting, save_act, save_session, delete_session, append_event,
};

/* --- a relay in memory --- */

static void
fake_transport_free (FakeTransport *transport)
{
  g_free (transport->id);
  g_hash_table_unref (transport->muted);
  g_hash_table_unref (transport->routes);
  g_free (transport);
}

typedef struct {
  MediaLocalCallback callback;
  gpointer callback_data;
  char *ufrag;
  Problem problem; /* N_PROBLEMS = none */
} Answer;

static void
answer_run (Answer *answer)
{
  g_autoptr (TransportIceReply) local = transport_ice_reply_new ();
  g_autoptr (GError) error = NULL;
  CandidateSpec *candidate = candidate_spec_new ();

  local->ufrag = g_strdup (answer->ufrag);
  local->pwd = g_strdup ("relaypasswordrelaypasswo");
  candidate->foundation = g_strdup ("1");
  candidate->address = g_strdup ("192.0.2.10");
  candidate->priority = 2130706431;
  candidate->port = 50000;
  g_ptr_array_add (local->candidates, candidate);
  if (answer->problem != N_PROBLEMS)
    error = g_error_new_literal (SIGNALING_PROBLEM, (int) answer->problem, "fake relay");
  answer->callback (answer->callback_data, error == NULL ? local : NULL, error);
  g_free (answer->ufrag);
  g_free (answer);
}

static void
answer_later (World *world, MediaLocalCallback callback, gpointer callback_data, const char *ufrag,
              Problem problem)
{
  Answer *answer = g_new0 (Answer, 1);

  *answer = (Answer){ callback, callback_data, g_strdup (ufrag), problem };
  if (world->is_relay_slow)
    g_ptr_array_add (world->waiting, answer);
  else
    answer_run (answer);
}

static const char *
get_fingerprint (gpointer user_data)
{
  return ((World *) user_data)->is_relay_down ? NULL : "sha-256 01:02";
}

static void
take_lines (FakeTransport *transport, const GPtrArray *tracks, const GPtrArray *slots)
{
  for (guint i = 0; i < tracks->len; i++) {
    const TrackSpec *track = g_ptr_array_index (tracks, i);
    if (!g_hash_table_contains (transport->muted, track->track))
      g_hash_table_insert (transport->muted, g_strdup (track->track),
                           GINT_TO_POINTER (track->muted));
  }
  for (guint i = 0; i < slots->len; i++) {
    const SlotSpec *slot = g_ptr_array_index (slots, i);
    if (!g_hash_table_contains (transport->routes, slot->slot))
      g_hash_table_insert (transport->routes, g_strdup (slot->slot), g_strdup (""));
  }
}

static void
create_transport (gpointer user_data, const TransportCreateRequest *request,
                  MediaLocalCallback callback, gpointer callback_data)
{
  World *world = user_data;
  g_autoptr (GBytes) frame =
      control_frame_encode (CONTROL_TRANSPORT_CREATE, FALSE, 1, request, NULL);

  g_assert_nonnull (frame);
  if (world->is_relay_down) {
    answer_later (world, callback, callback_data, "", PROBLEM_MEDIA_UNAVAILABLE);
    return;
  }
  g_assert_false (g_hash_table_contains (world->transports, request->transport));
  FakeTransport *transport = g_new0 (FakeTransport, 1);
  transport->id = g_strdup (request->transport);
  transport->muted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  transport->routes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  take_lines (transport, request->tracks, request->slots);
  g_hash_table_insert (world->transports, transport->id, transport);
  answer_later (world, callback, callback_data, "relayufrag", N_PROBLEMS);
}

static void
update_transport (gpointer user_data, const TransportUpdateRequest *request,
                  MediaLocalCallback callback, gpointer callback_data)
{
  FakeTransport *transport = world_transport (user_data, request->transport);

  g_assert_nonnull (transport);
  take_lines (transport, request->tracks, request->slots);
  callback (callback_data, NULL, NULL);
}

static void
restart_ice (gpointer user_data, const TransportRestartIceRequest *request,
             MediaLocalCallback callback, gpointer callback_data)
{
  World *world = user_data;
  gboolean is_known = g_hash_table_contains (world->transports, request->transport);

  answer_later (world, callback, callback_data, "restartedufrag",
                is_known ? N_PROBLEMS : PROBLEM_TRANSPORT_UNKNOWN);
}

static void
close_transport (gpointer user_data, const char *transport)
{
  g_hash_table_remove (((World *) user_data)->transports, transport);
}

static FakeTransport *
transport_of (World *world, const char *name)
{
  g_autofree char *id = g_strndup (name, strrchr (name, '/') - name);

  return g_hash_table_lookup (world->transports, id);
}

static void
take_routes (gpointer user_data, const RouteSpec *routes, gsize n_routes)
{
  World *world = user_data;

  world->n_route_calls++;
  world->n_routes += n_routes;
  for (gsize i = 0; i < n_routes; i++) {
    FakeTransport *transport = transport_of (world, routes[i].slot);
    const char *track = routes[i].track;
    gboolean is_empty = track == NULL || *track == '\0';
    if (transport == NULL)
      continue;
    if (routes[i].group != NULL) {
      g_hash_table_replace (transport->routes, g_strdup (routes[i].slot),
                            g_strdup_printf ("%s#%d-%s", routes[i].group, routes[i].place,
                                             routes[i].except != NULL ? routes[i].except : ""));
      continue;
    }
    g_assert_true (g_hash_table_contains (transport->routes, routes[i].slot));
    g_hash_table_replace (transport->routes, g_strdup (routes[i].slot),
                          is_empty ? g_strdup ("")
                                   : g_strdup_printf ("%s@%d", track, routes[i].height));
  }
}

static void
take_mutes (gpointer user_data, const MuteSpec *mutes, gsize n_mutes)
{
  World *world = user_data;

  world->n_mute_calls++;
  for (gsize i = 0; i < n_mutes; i++) {
    FakeTransport *transport = transport_of (world, mutes[i].track);
    if (transport != NULL)
      g_hash_table_replace (transport->muted, g_strdup (mutes[i].track),
                            GINT_TO_POINTER (mutes[i].muted));
  }
}

static void
take_keyframe (gpointer user_data, const char *track)
{
  World *world = user_data;

  g_free (world->warmed);
  world->warmed = g_strdup (track);
  world->n_keyframes++;
}

/* "n lead: track, track!": ! passes always */
static void
take_group (gpointer user_data, const AudioGroupRequest *request)
{
  World *world = user_data;
  GString *text = g_string_new (NULL);

  g_string_printf (text, "%d %s:", request->n, request->lead != NULL ? request->lead : "-");
  for (guint i = 0; i < request->tracks->len; i++) {
    const GroupTrackSpec *track = g_ptr_array_index (request->tracks, i);
    g_string_append_printf (text, " %s%s", track->track, track->always ? "!" : "");
  }
  g_free (world->voices);
  world->voices = g_string_free (text, FALSE);
  world->n_groups++;
}

static void
take_limits (gpointer user_data, const TransportLimit *limits, gsize n_limits)
{
  World *world = user_data;

  for (gsize i = 0; i < n_limits; i++)
    g_hash_table_insert (world->limits, g_strdup (limits[i].transport),
                         g_strdup_printf ("%d/%d %s %d/%d", (int) (limits[i].down_bps / 1000),
                                          (int) (limits[i].up_bps / 1000),
                                          limits[i].line != NULL ? limits[i].line : "-",
                                          (int) (limits[i].line_down_bps / 1000),
                                          (int) (limits[i].line_up_bps / 1000)));
}

static const MediaPort fake_media = {
  get_fingerprint, create_transport, update_transport, restart_ice, close_transport,
  take_routes,     take_mutes,       take_keyframe,    take_group,  take_limits,
};

/* --- the world --- */

static void
start_hub (World *world)
{
  static const char *const turn_urls[] = { "turns:turn.example:443", NULL };
  MeetingHubConfig config = {
    .max_connections = world->max_connections,
    .sdp.video_codecs = world->video_codecs,
    .camera_pause = CAMERA_PAUSE_ALL,
    .room_down_kbps = world->room_down_kbps,
    .loudest_voices = world->loudest_voices,
    .ice_servers = { .turn_urls = turn_urls, .turn_secret = "secret", .turn_ttl_s = 3600 }
  };
  g_autoptr (GError) error = NULL;

  world->hub = meeting_hub_new (&config, &fake_store, world, &fake_media, world);
  meeting_hub_set_wall_clock (world->hub, WALL_MS + world->now_us / 1000, world->now_us);
  meeting_hub_start (world->hub, world->now_us, &error);
  g_assert_no_error (error);
}

World *
world_new_with_cap (guint n_endpoints, guint max_connections)
{
  World *world = g_new0 (World, 1);

  world->now_us = 1000 * SECOND_US;
  world->max_connections = max_connections;
  world->events = g_ptr_array_new_with_free_func (g_free);
  world->details = g_ptr_array_new_with_free_func (g_free);
  world->chat = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_line_free);
  world->tests = g_ptr_array_new_with_free_func ((GDestroyNotify) test_run_free);
  world->waiting = g_ptr_array_new ();
  world->limits = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  world->papers = g_ptr_array_new_with_free_func ((GDestroyNotify) meeting_paper_free);
  world->invited = g_ptr_array_new_with_free_func ((GDestroyNotify) invited_endpoint_free);
  world->seats =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) seat_record_free);
  world->sessions =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) session_record_free);
  world->transports =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) fake_transport_free);
  world->record = meeting_record_new ("m1");
  world->record->title = g_strdup ("Giao ban");
  world->record->host_unit = g_strdup ("38");
  world->record->chair_endpoint = g_strdup ("e1");
  world->record->state = MEETING_OPEN;
  for (guint i = 1; i <= n_endpoints; i++) {
    g_autofree char *endpoint = g_strdup_printf ("e%u", i);
    g_autofree char *name = g_strdup_printf ("Xã %04u", i);
    g_ptr_array_add (world->invited, invited_endpoint_new (endpoint, "38", name, "Thanh Hóa"));
    meeting_record_add_endpoint (world->record, endpoint);
  }
  start_hub (world);
  world_link_relay (world);
  return world;
}

World *
world_new (guint n_endpoints)
{
  return world_new_with_cap (n_endpoints, 0);
}

void
world_free (World *world)
{
  meeting_hub_free (world->hub);
  world->hub = NULL;
  world_answer (world);
  g_ptr_array_unref (world->waiting);
  g_ptr_array_unref (world->events);
  g_ptr_array_unref (world->details);
  g_ptr_array_unref (world->chat);
  g_ptr_array_unref (world->tests);
  vote_free (world->vote);
  g_ptr_array_unref (world->invited);
  g_ptr_array_unref (world->papers);
  g_hash_table_unref (world->seats);
  g_hash_table_unref (world->sessions);
  g_hash_table_unref (world->transports);
  meeting_record_free (world->record);
  g_free (world->spotlight);
  g_free (world->content);
  g_free (world->live);
  g_free (world->warmed);
  g_free (world->voices);
  g_free (world->rehearsal);
  g_hash_table_unref (world->limits);
  g_free (world);
}

void
world_set_unit (World *world, const char *endpoint, const char *path)
{
  for (guint i = 0; i < world->invited->len; i++) {
    InvitedEndpoint *info = g_ptr_array_index (world->invited, i);
    if (strcmp (info->endpoint, endpoint) == 0)
      invited_endpoint_set_unit (info, "commune", path, "VN/38/");
  }
}

void
world_set_line (World *world, const char *endpoint, const InvitedLine *line)
{
  for (guint i = 0; i < world->invited->len; i++) {
    InvitedEndpoint *invited = g_ptr_array_index (world->invited, i);
    if (strcmp (invited->endpoint, endpoint) == 0)
      invited_endpoint_set_line (invited, line);
  }
}

void
world_reload (World *world)
{
  g_autoptr (GError) error = NULL;

  meeting_hub_reload (world->hub, "m1", world->now_us, &error);
  g_assert_no_error (error);
}

const char *
world_event_detail (World *world, const char *kind)
{
  g_autofree char *start = g_strconcat (kind, " ", NULL);

  for (guint i = world->events->len; i > 0; i--)
    if (g_str_has_prefix (g_ptr_array_index (world->events, i - 1), start))
      return g_ptr_array_index (world->details, i - 1);
  return NULL;
}

guint
world_count_events (World *world, const char *text)
{
  guint count = 0;

  for (guint i = 0; i < world->events->len; i++)
    count += strcmp (g_ptr_array_index (world->events, i), text) == 0;
  return count;
}

void
world_advance (World *world, gint64 us)
{
  gint64 end_us = world->now_us + us;

  while (world->now_us < end_us) {
    world->now_us = MIN (world->now_us + SECOND_US / 20, end_us);
    meeting_hub_tick (world->hub, world->now_us);
  }
}

void
world_answer (World *world)
{
  g_autoptr (GPtrArray) answers = g_steal_pointer (&world->waiting);

  world->waiting = g_ptr_array_new ();
  for (guint i = 0; i < answers->len; i++)
    answer_run (g_ptr_array_index (answers, i));
}

void
world_restart_controller (World *world)
{
  meeting_hub_free (world->hub);
  start_hub (world);
}

void
world_link_relay (World *world)
{
  g_autoptr (GPtrArray) survivors = record_list_new (&transport_summary_type);
  GHashTableIter iter;
  gpointer value = NULL;

  world->is_relay_down = FALSE;
  g_hash_table_iter_init (&iter, world->transports);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    TransportSummary *summary = transport_summary_new ();
    summary->transport = g_strdup (((FakeTransport *) value)->id);
    summary->state = TRANSPORT_CONNECTED;
    g_ptr_array_add (survivors, summary);
  }
  meeting_hub_on_relay_back (world->hub, survivors, world->now_us);
}

void
world_kill_relay (World *world)
{
  g_hash_table_remove_all (world->transports);
  world->is_relay_down = TRUE;
  meeting_hub_on_relay_lost (world->hub, world->now_us);
}

void
world_remove_endpoint (World *world, const char *endpoint)
{
  for (guint i = 0; i < world->invited->len; i++) {
    const InvitedEndpoint *info = g_ptr_array_index (world->invited, i);
    if (strcmp (info->endpoint, endpoint) != 0)
      continue;
    g_ptr_array_remove_index (world->invited, i);
    g_ptr_array_remove_index (world->record->endpoints, i);
    return;
  }
}

FakeTransport *
world_transport (World *world, const char *id)
{
  return g_hash_table_lookup (world->transports, id);
}

const char *
world_route (World *world, const char *transport, const char *slot)
{
  g_autofree char *name = g_strdup_printf ("%s/%s", transport, slot);

  g_assert_nonnull (world_transport (world, transport));
  return g_hash_table_lookup (world_transport (world, transport)->routes, name);
}

gboolean
world_is_muted (World *world, const char *transport, const char *track)
{
  g_autofree char *name = g_strdup_printf ("%s/%s", transport, track);
  gpointer value = NULL;

  g_assert_nonnull (world_transport (world, transport));
  g_assert_true (
      g_hash_table_lookup_extended (world_transport (world, transport)->muted, name, NULL, &value));
  return GPOINTER_TO_INT (value);
}

void
world_flow (World *world, const char *transport, const char *track, gboolean active)
{
  g_autofree char *name = g_strdup_printf ("%s/%s", transport, track);
  TrackStateEvent event = { name, active, 1280, 720 };

  meeting_hub_on_media_event (world->hub, CONTROL_TRACK_STATE, &event, world->now_us);
}

void
world_transport_state (World *world, const char *transport, TransportState state)
{
  TransportStateEvent event = { (char *) transport, state, NULL };

  meeting_hub_on_media_event (world->hub, CONTROL_TRANSPORT_STATE, &event, world->now_us);
}

void
world_level (World *world, const char *transport, int level)
{
  g_autofree char *name = g_strdup_printf ("%s/mic", transport);
  g_autoptr (AudioLevelsEvent) event = audio_levels_event_new ();
  LevelSpec *spec = level_spec_new ();

  spec->track = g_steal_pointer (&name);
  spec->level = level;
  g_ptr_array_add (event->levels, spec);
  meeting_hub_on_media_event (world->hub, CONTROL_AUDIO_LEVELS, event, world->now_us);
}

void
world_loss (World *world, const char *transport, int up_permille)
{
  g_autoptr (TransportStatsEvent) event = transport_stats_event_new ();
  LineStats *stats = line_stats_new ();

  stats->transport = g_strdup (transport);
  stats->rtt_ms = 20;
  stats->up_loss_permille = up_permille;
  stats->down_loss_permille = 0;
  g_ptr_array_add (event->stats, stats);
  meeting_hub_on_media_event (world->hub, CONTROL_TRANSPORT_STATS, event, world->now_us);
}

void
world_demand (World *world, const char *transport, const char *rids, gboolean is_watched)
{
  g_autoptr (TrackDemandEvent) event = track_demand_event_new ();
  DemandSpec *spec = demand_spec_new ();

  spec->track = g_strdup_printf ("%s/camera", transport);
  spec->watched = is_watched;
  g_strfreev (spec->rids);
  spec->rids = g_strsplit (rids, ",", -1);
  g_ptr_array_add (event->demands, spec);
  meeting_hub_on_media_event (world->hub, CONTROL_TRACK_DEMAND, event, world->now_us);
}

void
world_survival (World *world, const char *transport, gboolean is_starved)
{
  TransportSurvivalEvent event = { (char *) transport, is_starved };

  meeting_hub_on_media_event (world->hub, CONTROL_TRANSPORT_SURVIVAL, &event, world->now_us);
}

/* --- rooms --- */

static void
on_text (gpointer peer_data, const char *text, gsize length)
{
  Room *room = peer_data;

  room->n_bytes += length;
  if (room->world->is_crowd && strstr (text, "\"seats\":") != NULL)
    return;
  if (room->world->is_crowd && strncmp (text, "{\"type\":\"slots\"", 15) == 0)
    return;
  json_t *message = json_loadb (text, length, 0, NULL);

  g_assert_nonnull (message);
  g_assert_cmpint (room->close_code, ==, 0);
  g_ptr_array_add (room->messages, message);
  const char *type = json_string_value (json_object_get (message, "type"));
  if (strcmp (type, "media.answer") != 0)
    return;
  g_free (room->transport);
  room->transport = g_strdup (json_string_value (json_object_get (message, "transport")));
}

static void
on_close (gpointer peer_data, guint16 code, const char *reason)
{
  ((Room *) peer_data)->close_code = code;
}

Room *
room_connect (World *world, const char *endpoint, RoomRole role)
{
  return room_connect_desk (world, endpoint, role, NULL);
}

Room *
room_connect_desk (World *world, const char *endpoint, RoomRole role, const char *branch)
{
  static const RoomPeer peer = { on_text, on_close };
  Room *room = g_new0 (Room, 1);
  RoomGrant grant = { "m1", endpoint, role, "user", "User", "192.0.2.7", branch };
  g_autoptr (GError) error = NULL;

  room->world = world;
  room->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) json_decref);
  room->connection =
      meeting_hub_connect_room (world->hub, &grant, &peer, room, world->now_us, &error);
  g_assert_no_error (error);
  return room;
}

void
room_drop (Room *room)
{
  if (room->connection != NULL)
    room_connection_closed (room->connection, room->world->now_us);
  room->connection = NULL;
}

void
room_free (Room *room)
{
  room_drop (room);
  g_ptr_array_unref (room->messages);
  g_free (room->transport);
  g_free (room);
}

void
room_send (Room *room, const char *text)
{
  room_connection_receive (room->connection, text, strlen (text), room->world->now_us);
}

static json_t *
last_reply (Room *room)
{
  for (guint i = room->messages->len; i > 0; i--) {
    json_t *message = g_ptr_array_index (room->messages, i - 1);
    const char *type = json_string_value (json_object_get (message, "type"));
    if (strcmp (type, "ok") == 0 || strcmp (type, "error") == 0)
      return message;
  }
  return NULL;
}

void
room_ask_ok (Room *room, const char *text)
{
  room_send (room, text);
  json_t *reply = last_reply (room);
  g_assert_nonnull (reply);
  g_assert_cmpstr (json_string_value (json_object_get (reply, "type")), ==, "ok");
}

void
room_ask_error (Room *room, const char *text, const char *code)
{
  room_send (room, text);
  json_t *reply = last_reply (room);
  g_assert_nonnull (reply);
  g_assert_cmpstr (json_string_value (json_object_get (reply, "type")), ==, "error");
  g_assert_cmpstr (json_string_value (json_object_get (reply, "code")), ==, code);
  g_assert_nonnull (json_object_get (json_object_get (reply, "text"), "vi"));
  g_assert_nonnull (json_object_get (json_object_get (reply, "text"), "en"));
}

Room *
room_join (World *world, const char *endpoint)
{
  Room *room = room_connect (world, endpoint, ROOM_SITE);

  room_ask_ok (room, "{\"type\":\"join\",\"id\":1}");
  return room;
}

Room *
room_join_desk (World *world, const char *branch)
{
  Room *room = room_connect_desk (world, "", ROOM_DESK, branch);

  room_ask_ok (room, "{\"type\":\"join\",\"id\":1}");
  return room;
}

Room *
room_join_operator (World *world)
{
  Room *room = room_connect (world, "", ROOM_OPERATOR);

  room_ask_ok (room, "{\"type\":\"join\",\"id\":1}");
  return room;
}

static void
append_section (GString *sdp, const char *kind, const char *mid, const char *direction,
                const char *ufrag)
{
  gboolean is_audio = strcmp (kind, "audio") == 0;

  g_string_append_printf (
      sdp,
      "m=%s 9 UDP/TLS/RTP/SAVPF %s\r\nc=IN IP4 0.0.0.0\r\na=mid:%s\r\na=%s\r\na=rtcp-mux\r\n"
      "a=ice-ufrag:%s\r\na=ice-pwd:abcdefghijklmnopqrstuv\r\na=setup:actpass\r\n%s",
      kind, is_audio ? "111" : "96", mid, direction, ufrag,
      is_audio ? "a=rtpmap:111 opus/48000/2\r\n" : "a=rtpmap:96 VP8/90000\r\n");
}

char *
offer_text (gboolean sends, gboolean receives, const char *ufrag)
{
  static const struct {
    const char *kind, *mid;
    gboolean is_sent;
  } lines[] = {
    { "audio", "mic", TRUE },   { "video", "camera", TRUE }, { "video", "content", TRUE },
    { "audio", "a0", FALSE },   { "audio", "a1", FALSE },    { "video", "main", FALSE },
    { "video", "view", FALSE }, { "video", "s0", FALSE },    { "video", "s1", FALSE },
  };
  GString *sdp = g_string_new ("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n"
                               "a=fingerprint:sha-256 ");

  for (guint i = 0; i < 32; i++)
    g_string_append (sdp, i < 31 ? "AB:" : "AB\r\n");
  g_string_append (sdp, "a=group:BUNDLE");
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    if (lines[i].is_sent ? sends : receives)
      g_string_append_printf (sdp, " %s", lines[i].mid);
  g_string_append (sdp, "\r\n");
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    if (lines[i].is_sent ? sends : receives)
      append_section (sdp, lines[i].kind, lines[i].mid, lines[i].is_sent ? "sendonly" : "recvonly",
                      ufrag);
  return g_string_free (sdp, FALSE);
}

void
room_offer (Room *room, gboolean sends)
{
  g_autofree char *sdp = offer_text (sends, TRUE, "abcd");
  json_t *message = json_pack ("{s:s, s:i, s:s}", "type", "media.offer", "id", 2, "sdp", sdp);
  char *text = json_dumps (message, JSON_COMPACT);

  room_send (room, text);
  free (text);
  json_decref (message);
}

Room *
room_join_with_media (World *world, const char *endpoint)
{
  Room *room = room_join (world, endpoint);

  room_offer (room, TRUE);
  g_assert_nonnull (room->transport);
  world_transport_state (world, room->transport, TRANSPORT_CONNECTED);
  world_flow (world, room->transport, "camera", TRUE);
  world_advance (world, SECOND_US / 5);
  return room;
}

json_t *
room_last (Room *room, const char *type)
{
  for (guint i = room->messages->len; i > 0; i--) {
    json_t *message = g_ptr_array_index (room->messages, i - 1);
    if (strcmp (json_string_value (json_object_get (message, "type")), type) == 0)
      return message;
  }
  return NULL;
}

guint
room_count (Room *room, const char *type)
{
  guint count = 0;

  for (guint i = 0; i < room->messages->len; i++)
    count +=
        strcmp (json_string_value (json_object_get (g_ptr_array_index (room->messages, i), "type")),
                type) == 0;
  return count;
}

void
room_forget (Room *room)
{
  g_ptr_array_set_size (room->messages, 0);
}

json_t *
room_seat (Room *room, const char *endpoint, const char *field)
{
  for (guint i = room->messages->len; i > 0; i--) {
    json_t *seats = json_object_get (g_ptr_array_index (room->messages, i - 1), "seats");
    size_t k;
    json_t *seat;
    json_array_foreach (seats, k, seat)
    {
      if (strcmp (json_string_value (json_object_get (seat, "endpoint")), endpoint) == 0)
        return json_object_get (seat, field);
    }
  }
  return NULL;
}

const char *
room_seat_state (Room *room, const char *endpoint)
{
  return json_string_value (room_seat (room, endpoint, "state"));
}
