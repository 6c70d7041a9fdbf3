/* Groups of rooms, addresses of mail, and who is told how a room's technician is reached. */
#include <string.h>

#include "server/storage/endpoint_store.h"
#include "tests/unit/http/fixture.h"

#define API "/api/v1"
#define GROUP "{\"unit\":\"38\",\"name\":\"Miền núi\",\"endpoints\":[\"14758-1\",\"14761-1\"]}"

static char *
make_group (Fixture *fixture)
{
  g_autoptr (Reply) made = fixture_send (fixture, AS_SECRETARY, "POST", API "/groups", GROUP, NULL);
  g_test_message ("%s", made->body);
  g_assert_cmpuint (made->status, ==, 201);
  char *path = g_strconcat (API "/groups/", reply_get (made, "id"), NULL);
  g_assert_cmpstr (reply_header (made, "Location"), ==, path);
  return path;
}

static gsize
count (Fixture *fixture, Actor actor, const char *path)
{
  g_autoptr (Reply) reply = fixture_send (fixture, actor, "GET", path, NULL, NULL);
  g_assert_cmpuint (reply->status, ==, 200);
  return json_array_size (json_object_get (reply->json, "groups"));
}

static void
test_life (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *path = make_group (fixture);
  g_assert_cmpuint (count (fixture, AS_SECRETARY, API "/groups"), ==, 1);
  g_assert_cmpuint (count (fixture, AS_ADMINISTRATOR, API "/groups?root=38"), ==, 1);
  g_assert_cmpuint (count (fixture, AS_STRANGER, API "/groups"), ==, 0);
  fixture_assert_problem (fixture, AS_SECRETARY, "POST", API "/groups", GROUP, 409, "exists");
  g_autoptr (Reply) renamed =
      fixture_send (fixture, AS_SECRETARY, "PATCH", path, "{\"name\":\"Ven biển\"}", NULL);
  g_assert_cmpuint (renamed->status, ==, 200);
  g_assert_cmpstr (reply_get (renamed, "name"), ==, "Ven biển");
  g_assert_cmpuint (json_array_size (json_object_get (renamed->json, "endpoints")), ==, 2);
  g_autoptr (Reply) fewer =
      fixture_send (fixture, AS_SECRETARY, "PATCH", path, "{\"endpoints\":[\"14761-1\"]}", NULL);
  g_assert_cmpuint (json_array_size (json_object_get (fewer->json, "endpoints")), ==, 1);
  g_assert_cmpuint (fixture_status (fixture, AS_SECRETARY, "DELETE", path, NULL), ==, 204);
  g_assert_cmpuint (fixture_status (fixture, AS_SECRETARY, "DELETE", path, NULL), ==, 404);
}

static void
test_refused (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *path = make_group (fixture);
  static const struct {
    Actor actor;
    const char *method, *body;
    guint status;
    const char *code;
  } rows[] = {
    { AS_STRANGER, "PATCH", "{\"name\":\"x\"}", 403, "forbidden" },
    { AS_STRANGER, "DELETE", NULL, 403, "forbidden" },
    { AS_TECHNICIAN, "DELETE", NULL, 403, "forbidden" },
    { AS_SECRETARY, "PATCH", "{\"endpoints\":[\"01-1\"]}", 422, "bad_field" },
    { AS_SECRETARY, "PATCH", "{\"endpoints\":[\"9-9\"]}", 422, "bad_field" },
    { AS_SECRETARY, "PATCH", "{\"name\":\"\"}", 422, "bad_field" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    fixture_assert_problem (fixture, rows[i].actor, rows[i].method, path, rows[i].body,
                            rows[i].status, rows[i].code);
  fixture_assert_problem (fixture, AS_STRANGER, "POST", API "/groups", GROUP, 403, "forbidden");
  fixture_assert_problem (fixture, AS_STRANGER, "GET", API "/groups?root=38", NULL, 403,
                          "forbidden");
}

/* --- Addresses of mail --- */

static void
test_email (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (Reply) room =
      fixture_send (fixture, AS_TECHNICIAN, "PATCH", API "/endpoints/14758-1",
                    "{\"email\":\"xa@tinh.gov.vn\",\"phone\":\"0237 000 001\"}", NULL);
  g_assert_cmpuint (room->status, ==, 200);
  g_assert_cmpstr (reply_get (room, "email"), ==, "xa@tinh.gov.vn");
  fixture_assert_problem (fixture, AS_TECHNICIAN, "PATCH", API "/endpoints/14758-1",
                          "{\"email\":\"a@b\\r\\nBcc: c@d\"}", 422, "bad_field");
  g_autofree char *user =
      g_strdup_printf (API "/users/%" G_GINT64_FORMAT, fixture->users[AS_ENDPOINT]);
  g_autoptr (Reply) changed = fixture_send (fixture, AS_ADMINISTRATOR, "PATCH", user,
                                            "{\"email\":\"xa1@tinh.gov.vn\"}", NULL);
  g_assert_cmpstr (reply_get (changed, "email"), ==, "xa1@tinh.gov.vn");
  g_autoptr (Reply) kept =
      fixture_send (fixture, AS_ADMINISTRATOR, "PATCH", user, "{\"name\":\"Xã 1\"}", NULL);
  g_assert_cmpstr (reply_get (kept, "email"), ==, "xa1@tinh.gov.vn");
  fixture_assert_problem (fixture, AS_ADMINISTRATOR, "PATCH", user, "{\"email\":\"x\"}", 422,
                          "bad_field");
}

static const char *
phone_of (const Reply *reply, const char *id)
{
  gsize index;
  json_t *row;
  json_array_foreach (
      json_object_get (reply->json, "endpoints"), index,
      row) if (g_str_equal (json_string_value (json_object_get (row, "id")),
                            id)) return json_string_value (json_object_get (row, "phone"));
  return NULL;
}

/* An endpoint's user is told its own number and the centre's, not its neighbours'. */
static void
test_phones (void)
{
  static const struct {
    Actor actor;
    const char *hall, *own, *neighbour;
  } rows[] = {
    { AS_SECRETARY, "1", "2", "3" },
    { AS_TECHNICIAN, "1", "2", "3" },
    { AS_ADMINISTRATOR, "1", "2", "3" },
    { AS_ENDPOINT, "1", "2", "" },
  };
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  endpoint_store_update (fixture->database, "38-1", NULL, NULL, "1", NULL);
  endpoint_store_update (fixture->database, "14758-1", NULL, NULL, "2", NULL);
  endpoint_store_update (fixture->database, "14761-1", NULL, NULL, "3", NULL);
  g_autofree char *id = fixture_book (fixture);
  g_autofree char *path = g_strconcat (API "/meetings/", id, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Reply) reply = fixture_send (fixture, rows[i].actor, "GET", path, NULL, NULL);
    g_assert_cmpstr (phone_of (reply, "38-1"), ==, rows[i].hall);
    g_assert_cmpstr (phone_of (reply, "14758-1"), ==, rows[i].own);
    g_assert_cmpstr (phone_of (reply, "14761-1"), ==, rows[i].neighbour);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/group/life", test_life);
  g_test_add_func ("/group/refused", test_refused);
  g_test_add_func ("/group/email", test_email);
  g_test_add_func ("/group/phones", test_phones);
  return g_test_run ();
}
