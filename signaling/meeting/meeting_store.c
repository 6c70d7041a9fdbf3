#include "signaling/meeting/meeting_store.h"

#include <string.h>

#include "signaling/meeting/roll_call.h"

InvitedEndpoint *
invited_endpoint_new (const char *endpoint, const char *code, const char *name,
                      const char *unit_name)
{
  InvitedEndpoint *invited = g_new0 (InvitedEndpoint, 1);

  invited->endpoint = g_strdup (endpoint);
  invited->code = g_strdup (code);
  invited->name = g_strdup (name);
  invited->unit_name = g_strdup (unit_name);
  invited->level = g_strdup ("");
  invited->path = g_strdup ("");
  return invited;
}

void
invited_endpoint_set_unit (InvitedEndpoint *invited, const char *level, const char *path,
                           const char *host_path)
{
  gsize host_length = host_path != NULL ? strlen (host_path) : 0;

  g_free (invited->level);
  invited->level = g_strdup (level != NULL ? level : "");
  g_free (invited->path);
  invited->path = g_strdup (path != NULL ? path : "");
  g_clear_pointer (&invited->branch, g_free);
  if (host_length == 0 || !g_str_has_prefix (invited->path, host_path))
    return;
  const char *below = invited->path + host_length, *end = strchr (below, '/');
  if (end != NULL)
    invited->branch = g_strndup (below, end - below);
}

gboolean
invited_endpoint_is_below (const InvitedEndpoint *invited, const char *code)
{
  gsize length = strlen (code);
  const char *part = invited->path;

  for (const char *end = strchr (part, '/'); end != NULL; end = strchr (part, '/')) {
    if ((gsize) (end - part) == length && memcmp (part, code, length) == 0)
      return TRUE;
    part = end + 1;
  }
  return strcmp (invited->code, code) == 0;
}

void
invited_endpoint_set_line (InvitedEndpoint *invited, const InvitedLine *line)
{
  char *shared = g_strdup (line->shared);

  g_free (invited->line.shared);
  invited->line = *line;
  invited->line.shared = shared;
}

void
invited_endpoint_free (InvitedEndpoint *invited)
{
  if (invited == NULL)
    return;
  g_free (invited->endpoint);
  g_free (invited->code);
  g_free (invited->name);
  g_free (invited->unit_name);
  g_free (invited->level);
  g_free (invited->path);
  g_free (invited->branch);
  g_free (invited->line.shared);
  g_free (invited);
}

SeatRecord *
seat_record_new (const char *endpoint)
{
  SeatRecord *seat = g_new0 (SeatRecord, 1);

  seat->endpoint = g_strdup (endpoint);
  seat->camera_on = TRUE;
  seat->head_count = seat->head_expected = -1;
  return seat;
}

SeatRecord *
seat_record_copy (const SeatRecord *seat)
{
  SeatRecord *copy = g_memdup2 (seat, sizeof *seat);

  copy->endpoint = g_strdup (seat->endpoint);
  copy->topic = g_strdup (seat->topic);
  copy->shown_name = g_strdup (seat->shown_name);
  copy->roll_reason = g_strdup (seat->roll_reason);
  return copy;
}

void
seat_record_reset (SeatRecord *seat)
{
  SeatRecord fresh = { .endpoint = seat->endpoint,
                       .camera_on = TRUE,
                       .consent = seat->consent,
                       .barred = seat->barred,
                       .shown_name = seat->shown_name,
                       .head_count = -1,
                       .head_expected = -1 };

  g_free (seat->topic);
  if (seat->roll_mark == ROLL_EXCUSED) {
    fresh.roll_mark = ROLL_EXCUSED;
    fresh.roll_reason = seat->roll_reason;
  } else {
    g_free (seat->roll_reason);
  }
  *seat = fresh;
}

void
seat_record_free (SeatRecord *seat)
{
  if (seat == NULL)
    return;
  g_free (seat->endpoint);
  g_free (seat->topic);
  g_free (seat->shown_name);
  g_free (seat->roll_reason);
  g_free (seat);
}

void
chat_line_free (ChatLine *line)
{
  if (line == NULL)
    return;
  g_free (line->endpoint);
  g_free (line->name);
  g_free (line->text);
  g_free (line);
}

void
meeting_event_free (MeetingEvent *event)
{
  if (event == NULL)
    return;
  g_free (event->kind);
  g_free (event->actor);
  g_free (event->endpoint);
  g_free (event->detail);
  g_free (event->source);
  g_free (event);
}

SessionRecord *
session_record_new (const char *session, const char *endpoint, const char *data)
{
  SessionRecord *record = g_new0 (SessionRecord, 1);

  record->session = g_strdup (session);
  record->endpoint = g_strdup (endpoint);
  record->data = g_strdup (data);
  return record;
}

void
session_record_free (SessionRecord *session)
{
  if (session == NULL)
    return;
  g_free (session->session);
  g_free (session->endpoint);
  g_free (session->data);
  g_free (session);
}

void
meeting_paper_free (MeetingPaper *paper)
{
  if (paper == NULL)
    return;
  g_free (paper->id);
  g_free (paper->name);
  g_free (paper->type);
  g_free (paper->item);
  g_free (paper);
}

StoredMeeting *
stored_meeting_new (MeetingRecord *record)
{
  StoredMeeting *stored = g_new0 (StoredMeeting, 1);

  stored->record = record;
  stored->invited = g_ptr_array_new_with_free_func ((GDestroyNotify) invited_endpoint_free);
  stored->seats = g_ptr_array_new_with_free_func ((GDestroyNotify) seat_record_free);
  stored->papers = g_ptr_array_new_with_free_func ((GDestroyNotify) meeting_paper_free);
  stored->sessions = g_ptr_array_new_with_free_func ((GDestroyNotify) session_record_free);
  stored->chat = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_line_free);
  stored->tests = g_ptr_array_new_with_free_func ((GDestroyNotify) test_run_free);
  return stored;
}

void
stored_meeting_free (StoredMeeting *stored)
{
  if (stored == NULL)
    return;
  meeting_record_free (stored->record);
  g_free (stored->spotlight);
  g_free (stored->content);
  g_free (stored->live);
  g_ptr_array_unref (stored->invited);
  g_ptr_array_unref (stored->seats);
  g_ptr_array_unref (stored->sessions);
  g_ptr_array_unref (stored->papers);
  g_ptr_array_unref (stored->chat);
  g_ptr_array_unref (stored->tests);
  vote_free (stored->vote);
  g_free (stored);
}
