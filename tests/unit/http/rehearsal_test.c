/* The rehearsal board over REST: who sees and writes which row, what a reader gets again, files. */
#include <string.h>

#include "server/http/rehearsal_board.h"
#include "server/storage/live_store.h"
#include "server/storage/statement.h"
#include "tests/unit/http/fixture.h"

#define API "/api/v1"

typedef struct {
  Fixture *fixture;
  char *meeting;
  char *path;
} World;

static void
world_begin (World *world)
{
  world->fixture = fixture_new (NULL);
  world->meeting = fixture_book (world->fixture);
  world->path = g_strconcat (API "/meetings/", world->meeting, "/rehearsal", NULL);
}

static void
world_end (World *world)
{
  fixture_free (world->fixture);
  g_free (world->meeting);
  g_free (world->path);
}

static void
add_run (World *world, const char *endpoint, const char *test, TestLight light)
{
  TestRun run = { .endpoint = (char *) endpoint,
                  .test = (char *) test,
                  .at_ms = 1795000000000,
                  .light = light,
                  .advice = (char *) "[\"use_cable\",\"loss_up\"]",
                  .result = (char *) "{\"test\":\"t\",\"line\":{\"up_loss\":34,\"network\":"
                                     "\"wifi\"},\"devices\":{\"microphone\":\"=Mic\"},\"relay\":{"
                                     "\"up_loss\":30,\"down_loss\":2,\"rtt_ms\":18}}" };
  StoredAct act = { .test = &run };
  g_autoptr (GError) error = NULL;
  live_store_callbacks ()->save_act (world->fixture->database, world->meeting, &act, &error);
  g_assert_no_error (error);
}

static Reply *
read_as (World *world, Actor actor, gint64 since)
{
  g_autofree char *path = g_strdup_printf ("%s?since=%" G_GINT64_FORMAT, world->path, since);
  Reply *reply = fixture_send (world->fixture, actor, "GET", path, NULL, NULL);
  g_assert_cmpuint (reply->status, ==, 200);
  return reply;
}

static json_t *
rows_of (const Reply *reply)
{
  return json_object_get (reply->json, "rows");
}

static json_t *
row_of (const Reply *reply, const char *endpoint)
{
  size_t i;
  json_t *row;
  json_array_foreach (rows_of (reply), i, row)
  {
    if (strcmp (json_string_value (json_object_get (row, "endpoint")), endpoint) == 0)
      return row;
  }
  return NULL;
}

static json_int_t
number_of (const json_t *json, const char *member)
{
  return json_integer_value (json_object_get (json, member));
}

static const char *
text_of (const json_t *json, const char *member)
{
  return json_string_value (json_object_get (json, member));
}

/* All that are kept of one room, the last first; none of another's. */
static void
test_runs (void)
{
  World world;
  world_begin (&world);
  g_autofree char *path = g_strconcat (world.path, "/sites/14758-1/runs", NULL);
  g_autofree char *other = g_strconcat (world.path, "/sites/nobody/runs", NULL);
  add_run (&world, "14758-1", "a", TEST_LIGHT_BAD);
  add_run (&world, "14758-1", "b", TEST_LIGHT_GOOD);
  add_run (&world, "14761-1", "c", TEST_LIGHT_FAIR);
  g_autoptr (Reply) reply = fixture_send (world.fixture, AS_TECHNICIAN, "GET", path, NULL, NULL);
  g_assert_cmpuint (reply->status, ==, 200);
  const json_t *runs = json_object_get (reply->json, "runs");
  g_assert_cmpuint (json_array_size (runs), ==, 2);
  g_assert_cmpstr (text_of (json_array_get (runs, 0), "light"), ==, "good");
  const json_t *first = json_array_get (runs, 1);
  g_assert_cmpstr (text_of (first, "light"), ==, "bad");
  g_assert_cmpint (number_of (first, "at"), ==, 1795000000000);
  g_assert_cmpuint (json_array_size (json_object_get (first, "advice")), ==, 2);
  g_assert_nonnull (json_object_get (json_object_get (first, "result"), "line"));
  g_assert_cmpuint (fixture_status (world.fixture, AS_TECHNICIAN, "GET", other, NULL), ==, 404);
  g_assert_cmpuint (fixture_status (world.fixture, AS_STRANGER, "GET", path, NULL), ==, 404);
  world_end (&world);
}

