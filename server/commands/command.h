/* Commands of the program: `diemcau NAME [OPTION...] [ARGUMENT...]`.
 *
 * A command is a row of the table in command_table.c and one function in a file of its name.  It
 * begins with command_parse (), which knows --help, --config, --state-dir and --set, and ends with
 * an exit status: 0 done, 1 failed, 2 wrong options or bad configuration (one line on stderr says
 * which).  Main thread. */
#pragma once

#include "config/settings.h"

#include <glib.h>

G_BEGIN_DECLS

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

typedef struct {
  const char *name;
  const char *summary; /* one line, for the list of commands */
  /* @argv[0] is the command's name.  Returns the exit status. */
  int (*run) (int argc, char **argv);
} Command;

/* What a command takes. */
typedef struct {
  const char *name;
  const char *arguments;       /* shown behind the options: "FILE", or NULL */
  const char *summary;         /* first line of its --help */
  const char *description;     /* below the options, or NULL */
  const GOptionEntry *entries; /* its own options, NULL-terminated, or NULL */
  int min_arguments, max_arguments;
} CommandSyntax;

/* The table, @ret_n rows. */
const Command *command_table (gsize *ret_n);

/* Reads options and settings.  On success *@ret_settings (transfer full) is finished and @argv[1]
 * to @argv[@argc - 1] are the arguments.  On failure the reason was printed and the caller returns
 * EXIT_USAGE. */
gboolean command_parse (const CommandSyntax *syntax, int *argc, char ***argv,
                        Settings **ret_settings);
/* The same, with settings that options of the command itself make: "group.key=value" (lent,
 * NULL-terminated) of @assignments () are applied after the options were read. */
typedef char **(*CommandAssignments) (void);
gboolean command_parse_with (const CommandSyntax *syntax, CommandAssignments assignments, int *argc,
                             char ***argv, Settings **ret_settings);

/* Prints "diemcau NAME: text" and returns EXIT_USAGE or EXIT_FAILED. */
int command_usage_error (const char *name, const char *format, ...) G_GNUC_PRINTF (2, 3);
int command_failure (const char *name, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* As many files and sockets as the system lets this process have. */
void command_raise_file_limit (void);

/* The whole program: what main () does. */
int command_main (int argc, char **argv);

/* --- the commands ---------------------------------------------------------------------------- */

int command_serve (int argc, char **argv);
int command_relay (int argc, char **argv);
int command_media (int argc, char **argv);
int command_check_config (int argc, char **argv);
int command_import_units (int argc, char **argv);
int command_backup (int argc, char **argv);
int command_token (int argc, char **argv);
int command_user (int argc, char **argv);
int command_verify_log (int argc, char **argv);
int command_load (int argc, char **argv);
int command_probe (int argc, char **argv);
int command_card (int argc, char **argv);
int command_doctor (int argc, char **argv);

G_END_DECLS
