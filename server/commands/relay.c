/* diemcau relay: the process that forwards media. */
#include "pipelines/relay/relay.h"

#include "server/commands/command.h"

#include <signal.h>
#include <sys/prctl.h>

static gboolean owned;

static const GOptionEntry entries[] = {
  { "owned", 0, 0, G_OPTION_ARG_NONE, &owned,
    "Started by a controller, which may shut it down again", NULL },
  G_OPTION_ENTRY_NULL,
};

static const CommandSyntax syntax = {
  .name = "relay",
  .summary = "Forwards media between rooms; a controller tells it what goes where.",
  .description = "Needed by hand only where the controller is told not to start one "
                 "(--set relay.start=false).",
  .entries = entries,
};

int
command_relay (int argc, char **argv)
{
  g_autoptr (Settings) settings = NULL;
  if (!command_parse (&syntax, &argc, &argv, &settings))
    return EXIT_USAGE;
  log_setup (settings->log.level, settings->log.format);
  /* Its log may go to a terminal or pipe that ends with the controller: the relay does not. */
  signal (SIGPIPE, SIG_IGN);
  signal (SIGHUP, SIG_IGN);
  command_raise_file_limit ();
  prctl (PR_SET_NAME, "diemcau-relay");
  return relay_main (settings, owned);
}