static void
test_board (void)
{
  static const RehearsalRoom now[] = { { "14758-1", TRUE, FALSE, "good" },
                                       { "14761-1", TRUE, TRUE, NULL } };
  World world;
  world_begin (&world);
  world.fixture->hub->rehearsing = now;
  world.fixture->hub->n_rehearsing = G_N_ELEMENTS (now);
  add_run (&world, "14758-1", "a", TEST_LIGHT_FAIR);
  g_autoptr (Reply) reply = read_as (&world, AS_TECHNICIAN, 0);
  const json_t *meeting = json_object_get (reply->json, "meeting");
  g_assert_cmpstr (text_of (meeting, "id"), ==, world.meeting);
  g_assert_cmpstr (text_of (meeting, "state"), ==, "scheduled");
  g_assert_true (json_is_null (json_object_get (reply->json, "opened_at")));
  g_assert_cmpstr (reply_get (reply, "opens_at"), ==, "2030-11-22T00:30:00Z");
  g_assert_true (json_is_true (json_object_get (reply->json, "full")));
  const json_t *counts = json_object_get (reply->json, "counts");
  g_assert_cmpint (number_of (counts, "sites"), ==, 3);
  g_assert_cmpint (number_of (counts, "done"), ==, 1);
  g_assert_cmpint (number_of (counts, "fair"), ==, 1);
  g_assert_cmpint (number_of (counts, "good"), ==, 0);
  g_assert_cmpint (number_of (counts, "running"), ==, 1);
  g_assert_cmpint (number_of (counts, "connected"), ==, 2);
  const json_t *advice = json_object_get (json_object_get (reply->json, "words"), "advice");
  g_assert_nonnull (text_of (json_object_get (advice, "use_cable"), "vi"));
  const json_t *row = row_of (reply, "14758-1");
  g_assert_cmpstr (text_of (row, "light"), ==, "fair");
  g_assert_cmpstr (text_of (row, "seat_light"), ==, "good");
  g_assert_cmpstr (text_of (row, "branch"), ==, "14758");
  g_assert_cmpstr (text_of (row, "branch_name"), ==, "Xã Thành Hà");
  g_assert_true (json_is_true (json_object_get (row, "connected")));
  g_assert_cmpint (number_of (row, "at"), ==, 1795000000000);
  g_assert_cmpint (number_of (row, "runs"), ==, 1);
  g_assert_cmpstr (json_string_value (json_array_get (json_object_get (row, "advice"), 1)), ==,
                   "loss_up");
  const json_t *result = json_object_get (row, "result");
  g_assert_cmpint (number_of (json_object_get (result, "relay"), "rtt_ms"), ==, 18);
  row = row_of (reply, "38-1");
  g_assert_cmpstr (text_of (row, "light"), ==, "none");
  g_assert_true (json_is_null (json_object_get (row, "result")));
  g_assert_true (json_is_null (json_object_get (row, "seat_light")));
  world_end (&world);
}

