#include "pipelines/control/record.h"

#include <string.h>

/* Where in a document an error lies: a list on the stack, from the inside out. */
typedef struct Path {
  const struct Path *parent;
  const char *name; /* member, or NULL for an item */
  gsize index;
} Path;

static const int MAX_DEPTH = 16;

G_DEFINE_QUARK (diemcau - record - error - quark, record_error)

static void
path_append (const Path *path, GString *text)
{
  if (!path)
    return;
  path_append (path->parent, text);
  if (path->name)
    g_string_append_printf (text, "%s%s", text->len > 0 ? "." : "", path->name);
  else
    g_string_append_printf (text, "[%" G_GSIZE_FORMAT "]", path->index);
}

static gboolean G_GNUC_PRINTF (4, 5)
    fail (GError **error, RecordError code, const Path *path, const char *format, ...)
{
  if (!error)
    return FALSE;
  g_autoptr (GString) text = g_string_new (NULL);
  path_append (path, text);
  if (text->len > 0)
    g_string_append (text, ": ");
  va_list args;
  va_start (args, format);
  g_string_append_vprintf (text, format, args);
  va_end (args);
  g_set_error_literal (error, RECORD_ERROR, code, text->str);
  return FALSE;
}

static const char *
json_kind_name (const json_t *json)
{
  if (!json)
    return "nothing";
  switch (json_typeof (json)) {
  case JSON_OBJECT:
    return "an object";
  case JSON_ARRAY:
    return "a list";
  case JSON_STRING:
    return "a string";
  case JSON_INTEGER:
    return "an integer";
  case JSON_REAL:
    return "a number with a fraction";
  case JSON_TRUE:
  case JSON_FALSE:
    return "a boolean";
  case JSON_NULL:
    return "null";
  }
  return "something else";
}

static gboolean
fail_kind (GError **error, const Path *path, const char *wanted, const json_t *json)
{
  return fail (error, RECORD_ERROR_VALUE, path, "must be %s, not %s", wanted,
               json_kind_name (json));
}

/* --- members of the struct ------------------------------------------------------------------- */

static gpointer
member (gconstpointer record, const RecordField *field)
{
  return (guint8 *) record + field->offset;
}

#define MEMBER(T, record, field) (*(T *) member (record, field))

static void
store_int (gpointer record, const RecordField *field, gint64 value)
{
  switch (field->size) {
  case 1:
    MEMBER (guint8, record, field) = (guint8) value;
    break;
  case 2:
    MEMBER (guint16, record, field) = (guint16) value;
    break;
  case 4:
    MEMBER (guint32, record, field) = (guint32) value;
    break;
  default:
    g_assert (field->size == 8);
    MEMBER (gint64, record, field) = value;
  }
}

/* A member that may be negative has a negative bound: its sign is extended. */
static gint64
load_int (gconstpointer record, const RecordField *field)
{
  gboolean is_signed = field->min < 0 || field->fallback < 0;
  switch (field->size) {
  case 1:
    return is_signed ? (gint64) MEMBER (gint8, record, field) : MEMBER (guint8, record, field);
  case 2:
    return is_signed ? (gint64) MEMBER (gint16, record, field) : MEMBER (guint16, record, field);
  case 4:
    return is_signed ? (gint64) MEMBER (gint32, record, field) : MEMBER (guint32, record, field);
  default:
    g_assert (field->size == 8);
    return MEMBER (gint64, record, field);
  }
}

static void
free_member (const RecordField *field, gpointer record)
{
  switch (field->kind) {
  case RECORD_STRING:
    g_clear_pointer (&MEMBER (char *, record, field), g_free);
    break;
  case RECORD_STRING_LIST:
    g_clear_pointer (&MEMBER (char **, record, field), g_strfreev);
    break;
  case RECORD_UINT_LIST:
    g_clear_pointer (&MEMBER (GArray *, record, field), g_array_unref);
    break;
  case RECORD_RECORD:
    record_free (field->type, MEMBER (gpointer, record, field));
    MEMBER (gpointer, record, field) = NULL;
    break;
  case RECORD_RECORD_LIST:
    g_clear_pointer (&MEMBER (GPtrArray *, record, field), g_ptr_array_unref);
    break;
  case RECORD_INT:
  case RECORD_BOOL:
  case RECORD_ENUM:
  case RECORD_FLAGS:
    break;
  }
}

