/* Outbox: the letters that wait in storage, sent one at a time, tried again when that fails.
 *
 * Main thread; the clock is passed in.  A letter is tried at once, then after 1, 2, 4 ... 60
 * minutes, and given up a day after it was written; refused by the server for good, at once.
 * What was sent is stored as sent behind the server's word: a crash between the two sends it
 * twice rather than never. */
#pragma once

#include "config/settings.h"
#include "server/mail/smtp.h"
#include "server/storage/database.h"

#define OUTBOX_GIVE_UP_MS (G_GINT64_CONSTANT (24) * 3600 * 1000)

/* Who carries a letter: Smtp, or a test.  Its answer comes by outbox_on_done (). */
typedef struct {
  void (*send) (gpointer data, const SmtpServer *server, const char *from, const char *to,
                const char *message);
} OutboxCarrier;

typedef struct Outbox Outbox;

/* @database and @carrier_data are lent.  Without a server in @settings nothing is sent. */
Outbox *outbox_new (Database *database, const Settings *settings, const OutboxCarrier *carrier,
                    gpointer carrier_data);
void outbox_free (Outbox *outbox);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Outbox, outbox_free)

/* Takes over the group `mail` (and http.public_url). */
void outbox_configure (Outbox *outbox, const Settings *settings);
gboolean outbox_is_on (const Outbox *outbox);
/* Sender's address; "" when there is none. */
const char *outbox_get_from (const Outbox *outbox);
const char *outbox_get_public_url (const Outbox *outbox);

/* Hands the next letter that is due to the carrier, if none is under way; call each second or so,
 * and when a letter was queued. */
void outbox_tick (Outbox *outbox, gint64 now_ms);
void outbox_on_done (Outbox *outbox, SmtpOutcome outcome, const char *reason, gint64 now_ms);

/* Pure: how long after the @attempts-th failure it is tried again. */
gint64 outbox_backoff_ms (guint attempts);
