/* Outgoing mail: letters, and to whom each of them goes, with the state of every sending; the
 * sequence numbers of invitations; tokens of calendar feeds.  Main thread, blocking; see
 * database.h. */
#pragma once
#include "server/storage/database.h"

/* What was sent or given up stays in the log for so long. */
#define MAILS_KEPT_MS (G_GINT64_CONSTANT (90) * 24 * 3600 * 1000)

typedef enum { MAIL_WAITING, MAIL_SENT, MAIL_FAILED } MailState;
#define MAIL_STATES 3
const char *mail_state_to_string (MailState state); /* "waiting", ... */
gboolean mail_state_from_string (const char *text, MailState *ret_state);

/* What all who get it read. */
typedef struct {
  const char *meeting; /* NULL: about none */
  const char *subject;
  const char *text;
  const char *calendar;        /* iCalendar text, or NULL */
  const char *calendar_method; /* "REQUEST", ...; NULL without a calendar */
  gint64 at_ms;
} Letter;

/* One sending. */
typedef struct {
  gint64 id;
  char *to;
  char *subject;
  MailState state;
  guint attempts;
  char *error;    /* of the last attempt, "" */
  gint64 at_ms;   /* when it was written */
  gint64 next_ms; /* when it is tried next */
  char *text;     /* of mail_store_take_due () only, like the two below */
  char *calendar; /* NULL: none */
  char *calendar_method;
} Mail;

void mail_free (Mail *mail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Mail, mail_free)

/* Addresses that a meeting's letters go to: its rooms', their users' and its host's secretaries';
 * each once.  transfer full (g_strfreev). */
char **mail_store_addresses (Database *database, const char *meeting, GError **error);
/* Those that were written to about the meeting, and not last that it is off.  transfer full. */
char **mail_store_written_to (Database *database, const char *meeting, GError **error);
/* Ids of @meeting and of those of its series behind it, by start; drafts and those over left out.
 * transfer full. */
char **mail_store_occurrences (Database *database, const char *meeting, GError **error);

/* Takes out what waits about the meeting and was not tried yet: it is out of date. */
gboolean mail_store_drop_waiting (Database *database, const char *meeting, GError **error);
/* Queues @letter for all of @addresses; @ret_id (or NULL): the first sending. */
gboolean mail_store_queue (Database *database, const Letter *letter, const char *const *addresses,
                           gint64 *ret_id, GError **error);
/* The sending that waits longest of those that are due, with its letter; NULL and no error when
 * none is. */
Mail *mail_store_take_due (Database *database, gint64 now_ms, GError **error);
/* When the next is due, 0: none waits. */
gint64 mail_store_next_ms (Database *database);

gboolean mail_store_set_sent (Database *database, gint64 id, GError **error);
/* @next_ms 0: given up. */
gboolean mail_store_set_failed (Database *database, gint64 id, const char *reason, gint64 next_ms,
                                GError **error);
/* By hand, at once, and for as long as if it had been written now.  NOT_FOUND; CONFLICT when it was
 * sent. */
gboolean mail_store_retry (Database *database, gint64 id, gint64 now_ms, GError **error);

/* Newest first; @state NULL: any.  transfer full, of Mail. */
GPtrArray *mail_store_list (Database *database, const MailState *state, guint limit,
                            GError **error);
gboolean mail_store_remove_before (Database *database, gint64 before_ms, GError **error);

/* --- Invitations --- */

/* The number of the next change of the meeting that is sent: 0, 1, 2 ... */
gboolean mail_store_take_sequence (Database *database, const char *meeting, guint *ret_sequence,
                                   GError **error);
/* The last one taken, 0 if there is none. */
guint mail_store_get_sequence (Database *database, const char *meeting);

/* --- Feeds --- */

/* Who may read which unit's meetings without logging in. */
typedef struct {
  gint64 user;
  char *unit; /* NULL: all */
} Feed;

void feed_free (Feed *feed);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Feed, feed_free)

/* Replaces the user's feed of the unit. */
gboolean mail_store_put_feed (Database *database, const Feed *feed, const char *token_hash,
                              gint64 now_ms, GError **error);
gboolean mail_store_remove_feed (Database *database, const Feed *feed, GError **error);
/* NULL if nobody has this token. */
Feed *mail_store_find_feed (Database *database, const char *token_hash);
