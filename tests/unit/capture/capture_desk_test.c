/* Captures at the controller: what is fetched, how they end, what is kept. */
#include "server/capture/capture_desk.h"

#include "tests/unit/capture/played_relay.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#define NOW_MS (1795000000 * G_GINT64_CONSTANT (1000))

typedef struct {
  char *dir;
  PlayedRelay relay;
  CaptureDesk *desk;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->dir = g_dir_make_tmp ("diemcau-capture-XXXXXX", NULL);
  played_relay_init (&f->relay);
  f->desk = capture_desk_new (f->dir, &played_relay, &f->relay);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (f->dir, "captures", NULL);
  g_clear_pointer (&f->desk, capture_desk_free);
  played_relay_clear (&f->relay);
  g_rmdir (folder);
  g_assert_cmpint (g_rmdir (f->dir), ==, 0); /* nothing was left in it */
  g_free (f->dir);
}

static gboolean
start (Fixture *f, const char *endpoint, gint64 now_ms, GError **error)
{
  CaptureOrder order = { .endpoint = endpoint,
                         .transport = "t.1",
                         .comment = "Xã Thanh Hà",
                         .by = "kythuat",
                         .seconds = 60 };
  return capture_desk_start (f->desk, &order, now_ms, error);
}

static CaptureInfo
info_of (Fixture *f, const char *endpoint)
{
  CaptureInfo info = { .stage = CAPTURE_FAILED };
  g_assert_true (capture_desk_find (f->desk, endpoint, &info));
  return info;
}

static void
run_to_end (Fixture *f, const char *endpoint)
{
  while (info_of (f, endpoint).stage < CAPTURE_DONE)
    g_main_context_iteration (NULL, TRUE);
}

static char *
content_of (Fixture *f, const char *endpoint)
{
  char *text = NULL;
  g_assert_true (g_file_get_contents (info_of (f, endpoint).path, &text, NULL, NULL));
  return text;
}

