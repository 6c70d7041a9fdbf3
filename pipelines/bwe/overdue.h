/* Overdue: whether packets are told of later than they used to be, seen as feedback comes: by how
 * old the first packet is that it does not tell of.  How packets and feedback are spaced is hardly
 * in it, so a line that was cut shows in the first feedback or the second, with some ten packets
 * in its queue.
 *
 *   each feedback: overdue_judge (), or overdue_skip () where nothing can be said
 *
 * Plain data, zero-initialised.  Owner: the estimator's thread. */
#pragma once

#include "pipelines/bwe/bounds.h"
#include <glib.h>

typedef struct {
  gint64 mean_us; /* age of the first packet not told of; 0: not known */
  gint64 spread_us;
  gboolean is_on;    /* what can wait should, until the next feedback */
  gboolean is_surge; /* by so much that it is no jitter */
} Overdue;

/* @age_us: since the first packet was sent that is not told of.  @line_bps: what the line is
 * believed to carry, at least 1. */
void overdue_judge (Overdue *overdue, gint64 age_us, guint line_bps);
void overdue_skip (Overdue *overdue);
