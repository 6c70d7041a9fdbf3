/* diemcau card: sends the test card; serve starts it by itself while a room is shown one. */
#include "server/card/card_maker.h"
#include "server/commands/command.h"

#include <gst/gst.h>
#include <signal.h>
#include <unistd.h>

#define NAME "card"

static const CommandSyntax syntax = {
  .name = NAME,
  .summary = "Sends a test picture and a tone; serve starts it by itself.",
  .description = "Offers on standard output, takes the answer from standard input, and ends with "
                 "it.",
};

int
command_card (int argc, char **argv)
{
  g_autoptr (Settings) settings = NULL;
  g_autoptr (GError) error = NULL;

  if (!command_parse (&syntax, &argc, &argv, &settings))
    return EXIT_USAGE;
  signal (SIGPIPE, SIG_IGN);
  gst_init (NULL, NULL);
  if (!card_maker_run (STDIN_FILENO, STDOUT_FILENO, &error))
    return command_failure (NAME, "%s", error->message);
  return EXIT_DONE;
}
