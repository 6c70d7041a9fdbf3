/* The REST interface, handler by handler, against real storage. */
#include <string.h>

#include "tests/unit/http/fixture.h"

#define API "/api/v1"

/* --- Session --- */

static void
tune_help_phone (Settings *settings)
{
  g_free (settings->http.help_phone);
  settings->http.help_phone = g_strdup ("0237 3852 246");
}

static void
test_sign_in (void)
{
  g_autoptr (Fixture) fixture = fixture_new (tune_help_phone);
  g_autoptr (Reply) in =
      fixture_send (fixture, AS_NOBODY, "POST", API "/session",
                    "{\"user\":\"thuky\",\"password\":\"" FIXTURE_PASSWORD "\"}", NULL);
  g_assert_cmpuint (in->status, ==, 200);
  const char *cookie = reply_header (in, "Set-Cookie");
  g_assert_true (g_str_has_prefix (cookie, "diemcau_session="));
  g_assert_nonnull (strstr (cookie, "HttpOnly"));
  g_assert_nonnull (strstr (cookie, "; Secure"));
  g_assert_nonnull (strstr (cookie, "SameSite=Strict"));
  g_assert_cmpstr (reply_header (in, "Cache-Control"), ==, "no-store");
  g_assert_nonnull (reply_get (in, "csrf"));
  g_assert_cmpstr (reply_get (in, "help_phone"), ==, "0237 3852 246");

  g_autofree char *pair = g_strndup (cookie, strcspn (cookie, ";"));
  g_autofree char *header = g_strconcat ("Cookie: ", pair, NULL);
  g_autoptr (Reply) who = fixture_send (fixture, AS_NOBODY, "GET", API "/session", NULL, header);
  g_assert_cmpuint (who->status, ==, 200);
  g_assert_cmpstr (reply_get (who, "csrf"), ==, reply_get (in, "csrf"));
  json_t *user = json_object_get (who->json, "user");
  g_assert_cmpstr (json_string_value (json_object_get (user, "role")), ==, "secretary");
  g_assert_cmpstr (json_string_value (json_object_get (user, "unit")), ==, "38");
}

static void
test_sign_in_refused (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  fixture_assert_problem (fixture, AS_NOBODY, "POST", API "/session",
                          "{\"user\":\"thuky\",\"password\":\"sai\"}", 401, "credentials");
  fixture_assert_problem (fixture, AS_NOBODY, "POST", API "/session", "{\"user\":\"thuky\"}", 422,
                          "bad_field");
  fixture_assert_problem (fixture, AS_NOBODY, "POST", API "/session", "{", 400, "bad_json");
  g_autoptr (Reply) foreign = fixture_send (
      fixture, AS_NOBODY, "POST", API "/session",
      "{\"user\":\"thuky\",\"password\":\"" FIXTURE_PASSWORD "\"}", "Origin: https://evil.example");
  g_assert_cmpuint (foreign->status, ==, 403);
}

static void
test_lock_out (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  for (guint i = 0; i < LOGIN_FAILURES_MAX; i++)
    fixture_status (fixture, AS_NOBODY, "POST", API "/session",
                    "{\"user\":\"thuky\",\"password\":\"sai\"}");
  g_autoptr (Reply) reply =
      fixture_send (fixture, AS_NOBODY, "POST", API "/session",
                    "{\"user\":\"thuky\",\"password\":\"" FIXTURE_PASSWORD "\"}", NULL);
  g_assert_cmpuint (reply->status, ==, 429);
  g_assert_cmpstr (reply_get (reply, "code"), ==, "locked_out");
  g_assert_nonnull (reply_header (reply, "Retry-After"));
}

static void
test_sign_out (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (Reply) out =
      fixture_send (fixture, AS_SECRETARY, "DELETE", API "/session", NULL, NULL);
  g_assert_cmpuint (out->status, ==, 204);
  g_assert_nonnull (strstr (reply_header (out, "Set-Cookie"), "Max-Age=0"));
  fixture_assert_problem (fixture, AS_SECRETARY, "GET", API "/session", NULL, 401, "sign_in");
}

