#include "server/storage/state_directory.h"
#include "server/storage/storage_error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOCK_FILE "controller.lock"

struct StateLock {
  int fd;
};

static gboolean
fail_errno (GError **error, const char *path)
{
  int code = errno;
  g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_FAILED, "%s: %s", path, g_strerror (code));
  return FALSE;
}

gboolean
state_directory_ensure (const char *path, GError **error)
{
  if (g_mkdir_with_parents (path, 0700) != 0)
    return fail_errno (error, path);
  struct stat info;
  if (stat (path, &info) != 0)
    return fail_errno (error, path);
  const char *wrong = NULL;
  if (!S_ISDIR (info.st_mode))
    wrong = "is not a directory";
  else if (info.st_uid != geteuid ())
    wrong = "belongs to another user";
  else if (info.st_mode & 0077)
    wrong = "can be entered by others; it holds secrets: chmod 700";
  if (wrong) {
    g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_INVALID, "state directory %s %s", path, wrong);
    return FALSE;
  }
  return TRUE;
}

static void
describe_holder (int fd, const char *path, GError **error)
{
  char pid[16] = "";
  gssize n = pread (fd, pid, sizeof pid - 1, 0);
  pid[MAX (n, 0)] = 0;
  g_strstrip (pid);
  g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_LOCKED,
               "state directory %s is in use by another diemcau serve%s%s", path,
               *pid ? ", process " : "", pid);
}

StateLock *
state_lock_acquire (const char *path, GError **error)
{
  if (!state_directory_ensure (path, error))
    return NULL;
  g_autofree char *file = g_build_filename (path, LOCK_FILE, NULL);
  int fd = open (file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) {
    fail_errno (error, file);
    return NULL;
  }
  if (flock (fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK)
      describe_holder (fd, path, error);
    else
      fail_errno (error, file);
    close (fd);
    return NULL;
  }
  /* Only a help for whoever reads the message above: the lock itself is the kernel's. */
  g_autofree char *pid = g_strdup_printf ("%d\n", (int) getpid ());
  if (ftruncate (fd, 0) != 0 || pwrite (fd, pid, strlen (pid), 0) < 0)
    g_debug ("%s: %s", file, g_strerror (errno));
  StateLock *lock = g_new0 (StateLock, 1);
  lock->fd = fd;
  return lock;
}

void
state_lock_free (StateLock *lock)
{
  if (!lock)
    return;
  close (lock->fd);
  g_free (lock);
}

static GBytes *
read_secret (const char *file, gsize size, GError **error)
{
  struct stat info;
  if (stat (file, &info) != 0) {
    fail_errno (error, file);
    return NULL;
  }
  if (info.st_mode & 0077) {
    g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_INVALID, "%s can be read by others: chmod 600",
                 file);
    return NULL;
  }
  char *data = NULL;
  gsize length = 0;
  if (!g_file_get_contents (file, &data, &length, error))
    return NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_take (data, length);
  if (length != size) {
    g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_INVALID,
                 "%s has %" G_GSIZE_FORMAT " bytes instead of %" G_GSIZE_FORMAT
                 ": remove it to have a new one made",
                 file, length, size);
    return NULL;
  }
  return g_steal_pointer (&bytes);
}

static gboolean
random_bytes (guint8 *buffer, gsize size)
{
  for (gsize have = 0; have < size;) {
    gssize n = getrandom (buffer + have, size - have, 0);
    if (n < 0 && errno != EINTR)
      return FALSE;
    have += MAX (n, 0);
  }
  return TRUE;
}

GBytes *
state_directory_secret (const char *path, const char *name, gsize size, GError **error)
{
  if (!state_directory_ensure (path, error))
    return NULL;
  g_autofree char *file = g_build_filename (path, name, NULL);
  if (g_file_test (file, G_FILE_TEST_EXISTS))
    return read_secret (file, size, error);
  /* Under a name of its own, then linked: of two processes at the first start one wins and both
   * read the same bytes. */
  g_autofree char *draft = g_strdup_printf ("%s.%d", file, (int) getpid ());
  g_autofree guint8 *bytes = g_malloc (size);
  if (!random_bytes (bytes, size)) {
    fail_errno (error, "getrandom");
    return NULL;
  }
  if (!g_file_set_contents_full (draft, (const char *) bytes, (gssize) size,
                                 G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                 error))
    return NULL;
  gboolean linked = link (draft, file) == 0 || errno == EEXIST;
  if (!linked)
    fail_errno (error, file);
  g_unlink (draft);
  return linked ? read_secret (file, size, error) : NULL;
}
