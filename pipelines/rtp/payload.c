#include "pipelines/rtp/payload.h"

#include "pipelines/rtp/bytes.h"
#include "pipelines/rtp/payload_private.h"

typedef struct {
  const char *name; /* as in SDP */
  gboolean (*is_keyframe_start) (const guint8 *payload, gsize size);
  gboolean (*frame_size) (const guint8 *payload, gsize size, guint *ret_width, guint *ret_height);
} CodecRow;

static const CodecRow codecs[CODEC_COUNT] = {
  [CODEC_UNKNOWN] = { "unknown", NULL, NULL },
  [CODEC_OPUS] = { "opus", NULL, NULL },
  [CODEC_RED] = { "red", NULL, NULL },
  [CODEC_VP8] = { "VP8", vp8_is_keyframe_start, vp8_frame_size },
  [CODEC_H264] = { "H264", h264_is_keyframe_start, h264_frame_size },
  [CODEC_VP9] = { "VP9", vp9_is_keyframe_start, vp9_frame_size },
  [CODEC_AV1] = { "AV1", av1_is_keyframe_start, av1_frame_size },
};

Codec
codec_from_name (const char *name)
{
  for (guint i = CODEC_UNKNOWN + 1; name && i < CODEC_COUNT; i++) {
    if (g_ascii_strcasecmp (name, codecs[i].name) == 0)
      return i;
  }
  return CODEC_UNKNOWN;
}

const char *
codec_name (Codec codec)
{
  g_return_val_if_fail (codec < CODEC_COUNT, NULL);
  return codecs[codec].name;
}

gboolean
payload_is_keyframe_start (Codec codec, const guint8 *payload, gsize size)
{
  g_return_val_if_fail (codec < CODEC_COUNT, FALSE);
  return !codecs[codec].is_keyframe_start || codecs[codec].is_keyframe_start (payload, size);
}

gboolean
payload_has_parameter_sets (Codec codec, const guint8 *payload, gsize size)
{
  return codec == CODEC_H264 ? h264_has_sps (payload, size)
                             : payload_is_keyframe_start (codec, payload, size);
}

gboolean
payload_frame_size (Codec codec, const guint8 *payload, gsize size, guint *ret_width,
                    guint *ret_height)
{
  g_return_val_if_fail (codec < CODEC_COUNT, FALSE);
  return codecs[codec].frame_size &&
         codecs[codec].frame_size (payload, size, ret_width, ret_height) && *ret_width > 0 &&
         *ret_height > 0;
}

void
payload_read_numbers (PayloadNumbers *numbers, Codec codec, const guint8 *payload, gsize size)
{
  *numbers = (PayloadNumbers){ 0 };
  if (codec == CODEC_VP8)
    vp8_read_numbers (numbers, payload, size);
  else if (codec == CODEC_VP9)
    vp9_read_numbers (numbers, payload, size);
}

void
payload_lower_numbers (guint8 *payload, const PayloadNumbers *numbers, guint16 by_pictures,
                       guint8 by_tl0)
{
  guint16 picture_id = numbers->picture_id - by_pictures;
  if (numbers->picture_id_at && numbers->is_long)
    bytes_put_u16 (payload + numbers->picture_id_at, picture_id | 0x8000);
  else if (numbers->picture_id_at)
    payload[numbers->picture_id_at] = picture_id & 0x7f;
  if (numbers->tl0_at)
    payload[numbers->tl0_at] = numbers->tl0 - by_tl0;
}
