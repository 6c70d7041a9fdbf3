/* Alarms of sites: the open ones, what there was, and what people do about them. Who sees a site
 * (its unit's subtree) sees its alarms and acts on them. */
#include "server/alarms/alarm_desk.h"
#include "server/http/audit.h"
#include "server/http/bodies.h"
#include "server/http/handlers.h"
#include "server/storage/alarm_store.h"

static gboolean
read_time (HttpRequest *request, const char *name, gint64 *ret_ms)
{
  return http_request_query_int (request, name, 0, G_MAXINT64, 0, ret_ms);
}

void
on_alarm_list (HttpRequest *request)
{
  const HttpContext *context = &request->scope->context;
  const User *user = http_request_user (request);
  g_autoptr (GError) error = NULL;
  AlarmQuery query = { .endpoint = http_request_query (request, "endpoint"),
                       .meeting = http_request_query (request, "meeting") };
  gint64 open, limit;

  if (!read_time (request, "from", &query.from_ms) || !read_time (request, "to", &query.to_ms) ||
      !http_request_query_int (request, "open", 0, 1, 0, &open) ||
      !http_request_query_int (request, "limit", 1, ALARMS_LISTED_MAX, ALARMS_LISTED_MAX, &limit))
    return;
  query.open_only = open != 0;
  query.limit = (guint) limit;
  g_autoptr (GPtrArray) alarms = alarm_store_list (context->database, &query, &error);
  if (!alarms) {
    http_reply_error (request, error);
    return;
  }
  json_t *list = json_array ();
  for (guint i = 0; i < alarms->len; i++) {
    const Alarm *alarm = g_ptr_array_index (alarms, i);
    if (auth_can_on_endpoint (context->database, user, RIGHT_MEETING_WATCH, alarm->endpoint))
      json_array_append_new (list, context->alarms ? alarm_desk_to_json (context->alarms, alarm)
                                                   : alarm_to_json (alarm, 0));
  }
  http_reply_json (request, 200, json_pack ("{s:o}", "alarms", list));
}

/* The open alarm of the path; replies and returns NULL when there is none that the user may see. */
static const Alarm *
find_open (HttpRequest *request)
{
  const HttpContext *context = &request->scope->context;
  const GPtrArray *open = context->alarms ? alarm_desk_get_open (context->alarms) : NULL;
  gint64 id = 0;

  g_ascii_string_to_signed (http_request_param (request, "id"), 10, 1, G_MAXINT64, &id, NULL);
  for (guint i = 0; open && i < open->len; i++) {
    const Alarm *alarm = g_ptr_array_index (open, i);
    if (alarm->id == id && auth_can_on_endpoint (context->database, http_request_user (request),
                                                 RIGHT_MEETING_WATCH, alarm->endpoint))
      return alarm;
  }
  http_reply_told (request, HTTP_PROBLEM_NOT_FOUND, NULL,
                   "Báo động này đã hết, hoặc thuộc đơn vị khác.",
                   "This alarm is over, or belongs to another unit.", NULL);
  return NULL;
}

static void
reply_done (HttpRequest *request, gboolean is_done, const char *action, const Alarm *alarm)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *endpoint = g_strdup (alarm->endpoint);
  if (!is_done)
    http_reply_problem (request, HTTP_PROBLEM_CONFLICT);
  else if (!audit_append (request, NULL, action, endpoint, NULL, &error))
    http_reply_error (request, error);
  else
    http_reply_empty (request, 204);
}

void
on_alarm_ack (HttpRequest *request)
{
  AlarmDesk *desk = request->scope->context.alarms;
  const Alarm *alarm = find_open (request);
  if (alarm)
    reply_done (request,
                alarm_desk_acknowledge (desk, alarm->id, http_request_user (request)->login),
                "alarm.ack", alarm);
}

void
on_alarm_note (HttpRequest *request)
{
  AlarmDesk *desk = request->scope->context.alarms;
  g_autoptr (AlarmNote) body = NULL;
  const Alarm *alarm = find_open (request);
  if (alarm && http_request_read (request, &alarm_note_type, (gpointer *) &body, NULL))
    reply_done (request, alarm_desk_set_note (desk, alarm->id, body->text), "alarm.note", alarm);
}

void
on_alarm_silence (HttpRequest *request)
{
  AlarmDesk *desk = request->scope->context.alarms;
  g_autoptr (AlarmSilence) body = NULL;
  const Alarm *alarm = find_open (request);
  if (alarm && http_request_read (request, &alarm_silence_type, (gpointer *) &body, NULL))
    reply_done (request, alarm_desk_silence (desk, alarm->id, (guint) body->minutes),
                "alarm.silence", alarm);
}
