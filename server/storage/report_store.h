/* What reports and statistics read: names of a meeting's sites, sums over many meetings; and the
 * minutes, which are kept version by version.  Main thread, blocking; see database.h. */
#pragma once
#include "server/storage/database.h"

typedef struct {
  char *endpoint;
  char *name;
  char *unit_name;
  char *branch; /* name of the unit below the host that it sits under; "" = directly or outside */
} ReportSiteRow;

/* As invited.  transfer full, of ReportSiteRow. */
GPtrArray *report_store_sites (Database *database, const char *meeting, GError **error);

typedef struct {
  char *unit;
  char *unit_name;
  guint meetings;
  guint sites; /* that came, over all meetings */
  guint64 minutes;
  guint on_time; /* meetings that started no later than STATISTICS_ON_TIME_MS after their time */
} StatisticsRow;

/* A start this long after the booked time still counts as on time. */
#define STATISTICS_ON_TIME_MS (G_GINT64_CONSTANT (5) * 60 * 1000)

/* Ended meetings that began in @from_ms..@to_ms, by host unit in tree order, in the subtree of
 * @root (NULL: all).  transfer full, of StatisticsRow. */
GPtrArray *report_store_statistics (Database *database, const char *root, gint64 from_ms,
                                    gint64 to_ms, GError **error);

#define MINUTES_MAX_BYTES                                                                          \
  (192 * 1024)                   /* some 60 pages; escaped it fits HTTP_LIST_BODY_MAX_BYTES        \
                                  */
#define MINUTES_VERSIONS_MAX 500 /* a save each minute of a long afternoon */

typedef struct {
  gint64 version; /* from 1 */
  char *text;
  char *author; /* login */
  gint64 at_ms;
  gint64 approved_ms; /* 0 = not approved */
  char *approved_by;
} MinutesVersion;

void minutes_version_free (MinutesVersion *minutes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MinutesVersion, minutes_version_free)

/* The newest version; NULL with no error set when there is none yet. */
MinutesVersion *minutes_store_get (Database *database, const char *meeting, GError **error);
/* A given one; NOT_FOUND. */
MinutesVersion *minutes_store_get_version (Database *database, const char *meeting, gint64 version,
                                           GError **error);
/* All without their texts, newest first.  transfer full, of MinutesVersion. */
GPtrArray *minutes_store_list (Database *database, const char *meeting, GError **error);
/* Stores @minutes as the version after @minutes->version (0: the first).  CONFLICT when that is not
 * the newest or the minutes are approved; INVALID when too long or too many versions. */
gboolean minutes_store_add (Database *database, const char *meeting, const MinutesVersion *minutes,
                            GError **error);
/* Approves the newest version, which must be @version: frozen from then on.  CONFLICT. */
gboolean minutes_store_approve (Database *database, const char *meeting, gint64 version,
                                const char *by, gint64 at_ms, GError **error);
