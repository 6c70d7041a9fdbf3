/* Reports, minutes and statistics over HTTP. */
#include <string.h>

#include "tests/unit/http/fixture.h"

#include "server/storage/event_store.h"
#include "server/storage/statement.h"

#define API "/api/v1"

static char *
path_of (const char *meeting, const char *rest)
{
  return g_strconcat (API "/meetings/", meeting, rest, NULL);
}

/* A meeting that was held, with one site that joined. */
static char *
held (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  char *id = fixture_book (fixture);
  Event event = { .at_ms = 1795311000000,
                  .meeting = id,
                  .actor = (char *) "xa1",
                  .action = (char *) "seat.joined",
                  .subject = (char *) "14758-1" };
  event_store_append (fixture->database, &event, &error);
  g_assert_no_error (error);
  statement_run (fixture->database, &error, NULL,
                 "UPDATE meetings SET state = 'ended', started_ms = 1795311000000,"
                 " ended_ms = 1795318200000 WHERE id = ?",
                 "t", id);
  g_assert_no_error (error);
  return id;
}

static void
test_report (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *id = held (fixture);
  g_autofree char *path = path_of (id, "/report");
  g_autoptr (Reply) reply = fixture_send (fixture, AS_SECRETARY, "GET", path, NULL, NULL);
  g_assert_cmpuint (reply->status, ==, 200);
  json_t *attendance = json_object_get (reply->json, "attendance");
  g_assert_cmpuint (json_array_size (attendance), ==, 3);
  json_t *counts = json_object_get (reply->json, "counts");
  g_assert_cmpint (json_integer_value (json_object_get (counts, "present")), ==, 1);
  g_assert_cmpint (json_integer_value (json_object_get (counts, "absent")), ==, 2);
  g_assert_nonnull (json_object_get (reply->json, "meeting"));
  g_assert_cmpuint (json_array_size (json_object_get (reply->json, "events")), >=, 1);
}

static void
test_files (void)
{
  static const struct {
    const char *rest, *type, *magic;
  } rows[] = {
    { "/report.csv", "text/csv", "\xef\xbb\xbf" },
    { "/report.csv?lang=en", "text/csv", "\xef\xbb\xbf\"No.\"" },
    { "/report.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "PK" },
    { "/report.pdf", "application/pdf", "%PDF" },
  };
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *id = held (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = path_of (id, rows[i].rest);
    g_autoptr (Reply) reply = fixture_send (fixture, AS_SECRETARY, "GET", path, NULL, NULL);
    g_test_message ("%s", rows[i].rest);
    g_assert_cmpuint (reply->status, ==, 200);
    g_assert_true (g_str_has_prefix (reply_header (reply, "Content-Type"), rows[i].type));
    g_assert_true (g_str_has_prefix (reply->body, rows[i].magic));
    g_assert_true (g_str_has_prefix (reply_header (reply, "Content-Disposition"), "attachment; "));
    g_assert_nonnull (strstr (reply_header (reply, "Content-Disposition"), "filename*=UTF-8''"));
    g_assert_cmpstr (reply_header (reply, "X-Content-Type-Options"), ==, "nosniff");
  }
  g_autofree char *wrong = path_of (id, "/report.pdf?lang=fr");
  fixture_assert_problem (fixture, AS_SECRETARY, "GET", wrong, NULL, 422, "bad_field");
}

static void
test_minutes (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *id = held (fixture);
  g_autofree char *path = path_of (id, "/minutes");
  g_autofree char *draft = path_of (id, "/minutes/draft");
  g_autofree char *approve = path_of (id, "/minutes/approve");
  g_autofree char *pdf = path_of (id, "/minutes.pdf");
  g_autofree char *first = path_of (id, "/minutes?version=1");
  g_autoptr (Reply) none = fixture_send (fixture, AS_SECRETARY, "GET", path, NULL, NULL);
  g_assert_cmpint (json_integer_value (json_object_get (none->json, "version")), ==, 0);
  g_assert_cmpuint (fixture_status (fixture, AS_SECRETARY, "GET", pdf, NULL), ==, 404);

  g_autoptr (Reply) made = fixture_send (fixture, AS_SECRETARY, "POST", draft, NULL, NULL);
  g_assert_cmpuint (made->status, ==, 200);
  g_assert_nonnull (strstr (reply_get (made, "text"), "##"));

  const char *begun = "{\"version\":0,\"text\":\"Bản đầu\"}";
  g_autoptr (Reply) saved = fixture_send (fixture, AS_SECRETARY, "PUT", path, begun, NULL);
  g_assert_cmpuint (saved->status, ==, 200);
  g_assert_cmpint (json_integer_value (json_object_get (saved->json, "version")), ==, 1);
  const char *second = "{\"version\":1,\"text\":\"Dòng một\\nDòng hai\"}";
  g_assert_cmpuint (fixture_status (fixture, AS_SECRETARY, "PUT", path, second), ==, 200);
  fixture_assert_problem (fixture, AS_SECRETARY, "PUT", path, second, 409, "conflict");
  g_autoptr (Reply) old = fixture_send (fixture, AS_SECRETARY, "GET", first, NULL, NULL);
  g_assert_cmpstr (reply_get (old, "text"), ==, "Bản đầu");
  g_assert_cmpuint (fixture_status (fixture, AS_SECRETARY, "GET", pdf, NULL), ==, 200);

  fixture_assert_problem (fixture, AS_SECRETARY, "POST", approve, "{\"version\":1}", 409,
                          "conflict");
  g_assert_cmpuint (fixture_status (fixture, AS_SECRETARY, "POST", approve, "{\"version\":2}"), ==,
                    200);
  fixture_assert_problem (fixture, AS_SECRETARY, "PUT", path, "{\"version\":2,\"text\":\"x\"}", 409,
                          "conflict");
}

static void
test_minutes_input (void)
{
  static const struct {
    const char *body;
    guint status;
  } rows[] = {
    { "{}", 422 },
    { "{\"version\":0}", 422 },
    { "{\"version\":-1,\"text\":\"x\"}", 422 },
    { "{\"version\":501,\"text\":\"x\"}", 422 },
    { "{\"version\":\"0\",\"text\":\"x\"}", 422 },
    { "{\"version\":0,\"text\":5}", 422 },
    { "{\"version\":0,", 400 },
  };
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *id = held (fixture);
  g_autofree char *path = path_of (id, "/minutes");
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_test_message ("%s", rows[i].body);
    g_assert_cmpuint (fixture_status (fixture, AS_SECRETARY, "PUT", path, rows[i].body), ==,
                      rows[i].status);
  }
}

