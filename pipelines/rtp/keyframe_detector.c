#include "pipelines/rtp/keyframe_detector.h"

/* A new keyframe: is it complete from this packet on? If the one before had parameter sets and this
 * one never gets any, the next without them is believed: some encoders send them only once. */
static gboolean
starts_here (KeyframeDetector *detector, gboolean has_parameter_sets)
{
  gboolean starts = has_parameter_sets || !detector->expects_parameter_sets;
  detector->expects_parameter_sets = has_parameter_sets;
  return starts;
}

gboolean
keyframe_detector_on_packet (KeyframeDetector *detector, Codec codec, guint32 timestamp,
                             const guint8 *payload, gsize size)
{
  if (!payload_is_keyframe_start (codec, payload, size))
    return FALSE;
  if (codec != CODEC_H264)
    return TRUE;
  gboolean has_parameter_sets = payload_has_parameter_sets (codec, payload, size);
  if (detector->has_keyframe && detector->timestamp == timestamp) {
    gboolean late_sets = has_parameter_sets && !detector->started;
    detector->expects_parameter_sets |= has_parameter_sets;
    detector->started |= late_sets;
    return late_sets;
  }
  detector->has_keyframe = TRUE;
  detector->timestamp = timestamp;
  detector->started = starts_here (detector, has_parameter_sets);
  return detector->started;
}
