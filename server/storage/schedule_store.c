#include "server/storage/schedule_store.h"

#include "server/storage/group_store.h"
#include "server/storage/json_list.h"
#include "server/storage/meeting_rows.h"
#include "server/storage/statement.h"
#include "server/storage/storage_limits.h"
#include "server/storage/unit_range.h"

#define ID_CHARS 10 /* of 32 characters each: 50 bits, so that ids do not meet */

void
meeting_listing_free (MeetingListing *listing)
{
  if (!listing)
    return;
  meeting_record_free (listing->record);
  g_free (listing);
}

char *
schedule_store_new_id (void)
{
  static const char alphabet[] = "abcdefghijkmnpqrstuvwxyz23456789";
  G_STATIC_ASSERT (sizeof alphabet == 32 + 1);
  char *id = g_malloc0 (ID_CHARS + 1);
  for (int i = 0; i < ID_CHARS; i++)
    id[i] = alphabet[g_random_int_range (0, 32)];
  return id;
}

static void
set_unknown (GError **error, const char *what, const char *id)
{
  g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_NOT_FOUND, "%s %s is not known", what, id);
}

static gboolean
load_endpoints (Database *database, MeetingRecord *record, GError **error)
{
  g_autoptr (Statement) rows = statement_query (
      database, error, "SELECT endpoint FROM invites WHERE meeting = ? ORDER BY position", "t",
      record->id);
  if (!rows)
    return FALSE;
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  while (statement_next (rows, error))
    g_ptr_array_add (ids, statement_dup_text (rows, 0));
  if (!statement_ok (rows))
    return FALSE;
  meeting_record_set_endpoints (record, (const char *const *) ids->pdata, ids->len);
  return TRUE;
}

MeetingRecord *
schedule_store_get (Database *database, const char *id, GError **error)
{
  g_autoptr (Statement) row = statement_query (
      database, error, "SELECT " MEETING_COLUMNS " FROM meetings m WHERE m.id = ?", "t", id);
  if (!row)
    return NULL;
  if (!statement_next (row, error)) {
    if (statement_ok (row))
      set_unknown (error, "meeting", id);
    return NULL;
  }
  g_autoptr (MeetingRecord) record = meeting_rows_take_record (row);
  return load_endpoints (database, record, error) &&
                 meeting_rows_load_lists (database, record, error)
             ? g_steal_pointer (&record)
             : NULL;
}

static gboolean
load_lists (Database *database, const GPtrArray *listings, GError **error)
{
  for (guint i = 0; i < listings->len; i++) {
    const MeetingListing *listing = listings->pdata[i];
    if (!meeting_rows_load_lists (database, listing->record, error))
      return FALSE;
  }
  return TRUE;
}

GPtrArray *
schedule_store_list (Database *database, const MeetingFilter *filter, GError **error)
{
  g_autoptr (UnitRange) seen = unit_range_new (database, filter->seen_from, error);
  if (!seen)
    return NULL;
  g_autoptr (Statement) rows = statement_query (
      database, error,
      "SELECT " MEETING_COLUMNS ", (SELECT count(*) FROM invites i WHERE i.meeting = m.id)"
      " FROM meetings m JOIN units h ON h.code = m.host_unit"
      " WHERE (?1 = 0 OR m.ends_ms >= ?1) AND (?2 = 0 OR m.starts_ms < ?2)"
      " AND (m.state <> 'draft' OR (?8 AND h.path >= ?4 AND h.path < ?5))"
      " AND (?3 IS NULL OR m.state = ?3)"
      " AND ((h.path >= ?4 AND h.path < ?5) OR EXISTS (SELECT 1 FROM invites i"
      "  JOIN endpoints e ON e.id = i.endpoint JOIN units u ON u.code = e.unit"
      "  WHERE i.meeting = m.id AND u.path >= ?4 AND u.path < ?5))"
      " AND (?6 IS NULL OR EXISTS (SELECT 1 FROM invites i"
      "  WHERE i.meeting = m.id AND i.endpoint = ?6))"
      " ORDER BY m.starts_ms, m.id LIMIT ?7",
      "iittttii", filter->from_ms, filter->to_ms, filter->state, seen->low, seen->high,
      filter->seen_endpoint, (gint64) (filter->limit ? filter->limit : LIST_LIMIT_MAX),
      (gint64) filter->drafts);
  if (!rows)
    return NULL;
  g_autoptr (GPtrArray) found =
      g_ptr_array_new_with_free_func ((GDestroyNotify) meeting_listing_free);
  while (statement_next (rows, error)) {
    MeetingListing *listing = g_new0 (MeetingListing, 1);
    listing->record = meeting_rows_take_record (rows);
    listing->n_endpoints = (guint) statement_int (rows, MEETING_N_COLUMNS);
    g_ptr_array_add (found, listing);
  }
  return statement_ok (rows) && load_lists (database, found, error) ? g_steal_pointer (&found)
                                                                    : NULL;
}

