/* The log of everything, for an administrator of everything. */
#include "server/http/handlers.h"
#include "server/storage/event_store.h"

#define AUDIT_LIMIT_MAX 1000
#define AUDIT_LIMIT_DEFAULT 100

static json_t *
event_to_json (const Event *event)
{
  return json_pack ("{s:I, s:o, s:s?, s:s, s:s, s:s, s:s, s:s}", "id", (json_int_t) event->id, "at",
                    http_time_to_json (event->at_ms), "meeting", event->meeting, "actor",
                    event->actor, "source", event->source, "action", event->action, "subject",
                    event->subject, "detail", event->detail);
}

void
on_audit_read (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  gint64 limit;
  EventFilter filter = { .actor = http_request_query (request, "actor"),
                         .action = http_request_query (request, "action"),
                         .meeting = http_request_query (request, "meeting") };
  if (!http_request_may_on_everything (request) ||
      !http_request_read_time (request, "from", http_request_query (request, "from"),
                               &filter.from_ms) ||
      !http_request_read_time (request, "to", http_request_query (request, "to"), &filter.to_ms) ||
      !http_request_query_int (request, "after", 0, G_MAXINT64, 0, &filter.before_id) ||
      !http_request_query_int (request, "limit", 1, AUDIT_LIMIT_MAX, AUDIT_LIMIT_DEFAULT, &limit))
    return;
  filter.limit = (guint) limit;
  g_autoptr (GPtrArray) events =
      event_store_search (request->scope->context.database, &filter, &error);
  if (!events) {
    http_reply_error (request, error);
    return;
  }
  json_t *list = json_array ();
  for (guint i = 0; i < events->len; i++)
    json_array_append_new (list, event_to_json (events->pdata[i]));
  http_reply_json (request, 200, json_pack ("{s:o}", "events", list));
}
