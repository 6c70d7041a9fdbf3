#include "server/http/bodies.h"
#include "server/http/clash_check.h"
#include "server/http/handlers.h"
#include "server/http/meeting_form.h"
#include "server/http/series_plan.h"
#include "signaling/schedule/lead_time.h"

#define OCCURRENCES_MAX 50u
#define ROOM_KBPS 1200 /* an HD room, DOMAIN's figure */
#define MINUTE_MS G_GINT64_CONSTANT (60000)

/* What was asked, made whole. */
typedef struct {
  GArray *spans;
  GPtrArray *co_chairs, *endpoints, *resources;
} Asked;

static void
asked_clear (Asked *asked)
{
  g_clear_pointer (&asked->spans, g_array_unref);
  g_clear_pointer (&asked->co_chairs, g_ptr_array_unref);
  g_clear_pointer (&asked->endpoints, g_ptr_array_unref);
  g_clear_pointer (&asked->resources, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Asked, asked_clear)

static GPtrArray *
ids_of (char **strings)
{
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);
  for (; *strings; strings++)
    g_ptr_array_add (ids, g_strdup (*strings));
  return ids;
}

static void
add_once (GPtrArray *ids, const char *id)
{
  if (id && !g_ptr_array_find_with_equal_func (ids, id, g_str_equal, NULL))
    g_ptr_array_add (ids, g_strdup (id));
}

static gboolean
read_rooms (HttpRequest *request, const ClashRequest *body, Asked *asked)
{
  const char *const chair[] = { body->chair_endpoint, NULL };
  Participants who = { .units = (const char *const *) body->units,
                       .levels = (const char *const *) body->levels,
                       .endpoints = (const char *const *) body->endpoints,
                       .groups = (const char *const *) body->groups };
  if (!meeting_form_may_see_rooms (request, "chair_endpoint", chair) ||
      !meeting_form_may_see_rooms (request, "co_chairs", (const char *const *) body->co_chairs) ||
      !meeting_form_may_use_resources (request, (const char *const *) body->resources))
    return FALSE;
  g_auto (GStrv) ids = meeting_form_expand (request, &who);
  if (!ids)
    return FALSE;
  asked->co_chairs = ids_of (body->co_chairs);
  asked->resources = ids_of (body->resources);
  asked->endpoints = ids_of (ids);
  add_once (asked->endpoints, body->chair_endpoint);
  for (guint i = 0; i < asked->co_chairs->len; i++)
    add_once (asked->endpoints, asked->co_chairs->pdata[i]);
  return TRUE;
}

/* Of a recurrence the first are looked at: a form is answered while it is typed. */
static gboolean
read_occurrences (HttpRequest *request, const ClashRequest *body, gint64 from_ms, gint64 to_ms,
                  Asked *asked)
{
  if (!body->recurrence || !*body->recurrence) {
    asked->spans = clash_spans_of_one (from_ms, to_ms);
    return TRUE;
  }
  g_autoptr (GArray) exceptions = series_read_times (request, "exceptions", body->exceptions);
  g_autoptr (GArray) starts =
      exceptions ? series_expand (request, body->recurrence, from_ms, exceptions) : NULL;
  if (!starts)
    return FALSE;
  g_array_set_size (starts, MIN (starts->len, OCCURRENCES_MAX));
  asked->spans = series_spans (starts, to_ms - from_ms);
  return TRUE;
}

static gboolean
read_spans (HttpRequest *request, const ClashRequest *body, Asked *asked)
{
  gint64 from_ms, to_ms;
  if (!http_request_read_time (request, "starts_at", body->starts_at, &from_ms) ||
      !http_request_read_time (request, "ends_at", body->ends_at, &to_ms))
    return FALSE;
  if (to_ms <= from_ms || to_ms - from_ms > MEETING_LENGTH_MAX_MS) {
    http_reply_field (request, "ends_at", "after starts_at, at most 14 days");
    return FALSE;
  }
  return read_occurrences (request, body, from_ms, to_ms, asked);
}

/* --- Warnings --- */

static void
warn (json_t *list, const char *code, const char *vi, const char *en)
{
  json_array_append_new (
      list, json_pack ("{s:s, s:{s:s, s:s}}", "code", code, "text", "vi", vi, "en", en));
}

