/* Log: one line per event on stderr, as text for people or as JSON for collectors; or an entry of
 * systemd's journal, with fields to search by.
 *
 *   2026-11-22T08:30:00.123+07:00 INFO relay.process [relay-1f3a] started, pid 4711
 *   {"time":"...","level":"info","tag":"relay.process","object":"relay-1f3a","text":"started"}
 *   journalctl DIEMCAU_MEETING=m-12 DIEMCAU_SEAT=3816123-1
 *
 * Any thread may log.  Set up once, in main, before threads start; without set-up it is text at
 * level info.  What libraries say by g_log comes out in the same form.
 * Only the edge of the program logs (servers, processes, state machines); library layers return
 * errors.  On the packet path nothing logs.  Never pass a password, token, key or SDP: values
 * that could be secret are named by their id. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG } LogLevel;
typedef enum { LOG_TEXT, LOG_JSON, LOG_JOURNAL } LogFormat;

/* What an event is about: ids, each may be NULL. */
typedef struct {
  const char *object; /* none of those below */
  const char *meeting;
  const char *seat; /* the endpoint whose seat it is */
  const char *transport;
} LogSubject;

/* Installs the writer for the whole process.  Call once. */
void log_setup (LogLevel level, LogFormat format);

/* TRUE if a message of @level would be written. */
gboolean log_is_enabled (LogLevel level);

/* Writes one event.  @tag: the part of the program ("bus", "http", "meeting.hub").  @object: the
 * id of the thing it is about, or NULL.  Control characters in the text are escaped, so that what
 * a peer sent cannot forge a line. */
void log_event (LogLevel level, const char *tag, const char *object, const char *format, ...)
    G_GNUC_PRINTF (4, 5);

void log_event_about (LogLevel level, const char *tag, const LogSubject *subject,
                      const char *format, ...) G_GNUC_PRINTF (4, 5);

#define log_error(tag, object, ...) log_event (LOG_ERROR, tag, object, __VA_ARGS__)
#define log_warning(tag, object, ...) log_event (LOG_WARNING, tag, object, __VA_ARGS__)
#define log_info(tag, object, ...) log_event (LOG_INFO, tag, object, __VA_ARGS__)
#define log_debug(tag, object, ...)                                                                \
  G_STMT_START                                                                                     \
  {                                                                                                \
    if (log_is_enabled (LOG_DEBUG))                                                                \
      log_event (LOG_DEBUG, tag, object, __VA_ARGS__);                                             \
  }                                                                                                \
  G_STMT_END

/* At most @burst events in @period_us, for what a peer can provoke.  Zero-initialise the rest;
 * owned by one thread. */
typedef struct {
  guint burst;
  gint64 period_us;
  gint64 window_start_us;
  guint used;
  guint suppressed;
} LogRate;

/* TRUE if one more event may be logged now.  @ret_suppressed (optional): how many were held back
 * since the last one that was allowed. */
gboolean log_rate_allow (LogRate *rate, gint64 now_us, guint *ret_suppressed);

/* The line that log_event_about would write as text or JSON, without the newline; for tests.
 * (transfer full) */
char *log_format_line (LogFormat format, LogLevel level, gint64 wall_us, const char *tag,
                       const LogSubject *subject, const char *text);
/* The fields that it would give to the journal, at most LOG_FIELDS_MAX; they lend the strings.
 * Returns: how many. */
#define LOG_FIELDS_MAX 8
gsize log_journal_fields (LogLevel level, const char *tag, const LogSubject *subject,
                          const char *text, GLogField *ret_fields);

G_END_DECLS
