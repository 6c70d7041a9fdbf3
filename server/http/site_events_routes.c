/* What happened to a room in its meetings: the marks on the time axis of its charts. */
#include "server/http/handlers.h"
#include "server/storage/event_store.h"

#define EVENTS_SPAN_MS (G_GINT64_CONSTANT (10) * 60 * 1000)

/* What moves a room's line or what is heard and seen of it. */
static const char *const kinds[] = { "seat.",         "encoder.", "floor.", "mic.",
                                     "camera.",       "content.", "test.",  "spotlight",
                                     "capture.start", NULL };

static gboolean
may_see (HttpRequest *request, const char *endpoint)
{
  const HttpContext *context = &request->scope->context;
  const User *user = http_request_user (request);
  const HealthSite *site = context->health ? health_board_find (context->health, endpoint) : NULL;
  return (site && auth_can_see_site (context->database, user, site->meeting, endpoint)) ||
         http_request_may_on_endpoint (request, RIGHT_MEETING_WATCH, endpoint);
}

void
on_site_events (HttpRequest *request)
{
  const char *endpoint = http_request_param (request, "endpoint");
  g_autoptr (GError) error = NULL;
  gint64 from_ms, to_ms;
  if (!may_see (request, endpoint) ||
      !http_request_query_int (request, "to", 0, G_MAXINT64 / 2, request->now_ms + 1000, &to_ms) ||
      !http_request_query_int (request, "from", 0, G_MAXINT64 / 2, to_ms - EVENTS_SPAN_MS,
                               &from_ms))
    return;
  g_autoptr (GPtrArray) events =
      event_store_about (request->scope->context.database, endpoint, from_ms, to_ms, kinds, &error);
  if (!events) {
    http_reply_error (request, error);
    return;
  }
  json_t *list = json_array ();
  for (guint i = events->len; i-- > 0;) {
    const Event *event = g_ptr_array_index (events, i);
    json_array_append_new (list, json_pack ("{s:I, s:s, s:s?, s:s}", "at",
                                            (json_int_t) event->at_ms, "action", event->action,
                                            "meeting", event->meeting, "actor", event->actor));
  }
  http_reply_json (request, 200, json_pack ("{s:o}", "events", list));
}
