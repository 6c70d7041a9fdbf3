#include "tests/unit/control/record_bounds.h"

static json_t *least_record (const RecordType *type);

/* A value of @n bytes, items, or @n itself. */
static json_t *
sized_value (const RecordField *field, gint64 n)
{
  if (field->kind == RECORD_INT)
    return json_integer (n);
  if (field->kind == RECORD_STRING) {
    g_autofree char *text = g_strnfill ((gsize) n, 'a');
    return json_string (text);
  }
  json_t *list = json_array ();
  for (gint64 i = 0; i < n; i++)
    json_array_append_new (list, field->kind == RECORD_STRING_LIST ? json_string ("a")
                                 : field->kind == RECORD_UINT_LIST ? json_integer (0)
                                                                   : least_record (field->type));
  return list;
}

static json_t *
least_value (const RecordField *field)
{
  switch (field->kind) {
  case RECORD_BOOL:
    return json_false ();
  case RECORD_ENUM:
    return json_string (field->names[0]);
  case RECORD_RECORD:
    return least_record (field->type);
  case RECORD_FLAGS:
    return json_array ();
  default:
    return sized_value (field, field->min);
  }
}

static json_t *
least_record (const RecordType *type)
{
  json_t *json = type->tuple ? json_array () : json_object ();
  for (const RecordField *field = type->fields; field->name; field++) {
    if (type->tuple)
      json_array_append_new (json, least_value (field));
    else if (field->flags & RECORD_REQUIRED)
      json_object_set_new (json, field->name, least_value (field));
  }
  return json;
}

/* What was let in is what comes out again: its member has room for it. */
static void
check_kept (const RecordType *type, const RecordField *field, gconstpointer record, gint64 value)
{
  g_autoptr (json_t) json = record_encode (type, record);
  const json_t *kept = type->tuple ? json_array_get (json, (gsize) (field - type->fields))
                                   : json_object_get (json, field->name);

  g_assert_cmpint (kept ? json_integer_value (kept) : field->fallback, ==, value);
}

/* @value (taken over) as that member of a record that is else the least. */
static void
check_value (const RecordType *type, const RecordField *field, json_t *value, gboolean is_allowed)
{
  g_autoptr (json_t) json = least_record (type);
  if (type->tuple)
    json_array_set_new (json, (gsize) (field - type->fields), value);
  else
    json_object_set_new (json, field->name, value);
  g_autoptr (GError) error = NULL;
  gpointer record = NULL;
  if (record_decode (type, json, &record, &error) != is_allowed)
    g_error ("%s.%s: %s", type->name, field->name, error ? error->message : "is let through");
  if (error)
    g_assert_true (g_str_has_prefix (error->message, field->name));
  if (is_allowed && field->kind == RECORD_INT)
    check_kept (type, field, record, json_integer_value (value));
  record_free (type, record);
}

static void
check_item (const RecordType *type, const RecordField *field)
{
  for (gint64 n = field->item_max; n <= field->item_max + 1; n++) {
    g_autofree char *text = g_strnfill ((gsize) n, 'a');
    check_value (type, field, json_pack ("[s]", text), n <= field->item_max);
  }
}

static void
check_field (const RecordType *type, const RecordField *field)
{
  gboolean is_list = field->kind == RECORD_STRING_LIST || field->kind == RECORD_UINT_LIST ||
                     field->kind == RECORD_RECORD_LIST;
  if (!is_list && field->kind != RECORD_INT && field->kind != RECORD_STRING)
    return;
  if (is_list || field->kind == RECORD_STRING)
    g_assert_cmpint (field->max, >, 0); /* 0: a list without end */
  check_value (type, field, sized_value (field, field->min), TRUE);
  check_value (type, field, sized_value (field, field->max), TRUE);
  if (field->kind == RECORD_INT ? field->min > G_MININT64 : field->min > 0)
    check_value (type, field, sized_value (field, field->min - 1), FALSE);
  if (field->max < G_MAXINT64)
    check_value (type, field, sized_value (field, field->max + 1), FALSE);
  if (field->kind == RECORD_STRING_LIST)
    check_item (type, field);
}

void
record_check_bounds (const RecordType *type, GHashTable *checked)
{
  if (!g_hash_table_add (checked, (gpointer) type))
    return;
  for (const RecordField *field = type->fields; field->name; field++) {
    check_field (type, field);
    if (field->type)
      record_check_bounds (field->type, checked);
  }
}