static void
test_csrf (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  static const char *const refused[] = { "X-CSRF-Token: ", "X-CSRF-Token: wrong",
                                         "Origin: https://evil.example", "Origin: null" };
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autoptr (Reply) reply =
        fixture_send (fixture, AS_SECRETARY, "DELETE", API "/session", NULL, refused[i]);
    g_assert_cmpuint (reply->status, ==, 403);
  }
  g_autofree char *ours =
      g_strdup_printf ("Origin: http://127.0.0.1:%u", http_server_get_http_port (fixture->server));
  g_autoptr (Reply) reply =
      fixture_send (fixture, AS_SECRETARY, "DELETE", API "/session", NULL, ours);
  g_assert_cmpuint (reply->status, ==, 204);
}

static void
test_password (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  fixture_assert_problem (fixture, AS_SECRETARY, "PUT", API "/session/password",
                          "{\"current\":\"sai\",\"new\":\"mot-mat-khau-moi\"}", 403,
                          "password_wrong");
  fixture_assert_problem (fixture, AS_SECRETARY, "PUT", API "/session/password",
                          "{\"current\":\"" FIXTURE_PASSWORD "\",\"new\":\"ngan\"}", 422,
                          "password_weak");
  g_assert_cmpuint (fixture_status (fixture, AS_SECRETARY, "PUT", API "/session/password",
                                    "{\"current\":\"" FIXTURE_PASSWORD
                                    "\",\"new\":\"mot-mat-khau-moi\"}"),
                    ==, 204);
  g_assert_cmpuint (fixture_status (fixture, AS_NOBODY, "POST", API "/session",
                                    "{\"user\":\"thuky\",\"password\":\"mot-mat-khau-moi\"}"),
                    ==, 200);
}

/* --- Units and endpoints --- */

static gsize
list_length (Fixture *fixture, Actor actor, const char *path, const char *member)
{
  g_autoptr (Reply) reply = fixture_send (fixture, actor, "GET", path, NULL, NULL);
  g_test_message ("%s: %s", path, reply->body);
  g_assert_cmpuint (reply->status, ==, 200);
  return json_array_size (json_object_get (reply->json, member));
}

static void
test_units (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_assert_cmpuint (list_length (fixture, AS_ADMINISTRATOR, API "/units", "units"), ==, 5);
  g_assert_cmpuint (list_length (fixture, AS_SECRETARY, API "/units", "units"), ==, 3);
  g_assert_cmpuint (list_length (fixture, AS_SECRETARY, API "/units?level=commune", "units"), ==,
                    2);
  g_assert_cmpuint (list_length (fixture, AS_SECRETARY, API "/units?root=14758", "units"), ==, 1);
  fixture_assert_problem (fixture, AS_SECRETARY, "GET", API "/units?root=01", NULL, 403,
                          "forbidden");

  g_autoptr (Reply) made = fixture_send (
      fixture, AS_ADMINISTRATOR, "POST", API "/units",
      "{\"code\":\"9\",\"parent\":\"38\",\"level\":\"commune\",\"name\":\"Xã Mới\"}", NULL);
  g_assert_cmpuint (made->status, ==, 201);
  g_assert_cmpstr (reply_header (made, "Location"), ==, API "/units/9");
  fixture_assert_problem (fixture, AS_ADMINISTRATOR, "POST", API "/units",
                          "{\"code\":\"9\",\"parent\":\"38\",\"level\":\"x\",\"name\":\"y\"}", 409,
                          "exists");
  g_autoptr (Reply) renamed = fixture_send (fixture, AS_ADMINISTRATOR, "PATCH", API "/units/9",
                                            "{\"name\":\"Xã Tân\"}", NULL);
  g_assert_cmpstr (reply_get (renamed, "name"), ==, "Xã Tân");
  g_assert_cmpuint (fixture_status (fixture, AS_ADMINISTRATOR, "DELETE", API "/units/9", NULL), ==,
                    204);
  fixture_assert_problem (fixture, AS_ADMINISTRATOR, "DELETE", API "/units/38", NULL, 409,
                          "in_use");
  fixture_assert_problem (fixture, AS_ADMINISTRATOR, "PATCH", API "/units/nowhere",
                          "{\"name\":\"x\"}", 404, "not_found");
}

