#include "server/storage/database.h"
#include "server/storage/migrations.h"
#include "server/storage/statement.h"
#include "tests/unit/storage/storage_support.h"

#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static gint64
count_settings (Database *database)
{
  gint64 count = -1;
  assert_works (statement_number (database, error, &count, "SELECT count(*) FROM settings", ""));
  return count;
}

static void
set (Database *database, const char *key)
{
  assert_works (database_set_setting (database, key, "x", error));
}

static void
test_open (void)
{
  g_auto (TestStore) store = test_store_empty ();
  g_assert_cmpint (database_schema_version (store.database), >=, 3);
  gint64 value = 0;
  assert_works (statement_number (store.database, error, &value, "PRAGMA foreign_keys", ""));
  g_assert_cmpint (value, ==, 1);
  assert_works (statement_number (store.database, error, &value, "PRAGMA synchronous", ""));
  g_assert_cmpint (value, ==, 2); /* FULL */
  g_autoptr (Statement) mode = statement_query (store.database, NULL, "PRAGMA journal_mode", "");
  g_assert_true (statement_next (mode, NULL));
  g_assert_cmpstr (statement_text (mode, 0), ==, "wal");
}

static void
test_open_again (void)
{
  g_auto (TestStore) store = test_store_empty ();
  set (store.database, "kept");
  database_close (store.database);
  store.database = database_open_in (store.directory, NULL);
  g_autofree char *kept = database_get_setting (store.database, "kept");
  g_assert_cmpstr (kept, ==, "x");
  g_autofree char *none = database_get_setting (store.database, "none");
  g_assert_null (none);
}

