/* diemcau serve: the controller, composed of its parts. */
#include "config/log.h"
#include "server/commands/command.h"

#include <glib-unix.h>
#include <signal.h>

static const CommandSyntax syntax = {
  .name = "serve",
  .summary = "Runs the controller: pages, meetings and accounts; starts a relay if none runs.",
};

static gboolean
on_signal (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_CONTINUE;
}

int
command_serve (int argc, char **argv)
{
  g_autoptr (Settings) settings = NULL;
  if (!command_parse (&syntax, &argc, &argv, &settings))
    return EXIT_USAGE;
  log_setup (settings->log.level, settings->log.format);
  signal (SIGPIPE, SIG_IGN);
  g_autoptr (GError) error = NULL;
  if (!settings_make_dirs (settings, &error))
    return command_failure ("serve", "%s", error->message);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_unix_signal_add (SIGINT, on_signal, loop);
  g_unix_signal_add (SIGTERM, on_signal, loop);
  log_info ("serve", NULL, "started, state in %s", settings->storage.state_dir);
  g_main_loop_run (loop);
  log_info ("serve", NULL, "stopped");
  return EXIT_DONE;
}
