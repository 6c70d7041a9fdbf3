/* What a decoder takes: one frame, put together from the payloads of its packets.
 *
 *   VP8, VP9   the payloads without their descriptors
 *   H.264      Annex B: each NAL unit behind a start code (single, STAP-A, FU-A)
 *   AV1        a temporal unit: a delimiter, then each OBU with its size; of the lowest spatial
 *              layer only
 *
 * Pure functions over bytes of the network; bounded; any thread. RFC 7741, RFC 9628, RFC 6184, "RTP
 * Payload Format For AV1" 1.0. */
#pragma once

#include "pipelines/rtp/payload.h"

/* The payload of one packet, without padding; may be empty. */
typedef struct {
  const guint8 *data;
  gsize size;
} FramePart;

/* A keyframe of 1080p has 100 packets or so; of the lowest layer, ten. */
#define FRAME_PARTS_MAX 128

/* Appends the frame of @n @parts, in their order, to @frame. FALSE: they are no whole frame of
 * @codec; what @frame then holds is of no use. */
gboolean frame_assemble (GByteArray *frame, Codec codec, const FramePart *parts, guint n);
