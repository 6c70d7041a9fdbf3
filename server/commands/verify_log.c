/* diemcau verify-log: whether the log of meetings is as it was written. */
#include "server/commands/command.h"
#include "server/storage/event_chain.h"

#include <stdio.h>

#define NAME "verify-log"

static char *given_meeting;

static const GOptionEntry entries[] = {
  { "meeting", 0, 0, G_OPTION_ARG_STRING, &given_meeting, "Only this meeting", "ID" },
  G_OPTION_ENTRY_NULL,
};

static const CommandSyntax syntax = {
  .name = NAME,
  .summary = "Checks the hash chains of the meetings' log.",
  .description =
      "Prints \"ok\", or the first event that was changed, removed, put in or moved, and ends with "
      "1.\n"
      "With --meeting it also prints the last hash: write it into the signed minutes, and whoever\n"
      "holds them can tell that the log was not written anew. The controller may run meanwhile.",
  .entries = entries,
};

static void
print_break (const EventChainReport *report)
{
  if (report->row == 0)
    printf ("broken: meeting %s, at the end: %s\n", report->meeting, report->why);
  else
    printf ("broken: meeting %s, event %" G_GINT64_FORMAT ": %s\n", report->meeting, report->row,
            report->why);
}

static void
print_ok (const EventChainReport *report)
{
  printf ("ok: %u events of %u meetings", report->rows, report->chains);
  if (report->unchained > 0)
    printf (", %u older ones without a hash", report->unchained);
  if (given_meeting && report->head)
    printf (", last hash %s", report->head);
  putchar ('\n');
}

int
command_verify_log (int argc, char **argv)
{
  g_autoptr (Settings) settings = NULL;
  if (!command_parse (&syntax, &argc, &argv, &settings))
    return EXIT_USAGE;
  g_autoptr (GError) error = NULL;
  g_auto (EventChainReport) report = { 0 };
  g_autoptr (Database) database = database_open_in (settings->storage.state_dir, &error);
  if (!database || !event_chain_verify (database, given_meeting, &report, &error))
    return command_failure (NAME, "%s", error->message);
  if (report.meeting) {
    print_break (&report);
    return EXIT_FAILED;
  }
  if (given_meeting && report.chains == 0)
    return command_failure (NAME, "meeting %s has no log with hashes", given_meeting);
  print_ok (&report);
  return EXIT_DONE;
}
