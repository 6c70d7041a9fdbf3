#include "server/auth/login.h"

#include "server/storage/event_store.h"
#include "server/storage/statement.h"

#define LOGIN "admin"
#define NAME "Quản trị hệ thống"

static gboolean
has_administrator (Database *database, gboolean *ret_has, GError **error)
{
  gint64 count = 0;
  if (!statement_number (database, error, &count,
                         "SELECT count(*) FROM users WHERE role = 'administrator'"
                         " AND unit IS NULL",
                         ""))
    return FALSE;
  *ret_has = count > 0;
  return TRUE;
}

static gboolean
add_administrator (Database *database, const char *hash, gint64 now_ms, GError **error)
{
  User user = { .login = (char *) LOGIN, .name = (char *) NAME, .role = USER_ROLE_ADMINISTRATOR };
  Event event = { .at_ms = now_ms,
                  .actor = (char *) "system",
                  .action = (char *) "user.added",
                  .subject = (char *) LOGIN };
  g_autoptr (Transaction) transaction = database_begin (database, error);
  return transaction && user_store_add (database, &user, hash, now_ms, NULL, error) &&
         event_store_append (database, &event, error) && transaction_commit (transaction, error);
}

gboolean
login_ensure_administrator (Database *database, gint64 now_ms, char **ret_password, GError **error)
{
  gboolean has = FALSE;
  if (!has_administrator (database, &has, error))
    return FALSE;
  if (has) {
    *ret_password = NULL;
    return TRUE;
  }
  char *password = password_random ();
  g_autofree char *hash = password_hash (password, error);
  if (!hash || !add_administrator (database, hash, now_ms, error)) {
    password_free (password);
    return FALSE;
  }
  *ret_password = password;
  return TRUE;
}
