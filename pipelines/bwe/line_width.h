/* LineWidth: whether a line is narrow, by how far apart packets arrive that were sent at once: what
 * leaves together and comes spread out went through a bottleneck of that rate.  It is known before
 * the line is ever full, and costs nothing to learn: pictures are such bursts.
 *
 *   each packet told of: line_width_add ()     whenever: line_width_is_narrow ()
 *
 * Plain data, zero-initialised.  Owner: the estimator's thread. */
#pragma once

#include "pipelines/bwe/bounds.h"
#include <glib.h>

typedef struct {
  gint64 sent_us, first_arrival_us, last_arrival_us; /* of the burst that is being read */
  guint packets;
  guint bytes;    /* without its first packet */
  guint bps;      /* as the bursts showed, averaged; 0: not known */
  gint votes;     /* bursts that came slowly, less those that did not */
  gint64 seen_us; /* arrival of the last burst that was narrow; 0: none */
} LineWidth;

/* Packets in the order of their sending. */
void line_width_add (LineWidth *width, guint bytes, gint64 sent_us, gint64 arrival_us);

/* @arrival_us: now, by the receiver's clock. */
gboolean line_width_is_narrow (const LineWidth *width, gint64 arrival_us);
