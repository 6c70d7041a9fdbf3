/* PacketMeta: what the relay learnt about an RTP packet when it received it, carried by the
 * GstBuffer so that no later stage parses the packet again.
 *
 * Written once, before the buffer is pushed; read by any number of threads afterwards. The memory
 * at @data belongs to the buffer, is one contiguous block and is never written after the push.
 */
#pragma once

#include <gst/gst.h>

#define PACKET_META_NO_LEVEL 0xff

typedef struct {
  GstMeta meta;
  const guint8 *data;    /* the whole plaintext RTP packet, header first */
  guint16 header_len;    /* fixed header, CSRCs and header extensions */
  guint16 payload_len;   /* without padding */
  guint16 padding_len;   /* RTP padding behind the payload, its length octet included */
  guint8 encoding;       /* index of the layer within its track */
  guint8 codec;          /* index of the codec within its track */
  guint8 audio_level;    /* -dBov of RFC 6464, PACKET_META_NO_LEVEL when the packet had none */
  guint marker : 1;      /* RTP marker bit */
  guint keyframe : 1;    /* first packet of a frame a decoder can start with */
  guint voice : 1;       /* V bit of RFC 6464 */
  guint16 width, height; /* of the keyframe that starts here, 0 when unknown */
  guint32 rtp_ts;        /* as received */
  guint64 extended_seq;  /* RTP sequence number unwrapped to 64 bits */
  gint64 extended_ts;    /* RTP timestamp unwrapped to 64 bits */
  gint64 arrival_us;     /* monotonic time of arrival */
} PacketMeta;

GType packet_meta_api_get_type (void);
const GstMetaInfo *packet_meta_get_info (void);

/* Adds an empty PacketMeta to a writable @buffer. */
PacketMeta *packet_meta_add (GstBuffer *buffer);

/* The PacketMeta of @buffer, NULL when it has none. */
const PacketMeta *packet_meta_get (GstBuffer *buffer);
