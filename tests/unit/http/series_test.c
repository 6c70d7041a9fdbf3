/* Meetings that recur, ad-hoc calls, and reasons that go out: over REST. */
#include "tests/unit/http/booking_support.h"

/* 2030-11-22 is a Friday. */
#define WEEKLY "\"recurrence\":\"FREQ=WEEKLY;BYDAY=FR;COUNT=4\""
#define REASON "{\"reason\":\"Bão số 9\"}"

static char *
series_of (Fixture *fixture, const char *id)
{
  g_autoptr (Reply) meeting = read_meeting (fixture, id);
  g_assert_nonnull (reply_get (meeting, "series"));
  return g_strdup (reply_get (meeting, "series"));
}

/* "22 29 06 13 ": the days of a series' meetings in UTC, "-" before one that is cancelled, "?" a
 * draft, "~" postponed. */
static char *
days_of (Fixture *fixture, const char *series)
{
  g_autofree char *path = g_strconcat (API "/series/", series, NULL);
  g_autoptr (Reply) reply = fixture_send (fixture, AS_SECRETARY, "GET", path, NULL, NULL);
  g_assert_cmpuint (reply->status, ==, 200);
  GString *days = g_string_new (NULL);
  gsize i;
  json_t *meeting;
  json_array_foreach (json_object_get (reply->json, "meetings"), i, meeting)
  {
    const char *state = json_string_value (json_object_get (meeting, "state"));
    const char *mark = g_str_equal (state, "cancelled")   ? "-"
                       : g_str_equal (state, "draft")     ? "?"
                       : g_str_equal (state, "postponed") ? "~"
                                                          : "";
    g_string_append_printf (days, "%s%.2s ", mark,
                            json_string_value (json_object_get (meeting, "starts_at")) +
                                strlen ("2030-11-"));
  }
  return g_string_free (days, FALSE);
}

static void
assert_days (Fixture *fixture, const char *series, const char *wanted)
{
  g_autofree char *days = days_of (fixture, series);
  g_assert_cmpstr (days, ==, wanted);
}

/* The id of meeting @n of the series; transfer full. */
static char *
nth (Fixture *fixture, const char *series, gsize n)
{
  g_autofree char *path = g_strconcat (API "/series/", series, NULL);
  g_autoptr (Reply) reply = fixture_send (fixture, AS_SECRETARY, "GET", path, NULL, NULL);
  json_t *meeting = json_array_get (json_object_get (reply->json, "meetings"), n);
  return g_strdup (json_string_value (json_object_get (meeting, "id")));
}

/* --- Book --- */

static void
test_book (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *id = book (fixture, "{" WEEKLY ",\"exceptions\":[\"2030-11-29T08:30:00+07:00\"],"
                                       "\"agenda\":[{\"id\":\"a\",\"title\":\"Khai mạc\"}]}");
  g_autofree char *series = series_of (fixture, id);
  assert_announced (fixture, "published", series);
  assert_days (fixture, series, "22 06 13 ");
  g_assert_cmpuint (meetings_seen (fixture, AS_ENDPOINT), ==, 3);
  g_autofree char *last = nth (fixture, series, 2);
  g_autoptr (Reply) meeting = read_meeting (fixture, last);
  g_assert_cmpuint (count_of (meeting, "endpoints"), ==, 3);
  g_assert_cmpuint (count_of (meeting, "agenda"), ==, 1);
  g_assert_cmpstr (reply_get (meeting, "occurrence"), ==, "2030-12-13T01:30:00Z");
  g_assert_cmpstr (reply_get (meeting, "ends_at"), ==, "2030-12-13T04:00:00Z");
}

