#include "pipelines/bwe/overdue.h"

void
overdue_judge (Overdue *overdue, gint64 age_us, guint line_bps)
{
  gint64 packets_us = (gint64) BWE_OVERDUE_BITS * G_USEC_PER_SEC / line_bps;
  gint64 share;

  if (overdue->mean_us == 0)
    overdue->mean_us = age_us;
  gint64 off_us = age_us - overdue->mean_us;
  overdue->is_on = off_us > BWE_OVERDUE_SPREADS * overdue->spread_us + packets_us + BWE_OVERDUE_US;
  overdue->is_surge = overdue->is_on && off_us > BWE_SURGE_US;
  /* a long one counts little: it is that of a queue */
  off_us = MIN (off_us, BWE_HOLD_STEP_US);
  share = overdue->is_on ? BWE_OVERDUE_SHARE_LATE : BWE_OVERDUE_SHARE;
  overdue->mean_us += off_us / share;
  overdue->spread_us += (ABS (off_us) - overdue->spread_us) / share;
}

void
overdue_skip (Overdue *overdue)
{
  overdue->is_on = overdue->is_surge = FALSE;
}
