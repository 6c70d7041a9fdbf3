#include "server/storage/statement.h"
#include "server/storage/database_private.h"

#include <stdarg.h>

/* Statements of one connection are kept by their text; one that is being stepped through is not
 * given out twice: a second user of the same text gets a throw-away one. */
typedef struct {
  sqlite3_stmt *handle;
  gboolean in_use;
} PreparedStatement;

struct Statement {
  Database *database;
  sqlite3_stmt *handle;
  PreparedStatement *kept; /* NULL: throw-away */
  int result;              /* of the last step */
};

void
prepared_statement_free (gpointer data)
{
  PreparedStatement *prepared = data;
  sqlite3_finalize (prepared->handle);
  g_free (prepared);
}

static sqlite3_stmt *
compile (Database *database, const char *sql, unsigned flags, GError **error)
{
  sqlite3_stmt *handle = NULL;
  if (sqlite3_prepare_v3 (database->handle, sql, -1, flags, &handle, NULL) != SQLITE_OK) {
    database_set_error (database, error, sql);
    return NULL;
  }
  return handle;
}

static Statement *
statement_new (Database *database, const char *sql, GError **error)
{
  PreparedStatement *kept = g_hash_table_lookup (database->statements, sql);
  sqlite3_stmt *handle;
  if (!kept) {
    handle = compile (database, sql, SQLITE_PREPARE_PERSISTENT, error);
    if (!handle)
      return NULL;
    kept = g_new0 (PreparedStatement, 1);
    kept->handle = handle;
    g_hash_table_insert (database->statements, g_strdup (sql), kept);
  } else if (kept->in_use) {
    kept = NULL;
    handle = compile (database, sql, 0, error);
    if (!handle)
      return NULL;
  } else {
    handle = kept->handle;
  }
  if (kept)
    kept->in_use = TRUE;
  Statement *statement = g_new0 (Statement, 1);
  *statement = (Statement){ database, handle, kept, SQLITE_OK };
  return statement;
}

void
statement_free (Statement *statement)
{
  if (!statement)
    return;
  if (statement->kept) {
    sqlite3_reset (statement->handle);
    sqlite3_clear_bindings (statement->handle);
    statement->kept->in_use = FALSE;
  } else {
    sqlite3_finalize (statement->handle);
  }
  g_free (statement);
}

static void
bind (sqlite3_stmt *handle, const char *types, va_list args)
{
  g_assert (sqlite3_bind_parameter_count (handle) == (int) strlen (types));
  for (int i = 0; types[i]; i++) {
    switch (types[i]) {
    case 't': {
      const char *text = va_arg (args, const char *);
      sqlite3_bind_text (handle, i + 1, text, -1, SQLITE_TRANSIENT);
      break;
    }
    case 'i':
      sqlite3_bind_int64 (handle, i + 1, va_arg (args, gint64));
      break;
    default:
      g_assert_not_reached ();
    }
  }
}

static Statement *
statement_query_va (Database *database, GError **error, const char *sql, const char *types,
                    va_list args)
{
  Statement *statement = statement_new (database, sql, error);
  if (statement)
    bind (statement->handle, types, args);
  return statement;
}

Statement *
statement_query (Database *database, GError **error, const char *sql, const char *types, ...)
{
  va_list args;
  va_start (args, types);
  Statement *statement = statement_query_va (database, error, sql, types, args);
  va_end (args);
  return statement;
}

gboolean
statement_next (Statement *statement, GError **error)
{
  statement->result = sqlite3_step (statement->handle);
  if (statement->result == SQLITE_ROW)
    return TRUE;
  if (statement->result != SQLITE_DONE)
    database_set_error (statement->database, error, sqlite3_sql (statement->handle));
  return FALSE;
}

gboolean
statement_ok (Statement *statement)
{
  return statement->result == SQLITE_DONE || statement->result == SQLITE_ROW;
}

const char *
statement_text (Statement *statement, int column)
{
  return (const char *) sqlite3_column_text (statement->handle, column);
}

char *
statement_dup_text (Statement *statement, int column)
{
  return g_strdup (statement_text (statement, column));
}

gint64
statement_int (Statement *statement, int column)
{
  return sqlite3_column_int64 (statement->handle, column);
}

gboolean
statement_run (Database *database, GError **error, gint64 *ret_changes, const char *sql,
               const char *types, ...)
{
  va_list args;
  va_start (args, types);
  g_autoptr (Statement) statement = statement_query_va (database, error, sql, types, args);
  va_end (args);
  if (!statement)
    return FALSE;
  while (statement_next (statement, error))
    ;
  if (!statement_ok (statement))
    return FALSE;
  if (ret_changes)
    *ret_changes = sqlite3_changes64 (database->handle);
  return TRUE;
}

gint64
statement_last_id (Database *database)
{
  return sqlite3_last_insert_rowid (database->handle);
}

gboolean
statement_number (Database *database, GError **error, gint64 *ret_number, const char *sql,
                  const char *types, ...)
{
  va_list args;
  va_start (args, types);
  g_autoptr (Statement) statement = statement_query_va (database, error, sql, types, args);
  va_end (args);
  if (!statement)
    return FALSE;
  if (statement_next (statement, error))
    *ret_number = statement_int (statement, 0);
  return statement_ok (statement);
}
