#include "server/storage/line_query.h"

#include "server/storage/rehearsal_store.h"
#include "server/storage/statement.h"
#include "server/storage/unit_range.h"

#include <string.h>

/* --- meetings -----------------------------------------------------------------------------------
 */

static void
ended_free (gpointer data)
{
  LineEnded *ended = data;

  g_free (ended->meeting);
  g_free (ended);
}

GPtrArray *
line_query_ended (Database *database, gint64 from_ms, gint64 to_ms, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (ended_free);
  g_autoptr (Statement) rows =
      statement_query (database, error,
                       "SELECT id, ended_ms FROM meetings WHERE state = 'ended' AND started_ms > 0"
                       " AND ended_ms >= ? AND ended_ms < ? ORDER BY ended_ms LIMIT ?",
                       "iii", from_ms, to_ms, (gint64) LINE_ENDED_MAX);

  if (!rows)
    return NULL;
  while (statement_next (rows, error)) {
    LineEnded *ended = g_new0 (LineEnded, 1);
    ended->meeting = statement_dup_text (rows, 0);
    ended->ended_ms = statement_int (rows, 1);
    g_ptr_array_add (list, ended);
  }
  return statement_ok (rows) ? g_steal_pointer (&list) : NULL;
}

GHashTable *
line_query_titles (Database *database, gint64 from_ms, gint64 to_ms, GError **error)
{
  g_autoptr (GHashTable) titles = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (Statement) rows = statement_query (
      database, error,
      "SELECT id, title FROM meetings WHERE state = 'ended' AND started_ms > 0 AND started_ms >= ?"
      " AND started_ms < ?",
      "ii", from_ms, to_ms);

  if (!rows)
    return NULL;
  while (statement_next (rows, error)) {
    char *id = statement_dup_text (rows, 0);
    g_hash_table_insert (titles, id, statement_dup_text (rows, 1));
  }
  return statement_ok (rows) ? g_steal_pointer (&titles) : NULL;
}

gboolean
line_query_is_invited (Database *database, const char *root, const char *meeting)
{
  gint64 is_invited = 0;
  g_autoptr (UnitRange) range = unit_range_new (database, root, NULL);

  return range &&
         statement_number (database, NULL, &is_invited,
                           "SELECT 1 FROM invites i JOIN endpoints e ON e.id = i.endpoint"
                           " JOIN units u ON u.code = e.unit WHERE i.meeting = ?"
                           " AND u.path >= ? AND u.path < ? LIMIT 1",
                           "ttt", meeting, range->low, range->high) &&
         is_invited;
}

/* --- alarms -------------------------------------------------------------------------------------
 */

GPtrArray *
line_query_alarms (Database *database, const char *meeting, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) alarm_free);
  g_autoptr (Statement) rows =
      statement_query (database, error,
                       "SELECT endpoint, severity, kind, raised_ms, cleared_ms FROM alarms"
                       " WHERE meeting = ? ORDER BY raised_ms LIMIT ?",
                       "ti", meeting, (gint64) LINE_ALARMS_MAX);

  if (!rows)
    return NULL;
  while (statement_next (rows, error)) {
    Alarm *alarm = g_new0 (Alarm, 1);
    alarm->endpoint = statement_dup_text (rows, 0);
    alarm->severity = statement_int (rows, 1) == ALARM_CRITICAL ? ALARM_CRITICAL : ALARM_WARNING;
    alarm->kind = statement_dup_text (rows, 2);
    alarm->raised_ms = statement_int (rows, 3);
    alarm->cleared_ms = statement_int (rows, 4);
    g_ptr_array_add (list, alarm);
  }
  return statement_ok (rows) ? g_steal_pointer (&list) : NULL;
}

/* --- rehearsals ---------------------------------------------------------------------------------
 */

static HealthLight
light_of (TestLight light)
{
  static const HealthLight lights[] = {
    [TEST_LIGHT_NONE] = HEALTH_LIGHT_UNKNOWN,
    [TEST_LIGHT_GOOD] = HEALTH_LIGHT_GOOD,
    [TEST_LIGHT_FAIR] = HEALTH_LIGHT_FAIR,
    [TEST_LIGHT_BAD] = HEALTH_LIGHT_POOR,
  };
  return lights[light];
}

static void
free_run (gpointer run)
{
  test_run_free (run);
}

