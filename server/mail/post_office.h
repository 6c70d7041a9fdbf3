/* PostOffice: outbox, sender and invitations together, as the inbox's Postman and the HTTP
 * surface's MailPort.  Main thread; the sender has a thread of its own. */
#pragma once

#include "server/http/mail_port.h"
#include "server/inbox/inbox.h"

typedef struct PostOffice PostOffice;

/* @database is lent. */
PostOffice *post_office_new (Database *database, const Settings *settings);
/* Gives up what is under way: it is sent at the next start. */
void post_office_free (PostOffice *office);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PostOffice, post_office_free)

/* The data of both is the PostOffice. */
const Postman *post_office_postman (void);
const MailPort *post_office_mail_port (void);

/* Call about each second. */
void post_office_tick (PostOffice *office, gint64 now_ms);
/* Removes what was sent long ago; call about each hour. */
gboolean post_office_sweep (PostOffice *office, gint64 now_ms, GError **error);
