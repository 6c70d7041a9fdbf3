#include "server/storage/clash_store.h"

#include "server/storage/json_list.h"
#include "server/storage/statement.h"
#include "signaling/schedule/meeting_record.h"

#include <string.h>

#define TAKES_TIME "m.state IN ('scheduled', 'rehearsal', 'open', 'live')"
/* No meeting is longer, so that an index on starts_ms finds all that overlap. */
#define LENGTH_MAX G_STRINGIFY (1209600000)
G_STATIC_ASSERT (MEETING_LENGTH_MAX_MS == 1209600000);

const char *
clash_kind_to_string (ClashKind kind)
{
  static const char *const names[N_CLASH_KINDS] = { "chair", "resource", "cochair", "endpoint" };
  g_return_val_if_fail ((guint) kind < N_CLASH_KINDS, "unknown");
  return names[kind];
}

gboolean
clash_kind_blocks (ClashKind kind)
{
  return kind == CLASH_CHAIR || kind == CLASH_RESOURCE;
}

void
clash_free (Clash *clash)
{
  if (!clash)
    return;
  g_free (clash->id);
  g_free (clash->name);
  g_free (clash->meeting);
  g_free (clash->title);
  g_free (clash);
}

void
clash_answer_free (ClashAnswer *answer)
{
  if (!answer)
    return;
  g_ptr_array_unref (answer->clashes);
  g_free (answer);
}

static const TimeSpan *
span_at (const ClashQuestion *question, guint i)
{
  return &g_array_index (question->spans, TimeSpan, i);
}

/* [[from, to], ...] */
static char *
spans_text (const ClashQuestion *question)
{
  GString *text = g_string_new ("[");
  for (guint i = 0; i < question->spans->len; i++)
    g_string_append_printf (text, "%s[%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT "]", i ? "," : "",
                            span_at (question, i)->from_ms, span_at (question, i)->to_ms);
  return g_string_free (g_string_append_c (text, ']'), FALSE);
}

/* --- Who is taken --- */

/* Ranks are ClashKinds.  The busy meetings are few and found by the index on starts_ms; their
 * invitations are read by the primary key. */
static const char clash_sql[] =
    "WITH spans (a, b) AS MATERIALIZED (SELECT value ->> 0, value ->> 1 FROM json_each (?1)),"
    " busy AS MATERIALIZED (SELECT DISTINCT m.id, m.title, m.starts_ms, m.ends_ms"
    "  FROM spans s CROSS JOIN meetings m"
    "  WHERE m.starts_ms < s.b AND m.starts_ms > s.a - " LENGTH_MAX " AND m.ends_ms > s.a"
    "  AND " TAKES_TIME " AND m.id IS NOT ?2 AND (?3 IS NULL OR m.series IS NOT ?3)),"
    " hits (rank, id, meeting) AS ("
    "  SELECT CASE WHEN i.endpoint = ?4 THEN 0"
    "   WHEN i.endpoint IN (SELECT value FROM json_each (?5)) THEN 2 ELSE 3 END,"
    "   i.endpoint, b.id FROM busy b CROSS JOIN invites i ON i.meeting = b.id"
    "   WHERE i.endpoint IN (SELECT value FROM json_each (?6)) OR i.endpoint = ?4"
    "    OR i.endpoint IN (SELECT value FROM json_each (?5))"
    "  UNION ALL SELECT 1, r.resource, b.id FROM busy b"
    "   CROSS JOIN meeting_resources r ON r.meeting = b.id"
    "   WHERE r.resource IN (SELECT value FROM json_each (?7)))"
    " SELECT h.rank, h.id, b.id, b.title, b.starts_ms, b.ends_ms"
    " FROM hits h JOIN busy b ON b.id = h.meeting ORDER BY h.rank, b.starts_ms, b.id, h.id";

static char *
name_of (Database *database, ClashKind kind, const char *id)
{
  g_autoptr (Statement) row =
      statement_query (database, NULL,
                       kind == CLASH_RESOURCE ? "SELECT name FROM resources WHERE id = ?"
                                              : "SELECT name FROM endpoints WHERE id = ?",
                       "t", id);
  return row && statement_next (row, NULL) ? statement_dup_text (row, 0) : g_strdup (id);
}

