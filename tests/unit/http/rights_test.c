/* Every route by everybody who may not: nobody, a role without the right, a token where none
 * counts, a session without its CSRF token. */
#include <string.h>

#include "server/http/route.h"
#include "tests/unit/http/fixture.h"

static const UserRole roles[N_ACTORS] = {
  [AS_ADMINISTRATOR] = USER_ROLE_ADMINISTRATOR, [AS_SECRETARY] = USER_ROLE_SECRETARY,
  [AS_TECHNICIAN] = USER_ROLE_TECHNICIAN,       [AS_ENDPOINT] = USER_ROLE_ENDPOINT,
  [AS_STRANGER] = USER_ROLE_SECRETARY,
};

/* An example of the route's path and a body of its kind. */
static char *
example_path (const Route *route)
{
  return g_strdelimit (g_strdup (route->pattern), "{}", 'x');
}

static const char *
example_body (const Route *route)
{
  const char *type = route_body_type (route->body);
  if (!type)
    return NULL;
  return g_str_equal (type, "application/json") ? "{}" : "v=0\r\n";
}

static const char *
example_type (const Route *route)
{
  if (route->body == BODY_CSV)
    return "Content-Type: text/csv";
  return route->body == BODY_FRAGMENT ? "Content-Type: application/trickle-ice-sdpfrag" : NULL;
}

static void
assert_refused (Fixture *fixture, Actor actor, const Route *route, const char *headers,
                guint status, const char *code)
{
  g_autofree char *path = example_path (route);
  g_autofree char *all = headers && example_type (route)
                             ? g_strconcat (example_type (route), "\n", headers, NULL)
                             : g_strdup (headers ? headers : example_type (route));
  g_autoptr (Reply) reply =
      fixture_send (fixture, actor, route->method, path, example_body (route), all);
  g_test_message ("%s %s by %d: %u", route->method, path, actor, reply->status);
  g_assert_cmpuint (reply->status, ==, status);
  g_assert_cmpstr (reply_get (reply, "code"), ==, code);
}

static void
test_nobody (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  gsize n;
  const Route *routes = route_table (&n);
  for (gsize i = 0; i < n; i++)
    if (routes[i].right != ROUTE_PUBLIC)
      assert_refused (fixture, AS_NOBODY, &routes[i], NULL, 401, "sign_in");
}

static void
test_stale_cookie (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  gsize n;
  const Route *routes = route_table (&n);
  for (gsize i = 0; i < n; i++)
    if (routes[i].right != ROUTE_PUBLIC)
      assert_refused (fixture, AS_NOBODY, &routes[i], "Cookie: diemcau_session=abcdef", 401,
                      "sign_in");
}

static void
test_roles (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  gsize n;
  guint refusals = 0;
  const Route *routes = route_table (&n);
  for (gsize i = 0; i < n; i++)
    for (Actor actor = AS_ADMINISTRATOR; actor < N_ACTORS; actor++) {
      if (routes[i].right < 0 || auth_role_has (roles[actor], routes[i].right))
        continue;
      assert_refused (fixture, actor, &routes[i], NULL, 403, "forbidden");
      refusals++;
    }
  g_assert_cmpuint (refusals, >, 20);
}

static void
test_csrf_everywhere (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  gsize n;
  const Route *routes = route_table (&n);
  for (gsize i = 0; i < n; i++) {
    if (routes[i].right == ROUTE_PUBLIC || g_str_equal (routes[i].method, "GET"))
      continue;
    assert_refused (fixture, AS_ADMINISTRATOR, &routes[i], "X-CSRF-Token: wrong", 403, "csrf");
    assert_refused (fixture, AS_ADMINISTRATOR, &routes[i], "Origin: https://evil.example", 403,
                    "origin");
  }
}

static void
test_tokens (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *good = fixture_bearer (fixture, "xidx", "14758-1", 60);
  g_autofree char *old = fixture_bearer (fixture, "xidx", "14758-1", -1);
  g_autofree char *other = fixture_bearer (fixture, "another", "14758-1", 60);
  gsize n;
  const Route *routes = route_table (&n);
  for (gsize i = 0; i < n; i++) {
    if (routes[i].right == ROUTE_PUBLIC)
      continue;
    assert_refused (fixture, AS_NOBODY, &routes[i], "Authorization: Basic YTpi", 401, "token");
    assert_refused (fixture, AS_NOBODY, &routes[i], "Authorization: Bearer v1.a.b", 401, "token");
    if (!routes[i].tokens) {
      assert_refused (fixture, AS_NOBODY, &routes[i], good, 401, "token");
      continue;
    }
    assert_refused (fixture, AS_NOBODY, &routes[i], old, 401, "token_expired");
    assert_refused (fixture, AS_NOBODY, &routes[i], other, 403, "forbidden");
  }
}

