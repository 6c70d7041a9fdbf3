/* diemcau import-units: the administrative tree from a CSV file, all of it or nothing. */
#include "server/commands/command.h"
#include "server/commands/console.h"
#include "server/storage/unit_store.h"

#include <stdio.h>
#include <unistd.h>

#define NAME "import-units"

static char *root;

static const GOptionEntry entries[] = {
  { "root", 0, 0, G_OPTION_ARG_STRING, &root, "Take only this unit and those below it", "CODE" },
  G_OPTION_ENTRY_NULL,
};

static const CommandSyntax syntax = {
  .name = NAME,
  .arguments = "FILE",
  .summary = "Reads units (provinces, communes ...) from a CSV file into storage.",
  .description =
      "The file is UTF-8 with the header code,parent_code,level,name. Units known already are\n"
      "updated, none is removed. If one line is bad nothing is stored, and the line is named.\n"
      "The tree of Vietnam of 2025 comes with the program: config/units-vietnam-2025.csv.",
  .entries = entries,
  .min_arguments = 1,
  .max_arguments = 1,
};

static void
show_progress (guint rows_done, guint rows, gpointer user_data)
{
  fprintf (stderr, "\r%u / %u%s", rows_done, rows, rows_done == rows ? "\n" : "");
}

static gboolean
import (Database *database, const char *path, UnitImportSummary *summary, GError **error)
{
  g_autofree char *text = NULL;
  gsize size = 0;
  if (!g_file_get_contents (path, &text, &size, error))
    return FALSE;
  UnitImportOptions options = { .root = root,
                                .progress = isatty (STDERR_FILENO) ? show_progress : NULL };
  if (!unit_store_import (database, text, size, &options, summary, error)) {
    g_prefix_error (error, "%s: ", path);
    return FALSE;
  }
  g_autofree char *detail =
      g_strdup_printf ("{\"added\":%u,\"updated\":%u}", summary->added, summary->updated);
  return console_audit (database, "units.imported", root, detail, error);
}

int
command_import_units (int argc, char **argv)
{
  g_autoptr (Settings) settings = NULL;
  if (!command_parse (&syntax, &argc, &argv, &settings))
    return EXIT_USAGE;
  g_autoptr (GError) error = NULL;
  g_autoptr (Database) database = database_open_in (settings->storage.state_dir, &error);
  UnitImportSummary summary;
  if (!database || !import (database, argv[1], &summary, &error))
    return command_failure (NAME, "%s", error->message);
  printf ("%u units read: %u added, %u updated, %u unchanged\n", summary.rows, summary.added,
          summary.updated, summary.unchanged);
  return EXIT_DONE;
}