GHashTable *
line_query_rehearsals (Database *database, const char *meeting)
{
  GHashTable *lights = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) runs = g_ptr_array_new_with_free_func (free_run);

  rehearsal_store_load_runs (database, meeting, runs, NULL);
  for (guint i = 0; i < runs->len; i++) {
    const TestRun *run = runs->pdata[i];
    g_hash_table_replace (lights, g_strdup (run->endpoint),
                          GUINT_TO_POINTER (light_of (run->light)));
  }
  return lights;
}

/* --- rooms --------------------------------------------------------------------------------------
 */

static void
room_free (gpointer data)
{
  LineRoom *room = data;

  g_free (room->endpoint);
  g_free (room->name);
  g_free (room->unit_name);
  g_free (room->branch);
  g_free (room->branch_name);
  g_free (room);
}

/* What of @path all of @paths begin with, in whole codes. */
static gsize
common_prefix (const GPtrArray *paths)
{
  const char *first = paths->len > 0 ? paths->pdata[0] : "";
  gsize length = strlen (first);

  for (guint i = 1; i < paths->len; i++) {
    const char *path = paths->pdata[i];
    gsize same = 0;

    while (same < length && path[same] == first[same])
      same++;
    length = same;
  }
  while (length > 0 && first[length - 1] != '/')
    length--;
  return length;
}

/* The code behind the prefix that all have, or the last one of a room that sits at its end. */
static char *
branch_of (const char *path, gsize prefix)
{
  const char *from = path + prefix;

  if (*from == '\0') {
    from = path + MAX (strlen (path), 1) - 1;
    while (from > path && from[-1] != '/')
      from--;
  }
  return g_strndup (from, strcspn (from, "/"));
}

char *
line_query_unit_name (Database *database, const char *root)
{
  g_autoptr (Statement) row = statement_query (
      database, NULL, "SELECT name FROM units WHERE code = ?1 OR (?1 IS NULL AND parent IS NULL)",
      "t", root);
  g_autofree char *name =
      row && statement_next (row, NULL) ? statement_dup_text (row, 0) : g_strdup ("");

  return row && statement_next (row, NULL) ? g_strdup ("") : g_steal_pointer (&name);
}

static GHashTable *
unit_names (Database *database, const UnitRange *range, GError **error)
{
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (Statement) rows =
      statement_query (database, error, "SELECT code, name FROM units WHERE path >= ? AND path < ?",
                       "tt", range->low, range->high);

  if (!rows)
    return NULL;
  while (statement_next (rows, error)) {
    char *code = statement_dup_text (rows, 0);
    g_hash_table_insert (names, code, statement_dup_text (rows, 1));
  }
  return statement_ok (rows) ? g_steal_pointer (&names) : NULL;
}

static void
set_branches (const GPtrArray *rooms, const GPtrArray *paths, GHashTable *names)
{
  gsize prefix = common_prefix (paths);

  for (guint i = 0; i < rooms->len; i++) {
    LineRoom *room = rooms->pdata[i];
    const char *name;

    room->branch = branch_of (paths->pdata[i], prefix);
    name = g_hash_table_lookup (names, room->branch);
    room->branch_name = g_strdup (name ? name : room->branch);
  }
}

GPtrArray *
line_query_rooms (Database *database, const char *root, GError **error)
{
  g_autoptr (UnitRange) range = unit_range_new (database, root, error);
  g_autoptr (GHashTable) names = range ? unit_names (database, range, error) : NULL;
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) rooms = g_ptr_array_new_with_free_func (room_free);

  if (!names)
    return NULL;
  g_autoptr (Statement) rows =
      statement_query (database, error,
                       "SELECT e.id, e.name, u.name, u.path FROM endpoints e"
                       " JOIN units u ON u.code = e.unit WHERE u.path >= ? AND u.path < ?"
                       " ORDER BY u.path, e.id",
                       "tt", range->low, range->high);
  if (!rows)
    return NULL;
  while (statement_next (rows, error)) {
    LineRoom *room = g_new0 (LineRoom, 1);
    room->endpoint = statement_dup_text (rows, 0);
    room->name = statement_dup_text (rows, 1);
    room->unit_name = statement_dup_text (rows, 2);
    g_ptr_array_add (paths, statement_dup_text (rows, 3));
    g_ptr_array_add (rooms, room);
  }
  if (!statement_ok (rows))
    return NULL;
  set_branches (rooms, paths, names);
  return g_steal_pointer (&rooms);
}
