#include "server/storage/health_db.h"

#include "server/storage/health_block.h"
#include "server/storage/health_db_private.h"
#include "server/storage/line_results.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define SCHEMA                                                                                     \
  "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"      \
  "PRAGMA trusted_schema = OFF;"                                                                   \
  "CREATE TABLE IF NOT EXISTS sites (id INTEGER PRIMARY KEY, endpoint TEXT NOT NULL UNIQUE);"      \
  "CREATE TABLE IF NOT EXISTS blocks (step INTEGER NOT NULL, site INTEGER NOT NULL,"               \
  " start INTEGER NOT NULL, points BLOB NOT NULL, PRIMARY KEY (step, site, start))"                \
  " WITHOUT ROWID;"                                                                                \
  "CREATE TABLE IF NOT EXISTS evidence (id INTEGER PRIMARY KEY, endpoint TEXT NOT NULL,"           \
  " meeting TEXT NOT NULL, reason TEXT NOT NULL, at_ms INTEGER NOT NULL, rings BLOB NOT NULL,"     \
  " headers BLOB);"                                                                                \
  "CREATE INDEX IF NOT EXISTS evidence_of ON evidence (endpoint, at_ms);"

/* Blocks that nothing was added to for so long are let go. */
#define IDLE_BLOCKS 2
#define FREED_PAGES "PRAGMA incremental_vacuum (2000)"

typedef struct {
  gint64 site;
  guint step_s;
  gint64 start_s;
  gboolean is_dirty;
  HealthBlock block;
} OpenBlock;

struct HealthDb {
  sqlite3 *handle;
  GHashTable *sites;  /* endpoint -> its id, as gint64 * */
  GPtrArray *open[2]; /* OpenBlock by id of the site, NULL where there is none; fine and coarse */
};

void
evidence_free (Evidence *evidence)
{
  if (evidence == NULL)
    return;
  g_free (evidence->endpoint);
  g_free (evidence->meeting);
  g_free (evidence->reason);
  g_clear_pointer (&evidence->rings, g_bytes_unref);
  g_clear_pointer (&evidence->headers, g_bytes_unref);
  g_free (evidence);
}

/* --- SQLite --------------------------------------------------------------------------------------
 */

void
health_row_free (HealthRow *row)
{
  sqlite3_finalize (row);
}

static gboolean
fail (HealthDb *db, GError **error)
{
  g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_FAILED, "health: %s",
               sqlite3_errmsg (db->handle));
  return FALSE;
}

gboolean
health_db_run (HealthDb *db, const char *sql, GError **error)
{
  return sqlite3_exec (db->handle, sql, NULL, NULL, NULL) == SQLITE_OK || fail (db, error);
}

HealthRow *
health_db_query (HealthDb *db, GError **error, const char *sql, const char *types, ...)
{
  HealthRow *row = NULL;
  va_list arguments;

  if (sqlite3_prepare_v2 (db->handle, sql, -1, &row, NULL) != SQLITE_OK) {
    fail (db, error);
    return NULL;
  }
  va_start (arguments, types);
  for (int i = 0; types[i] != '\0'; i++) {
    if (types[i] == 'i') {
      sqlite3_bind_int64 (row, i + 1, va_arg (arguments, gint64));
    } else if (types[i] == 't') {
      sqlite3_bind_text (row, i + 1, va_arg (arguments, const char *), -1, SQLITE_TRANSIENT);
    } else {
      GBytes *bytes = va_arg (arguments, GBytes *);
      if (bytes != NULL)
        sqlite3_bind_blob64 (row, i + 1, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                             SQLITE_TRANSIENT);
    }
  }
  va_end (arguments);
  return row;
}

gboolean
health_db_next (HealthDb *db, HealthRow *row, GError **error)
{
  int result = sqlite3_step (row);

  if (result == SQLITE_ROW)
    return TRUE;
  if (result != SQLITE_DONE)
    fail (db, error);
  return FALSE;
}

gboolean
health_db_finish (HealthDb *db, HealthRow *row, GError **error)
{
  return row != NULL && (sqlite3_step (row) == SQLITE_DONE || fail (db, error));
}

static GBytes *
column_bytes (HealthRow *row, int column)
{
  if (sqlite3_column_type (row, column) == SQLITE_NULL)
    return NULL;
  return g_bytes_new (sqlite3_column_blob (row, column),
                      (gsize) sqlite3_column_bytes (row, column));
}

