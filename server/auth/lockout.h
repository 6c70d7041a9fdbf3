/* Counts bad log-ins on logins that do not exist, so that they lock as accounts do and an outsider
 * cannot tell which exist.  Pure: time is passed in.  Owned by one thread; the stalest of
 * @max_keys makes room. */
#pragma once
#include <glib.h>

typedef struct Lockout Lockout;

/* Locks for @lock_ms at the @limit-th failure; the count starts anew behind the lock. */
Lockout *lockout_new (guint limit, gint64 lock_ms, guint max_keys);
void lockout_free (Lockout *lockout);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Lockout, lockout_free)

gboolean lockout_is_locked (Lockout *lockout, const char *key, gint64 now_ms);
/* TRUE if this failure locked it. */
gboolean lockout_count (Lockout *lockout, const char *key, gint64 now_ms);
guint lockout_size (Lockout *lockout);
