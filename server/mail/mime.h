/* Mime: a letter as the bytes that go to a mail server (RFC 5322, 2045-2047).
 *
 * Pure, any thread.  Vietnamese text is UTF-8 in base64, headers are encoded words; whatever a
 * subject or a name holds, it never becomes a header of its own. */
#pragma once

#include <glib.h>

typedef struct {
  const char *from;            /* address */
  const char *from_name;       /* any text, "" for none */
  const char *to;              /* address */
  const char *subject;         /* any text */
  const char *text;            /* UTF-8 */
  const char *calendar;        /* iCalendar text for an attachment, or NULL */
  const char *calendar_method; /* "REQUEST", ... */
  const char *message_id;      /* without angle brackets: [A-Za-z0-9.@-] */
  gint64 at_ms;
} MimeLetter;

/* Lines end with CRLF.  transfer full. */
char *mime_format (const MimeLetter *letter);

/* The value of an unstructured header: as it is when it is short ASCII, else as encoded words on
 * folded lines.  @column: bytes that the header's name takes.  transfer full. */
char *mime_encode_header (const char *text, guint column);
