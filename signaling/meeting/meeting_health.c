#include "signaling/meeting/meeting_health.h"

#include "signaling/meeting/handlers.h"
#include "signaling/meeting/testing.h"

void
meeting_health_open (Meeting *meeting, Seat *seat)
{
  SiteIdentity identity = { .meeting = meeting->record->id,
                            .endpoint = seat->info->endpoint,
                            .name = seat->info->name,
                            .unit_name = seat->info->unit_name,
                            .branch = seat->info->branch };

  seat->health = health_board_open_site (meeting->hub->health, &identity);
}

/* --- what the relay says -----------------------------------------------------------------------
 */

static void
tell_room (MediaSession *session, gboolean has_changed, gint64 now_us)
{
  const Seat *seat = session->seat;
  const LineSample *line = &seat->health->now.line;
  const char *state = line_state_to_string (seat_line_state (seat));

  if (session->connection == NULL || state == NULL ||
      (!has_changed && now_us - session->line_told_us < LINE_TOLD_US))
    return;
  session->line_told_us = now_us;
  RoomLine told = { (guint) MAX (line->up_loss_permille, 0),
                    (guint) MAX (line->down_loss_permille, 0), line->rtt_ms, state };
  room_connection_send (session->connection, room_message_line (&told));
}

static void
on_line_stats (MeetingHub *hub, const LineStats *stats)
{
  MediaSession *session = g_hash_table_lookup (hub->transports, stats->transport);
  Seat *seat = session != NULL ? session->seat : NULL;

  if (seat == NULL || seat->session != session)
    return;
  gboolean has_changed = health_site_on_line (seat->health, stats, hub->now_us);
  testing_note_line (seat, stats, hub->now_us);
  if (has_changed)
    meeting_seat_changed (session->meeting, seat);
  tell_room (session, has_changed, hub->now_us);
}

void
meeting_health_on_stats (MeetingHub *hub, const TransportStatsEvent *event)
{
  for (guint i = 0; i < event->stats->len; i++)
    on_line_stats (hub, g_ptr_array_index (event->stats, i));
}

/* --- what its page says -------------------------------------------------------------------------
 */

/* Sooner ones are passed over: they would only make work.  Each page tells its own all the time and
 * waits for nothing: told without an id they are not answered. */
gboolean
room_on_stats (RoomConnection *connection, const RoomRequest *request, gboolean *ret_is_answered,
               GError **error)
{
  gint64 now_us = connection->hub->now_us;
  HealthSite *site = connection->seat != NULL ? connection->seat->health : NULL;

  *ret_is_answered = !request->has_id;
  if (site == NULL ||
      (site->now.client.report != NULL && now_us - site->now.client.at_us < REPORT_INTERVAL_US))
    return TRUE;
  health_site_on_report (site, record_copy (&client_report_type, request->body), now_us);
  return TRUE;
}

/* --- what the meeting knows ---------------------------------------------------------------------
 */

static SiteRole
site_role (const Seat *seat)
{
  if (seat->is_chair)
    return SITE_ROLE_CHAIR;
  return seat->is_cochair ? SITE_ROLE_COCHAIR : SITE_ROLE_SITE;
}

/* What is routed to it: somebody's voice, a picture. */
static void
note_shown (const Seat *seat, SiteFacts *facts)
{
  const MediaSession *session = seat->session;

  for (guint i = 0; session != NULL && i < session->n_lines; i++) {
    const SessionLine *line = &session->lines[i];

    if (line->shown == NULL)
      continue;
    if (line->role == SDP_ROLE_AUDIO)
      facts->is_spoken_to |= line->shown->is_speaking;
    else if (line->role == SDP_ROLE_MAIN)
      facts->is_shown = TRUE;
  }
}

static gboolean
shares_content (const Meeting *meeting, const Seat *seat)
{
  return g_strcmp0 (meeting->content, seat->info->endpoint) == 0;
}

/* It is on and let through: a room that only watches has none. */
static gboolean
has_camera (const Seat *seat)
{
  return seat->record->camera_on && !seat->record->camera_locked && seat->session != NULL &&
         media_session_find_role (seat->session, SDP_ROLE_CAMERA) != NULL;
}

static void
tell_facts (const Meeting *meeting, const Seat *seat)
{
  SiteFacts facts = { .role = site_role (seat),
                      .is_in = seat->state != SEAT_ABSENT,
                      .is_away = seat->state == SEAT_RECONNECTING,
                      .is_encoder = seat_is_encoder (seat),
                      .has_media = seat->session != NULL,
                      .mic_open = seat_mic_is_live (seat) && seat_mic_track (seat) != NULL,
                      .camera_on = has_camera (seat) && !seat_camera_is_paused (seat),
                      .camera_rests = has_camera (seat) && seat_camera_is_paused (seat),
                      .content_on = shares_content (meeting, seat),
                      .is_dark = seat_is_dark (seat),
                      .is_speaking = seat->is_speaking };

  note_shown (seat, &facts);
  health_site_set_facts (seat->health, &facts);
}

void
meeting_health_tick (MeetingHub *hub)
{
  GHashTableIter iter;
  gpointer value = NULL;

  if (hub->now_us - hub->health_us < G_USEC_PER_SEC)
    return;
  hub->health_us = hub->now_us;
  g_hash_table_iter_init (&iter, hub->meetings);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const Meeting *meeting = value;

    for (guint i = 0; i < meeting->seat_list->len; i++)
      tell_facts (meeting, g_ptr_array_index (meeting->seat_list, i));
  }
  health_board_second (hub->health, hub->now_us, hub_wall_ms (hub) / 1000);
}
