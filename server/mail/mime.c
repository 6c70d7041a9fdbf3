#include "server/mail/mime.h"

#include <string.h>

#define LINE_MAX_BYTES 76 /* RFC 2047, 2; RFC 2045, 6.8 */
#define WORD_OVERHEAD 12  /* =?UTF-8?B??= */
#define BASE64_GROUP 57   /* bytes that make one line of 76 */

/* --- Headers ------------------------------------------------------------------------------- */

static gboolean
is_plain (const char *text)
{
  for (; *text; text++)
    if (*text < ' ' || *text > '~')
      return FALSE;
  return TRUE;
}

/* Bytes of whole letters that fit into @room characters of base64. */
static gsize
fitting (const char *text, gsize room)
{
  gsize most = room / 4 * 3, length = 0;
  while (text[length]) {
    gsize next = length + g_utf8_skip[(guchar) text[length]];
    if (next > most)
      break;
    length = next;
  }
  return length;
}

char *
mime_encode_header (const char *text, guint column)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_strdelimit (valid, "\r\n\t", ' ');
  if (is_plain (valid) && strlen (valid) + column <= LINE_MAX_BYTES && !strstr (valid, "=?"))
    return g_steal_pointer (&valid);
  GString *encoded = g_string_new (NULL);
  for (const char *at = valid; *at;) {
    gsize n = fitting (at, LINE_MAX_BYTES - column - WORD_OVERHEAD);
    g_autofree char *word = g_base64_encode ((const guchar *) at, n);
    g_string_append_printf (encoded, "%s=?UTF-8?B?%s?=", encoded->len ? "\r\n " : "", word);
    at += n;
    column = 1;
  }
  return g_string_free (encoded, FALSE);
}

static void
append_header (GString *out, const char *name, const char *text)
{
  g_autofree char *value = mime_encode_header (text, (guint) strlen (name) + 2);
  g_string_append_printf (out, "%s: %s\r\n", name, value);
}

/* A name is always an encoded word: no quoting to get wrong. */
static void
append_from (GString *out, const MimeLetter *letter)
{
  g_autofree char *name = g_utf8_make_valid (letter->from_name, -1);
  g_autofree char *word = NULL;
  if (*name) {
    g_autofree char *short_name = g_strndup (name, fitting (name, 56));
    word = g_base64_encode ((const guchar *) short_name, strlen (short_name));
    g_string_append_printf (out, "From: =?UTF-8?B?%s?=\r\n <%s>\r\n", word, letter->from);
  } else {
    g_string_append_printf (out, "From: <%s>\r\n", letter->from);
  }
}

/* RFC 5322, 3.3, in English whatever the locale. */
static void
append_date (GString *out, gint64 at_ms)
{
  static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
  static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (at_ms / 1000);
  g_string_append_printf (
      out, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n",
      days[g_date_time_get_day_of_week (time) - 1], g_date_time_get_day_of_month (time),
      months[g_date_time_get_month (time) - 1], g_date_time_get_year (time),
      g_date_time_get_hour (time), g_date_time_get_minute (time), g_date_time_get_second (time));
}

/* --- Bodies -------------------------------------------------------------------------------- */

static void
append_base64 (GString *out, const char *text)
{
  gsize left = strlen (text);
  for (; left > 0; text += MIN (left, BASE64_GROUP), left -= MIN (left, BASE64_GROUP)) {
    g_autofree char *line = g_base64_encode ((const guchar *) text, MIN (left, BASE64_GROUP));
    g_string_append_printf (out, "%s\r\n", line);
  }
}

static void
append_text (GString *out, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_auto (GStrv) lines = g_strsplit (valid, "\n", -1);
  g_autofree char *canonical = g_strjoinv ("\r\n", lines);
  g_string_append (out, "Content-Type: text/plain; charset=utf-8\r\n"
                        "Content-Transfer-Encoding: base64\r\n\r\n");
  append_base64 (out, canonical);
}

static void
append_calendar (GString *out, const MimeLetter *letter)
{
  g_string_append_printf (out,
                          "Content-Type: text/calendar; charset=utf-8; method=%s;\r\n"
                          " name=\"moi-hop.ics\"\r\n"
                          "Content-Transfer-Encoding: base64\r\n"
                          "Content-Disposition: attachment; filename=\"moi-hop.ics\"\r\n\r\n",
                          letter->calendar_method);
  append_base64 (out, letter->calendar);
}

char *
mime_format (const MimeLetter *letter)
{
  GString *out = g_string_new (NULL);
  append_from (out, letter);
  g_string_append_printf (out, "To: <%s>\r\n", letter->to);
  append_header (out, "Subject", letter->subject);
  append_date (out, letter->at_ms);
  g_string_append_printf (out, "Message-ID: <%s>\r\n", letter->message_id);
  g_string_append (out, "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n");
  if (!letter->calendar) {
    append_text (out, letter->text);
    return g_string_free (out, FALSE);
  }
  /* No base64 line begins with a hyphen: the boundary is in no body. */
  g_string_append (out, "Content-Type: multipart/mixed; boundary=\"-diemcau-\"\r\n\r\n"
                        "---diemcau-\r\n");
  append_text (out, letter->text);
  g_string_append (out, "---diemcau-\r\n");
  append_calendar (out, letter);
  g_string_append (out, "---diemcau---\r\n");
  return g_string_free (out, FALSE);
}