static void
test_to_the_end (Fixture *f, gconstpointer data)
{
  struct stat status;
  played_relay_add (&f->relay, "one ");
  played_relay_add (&f->relay, "two");
  f->relay.state = CAPTURE_TIME;
  g_assert_true (start (f, "14758-1", NOW_MS, NULL));
  g_assert_cmpint (info_of (f, "14758-1").stage, ==, CAPTURE_STARTING);
  run_to_end (f, "14758-1");
  CaptureInfo info = info_of (f, "14758-1");
  g_assert_cmpint (info.stage, ==, CAPTURE_DONE);
  g_assert_cmpstr (info.reason, ==, "time");
  g_assert_cmpstr (info.by, ==, "kythuat");
  g_assert_cmpint (info.bytes, ==, 7);
  g_assert_cmpint (info.packets, ==, 7);
  g_autofree char *text = content_of (f, "14758-1");
  g_assert_cmpstr (text, ==, "one two");
  g_assert_cmpint (g_stat (info.path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  g_assert_cmpstr (f->relay.started->comment, ==, "Xã Thanh Hà");
  g_assert_cmpint (f->relay.started->seconds, ==, 60);
  g_assert_cmpint (f->relay.started->max_bytes, ==, LIMIT_CAPTURE_BYTES);
  g_assert_false (f->relay.started->payload);
  g_assert_cmpuint (played_relay_count (&f->relay, "capture.stop t.1"), ==, 1); /* frees it */
}

static void
test_stop (Fixture *f, gconstpointer data)
{
  g_assert_false (capture_desk_stop (f->desk, "14758-1"));
  g_assert_true (start (f, "14758-1", NOW_MS, NULL));
  played_relay_add (&f->relay, "what came");
  g_assert_true (capture_desk_stop (f->desk, "14758-1"));
  run_to_end (f, "14758-1");
  g_assert_cmpstr (info_of (f, "14758-1").reason, ==, "stopped");
  g_autofree char *text = content_of (f, "14758-1");
  g_assert_cmpstr (text, ==, "what came");
  g_assert_false (capture_desk_stop (f->desk, "14758-1"));
}

static void
test_relay_refuses (Fixture *f, gconstpointer data)
{
  f->relay.refuses = "not-found: no such transport";
  g_assert_true (start (f, "14758-1", NOW_MS, NULL));
  run_to_end (f, "14758-1");
  g_assert_cmpint (info_of (f, "14758-1").stage, ==, CAPTURE_FAILED);
  g_assert_cmpstr (info_of (f, "14758-1").reason, ==, "closed");
  f->relay.is_down = TRUE; /* answers at once */
  g_assert_true (start (f, "14758-1", NOW_MS, NULL));
  g_assert_cmpstr (info_of (f, "14758-1").reason, ==, "relay");
}

/* The room leaves meanwhile: what came stays. */
static void
test_room_leaves (Fixture *f, gconstpointer data)
{
  g_assert_true (start (f, "14758-1", NOW_MS, NULL));
  while (info_of (f, "14758-1").stage == CAPTURE_STARTING)
    g_main_context_iteration (NULL, TRUE);
  f->relay.refuses = "not-found: transport is closed";
  run_to_end (f, "14758-1");
  g_assert_cmpint (info_of (f, "14758-1").stage, ==, CAPTURE_DONE);
  g_assert_cmpstr (info_of (f, "14758-1").reason, ==, "closed");
}

static void
test_bounds (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  f->relay.is_silent = TRUE;
  for (guint i = 0; i < CAPTURES_AT_ONCE; i++) {
    g_autofree char *endpoint = g_strdup_printf ("e%u", i);
    g_assert_true (start (f, endpoint, NOW_MS, NULL));
  }
  g_assert_false (start (f, "e0", NOW_MS, &error));
  g_assert_error (error, CAPTURE_ERROR, CAPTURE_ERROR_RUNNING);
  g_clear_error (&error);
  g_assert_false (start (f, "one too many", NOW_MS, &error));
  g_assert_error (error, CAPTURE_ERROR, CAPTURE_ERROR_FULL);
  g_clear_pointer (&f->desk, capture_desk_free);
  played_relay_answer (&f->relay, FALSE); /* to a desk that has gone */
}

static void
test_kept (Fixture *f, gconstpointer data)
{
  CaptureInfo info;
  f->relay.is_down = TRUE; /* all end at once */
  for (guint i = 0; i < CAPTURES_KEPT + 1; i++) {
    g_autofree char *endpoint = g_strdup_printf ("e%u", i);
    g_assert_true (start (f, endpoint, NOW_MS + i, NULL));
  }
  g_assert_false (capture_desk_find (f->desk, "e0", &info));
  g_assert_true (capture_desk_find (f->desk, "e1", &info));
  capture_desk_sweep (f->desk, NOW_MS + 1 + CAPTURE_KEPT_MS);
  g_assert_true (capture_desk_find (f->desk, "e1", &info));
  capture_desk_sweep (f->desk, NOW_MS + 2 + CAPTURE_KEPT_MS);
  g_assert_false (capture_desk_find (f->desk, "e1", &info));
  g_assert_true (capture_desk_find (f->desk, "e2", &info));
}

/* What a run before left is removed. */
static void
test_left_over (Fixture *f, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (f->dir, "captures", NULL);
  g_autofree char *path = g_build_filename (folder, "9.pcapng", NULL);
  g_mkdir (folder, 0700);
  g_assert_true (g_file_set_contents (path, "x", 1, NULL));
  capture_desk_free (f->desk);
  f->desk = capture_desk_new (f->dir, &played_relay, &f->relay);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/capture/desk/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("to_the_end", test_to_the_end);
  ADD ("stop", test_stop);
  ADD ("relay_refuses", test_relay_refuses);
  ADD ("room_leaves", test_room_leaves);
  ADD ("bounds", test_bounds);
  ADD ("kept", test_kept);
  ADD ("left_over", test_left_over);
  return g_test_run ();
}