static void
init_member (const RecordField *field, gpointer record)
{
  switch (field->kind) {
  case RECORD_STRING_LIST:
    MEMBER (char **, record, field) = g_new0 (char *, 1);
    break;
  case RECORD_UINT_LIST:
    MEMBER (GArray *, record, field) = g_array_new (FALSE, FALSE, sizeof (guint32));
    break;
  case RECORD_RECORD_LIST:
    MEMBER (GPtrArray *, record, field) = record_list_new (field->type);
    break;
  case RECORD_STRING:
  case RECORD_RECORD:
    break;
  case RECORD_INT:
  case RECORD_BOOL:
  case RECORD_ENUM:
  case RECORD_FLAGS:
    store_int (record, field, field->fallback);
    break;
  }
}

gpointer
record_new (const RecordType *type)
{
  gpointer record = g_malloc0 (type->size);
  for (const RecordField *field = type->fields; field->name; field++)
    init_member (field, record);
  return record;
}

void
record_free (const RecordType *type, gpointer record)
{
  if (!record)
    return;
  for (const RecordField *field = type->fields; field->name; field++)
    free_member (field, record);
  g_free (record);
}

GPtrArray *
record_list_new (const RecordType *type)
{
  g_assert (type->destroy);
  return g_ptr_array_new_with_free_func (type->destroy);
}

static GPtrArray *
copy_list (const RecordType *type, const GPtrArray *from)
{
  GPtrArray *list = record_list_new (type);
  for (guint i = 0; from && i < from->len; i++)
    g_ptr_array_add (list, record_copy (type, from->pdata[i]));
  return list;
}

static void
copy_member (const RecordField *field, gconstpointer from, gpointer to)
{
  switch (field->kind) {
  case RECORD_STRING:
    MEMBER (char *, to, field) = g_strdup (MEMBER (char *, from, field));
    break;
  case RECORD_STRING_LIST:
    MEMBER (char **, to, field) = MEMBER (char **, from, field)
                                      ? g_strdupv (MEMBER (char **, from, field))
                                      : g_new0 (char *, 1);
    break;
  case RECORD_UINT_LIST: {
    GArray *list = MEMBER (GArray *, from, field);
    MEMBER (GArray *, to, field) =
        list ? g_array_copy (list) : g_array_new (FALSE, FALSE, sizeof (guint32));
    break;
  }
  case RECORD_RECORD:
    MEMBER (gpointer, to, field) = record_copy (field->type, MEMBER (gpointer, from, field));
    break;
  case RECORD_RECORD_LIST:
    MEMBER (GPtrArray *, to, field) = copy_list (field->type, MEMBER (GPtrArray *, from, field));
    break;
  case RECORD_INT:
  case RECORD_BOOL:
  case RECORD_ENUM:
  case RECORD_FLAGS:
    store_int (to, field, load_int (from, field));
    break;
  }
}

gpointer
record_copy (const RecordType *type, gconstpointer record)
{
  if (!record)
    return NULL;
  gpointer copy = g_malloc0 (type->size);
  for (const RecordField *field = type->fields; field->name; field++)
    copy_member (field, record, copy);
  return copy;
}

/* --- decoding -------------------------------------------------------------------------------- */

static gboolean decode_record (const RecordType *type, const json_t *json, const Path *path,
                               gpointer *ret_record, GError **error);

static gboolean
has_id_characters_only (const char *text)
{
  for (; *text; text++)
    if (!g_ascii_isalnum (*text) && !strchr ("._:/-", *text))
      return FALSE;
  return TRUE;
}

