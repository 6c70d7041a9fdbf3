/* Logging in: password, lock-out, throttle, audit, session, in this order.
 *
 * After LOGIN_FAILURES_MAX bad log-ins an account is locked for LOGIN_LOCK_MS, whatever password
 * comes; a login that does not exist behaves the same and costs the same.  A source address is
 * throttled after LOGIN_SOURCE_FAILURES_MAX (a whole office may sit behind one address: only bad
 * log-ins count).  One LoginGate per controller; main thread; nothing blocks but storage. */
#pragma once
#include "server/auth/password.h"
#include "server/auth/session.h"

#define LOGIN_FAILURES_MAX 5
#define LOGIN_LOCK_MS (G_GINT64_CONSTANT (15) * 60 * 1000)
#define LOGIN_SOURCE_FAILURES_MAX 30
#define LOGIN_SOURCE_FORGIVE_MS (G_GINT64_CONSTANT (10) * 1000)
/* Sources, and logins that do not exist, that are remembered: 2 MB each. One more takes the place
 * of the one that tried longest ago. */
#define LOGIN_SOURCES_MAX 20000
#define LOGIN_UNKNOWN_MAX 20000

typedef struct LoginGate LoginGate;
/* @database must outlive it. */
LoginGate *login_gate_new (Database *database);

/* What an administrator may set (group auth); the defaults are the constants. */
typedef struct {
  guint failures_max;
  gint64 lock_ms;
  gint64 session_idle_ms;
  guint source_failures_max; /* 0: the default */
} LoginPolicy;
/* Before the first log-in. */
void login_gate_set_policy (LoginGate *gate, const LoginPolicy *policy);
void login_gate_free (LoginGate *gate);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LoginGate, login_gate_free)

typedef struct {
  User *user;
  char *token; /* for the cookie */
  char *csrf;
} LoginResult;
void login_result_free (LoginResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LoginResult, login_result_free)

/* Where and when a person tries. */
typedef struct {
  const char *source; /* the peer's address */
  gint64 now_ms;      /* UTC, since the epoch */
} LoginOrigin;

/* Errors: CREDENTIALS, LOCKED, THROTTLED, BUSY, FAILED. */
void login_gate_login_async (LoginGate *gate, const char *login, const char *password,
                             const LoginOrigin *origin, GAsyncReadyCallback callback,
                             gpointer user_data);
LoginResult *login_gate_login_finish (GAsyncResult *result, GError **error);

typedef struct {
  const char *current;
  const char *new;
} LoginNewPassword;

/* Change of one's own password (counts as a bad log-in if the current one is wrong); ends the
 * user's other sessions. */
void login_gate_change_password_async (LoginGate *gate, const Session *session,
                                       const LoginNewPassword *passwords, const LoginOrigin *origin,
                                       GAsyncReadyCallback callback, gpointer user_data);
gboolean login_gate_change_password_finish (GAsyncResult *result, GError **error);

/* A new password's hash for a user made by an administrator, off the main thread: rules checked,
 * AUTH_ERROR_WEAK. */
void login_gate_hash_async (LoginGate *gate, const char *password, const char *login,
                            GAsyncReadyCallback callback, gpointer user_data);
char *login_gate_hash_finish (GAsyncResult *result, GError **error);

/* If there is no administrator of the whole system, makes "admin" with a random password, returned
 * once by @ret_password (transfer full, password_free (); NULL if there was one).  Blocking: at
 * start, behind storage_seed_demo (). */
gboolean login_ensure_administrator (Database *database, gint64 now_ms, char **ret_password,
                                     GError **error);
