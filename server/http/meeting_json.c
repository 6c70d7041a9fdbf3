#include "server/http/meeting_json.h"

#include "server/http/endpoint_json.h"
#include "server/storage/endpoint_store.h"
#include "server/storage/event_store.h"
#include "server/storage/schedule_store.h"
#include "server/storage/unit_store.h"

static json_t *
meeting_may (HttpRequest *request, const char *meeting)
{
  static const struct {
    Right right;
    const char *name;
  } rights[] = {
    { RIGHT_MEETING_EDIT, "edit" },
    { RIGHT_MEETING_RUN, "run" },
    { RIGHT_MEETING_WATCH, "watch" },
    { RIGHT_MEETING_JOIN, "join" },
  };
  json_t *may = json_array ();
  for (gsize i = 0; i < G_N_ELEMENTS (rights); i++)
    if (auth_can_on_meeting (request->scope->context.database, http_request_user (request),
                             rights[i].right, meeting))
      json_array_append_new (may, json_string (rights[i].name));
  return may;
}

json_t *
meeting_to_json (HttpRequest *request, const MeetingRecord *record, guint n_endpoints)
{
  Database *database = request->scope->context.database;
  g_autoptr (Unit) host = unit_store_get (database, record->host_unit, NULL);
  g_autoptr (Endpoint) chair = endpoint_store_get (database, record->chair_endpoint, NULL);
  return json_pack (
      "{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:i, s:o}", "id", record->id,
      "title", record->title, "state", meeting_state_to_string (record->state), "reason",
      record->reason ? record->reason : "", "host_unit", record->host_unit, "host_unit_name",
      host ? host->name : record->host_unit, "chair_endpoint", record->chair_endpoint, "chair_name",
      chair ? chair->name : record->chair_endpoint, "starts_at",
      http_time_to_json (record->starts_at_ms), "ends_at", http_time_to_json (record->ends_at_ms),
      "started_at", http_time_to_json (record->started_at_ms), "ended_at",
      http_time_to_json (record->ended_at_ms), "endpoint_count", (int) n_endpoints, "may",
      meeting_may (request, record->id));
}

static json_t *
meeting_endpoints (const HttpRequest *request, const MeetingRecord *record)
{
  Database *database = request->scope->context.database;
  json_t *list = json_array ();
  for (guint i = 0; i < record->endpoints->len; i++) {
    g_autoptr (Endpoint) endpoint =
        endpoint_store_get (database, record->endpoints->pdata[i], NULL);
    if (endpoint)
      json_array_append_new (list, endpoint_to_json (request, endpoint, record->host_unit));
  }
  return list;
}

void
meeting_reply (HttpRequest *request, guint status, const char *id)
{
  g_autoptr (GError) error = NULL;
  Database *database = request->scope->context.database;
  g_autoptr (MeetingRecord) record = schedule_store_get (database, id, &error);
  if (!record) {
    http_reply_error (request, error);
    return;
  }
  json_t *json = meeting_to_json (request, record, record->endpoints->len);
  json_object_set_new (json, "endpoints", meeting_endpoints (request, record));
  http_reply_json (request, status, json);
}

static json_t *
event_to_json (const Event *event)
{
  return json_pack ("{s:I, s:o, s:s, s:s, s:s, s:s}", "id", (json_int_t) event->id, "at",
                    http_time_to_json (event->at_ms), "action", event->action, "subject",
                    event->subject ? event->subject : "", "actor", event->actor, "detail",
                    event->detail ? event->detail : "");
}

json_t *
events_to_json (const GPtrArray *events)
{
  json_t *list = json_array ();
  for (guint i = 0; i < events->len; i++)
    json_array_append_new (list, event_to_json (events->pdata[i]));
  return list;
}