static void
test_unit_search (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_assert_cmpuint (list_length (fixture, AS_SECRETARY, API "/units/search?q=thanh%20ha", "units"),
                    >=, 1);
  g_assert_cmpuint (list_length (fixture, AS_SECRETARY, API "/units/search?q=ha%20noi", "units"),
                    ==, 0);
  g_assert_cmpuint (
      list_length (fixture, AS_ADMINISTRATOR, API "/units/search?q=thanh&limit=1", "units"), ==, 1);
  fixture_assert_problem (fixture, AS_SECRETARY, "GET", API "/units/search", NULL, 422,
                          "bad_field");
  static const char *const limits[] = { "0", "101", "x", "1x", "-1" };
  for (gsize i = 0; i < G_N_ELEMENTS (limits); i++) {
    g_autofree char *path = g_strconcat (API "/units/search?q=a&limit=", limits[i], NULL);
    fixture_assert_problem (fixture, AS_SECRETARY, "GET", path, NULL, 422, "bad_field");
  }
}

static void
test_endpoints (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_assert_cmpuint (list_length (fixture, AS_SECRETARY, API "/endpoints", "endpoints"), ==, 3);
  g_assert_cmpuint (
      list_length (fixture, AS_SECRETARY, API "/endpoints?q=hac%20thanh", "endpoints"), >=, 1);
  g_autoptr (Reply) made =
      fixture_send (fixture, AS_ADMINISTRATOR, "POST", API "/endpoints",
                    "{\"unit\":\"14758\",\"name\":\"Hội trường\",\"phone\":\"0237\"}", NULL);
  g_assert_cmpuint (made->status, ==, 201);
  g_assert_cmpstr (reply_get (made, "id"), ==, "14758-2");
  g_assert_cmpstr (reply_get (made, "unit_name"), ==, "Xã Thành Hà");
  g_autoptr (Reply) changed =
      fixture_send (fixture, AS_ADMINISTRATOR, "PATCH", API "/endpoints/14758-2",
                    "{\"phone\":\"\",\"technician\":\"Lan\"}", NULL);
  g_assert_cmpstr (reply_get (changed, "phone"), ==, "");
  g_assert_cmpstr (reply_get (changed, "technician"), ==, "Lan");
  g_assert_cmpstr (reply_get (changed, "name"), ==, "Hội trường");
  g_assert_cmpuint (
      fixture_status (fixture, AS_ADMINISTRATOR, "DELETE", API "/endpoints/14758-2", NULL), ==,
      204);
  fixture_assert_problem (fixture, AS_ADMINISTRATOR, "DELETE", API "/endpoints/14758-1", NULL, 409,
                          "in_use");
}

/* --- Lines --- */

static gint64
kbps_of (const Reply *reply, const char *field)
{
  return json_integer_value (json_object_get (reply->json, field));
}

