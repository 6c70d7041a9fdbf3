/* KeyframeMark: where in an encoding's cache its last keyframe stands, and what followed it. Plain
 * data, all zero at first; owner: the feed's shard. */
#pragma once

#include <glib.h>

typedef struct {
  gboolean is_set;
  guint64 seq;    /* of its first packet */
  guint64 newest; /* of all that followed */
  gint64 at_us;   /* its arrival */
  gsize bytes;    /* of all since, itself included */
} KeyframeMark;

static inline void
keyframe_mark_on_packet (KeyframeMark *mark, guint64 seq, gboolean is_start, gsize bytes,
                         gint64 now_us)
{
  if (is_start && (!mark->is_set || seq > mark->seq))
    *mark = (KeyframeMark){ .is_set = TRUE, .seq = seq, .newest = seq, .at_us = now_us };
  if (!mark->is_set || seq < mark->seq)
    return;
  mark->newest = MAX (mark->newest, seq);
  mark->bytes += bytes;
}

/* What a slot that starts would have to be sent, and how fast it may. */
typedef struct {
  gint64 age_us; /* of the keyframe */
  gsize bytes;   /* it and what followed */
  guint64 packets;
  guint stream_bps; /* goes on meanwhile */
  guint line_bps;   /* for this slot, the live stream included */
} KeyframeStart;

/* TRUE: the cached picture gets there sooner than a new keyframe would. */
gboolean keyframe_start_is_worth_it (const KeyframeStart *start);
