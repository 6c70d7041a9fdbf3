#include "server/http/announcer.h"

gboolean
announcer_record (const Announcer *announcer, gpointer data, const MeetingAnnouncement *what,
                  GError **error)
{
  if (!announcer->record || what->kind == MEETING_CHANGE_LISTED)
    return TRUE;
  return announcer->record (data, what, error);
}

void
announcer_tell (const Announcer *announcer, gpointer data, const MeetingAnnouncement *what)
{
  if (announcer->tell)
    announcer->tell (data, what);
}
