#include "server/http/announce.h"
#include "server/http/audit.h"
#include "server/http/bodies.h"
#include "server/http/clash_check.h"
#include "server/http/handlers.h"
#include "server/http/meeting_json.h"
#include "server/http/series_plan.h"
#include "server/storage/paper_file.h"
#include "server/storage/paper_store.h"
#include "server/storage/series_store.h"

#define RULE_CHANGED "Thay đổi lịch lặp của chuỗi phiên họp"

/* --- Read --- */

static json_t *
meetings_to_json (HttpRequest *request, const GPtrArray *ids)
{
  json_t *list = json_array ();
  for (guint i = 0; i < ids->len; i++) {
    const char *id = ids->pdata[i];
    g_autoptr (MeetingRecord) record =
        schedule_store_get (request->scope->context.database, id, NULL);
    if (record && auth_can_on_meeting (request->scope->context.database,
                                       http_request_user (request), RIGHT_MEETING_VIEW, id))
      json_array_append_new (list, meeting_to_json (request, record, record->endpoints->len));
  }
  return list;
}

static json_t *
times_to_json (const GArray *times)
{
  json_t *list = json_array ();
  for (guint i = 0; i < times->len; i++)
    json_array_append_new (list, http_time_to_json (g_array_index (times, gint64, i)));
  return list;
}

static void
series_reply (HttpRequest *request, const char *id)
{
  g_autoptr (GError) error = NULL;
  Database *database = request->scope->context.database;
  g_autoptr (Series) series = series_store_get (database, id, &error);
  g_autoptr (GPtrArray) ids =
      series ? series_store_meetings (database, id, 0, FALSE, &error) : NULL;
  if (!ids) {
    http_reply_error (request, error);
    return;
  }
  http_reply_json (request, 200,
                   json_pack ("{s:s, s:s, s:s, s:o, s:o, s:o}", "id", series->id, "host_unit",
                              series->host_unit, "recurrence", series->rule, "starts_at",
                              http_time_to_json (series->first_ms), "exceptions",
                              times_to_json (series->exceptions), "meetings",
                              meetings_to_json (request, ids)));
}

/* Whoever may see its first meeting may see the series; replies and FALSE. */
static gboolean
may_on_series (HttpRequest *request, Right right, const char *id)
{
  g_autoptr (GPtrArray) ids =
      series_store_meetings (request->scope->context.database, id, 0, FALSE, NULL);
  return http_request_may_on_meeting (request, right, ids && ids->len ? ids->pdata[0] : "");
}

void
on_series_read (HttpRequest *request)
{
  const char *id = http_request_param (request, "id");
  if (may_on_series (request, RIGHT_MEETING_VIEW, id))
    series_reply (request, id);
}

/* --- Another rule --- */

/* What a new rule means for the meetings there are. */
typedef struct {
  Series *series;
  MeetingRecord *base; /* the first that has not begun: what new ones are like */
  GPtrArray *gone;     /* MeetingRecord: no longer in the rule */
  GArray *added;       /* gint64: starts that there is no meeting for */
  const char *reason;
} Replan;

