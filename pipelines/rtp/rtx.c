#include "pipelines/rtp/rtx.h"

#include "pipelines/rtp/bytes.h"
#include <string.h>

gboolean
rtx_unwrap_in_place (guint8 *data, gsize size, guint32 ssrc, guint8 payload_type,
                     RtpPacket *ret_packet)
{
  RtpPacket rtx;
  if (!rtp_packet_parse (&rtx, data, size) || rtx.payload_size < RTX_OSN_SIZE)
    return FALSE;
  guint8 osn[RTX_OSN_SIZE];
  memcpy (osn, data + rtx.payload_offset, RTX_OSN_SIZE);
  guint8 *original = data + RTX_OSN_SIZE;
  memmove (original, data, rtx.payload_offset);
  original[1] = (original[1] & 0x80) | (payload_type & 0x7f);
  memcpy (original + 2, osn, RTX_OSN_SIZE);
  bytes_put_u32 (original + 8, ssrc);
  return rtp_packet_parse (ret_packet, original, size - RTX_OSN_SIZE);
}

gsize
rtx_write_body (guint8 *out, gsize capacity, guint16 original_seq, const RtpPacket *original)
{
  gsize size = RTX_OSN_SIZE + original->payload_size;
  if (size > capacity)
    return 0;
  bytes_put_u16 (out, original_seq);
  memcpy (out + RTX_OSN_SIZE, rtp_packet_payload (original), original->payload_size);
  return size;
}
