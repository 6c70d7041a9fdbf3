/* Reports on lines over HTTP: who sees which rooms, forms, queries. */
#include <string.h>

#include "tests/unit/http/fixture.h"

#include "server/reports/line_source.h"
#include "server/storage/event_store.h"
#include "server/storage/health_store.h"
#include "server/storage/statement.h"

#define API "/api/v1"
#define MINUTE G_GINT64_CONSTANT (60000)
#define START G_GINT64_CONSTANT (1795311000000) /* 2026-11-22 08:30 +07:00 */

typedef struct {
  Fixture *fixture;
  HealthStore *lines;
  char *meeting;
} World;

static void
on_done (gpointer data)
{
  *(gboolean *) data = TRUE;
}

typedef struct {
  LineMeeting *meeting;
  gboolean is_done;
} Keeping;

static void
keep (HealthDb *db, gpointer data)
{
  Keeping *keeping = data;
  line_meeting_measure (keeping->meeting, db);
  line_meeting_store (keeping->meeting, db, NULL);
}

static void
on_kept (gpointer data)
{
  on_done (&((Keeping *) data)->is_done);
}

/* Held for two hours: 14758-1 was there, well measured; its results are kept. */
static void
hold (World *world)
{
  g_autoptr (GError) error = NULL;
  SitePoint point = { .light = HEALTH_LIGHT_GOOD, .state = HEALTH_OK };
  Event event = { .at_ms = START,
                  .meeting = world->meeting,
                  .actor = (char *) "xa1",
                  .action = (char *) "seat.joined",
                  .subject = (char *) "14758-1" };
  event_store_append (world->fixture->database, &event, &error);
  g_assert_no_error (error);
  statement_run (world->fixture->database, &error, NULL,
                 "UPDATE meetings SET state = 'ended', starts_ms = ?1, started_ms = ?1,"
                 " ended_ms = ?1 + 7200000 WHERE id = ?2",
                 "it", START, world->meeting);
  g_assert_no_error (error);
  for (gint64 s = 0; s < 7200; s += HEALTH_STEP_FINE_S)
    health_store_add (world->lines, "14758-1", HEALTH_STEP_FINE_S, START / 1000 + s, &point);
  Keeping keeping = { .meeting = line_meeting_load (world->fixture->database, world->meeting,
                                                    START + 121 * MINUTE, &error) };
  g_assert_no_error (error);
  health_store_run (world->lines, keep, on_kept, &keeping);
  while (!keeping.is_done)
    g_main_context_iteration (NULL, TRUE);
  line_meeting_free (keeping.meeting);
}

static void
world_begin (World *world)
{
  world->lines = fixture_lines = health_store_open (NULL, NULL);
  world->fixture = fixture_new (NULL);
  world->meeting = fixture_book (world->fixture);
  hold (world);
}

static void
world_end (World *world)
{
  fixture_free (world->fixture);
  health_store_close (world->lines);
  g_free (world->meeting);
  fixture_lines = NULL;
}

static char *
path_of (const World *world, const char *rest)
{
  return g_strconcat (API "/meetings/", world->meeting, rest, NULL);
}

static gint64
number_of (json_t *json, const char *member)
{
  return json_integer_value (json_object_get (json, member));
}

static void
test_meeting (void)
{
  World world;
  world_begin (&world);
  g_autofree char *path = path_of (&world, "/line-report");
  g_autoptr (Reply) reply = fixture_send (world.fixture, AS_TECHNICIAN, "GET", path, NULL, NULL);
  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_cmpstr (reply_get (reply, "meeting"), ==, world.meeting);
  json_t *rows = json_object_get (reply->json, "rows");
  g_assert_cmpuint (json_array_size (rows), ==, 3);
  json_t *last = json_array_get (rows, 2); /* the best one */
  g_assert_cmpstr (json_string_value (json_object_get (last, "key")), ==, "14758-1");
  g_assert_cmpfloat (json_real_value (json_object_get (last, "availability_percent")), ==, 100);
  g_assert_cmpint (number_of (json_object_get (reply->json, "total"), "on_time"), ==, 1);
  world_end (&world);
}

