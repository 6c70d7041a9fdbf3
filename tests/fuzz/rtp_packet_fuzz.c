/* One RTP packet from the network: parse, extensions, demux, padding, RTX. */
#include "pipelines/rtp/demux.h"
#include "pipelines/rtp/rtx.h"
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static const ExtensionMap map = { { 1, 2, 3, 4, 5, 6 } };

static void
check_bounds (const RtpPacket *packet)
{
  RtpExtensionIter iter;
  RtpExtension extension;
  gsize total = packet->payload_offset + rtp_packet_body_size (packet);
  g_assert_cmpuint (total, ==, packet->size);
  rtp_extension_iter_init (&iter, packet);
  while (rtp_extension_iter_next (&iter, &extension))
    g_assert_true (extension.data + extension.size <= packet->data + packet->payload_offset);
}

static void
demux (const RtpPacket *packet)
{
  static const guint8 types[] = { 96, 111 };
  RtpDemuxTrack track = {
    .mid = "0", .rids = { "h", "l" }, .n_rids = 2, .payload_types = types, .n_payload_types = 2
  };
  g_autoptr (RtpDemux) demux = rtp_demux_new ();
  RtpDemuxTarget target;
  rtp_demux_set_extensions (demux, &map);
  rtp_demux_add_track (demux, &track);
  if (rtp_demux_find (demux, packet, &target))
    g_assert_true (rtp_demux_find (demux, packet, &target) && !target.learnt);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  RtpPacket packet, again;
  ExtensionValues values;
  if (!rtp_packet_parse (&packet, data, size))
    return 0;
  check_bounds (&packet);
  extension_values_read (&values, &map, &packet);
  demux (&packet);

  guint8 copy[RTP_PACKET_MAX];
  memcpy (copy, data, size);
  g_assert_true (rtp_packet_parse (&packet, copy, size));
  guint payload_size = packet.payload_size;
  if (rtp_packet_pad (copy, sizeof copy, &packet, size % 32)) {
    g_assert_true (rtp_packet_parse (&again, copy, packet.size));
    g_assert_cmpuint (again.payload_size, ==, payload_size);
  }
  if (rtx_unwrap_in_place (copy, packet.size, 1, 96, &again)) {
    check_bounds (&again);
    g_assert_cmpuint (again.payload_size + RTX_OSN_SIZE, ==, payload_size);
  }
  return 0;
}