gboolean
record_is_id (const char *text, gsize max_bytes)
{
  gsize len = text ? strnlen (text, max_bytes + 1) : 0;
  return len > 0 && len <= max_bytes && has_id_characters_only (text);
}

static gboolean
check_string (const json_t *json, guint flags, gint64 min, gint64 max, const Path *path,
              GError **error)
{
  if (!json_is_string (json))
    return fail_kind (error, path, "a string", json);
  gint64 len = (gint64) json_string_length (json);
  if (len < min || len > max)
    return fail (error, RECORD_ERROR_VALUE, path,
                 "%" G_GINT64_FORMAT " bytes long, allowed are %" G_GINT64_FORMAT
                 " to %" G_GINT64_FORMAT,
                 len, min, max);
  if ((flags & RECORD_ID) && !has_id_characters_only (json_string_value (json)))
    return fail (error, RECORD_ERROR_VALUE, path, "only letters, digits and . _ : / - are allowed");
  return TRUE;
}

static gboolean
find_name (const char *const *names, const char *name, guint *ret_index)
{
  for (guint i = 0; names[i]; i++)
    if (strcmp (names[i], name) == 0) {
      *ret_index = i;
      return TRUE;
    }
  return FALSE;
}

static gboolean
decode_name (const RecordField *field, const json_t *json, const Path *path, guint *ret,
             GError **error)
{
  if (!json_is_string (json))
    return fail_kind (error, path, "a string", json);
  if (find_name (field->names, json_string_value (json), ret))
    return TRUE;
  g_autofree char *allowed = g_strjoinv (", ", (char **) field->names);
  g_autofree char *shown = g_utf8_substring (
      json_string_value (json), 0, MIN (40, g_utf8_strlen (json_string_value (json), -1)));
  return fail (error, RECORD_ERROR_VALUE, path, "\"%s\" is none of %s", shown, allowed);
}

static gboolean
decode_int (const RecordField *field, const json_t *json, const Path *path, gpointer record,
            GError **error)
{
  if (!json_is_integer (json))
    return fail_kind (error, path, "an integer", json);
  gint64 value = json_integer_value (json);
  if (value < field->min || value > field->max)
    return fail (error, RECORD_ERROR_VALUE, path,
                 "%" G_GINT64_FORMAT " is not within %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
                 value, field->min, field->max);
  store_int (record, field, value);
  return TRUE;
}

static gboolean
check_list (const RecordField *field, const json_t *json, const Path *path, GError **error)
{
  if (!json_is_array (json))
    return fail_kind (error, path, "a list", json);
  gint64 len = (gint64) json_array_size (json);
  if (len < field->min || (field->max > 0 && len > field->max))
    return fail (error, RECORD_ERROR_VALUE, path,
                 "%" G_GINT64_FORMAT " items, allowed are %" G_GINT64_FORMAT
                 " to %" G_GINT64_FORMAT,
                 len, field->min, field->max);
  return TRUE;
}

static gboolean
decode_flags (const RecordField *field, const json_t *json, const Path *path, gpointer record,
              GError **error)
{
  if (!json_is_array (json))
    return fail_kind (error, path, "a list", json);
  guint bits = 0;
  gsize n = json_array_size (json);
  if (n > 32)
    return fail (error, RECORD_ERROR_VALUE, path, "more than 32 names");
  for (gsize i = 0; i < n; i++) {
    Path item = { path, NULL, i };
    guint bit = 0;
    if (!decode_name (field, json_array_get (json, i), &item, &bit, error))
      return FALSE;
    bits |= 1u << bit;
  }
  store_int (record, field, bits);
  return TRUE;
}

