#include "pipelines/jobs/sandbox.h"

#include <errno.h>
#include <gio/gio.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#define LOWEST_NICE 19

/* On descriptors that are open; memory; time; the end. mmap and mprotect are bounded below. */
static const int allowed[] = {
  SCMP_SYS (read),          SCMP_SYS (write),
  SCMP_SYS (recvfrom),      SCMP_SYS (sendto),
  SCMP_SYS (munmap),        SCMP_SYS (mremap),
  SCMP_SYS (brk),           SCMP_SYS (madvise),
  SCMP_SYS (futex),         SCMP_SYS (sched_yield),
  SCMP_SYS (getrandom),     SCMP_SYS (setitimer),
  SCMP_SYS (clock_gettime), SCMP_SYS (gettimeofday),
  SCMP_SYS (rt_sigreturn),  SCMP_SYS (restart_syscall),
  SCMP_SYS (exit),          SCMP_SYS (exit_group),
  SCMP_SYS (sigaltstack), /* a sanitizer asks where it is at the end of a function */
};

void
sandbox_lower_priority (void)
{
  struct sched_param param = { 0 };

  /* either may be refused; then it runs as others do */
  if (setpriority (PRIO_PROCESS, 0, LOWEST_NICE) < 0)
    errno = 0;
  if (sched_setscheduler (0, SCHED_IDLE, &param) < 0)
    errno = 0;
}

static gboolean
fail (GError **error, const char *what, int code)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", what, g_strerror (code));
  return FALSE;
}

static gboolean
set_limit (int resource, rlim_t value, GError **error)
{
  struct rlimit limit = { value, value };

  return setrlimit (resource, &limit) == 0 || fail (error, "setrlimit", errno);
}

/* Pages that are mapped, in bytes. */
static gsize
mapped_bytes (void)
{
  g_autofree char *text = NULL;

  if (!g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    return 0;
  return (gsize) g_ascii_strtoull (text, NULL, 10) * (gsize) sysconf (_SC_PAGESIZE);
}

/* A process under a sanitizer maps terabytes. */
static gboolean
limit_memory (gsize memory_bytes, GError **error)
{
  gsize mapped = mapped_bytes ();

  return mapped == 0 || mapped > G_MAXINT64 / 4 ||
         set_limit (RLIMIT_AS, mapped + memory_bytes, error);
}

static gboolean
limit_all (gsize memory_bytes, GError **error)
{
  return limit_memory (memory_bytes, error) && set_limit (RLIMIT_FSIZE, 0, error) &&
         set_limit (RLIMIT_CORE, 0, error) && set_limit (RLIMIT_NOFILE, STDERR_FILENO + 1, error);
}

static int
allow_unless_code (scmp_filter_ctx filter, int call)
{
  /* argument 2: the protection */
  return seccomp_rule_add (filter, SCMP_ACT_ALLOW, call, 1,
                           SCMP_A2 (SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
}

static int
fill_filter (scmp_filter_ctx filter)
{
  int result = 0;

  for (guint i = 0; i < G_N_ELEMENTS (allowed) && result == 0; i++)
    result = seccomp_rule_add (filter, SCMP_ACT_ALLOW, allowed[i], 0);
  if (result == 0)
    result = allow_unless_code (filter, SCMP_SYS (mmap));
  if (result == 0)
    result = allow_unless_code (filter, SCMP_SYS (mprotect));
  return result == 0 ? seccomp_load (filter) : result;
}

static gboolean
filter_calls (GError **error)
{
  scmp_filter_ctx filter = seccomp_init (SCMP_ACT_ERRNO (EPERM));
  int result;

  if (filter == NULL)
    return fail (error, "seccomp", ENOSYS);
  result = fill_filter (filter);
  seccomp_release (filter);
  return result == 0 || fail (error, "seccomp", -result);
}

gboolean
sandbox_enter (gsize memory_bytes, GError **error)
{
  if (close_range (STDERR_FILENO + 1, ~0u, 0) < 0)
    return fail (error, "close_range", errno);
  if (prctl (PR_SET_PDEATHSIG, SIGKILL) < 0 || prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
      prctl (PR_SET_DUMPABLE, 0) < 0)
    return fail (error, "prctl", errno);
  return limit_all (memory_bytes, error) && filter_calls (error);
}
