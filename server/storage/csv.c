#include "server/storage/csv.h"
#include "server/storage/storage_limits.h"

#include <string.h>

struct CsvReader {
  const char *text;
  const char *end;
  const char *at;
  guint line;        /* of @at */
  guint record_line; /* where the present record started */
  char separator;
  GString *values;   /* the present record's fields, each ended by NUL */
  GArray *offsets;   /* gsize: where each starts in values */
  GPtrArray *fields; /* what the caller sees */
};

static const char byte_order_mark[] = "\xef\xbb\xbf";

/* The separator that stands most often in the first line that is not empty. */
static char
guess_separator (const char *text, const char *end)
{
  guint commas = 0, semicolons = 0, tabs = 0;
  while (text < end && (*text == '\n' || *text == '\r'))
    text++;
  for (; text < end && *text != '\n' && *text != '\r'; text++) {
    commas += *text == ',';
    semicolons += *text == ';';
    tabs += *text == '\t';
  }
  if (semicolons > commas && semicolons >= tabs)
    return ';';
  return tabs > commas ? '\t' : ',';
}

CsvReader *
csv_reader_new (const char *text, gsize size)
{
  CsvReader *reader = g_new0 (CsvReader, 1);
  gsize mark = strlen (byte_order_mark);
  gboolean marked = size >= mark && memcmp (text, byte_order_mark, mark) == 0;
  reader->text = reader->at = marked ? text + mark : text;
  reader->end = text + size;
  reader->line = reader->record_line = 1;
  reader->separator = guess_separator (reader->at, reader->end);
  reader->values = g_string_new (NULL);
  reader->offsets = g_array_new (FALSE, FALSE, sizeof (gsize));
  reader->fields = g_ptr_array_new ();
  return reader;
}

void
csv_reader_free (CsvReader *reader)
{
  if (!reader)
    return;
  g_string_free (reader->values, TRUE);
  g_array_unref (reader->offsets);
  g_ptr_array_unref (reader->fields);
  g_free (reader);
}

static gboolean
fail (CsvReader *reader, GError **error, const char *reason)
{
  g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_INVALID, "line %u: %s", reader->record_line,
               reason);
  reader->at = reader->end;
  return FALSE;
}

static gboolean
at_line_end (CsvReader *reader)
{
  return reader->at == reader->end || *reader->at == '\n' || *reader->at == '\r';
}

static void
skip_line_end (CsvReader *reader)
{
  if (reader->at < reader->end && *reader->at == '\r')
    reader->at++;
  if (reader->at < reader->end && *reader->at == '\n')
    reader->at++;
  reader->line++;
}

static void
append (CsvReader *reader, char c)
{
  g_string_append_c (reader->values, c);
  reader->at++;
}

static gboolean
read_quoted (CsvReader *reader, GError **error)
{
  reader->at++;
  for (;;) {
    if (reader->at == reader->end)
      return fail (reader, error, "a quotation mark is not closed");
    gboolean quote = *reader->at == '"';
    if (quote && (reader->at + 1 == reader->end || reader->at[1] != '"'))
      break;
    reader->at += quote;
    reader->line += *reader->at == '\n';
    append (reader, *reader->at);
  }
  reader->at++;
  while (reader->at < reader->end && *reader->at == ' ' && reader->separator != ' ')
    reader->at++;
  if (!at_line_end (reader) && *reader->at != reader->separator)
    return fail (reader, error, "text behind a closed quotation mark");
  return TRUE;
}

static void
read_plain (CsvReader *reader)
{
  while (!at_line_end (reader) && *reader->at != reader->separator)
    append (reader, *reader->at);
}

static gboolean
end_field (CsvReader *reader, gsize start, GError **error)
{
  GString *values = reader->values;
  gsize length = values->len - start;
  if (length > CSV_FIELD_MAX_BYTES)
    return fail (reader, error, "a field is too long");
  if (memchr (values->str + start, 0, length) ||
      !g_utf8_validate_len (values->str + start, length, NULL))
    return fail (reader, error, "the text is not UTF-8 (in Excel, save as \"CSV UTF-8\")");
  if (reader->offsets->len == CSV_FIELDS_MAX)
    return fail (reader, error, "too many fields");
  while (values->len > start && g_ascii_isspace (values->str[values->len - 1]))
    g_string_truncate (values, values->len - 1);
  while (start < values->len && g_ascii_isspace (values->str[start]))
    start++;
  g_string_append_c (values, 0);
  g_array_append_val (reader->offsets, start);
  return TRUE;
}

static gboolean
read_field (CsvReader *reader, GError **error)
{
  gsize start = reader->values->len;
  while (reader->at < reader->end && *reader->at == ' ')
    reader->at++;
  if (reader->at < reader->end && *reader->at == '"') {
    if (!read_quoted (reader, error))
      return FALSE;
  } else {
    read_plain (reader);
  }
  return end_field (reader, start, error);
}

gboolean
csv_reader_next (CsvReader *reader, const char *const **ret_fields, guint *ret_n_fields,
                 GError **error)
{
  while (reader->at < reader->end && at_line_end (reader))
    skip_line_end (reader);
  if (reader->at == reader->end)
    return FALSE;
  g_string_truncate (reader->values, 0);
  g_array_set_size (reader->offsets, 0);
  g_ptr_array_set_size (reader->fields, 0);
  reader->record_line = reader->line;
  if (!read_field (reader, error))
    return FALSE;
  while (!at_line_end (reader)) {
    reader->at++;
    if (!read_field (reader, error))
      return FALSE;
  }
  skip_line_end (reader);
  for (guint i = 0; i < reader->offsets->len; i++)
    g_ptr_array_add (reader->fields,
                     reader->values->str + g_array_index (reader->offsets, gsize, i));
  g_ptr_array_add (reader->fields, NULL);
  *ret_fields = (const char *const *) reader->fields->pdata;
  *ret_n_fields = reader->offsets->len;
  return TRUE;
}

guint
csv_reader_line (CsvReader *reader)
{
  return reader->record_line;
}

/* --- Writing --- */

GString *
csv_text_new (void)
{
  return g_string_new (byte_order_mark);
}

static gboolean
is_formula (const char *field)
{
  return *field && (strchr ("=+-@", *field) || g_ascii_iscntrl (*field));
}

const char *
csv_unguard (const char *field)
{
  return field[0] == '\'' && is_formula (field + 1) ? field + 1 : field;
}

static void
append_field (GString *text, char separator, const char *field)
{
  const char special[] = { '"', '\n', '\r', separator, '\0' };
  gboolean guarded = is_formula (field);
  gboolean quoted = guarded || strpbrk (field, special) || g_ascii_isspace (*field) ||
                    (*field && g_ascii_isspace (field[strlen (field) - 1]));
  if (quoted)
    g_string_append_c (text, '"');
  if (guarded)
    g_string_append_c (text, '\'');
  for (; *field; field++) {
    if (*field == '"')
      g_string_append_c (text, '"');
    g_string_append_c (text, *field);
  }
  if (quoted)
    g_string_append_c (text, '"');
}

void
csv_append_row (GString *text, char separator, const char *const *fields)
{
  for (guint i = 0; fields[i]; i++) {
    if (i > 0)
      g_string_append_c (text, separator);
    append_field (text, separator, fields[i]);
  }
  g_string_append (text, "\r\n");
}
