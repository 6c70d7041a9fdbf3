/* diemcau media: a media job, a process of its own in a sandbox. */
#include "pipelines/jobs/picture_job.h"

#include "config/log.h"
#include "server/commands/command.h"

#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static const CommandSyntax syntax = {
  .name = "media",
  .arguments = "JOB",
  .summary = "A media job, started by `diemcau serve` by itself. JOB: pictures.",
  .description = "pictures: makes small JPEGs of the keyframes that come on its standard input, a "
                 "socket of the controller; at the lowest priority, without network, files or "
                 "database (seccomp). Never needed by hand.",
  .min_arguments = 1,
  .max_arguments = 1,
};

int
command_media (int argc, char **argv)
{
  g_autoptr (Settings) settings = NULL;
  g_autoptr (GError) error = NULL;

  if (!command_parse (&syntax, &argc, &argv, &settings))
    return EXIT_USAGE;
  if (strcmp (argv[1], "pictures") != 0)
    return command_usage_error ("media", "there is no job '%s', only 'pictures'", argv[1]);
  log_setup (settings->log.level, settings->log.format);
  prctl (PR_SET_NAME, "diemcau-media");
  if (!picture_job_run (STDIN_FILENO, &error))
    return command_failure ("media", "%s", error->message);
  return EXIT_DONE;
}
