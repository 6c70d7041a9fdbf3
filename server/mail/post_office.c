#include "server/mail/post_office.h"

#include "server/mail/invitations.h"
#include "server/mail/outbox.h"
#include "server/mail/smtp.h"
#include "server/storage/mail_store.h"

struct PostOffice {
  Database *database;
  Outbox *outbox;
  Smtp *smtp;
};

static void
carry (gpointer data, const SmtpServer *server, const char *from, const char *to,
       const char *message)
{
  smtp_send (((PostOffice *) data)->smtp, server, from, to, message);
}

static void
on_done (gpointer user_data, SmtpOutcome outcome, const char *reason)
{
  outbox_on_done (((PostOffice *) user_data)->outbox, outcome, reason, g_get_real_time () / 1000);
}

PostOffice *
post_office_new (Database *database, const Settings *settings)
{
  static const OutboxCarrier carrier = { carry };
  PostOffice *office = g_new0 (PostOffice, 1);
  office->database = database;
  office->outbox = outbox_new (database, settings, &carrier, office);
  office->smtp = smtp_new ();
  smtp_set_callback (office->smtp, on_done, office);
  return office;
}

void
post_office_free (PostOffice *office)
{
  smtp_free (office->smtp);
  outbox_free (office->outbox);
  g_free (office);
}

void
post_office_tick (PostOffice *office, gint64 now_ms)
{
  outbox_tick (office->outbox, now_ms);
}

gboolean
post_office_sweep (PostOffice *office, gint64 now_ms, GError **error)
{
  return mail_store_remove_before (office->database, now_ms - MAILS_KEPT_MS, error);
}

/* --- As others see it ---------------------------------------------------------------------- */

static gboolean
queue (gpointer data, const MeetingAnnouncement *what, GError **error)
{
  PostOffice *office = data;
  return invitations_queue (office->outbox, office->database, what, error);
}

static void
wake (gpointer data, gint64 now_ms)
{
  post_office_tick (data, now_ms);
}

static gboolean
is_on (gpointer data)
{
  return outbox_is_on (((PostOffice *) data)->outbox);
}

static void
configure (gpointer data, const Settings *settings)
{
  outbox_configure (((PostOffice *) data)->outbox, settings);
}

const Postman *
post_office_postman (void)
{
  static const Postman postman = { queue, wake };
  return &postman;
}

const MailPort *
post_office_mail_port (void)
{
  static const MailPort port = { is_on, wake, configure };
  return &port;
}