static void
test_files (void)
{
  static const struct {
    const char *form, *type, *magic;
  } rows[] = {
    { "csv", "text/csv", "\xef\xbb\xbf" },
    { "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "PK" },
    { "pdf", "application/pdf", "%PDF" },
  };
  World world;
  world_begin (&world);
  for (gsize i = 0; i < 2 * G_N_ELEMENTS (rows); i++) {
    const char *form = rows[i / 2].form;
    g_autofree char *of_meeting =
        g_strconcat (API "/meetings/", world.meeting, "/line-report.", form, "?lang=en", NULL);
    g_autofree char *of_many = g_strconcat (API "/line-reports.", form,
                                            "?from=2026-11-01&to=2026-11-30&group=branch", NULL);
    g_autoptr (Reply) reply =
        fixture_send (world.fixture, AS_SECRETARY, "GET", i % 2 ? of_many : of_meeting, NULL, NULL);
    g_test_message ("%s", form);
    g_assert_cmpuint (reply->status, ==, 200);
    g_assert_true (g_str_has_prefix (reply_header (reply, "Content-Type"), rows[i / 2].type));
    g_assert_true (g_str_has_prefix (reply->body, rows[i / 2].magic));
    g_assert_nonnull (strstr (reply_header (reply, "Content-Disposition"), "filename*=UTF-8''"));
  }
  g_autofree char *wrong = path_of (&world, "/line-report.pdf?lang=fr");
  fixture_assert_problem (world.fixture, AS_SECRETARY, "GET", wrong, NULL, 422, "bad_field");
  world_end (&world);
}

static void
test_groups (void)
{
  static const struct {
    const char *query;
    guint rows;
    gint64 turns;
  } rows[] = {
    { "from=2026-11-01&to=2026-11-30", 3, 3 },
    { "from=2026-11-22&to=2026-11-22&group=branch", 3, 3 },
    { "from=2026-01-01&to=2026-12-31&group=month", 1, 3 },
    { "from=2024-01-01&to=2026-12-31&group=year", 1, 3 },
    { "from=2026-11-01&to=2026-11-30&group=meeting", 1, 3 },
    { "from=2026-11-01&to=2026-11-30&unit=14758", 1, 1 },
    { "from=2026-11-01&to=2026-11-30&endpoint=14761-1", 1, 1 },
    { "from=2026-11-23&to=2026-11-30", 0, 0 },
    { "from=2026-11-01&to=2026-11-21", 0, 0 },
  };
  World world;
  world_begin (&world);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strconcat (API "/line-reports?", rows[i].query, NULL);
    g_autoptr (Reply) reply = fixture_send (world.fixture, AS_SECRETARY, "GET", path, NULL, NULL);
    g_test_message ("%s", rows[i].query);
    g_assert_cmpuint (reply->status, ==, 200);
    g_assert_cmpuint (json_array_size (json_object_get (reply->json, "rows")), ==, rows[i].rows);
    g_assert_cmpint (number_of (json_object_get (reply->json, "total"), "turns"), ==,
                     rows[i].turns);
    g_assert_cmpint (number_of (reply->json, "pending"), ==, 0);
  }
  world_end (&world);
}

static void
test_wrong_queries (void)
{
  static const char *const queries[] = {
    "",
    "from=2026-11-01",
    "to=2026-11-01",
    "from=2026-11-01&to=2026-11-31",
    "from=01/11/2026&to=30/11/2026",
    "from=2026-11-01x&to=2026-11-30",
    "from=1999-11-01&to=1999-11-30",
    "from=2026-11-30&to=2026-11-01",
    "from=2020-01-01&to=2026-01-01", /* more than is kept */
    "from=2026-11-01&to=2026-11-30&group=week",
    "from=2026-11-01&to=2026-11-30&lang=fr",
  };
  World world;
  world_begin (&world);
  for (gsize i = 0; i < G_N_ELEMENTS (queries); i++) {
    g_autofree char *path = g_strconcat (API "/line-reports?", queries[i], NULL);
    g_test_message ("%s", queries[i]);
    fixture_assert_problem (world.fixture, AS_SECRETARY, "GET", path, NULL, 422, "bad_field");
  }
  world_end (&world);
}

#define NOVEMBER "from=2026-11-01&to=2026-11-30"

