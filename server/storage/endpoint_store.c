#include "server/storage/endpoint_store.h"

#include "server/storage/field.h"
#include "server/storage/fold.h"
#include "server/storage/statement.h"
#include "server/storage/unit_range.h"

#include <string.h>

#define ENDPOINT_QUERY                                                                             \
  "SELECT e.id, e.unit, u.name, e.name, e.technician, e.phone, e.email, e.folded, u.folded,"       \
  " e.down_kbps, e.up_kbps"                                                                        \
  " FROM endpoints e JOIN units u ON u.code = e.unit"

void
endpoint_free (Endpoint *endpoint)
{
  if (!endpoint)
    return;
  g_free (endpoint->id);
  g_free (endpoint->unit);
  g_free (endpoint->unit_name);
  g_free (endpoint->name);
  g_free (endpoint->technician);
  g_free (endpoint->phone);
  g_free (endpoint->email);
  g_free (endpoint);
}

static Endpoint *
endpoint_from_row (Statement *row)
{
  Endpoint *endpoint = g_new0 (Endpoint, 1);
  endpoint->id = statement_dup_text (row, 0);
  endpoint->unit = statement_dup_text (row, 1);
  endpoint->unit_name = statement_dup_text (row, 2);
  endpoint->name = statement_dup_text (row, 3);
  endpoint->technician = statement_dup_text (row, 4);
  endpoint->phone = statement_dup_text (row, 5);
  endpoint->email = statement_dup_text (row, 6);
  endpoint->down_kbps = (guint) statement_int (row, 9);
  endpoint->up_kbps = (guint) statement_int (row, 10);
  return endpoint;
}

static void
set_unknown (GError **error, const char *id)
{
  g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_NOT_FOUND, "endpoint %s is not known", id);
}

Endpoint *
endpoint_store_get (Database *database, const char *id, GError **error)
{
  g_autoptr (Statement) row = statement_query (
      database, error, ENDPOINT_QUERY " WHERE e.id = ? AND NOT e.removed", "t", id);
  if (!row)
    return NULL;
  if (statement_next (row, error))
    return endpoint_from_row (row);
  if (statement_ok (row))
    set_unknown (error, id);
  return NULL;
}

/* A room is found by its own name, by its unit's, or by the start of its id. */
static int
rank_endpoint (Statement *row, const char *query, const char *typed)
{
  const char *id = statement_text (row, 0);
  if (strncmp (id, typed, strlen (typed)) == 0)
    return 0;
  int by_name = fold_match (statement_text (row, 7), query);
  int by_unit = fold_match (statement_text (row, 8), query);
  return by_name < 0 || by_unit < 0 ? MAX (by_name, by_unit) : MIN (by_name, by_unit);
}

#define RANKS 6

/* Into the list of their rank, so that the tree's order stays within a rank. */
static gboolean
sort_by_rank (Statement *rows, const char *typed, GPtrArray *ranks[RANKS], GError **error)
{
  g_autofree char *query = fold_text (typed);
  while (statement_next (rows, error)) {
    int rank = *typed ? rank_endpoint (rows, query, typed) : 0;
    if (rank >= 0)
      g_ptr_array_add (ranks[rank], endpoint_from_row (rows));
  }
  return statement_ok (rows);
}

GPtrArray *
endpoint_store_list (Database *database, const char *root, const char *query, guint limit,
                     GError **error)
{
  g_autofree char *typed =
      field_clean_text ("search text", query ? query : "", 0, SEARCH_QUERY_MAX_CHARS, error);
  if (!typed)
    return NULL;
  g_autoptr (UnitRange) range = unit_range_new (database, root, error);
  if (!range)
    return NULL;
  g_autoptr (Statement) rows = statement_query (
      database, error,
      ENDPOINT_QUERY " WHERE u.path >= ? AND u.path < ? AND NOT e.removed ORDER BY u.path, e.id",
      "tt", range->low, range->high);
  if (!rows)
    return NULL;
  GPtrArray *ranks[RANKS];
  for (int i = 0; i < RANKS; i++)
    ranks[i] = g_ptr_array_new_with_free_func ((GDestroyNotify) endpoint_free);
  gboolean read = sort_by_rank (rows, typed, ranks, error);
  for (int i = 1; i < RANKS; i++)
    g_ptr_array_extend_and_steal (ranks[0], ranks[i]);
  g_autoptr (GPtrArray) found = ranks[0];
  if (found->len > limit)
    g_ptr_array_remove_range (found, limit, found->len - limit);
  return read ? g_steal_pointer (&found) : NULL;
}

