/* Settings: defaults, files, overrides, and what errors say. */
#include "config/settings.h"

#include "config/limits.h"

#include <glib/gstdio.h>
#include <string.h>

static gboolean
load (Settings *settings, const char *text, GError **error)
{
  return settings_load_data (settings, "f.conf", text, strlen (text), error);
}

static void
test_defaults (void)
{
  g_autoptr (Settings) settings = settings_new ();
  g_autoptr (GError) error = NULL;
  g_assert_true (settings_finish (settings, &error));
  g_assert_cmpint (settings->http.https_port, ==, 8443);
  g_assert_cmpstr (settings->http.https_addresses[0], ==, "::");
  g_assert_cmpint (settings->relay.media_port, ==, 50000);
  g_assert_cmpstr (settings->meetings.video_codecs[3], ==, "AV1");
  g_assert_cmpint (settings->auth.lockout_attempts, ==, 5);
  g_assert_cmpint (settings->log.level, ==, LOG_INFO);
  g_assert_true (g_path_is_absolute (settings->storage.state_dir));
  g_assert_true (g_str_has_suffix (settings->storage.run_dir, "/diemcau/run"));
  g_autofree char *socket = settings_relay_socket (settings);
  g_assert_true (g_str_has_suffix (socket, "/run/relay.sock"));
}

static void
test_load (void)
{
  g_autoptr (Settings) settings = settings_new ();
  g_autoptr (GError) error = NULL;
  load (settings,
        "# note\n[http]\nhttps_port = 9443 \nhttp=FALSE\n[meetings]\nvideo_codecs = h264 ; VP8\n"
        "[relay]\naddresses=10.0.0.1, fe80::1\n[log]\nlevel=debug\n[storage]\nstate_dir=/s/../t\n",
        &error);
  g_assert_no_error (error);
  g_assert_true (settings_finish (settings, &error));
  g_assert_cmpint (settings->http.https_port, ==, 9443);
  g_assert_false (settings->http.http);
  g_assert_cmpstr (settings->meetings.video_codecs[0], ==, "H264");
  g_assert_cmpuint (g_strv_length (settings->meetings.video_codecs), ==, 2);
  g_assert_cmpstr (settings->relay.addresses[1], ==, "fe80::1");
  g_assert_cmpint (settings->log.level, ==, LOG_DEBUG);
  g_assert_cmpstr (settings->storage.run_dir, ==, "/t/run");
  g_assert_cmpstr (settings->relay.dtls_certificate, ==, "/t/dtls.pem");
}

static void
test_refusals (void)
{
  static const struct {
    const char *text;
    const char *reason; /* start of the message; NULL = allowed */
  } rows[] = {
    { "", NULL },
    { "[http]\n", NULL },
    { "[http]\nhttps_port=65535", NULL },
    { "[http]\nhttps_port=65536",
      "f.conf: [http] https_port = \"65536\": must be a whole number from 0 to 65535" },
    { "[relay]\nshards=" G_STRINGIFY (LIMIT_SHARDS), NULL },
    { "[relay]\nshards=9", "f.conf: [relay] shards = \"9\": must be a whole number from 0 to 8" },
    { "[http]\nhttps_port=", "f.conf: [http] https_port = \"\": must be a whole number" },
    { "[http]\nhttps_port=1 # one", "f.conf: [http] https_port = \"1 # one\": must be" },
    { "[http]\nport=1", "f.conf: [http] has no key \"port\"; its keys are https_addresses, " },
    { "[htp]\nport=1", "f.conf: there is no group [htp]; the groups are http, relay, " },
    { "[htp]\n", "f.conf: there is no group [htp]; the groups are http, relay, " },
    { "[http]\nhttp=yes", "f.conf: [http] http = \"yes\": must be true or false" },
    { "[log]\nlevel=loud",
      "f.conf: [log] level = \"loud\": must be one of error, warning, info, debug" },
    { "[relay]\naddresses=10.0.0.256",
      "f.conf: [relay] addresses = \"10.0.0.256\": must be a list of at most 32 IPv4" },
    { "[meetings]\nvideo_codecs=VP8,vp8",
      "f.conf: [meetings] video_codecs = \"VP8,vp8\": must be a list of VP8, H264, VP9, AV1" },
    { "[meetings]\nvideo_codecs=", "f.conf: [meetings] video_codecs = \"\": must be a list" },
    { "[http]\npublic_url=\xff\xfe", "f.conf: [http] public_url = \"" },
    { "port=1", "f.conf: " },
    { "[http\n", "f.conf: " },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Settings) settings = settings_new ();
    g_autoptr (GError) error = NULL;
    g_assert_cmpint (load (settings, rows[i].text, &error), ==, rows[i].reason == NULL);
    if (!rows[i].reason)
      continue;
    if (!g_str_has_prefix (error->message, rows[i].reason))
      g_error ("row %d: %s", (int) i, error->message);
    g_assert_null (strchr (error->message, '\n'));
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
  }
}

