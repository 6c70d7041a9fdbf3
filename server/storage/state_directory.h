/* The directory that holds all a controller must keep: the database, keys, the certificate.
 *
 * Made at need with mode 0700; one that others may enter is refused, for the keys in it are
 * secrets.  A controller holds a StateLock as long as it runs, so that two cannot share it; the
 * lock goes with the process, however that ends.  The commands (user, import-units, token) take
 * no lock: SQLite orders their writes with the controller's.  Main thread, blocking file I/O. */
#pragma once
#include <glib.h>

typedef struct StateLock StateLock;

/* Makes @path and its parents.  Errors: STORAGE_ERROR_FAILED, STORAGE_ERROR_INVALID (not a
 * directory, not ours, open to others). */
gboolean state_directory_ensure (const char *path, GError **error);

/* STORAGE_ERROR_LOCKED names the process that holds it. */
StateLock *state_lock_acquire (const char *path, GError **error);
void state_lock_free (StateLock *lock);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StateLock, state_lock_free)

/* Reads a secret of @size bytes from @path/@name, making it at random (mode 0600, synced) if it
 * is not there.  A file of another size or open to others is refused. */
GBytes *state_directory_secret (const char *path, const char *name, gsize size, GError **error);
