/* Invitations: the letters that go out when something happens to a published meeting, with the
 * meeting for the reader's own calendar.  Main thread, blocking (storage). */
#pragma once

#include "server/http/announcer.h"
#include "server/mail/outbox.h"

/* Within the transaction of the deed.  Nothing, and TRUE, without a mail server; papers, calls and
 * reminders are not written about. */
gboolean invitations_queue (Outbox *outbox, Database *database, const MeetingAnnouncement *what,
                            GError **error);
