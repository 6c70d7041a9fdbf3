#include "server/storage/user_store.h"

#include "server/storage/field.h"
#include "server/storage/session_store.h"
#include "server/storage/statement.h"
#include "server/storage/unit_range.h"

#define USER_QUERY                                                                                 \
  "SELECT s.id, s.login, s.name, s.role, s.unit, s.endpoint, s.disabled, s.locked_until_ms,"       \
  " s.failed_logins, s.created_ms, s.last_login_ms, s.email FROM users s"

static const char *const role_names[USER_ROLES] = {
  [USER_ROLE_ADMINISTRATOR] = "administrator",
  [USER_ROLE_SECRETARY] = "secretary",
  [USER_ROLE_TECHNICIAN] = "technician",
  [USER_ROLE_ENDPOINT] = "endpoint",
};

const char *
user_role_name (UserRole role)
{
  return role_names[role];
}

gboolean
user_role_parse (const char *name, UserRole *ret_role)
{
  for (int i = 0; i < USER_ROLES; i++) {
    if (g_strcmp0 (name, role_names[i]) == 0) {
      *ret_role = (UserRole) i;
      return TRUE;
    }
  }
  return FALSE;
}

void
user_free (User *user)
{
  if (!user)
    return;
  g_free (user->login);
  g_free (user->name);
  g_free (user->unit);
  g_free (user->endpoint);
  g_free (user->email);
  g_free (user);
}

User *
user_copy (const User *user)
{
  User *copy = g_memdup2 (user, sizeof *user);
  copy->login = g_strdup (user->login);
  copy->name = g_strdup (user->name);
  copy->unit = g_strdup (user->unit);
  copy->endpoint = g_strdup (user->endpoint);
  copy->email = g_strdup (user->email);
  return copy;
}

static User *
user_from_row (Statement *row)
{
  User *user = g_new0 (User, 1);
  user->id = statement_int (row, 0);
  user->login = statement_dup_text (row, 1);
  user->name = statement_dup_text (row, 2);
  if (!user_role_parse (statement_text (row, 3), &user->role))
    g_error ("users: a role the schema forbids");
  user->unit = statement_dup_text (row, 4);
  user->endpoint = statement_dup_text (row, 5);
  user->disabled = statement_int (row, 6) != 0;
  user->locked_until_ms = statement_int (row, 7);
  user->failed_logins = (guint) statement_int (row, 8);
  user->created_ms = statement_int (row, 9);
  user->last_login_ms = statement_int (row, 10);
  user->email = statement_dup_text (row, 11);
  return user;
}

static gboolean
fail_unknown (GError **error)
{
  g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_NOT_FOUND, "the user is not known");
  return FALSE;
}

static User *
take_one (Statement *row, GError **error)
{
  if (!row)
    return NULL;
  if (statement_next (row, error))
    return user_from_row (row);
  if (statement_ok (row))
    fail_unknown (error);
  return NULL;
}

User *
user_store_get (Database *database, gint64 id, GError **error)
{
  g_autoptr (Statement) row =
      statement_query (database, error, USER_QUERY " WHERE s.id = ?", "i", id);
  return take_one (row, error);
}

User *
user_store_find (Database *database, const char *login, GError **error)
{
  g_autoptr (Statement) row =
      statement_query (database, error, USER_QUERY " WHERE s.login = ?", "t", login);
  return take_one (row, error);
}

GPtrArray *
user_store_list (Database *database, const char *root, GError **error)
{
  g_autoptr (UnitRange) range = unit_range_new (database, root, error);
  if (!range)
    return NULL;
  g_autoptr (Statement) rows = statement_query (
      database, error,
      USER_QUERY " LEFT JOIN units u ON u.code = s.unit"
                 " WHERE ?3 IS NULL OR (u.path >= ?1 AND u.path < ?2) ORDER BY s.login",
      "ttt", range->low, range->high, root);
  if (!rows)
    return NULL;
  g_autoptr (GPtrArray) users = g_ptr_array_new_with_free_func ((GDestroyNotify) user_free);
  while (statement_next (rows, error))
    g_ptr_array_add (users, user_from_row (rows));
  return statement_ok (rows) ? g_steal_pointer (&users) : NULL;
}

