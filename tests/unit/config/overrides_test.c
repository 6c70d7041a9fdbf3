#include "config/overrides.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

typedef struct {
  char *dir, *path;
  Settings *settings;
} World;

static void
set (Settings *settings, const char *assignment)
{
  g_autoptr (GError) error = NULL;
  settings_set (settings, assignment, &error);
  g_assert_no_error (error);
}

static void
world_init (World *world)
{
  g_autoptr (GError) error = NULL;
  world->dir = g_dir_make_tmp ("diemcau-overrides-XXXXXX", NULL);
  world->settings = settings_new ();
  g_autofree char *where = g_strconcat ("storage.state_dir=", world->dir, NULL);
  set (world->settings, where);
  settings_finish (world->settings, &error);
  g_assert_no_error (error);
  world->path = settings_overrides_path (world->settings);
}

static void
world_clear (World *world)
{
  g_unlink (world->path);
  g_rmdir (world->dir);
  g_free (world->path);
  g_free (world->dir);
  settings_free (world->settings);
}

/* @text NULL: the key is taken out.  transfer full; NULL when it is refused. */
static Settings *
change (World *world, const char *name, const char *text, GError **error)
{
  Settings *result = NULL;
  g_autoptr (GHashTable) changes = g_hash_table_new (g_str_hash, g_str_equal);
  g_hash_table_insert (changes, (gpointer) name, (gpointer) text);
  return settings_overrides_write (world->settings, changes, &result, error) ? result : NULL;
}

static void
test_write_and_load (void)
{
  World world;
  g_autoptr (GError) error = NULL;
  world_init (&world);
  g_autoptr (GHashTable) none = settings_overrides_read (world.settings, &error);
  g_assert_cmpuint (g_hash_table_size (none), ==, 0);
  g_autoptr (Settings) hours = change (&world, "auth.session_hours", "8", &error);
  g_assert_no_error (error);
  g_assert_cmpint (hours->auth.session_hours, ==, 8);
  g_assert_cmpint (world.settings->auth.session_hours, ==, 12); /* at the next start */
  g_autoptr (Settings) name = change (&world, "mail.from_name", "Văn phòng UBND; tỉnh #1", &error);
  g_assert_cmpstr (name->mail.from_name, ==, "Văn phòng UBND; tỉnh #1");
  g_assert_cmpint (name->auth.session_hours, ==, 8);

  struct stat info;
  g_assert_cmpint (stat (world.path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);

  g_autoptr (Settings) next = settings_new ();
  settings_load_overrides (next, world.path, &error);
  g_assert_no_error (error);
  g_assert_cmpint (next->auth.session_hours, ==, 8);
  g_assert_cmpstr (next->mail.from_name, ==, "Văn phòng UBND; tỉnh #1");
  g_assert_cmpstr (g_hash_table_lookup (next->before_overrides, "auth.session_hours"), ==, "12");
  world_clear (&world);
}

/* What an override that was loaded covered comes back when it is taken out. */
static void
test_take_out (void)
{
  World world;
  g_autoptr (GError) error = NULL;
  world_init (&world);
  set (world.settings, "auth.session_hours=10");
  settings_free (change (&world, "auth.session_hours", "8", &error));
  settings_load_overrides (world.settings, world.path, &error);
  g_assert_no_error (error);
  g_assert_cmpint (world.settings->auth.session_hours, ==, 8);
  g_autoptr (Settings) result = change (&world, "auth.session_hours", NULL, &error);
  g_assert_cmpint (result->auth.session_hours, ==, 10);
  g_autoptr (GHashTable) left = settings_overrides_read (world.settings, &error);
  g_assert_cmpuint (g_hash_table_size (left), ==, 0);
  world_clear (&world);
}

static void
test_refused (void)
{
  static const struct {
    const char *name, *text;
    int code;
  } rows[] = {
    { "auth.session_hours", "0", SETTINGS_ERROR_VALUE },
    { "auth.session_hours", "721", SETTINGS_ERROR_VALUE },
    { "auth.sessions", "1", SETTINGS_ERROR_UNKNOWN },
    { "session_hours", "1", SETTINGS_ERROR_UNKNOWN },
    { "", "1", SETTINGS_ERROR_UNKNOWN },
    { "storage.state_dir", "/tmp/x", SETTINGS_ERROR_UNKNOWN },
    { "demo.rooms", "1", SETTINGS_ERROR_UNKNOWN },
    { "http.public_url", "ftp://x", SETTINGS_ERROR_VALUE },
    { "mail.from_name", "a\n[auth]\nsession_hours = 1", SETTINGS_ERROR_VALUE },
    { "mail.user", "only-a-user", -1 }, /* no server: nobody asks yet */
    { "mail.server", "mail.tinh.gov.vn", SETTINGS_ERROR_VALUE },
    { "mail.server", "smtp://mail.tinh.gov.vn", SETTINGS_ERROR_VALUE }, /* no sender */
    { "meetings.line_fair_permille", "900", SETTINGS_ERROR_VALUE },     /* over the poor one */
  };
  World world;
  world_init (&world);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (Settings) result = change (&world, rows[i].name, rows[i].text, &error);
    g_test_message ("%s: %s", rows[i].name, error ? error->message : "good");
    if (rows[i].code < 0)
      g_assert_no_error (error);
    else
      g_assert_error (error, SETTINGS_ERROR, rows[i].code);
  }
  world_clear (&world);
}

