#include "pipelines/rtp/keyframe_requester.h"

void
keyframe_requester_request (KeyframeRequester *requester, gint64 now_us)
{
  requester->requests++;
  if (requester->wanted)
    return;
  requester->wanted = TRUE;
  requester->tries = 0;
  requester->fir_seq++;
}

void
keyframe_requester_on_keyframe (KeyframeRequester *requester, gint64 now_us)
{
  requester->keyframes++;
  requester->last_keyframe_us = now_us;
  keyframe_requester_cancel (requester);
}

void
keyframe_requester_set_cost (KeyframeRequester *requester, guint bytes)
{
  requester->bytes = bytes;
}

void
keyframe_requester_cancel (KeyframeRequester *requester)
{
  requester->wanted = FALSE;
  requester->tries = 0;
}

static gint64
interval_us (const KeyframeRequester *requester)
{
  guint doublings = requester->tries > 0 ? MIN (requester->tries - 1, 8) : 0;
  gint64 interval = (gint64) KEYFRAME_INTERVAL_MIN_US << doublings;
  return MIN (interval, KEYFRAME_INTERVAL_MAX_US);
}

/* Until when the last keyframe is paid for. A request that was not answered has cost nothing. */
static gint64
paid_us (const KeyframeRequester *requester)
{
  gint64 cost_us = (gint64) requester->bytes * G_USEC_PER_SEC / KEYFRAME_BYTES_PER_SECOND;
  if (requester->keyframes == 0 || requester->tries > 0)
    return G_MININT64;
  return requester->last_keyframe_us + MIN (cost_us, KEYFRAME_COST_MAX_US);
}

gint64
keyframe_requester_next_due_us (const KeyframeRequester *requester)
{
  if (!requester->wanted)
    return G_MAXINT64;
  if (!requester->sent_any)
    return paid_us (requester);
  return MAX (requester->last_sent_us + interval_us (requester), paid_us (requester));
}

gboolean
keyframe_requester_poll (KeyframeRequester *requester, gint64 now_us)
{
  if (!requester->wanted || now_us < keyframe_requester_next_due_us (requester))
    return FALSE;
  requester->sent_any = TRUE;
  requester->last_sent_us = now_us;
  requester->tries++;
  requester->sent++;
  return TRUE;
}

guint8
keyframe_requester_fir_seq (const KeyframeRequester *requester)
{
  return requester->fir_seq;
}
