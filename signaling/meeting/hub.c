#include "signaling/meeting/hub.h"

#include <string.h>

#include "config/log.h"
#include "signaling/meeting/hub_private.h"
#include "signaling/meeting/meeting_clock.h"
#include "signaling/meeting/meeting_health.h"
#include "signaling/meeting/rehearsal.h"
#include "signaling/meeting/room_connection.h"
#include "signaling/meeting/voices.h"
#include "signaling/meeting/voting.h"

#define TAG "meeting"

#define MAX_CONNECTIONS_DEFAULT 1000
#define LOSS_FAIR_PERMILLE 10 /* DOMAIN: < 1 % green, 1-5 % yellow, > 5 % red */
#define LOSS_POOR_PERMILLE 50
#define LINE_CALM_US (5 * (gint64) G_USEC_PER_SEC)

static void
free_meeting (gpointer meeting)
{
  meeting_free (meeting);
}

static void
free_connection (gpointer connection)
{
  room_connection_free (connection);
}

MeetingHub *
meeting_hub_new (const MeetingHubConfig *config, const MeetingStore *store, gpointer store_data,
                 const MediaPort *media, gpointer media_data)
{
  MeetingHub *hub = g_new0 (MeetingHub, 1);

  hub->config = *config;
  if (hub->config.max_connections == 0)
    hub->config.max_connections = MAX_CONNECTIONS_DEFAULT;
  hub->health = health_board_new (&(HealthConfig){
      config->loss_fair_permille != 0 ? config->loss_fair_permille : LOSS_FAIR_PERMILLE,
      config->loss_poor_permille != 0 ? config->loss_poor_permille : LOSS_POOR_PERMILLE,
      config->line_calm_us != 0 ? config->line_calm_us : LINE_CALM_US });
  if (hub->config.loudest_voices == 0)
    hub->config.loudest_voices = LOUDEST_VOICES;
  hub->store = *store;
  hub->store_data = store_data;
  hub->media = *media;
  hub->media_data = media_data;
  hub->transports = g_hash_table_new (g_str_hash, g_str_equal);
  hub->meetings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_meeting);
  hub->connections = g_hash_table_new_full (NULL, NULL, free_connection, NULL);
  return hub;
}

void
meeting_hub_free (MeetingHub *hub)
{
  if (hub == NULL)
    return;
  g_hash_table_unref (hub->meetings);
  g_hash_table_unref (hub->connections);
  g_hash_table_unref (hub->transports);
  health_board_free (hub->health);
  g_free (hub);
}

/* --- time --- */

void
hub_set_now (MeetingHub *hub, gint64 now_us)
{
  hub->now_us = MAX (hub->now_us, now_us);
}

gint64
hub_wall_ms (const MeetingHub *hub)
{
  return hub->wall_offset_ms + hub->now_us / 1000;
}

void
meeting_hub_set_wall_clock (MeetingHub *hub, gint64 wall_ms, gint64 now_us)
{
  hub_set_now (hub, now_us);
  hub->wall_offset_ms = wall_ms - now_us / 1000;
}

static void
check_connections (MeetingHub *hub)
{
  g_autoptr (GList) connections = g_hash_table_get_keys (hub->connections);

  hub->checked_us = hub->now_us;
  for (GList *l = connections; l != NULL; l = l->next)
    room_connection_check (l->data, hub->now_us);
}

static void
end_by_itself (MeetingHub *hub, Meeting *meeting)
{
  g_autoptr (GError) error = NULL;
  StateChange change = { MEETING_ENDED, NULL, "", NULL };

  meeting->is_over = FALSE;
  if (hub_store_state (hub, meeting, &change, &error))
    hub_drop_meeting (hub, meeting, BYE_ENDED, NULL);
  else
    log_warning (TAG, meeting->record->id, "does not end by itself: %s", error->message);
}

/* Those whose time is over. */
static void
end_meetings (MeetingHub *hub)
{
  g_autoptr (GList) meetings = g_hash_table_get_values (hub->meetings);

  for (GList *l = meetings; l != NULL; l = l->next)
    if (((Meeting *) l->data)->is_over)
      end_by_itself (hub, l->data);
}

