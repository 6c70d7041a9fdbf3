#include "server/load/event_log.h"

#include <errno.h>
#include <stdio.h>

#define BUFFER_BYTES (1 << 16)

struct _EventLog {
  FILE *file;
};

EventLog *
event_log_new (const char *path, GError **error)
{
  FILE *file = fopen (path, "we");

  if (!file) {
    g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), "%s: %s", path,
                 g_strerror (errno));
    return NULL;
  }
  setvbuf (file, NULL, _IOLBF, BUFFER_BYTES); /* a reader sees whole lines, at once */
  EventLog *log = g_new0 (EventLog, 1);
  log->file = file;
  return log;
}

void
event_log_free (EventLog *log)
{
  fclose (log->file);
  g_free (log);
}

void
event_log_write (EventLog *log, gint64 at_us, const char *room, const char *what, json_t *members)
{
  json_t *event =
      log ? json_pack ("{s:I, s:s, s:s}", "t", (json_int_t) at_us, "room", room, "what", what)
          : NULL;

  if (event && members)
    json_object_update (event, members);
  if (members)
    json_decref (members);
  if (!event)
    return;
  json_dumpf (event, log->file, JSON_COMPACT);
  fputc ('\n', log->file);
  json_decref (event);
}
