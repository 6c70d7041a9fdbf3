/* LineJson: a line's settings and figures as JSON, as tests write and read them.
 *
 * Settings, of one direction; what is not named stays as it is:
 *   { "rate_kbps": 2500, "queue_ms": 300, "queue_bytes": 0, "overhead_bytes": 28, "delay_ms": 75,
 *     "jitter_ms": 40, "reorder": false, "loss_percent": 1, "loss_burst": 3,
 *     "duplicate_percent": 0, "cut": false }
 */
#pragma once

#include "tests/line/link.h"
#include <jansson.h>

/* FALSE: a name or a value is wrong; *@settings is unchanged, *@ret_problem names it. */
gboolean line_json_read_settings (const json_t *object, LinkSettings *settings,
                                  const char **ret_problem);
/* (transfer full) */
json_t *line_json_from_stats (const LinkStats *stats);
