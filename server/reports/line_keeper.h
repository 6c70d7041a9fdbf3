/* LineKeeper: makes the results of lines of each meeting that is over, once: soon after its end, or
 * after the program was started again.  Reports on months and years stand on these.
 *
 * Main thread; the work is the health store's. */
#pragma once

#include "server/storage/database.h"
#include "server/storage/health_store.h"

/* After the end of a meeting, until its last steps and alarms have come. */
#define LINE_SETTLE_MS (60 * G_GINT64_CONSTANT (1000))

typedef struct LineKeeper LineKeeper;

/* @database, @store: outlive it. */
LineKeeper *line_keeper_new (Database *database, HealthStore *store);
void line_keeper_free (LineKeeper *keeper);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LineKeeper, line_keeper_free)

/* Every few seconds: at most one meeting at a time. */
void line_keeper_tick (LineKeeper *keeper, gint64 now_ms);
/* So many were made. */
guint line_keeper_get_made (const LineKeeper *keeper);