/* Who reads again gets what changed; who has what is no longer, gets all. */
static void
test_since (void)
{
  World world;
  world_begin (&world);
  g_autofree char *site = g_strconcat (world.path, "/sites/14761-1", NULL);
  g_autoptr (Reply) first = read_as (&world, AS_TECHNICIAN, 0);
  gint64 revision = number_of (first->json, "revision");
  g_assert_cmpint (revision, >, 0);
  g_autoptr (Reply) same = read_as (&world, AS_TECHNICIAN, revision);
  g_assert_cmpuint (json_array_size (rows_of (same)), ==, 0);
  g_assert_true (json_is_false (json_object_get (same->json, "full")));
  g_assert_cmpint (number_of (same->json, "revision"), ==, revision);
  g_assert_cmpuint (
      fixture_status (world.fixture, AS_TECHNICIAN, "PUT", site, "{\"note\":\"tiếng nhỏ\"}"), ==,
      200);
  g_autoptr (Reply) changed = read_as (&world, AS_TECHNICIAN, revision);
  g_assert_cmpuint (json_array_size (rows_of (changed)), ==, 1);
  g_assert_cmpstr (text_of (row_of (changed, "14761-1"), "note"), ==, "tiếng nhỏ");
  g_autoptr (Reply) future = read_as (&world, AS_TECHNICIAN, revision + 1000);
  g_assert_cmpuint (json_array_size (rows_of (future)), ==, 3);
  g_assert_true (json_is_true (json_object_get (future->json, "full")));
  g_autoptr (Reply) past = read_as (&world, AS_TECHNICIAN, 5);
  g_assert_true (json_is_true (json_object_get (past->json, "full")));
  fixture_assert_problem (world.fixture, AS_TECHNICIAN, "GET",
                          API "/meetings/none/rehearsal?since=0", NULL, 404, "not_found");
  world_end (&world);
}

static void
test_writes (void)
{
  World world;
  world_begin (&world);
  g_autofree char *site = g_strconcat (world.path, "/sites/14758-1", NULL);
  g_autofree char *other = g_strconcat (world.path, "/sites/01-1", NULL);
  g_autofree char *long_note = g_strnfill (501, 'a');
  g_autofree char *too_long = g_strdup_printf ("{\"note\":\"%s\"}", long_note);
  g_autoptr (Reply) reply = fixture_send (world.fixture, AS_TECHNICIAN, "PUT", site,
                                          "{\"note\":\"a\",\"ticked\":true}", NULL);
  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_cmpstr (reply_get (reply, "note"), ==, "a");
  g_assert_cmpstr (reply_get (reply, "ticked_by"), ==, "kythuat");
  g_assert_cmpint (number_of (reply->json, "ticked_at"), >, 0);
  g_autoptr (Reply) later =
      fixture_send (world.fixture, AS_SECRETARY, "PUT", site, "{\"ticked\":false}", NULL);
  g_assert_cmpstr (reply_get (later, "note"), ==, "a"); /* what is not said stays */
  g_assert_true (json_is_false (json_object_get (later->json, "ticked")));
  g_assert_true (json_is_null (json_object_get (later->json, "ticked_at")));
  fixture_assert_problem (world.fixture, AS_TECHNICIAN, "PUT", site, too_long, 422, "bad_field");
  fixture_assert_problem (world.fixture, AS_TECHNICIAN, "PUT", other, "{\"note\":\"a\"}", 404,
                          "not_found");
  /* and stands in the meeting's log */
  gint64 n = 0;
  statement_number (world.fixture->database, NULL, &n,
                    "SELECT count (*) FROM events WHERE meeting = ? AND actor = 'kythuat'"
                    " AND action IN ('rehearsal.note', 'rehearsal.ticked') AND subject = '14758-1'",
                    "t", world.meeting);
  g_assert_cmpint (n, ==, 2);
  world_end (&world);
}

static void
test_asks (void)
{
  World world;
  world_begin (&world);
  Fixture *fixture = world.fixture;
  g_autofree char *site = g_strconcat (world.path, "/sites/14758-1/ask", NULL);
  g_autofree char *all = g_strconcat (world.path, "/ask", NULL);
  g_autoptr (Reply) reply =
      fixture_send (fixture, AS_TECHNICIAN, "POST", site, "{\"act\":\"playback\"}", NULL);
  g_assert_cmpuint (reply->status, ==, 202);
  g_assert_cmpstr (fixture->hub->body, ==, "playback 14758-1");
  g_assert_cmpstr (fixture->hub->reason, ==, "14758-1");
  g_autoptr (Reply) many =
      fixture_send (fixture, AS_TECHNICIAN, "POST", all, "{\"act\":\"test\"}", NULL);
  g_assert_cmpuint (many->status, ==, 202);
  g_assert_cmpint (number_of (many->json, "asked"), ==, 3);
  g_assert_cmpuint (fixture_status (fixture, AS_TECHNICIAN, "POST", all,
                                    "{\"act\":\"test\",\"branch\":\"14761\"}"),
                    ==, 202);
  g_assert_cmpstr (fixture->hub->body, ==, "test 14761-1");
  g_assert_cmpstr (fixture->hub->reason, ==, "14761");
  fixture_assert_problem (fixture, AS_TECHNICIAN, "POST", all, "{\"act\":\"reload\"}", 422,
                          "bad_field");
  fixture_assert_problem (fixture, AS_TECHNICIAN, "POST", site, "{\"act\":\"dance\"}", 422,
                          "bad_field");
  fixture->hub->problem = PROBLEM_SEAT_ABSENT;
  fixture_assert_problem (fixture, AS_TECHNICIAN, "POST", site, "{\"act\":\"test\"}", 409,
                          "seat.absent");
  world_end (&world);
}