static void
test_bounds (void)
{
  g_autoptr (Settings) settings = settings_new ();
  g_autofree char *longest = g_strnfill (LIMIT_SETTING_BYTES, 'x');
  g_autofree char *good = g_strconcat ("demo.unit=", longest, NULL);
  g_autofree char *bad = g_strconcat (good, "x", NULL);
  g_assert_true (settings_set (settings, good, NULL));
  g_assert_false (settings_set (settings, bad, NULL));

  g_autoptr (GString) list = g_string_new ("meetings.ice_servers=");
  for (int i = 0; i < LIMIT_SETTING_LIST; i++)
    g_string_append (list, "stun:a,");
  g_assert_true (settings_set (settings, list->str, NULL));
  g_string_append (list, "stun:a");
  g_assert_false (settings_set (settings, list->str, NULL));

  g_autofree char *blank = g_strnfill (LIMIT_SETTINGS_FILE_BYTES + 1, '\n');
  g_assert_true (settings_load_data (settings, "f", blank, LIMIT_SETTINGS_FILE_BYTES, NULL));
  g_autoptr (GError) error = NULL;
  g_assert_false (settings_load_data (settings, "f", blank, LIMIT_SETTINGS_FILE_BYTES + 1, &error));
  g_assert_error (error, SETTINGS_ERROR, SETTINGS_ERROR_FILE);
  g_assert_false (settings_load_data (settings, "f", "[http]\n\0", 8, NULL));
}

static void
test_set (void)
{
  static const struct {
    const char *assignment;
    const char *reason;
  } rows[] = {
    { "http.https_port=1", NULL },
    { "http.public_url=https://a.vn/?x=y.z", NULL },
    { "http.https_port", "command line: \"http.https_port\" is not of the form group.key=value" },
    { "a=b.c", "command line: \"a=b.c\" is not of the form group.key=value" },
    { "http.x=1", "command line: [http] has no key \"x\"; its keys are https_addresses, " },
    { "http.https_port=x", "command line: [http] https_port = \"x\": must be a whole number" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Settings) settings = settings_new ();
    g_autoptr (GError) error = NULL;
    g_assert_cmpint (settings_set (settings, rows[i].assignment, &error), ==, !rows[i].reason);
    if (rows[i].reason && !g_str_has_prefix (error->message, rows[i].reason))
      g_error ("row %d: %s", (int) i, error->message);
  }
}

/* What one key alone cannot tell. */
static void
test_pairs (void)
{
  static const char *const bad[] = { "http.certificate=/a.pem", "http.private_key=/a.pem",
                                     "http.public_url=hop.vn", "relay.media_port=65535",
                                     "meetings.line_fair_permille=51" };
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (Settings) settings = settings_new ();
    g_autoptr (GError) error = NULL;
    g_assert_true (settings_set (settings, "relay.shards=2", NULL));
    g_assert_true (settings_set (settings, bad[i], NULL));
    g_assert_false (settings_finish (settings, &error));
    g_assert_error (error, SETTINGS_ERROR, SETTINGS_ERROR_VALUE);
  }
}