static void
test_subjects (void)
{
  /* The role has the right, but not on this subject. */
  static const struct {
    Actor actor;
    const char *method, *path, *body;
    guint status;
  } rows[] = {
    { AS_STRANGER, "GET", "/api/v1/units?root=38", NULL, 403 },
    { AS_STRANGER, "GET", "/api/v1/endpoints?root=38", NULL, 403 },
    { AS_STRANGER, "GET", "/api/v1/meetings/%s", NULL, 404 },
    { AS_STRANGER, "GET", "/api/v1/meetings/%s/seats", NULL, 404 },
    { AS_STRANGER, "GET", "/api/v1/meetings/%s/events", NULL, 404 },
    { AS_STRANGER, "POST", "/api/v1/meetings/%s/open", NULL, 404 },
    { AS_STRANGER, "POST", "/api/v1/meetings/%s/end", NULL, 404 },
    { AS_STRANGER, "POST", "/api/v1/meetings/%s/rehearse", NULL, 404 },
    { AS_STRANGER, "POST", "/api/v1/meetings/%s/rehearse/end", NULL, 404 },
    { AS_STRANGER, "POST", "/api/v1/meetings/%s/extend", "{\"minutes\":5}", 404 },
    { AS_STRANGER, "POST", "/api/v1/meetings/%s/cancel", "{\"reason\":\"x\"}", 404 },
    { AS_STRANGER, "POST", "/api/v1/meetings/%s/tokens", "{\"viewer\":true}", 404 },
    { AS_STRANGER, "GET", "/api/v1/meetings/%s/line-report", NULL, 404 },
    { AS_STRANGER, "GET", "/api/v1/meetings/%s/line-report.pdf", NULL, 404 },
    { AS_TECHNICIAN, "GET", "/api/v1/meetings/%s/line-report", NULL, 200 },
    { AS_STRANGER, "GET", "/api/v1/meetings/%s/rehearsal", NULL, 404 },
    { AS_STRANGER, "GET", "/api/v1/meetings/%s/rehearsal.csv", NULL, 404 },
    { AS_STRANGER, "GET", "/api/v1/meetings/%s/rehearsal.xlsx", NULL, 404 },
    { AS_STRANGER, "POST", "/api/v1/meetings/%s/rehearsal/ask", "{\"act\":\"test\"}", 404 },
    { AS_STRANGER, "PUT", "/api/v1/meetings/%s/rehearsal/sites/14758-1", "{\"note\":\"x\"}", 404 },
    { AS_STRANGER, "POST", "/api/v1/meetings/%s/rehearsal/sites/14758-1/ask", "{\"act\":\"test\"}",
      404 },
    { AS_STRANGER, "GET", "/api/v1/meetings/%s/rehearsal/sites/14758-1/runs", NULL, 404 },
    { AS_ENDPOINT, "GET", "/api/v1/meetings/%s/rehearsal/sites/14758-1/runs", NULL, 403 },
    { AS_TECHNICIAN, "GET", "/api/v1/meetings/%s/rehearsal/sites/14758-1/runs", NULL, 200 },
    { AS_STRANGER, "POST", "/whip/%s?endpoint=14758-1", "v=0\r\n", 403 },
    { AS_STRANGER, "POST", "/whep/%s", "v=0\r\n", 404 },
    { AS_ENDPOINT, "POST", "/whip/%s?endpoint=14761-1", "v=0\r\n", 403 },
    { AS_ENDPOINT, "GET", "/api/v1/meetings/%s", NULL, 200 },
    { AS_ADMINISTRATOR, "GET", "/api/v1/meetings/%s", NULL, 200 },
  };
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *id = fixture_book (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_auto (GStrv) parts = g_strsplit (rows[i].path, "%s", 2);
    g_autofree char *path = g_strjoinv (id, parts);
    guint status = fixture_status (fixture, rows[i].actor, rows[i].method, path, rows[i].body);
    g_test_message ("%s %s by %d: %u", rows[i].method, path, rows[i].actor, status);
    gboolean as_wanted = status == rows[i].status || (rows[i].status == 403 && status == 404);
    g_assert_true (as_wanted);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rights/nobody", test_nobody);
  g_test_add_func ("/rights/stale-cookie", test_stale_cookie);
  g_test_add_func ("/rights/roles", test_roles);
  g_test_add_func ("/rights/csrf-everywhere", test_csrf_everywhere);
  g_test_add_func ("/rights/tokens", test_tokens);
  g_test_add_func ("/rights/subjects", test_subjects);
  return g_test_run ();
}
