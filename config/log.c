#include "config/log.h"

#include <string.h>
#include <unistd.h>

static const char *const level_names[] = { "error", "warning", "info", "debug" };
/* syslog's, as the journal has them */
static const char *const level_priorities[] = { "3", "4", "6", "7" };
static const char *const level_marks[] = { "ERROR", "WARN ", "INFO ", "DEBUG" };

/* Written by log_setup, before threads start; read-only after. */
static LogLevel threshold = LOG_INFO;
static LogFormat output_format = LOG_TEXT;

/* Appends @text on one line: control characters, and in JSON quotes, are escaped. */
static void
append_escaped (GString *line, const char *text, gboolean json)
{
  for (const guchar *c = (const guchar *) text; *c; c++) {
    if (*c == '\n')
      g_string_append (line, "\\n");
    else if (*c < 0x20 || *c == 0x7f)
      g_string_append_printf (line, "\\u%04x", *c);
    else if (json && (*c == '"' || *c == '\\'))
      g_string_append_printf (line, "\\%c", *c);
    else
      g_string_append_c (line, (char) *c);
  }
}

static void
append_json_member (GString *line, const char *name, const char *value)
{
  g_autofree char *valid = g_utf8_make_valid (value, -1);
  g_string_append_printf (line, "%s\"%s\":\"", line->len > 1 ? "," : "", name);
  append_escaped (line, valid, TRUE);
  g_string_append_c (line, '"');
}

static char *
format_time (gint64 wall_us)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (wall_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = g_date_time_to_local (utc);
  g_autofree char *second = g_date_time_format (local, "%Y-%m-%dT%H:%M:%S");
  g_autofree char *zone = g_date_time_format (local, "%:z");
  return g_strdup_printf ("%s.%03d%s", second, (int) (wall_us % G_USEC_PER_SEC / 1000), zone);
}

/* Its members, in the order in which they are shown. */
static const struct {
  const char *json, *journal;
  gsize offset;
} subject_members[] = {
  { "object", "DIEMCAU_OBJECT", G_STRUCT_OFFSET (LogSubject, object) },
  { "meeting", "DIEMCAU_MEETING", G_STRUCT_OFFSET (LogSubject, meeting) },
  { "seat", "DIEMCAU_SEAT", G_STRUCT_OFFSET (LogSubject, seat) },
  { "transport", "DIEMCAU_TRANSPORT", G_STRUCT_OFFSET (LogSubject, transport) },
};

static const char *
subject_member (const LogSubject *subject, guint at)
{
  return G_STRUCT_MEMBER (const char *, subject, subject_members[at].offset);
}

static void
append_subject (GString *line, LogFormat format, const LogSubject *subject)
{
  gboolean is_open = FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (subject_members); i++) {
    const char *value = subject_member (subject, i);
    if (!value || !*value)
      continue;
    if (format == LOG_JSON) {
      append_json_member (line, subject_members[i].json, value);
      continue;
    }
    g_string_append (line, is_open ? " " : " [");
    append_escaped (line, value, FALSE);
    is_open = TRUE;
  }
  if (is_open)
    g_string_append_c (line, ']');
}

char *
log_format_line (LogFormat format, LogLevel level, gint64 wall_us, const char *tag,
                 const LogSubject *subject, const char *text)
{
  g_autofree char *time = format_time (wall_us);
  GString *line = g_string_new (NULL);
  if (format == LOG_JSON) {
    g_string_append_c (line, '{');
    append_json_member (line, "time", time);
    append_json_member (line, "level", level_names[level]);
    append_json_member (line, "tag", tag);
    append_subject (line, format, subject);
    append_json_member (line, "text", text);
    g_string_append_c (line, '}');
  } else {
    g_string_append_printf (line, "%s %s %s", time, level_marks[level], tag);
    append_subject (line, format, subject);
    g_string_append_c (line, ' ');
    append_escaped (line, text, FALSE);
  }
  return g_string_free (line, FALSE);
}

static gsize
add_field (GLogField *fields, gsize n, const char *key, const char *value)
{
  if (!value || !*value)
    return n;
  fields[n] = (GLogField){ key, value, -1 };
  return n + 1;
}