static void
replan_clear (Replan *replan)
{
  series_free (replan->series);
  meeting_record_free (replan->base);
  g_clear_pointer (&replan->gone, g_ptr_array_unref);
  g_clear_pointer (&replan->added, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Replan, replan_clear)

static gboolean
take_out (GArray *starts, gint64 at_ms)
{
  for (guint i = 0; i < starts->len; i++)
    if (g_array_index (starts, gint64, i) == at_ms) {
      g_array_remove_index (starts, i);
      return TRUE;
    }
  return FALSE;
}

/* Holds the meetings to come against the rule's starts; replies and FALSE. */
static gboolean
replan_compare (HttpRequest *request, Replan *replan, const GPtrArray *ids)
{
  g_autoptr (GError) error = NULL;
  replan->gone = g_ptr_array_new_with_free_func ((GDestroyNotify) meeting_record_free);
  for (guint i = 0; i < ids->len; i++) {
    g_autoptr (MeetingRecord) record =
        schedule_store_get (request->scope->context.database, ids->pdata[i], &error);
    if (!record) {
      http_reply_error (request, error);
      return FALSE;
    }
    if (!take_out (replan->added, record->occurrence_ms))
      g_ptr_array_add (replan->gone, g_steal_pointer (&record));
  }
  return TRUE;
}

static gboolean
replan_read (HttpRequest *request, Replan *replan, const SeriesPatch *body)
{
  g_autoptr (GError) error = NULL;
  Database *database = request->scope->context.database;
  gint64 from_ms = request->now_ms;
  if (!http_request_read_time (request, "from_occurrence", body->from_occurrence, &from_ms))
    return FALSE;
  if (from_ms == 0)
    from_ms = request->now_ms;
  g_autoptr (GPtrArray) ids =
      series_store_meetings (database, replan->series->id, from_ms, TRUE, &error);
  replan->base = ids && ids->len ? schedule_store_get (database, ids->pdata[0], &error) : NULL;
  if (!replan->base) {
    if (error)
      http_reply_error (request, error);
    else
      http_reply_problem (request, HTTP_PROBLEM_CONFLICT);
    return FALSE;
  }
  replan->added = series_expand (request, replan->series->rule, replan->base->occurrence_ms,
                                 replan->series->exceptions);
  replan->reason = body->reason ? body->reason : RULE_CHANGED;
  return replan->added && replan_compare (request, replan, ids);
}

static gboolean
remove_occurrence (HttpRequest *request, const MeetingRecord *record, const char *reason,
                   GError **error)
{
  const HttpContext *context = &request->scope->context;
  StateChange cancel = { MEETING_CANCELLED, reason, http_request_actor (request), request->source };
  if (record->state == MEETING_DRAFT)
    return schedule_store_remove_draft (context->database, record->id, error);
  return meeting_hub_set_meeting_state (context->hub, record->id, &cancel, request->now_us,
                                        error) &&
         announce_record (request, MEETING_CHANGE_CANCELLED, record->id, NULL, error);
}

static gboolean
replan_write (HttpRequest *request, const Replan *replan, GError **error)
{
  Database *database = request->scope->context.database;
  for (guint i = 0; i < replan->added->len; i++) {
    g_autoptr (MeetingRecord) next =
        series_occurrence (replan->base, g_array_index (replan->added, gint64, i));
    next->state = replan->base->state == MEETING_DRAFT ? MEETING_DRAFT : MEETING_SCHEDULED;
    if (!schedule_store_add_like (database, next, replan->base->id, error))
      return FALSE;
  }
  for (guint i = 0; i < replan->gone->len; i++)
    if (!remove_occurrence (request, replan->gone->pdata[i], replan->reason, error))
      return FALSE;
  return TRUE;
}

static gboolean
replan_store (HttpRequest *request, Replan *replan, GError **error)
{
  Database *database = request->scope->context.database;
  const Series *series = replan->series;
  g_autoptr (Transaction) transaction = database_begin (database, error);
  return transaction && series_store_update (database, series, error) &&
         replan_write (request, replan, error) &&
         audit_append (request, replan->base->id, "series.rule", series->id, series->rule, error) &&
         (replan->base->state == MEETING_DRAFT ||
          announce_record (request, MEETING_CHANGE_CHANGED, replan->base->id, series->id, error)) &&
         transaction_commit (transaction, error);
}

static gboolean
replan_is_free (HttpRequest *request, const Replan *replan)
{
  const MeetingRecord *base = replan->base;
  if (base->state == MEETING_DRAFT || replan->added->len == 0)
    return TRUE;
  g_autoptr (GArray) spans = series_spans (replan->added, base->ends_at_ms - base->starts_at_ms);
  return clash_check (request, base, spans, base->series);
}

/* What the body names, in the series' row. */
static gboolean
series_take (HttpRequest *request, Series *series, SeriesPatch *body, const json_t *json)
{
  if (body->recurrence) {
    g_free (series->rule);
    series->rule = g_steal_pointer (&body->recurrence);
  }
  if (!json_object_get (json, "exceptions"))
    return TRUE;
  GArray *exceptions = series_read_times (request, "exceptions", body->exceptions);
  if (!exceptions)
    return FALSE;
  g_array_unref (series->exceptions);
  series->exceptions = exceptions;
  return TRUE;
}

void
on_series_change (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SeriesPatch) body = NULL;
  g_autoptr (json_t) json = NULL;
  g_auto (Replan) replan = { 0 };
  const char *id = http_request_param (request, "id");
  if (!may_on_series (request, RIGHT_MEETING_EDIT, id) ||
      !http_request_read (request, &series_patch_type, (gpointer *) &body, &json))
    return;
  replan.series = series_store_get (request->scope->context.database, id, &error);
  if (!replan.series) {
    http_reply_error (request, error);
    return;
  }
  if (!series_take (request, replan.series, body, json) || !replan_read (request, &replan, body) ||
      !replan_is_free (request, &replan))
    return;
  if (!replan_store (request, &replan, &error)) {
    http_reply_error (request, error);
    return;
  }
  announce_tell (
      request, replan.base->state == MEETING_DRAFT ? MEETING_CHANGE_LISTED : MEETING_CHANGE_CHANGED,
      replan.base->id, id);
  series_reply (request, id);
}
