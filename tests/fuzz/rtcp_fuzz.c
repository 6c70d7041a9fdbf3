/* One decrypted RTCP compound: every reader on every packet. */
#include "pipelines/rtp/rtcp.h"
#include "pipelines/rtp/twcc.h"
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
read_reports (const RtcpPacket *packet)
{
  RtcpSenderInfo info;
  RtcpReportBlock block;
  guint32 ssrc;
  const char *cname;
  gsize size;
  rtcp_read_sender_info (packet, &info);
  rtcp_read_sender_ssrc (packet, &ssrc);
  for (guint i = 0; rtcp_read_report_block (packet, i, &block); i++)
    rtcp_round_trip_us (&block, 1000000);
  for (guint i = 0; rtcp_read_bye (packet, i, &ssrc); i++)
    g_assert_cmpuint (i, <, RTCP_SSRCS_MAX);
  if (rtcp_read_sdes_cname (packet, &ssrc, &cname, &size))
    g_assert_true ((const guint8 *) cname + size <= packet->data + packet->size);
}

static void
read_feedback (const RtcpPacket *packet)
{
  RtcpNack nack;
  RtcpFir fir;
  RtcpRemb remb;
  TwccFeedback feedback;
  TwccStatus status;
  guint32 ssrc;
  guint told = 0;
  rtcp_read_pli (packet, &ssrc);
  if (rtcp_read_nack (packet, &nack))
    g_assert_cmpuint (nack.count, <=, RTCP_NACK_SEQS_MAX);
  if (rtcp_read_fir (packet, &fir))
    g_assert_cmpuint (fir.count, <=, RTCP_SSRCS_MAX);
  if (rtcp_read_remb (packet, &remb))
    g_assert_cmpuint (remb.count, <=, RTCP_SSRCS_MAX);
  if (!twcc_feedback_init (&feedback, packet))
    return;
  while (twcc_feedback_next (&feedback, &status))
    told++;
  g_assert_cmpuint (told, ==, feedback.status_count);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  RtcpIter iter;
  RtcpPacket packet;
  rtcp_iter_init (&iter, data, size);
  while (rtcp_iter_next (&iter, &packet)) {
    g_assert_true (packet.data + packet.size <= data + size);
    read_reports (&packet);
    read_feedback (&packet);
  }
  return 0;
}
