/* The frame of the commands: options, settings by precedence, and what is said of mistakes. */
#include "server/commands/command.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

/* Runs the program in a child of the test and leaves its output to the caller's assertions. */
static void
run_program (char **argv)
{
  if (g_test_subprocess ()) {
    int status = command_main ((int) g_strv_length (argv), argv);
    exit (status);
  }
  g_test_trap_subprocess (NULL, 0, 0);
}

#define RUN(...) run_program ((char *[]){ (char *) "diemcau", __VA_ARGS__ })

static void
test_help (void)
{
  RUN ((char *) "--help", NULL);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stdout ("*Usage: diemcau COMMAND*serve *relay *check-config *--version*");
}

static void
test_version (void)
{
  RUN ((char *) "--version", NULL);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stdout ("*diemcau " DIEMCAU_VERSION "*");
}

static void
test_version_of_command (void)
{
  RUN ((char *) "check-config", (char *) "--version", NULL);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stdout ("*diemcau " DIEMCAU_VERSION "*");
}

static void
test_help_of_command (void)
{
  RUN ((char *) "check-config", (char *) "--help", NULL);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stdout ("*diemcau check-config*--sample*--config=FILE*--set=GROUP.KEY=VALUE*");
}

static void
test_no_command (void)
{
  RUN (NULL);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*diemcau: which command?*");
}

static void
test_unknown_command (void)
{
  RUN ((char *) "sreve", NULL);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*diemcau: there is no command \"sreve\" (see diemcau --help)\n*");
}

static void
test_unknown_option (void)
{
  RUN ((char *) "check-config", (char *) "--loud", NULL);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*diemcau check-config: Unknown option --loud (see *\n*");
}

static void
test_sample (void)
{
  RUN ((char *) "check-config", (char *) "--sample", NULL);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stdout ("*#https_port = 8443*");
}

static void
test_effective (void)
{
  RUN ((char *) "check-config", (char *) "--set", (char *) "http.https_port=9443", NULL);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stdout ("*\nhttps_port = 9443*");
}

static void
test_bad_setting (void)
{
  RUN ((char *) "check-config", (char *) "--set", (char *) "http.https_port=x", NULL);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr (
      "*diemcau check-config: command line: [http] https_port = \"x\": must be a whole number*");
}

static void
test_exit_statuses (void)
{
  g_assert_cmpint (command_usage_error ("x", "%s", "two\nlines"), ==, EXIT_USAGE);
  g_assert_cmpint (command_failure (NULL, "%d", 5), ==, EXIT_FAILED);
}

static void
test_table (void)
{
  gsize n;
  const Command *commands = command_table (&n);
  for (gsize i = 0; i < n; i++) {
    g_assert_nonnull (commands[i].run);
    g_assert_cmpuint (strlen (commands[i].name), <=, 14);
    g_assert_cmpuint (strlen (commands[i].summary), <=, 70);
    for (gsize k = 0; k < i; k++)
      g_assert_cmpstr (commands[k].name, !=, commands[i].name);
  }
}

/* --- parsing --------------------------------------------------------------------------------- */

static gboolean flag;
static const GOptionEntry entries[] = {
  { "flag", 'f', 0, G_OPTION_ARG_NONE, &flag, "A flag", NULL },
  G_OPTION_ENTRY_NULL,
};
static const CommandSyntax syntax = { .name = "test",
                                      .arguments = "FILE",
                                      .summary = "Of the test.",
                                      .entries = entries,
                                      .min_arguments = 1,
                                      .max_arguments = 2 };

/* Parses the words behind the command's name; @ret_rest: the arguments, joined by a space. */
static Settings *
parse (const char *words, CommandAssignments assignments, char **ret_rest)
{
  g_autofree char *line = g_strdup_printf ("test %s", words);
  g_auto (GStrv) argv = NULL;
  int argc;
  g_assert_true (g_shell_parse_argv (line, &argc, &argv, NULL));
  g_autofree char **given = g_memdup2 (argv, (argc + 1) * sizeof *argv);
  char **rest = given;
  Settings *settings = NULL;
  if (command_parse_with (&syntax, assignments, &argc, &rest, &settings)) {
    g_assert_nonnull (settings);
    g_autoptr (GString) joined = g_string_new (NULL);
    for (int i = 1; i < argc; i++)
      g_string_append_printf (joined, "%s%s", i > 1 ? " " : "", rest[i]);
    *ret_rest = g_strdup (joined->str);
  }
  return settings;
}

static void
test_arguments (void)
{
  static const struct {
    const char *words;
    const char *rest; /* NULL = refused */
  } rows[] = {
    { "a", "a" },        { "a b", "a b" },      { "a --flag b", "a b" }, { "-- -x", "-x" },
    { "", NULL },        { "a b c", NULL },     { "--flag", NULL },      { "--flags a", NULL },
    { "a --set", NULL }, { "a --set x", NULL }, { "a -c /none", NULL },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *rest = NULL;
    g_autoptr (Settings) settings = parse (rows[i].words, NULL, &rest);
    g_assert_cmpstr (rest, ==, rows[i].rest);
    g_assert_cmpint (settings != NULL, ==, rest != NULL);
  }
  g_assert_true (flag);
}

static char **
own_assignments (void)
{
  return g_strsplit ("relay.media_port=3 relay.shards=3 relay.max_transports=3", " ", -1);
}

/* File, the command's own, --state-dir, --set: the last one wins. */
static void
test_precedence (void)
{
  g_autofree char *dir = g_dir_make_tmp ("diemcau-command-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "x.conf", NULL);
  g_assert_true (g_file_set_contents (path,
                                      "[relay]\nmedia_port=2\nmax_transports=2\n"
                                      "[demo]\nrooms=2\n[storage]\nstate_dir=/two\n",
                                      -1, NULL));
  g_autofree char *words = g_strdup_printf (
      "a -c %s --state-dir /four --set relay.max_transports=5 --set relay.max_transports=6", path);
  g_autofree char *rest = NULL;
  g_autoptr (Settings) settings = parse (words, own_assignments, &rest);
  g_assert_cmpint (settings->demo.rooms, ==, 2);
  g_assert_cmpint (settings->relay.media_port, ==, 3);
  g_assert_cmpint (settings->relay.max_transports, ==, 6);
  g_assert_cmpstr (settings->storage.state_dir, ==, "/four");
  g_assert_cmpstr (settings->storage.run_dir, ==, "/four/run");
  g_assert_cmpstr (settings->path, ==, path);
  g_unlink (path);
  g_rmdir (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/command/help", test_help);
  g_test_add_func ("/command/version", test_version);
  g_test_add_func ("/command/version-of-command", test_version_of_command);
  g_test_add_func ("/command/help-of-command", test_help_of_command);
  g_test_add_func ("/command/no-command", test_no_command);
  g_test_add_func ("/command/unknown-command", test_unknown_command);
  g_test_add_func ("/command/unknown-option", test_unknown_option);
  g_test_add_func ("/command/sample", test_sample);
  g_test_add_func ("/command/effective", test_effective);
  g_test_add_func ("/command/bad-setting", test_bad_setting);
  g_test_add_func ("/command/exit-statuses", test_exit_statuses);
  g_test_add_func ("/command/table", test_table);
  g_test_add_func ("/command/arguments", test_arguments);
  g_test_add_func ("/command/precedence", test_precedence);
  return g_test_run ();
}
