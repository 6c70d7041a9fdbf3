/* What a relay reads of a payload: where a keyframe starts, and how large the picture is.
 *
 * Pure functions over the bytes of one payload (without padding); bounded, any thread.
 * VP8 RFC 7741, H.264 RFC 6184, VP9 RFC 9628, AV1 "RTP Payload Format For AV1" 1.0. */
#pragma once

#include <glib.h>

typedef enum {
  CODEC_UNKNOWN,
  CODEC_OPUS,
  CODEC_RED, /* of Opus: red.h */
  CODEC_VP8,
  CODEC_H264,
  CODEC_VP9,
  CODEC_AV1,
  CODEC_COUNT
} Codec;

/* By the encoding name of SDP's rtpmap, in any case; CODEC_UNKNOWN for others. */
Codec codec_from_name (const char *name);
const char *codec_name (Codec codec);

static inline gboolean
codec_is_video (Codec codec)
{
  return codec >= CODEC_VP8;
}

/* TRUE if a decoder can start with this packet: the first packet of a keyframe (VP8: frame tag;
 * H.264: SPS or IDR, single, in a STAP-A or starting an FU-A; VP9: key picture, lowest spatial
 * layer; AV1: a new coded video sequence). Always TRUE for audio. A keyframe of H.264 may have more
 * than one such packet: see keyframe_detector.h. */
gboolean payload_is_keyframe_start (Codec codec, const guint8 *payload, gsize size);

/* TRUE if the packet holds a sequence parameter set (H.264); for other codecs what starts a
 * keyframe holds all there is: TRUE where payload_is_keyframe_start () is. */
gboolean payload_has_parameter_sets (Codec codec, const guint8 *payload, gsize size);

/* The picture's size if this packet tells it (best effort); FALSE: it does not. */
gboolean payload_frame_size (Codec codec, const guint8 *payload, gsize size, guint *ret_width,
                             guint *ret_height);

/* The running numbers of frames that VP8 and VP9 carry in their payload descriptors, AV1 in the
 * dependency descriptor. A receiver finds a frame's references by them, so that they must go on
 * where a slot's source changes. */
typedef struct {
  guint8 picture_id_at; /* offset in the payload; 0: none */
  guint8 tl0_at;        /* of TL0PICIDX; 0: none */
  guint8 tl0;
  gboolean is_long;      /* picture id of 15 bits, else of 7 */
  gboolean is_extension; /* picture id of 16 bits in the header extension (AV1) */
  guint16 picture_id;
} PayloadNumbers;

static inline gboolean
payload_numbers_has_picture (const PayloadNumbers *numbers)
{
  return numbers->picture_id_at != 0 || numbers->is_extension;
}

static inline guint
payload_numbers_picture_bits (const PayloadNumbers *numbers)
{
  return numbers->is_extension ? 16 : numbers->is_long ? 15 : 7;
}

/* All zero if the codec or this packet has none. */
void payload_read_numbers (PayloadNumbers *numbers, Codec codec, const guint8 *payload, gsize size);

/* Lowers the numbers in @payload (a copy of the one that @numbers was read from). */
void payload_lower_numbers (guint8 *payload, const PayloadNumbers *numbers, guint16 by_pictures,
                            guint8 by_tl0);
