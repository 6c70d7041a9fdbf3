#include "pipelines/rtp/red.h"

#define RED_HEADER_BYTES 4 /* of a redundant block; the primary's has 1 */
#define RED_FOLLOWS 0x80

gboolean
red_parse (RedPayload *ret_red, const guint8 *payload, gsize size)
{
  RedPayload red = { 0 };
  gsize at = 0, older = 0;

  *ret_red = red;
  while (at < size && (payload[at] & RED_FOLLOWS) != 0) {
    if (size - at < RED_HEADER_BYTES || red.n_blocks + 1 == RED_BLOCKS_MAX ||
        payload[at] != payload[0])
      return FALSE;
    older += (gsize) (payload[at + 2] & 0x03) << 8 | payload[at + 3];
    at += RED_HEADER_BYTES;
    red.n_blocks++;
  }
  if (at >= size || ((payload[at] ^ payload[0]) & ~RED_FOLLOWS) != 0)
    return FALSE;
  red.pt = payload[at++];
  red.n_blocks++;
  if (size - at <= older || size > RTP_PACKET_MAX)
    return FALSE;
  red.primary_at = (guint16) (at + older);
  red.primary_size = (guint16) (size - at - older);
  *ret_red = red;
  return TRUE;
}

void
red_set_payload_type (guint8 *payload, const RedPayload *red, guint8 pt)
{
  for (guint i = 0; i < red->n_blocks; i++) {
    guint8 *header = payload + (gsize) i * RED_HEADER_BYTES;

    *header = (guint8) ((*header & RED_FOLLOWS) | pt);
  }
}

void
red_need_on_report (RedNeed *need, guint lost_q8, guint line_bps, gint64 now_us)
{
  if (line_bps > 0 && line_bps < RED_LINE_MIN_BPS)
    need->until_us = 0;
  else if (lost_q8 >= RED_LOSS_Q8)
    need->until_us = now_us + RED_CALM_US;
}
