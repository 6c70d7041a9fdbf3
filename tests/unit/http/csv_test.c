/* Rooms and groups as CSV over REST. */
#include <string.h>

#include "server/http/http_limits.h"
#include "tests/unit/http/fixture.h"

#define API "/api/v1"
#define AS_CSV "Content-Type: text/csv"

static Reply *
import (Fixture *fixture, Actor actor, const char *path, const char *text)
{
  return fixture_send (fixture, actor, "POST", path, text, AS_CSV);
}

static json_int_t
number (const Reply *reply, const char *member)
{
  return json_integer_value (json_object_get (reply->json, member));
}

static void
test_export (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (Reply) reply =
      fixture_send (fixture, AS_SECRETARY, "GET", API "/endpoints/export", NULL, NULL);
  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_cmpstr (reply_header (reply, "Content-Type"), ==, "text/csv; charset=utf-8");
  g_assert_nonnull (strstr (reply_header (reply, "Content-Disposition"), "attachment"));
  g_assert_nonnull (strstr (reply->body, "14758-1;14758;Xã Thành Hà;Xã Thành Hà;"));
  g_assert_null (strstr (reply->body, "01-1"));
  g_autoptr (Reply) commas = fixture_send (fixture, AS_TECHNICIAN, "GET",
                                           API "/endpoints/export?separator=comma", NULL, NULL);
  g_assert_nonnull (strstr (commas->body, "14758-1,14758,"));
  fixture_assert_problem (fixture, AS_SECRETARY, "GET", API "/endpoints/export?separator=tab", NULL,
                          422, "bad_field");
  fixture_assert_problem (fixture, AS_STRANGER, "GET", API "/endpoints/export?root=38", NULL, 403,
                          "forbidden");
}

static void
test_import (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  static const char text[] = "id;unit;name;phone\n14758-1;14758;Xã Thành Hà;0237 1\n";
  g_autoptr (Reply) dry = import (fixture, AS_TECHNICIAN, API "/endpoints/import?dry_run=1", text);
  g_assert_cmpint (number (dry, "changed"), ==, 1);
  g_assert_true (json_is_false (json_object_get (dry->json, "stored")));
  g_autoptr (Reply) done = import (fixture, AS_TECHNICIAN, API "/endpoints/import", text);
  g_assert_true (json_is_true (json_object_get (done->json, "stored")));
  g_autoptr (Reply) again = import (fixture, AS_TECHNICIAN, API "/endpoints/import", text);
  g_assert_cmpint (number (again, "unchanged"), ==, 1);
  g_autoptr (Reply) faulty =
      import (fixture, AS_TECHNICIAN, API "/endpoints/import", "unit,name\n01,Hà Nội\n");
  g_assert_cmpuint (faulty->status, ==, 200);
  json_t *fault = json_array_get (json_object_get (faulty->json, "errors"), 0);
  g_assert_cmpint (json_integer_value (json_object_get (fault, "line")), ==, 2);
  g_assert_nonnull (json_string_value (json_object_get (fault, "text_en")));
}

static void
test_groups (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (Reply) made = import (fixture, AS_SECRETARY, API "/groups/import",
                                   "unit,group,endpoint\n38,Miền núi,14758-1\n");
  g_assert_cmpint (number (made, "added"), ==, 1);
  g_autoptr (Reply) reply =
      fixture_send (fixture, AS_SECRETARY, "GET", API "/groups/export", NULL, NULL);
  g_assert_nonnull (strstr (reply->body, "38;Miền núi;14758-1;Xã Thành Hà\r\n"));
}

static void
test_size (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *text = g_strnfill (HTTP_CSV_BODY_MAX_BYTES + 1, ' ');
  memcpy (text, "unit,name", strlen ("unit,name"));
  g_autoptr (Reply) more = import (fixture, AS_TECHNICIAN, API "/endpoints/import", text);
  g_assert_cmpuint (more->status, ==, 413);
  text[HTTP_CSV_BODY_MAX_BYTES] = '\0';
  memset (text + strlen ("unit,name"), '\n', HTTP_CSV_BODY_MAX_BYTES - strlen ("unit,name"));
  g_autoptr (Reply) most = import (fixture, AS_TECHNICIAN, API "/endpoints/import", text);
  g_assert_cmpuint (most->status, ==, 200);
  g_autoptr (Reply) json =
      fixture_send (fixture, AS_TECHNICIAN, "POST", API "/endpoints/import", "{}", NULL);
  g_assert_cmpuint (json->status, ==, 415);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/csv/export", test_export);
  g_test_add_func ("/csv/import", test_import);
  g_test_add_func ("/csv/groups", test_groups);
  g_test_add_func ("/csv/size", test_size);
  return g_test_run ();
}
