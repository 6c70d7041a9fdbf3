/* Prepared statements for the stores of this folder (not for callers outside it).
 *
 *   g_autoptr (Statement) rows = statement_query (database, error, "SELECT ... = ?", "t", a);
 *   while (statement_next (rows, error)) ... statement_text (rows, 0) ...
 *
 * Statements are kept prepared by their text and given back when freed.  Types of the arguments:
 * 't' const char * (NULL is SQL NULL), 'i' gint64 (cast it!). */
#pragma once
#include "server/storage/database.h"

typedef struct Statement Statement;

/* NULL on error. */
Statement *statement_query (Database *database, GError **error, const char *sql, const char *types,
                            ...);
/* TRUE on a row.  FALSE at the end, or on an error: tell them apart by statement_ok (). */
gboolean statement_next (Statement *statement, GError **error);
gboolean statement_ok (Statement *statement);
void statement_free (Statement *statement);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Statement, statement_free)

/* Columns of the present row.  Text is owned by the statement until the next call; NULL for NULL.
 */
const char *statement_text (Statement *statement, int column);
char *statement_dup_text (Statement *statement, int column);
gint64 statement_int (Statement *statement, int column);

/* Runs a write; @ret_changes (or NULL) takes the number of rows changed. */
gboolean statement_run (Database *database, GError **error, gint64 *ret_changes, const char *sql,
                        const char *types, ...);
gint64 statement_last_id (Database *database);
/* First column of the first row; @ret_number is left alone if there is no row.  FALSE only on an
 * error. */
gboolean statement_number (Database *database, GError **error, gint64 *ret_number, const char *sql,
                           const char *types, ...);
