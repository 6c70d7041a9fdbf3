#include "server/storage/json_list.h"

#include <jansson.h>

static char *
take_text (json_t *list)
{
  char *text = json_dumps (list, JSON_COMPACT);
  json_decref (list);
  return text;
}

char *
json_list_of_strings (const char *const *strings)
{
  json_t *list = json_array ();
  for (; strings && *strings; strings++)
    json_array_append_new (list, json_string (*strings));
  return take_text (list);
}

char *
json_list_of_ids (const GPtrArray *ids)
{
  json_t *list = json_array ();
  for (guint i = 0; ids && i < ids->len; i++)
    json_array_append_new (list, json_string (ids->pdata[i]));
  return take_text (list);
}

char *
json_list_of_times (const GArray *times_ms)
{
  json_t *list = json_array ();
  for (guint i = 0; times_ms && i < times_ms->len; i++)
    json_array_append_new (list, json_integer (g_array_index (times_ms, gint64, i)));
  return take_text (list);
}

GArray *
json_list_read_times (const char *text)
{
  GArray *times = g_array_new (FALSE, FALSE, sizeof (gint64));
  json_t *list = text ? json_loads (text, 0, NULL) : NULL;
  gsize i;
  json_t *value;
  json_array_foreach (list, i, value)
  {
    gint64 ms = json_integer_value (value);
    if (json_is_integer (value))
      g_array_append_val (times, ms);
  }
  json_decref (list);
  return times;
}