static void
test_lines (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (Reply) unit = fixture_send (fixture, AS_ADMINISTRATOR, "PATCH", API "/units/38",
                                         "{\"down_kbps\":20000,\"up_kbps\":4000}", NULL);
  g_assert_cmpint (kbps_of (unit, "down_kbps"), ==, 20000);
  g_assert_cmpint (kbps_of (unit, "up_kbps"), ==, 4000);
  /* those that run hear of it; what is not said stays */
  g_assert_cmpuint (fixture->hub->line_reloads, ==, 1);
  g_autoptr (Reply) renamed =
      fixture_send (fixture, AS_ADMINISTRATOR, "PATCH", API "/units/38", "{\"up_kbps\":0}", NULL);
  g_assert_cmpint (kbps_of (renamed, "down_kbps"), ==, 20000);
  g_assert_cmpint (kbps_of (renamed, "up_kbps"), ==, 0);
  g_autoptr (Reply) room = fixture_send (fixture, AS_ADMINISTRATOR, "PATCH",
                                         API "/endpoints/14758-1", "{\"up_kbps\":800}", NULL);
  g_assert_cmpint (kbps_of (room, "up_kbps"), ==, 800);
  g_assert_cmpint (kbps_of (room, "down_kbps"), ==, 0);
  g_autoptr (Reply) made = fixture_send (fixture, AS_ADMINISTRATOR, "POST", API "/endpoints",
                                         "{\"unit\":\"14758\",\"down_kbps\":4000000}", NULL);
  g_assert_cmpint (kbps_of (made, "down_kbps"), ==, 4000000);
  g_assert_cmpuint (fixture_status (fixture, AS_ADMINISTRATOR, "PATCH", API "/endpoints/14758-1",
                                    "{\"up_kbps\":4000001}"),
                    ==, 422);
  g_assert_cmpuint (
      fixture_status (fixture, AS_ADMINISTRATOR, "PATCH", API "/units/38", "{\"down_kbps\":-1}"),
      ==, 422);
  g_assert_cmpuint (
      fixture_status (fixture, AS_SECRETARY, "PATCH", API "/units/38", "{\"down_kbps\":1}"), ==,
      403);
}

/* --- Users --- */

static void
test_users (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_assert_cmpuint (list_length (fixture, AS_ADMINISTRATOR, API "/users", "users"), ==, 5);
  g_autoptr (Reply) made =
      fixture_send (fixture, AS_ADMINISTRATOR, "POST", API "/users",
                    "{\"login\":\"xa2\",\"name\":\"Xã hai\",\"role\":\"endpoint\","
                    "\"endpoint\":\"14761-1\",\"password\":\"mat-khau-dai\"}",
                    NULL);
  g_test_message ("%s", made->body);
  g_assert_cmpuint (made->status, ==, 201);
  g_assert_cmpstr (reply_get (made, "unit"), ==, "14761");
  const char *path = reply_header (made, "Location");
  g_assert_cmpuint (fixture_status (fixture, AS_NOBODY, "POST", API "/session",
                                    "{\"user\":\"xa2\",\"password\":\"mat-khau-dai\"}"),
                    ==, 200);
  g_autoptr (Reply) changed =
      fixture_send (fixture, AS_ADMINISTRATOR, "PATCH", path, "{\"disabled\":true}", NULL);
  g_assert_true (json_is_true (json_object_get (changed->json, "disabled")));
  g_assert_cmpstr (reply_get (changed, "endpoint"), ==, "14761-1");
  g_autoptr (Reply) again =
      fixture_send (fixture, AS_ADMINISTRATOR, "PATCH", path,
                    "{\"disabled\":false,\"password\":\"mat-khau-khac\"}", NULL);
  g_assert_cmpuint (again->status, ==, 200);
  g_assert_cmpuint (fixture_status (fixture, AS_NOBODY, "POST", API "/session",
                                    "{\"user\":\"xa2\",\"password\":\"mat-khau-khac\"}"),
                    ==, 200);
  g_assert_cmpuint (fixture_status (fixture, AS_ADMINISTRATOR, "DELETE", path, NULL), ==, 204);
  g_assert_cmpuint (fixture_status (fixture, AS_ADMINISTRATOR, "DELETE", path, NULL), ==, 404);
}

