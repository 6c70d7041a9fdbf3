#include "server/http/audit.h"
#include "server/http/bodies.h"
#include "server/http/handlers.h"
#include "server/storage/template_store.h"

#define LENGTH_MINUTES_MAX (14 * 24 * 60)

static json_t *
template_to_json (const Template *template)
{
  json_t *body = json_loads (template->body, 0, NULL);
  return json_pack ("{s:s, s:s, s:s, s:o}", "id", template->id, "unit", template->unit, "name",
                    template->name, "body", body ? body : json_object ());
}

void
on_template_list (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  const char *root = http_request_query (request, "root");
  if (root && !http_request_may_on_unit (request, RIGHT_MEETING_EDIT, root))
    return;
  g_autoptr (GPtrArray) templates = template_store_list (
      request->scope->context.database, root ? root : http_request_user (request)->unit, &error);
  if (!templates) {
    http_reply_error (request, error);
    return;
  }
  json_t *list = json_array ();
  for (guint i = 0; i < templates->len; i++)
    json_array_append_new (list, template_to_json (templates->pdata[i]));
  http_reply_json (request, 200, json_pack ("{s:o}", "templates", list));
}

/* --- The body: what a new meeting may have, without times --- */

static gboolean
length_is_sound (const json_t *body)
{
  const json_t *length = json_object_get (body, "length_minutes");
  return !length || (json_is_integer (length) && json_integer_value (length) >= 1 &&
                     json_integer_value (length) <= LENGTH_MINUTES_MAX);
}

/* Replies and FALSE.  Rooms and resources are checked when a meeting is booked with them. */
static gboolean
body_is_sound (HttpRequest *request, const json_t *body)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MeetingChange) meeting = NULL;
  MeetingEntry entry = meeting_entry_default;
  const json_t *settings = json_object_get (body, "entry");
  if (!json_is_object (body))
    http_reply_field (request, "body", "not an object");
  else if (!length_is_sound (body))
    http_reply_field (request, "body", "length_minutes: a whole number, 1 to 20160");
  else if (!record_decode (&meeting_change_type, body, (gpointer *) &meeting, &error) ||
           (settings && !meeting_entry_update (&entry, settings, &error)))
    http_reply_field (request, "body", error->message);
  else
    return TRUE;
  return FALSE;
}

/* The members that a template keeps. */
static char *
body_text (const json_t *body)
{
  static const char *const members[] = {
    "title",  "kind",   "chair_endpoint", "co_chairs", "endpoints", "units",     "groups",
    "levels", "agenda", "resources",      "entry",     "note",      "host_unit", "length_minutes"
  };
  g_autoptr (json_t) kept = json_object ();
  for (gsize i = 0; i < G_N_ELEMENTS (members); i++) {
    json_t *value = json_object_get (body, members[i]);
    if (value)
      json_object_set (kept, members[i], value);
  }
  return json_dumps (kept, JSON_COMPACT);
}

static void
template_reply (HttpRequest *request, const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Template) template = template_store_get (request->scope->context.database, id, &error);
  if (template)
    http_reply_json (request, 201, template_to_json (template));
  else
    http_reply_error (request, error);
}

void
on_template_create (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TemplateNew) new = NULL;
  g_autoptr (json_t) json = NULL;
  g_autofree char *id = NULL;
  Database *database = request->scope->context.database;
  if (!http_request_read (request, &template_new_type, (gpointer *) &new, &json) ||
      !http_request_may_on_unit (request, RIGHT_MEETING_EDIT, new->unit) ||
      !body_is_sound (request, json_object_get (json, "body")))
    return;
  g_autofree char *body = body_text (json_object_get (json, "body"));
  Template template = { .unit = new->unit, .name = new->name, .body = body };
  g_autoptr (Transaction) transaction = database_begin (database, &error);
  if (!transaction || !template_store_save (database, &template, &id, &error) ||
      !audit_append (request, NULL, "template.save", id, new->name, &error) ||
      !transaction_commit (transaction, &error))
    http_reply_error (request, error);
  else
    template_reply (request, id);
}

void
on_template_delete (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  Database *database = request->scope->context.database;
  g_autoptr (Template) template =
      template_store_get (database, http_request_param (request, "id"), &error);
  if (!template) {
    http_reply_error (request, error);
    return;
  }
  if (!http_request_may_on_unit (request, RIGHT_MEETING_EDIT, template->unit))
    return;
  g_autoptr (Transaction) transaction = database_begin (database, &error);
  if (!transaction || !template_store_remove (database, template->id, &error) ||
      !audit_append (request, NULL, "template.remove", template->id, template->name, &error) ||
      !transaction_commit (transaction, &error))
    http_reply_error (request, error);
  else
    http_reply_empty (request, 204);
}
