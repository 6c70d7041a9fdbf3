/* What is found on this very machine: ports that are free, taken or not ours; a state folder that
 * is missing, used, or open to others. */
#include "server/doctor/facts.h"
#include "server/storage/state_directory.h"

#include <gio/gio.h>
#include <glib/gstdio.h>

static Settings *
settings_in (const char *state_dir)
{
  g_autofree char *dir = g_strconcat ("storage.state_dir=", state_dir, NULL);
  Settings *settings = settings_new ();
  g_assert_true (settings_set (settings, dir, NULL));
  g_assert_true (settings_set (settings, "http.https_port=0", NULL));
  g_assert_true (settings_set (settings, "http.http_port=0", NULL));
  g_assert_true (settings_set (settings, "admin.port=0", NULL));
  g_assert_true (settings_finish (settings, NULL));
  return settings;
}

static const PortFact *
find_port (const MachineFacts *facts, guint port)
{
  for (guint i = 0; i < facts->n_ports; i++)
    if (facts->ports[i].port == port)
      return &facts->ports[i];
  return NULL;
}

static void
test_machine (void)
{
  g_autofree char *folder = g_dir_make_tmp ("diemcau-doctor-XXXXXX", NULL);
  g_autoptr (Settings) settings = settings_in (folder);
  g_auto (MachineFacts) facts = { 0 };

  facts_gather (settings, &facts);
  g_assert_cmpint (facts.cores, >, 0);
  g_assert_cmpint (facts.memory_bytes, >, facts.memory_free_bytes);
  g_assert_cmpint (facts.files_max, >, 0);
  g_assert_cmpint (facts.disk_bytes, >=, facts.disk_free_bytes);
  g_assert_true (facts.state_is_writable);
  g_assert_false (facts.controller_runs);
  g_assert_nonnull (facts.sealers[0]);
  g_assert_cmpint (facts.certificate_days, ==, FACT_UNKNOWN);
  g_assert_null (facts.certificate_error);
  g_rmdir (folder);
}

/* The media port is wanted by UDP, and by TCP unless that is switched off. */
static void
test_media_port (void)
{
  g_autofree char *folder = g_dir_make_tmp ("diemcau-doctor-XXXXXX", NULL);

  for (guint tcp = 0; tcp <= 1; tcp++) {
    g_autoptr (Settings) settings = settings_in (folder);
    g_auto (MachineFacts) facts = { 0 };
    guint n = 0;

    settings->relay.tcp = tcp == 1;
    facts_gather (settings, &facts);
    for (guint i = 0; i < facts.n_ports; i++)
      if (facts.ports[i].port == settings->relay.media_port)
        n++;
    g_assert_cmpuint (n, ==, 1 + tcp);
  }
  g_rmdir (folder);
}

static void
test_ports (void)
{
  g_autofree char *folder = g_dir_make_tmp ("diemcau-doctor-XXXXXX", NULL);
  g_autoptr (GSocketListener) other = g_socket_listener_new ();
  guint16 taken = g_socket_listener_add_any_inet_port (other, NULL, NULL);
  g_autofree char *assignment = g_strdup_printf ("http.http_port=%u", taken);
  g_autoptr (Settings) settings = settings_in (folder);

  g_assert_true (settings_set (settings, assignment, NULL));
  g_assert_true (settings_set (settings, "admin.port=9", NULL));
  g_assert_true (settings_set (settings, "admin.address=192.0.2.1", NULL));
  {
    g_auto (MachineFacts) facts = { 0 };
    facts_gather (settings, &facts);
    g_assert_cmpint (find_port (&facts, taken)->state, ==, PORT_TAKEN);
    g_assert_cmpint (find_port (&facts, 9)->state, !=, PORT_FREE);
  }
  g_assert_true (state_directory_ensure (folder, NULL));
  StateLock *lock = state_lock_acquire (folder, NULL);
  g_assert_nonnull (lock);
  {
    g_auto (MachineFacts) facts = { 0 };
    facts_gather (settings, &facts);
    g_assert_true (facts.controller_runs);
    g_assert_true (facts.state_is_writable);
    g_assert_cmpint (find_port (&facts, taken)->state, ==, PORT_OURS);
  }
  state_lock_free (lock);
}

static void
test_folder_to_be (void)
{
  g_autofree char *folder = g_dir_make_tmp ("diemcau-doctor-XXXXXX", NULL);
  g_autofree char *deep = g_build_filename (folder, "a", "b", NULL);
  g_autoptr (Settings) settings = settings_in (deep);
  g_auto (MachineFacts) facts = { 0 };

  facts_gather (settings, &facts);
  g_assert_true (facts.state_is_writable);
  g_assert_cmpint (facts.disk_free_bytes, >, 0);
  g_assert_false (g_file_test (deep, G_FILE_TEST_EXISTS));
  g_rmdir (folder);
}

static void
test_bad_certificate (void)
{
  g_autofree char *folder = g_dir_make_tmp ("diemcau-doctor-XXXXXX", NULL);
  g_autoptr (Settings) settings = settings_in (folder);
  g_auto (MachineFacts) facts = { 0 };

  g_assert_true (settings_set (settings, "http.certificate=/nowhere/a.pem", NULL));
  facts_gather (settings, &facts);
  g_assert_nonnull (facts.certificate_error);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/doctor/machine", test_machine);
  g_test_add_func ("/doctor/media-port", test_media_port);
  g_test_add_func ("/doctor/ports", test_ports);
  g_test_add_func ("/doctor/folder-to-be", test_folder_to_be);
  g_test_add_func ("/doctor/bad-certificate", test_bad_certificate);
  return g_test_run ();
}
