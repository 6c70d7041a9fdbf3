#include "server/http/rehearsal_board.h"

#include <string.h>

struct RehearsalTable {
  char *meeting;
  gint64 revision; /* of the last change */
  gint64 whole;    /* readers of before this get all rows */
  gint64 read_ms;
  GPtrArray *rows;       /* RehearsalRow, in the order of the booking */
  GHashTable *endpoints; /* endpoint -> RehearsalRow, borrowed */
};

struct RehearsalBoard {
  GPtrArray *tables; /* RehearsalTable, the one read last at the end */
};

/* --- life --- */

static void
row_free (gpointer data)
{
  RehearsalRow *row = data;
  g_free (row->endpoint);
  g_free (row->path);
  g_free (row->branch);
  json_decref (row->json);
  g_free (row->mark);
  g_free (row);
}

static void
table_free (gpointer data)
{
  RehearsalTable *table = data;
  g_free (table->meeting);
  g_hash_table_unref (table->endpoints);
  g_ptr_array_unref (table->rows);
  g_free (table);
}

RehearsalBoard *
rehearsal_board_new (void)
{
  RehearsalBoard *board = g_new0 (RehearsalBoard, 1);
  board->tables = g_ptr_array_new_with_free_func (table_free);
  return board;
}

void
rehearsal_board_free (RehearsalBoard *board)
{
  g_ptr_array_unref (board->tables);
  g_free (board);
}

/* Revisions begin at the time, so that those of a controller that was restarted, or of a table that
 * was dropped, lie behind. */
static RehearsalTable *
table_new (const char *meeting, gint64 now_ms)
{
  RehearsalTable *table = g_new0 (RehearsalTable, 1);
  table->meeting = g_strdup (meeting);
  table->revision = table->whole = now_ms;
  table->rows = g_ptr_array_new_with_free_func (row_free);
  table->endpoints = g_hash_table_new (g_str_hash, g_str_equal);
  return table;
}

static RehearsalTable *
take_table (RehearsalBoard *board, const char *meeting, gint64 now_ms)
{
  for (guint i = 0; i < board->tables->len; i++) {
    RehearsalTable *table = g_ptr_array_index (board->tables, i);
    if (strcmp (table->meeting, meeting) != 0)
      continue;
    g_ptr_array_steal_index (board->tables, i);
    g_ptr_array_add (board->tables, table);
    return table;
  }
  if (board->tables->len == REHEARSAL_TABLES_MAX)
    g_ptr_array_remove_index (board->tables, 0);
  RehearsalTable *table = table_new (meeting, now_ms);
  g_ptr_array_add (board->tables, table);
  return table;
}

/* --- a row --- */

typedef struct {
  gboolean is_connected, is_testing;
  const char *line;
} RoomNow;

static json_t *
advice_to_json (const TestRun *run)
{
  json_t *list = run ? json_loads (run->advice, 0, NULL) : NULL;
  return list ? list : json_array ();
}

json_t *
rehearsal_run_to_json (const TestRun *run)
{
  json_t *result = run ? json_loads (run->result, 0, NULL) : NULL;
  return json_pack ("{s:s, s:o, s:o, s:o}", "light",
                    test_light_names[run ? run->light : TEST_LIGHT_NONE], "advice",
                    advice_to_json (run), "at", run ? json_integer (run->at_ms) : json_null (),
                    "result", result ? result : json_null ());
}

static json_t *
row_to_json (const RehearsalSite *site, const RoomNow *now)
{
  json_t *json =
      json_pack ("{s:s, s:s, s:s, s:s?, s:s?, s:s, s:s}", "endpoint", site->endpoint, "name",
                 site->name, "unit", site->unit_name, "branch", site->branch, "branch_name",
                 site->branch_name, "phone", site->phone, "technician", site->technician);
  json_object_update_new (json, json_pack ("{s:b, s:b, s:i}", "connected", now->is_connected,
                                           "running", now->is_testing, "runs", (int) site->runs));
  json_object_update_new (json, rehearsal_run_to_json (site->run));
  json_object_update_new (
      json, json_pack ("{s:s, s:b, s:s?, s:o, s:s?}", "note", site->note, "ticked",
                       site->ticked_by != NULL, "ticked_by", site->ticked_by, "ticked_at",
                       site->ticked_by ? json_integer (site->ticked_ms) : json_null (),
                       "seat_light", now->line));
  return json;
}

/* Fields apart by a character that no text of ours holds. */
static char *
mark_of (const RehearsalSite *site, const RoomNow *now)
{
  const TestRun *run = site->run;
  return g_strdup_printf ("%s\x1f%s\x1f%s\x1f%s\x1f%s\x1f%s\x1f%s\x1f%s\x1f%u\x1f%s\x1f%s\x1f"
                          "%" G_GINT64_FORMAT "\x1f%d%d%s",
                          site->name, site->unit_name, site->path, site->branch ? site->branch : "",
                          site->branch_name ? site->branch_name : "", site->phone, site->technician,
                          run ? run->test : "", site->runs, site->note,
                          site->ticked_by ? site->ticked_by : "", site->ticked_ms,
                          now->is_connected, now->is_testing, now->line ? now->line : "");
}

