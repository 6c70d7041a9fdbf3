/* diemcau check-config: prints the settings that a command with the same options would have. */
#include "server/commands/command.h"

#include <stdio.h>

static gboolean sample;

static const GOptionEntry entries[] = {
  { "sample", 0, 0, G_OPTION_ARG_NONE, &sample,
    "Print the sample file: every key, commented out, with its default", NULL },
  G_OPTION_ENTRY_NULL,
};

static const CommandSyntax syntax = {
  .name = "check-config",
  .summary = "Reads the settings and prints those in force.",
  .description = "Exit status 2, and one line that names file and key, if a value is bad.",
  .entries = entries,
};

int
command_check_config (int argc, char **argv)
{
  g_autoptr (Settings) settings = NULL;
  if (!command_parse (&syntax, &argc, &argv, &settings))
    return EXIT_USAGE;
  g_autofree char *text = settings_format (sample ? NULL : settings);
  fputs (text, stdout);
  return EXIT_DONE;
}
