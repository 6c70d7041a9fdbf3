/* The table of routes against openapi.json, and against the table of rights. */
#include <jansson.h>
#include <string.h>

#include "pipelines/control/record.h"
#include "server/http/http_limits.h"
#include "server/http/route.h"

static json_t *
load_openapi (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "server/http/openapi.json", NULL);
  json_error_t error;
  json_t *json = json_load_file (path, 0, &error);
  if (!json)
    g_error ("%s: %s, line %d", path, error.text, error.line);
  return json;
}

static char *
lower (const char *method)
{
  return g_ascii_strdown (method, -1);
}

/* --- Both describe the same --- */

static void
test_routes_are_described (void)
{
  g_autoptr (json_t) openapi = load_openapi ();
  json_t *paths = json_object_get (openapi, "paths");
  gsize n;
  const Route *routes = route_table (&n);
  for (gsize i = 0; i < n; i++) {
    g_autofree char *method = lower (routes[i].method);
    json_t *operation = json_object_get (json_object_get (paths, routes[i].pattern), method);
    g_test_message ("%s %s", routes[i].method, routes[i].pattern);
    g_assert_nonnull (operation);
    g_assert_cmpstr (json_string_value (json_object_get (operation, "x-right")), ==,
                     route_right_name (routes[i].right));
    json_t *content = json_object_get (json_object_get (operation, "requestBody"), "content");
    const char *type =
        routes[i].body == BODY_FILE ? "application/octet-stream" : route_body_type (routes[i].body);
    g_assert_true ((type != NULL) == (content != NULL));
    if (type)
      g_assert_nonnull (json_object_get (content, type));
    json_t *security = json_object_get (operation, "security");
    gboolean takes_tokens = FALSE;
    gsize index;
    json_t *way;
    json_array_foreach (security, index, way) takes_tokens |=
        json_object_get (way, "bearer") != NULL;
    g_assert_true (takes_tokens == routes[i].tokens);
  }
}

static void
test_operations_are_routes (void)
{
  g_autoptr (json_t) openapi = load_openapi ();
  const char *path, *method;
  json_t *operations, *operation;
  gsize n, described = 0;
  route_table (&n);
  json_object_foreach (json_object_get (openapi, "paths"), path, operations)
      json_object_foreach (operations, method, operation)
  {
    g_auto (GStrv) params = NULL;
    g_autofree char *allow = NULL;
    g_autofree char *upper = g_ascii_strup (method, -1);
    /* A pattern's own parameters are segments like any other. */
    g_autofree char *example = g_strdelimit (g_strdup (path), "{}", 'x');
    const Route *route = route_find (upper, example, &params, &allow);
    g_test_message ("%s %s", upper, path);
    g_assert_nonnull (route);
    g_assert_cmpstr (route->pattern, ==, path);
    described++;
  }
  g_assert_cmpuint (described, ==, n);
}

static void
test_operation_ids_are_unique (void)
{
  g_autoptr (json_t) openapi = load_openapi ();
  g_autoptr (GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);
  const char *path, *method;
  json_t *operations, *operation;
  json_object_foreach (json_object_get (openapi, "paths"), path, operations)
      json_object_foreach (operations, method, operation) g_assert_true (g_hash_table_add (
          ids, (char *) json_string_value (json_object_get (operation, "operationId"))));
}

/* --- Matching --- */

static void
test_match (void)
{
  static const struct {
    const char *pattern, *path;
    gboolean matches;
    const char *first;
  } rows[] = {
    { "/api/v1/units", "/api/v1/units", TRUE, NULL },
    { "/api/v1/units", "/api/v1/units/", FALSE, NULL },
    { "/api/v1/units/{code}", "/api/v1/units/38", TRUE, "38" },
    { "/api/v1/units/{code}", "/api/v1/units/", FALSE, NULL },
    { "/api/v1/units/{code}", "/api/v1/units/38/x", FALSE, NULL },
    { "/api/v1/units/{code}", "/api/v1/units/X%C3%A3", TRUE, "Xã" },
    { "/api/v1/units/{code}", "/api/v1/units/a%2Fb", FALSE, NULL },
    { "/api/v1/units/{code}", "/api/v1/units/a%00b", FALSE, NULL },
    { "/api/v1/units/{code}", "/api/v1/units/a%0Ab", FALSE, NULL },
    { "/api/v1/units/{code}", "/api/v1/units/%FF", FALSE, NULL },
    { "/api/v1/units/{code}", "/api/v1/units/%zz", FALSE, NULL },
    { "/whip/{meeting}/{session}", "/whip/m1/s1", TRUE, "m1" },
    { "/whip/{meeting}/{session}", "/whip//s1", FALSE, NULL },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_auto (GStrv) params = route_match (rows[i].pattern, rows[i].path);
    g_test_message ("%s %s", rows[i].pattern, rows[i].path);
    g_assert_true ((params != NULL) == rows[i].matches);
    if (params)
      g_assert_cmpstr (params[0], ==, rows[i].first);
  }
}

