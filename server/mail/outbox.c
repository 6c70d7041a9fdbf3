#include "server/mail/outbox.h"

#include <string.h>

#include "config/log.h"
#include "server/calendar/calendar.h"
#include "server/mail/mime.h"
#include "server/storage/mail_store.h"

#define TAG "mail"
#define MINUTE_MS (G_GINT64_CONSTANT (60) * 1000)
#define BACKOFF_MAX_MINUTES 60

struct Outbox {
  Database *database;
  OutboxCarrier carrier;
  gpointer carrier_data;
  Settings *settings; /* a copy */
  Mail *under_way;    /* NULL: none */
};

gint64
outbox_backoff_ms (guint attempts)
{
  guint doublings = attempts > 0 ? attempts - 1 : 0;
  return (doublings > 5 ? BACKOFF_MAX_MINUTES : 1 << doublings) * MINUTE_MS;
}

Outbox *
outbox_new (Database *database, const Settings *settings, const OutboxCarrier *carrier,
            gpointer carrier_data)
{
  Outbox *outbox = g_new0 (Outbox, 1);
  outbox->database = database;
  outbox->carrier = *carrier;
  outbox->carrier_data = carrier_data;
  outbox->settings = settings_copy (settings);
  return outbox;
}

void
outbox_free (Outbox *outbox)
{
  mail_free (outbox->under_way);
  settings_free (outbox->settings);
  g_free (outbox);
}

void
outbox_configure (Outbox *outbox, const Settings *settings)
{
  settings_free (outbox->settings);
  outbox->settings = settings_copy (settings);
}

gboolean
outbox_is_on (const Outbox *outbox)
{
  return *outbox->settings->mail.server != '\0';
}

const char *
outbox_get_from (const Outbox *outbox)
{
  return outbox->settings->mail.from;
}

const char *
outbox_get_public_url (const Outbox *outbox)
{
  return outbox->settings->http.public_url;
}

/* --- One letter ---------------------------------------------------------------------------- */

static char *
compose (Outbox *outbox, const Mail *mail)
{
  const char *from = outbox->settings->mail.from;
  g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT ".%08x%08x@%s", mail->id,
                                         g_random_int (), g_random_int (), strchr (from, '@') + 1);
  g_autofree char *calendar =
      mail->calendar ? calendar_with_attendee (mail->calendar, mail->to) : NULL;
  MimeLetter letter = { .from = from,
                        .from_name = outbox->settings->mail.from_name,
                        .to = mail->to,
                        .subject = mail->subject,
                        .text = mail->text,
                        .calendar = calendar,
                        .calendar_method = mail->calendar_method,
                        .message_id = id,
                        .at_ms = mail->at_ms };
  return mime_format (&letter);
}

void
outbox_tick (Outbox *outbox, gint64 now_ms)
{
  g_autoptr (GError) error = NULL;
  if (outbox->under_way || !outbox_is_on (outbox))
    return;
  outbox->under_way = mail_store_take_due (outbox->database, now_ms, &error);
  if (error)
    log_warning (TAG, NULL, "the outbox cannot be read: %s", error->message);
  if (!outbox->under_way)
    return;
  g_autofree char *message = compose (outbox, outbox->under_way);
  SmtpServer server = { outbox->settings->mail.server, outbox->settings->mail.user,
                        outbox->settings->mail.password, outbox->settings->mail.ca_file,
                        outbox->settings->mail.require_tls };
  outbox->carrier.send (outbox->carrier_data, &server, outbox->settings->mail.from,
                        outbox->under_way->to, message);
}

static gboolean
note_failure (Outbox *outbox, const Mail *mail, SmtpOutcome outcome, const char *reason,
              gint64 now_ms, GError **error)
{
  gint64 next_ms = now_ms + outbox_backoff_ms (mail->attempts + 1);
  if (outcome == SMTP_REFUSED || next_ms - mail->at_ms >= OUTBOX_GIVE_UP_MS)
    next_ms = 0;
  log_info (TAG, NULL, "letter %" G_GINT64_FORMAT " not sent%s: %s", mail->id,
            next_ms ? ", later again" : "", reason);
  return mail_store_set_failed (outbox->database, mail->id, reason, next_ms, error);
}

void
outbox_on_done (Outbox *outbox, SmtpOutcome outcome, const char *reason, gint64 now_ms)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Mail) mail = g_steal_pointer (&outbox->under_way);
  g_return_if_fail (mail);
  gboolean noted = outcome == SMTP_SENT
                       ? mail_store_set_sent (outbox->database, mail->id, &error)
                       : note_failure (outbox, mail, outcome, reason, now_ms, &error);
  if (!noted) {
    log_warning (TAG, NULL, "a letter's state is not stored: %s", error->message);
    return; /* with the next tick, not in a circle */
  }
  outbox_tick (outbox, now_ms);
}