static void
test_users_refused (void)
{
  static const struct {
    const char *body;
    guint status;
    const char *code;
  } rows[] = {
    { "{\"login\":\"a\",\"name\":\"A\",\"role\":\"king\",\"password\":\"mat-khau-dai\"}", 422,
      "bad_field" },
    { "{\"login\":\"a\",\"name\":\"A\",\"role\":\"endpoint\",\"unit\":\"38\",\"password\":"
      "\"mat-khau-dai\"}",
      422, "bad_field" },
    { "{\"login\":\"thuky\",\"name\":\"A\",\"role\":\"secretary\",\"unit\":\"38\",\"password\":"
      "\"mat-khau-dai\"}",
      409, "exists" },
    { "{\"login\":\"a\",\"name\":\"A\",\"role\":\"secretary\",\"unit\":\"38\",\"password\":"
      "\"ngan\"}",
      422, "password_weak" },
  };
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    fixture_assert_problem (fixture, AS_ADMINISTRATOR, "POST", API "/users", rows[i].body,
                            rows[i].status, rows[i].code);
  g_autofree char *self =
      g_strdup_printf (API "/users/%" G_GINT64_FORMAT, fixture->users[AS_ADMINISTRATOR]);
  fixture_assert_problem (fixture, AS_ADMINISTRATOR, "DELETE", self, NULL, 409, "self");
  fixture_assert_problem (fixture, AS_ADMINISTRATOR, "PATCH", self, "{\"disabled\":true}", 409,
                          "self");
  fixture_assert_problem (fixture, AS_ADMINISTRATOR, "PATCH", self,
                          "{\"role\":\"secretary\",\"unit\":\"38\"}", 409, "last_administrator");
  fixture_assert_problem (fixture, AS_ADMINISTRATOR, "DELETE", API "/users/x", NULL, 404,
                          "not_found");
}

/* --- Meetings --- */

static void
test_book (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (Reply) reply =
      fixture_send (fixture, AS_SECRETARY, "POST", API "/meetings",
                    "{\"title\":\"Họp\",\"host_unit\":\"38\",\"chair_endpoint\":\"38-1\","
                    "\"starts_at\":\"2030-11-22T08:30:00+07:00\","
                    "\"ends_at\":\"2030-11-22T04:00:00Z\",\"units\":[\"38\"]}",
                    NULL);
  g_test_message ("%s", reply->body);
  g_assert_cmpuint (reply->status, ==, 201);
  g_assert_cmpstr (reply_get (reply, "state"), ==, "scheduled");
  g_assert_cmpstr (reply_get (reply, "starts_at"), ==, "2030-11-22T01:30:00Z");
  g_assert_cmpstr (reply_get (reply, "host_unit_name"), ==, "Tỉnh Thanh Hóa");
  g_assert_true (json_is_null (json_object_get (reply->json, "started_at")));
  g_assert_cmpint (json_integer_value (json_object_get (reply->json, "endpoint_count")), ==, 3);
  g_assert_cmpuint (json_array_size (json_object_get (reply->json, "endpoints")), ==, 3);
  g_assert_nonnull (reply_header (reply, "Location"));
  g_assert_cmpuint (list_length (fixture, AS_SECRETARY, API "/meetings", "meetings"), ==, 1);
  g_assert_cmpuint (list_length (fixture, AS_ENDPOINT, API "/meetings", "meetings"), ==, 1);
  g_assert_cmpuint (list_length (fixture, AS_STRANGER, API "/meetings", "meetings"), ==, 0);
  g_assert_cmpuint (list_length (fixture, AS_SECRETARY, API "/meetings?state=open", "meetings"), ==,
                    0);
  g_assert_cmpuint (
      list_length (fixture, AS_SECRETARY, API "/meetings?from=2031-01-01T00:00:00Z", "meetings"),
      ==, 0);
  g_assert_cmpuint (list_length (fixture, AS_SECRETARY,
                                 API "/meetings?from=2030-11-22T00:00:00Z&to=2030-11-23T00:00:00Z",
                                 "meetings"),
                    ==, 1);
  fixture_assert_problem (fixture, AS_SECRETARY, "GET", API "/meetings?from=tomorrow", NULL, 422,
                          "bad_field");
  fixture_assert_problem (fixture, AS_SECRETARY, "GET", API "/meetings?state=odd", NULL, 422,
                          "bad_field");
}

