/* import-units, user and token as an administrator types them: exit status, output, and what
 * stands in storage afterwards. */
#include "server/auth/access_token.h"
#include "server/auth/password.h"
#include "server/commands/command.h"
#include "server/storage/event_store.h"
#include "server/storage/statement.h"
#include "tests/unit/storage/meeting_support.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
  char *directory;
  int status;
  GString *out;
  GString *err;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->directory = temporary_directory ();
  fixture->out = g_string_new (NULL);
  fixture->err = g_string_new (NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  remove_directory (fixture->directory);
  g_free (fixture->directory);
  g_string_free (fixture->out, TRUE);
  g_string_free (fixture->err, TRUE);
}

static void
become_command (const char *input, const char *line, const char *directory, const int ends[3])
{
  g_auto (GStrv) words = NULL;
  g_autofree char *whole = g_strdup_printf ("diemcau %s --state-dir %s", line, directory);
  int argc = 0;
  g_assert_true (g_shell_parse_argv (whole, &argc, &words, NULL));
  for (int i = 0; i < 3; i++)
    dup2 (ends[i], i);
  int status = command_main (argc, words);
  fflush (NULL);
  _exit (status);
}

static void
read_all (int fd, GString *text)
{
  char buffer[4096];
  gssize n;
  g_string_truncate (text, 0);
  while ((n = read (fd, buffer, sizeof buffer)) > 0)
    g_string_append_len (text, buffer, n);
  close (fd);
}

/* Runs the command line in a child with @input on its standard input. */
static int
run (Fixture *fixture, const char *input, const char *line)
{
  int in[2], out[2], err[2];
  g_assert_true (pipe (in) == 0 && pipe (out) == 0 && pipe (err) == 0);
  g_assert_cmpint (write (in[1], input, strlen (input)), ==, strlen (input));
  close (in[1]);
  fflush (NULL);
  pid_t child = fork ();
  if (child == 0) {
    const int ends[] = { in[0], out[1], err[1] };
    close (out[0]);
    close (err[0]);
    become_command (input, line, fixture->directory, ends);
  }
  close (in[0]);
  close (out[1]);
  close (err[1]);
  read_all (out[0], fixture->out);
  read_all (err[0], fixture->err);
  waitpid (child, &fixture->status, 0);
  g_assert_true (WIFEXITED (fixture->status));
  return WEXITSTATUS (fixture->status);
}

static char *
write_file (Fixture *fixture, const char *text)
{
  char *path = g_build_filename (fixture->directory, "units.csv", NULL);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return path;
}

static Database *
open_database (Fixture *fixture)
{
  Database *database = database_open_in (fixture->directory, NULL);
  g_assert_nonnull (database);
  return database;
}

static void
import_tree (Fixture *fixture)
{
  g_autofree char *path = write_file (fixture, test_tree_csv);
  g_autofree char *line = g_strconcat ("import-units ", path, NULL);
  g_assert_cmpint (run (fixture, "", line), ==, 0);
}

static void
test_import (Fixture *fixture, gconstpointer data)
{
  import_tree (fixture);
  g_assert_cmpstr (fixture->out->str, ==, "7 units read: 7 added, 0 updated, 0 unchanged\n");
  import_tree (fixture);
  g_assert_cmpstr (fixture->out->str, ==, "7 units read: 0 added, 0 updated, 7 unchanged\n");
  g_autoptr (Database) database = open_database (fixture);
  g_autoptr (GPtrArray) events = event_store_list (database, NULL, 0, 10, NULL);
  g_assert_cmpuint (events->len, ==, 2);
  g_assert_cmpstr (((Event *) events->pdata[0])->source, ==, "console");
}

static void
test_import_root (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = write_file (fixture, test_tree_csv);
  g_autofree char *line = g_strdup_printf ("import-units %s --root 38", path);
  g_assert_cmpint (run (fixture, "", line), ==, 0);
  g_assert_cmpstr (fixture->out->str, ==, "4 units read: 4 added, 0 updated, 0 unchanged\n");
}

