#include "pipelines/relay/keep_awake.h"

#include <glib/gstdio.h>
#include <string.h>

/* Files of a machine that the test makes. */
typedef struct {
  gchar *folder, *device, *times, *processors;
  KeepAwakeFiles files;
  KeepAwake *awake;
  gint64 now_us;
  guint32 packets;
} Fixture;

static void
put (const gchar *path, const gchar *text)
{
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const gchar *flags = data;

  fixture->folder = g_dir_make_tmp ("diemcau-awake-XXXXXX", NULL);
  g_assert_nonnull (fixture->folder);
  fixture->device = g_build_filename (fixture->folder, "device", NULL);
  fixture->times = g_build_filename (fixture->folder, "times", NULL);
  fixture->processors = g_build_filename (fixture->folder, "processors", NULL);
  fixture->files = (KeepAwakeFiles){ fixture->device, fixture->times, fixture->processors };
  put (fixture->device, "");
  put (fixture->times, "cpu  1 2 3 4 5 6 7 8 9 10\n");
  put (fixture->processors, flags);
  fixture->awake = keep_awake_new (&fixture->files);
  fixture->now_us = G_USEC_PER_SEC;
  keep_awake_look (fixture->awake, fixture->now_us, 0);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  keep_awake_free (fixture->awake);
  g_unlink (fixture->device);
  g_unlink (fixture->times);
  g_unlink (fixture->processors);
  g_rmdir (fixture->folder);
  g_free (fixture->device);
  g_free (fixture->times);
  g_free (fixture->processors);
  g_free (fixture->folder);
}

static void
pass_second (Fixture *fixture, guint packets)
{
  fixture->now_us += G_USEC_PER_SEC;
  fixture->packets += packets;
  keep_awake_look (fixture->awake, fixture->now_us, fixture->packets);
}

/* Four bytes, the time that was asked for. */
static void
assert_asked (Fixture *fixture, gint32 latency_us)
{
  g_autofree gchar *content = NULL;
  gsize len;
  gint32 asked;

  g_assert_true (g_file_get_contents (fixture->device, &content, &len, NULL));
  g_assert_cmpuint (len, ==, sizeof asked);
  memcpy (&asked, content, sizeof asked);
  g_assert_cmpint (asked, ==, latency_us);
}

static void
test_asks_while_much_is_sent (Fixture *fixture, gconstpointer data)
{
  pass_second (fixture, WAKEFULNESS_PACKETS_PER_S - 1);
  g_assert_false (keep_awake_holds (fixture->awake));
  pass_second (fixture, WAKEFULNESS_PACKETS_PER_S);
  g_assert_true (keep_awake_holds (fixture->awake));
  assert_asked (fixture, KEEP_AWAKE_VIRTUAL_US);
  for (gint64 i = 0; i < WAKEFULNESS_LINGER_US / G_USEC_PER_SEC; i++)
    pass_second (fixture, 0);
  g_assert_false (keep_awake_holds (fixture->awake));
}

static void
test_real_machine (Fixture *fixture, gconstpointer data)
{
  pass_second (fixture, WAKEFULNESS_PACKETS_PER_S);
  assert_asked (fixture, KEEP_AWAKE_REAL_US);
}

static void
test_host_needs_cores (Fixture *fixture, gconstpointer data)
{
  guint64 stolen = 100;

  pass_second (fixture, WAKEFULNESS_PACKETS_PER_S);
  for (guint i = 0; i <= WAKEFULNESS_STOLEN_LOOKS; i++) {
    g_autofree gchar *times =
        g_strdup_printf ("cpu  0 0 0 %u 0 0 0 %" G_GUINT64_FORMAT " 0 0\n", 100 + i * 100, stolen);
    put (fixture->times, times);
    stolen += 50;
    g_assert_true (keep_awake_holds (fixture->awake));
    pass_second (fixture, WAKEFULNESS_PACKETS_PER_S);
  }
  g_assert_false (keep_awake_holds (fixture->awake));
}

/* It goes on without, and tries again with the next large meeting. */
static void
test_no_device (Fixture *fixture, gconstpointer data)
{
  g_unlink (fixture->device);
  pass_second (fixture, WAKEFULNESS_PACKETS_PER_S);
  g_assert_false (keep_awake_holds (fixture->awake));
  for (gint64 i = 0; i < WAKEFULNESS_LINGER_US / G_USEC_PER_SEC; i++)
    pass_second (fixture, 0);
  put (fixture->device, "");
  pass_second (fixture, WAKEFULNESS_PACKETS_PER_S);
  g_assert_true (keep_awake_holds (fixture->awake));
}

/* One that takes no such request. */
static void
test_device_refuses (Fixture *fixture, gconstpointer data)
{
  fixture->files.device = "/dev/full";
  pass_second (fixture, WAKEFULNESS_PACKETS_PER_S);
  g_assert_false (keep_awake_holds (fixture->awake));
}

int
main (int argc, char **argv)
{
  static const gchar *const virtual_machine = "flags\t\t: fpu sse hypervisor lahf_lm\n";
  static const gchar *const real_machine = "flags\t\t: fpu sse lahf_lm\n";

  g_test_init (&argc, &argv, NULL);
#define ADD(name, machine, test)                                                                   \
  g_test_add ("/relay/keep-awake/" name, Fixture, machine, set_up, test, tear_down)
  ADD ("while-much-is-sent", virtual_machine, test_asks_while_much_is_sent);
  ADD ("real-machine", real_machine, test_real_machine);
  ADD ("host-needs-cores", virtual_machine, test_host_needs_cores);
  ADD ("no-device", virtual_machine, test_no_device);
  ADD ("device-refuses", virtual_machine, test_device_refuses);
  return g_test_run ();
}
