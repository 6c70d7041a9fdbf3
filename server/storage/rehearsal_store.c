#include "server/storage/rehearsal_store.h"

#include "server/storage/statement.h"

#include <string.h>

void
rehearsal_site_free (RehearsalSite *site)
{
  if (!site)
    return;
  g_free (site->endpoint);
  g_free (site->name);
  g_free (site->unit_name);
  g_free (site->path);
  g_free (site->branch);
  g_free (site->branch_name);
  g_free (site->technician);
  g_free (site->phone);
  test_run_free (site->run);
  g_free (site->note);
  g_free (site->ticked_by);
  g_free (site);
}

/* --- runs --- */

#define RUN_COLUMNS "r.test, r.at_ms, r.light, r.advice, r.result"

/* From the columns of the present row that begin at @column; NULL when there is no run. */
static TestRun *
run_from_row (Statement *row, int column, const char *endpoint)
{
  if (!statement_text (row, column))
    return NULL;
  TestRun *run = g_new0 (TestRun, 1);
  run->endpoint = g_strdup (endpoint);
  run->test = statement_dup_text (row, column);
  run->at_ms = statement_int (row, column + 1);
  test_light_from_string (statement_text (row, column + 2), &run->light);
  run->advice = statement_dup_text (row, column + 3);
  run->result = statement_dup_text (row, column + 4);
  return run;
}

static gboolean
remove_old_runs (Database *database, const char *meeting, const char *endpoint, GError **error)
{
  return statement_run (database, error, NULL,
                        "DELETE FROM rehearsal_runs WHERE meeting = ?1 AND endpoint = ?2 AND id <="
                        " (SELECT id FROM rehearsal_runs WHERE meeting = ?1 AND endpoint = ?2"
                        " ORDER BY id DESC LIMIT 1 OFFSET ?3)",
                        "tti", meeting, endpoint, (gint64) REHEARSAL_RUNS_KEPT);
}

gboolean
rehearsal_store_add_run (Database *database, const char *meeting, const TestRun *run,
                         GError **error)
{
  g_autoptr (Transaction) transaction = database_begin (database, error);
  return transaction &&
         statement_run (database, error, NULL,
                        "INSERT INTO rehearsal_runs (meeting, endpoint, test, at_ms, light, advice,"
                        " result) VALUES (?, ?, ?, ?, ?, ?, ?)",
                        "tttittt", meeting, run->endpoint, run->test, run->at_ms,
                        test_light_names[run->light], run->advice, run->result) &&
         statement_run (database, error, NULL,
                        "INSERT INTO rehearsal_sites (meeting, endpoint, last_run, runs)"
                        " VALUES (?, ?, ?, 1) ON CONFLICT (meeting, endpoint)"
                        " DO UPDATE SET last_run = excluded.last_run, runs = runs + 1",
                        "tti", meeting, run->endpoint, statement_last_id (database)) &&
         remove_old_runs (database, meeting, run->endpoint, error) &&
         transaction_commit (transaction, error);
}

gboolean
rehearsal_store_load_runs (Database *database, const char *meeting, GPtrArray *runs, GError **error)
{
  g_autoptr (Statement) rows =
      statement_query (database, error,
                       "SELECT s.endpoint, " RUN_COLUMNS " FROM rehearsal_sites s"
                       " JOIN rehearsal_runs r ON r.id = s.last_run WHERE s.meeting = ?",
                       "t", meeting);
  if (!rows)
    return FALSE;
  while (statement_next (rows, error)) {
    TestRun *run = run_from_row (rows, 1, statement_text (rows, 0));
    if (run)
      g_ptr_array_add (runs, run);
  }
  return statement_ok (rows);
}

GPtrArray *
rehearsal_store_list_runs (Database *database, const char *meeting, const char *endpoint,
                           GError **error)
{
  g_autoptr (Statement) rows =
      statement_query (database, error,
                       "SELECT " RUN_COLUMNS " FROM rehearsal_runs r WHERE r.meeting = ?"
                       " AND r.endpoint = ? ORDER BY r.id DESC LIMIT ?",
                       "tti", meeting, endpoint, (gint64) REHEARSAL_RUNS_KEPT);
  if (!rows)
    return NULL;
  g_autoptr (GPtrArray) runs = g_ptr_array_new_with_free_func ((GDestroyNotify) test_run_free);
  while (statement_next (rows, error))
    g_ptr_array_add (runs, run_from_row (rows, 0, endpoint));
  return statement_ok (rows) ? g_steal_pointer (&runs) : NULL;
}

/* --- the board --- */

/* Of @meeting's host: its path, and the names of the units right below it by their codes. */
typedef struct {
  char *path;
  GHashTable *names;
} Branches;