/* Whoever does not answer for the meeting sees none of it. */
static void
test_subjects (void)
{
  static const char *const paths[] = { "/report",          "/report.csv", "/report.xlsx",
                                       "/report.pdf",      "/minutes",    "/minutes.pdf",
                                       "/minutes/versions" };
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *id = held (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_autofree char *path = path_of (id, paths[i]);
    g_assert_cmpuint (fixture_status (fixture, AS_STRANGER, "GET", path, NULL), ==, 404);
    g_assert_cmpuint (fixture_status (fixture, AS_ENDPOINT, "GET", path, NULL), ==, 403);
  }
  g_assert_cmpuint (fixture_status (fixture, AS_STRANGER, "GET", API "/statistics?unit=38", NULL),
                    ==, 403);
}

static void
test_statistics (void)
{
  g_autoptr (Fixture) fixture = fixture_new (NULL);
  g_autofree char *id = held (fixture);
  g_autoptr (Reply) reply =
      fixture_send (fixture, AS_SECRETARY, "GET", API "/statistics?year=2026&month=11", NULL, NULL);
  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_cmpuint (json_array_size (json_object_get (reply->json, "rows")), ==, 1);
  json_t *total = json_object_get (reply->json, "total");
  g_assert_cmpint (json_integer_value (json_object_get (total, "meetings")), ==, 1);
  g_assert_cmpint (json_integer_value (json_object_get (total, "minutes")), ==, 120);
  g_autoptr (Reply) empty =
      fixture_send (fixture, AS_SECRETARY, "GET", API "/statistics?year=2025", NULL, NULL);
  g_assert_cmpuint (json_array_size (json_object_get (empty->json, "rows")), ==, 0);
  g_assert_cmpuint (fixture_status (fixture, AS_SECRETARY, "GET", API "/statistics?month=13", NULL),
                    ==, 422);
  g_assert_cmpuint (
      fixture_status (fixture, AS_SECRETARY, "GET", API "/statistics.xlsx?year=2026", NULL), ==,
      200);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/report/report", test_report);
  g_test_add_func ("/report/files", test_files);
  g_test_add_func ("/report/minutes", test_minutes);
  g_test_add_func ("/report/minutes-input", test_minutes_input);
  g_test_add_func ("/report/subjects", test_subjects);
  g_test_add_func ("/report/statistics", test_statistics);
  return g_test_run ();
}
