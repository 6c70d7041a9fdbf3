/* diemcau serve: the controller as a process. */
#include "config/log.h"
#include "server/commands/command.h"
#include "server/commands/controller.h"
#include "server/commands/loop_rest.h"
#include "server/http/socket_watch.h"

#include <glib-unix.h>
#include <signal.h>

static struct {
  gboolean demo;
  char *web_root;
} options;

static const GOptionEntry entries[] = {
  { "demo", 0, 0, G_OPTION_ARG_NONE, &options.demo,
    "A demonstration: the sample province, its users, and a meeting with virtual rooms in it",
    NULL },
  { "web-root", 0, 0, G_OPTION_ARG_FILENAME, &options.web_root,
    "Folder of the web pages (the same as --set http.web_root=DIR)", "DIR" },
  G_OPTION_ENTRY_NULL,
};

static const CommandSyntax syntax = {
  .name = "serve",
  .summary = "Runs the controller: pages, meetings and accounts; starts a relay if none runs.",
  .description = "SIGTERM or Ctrl+C stop it, and the relay that it started; a second one at once.",
  .entries = entries,
};

/* A process that is stopped: the first signal ends it gracefully, the second at once. */
typedef struct {
  GMainLoop *loop;
  Controller *controller;
  gboolean stopping;
} Process;

/* (transfer full) */
static char **
own_settings (void)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new ();
  /* The rooms of a demonstration, virtual or in a browser, are on this machine. */
  if (options.demo)
    g_ptr_array_add (list, g_strdup ("relay.loopback_candidate=true"));
  if (options.web_root)
    g_ptr_array_add (list, g_strconcat ("http.web_root=", options.web_root, NULL));
  g_ptr_array_add (list, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&list), FALSE);
}

static gboolean
on_stopped (gpointer user_data)
{
  Process *process = user_data;
  g_main_loop_quit (process->loop);
  return G_SOURCE_REMOVE;
}

static gboolean
on_signal (gpointer user_data)
{
  Process *process = user_data;
  if (process->stopping) {
    g_main_loop_quit (process->loop);
    return G_SOURCE_CONTINUE;
  }
  process->stopping = TRUE;
  log_info ("serve", NULL, "stopping");
  controller_stop (process->controller, on_stopped, process);
  return G_SOURCE_CONTINUE;
}

static int
run (const Settings *settings)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Controller) controller = controller_new (settings, options.demo, &error);
  if (!controller || !controller_start (controller, &error))
    return command_failure ("serve", "%s", error->message);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Process process = { loop, controller, FALSE };
  g_unix_signal_add (SIGINT, on_signal, &process);
  g_unix_signal_add (SIGTERM, on_signal, &process);
  loop_rest_install (NULL, socket_watch_count);
  log_info ("serve", NULL, "started, state in %s", settings->storage.state_dir);
  g_main_loop_run (loop);
  log_info ("serve", NULL, "stopped");
  return EXIT_DONE;
}

int
command_serve (int argc, char **argv)
{
  g_autoptr (Settings) settings = NULL;
  if (!command_parse_with (&syntax, own_settings, &argc, &argv, &settings))
    return EXIT_USAGE;
  log_setup (settings->log.level, settings->log.format);
  signal (SIGPIPE, SIG_IGN);
  command_raise_file_limit ();
  return run (settings);
}
