/* Pacer: when the pictures of a narrow line may go out, so that sound never stands behind a whole
 * frame of them in the line's queue, nor behind more than the line can take in 100 ms should it be
 * cut just now.  Sound does not ask.
 *
 *   pacer_update () now and then, with what is known of the line
 *   pacer_may_send ()? -> send a packet -> pacer_on_sent ()
 *
 * Pure, plain data, zero-initialised: off.  Owner: the shard of the transport. */
#pragma once

#include "pipelines/bwe/bounds.h"
#include <glib.h>

typedef struct {
  gboolean is_on;      /* the line is narrow: pictures are paced */
  gboolean is_stopped; /* a queue grows: nothing but sound until it has gone */
  guint least_bps;     /* a little more than what flows */
  guint most_bps;      /* what the line is believed to carry beside the sound */
  gint64 free_us;      /* what was sent takes until then */
  gint64 hold_from_us; /* nothing but sound from then ... */
  gint64 hold_until_us;
  gboolean is_spaced;  /* pictures leave sound room: BWE_PACE_BETWEEN_BYTES */
  gint64 sound_us;     /* last packet of sound */
  guint between_bytes; /* of pictures since then */
  guint last_bytes;    /* last packet of a picture ... */
  gint64 waited_us;    /* ... and how long it had waited */
} Pacer;

typedef struct {
  gboolean is_narrow;
  gboolean is_congested;
  guint line_bps;     /* the estimate */
  guint sound_bps;    /* of it, taken by sound */
  guint pictures_bps; /* what the pictures take by now */
} PacerLine;

void pacer_update (Pacer *pacer, const PacerLine *line, gint64 now_us);

/* Unless it is told anew (estimator_get_hold ()). */
void pacer_hold (Pacer *pacer, gint64 from_us, gint64 until_us);

/* @waited_us: how long the packet has waited; what waits long goes faster. */
gboolean pacer_may_send (const Pacer *pacer, gint64 now_us);
void pacer_on_sent (Pacer *pacer, guint bytes, gint64 waited_us, gint64 now_us);
void pacer_on_sound (Pacer *pacer, gint64 now_us);
