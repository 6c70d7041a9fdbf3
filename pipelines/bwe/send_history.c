#include "pipelines/bwe/send_history.h"

gboolean
send_history_take (SendHistory *history, guint16 seq, gint64 now_us, SentPacket *ret_packet,
                   gint64 *ret_sent_us)
{
  SentPacket *packet = &history->packets[seq % BWE_HISTORY];

  if (packet->size == 0 || packet->seq != seq)
    return FALSE;
  *ret_packet = *packet;
  *ret_sent_us = now_us - (guint32) ((guint32) now_us - packet->sent_us);
  packet->size = 0;
  return TRUE;
}
