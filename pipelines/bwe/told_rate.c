#include "pipelines/bwe/told_rate.h"

void
told_rate_on_remb (ToldRate *rate, guint64 bps)
{
  rate->remb_bps = (guint) CLAMP (bps, BWE_MIN_BPS, BWE_MAX_BPS);
}

void
told_rate_on_report (ToldRate *rate, guint expected, guint lost)
{
  rate->expected += expected;
  rate->lost += MIN (lost, expected);
}

/* Reports come every second or so: what is judged is all that they told since. */
static void
judge (ToldRate *rate, double sent_bps, double elapsed_s)
{
  double share = (double) rate->lost / (double) rate->expected;

  rate->loss_share += BWE_LOSS_SMOOTHING * (share - rate->loss_share);
  if (rate->loss_share > BWE_LOSS_HIGH) {
    double from_bps = rate->loss_bps > 0 ? MIN (rate->loss_bps, sent_bps) : sent_bps;
    rate->loss_bps = MAX (from_bps * (1 - rate->loss_share / 2), BWE_MIN_BPS);
  } else if (rate->loss_bps > 0) {
    double growth = rate->loss_share < BWE_LOSS_LOW ? BWE_INCREASE_PER_S : BWE_LOSS_SLOW_PER_S;
    rate->loss_bps *= 1 + (growth - 1) * MIN (elapsed_s, 1);
  }
  if (rate->loss_bps > BWE_MAX_BPS)
    rate->loss_bps = 0;
}

void
told_rate_tick (ToldRate *rate, guint64 sent_bytes, gint64 now_us)
{
  gint64 elapsed_us = now_us - rate->judged_us;

  if (rate->judged_us != 0 &&
      (elapsed_us < BWE_TOLD_LOSS_US || rate->expected < BWE_LOSS_LEAST_PACKETS))
    return;
  if (rate->judged_us != 0) {
    double elapsed_s = (double) elapsed_us / G_USEC_PER_SEC;
    judge (rate, (double) (sent_bytes - rate->sent_bytes) * 8 / elapsed_s, elapsed_s);
  }
  rate->judged_us = now_us;
  rate->sent_bytes = sent_bytes;
  rate->expected = rate->lost = 0;
}

gboolean
told_rate_get (const ToldRate *rate, guint *ret_bps)
{
  double bps = rate->remb_bps > 0 ? rate->remb_bps : BWE_MAX_BPS;

  if (rate->remb_bps == 0 && rate->loss_bps == 0)
    return FALSE;
  if (rate->loss_bps > 0)
    bps = MIN (bps, rate->loss_bps);
  *ret_bps = (guint) bps;
  return TRUE;
}
