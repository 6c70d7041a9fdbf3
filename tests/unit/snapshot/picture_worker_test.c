/* The picture job as its controller sees it: a fake one answers, lies, hangs, dies. */
#include "server/snapshot/picture_worker.h"

#include <signal.h>

typedef struct {
  PictureWorker *worker;
  GString *told; /* of each result: its ticket and j (JPEG), n (none) or c (crash) */
  guint n;
} World;

static void
on_result (gpointer user_data, const PictureResult *result)
{
  World *world = user_data;

  g_string_append_printf (world->told, "%u%c ", (guint) result->ticket,
                          result->jpeg != NULL ? 'j'
                          : result->is_crash   ? 'c'
                                               : 'n');
  if (result->jpeg != NULL)
    g_assert_cmpuint (result->width, ==, 240);
  world->n++;
}

static void
world_begin_with (World *world, PictureWorkerConfig config)
{
  static const char *const arguments[] = { NULL };

  if (config.program == NULL)
    config.program = g_getenv ("FAKE_JOB");
  config.arguments = arguments;
  *world = (World){ .told = g_string_new (NULL) };
  world->worker = picture_worker_new (&config, on_result, world);
}

static void
world_begin (World *world)
{
  world_begin_with (world, (PictureWorkerConfig){ .backoff_first_ms = 1, .backoff_last_ms = 4 });
}

static void
world_end (World *world)
{
  picture_worker_free (world->worker);
  g_string_free (world->told, TRUE);
}

static guint
restarts (World *world)
{
  PictureWorkerStats stats;

  picture_worker_get_stats (world->worker, &stats);
  return stats.restarts;
}

static gboolean
push (World *world, guint64 ticket, const char *frame)
{
  g_autoptr (GBytes) bytes = g_bytes_new (frame, strlen (frame));

  return picture_worker_push (world->worker, ticket, CODEC_VP8, bytes);
}

static void
wait_for (const World *world, guint n)
{
  gint64 until_us = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  while (world->n < n) {
    g_assert_cmpint (g_get_monotonic_time (), <, until_us);
    g_main_context_iteration (NULL, TRUE);
  }
}

static void
test_pictures (void)
{
  World world;
  PictureWorkerStats stats;

  world_begin (&world);
  g_assert_cmpint (picture_worker_get_pid (world.worker), ==, 0);
  g_assert_true (push (&world, 7, "j"));
  g_assert_cmpint (picture_worker_get_pid (world.worker), !=, 0);
  g_assert_true (push (&world, 8, "b"));
  g_assert_true (push (&world, 9, "j"));
  wait_for (&world, 3);
  g_assert_cmpstr (world.told->str, ==, "7j 8n 9j ");
  picture_worker_get_stats (world.worker, &stats);
  g_assert_cmpuint (stats.made, ==, 2);
  g_assert_cmpuint (stats.failed, ==, 1);
  g_assert_cmpint (stats.cpu_us, >, 0);
  g_assert_cmpuint (restarts (&world), ==, 0);
  world_end (&world);
}

/* What it dies of is lost, what waited is not. */
static void
test_crash (gconstpointer data)
{
  const char *how = data;
  World world;

  world_begin (&world);
  push (&world, 1, "j");
  push (&world, 2, how);
  push (&world, 3, "j");
  wait_for (&world, 3);
  g_assert_cmpstr (world.told->str, ==, "1j 2c 3j ");
  g_assert_cmpuint (restarts (&world), ==, 1);
  world_end (&world);
}

static void
test_killed_at_rest (void)
{
  World world;
  int first;

  world_begin (&world);
  push (&world, 1, "j");
  wait_for (&world, 1);
  first = picture_worker_get_pid (world.worker);
  kill (first, SIGKILL);
  while (restarts (&world) == 0)
    g_main_context_iteration (NULL, TRUE);
  push (&world, 2, "j");
  wait_for (&world, 2);
  g_assert_cmpstr (world.told->str, ==, "1j 2j ");
  g_assert_cmpint (picture_worker_get_pid (world.worker), !=, first);
  world_end (&world);
}