static void
test_book_refused (void)
{
#define TIMES "\"starts_at\":\"2030-11-22T08:30:00Z\",\"ends_at\":\"2030-11-22T09:30:00Z\""
  static const struct {
    const char *body;
    guint status;
    const char *code;
  } rows[] = {
    { "{\"title\":\"x\",\"host_unit\":\"01\",\"chair_endpoint\":\"38-1\"," TIMES "}", 403,
      "forbidden" },
    { "{\"title\":\"x\",\"host_unit\":\"38\",\"chair_endpoint\":\"nowhere-1\"," TIMES
      ",\"endpoints\":[\"14758-1\"]}",
      422, "bad_field" },
    { "{\"title\":\"x\",\"host_unit\":\"38\",\"chair_endpoint\":\"38-1\"," TIMES
      ",\"endpoints\":[\"nowhere-1\"]}",
      422, "bad_field" },
    { "{\"title\":\"x\",\"host_unit\":\"38\",\"chair_endpoint\":\"38-1\"," TIMES
      ",\"endpoints\":[\"01-1\"]}",
      422, "bad_field" },
    { "{\"title\":\"x\",\"host_unit\":\"38\",\"chair_endpoint\":\"38-1\","
      "\"starts_at\":\"2030-11-22T08:30:00Z\",\"ends_at\":\"2030-11-22T08:00:00Z\","
      "\"endpoints\":[\"14758-1\"]}",
      422, "bad_field" },
    { "{\"title\":\"x\",\"host_unit\":\"38\",\"chair_endpoint\":\"38-1\","
      "\"starts_at\":\"2030-11-22T08:30:00\",\"ends_at\":\"2030-11-22T09:00:00Z\"}",
      422, "bad_field" },
    { "{\"title\":\"x\",\"host_unit\":\"38\",\"chair_endpoint\":\"38-1\"," TIMES
      ",\"endpoints\":[7]}",
      422, "bad_field" },
    { "{\"title\":\"\",\"host_unit\":\"38\",\"chair_endpoint\":\"38-1\"," TIMES "}", 422,
      "bad_field" },
    { "[]", 415, "content_type" },
    { "{\"title\":\"x\"", 400, "bad_json" },
  };
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    fixture_assert_problem (fixture, AS_SECRETARY, "POST", API "/meetings", rows[i].body,
                            rows[i].status, rows[i].code);
}

static void
test_change_meeting (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *id = fixture_book (fixture);
  g_autofree char *path = g_strconcat (API "/meetings/", id, NULL);
  g_autoptr (Reply) reply =
      fixture_send (fixture, AS_SECRETARY, "PATCH", path,
                    "{\"title\":\"Tên mới\",\"endpoints\":[\"14758-1\"]}", NULL);
  g_test_message ("%s", reply->body);
  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_cmpstr (reply_get (reply, "title"), ==, "Tên mới");
  g_assert_cmpint (json_integer_value (json_object_get (reply->json, "endpoint_count")), ==, 2);
  g_assert_cmpstr (reply_get (reply, "starts_at"), ==, "2030-11-22T01:30:00Z");
  g_assert_cmpuint (fixture->hub->reloads, ==, 1);
  fixture_assert_problem (fixture, AS_SECRETARY, "PATCH", path, "{\"ends_at\":\"gestern\"}", 422,
                          "bad_field");
  fixture_assert_problem (fixture, AS_ENDPOINT, "PATCH", path, "{\"title\":\"x\"}", 403,
                          "forbidden");
  fixture_assert_problem (fixture, AS_STRANGER, "PATCH", path, "{\"title\":\"x\"}", 404,
                          "not_found");
}

