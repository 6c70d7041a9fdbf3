/* KeyframeDetector: the packet of an incoming video stream at which a decoder can start, exactly
 * one per keyframe.
 *
 * Plain data, zero-initialised, one per encoding; owner: the shard of the stream.
 *
 * What one packet says (payload.h) is not enough for H.264: a keyframe may have several packets
 * that look like its start (SPS, then the IDR's first fragment), and if the SPS is lost the IDR
 * alone starts no decoder. So the first start of a timestamp counts, and where the keyframe before
 * had parameter sets, one without waits for them: they are asked for by NACK. */
#pragma once

#include "pipelines/rtp/payload.h"

typedef struct {
  gboolean has_keyframe;
  guint32 timestamp; /* of the newest keyframe */
  gboolean started;  /* its start was told */
  gboolean expects_parameter_sets;
} KeyframeDetector;

/* TRUE: the keyframe starts here. Always TRUE for audio. */
gboolean keyframe_detector_on_packet (KeyframeDetector *detector, Codec codec, guint32 timestamp,
                                      const guint8 *payload, gsize size);