gint64
user_store_count (Database *database)
{
  gint64 count = 0;
  statement_number (database, NULL, &count, "SELECT count(*) FROM users", "");
  return count;
}

/* What an account is, as it goes into its row. */
typedef struct {
  char *name;
  char *unit;
} Scope;

static void
scope_clear (Scope *scope)
{
  g_free (scope->name);
  g_free (scope->unit);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Scope, scope_clear)

static gboolean
exists (Database *database, const char *sql, const char *key)
{
  gint64 found = 0;
  return statement_number (database, NULL, &found, sql, "t", key) && found == 1;
}

static gboolean
check_endpoint_scope (Database *database, const User *user, Scope *scope, GError **error)
{
  if (!user->endpoint)
    return field_fail (error, "endpoint", "is needed: which room is the user in");
  g_autoptr (Statement) row =
      statement_query (database, error, "SELECT unit FROM endpoints WHERE id = ? AND NOT removed",
                       "t", user->endpoint);
  if (!row)
    return FALSE;
  if (!statement_next (row, error)) {
    if (statement_ok (row))
      g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_NOT_FOUND, "endpoint %s is not known",
                   user->endpoint);
    return FALSE;
  }
  scope->unit = statement_dup_text (row, 0);
  return TRUE;
}

static gboolean
check_scope (Database *database, const User *user, Scope *scope, GError **error)
{
  scope->name = field_clean_text ("name", user->name, 1, NAME_MAX_CHARS, error);
  if (!scope->name || !field_check_email (user->email, error))
    return FALSE;
  if (user->role == USER_ROLE_ENDPOINT)
    return check_endpoint_scope (database, user, scope, error);
  if (user->endpoint)
    return field_fail (error, "endpoint", "is only for users of the role endpoint");
  if (!user->unit) {
    if (user->role == USER_ROLE_ADMINISTRATOR)
      return TRUE;
    return field_fail (error, "unit", "is needed: where does the role hold");
  }
  if (!exists (database, "SELECT 1 FROM units WHERE code = ?", user->unit)) {
    g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_NOT_FOUND, "unit %s is not known", user->unit);
    return FALSE;
  }
  scope->unit = g_strdup (user->unit);
  return TRUE;
}

gboolean
user_store_add (Database *database, const User *user, const char *password_hash, gint64 now_ms,
                gint64 *ret_id, GError **error)
{
  g_auto (Scope) scope = { 0 };
  g_autoptr (Transaction) transaction = database_begin (database, error);
  if (!transaction || !field_check_login (user->login, error) ||
      !check_scope (database, user, &scope, error))
    return FALSE;
  if (exists (database, "SELECT 1 FROM users WHERE login = ?", user->login)) {
    g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_EXISTS, "the login %s is taken", user->login);
    return FALSE;
  }
  if (!statement_run (database, error, NULL,
                      "INSERT INTO users (login, name, role, unit, endpoint, password_hash,"
                      " created_ms, email) VALUES (?, ?, ?, ?, ?, ?, ?, coalesce (?, ''))",
                      "ttttttit", user->login, scope.name, user_role_name (user->role), scope.unit,
                      user->endpoint, password_hash, now_ms, user->email))
    return FALSE;
  gint64 id = statement_last_id (database);
  if (!transaction_commit (transaction, error))
    return FALSE;
  if (ret_id)
    *ret_id = id;
  return TRUE;
}

/* Nobody could make another if the last administrator of everything went. */
static gboolean
check_administrator_left (Database *database, GError **error)
{
  gint64 left = 0;
  if (!statement_number (database, error, &left,
                         "SELECT count(*) FROM users"
                         " WHERE role = 'administrator' AND unit IS NULL AND NOT disabled",
                         ""))
    return FALSE;
  if (left == 0)
    g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_CONFLICT,
                 "this is the last administrator of the whole system");
  return left > 0;
}

static gboolean
is_root_administrator (const User *user)
{
  return user->role == USER_ROLE_ADMINISTRATOR && !user->unit && !user->disabled;
}