/* --- life ----------------------------------------------------------------------------------------
 */

static gboolean
load_sites (HealthDb *db, GError **error)
{
  g_autoptr (HealthRow) row = health_db_query (db, error, "SELECT id, endpoint FROM sites", "");
  g_autoptr (GError) failed = NULL;

  while (row != NULL && health_db_next (db, row, &failed)) {
    gint64 id = sqlite3_column_int64 (row, 0);

    g_hash_table_insert (db->sites, g_strdup ((const char *) sqlite3_column_text (row, 1)),
                         g_memdup2 (&id, sizeof id));
  }
  if (failed != NULL)
    g_propagate_error (error, g_steal_pointer (&failed));
  return row != NULL && failed == NULL;
}

/* Readable by nobody else, and SQLite gives its journals the same mode. No umask: that is the whole
 * process's. */
static void
make_private (const char *path)
{
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd >= 0)
    close (fd); /* what is wrong with the file SQLite will say */
}

HealthDb *
health_db_open (const char *path, GError **error)
{
  g_autoptr (HealthDb) db = g_new0 (HealthDb, 1);

  db->sites = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  db->open[0] = g_ptr_array_new_with_free_func (g_free);
  db->open[1] = g_ptr_array_new_with_free_func (g_free);
  if (path != NULL)
    make_private (path);
  if (sqlite3_open_v2 (path != NULL ? path : ":memory:", &db->handle,
                       SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                       NULL) != SQLITE_OK) {
    fail (db, error);
    return NULL;
  }
  if (!health_db_run (db, SCHEMA, error) || !health_db_run (db, LINE_RESULTS_SCHEMA, error) ||
      !load_sites (db, error))
    return NULL;
  return g_steal_pointer (&db);
}

void
health_db_close (HealthDb *db)
{
  if (db == NULL)
    return;
  if (db->handle != NULL)
    health_db_flush (db, NULL);
  g_hash_table_unref (db->sites);
  g_ptr_array_unref (db->open[0]);
  g_ptr_array_unref (db->open[1]);
  sqlite3_close_v2 (db->handle);
  g_free (db);
}

/* --- writing
 * -------------------------------------------------------------------------------------- */

gint64
health_db_site (HealthDb *db, const char *endpoint, gboolean create)
{
  const gint64 *known = g_hash_table_lookup (db->sites, endpoint);
  gint64 id;

  if (known != NULL)
    return *known;
  if (!create)
    return 0;
  g_autoptr (HealthRow) row =
      health_db_query (db, NULL, "INSERT INTO sites (endpoint) VALUES (?)", "t", endpoint);
  if (!health_db_finish (db, row, NULL))
    return 0;
  id = sqlite3_last_insert_rowid (db->handle);
  g_hash_table_insert (db->sites, g_strdup (endpoint), g_memdup2 (&id, sizeof id));
  return id;
}

static gint64
block_start (guint step_s, gint64 at_s)
{
  gint64 span_s = (gint64) step_s * HEALTH_BLOCK_POINTS;

  return at_s - at_s % span_s;
}

static void
load_block (HealthDb *db, OpenBlock *open)
{
  g_autoptr (HealthRow) row = health_db_query (
      db, NULL, "SELECT points FROM blocks WHERE step = ? AND site = ? AND start = ?", "iii",
      (gint64) open->step_s, open->site, open->start_s);

  if (row != NULL && health_db_next (db, row, NULL) &&
      !health_block_unpack (sqlite3_column_blob (row, 0), (gsize) sqlite3_column_bytes (row, 0),
                            &open->block))
    memset (&open->block, 0, sizeof open->block);
}

static OpenBlock **
place_of (HealthDb *db, gint64 site, guint step_s)
{
  GPtrArray *blocks = db->open[step_s == HEALTH_STEP_COARSE_S];

  if (blocks->len <= site)
    g_ptr_array_set_size (blocks, (gint) site + 1);
  return (OpenBlock **) &blocks->pdata[site];
}

static gboolean
write_block (HealthDb *db, OpenBlock *open, GError **error)
{
  if (!open->is_dirty)
    return TRUE;
  g_autoptr (GBytes) packed = health_block_pack (&open->block);
  g_autoptr (HealthRow) row =
      health_db_query (db, error, "INSERT OR REPLACE INTO blocks VALUES (?, ?, ?, ?)", "iiib",
                       (gint64) open->step_s, open->site, open->start_s, packed);
  open->is_dirty = !health_db_finish (db, row, error);
  return !open->is_dirty;
}

