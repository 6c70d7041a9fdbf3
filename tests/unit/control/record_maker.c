#include "tests/unit/control/record_maker.h"

#include <string.h>

static json_t *make_document (const RecordType *type, GRand *chance);
static json_t *expect_record (const RecordType *type, const json_t *json);

/* --- documents ------------------------------------------------------------------------------- */

static gint64
make_number (GRand *chance, gint64 min, gint64 max)
{
  guint64 bits = (guint64) g_rand_int (chance) << 32 | g_rand_int (chance);
  guint64 span = (guint64) max - (guint64) min;
  return (gint64) ((guint64) min + (span == G_MAXUINT64 ? bits : bits % (span + 1)));
}

static json_t *
make_int (const RecordField *field, GRand *chance)
{
  gint64 some[] = {
    field->min, field->max, field->fallback, 0, 9, 10, make_number (chance, field->min, field->max)
  };
  gint64 value = some[g_rand_int_range (chance, 0, G_N_ELEMENTS (some))];
  return json_integer (CLAMP (value, field->min, field->max));
}

static json_t *
make_string (GRand *chance, gboolean is_id, gint64 min, gint64 max)
{
  static const char *const pieces[] = { "a",  "Z",     "0",    ":",  "/",      "-",        "_",
                                        ".",  "\"",    "\\",   "\b", "\f",     "\n",       "\r",
                                        "\t", "\x01",  "\x1f", " ",  "\x7f",   "{",        ",",
                                        "đ",  "Cuộc ", "họp",  "😀",  "\u2028", "wordwords" };
  g_autoptr (GString) text = g_string_new (NULL);
  gsize size = (gsize) make_number (chance, min, MIN (max, min + 40));
  while (text->len < size) {
    const char *piece = pieces[g_rand_int_range (chance, 0, is_id ? 8 : G_N_ELEMENTS (pieces))];
    g_string_append (text, text->len + strlen (piece) <= size ? piece : "x");
  }
  return json_string (text->str);
}

static json_t *
make_item (const RecordField *field, GRand *chance)
{
  if (field->kind == RECORD_RECORD_LIST)
    return make_document (field->type, chance);
  if (field->kind == RECORD_UINT_LIST)
    return json_integer (make_number (chance, 0, G_MAXUINT32));
  return make_string (chance, (field->flags & RECORD_ID) != 0, 1, field->item_max);
}

static json_t *
make_list (const RecordField *field, GRand *chance)
{
  json_t *list = json_array ();
  for (gint64 n = make_number (chance, field->min, MIN (field->max, field->min + 3)); n > 0; n--)
    json_array_append_new (list, make_item (field, chance));
  return list;
}

static json_t *
make_flags (const RecordField *field, GRand *chance)
{
  json_t *list = json_array ();
  for (guint i = 0; field->names[i]; i++)
    if (g_rand_boolean (chance))
      json_array_append_new (list, json_string (field->names[i]));
  return list;
}

static json_t *
make_value (const RecordField *field, GRand *chance)
{
  switch (field->kind) {
  case RECORD_STRING:
    return make_string (chance, (field->flags & RECORD_ID) != 0, field->min, field->max);
  case RECORD_INT:
    return make_int (field, chance);
  case RECORD_BOOL:
    return json_boolean (g_rand_boolean (chance));
  case RECORD_ENUM:
    return json_string (
        field->names[g_rand_int_range (chance, 0, (int) g_strv_length ((char **) field->names))]);
  case RECORD_FLAGS:
    return make_flags (field, chance);
  case RECORD_RECORD:
    return make_document (field->type, chance);
  case RECORD_STRING_LIST:
  case RECORD_UINT_LIST:
  case RECORD_RECORD_LIST:
    return make_list (field, chance);
  }
  g_assert_not_reached ();
}

static json_t *
make_document (const RecordType *type, GRand *chance)
{
  json_t *json = type->tuple ? json_array () : json_object ();
  for (const RecordField *field = type->fields; field->name; field++) {
    gboolean may_miss = !(field->flags & RECORD_REQUIRED) || (field->flags & RECORD_NULL);
    gboolean misses = may_miss && g_rand_int_range (chance, 0, 4) == 0;
    json_t *value = misses ? json_null () : make_value (field, chance);
    if (type->tuple)
      json_array_append_new (json, value);
    else
      json_object_set_new (json, field->name, value);
  }
  return json;
}

/* --- what is written of them ----------------------------------------------------------------- */

static json_t *
fallback_of (const RecordField *field)
{
  switch (field->kind) {
  case RECORD_STRING:
  case RECORD_RECORD:
    return json_null ();
  case RECORD_INT:
    return json_integer (field->fallback);
  case RECORD_BOOL:
    return json_boolean (field->fallback);
  case RECORD_ENUM:
    return json_string (field->names[field->fallback]);
  default:
    return json_array ();
  }
}

static json_t *
expect_value (const RecordField *field, const json_t *json)
{
  if (field->kind == RECORD_RECORD)
    return expect_record (field->type, json);
  if (field->kind != RECORD_RECORD_LIST)
    return json_deep_copy (json);
  json_t *list = json_array ();
  for (gsize i = 0; i < json_array_size (json); i++)
    json_array_append_new (list, expect_record (field->type, json_array_get (json, i)));
  return list;
}

static json_t *
expect_record (const RecordType *type, const json_t *json)
{
  json_t *written = type->tuple ? json_array () : json_object ();
  for (const RecordField *field = type->fields; field->name; field++) {
    const json_t *given = type->tuple ? json_array_get (json, (gsize) (field - type->fields))
                                      : json_object_get (json, field->name);
    g_autoptr (json_t) fallback = fallback_of (field);
    gboolean is_fallback = json_is_null (given) || json_equal (given, fallback);
    gboolean is_null = (field->flags & RECORD_NULL) != 0;
    gboolean is_absent = is_fallback && (is_null || !(field->flags & RECORD_REQUIRED));
    json_t *value = is_absent ? json_null () : expect_value (field, given);
    if (type->tuple)
      json_array_append_new (written, value);
    else if (is_absent && !is_null)
      json_decref (value);
    else
      json_object_set_new (written, field->name, value);
  }
  return written;
}

gpointer
record_make (const RecordType *type, GRand *chance, json_t **ret_expected)
{
  g_autoptr (json_t) given = make_document (type, chance);
  g_autoptr (GError) error = NULL;
  gpointer record = NULL;
  record_decode (type, given, &record, &error);
  g_assert_no_error (error);
  *ret_expected = expect_record (type, given);
  return record;
}