static gboolean
decode_string_list (const RecordField *field, const json_t *json, const Path *path, gpointer record,
                    GError **error)
{
  if (!check_list (field, json, path, error))
    return FALSE;
  gsize n = json_array_size (json);
  g_auto (GStrv) list = g_new0 (char *, n + 1);
  for (gsize i = 0; i < n; i++) {
    const json_t *value = json_array_get (json, i);
    Path item = { path, NULL, i };
    if (!check_string (value, field->flags, 1, field->item_max, &item, error))
      return FALSE;
    list[i] = g_strdup (json_string_value (value));
  }
  g_strfreev (MEMBER (char **, record, field));
  MEMBER (char **, record, field) = g_steal_pointer (&list);
  return TRUE;
}

static gboolean
decode_uint_list (const RecordField *field, const json_t *json, const Path *path, gpointer record,
                  GError **error)
{
  if (!check_list (field, json, path, error))
    return FALSE;
  GArray *list = MEMBER (GArray *, record, field);
  for (gsize i = 0; i < json_array_size (json); i++) {
    const json_t *value = json_array_get (json, i);
    Path item = { path, NULL, i };
    if (!json_is_integer (value))
      return fail_kind (error, &item, "an integer", value);
    if (json_integer_value (value) < 0 || json_integer_value (value) > G_MAXUINT32)
      return fail (error, RECORD_ERROR_VALUE, &item, "is not within 0 to 4294967295");
    guint32 number = (guint32) json_integer_value (value);
    g_array_append_val (list, number);
  }
  return TRUE;
}

static gboolean
decode_record_list (const RecordField *field, const json_t *json, const Path *path, gpointer record,
                    GError **error)
{
  if (!check_list (field, json, path, error))
    return FALSE;
  GPtrArray *list = MEMBER (GPtrArray *, record, field);
  for (gsize i = 0; i < json_array_size (json); i++) {
    Path item = { path, NULL, i };
    gpointer part;
    if (!decode_record (field->type, json_array_get (json, i), &item, &part, error))
      return FALSE;
    g_ptr_array_add (list, part);
  }
  return TRUE;
}

static gboolean
decode_value (const RecordField *field, const json_t *json, const Path *path, gpointer record,
              GError **error)
{
  switch (field->kind) {
  case RECORD_STRING:
    if (!check_string (json, field->flags, field->min, field->max, path, error))
      return FALSE;
    MEMBER (char *, record, field) = g_strdup (json_string_value (json));
    return TRUE;
  case RECORD_INT:
    return decode_int (field, json, path, record, error);
  case RECORD_BOOL:
    if (!json_is_boolean (json))
      return fail_kind (error, path, "a boolean", json);
    store_int (record, field, json_is_true (json));
    return TRUE;
  case RECORD_ENUM: {
    guint value = 0;
    if (!decode_name (field, json, path, &value, error))
      return FALSE;
    store_int (record, field, value);
    return TRUE;
  }
  case RECORD_FLAGS:
    return decode_flags (field, json, path, record, error);
  case RECORD_STRING_LIST:
    return decode_string_list (field, json, path, record, error);
  case RECORD_UINT_LIST:
    return decode_uint_list (field, json, path, record, error);
  case RECORD_RECORD:
    return decode_record (field->type, json, path, &MEMBER (gpointer, record, field), error);
  case RECORD_RECORD_LIST:
    return decode_record_list (field, json, path, record, error);
  }
  g_return_val_if_reached (FALSE);
}

/* @json: NULL = the member is not there. */
static gboolean
decode_field (const RecordField *field, const json_t *json, const Path *path, gpointer record,
              GError **error)
{
  gboolean required = (field->flags & RECORD_REQUIRED) != 0;
  if (!json)
    return required ? fail (error, RECORD_ERROR_MISSING, path, "is missing") : TRUE;
  if (json_is_null (json) && (!required || (field->flags & RECORD_NULL)))
    return TRUE;
  return decode_value (field, json, path, record, error);
}