/* --- who sees what --- */

static void
test_strangers (void)
{
  static const struct {
    const char *method, *path, *body;
  } rows[] = {
    { "GET", "", NULL },
    { "GET", ".csv", NULL },
    { "GET", ".xlsx", NULL },
    { "POST", "/ask", "{\"act\":\"test\"}" },
    { "PUT", "/sites/14758-1", "{\"note\":\"a\"}" },
    { "POST", "/sites/14758-1/ask", "{\"act\":\"test\"}" },
  };
  World world;
  world_begin (&world);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strconcat (world.path, rows[i].path, NULL);
    g_test_message ("%s %s", rows[i].method, path);
    g_assert_cmpuint (
        fixture_status (world.fixture, AS_STRANGER, rows[i].method, path, rows[i].body), ==, 404);
    g_assert_cmpuint (
        fixture_status (world.fixture, AS_ENDPOINT, rows[i].method, path, rows[i].body), ==, 403);
  }
  world_end (&world);
}

/* A commune's own technician sees and asks its rooms alone. */
static void
test_scope (void)
{
  World world;
  world_begin (&world);
  Fixture *fixture = world.fixture;
  g_autoptr (GError) error = NULL;
  statement_run (fixture->database, &error, NULL, "UPDATE users SET unit = '14758' WHERE login = ?",
                 "t", "kythuat");
  g_assert_no_error (error);
  g_autofree char *all = g_strconcat (world.path, "/ask", NULL);
  g_autofree char *own = g_strconcat (world.path, "/sites/14758-1", NULL);
  g_autofree char *other = g_strconcat (world.path, "/sites/14761-1", NULL);
  g_autofree char *csv = g_strconcat (world.path, ".csv", NULL);
  add_run (&world, "14761-1", "a", TEST_LIGHT_BAD);
  g_autoptr (Reply) reply = read_as (&world, AS_TECHNICIAN, 0);
  g_assert_cmpuint (json_array_size (rows_of (reply)), ==, 1);
  g_assert_nonnull (row_of (reply, "14758-1"));
  g_assert_cmpint (number_of (json_object_get (reply->json, "counts"), "sites"), ==, 1);
  g_assert_cmpint (number_of (json_object_get (reply->json, "counts"), "bad"), ==, 0);
  g_assert_cmpuint (fixture_status (fixture, AS_TECHNICIAN, "PUT", own, "{\"ticked\":true}"), ==,
                    200);
  g_assert_cmpuint (fixture_status (fixture, AS_TECHNICIAN, "PUT", other, "{\"ticked\":true}"), ==,
                    404);
  g_assert_cmpuint (fixture_status (fixture, AS_TECHNICIAN, "POST", all, "{\"act\":\"test\"}"), ==,
                    202);
  g_assert_cmpstr (fixture->hub->body, ==, "test 14758-1");
  g_autoptr (Reply) file = fixture_send (fixture, AS_TECHNICIAN, "GET", csv, NULL, NULL);
  g_assert_nonnull (strstr (file->body, "Xã Thành Hà"));
  g_assert_null (strstr (file->body, "Phường Hạc Thành"));
  world_end (&world);
}

/* --- files --- */

