/* DirectoryLines: the lines that transports share, and on which shards these live.
 *
 * Owner: the main thread, as the Directory's. */
#pragma once

#include "pipelines/relay/commands.h"

typedef struct DirectoryLines DirectoryLines;
typedef struct DirectoryLine DirectoryLine;

/* @shards live on. */
DirectoryLines *directory_lines_new (Shard *const *shards);
void directory_lines_free (DirectoryLines *lines);

/* The shard where most transports of line @id are; -1: there is none. */
gint directory_lines_find_shard (const DirectoryLines *lines, const gchar *id);
/* A transport on @shard leaves *@line and joins line @id (NULL or "": none). */
void directory_lines_move (DirectoryLines *lines, DirectoryLine **line, const gchar *id,
                           guint shard);
/* Budget of @line (NULL is fine), 0: none; its shards are told when that is news. */
void directory_lines_set (DirectoryLines *lines, DirectoryLine *line, guint down_bps, guint up_bps);
/* 0: of NULL. */
guint32 directory_line_serial (const DirectoryLine *line);
