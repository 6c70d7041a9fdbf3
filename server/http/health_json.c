#include "server/http/health_json.h"

static json_t *
words_to_json (const HealthWords *words)
{
  return json_pack ("{s:s, s:s}", "vi", words->vi, "en", words->en);
}

json_t *
health_words_to_json (void)
{
  json_t *states = json_object (), *reasons = json_object (), *causes = json_object ();

  for (guint i = 0; i < N_HEALTH_STATES; i++)
    json_object_set_new (states, health_state_names[i],
                         words_to_json (health_state_words ((HealthState) i)));
  for (guint i = 0; i < N_HEALTH_REASONS; i++)
    json_object_set_new (reasons, health_reason_names[i],
                         words_to_json (health_reason_words ((HealthReason) i)));
  for (guint i = 0; i < N_HEALTH_CAUSES; i++)
    json_object_set_new (causes, health_cause_names[i],
                         words_to_json (health_cause_words ((HealthCauseId) i)));
  return json_pack ("{s:o, s:o, s:o}", "states", states, "reasons", reasons, "causes", causes);
}

json_t *
health_config_to_json (const HealthConfig *config)
{
  return json_pack ("{s:i, s:i, s:I}", "fair_permille", (int) config->fair_permille,
                    "poor_permille", (int) config->poor_permille, "calm_s",
                    (json_int_t) (config->calm_us / G_USEC_PER_SEC));
}

/* --- now ---------------------------------------------------------------------------------------
 */

static json_t *
known (int value)
{
  return value < 0 ? json_null () : json_integer (value);
}

static json_t *
known_count (guint value)
{
  return json_integer (value);
}

static const char *const stream_kind_names[N_STREAM_KINDS] = { "audio_up", "video_up", "audio_down",
                                                               "video_down" };

static void
add_stream_flags (json_t *json, const StreamSample *stream)
{
  json_object_set_new (json, "active", json_boolean (stream->flags & STREAM_ACTIVE));
  json_object_set_new (json, "muted", json_boolean (stream->flags & STREAM_MUTED));
  json_object_set_new (json, "limited", json_boolean (stream->flags & STREAM_LIMITED));
  json_object_set_new (json, "unsupported", json_boolean (stream->flags & STREAM_UNSUPPORTED));
}

static json_t *
stream_to_json (const StreamSample *stream)
{
  const struct {
    const char *name;
    guint value;
  } figures[] = {
    { "kbps", (guint) ((guint64) stream_sample_rate (stream, stream->bytes) * 8 / 1000) },
    { "pps", stream_sample_rate (stream, stream->packets) },
    { "lost", stream->lost },
    { "jitter_us", stream->jitter_us },
    { "fps", stream_sample_rate (stream, stream->frames) },
    { "width", stream->width },
    { "height", stream->height },
    { "wanted", stream->wanted },
    { "frozen_ms", stream->frozen_ms },
    { "freezes", stream->freezes },
    { "gap_ms", stream->gap_ms },
    { "keyframes", stream->keyframes },
    { "nacks", stream->nacks },
    { "plis", stream->plis },
    { "rtx", stream->rtx },
    { "level", stream->level },
    { "loudest", stream->loudest },
    { "clipped", stream->clipped },
  };
  json_t *json = json_pack (
      "{s:s, s:s, s:o}", "name", stream->name, "kind", stream_kind_names[stream->kind], "layer",
      stream->layer == STREAM_LAYER_NONE ? json_null () : json_integer (stream->layer));

  for (guint i = 0; i < G_N_ELEMENTS (figures); i++)
    json_object_set_new (json, figures[i].name, known_count (figures[i].value));
  add_stream_flags (json, stream);
  return json;
}

json_t *
health_sample_to_json (const HealthSite *site)
{
  const LineSample *line = &site->now.line;
  json_t *streams;

  if (!site_sample_has_line (&site->now))
    return json_null ();
  streams = json_array ();
  for (guint i = 0; i < line->n_streams; i++)
    json_array_append_new (streams, stream_to_json (&line->streams[i]));
  return json_pack (
      "{s:o, s:o, s:o, s:o, s:I, s:I, s:I, s:I, s:i, s:o}", "rtt", known (line->rtt_ms),
      "jitter_up_us", known (line->up_jitter_us), "loss_up", known (line->up_loss_permille),
      "loss_down", known (line->down_loss_permille), "kbps_up", (json_int_t) (line->up_bps / 1000),
      "kbps_down", (json_int_t) (line->down_bps / 1000), "estimate_kbps",
      (json_int_t) (line->estimate_bps / 1000), "target_kbps",
      (json_int_t) (line->target_bps / 1000), "idle_ms", line->idle_ms, "streams", streams);
}

json_t *
health_client_to_json (const HealthSite *site, gint64 wall_ms)
{
  const ClientSample *client = &site->now.client;
  json_t *json;

  if (client->report == NULL)
    return json_null ();
  json = record_encode (&client_report_type, client->report);
  json_object_set_new (json, "at",
                       json_integer (wall_ms - (site->now.now_us - client->at_us) / 1000));
  return json;
}