static void
warn_of_notice (HttpRequest *request, gint64 starts_at_ms, json_t *list)
{
  int minutes = request->scope->context.settings->meetings.lead_minutes;
  g_autofree char *vi = g_strdup_printf (
      "Còn chưa đầy %d phút nữa là họp: điểm cầu có thể không kịp chuẩn bị.", minutes);
  g_autofree char *en =
      g_strdup_printf ("It begins in less than %d minutes: rooms may not be ready.", minutes);
  if (starts_at_ms <= request->now_ms)
    warn (list, "past", "Giờ bắt đầu đã qua.", "The start is over.");
  else if (starts_at_ms - request->now_ms < minutes * MINUTE_MS)
    warn (list, "lead_time", vi, en);
}

static void
warn_of_papers (HttpRequest *request, gint64 starts_at_ms, GTimeZone *zone, json_t *list)
{
  int days = request->scope->context.settings->meetings.papers_lead_days;
  gint64 deadline_ms = lead_time_deadline (starts_at_ms, (guint) days, zone);
  if (days == 0 || request->now_ms <= deadline_ms || starts_at_ms <= request->now_ms)
    return;
  g_autoptr (GDateTime) local = lead_time_local (deadline_ms, zone);
  g_autofree char *when = local ? g_date_time_format (local, "%H:%M %d/%m/%Y") : g_strdup ("");
  g_autofree char *vi = g_strdup_printf (
      "Giấy mời và tài liệu phải gửi trước %d ngày làm việc; hạn gửi là %s, đã qua.", days, when);
  g_autofree char *en = g_strdup_printf (
      "Invitation and papers go out %d working days ahead; that was %s.", days, when);
  warn (list, "papers_late", vi, en);
}

static json_t *
make_warnings (HttpRequest *request, gint64 starts_at_ms, gboolean capacity_ok)
{
  g_autoptr (GTimeZone) zone = clash_zone (request);
  json_t *list = json_array ();
  warn_of_notice (request, starts_at_ms, list);
  warn_of_papers (request, starts_at_ms, zone, list);
  if (lead_time_is_weekend (starts_at_ms, zone))
    warn (list, "weekend", "Ngày họp rơi vào thứ Bảy hoặc Chủ nhật.",
          "The day is a Saturday or Sunday.");
  if (!capacity_ok)
    warn (list, "capacity", "Các phiên cùng giờ cần nhiều băng thông hơn máy chủ có.",
          "The meetings of this time need more bandwidth than the server has.");
  return list;
}

/* --- The answer --- */

static json_t *
clashes_to_json (HttpRequest *request, const ClashAnswer *answer)
{
  json_t *list = json_array ();
  for (guint i = 0; i < answer->clashes->len; i++)
    json_array_append_new (list, clash_to_json (request, answer->clashes->pdata[i]));
  return list;
}

static void
reply_answer (HttpRequest *request, const Asked *asked, const ClashAnswer *answer,
              gint64 free_at_ms)
{
  const TimeSpan *first = &g_array_index (asked->spans, TimeSpan, 0);
  guint n = asked->endpoints->len;
  int capacity = request->scope->context.settings->meetings.server_capacity_mbps;
  gboolean fits = ((gint64) n + answer->rooms_busy) * ROOM_KBPS <= (gint64) capacity * 1000;
  http_reply_json (request, 200,
                   json_pack ("{s:i, s:o, s:i, s:o, s:f, s:b, s:i, s:o}", "endpoint_count", (int) n,
                              "clashes", clashes_to_json (request, answer), "clash_count",
                              (int) answer->n_clashes, "free_at",
                              answer->n_blocking ? http_time_to_json (free_at_ms) : json_null (),
                              "bandwidth_mbps", n * ROOM_KBPS / 1000.0, "capacity_ok", fits,
                              "occurrences", (int) asked->spans->len, "warnings",
                              make_warnings (request, first->from_ms, fits)));
}

void
on_clash_ask (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ClashRequest) body = NULL;
  g_auto (Asked) asked = { 0 };
  gint64 free_at_ms = 0;
  Database *database = request->scope->context.database;
  if (!http_request_read (request, &clash_request_type, (gpointer *) &body, NULL) ||
      !http_request_may_on_unit (request, RIGHT_MEETING_EDIT, body->host_unit) ||
      !read_spans (request, body, &asked) || !read_rooms (request, body, &asked))
    return;
  ClashQuestion question = { .spans = asked.spans,
                             .chair = body->chair_endpoint,
                             .co_chairs = asked.co_chairs,
                             .endpoints = asked.endpoints,
                             .resources = asked.resources,
                             .ignore = body->ignore };
  g_autoptr (ClashAnswer) answer = clash_store_ask (database, &question, &error);
  if (answer && clash_store_free_at (database, &question, &free_at_ms, &error))
    reply_answer (request, &asked, answer, free_at_ms);
  else
    http_reply_error (request, error);
}
