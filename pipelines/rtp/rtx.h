/* RTX: retransmission as a stream of its own (RFC 4588, SSRC-multiplexed).
 *
 * Pure functions on bytes. The padding of the original is no part of its retransmission
 * (RFC 4588 4): rtx_write_body () leaves it out, and the RTX header has no P bit. */
#pragma once

#include "pipelines/rtp/packet.h"

/* Bytes of the original sequence number in front of the payload. */
#define RTX_OSN_SIZE 2

/* Turns an RTX packet into the original, in place: the header moves RTX_OSN_SIZE bytes up, SSRC and
 * payload type become those given, seq the OSN. Padding stays. On TRUE the original starts at
 * @data + RTX_OSN_SIZE and @ret_packet is its view. FALSE, with nothing changed: not RTP or without
 * an original (padding only: a bandwidth probe). */
gboolean rtx_unwrap_in_place (guint8 *data, gsize size, guint32 ssrc, guint8 payload_type,
                              RtpPacket *ret_packet);

/* Writes the body of an RTX packet (OSN, then the payload of @original without its padding) to
 * @out; returns its size, or 0 if @capacity does not do. The header before it is the one of the
 * slot's RTX rewriter: marker and timestamp (out) of the original, own seq and index. */
gsize rtx_write_body (guint8 *out, gsize capacity, guint16 original_seq, const RtpPacket *original);