/* No meeting is freed by its tick, and no connection by its check. */
void
meeting_hub_tick (MeetingHub *hub, gint64 now_us)
{
  GHashTableIter iter;
  gboolean is_any_over = FALSE;
  gpointer value = NULL;

  hub_set_now (hub, now_us);
  if (hub->now_us - hub->checked_us >= G_USEC_PER_SEC)
    check_connections (hub);
  g_hash_table_iter_init (&iter, hub->meetings);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    Meeting *meeting = value;
    meeting_tick (meeting, hub->now_us);
    is_any_over |= meeting->is_over;
  }
  if (is_any_over)
    end_meetings (hub);
  meeting_health_tick (hub);
}

HealthBoard *
meeting_hub_get_health (MeetingHub *hub)
{
  return hub->health;
}

/* --- meetings --- */

static Meeting *
take_stored (MeetingHub *hub, StoredMeeting *stored)
{
  Meeting *meeting = meeting_new (hub, stored, hub->now_us);

  /* a key of its own: a reload replaces the record */
  g_hash_table_insert (hub->meetings, g_strdup (meeting->record->id), meeting);
  meeting->routes_dirty = TRUE;
  return meeting;
}

gboolean
meeting_hub_start (MeetingHub *hub, gint64 now_us, GError **error)
{
  GPtrArray *stored = NULL;

  hub_set_now (hub, now_us);
  if (!hub->store.load_running (hub->store_data, &stored, error))
    return FALSE;
  g_ptr_array_set_free_func (stored, NULL); /* the meetings take them over */
  for (guint i = 0; i < stored->len; i++)
    take_stored (hub, g_ptr_array_index (stored, i));
  log_info (TAG, NULL, "%u meetings are running", stored->len);
  g_ptr_array_unref (stored);
  return TRUE;
}

static GError *
problem_of_store (GError *cause)
{
  if (cause->domain == SIGNALING_PROBLEM)
    return cause;
  GError *problem = g_error_new_literal (SIGNALING_PROBLEM, PROBLEM_STORAGE, cause->message);
  g_error_free (cause);
  return problem;
}

Meeting *
hub_get_meeting (MeetingHub *hub, const char *id, MeetingState *ret_state, char **ret_reason,
                 GError **error)
{
  Meeting *meeting = g_hash_table_lookup (hub->meetings, id);
  StoredMeeting *stored = NULL;
  GError *cause = NULL;

  if (meeting != NULL)
    return meeting;
  if (!hub->store.load_meeting (hub->store_data, id, &stored, &cause)) {
    g_propagate_error (error, problem_of_store (cause));
    return NULL;
  }
  if (meeting_state_is_running (stored->record->state))
    return take_stored (hub, stored);
  if (ret_state != NULL)
    *ret_state = stored->record->state;
  if (ret_reason != NULL)
    *ret_reason = g_strdup (stored->record->reason);
  stored_meeting_free (stored);
  return NULL;
}

static guint
count_connections (const MeetingHub *hub)
{
  GHashTableIter iter;
  gpointer value = NULL;
  guint count = 0;

  g_hash_table_iter_init (&iter, hub->meetings);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    count += meeting_count_connections (value);
  return count;
}

gboolean
hub_has_room (const MeetingHub *hub)
{
  return count_connections (hub) < hub->config.max_connections;
}

gboolean
hub_has_room_for_viewer (const MeetingHub *hub)
{
  GHashTableIter iter;
  gpointer value = NULL;
  guint max = hub->config.max_connections;
  guint count = 0, viewers = 0, seats = 0, absent = 0;

  g_hash_table_iter_init (&iter, hub->meetings);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const Meeting *meeting = value;
    count += meeting_count_connections (meeting);
    viewers += meeting->n_viewers;
    seats += meeting->seat_list->len;
    absent += meeting->seat_list->len - meeting->n_in;
  }
  if (count >= max)
    return FALSE;
  if (seats < max)
    return max - count > absent;
  return viewers < (max - (count - viewers) + 1) / 2;
}