/* --- series ------------------------------------------------------------------------------------
 */

typedef enum { VALUE_U8, VALUE_U16, VALUE_SCORE } ValueKind;

typedef struct {
  const char *name;
  guint16 offset;
  ValueKind kind;
} Column;

#define COLUMN(type, name, member, kind)                                                           \
  {                                                                                                \
    name, G_STRUCT_OFFSET (type, member), kind                                                     \
  }
#define SITE(name, member, kind) COLUMN (SitePoint, name, member, kind)
#define STREAM(name, member, kind) COLUMN (StreamPoint, name, member, kind)

static const Column site_columns[] = {
  SITE ("light", light, VALUE_U8),
  SITE ("state", state, VALUE_U8),
  SITE ("cause", cause, VALUE_U8),
  SITE ("score_up", score_up, VALUE_SCORE),
  SITE ("score_down", score_down, VALUE_SCORE),
  SITE ("loss_up", worst_loss_up, VALUE_U16),
  SITE ("loss_down", worst_loss_down, VALUE_U16),
  SITE ("loss_up_mean", loss_up, VALUE_U16),
  SITE ("loss_down_mean", loss_down, VALUE_U16),
  SITE ("rtt", rtt_ms, VALUE_U16),
  SITE ("jitter_up_100us", jitter_up_100us, VALUE_U16),
  SITE ("jitter_down_100us", jitter_down_100us, VALUE_U16),
  SITE ("kbps_up", kbps_up, VALUE_U16),
  SITE ("kbps_down", kbps_down, VALUE_U16),
  SITE ("estimate_kbps", estimate_kbps, VALUE_U16),
  SITE ("frozen_up_ms", frozen_up_ms, VALUE_U16),
  SITE ("frozen_down_ms", frozen_down_ms, VALUE_U16),
  SITE ("concealed", concealed_permille, VALUE_U16),
  SITE ("height_up", height_up, VALUE_U16),
  SITE ("fps_up", fps_up, VALUE_U8),
  SITE ("height_down", height_down, VALUE_U16),
  SITE ("fps_down", fps_down, VALUE_U8),
  SITE ("level", level, VALUE_U8),
};

static const Column stream_columns[] = {
  STREAM ("kbps", kbps, VALUE_U16),
  STREAM ("pps", pps, VALUE_U16),
  STREAM ("loss", loss_permille, VALUE_U16),
  STREAM ("jitter_100us", jitter_100us, VALUE_U16),
  STREAM ("frozen_ms", frozen_ms, VALUE_U16),
  STREAM ("gap_ms", gap_ms, VALUE_U16),
  STREAM ("height", height, VALUE_U16),
  STREAM ("fps", fps, VALUE_U8),
  STREAM ("flags", flags, VALUE_U8),
  STREAM ("layer", layer, VALUE_U8),
  STREAM ("level", level, VALUE_U8),
  STREAM ("loudest", loudest, VALUE_U8),
  STREAM ("keyframes", keyframes, VALUE_U8),
  STREAM ("nacks", nacks, VALUE_U8),
  STREAM ("plis", plis, VALUE_U8),
  STREAM ("rtx", rtx, VALUE_U8),
  STREAM ("clipped", clipped, VALUE_U8),
};

static json_t *
columns_to_json (const Column *columns, gsize n)
{
  json_t *json = json_array ();

  json_array_append_new (json, json_string ("t"));
  for (gsize i = 0; i < n; i++)
    json_array_append_new (json, json_string (columns[i].name));
  return json;
}

static json_t *
value_to_json (gconstpointer point, const Column *column)
{
  guint value = column->kind == VALUE_U16 ? G_STRUCT_MEMBER (guint16, point, column->offset)
                                          : G_STRUCT_MEMBER (guint8, point, column->offset);

  if (column->kind == VALUE_SCORE && value == HEALTH_SCORE_UNKNOWN)
    return json_null ();
  return json_integer (value);
}

static json_t *
row_to_json (gconstpointer point, gint64 at_s, const Column *columns, gsize n)
{
  json_t *json = json_array ();

  json_array_append_new (json, json_integer (at_s * 1000));
  for (gsize i = 0; i < n; i++)
    json_array_append_new (json, value_to_json (point, &columns[i]));
  return json;
}

json_t *
health_columns_to_json (void)
{
  return columns_to_json (site_columns, G_N_ELEMENTS (site_columns));
}

json_t *
health_point_to_json (const SitePoint *point, gint64 at_s)
{
  return row_to_json (point, at_s, site_columns, G_N_ELEMENTS (site_columns));
}

json_t *
health_stream_columns_to_json (void)
{
  return columns_to_json (stream_columns, G_N_ELEMENTS (stream_columns));
}

json_t *
health_stream_point_to_json (const StreamPoint *point, gint64 at_s)
{
  return row_to_json (point, at_s, stream_columns, G_N_ELEMENTS (stream_columns));
}
