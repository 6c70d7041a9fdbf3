/* QueueDelay: how long packets wait in the line's queue: the quickest of the last packets against
 * the quickest of late.  Jitter lifts the mean, not the quickest, and what the feedback meets on
 * its way back is not in it; so a queue is told from a line that only jitters.
 *
 *   each packet told of: queue_delay_add ()     end of a feedback: queue_delay_judge ()
 *
 * Clocks of both ends may differ by any constant.  Plain data; queue_delay_init () first.  Owner:
 * the estimator's thread. */
#pragma once

#include "pipelines/bwe/bounds.h"
#include <glib.h>

typedef struct {
  gint64 least_us[2]; /* of this window and of the last; G_MAXINT64: none */
  gint64 window_us;   /* when this one began */
  gint64 recent_us;   /* quickest since the last judgement; G_MAXINT64: none */
  gint64 recent_sum_us;
  guint recent;
  gint64 recent_since_us; /* arrival of the first of them */
  gint64 last_us;         /* arrival of the last */
  gint64 queue_us;        /* as judged */
  gint64 spread_us;       /* mean above the quickest: jitter, averaged */
  gint64 full_since_us;   /* queue above BWE_QUEUE_US since; G_MININT64: it is not */
} QueueDelay;

void queue_delay_init (QueueDelay *delay);
void queue_delay_add (QueueDelay *delay, gint64 sent_us, gint64 arrival_us);
/* FALSE: too few packets yet, queue_us is that of before.  @is_urgent: few are enough. */
gboolean queue_delay_judge (QueueDelay *delay, gboolean is_urgent);
