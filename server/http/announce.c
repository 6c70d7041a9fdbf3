#include "server/http/announce.h"

static MeetingAnnouncement
announcement (HttpRequest *request, MeetingChangeKind kind, const char *meeting, const char *series)
{
  return (MeetingAnnouncement){ .meeting = meeting,
                                .series = series,
                                .kind = kind,
                                .actor = http_request_actor (request),
                                .now_ms = request->now_ms };
}

gboolean
announce_record (HttpRequest *request, MeetingChangeKind kind, const char *meeting,
                 const char *series, GError **error)
{
  const HttpContext *context = &request->scope->context;
  MeetingAnnouncement what = announcement (request, kind, meeting, series);
  return announcer_record (&context->announcer, context->announcer_data, &what, error);
}

void
announce_tell (HttpRequest *request, MeetingChangeKind kind, const char *meeting,
               const char *series)
{
  const HttpContext *context = &request->scope->context;
  MeetingAnnouncement what = announcement (request, kind, meeting, series);
  announcer_tell (&context->announcer, context->announcer_data, &what);
}
