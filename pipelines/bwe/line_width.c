#include "pipelines/bwe/line_width.h"

#define BPS_SHARE 8 /* of a new burst in the average */

static void
judge (LineWidth *width)
{
  gint64 span_us = MAX (width->last_arrival_us - width->first_arrival_us, 1);
  guint bps;

  if (width->packets < BWE_WIDTH_PACKETS)
    return;
  bps = (guint) MIN ((guint64) width->bytes * 8 * G_USEC_PER_SEC / span_us, BWE_MAX_BPS);
  width->bps = width->bps == 0 ? bps : width->bps - width->bps / BPS_SHARE + bps / BPS_SHARE;
  if (bps < BWE_NARROW_BPS) {
    width->votes = MIN (width->votes + 1, BWE_WIDTH_VOTES);
    width->seen_us = width->last_arrival_us;
  } else {
    width->votes = MAX (width->votes - 2, 0);
  }
}

void
line_width_add (LineWidth *width, guint bytes, gint64 sent_us, gint64 arrival_us)
{
  if (width->packets > 0 && sent_us == width->sent_us) {
    width->packets++;
    width->bytes += bytes;
    width->last_arrival_us = MAX (width->last_arrival_us, arrival_us);
    return;
  }
  judge (width);
  width->sent_us = sent_us;
  width->first_arrival_us = width->last_arrival_us = arrival_us;
  width->packets = 1;
  width->bytes = 0;
}

gboolean
line_width_is_narrow (const LineWidth *width, gint64 arrival_us)
{
  return width->votes >= BWE_WIDTH_VOTES / 2 && arrival_us - width->seen_us < BWE_WIDTH_KEPT_US;
}