static void
test_import_bad (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = write_file (fixture, "code,parent_code,level,name\na,,x,A\nb,z,x,B\n");
  g_autofree char *line = g_strconcat ("import-units ", path, NULL);
  g_assert_cmpint (run (fixture, "", line), ==, 1);
  g_assert_nonnull (strstr (fixture->err->str, "line 3: its parent unit z is not known"));
  g_assert_cmpint (run (fixture, "", "import-units /no/such/file"), ==, 1);
  g_assert_cmpint (run (fixture, "", "import-units"), ==, 2);
  g_autoptr (Database) database = open_database (fixture);
  g_autoptr (GPtrArray) units = unit_store_list (database, NULL, NULL, NULL);
  g_assert_cmpuint (units->len, ==, 0);
}

static gboolean
has_password (Fixture *fixture, const char *login, const char *password)
{
  g_autoptr (Database) database = open_database (fixture);
  g_autoptr (User) user = user_store_find (database, login, NULL);
  g_assert_nonnull (user);
  g_autofree char *hash = user_store_get_password_hash (database, user->id, NULL);
  return password_verify (hash, password);
}

static void
test_user_add (Fixture *fixture, gconstpointer data)
{
  import_tree (fixture);
  g_assert_cmpint (
      run (fixture, "mật khẩu\r\n", "user add thuky --name 'Thư ký' --role secretary --unit 38"),
      ==, 0);
  g_assert_cmpstr (fixture->out->str, ==, "");
  g_assert_true (has_password (fixture, "thuky", "mật khẩu"));
  g_assert_cmpint (run (fixture, "", "user add kt --role technician --unit 38 --random"), ==, 0);
  g_strchomp (fixture->out->str);
  g_assert_true (has_password (fixture, "kt", fixture->out->str));
  g_assert_cmpint (run (fixture, "", "user list --unit 38"), ==, 0);
  g_assert_nonnull (strstr (fixture->out->str, "Thư ký"));
  g_assert_nonnull (strstr (fixture->out->str, "kt "));
}

