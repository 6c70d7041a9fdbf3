/* What statement.c and database.c share; nobody else includes it. */
#pragma once
#include "server/storage/database.h"

#include <sqlite3.h>

struct Database {
  sqlite3 *handle;
  GHashTable *statements; /* SQL text -> PreparedStatement */
  guint depth;            /* of nested transactions */
  gboolean broken;        /* an inner transaction rolled back: the outer one must too */
};

/* Sets @error from the state of the connection, the code by the kind of SQLite's error. */
void database_set_error (Database *database, GError **error, const char *doing);
gboolean database_exec (Database *database, const char *sql, GError **error);
void prepared_statement_free (gpointer data);
