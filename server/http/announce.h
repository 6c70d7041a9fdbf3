/* Announce: telling of a deed of this request, through the context's announcer (announcer.h).
 * Main thread. */
#pragma once

#include "server/http/request.h"

/* In the transaction of the deed.  @series may be NULL. */
gboolean announce_record (HttpRequest *request, MeetingChangeKind kind, const char *meeting,
                          const char *series, GError **error);
/* After its commit. */
void announce_tell (HttpRequest *request, MeetingChangeKind kind, const char *meeting,
                    const char *series);