static void
test_bad_rules (void)
{
  static const char *const rules[] = {
    "FREQ=WEEKLY;BYDAY=MO;COUNT=4", "FREQ=DAILY",    "FREQ=DAILY;COUNT=201",
    "FREQ=HOURLY;COUNT=2",          "every Tuesday", "FREQ=YEARLY;COUNT=4",
  };
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++) {
    g_autofree char *changes = g_strdup_printf ("{\"recurrence\":\"%s\"}", rules[i]);
    g_autoptr (Reply) reply = book_as (fixture, AS_SECRETARY, changes);
    g_assert_cmpuint (reply->status, ==, 422);
    g_assert_cmpstr (reply_get (reply, "field"), ==, "recurrence");
  }
  g_autoptr (Reply) exceptions =
      book_as (fixture, AS_SECRETARY, "{" WEEKLY ",\"exceptions\":[\"soon\"]}");
  g_assert_cmpuint (exceptions->status, ==, 422);
  g_assert_cmpuint (meetings_seen (fixture, AS_SECRETARY), ==, 0);
}

/* Every occurrence is held against what is booked. */
static void
test_clash (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *other = book (fixture, "{\"starts_at\":\"2030-12-06T09:00:00+07:00\","
                                          "\"ends_at\":\"2030-12-06T10:00:00+07:00\"}");
  g_autoptr (Reply) refused = book_as (fixture, AS_SECRETARY, "{" WEEKLY "}");
  g_assert_cmpuint (refused->status, ==, 409);
  g_assert_cmpstr (reply_get (refused, "code"), ==, "clash");
  g_autofree char *around =
      book (fixture, "{" WEEKLY ",\"exceptions\":[\"2030-12-06T08:30:00+07:00\"]}");
  g_autoptr (Reply) asked = fixture_send (
      fixture, AS_SECRETARY, "POST", MEETINGS "/clash",
      "{\"host_unit\":\"38\",\"chair_endpoint\":\"38-1\",\"starts_at\":"
      "\"2030-11-22T08:30:00+07:00\",\"ends_at\":\"2030-11-22T11:00:00+07:00\"," WEEKLY "}",
      NULL);
  g_assert_cmpuint (asked->status, ==, 200);
  g_assert_cmpint (json_integer_value (json_object_get (asked->json, "occurrences")), ==, 4);
  g_assert_cmpint (json_integer_value (json_object_get (asked->json, "clash_count")), ==, 4);
}

static void
test_drafts (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *id = book (fixture, "{\"draft\":true," WEEKLY "}");
  g_autofree char *series = series_of (fixture, id);
  assert_days (fixture, series, "?22 ?29 ?06 ?13 ");
  g_autofree char *second = nth (fixture, series, 1);
  g_assert_cmpuint (status_of (fixture, AS_SECRETARY, "DELETE", second, "", NULL), ==, 204);
  g_assert_cmpuint (status_of (fixture, AS_SECRETARY, "POST", id, "/publish", NULL), ==, 200);
  assert_announced (fixture, "published", series);
  assert_days (fixture, series, "22 06 13 ");
}

/* --- Change --- */

static void
test_change (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *id = book (fixture, "{" WEEKLY "}");
  g_autofree char *series = series_of (fixture, id);
  g_autofree char *second = nth (fixture, series, 1), *last = nth (fixture, series, 3);
  g_assert_cmpuint (status_of (fixture, AS_SECRETARY, "PATCH", second, "", "{\"note\":\"riêng\"}"),
                    ==, 200);
  g_assert_cmpuint (status_of (fixture, AS_SECRETARY, "PATCH", second, "",
                               "{\"scope\":\"following\",\"title\":\"Tên mới\","
                               "\"starts_at\":\"2030-11-30T08:30:00+07:00\","
                               "\"ends_at\":\"2030-11-30T09:30:00+07:00\"}"),
                    ==, 200);
  assert_days (fixture, series, "22 30 07 14 ");
  g_autoptr (Reply) first = read_meeting (fixture, id);
  g_assert_cmpstr (reply_get (first, "title"), ==, "Giao ban tháng 11");
  g_autoptr (Reply) moved = read_meeting (fixture, last);
  g_assert_cmpstr (reply_get (moved, "title"), ==, "Tên mới");
  g_assert_cmpstr (reply_get (moved, "ends_at"), ==, "2030-12-14T02:30:00Z");
  g_assert_cmpstr (reply_get (moved, "note"), ==, "");
  g_assert_cmpuint (status_of (fixture, AS_SECRETARY, "PATCH", second, "",
                               "{\"scope\":\"all\",\"entry\":{\"waiting_room\":true}}"),
                    ==, 200);
  g_autoptr (Reply) own = read_meeting (fixture, second);
  g_assert_cmpstr (reply_get (own, "note"), ==, "riêng");
  g_assert_true (
      json_is_true (json_object_get (json_object_get (own->json, "entry"), "waiting_room")));
  g_assert_cmpuint (status_of (fixture, AS_SECRETARY, "PATCH", second, "", "{\"scope\":\"some\"}"),
                    ==, 422);
}