static void
test_param_index (void)
{
  g_assert_cmpint (route_param_index ("/whip/{meeting}/{session}", "meeting"), ==, 0);
  g_assert_cmpint (route_param_index ("/whip/{meeting}/{session}", "session"), ==, 1);
  g_assert_cmpint (route_param_index ("/whip/{meeting}/{session}", "sess"), ==, -1);
}

static void
test_other_methods_are_named (void)
{
  g_auto (GStrv) params = NULL;
  g_autofree char *allow = NULL;
  g_autofree char *none = NULL;
  g_assert_null (route_find ("GET", "/whip/m1/s1", &params, &allow));
  g_assert_null (params);
  g_assert_cmpstr (allow, ==, "PATCH, DELETE, OPTIONS");
  g_assert_null (route_find ("GET", "/nowhere", &params, &none));
  g_assert_null (none);
}

static void
test_head_is_get (void)
{
  g_auto (GStrv) params = NULL;
  g_autofree char *allow = NULL;
  const Route *route = route_find ("HEAD", "/api/v1/health", &params, &allow);
  g_assert_nonnull (route);
  g_assert_cmpstr (route->method, ==, "GET");
}

/* --- Who may never: role by route --- */

static void
test_rights (void)
{
  /* One letter per role that may: Administrator, Secretary, Technician, Endpoint. */
  static const struct {
    const char *method, *path, *roles;
  } rows[] = {
    { "GET", "/api/v1/units", "ASTE" },
    { "POST", "/api/v1/units", "A" },
    { "DELETE", "/api/v1/units/x", "A" },
    { "GET", "/api/v1/users", "A" },
    { "POST", "/api/v1/users", "A" },
    { "PATCH", "/api/v1/users/1", "A" },
    { "DELETE", "/api/v1/users/1", "A" },
    { "GET", "/api/v1/meetings", "ASTE" },
    { "POST", "/api/v1/meetings", "AS" },
    { "PATCH", "/api/v1/meetings/m", "AS" },
    { "POST", "/api/v1/meetings/m/cancel", "AS" },
    { "POST", "/api/v1/meetings/m/postpone", "AS" },
  };
  static const char letters[USER_ROLES] = { 'A', 'S', 'T', 'E' };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_auto (GStrv) params = NULL;
    g_autofree char *allow = NULL;
    const Route *route = route_find (rows[i].method, rows[i].path, &params, &allow);
    g_assert_nonnull (route);
    for (guint role = 0; role < USER_ROLES; role++) {
      g_test_message ("%s %s by %c", rows[i].method, rows[i].path, letters[role]);
      g_assert_true (auth_role_has (role, route->right) ==
                     (strchr (rows[i].roles, letters[role]) != NULL));
    }
  }
}

static void
test_body_limits (void)
{
  g_assert_cmpuint (route_body_max (BODY_JSON), ==, HTTP_BODY_MAX_BYTES);
  g_assert_cmpuint (route_body_max (BODY_CSV), ==, HTTP_CSV_BODY_MAX_BYTES);
  g_assert_cmpuint (route_body_max (BODY_SDP), ==, HTTP_SDP_MAX_BYTES);
  g_assert_cmpuint (route_body_max (BODY_LIST), ==, HTTP_LIST_BODY_MAX_BYTES);
  g_assert_cmpuint (route_body_max (BODY_FILE), ==, HTTP_PAPER_CUT_BYTES);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/routes/are-described", test_routes_are_described);
  g_test_add_func ("/routes/operations-are-routes", test_operations_are_routes);
  g_test_add_func ("/routes/operation-ids-are-unique", test_operation_ids_are_unique);
  g_test_add_func ("/routes/match", test_match);
  g_test_add_func ("/routes/param-index", test_param_index);
  g_test_add_func ("/routes/other-methods-are-named", test_other_methods_are_named);
  g_test_add_func ("/routes/head-is-get", test_head_is_get);
  g_test_add_func ("/routes/rights", test_rights);
  g_test_add_func ("/routes/body-limits", test_body_limits);
  return g_test_run ();
}
