#include "server/http/meeting_form.h"

#include "server/storage/resource_store.h"
#include "server/storage/unit_store.h"

/* --- Whom it invites --- */

gboolean
meeting_form_may_see_rooms (HttpRequest *request, const char *field, const char *const *ids)
{
  const User *user = http_request_user (request);
  for (; ids && *ids; ids++)
    if (!auth_can_on_endpoint (request->scope->context.database, user, RIGHT_ENDPOINTS_VIEW,
                               *ids)) {
      http_reply_field (request, field, *ids);
      return FALSE;
    }
  return TRUE;
}

/* What schedule_store_expand () did not find, by its name in the body. */
static void
reply_unknown (HttpRequest *request, const GError *error)
{
  const char *field = g_str_has_prefix (error->message, "unit")    ? "units"
                      : g_str_has_prefix (error->message, "group") ? "groups"
                                                                   : "endpoints";
  if (g_error_matches (error, STORAGE_ERROR, STORAGE_ERROR_NOT_FOUND) ||
      g_error_matches (error, STORAGE_ERROR, STORAGE_ERROR_INVALID))
    http_reply_field (request, field, error->message);
  else
    http_reply_error (request, error);
}

char **
meeting_form_expand (HttpRequest *request, const Participants *who)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) ids = schedule_store_expand (request->scope->context.database, who, &error);
  if (!ids) {
    reply_unknown (request, error);
    return NULL;
  }
  return meeting_form_may_see_rooms (request, "endpoints", (const char *const *) ids)
             ? g_steal_pointer (&ids)
             : NULL;
}

static gboolean
has_any (const json_t *json, const char *const *members)
{
  for (; *members; members++)
    if (json_object_get (json, *members))
      return TRUE;
  return FALSE;
}

static gboolean
apply_participants (HttpRequest *request, MeetingRecord *record, const MeetingNew *body,
                    const json_t *json)
{
  static const char *const members[] = { "endpoints", "units", "groups", NULL };
  if (!has_any (json, members))
    return TRUE;
  Participants who = { .units = (const char *const *) body->units,
                       .levels = (const char *const *) body->levels,
                       .endpoints = (const char *const *) body->endpoints,
                       .groups = (const char *const *) body->groups };
  g_auto (GStrv) ids = meeting_form_expand (request, &who);
  if (ids)
    meeting_record_set_endpoints (record, (const char *const *) ids, g_strv_length (ids));
  return ids != NULL;
}

/* Whoever presides is invited, whether the lists name them or not. */
static gboolean
apply_presidium (HttpRequest *request, MeetingRecord *record, const MeetingNew *body,
                 const json_t *json)
{
  const char *const chair[] = { record->chair_endpoint, NULL };
  if (!meeting_form_may_see_rooms (request, "chair_endpoint", chair))
    return FALSE;
  if (json_object_get (json, "co_chairs")) {
    const char *const *ids = (const char *const *) body->co_chairs;
    if (!meeting_form_may_see_rooms (request, "co_chairs", ids))
      return FALSE;
    meeting_record_set_co_chairs (record, ids, g_strv_length (body->co_chairs));
  } else {
    g_autoptr (GPtrArray) before = g_ptr_array_ref (record->co_chairs); /* without a new chair */
    meeting_record_set_co_chairs (record, (const char *const *) before->pdata, before->len);
  }
  meeting_record_add_endpoint (record, record->chair_endpoint);
  for (guint i = 0; i < record->co_chairs->len; i++)
    meeting_record_add_endpoint (record, record->co_chairs->pdata[i]);
  return TRUE;
}

/* --- The rest --- */

static void
take_text (char **text, char **by)
{
  if (!*by)
    return;
  g_free (*text);
  *text = g_steal_pointer (by);
}

static void
apply_agenda (MeetingRecord *record, const MeetingNew *body)
{
  for (guint i = 0; i < body->agenda->len; i++) {
    AgendaItem *item = body->agenda->pdata[i];
    if (!item->id)
      item->id = schedule_store_new_id ();
  }
  meeting_record_set_agenda (record, body->agenda);
}

static gboolean
apply_entry (HttpRequest *request, MeetingRecord *record, const json_t *json)
{
  g_autoptr (GError) error = NULL;
  const json_t *entry = json_object_get (json, "entry");
  if (!entry || meeting_entry_update (&record->entry, entry, &error))
    return TRUE;
  http_reply_field (request, "entry", error->message);
  return FALSE;
}

static gboolean
apply_times (HttpRequest *request, MeetingRecord *record, const MeetingNew *body)
{
  return (!body->starts_at ||
          http_request_read_time (request, "starts_at", body->starts_at, &record->starts_at_ms)) &&
         (!body->ends_at ||
          http_request_read_time (request, "ends_at", body->ends_at, &record->ends_at_ms));
}

static void
apply_plain (MeetingRecord *record, MeetingNew *body, const json_t *json)
{
  take_text (&record->title, &body->title);
  take_text (&record->host_unit, &body->host_unit);
  take_text (&record->chair_endpoint, &body->chair_endpoint);
  take_text (&record->note, &body->note);
  if (json_object_get (json, "kind"))
    record->kind = body->kind;
  if (json_object_get (json, "agenda"))
    apply_agenda (record, body);
}

/* The halls of one's own subtree, and those of the units above, which lower units may use. */
static gboolean
may_use_resource (HttpRequest *request, const char *id)
{
  Database *database = request->scope->context.database;
  const User *user = http_request_user (request);
  g_autoptr (Resource) resource = resource_store_get (database, id, NULL);
  return resource && (auth_can_on_unit (database, user, RIGHT_MEETING_VIEW, resource->unit) ||
                      unit_store_is_within (database, user->unit, resource->unit));
}

gboolean
meeting_form_may_use_resources (HttpRequest *request, const char *const *ids)
{
  for (; ids && *ids; ids++)
    if (!may_use_resource (request, *ids)) {
      http_reply_field (request, "resources", *ids);
      return FALSE;
    }
  return TRUE;
}

static gboolean
apply_resources (HttpRequest *request, MeetingRecord *record, const MeetingNew *body,
                 const json_t *json)
{
  const char *const *ids = (const char *const *) body->resources;
  if (!json_object_get (json, "resources"))
    return TRUE;
  if (!meeting_form_may_use_resources (request, ids))
    return FALSE;
  meeting_record_set_resources (record, ids, g_strv_length (body->resources));
  return TRUE;
}

gboolean
meeting_form_apply (HttpRequest *request, MeetingRecord *record, MeetingNew *body,
                    const json_t *json)
{
  g_autoptr (GError) error = NULL;
  const char *field = NULL;
  apply_plain (record, body, json);
  if (!apply_times (request, record, body) || !apply_entry (request, record, json) ||
      !apply_participants (request, record, body, json) ||
      !apply_presidium (request, record, body, json) ||
      !apply_resources (request, record, body, json))
    return FALSE;
  if (meeting_record_check (record, &field, &error))
    return TRUE;
  http_reply_field (request, field, error->message);
  return FALSE;
}