static void
test_user_refused (Fixture *fixture, gconstpointer data)
{
  static const struct {
    const char *input;
    const char *line;
    int status;
    const char *text;
  } rows[] = {
    { "", "user", 2, "missing" },
    { "", "user fly", 2, "none of add, list" },
    { "", "user add", 2, "add needs a LOGIN" },
    { "", "user list x", 2, "list takes no LOGIN" },
    { "", "user add x", 2, "add needs --role" },
    { "", "user add x --role king", 1, "--role must be" },
    { "", "user add x --role administrator", 1, "no password on standard input" },
    { "short\n", "user add x --role administrator", 1, "at least 8 characters" },
    { "long enough\n", "user add x --role secretary", 1, "unit is needed" },
    { "long enough\n", "user passwd nobody", 1, "not known" },
    { "", "user lock nobody", 1, "not known" },
    { "", "user remove nobody", 1, "not known" },
    { "", "user list --unit 99", 1, "unit 99 is not known" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_test_message ("%s", rows[i].line);
    g_assert_cmpint (run (fixture, rows[i].input, rows[i].line), ==, rows[i].status);
    g_assert_nonnull (strstr (fixture->err->str, rows[i].text));
  }
}

static void
test_user_life (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpint (run (fixture, "", "user add a --role administrator --random"), ==, 0);
  g_assert_cmpint (run (fixture, "", "user lock a"), ==, 1); /* the last administrator */
  g_assert_cmpint (run (fixture, "", "user add b --role administrator --random"), ==, 0);
  g_assert_cmpint (run (fixture, "", "user lock a"), ==, 0);
  g_assert_cmpint (run (fixture, "", "user list"), ==, 0);
  g_assert_nonnull (strstr (fixture->out->str, "locked"));
  g_assert_cmpint (run (fixture, "", "user unlock a"), ==, 0);
  g_assert_cmpint (run (fixture, "new password\n", "user passwd a"), ==, 0);
  g_assert_true (has_password (fixture, "a", "new password"));
  g_assert_cmpint (run (fixture, "", "user remove b"), ==, 0);
  g_assert_cmpint (run (fixture, "", "user remove a"), ==, 1);
}

static void
prepare_meeting (Fixture *fixture)
{
  const char *const rooms[] = { "38-1", NULL };
  import_tree (fixture);
  g_autoptr (Database) database = open_database (fixture);
  g_autoptr (Endpoint) hall = endpoint_store_add (database, "38", "Hội trường", NULL, NULL, NULL);
  g_assert_cmpstr (hall->id, ==, "38-1");
  add_meeting (database, "m1", rooms);
}

static void
assert_token (Fixture *fixture, const char *line, AccessKind kind, const char *endpoint,
              gint64 hours)
{
  g_assert_cmpint (run (fixture, "", line), ==, 0);
  g_strchomp (fixture->out->str);
  g_autoptr (GBytes) key = access_token_key_load (fixture->directory, NULL);
  gint64 now_s = g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr (AccessToken) token = access_token_verify (fixture->out->str, key, now_s, NULL);
  g_assert_nonnull (token);
  g_assert_cmpstr (token->meeting, ==, "m1");
  g_assert_cmpint (token->kind, ==, kind);
  g_assert_cmpstr (token->endpoint, ==, endpoint);
  g_assert_cmpint (ABS (token->expires_s - now_s - hours * 3600), <, 60);
}

static void
test_token (Fixture *fixture, gconstpointer data)
{
  prepare_meeting (fixture);
  assert_token (fixture, "token --meeting m1 --endpoint 38-1", ACCESS_ROOM, "38-1", 12);
  assert_token (fixture, "token --meeting m1 --viewer --hours 2", ACCESS_VIEWER, "", 2);
}

static void
test_token_refused (Fixture *fixture, gconstpointer data)
{
  static const struct {
    const char *line;
    int status;
  } rows[] = {
    { "token", 2 },
    { "token --meeting m1", 2 },
    { "token --meeting m1 --viewer --endpoint 38-1", 2 },
    { "token --meeting m1 --viewer --hours 0", 2 },
    { "token --meeting m1 --viewer --hours 745", 2 },
    { "token --meeting none --viewer", 1 },
    { "token --meeting m1 --endpoint 100-1", 1 },
  };
  prepare_meeting (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_test_message ("%s", rows[i].line);
    g_assert_cmpint (run (fixture, "", rows[i].line), ==, rows[i].status);
    g_assert_cmpstr (fixture->out->str, ==, "");
  }
}

static void
test_backup (Fixture *fixture, gconstpointer data)
{
  import_tree (fixture);
  g_autofree char *copy = g_build_filename (fixture->directory, "copy.db", NULL);
  g_autofree char *line = g_strconcat ("backup ", copy, NULL);
  g_assert_cmpint (run (fixture, "", line), ==, 0);
  g_assert_cmpint (run (fixture, "", line), ==, 1); /* never over another */
  g_autoptr (Database) database = database_open (copy, NULL);
  g_autoptr (GPtrArray) units = unit_store_list (database, NULL, NULL, NULL);
  g_assert_cmpuint (units->len, ==, 7);
}

static void
test_verify_log (Fixture *fixture, gconstpointer data)
{
  prepare_meeting (fixture);
  g_assert_cmpint (run (fixture, "", "verify-log --meeting none"), ==, 1);
  g_autoptr (Database) database = database_open_in (fixture->directory, NULL);
  for (int i = 0; i < 3; i++) {
    Event event = { .at_ms = i, .meeting = (char *) "m1", .action = (char *) "floor.granted" };
    assert_works (event_store_append (database, &event, error));
  }
  g_clear_pointer (&database, database_close);
  g_assert_cmpint (run (fixture, "", "verify-log"), ==, 0);
  g_assert_cmpstr (fixture->out->str, ==, "ok: 3 events of 1 meetings\n");
  g_assert_cmpint (run (fixture, "", "verify-log --meeting m1"), ==, 0);
  g_assert_nonnull (strstr (fixture->out->str, ", last hash "));
  database = database_open_in (fixture->directory, NULL);
  assert_works (statement_run (database, error, NULL, "DELETE FROM events WHERE at_ms = 1", ""));
  g_clear_pointer (&database, database_close);
  g_assert_cmpint (run (fixture, "", "verify-log"), ==, 1);
  g_assert_true (g_str_has_prefix (fixture->out->str, "broken: meeting m1, event "));
  g_assert_cmpint (run (fixture, "", "verify-log --nonsense"), ==, 2);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/commands/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("import", test_import);
  ADD ("import-root", test_import_root);
  ADD ("import-bad", test_import_bad);
  ADD ("user-add", test_user_add);
  ADD ("user-refused", test_user_refused);
  ADD ("user-life", test_user_life);
  ADD ("backup", test_backup);
  ADD ("verify-log", test_verify_log);
  ADD ("token", test_token);
  ADD ("token-refused", test_token_refused);
  return g_test_run ();
}