static gboolean
decode_record (const RecordType *type, const json_t *json, const Path *path, gpointer *ret_record,
               GError **error)
{
  if (type->tuple ? !json_is_array (json) : !json_is_object (json))
    return fail_kind (error, path, type->tuple ? "a list" : "an object", json);
  gpointer record = record_new (type);
  gsize index = 0;
  for (const RecordField *field = type->fields; field->name; field++, index++) {
    const json_t *value =
        type->tuple ? json_array_get (json, index) : json_object_get (json, field->name);
    Path inner = { path, field->name, 0 };
    if (!decode_field (field, value, &inner, record, error)) {
      record_free (type, record);
      return FALSE;
    }
  }
  *ret_record = record;
  return TRUE;
}

gboolean
record_decode (const RecordType *type, const json_t *json, gpointer *ret_record, GError **error)
{
  return decode_record (type, json, NULL, ret_record, error);
}

/* Brackets outside strings, so that a hostile text never makes the parser recurse. */
static gboolean
is_shallow (const char *text, gsize len)
{
  int depth = 0;
  gboolean in_string = FALSE;
  for (gsize i = 0; i < len; i++) {
    char c = text[i];
    if (in_string) {
      if (c == '\\')
        i++;
      else if (c == '"')
        in_string = FALSE;
      continue;
    }
    if (c == '"')
      in_string = TRUE;
    else if ((c == '[' || c == '{') && ++depth > MAX_DEPTH)
      return FALSE;
    else if (c == ']' || c == '}')
      depth--;
  }
  return TRUE;
}

gboolean
record_parse_text (const char *text, gsize len, gsize max_bytes, json_t **ret_json, GError **error)
{
  if (len > max_bytes)
    return fail (error, RECORD_ERROR_SYNTAX, NULL,
                 "%" G_GSIZE_FORMAT " bytes long, allowed are %" G_GSIZE_FORMAT, len, max_bytes);
  if (!is_shallow (text, len))
    return fail (error, RECORD_ERROR_SYNTAX, NULL, "nested deeper than %d", MAX_DEPTH);
  json_error_t reason = { 0 };
  g_autoptr (json_t) json = json_loadb (text, len, JSON_REJECT_DUPLICATES, &reason);
  if (!json) {
    g_autofree char *said = g_utf8_make_valid (reason.text, -1);
    return fail (error, RECORD_ERROR_SYNTAX, NULL, "no JSON, byte %d: %s", reason.position, said);
  }
  if (!json_is_object (json))
    return fail (error, RECORD_ERROR_SYNTAX, NULL, "must be an object, not %s",
                 json_kind_name (json));
  *ret_json = g_steal_pointer (&json);
  return TRUE;
}

gboolean
record_decode_text (const RecordType *type, const char *text, gsize len, gsize max_bytes,
                    gpointer *ret_record, GError **error)
{
  g_autoptr (json_t) json = NULL;
  return record_parse_text (text, len, max_bytes, &json, error) &&
         record_decode (type, json, ret_record, error);
}

/* --- encoding: JSON text, behind what is in the buffer -------------------------------------------
 */

static gboolean append_record (GString *text, const RecordType *type, gconstpointer record);

/* As g_string_append_len () without its checks: @bytes never are of @text.  Of an event of many
 * short members it saves a third of the time. */
static void
append_bytes (GString *text, const char *bytes, gsize n)
{
  gsize end = text->len;
  g_string_set_size (text, end + n);
  memcpy (text->str + end, bytes, n);
}

/* Before each item of a list and each member of an object; no value ends in an opening bracket. */
static void
append_comma (GString *text)
{
  char last = text->str[text->len - 1];
  if (last != '[' && last != '{')
    g_string_append_c (text, ',');
}

