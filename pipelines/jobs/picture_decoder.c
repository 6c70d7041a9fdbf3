#include "pipelines/jobs/picture_decoder.h"

#include <dav1d/dav1d.h>
#include <vpx/vp8dx.h>
#include <vpx/vpx_decoder.h>
#include <wels/codec_api.h>

#include <string.h>

typedef struct {
  PictureFunc func;
  gpointer user_data;
} Receiver;

static PictureStatus
hand_on (const Receiver *receiver, const PlanarImage *image)
{
  if (image->width == 0 || image->height == 0)
    return PICTURE_BAD_FRAME;
  if ((guint64) image->width * image->height > PICTURE_SOURCE_PIXELS_MAX)
    return PICTURE_TOO_LARGE;
  receiver->func (image, receiver->user_data);
  return PICTURE_MADE;
}

/* --- VP8, VP9 --------------------------------------------------------------------------------- */

static PictureStatus
vpx_hand_on (vpx_codec_ctx_t *decoder, const Receiver *receiver)
{
  vpx_codec_iter_t iter = NULL;
  const vpx_image_t *frame = vpx_codec_get_frame (decoder, &iter);
  PlanarImage image;
  int is_corrupt = 0;

  if (frame == NULL || frame->fmt != VPX_IMG_FMT_I420 ||
      vpx_codec_control (decoder, VP8D_GET_FRAME_CORRUPTED, &is_corrupt) != VPX_CODEC_OK ||
      is_corrupt)
    return PICTURE_BAD_FRAME;
  image = (PlanarImage){ .width = frame->d_w,
                         .height = frame->d_h,
                         .is_full_range = frame->range == VPX_CR_FULL_RANGE };
  for (guint i = 0; i < 3; i++) {
    image.planes[i] = frame->planes[i];
    image.strides[i] = (gsize) frame->stride[i];
  }
  return hand_on (receiver, &image);
}

static PictureStatus
vpx_decode (vpx_codec_iface_t *codec, const guint8 *frame, gsize size, const Receiver *receiver)
{
  vpx_codec_dec_cfg_t config = { .threads = 1 };
  vpx_codec_stream_info_t info = { .sz = sizeof info };
  vpx_codec_ctx_t decoder;
  PictureStatus status = PICTURE_BAD_FRAME;

  /* asked before anything is set aside for it */
  if (vpx_codec_peek_stream_info (codec, frame, (unsigned) size, &info) != VPX_CODEC_OK ||
      !info.is_kf || info.w == 0 || info.h == 0)
    return PICTURE_BAD_FRAME;
  if ((guint64) info.w * info.h > PICTURE_SOURCE_PIXELS_MAX)
    return PICTURE_TOO_LARGE;
  if (vpx_codec_dec_init (&decoder, codec, &config, 0) != VPX_CODEC_OK)
    return PICTURE_BAD_FRAME;
  if (vpx_codec_decode (&decoder, frame, (unsigned) size, NULL, 0) == VPX_CODEC_OK)
    status = vpx_hand_on (&decoder, receiver);
  vpx_codec_destroy (&decoder);
  return status;
}

/* --- H.264 ------------------------------------------------------------------------------------ */

/* The size that its parameter set tells; FALSE: it has none. */
static gboolean
h264_find_size (const guint8 *frame, gsize size, guint *ret_width, guint *ret_height)
{
  for (gsize i = 0; i + 4 < size; i++)
    if (frame[i] == 0 && frame[i + 1] == 0 && frame[i + 2] == 1 && (frame[i + 3] & 0x1f) == 7)
      return payload_frame_size (CODEC_H264, frame + i + 3, size - i - 3, ret_width, ret_height);
  return FALSE;
}

static PictureStatus
h264_hand_on (ISVCDecoder *decoder, const guint8 *frame, gsize size, const Receiver *receiver)
{
  guint8 *planes[3] = { NULL };
  SBufferInfo info = { 0 };
  const SSysMEMBuffer *memory = &info.UsrData.sSystemBuffer;
  PlanarImage image = { 0 };

  if ((*decoder)->DecodeFrameNoDelay (decoder, frame, (int) size, planes, &info) != dsErrorFree)
    return PICTURE_BAD_FRAME;
  if (info.iBufferStatus != 1)
    (*decoder)->FlushFrame (decoder, planes, &info);
  if (info.iBufferStatus != 1 || memory->iFormat != videoFormatI420 || planes[0] == NULL)
    return PICTURE_BAD_FRAME;
  image.width = (guint) MAX (memory->iWidth, 0);
  image.height = (guint) MAX (memory->iHeight, 0);
  for (guint i = 0; i < 3; i++) {
    image.planes[i] = planes[i];
    image.strides[i] = (gsize) memory->iStride[i == 0 ? 0 : 1];
  }
  return hand_on (receiver, &image);
}

