#include "server/http/audit.h"
#include "server/http/bodies.h"
#include "server/http/endpoint_json.h"
#include "server/http/handlers.h"
#include "server/storage/line_store.h"
#include "server/storage/storage_limits.h"
#include "server/storage/unit_store.h"

static gboolean
contacts_are_shown (const HttpRequest *request, const Endpoint *endpoint, const char *host_unit)
{
  const User *user = http_request_user (request);
  if (!user)
    return FALSE;
  return user->role != USER_ROLE_ENDPOINT || g_strcmp0 (user->endpoint, endpoint->id) == 0 ||
         g_strcmp0 (host_unit, endpoint->unit) == 0;
}

json_t *
endpoint_to_json (const HttpRequest *request, const Endpoint *endpoint, const char *host_unit)
{
  gboolean shown = contacts_are_shown (request, endpoint, host_unit);
  const char *technician = shown ? endpoint->technician : NULL;
  const char *phone = shown ? endpoint->phone : NULL, *email = shown ? endpoint->email : NULL;
  return json_pack ("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:i}", "id", endpoint->id, "unit",
                    endpoint->unit, "unit_name", endpoint->unit_name ? endpoint->unit_name : "",
                    "name", endpoint->name, "technician", technician ? technician : "", "phone",
                    phone ? phone : "", "email", email ? email : "", "down_kbps",
                    (int) endpoint->down_kbps, "up_kbps", (int) endpoint->up_kbps);
}

static void
endpoint_reply (HttpRequest *request, guint status, const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Endpoint) endpoint = endpoint_store_get (request->scope->context.database, id, &error);
  if (endpoint)
    http_reply_json (request, status, endpoint_to_json (request, endpoint, NULL));
  else
    http_reply_error (request, error);
}

void
on_endpoint_list (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  const char *root = http_request_query (request, "root");
  if (root && !http_request_may_on_unit (request, RIGHT_ENDPOINTS_VIEW, root))
    return;
  g_autoptr (GPtrArray) endpoints = endpoint_store_list (
      request->scope->context.database, root ? root : http_request_user (request)->unit,
      http_request_query (request, "q"), LIST_LIMIT_MAX, &error);
  if (!endpoints) {
    http_reply_error (request, error);
    return;
  }
  json_t *list = json_array ();
  for (guint i = 0; i < endpoints->len; i++)
    json_array_append_new (list, endpoint_to_json (request, endpoints->pdata[i], NULL));
  http_reply_json (request, 200, json_pack ("{s:o}", "endpoints", list));
}

void
on_endpoint_create (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EndpointNew) body = NULL;
  g_autoptr (Unit) unit = NULL;
  g_autoptr (Endpoint) endpoint = NULL;
  Database *database = request->scope->context.database;
  if (!http_request_read (request, &endpoint_new_type, (gpointer *) &body, NULL) ||
      !http_request_may_on_unit (request, RIGHT_ENDPOINTS_EDIT, body->unit))
    return;
  g_autoptr (Transaction) transaction = database_begin (database, &error);
  if (!transaction || !(unit = unit_store_get (database, body->unit, &error)) ||
      !(endpoint = endpoint_store_add (database, body->unit, body->name ? body->name : unit->name,
                                       body->technician, body->phone, &error)) ||
      (body->email && !endpoint_store_set_email (database, endpoint->id, body->email, &error)) ||
      !line_store_set_endpoint (database, endpoint->id,
                                &(LineKbps){ body->down_kbps, body->up_kbps }, &error) ||
      !audit_append (request, NULL, "endpoint.add", endpoint->id, NULL, &error) ||
      !transaction_commit (transaction, &error)) {
    http_reply_error (request, error);
    return;
  }
  g_autofree char *location = g_strconcat ("/api/v1/endpoints/", endpoint->id, NULL);
  http_reply_header (request, "Location", location);
  endpoint_reply (request, 201, endpoint->id);
}

void
on_endpoint_change (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EndpointChange) body = NULL;
  Database *database = request->scope->context.database;
  const char *id = http_request_param (request, "id");
  if (!http_request_may_on_endpoint (request, RIGHT_ENDPOINTS_EDIT, id) ||
      !http_request_read (request, &endpoint_change_type, (gpointer *) &body, NULL))
    return;
  g_autoptr (Transaction) transaction = database_begin (database, &error);
  if (!transaction ||
      !endpoint_store_update (database, id, body->name, body->technician, body->phone, &error) ||
      (body->email && !endpoint_store_set_email (database, id, body->email, &error)) ||
      !line_store_set_endpoint (database, id, &(LineKbps){ body->down_kbps, body->up_kbps },
                                &error) ||
      !audit_append (request, NULL, "endpoint.change", id, NULL, &error) ||
      !transaction_commit (transaction, &error)) {
    http_reply_error (request, error);
    return;
  }
  meeting_hub_reload_lines (request->scope->context.hub, request->now_us);
  endpoint_reply (request, 200, id);
}

void
on_endpoint_delete (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  Database *database = request->scope->context.database;
  const char *id = http_request_param (request, "id");
  if (!http_request_may_on_endpoint (request, RIGHT_ENDPOINTS_EDIT, id))
    return;
  g_autoptr (Transaction) transaction = database_begin (database, &error);
  if (!transaction || !endpoint_store_remove (database, id, &error) ||
      !audit_append (request, NULL, "endpoint.remove", id, NULL, &error) ||
      !transaction_commit (transaction, &error))
    http_reply_error (request, error);
  else
    http_reply_empty (request, 204);
}