static RehearsalRow *
take_row (RehearsalTable *table, const RehearsalSite *site)
{
  RehearsalRow *row = g_hash_table_lookup (table->endpoints, site->endpoint);
  if (row)
    return row;
  row = g_new0 (RehearsalRow, 1);
  row->endpoint = g_strdup (site->endpoint);
  g_hash_table_insert (table->endpoints, row->endpoint, row);
  g_ptr_array_add (table->rows, row);
  return row;
}

/* TRUE: it is another than before. */
static gboolean
update_row (RehearsalRow *row, const RehearsalSite *site, const RoomNow *now)
{
  g_autofree char *mark = mark_of (site, now);
  if (g_strcmp0 (row->mark, mark) == 0)
    return FALSE;
  g_free (row->mark);
  row->mark = g_steal_pointer (&mark);
  g_free (row->path);
  row->path = g_strdup (site->path);
  g_free (row->branch);
  row->branch = g_strdup (site->branch);
  row->is_connected = now->is_connected;
  row->is_testing = now->is_testing;
  row->light = site->run ? site->run->light : TEST_LIGHT_NONE;
  json_decref (row->json);
  row->json = row_to_json (site, now);
  return TRUE;
}

/* --- reading --- */

static void
note_room (gpointer user_data, const RehearsalRoom *room)
{
  RoomNow *now = g_new (RoomNow, 1);
  *now = (RoomNow){ room->is_connected, room->is_testing, room->line };
  g_hash_table_insert (user_data, g_strdup (room->endpoint), now);
}

/* Rows of rooms that are no longer invited go: every reader has to read anew. */
static void
remove_others (RehearsalTable *table, const GPtrArray *sites)
{
  g_autoptr (GHashTable) invited = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < sites->len; i++)
    g_hash_table_add (invited, ((RehearsalSite *) g_ptr_array_index (sites, i))->endpoint);
  for (guint i = table->rows->len; i > 0; i--) {
    const RehearsalRow *row = g_ptr_array_index (table->rows, i - 1);
    if (g_hash_table_contains (invited, row->endpoint))
      continue;
    g_hash_table_remove (table->endpoints, row->endpoint);
    g_ptr_array_remove_index (table->rows, i - 1);
    table->whole = table->revision + 1;
  }
}

static void
update_table (RehearsalTable *table, const GPtrArray *sites, GHashTable *rooms)
{
  static const RoomNow nowhere = { FALSE, FALSE, NULL };
  gint64 next = table->revision + 1;
  if (table->rows->len > 0)
    remove_others (table, sites);
  gboolean has_changed = table->whole == next;
  for (guint i = 0; i < sites->len; i++) {
    const RehearsalSite *site = g_ptr_array_index (sites, i);
    const RoomNow *now = g_hash_table_lookup (rooms, site->endpoint);
    RehearsalRow *row = take_row (table, site);
    if (!update_row (row, site, now ? now : &nowhere))
      continue;
    row->revision = next;
    has_changed = TRUE;
  }
  if (has_changed)
    table->revision = next;
}

RehearsalTable *
rehearsal_board_read (RehearsalBoard *board, const RehearsalRead *read, GError **error)
{
  RehearsalTable *table = take_table (board, read->meeting, read->now_ms);
  gint64 age_ms = read->now_ms - table->read_ms;
  if (!read->is_at_once && age_ms >= 0 && age_ms < REHEARSAL_REFRESH_MS)
    return table;
  g_autoptr (GPtrArray) sites = rehearsal_store_list (read->database, read->meeting, error);
  if (!sites)
    return NULL;
  g_autoptr (GHashTable) rooms = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  meeting_hub_each_room (read->hub, read->meeting, read->now_us, note_room, rooms);
  update_table (table, sites, rooms);
  table->read_ms = read->now_ms;
  return table;
}

gint64
rehearsal_table_revision (const RehearsalTable *table)
{
  return table->revision;
}

gboolean
rehearsal_table_is_new_to (const RehearsalTable *table, gint64 since)
{
  return since < table->whole || since > table->revision;
}

guint
rehearsal_table_n_rows (const RehearsalTable *table)
{
  return table->rows->len;
}

const RehearsalRow *
rehearsal_table_get (const RehearsalTable *table, guint index)
{
  return g_ptr_array_index (table->rows, index);
}

const RehearsalRow *
rehearsal_table_find (const RehearsalTable *table, const char *endpoint)
{
  return g_hash_table_lookup (table->endpoints, endpoint);
}

json_t *
rehearsal_words_to_json (void)
{
  json_t *words = json_object ();
  for (guint i = 0; i < N_TEST_ADVICES; i++) {
    const TestWords *row = test_advice_words ((TestAdvice) i);
    json_object_set_new (words, row->id, json_pack ("{s:s, s:s}", "vi", row->vi, "en", row->en));
  }
  return words;
}