/* Writes the state of @record (a copy that has it) with its event. What was on screen and who had
 * the floor is over with a meeting that does not go on. */
static gboolean
save_state (MeetingHub *hub, const MeetingRecord *record, const StateChange *change, GError **error)
{
  GError *cause = NULL;
  g_autoptr (GPtrArray) events = g_ptr_array_new ();
  gboolean goes_on = meeting_state_is_running (record->state);
  MeetingEvent event = {
    .at_ms = hub_wall_ms (hub),
    .kind = (char *) "meeting.state",
    .actor = (char *) (change->actor != NULL ? change->actor : ""),
    .endpoint = (char *) "",
    .detail = (char *) meeting_state_to_string (record->state),
    .source = (char *) change->source,
  };
  StoredAct act = {
    .record = record, .has_stage = !goes_on, .live = goes_on ? NULL : "", .events = events
  };

  g_ptr_array_add (events, &event);
  if (hub->store.save_act (hub->store_data, record->id, &act, &cause))
    return TRUE;
  g_propagate_error (error, problem_of_store (cause));
  return FALSE;
}

gboolean
hub_store_state (MeetingHub *hub, Meeting *meeting, const StateChange *change, GError **error)
{
  g_autoptr (MeetingRecord) record = meeting_record_copy (meeting->record);

  if (!meeting_record_set_state (record, change->state, change->reason, hub_wall_ms (hub), error))
    return FALSE;
  if (!meeting_state_is_running (change->state))
    voting_end_with_meeting (meeting, change->actor);
  if (!save_state (hub, record, change, error))
    return FALSE;
  meeting->record->state = record->state;
  meeting->record->started_at_ms = record->started_at_ms;
  meeting->record->ended_at_ms = record->ended_at_ms;
  g_free (meeting->record->reason);
  meeting->record->reason = g_steal_pointer (&record->reason);
  meeting->info_dirty = TRUE;
  return TRUE;
}

void
hub_drop_meeting (MeetingHub *hub, Meeting *meeting, RoomBye bye, const char *reason)
{
  voting_end_with_meeting (meeting, NULL);
  while (meeting->connections->len > 0)
    room_connection_bye (g_ptr_array_index (meeting->connections, meeting->connections->len - 1),
                         bye, reason);
  g_autoptr (GList) sessions = g_hash_table_get_values (meeting->sessions);
  for (GList *l = sessions; l != NULL; l = l->next)
    meeting_close_session (meeting, l->data);
  g_hash_table_remove (hub->meetings, meeting->record->id); /* frees it */
}

RoomBye
hub_bye_of_state (MeetingState state)
{
  switch (state) {
  case MEETING_SCHEDULED:
    return BYE_NOT_OPEN;
  case MEETING_POSTPONED:
    return BYE_POSTPONED;
  case MEETING_CANCELLED:
    return BYE_CANCELLED;
  default:
    return BYE_ENDED;
  }
}

/* A meeting that is not running: only its record changes. */
static gboolean
set_stored_state (MeetingHub *hub, const char *id, const StateChange *change, GError **error)
{
  StoredMeeting *stored = NULL;
  GError *cause = NULL;

  if (!hub->store.load_meeting (hub->store_data, id, &stored, &cause)) {
    g_propagate_error (error, problem_of_store (cause));
    return FALSE;
  }
  g_autoptr (StoredMeeting) owned = stored;
  if (!meeting_record_set_state (stored->record, change->state, change->reason, hub_wall_ms (hub),
                                 error) ||
      !save_state (hub, stored->record, change, error))
    return FALSE;
  if (meeting_state_is_running (change->state))
    take_stored (hub, g_steal_pointer (&owned));
  return TRUE;
}

static gboolean
end_rehearsal (MeetingHub *hub, Meeting *meeting, const StateChange *change, GError **error)
{
  g_auto (MeetingAct) act = meeting_act (meeting, change->actor, change->source);

  if (!rehearsal_end (&act, error) || !meeting_act_commit (&act, error))
    return FALSE;
  hub_drop_meeting (hub, meeting, BYE_REHEARSAL_OVER, NULL);
  return TRUE;
}