/* Another program's work on the closed file. */
static void
edit_file (TestStore *store, const char *sql)
{
  database_close (store->database);
  store->database = NULL;
  g_autofree char *path = g_build_filename (store->directory, DATABASE_FILE, NULL);
  sqlite3 *handle;
  g_assert_cmpint (sqlite3_open (path, &handle), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (handle, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (handle);
}

static void
test_newer (void)
{
  g_auto (TestStore) store = test_store_empty ();
  edit_file (&store, "PRAGMA user_version = 9999");
  g_autoptr (GError) error = NULL;
  g_assert_null (database_open_in (store.directory, &error));
  g_assert_error (error, STORAGE_ERROR, STORAGE_ERROR_NEWER);
  g_assert_nonnull (strstr (error->message, "9999"));
}

static void
test_foreign_file (void)
{
  g_auto (TestStore) store = test_store_empty ();
  edit_file (&store, "PRAGMA application_id = 7");
  assert_fails (database_open_in (store.directory, error), STORAGE_ERROR_INVALID);
  g_autofree char *path = g_build_filename (store.directory, DATABASE_FILE, NULL);
  g_unlink (path);
  g_assert_true (g_file_set_contents (path, "this is no database at all, but text", -1, NULL));
  assert_fails (database_open_in (store.directory, error), STORAGE_ERROR_FAILED);
}

/* The closed file as a program of @version left it. */
static void
make_older (TestStore *store, int version)
{
  g_autoptr (GString) sql = g_string_new (NULL);
  database_close (store->database);
  g_autofree char *path = g_build_filename (store->directory, DATABASE_FILE, NULL);
  g_unlink (path);
  store->database = database_open_in (store->directory, NULL); /* its marks and its mode */
  g_autoptr (Statement) tables =
      statement_query (store->database, NULL,
                       "SELECT name FROM sqlite_schema WHERE type = 'table'"
                       " AND name NOT LIKE 'sqlite_%'",
                       "");
  g_string_append (sql, "PRAGMA foreign_keys = OFF;");
  while (statement_next (tables, NULL))
    g_string_append_printf (sql, "DROP TABLE \"%s\";", statement_text (tables, 0));
  g_clear_pointer (&tables, statement_free);
  for (int i = 0; i < version; i++)
    g_string_append (sql, migrations[i].sql);
  g_string_append_printf (sql, ";PRAGMA user_version = %d", version);
  edit_file (store, sql->str);
}

/* A file of each older version comes up to date. */
static void
test_migrate_from_older (void)
{
  g_auto (TestStore) store = test_store_empty ();
  for (int version = 1; version < n_migrations; version++) {
    make_older (&store, version);
    store.database = database_open_in (store.directory, NULL);
    g_test_message ("from version %d", version);
    g_assert_nonnull (store.database);
    g_assert_cmpint (database_schema_version (store.database), ==, n_migrations);
  }
}

static void
test_failing_migration_changes_nothing (void)
{
  g_auto (TestStore) store = test_store_empty ();
  g_autofree char *as_it_was = g_strdup_printf ("PRAGMA user_version = %d", n_migrations);
  edit_file (&store, "PRAGMA user_version = 2"); /* its tables are there already */
  assert_fails (database_open_in (store.directory, error), STORAGE_ERROR_FAILED);
  edit_file (&store, as_it_was);
  store.database = database_open_in (store.directory, NULL);
  g_assert_nonnull (store.database);
}

static void
test_transaction (void)
{
  g_auto (TestStore) store = test_store_empty ();
  Database *database = store.database;
  gint64 before = count_settings (database);
  {
    g_autoptr (Transaction) transaction = database_begin (database, NULL);
    g_assert_nonnull (transaction);
    set (database, "a");
    g_assert_cmpint (count_settings (database), ==, before + 1);
  } /* out of scope: rolled back */
  g_assert_cmpint (count_settings (database), ==, before);
  {
    g_autoptr (Transaction) outer = database_begin (database, NULL);
    set (database, "a");
    g_autoptr (Transaction) inner = database_begin (database, NULL);
    set (database, "b");
    assert_works (transaction_commit (inner, error));
    assert_works (transaction_commit (outer, error));
  }
  g_assert_cmpint (count_settings (database), ==, before + 2);
}

static void
test_inner_failure_fails_all (void)
{
  g_auto (TestStore) store = test_store_empty ();
  Database *database = store.database;
  gint64 before = count_settings (database);
  {
    g_autoptr (Transaction) outer = database_begin (database, NULL);
    set (database, "a");
    {
      g_autoptr (Transaction) inner = database_begin (database, NULL);
      g_assert_nonnull (inner);
      set (database, "b");
    }
    assert_fails (transaction_commit (outer, error), STORAGE_ERROR_FAILED);
  }
  g_assert_cmpint (count_settings (database), ==, before);
  g_autoptr (Transaction) next = database_begin (database, NULL);
  assert_works (transaction_commit (next, error));
}

static void
test_statement (void)
{
  g_auto (TestStore) store = test_store_empty ();
  const char *sql = "SELECT value FROM settings WHERE key = ?";
  set (store.database, "a");
  g_autoptr (Statement) first = statement_query (store.database, NULL, sql, "t", "a");
  g_autoptr (Statement) second = statement_query (store.database, NULL, sql, "t", "none");
  g_assert_true (statement_next (first, NULL)); /* two of one text do not disturb each other */
  g_assert_false (statement_next (second, NULL));
  g_assert_true (statement_ok (second));
  g_assert_cmpstr (statement_text (first, 0), ==, "x");
  assert_fails (statement_query (store.database, error, "SELECT nonsense", ""),
                STORAGE_ERROR_FAILED);
  assert_fails (statement_run (store.database, error, NULL,
                               "INSERT INTO settings (key, value) VALUES ('a', '')", ""),
                STORAGE_ERROR_EXISTS);
  gint64 number = 42;
  assert_works (statement_number (store.database, error, &number,
                                  "SELECT 1 FROM settings WHERE key = ?", "t", "none"));
  g_assert_cmpint (number, ==, 42);
}

static void
test_backup (void)
{
  g_auto (TestStore) store = test_store_empty ();
  set (store.database, "kept");
  g_autofree char *path = g_build_filename (store.directory, "copy.db", NULL);
  assert_works (database_backup (store.database, path, error));
  assert_fails (database_backup (store.database, path, error), STORAGE_ERROR_EXISTS);
  g_autoptr (Database) copy = database_open (path, NULL);
  g_autofree char *kept = database_get_setting (copy, "kept");
  g_assert_cmpstr (kept, ==, "x");
  struct stat info;
  g_assert_cmpint (stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0077, ==, 0);
  assert_fails (database_backup (store.database, "/nowhere/copy.db", error), STORAGE_ERROR_FAILED);
}

/* The child acknowledges each row by one byte once the write returned, until it is killed. */
static void
write_until_killed (const char *directory, int acknowledge)
{
  g_autoptr (Database) database = database_open_in (directory, NULL);
  if (!database)
    _exit (1);
  for (int i = 0;; i++) {
    g_autofree char *key = g_strdup_printf ("%d", i);
    if (!database_set_setting (database, key, "x", NULL) || write (acknowledge, "x", 1) != 1)
      _exit (1);
  }
}

static void
test_kill (void)
{
  g_autofree char *directory = temporary_directory ();
  int ends[2];
  g_assert_cmpint (pipe (ends), ==, 0);
  pid_t child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0) {
    close (ends[0]);
    write_until_killed (directory, ends[1]);
  }
  close (ends[1]);
  guint acknowledged = 0;
  char byte;
  while (acknowledged < 40 && read (ends[0], &byte, 1) == 1)
    acknowledged++;
  kill (child, SIGKILL);
  waitpid (child, NULL, 0);
  while (read (ends[0], &byte, 1) == 1) /* those said before the signal came */
    acknowledged++;
  close (ends[0]);
  g_assert_cmpuint (acknowledged, >=, 40);
  {
    g_autoptr (Database) database = database_open_in (directory, NULL);
    g_assert_nonnull (database);
    for (guint i = 0; i < acknowledged; i++) {
      g_autofree char *key = g_strdup_printf ("%u", i);
      g_autofree char *value = database_get_setting (database, key);
      g_assert_cmpstr (value, ==, "x");
    }
  }
  remove_directory (directory);
}

/* A command beside the controller: each sees what the other committed, at once. */
static void
test_two_processes (void)
{
  g_auto (TestStore) store = test_store_empty ();
  g_autoptr (Database) other = database_open_in (store.directory, NULL);
  set (other, "from-command");
  g_autofree char *seen = database_get_setting (store.database, "from-command");
  g_assert_cmpstr (seen, ==, "x");
  g_autoptr (Transaction) writing = database_begin (other, NULL);
  set (other, "half");
  g_autofree char *half = database_get_setting (store.database, "half");
  g_assert_null (half); /* readers are neither stopped nor shown what may be undone */
  assert_works (transaction_commit (writing, error));
  g_autofree char *whole = database_get_setting (store.database, "half");
  g_assert_cmpstr (whole, ==, "x");
}

static void
kill_in_the_middle (guint rows_done, guint rows, gpointer user_data)
{
  if (rows_done < rows)
    kill (getpid (), SIGKILL);
}

static char *
units_file (gsize *ret_size)
{
  g_autofree char *path =
      g_test_build_filename (G_TEST_DIST, "config", "units-vietnam-2025.csv", NULL);
  char *text = NULL;
  g_assert_true (g_file_get_contents (path, &text, ret_size, NULL));
  return text;
}

/* Killed in the middle of an import: all of it or nothing. */
static void
test_kill_in_import (void)
{
  gsize size;
  g_autofree char *text = units_file (&size);
  g_auto (TestStore) store = test_store_with_tree ();
  g_clear_pointer (&store.database, database_close);
  pid_t child = fork ();
  if (child == 0) {
    g_autoptr (Database) database = database_open_in (store.directory, NULL);
    UnitImportOptions options = { .progress = kill_in_the_middle };
    unit_store_import (database, text, size, &options, NULL, NULL);
    _exit (0);
  }
  int status = 0;
  waitpid (child, &status, 0);
  g_assert_true (WIFSIGNALED (status));
  store.database = database_open_in (store.directory, NULL);
  g_autoptr (GPtrArray) units = unit_store_list (store.database, NULL, NULL, NULL);
  g_assert_cmpuint (units->len, ==, 7);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/database/open", test_open);
  g_test_add_func ("/database/open-again", test_open_again);
  g_test_add_func ("/database/newer", test_newer);
  g_test_add_func ("/database/foreign-file", test_foreign_file);
  g_test_add_func ("/database/migrate-from-older", test_migrate_from_older);
  g_test_add_func ("/database/failing-migration", test_failing_migration_changes_nothing);
  g_test_add_func ("/database/transaction", test_transaction);
  g_test_add_func ("/database/inner-failure", test_inner_failure_fails_all);
  g_test_add_func ("/database/statement", test_statement);
  g_test_add_func ("/database/backup", test_backup);
  g_test_add_func ("/database/kill", test_kill);
  g_test_add_func ("/database/two-processes", test_two_processes);
  g_test_add_func ("/database/kill-in-import", test_kill_in_import);
  return g_test_run ();
}
