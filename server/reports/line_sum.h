/* LineSum: figures of rooms in meetings, summed: over the rooms of a meeting, a branch, a month.
 * Pure. */
#pragma once

#include "server/storage/line_results.h"

typedef struct {
  guint turns; /* rooms times meetings */
  guint came;  /* that were connected at all */
  guint on_time;
  guint breaks;
  gint64 meeting_ms, connected_ms, measured_ms, usable_ms, counted_ms;
  double loss_up, loss_down, concealed, rtt; /* each times measured_ms */
  gint64 frozen_up_ms, frozen_down_ms;
  LineMoment worst;
  guint rehearsal[N_HEALTH_LIGHTS];
  LineFault faults[N_LINE_KINDS];
} LineSum;

void line_sum_add (LineSum *sum, const LineFigures *figures, gint64 tolerance_ms);
void line_sum_merge (LineSum *sum, const LineSum *other);

/* What stands in a report; -1 = it is not known. */
double line_sum_availability (const LineSum *sum); /* percent */
double line_sum_punctuality (const LineSum *sum);  /* percent */
double line_sum_loss_up (const LineSum *sum);      /* percent */
double line_sum_loss_down (const LineSum *sum);
double line_sum_concealed (const LineSum *sum);
double line_sum_rtt (const LineSum *sum); /* ms */

LineFault line_sum_all_faults (const LineSum *sum);
/* The kinds of faults, the one that lasted longest first; writes at most @n of them. */
guint line_sum_causes (const LineSum *sum, LineKind *ret_kinds, guint n);

/* < 0: @a is the worse line: less available (unknown is no worse), longer faulty, more loss. */
int line_sum_compare (const LineSum *a, const LineSum *b);
