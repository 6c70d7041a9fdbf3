#include "server/http/audit.h"
#include "server/http/bodies.h"
#include "server/http/handlers.h"
#include "server/storage/resource_store.h"

static json_t *
resource_to_json (const Resource *resource)
{
  return json_pack ("{s:s, s:s, s:s, s:s, s:s}", "id", resource->id, "unit", resource->unit, "name",
                    resource->name, "kind", resource->kind, "note", resource->note);
}

static void
resource_reply (HttpRequest *request, guint status, const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Resource) resource = resource_store_get (request->scope->context.database, id, &error);
  if (resource)
    http_reply_json (request, status, resource_to_json (resource));
  else
    http_reply_error (request, error);
}

void
on_resource_list (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  const char *root = http_request_query (request, "root");
  if (root && !http_request_may_on_unit (request, RIGHT_MEETING_VIEW, root))
    return;
  g_autoptr (GPtrArray) resources = resource_store_list (
      request->scope->context.database, root ? root : http_request_user (request)->unit, &error);
  if (!resources) {
    http_reply_error (request, error);
    return;
  }
  json_t *list = json_array ();
  for (guint i = 0; i < resources->len; i++)
    json_array_append_new (list, resource_to_json (resources->pdata[i]));
  http_reply_json (request, 200, json_pack ("{s:o}", "resources", list));
}

void
on_resource_create (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ResourceNew) body = NULL;
  g_autofree char *id = NULL;
  Database *database = request->scope->context.database;
  if (!http_request_read (request, &resource_new_type, (gpointer *) &body, NULL) ||
      !http_request_may_on_unit (request, RIGHT_MEETING_EDIT, body->unit))
    return;
  Resource resource = {
    .unit = body->unit, .name = body->name, .kind = body->kind, .note = body->note
  };
  g_autoptr (Transaction) transaction = database_begin (database, &error);
  if (!transaction || !resource_store_add (database, &resource, &id, &error) ||
      !audit_append (request, NULL, "resource.add", id, body->name, &error) ||
      !transaction_commit (transaction, &error)) {
    http_reply_error (request, error);
    return;
  }
  g_autofree char *location = g_strconcat ("/api/v1/resources/", id, NULL);
  http_reply_header (request, "Location", location);
  resource_reply (request, 201, id);
}

/* The resource of the path, if the user keeps those of its unit; else replies and NULL. */
static Resource *
resource_of_path (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Resource) resource = resource_store_get (request->scope->context.database,
                                                      http_request_param (request, "id"), &error);
  if (!resource) {
    http_reply_error (request, error);
    return NULL;
  }
  return http_request_may_on_unit (request, RIGHT_MEETING_EDIT, resource->unit)
             ? g_steal_pointer (&resource)
             : NULL;
}

void
on_resource_change (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ResourceChange) body = NULL;
  Database *database = request->scope->context.database;
  g_autoptr (Resource) resource = resource_of_path (request);
  if (!resource || !http_request_read (request, &resource_change_type, (gpointer *) &body, NULL))
    return;
  Resource change = {
    .id = resource->id, .name = body->name, .kind = body->kind, .note = body->note
  };
  g_autoptr (Transaction) transaction = database_begin (database, &error);
  if (!transaction || !resource_store_update (database, &change, &error) ||
      !audit_append (request, NULL, "resource.change", resource->id, body->name, &error) ||
      !transaction_commit (transaction, &error))
    http_reply_error (request, error);
  else
    resource_reply (request, 200, resource->id);
}

void
on_resource_delete (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  Database *database = request->scope->context.database;
  g_autoptr (Resource) resource = resource_of_path (request);
  if (!resource)
    return;
  g_autoptr (Transaction) transaction = database_begin (database, &error);
  if (!transaction || !resource_store_remove (database, resource->id, &error) ||
      !audit_append (request, NULL, "resource.remove", resource->id, resource->name, &error) ||
      !transaction_commit (transaction, &error))
    http_reply_error (request, error);
  else
    http_reply_empty (request, 204);
}