/* A child that gets the assignments sees the same settings. */
static void
test_assignments (void)
{
  g_autoptr (Settings) settings = settings_new ();
  g_assert_true (
      load (settings, "[relay]\nshards=2\nloopback_candidate=true\n[demo]\nunit=01", NULL));
  g_assert_true (settings_finish (settings, NULL));
  g_auto (GStrv) list = settings_to_assignments (settings);
  g_assert_true (g_strv_contains ((const char *const *) list, "relay.shards=2"));
  g_autoptr (Settings) child = settings_new ();
  for (char **item = list; *item; item++)
    g_assert_true (settings_set (child, *item, NULL));
  g_assert_true (settings_finish (child, NULL));
  g_autofree char *ours = settings_format (settings);
  g_autofree char *theirs = settings_format (child);
  g_assert_cmpstr (ours, ==, theirs);
  /* And the effective values, written as a file, are read again as they were. */
  g_autoptr (Settings) again = settings_new ();
  g_assert_true (load (again, ours, NULL));
  g_autofree char *third = settings_format (again);
  g_assert_cmpstr (ours, ==, third);
}

/* The sample file and the table say the same. */
static void
test_sample (void)
{
  g_autofree char *path =
      g_build_filename (g_getenv ("G_TEST_SRCDIR"), "config", "diemcau.conf", NULL);
  g_autofree char *text = NULL;
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_autofree char *wanted = settings_format (NULL);
  g_assert_cmpstr (text, ==, wanted);
  g_autoptr (Settings) settings = settings_new ();
  g_autoptr (GError) error = NULL;
  g_assert_true (settings_load_file (settings, path, &error));
  g_assert_cmpstr (settings->path, ==, path);
  /* Every default may be written out as it stands. */
  g_autoptr (GString) bare = g_string_new (NULL);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line; line++)
    if (**line != '#' || (g_ascii_islower ((*line)[1]) && strstr (*line, " =")))
      g_string_append_printf (bare, "%s\n", *line + (**line == '#'));
  g_assert_true (load (settings, bare->str, &error));
}

static void
test_files (void)
{
  g_autoptr (Settings) settings = settings_new ();
  g_autoptr (GError) error = NULL;
  g_assert_false (settings_load_file (settings, "/nowhere/diemcau.conf", &error));
  g_assert_error (error, SETTINGS_ERROR, SETTINGS_ERROR_FILE);
  g_assert_null (settings->path);
  g_autofree char *dir = g_dir_make_tmp ("diemcau-settings-XXXXXX", NULL);
  g_autofree char *set = g_strdup_printf ("storage.state_dir=%s/a/b", dir);
  g_assert_true (settings_set (settings, set, NULL));
  g_assert_true (settings_finish (settings, NULL));
  g_assert_true (settings_make_dirs (settings, NULL));
  g_assert_true (g_file_test (settings->storage.run_dir, G_FILE_TEST_IS_DIR));
  g_rmdir (settings->storage.run_dir);
  g_rmdir (settings->storage.state_dir);
  g_free (settings->storage.state_dir);
  settings->storage.state_dir = g_strdup ("/proc/none");
  g_clear_error (&error);
  g_assert_false (settings_make_dirs (settings, &error));
  g_assert_error (error, SETTINGS_ERROR, SETTINGS_ERROR_FILE);
  g_autofree char *a = g_build_filename (dir, "a", NULL);
  g_rmdir (a);
  g_rmdir (dir);
  g_assert_null (settings_find_data ("no-such-thing"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/settings/defaults", test_defaults);
  g_test_add_func ("/settings/load", test_load);
  g_test_add_func ("/settings/refusals", test_refusals);
  g_test_add_func ("/settings/bounds", test_bounds);
  g_test_add_func ("/settings/set", test_set);
  g_test_add_func ("/settings/pairs", test_pairs);
  g_test_add_func ("/settings/assignments", test_assignments);
  g_test_add_func ("/settings/sample", test_sample);
  g_test_add_func ("/settings/files", test_files);
  return g_test_run ();
}
