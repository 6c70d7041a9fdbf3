/* ToldRate: what a line carries towards a receiver that gives no transport-wide feedback: what it
 * tells by REMB (draft-alvestrand-rmcat-remb-03), bounded by the loss in its reports
 * (draft-ietf-rmcat-gcc-02, 6).  One that tells no REMB and loses nothing has no bound.
 *
 *   REMB comes:      told_rate_on_remb ()
 *   report block:    told_rate_on_report ()
 *   each 200 ms:     told_rate_tick ()
 *
 * Plain data, zero-initialised.  Owner: the shard of its transport; no clock inside. */
#pragma once

#include "pipelines/bwe/bounds.h"
#include <glib.h>

typedef struct {
  guint remb_bps;         /* 0 = never told */
  double loss_bps;        /* 0 = no loss that matters was seen */
  double loss_share;      /* smoothed */
  guint64 expected, lost; /* since the last judgement */
  gint64 judged_us;
  guint64 sent_bytes; /* at the last judgement */
} ToldRate;

void told_rate_on_remb (ToldRate *rate, guint64 bps);
/* Of @expected packets of one stream @lost did not arrive. */
void told_rate_on_report (ToldRate *rate, guint expected, guint lost);
/* @sent_bytes: to the receiver, ever. */
void told_rate_tick (ToldRate *rate, guint64 sent_bytes, gint64 now_us);
/* Something was told that can bound it, or has bounded it. */
static inline gboolean
told_rate_has_news (const ToldRate *rate)
{
  return rate->remb_bps != 0 || rate->lost != 0 || rate->loss_bps > 0;
}

/* FALSE: nothing is known that would bound it. */
gboolean told_rate_get (const ToldRate *rate, guint *ret_bps);
