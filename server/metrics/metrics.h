/* What the controller tells Prometheus: meetings, rooms, the relay's shards, its own process.
 * The number of series depends on the number of shards alone, never on rooms or meetings.
 * Pure but for metrics_read_process (); any thread. */
#pragma once

#include <jansson.h>

#include "server/snapshot/picture_worker.h"
#include "signaling/meeting/hub.h"

typedef struct {
  gint64 user_us, system_us; /* of all threads, since the start */
  guint64 rss_bytes;
  guint open_files, max_files;
  gint64 started_s; /* UTC */
} ProcessCost;

typedef struct {
  MeetingHubStats hub;
  gboolean relay_up;
  json_t *relay; /* lent: the reply of relay.stats; NULL: it did not answer */
  PictureWorkerStats pictures;
  ProcessCost process;
} MetricsInput;

/* All of them, as text (transfer full). */
char *metrics_format (const MetricsInput *input);

/* Of this process; what cannot be read is 0. */
void metrics_read_process (ProcessCost *ret_cost);