static gboolean
check_known (Database *database, const char *what, const char *sql, const char *id, GError **error)
{
  gint64 known = 0;
  if (!statement_number (database, error, &known, sql, "t", id))
    return FALSE;
  if (!known)
    set_unknown (error, what, id);
  return known;
}

#define KNOWN_UNIT "SELECT 1 FROM units WHERE code = ?"
#define KNOWN_ENDPOINT "SELECT 1 FROM endpoints WHERE id = ? AND NOT removed"

static gboolean
check_references (Database *database, const MeetingRecord *record, GError **error)
{
  if (!meeting_record_is_invited (record, record->chair_endpoint)) {
    g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_INVALID,
                 "the chair's endpoint %s is not among the invited", record->chair_endpoint);
    return FALSE;
  }
  if (record->endpoints->len > MEETING_ENDPOINTS_MAX) {
    g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_INVALID, "more than %d endpoints",
                 MEETING_ENDPOINTS_MAX);
    return FALSE;
  }
  return check_known (database, "unit", KNOWN_UNIT, record->host_unit, error);
}

static gboolean
insert_row (Database *database, const MeetingRecord *record, GError **error)
{
  g_autofree char *entry = meeting_rows_entry_text (record);
  return statement_run (
      database, error, NULL,
      "INSERT INTO meetings (id, title, host_unit, chair_endpoint, state, reason, starts_ms,"
      " ends_ms, started_ms, ended_ms, created_ms, created_by, kind, entry, note,"
      " published_ms, series, occurrence_ms)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      "ttttttiiiiittttiti", record->id, record->title, record->host_unit, record->chair_endpoint,
      meeting_state_to_string (record->state), record->reason, record->starts_at_ms,
      record->ends_at_ms, record->started_at_ms, record->ended_at_ms, record->created_at_ms,
      record->created_by ? record->created_by : "", meeting_kind_to_string (record->kind), entry,
      record->note, record->published_at_ms, record->series, record->occurrence_ms);
}

gboolean
schedule_store_add (Database *database, const MeetingRecord *record, GError **error)
{
  g_autoptr (Transaction) transaction = database_begin (database, error);
  return transaction && check_references (database, record, error) &&
         insert_row (database, record, error) &&
         meeting_rows_store_lists (database, record, error) &&
         transaction_commit (transaction, error);
}

gboolean
schedule_store_add_like (Database *database, const MeetingRecord *record, const char *like,
                         GError **error)
{
  g_autoptr (Transaction) transaction = database_begin (database, error);
  return transaction && insert_row (database, record, error) &&
         meeting_rows_copy_lists (database, record->id, like, error) &&
         transaction_commit (transaction, error);
}

/* After an update that touched no row: why. */
static gboolean
fail_unchanged (Database *database, const char *id, GError **error)
{
  if (check_known (database, "meeting", "SELECT 1 FROM meetings WHERE id = ?", id, error))
    g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_CONFLICT,
                 "meeting %s is in another state by now", id);
  return FALSE;
}

gboolean
schedule_store_update (Database *database, const MeetingRecord *record, GError **error)
{
  gint64 changes = 0;
  g_autofree char *entry = meeting_rows_entry_text (record);
  g_autoptr (Transaction) transaction = database_begin (database, error);
  if (!transaction || !check_references (database, record, error) ||
      !statement_run (database, error, &changes,
                      "UPDATE meetings SET title = ?, host_unit = ?, chair_endpoint = ?,"
                      " starts_ms = ?, ends_ms = ?, kind = ?, entry = ?, note = ?, series = ?,"
                      " occurrence_ms = ?"
                      " WHERE id = ? AND state IN ('draft', 'scheduled', 'open', 'postponed')",
                      "tttiittttit", record->title, record->host_unit, record->chair_endpoint,
                      record->starts_at_ms, record->ends_at_ms,
                      meeting_kind_to_string (record->kind), entry, record->note, record->series,
                      record->occurrence_ms, record->id))
    return FALSE;
  if (changes == 0)
    return fail_unchanged (database, record->id, error);
  return meeting_rows_store_lists (database, record, error) &&
         transaction_commit (transaction, error);
}