gboolean
user_store_update (Database *database, const User *user, GError **error)
{
  g_auto (Scope) scope = { 0 };
  g_autoptr (Transaction) transaction = database_begin (database, error);
  if (!transaction)
    return FALSE;
  g_autoptr (User) before = user_store_get (database, user->id, error);
  if (!before || !check_scope (database, user, &scope, error) ||
      !statement_run (database, error, NULL,
                      "UPDATE users SET name = ?, role = ?, unit = ?, endpoint = ?, disabled = ?,"
                      " email = coalesce (?, '') WHERE id = ?",
                      "ttttiti", scope.name, user_role_name (user->role), scope.unit,
                      user->endpoint, (gint64) !!user->disabled, user->email, user->id))
    return FALSE;
  if (is_root_administrator (before) && !check_administrator_left (database, error))
    return FALSE;
  if (user->disabled && !session_store_remove_user (database, user->id, error))
    return FALSE;
  return transaction_commit (transaction, error);
}

gboolean
user_store_remove (Database *database, gint64 id, GError **error)
{
  g_autoptr (Transaction) transaction = database_begin (database, error);
  if (!transaction)
    return FALSE;
  g_autoptr (User) before = user_store_get (database, id, error);
  if (!before || !statement_run (database, error, NULL, "DELETE FROM users WHERE id = ?", "i", id))
    return FALSE;
  if (is_root_administrator (before) && !check_administrator_left (database, error))
    return FALSE;
  return transaction_commit (transaction, error);
}

char *
user_store_get_password_hash (Database *database, gint64 id, GError **error)
{
  g_autoptr (Statement) row =
      statement_query (database, error, "SELECT password_hash FROM users WHERE id = ?", "i", id);
  if (!row)
    return NULL;
  if (statement_next (row, error))
    return statement_dup_text (row, 0);
  if (statement_ok (row))
    fail_unknown (error);
  return NULL;
}

gboolean
user_store_set_password_hash (Database *database, gint64 id, const char *hash,
                              const char *keep_session, GError **error)
{
  gint64 changes = 0;
  g_autoptr (Transaction) transaction = database_begin (database, error);
  if (!transaction ||
      !statement_run (database, error, &changes,
                      "UPDATE users SET password_hash = ?, failed_logins = 0, locked_until_ms = 0"
                      " WHERE id = ?",
                      "ti", hash, id))
    return FALSE;
  if (changes == 0)
    return fail_unknown (error);
  return statement_run (database, error, NULL,
                        "DELETE FROM sessions WHERE user = ? AND token_hash IS NOT ?", "it", id,
                        keep_session) &&
         transaction_commit (transaction, error);
}

gboolean
user_store_count_failure (Database *database, gint64 id, guint limit, gint64 until_ms,
                          gboolean *ret_locked, GError **error)
{
  gint64 failed = 0;
  g_autoptr (Transaction) transaction = database_begin (database, error);
  if (!transaction ||
      !statement_run (database, error, NULL,
                      "UPDATE users SET failed_logins = failed_logins + 1 WHERE id = ?", "i", id) ||
      !statement_number (database, error, &failed, "SELECT failed_logins FROM users WHERE id = ?",
                         "i", id))
    return FALSE;
  gboolean locked = failed >= limit;
  /* The count starts anew behind the lock, else one slip would lock again. */
  if (locked && !statement_run (database, error, NULL,
                                "UPDATE users SET failed_logins = 0, locked_until_ms = ?"
                                " WHERE id = ?",
                                "ii", until_ms, id))
    return FALSE;
  if (!transaction_commit (transaction, error))
    return FALSE;
  *ret_locked = locked;
  return TRUE;
}

gboolean
user_store_count_login (Database *database, gint64 id, gint64 now_ms, GError **error)
{
  return statement_run (database, error, NULL,
                        "UPDATE users SET failed_logins = 0, locked_until_ms = 0,"
                        " last_login_ms = ? WHERE id = ?",
                        "ii", now_ms, id);
}

gboolean
user_store_lock (Database *database, gint64 id, gint64 until_ms, GError **error)
{
  gint64 changes = 0;
  if (!statement_run (database, error, &changes,
                      "UPDATE users SET failed_logins = 0, locked_until_ms = ? WHERE id = ?", "ii",
                      until_ms, id))
    return FALSE;
  return changes > 0 || fail_unknown (error);
}
