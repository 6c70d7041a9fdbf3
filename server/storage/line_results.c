#include "server/storage/line_results.h"

#include "server/storage/health_db_private.h"

#include <string.h>

void
line_meeting_row_clear (LineMeetingRow *row)
{
  g_clear_pointer (&row->meeting, g_free);
}

/* --- faults as text: "wifi 2 34000 lost 1 4000" --------------------------------------------------
 */

static char *
faults_to_text (const LineFault *faults)
{
  GString *text = g_string_new ("");

  for (LineKind kind = LINE_KIND_NONE + 1; kind < N_LINE_KINDS; kind++)
    if (faults[kind].n > 0)
      g_string_append_printf (text, "%s%s %u %" G_GINT64_FORMAT, text->len > 0 ? " " : "",
                              line_kind_words (kind)->id, faults[kind].n, faults[kind].ms);
  return g_string_free (text, FALSE);
}

static void
faults_from_text (const char *text, LineFault *faults)
{
  if (!text || !*text)
    return;
  g_auto (GStrv) parts = g_strsplit (text, " ", (gint) (3 * N_LINE_KINDS + 1));
  for (guint i = 0; parts[i] && parts[i + 1] && parts[i + 2]; i += 3) {
    LineKind kind = line_kind_from_id (parts[i]);

    faults[kind].n += (guint) g_ascii_strtoull (parts[i + 1], NULL, 10);
    faults[kind].ms += g_ascii_strtoll (parts[i + 2], NULL, 10);
  }
}

/* --- writing ------------------------------------------------------------------------------------
 */

static gboolean
remove_meeting (HealthDb *db, const char *meeting, GError **error)
{
  g_autoptr (HealthRow) rows = health_db_query (db, error,
                                                "DELETE FROM line_results WHERE meeting ="
                                                " (SELECT id FROM line_meetings WHERE meeting = ?)",
                                                "t", meeting);
  if (!health_db_finish (db, rows, error))
    return FALSE;
  g_autoptr (HealthRow) row =
      health_db_query (db, error, "DELETE FROM line_meetings WHERE meeting = ?", "t", meeting);
  return health_db_finish (db, row, error);
}

/* Its id; 0 with @error. */
static gint64
add_meeting (HealthDb *db, const LineMeetingRow *meeting, GError **error)
{
  g_autoptr (HealthRow) row = health_db_query (
      db, error,
      "INSERT INTO line_meetings (meeting, from_ms, to_ms, step_s) VALUES (?, ?, ?, ?)"
      " RETURNING id",
      "tiii", meeting->meeting, meeting->from_ms, meeting->to_ms, (gint64) meeting->step_s);

  return row && health_db_next (db, row, error) ? sqlite3_column_int64 (row, 0) : 0;
}

static gboolean
add_result (HealthDb *db, gint64 meeting, const LineResult *result, GError **error)
{
  const LineFigures *figures = result->figures;
  const LineMoment *worst = &figures->worst;
  g_autofree char *faults = faults_to_text (figures->faults);
  g_autoptr (HealthRow) row = health_db_query (
      db, error,
      "INSERT INTO line_results VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
      " ?, ?, ?)",
      "iiiiiiiiiiiiiiiiiitiiit", meeting, health_db_site (db, result->endpoint, FALSE),
      figures->joined_ms, figures->late_ms, figures->meeting_ms, figures->connected_ms,
      figures->measured_ms, figures->usable_ms, figures->counted_ms, (gint64) figures->breaks,
      (gint64) figures->loss_up_ppm, (gint64) figures->loss_down_ppm,
      (gint64) figures->concealed_ppm, (gint64) figures->rtt_ms, figures->frozen_up_ms,
      figures->frozen_down_ms, worst->at_ms, (gint64) worst->light,
      line_kind_words (worst->kind)->id, (gint64) worst->loss_up, (gint64) worst->loss_down,
      (gint64) figures->rehearsal, faults);

  return health_db_finish (db, row, error);
}

