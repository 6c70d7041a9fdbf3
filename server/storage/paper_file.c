#include "server/storage/paper_file.h"

#include "config/write_all.h"
#include "server/storage/paper_store.h"
#include "server/storage/state_directory.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define FOLDER "papers"
#define BEGUN "upload-XXXXXX"

static gboolean
fail (GError **error, const char *what, const char *path)
{
  int saved = errno;
  g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_FAILED, "%s %s: %s", what, path,
               g_strerror (saved));
  return FALSE;
}

char *
paper_file_path (const char *state_dir, const char *id)
{
  return g_build_filename (state_dir, FOLDER, id, NULL);
}

int
paper_file_begin (const char *state_dir, char **ret_path, GError **error)
{
  g_autofree char *folder = g_build_filename (state_dir, FOLDER, NULL);
  g_autofree char *path = g_build_filename (folder, BEGUN, NULL);
  if (!state_directory_ensure (folder, error))
    return -1;
  int fd = g_mkstemp_full (path, O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0)
    fail (error, "cannot create", path);
  else
    *ret_path = g_steal_pointer (&path);
  return fd;
}

/* The name is on the disk too. */
static gboolean
sync_folder (const char *state_dir, GError **error)
{
  g_autofree char *folder = g_build_filename (state_dir, FOLDER, NULL);
  int fd = g_open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  if (fd < 0)
    return fail (error, "cannot open", folder);
  gboolean synced = fsync (fd) == 0 || fail (error, "cannot flush", folder);
  g_close (fd, NULL);
  return synced;
}

gboolean
paper_file_keep (const char *state_dir, const char *path, const char *id, GError **error)
{
  g_autofree char *kept = paper_file_path (state_dir, id);
  if (g_rename (path, kept) != 0)
    return fail (error, "cannot rename", path);
  return sync_folder (state_dir, error);
}

gboolean
paper_file_write (const char *state_dir, const char *id, GBytes *bytes, GError **error)
{
  gsize size = 0;
  const char *data = g_bytes_get_data (bytes, &size);
  g_autofree char *path = NULL;
  int fd = paper_file_begin (state_dir, &path, error);
  if (fd < 0)
    return FALSE;
  gboolean written =
      (write_all (fd, data, size) && fsync (fd) == 0) || fail (error, "cannot write", path);
  g_close (fd, NULL);
  if (written && paper_file_keep (state_dir, path, id, error))
    return TRUE;
  g_unlink (path);
  return FALSE;
}

gboolean
paper_file_share (const char *state_dir, const char *from, const char *to, GError **error)
{
  g_autofree char *old = paper_file_path (state_dir, from);
  g_autofree char *new = paper_file_path (state_dir, to);
  if (link (old, new) != 0)
    return fail (error, "cannot link", old);
  return sync_folder (state_dir, error);
}

void
paper_file_remove (const char *state_dir, const char *id)
{
  g_autofree char *path = paper_file_path (state_dir, id);
  if (g_unlink (path) != 0 && errno != ENOENT)
    g_warning ("cannot remove %s: %s", path, g_strerror (errno));
}

int
paper_file_sweep (Database *database, const char *state_dir, GError **error)
{
  int n = 0;
  g_autofree char *folder = g_build_filename (state_dir, FOLDER, NULL);
  g_autoptr (GHashTable) known = paper_store_all_ids (database, error);
  if (!known)
    return -1;
  g_autoptr (GDir) files = g_dir_open (folder, 0, NULL);
  for (const char *name; files && (name = g_dir_read_name (files));) {
    if (g_hash_table_contains (known, name))
      continue;
    paper_file_remove (state_dir, name);
    n++;
  }
  return n;
}