static void
test_files (void)
{
  World world;
  world_begin (&world);
  add_run (&world, "14758-1", "a", TEST_LIGHT_BAD);
  g_autofree char *vi = g_strconcat (world.path, ".csv", NULL);
  g_autofree char *en = g_strconcat (world.path, ".csv?lang=en", NULL);
  g_autofree char *wrong = g_strconcat (world.path, ".csv?lang=fr", NULL);
  g_autofree char *book = g_strconcat (world.path, ".xlsx?lang=vi", NULL);
  g_autoptr (Reply) reply = fixture_send (world.fixture, AS_TECHNICIAN, "GET", vi, NULL, NULL);
  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_true (g_str_has_prefix (reply->body, "\xef\xbb\xbf"));
  g_assert_nonnull (strstr (reply->body, "Dùng dây mạng thay Wi-Fi"));
  g_assert_nonnull (strstr (reply_header (reply, "Content-Disposition"), "attachment"));
  g_autoptr (Reply) english = fixture_send (world.fixture, AS_TECHNICIAN, "GET", en, NULL, NULL);
  g_assert_nonnull (strstr (english->body, "Use a network cable instead of Wi-Fi"));
  g_assert_cmpuint (fixture_status (world.fixture, AS_TECHNICIAN, "GET", wrong, NULL), ==, 422);
  g_autoptr (Reply) sheet = fixture_send (world.fixture, AS_TECHNICIAN, "GET", book, NULL, NULL);
  g_assert_cmpuint (sheet->status, ==, 200);
  g_assert_true (g_str_has_prefix (sheet->body, "PK"));
  world_end (&world);
}

/* --- the board itself --- */

/* A room that is no longer invited: its row goes, and every reader reads anew. Tables that nobody
 * reads make place. */
static void
test_table (void)
{
  World world;
  world_begin (&world);
  RehearsalBoard *board = rehearsal_board_new ();
  RehearsalRead read = { .database = world.fixture->database,
                         .hub = world.fixture->hub,
                         .meeting = world.meeting,
                         .now_ms = 1000000,
                         .now_us = 1 };
  RehearsalTable *table = rehearsal_board_read (board, &read, NULL);
  gint64 before = rehearsal_table_revision (table);
  g_assert_cmpuint (rehearsal_table_n_rows (table), ==, 3);
  statement_run (world.fixture->database, NULL, NULL,
                 "DELETE FROM invites WHERE endpoint = '14761-1'", "");
  read.now_ms += REHEARSAL_REFRESH_MS - 1; /* read a moment ago: as it was */
  g_assert_cmpuint (rehearsal_table_n_rows (rehearsal_board_read (board, &read, NULL)), ==, 3);
  read.now_ms++;
  table = rehearsal_board_read (board, &read, NULL);
  g_assert_cmpuint (rehearsal_table_n_rows (table), ==, 2);
  g_assert_null (rehearsal_table_find (table, "14761-1"));
  g_assert_true (rehearsal_table_is_new_to (table, before));
  g_assert_false (rehearsal_table_is_new_to (table, rehearsal_table_revision (table)));
  for (guint i = 0; i < REHEARSAL_TABLES_MAX; i++) {
    g_autofree char *other = g_strdup_printf ("other%u", i);
    RehearsalRead more = read;
    more.meeting = other;
    g_assert_cmpuint (rehearsal_table_n_rows (rehearsal_board_read (board, &more, NULL)), ==, 0);
  }
  gint64 last = before + 1;
  read.now_ms += 1000;
  table = rehearsal_board_read (board, &read, NULL);
  g_assert_true (rehearsal_table_is_new_to (table, last)); /* it was dropped */
  rehearsal_board_free (board);
  world_end (&world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rehearsal/board", test_board);
  g_test_add_func ("/rehearsal/runs", test_runs);
  g_test_add_func ("/rehearsal/since", test_since);
  g_test_add_func ("/rehearsal/writes", test_writes);
  g_test_add_func ("/rehearsal/asks", test_asks);
  g_test_add_func ("/rehearsal/strangers", test_strangers);
  g_test_add_func ("/rehearsal/scope", test_scope);
  g_test_add_func ("/rehearsal/files", test_files);
  g_test_add_func ("/rehearsal/table", test_table);
  return g_test_run ();
}
