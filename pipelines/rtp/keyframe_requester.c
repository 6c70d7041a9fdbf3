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
  keyframe_requester_cancel (requester);
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

gint64
keyframe_requester_next_due_us (const KeyframeRequester *requester)
{
  if (!requester->wanted)
    return G_MAXINT64;
  return requester->sent_any ? requester->last_sent_us + interval_us (requester) : G_MININT64;
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
