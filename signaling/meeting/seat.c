#include "signaling/meeting/seat.h"

const char *
seat_state_to_string (SeatState state)
{
  static const char *const names[N_SEAT_STATES] = { "absent", "connected", "reconnecting" };

  g_return_val_if_fail ((guint) state < N_SEAT_STATES, "absent");
  return names[state];
}

static char *
copy_text (const char *text)
{
  return text != NULL ? g_utf8_make_valid (text, -1) : g_strdup ("");
}

const char *
seat_shown_state (const Seat *seat)
{
  return seat_is_waiting (seat) ? "waiting" : seat_state_to_string (seat->state);
}

const char *
seat_role (const Seat *seat)
{
  if (seat->is_chair)
    return "chair";
  return seat->is_cochair ? "cochair" : "site";
}

const char *
seat_name (const Seat *seat)
{
  return seat->record->shown_name != NULL ? seat->record->shown_name : seat->info->name;
}

gboolean
seat_presides (const Seat *seat)
{
  return seat->is_chair || seat->is_cochair;
}

gboolean
seat_is_outside (const Seat *seat)
{
  return !seat->record->admitted && !seat_presides (seat);
}

gboolean
seat_is_waiting (const Seat *seat)
{
  return seat->state == SEAT_CONNECTED && seat_is_outside (seat);
}

gboolean
seat_is_in (const Seat *seat)
{
  return seat->state != SEAT_ABSENT && !seat_is_outside (seat);
}

gboolean
seat_is_present (const Seat *seat)
{
  return seat->state == SEAT_CONNECTED && !seat_is_outside (seat);
}

static InvitedEndpoint *
copy_info (const InvitedEndpoint *info)
{
  InvitedEndpoint *copy = g_new0 (InvitedEndpoint, 1);

  copy->endpoint = g_strdup (info->endpoint);
  copy->code = copy_text (info->code);
  copy->name = copy_text (info->name);
  copy->unit_name = copy_text (info->unit_name);
  copy->level = copy_text (info->level);
  copy->path = copy_text (info->path);
  copy->branch = g_strdup (info->branch);
  invited_endpoint_set_line (copy, &info->line);
  return copy;
}

Seat *
seat_new (const InvitedEndpoint *info)
{
  Seat *seat = g_new0 (Seat, 1);

  seat->info = copy_info (info);
  seat->record = seat_record_new (info->endpoint);
  seat->told_level = 127;
  token_bucket_init (&seat->talk, TALK_LINES_AT_ONCE, TALK_LINES_PER_SECOND);
  return seat;
}

void
seat_free (Seat *seat)
{
  if (seat == NULL)
    return;
  if (seat->health != NULL)
    health_board_close_site (seat->health);
  invited_endpoint_free (seat->info);
  seat_record_free (seat->record);
  g_free (seat->test);
  test_run_free (seat->tested);
  g_free (seat->json);
  g_free (seat);
}

gboolean
seat_mic_is_live (const Seat *seat)
{
  return seat->record->mic_open && !seat->record->mic_locked;
}

static const SessionLine *
find_track (const Seat *seat, SdpRole role)
{
  return seat->session != NULL ? media_session_find_role (seat->session, role) : NULL;
}

gboolean
seat_camera_is_active (const Seat *seat)
{
  const SessionLine *line = find_track (seat, SDP_ROLE_CAMERA);

  return line != NULL && seat->record->camera_on && line->is_active;
}

gboolean
seat_camera_is_paused (const Seat *seat)
{
  const SessionLine *line = find_track (seat, SDP_ROLE_CAMERA);

  return seat_camera_is_active (seat) && line->is_paused;
}

gboolean
seat_is_starved (const Seat *seat)
{
  return seat->session != NULL && seat->session->is_starved;
}

LineState
seat_line_state (const Seat *seat)
{
  LineState state = seat->health != NULL ? health_site_line (seat->health) : LINE_UNKNOWN;

  return seat_is_starved (seat) ? MAX (state, LINE_FAIR) : state;
}

gboolean
seat_is_encoder (const Seat *seat)
{
  return seat->session != NULL && seat->session->kind == SESSION_ENCODER;
}

gboolean
seat_has_live_encoder (const Seat *seat)
{
  return seat_is_encoder (seat) && seat->session->state == TRANSPORT_CONNECTED;
}

gboolean
seat_is_dark (const Seat *seat)
{
  return seat->is_dark && !seat_is_encoder (seat);
}

const char *
seat_camera_track (const Seat *seat)
{
  return seat_camera_is_active (seat) ? find_track (seat, SDP_ROLE_CAMERA)->name : NULL;
}

const char *
seat_mic_track (const Seat *seat)
{
  const SessionLine *line = find_track (seat, SDP_ROLE_MIC);

  return line != NULL && seat_mic_is_live (seat) ? line->name : NULL;
}

const char *
seat_content_track (const Seat *seat)
{
  const SessionLine *line = find_track (seat, SDP_ROLE_CONTENT);

  return line != NULL ? line->name : NULL;
}
