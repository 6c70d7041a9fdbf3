/* Clashes, halls and templates over REST; a meeting that cannot be had is not booked. */
#include "server/storage/endpoint_store.h"
#include "tests/unit/http/booking_support.h"

#define CLASH MEETINGS "/clash"

static char *
add_hall (Fixture *fixture, const char *name)
{
  g_autofree char *body =
      g_strdup_printf ("{\"unit\":\"38\",\"name\":\"%s\",\"kind\":\"hall\"}", name);
  g_autoptr (Reply) reply =
      fixture_send (fixture, AS_SECRETARY, "POST", API "/resources", body, NULL);
  g_assert_cmpuint (reply->status, ==, 201);
  return g_strdup (reply_get (reply, "id"));
}

/* The sound body as a question; @changes as of booking_body (). */
static Reply *
ask (Fixture *fixture, Actor actor, const char *changes)
{
  g_autofree char *text = booking_body (changes);
  g_autoptr (json_t) body = json_loads (text, 0, NULL);
  json_object_del (body, "title");
  g_autofree char *question = json_dumps (body, 0);
  Reply *reply = fixture_send (fixture, actor, "POST", CLASH, question, NULL);
  g_test_message ("%s: %s", question, reply->body);
  return reply;
}

static int
number_of (const Reply *reply, const char *member)
{
  return (int) json_number_value (json_object_get (reply->json, member));
}

static const char *
clash_get (const Reply *reply, gsize i, const char *member)
{
  json_t *clash = json_array_get (json_object_get (reply->json, "clashes"), i);
  return json_string_value (json_object_get (clash, member));
}

static gboolean
is_warned (const Reply *reply, const char *code)
{
  gsize i;
  json_t *warning;
  json_array_foreach (json_object_get (reply->json, "warnings"), i, warning)
  {
    json_t *text = json_object_get (warning, "text");
    g_assert_nonnull (json_string_value (json_object_get (text, "vi")));
    g_assert_nonnull (json_string_value (json_object_get (text, "en")));
    if (g_strcmp0 (json_string_value (json_object_get (warning, "code")), code) == 0)
      return TRUE;
  }
  return FALSE;
}

/* --- The question --- */

static void
test_ask (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *id = book (fixture, NULL);
  g_autoptr (Reply) reply = ask (fixture, AS_SECRETARY, "{\"units\":[\"38\"]}");
  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_cmpint (number_of (reply, "endpoint_count"), ==, 3);
  g_assert_cmpint (number_of (reply, "clash_count"), ==, 3);
  g_assert_cmpstr (clash_get (reply, 0, "kind"), ==, "chair");
  g_assert_cmpstr (clash_get (reply, 0, "meeting"), ==, id);
  g_assert_cmpstr (clash_get (reply, 0, "title"), ==, "Giao ban tháng 11");
  g_assert_cmpstr (clash_get (reply, 1, "kind"), ==, "endpoint");
  g_assert_cmpstr (reply_get (reply, "free_at"), ==, "2030-11-22T04:00:00Z");
  g_assert_true (json_is_true (json_object_get (reply->json, "capacity_ok")));
  g_assert_false (is_warned (reply, "papers_late"));
  g_autofree char *itself = g_strdup_printf ("{\"ignore\":\"%s\"}", id);
  g_autoptr (Reply) none = ask (fixture, AS_SECRETARY, itself);
  g_assert_cmpint (number_of (none, "clash_count"), ==, 0);
  g_assert_true (json_is_null (json_object_get (none->json, "free_at")));
  g_autoptr (Reply) weekend = ask (
      fixture, AS_SECRETARY,
      "{\"starts_at\":\"2030-11-23T08:00:00+07:00\",\"ends_at\":\"2030-11-23T09:00:00+07:00\"}");
  g_assert_true (is_warned (weekend, "weekend"));
}

static char *
in_minutes (int minutes)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr (GDateTime) then = g_date_time_add_minutes (now, minutes);
  return g_date_time_format_iso8601 (then);
}

static void
test_notice (void)
{
  static const struct {
    int minutes;
    const char *code;
  } rows[] = {
    { -10, "past" }, { 30, "lead_time" }, { 30, "papers_late" }, { 120, "papers_late" }
  };
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *from = in_minutes (rows[i].minutes), *to = in_minutes (rows[i].minutes + 60);
    g_autofree char *changes =
        g_strdup_printf ("{\"starts_at\":\"%s\",\"ends_at\":\"%s\"}", from, to);
    g_autoptr (Reply) reply = ask (fixture, AS_SECRETARY, changes);
    g_assert_true (is_warned (reply, rows[i].code));
  }
}

static void
tune_small_server (Settings *settings)
{
  settings->meetings.server_capacity_mbps = 3;
  settings->meetings.papers_lead_days = 0;
}

