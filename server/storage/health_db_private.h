/* What the tables of health.db share (folder-private): statements on its own thread. */
#pragma once

#include "server/storage/health_db.h"

#include <sqlite3.h>

typedef sqlite3_stmt HealthRow;
void health_row_free (HealthRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HealthRow, health_row_free)

/* Types: 'i' gint64, 't' const char *, 'b' GBytes * (NULL is NULL). NULL on error. */
HealthRow *health_db_query (HealthDb *db, GError **error, const char *sql, const char *types, ...);
/* TRUE on a row; FALSE at the end, or with @error. */
gboolean health_db_next (HealthDb *db, HealthRow *row, GError **error);
/* Runs a write, of which NULL is none. */
gboolean health_db_finish (HealthDb *db, HealthRow *row, GError **error);
gboolean health_db_run (HealthDb *db, const char *sql, GError **error);
/* Of `sites`; 0: it is not known, and @create is FALSE or it cannot be made. */
gint64 health_db_site (HealthDb *db, const char *endpoint, gboolean create);