static void
branches_clear (Branches *branches)
{
  g_clear_pointer (&branches->path, g_free);
  g_clear_pointer (&branches->names, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Branches, branches_clear)

static gboolean
branches_load (Database *database, const char *meeting, Branches *branches, GError **error)
{
  g_autoptr (Statement) rows = statement_query (
      database, error,
      "SELECT h.path, b.code, b.name FROM meetings m JOIN units h ON h.code = m.host_unit"
      " LEFT JOIN units b ON b.parent = h.code WHERE m.id = ?",
      "t", meeting);
  branches->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (!rows)
    return FALSE;
  while (statement_next (rows, error)) {
    if (!branches->path)
      branches->path = statement_dup_text (rows, 0);
    if (statement_text (rows, 1))
      g_hash_table_insert (branches->names, statement_dup_text (rows, 1),
                           statement_dup_text (rows, 2));
  }
  return statement_ok (rows);
}

static void
set_branch (RehearsalSite *site, const Branches *branches)
{
  gsize length = branches->path ? strlen (branches->path) : 0;
  if (length == 0 || !g_str_has_prefix (site->path, branches->path))
    return;
  const char *below = site->path + length, *end = strchr (below, '/');
  if (!end)
    return;
  site->branch = g_strndup (below, end - below);
  site->branch_name = g_strdup (g_hash_table_lookup (branches->names, site->branch));
}

static RehearsalSite *
site_from_row (Statement *row, const Branches *branches)
{
  RehearsalSite *site = g_new0 (RehearsalSite, 1);
  const char *note = statement_text (row, 7);
  site->endpoint = statement_dup_text (row, 0);
  site->name = statement_dup_text (row, 1);
  site->unit_name = statement_dup_text (row, 2);
  site->path = statement_dup_text (row, 3);
  site->technician = statement_dup_text (row, 4);
  site->phone = statement_dup_text (row, 5);
  site->runs = (guint) statement_int (row, 6);
  site->note = g_strdup (note ? note : "");
  site->ticked_by = statement_dup_text (row, 8);
  site->ticked_ms = statement_int (row, 9);
  site->run = run_from_row (row, 10, site->endpoint);
  set_branch (site, branches);
  return site;
}

GPtrArray *
rehearsal_store_list (Database *database, const char *meeting, GError **error)
{
  g_auto (Branches) branches = { 0 };
  if (!branches_load (database, meeting, &branches, error))
    return NULL;
  g_autoptr (Statement) rows = statement_query (
      database, error,
      "SELECT e.id, e.name, u.name, u.path, e.technician, e.phone, s.runs, s.note, s.ticked_by,"
      " s.ticked_ms, " RUN_COLUMNS " FROM invites i JOIN endpoints e ON e.id = i.endpoint"
      " JOIN units u ON u.code = e.unit LEFT JOIN rehearsal_sites s ON s.meeting = i.meeting"
      " AND s.endpoint = i.endpoint LEFT JOIN rehearsal_runs r ON r.id = s.last_run"
      " WHERE i.meeting = ? ORDER BY i.position",
      "t", meeting);
  if (!rows)
    return NULL;
  g_autoptr (GPtrArray) sites =
      g_ptr_array_new_with_free_func ((GDestroyNotify) rehearsal_site_free);
  while (statement_next (rows, error))
    g_ptr_array_add (sites, site_from_row (rows, &branches));
  return statement_ok (rows) ? g_steal_pointer (&sites) : NULL;
}

gint64
rehearsal_store_opened_ms (Database *database, const char *meeting)
{
  gint64 opened_ms = 0;
  statement_number (database, NULL, &opened_ms,
                    "SELECT coalesce (max (at_ms), 0) FROM events WHERE meeting = ?"
                    " AND action = 'meeting.state' AND detail = 'rehearsal'",
                    "t", meeting);
  return opened_ms;
}

/* --- what technicians write --- */

gboolean
rehearsal_store_set_note (Database *database, const char *meeting, const char *endpoint,
                          const char *note, GError **error)
{
  return statement_run (database, error, NULL,
                        "INSERT INTO rehearsal_sites (meeting, endpoint, note) VALUES (?, ?, ?)"
                        " ON CONFLICT (meeting, endpoint) DO UPDATE SET note = excluded.note",
                        "ttt", meeting, endpoint, note);
}

gboolean
rehearsal_store_set_tick (Database *database, const char *meeting, const char *endpoint,
                          const char *by, gint64 at_ms, GError **error)
{
  return statement_run (database, error, NULL,
                        "INSERT INTO rehearsal_sites (meeting, endpoint, ticked_by, ticked_ms)"
                        " VALUES (?, ?, ?, ?) ON CONFLICT (meeting, endpoint) DO UPDATE SET"
                        " ticked_by = excluded.ticked_by, ticked_ms = excluded.ticked_ms",
                        "ttti", meeting, endpoint, by, by ? at_ms : (gint64) 0);
}

/* --- opening by itself --- */

GPtrArray *
rehearsal_store_due (Database *database, gint64 now_ms, gint64 until_ms, GError **error)
{
  g_autoptr (Statement) rows = statement_query (
      database, error,
      "SELECT id FROM meetings WHERE starts_ms > ? AND starts_ms <= ? AND state = 'scheduled'"
      " AND rehearsal IS NULL ORDER BY starts_ms, id LIMIT ?",
      "iii", now_ms, until_ms, (gint64) REHEARSAL_DUE_MAX);
  if (!rows)
    return NULL;
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  while (statement_next (rows, error))
    g_ptr_array_add (ids, statement_dup_text (rows, 0));
  return statement_ok (rows) ? g_steal_pointer (&ids) : NULL;
}
