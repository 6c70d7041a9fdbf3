#include "pipelines/relay/slot.h"
#include "pipelines/relay/track.h"
#include "pipelines/relay/transport_capture.h"

#include <string.h>

/* CNAME of our reports about what we receive: we send no media of our own under that SSRC. */
#define RELAY_CNAME "relay"

/* --- receiving ----------------------------------------------------------------------------------
 */

Slot *
transport_find_slot (Transport *transport, guint32 ssrc)
{
  for (guint i = 0; i < transport->slots->len; i++) {
    Slot *slot = g_ptr_array_index (transport->slots, i);

    if (slot->ssrc == ssrc)
      return slot;
  }
  return NULL;
}

static void
on_sender_report (Transport *transport, const RtcpPacket *packet)
{
  RtcpSenderInfo info;
  RtpDemuxTarget target;

  if (!rtcp_read_sender_info (packet, &info) ||
      !rtp_demux_find_ssrc (transport->demux, info.ssrc, &target) || target.rtx)
    return;
  sender_clock_on_report (&transport->sender, info.ntp, transport->shard->now_us);
  track_on_sender_info (g_ptr_array_index (transport->tracks, target.track), target.encoding,
                        &info);
}

static void
on_report_blocks (Transport *transport, const RtcpPacket *packet)
{
  RtcpReportBlock block;

  for (guint i = 0; rtcp_read_report_block (packet, i, &block); i++) {
    gint64 rtt_us = rtcp_round_trip_us (&block, transport->shard->now_us);

    Slot *slot = transport_find_slot (transport, block.ssrc);

    if (slot == NULL)
      continue;
    line_share_on_report (transport, slot, &block);
    slot_meter_on_report (
        &slot->meter, block.cumulative_lost,
        (guint32) (block.jitter * (guint64) G_USEC_PER_SEC / slot->rewriter.clock_rate));
    transport->down_lost_q8 = MAX (transport->down_lost_q8, block.fraction_lost);
    transport->down_known = TRUE;
    red_need_on_report (&transport->red, block.fraction_lost, transport_line_bps (transport),
                        transport->shard->now_us);
    if (rtt_us >= 0)
      transport->rtt_us = rtt_us;
  }
}

static void
on_bye (Transport *transport, const RtcpPacket *packet)
{
  RtpDemuxTarget target;
  guint32 ssrc;

  for (guint i = 0; rtcp_read_bye (packet, i, &ssrc); i++) {
    if (!rtp_demux_find_ssrc (transport->demux, ssrc, &target))
      continue;
    if (!target.rtx)
      track_on_bye (g_ptr_array_index (transport->tracks, target.track), target.encoding);
    rtp_demux_forget_ssrc (transport->demux, ssrc);
  }
}

static void
note_gives_feedback (Transport *transport)
{
  transport_begin_feedback (transport);
  transport->gives_feedback = TRUE;
}

static void
on_transport_feedback (Transport *transport, const RtcpPacket *packet)
{
  RtcpNack nack;
  Slot *slot;

  if (packet->count == RTCP_RTPFB_TWCC && transport->share != NULL) {
    line_share_on_feedback (transport->share, packet, transport->shard->now_us);
    note_gives_feedback (transport);
  }
  if (packet->count != RTCP_RTPFB_NACK || !rtcp_read_nack (packet, &nack))
    return;
  slot = transport_find_slot (transport, nack.media_ssrc);
  if (slot != NULL)
    slot_on_nack (slot, &nack);
}

static void
on_payload_feedback (Transport *transport, const RtcpPacket *packet)
{
  guint32 media_ssrc;
  RtcpRemb remb;
  RtcpFir fir;
  Slot *slot;

  if (rtcp_read_remb (packet, &remb)) {
    line_share_on_remb (transport, &remb);
  } else if (rtcp_read_pli (packet, &media_ssrc)) {
    slot = transport_find_slot (transport, media_ssrc);
    if (slot != NULL)
      slot_on_keyframe_request (slot);
  } else if (rtcp_read_fir (packet, &fir)) {
    for (guint i = 0; i < fir.count; i++) {
      slot = transport_find_slot (transport, fir.entries[i].ssrc);
      if (slot != NULL)
        slot_on_keyframe_request (slot);
    }
  }
}

void
transport_on_rtcp (Transport *transport, guint8 *data, gsize len)
{
  RtcpIter iter;
  RtcpPacket packet;

  if (transport->opener == NULL ||
      srtp_opener_open_rtcp (transport->opener, data, &len) != SRTP_OK) {
    transport->shard->stats.rx_dropped++;
    return;
  }
  transport->heard_us = transport->shard->now_us;
  if (G_UNLIKELY (transport->capture != NULL))
    transport_capture_rtcp (transport, FALSE, data, len);
  rtcp_iter_init (&iter, data, len);
  while (rtcp_iter_next (&iter, &packet)) {
    switch (packet.type) {
    case RTCP_SR:
      on_sender_report (transport, &packet);
      on_report_blocks (transport, &packet);
      break;
    case RTCP_RR:
      on_report_blocks (transport, &packet);
      break;
    case RTCP_BYE:
      on_bye (transport, &packet);
      break;
    case RTCP_RTPFB:
      on_transport_feedback (transport, &packet);
      break;
    case RTCP_PSFB:
      on_payload_feedback (transport, &packet);
      break;
    default:
      break;
    }
  }
}

