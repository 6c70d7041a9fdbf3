#include "signaling/meeting/meeting_store.h"

InvitedEndpoint *
invited_endpoint_new (const char *endpoint, const char *code, const char *name,
                      const char *unit_name)
{
  InvitedEndpoint *invited = g_new0 (InvitedEndpoint, 1);

  invited->endpoint = g_strdup (endpoint);
  invited->code = g_strdup (code);
  invited->name = g_strdup (name);
  invited->unit_name = g_strdup (unit_name);
  return invited;
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
  g_free (invited);
}

SeatRecord *
seat_record_new (const char *endpoint)
{
  SeatRecord *seat = g_new0 (SeatRecord, 1);

  seat->endpoint = g_strdup (endpoint);
  seat->camera_on = TRUE;
  return seat;
}

SeatRecord *
seat_record_copy (const SeatRecord *seat)
{
  SeatRecord *copy = g_memdup2 (seat, sizeof *seat);

  copy->endpoint = g_strdup (seat->endpoint);
  copy->topic = g_strdup (seat->topic);
  return copy;
}

void
seat_record_free (SeatRecord *seat)
{
  if (seat == NULL)
    return;
  g_free (seat->endpoint);
  g_free (seat->topic);
  g_free (seat);
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

StoredMeeting *
stored_meeting_new (MeetingRecord *record)
{
  StoredMeeting *stored = g_new0 (StoredMeeting, 1);

  stored->record = record;
  stored->invited = g_ptr_array_new_with_free_func ((GDestroyNotify) invited_endpoint_free);
  stored->seats = g_ptr_array_new_with_free_func ((GDestroyNotify) seat_record_free);
  stored->sessions = g_ptr_array_new_with_free_func ((GDestroyNotify) session_record_free);
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
  g_free (stored);
}