/* One that keeps dying is started again and again, each time later: its frames wait, or are refused
 * once too many do. */
static void
test_backoff (void)
{
  World world;
  guint taken = 0;

  world_begin_with (&world, (PictureWorkerConfig){ .backoff_first_ms = 60000 });
  push (&world, 1, "c");
  wait_for (&world, 1);
  g_assert_cmpint (picture_worker_get_pid (world.worker), ==, 0);
  while (taken <= PICTURE_QUEUE_MAX && push (&world, 2 + taken, "j"))
    taken++;
  g_assert_cmpuint (taken, ==, PICTURE_QUEUE_MAX);
  g_assert_cmpint (picture_worker_get_pid (world.worker), ==, 0);
  g_assert_cmpuint (world.n, ==, 1);
  world_end (&world);
}

static void
test_hangs (void)
{
  World world;

  world_begin_with (&world, (PictureWorkerConfig){ .reply_ms = 50, .backoff_first_ms = 1 });
  push (&world, 1, "s");
  push (&world, 2, "s");
  wait_for (&world, 2);
  g_assert_cmpstr (world.told->str, ==, "1c 2c ");
  world_end (&world);
}

static void
test_rests (void)
{
  World world;

  world_begin_with (&world, (PictureWorkerConfig){ .idle_ms = 20 });
  push (&world, 1, "j");
  wait_for (&world, 1);
  while (picture_worker_get_pid (world.worker) != 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (restarts (&world), ==, 0);
  push (&world, 2, "j");
  wait_for (&world, 2);
  world_end (&world);
}

static void
test_no_program (void)
{
  World world;

  world_begin_with (&world, (PictureWorkerConfig){ .program = "/nowhere/diemcau",
                                                   .backoff_first_ms = 1,
                                                   .backoff_last_ms = 1 });
  g_assert_true (push (&world, 1, "j"));
  while (restarts (&world) < 3)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (world.n, ==, 0);
  world_end (&world);
}

static void
test_bounds (void)
{
  World world;
  g_autofree char *frame = g_malloc0 (PICTURE_FRAME_BYTES_MAX + 1);
  g_autoptr (GBytes) largest = NULL, larger = NULL;
  guint taken = 0;

  frame[0] = 'j';
  largest = g_bytes_new (frame, PICTURE_FRAME_BYTES_MAX);
  larger = g_bytes_new (frame, PICTURE_FRAME_BYTES_MAX + 1);
  world_begin (&world);
  g_assert_false (picture_worker_push (world.worker, 1, CODEC_VP8, larger));
  while (picture_worker_push (world.worker, 1, CODEC_VP8, largest))
    taken++;
  g_assert_cmpuint (taken, ==, PICTURE_QUEUE_BYTES_MAX / PICTURE_FRAME_BYTES_MAX);
  wait_for (&world, taken);
  g_assert_cmpuint (restarts (&world), ==, 0);
  world_end (&world);
}

int
main (int argc, char **argv)
{
  static const char *const ways[][2] = {
    { "aborts", "c" },      { "ends", "e" },        { "wrong-ticket", "t" },
    { "wrong-magic", "m" }, { "too-wide", "w" },    { "unknown-status", "x" },
    { "is-no-jpeg", "h" },  { "is-too-long", "l" }, { "is-too-short", "q" },
  };

  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_FATAL_MASK);
  g_test_add_func ("/picture_worker/pictures", test_pictures);
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++) {
    g_autofree char *path = g_strconcat ("/picture_worker/", ways[i][0], NULL);

    g_test_add_data_func (path, ways[i][1], test_crash);
  }
  g_test_add_func ("/picture_worker/killed-at-rest", test_killed_at_rest);
  g_test_add_func ("/picture_worker/backoff", test_backoff);
  g_test_add_func ("/picture_worker/hangs", test_hangs);
  g_test_add_func ("/picture_worker/rests", test_rests);
  g_test_add_func ("/picture_worker/no-program", test_no_program);
  g_test_add_func ("/picture_worker/bounds", test_bounds);
  return g_test_run ();
}