static gboolean
is_plain (guchar c)
{
  return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

#define EACH_BYTE(value) (G_GUINT64_CONSTANT (0x0101010101010101) * (value))

/* TRUE only if all eight bytes are plain: of a byte that is not, one of the four has its highest
 * bit set (a borrow from the byte below it may set one too: then each is looked at). */
static gboolean
is_plain_word (guint64 word)
{
  guint64 control = word - EACH_BYTE (0x20);
  guint64 quote = (word ^ EACH_BYTE ('"')) - EACH_BYTE (1);
  guint64 backslash = (word ^ EACH_BYTE ('\\')) - EACH_BYTE (1);
  return ((word | control | quote | backslash) & EACH_BYTE (0x80)) == 0;
}

/* Of @len bytes, how many before the first that does not stand for itself or is no ASCII. */
static gsize
plain_run (const char *bytes, gsize len)
{
  gsize n = 0;
  for (guint64 word; len - n >= sizeof word; n += sizeof word) {
    memcpy (&word, bytes + n, sizeof word);
    if (!is_plain_word (word))
      break;
  }
  while (n < len && is_plain ((guchar) bytes[n]))
    n++;
  return n;
}

static void
append_not_plain (GString *text, char c)
{
  static const char digits[] = "0123456789ABCDEF";
  static const char named[] = "\"\\\b\f\n\r\t", names[] = "\"\\bfnrt";
  const char *found = strchr (named, c);
  if (c & 0x80) {
    g_string_append_c (text, c);
  } else if (found) {
    g_string_append_c (text, '\\');
    g_string_append_c (text, names[found - named]);
  } else {
    char escape[] = { '\\', 'u', '0', '0', digits[c >> 4], digits[c & 15] };
    append_bytes (text, escape, sizeof escape);
  }
}

/* FALSE: NULL or no UTF-8. */
static gboolean
append_string (GString *text, const char *string)
{
  if (!string)
    return FALSE;
  gsize len = strlen (string);
  gsize run = plain_run (string, len);
  if (run < len && !g_utf8_validate (string + run, (gssize) (len - run), NULL))
    return FALSE;
  g_string_append_c (text, '"');
  append_bytes (text, string, run);
  for (gsize done = run; done < len; done += run) {
    append_not_plain (text, string[done++]);
    run = plain_run (string + done, len - done);
    append_bytes (text, string + done, run);
  }
  g_string_append_c (text, '"');
  return TRUE;
}

static void
append_int (GString *text, gint64 value)
{
  char digits[20]; /* of G_MININT64 */
  gsize at = sizeof digits;
  guint64 rest = value < 0 ? -(guint64) value : (guint64) value;
  do {
    digits[--at] = (char) ('0' + rest % 10);
    rest /= 10;
  } while (rest > 0);
  if (value < 0)
    digits[--at] = '-';
  append_bytes (text, digits + at, sizeof digits - at);
}

static gboolean
append_flags (GString *text, const RecordField *field, guint bits)
{
  gboolean ok = TRUE;
  g_string_append_c (text, '[');
  for (guint i = 0; ok && field->names[i]; i++)
    if (bits & (1u << i)) {
      append_comma (text);
      ok = append_string (text, field->names[i]);
    }
  g_string_append_c (text, ']');
  return ok;
}

static gboolean
append_string_list (GString *text, char **strings)
{
  gboolean ok = TRUE;
  g_string_append_c (text, '[');
  for (; ok && strings && *strings; strings++) {
    append_comma (text);
    ok = append_string (text, *strings);
  }
  g_string_append_c (text, ']');
  return ok;
}

static void
append_uint_list (GString *text, const GArray *numbers)
{
  g_string_append_c (text, '[');
  for (guint i = 0; numbers && i < numbers->len; i++) {
    append_comma (text);
    append_int (text, g_array_index (numbers, guint32, i));
  }
  g_string_append_c (text, ']');
}

static gboolean
append_record_list (GString *text, const RecordType *type, const GPtrArray *records)
{
  gboolean ok = TRUE;
  g_string_append_c (text, '[');
  for (guint i = 0; ok && records && i < records->len; i++) {
    append_comma (text);
    ok = append_record (text, type, records->pdata[i]);
  }
  g_string_append_c (text, ']');
  return ok;
}

static gboolean
is_fallback (const RecordField *field, gconstpointer record)
{
  switch (field->kind) {
  case RECORD_STRING:
  case RECORD_RECORD:
    return MEMBER (gconstpointer, record, field) == NULL;
  case RECORD_STRING_LIST:
    return !MEMBER (char **, record, field) || !*MEMBER (char **, record, field);
  case RECORD_UINT_LIST:
    return !MEMBER (GArray *, record, field) || MEMBER (GArray *, record, field)->len == 0;
  case RECORD_RECORD_LIST:
    return !MEMBER (GPtrArray *, record, field) || MEMBER (GPtrArray *, record, field)->len == 0;
  case RECORD_INT:
  case RECORD_BOOL:
  case RECORD_ENUM:
  case RECORD_FLAGS:
    return load_int (record, field) == field->fallback;
  }
  g_return_val_if_reached (TRUE);
}

/* FALSE = it cannot be written; a part of it may have been. */
static gboolean
append_value (GString *text, const RecordField *field, gconstpointer record)
{
  switch (field->kind) {
  case RECORD_STRING:
    return append_string (text, MEMBER (char *, record, field));
  case RECORD_INT:
    append_int (text, load_int (record, field));
    return TRUE;
  case RECORD_BOOL:
    g_string_append (text, load_int (record, field) ? "true" : "false");
    return TRUE;
  case RECORD_ENUM:
    return append_string (text, field->names[load_int (record, field)]);
  case RECORD_FLAGS:
    return append_flags (text, field, (guint) load_int (record, field));
  case RECORD_STRING_LIST:
    return append_string_list (text, MEMBER (char **, record, field));
  case RECORD_UINT_LIST:
    append_uint_list (text, MEMBER (GArray *, record, field));
    return TRUE;
  case RECORD_RECORD:
    return MEMBER (gpointer, record, field) &&
           append_record (text, field->type, MEMBER (gpointer, record, field));
  case RECORD_RECORD_LIST:
    return append_record_list (text, field->type, MEMBER (GPtrArray *, record, field));
  }
  g_return_val_if_reached (FALSE);
}

static void
append_name (GString *text, const char *name)
{
  g_string_append_c (text, '"');
  append_bytes (text, name, strlen (name));
  append_bytes (text, "\":", 2);
}

/* What stands for the field on the wire, if anything does. */
static gboolean
append_field (GString *text, const RecordField *field, gboolean tuple, gconstpointer record)
{
  gboolean required = (field->flags & RECORD_REQUIRED) != 0;
  gboolean nullable = (field->flags & RECORD_NULL) != 0;
  gboolean is_absent = (nullable || !required) && is_fallback (field, record);
  if (is_absent && !nullable && !tuple)
    return TRUE;
  append_comma (text);
  if (!tuple)
    append_name (text, field->name);
  if (!is_absent)
    return append_value (text, field, record);
  g_string_append (text, "null");
  return TRUE;
}

static gboolean
append_record (GString *text, const RecordType *type, gconstpointer record)
{
  g_string_append_c (text, type->tuple ? '[' : '{');
  for (const RecordField *field = type->fields; field->name; field++)
    if (!append_field (text, field, type->tuple, record)) {
      g_critical ("%s.%s cannot be written", type->name, field->name);
      return FALSE;
    }
  g_string_append_c (text, type->tuple ? ']' : '}');
  return TRUE;
}

gboolean
record_append_text (GString *text, const RecordType *type, gconstpointer record)
{
  gsize end = text->len;
  if (append_record (text, type, record))
    return TRUE;
  g_string_truncate (text, end);
  return FALSE;
}

char *
record_encode_text (const RecordType *type, gconstpointer record, gsize *ret_len)
{
  g_autoptr (GString) text = g_string_new (NULL);
  if (!record_append_text (text, type, record))
    return NULL;
  if (ret_len)
    *ret_len = text->len;
  return g_string_free (g_steal_pointer (&text), FALSE);
}

json_t *
record_encode (const RecordType *type, gconstpointer record)
{
  gsize len = 0;
  g_autofree char *text = record_encode_text (type, record, &len);
  return text ? json_loadb (text, len, 0, NULL) : NULL;
}
