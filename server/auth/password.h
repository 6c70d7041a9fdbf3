/* Passwords: Argon2id by libsodium, interactive limits (64 MiB, about 0.1 s of one core each).
 *
 * The functions of one password BLOCK that long: a server must use the PasswordWorker, which runs
 * at most PASSWORD_WORKERS checks at once on threads of its own and refuses (AUTH_ERROR_BUSY) above
 * PASSWORD_QUEUE_MAX waiting.  Worker: made, used and freed on one thread with a GMainContext,
 * where the callbacks run. */
#pragma once
#include "server/auth/auth_error.h"
#include <gio/gio.h>

#define PASSWORD_MIN_CHARS 8
#define PASSWORD_MAX_BYTES 256
#define PASSWORD_WORKERS 2     /* 128 MiB and two cores at most */
#define PASSWORD_QUEUE_MAX 200 /* a province logging in at 07:00: 10 s of waiting */

/* AUTH_ERROR_WEAK with the broken rule: length, or contains the login (of four letters or more). */
gboolean password_check_rules (const char *password, const char *login, GError **error);
/* Blocking.  transfer full. */
char *password_hash (const char *password, GError **error);
/* Blocking, constant-time.  A NULL @hash (unknown user) costs the same and is FALSE. */
gboolean password_verify (const char *hash, const char *password);
/* Sixteen characters that can be read out over a phone.  transfer full. */
char *password_random (void);
/* Overwrites and frees. */
void password_free (char *password);

typedef struct PasswordWorker PasswordWorker;
PasswordWorker *password_worker_new (void);
/* Drops what waits (their callbacks get AUTH_ERROR_BUSY) and waits for the running checks. */
void password_worker_free (PasswordWorker *worker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PasswordWorker, password_worker_free)

/* password_verify () and password_hash () on a worker thread. */
void password_worker_verify_async (PasswordWorker *worker, const char *hash, const char *password,
                                   GAsyncReadyCallback callback, gpointer user_data);
gboolean password_worker_verify_finish (GAsyncResult *result, gboolean *ret_right, GError **error);
void password_worker_hash_async (PasswordWorker *worker, const char *password,
                                 GAsyncReadyCallback callback, gpointer user_data);
char *password_worker_hash_finish (GAsyncResult *result, GError **error);
