/* Real keyframes for tests and measurements: GStreamer's encoders make them of a picture of three
 * bars, red, green and blue. */
#pragma once

#include "pipelines/rtp/payload.h"

/* One keyframe as a decoder takes it (Annex B, a temporal unit). NULL: this machine has no encoder
 * of @codec. transfer full. @noise: something for the encoder to do instead of bars. */
GBytes *make_keyframe (Codec codec, guint width, guint height, gboolean noise);

/* The payloads of its packets of @mtu bytes at most (GBytes, in order): by GStreamer, of AV1 by
 * hand. NULL: no payloader. transfer full. */
GPtrArray *pay_keyframe (Codec codec, GBytes *frame, guint mtu);
