#include "pipelines/bwe/queue_delay.h"

#include <string.h>

#define NOT_FULL G_MININT64
#define SPREAD_SHARE 16 /* of a new sample in the average */

void
queue_delay_init (QueueDelay *delay)
{
  memset (delay, 0, sizeof *delay);
  delay->least_us[0] = delay->least_us[1] = delay->recent_us = G_MAXINT64;
  delay->full_since_us = NOT_FULL;
}

void
queue_delay_add (QueueDelay *delay, gint64 sent_us, gint64 arrival_us)
{
  gint64 way_us = arrival_us - sent_us;

  if (delay->least_us[0] == G_MAXINT64 && delay->least_us[1] == G_MAXINT64)
    delay->window_us = arrival_us;
  if (delay->recent == 0) {
    delay->recent_since_us = delay->last_us = arrival_us;
    delay->recent_sum_us = 0;
    delay->recent_us = way_us;
  }
  delay->recent++;
  delay->recent_us = MIN (delay->recent_us, way_us);
  /* against the first, so that the sum stays small */
  delay->recent_sum_us += way_us - delay->recent_us;
  delay->last_us = MAX (delay->last_us, arrival_us);
}

static void
turn_window (QueueDelay *delay)
{
  if (delay->last_us - delay->window_us <= BWE_QUEUE_WINDOW_US)
    return;
  delay->least_us[1] = delay->least_us[0];
  delay->least_us[0] = G_MAXINT64;
  delay->window_us = delay->last_us;
}

/* A queue that stays full though less was sent is no queue of ours: the way has become longer, or
 * others fill it whom we would only yield to for ever. */
static void
watch_full (QueueDelay *delay)
{
  if (delay->queue_us <= BWE_QUEUE_US) {
    delay->full_since_us = NOT_FULL;
  } else if (delay->full_since_us == NOT_FULL) {
    delay->full_since_us = delay->last_us;
  } else if (delay->last_us - delay->full_since_us > BWE_QUEUE_STUCK_US) {
    delay->least_us[0] = delay->recent_us;
    delay->least_us[1] = G_MAXINT64;
    delay->window_us = delay->last_us;
    delay->full_since_us = NOT_FULL;
    delay->queue_us = 0;
  }
}

gboolean
queue_delay_judge (QueueDelay *delay, gboolean is_urgent)
{
  guint least = is_urgent ? BWE_QUEUE_URGENT_PACKETS : BWE_QUEUE_PACKETS;
  gint64 spread_us;

  if (delay->recent == 0 ||
      (delay->recent < least && delay->last_us - delay->recent_since_us < BWE_QUEUE_PATIENCE_US))
    return FALSE;
  turn_window (delay);
  delay->least_us[0] = MIN (delay->least_us[0], delay->recent_us);
  delay->queue_us = delay->recent_us - MIN (delay->least_us[0], delay->least_us[1]);
  spread_us = delay->recent_sum_us / delay->recent;
  delay->spread_us += (spread_us - delay->spread_us) / SPREAD_SHARE;
  watch_full (delay);
  delay->recent = 0;
  return TRUE;
}
