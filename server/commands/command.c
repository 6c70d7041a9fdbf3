#include "server/commands/command.h"

#include "config/overrides.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define SYSTEM_CONFIG "/etc/diemcau/diemcau.conf"

static int G_GNUC_PRINTF (3, 0)
    print_error (const char *name, int status, const char *format, va_list args)
{
  g_autofree char *text = g_strdup_vprintf (format, args);
  g_strdelimit (text, "\r\n", ' ');
  fprintf (stderr, "diemcau%s%s: %s\n", name ? " " : "", name ? name : "", text);
  return status;
}

int
command_usage_error (const char *name, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  int status = print_error (name, EXIT_USAGE, format, args);
  va_end (args);
  return status;
}

int
command_failure (const char *name, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  int status = print_error (name, EXIT_FAILED, format, args);
  va_end (args);
  return status;
}

/* --- options --------------------------------------------------------------------------------- */

/* The options that every command has. */
typedef struct {
  char *config;
  char *state_dir;
  char **assignments;
} CommonOptions;

static void
common_options_clear (CommonOptions *options)
{
  g_free (options->config);
  g_free (options->state_dir);
  g_strfreev (options->assignments);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CommonOptions, common_options_clear)

/* Ends the program, as GOption's own --help does. */
static gboolean
on_version (const char *option, const char *value, gpointer user_data, GError **error)
{
  puts ("diemcau " DIEMCAU_VERSION);
  exit (EXIT_DONE);
}

static gboolean
read_options (const CommandSyntax *syntax, CommonOptions *options, int *argc, char ***argv,
              GError **error)
{
  const GOptionEntry common[] = {
    { "config", 'c', 0, G_OPTION_ARG_FILENAME, &options->config,
      "Settings file (default: " SYSTEM_CONFIG ", if there is one)", "FILE" },
    { "state-dir", 0, 0, G_OPTION_ARG_FILENAME, &options->state_dir,
      "State folder (the same as --set storage.state_dir=DIR)", "DIR" },
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->assignments,
      "Another value for one setting; may be given more than once", "GROUP.KEY=VALUE" },
    { "version", 0, G_OPTION_FLAG_NO_ARG, G_OPTION_ARG_CALLBACK, on_version, "The version", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (syntax->arguments);
  g_option_context_set_summary (context, syntax->summary);
  g_option_context_set_description (context, syntax->description);
  if (syntax->entries)
    g_option_context_add_main_entries (context, syntax->entries, NULL);
  g_option_context_add_main_entries (context, common, NULL);
  g_autofree char *shown = g_strconcat ("diemcau ", syntax->name, NULL);
  g_set_prgname (shown);
  return g_option_context_parse (context, argc, argv, error);
}

static gboolean
set_all (Settings *settings, char **assignments, GError **error)
{
  for (; assignments && *assignments; assignments++)
    if (!settings_set (settings, *assignments, error))
      return FALSE;
  return TRUE;
}

/* File, then what was changed on the pages (@overrides, NULL: passed over), then the command's own
 * options, then --state-dir and --set: the last one wins. */
static gboolean
apply_settings (Settings *settings, const CommonOptions *options, const char *overrides,
                char **own_assignments, GError **error)
{
  const char *path = options->config;
  if (!path && g_file_test (SYSTEM_CONFIG, G_FILE_TEST_EXISTS))
    path = SYSTEM_CONFIG;
  if (path && !settings_load_file (settings, path, error))
    return FALSE;
  if (overrides && !settings_load_overrides (settings, overrides, error))
    return FALSE;
  if (!set_all (settings, own_assignments, error))
    return FALSE;
  if (options->state_dir) {
    g_autofree char *set = g_strconcat ("storage.state_dir=", options->state_dir, NULL);
    if (!settings_set (settings, set, error))
      return FALSE;
  }
  return set_all (settings, options->assignments, error) && settings_finish (settings, error);
}

static gboolean
check_arguments (const CommandSyntax *syntax, int argc, char **argv)
{
  int n = argc - 1;
  if (n > syntax->max_arguments)
    command_usage_error (syntax->name, "unexpected argument \"%s\" (see diemcau %s --help)",
                         argv[1 + syntax->max_arguments], syntax->name);
  else if (n < syntax->min_arguments)
    command_usage_error (syntax->name, "%s is missing (see diemcau %s --help)", syntax->arguments,
                         syntax->name);
  return n >= syntax->min_arguments && n <= syntax->max_arguments;
}

gboolean
command_parse_with (const CommandSyntax *syntax, CommandAssignments assignments, int *argc,
                    char ***argv, Settings **ret_settings)
{
  g_auto (CommonOptions) options = { NULL };
  g_autoptr (GError) error = NULL;
  if (!read_options (syntax, &options, argc, argv, &error)) {
    command_usage_error (syntax->name, "%s (see diemcau %s --help)", error->message, syntax->name);
    return FALSE;
  }
  if (*argc > 1 && strcmp ((*argv)[1], "--") == 0) {
    memmove (*argv + 1, *argv + 2, (*argc - 1) * sizeof **argv);
    (*argc)--;
  }
  if (!check_arguments (syntax, *argc, *argv))
    return FALSE;
  g_autoptr (Settings) first = settings_new (), settings = settings_new ();
  g_autofree char *overrides = NULL;
  g_auto (GStrv) own = assignments ? assignments () : NULL;
  /* Where the overrides lie is only known behind all the others. */
  if (apply_settings (first, &options, NULL, own, &error))
    overrides = settings_overrides_path (first);
  if (!overrides || !apply_settings (settings, &options, overrides, own, &error)) {
    command_usage_error (syntax->name, "%s", error->message);
    return FALSE;
  }
  *ret_settings = g_steal_pointer (&settings);
  return TRUE;
}

gboolean
command_parse (const CommandSyntax *syntax, int *argc, char ***argv, Settings **ret_settings)
{
  return command_parse_with (syntax, NULL, argc, argv, ret_settings);
}

void
command_raise_file_limit (void)
{
  struct rlimit limit;
  if (getrlimit (RLIMIT_NOFILE, &limit) < 0)
    return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
}

/* --- the program ----------------------------------------------------------------------------- */

static int
print_help (void)
{
  gsize n;
  const Command *commands = command_table (&n);
  puts ("Usage: diemcau COMMAND [OPTION...]\n\n"
        "Diemcau: video conferences of a province with its communes, on your own server.\n\n"
        "Commands:");
  for (gsize i = 0; i < n; i++)
    printf ("  %-14s %s\n", commands[i].name, commands[i].summary);
  puts ("\nOptions:\n"
        "  --help         this text; diemcau COMMAND --help tells of one command\n"
        "  --version      the version");
  return EXIT_DONE;
}

int
command_main (int argc, char **argv)
{
  /* Names are Vietnamese whatever the locale: arguments are UTF-8. */
  setlocale (LC_CTYPE, "C.UTF-8");
  if (argc < 2)
    return command_usage_error (NULL, "which command? (see diemcau --help)");
  if (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0)
    return print_help ();
  if (strcmp (argv[1], "--version") == 0) {
    puts ("diemcau " DIEMCAU_VERSION);
    return EXIT_DONE;
  }
  gsize n;
  const Command *commands = command_table (&n);
  for (gsize i = 0; i < n; i++)
    if (strcmp (commands[i].name, argv[1]) == 0)
      return commands[i].run (argc - 1, argv + 1);
  g_autofree char *valid = g_utf8_make_valid (argv[1], -1);
  return command_usage_error (NULL, "there is no %s \"%s\" (see diemcau --help)",
                              *argv[1] == '-' ? "option" : "command", valid);
}
