#include "server/storage/paper_store.h"

#include "server/storage/field.h"
#include "server/storage/statement.h"

#include <string.h>

#define COLUMNS                                                                                    \
  "p.id, p.meeting, p.item, p.name, p.type, p.bytes, ifnull (p.pages, -1), p.sha256, p.added_ms,"  \
  " p.added_by"

void
paper_free (Paper *paper)
{
  if (!paper)
    return;
  g_free (paper->id);
  g_free (paper->meeting);
  g_free (paper->item);
  g_free (paper->name);
  g_free (paper->type);
  g_free (paper->sha256);
  g_free (paper->added_by);
  g_free (paper);
}

static Paper *
take_row (Statement *row)
{
  Paper *paper = g_new0 (Paper, 1);
  paper->id = statement_dup_text (row, 0);
  paper->meeting = statement_dup_text (row, 1);
  paper->item = statement_dup_text (row, 2);
  paper->name = statement_dup_text (row, 3);
  paper->type = statement_dup_text (row, 4);
  paper->bytes = statement_int (row, 5);
  paper->pages = statement_int (row, 6);
  paper->sha256 = statement_dup_text (row, 7);
  paper->added_at_ms = statement_int (row, 8);
  paper->added_by = statement_dup_text (row, 9);
  return paper;
}

static gboolean
fail_unknown (GError **error, const char *what, const char *id)
{
  g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_NOT_FOUND, "%s %s is not known", what, id);
  return FALSE;
}

Paper *
paper_store_get (Database *database, const char *meeting, const char *id, GError **error)
{
  g_autoptr (Statement) row = statement_query (
      database, error, "SELECT " COLUMNS " FROM papers p WHERE p.id = ? AND p.meeting = ?", "tt",
      id, meeting);
  if (!row)
    return NULL;
  if (statement_next (row, error))
    return take_row (row);
  if (statement_ok (row))
    fail_unknown (error, "paper", id);
  return NULL;
}

GPtrArray *
paper_store_list (Database *database, const char *meeting, GError **error)
{
  g_autoptr (Statement) rows = statement_query (
      database, error,
      "SELECT " COLUMNS " FROM papers p WHERE p.meeting = ? ORDER BY p.added_ms, p.rowid", "t",
      meeting);
  if (!rows)
    return NULL;
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify) paper_free);
  while (statement_next (rows, error))
    g_ptr_array_add (found, take_row (rows));
  return statement_ok (rows) ? g_steal_pointer (&found) : NULL;
}

gboolean
paper_store_total (Database *database, const char *meeting, gint64 *ret_bytes, gint64 *ret_n,
                   GError **error)
{
  g_autoptr (Statement) row = statement_query (
      database, error, "SELECT ifnull (sum (bytes), 0), count(*) FROM papers WHERE meeting = ?",
      "t", meeting);
  if (!row || !statement_next (row, error))
    return FALSE;
  *ret_bytes = statement_int (row, 0);
  *ret_n = statement_int (row, 1);
  return TRUE;
}

char *
paper_clean_name (const char *name, GError **error)
{
  const char *slash = strrchr (name, '/'), *backslash = strrchr (name, '\\');
  const char *base = MAX (slash, backslash) ? MAX (slash, backslash) + 1 : name;
  return field_clean_text ("name", base, 1, NAME_MAX_CHARS, error);
}

static gboolean
check_item (Database *database, const Paper *paper, GError **error)
{
  gint64 known = 0;
  if (!paper->item)
    return TRUE;
  return statement_number (database, error, &known,
                           "SELECT 1 FROM agenda WHERE meeting = ? AND item = ?", "tt",
                           paper->meeting, paper->item) &&
         (known == 1 || fail_unknown (error, "item", paper->item));
}

static gboolean
check_place (Database *database, const Paper *paper, GError **error)
{
  gint64 known = 0, bytes = 0, n = 0;
  if (!statement_number (database, error, &known, "SELECT 1 FROM meetings WHERE id = ?", "t",
                         paper->meeting))
    return FALSE;
  if (known != 1)
    return fail_unknown (error, "meeting", paper->meeting);
  return paper_store_total (database, paper->meeting, &bytes, &n, error) &&
         (n < PAPERS_PER_MEETING_MAX ||
          field_fail (error, "papers", "are " G_STRINGIFY (PAPERS_PER_MEETING_MAX) " at most"));
}

gboolean
paper_store_add (Database *database, const Paper *paper, GError **error)
{
  g_autofree char *name = paper_clean_name (paper->name, error);
  g_autoptr (Transaction) transaction = name ? database_begin (database, error) : NULL;
  return transaction && check_place (database, paper, error) &&
         check_item (database, paper, error) &&
         statement_run (database, error, NULL,
                        "INSERT INTO papers (id, meeting, item, name, type, bytes, pages, sha256,"
                        " added_ms, added_by) VALUES (?, ?, ?, ?, ?, ?, nullif (?, -1), ?, ?, ?)",
                        "tttttiitit", paper->id, paper->meeting, paper->item, name, paper->type,
                        paper->bytes, paper->pages, paper->sha256, paper->added_at_ms,
                        paper->added_by) &&
         transaction_commit (transaction, error);
}

gboolean
paper_store_update (Database *database, const Paper *paper, GError **error)
{
  gint64 changes = 0;
  g_autofree char *name = paper_clean_name (paper->name, error);
  g_autoptr (Transaction) transaction = name ? database_begin (database, error) : NULL;
  if (!transaction || !check_item (database, paper, error) ||
      !statement_run (database, error, &changes,
                      "UPDATE papers SET name = ?, item = ? WHERE id = ? AND meeting = ?", "tttt",
                      name, paper->item, paper->id, paper->meeting))
    return FALSE;
  return changes > 0 ? transaction_commit (transaction, error)
                     : fail_unknown (error, "paper", paper->id);
}

gboolean
paper_store_remove (Database *database, const char *meeting, const char *id, GError **error)
{
  gint64 changes = 0;
  if (!statement_run (database, error, &changes, "DELETE FROM papers WHERE id = ? AND meeting = ?",
                      "tt", id, meeting))
    return FALSE;
  return changes > 0 || fail_unknown (error, "paper", id);
}

GHashTable *
paper_store_all_ids (Database *database, GError **error)
{
  g_autoptr (Statement) rows = statement_query (database, error, "SELECT id FROM papers", "");
  if (!rows)
    return NULL;
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  while (statement_next (rows, error))
    g_hash_table_add (ids, statement_dup_text (rows, 0));
  return statement_ok (rows) ? g_steal_pointer (&ids) : NULL;
}
