#include "server/storage/database.h"

#include "server/storage/database_private.h"
#include "server/storage/migrations.h"
#include "server/storage/state_directory.h"
#include "server/storage/statement.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

#define APPLICATION_ID 0x446d6375 /* "Dmcu": tells our files from other SQLite files */
#define BACKUP_STEP_PAGES 256

static int
error_code (int extended)
{
  switch (extended) {
  case SQLITE_CONSTRAINT_UNIQUE:
  case SQLITE_CONSTRAINT_PRIMARYKEY:
    return STORAGE_ERROR_EXISTS;
  case SQLITE_CONSTRAINT_FOREIGNKEY:
    return STORAGE_ERROR_IN_USE;
  case SQLITE_CONSTRAINT_CHECK:
  case SQLITE_CONSTRAINT_NOTNULL:
    return STORAGE_ERROR_INVALID;
  default:
    return STORAGE_ERROR_FAILED;
  }
}

void
database_set_error (Database *database, GError **error, const char *doing)
{
  g_set_error (error, STORAGE_ERROR, error_code (sqlite3_extended_errcode (database->handle)),
               "database: %s (%.120s)", sqlite3_errmsg (database->handle), doing);
}

gboolean
database_exec (Database *database, const char *sql, GError **error)
{
  if (sqlite3_exec (database->handle, sql, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;
  database_set_error (database, error, sql);
  return FALSE;
}

static gboolean
migrate_one (Database *database, int version, GError **error)
{
  g_autoptr (Transaction) transaction = database_begin (database, error);
  if (!transaction)
    return FALSE;
  /* Another process may have taken this step while we waited for the write lock. */
  if (database_schema_version (database) >= version)
    return transaction_commit (transaction, error);
  g_autofree char *set = g_strdup_printf ("PRAGMA user_version = %d", version);
  if (!database_exec (database, migrations[version - 1].sql, error) ||
      !database_exec (database, set, error)) {
    g_prefix_error (error, "migration %d (%s): ", version, migrations[version - 1].name);
    return FALSE;
  }
  return transaction_commit (transaction, error);
}

static gboolean
check_file (Database *database, const char *path, GError **error)
{
  gint64 id = 0, tables = 0;
  if (!statement_number (database, error, &id, "PRAGMA application_id", "") ||
      !statement_number (database, error, &tables, "SELECT count(*) FROM sqlite_schema", ""))
    return FALSE;
  int version = database_schema_version (database);
  if (id != APPLICATION_ID && (tables > 0 || version > 0)) {
    g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_INVALID, "%s is a database of another program",
                 path);
    return FALSE;
  }
  if (version > n_migrations) {
    g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_NEWER,
                 "%s has schema version %d, this program knows up to %d: it was written by a newer "
                 "diemcau; install that one, or restore a backup",
                 path, version, n_migrations);
    return FALSE;
  }
  return TRUE;
}

static gboolean
prepare_file (Database *database, const char *path, GError **error)
{
  sqlite3_extended_result_codes (database->handle, 1);
  sqlite3_busy_timeout (database->handle, DATABASE_BUSY_TIMEOUT_MS);
  if (!check_file (database, path, error) ||
      !database_exec (database,
                      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                      "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;",
                      error))
    return FALSE;
  if (database_schema_version (database) == 0 &&
      !database_exec (database, "PRAGMA application_id = " G_STRINGIFY (APPLICATION_ID), error))
    return FALSE;
  for (int version = database_schema_version (database) + 1; version <= n_migrations; version++)
    if (!migrate_one (database, version, error))
      return FALSE;
  return TRUE;
}

Database *
database_open (const char *path, GError **error)
{
  g_autoptr (Database) database = g_new0 (Database, 1);
  database->statements =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, prepared_statement_free);
  int result =
      sqlite3_open_v2 (path, &database->handle,
                       SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
  if (result != SQLITE_OK) {
    g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_FAILED, "%s: %s", path,
                 sqlite3_errstr (result));
    return NULL;
  }
  if (!prepare_file (database, path, error)) {
    g_prefix_error (error, "%s: ", path);
    return NULL;
  }
  return g_steal_pointer (&database);
}

