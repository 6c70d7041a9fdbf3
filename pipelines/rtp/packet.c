#include "pipelines/rtp/packet.h"

#include "pipelines/rtp/bytes.h"

#define RTP_VERSION_BITS 0x80
#define RTP_VERSION_MASK 0xc0
#define RTP_PADDING_BIT 0x20
#define RTP_EXTENSION_BIT 0x10
#define RTP_CSRC_MASK 0x0f
#define RTP_MARKER_BIT 0x80
#define EXTENSION_PROFILE_ONE_BYTE 0xbede
#define EXTENSION_PROFILE_TWO_BYTE 0x1000 /* low four bits: application */
#define EXTENSION_ID_STOP 15              /* one-byte form, RFC 8285 4.2 */

/* Reads the block at @offset; returns the offset behind it, 0 if it does not fit. */
static gsize
parse_extension_block (RtpPacket *packet, const guint8 *data, gsize size, gsize offset)
{
  if (offset + 4 > size)
    return 0;
  gsize block_size = (gsize) bytes_get_u16 (data + offset + 2) * 4;
  if (offset + 4 + block_size > size)
    return 0;
  packet->extension_profile = bytes_get_u16 (data + offset);
  packet->extension_offset = offset + 4;
  packet->extension_size = block_size;
  return offset + 4 + block_size;
}

gboolean
rtp_packet_parse (RtpPacket *packet, const guint8 *data, gsize size)
{
  if (size < RTP_FIXED_HEADER || size > RTP_PACKET_MAX)
    return FALSE;
  if ((data[0] & RTP_VERSION_MASK) != RTP_VERSION_BITS)
    return FALSE;
  gsize offset = RTP_FIXED_HEADER + (data[0] & RTP_CSRC_MASK) * 4;
  if (offset > size)
    return FALSE;
  *packet = (RtpPacket){
    .data = data,
    .size = size,
    .marker = (data[1] & RTP_MARKER_BIT) != 0,
    .payload_type = data[1] & 0x7f,
    .seq = bytes_get_u16 (data + 2),
    .timestamp = bytes_get_u32 (data + 4),
    .ssrc = bytes_get_u32 (data + 8),
  };
  if (data[0] & RTP_EXTENSION_BIT) {
    offset = parse_extension_block (packet, data, size, offset);
    if (offset == 0)
      return FALSE;
  }
  if (data[0] & RTP_PADDING_BIT) {
    packet->padding = data[size - 1];
    if (packet->padding == 0 || offset + packet->padding > size)
      return FALSE;
  }
  packet->payload_offset = offset;
  packet->payload_size = size - offset - packet->padding;
  return TRUE;
}

void
rtp_extension_iter_init (RtpExtensionIter *iter, const RtpPacket *packet)
{
  iter->next = packet->data + packet->extension_offset;
  iter->end = iter->next;
  iter->left = RTP_EXTENSION_ELEMENTS_MAX;
  iter->two_byte = (packet->extension_profile & 0xfff0) == EXTENSION_PROFILE_TWO_BYTE;
  if (iter->two_byte || packet->extension_profile == EXTENSION_PROFILE_ONE_BYTE)
    iter->end += packet->extension_size;
}

gboolean
rtp_extension_iter_next (RtpExtensionIter *iter, RtpExtension *ret_extension)
{
  while (iter->next < iter->end && *iter->next == 0)
    iter->next++; /* padding */
  gsize header = iter->two_byte ? 2 : 1;
  if (iter->left == 0 || iter->end - iter->next < (gssize) header)
    return FALSE;
  guint id = iter->two_byte ? iter->next[0] : iter->next[0] >> 4;
  guint size = iter->two_byte ? iter->next[1] : (iter->next[0] & 0x0fu) + 1;
  /* RFC 8285 4.2: id 0 has no length, and what says otherwise ends the block too. */
  gboolean ends = !iter->two_byte && (id == EXTENSION_ID_STOP || id == 0);
  if (ends || iter->end - iter->next < (gssize) (header + size)) {
    iter->next = iter->end;
    return FALSE;
  }
  *ret_extension = (RtpExtension){ .data = iter->next + header, .id = id, .size = size };
  iter->next += header + size;
  iter->left--;
  return TRUE;
}

const guint8 *
rtp_packet_find_extension (const RtpPacket *packet, guint8 id, gsize *ret_size)
{
  RtpExtensionIter iter;
  RtpExtension extension;
  rtp_extension_iter_init (&iter, packet);
  while (id != 0 && rtp_extension_iter_next (&iter, &extension)) {
    if (extension.id == id) {
      *ret_size = extension.size;
      return extension.data;
    }
  }
  return NULL;
}

gsize
rtp_packet_pad (guint8 *buffer, gsize capacity, RtpPacket *packet, guint n)
{
  g_return_val_if_fail (packet->data == buffer, 0);
  gsize size = (gsize) packet->size + n;
  if (n == 0)
    return packet->size;
  if (size > MIN (capacity, RTP_PACKET_MAX) || packet->padding + n > RTP_PADDING_MAX)
    return 0;
  memset (buffer + packet->size, 0, n);
  packet->padding += n;
  packet->size = size;
  buffer[size - 1] = packet->padding;
  buffer[0] |= RTP_PADDING_BIT;
  return size;
}