static gboolean
add_all (HealthDb *db, const LineMeetingRow *meeting, const LineResult *results, guint n,
         GError **error)
{
  gint64 id = remove_meeting (db, meeting->meeting, error) ? add_meeting (db, meeting, error) : 0;

  for (guint i = 0; id != 0 && i < n; i++)
    if (!add_result (db, id, &results[i], error))
      return FALSE;
  return id != 0;
}

gboolean
line_results_put (HealthDb *db, const LineMeetingRow *meeting, const LineResult *results, guint n,
                  GError **error)
{
  for (guint i = 0; i < n; i++) /* outside: their numbers stay known if it is taken back */
    health_db_site (db, results[i].endpoint, TRUE);
  if (!health_db_run (db, "BEGIN IMMEDIATE", error))
    return FALSE;
  if (add_all (db, meeting, results, n, error) && health_db_run (db, "COMMIT", error))
    return TRUE;
  health_db_run (db, "ROLLBACK", NULL);
  return FALSE;
}

/* --- reading ------------------------------------------------------------------------------------
 */

#define COLUMNS                                                                                    \
  "m.id, m.meeting, m.from_ms, m.to_ms, m.step_s, e.endpoint, r.joined_ms, r.late_ms,"             \
  " r.meeting_ms, r.connected_ms, r.measured_ms, r.usable_ms, r.counted_ms, r.breaks, r.loss_up, " \
  "r.loss_down,"                                                                                   \
  " r.concealed, r.rtt_ms, r.frozen_up_ms, r.frozen_down_ms, r.worst_ms, r.worst_light,"           \
  " r.worst_kind, r.worst_loss_up, r.worst_loss_down, r.rehearsal, r.faults"

static void
read_figures (HealthRow *row, LineFigures *figures)
{
  memset (figures, 0, sizeof *figures);
  figures->joined_ms = sqlite3_column_int64 (row, 6);
  figures->late_ms = sqlite3_column_int64 (row, 7);
  figures->meeting_ms = sqlite3_column_int64 (row, 8);
  figures->connected_ms = sqlite3_column_int64 (row, 9);
  figures->measured_ms = sqlite3_column_int64 (row, 10);
  figures->usable_ms = sqlite3_column_int64 (row, 11);
  figures->counted_ms = sqlite3_column_int64 (row, 12);
  figures->breaks = (guint) sqlite3_column_int64 (row, 13);
  figures->loss_up_ppm = (guint) sqlite3_column_int64 (row, 14);
  figures->loss_down_ppm = (guint) sqlite3_column_int64 (row, 15);
  figures->concealed_ppm = (guint) sqlite3_column_int64 (row, 16);
  figures->rtt_ms = (guint) sqlite3_column_int64 (row, 17);
  figures->frozen_up_ms = sqlite3_column_int64 (row, 18);
  figures->frozen_down_ms = sqlite3_column_int64 (row, 19);
  figures->worst.at_ms = sqlite3_column_int64 (row, 20);
  figures->worst.light = (guint) sqlite3_column_int64 (row, 21);
  figures->worst.kind = line_kind_from_id ((const char *) sqlite3_column_text (row, 22));
  figures->worst.loss_up = (guint) sqlite3_column_int64 (row, 23);
  figures->worst.loss_down = (guint) sqlite3_column_int64 (row, 24);
  figures->rehearsal = (guint) sqlite3_column_int64 (row, 25);
  faults_from_text ((const char *) sqlite3_column_text (row, 26), figures->faults);
}

/* The meeting of the row, read anew only where it is another one. */
static void
read_meeting (HealthRow *row, gint64 *last_id, LineMeetingRow *meeting)
{
  gint64 id = sqlite3_column_int64 (row, 0);

  if (id == *last_id)
    return;
  *last_id = id;
  g_free (meeting->meeting);
  *meeting = (LineMeetingRow){ g_strdup ((const char *) sqlite3_column_text (row, 1)),
                               sqlite3_column_int64 (row, 2), sqlite3_column_int64 (row, 3),
                               (guint) sqlite3_column_int64 (row, 4) };
}