static void
test_capacity (void)
{
  g_autoptr (Fixture) fixture = fixture_new (tune_small_server);
  g_autoptr (Reply) two = ask (fixture, AS_SECRETARY, "{\"endpoints\":[\"14758-1\"]}");
  g_assert_false (is_warned (two, "capacity")); /* 2.4 of 3 */
  g_autoptr (Reply) three = ask (fixture, AS_SECRETARY, NULL);
  g_assert_true (is_warned (three, "capacity"));
  g_autofree char *other = book (fixture, "{\"chair_endpoint\":\"14761-1\",\"endpoints\":null}");
  g_autoptr (Reply) together = ask (fixture, AS_SECRETARY, "{\"endpoints\":[\"14758-1\"]}");
  g_assert_true (is_warned (together, "capacity"));
}

static void
test_bad_questions (void)
{
  static const struct {
    Actor actor;
    const char *changes;
    guint status;
  } rows[] = {
    { AS_SECRETARY, "{\"chair_endpoint\":null}", 200 },
    { AS_SECRETARY, "{\"starts_at\":null}", 422 },
    { AS_SECRETARY, "{\"ends_at\":\"2030-11-22T08:30:00+07:00\"}", 422 },
    { AS_SECRETARY, "{\"ends_at\":\"2030-12-07T08:30:00+07:00\"}", 422 },
    { AS_SECRETARY, "{\"chair_endpoint\":\"01-1\"}", 422 },
    { AS_SECRETARY, "{\"co_chairs\":[\"01-1\"]}", 422 },
    { AS_SECRETARY, "{\"endpoints\":[\"01-1\"]}", 422 },
    { AS_SECRETARY, "{\"resources\":[\"nothing\"]}", 422 },
    { AS_SECRETARY, "{\"groups\":[\"nothing\"]}", 422 },
    { AS_SECRETARY, "{\"host_unit\":\"01\"}", 403 },
    { AS_STRANGER, NULL, 403 },
    { AS_TECHNICIAN, NULL, 403 },
    { AS_ENDPOINT, NULL, 403 },
  };
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Reply) reply = ask (fixture, rows[i].actor, rows[i].changes);
    g_assert_cmpuint (reply->status, ==, rows[i].status);
  }
}

/* --- Booking what is taken --- */

static void
test_refused (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *id = book (fixture, NULL);
  g_autoptr (Reply) chair = book_as (fixture, AS_SECRETARY, "{\"title\":\"Họp khác\"}");
  g_assert_cmpuint (chair->status, ==, 409);
  g_assert_cmpstr (reply_get (chair, "code"), ==, "clash");
  g_assert_cmpstr (reply_get (chair, "field"), ==, "chair_endpoint");
  g_assert_cmpstr (reply_get (chair, "free_at"), ==, "2030-11-22T04:00:00Z");
  g_assert_nonnull (strstr (reply_get (chair, "detail"), "“Giao ban tháng 11” từ 08:30 đến 11:00"));
  g_assert_nonnull (strstr (reply_get (chair, "detail"), "11:00 ngày 22/11/2030"));
  g_assert_nonnull (strstr (reply_get (chair, "detail_en"), "free from 11:00 on 22/11/2030"));
  /* Rooms that are taken do not keep it from being booked; neither does a draft of anything. */
  g_autofree char *rooms = book (
      fixture,
      "{\"chair_endpoint\":\"14758-1\",\"endpoints\":[\"14761-1\"],"
      "\"starts_at\":\"2030-11-22T11:00:00+07:00\",\"ends_at\":\"2030-11-22T12:00:00+07:00\"}");
  g_autofree char *draft = book (fixture, "{\"draft\":true}");
  g_autoptr (Reply) publish = NULL;
  g_autofree char *path = meeting_path (draft, "/publish");
  publish = fixture_send (fixture, AS_SECRETARY, "POST", path, NULL, NULL);
  g_assert_cmpuint (publish->status, ==, 409);
  g_assert_cmpstr (reply_get (publish, "code"), ==, "clash");
  /* Moved, it can be published; then it cannot be moved back. */
  g_assert_cmpuint (status_of (fixture, AS_SECRETARY, "PATCH", draft, "",
                               "{\"starts_at\":\"2030-11-25T08:30:00+07:00\","
                               "\"ends_at\":\"2030-11-25T09:30:00+07:00\"}"),
                    ==, 200);
  g_assert_cmpuint (status_of (fixture, AS_SECRETARY, "POST", draft, "/publish", NULL), ==, 200);
  g_assert_cmpuint (status_of (fixture, AS_SECRETARY, "PATCH", draft, "",
                               "{\"starts_at\":\"2030-11-22T08:30:00+07:00\","
                               "\"ends_at\":\"2030-11-22T09:30:00+07:00\"}"),
                    ==, 409);
  g_assert_cmpuint (status_of (fixture, AS_SECRETARY, "PATCH", draft, "", "{\"title\":\"Tên\"}"),
                    ==, 200);
}

