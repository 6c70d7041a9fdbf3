#include "server/reports/line_export.h"

#define MINUTE_MS 60000

static json_t *
known (double value)
{
  return value < 0 ? json_null () : json_real (value);
}

static json_t *
time_or_null (gint64 ms)
{
  return ms == 0 ? json_null () : json_integer (ms);
}

static json_t *
kind_to_json (LineKind kind)
{
  g_autofree char *vi = line_kind_text (kind, REPORT_VI);
  g_autofree char *en = line_kind_text (kind, REPORT_EN);
  const HealthWords *words = line_kind_words (kind);
  return json_pack ("{s:s, s:{s:s, s:s}}", "id", words->id, "text", "vi", vi, "en", en);
}

static json_t *
worst_to_json (const LineMoment *worst)
{
  static const char *const lights[] = { "unknown", "good", "fair", "poor", "lost", "absent" };
  if (worst->at_ms == 0)
    return json_null ();
  return json_pack ("{s:I, s:s, s:o, s:f, s:f}", "at", (json_int_t) worst->at_ms, "light",
                    lights[MIN (worst->light, G_N_ELEMENTS (lights) - 1)], "kind",
                    kind_to_json (worst->kind), "loss_up", worst->loss_up / 10.0, "loss_down",
                    worst->loss_down / 10.0);
}

static json_t *
causes_to_json (const LineSum *sum)
{
  LineKind kinds[N_LINE_KINDS];
  guint n = line_sum_causes (sum, kinds, N_LINE_KINDS);
  json_t *list = json_array ();
  for (guint i = 0; i < n; i++) {
    const LineFault *fault = &sum->faults[kinds[i]];
    json_array_append_new (list,
                           json_pack ("{s:o, s:i, s:f}", "kind", kind_to_json (kinds[i]), "n",
                                      (int) fault->n, "minutes", (double) fault->ms / MINUTE_MS));
  }
  return list;
}

static json_t *
rehearsal_to_json (const LineSum *sum)
{
  const guint *lights = sum->rehearsal;
  return json_pack ("{s:i, s:i, s:i, s:i}", "good", (int) lights[HEALTH_LIGHT_GOOD], "fair",
                    (int) lights[HEALTH_LIGHT_FAIR], "bad",
                    (int) (lights[HEALTH_LIGHT_POOR] + lights[HEALTH_LIGHT_LOST]), "none",
                    (int) (lights[HEALTH_LIGHT_UNKNOWN] + lights[HEALTH_LIGHT_ABSENT]));
}

static json_t *
sum_to_json (const LineSum *sum)
{
  LineFault faults = line_sum_all_faults (sum);
  json_t *json =
      json_pack ("{s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:f}", "turns", (int) sum->turns, "came",
                 (int) sum->came, "on_time", (int) sum->on_time, "breaks", (int) sum->breaks,
                 "meeting_minutes", (int) (sum->meeting_ms / MINUTE_MS), "connected_minutes",
                 (int) (sum->connected_ms / MINUTE_MS), "faults", (int) faults.n, "fault_minutes",
                 (double) faults.ms / MINUTE_MS);
  json_t *times =
      json_pack ("{s:I, s:I, s:I}", "measured_seconds", (json_int_t) (sum->measured_ms / 1000),
                 "usable_seconds", (json_int_t) (sum->usable_ms / 1000), "counted_seconds",
                 (json_int_t) (sum->counted_ms / 1000));
  json_t *measured = json_pack (
      "{s:o, s:o, s:o, s:o, s:o, s:o, s:f, s:f, s:o, s:o, s:o}", "on_time_percent",
      known (line_sum_punctuality (sum)), "availability_percent",
      known (line_sum_availability (sum)), "loss_up_percent", known (line_sum_loss_up (sum)),
      "loss_down_percent", known (line_sum_loss_down (sum)), "concealed_percent",
      known (line_sum_concealed (sum)), "rtt_ms", known (line_sum_rtt (sum)), "frozen_up_seconds",
      (double) sum->frozen_up_ms / 1000, "frozen_down_seconds", (double) sum->frozen_down_ms / 1000,
      "worst", worst_to_json (&sum->worst), "causes", causes_to_json (sum), "rehearsal",
      rehearsal_to_json (sum));
  json_object_update_new (json, times);
  json_object_update_new (json, measured);
  return json;
}

static json_t *
row_to_json (const LineReport *report, const LineRow *row)
{
  json_t *json = sum_to_json (&row->sum);
  json_object_set_new (json, "meetings", json_integer (row->meetings));
  json_object_set_new (json, "sites", json_integer (row->sites));
  if (!row->key)
    return json;
  json_object_set_new (json, "key", json_string (row->key));
  json_object_set_new (json, "name", json_string (row->name));
  json_object_set_new (json, "unit_name", json_string (row->unit_name));
  json_object_set_new (json, "branch", json_string (row->branch));
  json_object_set_new (json, "at", time_or_null (row->at_ms));
  json_object_set_new (json, "joined_at", time_or_null (row->joined_ms));
  json_object_set_new (json, "late_seconds",
                       report->meeting && row->late_ms >= 0 ? json_integer (row->late_ms / 1000)
                                                            : json_null ());
  return json;
}

static json_t *
definitions_to_json (const LineReport *report)
{
  g_auto (GStrv) vi = line_definitions (report->tolerance_ms, REPORT_VI);
  g_auto (GStrv) en = line_definitions (report->tolerance_ms, REPORT_EN);
  json_t *list = json_array ();
  for (guint i = 0; vi[i] && en[i]; i++)
    json_array_append_new (list, json_pack ("{s:s, s:s}", "vi", vi[i], "en", en[i]));
  return list;
}

json_t *
line_report_to_json (const LineReport *report)
{
  json_t *rows = json_array ();
  for (guint i = 0; i < report->rows->len; i++)
    json_array_append_new (rows, row_to_json (report, report->rows->pdata[i]));
  return json_pack ("{s:s, s:s?, s:s, s:s, s:I, s:I, s:o, s:i, s:i, s:b, s:i, s:o, s:o, s:o}",
                    "group", line_group_names[report->group], "meeting", report->meeting, "title",
                    report->title, "host_name", report->host_name, "from",
                    (json_int_t) report->from_ms, "to", (json_int_t) report->to_ms, "due",
                    time_or_null (report->due_ms), "tolerance_minutes",
                    (int) (report->tolerance_ms / MINUTE_MS), "step_seconds", (int) report->step_s,
                    "over", report->is_over, "pending", (int) report->pending, "total",
                    row_to_json (report, &report->total), "rows", rows, "definitions",
                    definitions_to_json (report));
}
