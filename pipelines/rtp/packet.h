/* RtpPacket: a parsed view of one RTP packet, in place (RFC 3550 5.1, extensions RFC 8285).
 *
 * Plain data on the caller's stack or in a burst; owns nothing: @data must outlive it. Any thread.
 * All offsets were checked by rtp_packet_parse (), so that the accessors need no checks.
 *
 *   | fixed 12 | CSRCs | extension block | payload | padding |
 *   ^ data                               ^ payload_offset
 *
 * "Body" is payload + padding: what is sealed behind a rewritten header. */
#pragma once

#include "pipelines/rtp/bounds.h"
#include <glib.h>

typedef struct {
  const guint8 *data;
  guint32 ssrc;
  guint32 timestamp;
  guint16 seq;
  guint16 size; /* of the whole packet */
  guint16 payload_offset;
  guint16 payload_size;     /* without padding */
  guint16 extension_offset; /* of the first element; 0: no block */
  guint16 extension_size;   /* bytes of elements */
  guint16 extension_profile;
  guint8 payload_type;
  guint8 padding; /* bytes, the counter included */
  gboolean marker;
} RtpPacket;

typedef struct {
  const guint8 *data;
  guint8 id;
  guint8 size;
} RtpExtension;

typedef struct {
  const guint8 *next;
  const guint8 *end;
  guint left; /* elements, so that a hostile block ends */
  gboolean two_byte;
} RtpExtensionIter;

/* Bytes 128..191 in front are RTP or RTCP (RFC 7983); TRUE if the second says RTCP (RFC 5761 4).
 * @data must hold two bytes. */
static inline gboolean
rtp_is_rtcp (const guint8 *data)
{
  return data[1] >= 192 && data[1] <= 223;
}

/* FALSE: not an RTP packet, or longer than RTP_PACKET_MAX, or its CSRCs, extension block or padding
 * do not fit; @packet is then undefined. */
gboolean rtp_packet_parse (RtpPacket *packet, const guint8 *data, gsize size);

static inline const guint8 *
rtp_packet_payload (const RtpPacket *packet)
{
  return packet->data + packet->payload_offset;
}

/* Payload and padding: the bytes a slot sends behind its own header. */
static inline guint
rtp_packet_body_size (const RtpPacket *packet)
{
  return packet->payload_size + packet->padding;
}

/* The value of extension @id, one-byte or two-byte form; NULL if it is not there. A value of size 0
 * (two-byte form) is returned as non-NULL. */
const guint8 *rtp_packet_find_extension (const RtpPacket *packet, guint8 id, gsize *ret_size);

/* Walks all extensions; a malformed tail ends the walk. */
void rtp_extension_iter_init (RtpExtensionIter *iter, const RtpPacket *packet);
gboolean rtp_extension_iter_next (RtpExtensionIter *iter, RtpExtension *ret_extension);

/* Appends @n bytes of padding to the packet that lies at the start of @buffer (so packet->data ==
 * buffer) of @capacity bytes, sets the P bit and updates @packet. Padding already there counts on.
 * Returns the new size, or 0 with nothing changed: not enough room, or more than RTP_PADDING_MAX.
 * To make a frame one GSO run, pad to equal *body* sizes (rtp_packet_body_size): the headers are
 * replaced per slot by ones of constant size. */
gsize rtp_packet_pad (guint8 *buffer, gsize capacity, RtpPacket *packet, guint n);
