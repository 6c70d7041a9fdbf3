/* diemcau user: accounts from the console, for the first ones and for emergencies. */
#include "server/auth/password.h"
#include "server/commands/command.h"
#include "server/commands/console.h"
#include "server/storage/storage_error.h"
#include "server/storage/user_store.h"

#include <stdio.h>
#include <string.h>

#define NAME "user"

static struct {
  char *name;
  char *role;
  char *unit;
  char *endpoint;
  char *email;
  gboolean random;
} given;

static const GOptionEntry entries[] = {
  { "name", 0, 0, G_OPTION_ARG_STRING, &given.name, "add: name of the person or room", "NAME" },
  { "role", 0, 0, G_OPTION_ARG_STRING, &given.role,
    "add: administrator, secretary, technician or endpoint", "ROLE" },
  { "unit", 0, 0, G_OPTION_ARG_STRING, &given.unit,
    "add: where the role holds, with all below; list: only users of it", "CODE" },
  { "endpoint", 0, 0, G_OPTION_ARG_STRING, &given.endpoint, "add: the room of an endpoint user",
    "ID" },
  { "email", 0, 0, G_OPTION_ARG_STRING, &given.email, "add: where invitations are sent",
    "ADDRESS" },
  { "random", 0, 0, G_OPTION_ARG_NONE, &given.random, "add, passwd: make a password and print it",
    NULL },
  G_OPTION_ENTRY_NULL,
};

static const CommandSyntax syntax = {
  .name = NAME,
  .arguments = "add|list|passwd|lock|unlock|remove [LOGIN]",
  .summary = "Accounts: who may log in, with which role, on which part of the tree.",
  .description =
      "  add LOGIN --name NAME --role ROLE [--unit CODE | --endpoint ID] [--email ADDRESS]\n"
      "  list [--unit CODE]\n"
      "  passwd LOGIN    a new password; ends the user's sessions and a lock-out\n"
      "  lock LOGIN      no log-in any more, sessions end; unlock also ends a lock-out\n"
      "  remove LOGIN\n\n"
      "The password is asked for, or read from one line of standard input.",
  .entries = entries,
  .min_arguments = 1,
  .max_arguments = 2,
};

/* Hash of the password asked for or made; the latter also in @ret_made. */
static char *
obtain_hash (const char *login, char **ret_made, GError **error)
{
  char *password = given.random ? password_random () : console_read_password (login, error);
  if (!password)
    return NULL;
  char *hash = password_hash (password, error);
  if (hash && given.random)
    *ret_made = password;
  else
    password_free (password);
  return hash;
}

static gboolean
run_add (Database *database, const char *login, GError **error)
{
  User user = { .login = (char *) login,
                .name = given.name ? given.name : (char *) login,
                .unit = given.unit,
                .endpoint = given.endpoint,
                .email = given.email };
  if (!user_role_parse (given.role, &user.role)) {
    g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_INVALID,
                 "--role must be administrator, secretary, technician or endpoint");
    return FALSE;
  }
  g_autofree char *made = NULL;
  g_autofree char *hash = obtain_hash (login, &made, error);
  if (!hash)
    return FALSE;
  g_autoptr (Transaction) transaction = database_begin (database, error);
  if (!transaction ||
      !user_store_add (database, &user, hash, g_get_real_time () / 1000, NULL, error) ||
      !console_audit (database, "user.added", login, NULL, error) ||
      !transaction_commit (transaction, error))
    return FALSE;
  if (made)
    puts (made);
  return TRUE;
}

static void
print_user (const User *user, gint64 now_ms)
{
  const char *state = user->disabled                   ? "locked"
                      : user->locked_until_ms > now_ms ? "locked out"
                                                       : "";
  printf ("%-20s %-14s %-16s %-10s %s\n", user->login, user_role_name (user->role),
          user->endpoint ? user->endpoint
          : user->unit   ? user->unit
                         : "*",
          state, user->name);
}

