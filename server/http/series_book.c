#include "server/http/series_book.h"

#include "server/http/announce.h"
#include "server/http/audit.h"
#include "server/http/clash_check.h"
#include "server/http/meeting_json.h"
#include "server/http/series_plan.h"
#include "server/storage/series_store.h"

/* --- Book --- */

static gboolean
add_occurrences (HttpRequest *request, const MeetingRecord *record, const GArray *starts,
                 GError **error)
{
  Database *database = request->scope->context.database;
  for (guint i = 1; i < starts->len; i++) {
    g_autoptr (MeetingRecord) next = series_occurrence (record, g_array_index (starts, gint64, i));
    if (!schedule_store_add_like (database, next, record->id, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
add_all (HttpRequest *request, const Series *series, const MeetingRecord *first,
         const GArray *starts, GError **error)
{
  Database *database = request->scope->context.database;
  g_autoptr (Transaction) transaction = database_begin (database, error);
  return transaction && series_store_add (database, series, error) &&
         schedule_store_add (database, first, error) &&
         add_occurrences (request, first, starts, error) &&
         audit_append (request, first->id, "series.book", series->id, series->rule, error) &&
         (first->state == MEETING_DRAFT ||
          announce_record (request, MEETING_CHANGE_PUBLISHED, first->id, series->id, error)) &&
         transaction_commit (transaction, error);
}

static Series *
make_series (HttpRequest *request, const MeetingRecord *record, const MeetingNew *body,
             const GArray *exceptions)
{
  g_autofree char *id = schedule_store_new_id ();
  Series *series = series_new (id);
  series->host_unit = g_strdup (record->host_unit);
  series->rule = g_strdup (body->recurrence);
  series->first_ms = record->starts_at_ms;
  g_array_append_vals (series->exceptions, exceptions->data, exceptions->len);
  series->created_at_ms = request->now_ms;
  series->created_by = g_strdup (http_request_actor (request));
  return series;
}

void
series_book (HttpRequest *request, const MeetingRecord *record, const MeetingNew *body)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) exceptions = series_read_times (request, "exceptions", body->exceptions);
  g_autoptr (GArray) starts =
      exceptions ? series_expand (request, body->recurrence, record->starts_at_ms, exceptions)
                 : NULL;
  if (!starts)
    return;
  g_autoptr (GArray) spans = series_spans (starts, record->ends_at_ms - record->starts_at_ms);
  if (!body->draft && !clash_check (request, record, spans, NULL))
    return;
  g_autoptr (Series) series = make_series (request, record, body, exceptions);
  g_autoptr (MeetingRecord) first = series_occurrence (record, g_array_index (starts, gint64, 0));
  g_free (first->series);
  first->series = g_strdup (series->id);
  if (!add_all (request, series, first, starts, &error)) {
    http_reply_error (request, error);
    return;
  }
  announce_tell (request, body->draft ? MEETING_CHANGE_LISTED : MEETING_CHANGE_PUBLISHED, first->id,
                 series->id);
  meeting_reply_created (request, first->id);
}

/* --- Change --- */

static gboolean
has (const json_t *json, const char *member)
{
  return json_object_get (json, member) != NULL;
}

static void
replace_text (char **text, const char *by)
{
  g_free (*text);
  *text = g_strdup (by);
}

static void
copy_named_texts (MeetingRecord *to, const MeetingRecord *from, const json_t *json)
{
  if (has (json, "title"))
    replace_text (&to->title, from->title);
  if (has (json, "host_unit"))
    replace_text (&to->host_unit, from->host_unit);
  if (has (json, "note"))
    replace_text (&to->note, from->note);
  if (has (json, "kind"))
    to->kind = from->kind;
  if (has (json, "entry"))
    meeting_entry_update (&to->entry, json_object_get (json, "entry"), NULL);
}

static void
copy_named_lists (MeetingRecord *to, const MeetingRecord *from, const json_t *json)
{
  const char *const *rooms = (const char *const *) from->endpoints->pdata;
  if (has (json, "chair_endpoint"))
    replace_text (&to->chair_endpoint, from->chair_endpoint);
  if (has (json, "chair_endpoint") || has (json, "co_chairs") || has (json, "endpoints") ||
      has (json, "units") || has (json, "groups")) {
    meeting_record_set_endpoints (to, rooms, from->endpoints->len);
    meeting_record_set_co_chairs (to, (const char *const *) from->co_chairs->pdata,
                                  from->co_chairs->len);
  }
  if (has (json, "agenda"))
    meeting_record_set_agenda (to, from->agenda);
  if (has (json, "resources"))
    meeting_record_set_resources (to, (const char *const *) from->resources->pdata,
                                  from->resources->len);
}

static MeetingRecord *
changed_occurrence (HttpRequest *request, const SeriesChange *change, const char *id,
                    GError **error)
{
  const MeetingRecord *now = change->record, *before = change->before;
  MeetingRecord *record = schedule_store_get (request->scope->context.database, id, error);
  if (!record)
    return NULL;
  copy_named_texts (record, now, change->json);
  copy_named_lists (record, now, change->json);
  record->starts_at_ms += now->starts_at_ms - before->starts_at_ms;
  record->ends_at_ms = record->starts_at_ms + (now->ends_at_ms - now->starts_at_ms);
  return record;
}

/* All of the scope as they would be (transfer full, of MeetingRecord); replies and NULL. */
static GPtrArray *
changed_occurrences (HttpRequest *request, const SeriesChange *change)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) ids = series_scope (request, change->before, change->scope);
  g_autoptr (GPtrArray) records =
      g_ptr_array_new_with_free_func ((GDestroyNotify) meeting_record_free);
  for (guint i = 0; ids && i < ids->len; i++) {
    MeetingRecord *record = changed_occurrence (request, change, ids->pdata[i], &error);
    if (!record) {
      http_reply_error (request, error);
      return NULL;
    }
    g_ptr_array_add (records, record);
  }
  return ids ? g_steal_pointer (&records) : NULL;
}