static void
test_transitions (void)
{
  static const struct {
    const char *verb, *body;
    MeetingState state;
    const char *reason;
  } rows[] = {
    { "open", NULL, MEETING_OPEN, NULL },
    { "start", NULL, MEETING_LIVE, NULL },
    { "end", NULL, MEETING_ENDED, NULL },
    { "postpone", "{\"reason\":\"bão\"}", MEETING_POSTPONED, "bão" },
    { "cancel", "{\"reason\":\"lý do\"}", MEETING_CANCELLED, "lý do" },
  };
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *id = fixture_book (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strdup_printf (API "/meetings/%s/%s", id, rows[i].verb);
    fixture_assert_problem (fixture, AS_ENDPOINT, "POST", path, rows[i].body, 403, "forbidden");
    g_assert_cmpuint (fixture_status (fixture, AS_SECRETARY, "POST", path, rows[i].body), ==, 200);
    g_assert_cmpint (fixture->hub->state, ==, rows[i].state);
    g_assert_cmpstr (fixture->hub->reason, ==, rows[i].reason);
    g_assert_cmpstr (fixture->hub->meeting, ==, id);
  }
  g_autofree char *cancel = g_strdup_printf (API "/meetings/%s/cancel", id);
  fixture_assert_problem (fixture, AS_SECRETARY, "POST", cancel, "{}", 422, "bad_field");
  fixture->hub->problem = PROBLEM_STATE_FORBIDDEN;
  g_autofree char *open = g_strdup_printf (API "/meetings/%s/open", id);
  g_autoptr (Reply) reply = fixture_send (fixture, AS_SECRETARY, "POST", open, NULL, NULL);
  g_assert_cmpuint (reply->status, ==, problem_text (PROBLEM_STATE_FORBIDDEN)->http_status);
}

/* A rehearsal is opened like a meeting; its end asks for one that runs. */
static void
test_rehearse_and_extend (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *id = fixture_book (fixture);
  g_autofree char *rehearse = g_strdup_printf (API "/meetings/%s/rehearse", id);
  g_autofree char *over = g_strdup_printf (API "/meetings/%s/rehearse/end", id);
  g_autofree char *extend = g_strdup_printf (API "/meetings/%s/extend", id);

  g_assert_cmpuint (fixture_status (fixture, AS_SECRETARY, "POST", rehearse, NULL), ==, 200);
  g_assert_cmpint (fixture->hub->state, ==, MEETING_REHEARSAL);
  fixture_assert_problem (fixture, AS_ENDPOINT, "POST", rehearse, NULL, 403, "forbidden");
  fixture_assert_problem (fixture, AS_SECRETARY, "POST", over, NULL, 409, "meeting.state");
  g_assert_cmpuint (fixture_status (fixture, AS_SECRETARY, "POST", extend, "{\"minutes\":240}"), ==,
                    200);
  g_assert_cmpuint (fixture->hub->minutes, ==, 240);
  fixture_assert_problem (fixture, AS_SECRETARY, "POST", extend, "{\"minutes\":241}", 422,
                          "bad_field");
  fixture_assert_problem (fixture, AS_SECRETARY, "POST", extend, "{\"minutes\":0}", 422,
                          "bad_field");
  fixture_assert_problem (fixture, AS_ENDPOINT, "POST", extend, "{\"minutes\":5}", 403,
                          "forbidden");
}