static PictureStatus
h264_decode (const guint8 *frame, gsize size, const Receiver *receiver)
{
  SDecodingParam config = { .uiTargetDqLayer = G_MAXUINT8,
                            .eEcActiveIdc = ERROR_CON_DISABLE,
                            .sVideoProperty = { .size = sizeof (SVideoProperty),
                                                .eVideoBsType = VIDEO_BITSTREAM_AVC } };
  ISVCDecoder *decoder = NULL;
  PictureStatus status = PICTURE_BAD_FRAME;
  guint width = 0, height = 0;
  int quiet = WELS_LOG_QUIET;

  if (!h264_find_size (frame, size, &width, &height))
    return PICTURE_BAD_FRAME;
  if ((guint64) width * height > PICTURE_SOURCE_PIXELS_MAX)
    return PICTURE_TOO_LARGE;
  if (WelsCreateDecoder (&decoder) != 0 || decoder == NULL)
    return PICTURE_BAD_FRAME;
  (*decoder)->SetOption (decoder, DECODER_OPTION_TRACE_LEVEL, &quiet);
  if ((*decoder)->Initialize (decoder, &config) == 0) {
    status = h264_hand_on (decoder, frame, size, receiver);
    (*decoder)->Uninitialize (decoder);
  }
  WelsDestroyDecoder (decoder);
  return status;
}

/* --- AV1 -------------------------------------------------------------------------------------- */

static PictureStatus
av1_hand_on (Dav1dContext *decoder, const Receiver *receiver)
{
  Dav1dPicture frame = { 0 };
  PictureStatus status = PICTURE_BAD_FRAME;
  int result = dav1d_get_picture (decoder, &frame);

  /* what it keeps back it gives when it is asked for what is left */
  if (result == DAV1D_ERR (EAGAIN))
    result = dav1d_get_picture (decoder, &frame);
  if (result != 0)
    return PICTURE_BAD_FRAME;
  if (frame.p.layout == DAV1D_PIXEL_LAYOUT_I420 && frame.p.bpc == 8) {
    PlanarImage image = { .width = (guint) frame.p.w,
                          .height = (guint) frame.p.h,
                          .is_full_range = frame.seq_hdr->color_range != 0 };

    for (guint i = 0; i < 3; i++) {
      image.planes[i] = frame.data[i];
      image.strides[i] = (gsize) frame.stride[i == 0 ? 0 : 1];
    }
    status = hand_on (receiver, &image);
  }
  dav1d_picture_unref (&frame);
  return status;
}

static PictureStatus
av1_decode (const guint8 *frame, gsize size, const Receiver *receiver)
{
  Dav1dSettings settings;
  Dav1dContext *decoder = NULL;
  Dav1dData data = { 0 };
  guint8 *bytes;
  PictureStatus status = PICTURE_BAD_FRAME;

  dav1d_default_settings (&settings);
  settings.n_threads = 1;
  settings.max_frame_delay = 1;
  settings.apply_grain = 0;
  settings.frame_size_limit = PICTURE_SOURCE_PIXELS_MAX;
  settings.logger.callback = NULL;
  if (dav1d_open (&decoder, &settings) != 0)
    return PICTURE_BAD_FRAME;
  bytes = dav1d_data_create (&data, size);
  if (bytes != NULL) {
    memcpy (bytes, frame, size);
    if (dav1d_send_data (decoder, &data) == 0)
      status = av1_hand_on (decoder, receiver);
    dav1d_data_unref (&data);
  }
  dav1d_close (&decoder);
  return status;
}

PictureStatus
picture_decode (Codec codec, const guint8 *frame, gsize size, PictureFunc func, gpointer user_data)
{
  Receiver receiver = { func, user_data };

  if (size == 0)
    return PICTURE_BAD_FRAME;
  if (size > PICTURE_FRAME_BYTES_MAX)
    return PICTURE_TOO_LARGE;
  switch (codec) {
  case CODEC_VP8:
    return vpx_decode (vpx_codec_vp8_dx (), frame, size, &receiver);
  case CODEC_VP9:
    return vpx_decode (vpx_codec_vp9_dx (), frame, size, &receiver);
  case CODEC_H264:
    return h264_decode (frame, size, &receiver);
  case CODEC_AV1:
    return av1_decode (frame, size, &receiver);
  default:
    return PICTURE_BAD_FRAME;
  }
}
