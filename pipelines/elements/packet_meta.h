/* PacketMeta: what the relay learnt about an RTP packet when it received it, carried by the
 * GstBuffer so that no later stage parses the packet again.
 *
 * Written once, before the buffer is pushed; read by any number of threads afterwards. The memory
 * at PacketInfo.rtp.data belongs to the buffer, is one contiguous block and is never written after
 * the push. A copy of the buffer has no PacketMeta.
 */
#pragma once

#include "pipelines/rtp/extension_rewriter.h"
#include "pipelines/rtp/layer_frame.h"
#include "pipelines/rtp/packet.h"
#include "pipelines/rtp/payload.h"
#include "pipelines/rtp/red.h"

#include <gst/gst.h>

typedef struct {
  RtpPacket rtp;           /* rtp.data is the packet in the buffer's memory */
  RtpOutFields out;        /* what every outgoing copy of the packet has in common */
  guint32 source;          /* number of the stream, never used again for another one */
  guint8 encoding;         /* index of the layer within its track */
  guint8 codec;            /* index of the codec within its track */
  gboolean keyframe_start; /* a decoder can start here; always so for audio */
  PayloadNumbers numbers;  /* of frames, in the payload */
  LayerFrame frame;        /* number 0: no layers */
  guint16 dependency_at;   /* AV1's dependency descriptor: offset in the packet */
  guint8 dependency_size;  /* 0: none */
  RedPayload red;          /* n_blocks 0: none */
  gboolean follows_gap;    /* RED: what came before it is missing */
  guint width, height;     /* of the keyframe that starts here, 0 when unknown */
  guint64 extended_seq;    /* RTP sequence number unwrapped to 64 bits */
  gint64 arrival_us;       /* monotonic time of arrival */
} PacketInfo;

typedef struct {
  GstMeta meta;
  PacketInfo info;
} PacketMeta;

GType packet_meta_api_get_type (void);
const GstMetaInfo *packet_meta_get_info (void);

/* Attaches a copy of @info to a writable @buffer. */
void packet_meta_add (GstBuffer *buffer, const PacketInfo *info);

/* The PacketInfo of @buffer, NULL when it has none; valid as long as the buffer. */
const PacketInfo *packet_meta_get (GstBuffer *buffer);