/* Three shapes: SQLite picks the index by what is asked. */
static HealthRow *
query_results (HealthDb *db, const LineResultsQuery *asked, GError **error)
{
  gint64 to_ms = asked->to_ms > 0 ? asked->to_ms : G_MAXINT64;

  if (asked->meeting)
    return health_db_query (db, error,
                            "SELECT " COLUMNS " FROM line_meetings m"
                            " CROSS JOIN line_results r ON r.meeting = m.id"
                            " JOIN sites e ON e.id = r.site WHERE m.meeting = ?1"
                            " AND (?2 IS NULL OR e.endpoint = ?2)",
                            "tt", asked->meeting, asked->endpoint);
  if (asked->endpoint)
    return health_db_query (db, error,
                            "SELECT " COLUMNS " FROM sites e"
                            " CROSS JOIN line_results r INDEXED BY line_results_site"
                            "  ON r.site = e.id"
                            " CROSS JOIN line_meetings m ON m.id = r.meeting"
                            " WHERE e.endpoint = ? AND m.from_ms >= ? AND m.from_ms < ?"
                            " ORDER BY m.from_ms, m.id",
                            "tii", asked->endpoint, asked->from_ms, to_ms);
  return health_db_query (db, error,
                          "SELECT " COLUMNS " FROM line_meetings m"
                          " CROSS JOIN line_results r ON r.meeting = m.id"
                          " CROSS JOIN sites e ON e.id = r.site"
                          " WHERE m.from_ms >= ? AND m.from_ms < ? ORDER BY m.from_ms, m.id",
                          "ii", asked->from_ms, to_ms);
}

gboolean
line_results_each (HealthDb *db, const LineResultsQuery *asked, LineResultFunc callback,
                   gpointer user_data, GError **error)
{
  g_auto (LineMeetingRow) meeting = { 0 };
  g_autoptr (GError) failed = NULL;
  gint64 last_id = -1;
  g_autoptr (HealthRow) row = query_results (db, asked, error);

  while (row && health_db_next (db, row, &failed)) {
    LineFigures figures;

    read_meeting (row, &last_id, &meeting);
    read_figures (row, &figures);
    callback (user_data, &meeting, (const char *) sqlite3_column_text (row, 5), &figures);
  }
  if (failed)
    g_propagate_error (error, g_steal_pointer (&failed));
  return row && !failed;
}

gboolean
line_results_has (HealthDb *db, const char *meeting)
{
  g_autoptr (HealthRow) row =
      health_db_query (db, NULL, "SELECT 1 FROM line_meetings WHERE meeting = ?", "t", meeting);
  return row && health_db_next (db, row, NULL);
}

GHashTable *
line_results_meetings (HealthDb *db, GError **error)
{
  g_autoptr (GHashTable) set = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GError) failed = NULL;
  g_autoptr (HealthRow) row = health_db_query (db, error, "SELECT meeting FROM line_meetings", "");

  while (row && health_db_next (db, row, &failed))
    g_hash_table_add (set, g_strdup ((const char *) sqlite3_column_text (row, 0)));
  if (failed)
    g_propagate_error (error, g_steal_pointer (&failed));
  return row && !failed ? g_steal_pointer (&set) : NULL;
}

gboolean
line_results_thin (HealthDb *db, gint64 now_s, GError **error)
{
  gint64 before_ms = (now_s - LINE_RESULTS_KEEP_S) * 1000;
  g_autoptr (HealthRow) rows = health_db_query (db, error,
                                                "DELETE FROM line_results WHERE meeting IN"
                                                " (SELECT id FROM line_meetings WHERE from_ms < ?)",
                                                "i", before_ms);
  if (!health_db_finish (db, rows, error))
    return FALSE;
  g_autoptr (HealthRow) row =
      health_db_query (db, error, "DELETE FROM line_meetings WHERE from_ms < ?", "i", before_ms);
  return health_db_finish (db, row, error);
}
