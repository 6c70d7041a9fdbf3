/* Log-in sessions: 32 random bytes in a cookie, of which only a hash is stored.
 *
 * A session ends SESSION_IDLE_MS (or as set) after its last use and SESSION_LIFE_MS after its
 * start, by log-out, by a change of password, and when its user is disabled or removed.  The CSRF
 * token is derived from the session token, so a reloaded page can be told it again.  Main thread.
 */
#pragma once
#include "server/auth/auth_error.h"
#include "server/storage/user_store.h"

#define SESSION_IDLE_MS (G_GINT64_CONSTANT (12) * 3600 * 1000)     /* a meeting day */
#define SESSION_LIFE_MS (G_GINT64_CONSTANT (7) * 24 * 3600 * 1000) /* a week */

typedef struct {
  User *user;
  char *token_hash; /* names the session without giving it away */
  char *csrf;       /* base64url */
} Session;

void session_free (Session *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Session, session_free)

typedef struct {
  gint64 user;
  const char *source; /* address */
  gint64 now_ms;
  gint64 idle_ms; /* SESSION_IDLE_MS, or as set by the administrator */
} SessionStart;

/* Stored before it returns.  @ret_token transfer full: the cookie's value, base64url. */
gboolean session_open (Database *database, const SessionStart *start, char **ret_token,
                       GError **error);
/* NULL if the cookie names no living session of an enabled user.  Counts as use (written at most
 * once a minute). */
Session *session_find (Database *database, const char *token, gint64 now_ms);
/* The same by Session.token_hash, for what was opened with the session and lasts: its user as he is
 * by now (transfer full), NULL once the session has ended.  Counts as use. */
User *session_hold (Database *database, const char *token_hash, gint64 now_ms);
gboolean session_csrf_is_right (const Session *session, const char *csrf);
gboolean session_close (Database *database, const char *token, GError **error);
/* Housekeeping: removes the rows of dead sessions. */
gboolean session_remove_dead (Database *database, gint64 now_ms, GError **error);
/* transfer full: the csrf token that belongs to a session token. */
char *session_csrf_for (const char *token);
