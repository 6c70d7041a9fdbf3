/* Alarms that rose, and what became of them.  Main thread, blocking; see database.h. */
#pragma once
#include "server/storage/database.h"
#include "signaling/health/alarm_book.h"

#define ALARMS_KEPT_MS (G_GINT64_CONSTANT (400) * 24 * 3600 * 1000)
#define ALARMS_LISTED_MAX 1000

/* Adds it, or writes its changes. */
gboolean alarm_store_put (Database *database, const Alarm *alarm, GError **error);
/* The greatest id given out; 0: none yet. */
gint64 alarm_store_last_id (Database *database);

/* Every member may be left out (NULL, 0). */
typedef struct {
  const char *endpoint, *meeting;
  gint64 from_ms, to_ms; /* raised before @to_ms, not over before @from_ms */
  gboolean open_only;
  guint limit; /* 0: ALARMS_LISTED_MAX */
} AlarmQuery;

/* Newest first (element-type Alarm) (transfer full). */
GPtrArray *alarm_store_list (Database *database, const AlarmQuery *query, GError **error);
gboolean alarm_store_remove_before (Database *database, gint64 before_ms, GError **error);
