#include "pipelines/control/stream_sample.h"

#include <stddef.h>
#include <string.h>

typedef struct {
  guint16 offset;
  guint32 max;
} SampleField;

#define FIELD(member, most)                                                                        \
  {                                                                                                \
    offsetof (StreamSample, member), most                                                          \
  }

/* In the order of the text, behind the name. Append only. */
static const SampleField fields[] = {
  FIELD (kind, N_STREAM_KINDS - 1), FIELD (layer, STREAM_LAYER_NONE),
  FIELD (flags, G_MAXUINT16),       FIELD (span_ms, G_MAXUINT32),
  FIELD (packets, G_MAXUINT32),     FIELD (bytes, G_MAXUINT32),
  FIELD (lost, G_MAXUINT32),        FIELD (lost_runs, G_MAXUINT32),
  FIELD (jitter_us, G_MAXUINT32),   FIELD (frames, G_MAXUINT32),
  FIELD (frozen_ms, G_MAXUINT32),   FIELD (freezes, G_MAXUINT32),
  FIELD (gap_ms, G_MAXUINT32),      FIELD (width, G_MAXUINT16),
  FIELD (height, G_MAXUINT16),      FIELD (keyframes, G_MAXUINT32),
  FIELD (nacks, G_MAXUINT32),       FIELD (plis, G_MAXUINT32),
  FIELD (rtx, G_MAXUINT32),         FIELD (level, STREAM_SILENCE),
  FIELD (loudest, STREAM_SILENCE),  FIELD (clipped, G_MAXUINT32),
  FIELD (wanted, G_MAXUINT16),
};

/* The envelope stands behind them: two hexadecimal digits each. */
#define ENVELOPE_INDEX G_N_ELEMENTS (fields)

/* --- writing ---------------------------------------------------------------------------------- */

typedef struct {
  char data[512];
  gsize size;
} Line;

static void
line_add_number (Line *line, guint32 value)
{
  char digits[10];
  guint n = 0;

  line->data[line->size++] = ',';
  for (; value > 0; value /= 10)
    digits[n++] = (char) ('0' + value % 10);
  while (n > 0)
    line->data[line->size++] = digits[--n];
}

static void
line_add_envelope (Line *line, const guint8 *envelope)
{
  static const char hex[] = "0123456789abcdef";

  line->data[line->size++] = ',';
  for (guint i = 0; i < STREAM_ENVELOPE; i++) {
    line->data[line->size++] = hex[envelope[i] >> 4];
    line->data[line->size++] = hex[envelope[i] & 15];
  }
}

gboolean
stream_sample_write (GString *text, const StreamSample *sample)
{
  Line line;

  G_STATIC_ASSERT (STREAM_NAME_BYTES + G_N_ELEMENTS (fields) * 11 + 1 + 2 * STREAM_ENVELOPE <
                   sizeof line.data);
  line.size = strnlen (sample->name, STREAM_NAME_BYTES);
  memcpy (line.data, sample->name, line.size);
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    line_add_number (&line, G_STRUCT_MEMBER (guint32, sample, fields[i].offset));
  if (sample->has_envelope)
    line_add_envelope (&line, sample->envelope);
  while (line.data[line.size - 1] == ',')
    line.size--;
  if (text->len + line.size + 1 > LIMIT_SAMPLES_BYTES)
    return FALSE;
  if (text->len > 0)
    g_string_append_c (text, ';');
  g_string_append_len (text, line.data, (gssize) line.size);
  return TRUE;
}

/* --- reading ---------------------------------------------------------------------------------- */

static gboolean
is_name_char (char c)
{
  return g_ascii_isalnum (c) || c == '.' || c == '_' || c == ':' || c == '/' || c == '-';
}

/* Moves @at behind the name. */
static gboolean
read_name (const char **at, char *name)
{
  gsize n = 0;

  while (is_name_char ((*at)[n]))
    n++;
  if (n == 0 || n > STREAM_NAME_BYTES)
    return FALSE;
  memcpy (name, *at, n);
  name[n] = '\0';
  *at += n;
  return TRUE;
}

static gboolean
read_number (const char **at, guint32 max, guint32 *ret_value)
{
  guint64 value = 0;

  for (; g_ascii_isdigit (**at); (*at)++) {
    value = value * 10 + (guint64) (**at - '0');
    if (value > max)
      return FALSE;
  }
  *ret_value = (guint32) value;
  return TRUE;
}

static gboolean
read_envelope (const char **at, StreamSample *sample)
{
  if (**at == ',' || **at == ';' || **at == '\0')
    return TRUE;
  for (guint i = 0; i < STREAM_ENVELOPE; i++) {
    int high = g_ascii_xdigit_value ((*at)[0]);
    int low = high >= 0 ? g_ascii_xdigit_value ((*at)[1]) : -1;

    if (low < 0)
      return FALSE;
    sample->envelope[i] = (guint8) MIN (high << 4 | low, STREAM_SILENCE);
    *at += 2;
  }
  sample->has_envelope = TRUE;
  return TRUE;
}

/* Stops at ';' or the end. */
static gboolean
read_stream (const char **at, StreamSample *sample)
{
  memset (sample, 0, sizeof *sample);
  if (!read_name (at, sample->name))
    return FALSE;
  for (gsize i = 0; **at == ','; i++) {
    (*at)++;
    if (i < G_N_ELEMENTS (fields)) {
      if (!read_number (at, fields[i].max, &G_STRUCT_MEMBER (guint32, sample, fields[i].offset)))
        return FALSE;
    } else if (i == ENVELOPE_INDEX) {
      if (!read_envelope (at, sample))
        return FALSE;
    } else {
      *at += strcspn (*at, ",;");
    }
  }
  sample->span_ms = MAX (sample->span_ms, 1);
  return **at == ';' || **at == '\0';
}

guint
stream_samples_read (const char *text, StreamSample *samples, guint max)
{
  guint n = 0;

  if (text == NULL || *text == '\0')
    return 0;
  while (n < max && read_stream (&text, &samples[n])) {
    n++;
    if (*text == '\0')
      break;
    text++;
  }
  return n;
}