/* Together they are allowed, and none is stored when one is bad. */
static void
test_all_or_nothing (void)
{
  World world;
  world_init (&world);
  g_autoptr (GError) error = NULL;
  g_autoptr (Settings) result = NULL;
  g_autoptr (GHashTable) changes = g_hash_table_new (g_str_hash, g_str_equal);
  g_hash_table_insert (changes, (gpointer) "mail.server", (gpointer) "smtp://mail.tinh.gov.vn");
  g_hash_table_insert (changes, (gpointer) "mail.from", (gpointer) "hop@tinh.gov.vn");
  g_hash_table_insert (changes, (gpointer) "auth.session_hours", (gpointer) "x");
  g_assert_false (settings_overrides_write (world.settings, changes, &result, NULL));
  g_assert_false (g_file_test (world.path, G_FILE_TEST_EXISTS));
  g_hash_table_insert (changes, (gpointer) "auth.session_hours", (gpointer) "9");
  g_assert_true (settings_overrides_write (world.settings, changes, &result, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (result->mail.server, ==, "smtp://mail.tinh.gov.vn");
  world_clear (&world);
}

static void
test_bad_file (void)
{
  static const char *const files[] = { "[auth]\nsession_hours = x\n", "[auth]\nsessions = 1\n",
                                       "no ini file" };
  World world;
  world_init (&world);
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autoptr (GError) error = NULL;
    g_assert_true (g_file_set_contents (world.path, files[i], -1, NULL));
    g_assert_false (settings_load_overrides (world.settings, world.path, &error));
    g_assert_nonnull (strstr (error->message, world.path));
    g_assert_null (settings_overrides_read (world.settings, NULL));
  }
  world_clear (&world);
}

/* --- Secrets --- */

static void
test_secrets (void)
{
  g_autoptr (Settings) settings = settings_new ();
  set (settings, "mail.password=bi-mat-lam");
  g_autofree char *text = settings_format (settings);
  g_assert_null (strstr (text, "bi-mat-lam"));
  g_auto (GStrv) assignments = settings_to_assignments (settings);
  g_assert_cmpuint (g_strv_length (assignments), ==, 0);
  g_autoptr (Settings) copy = settings_copy (settings);
  g_assert_cmpstr (copy->mail.password, ==, "bi-mat-lam");
  g_autofree char *longer = g_strnfill (2000, 'p');
  g_autofree char *bad = g_strconcat ("mail.password=", longer, NULL);
  g_autoptr (GError) error = NULL;
  g_assert_false (settings_set (settings, bad, &error));
  g_assert_null (strstr (error->message, "pppp"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/overrides/write-and-load", test_write_and_load);
  g_test_add_func ("/overrides/take-out", test_take_out);
  g_test_add_func ("/overrides/refused", test_refused);
  g_test_add_func ("/overrides/all-or-nothing", test_all_or_nothing);
  g_test_add_func ("/overrides/bad-file", test_bad_file);
  g_test_add_func ("/overrides/secrets", test_secrets);
  return g_test_run ();
}
