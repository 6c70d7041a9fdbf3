#include "server/http/meeting_json.h"

#include "server/http/endpoint_json.h"
#include "server/http/paper_json.h"
#include "server/storage/endpoint_store.h"
#include "server/storage/event_store.h"
#include "server/storage/resource_store.h"
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

static json_t *
ids_to_json (const GPtrArray *ids)
{
  json_t *list = json_array ();
  for (guint i = 0; i < ids->len; i++)
    json_array_append_new (list, json_string (ids->pdata[i]));
  return list;
}

/* As signaling/meeting wrote it, its time as REST writes times. */
static json_t *
rehearsal_to_json (const MeetingRecord *record)
{
  json_t *json = record->rehearsal ? json_loads (record->rehearsal, 0, NULL) : NULL;
  if (!json_is_object (json)) {
    json_decref (json);
    return json_null ();
  }
  json_t *at = json_object_get (json, "at");
  if (json_is_integer (at))
    json_object_set_new (json, "at", http_time_to_json (json_integer_value (at)));
  return json;
}

/* What was booked beyond who and when. */
static json_t *
booked_to_json (const MeetingRecord *record)
{
  return json_pack (
      "{s:s, s:o, s:s?, s:o, s:o, s:o, s:o, s:s}", "kind", meeting_kind_to_string (record->kind),
      "co_chairs", ids_to_json (record->co_chairs), "series", record->series, "occurrence",
      http_time_to_json (record->occurrence_ms), "entry",
      record_encode (&meeting_entry_type, &record->entry), "rehearsal", rehearsal_to_json (record),
      "published_at", http_time_to_json (record->published_at_ms), "note",
      record->note ? record->note : "");
}

json_t *
meeting_to_json (HttpRequest *request, const MeetingRecord *record, guint n_endpoints)
{
  Database *database = request->scope->context.database;
  g_autoptr (Unit) host = unit_store_get (database, record->host_unit, NULL);
  g_autoptr (Endpoint) chair = endpoint_store_get (database, record->chair_endpoint, NULL);
  json_t *json = json_pack (
      "{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:i, s:o}", "id", record->id,
      "title", record->title, "state", meeting_state_to_string (record->state), "reason",
      record->reason ? record->reason : "", "host_unit", record->host_unit, "host_unit_name",
      host ? host->name : record->host_unit, "chair_endpoint", record->chair_endpoint, "chair_name",
      chair ? chair->name : record->chair_endpoint, "starts_at",
      http_time_to_json (record->starts_at_ms), "ends_at", http_time_to_json (record->ends_at_ms),
      "started_at", http_time_to_json (record->started_at_ms), "ended_at",
      http_time_to_json (record->ended_at_ms), "endpoint_count", (int) n_endpoints, "may",
      meeting_may (request, record->id));
  json_object_update_new (json, booked_to_json (record));
  return json;
}

static json_t *
agenda_to_json (const MeetingRecord *record, const GPtrArray *papers)
{
  json_t *list = json_array ();
  for (guint i = 0; i < record->agenda->len; i++) {
    const AgendaItem *item = record->agenda->pdata[i];
    json_array_append_new (list,
                           json_pack ("{s:s, s:s, s:s, s:s?, s:i, s:o}", "id", item->id, "title",
                                      item->title, "speaker", item->speaker ? item->speaker : "",
                                      "endpoint", item->endpoint, "minutes", (int) item->minutes,
                                      "papers", papers_of_item (papers, item->id)));
  }
  return list;
}

static json_t *
resources_to_json (Database *database, const MeetingRecord *record)
{
  json_t *list = json_array ();
  for (guint i = 0; i < record->resources->len; i++) {
    g_autoptr (Resource) resource =
        resource_store_get (database, record->resources->pdata[i], NULL);
    if (resource)
      json_array_append_new (list, json_pack ("{s:s, s:s, s:s}", "id", resource->id, "name",
                                              resource->name, "kind", resource->kind));
  }
  return list;
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
  g_autoptr (GPtrArray) papers = paper_store_list (database, id, NULL);
  json_t *json = meeting_to_json (request, record, record->endpoints->len);
  json_object_set_new (json, "endpoints", meeting_endpoints (request, record));
  json_object_set_new (json, "agenda", agenda_to_json (record, papers));
  json_object_set_new (json, "papers", papers_to_json (papers));
  json_object_set_new (json, "resources", resources_to_json (database, record));
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

void
meeting_reply_created (HttpRequest *request, const char *id)
{
  g_autofree char *location = g_strconcat ("/api/v1/meetings/", id, NULL);
  http_reply_header (request, "Location", location);
  meeting_reply (request, 201, id);
}
