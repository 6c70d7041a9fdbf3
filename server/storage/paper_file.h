/* The files of papers: <state folder>/papers/<id>, mode 0600 in a folder of 0700.  A file is whole
 * and on the disk before its paper's row is written, and goes after the row went; what a crash
 * leaves between is swept at the next start.  Blocking file I/O. */
#pragma once
#include "server/storage/database.h"

/* transfer full. */
char *paper_file_path (const char *state_dir, const char *id);

/* A new file, open for writing, of a name that no paper has: *@ret_path transfer full.  -1 on
 * error. */
int paper_file_begin (const char *state_dir, char **ret_path, GError **error);
/* The file at @path, which is on the disk, becomes that of paper @id. */
gboolean paper_file_keep (const char *state_dir, const char *path, const char *id, GError **error);
/* Written, flushed and kept in one call; for small files.  Any thread. */
gboolean paper_file_write (const char *state_dir, const char *id, GBytes *bytes, GError **error);
/* Paper @to gets the same bytes without copying them. */
gboolean paper_file_share (const char *state_dir, const char *from, const char *to, GError **error);
void paper_file_remove (const char *state_dir, const char *id);

/* Removes files that no paper has; their number, or -1 on error.  At start, before uploads. */
int paper_file_sweep (Database *database, const char *state_dir, GError **error);