Database *
database_open_in (const char *state_dir, GError **error)
{
  if (!state_directory_ensure (state_dir, error))
    return NULL;
  g_autofree char *path = g_build_filename (state_dir, DATABASE_FILE, NULL);
  mode_t before = umask (0077);
  Database *database = database_open (path, error);
  umask (before);
  return database;
}

void
database_close (Database *database)
{
  if (!database)
    return;
  g_hash_table_unref (database->statements);
  sqlite3_close_v2 (database->handle);
  g_free (database);
}

int
database_schema_version (Database *database)
{
  gint64 version = 0;
  statement_number (database, NULL, &version, "PRAGMA user_version", "");
  return (int) version;
}

struct Transaction {
  Database *database;
  gboolean done;
};

Transaction *
database_begin (Database *database, GError **error)
{
  if (database->depth == 0) {
    if (!database_exec (database, "BEGIN IMMEDIATE", error))
      return NULL;
    database->broken = FALSE;
  }
  database->depth++;
  Transaction *transaction = g_new0 (Transaction, 1);
  transaction->database = database;
  return transaction;
}

static void
roll_back (Database *database)
{
  /* Some errors (a full disk) make SQLite roll back by itself. */
  if (!sqlite3_get_autocommit (database->handle))
    sqlite3_exec (database->handle, "ROLLBACK", NULL, NULL, NULL);
}

gboolean
transaction_commit (Transaction *transaction, GError **error)
{
  Database *database = transaction->database;
  g_assert (!transaction->done);
  if (database->depth > 1) {
    transaction->done = TRUE;
    database->depth--;
    return TRUE;
  }
  if (database->broken) {
    g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_FAILED,
                 "database: a part of the transaction failed");
    return FALSE;
  }
  if (!database_exec (database, "COMMIT", error))
    return FALSE;
  transaction->done = TRUE;
  database->depth--;
  return TRUE;
}

void
transaction_free (Transaction *transaction)
{
  if (!transaction)
    return;
  Database *database = transaction->database;
  if (!transaction->done) {
    database->broken = TRUE;
    if (--database->depth == 0)
      roll_back (database);
  }
  g_free (transaction);
}

char *
database_get_setting (Database *database, const char *key)
{
  g_autoptr (Statement) row =
      statement_query (database, NULL, "SELECT value FROM settings WHERE key = ?", "t", key);
  return row && statement_next (row, NULL) ? statement_dup_text (row, 0) : NULL;
}

gboolean
database_set_setting (Database *database, const char *key, const char *value, GError **error)
{
  return statement_run (database, error, NULL,
                        "INSERT INTO settings (key, value) VALUES (?, ?)"
                        " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                        "tt", key, value);
}

gboolean
database_backup (Database *database, const char *path, GError **error)
{
  if (g_file_test (path, G_FILE_TEST_EXISTS)) {
    g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_EXISTS, "%s is there already", path);
    return FALSE;
  }
  mode_t before = umask (0077);
  sqlite3 *copy = NULL;
  int result = sqlite3_open (path, &copy);
  umask (before);
  if (result == SQLITE_OK) {
    sqlite3_backup *backup = sqlite3_backup_init (copy, "main", database->handle, "main");
    do
      result = backup ? sqlite3_backup_step (backup, BACKUP_STEP_PAGES) : sqlite3_errcode (copy);
    while (result == SQLITE_OK || result == SQLITE_BUSY || result == SQLITE_LOCKED);
    if (backup)
      sqlite3_backup_finish (backup);
  }
  sqlite3_close (copy);
  if (result == SQLITE_DONE)
    return TRUE;
  g_unlink (path);
  g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_FAILED, "%s: %s", path, sqlite3_errstr (result));
  return FALSE;
}