static void
test_seats_events_tokens (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *id = fixture_book (fixture);
  g_autofree char *seats = g_strdup_printf (API "/meetings/%s/seats", id);
  g_autofree char *events = g_strdup_printf (API "/meetings/%s/events", id);
  g_autofree char *tokens = g_strdup_printf (API "/meetings/%s/tokens", id);
  g_assert_cmpuint (list_length (fixture, AS_ENDPOINT, seats, "seats"), ==, 1);
  g_assert_cmpuint (list_length (fixture, AS_SECRETARY, events, "events"), ==, 1);

  g_autoptr (Reply) room = fixture_send (fixture, AS_SECRETARY, "POST", tokens,
                                         "{\"endpoint\":\"14758-1\",\"ttl_s\":60}", NULL);
  g_assert_cmpuint (room->status, ==, 201);
  g_assert_true (g_str_has_prefix (reply_get (room, "token"), "v1."));
  g_assert_true (g_str_has_prefix (reply_get (room, "whip"), "/whip/"));
  g_autoptr (Reply) viewer =
      fixture_send (fixture, AS_SECRETARY, "POST", tokens, "{\"viewer\":true}", NULL);
  g_assert_cmpuint (viewer->status, ==, 201);
  g_assert_true (json_is_null (json_object_get (viewer->json, "whip")));

  static const char *const refused[] = { "{}", "{\"endpoint\":\"14758-1\",\"viewer\":true}",
                                         "{\"endpoint\":\"01-1\"}",
                                         "{\"viewer\":true,\"ttl_s\":59}",
                                         "{\"viewer\":true,\"ttl_s\":2678401}" };
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    fixture_assert_problem (fixture, AS_SECRETARY, "POST", tokens, refused[i], 422, "bad_field");
  fixture_assert_problem (fixture, AS_STRANGER, "POST", tokens, "{\"viewer\":true}", 404,
                          "not_found");
}

/* --- System --- */

static void
test_system (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (Reply) health = fixture_send (fixture, AS_NOBODY, "GET", API "/health", NULL, NULL);
  g_assert_cmpstr (reply_get (health, "status"), ==, "ok");
  g_autoptr (Reply) openapi =
      fixture_send (fixture, AS_NOBODY, "GET", API "/openapi.json", NULL, NULL);
  g_assert_cmpstr (reply_get (openapi, "openapi"), ==, "3.1.0");
  g_autoptr (Reply) stats = fixture_send (fixture, AS_TECHNICIAN, "GET", API "/relay", NULL, NULL);
  g_assert_true (json_is_true (json_object_get (stats->json, "connected")));
  g_assert_cmpuint (fixture_status (fixture, AS_ENDPOINT, "GET", API "/relay", NULL), ==, 403);
  fixture->relay_connected = FALSE;
  g_autoptr (Reply) gone = fixture_send (fixture, AS_TECHNICIAN, "GET", API "/relay", NULL, NULL);
  g_assert_true (json_is_null (json_object_get (gone->json, "stats")));
  g_autoptr (Reply) ill = fixture_send (fixture, AS_NOBODY, "GET", API "/health", NULL, NULL);
  g_assert_cmpstr (reply_get (ill, "status"), ==, "degraded");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rest/sign-in", test_sign_in);
  g_test_add_func ("/rest/sign-in-refused", test_sign_in_refused);
  g_test_add_func ("/rest/lock-out", test_lock_out);
  g_test_add_func ("/rest/sign-out", test_sign_out);
  g_test_add_func ("/rest/csrf", test_csrf);
  g_test_add_func ("/rest/password", test_password);
  g_test_add_func ("/rest/units", test_units);
  g_test_add_func ("/rest/unit-search", test_unit_search);
  g_test_add_func ("/rest/endpoints", test_endpoints);
  g_test_add_func ("/rest/lines", test_lines);
  g_test_add_func ("/rest/users", test_users);
  g_test_add_func ("/rest/users-refused", test_users_refused);
  g_test_add_func ("/rest/book", test_book);
  g_test_add_func ("/rest/book-refused", test_book_refused);
  g_test_add_func ("/rest/change-meeting", test_change_meeting);
  g_test_add_func ("/rest/transitions", test_transitions);
  g_test_add_func ("/rest/rehearse-and-extend", test_rehearse_and_extend);
  g_test_add_func ("/rest/seats-events-tokens", test_seats_events_tokens);
  g_test_add_func ("/rest/system", test_system);
  return g_test_run ();
}
