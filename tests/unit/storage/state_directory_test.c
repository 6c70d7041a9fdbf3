#include "server/storage/state_directory.h"
#include "tests/unit/storage/storage_support.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int
mode_of (const char *path)
{
  struct stat info;
  g_assert_cmpint (stat (path, &info), ==, 0);
  return info.st_mode & 0777;
}

static void
test_ensure (void)
{
  g_autofree char *top = temporary_directory ();
  g_autofree char *path = g_build_filename (top, "a", "b", NULL);
  assert_works (state_directory_ensure (path, error));
  assert_works (state_directory_ensure (path, error));
  g_assert_cmpint (mode_of (path), ==, 0700);
  g_chmod (path, 0750);
  assert_fails (state_directory_ensure (path, error), STORAGE_ERROR_INVALID);
  g_autofree char *file = g_build_filename (top, "file", NULL);
  g_file_set_contents (file, "", 0, NULL);
  assert_fails (state_directory_ensure (file, error), STORAGE_ERROR_FAILED);
  assert_fails (state_directory_ensure ("/proc/none", error), STORAGE_ERROR_FAILED);
  remove_directory (top);
}

static void
test_lock (void)
{
  g_autofree char *top = temporary_directory ();
  g_autoptr (StateLock) lock = state_lock_acquire (top, NULL);
  g_assert_nonnull (lock);
  g_autoptr (GError) error = NULL;
  g_assert_null (state_lock_acquire (top, &error));
  g_assert_error (error, STORAGE_ERROR, STORAGE_ERROR_LOCKED);
  g_autofree char *pid = g_strdup_printf ("%d", (int) getpid ());
  g_assert_nonnull (strstr (error->message, pid));
  g_clear_pointer (&lock, state_lock_free);
  lock = state_lock_acquire (top, NULL);
  g_assert_nonnull (lock);
  remove_directory (top);
}

static void
test_lock_of_a_killed_process (void)
{
  g_autofree char *top = temporary_directory ();
  int ends[2];
  g_assert_cmpint (pipe (ends), ==, 0);
  pid_t child = fork ();
  if (child == 0) {
    g_autoptr (StateLock) held = state_lock_acquire (top, NULL);
    if (held && write (ends[1], "x", 1) == 1)
      pause ();
    _exit (1);
  }
  char byte;
  g_assert_cmpint (read (ends[0], &byte, 1), ==, 1);
  assert_fails (state_lock_acquire (top, error), STORAGE_ERROR_LOCKED);
  kill (child, SIGKILL);
  waitpid (child, NULL, 0);
  g_autoptr (StateLock) lock = state_lock_acquire (top, NULL);
  g_assert_nonnull (lock);
  close (ends[0]);
  close (ends[1]);
  remove_directory (top);
}

static void
test_secret (void)
{
  g_autofree char *top = temporary_directory ();
  g_autofree char *file = g_build_filename (top, "some.key", NULL);
  g_autoptr (GBytes) made = state_directory_secret (top, "some.key", 32, NULL);
  g_assert_cmpuint (g_bytes_get_size (made), ==, 32);
  g_assert_cmpint (mode_of (file), ==, 0600);
  g_autoptr (GBytes) again = state_directory_secret (top, "some.key", 32, NULL);
  g_assert_true (g_bytes_equal (made, again));
  g_autoptr (GBytes) other = state_directory_secret (top, "other.key", 32, NULL);
  g_assert_false (g_bytes_equal (made, other));
  assert_fails (state_directory_secret (top, "some.key", 33, error), STORAGE_ERROR_INVALID);
  g_chmod (file, 0640);
  assert_fails (state_directory_secret (top, "some.key", 32, error), STORAGE_ERROR_INVALID);
  remove_directory (top);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/state/ensure", test_ensure);
  g_test_add_func ("/state/lock", test_lock);
  g_test_add_func ("/state/lock-of-a-killed-process", test_lock_of_a_killed_process);
  g_test_add_func ("/state/secret", test_secret);
  return g_test_run ();
}
