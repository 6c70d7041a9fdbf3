#include "server/bus/relay_process.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Its heap in large pages: what it keeps of hundreds of receivers lies in thousands of small ones,
 * and each frame would have the processor look up most of them anew.  In one arena, because the C
 * library enlarges others by less than a large page.  An administrator's own word stands. */
#define HEAP_VARIABLE "GLIBC_TUNABLES"
#define HEAP_TUNABLES "glibc.malloc.hugetlb=1:glibc.malloc.arena_max=1"

struct RelayProcess {
  GPid pid;
  guint watch; /* 0 once the process is gone */
  RelayProcessExitFunc on_exit;
  gpointer user_data;
};

/* In the child, between fork and exec: only what is safe there. */
static void
leave_session (gpointer user_data)
{
  setsid ();
}

/* Keeps reaping after the owner lost interest. */
static void
on_child (GPid pid, int status, gpointer user_data)
{
  RelayProcess *process = user_data;
  process->watch = 0;
  g_autofree char *how = WIFSIGNALED (status)
                             ? g_strdup_printf ("signal %d", WTERMSIG (status))
                             : g_strdup_printf ("exit status %d", WEXITSTATUS (status));
  process->on_exit (how, process->user_data);
}

static void
on_orphan (GPid pid, int status, gpointer user_data)
{
  g_spawn_close_pid (pid);
}

RelayProcess *
relay_process_spawn (const char *program, const char *const *arguments,
                     RelayProcessExitFunc on_exit, gpointer user_data, GError **error)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_ptr_array_add (argv, (gpointer) program);
  g_ptr_array_add (argv, (gpointer) "diemcau"); /* its name in ps, whatever path was run */
  for (; *arguments; arguments++)
    g_ptr_array_add (argv, (gpointer) *arguments);
  g_ptr_array_add (argv, NULL);
  g_auto (GStrv) environment =
      g_environ_setenv (g_get_environ (), HEAP_VARIABLE, HEAP_TUNABLES, FALSE);
  GPid pid;
  if (!g_spawn_async (NULL, (char **) argv->pdata, environment,
                      G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_FILE_AND_ARGV_ZERO |
                          G_SPAWN_STDOUT_TO_DEV_NULL,
                      leave_session, NULL, &pid, error))
    return NULL;
  RelayProcess *process = g_new0 (RelayProcess, 1);
  process->pid = pid;
  process->on_exit = on_exit;
  process->user_data = user_data;
  process->watch = g_child_watch_add (pid, on_child, process);
  return process;
}

int
relay_process_get_pid (const RelayProcess *process)
{
  return process->pid;
}

void
relay_process_free (RelayProcess *process)
{
  if (process->watch) {
    g_source_remove (process->watch);
    g_child_watch_add (process->pid, on_orphan, NULL);
  }
  g_free (process);
}
