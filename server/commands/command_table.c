#include "server/commands/command.h"

static const Command commands[] = {
  { "serve", "the controller: pages, meetings, accounts; starts a relay", command_serve },
  { "relay", "the process that forwards media; serve starts it by itself", command_relay },
  { "media", "a media job, as serve starts it by itself: pictures of sites", command_media },
  { "load", "virtual rooms that join a meeting", command_load },
  { "probe", "a room's line to the server, tested without a browser", command_probe },
  { "card", "the test picture; serve starts it by itself", command_card },
  { "import-units", "the administrative tree from a CSV file", command_import_units },
  { "user", "accounts: add, list, passwd, lock, unlock, remove", command_user },
  { "token", "an access token for an encoder or for viewers", command_token },
  { "verify-log", "whether the log of meetings is as it was written", command_verify_log },
  { "backup", "a copy of the database while the controller runs", command_backup },
  { "doctor", "whether this machine is fit for meetings, and what to do", command_doctor },
  { "check-config", "read the settings and print what is in force", command_check_config },
};

const Command *
command_table (gsize *ret_n)
{
  *ret_n = G_N_ELEMENTS (commands);
  return commands;
}
