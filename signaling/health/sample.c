#include "signaling/health/sample.h"

#include <string.h>

const StreamSample *
line_sample_find (const LineSample *line, const char *name)
{
  for (guint i = 0; i < line->n_streams; i++)
    if (strcmp (line->streams[i].name, name) == 0)
      return &line->streams[i];
  return NULL;
}

static gboolean
is_better (const StreamSample *stream, const StreamSample *than)
{
  if (stream->height != than->height)
    return stream->height > than->height;
  return stream->bytes > than->bytes;
}

const StreamSample *
line_sample_main (const LineSample *line, StreamKind kind)
{
  const StreamSample *best = NULL;

  for (guint i = 0; i < line->n_streams; i++) {
    const StreamSample *stream = &line->streams[i];

    if (stream->kind != kind || !(stream->flags & STREAM_ACTIVE) ||
        strcmp (stream->name, "content") == 0)
      continue;
    if (best == NULL || is_better (stream, best))
      best = stream;
  }
  return best;
}