static void
test_hall (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *hall = add_hall (fixture, "Hội trường A");
  g_autofree char *first = g_strdup_printf ("{\"resources\":[\"%s\"]}", hall);
  g_autofree char *id = book (fixture, first);
  g_autoptr (Reply) meeting = read_meeting (fixture, id);
  json_t *booked = json_array_get (json_object_get (meeting->json, "resources"), 0);
  g_assert_cmpstr (json_string_value (json_object_get (booked, "name")), ==, "Hội trường A");
  g_autofree char *second =
      g_strdup_printf ("{\"resources\":[\"%s\"],\"chair_endpoint\":\"14758-1\","
                       "\"endpoints\":null,\"host_unit\":\"14758\"}",
                       hall);
  g_autoptr (Reply) taken = book_as (fixture, AS_SECRETARY, second);
  g_assert_cmpuint (taken->status, ==, 409);
  g_assert_cmpstr (clash_get (taken, 0, "kind"), ==, "chair"); /* invited to the first */
  g_assert_cmpstr (clash_get (taken, 1, "kind"), ==, "resource");
  g_assert_cmpstr (clash_get (taken, 1, "name"), ==, "Hội trường A");
}

static void
test_past (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (Reply) reply = book_as (
      fixture, AS_SECRETARY,
      "{\"starts_at\":\"2020-11-22T08:30:00+07:00\",\"ends_at\":\"2020-11-22T09:30:00+07:00\"}");
  g_assert_cmpuint (reply->status, ==, 422);
  g_assert_cmpstr (reply_get (reply, "field"), ==, "ends_at");
}

/* --- Halls and templates --- */

static void
test_resources (void)
{
  static const struct {
    Actor actor;
    const char *method, *path, *body;
    guint status;
  } rows[] = {
    { AS_ENDPOINT, "GET", "", NULL, 200 },
    { AS_TECHNICIAN, "GET", "?root=38", NULL, 200 },
    { AS_STRANGER, "GET", "?root=38", NULL, 403 },
    { AS_SECRETARY, "POST", "", "{\"unit\":\"38\",\"name\":\"B\",\"kind\":\"boat\"}", 422 },
    { AS_SECRETARY, "POST", "", "{\"unit\":\"01\",\"name\":\"B\",\"kind\":\"hall\"}", 403 },
    { AS_SECRETARY, "POST", "", "{\"unit\":\"38\",\"name\":\"hoi truong a\",\"kind\":\"hall\"}",
      409 },
    { AS_TECHNICIAN, "POST", "", "{\"unit\":\"38\",\"name\":\"B\",\"kind\":\"hall\"}", 403 },
    { AS_STRANGER, "PATCH", "/%s", "{\"name\":\"B\"}", 403 },
    { AS_SECRETARY, "PATCH", "/%s", "{\"name\":\"B\",\"note\":\"200 chỗ\"}", 200 },
    { AS_SECRETARY, "PATCH", "/none", "{\"name\":\"B\"}", 404 },
    { AS_STRANGER, "DELETE", "/%s", NULL, 403 },
    { AS_SECRETARY, "DELETE", "/%s", NULL, 204 },
    { AS_SECRETARY, "DELETE", "/%s", NULL, 404 },
  };
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *hall = add_hall (fixture, "Hội trường A");
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_auto (GStrv) parts = g_strsplit (rows[i].path, "%s", 2);
    g_autofree char *rest = g_strjoinv (hall, parts);
    g_autofree char *path = g_strconcat (API "/resources", rest, NULL);
    guint status = fixture_status (fixture, rows[i].actor, rows[i].method, path, rows[i].body);
    g_test_message ("%s %s by %d: %u", rows[i].method, path, rows[i].actor, status);
    g_assert_cmpuint (status, ==, rows[i].status);
  }
}

static void
test_templates (void)
{
  static const struct {
    Actor actor;
    const char *body;
    guint status;
  } rows[] = {
    { AS_SECRETARY, "{\"unit\":\"38\",\"name\":\"A\"}", 422 },
    { AS_SECRETARY, "{\"unit\":\"38\",\"name\":\"A\",\"body\":[]}", 422 },
    { AS_SECRETARY, "{\"unit\":\"38\",\"name\":\"A\",\"body\":{\"kind\":\"x\"}}", 422 },
    { AS_SECRETARY, "{\"unit\":\"38\",\"name\":\"A\",\"body\":{\"entry\":{\"mic\":1}}}", 422 },
    { AS_SECRETARY, "{\"unit\":\"38\",\"name\":\"A\",\"body\":{\"length_minutes\":0}}", 422 },
    { AS_SECRETARY, "{\"unit\":\"38\",\"name\":\"A\",\"body\":{\"length_minutes\":20161}}", 422 },
    { AS_SECRETARY, "{\"unit\":\"38\",\"name\":\"A\",\"body\":{\"length_minutes\":20160}}", 201 },
    { AS_SECRETARY, "{\"unit\":\"01\",\"name\":\"A\",\"body\":{}}", 403 },
    { AS_TECHNICIAN, "{\"unit\":\"38\",\"name\":\"A\",\"body\":{}}", 403 },
  };
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_test_message ("%s", rows[i].body);
    g_assert_cmpuint (
        fixture_status (fixture, rows[i].actor, "POST", API "/templates", rows[i].body), ==,
        rows[i].status);
  }
}