static gboolean
run_list (Database *database, const char *login, GError **error)
{
  g_autoptr (GPtrArray) users = user_store_list (database, given.unit, error);
  if (!users)
    return FALSE;
  for (guint i = 0; i < users->len; i++)
    print_user (users->pdata[i], g_get_real_time () / 1000);
  return TRUE;
}

static gboolean
run_passwd (Database *database, const char *login, GError **error)
{
  g_autoptr (User) user = user_store_find (database, login, error);
  if (!user)
    return FALSE;
  g_autofree char *made = NULL;
  g_autofree char *hash = obtain_hash (login, &made, error);
  if (!hash)
    return FALSE;
  g_autoptr (Transaction) transaction = database_begin (database, error);
  if (!transaction || !user_store_set_password_hash (database, user->id, hash, NULL, error) ||
      !console_audit (database, "password.set", login, NULL, error) ||
      !transaction_commit (transaction, error))
    return FALSE;
  if (made)
    puts (made);
  return TRUE;
}

static gboolean
set_disabled (Database *database, const char *login, gboolean disabled, GError **error)
{
  g_autoptr (Transaction) transaction = database_begin (database, error);
  if (!transaction)
    return FALSE;
  g_autoptr (User) user = user_store_find (database, login, error);
  if (!user)
    return FALSE;
  user->disabled = disabled;
  return user_store_update (database, user, error) &&
         user_store_lock (database, user->id, 0, error) &&
         console_audit (database, disabled ? "user.locked" : "user.unlocked", login, NULL, error) &&
         transaction_commit (transaction, error);
}

static gboolean
run_lock (Database *database, const char *login, GError **error)
{
  return set_disabled (database, login, TRUE, error);
}

static gboolean
run_unlock (Database *database, const char *login, GError **error)
{
  return set_disabled (database, login, FALSE, error);
}

static gboolean
run_remove (Database *database, const char *login, GError **error)
{
  g_autoptr (Transaction) transaction = database_begin (database, error);
  if (!transaction)
    return FALSE;
  g_autoptr (User) user = user_store_find (database, login, error);
  return user && user_store_remove (database, user->id, error) &&
         console_audit (database, "user.removed", login, NULL, error) &&
         transaction_commit (transaction, error);
}

typedef struct {
  const char *name;
  gboolean needs_login;
  gboolean (*run) (Database *database, const char *login, GError **error);
} SubCommand;

static const SubCommand sub_commands[] = {
  { "add", TRUE, run_add },   { "list", FALSE, run_list },    { "passwd", TRUE, run_passwd },
  { "lock", TRUE, run_lock }, { "unlock", TRUE, run_unlock }, { "remove", TRUE, run_remove },
};

static const SubCommand *
find_sub_command (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sub_commands); i++)
    if (strcmp (sub_commands[i].name, name) == 0)
      return &sub_commands[i];
  return NULL;
}

int
command_user (int argc, char **argv)
{
  g_autoptr (Settings) settings = NULL;
  if (!command_parse (&syntax, &argc, &argv, &settings))
    return EXIT_USAGE;
  const SubCommand *sub = find_sub_command (argv[1]);
  const char *login = argc > 2 ? argv[2] : NULL;
  if (!sub)
    return command_usage_error (NAME, "\"%s\" is none of add, list, passwd, lock, unlock, remove",
                                argv[1]);
  if (sub->needs_login != !!login)
    return command_usage_error (NAME, sub->needs_login ? "%s needs a LOGIN" : "%s takes no LOGIN",
                                sub->name);
  if (sub->run == run_add && !given.role)
    return command_usage_error (NAME, "add needs --role");
  g_autoptr (GError) error = NULL;
  g_autoptr (Database) database = database_open_in (settings->storage.state_dir, &error);
  if (!database || !sub->run (database, login, &error))
    return command_failure (NAME, "%s", error->message);
  return EXIT_DONE;
}
