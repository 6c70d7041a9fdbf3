/* What reports on lines read of the database beside the figures: meetings that are over, alarms,
 * names of rooms and the branches that they sit under.  Main thread, blocking; see database.h. */
#pragma once

#include "server/storage/database.h"
#include "signaling/health/alarm_book.h"

/* Of one meeting; more than that at one is a fault of the server's. */
#define LINE_ALARMS_MAX 20000
#define LINE_ENDED_MAX 500

typedef struct {
  char *meeting;
  gint64 ended_ms;
} LineEnded;

/* Meetings that were held and ended in @from_ms..@to_ms, the first ended first, at most
 * LINE_ENDED_MAX (element-type LineEnded) (transfer full). */
GPtrArray *line_query_ended (Database *database, gint64 from_ms, gint64 to_ms, GError **error);

/* Alarms of a meeting, by time (element-type Alarm) (transfer full). */
GPtrArray *line_query_alarms (Database *database, const char *meeting, GError **error);

/* How rooms rehearsed for @meeting, by their last tests: endpoint -> HealthLight as
 * GUINT_TO_POINTER (transfer full); those that did not test themselves are left out. */
GHashTable *line_query_rehearsals (Database *database, const char *meeting);

typedef struct {
  char *endpoint;
  char *name;
  char *unit_name;
  char *branch; /* code of the unit right below the root that it sits under, or of its own unit */
  char *branch_name;
} LineRoom;

/* All rooms of the subtree of @root (NULL: all), in tree order, removed ones too: old meetings had
 * them (element-type LineRoom) (transfer full). */
GPtrArray *line_query_rooms (Database *database, const char *root, GError **error);

/* The name of @root; NULL: of the one unit at the top; "" where there are several (transfer full).
 */
char *line_query_unit_name (Database *database, const char *root);

/* Meetings that are over and began in @from_ms..@to_ms: id -> title (transfer full). */
GHashTable *line_query_titles (Database *database, gint64 from_ms, gint64 to_ms, GError **error);

/* Whether a room of the subtree of @root (NULL: any) was invited to @meeting. */
gboolean line_query_is_invited (Database *database, const char *root, const char *meeting);
