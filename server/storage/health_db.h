/* HealthDb: how the lines were: SQLite in a file of its own, so that its writes never wait in the
 * way of what must not be lost. Losing its last minute is no harm: synchronous=NORMAL.
 *
 * Points of one step are kept in blocks of HEALTH_BLOCK_POINTS, packed (health_block.h): a row per
 * site and block. Owner: one thread (health_store.h); every call blocks. Times are UTC seconds. */
#pragma once

#include "server/storage/storage_error.h"
#include "signaling/health/point.h"

#define HEALTH_DB_FILE "health.db"

/* What is kept of each step; older is removed by health_db_thin (). */
#define HEALTH_STEP_FINE_S 10
#define HEALTH_STEP_COARSE_S 60
#define HEALTH_KEEP_FINE_S (7 * 24 * 3600)
#define HEALTH_KEEP_COARSE_S (366 * 24 * 3600)
/* Saved rings: as many and as long as somebody may still ask. */
#define HEALTH_EVIDENCE_MAX 2000
#define HEALTH_EVIDENCE_KEEP_S (90 * 24 * 3600)
/* Of one answer: a year by the minute of a room that is on eight hours a day is 120,000. */
#define HEALTH_SERIES_MAX 4000

typedef struct HealthDb HealthDb;

typedef struct {
  gint64 at_s;
  SitePoint point;
} SeriesPoint;

typedef struct {
  const char *endpoint;
  guint step_s; /* of the answer: a multiple of a step that is kept */
  gint64 from_s, to_s;
} SeriesQuery;

typedef struct {
  gint64 id; /* 0 = not stored yet */
  char *endpoint, *meeting, *reason;
  gint64 at_ms;
  GBytes *rings;        /* evidence.h; NULL in lists */
  GBytes *headers;      /* RTP headers of late (pipelines/relay/header_ring.h), packed; or NULL */
  gboolean has_headers; /* known in lists too */
} Evidence;
void evidence_free (Evidence *evidence);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Evidence, evidence_free)

/* @path NULL: in memory. */
HealthDb *health_db_open (const char *path, GError **error);
/* Writes what is left. */
void health_db_close (HealthDb *db);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HealthDb, health_db_close)

/* Kept in memory until the next flush. @step_s: one of those that are kept. */
void health_db_add (HealthDb *db, const char *endpoint, guint step_s, gint64 start_s,
                    const SitePoint *point);
/* One transaction. */
gboolean health_db_flush (HealthDb *db, GError **error);
gboolean health_db_thin (HealthDb *db, gint64 now_s, GError **error);

/* (element-type SeriesPoint) ascending, at most HEALTH_SERIES_MAX (merged into longer steps if
 * there are more); unflushed ones too. transfer full. */
GArray *health_db_series (HealthDb *db, const SeriesQuery *query, GError **error);

/* Sets its id. */
gboolean health_db_save_evidence (HealthDb *db, Evidence *evidence, GError **error);
/* To the one of @endpoint that was saved at @at_ms; none: nothing happens. */
gboolean health_db_add_headers (HealthDb *db, const char *endpoint, gint64 at_ms, GBytes *headers,
                                GError **error);
/* Newest first, without their rings; @endpoint NULL: of all. transfer full. */
GPtrArray *health_db_list_evidence (HealthDb *db, const char *endpoint, guint limit,
                                    GError **error);
/* NULL without @error: there is none. transfer full. */
Evidence *health_db_get_evidence (HealthDb *db, gint64 id, GError **error);

/* Bytes of the file. */
gint64 health_db_size (HealthDb *db);