gsize
log_journal_fields (LogLevel level, const char *tag, const LogSubject *subject, const char *text,
                    GLogField *ret_fields)
{
  gsize n = add_field (ret_fields, 0, "MESSAGE", text);
  n = add_field (ret_fields, n, "PRIORITY", level_priorities[level]);
  n = add_field (ret_fields, n, "SYSLOG_IDENTIFIER", "diemcau");
  n = add_field (ret_fields, n, "DIEMCAU_TAG", tag);
  for (guint i = 0; i < G_N_ELEMENTS (subject_members); i++)
    n = add_field (ret_fields, n, subject_members[i].journal, subject_member (subject, i));
  return n;
}

static gboolean
write_journal (LogLevel level, const char *tag, const LogSubject *subject, const char *text)
{
  GLogField fields[LOG_FIELDS_MAX];
  gsize n = log_journal_fields (level, tag, subject, text, fields);
  return g_log_writer_journald (G_LOG_LEVEL_MESSAGE, fields, n, NULL) == G_LOG_WRITER_HANDLED;
}

/* One write per line, so that the lines of threads and processes do not mix.  Without a journal the
 * line goes to stderr. */
static void
write_line (LogLevel level, const char *tag, const LogSubject *subject, const char *text)
{
  if (output_format == LOG_JOURNAL && write_journal (level, tag, subject, text))
    return;
  g_autofree char *line =
      log_format_line (output_format, level, g_get_real_time (), tag, subject, text);
  gsize len = strlen (line);
  line[len] = '\n';
  if (write (STDERR_FILENO, line, len + 1) < 0)
    return; /* nowhere left to say so */
}

gboolean
log_is_enabled (LogLevel level)
{
  return level <= threshold;
}

void
log_event (LogLevel level, const char *tag, const char *object, const char *format, ...)
{
  if (!log_is_enabled (level))
    return;
  va_list args;
  va_start (args, format);
  g_autofree char *text = g_strdup_vprintf (format, args);
  va_end (args);
  write_line (level, tag, &(LogSubject){ .object = object }, text);
}

void
log_event_about (LogLevel level, const char *tag, const LogSubject *subject, const char *format,
                 ...)
{
  if (!log_is_enabled (level))
    return;
  va_list args;
  va_start (args, format);
  g_autofree char *text = g_strdup_vprintf (format, args);
  va_end (args);
  write_line (level, tag, subject, text);
}

static LogLevel
level_of_glib (GLogLevelFlags flags)
{
  if (flags & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL))
    return LOG_ERROR;
  if (flags & G_LOG_LEVEL_WARNING)
    return LOG_WARNING;
  return flags & G_LOG_LEVEL_DEBUG ? LOG_DEBUG : LOG_INFO;
}

/* What libraries say by g_log. */
static GLogWriterOutput
write_glib (GLogLevelFlags flags, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  const char *tag = "diemcau"; /* our libraries name no domain */
  const char *text = "";
  for (gsize i = 0; i < n_fields; i++) {
    if (fields[i].length >= 0)
      continue;
    if (strcmp (fields[i].key, "GLIB_DOMAIN") == 0)
      tag = fields[i].value;
    else if (strcmp (fields[i].key, "MESSAGE") == 0)
      text = fields[i].value;
  }
  LogLevel level = level_of_glib (flags);
  if (log_is_enabled (level))
    write_line (level, tag, &(LogSubject){ 0 }, text);
  return G_LOG_WRITER_HANDLED;
}

void
log_setup (LogLevel level, LogFormat format)
{
  threshold = level;
  output_format = format;
  g_log_set_writer_func (write_glib, NULL, NULL);
}

gboolean
log_rate_allow (LogRate *rate, gint64 now_us, guint *ret_suppressed)
{
  if (now_us - rate->window_start_us >= rate->period_us) {
    rate->window_start_us = now_us;
    rate->used = 0;
  }
  if (rate->used >= rate->burst) {
    rate->suppressed++;
    return FALSE;
  }
  rate->used++;
  if (ret_suppressed)
    *ret_suppressed = rate->suppressed;
  rate->suppressed = 0;
  return TRUE;
}
