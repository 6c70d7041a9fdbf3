/* diemcau backup: a consistent copy of the database while the controller runs. */
#include "server/commands/command.h"
#include "server/commands/console.h"

#define NAME "backup"

static const CommandSyntax syntax = {
  .name = NAME,
  .arguments = "FILE",
  .summary = "Writes a copy of the database to FILE, which must not exist.",
  .description =
      "The controller may run meanwhile. To restore, stop it and put the copy in the place of\n"
      "diemcau.db in the state folder (and remove diemcau.db-wal and diemcau.db-shm).\n"
      "Papers of meetings are files beside it: copy the folder \"papers\" after this one, and put\n"
      "it back with it.",
  .min_arguments = 1,
  .max_arguments = 1,
};

int
command_backup (int argc, char **argv)
{
  g_autoptr (Settings) settings = NULL;
  if (!command_parse (&syntax, &argc, &argv, &settings))
    return EXIT_USAGE;
  g_autoptr (GError) error = NULL;
  g_autoptr (Database) database = database_open_in (settings->storage.state_dir, &error);
  if (!database || !database_backup (database, argv[1], &error) ||
      !console_audit (database, "backup.made", argv[1], NULL, &error))
    return command_failure (NAME, "%s", error->message);
  return EXIT_DONE;
}
