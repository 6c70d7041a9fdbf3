#include "pipelines/bwe/pacer.h"

void
pacer_update (Pacer *pacer, const PacerLine *line, gint64 now_us)
{
  guint carries_bps = (guint) MIN (line->line_bps * BWE_PACE_LINE, BWE_MAX_BPS);

  if (pacer->is_on != line->is_narrow)
    *pacer = (Pacer){ .is_on = line->is_narrow, .free_us = now_us };
  pacer->is_stopped = line->is_congested;
  pacer->is_spaced = line->pictures_bps <= BWE_PACE_BETWEEN_BPS;
  pacer->most_bps = MAX (carries_bps - MIN (line->sound_bps, carries_bps), BWE_MIN_BPS);
  pacer->least_bps =
      CLAMP ((guint) (line->pictures_bps * BWE_PACE_PICTURES), BWE_MIN_BPS, pacer->most_bps);
}

void
pacer_hold (Pacer *pacer, gint64 from_us, gint64 until_us)
{
  pacer->hold_from_us = from_us;
  pacer->hold_until_us = until_us;
}

/* Another packet could keep the next one of sound for too long. */
static gboolean
is_crowded (const Pacer *pacer, gint64 now_us)
{
  return pacer->is_spaced && pacer->between_bytes + pacer->last_bytes > BWE_PACE_BETWEEN_BYTES &&
         pacer->waited_us < BWE_PACE_HURRY_US && now_us - pacer->sound_us < BWE_PACE_SOUND_US;
}

gboolean
pacer_may_send (const Pacer *pacer, gint64 now_us)
{
  gboolean is_held = pacer->hold_from_us <= now_us && now_us < pacer->hold_until_us;

  return !pacer->is_on || (!pacer->is_stopped && !is_held && pacer->free_us <= now_us &&
                           !is_crowded (pacer, now_us));
}

void
pacer_on_sound (Pacer *pacer, gint64 now_us)
{
  pacer->sound_us = now_us;
  pacer->between_bytes = 0;
}

/* From what flows to what the line carries, as it waits. */
static guint
rate_for (const Pacer *pacer, gint64 waited_us)
{
  static const gint64 whole_us = BWE_PACE_HURRY_US - BWE_PACE_CALM_US;
  gint64 share_us = CLAMP (waited_us - BWE_PACE_CALM_US, 0, whole_us);
  guint64 spare_bps = pacer->most_bps - pacer->least_bps;

  return pacer->least_bps + (guint) (spare_bps * share_us / whole_us);
}

void
pacer_on_sent (Pacer *pacer, guint bytes, gint64 waited_us, gint64 now_us)
{
  guint bps;

  if (!pacer->is_on)
    return;
  bps = MAX (rate_for (pacer, waited_us), 1);
  /* what was not used while nothing waited is gone, but for a step */
  pacer->free_us =
      MAX (pacer->free_us, now_us - BWE_PACE_STEP_US) + (gint64) bytes * 8 * G_USEC_PER_SEC / bps;
  pacer->between_bytes += bytes;
  pacer->last_bytes = bytes;
  pacer->waited_us = waited_us;
}