static OpenBlock *
open_block (HealthDb *db, gint64 site, guint step_s, gint64 at_s)
{
  OpenBlock **place = place_of (db, site, step_s);
  gint64 start_s = block_start (step_s, at_s);

  if (*place != NULL && (*place)->start_s == start_s)
    return *place;
  if (*place != NULL)
    write_block (db, *place, NULL);
  g_free (*place);
  *place = g_new0 (OpenBlock, 1);
  (*place)->site = site;
  (*place)->step_s = step_s;
  (*place)->start_s = start_s;
  load_block (db, *place);
  return *place;
}

void
health_db_add (HealthDb *db, const char *endpoint, guint step_s, gint64 start_s,
               const SitePoint *point)
{
  gint64 site = health_db_site (db, endpoint, TRUE);
  OpenBlock *open;
  guint index;

  g_return_if_fail (step_s == HEALTH_STEP_FINE_S || step_s == HEALTH_STEP_COARSE_S);
  if (site == 0)
    return; /* the disk is full, or worse: the next flush says so */
  open = open_block (db, site, step_s, start_s);
  index = (guint) ((start_s - open->start_s) / step_s);
  open->block.points[index] = *point;
  open->block.has |= G_GUINT64_CONSTANT (1) << index;
  open->is_dirty = TRUE;
}

static gboolean
write_all (HealthDb *db, GPtrArray *blocks, GError **error)
{
  for (guint i = 0; i < blocks->len; i++)
    if (blocks->pdata[i] != NULL && !write_block (db, blocks->pdata[i], error))
      return FALSE;
  return TRUE;
}

gboolean
health_db_flush (HealthDb *db, GError **error)
{
  if (!health_db_run (db, "BEGIN IMMEDIATE", error))
    return FALSE;
  if (!write_all (db, db->open[0], error) || !write_all (db, db->open[1], error) ||
      !health_db_run (db, "COMMIT", error)) {
    health_db_run (db, "ROLLBACK", NULL);
    return FALSE;
  }
  return TRUE;
}

/* --- thinning
 * ------------------------------------------------------------------------------------- */

/* Rooms that are not in a meeting any more. */
static void
close_idle (HealthDb *db, gint64 now_s)
{
  for (guint k = 0; k < G_N_ELEMENTS (db->open); k++) {
    for (guint i = 0; i < db->open[k]->len; i++) {
      OpenBlock **place = (OpenBlock **) &db->open[k]->pdata[i];

      if (*place != NULL && !(*place)->is_dirty &&
          now_s - (*place)->start_s > (gint64) IDLE_BLOCKS * (*place)->step_s * HEALTH_BLOCK_POINTS)
        g_clear_pointer (place, g_free);
    }
  }
}

