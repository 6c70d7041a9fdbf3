#include "tests/line/line_json.h"

#include <string.h>

#define RATE_KBPS_MAX 4000000.0
#define MS_MAX 60000.0
#define BYTES_MAX 1e9
#define OVERHEAD_MAX 200.0
#define BURST_MAX 10000.0

typedef enum { FIELD_UINT, FIELD_DOUBLE, FIELD_BOOLEAN } FieldType;

typedef struct {
  const char *name;
  FieldType type;
  gsize offset;
  double scale; /* of the JSON's unit in ours */
  double max;   /* in the JSON's unit */
} Field;

#define AT(member) G_STRUCT_OFFSET (LinkSettings, member)

static const Field fields[] = {
  { "rate_kbps", FIELD_UINT, AT (rate_bps), 1000, RATE_KBPS_MAX },
  { "queue_ms", FIELD_UINT, AT (queue_ms), 1, MS_MAX },
  { "queue_bytes", FIELD_UINT, AT (queue_bytes), 1, BYTES_MAX },
  { "overhead_bytes", FIELD_UINT, AT (overhead_bytes), 1, OVERHEAD_MAX },
  { "delay_ms", FIELD_UINT, AT (delay_us), 1000, MS_MAX },
  { "jitter_ms", FIELD_UINT, AT (jitter_us), 1000, MS_MAX },
  { "reorder", FIELD_BOOLEAN, AT (reorders), 0, 0 },
  { "loss_percent", FIELD_DOUBLE, AT (loss), 0.01, 100 },
  { "loss_burst", FIELD_DOUBLE, AT (loss_burst), 1, BURST_MAX },
  { "duplicate_percent", FIELD_DOUBLE, AT (duplicates), 0.01, 100 },
  { "cut", FIELD_BOOLEAN, AT (is_cut), 0, 0 },
};

static const Field *
find_field (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    if (strcmp (fields[i].name, name) == 0)
      return &fields[i];
  return NULL;
}

static gboolean
read_field (const Field *field, const json_t *value, LinkSettings *settings)
{
  gpointer at = G_STRUCT_MEMBER_P (settings, field->offset);
  double number = json_number_value (value);

  if (field->type == FIELD_BOOLEAN) {
    *(gboolean *) at = json_is_true (value);
    return json_is_boolean (value);
  }
  if (!json_is_number (value) || number < 0 || number > field->max)
    return FALSE;
  if (field->type == FIELD_UINT)
    *(guint *) at = (guint) (number * field->scale + 0.5);
  else
    *(double *) at = number * field->scale;
  return TRUE;
}

gboolean
line_json_read_settings (const json_t *object, LinkSettings *settings, const char **ret_problem)
{
  LinkSettings read = *settings;
  const char *name;
  json_t *value;

  *ret_problem = "settings are an object";
  if (!json_is_object (object))
    return FALSE;
  json_object_foreach ((json_t *) object, name, value)
  {
    const Field *field = find_field (name);
    *ret_problem = name;
    if (field == NULL || !read_field (field, value, &read))
      return FALSE;
  }
  *ret_problem = NULL;
  *settings = read;
  return TRUE;
}

static double
in_ms (gint64 us)
{
  return (double) us / G_TIME_SPAN_MILLISECOND;
}

json_t *
line_json_from_stats (const LinkStats *stats)
{
  return json_pack (
      "{s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:f,s:f,s:f}", "offered", (json_int_t) stats->offered,
      "offered_bytes", (json_int_t) stats->offered_bytes, "carried", (json_int_t) stats->carried,
      "carried_bytes", (json_int_t) stats->carried_bytes, "lost", (json_int_t) stats->lost,
      "overflowed", (json_int_t) stats->overflowed, "cut", (json_int_t) stats->cut, "duplicated",
      (json_int_t) stats->duplicated, "queue_ms", in_ms (stats->queue_us), "queue_max_ms",
      in_ms (stats->queue_max_us), "queue_least_ms", in_ms (stats->queue_least_us));
}
