/* Users: who may log in, with which role, on which subtree.  Holds password hashes, never
 * passwords; checking them is server/auth's work.  Main thread, blocking; see database.h. */
#pragma once
#include "server/storage/database.h"

typedef enum {
  USER_ROLE_ADMINISTRATOR,
  USER_ROLE_SECRETARY,
  USER_ROLE_TECHNICIAN,
  USER_ROLE_ENDPOINT,
} UserRole;
#define USER_ROLES 4

const char *user_role_name (UserRole role); /* "administrator" ... */
gboolean user_role_parse (const char *name, UserRole *ret_role);

typedef struct {
  gint64 id;
  char *login; /* [a-z0-9._@-]+, lower case */
  char *name;
  UserRole role;
  char *unit;     /* root of the subtree the role holds on; NULL: all (administrators only) */
  char *endpoint; /* the one room of an endpoint user, else NULL */
  char *email;    /* where invitations go; NULL or "": nowhere */
  gboolean disabled;
  gint64 locked_until_ms; /* 0: not locked */
  guint failed_logins;    /* since the last good one */
  gint64 created_ms;
  gint64 last_login_ms; /* 0: never */
} User;

void user_free (User *user);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (User, user_free)
User *user_copy (const User *user);

User *user_store_get (Database *database, gint64 id, GError **error);
User *user_store_find (Database *database, const char *login, GError **error);
/* Of the subtree of @root (NULL: all), by login.  transfer full, of User. */
GPtrArray *user_store_list (Database *database, const char *root, GError **error);
gint64 user_store_count (Database *database);

/* Takes login, name, role, unit, endpoint, email of @user.  The rules: an endpoint user has an
 * endpoint (its unit is the endpoint's), the others none; only an administrator may have no unit.
 */
gboolean user_store_add (Database *database, const User *user, const char *password_hash,
                         gint64 now_ms, gint64 *ret_id, GError **error);
/* Writes name, role, unit, endpoint, email, disabled; CONFLICT rather than lose the last
 * administrator of everything.  A disabled user's sessions end. */
gboolean user_store_update (Database *database, const User *user, GError **error);
gboolean user_store_remove (Database *database, gint64 id, GError **error);

/* transfer full. */
char *user_store_get_password_hash (Database *database, gint64 id, GError **error);
/* Ends every session of the user but @keep_session (a token hash, or NULL). */
gboolean user_store_set_password_hash (Database *database, gint64 id, const char *hash,
                                       const char *keep_session, GError **error);
/* Counts a bad log-in and locks from the @limit-th on until @until_ms; @ret_locked tells. */
gboolean user_store_count_failure (Database *database, gint64 id, guint limit, gint64 until_ms,
                                   gboolean *ret_locked, GError **error);
/* A good log-in: clears the count. */
gboolean user_store_count_login (Database *database, gint64 id, gint64 now_ms, GError **error);
/* By hand: @until_ms 0 unlocks. */
gboolean user_store_lock (Database *database, gint64 id, gint64 until_ms, GError **error);
