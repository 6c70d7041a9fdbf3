#include "pipelines/bwe/send_history.h"

gboolean
send_history_look (const SendHistory *history, guint16 seq, gint64 now_us, gint64 *ret_sent_us)
{
  const SentPacket *packet = &history->packets[seq % BWE_HISTORY];

  if (packet->size == 0 || packet->seq != seq)
    return FALSE;
  *ret_sent_us = now_us - (guint32) ((guint32) now_us - packet->sent_us);
  return TRUE;
}

gboolean
send_history_take (SendHistory *history, guint16 seq, gint64 now_us, SentPacket *ret_packet,
                   gint64 *ret_sent_us)
{
  SentPacket *packet = &history->packets[seq % BWE_HISTORY];

  if (!send_history_look (history, seq, now_us, ret_sent_us))
    return FALSE;
  *ret_packet = *packet;
  packet->size = 0;
  return TRUE;
}
