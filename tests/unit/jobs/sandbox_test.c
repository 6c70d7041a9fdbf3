/* What a process in the sandbox cannot do any more. Each case runs in a process of its own. */
#include "pipelines/jobs/picture_job.h"
#include "pipelines/jobs/sandbox.h"
#include "tests/support/keyframe_maker.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define MEMORY (64 * 1024 * 1024)

enum { REFUSED = 10, ALLOWED = 11, NO_SANDBOX = 12 };

static int
try_to_read (void)
{
  return open ("/etc/passwd", O_RDONLY);
}

static int
try_to_write (void)
{
  return open ("/tmp/diemcau-sandbox-test", O_WRONLY | O_CREAT, 0600);
}

static int
try_a_socket (void)
{
  return socket (AF_INET, SOCK_STREAM, 0);
}

static int
try_a_local_socket (void)
{
  return socket (AF_UNIX, SOCK_STREAM, 0);
}

static int
try_to_connect (void)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = 80 };

  return connect (0, (struct sockaddr *) &address, sizeof address);
}

static int
try_to_fork (void)
{
  pid_t pid = fork ();

  if (pid == 0)
    _exit (0);
  return pid;
}

static int
try_to_run (void)
{
  char *const argv[] = { (char *) "true", NULL };

  return execv ("/bin/true", argv);
}

static int
try_to_map_code (void)
{
  gpointer code =
      mmap (NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  return code == MAP_FAILED ? -1 : 0;
}

static int
try_to_duplicate (void)
{
  return dup (0);
}

static int
try_to_unlink (void)
{
  return unlink ("/tmp/diemcau-sandbox-test");
}

static int
try_to_kill (void)
{
  return kill (getppid (), 0);
}

static int
try_to_look_in (void)
{
  errno = EPERM; /* some libc say ENOENT before they ask */
  return access ("/", R_OK);
}

typedef struct {
  const char *name;
  int (*attempt) (void);
} Row;

static const Row rows[] = {
  { "open a file", try_to_read },
  { "write a file", try_to_write },
  { "open a socket", try_a_socket },
  { "open a local socket", try_a_local_socket },
  { "connect", try_to_connect },
  { "fork", try_to_fork },
  { "run a program", try_to_run },
  { "map code", try_to_map_code },
  { "duplicate a file", try_to_duplicate },
  { "remove a file", try_to_unlink },
  { "signal others", try_to_kill },
  { "look for files", try_to_look_in },
};

/* The exit status of a child that does @body. */
static int
in_child (int (*body) (gconstpointer data), gconstpointer data)
{
  pid_t pid = fork ();
  int status = 0;

  if (pid == 0)
    _exit (body (data));
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  return WIFEXITED (status) ? WEXITSTATUS (status) : -WTERMSIG (status);
}

static int
attempt (gconstpointer data)
{
  const Row *row = data;

  if (!sandbox_enter (MEMORY, NULL))
    return NO_SANDBOX;
  return row->attempt () < 0 && errno == EPERM ? REFUSED : ALLOWED;
}

static void
test_refused (gconstpointer data)
{
  g_assert_cmpint (in_child (attempt, data), ==, REFUSED);
}

static int
take_memory (gconstpointer data)
{
  if (!sandbox_enter (MEMORY, NULL))
    return NO_SANDBOX;
  gpointer some = malloc (MEMORY / 2), too_much = malloc (4 * (gsize) MEMORY);
  int result = some != NULL && too_much == NULL ? REFUSED : ALLOWED;

  free (some);
  free (too_much);
  return result;
}

/* A process under a sanitizer maps all there is. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HAS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HAS_SANITIZER 1
#endif
#endif
#ifndef HAS_SANITIZER
#define HAS_SANITIZER 0
#endif

static void
test_memory (void)
{
  if (HAS_SANITIZER)
    g_test_skip ("under a sanitizer");
  else
    g_assert_cmpint (in_child (take_memory, NULL), ==, REFUSED);
}

/* What was open besides 0, 1 and 2 is closed. */
static int
look_at_descriptors (gconstpointer data)
{
  int fds[2];

  if (pipe (fds) < 0 || !sandbox_enter (MEMORY, NULL))
    return NO_SANDBOX;
  return write (fds[1], "x", 1) < 0 && errno == EBADF ? REFUSED : ALLOWED;
}

static void
test_descriptors (void)
{
  g_assert_cmpint (in_child (look_at_descriptors, NULL), ==, REFUSED);
}

/* And it can still do its work: each codec decodes in there. */
static int
work (gconstpointer data)
{
  GBytes *const *frames = data;
  static Jpeg jpeg;

  sandbox_lower_priority ();
  if (!sandbox_enter (PICTURE_MEMORY_BYTES, NULL))
    return NO_SANDBOX;
  for (guint codec = CODEC_VP8; codec < CODEC_COUNT; codec++) {
    gsize size = 0;
    const guint8 *bytes = frames[codec] != NULL ? g_bytes_get_data (frames[codec], &size) : NULL;

    for (guint i = 0; bytes != NULL && i < 20; i++)
      if (picture_make ((Codec) codec, bytes, size, &jpeg) != PICTURE_MADE)
        return (int) codec;
  }
  return ALLOWED;
}

static void
test_work (void)
{
  GBytes *frames[CODEC_COUNT] = { NULL };

  for (guint codec = CODEC_VP8; codec < CODEC_COUNT; codec++)
    frames[codec] = make_keyframe ((Codec) codec, 320, 180, TRUE);
  g_assert_cmpint (in_child (work, frames), ==, ALLOWED);
  for (guint codec = CODEC_VP8; codec < CODEC_COUNT; codec++)
    g_clear_pointer (&frames[codec], g_bytes_unref);
}

static int
look_at_priority (gconstpointer data)
{
  sandbox_lower_priority ();
  return getpriority (PRIO_PROCESS, 0) == 19 && sched_getscheduler (0) == SCHED_IDLE ? REFUSED
                                                                                     : ALLOWED;
}

static void
test_priority (void)
{
  g_assert_cmpint (in_child (look_at_priority, NULL), ==, REFUSED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strconcat ("/sandbox/refused/", rows[i].name, NULL);

    g_test_add_data_func (path, &rows[i], test_refused);
  }
  g_test_add_func ("/sandbox/memory", test_memory);
  g_test_add_func ("/sandbox/descriptors", test_descriptors);
  g_test_add_func ("/sandbox/priority", test_priority);
  g_test_add_func ("/sandbox/work", test_work);
  return g_test_run ();
}
