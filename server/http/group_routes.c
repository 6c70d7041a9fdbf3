#include "server/http/audit.h"
#include "server/http/bodies.h"
#include "server/http/handlers.h"
#include "server/storage/group_store.h"

static json_t *
group_to_json (const Group *group)
{
  json_t *members = json_array ();
  for (guint i = 0; i < group->n_members; i++)
    json_array_append_new (members, json_string (group->members[i]));
  return json_pack ("{s:s, s:s, s:s, s:o}", "id", group->id, "unit", group->unit, "name",
                    group->name, "endpoints", members);
}

static void
group_reply (HttpRequest *request, guint status, const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Group) group = group_store_get (request->scope->context.database, id, &error);
  if (group)
    http_reply_json (request, status, group_to_json (group));
  else
    http_reply_error (request, error);
}

void
on_group_list (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  const char *root = http_request_query (request, "root");
  if (root && !http_request_may_on_unit (request, RIGHT_MEETING_VIEW, root))
    return;
  g_autoptr (GPtrArray) groups = group_store_list (
      request->scope->context.database, root ? root : http_request_user (request)->unit, &error);
  if (!groups) {
    http_reply_error (request, error);
    return;
  }
  json_t *list = json_array ();
  for (guint i = 0; i < groups->len; i++)
    json_array_append_new (list, group_to_json (groups->pdata[i]));
  http_reply_json (request, 200, json_pack ("{s:o}", "groups", list));
}

/* Only rooms the user may see can be put into a group; replies and FALSE. */
static gboolean
members_are_seen (HttpRequest *request, char **endpoints)
{
  Database *database = request->scope->context.database;
  for (guint i = 0; endpoints[i]; i++)
    if (!auth_can_on_endpoint (database, http_request_user (request), RIGHT_ENDPOINTS_VIEW,
                               endpoints[i])) {
      http_reply_field (request, "endpoints", endpoints[i]);
      return FALSE;
    }
  return TRUE;
}

void
on_group_create (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GroupNew) body = NULL;
  g_autofree char *id = NULL;
  Database *database = request->scope->context.database;
  if (!http_request_read (request, &group_new_type, (gpointer *) &body, NULL) ||
      !http_request_may_on_unit (request, RIGHT_MEETING_EDIT, body->unit) ||
      !members_are_seen (request, body->endpoints))
    return;
  g_autoptr (Transaction) transaction = database_begin (database, &error);
  if (!transaction ||
      !group_store_add (database, body->unit, body->name, (const char *const *) body->endpoints,
                        &id, &error) ||
      !audit_append (request, NULL, "group.add", id, body->name, &error) ||
      !transaction_commit (transaction, &error)) {
    http_reply_error (request, error);
    return;
  }
  g_autofree char *location = g_strconcat ("/api/v1/groups/", id, NULL);
  http_reply_header (request, "Location", location);
  group_reply (request, 201, id);
}

/* The group of the path, if the user keeps groups of its unit; else replies and NULL. */
static Group *
group_of_path (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Group) group = group_store_get (request->scope->context.database,
                                             http_request_param (request, "id"), &error);
  if (!group) {
    http_reply_error (request, error);
    return NULL;
  }
  return http_request_may_on_unit (request, RIGHT_MEETING_EDIT, group->unit)
             ? g_steal_pointer (&group)
             : NULL;
}

void
on_group_change (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GroupChange) body = NULL;
  g_autoptr (json_t) json = NULL;
  Database *database = request->scope->context.database;
  g_autoptr (Group) group = group_of_path (request);
  if (!group || !http_request_read (request, &group_change_type, (gpointer *) &body, &json))
    return;
  gboolean has_members = json_object_get (json, "endpoints") != NULL;
  if (has_members && !members_are_seen (request, body->endpoints))
    return;
  g_autoptr (Transaction) transaction = database_begin (database, &error);
  if (!transaction ||
      !group_store_update (database, group->id, body->name,
                           has_members ? (const char *const *) body->endpoints : NULL, &error) ||
      !audit_append (request, NULL, "group.change", group->id, body->name, &error) ||
      !transaction_commit (transaction, &error))
    http_reply_error (request, error);
  else
    group_reply (request, 200, group->id);
}

void
on_group_delete (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  Database *database = request->scope->context.database;
  g_autoptr (Group) group = group_of_path (request);
  if (!group)
    return;
  g_autoptr (Transaction) transaction = database_begin (database, &error);
  if (!transaction || !group_store_remove (database, group->id, &error) ||
      !audit_append (request, NULL, "group.remove", group->id, group->name, &error) ||
      !transaction_commit (transaction, &error))
    http_reply_error (request, error);
  else
    http_reply_empty (request, 204);
}