/* --- sending ------------------------------------------------------------------------------------
 */

void
transport_send_rtcp (Transport *transport, guint8 *data, gsize len)
{
  if (len == 0 || !transport->sendable)
    return;
  if (G_UNLIKELY (transport->capture != NULL))
    transport_capture_rtcp (transport, TRUE, data, len);
  if (!rtcp_sealer_seal (transport->rtcp_sealer, data, &len))
    return;
  send_batch_add (transport->shard->batch, &transport->path, data, len);
}

static void
send_sender_reports (Transport *transport)
{
  guint second = transport->shard->tick_count / TICKS_PER_SECOND;
  gboolean is_turn = (second + transport->serial) % REPORT_EVERY_S == 0;
  guint8 data[RTCP_BUFFER_BYTES];
  RtcpWriter writer;

  rtcp_writer_init (&writer, data, RTCP_COMPOUND_MAX);
  for (guint i = 0; i < transport->slots->len; i++) {
    Slot *slot = g_ptr_array_index (transport->slots, i);

    if (slot_write_report (slot, is_turn, &writer))
      continue;
    transport_send_rtcp (transport, data, writer.size);
    rtcp_writer_init (&writer, data, RTCP_COMPOUND_MAX);
    slot_write_report (slot, is_turn, &writer);
  }
  transport_send_rtcp (transport, data, writer.size);
}

static void
send_receiver_report (Transport *transport)
{
  guint8 data[RTCP_BUFFER_BYTES];
  RtcpReportBlock blocks[RTCP_SSRCS_MAX];
  RtcpWriter writer;
  guint n = 0;

  for (guint i = 0; i < transport->tracks->len; i++) {
    Track *track = g_ptr_array_index (transport->tracks, i);

    for (guint j = 0; j < track->shape->n_encodings && n < G_N_ELEMENTS (blocks); j++) {
      Encoding *encoding = &track->encodings[j];

      if (encoding->source != 0 &&
          receive_stats_make_block (&encoding->stats, transport->shard->now_us, &blocks[n]))
        n++;
    }
  }
  if (n == 0)
    return;
  rtcp_writer_init (&writer, data, RTCP_COMPOUND_MAX);
  rtcp_write_rr (&writer, transport->rtcp_ssrc, blocks, n);
  rtcp_write_sdes_cname (&writer, transport->rtcp_ssrc, RELAY_CNAME);
  transport_send_rtcp (transport, data, writer.size);
}

void
transport_send_reports (Transport *transport)
{
  if (!transport->sendable)
    return;
  send_sender_reports (transport);
  send_receiver_report (transport);
  transport_tell_up_limit (transport);
}

/* The SSRC that transport-wide feedback names: any of the publisher's (draft-holmer, 3.1). */
static guint32
transport_media_ssrc (const Transport *transport)
{
  for (guint i = 0; i < transport->tracks->len; i++) {
    const Track *track = g_ptr_array_index (transport->tracks, i);

    if (track->encodings[0].source != 0)
      return track->encodings[0].ssrc;
  }
  return 0;
}

void
transport_send_twcc (Transport *transport)
{
  guint8 data[RTCP_BUFFER_BYTES];
  RtcpWriter writer;

  while (transport->sendable && twcc_receiver_pending (transport->twcc)) {
    rtcp_writer_init (&writer, data, RTCP_COMPOUND_MAX);
    rtcp_write_rr (&writer, transport->rtcp_ssrc, NULL, 0);
    if (!twcc_receiver_build (transport->twcc, &writer, transport->rtcp_ssrc,
                              transport_media_ssrc (transport)))
      return;
    transport_send_rtcp (transport, data, writer.size);
  }
}

void
transport_send_bye (Transport *transport)
{
  guint8 data[RTCP_BUFFER_BYTES];
  RtcpWriter writer;

  rtcp_writer_init (&writer, data, RTCP_COMPOUND_MAX);
  rtcp_write_rr (&writer, transport->rtcp_ssrc, NULL, 0);
  for (guint i = 0; i < transport->slots->len; i++) {
    const Slot *slot = g_ptr_array_index (transport->slots, i);

    if (slot->packets > 0)
      rtcp_write_bye (&writer, slot->ssrc);
  }
  transport_send_rtcp (transport, data, writer.size);
}
