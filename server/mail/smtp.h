/* Smtp: sends letters one by one to a mail server, by libcurl on a thread of its own; a letter that
 * takes long, or a server that is gone, never holds up the main thread.
 *
 * Owner: the main thread; the sender's thread sees only the jobs that it is given.  Everything is
 * bounded in time (connecting, a whole sending); smtp_free () waits a second at most. */
#pragma once

#include <glib.h>

typedef struct {
  char *server;          /* smtp://host:port or smtps://host:port */
  char *user, *password; /* "" for none */
  char *ca_file;         /* "" for the system's */
  gboolean require_tls;
} SmtpServer;

typedef enum {
  SMTP_SENT,
  SMTP_LATER,  /* the server is away, busy, or does not let us in: it may be so another time */
  SMTP_REFUSED /* the server will never take this letter to this address */
} SmtpOutcome;

/* On the main thread; @reason is "" when it was sent. */
typedef void (*SmtpDone) (gpointer user_data, SmtpOutcome outcome, const char *reason);

typedef struct Smtp Smtp;

Smtp *smtp_new (void);
/* What is under way is given up; its SmtpDone is not called any more. */
void smtp_free (Smtp *smtp);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Smtp, smtp_free)

/* Copies all.  @from, @to: addresses; @message: of mime_format (). */
void smtp_send (Smtp *smtp, const SmtpServer *server, const char *from, const char *to,
                const char *message);
void smtp_set_callback (Smtp *smtp, SmtpDone done, gpointer user_data);