/* Times of those that take time; drafts do not. */
static gboolean
are_free (HttpRequest *request, const SeriesChange *change, const GPtrArray *records)
{
  g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (TimeSpan));
  for (guint i = 0; i < records->len; i++) {
    const MeetingRecord *record = records->pdata[i];
    TimeSpan span = { record->starts_at_ms, record->ends_at_ms };
    if (record->state == MEETING_SCHEDULED)
      g_array_append_val (spans, span);
  }
  return spans->len == 0 || clash_check (request, change->record, spans, change->before->series);
}

static gboolean
update_all (HttpRequest *request, const SeriesChange *change, const GPtrArray *records,
            GError **error)
{
  Database *database = request->scope->context.database;
  const char *series = change->before->series;
  g_autoptr (Transaction) transaction = database_begin (database, error);
  if (!transaction)
    return FALSE;
  for (guint i = 0; i < records->len; i++)
    if (!schedule_store_update (database, records->pdata[i], error))
      return FALSE;
  return audit_append (request, change->before->id, "series.change", series, change->record->title,
                       error) &&
         (change->before->state == MEETING_DRAFT ||
          announce_record (request, MEETING_CHANGE_CHANGED, change->before->id, series, error)) &&
         transaction_commit (transaction, error);
}

gboolean
series_change (HttpRequest *request, const SeriesChange *change)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) records = changed_occurrences (request, change);
  if (!records || !are_free (request, change, records))
    return FALSE;
  if (records->len == 0) {
    http_reply_problem (request, HTTP_PROBLEM_CONFLICT);
    return FALSE;
  }
  if (!update_all (request, change, records, &error)) {
    http_reply_error (request, error);
    return FALSE;
  }
  announce_tell (request,
                 change->before->state == MEETING_DRAFT ? MEETING_CHANGE_LISTED
                                                        : MEETING_CHANGE_CHANGED,
                 change->before->id, change->before->series);
  return TRUE;
}