static guint
change_series (Fixture *fixture, Actor actor, const char *series, const char *body)
{
  g_autofree char *path = g_strconcat (API "/series/", series, NULL);
  g_autoptr (Reply) reply = fixture_send (fixture, actor, "PATCH", path, body, NULL);
  g_test_message ("%s: %u %.200s", body, reply->status, reply->body);
  return reply->status;
}

static void
test_rule (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *id = book (fixture, "{" WEEKLY "}");
  g_autofree char *series = series_of (fixture, id);
  g_assert_cmpuint (
      change_series (fixture, AS_SECRETARY, series, "{\"recurrence\":\"FREQ=WEEKLY;COUNT=5\"}"), ==,
      200);
  assert_days (fixture, series, "22 29 06 13 20 ");
  static const struct {
    Actor actor;
    const char *body;
    guint status;
  } rows[] = {
    { AS_SECRETARY, "{\"recurrence\":\"FREQ=DAILY\"}", 422 },
    { AS_SECRETARY, "{\"recurrence\":\"FREQ=WEEKLY;BYDAY=MO;COUNT=2\"}", 422 },
    { AS_SECRETARY, "{\"exceptions\":[\"x\"]}", 422 },
    { AS_SECRETARY, "{\"from_occurrence\":\"2039-01-01T00:00:00Z\"}", 409 },
    { AS_STRANGER, "{\"recurrence\":\"FREQ=DAILY;COUNT=2\"}", 404 },
    { AS_TECHNICIAN, "{\"recurrence\":\"FREQ=DAILY;COUNT=2\"}", 403 },
    { AS_ENDPOINT, "{\"recurrence\":\"FREQ=DAILY;COUNT=2\"}", 403 },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpuint (change_series (fixture, rows[i].actor, series, rows[i].body), ==,
                      rows[i].status);
  g_assert_cmpuint (change_series (fixture, AS_SECRETARY, "none", "{}"), ==, 404);
}

/* A draft series simply loses what is no longer in its rule. */
static void
test_rule_of_drafts (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *id = book (fixture, "{\"draft\":true," WEEKLY "}");
  g_autofree char *series = series_of (fixture, id);
  g_assert_cmpuint (
      change_series (fixture, AS_SECRETARY, series, "{\"exceptions\":[\"2030-11-29T01:30:00Z\"]}"),
      ==, 200);
  assert_days (fixture, series, "?22 ?06 ?13 ");
  g_assert_cmpuint (
      change_series (fixture, AS_SECRETARY, series,
                     "{\"exceptions\":[],\"recurrence\":\"FREQ=WEEKLY;INTERVAL=2;COUNT=2\"}"),
      ==, 200);
  assert_days (fixture, series, "?22 ?06 ");
  g_autofree char *path = g_strconcat (API "/series/", series, NULL);
  g_assert_cmpuint (fixture_status (fixture, AS_ENDPOINT, "GET", path, NULL), ==, 404);
}

/* --- Reasons --- */

static void
test_cancel (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *id = book (fixture, "{" WEEKLY "}");
  g_autofree char *series = series_of (fixture, id);
  g_autofree char *third = nth (fixture, series, 2);
  g_assert_cmpuint (status_of (fixture, AS_SECRETARY, "POST", third, "/cancel",
                               "{\"reason\":\"Bão số 9\",\"scope\":\"following\"}"),
                    ==, 200);
  assert_announced (fixture, "cancelled", series);
  g_assert_cmpuint (status_of (fixture, AS_SECRETARY, "POST", id, "/postpone", REASON), ==, 200);
  assert_announced (fixture, "postponed", id);
  g_assert_cmpuint (status_of (fixture, AS_SECRETARY, "POST", id, "/postpone",
                               "{\"reason\":\"x\",\"scope\":\"all\","
                               "\"starts_at\":\"2031-01-01T00:00:00Z\"}"),
                    ==, 422);
  fixture->announcer_fails = TRUE;
  g_assert_cmpuint (status_of (fixture, AS_SECRETARY, "POST", id, "/cancel", REASON), ==, 500);
}

/* --- Calls --- */

#define CALL                                                                                       \
  "{\"host_unit\":\"38\",\"chair_endpoint\":\"38-1\",\"endpoints\":[\"14758-1\"],"                 \
  "\"units\":[\"14761\"]}"

static void
test_call (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *busy = book (fixture, NULL);
  g_autoptr (Reply) reply = fixture_send (fixture, AS_SECRETARY, "POST", API "/calls", CALL, NULL);
  g_test_message ("%s", reply->body);
  g_assert_cmpuint (reply->status, ==, 201);
  g_assert_cmpstr (reply_get (reply, "title"), ==, "Họp đột xuất");
  g_assert_cmpuint (count_of (reply, "endpoints"), ==, 3);
  g_assert_cmpint (fixture->hub->state, ==, MEETING_OPEN);
  assert_announced (fixture, "called", reply_get (reply, "id"));
  g_assert_nonnull (reply_header (reply, "Location"));
}

static void
test_bad_calls (void)
{
  static const struct {
    Actor actor;
    const char *body;
    guint status;
  } rows[] = {
    { AS_SECRETARY, "{\"host_unit\":\"38\",\"chair_endpoint\":\"38-1\"}", 422 },
    { AS_SECRETARY, "{\"host_unit\":\"38\",\"endpoints\":[\"14758-1\"]}", 422 },
    { AS_SECRETARY, "{\"host_unit\":\"38\",\"chair_endpoint\":\"38-1\",\"endpoints\":[\"01-1\"]}",
      422 },
    { AS_SECRETARY,
      "{\"host_unit\":\"38\",\"chair_endpoint\":\"01-1\",\"endpoints\":[\"14758-1\"]}", 422 },
    { AS_SECRETARY,
      "{\"host_unit\":\"38\",\"chair_endpoint\":\"38-1\",\"endpoints\":[\"14758-1\"],"
      "\"title\":\" \"}",
      422 },
    { AS_STRANGER, CALL, 403 },
    { AS_TECHNICIAN, CALL, 403 },
    { AS_ENDPOINT, CALL, 403 },
  };
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_test_message ("%s", rows[i].body);
    g_assert_cmpuint (fixture_status (fixture, rows[i].actor, "POST", API "/calls", rows[i].body),
                      ==, rows[i].status);
  }
  fixture->announcer_fails = TRUE; /* a call that cannot ring is none */
  g_assert_cmpuint (fixture_status (fixture, AS_SECRETARY, "POST", API "/calls", CALL), ==, 500);
  g_assert_cmpuint (meetings_seen (fixture, AS_SECRETARY), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/series/book", test_book);
  g_test_add_func ("/series/bad-rules", test_bad_rules);
  g_test_add_func ("/series/clash", test_clash);
  g_test_add_func ("/series/drafts", test_drafts);
  g_test_add_func ("/series/change", test_change);
  g_test_add_func ("/series/rule", test_rule);
  g_test_add_func ("/series/rule-of-drafts", test_rule_of_drafts);
  g_test_add_func ("/series/cancel", test_cancel);
  g_test_add_func ("/series/call", test_call);
  g_test_add_func ("/series/bad-calls", test_bad_calls);
  return g_test_run ();
}