static void
take_clash (Database *database, Statement *row, ClashAnswer *answer)
{
  ClashKind kind = (ClashKind) statement_int (row, 0);
  answer->n_clashes++;
  answer->n_blocking += clash_kind_blocks (kind);
  if (answer->clashes->len >= CLASHES_MAX)
    return;
  Clash *clash = g_new0 (Clash, 1);
  clash->kind = kind;
  clash->id = statement_dup_text (row, 1);
  clash->name = name_of (database, kind, clash->id);
  clash->meeting = statement_dup_text (row, 2);
  clash->title = statement_dup_text (row, 3);
  clash->starts_at_ms = statement_int (row, 4);
  clash->ends_at_ms = statement_int (row, 5);
  g_ptr_array_add (answer->clashes, clash);
}

static gboolean
count_rooms (Database *database, const ClashQuestion *question, guint *ret_n, GError **error)
{
  gint64 n = 0;
  const TimeSpan *span = span_at (question, 0);
  if (!statement_number (database, error, &n,
                         "SELECT count(*) FROM meetings m JOIN invites i ON i.meeting = m.id"
                         " WHERE m.starts_ms < ?2 AND m.starts_ms > ?1 - " LENGTH_MAX
                         " AND m.ends_ms > ?1 AND " TAKES_TIME " AND m.id IS NOT ?3",
                         "iit", span->from_ms, span->to_ms, question->ignore))
    return FALSE;
  *ret_n = (guint) n;
  return TRUE;
}

ClashAnswer *
clash_store_ask (Database *database, const ClashQuestion *question, GError **error)
{
  g_return_val_if_fail (question->spans->len > 0, NULL);
  g_autofree char *spans = spans_text (question);
  g_autofree char *co_chairs = json_list_of_ids (question->co_chairs);
  g_autofree char *endpoints = json_list_of_ids (question->endpoints);
  g_autofree char *resources = json_list_of_ids (question->resources);
  g_autoptr (ClashAnswer) answer = g_new0 (ClashAnswer, 1);
  answer->clashes = g_ptr_array_new_with_free_func ((GDestroyNotify) clash_free);
  g_autoptr (Statement) rows =
      statement_query (database, error, clash_sql, "ttttttt", spans, question->ignore,
                       question->ignore_series, question->chair, co_chairs, endpoints, resources);
  if (!rows)
    return NULL;
  while (statement_next (rows, error))
    take_clash (database, rows, answer);
  if (!statement_ok (rows) || !count_rooms (database, question, &answer->rooms_busy, error))
    return NULL;
  return g_steal_pointer (&answer);
}

/* --- When it is free --- */

static Statement *
query_taken (Database *database, const ClashQuestion *question, GError **error)
{
  const TimeSpan *span = span_at (question, 0);
  g_autofree char *resources = json_list_of_ids (question->resources);
  return statement_query (
      database, error,
      "SELECT m.starts_ms, m.ends_ms FROM meetings m"
      " WHERE m.starts_ms > ?1 - " LENGTH_MAX " AND m.starts_ms < ?2 AND m.ends_ms > ?1"
      " AND " TAKES_TIME " AND m.id IS NOT ?3 AND (?4 IS NULL OR m.series IS NOT ?4)"
      " AND (EXISTS (SELECT 1 FROM invites i WHERE i.meeting = m.id AND i.endpoint = ?5)"
      "  OR EXISTS (SELECT 1 FROM meeting_resources r WHERE r.meeting = m.id"
      "   AND r.resource IN (SELECT value FROM json_each (?6))))"
      " ORDER BY m.starts_ms",
      "iitttt", span->from_ms, span->from_ms + CLASH_HORIZON_MS + (span->to_ms - span->from_ms),
      question->ignore, question->ignore_series, question->chair, resources);
}

gboolean
clash_store_free_at (Database *database, const ClashQuestion *question, gint64 *ret_ms,
                     GError **error)
{
  const TimeSpan *span = span_at (question, 0);
  gint64 at_ms = span->from_ms, length_ms = span->to_ms - span->from_ms;
  g_autoptr (Statement) rows = query_taken (database, question, error);
  if (!rows)
    return FALSE;
  /* The first gap that holds the meeting; they come by start, so one look at each is enough. */
  while (statement_next (rows, error) && statement_int (rows, 0) < at_ms + length_ms)
    at_ms = MAX (at_ms, statement_int (rows, 1));
  if (!statement_ok (rows))
    return FALSE;
  *ret_ms = at_ms - span->from_ms <= CLASH_HORIZON_MS ? at_ms : 0;
  return TRUE;
}
