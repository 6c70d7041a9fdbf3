#include "server/commands/command.h"

static const Command commands[] = {
  { "serve", "the controller: pages, meetings, accounts; starts a relay", command_serve },
  { "load", "virtual rooms that join a meeting", command_load },
  { "check-config", "read the settings and print what is in force", command_check_config },
};

const Command *
command_table (gsize *ret_n)
{
  *ret_n = G_N_ELEMENTS (commands);
  return commands;
}