static void
test_template_kept (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autoptr (Reply) saved = fixture_send (
      fixture, AS_SECRETARY, "POST", API "/templates",
      "{\"unit\":\"38\",\"name\":\"Giao ban\",\"body\":{\"title\":\"Giao ban\",\"kind\":"
      "\"conference\",\"units\":[\"38\"],\"length_minutes\":90,\"draft\":true,\"other\":1}}",
      NULL);
  g_assert_cmpuint (saved->status, ==, 201);
  json_t *body = json_object_get (saved->json, "body");
  g_assert_cmpint (json_integer_value (json_object_get (body, "length_minutes")), ==, 90);
  g_assert_null (json_object_get (body, "draft"));
  g_assert_null (json_object_get (body, "other"));
  g_autofree char *path = g_strconcat (API "/templates/", reply_get (saved, "id"), NULL);
  g_autoptr (Reply) list =
      fixture_send (fixture, AS_SECRETARY, "GET", API "/templates", NULL, NULL);
  g_assert_cmpuint (count_of (list, "templates"), ==, 1);
  g_autoptr (Reply) others =
      fixture_send (fixture, AS_STRANGER, "GET", API "/templates", NULL, NULL);
  g_assert_cmpuint (count_of (others, "templates"), ==, 0);
  g_assert_cmpuint (fixture_status (fixture, AS_STRANGER, "DELETE", path, NULL), ==, 403);
  g_assert_cmpuint (fixture_status (fixture, AS_SECRETARY, "DELETE", path, NULL), ==, 204);
  g_assert_cmpuint (fixture_status (fixture, AS_SECRETARY, "DELETE", path, NULL), ==, 404);
}

/* --- 600 rooms: what the secretary waits for --- */

static void
add_600_rooms (Fixture *fixture)
{
  g_autoptr (Transaction) transaction = database_begin (fixture->database, NULL);
  for (guint i = 0; i < 597; i++) { /* 38 has three */
    g_autoptr (Endpoint) room =
        endpoint_store_add (fixture->database, "14758", "Phòng", NULL, NULL, NULL);
    g_assert_nonnull (room);
  }
  g_assert_true (transaction_commit (transaction, NULL));
}

static void
test_600_rooms (void)
{
  static const char whole[] = "{\"endpoints\":null,\"units\":[\"38\"]}";
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  add_600_rooms (fixture);
  gint64 times_us[4] = { g_get_monotonic_time () };
  g_autoptr (Reply) booked = book_as (fixture, AS_SECRETARY, whole);
  times_us[1] = g_get_monotonic_time ();
  g_autoptr (Reply) asked = ask (fixture, AS_SECRETARY, whole);
  times_us[2] = g_get_monotonic_time ();
  g_autoptr (Reply) refused = book_as (fixture, AS_SECRETARY, whole);
  times_us[3] = g_get_monotonic_time ();
  g_assert_cmpuint (booked->status, ==, 201);
  g_assert_cmpint (number_of (asked, "endpoint_count"), ==, 600);
  g_assert_cmpint (number_of (asked, "clash_count"), ==, 600);
  g_assert_cmpuint (refused->status, ==, 409);
  static const char *const names[] = { "booked", "asked of clashes", "refused" };
  for (guint i = 0; i < 3; i++)
    g_test_message ("600 rooms %s: %.1f ms", names[i],
                    (double) (times_us[i + 1] - times_us[i]) / 1000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/clash/ask", test_ask);
  g_test_add_func ("/clash/notice", test_notice);
  g_test_add_func ("/clash/capacity", test_capacity);
  g_test_add_func ("/clash/bad-questions", test_bad_questions);
  g_test_add_func ("/clash/refused", test_refused);
  g_test_add_func ("/clash/hall", test_hall);
  g_test_add_func ("/clash/past", test_past);
  g_test_add_func ("/clash/resources", test_resources);
  g_test_add_func ("/clash/templates", test_templates);
  g_test_add_func ("/clash/template-kept", test_template_kept);
  g_test_add_func ("/clash/600-rooms", test_600_rooms);
  return g_test_run ();
}