/* Takes the unit's next number: a number is never used twice, so old records stay true. */
static char *
take_id (Database *database, const char *unit, GError **error)
{
  gint64 n = 0;
  if (!statement_run (database, error, NULL,
                      "UPDATE units SET last_endpoint = last_endpoint + 1 WHERE code = ?", "t",
                      unit) ||
      !statement_number (database, error, &n, "SELECT last_endpoint FROM units WHERE code = ?", "t",
                         unit))
    return NULL;
  if (n == 0) {
    g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_NOT_FOUND, "unit %s is not known", unit);
    return NULL;
  }
  if (n > ENDPOINTS_PER_UNIT_MAX) {
    field_fail (error, "unit", "has had too many endpoints");
    return NULL;
  }
  return g_strdup_printf ("%s-%d", unit, (int) n);
}

Endpoint *
endpoint_store_add (Database *database, const char *unit, const char *name, const char *technician,
                    const char *phone, GError **error)
{
  g_autofree char *clean_name = NULL, *clean_technician = NULL, *clean_phone = NULL, *id = NULL;
  g_autoptr (Transaction) transaction = database_begin (database, error);
  if (!transaction || !(clean_name = field_clean_text ("name", name, 1, NAME_MAX_CHARS, error)) ||
      !(clean_technician = field_clean_text ("technician", technician ? technician : "", 0,
                                             NAME_MAX_CHARS, error)) ||
      !(clean_phone = field_clean_text ("phone", phone ? phone : "", 0, PHONE_MAX_CHARS, error)) ||
      !(id = take_id (database, unit, error)))
    return NULL;
  g_autofree char *folded = fold_text (clean_name);
  if (!statement_run (database, error, NULL,
                      "INSERT INTO endpoints (id, unit, name, folded, technician, phone)"
                      " VALUES (?, ?, ?, ?, ?, ?)",
                      "tttttt", id, unit, clean_name, folded, clean_technician, clean_phone))
    return NULL;
  g_autoptr (Endpoint) endpoint = endpoint_store_get (database, id, error);
  if (!endpoint || !transaction_commit (transaction, error))
    return NULL;
  return g_steal_pointer (&endpoint);
}

gboolean
endpoint_store_update (Database *database, const char *id, const char *name, const char *technician,
                       const char *phone, GError **error)
{
  g_autofree char *clean_name = NULL, *clean_technician = NULL, *clean_phone = NULL;
  g_autofree char *folded = NULL;
  if (name) {
    if (!(clean_name = field_clean_text ("name", name, 1, NAME_MAX_CHARS, error)))
      return FALSE;
    folded = fold_text (clean_name);
  }
  if (technician &&
      !(clean_technician = field_clean_text ("technician", technician, 0, NAME_MAX_CHARS, error)))
    return FALSE;
  if (phone && !(clean_phone = field_clean_text ("phone", phone, 0, PHONE_MAX_CHARS, error)))
    return FALSE;
  gint64 changes = 0;
  if (!statement_run (database, error, &changes,
                      "UPDATE endpoints SET name = coalesce (?, name),"
                      " folded = coalesce (?, folded), technician = coalesce (?, technician),"
                      " phone = coalesce (?, phone) WHERE id = ? AND NOT removed",
                      "ttttt", clean_name, folded, clean_technician, clean_phone, id))
    return FALSE;
  if (changes == 0)
    set_unknown (error, id);
  return changes > 0;
}

gboolean
endpoint_store_set_email (Database *database, const char *id, const char *email, GError **error)
{
  gint64 changes = 0;
  if (!field_check_email (email, error) ||
      !statement_run (database, error, &changes,
                      "UPDATE endpoints SET email = ? WHERE id = ? AND NOT removed", "tt", email,
                      id))
    return FALSE;
  if (changes == 0)
    set_unknown (error, id);
  return changes > 0;
}

/* Whether rows name the endpoint; an error counts as so. */
static gboolean
is_used (Database *database, const char *id, const char *sql)
{
  gint64 uses = 0;
  return !statement_number (database, NULL, &uses, sql, "t", id) || uses > 0;
}

gboolean
endpoint_store_remove (Database *database, const char *id, GError **error)
{
  g_autoptr (Transaction) transaction = database_begin (database, error);
  if (!transaction)
    return FALSE;
  g_autoptr (Endpoint) endpoint = endpoint_store_get (database, id, error);
  if (!endpoint)
    return FALSE;
  const char *user = "SELECT count(*) FROM users WHERE endpoint = ?";
  const char *coming = "SELECT count(*) FROM invites i JOIN meetings m ON m.id = i.meeting"
                       " WHERE i.endpoint = ? AND m.state NOT IN ('ended', 'cancelled')";
  const char *ever = "SELECT count(*) FROM invites WHERE endpoint = ?";
  if (is_used (database, id, user) || is_used (database, id, coming)) {
    g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_IN_USE,
                 "endpoint %s has a user or is invited to a meeting", id);
    return FALSE;
  }
  const char *sql = is_used (database, id, ever) ? "UPDATE endpoints SET removed = 1 WHERE id = ?"
                                                 : "DELETE FROM endpoints WHERE id = ?";
  return statement_run (database, error, NULL, sql, "t", id) &&
         transaction_commit (transaction, error);
}