static gboolean
remove_blocks (HealthDb *db, guint step_s, gint64 before_s, GError **error)
{
  GHashTableIter iter;
  gpointer id = NULL;

  g_hash_table_iter_init (&iter, db->sites);
  while (g_hash_table_iter_next (&iter, NULL, &id)) {
    g_autoptr (HealthRow) row =
        health_db_query (db, error, "DELETE FROM blocks WHERE step = ? AND site = ? AND start < ?",
                         "iii", (gint64) step_s, *(gint64 *) id, before_s);

    if (!health_db_finish (db, row, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
remove_evidence (HealthDb *db, gint64 now_s, GError **error)
{
  g_autoptr (HealthRow) row = health_db_query (
      db, error,
      "DELETE FROM evidence WHERE at_ms < ? OR id <= (SELECT id FROM evidence ORDER BY id DESC"
      " LIMIT 1 OFFSET ?)",
      "ii", (now_s - HEALTH_EVIDENCE_KEEP_S) * 1000, (gint64) HEALTH_EVIDENCE_MAX);

  return health_db_finish (db, row, error);
}

gboolean
health_db_thin (HealthDb *db, gint64 now_s, GError **error)
{
  close_idle (db, now_s);
  if (!health_db_run (db, "BEGIN IMMEDIATE", error))
    return FALSE;
  if (!remove_blocks (db, HEALTH_STEP_FINE_S, now_s - HEALTH_KEEP_FINE_S, error) ||
      !remove_blocks (db, HEALTH_STEP_COARSE_S, now_s - HEALTH_KEEP_COARSE_S, error) ||
      !remove_evidence (db, now_s, error) || !line_results_thin (db, now_s, error) ||
      !health_db_run (db, "COMMIT", error)) {
    health_db_run (db, "ROLLBACK", NULL);
    return FALSE;
  }
  return health_db_run (db, FREED_PAGES, error);
}

/* --- series
 * --------------------------------------------------------------------------------------- */

/* Points are merged into buckets as they come. */
typedef struct {
  const SeriesQuery *query;
  gint64 step_s; /* of the answer */
  gint64 bucket_s;
  PointMerge merge;
  GArray *points; /* SeriesPoint */
} Series;

static void
series_end_bucket (Series *series)
{
  SeriesPoint point = { .at_s = series->bucket_s };

  if (point_merge_take (&series->merge, &point.point))
    g_array_append_val (series->points, point);
}

static void
series_add_block (Series *series, const HealthBlock *block, gint64 start_s, guint step_s)
{
  for (guint i = 0; i < HEALTH_BLOCK_POINTS; i++) {
    gint64 at_s = start_s + (gint64) i * step_s;

    if ((block->has >> i & 1) == 0 || at_s < series->query->from_s || at_s >= series->query->to_s)
      continue;
    if (at_s - at_s % series->step_s != series->bucket_s) {
      series_end_bucket (series);
      series->bucket_s = at_s - at_s % series->step_s;
    }
    point_merge_add (&series->merge, &block->points[i]);
  }
}

/* Long spans in longer steps, whole multiples of the step that is kept. */
static gint64
answer_step (const SeriesQuery *asked, guint kept_s)
{
  gint64 span_s = MAX (asked->to_s - asked->from_s, 0);
  gint64 most = (span_s + HEALTH_SERIES_MAX - 1) / HEALTH_SERIES_MAX;
  gint64 step_s = MAX (MAX ((gint64) asked->step_s, most), kept_s);

  return (step_s + kept_s - 1) / kept_s * kept_s;
}

/* Blocks that were not flushed yet are newer than those in the file, or the same and more. */
static gboolean
add_blocks (HealthDb *db, Series *series, gint64 site, guint kept_s, GError **error)
{
  const OpenBlock *open = *place_of (db, site, kept_s);
  gint64 first_s = block_start (kept_s, series->query->from_s);
  g_autoptr (GError) failed = NULL;
  g_autoptr (HealthRow) row =
      health_db_query (db, error,
                       "SELECT start, points FROM blocks WHERE step = ? AND site = ?"
                       " AND start >= ? AND start < ? ORDER BY start",
                       "iiii", (gint64) kept_s, site, first_s, series->query->to_s);

  while (row != NULL && health_db_next (db, row, &failed)) {
    gint64 start_s = sqlite3_column_int64 (row, 0);
    HealthBlock block;

    if (open != NULL && open->start_s == start_s)
      continue;
    if (health_block_unpack (sqlite3_column_blob (row, 1), (gsize) sqlite3_column_bytes (row, 1),
                             &block))
      series_add_block (series, &block, start_s, kept_s);
  }
  if (open != NULL && open->start_s >= first_s)
    series_add_block (series, &open->block, open->start_s, kept_s);
  if (failed != NULL)
    g_propagate_error (error, g_steal_pointer (&failed));
  return row != NULL && failed == NULL;
}

/* A span that is wider than what there is costs no resolution. */
static void
clamp_span (HealthDb *db, SeriesQuery *asked, gint64 site, guint kept_s)
{
  const OpenBlock *open = *place_of (db, site, kept_s);
  gint64 span_s = (gint64) kept_s * HEALTH_BLOCK_POINTS;
  g_autoptr (HealthRow) row =
      health_db_query (db, NULL,
                       "SELECT (SELECT min (start) FROM blocks WHERE step = ?1 AND site = ?2),"
                       " (SELECT max (start) FROM blocks WHERE step = ?1 AND site = ?2)",
                       "ii", (gint64) kept_s, site);
  gint64 first_s = open != NULL ? open->start_s : G_MAXINT64 / 2;
  gint64 last_s = open != NULL ? open->start_s : 0;

  if (row != NULL && health_db_next (db, row, NULL) &&
      sqlite3_column_type (row, 0) != SQLITE_NULL) {
    first_s = MIN (first_s, sqlite3_column_int64 (row, 0));
    last_s = MAX (last_s, sqlite3_column_int64 (row, 1));
  }
  asked->from_s = MAX (asked->from_s, first_s);
  asked->to_s = MIN (asked->to_s, last_s + span_s);
}

GArray *
health_db_series (HealthDb *db, const SeriesQuery *asked, GError **error)
{
  SeriesQuery clamped = *asked;
  guint kept_s = asked->step_s >= HEALTH_STEP_COARSE_S ? HEALTH_STEP_COARSE_S : HEALTH_STEP_FINE_S;
  gint64 site = health_db_site (db, asked->endpoint, FALSE);
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (SeriesPoint));
  Series series = { .query = &clamped, .points = points };

  if (site == 0)
    return g_steal_pointer (&points);
  clamp_span (db, &clamped, site, kept_s);
  series.step_s = answer_step (&clamped, kept_s);
  if (!add_blocks (db, &series, site, kept_s, error))
    return NULL;
  series_end_bucket (&series);
  return g_steal_pointer (&points);
}

/* --- evidence
 * ------------------------------------------------------------------------------------- */

gboolean
health_db_save_evidence (HealthDb *db, Evidence *evidence, GError **error)
{
  g_autoptr (HealthRow) row =
      health_db_query (db, error,
                       "INSERT INTO evidence (endpoint, meeting, reason, at_ms, rings,"
                       " headers) VALUES (?, ?, ?, ?, ?, ?)",
                       "tttibb", evidence->endpoint, evidence->meeting, evidence->reason,
                       evidence->at_ms, evidence->rings, evidence->headers);

  if (!health_db_finish (db, row, error))
    return FALSE;
  evidence->id = sqlite3_last_insert_rowid (db->handle);
  return TRUE;
}

gboolean
health_db_add_headers (HealthDb *db, const char *endpoint, gint64 at_ms, GBytes *headers,
                       GError **error)
{
  g_autoptr (HealthRow) row = health_db_query (
      db, error, "UPDATE evidence SET headers = ? WHERE endpoint = ? AND at_ms = ?", "bti", headers,
      endpoint, at_ms);

  return health_db_finish (db, row, error);
}

static char *
column_text (HealthRow *row, int column)
{
  return g_strdup ((const char *) sqlite3_column_text (row, column));
}

static Evidence *
read_evidence (HealthRow *row)
{
  Evidence *evidence = g_new0 (Evidence, 1);

  evidence->id = sqlite3_column_int64 (row, 0);
  evidence->endpoint = column_text (row, 1);
  evidence->meeting = column_text (row, 2);
  evidence->reason = column_text (row, 3);
  evidence->at_ms = sqlite3_column_int64 (row, 4);
  evidence->has_headers = sqlite3_column_int (row, 5) != 0;
  return evidence;
}

static void
free_evidence (gpointer evidence)
{
  evidence_free (evidence);
}

GPtrArray *
health_db_list_evidence (HealthDb *db, const char *endpoint, guint limit, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (free_evidence);
  g_autoptr (GError) failed = NULL;
  g_autoptr (HealthRow) row =
      health_db_query (db, error,
                       "SELECT id, endpoint, meeting, reason, at_ms,"
                       " headers IS NOT NULL FROM evidence"
                       " WHERE ?1 IS NULL OR endpoint = ?1 ORDER BY id DESC LIMIT ?2",
                       "ti", endpoint, (gint64) limit);

  while (row != NULL && health_db_next (db, row, &failed))
    g_ptr_array_add (list, read_evidence (row));
  if (failed != NULL)
    g_propagate_error (error, g_steal_pointer (&failed));
  return row != NULL && failed == NULL ? g_steal_pointer (&list) : NULL;
}

Evidence *
health_db_get_evidence (HealthDb *db, gint64 id, GError **error)
{
  g_autoptr (HealthRow) row =
      health_db_query (db, error,
                       "SELECT id, endpoint, meeting, reason, at_ms, headers IS NOT NULL,"
                       " rings, headers"
                       " FROM evidence WHERE id = ?",
                       "i", id);
  Evidence *evidence;

  if (row == NULL || !health_db_next (db, row, error))
    return NULL;
  evidence = read_evidence (row);
  evidence->rings = column_bytes (row, 6);
  evidence->headers = column_bytes (row, 7);
  return evidence;
}

gint64
health_db_size (HealthDb *db)
{
  g_autoptr (HealthRow) row = health_db_query (
      db, NULL, "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size", "");

  return row != NULL && health_db_next (db, row, NULL) ? sqlite3_column_int64 (row, 0) : 0;
}
