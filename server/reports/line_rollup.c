#include "server/reports/line_rollup.h"

typedef struct {
  guint index; /* in `seen` */
  char *name, *unit_name, *branch, *branch_name;
} Room;

/* What a row needs while it grows. */
typedef struct {
  LineRow *row;       /* the report's */
  guint8 *seen;       /* by room: it is in the row */
  guint last_meeting; /* number of the one that was added last; 0 = none */
} Group;

struct LineRollup {
  LineReport *report;
  GTimeZone *zone;
  GHashTable *rooms;  /* endpoint -> Room */
  GHashTable *titles; /* or NULL */
  GHashTable *groups; /* key -> Group */
  Group total;
  /* the meeting that results come of */
  gint64 meeting_ms;
  char *meeting;
  char *period; /* its month or year */
  guint n_meetings;
};

static void
room_free (gpointer data)
{
  Room *room = data;
  g_free (room->name);
  g_free (room->unit_name);
  g_free (room->branch);
  g_free (room->branch_name);
  g_free (room);
}

static void
group_free (gpointer data)
{
  Group *group = data;
  g_free (group->seen);
  g_free (group);
}

LineRollup *
line_rollup_new (LineGroup group, GTimeZone *zone, gint64 tolerance_ms)
{
  LineRollup *rollup = g_new0 (LineRollup, 1);
  rollup->report = line_report_new (group);
  rollup->report->tolerance_ms = tolerance_ms;
  rollup->zone = g_time_zone_ref (zone);
  rollup->rooms = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, room_free);
  rollup->groups = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, group_free);
  rollup->total.row = &rollup->report->total;
  return rollup;
}

void
line_rollup_free (LineRollup *rollup)
{
  if (!rollup)
    return;
  line_report_free (rollup->report);
  g_time_zone_unref (rollup->zone);
  g_hash_table_unref (rollup->rooms);
  g_hash_table_unref (rollup->groups);
  g_clear_pointer (&rollup->titles, g_hash_table_unref);
  g_free (rollup->total.seen);
  g_free (rollup->meeting);
  g_free (rollup->period);
  g_free (rollup);
}

void
line_rollup_add_room (LineRollup *rollup, const char *endpoint, const char *name,
                      const char *unit_name, const char *branch, const char *branch_name)
{
  Room *room = g_new0 (Room, 1);
  room->index = g_hash_table_size (rollup->rooms);
  room->name = g_strdup (name);
  room->unit_name = g_strdup (unit_name);
  room->branch = g_strdup (branch);
  room->branch_name = g_strdup (branch_name);
  g_hash_table_replace (rollup->rooms, g_strdup (endpoint), room);
}

void
line_rollup_set_titles (LineRollup *rollup, GHashTable *titles)
{
  rollup->titles = g_hash_table_ref (titles);
}

/* --- which row ----------------------------------------------------------------------------------
 */

static void
set_meeting (LineRollup *rollup, const LineMeetingRow *meeting)
{
  if (g_strcmp0 (rollup->meeting, meeting->meeting) == 0)
    return;
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (meeting->from_ms / 1000);
  g_autoptr (GDateTime) local = utc ? g_date_time_to_timezone (utc, rollup->zone) : NULL;

  g_free (rollup->meeting);
  g_free (rollup->period);
  rollup->meeting = g_strdup (meeting->meeting);
  rollup->meeting_ms = meeting->from_ms;
  rollup->period =
      local ? g_date_time_format (local, rollup->report->group == LINE_BY_YEAR ? "%Y" : "%Y-%m")
            : g_strdup ("");
  rollup->n_meetings++;
}

static const char *
key_of (const LineRollup *rollup, const char *endpoint, const Room *room)
{
  switch (rollup->report->group) {
  case LINE_BY_SITE:
    return endpoint;
  case LINE_BY_BRANCH:
    return room->branch;
  case LINE_BY_MEETING:
    return rollup->meeting;
  default:
    return rollup->period;
  }
}

static LineRow *
new_row (const LineRollup *rollup, const char *key, const Room *room)
{
  const char *title = rollup->titles ? g_hash_table_lookup (rollup->titles, key) : NULL;
  LineRow *row;

  switch (rollup->report->group) {
  case LINE_BY_SITE:
    return line_row_new (key, room->name, room->unit_name, room->branch_name);
  case LINE_BY_BRANCH:
    return line_row_new (key, room->branch_name, "", "");
  case LINE_BY_MEETING:
    row = line_row_new (key, title ? title : key, "", "");
    row->at_ms = rollup->meeting_ms;
    return row;
  default:
    return line_row_new (key, key, "", "");
  }
}

static Group *
group_of (LineRollup *rollup, const char *endpoint, const Room *room)
{
  const char *key = key_of (rollup, endpoint, room);
  Group *group = g_hash_table_lookup (rollup->groups, key);

  if (group)
    return group;
  group = g_new0 (Group, 1);
  group->row = new_row (rollup, key, room);
  g_ptr_array_add (rollup->report->rows, group->row);
  g_hash_table_insert (rollup->groups, g_strdup (key), group);
  return group;
}

/* --- adding -------------------------------------------------------------------------------------
 */

static void
count (const LineRollup *rollup, Group *group, const Room *room)
{
  if (!group->seen)
    group->seen = g_new0 (guint8, g_hash_table_size (rollup->rooms));
  group->row->sites += !group->seen[room->index];
  group->seen[room->index] = 1;
  group->row->meetings += group->last_meeting != rollup->n_meetings;
  group->last_meeting = rollup->n_meetings;
}

void
line_rollup_add (LineRollup *rollup, const LineMeetingRow *meeting, const char *endpoint,
                 const LineFigures *figures)
{
  const Room *room = g_hash_table_lookup (rollup->rooms, endpoint);

  if (!room)
    return;
  set_meeting (rollup, meeting);
  Group *group = group_of (rollup, endpoint, room);
  line_sum_add (&group->row->sum, figures, rollup->report->tolerance_ms);
  count (rollup, group, room);
  count (rollup, &rollup->total, room);
}

LineReport *
line_rollup_finish (LineRollup *rollup)
{
  line_report_finish (rollup->report);
  return g_steal_pointer (&rollup->report);
}
