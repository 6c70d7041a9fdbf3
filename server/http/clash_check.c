#include "server/http/clash_check.h"

#include "server/reports/report_words.h"
#include "signaling/schedule/lead_time.h"

GTimeZone *
clash_zone (HttpRequest *request)
{
  return report_zone (request->scope->context.settings->reports.time_zone);
}

GArray *
clash_spans_of_one (gint64 starts_at_ms, gint64 ends_at_ms)
{
  GArray *spans = g_array_new (FALSE, FALSE, sizeof (TimeSpan));
  TimeSpan span = { starts_at_ms, ends_at_ms };
  return g_array_append_val (spans, span);
}

static gboolean
may_see (HttpRequest *request, const Clash *clash)
{
  return auth_can_on_meeting (request->scope->context.database, http_request_user (request),
                              RIGHT_MEETING_VIEW, clash->meeting);
}

json_t *
clash_to_json (HttpRequest *request, const Clash *clash)
{
  gboolean seen = may_see (request, clash);
  return json_pack (
      "{s:s, s:s, s:s, s:s?, s:s, s:o, s:o, s:b}", "kind", clash_kind_to_string (clash->kind), "id",
      clash->id, "name", clash->name, "meeting", seen ? clash->meeting : NULL, "title",
      seen ? clash->title : "", "starts_at", http_time_to_json (clash->starts_at_ms), "ends_at",
      http_time_to_json (clash->ends_at_ms), "blocking", clash_kind_blocks (clash->kind));
}

/* --- The refusal in words --- */

static char *
local_text (gint64 at_ms, const char *format, GTimeZone *zone)
{
  g_autoptr (GDateTime) local = lead_time_local (at_ms, zone);
  return local ? g_date_time_format (local, format) : g_strdup ("");
}

static char *
words_vi (HttpRequest *request, const Clash *clash, gint64 free_at_ms, GTimeZone *zone)
{
  g_autofree char *from = local_text (clash->starts_at_ms, "%H:%M", zone);
  g_autofree char *to = local_text (clash->ends_at_ms, "%H:%M ngày %d/%m/%Y", zone);
  g_autofree char *at = local_text (free_at_ms, "%H:%M ngày %d/%m/%Y", zone);
  g_autofree char *meeting = may_see (request, clash)
                                 ? g_strdup_printf ("phiên họp “%s”", clash->title)
                                 : g_strdup ("một phiên họp khác");
  return g_strdup_printf ("%s đã có %s từ %s đến %s. %s%s", clash->name, meeting, from, to,
                          free_at_ms ? "Sớm nhất có thể bắt đầu lúc " : "Hãy chọn ngày khác.",
                          free_at_ms ? at : "");
}

static char *
words_en (HttpRequest *request, const Clash *clash, gint64 free_at_ms, GTimeZone *zone)
{
  g_autofree char *from = local_text (clash->starts_at_ms, "%H:%M", zone);
  g_autofree char *to = local_text (clash->ends_at_ms, "%H:%M on %d/%m/%Y", zone);
  g_autofree char *at = local_text (free_at_ms, "%H:%M on %d/%m/%Y", zone);
  g_autofree char *meeting = may_see (request, clash)
                                 ? g_strdup_printf ("the meeting “%s”", clash->title)
                                 : g_strdup ("another meeting");
  return g_strdup_printf ("%s has %s from %s to %s. %s%s", clash->name, meeting, from, to,
                          free_at_ms ? "It is free from " : "Choose another day.",
                          free_at_ms ? at : "");
}

static void
reply_clash (HttpRequest *request, const ClashAnswer *answer, gint64 free_at_ms)
{
  const Clash *first = answer->clashes->pdata[0];
  g_autoptr (GTimeZone) zone = clash_zone (request);
  g_autofree char *vi = words_vi (request, first, free_at_ms, zone);
  g_autofree char *en = words_en (request, first, free_at_ms, zone);
  json_t *list = json_array ();
  for (guint i = 0; i < MIN (answer->n_blocking, answer->clashes->len); i++)
    json_array_append_new (list, clash_to_json (request, answer->clashes->pdata[i]));
  http_reply_told (
      request, HTTP_PROBLEM_CLASH, first->kind == CLASH_CHAIR ? "chair_endpoint" : "resources", vi,
      en, json_pack ("{s:o, s:o}", "clashes", list, "free_at", http_time_to_json (free_at_ms)));
}

static gboolean
is_over (HttpRequest *request, const GArray *spans)
{
  if (g_array_index (spans, TimeSpan, spans->len - 1).to_ms > request->now_ms)
    return FALSE;
  http_reply_told (request, HTTP_PROBLEM_FIELD, "ends_at",
                   "Giờ kết thúc đã qua. Hãy chọn giờ khác.",
                   "The end is over. Choose another time.", NULL);
  return TRUE;
}

gboolean
clash_check (HttpRequest *request, const MeetingRecord *record, const GArray *spans,
             const char *ignore_series)
{
  g_autoptr (GError) error = NULL;
  gint64 free_at_ms = 0;
  Database *database = request->scope->context.database;
  if (is_over (request, spans))
    return FALSE;
  ClashQuestion question = { .spans = spans,
                             .chair = record->chair_endpoint,
                             .resources = record->resources,
                             .ignore = record->id,
                             .ignore_series = ignore_series };
  g_autoptr (ClashAnswer) answer = clash_store_ask (database, &question, &error);
  if (answer && answer->n_blocking == 0)
    return TRUE;
  if (answer && clash_store_free_at (database, &question, &free_at_ms, &error))
    reply_clash (request, answer, free_at_ms);
  else
    http_reply_error (request, error);
  return FALSE;
}