gboolean
meeting_hub_extend (MeetingHub *hub, const char *id, guint minutes, const StateChange *change,
                    gint64 now_us, GError **error)
{
  Meeting *meeting = g_hash_table_lookup (hub->meetings, id);

  hub_set_now (hub, now_us);
  if (meeting == NULL) {
    g_set_error_literal (error, SIGNALING_PROBLEM, PROBLEM_MEETING_NOT_OPEN, "not running");
    return FALSE;
  }
  g_auto (MeetingAct) act = meeting_act (meeting, change->actor, change->source);
  if (!meeting_clock_extend (&act, (int) minutes, error) || !meeting_act_commit (&act, error))
    return FALSE;
  meeting_tell_now (meeting);
  return TRUE;
}

gboolean
meeting_hub_set_meeting_state (MeetingHub *hub, const char *id, const StateChange *change,
                               gint64 now_us, GError **error)
{
  hub_set_now (hub, now_us);
  Meeting *meeting = g_hash_table_lookup (hub->meetings, id);
  if (meeting == NULL)
    return set_stored_state (hub, id, change, error);
  if (change->state == MEETING_SCHEDULED)
    return end_rehearsal (hub, meeting, change, error);
  if (change->state == MEETING_OPEN && meeting->record->state == MEETING_REHEARSAL)
    return end_rehearsal (hub, meeting, change, error) && set_stored_state (hub, id, change, error);
  if (!hub_store_state (hub, meeting, change, error))
    return FALSE;
  if (!meeting_state_is_running (change->state))
    hub_drop_meeting (hub, meeting, hub_bye_of_state (change->state), change->reason);
  return TRUE;
}

gboolean
meeting_hub_reload (MeetingHub *hub, const char *id, gint64 now_us, GError **error)
{
  Meeting *meeting = g_hash_table_lookup (hub->meetings, id);
  StoredMeeting *stored = NULL;
  GError *cause = NULL;

  hub_set_now (hub, now_us);
  if (meeting == NULL)
    return TRUE;
  if (!hub->store.load_meeting (hub->store_data, id, &stored, &cause)) {
    g_propagate_error (error, problem_of_store (cause));
    return FALSE;
  }
  meeting_reload (meeting, stored);
  return TRUE;
}

void
meeting_hub_reload_lines (MeetingHub *hub, gint64 now_us)
{
  g_autoptr (GList) ids = g_hash_table_get_keys (hub->meetings);

  for (GList *l = ids; l != NULL; l = l->next) {
    g_autofree char *id = g_strdup (l->data);
    g_autoptr (GError) error = NULL;

    if (!meeting_hub_reload (hub, id, now_us, &error))
      log_warning (TAG, id, "lines stay as they were: %s", error->message);
  }
}

char *
meeting_hub_seats_json (MeetingHub *hub, const char *id, gint64 now_us)
{
  Meeting *meeting = g_hash_table_lookup (hub->meetings, id);

  hub_set_now (hub, now_us);
  return meeting != NULL ? meeting_seats_json (meeting) : NULL;
}

static void
count_meeting (const Meeting *meeting, MeetingHubStats *stats)
{
  stats->meetings++;
  stats->viewers += meeting->n_viewers;
  stats->operators += meeting->n_operators;
  for (guint i = 0; i < meeting->seat_list->len; i++) {
    const Seat *seat = g_ptr_array_index (meeting->seat_list, i);
    gboolean is_encoder = seat->session != NULL && seat->session->kind == SESSION_ENCODER;
    stats->encoders += is_encoder;
    stats->rooms += seat->state != SEAT_ABSENT && !is_encoder;
  }
}

void
meeting_hub_get_stats (const MeetingHub *hub, MeetingHubStats *stats)
{
  GHashTableIter iter;
  gpointer value = NULL;

  memset (stats, 0, sizeof *stats);
  stats->max_connections = hub->config.max_connections;
  g_hash_table_iter_init (&iter, hub->meetings);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    count_meeting (value, stats);
  stats->connections = count_connections (hub);
}
