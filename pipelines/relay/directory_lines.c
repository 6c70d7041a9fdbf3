#include "pipelines/relay/directory_lines.h"

struct DirectoryLine {
  gchar *id;
  guint32 serial;
  guint down_bps, up_bps;
  guint counts[LIMIT_SHARDS]; /* its transports, by shard */
  guint n;
};

struct DirectoryLines {
  Shard *const *shards;
  GHashTable *by_id; /* id -> DirectoryLine, owned */
  guint32 last_serial;
};

static void
line_free (gpointer data)
{
  DirectoryLine *line = data;

  g_free (line->id);
  g_free (line);
}

DirectoryLines *
directory_lines_new (Shard *const *shards)
{
  DirectoryLines *lines = g_new0 (DirectoryLines, 1);

  lines->shards = shards;
  lines->by_id = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, line_free);
  return lines;
}

void
directory_lines_free (DirectoryLines *lines)
{
  g_hash_table_unref (lines->by_id);
  g_free (lines);
}

guint32
directory_line_serial (const DirectoryLine *line)
{
  return line != NULL ? line->serial : 0;
}

gint
directory_lines_find_shard (const DirectoryLines *lines, const gchar *id)
{
  const DirectoryLine *line = id != NULL ? g_hash_table_lookup (lines->by_id, id) : NULL;
  gint most = -1;

  for (gint i = 0; line != NULL && i < LIMIT_SHARDS; i++)
    if (line->counts[i] > 0 && (most < 0 || line->counts[i] > line->counts[most]))
      most = i;
  return most;
}

/* What a shard's transports of a line share: their part of the whole. */
static void
tell_shards (const DirectoryLines *lines, const DirectoryLine *line)
{
  for (guint i = 0; i < LIMIT_SHARDS; i++)
    if (line->counts[i] > 0)
      shard_command_line (lines->shards[i], line->serial,
                          (guint) ((guint64) line->down_bps * line->counts[i] / line->n),
                          (guint) ((guint64) line->up_bps * line->counts[i] / line->n));
}

static DirectoryLine *
find_or_make (DirectoryLines *lines, const gchar *id)
{
  DirectoryLine *line = g_hash_table_lookup (lines->by_id, id);

  if (line != NULL)
    return line;
  line = g_new0 (DirectoryLine, 1);
  line->id = g_strdup (id);
  line->serial = ++lines->last_serial;
  g_hash_table_insert (lines->by_id, line->id, line);
  return line;
}

static void
leave (DirectoryLines *lines, DirectoryLine *line, guint shard)
{
  line->n--;
  if (--line->counts[shard] == 0)
    shard_command_line (lines->shards[shard], line->serial, 0, 0);
  if (line->n == 0)
    g_hash_table_remove (lines->by_id, line->id);
  else
    tell_shards (lines, line);
}

void
directory_lines_move (DirectoryLines *lines, DirectoryLine **line, const gchar *id, guint shard)
{
  DirectoryLine *former = *line;

  if (id != NULL && *id != '\0') {
    *line = find_or_make (lines, id);
    if (*line == former)
      return;
    (*line)->counts[shard]++;
    (*line)->n++;
    tell_shards (lines, *line);
  } else {
    *line = NULL;
  }
  if (former != NULL)
    leave (lines, former, shard);
}

void
directory_lines_set (DirectoryLines *lines, DirectoryLine *line, guint down_bps, guint up_bps)
{
  if (line == NULL || (line->down_bps == down_bps && line->up_bps == up_bps))
    return;
  line->down_bps = down_bps;
  line->up_bps = up_bps;
  tell_shards (lines, line);
}
