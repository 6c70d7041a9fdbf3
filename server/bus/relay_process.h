/* RelayProcess: a relay that this controller started, in a session of its own (setsid), so that it
 * outlives the controller's death and no Ctrl+C of a terminal reaches it.  Its log lines go to the
 * controller's stderr.
 *
 * Main thread.  Life: spawn -> (on_exit once, when the process is gone) -> free.  Freeing does not
 * end the process. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct RelayProcess RelayProcess;

/* @how: "exit status 1", "signal 9". */
typedef void (*RelayProcessExitFunc) (const char *how, gpointer user_data);

/* @arguments: of the program @program, without its name (lent, NULL-terminated). */
RelayProcess *relay_process_spawn (const char *program, const char *const *arguments,
                                   RelayProcessExitFunc on_exit, gpointer user_data,
                                   GError **error);
int relay_process_get_pid (const RelayProcess *process);
void relay_process_free (RelayProcess *process);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RelayProcess, relay_process_free)

G_END_DECLS
