/* Rows of log-in sessions, keyed by a hash of the token: who reads the file cannot log in with
 * it.  Rules of expiry are server/auth/session.h's.  Main thread, blocking; see database.h. */
#pragma once
#include "server/storage/database.h"

typedef struct {
  char *token_hash; /* hexadecimal SHA-256 */
  gint64 user;
  char *source; /* address it was opened from */
  gint64 created_ms;
  gint64 used_ms;
  gint64 idle_ms; /* it ends this long after its last use */
} SessionRow;

void session_row_free (SessionRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SessionRow, session_row_free)

gboolean session_store_add (Database *database, const SessionRow *row, GError **error);
SessionRow *session_store_get (Database *database, const char *token_hash, GError **error);
gboolean session_store_touch (Database *database, const char *token_hash, gint64 used_ms,
                              GError **error);
/* Removing what is not there is success. */
gboolean session_store_remove (Database *database, const char *token_hash, GError **error);
gboolean session_store_remove_user (Database *database, gint64 user, GError **error);
/* Those created before @created_before_ms, and those idle for too long at @now_ms. */
gboolean session_store_remove_old (Database *database, gint64 created_before_ms, gint64 now_ms,
                                   GError **error);
