#include "server/http/audit.h"
#include "server/http/bodies.h"
#include "server/http/handlers.h"
#include "server/storage/line_store.h"
#include "server/storage/unit_store.h"

#define SEARCH_LIMIT_MAX 100
#define SEARCH_LIMIT_DEFAULT 20

static json_t *
unit_to_json (const Unit *unit)
{
  return json_pack ("{s:s, s:s?, s:s, s:s, s:i, s:i, s:i, s:i}", "code", unit->code, "parent",
                    unit->parent, "level", unit->level, "name", unit->name, "endpoints",
                    (int) unit->endpoints, "children", (int) unit->children, "down_kbps",
                    (int) unit->down_kbps, "up_kbps", (int) unit->up_kbps);
}

static void
unit_reply_list (HttpRequest *request, GPtrArray *units)
{
  json_t *list = json_array ();
  for (guint i = 0; i < units->len; i++)
    json_array_append_new (list, unit_to_json (units->pdata[i]));
  http_reply_json (request, 200, json_pack ("{s:o}", "units", list));
}

static void
unit_reply (HttpRequest *request, guint status, const char *code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Unit) unit = unit_store_get (request->scope->context.database, code, &error);
  if (unit)
    http_reply_json (request, status, unit_to_json (unit));
  else
    http_reply_error (request, error);
}

void
on_unit_list (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  const char *root = http_request_query (request, "root");
  if (root && !http_request_may_on_unit (request, RIGHT_UNITS_VIEW, root))
    return;
  g_autoptr (GPtrArray) units = unit_store_list (request->scope->context.database,
                                                 root ? root : http_request_user (request)->unit,
                                                 http_request_query (request, "level"), &error);
  if (units)
    unit_reply_list (request, units);
  else
    http_reply_error (request, error);
}

void
on_unit_search (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  gint64 limit;
  const char *query = http_request_query (request, "q");
  if (!query) {
    http_reply_field (request, "q", NULL);
    return;
  }
  if (!http_request_query_int (request, "limit", 1, SEARCH_LIMIT_MAX, SEARCH_LIMIT_DEFAULT, &limit))
    return;
  g_autoptr (GPtrArray) units =
      unit_store_search (request->scope->context.database, query, http_request_user (request)->unit,
                         (guint) limit, &error);
  if (units)
    unit_reply_list (request, units);
  else
    http_reply_error (request, error);
}

/* The top of a tree is only for those whose role holds on everything. */
static gboolean
unit_may_add_below (HttpRequest *request, const char *parent)
{
  if (parent)
    return http_request_may_on_unit (request, RIGHT_UNITS_EDIT, parent);
  if (http_request_user (request)->unit == NULL)
    return TRUE;
  http_reply_problem (request, HTTP_PROBLEM_FORBIDDEN);
  return FALSE;
}

void
on_unit_create (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (UnitNew) body = NULL;
  Database *database = request->scope->context.database;
  if (!http_request_read (request, &unit_new_type, (gpointer *) &body, NULL) ||
      !unit_may_add_below (request, body->parent))
    return;
  Unit unit = {
    .code = body->code, .parent = body->parent, .level = body->level, .name = body->name
  };
  g_autoptr (Transaction) transaction = database_begin (database, &error);
  if (!transaction || !unit_store_add (database, &unit, &error) ||
      !line_store_set_unit (database, unit.code, &(LineKbps){ body->down_kbps, body->up_kbps },
                            &error) ||
      !audit_append (request, NULL, "unit.add", unit.code, NULL, &error) ||
      !transaction_commit (transaction, &error)) {
    http_reply_error (request, error);
    return;
  }
  g_autofree char *location = g_strconcat ("/api/v1/units/", unit.code, NULL);
  http_reply_header (request, "Location", location);
  unit_reply (request, 201, unit.code);
}

void
on_unit_change (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (UnitChange) body = NULL;
  Database *database = request->scope->context.database;
  const char *code = http_request_param (request, "code");
  if (!http_request_may_on_unit (request, RIGHT_UNITS_EDIT, code) ||
      !http_request_read (request, &unit_change_type, (gpointer *) &body, NULL) ||
      (body->parent && !http_request_may_on_unit (request, RIGHT_UNITS_EDIT, body->parent)))
    return;
  g_autoptr (Transaction) transaction = database_begin (database, &error);
  if (!transaction || !unit_store_update (database, code, body->parent, body->name, &error) ||
      !line_store_set_unit (database, code, &(LineKbps){ body->down_kbps, body->up_kbps },
                            &error) ||
      !audit_append (request, NULL, "unit.change", code, NULL, &error) ||
      !transaction_commit (transaction, &error)) {
    http_reply_error (request, error);
    return;
  }
  meeting_hub_reload_lines (request->scope->context.hub, request->now_us);
  unit_reply (request, 200, code);
}

void
on_unit_delete (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  Database *database = request->scope->context.database;
  const char *code = http_request_param (request, "code");
  if (!http_request_may_on_unit (request, RIGHT_UNITS_EDIT, code))
    return;
  g_autoptr (Transaction) transaction = database_begin (database, &error);
  if (!transaction || !unit_store_remove (database, code, &error) ||
      !audit_append (request, NULL, "unit.remove", code, NULL, &error) ||
      !transaction_commit (transaction, &error))
    http_reply_error (request, error);
  else
    http_reply_empty (request, 204);
}