gboolean
schedule_store_save_state (Database *database, const MeetingRecord *record, MeetingState from,
                           GError **error)
{
  gint64 changes = 0;
  if (!statement_run (database, error, &changes,
                      "UPDATE meetings SET state = ?, reason = ?, starts_ms = ?, ends_ms = ?,"
                      " started_ms = ?, ended_ms = ?, published_ms = ? WHERE id = ? AND state = ?",
                      "ttiiiiitt", meeting_state_to_string (record->state), record->reason,
                      record->starts_at_ms, record->ends_at_ms, record->started_at_ms,
                      record->ended_at_ms, record->published_at_ms, record->id,
                      meeting_state_to_string (from)))
    return FALSE;
  return changes > 0 || fail_unchanged (database, record->id, error);
}

gboolean
schedule_store_remove_draft (Database *database, const char *id, GError **error)
{
  gint64 changes = 0;
  if (!statement_run (database, error, &changes,
                      "DELETE FROM meetings WHERE id = ? AND state = 'draft'", "t", id))
    return FALSE;
  return changes > 0 || fail_unchanged (database, id, error);
}

gboolean
schedule_store_is_invited (Database *database, const char *id, const char *endpoint)
{
  gint64 invited = 0;
  return statement_number (database, NULL, &invited,
                           "SELECT 1 FROM invites WHERE meeting = ? AND endpoint = ?", "tt", id,
                           endpoint) &&
         invited == 1;
}

/* Ids once each, in the order they came. */
typedef struct {
  GHashTable *seen; /* borrows from ids */
  GPtrArray *ids;
} IdSet;

static void
id_set_clear (IdSet *set)
{
  g_hash_table_unref (set->seen);
  g_ptr_array_unref (set->ids);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (IdSet, id_set_clear)

static void
id_set_add (IdSet *set, const char *id)
{
  if (g_hash_table_contains (set->seen, id))
    return;
  char *copy = g_strdup (id);
  g_ptr_array_add (set->ids, copy);
  g_hash_table_add (set->seen, copy);
}

/* The rooms of a unit's subtree; of @levels only, unless that is NULL or empty. */
static gboolean
add_subtree (Database *database, IdSet *set, const char *unit, const char *levels, GError **error)
{
  g_autoptr (UnitRange) range = unit_range_new (database, unit, error);
  if (!range)
    return FALSE;
  g_autoptr (Statement) rows = statement_query (
      database, error,
      "SELECT e.id FROM endpoints e JOIN units u ON u.code = e.unit"
      " WHERE u.path >= ?1 AND u.path < ?2 AND NOT e.removed"
      " AND (?3 IS NULL OR u.level IN (SELECT value FROM json_each (?3))) ORDER BY u.path, e.id",
      "ttt", range->low, range->high, levels);
  if (!rows)
    return FALSE;
  while (statement_next (rows, error))
    id_set_add (set, statement_text (rows, 0));
  return statement_ok (rows);
}

static gboolean
add_groups (Database *database, IdSet *set, const char *const *groups, GError **error)
{
  if (!groups || !*groups)
    return TRUE;
  g_auto (GStrv) ids = group_store_expand (database, groups, error);
  for (guint i = 0; ids && ids[i]; i++)
    id_set_add (set, ids[i]);
  return ids != NULL;
}

static gboolean
add_all (Database *database, IdSet *set, const Participants *who, GError **error)
{
  for (const char *const *id = who->endpoints; id && *id; id++) {
    if (!check_known (database, "endpoint", KNOWN_ENDPOINT, *id, error))
      return FALSE;
    id_set_add (set, *id);
  }
  g_autofree char *levels = who->levels && *who->levels ? json_list_of_strings (who->levels) : NULL;
  for (const char *const *unit = who->units; unit && *unit; unit++)
    if (!add_subtree (database, set, *unit, levels, error))
      return FALSE;
  return add_groups (database, set, who->groups, error);
}

char **
schedule_store_expand (Database *database, const Participants *who, GError **error)
{
  g_auto (IdSet)
      set = { g_hash_table_new (g_str_hash, g_str_equal), g_ptr_array_new_with_free_func (g_free) };
  if (!add_all (database, &set, who, error))
    return NULL;
  if (set.ids->len > MEETING_ENDPOINTS_MAX) {
    g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_INVALID, "more than %d endpoints",
                 MEETING_ENDPOINTS_MAX);
    return NULL;
  }
  g_ptr_array_set_free_func (set.ids, NULL);
  g_ptr_array_add (set.ids, NULL);
  char **ids = (char **) g_ptr_array_steal (set.ids, NULL);
  return ids;
}
