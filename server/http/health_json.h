/* How lines are shown: the JSON of REST and of the board's WebSocket. Main thread. */
#pragma once

#include <jansson.h>

#include "signaling/health/words.h"

/* {"states": {id: {vi, en}}, "reasons": ..., "causes": ...}; transfer full, as all here. */
json_t *health_words_to_json (void);
json_t *health_config_to_json (const HealthConfig *config);
/* What was measured of it in the last second; null when nothing was. */
json_t *health_sample_to_json (const HealthSite *site);
/* What its page said last; null when it said nothing. */
json_t *health_client_to_json (const HealthSite *site, gint64 wall_ms);

/* The series of a site: names of its columns, and one row. */
json_t *health_columns_to_json (void);
json_t *health_point_to_json (const SitePoint *point, gint64 at_s);
json_t *health_stream_columns_to_json (void);
json_t *health_stream_point_to_json (const StreamPoint *point, gint64 at_s);
