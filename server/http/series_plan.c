#include "server/http/series_plan.h"

#include "server/http/clash_check.h"
#include "server/storage/series_store.h"
#include "signaling/schedule/recurrence.h"

GArray *
series_read_times (HttpRequest *request, const char *field, char **texts)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (; texts && *texts; texts++) {
    gint64 at_ms = 0;
    if (!http_request_read_time (request, field, *texts, &at_ms))
      return NULL;
    g_array_append_val (times, at_ms);
  }
  return g_steal_pointer (&times);
}

GArray *
series_expand (HttpRequest *request, const char *rule, gint64 first_ms, const GArray *exceptions)
{
  GArray *starts = NULL;
  g_autoptr (GTimeZone) zone = clash_zone (request);
  Recurrence recurrence = { rule, first_ms, zone, exceptions };
  const RecurrenceFault *fault = recurrence_expand (&recurrence, &starts);
  if (fault)
    http_reply_told (request, HTTP_PROBLEM_FIELD, "recurrence", fault->vi, fault->en, NULL);
  return starts;
}

GArray *
series_spans (const GArray *starts, gint64 length_ms)
{
  GArray *spans = g_array_new (FALSE, FALSE, sizeof (TimeSpan));
  for (guint i = 0; i < starts->len; i++) {
    gint64 from_ms = g_array_index (starts, gint64, i);
    TimeSpan span = { from_ms, from_ms + length_ms };
    g_array_append_val (spans, span);
  }
  return spans;
}

MeetingRecord *
series_occurrence (const MeetingRecord *record, gint64 start_ms)
{
  MeetingRecord *copy = meeting_record_copy (record);
  g_free (copy->id);
  copy->id = schedule_store_new_id ();
  copy->ends_at_ms = start_ms + (record->ends_at_ms - record->starts_at_ms);
  copy->starts_at_ms = copy->occurrence_ms = start_ms;
  copy->started_at_ms = copy->ended_at_ms = 0;
  g_clear_pointer (&copy->reason, g_free);
  g_clear_pointer (&copy->rehearsal, g_free);
  return copy;
}

GPtrArray *
series_scope (HttpRequest *request, const MeetingRecord *record, MeetingScope scope)
{
  g_autoptr (GError) error = NULL;
  if (!record->series || scope == MEETING_SCOPE_ONE) {
    GPtrArray *one = g_ptr_array_new_with_free_func (g_free);
    g_ptr_array_add (one, g_strdup (record->id));
    return one;
  }
  GPtrArray *ids = series_store_meetings (
      request->scope->context.database, record->series,
      scope == MEETING_SCOPE_FOLLOWING ? record->occurrence_ms : 0, TRUE, &error);
  if (!ids)
    http_reply_error (request, error);
  return ids;
}
