/* Series: meetings that recur.  Each occurrence is a meeting of its own (meetings.series); here is
 * the rule that made them.  Main thread, blocking; see database.h. */
#pragma once
#include "server/storage/schedule_store.h"

typedef struct {
  char *id;
  char *host_unit;
  char *rule; /* RFC 5545 RRULE */
  gint64 first_ms;
  GArray *exceptions; /* gint64: starts left out */
  gint64 created_at_ms;
  char *created_by;
} Series;

Series *series_new (const char *id); /* no exceptions */
void series_free (Series *series);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Series, series_free)

gboolean series_store_add (Database *database, const Series *series, GError **error);
/* Writes rule, first start and exceptions. */
gboolean series_store_update (Database *database, const Series *series, GError **error);
/* NOT_FOUND. */
Series *series_store_get (Database *database, const char *id, GError **error);

/* Ids of its meetings whose occurrence is @from_ms or later, by occurrence; @to_come: only those
 * that have not begun (drafts, scheduled, postponed).  transfer full, of char *. */
GPtrArray *series_store_meetings (Database *database, const char *id, gint64 from_ms,
                                  gboolean to_come, GError **error);
