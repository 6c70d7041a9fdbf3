/* The SQLite file of a controller: WAL, synchronous=FULL, foreign keys, migrations.
 *
 * Life cycle: database_open () makes or migrates the file, every store function takes it first,
 * database_close () ends it.  Owner: the thread that opened it (the main thread); every call
 * blocks, at most for the disk's flush.  A write outside of a transaction commits before its
 * function returns, so what was acknowledged survives a kill -9 and a power cut.
 * All times in this folder are UTC milliseconds since the epoch, passed in; no clock is read. */
#pragma once
#include "server/storage/storage_error.h"

#define DATABASE_FILE "diemcau.db"
#define DATABASE_BUSY_TIMEOUT_MS 5000 /* a command writing beside the controller */

typedef struct Database Database;

/* Opens @path (the file); STORAGE_ERROR_NEWER if a newer program wrote it. */
Database *database_open (const char *path, GError **error);
/* Ensures the state directory and opens DATABASE_FILE in it. */
Database *database_open_in (const char *state_dir, GError **error);
void database_close (Database *database);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Database, database_close)

int database_schema_version (Database *database);

/* A transaction that rolls back when it goes out of scope uncommitted:
 *   g_autoptr (Transaction) transaction = database_begin (database, error);
 *   ... ; return transaction_commit (transaction, error);
 * They nest: only the outermost commits, and one that failed inside makes it fail as a whole.
 * Use one around many writes of one act: a commit costs a disk flush. */
typedef struct Transaction Transaction;
Transaction *database_begin (Database *database, GError **error);
gboolean transaction_commit (Transaction *transaction, GError **error);
void transaction_free (Transaction *transaction);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Transaction, transaction_free)

/* Small facts about the installation ("demo", "created_at").  NULL if never set. */
char *database_get_setting (Database *database, const char *key);
gboolean database_set_setting (Database *database, const char *key, const char *value,
                               GError **error);

/* Writes a consistent copy to @path, which must not exist, while the database is in use. */
gboolean database_backup (Database *database, const char *path, GError **error);