static void
test_subjects (void)
{
  static const struct {
    Actor actor;
    const char *query;
    guint status, rows;
  } rows[] = {
    { AS_ADMINISTRATOR, NOVEMBER, 200, 3 },
    { AS_ADMINISTRATOR, NOVEMBER "&unit=01", 200, 0 },
    { AS_TECHNICIAN, NOVEMBER, 200, 3 },
    { AS_TECHNICIAN, NOVEMBER "&unit=01", 403, 0 },
    { AS_TECHNICIAN, NOVEMBER "&unit=VN", 403, 0 },
    { AS_TECHNICIAN, NOVEMBER "&endpoint=01-1", 403, 0 },
    { AS_STRANGER, NOVEMBER, 200, 0 },
    { AS_STRANGER, NOVEMBER "&unit=38", 403, 0 },
    { AS_STRANGER, NOVEMBER "&endpoint=14758-1", 403, 0 },
    { AS_ENDPOINT, NOVEMBER, 403, 0 },
    { AS_NOBODY, NOVEMBER, 401, 0 },
  };
  static const char *const forms[] = { "", ".csv", ".xlsx", ".pdf" };
  World world;
  world_begin (&world);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strconcat (API "/line-reports?", rows[i].query, NULL);
    g_autoptr (Reply) reply = fixture_send (world.fixture, rows[i].actor, "GET", path, NULL, NULL);
    g_test_message ("%d %s", rows[i].actor, rows[i].query);
    g_assert_cmpuint (reply->status, ==, rows[i].status);
    g_assert_cmpuint (json_array_size (json_object_get (reply->json, "rows")), ==, rows[i].rows);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++) {
    g_autofree char *path =
        g_strconcat (API "/meetings/", world.meeting, "/line-report", forms[i], NULL);
    g_assert_cmpuint (fixture_status (world.fixture, AS_STRANGER, "GET", path, NULL), ==, 404);
    g_assert_cmpuint (fixture_status (world.fixture, AS_ENDPOINT, "GET", path, NULL), ==, 403);
  }
  fixture_assert_problem (world.fixture, AS_ADMINISTRATOR, "GET",
                          API "/meetings/unknown/line-report", NULL, 404, "not_found");
  world_end (&world);
}

/* A secretary whose room was invited by another unit sees that room alone. */
static void
test_invited (void)
{
  g_autoptr (GError) error = NULL;
  World world;
  world_begin (&world);
  statement_run (world.fixture->database, &error, NULL,
                 "INSERT INTO invites (meeting, endpoint, position) VALUES (?, '01-1', 9)", "t",
                 world.meeting);
  g_assert_no_error (error);
  statement_run (world.fixture->database, &error, NULL,
                 "UPDATE meetings SET ended_ms = ended_ms + 1 WHERE id = ?", "t", world.meeting);
  g_assert_no_error (error);
  g_autofree char *path = path_of (&world, "/line-report");
  g_autoptr (Reply) reply = fixture_send (world.fixture, AS_STRANGER, "GET", path, NULL, NULL);
  g_assert_cmpuint (reply->status, ==, 200);
  json_t *rows = json_object_get (reply->json, "rows");
  for (size_t i = 0; i < json_array_size (rows); i++)
    g_assert_cmpstr (json_string_value (json_object_get (json_array_get (rows, i), "key")), ==,
                     "01-1");
  world_end (&world);
}

/* Without a record of lines the log still says who was on time. */
static void
test_no_store (void)
{
  World world;
  world_begin (&world);
  fixture_free (world.fixture);
  health_store_close (world.lines);
  g_free (world.meeting);
  fixture_lines = NULL;

  world.fixture = fixture_new (NULL);
  world.meeting = fixture_book (world.fixture);
  statement_run (world.fixture->database, NULL, NULL,
                 "UPDATE meetings SET state = 'ended', started_ms = ?1, ended_ms = ?1 + 60000", "i",
                 START);
  g_autofree char *path = path_of (&world, "/line-report");
  g_autoptr (Reply) reply = fixture_send (world.fixture, AS_TECHNICIAN, "GET", path, NULL, NULL);
  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_cmpuint (json_array_size (json_object_get (reply->json, "rows")), ==, 3);
  g_autoptr (Reply) many =
      fixture_send (world.fixture, AS_TECHNICIAN, "GET", API "/line-reports?" NOVEMBER, NULL, NULL);
  g_assert_cmpuint (many->status, ==, 200);
  g_assert_cmpint (number_of (many->json, "pending"), ==, 1);
  fixture_free (world.fixture);
  g_free (world.meeting);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/line_report/meeting", test_meeting);
  g_test_add_func ("/line_report/files", test_files);
  g_test_add_func ("/line_report/groups", test_groups);
  g_test_add_func ("/line_report/wrong-queries", test_wrong_queries);
  g_test_add_func ("/line_report/subjects", test_subjects);
  g_test_add_func ("/line_report/invited", test_invited);
  g_test_add_func ("/line_report/no-store", test_no_store);
  return g_test_run ();
}
