/* HealthStore: a HealthDb on a thread of its own: what is to be kept goes in, questions are
 * answered later. It watches a HealthBoard: steps and saved rings come by themselves.
 *
 * Main thread; nothing blocks but open and close. What is asked is answered exactly once, on the
 * main context, also when the store is closed meanwhile (with an error). */
#pragma once

#include "server/storage/health_db.h"
#include "signaling/health/board.h"

typedef struct HealthStore HealthStore;

/* Work that waits: 600 rooms add some 70 points a second. Beyond it, the disk does not follow, and
 * points are dropped and counted. */
#define HEALTH_QUEUE_MAX 50000
/* So often what was gathered is written, and what is old is thinned. */
#define HEALTH_FLUSH_S 60
#define HEALTH_THIN_S 3600

/* Opens health.db in @state_dir; NULL: in memory, for tests. Blocking. */
HealthStore *health_store_open (const char *state_dir, GError **error);
/* Writes what is left, the board's last, unfinished steps too; blocking. */
void health_store_close (HealthStore *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HealthStore, health_store_close)

/* Keeps what @board tells from now on. */
void health_store_watch (HealthStore *store, HealthBoard *board);

void health_store_add (HealthStore *store, const char *endpoint, guint step_s, gint64 start_s,
                       const SitePoint *point);
/* (transfer full) */
void health_store_save (HealthStore *store, Evidence *evidence);
/* To what was saved of @endpoint at @at_ms; @headers (lent) are packed and kept with it. */
void health_store_add_headers (HealthStore *store, const char *endpoint, gint64 at_ms,
                               GBytes *headers);
/* Now, not at the next HEALTH_FLUSH_S. */
void health_store_flush (HealthStore *store);
guint health_store_get_dropped (const HealthStore *store);

/* @points (element-type SeriesPoint), @list (Evidence), @evidence: lent; NULL with @error, an
 * evidence also without (there is none). */
typedef void (*HealthSeriesFunc) (gpointer user_data, const GArray *points, const GError *error);
typedef void (*HealthEvidenceListFunc) (gpointer user_data, const GPtrArray *list,
                                        const GError *error);
typedef void (*HealthEvidenceFunc) (gpointer user_data, const Evidence *evidence,
                                    const GError *error);

void health_store_series (HealthStore *store, const SeriesQuery *query, HealthSeriesFunc callback,
                          gpointer user_data);
void health_store_list_evidence (HealthStore *store, const char *endpoint, guint limit,
                                 HealthEvidenceListFunc callback, gpointer user_data);
void health_store_get_evidence (HealthStore *store, gint64 id, HealthEvidenceFunc callback,
                                gpointer user_data);

/* Any work on the database, behind what waits: @work on the store's thread, then @done on the main
 * context. Not longer than a second or two: what is measured waits meanwhile. */
typedef void (*HealthWorkFunc) (HealthDb *db, gpointer data);
typedef void (*HealthDoneFunc) (gpointer data);
void health_store_run (HealthStore *store, HealthWorkFunc work, HealthDoneFunc done, gpointer data);
