/* Keyframes of real encoders to small JPEGs: the colours are right, what is broken is refused, and
 * nothing of one picture shows in the next. */
#include "pipelines/jobs/picture_job.h"
#include "pipelines/rtp/keyframe_catcher.h"
#include "tests/support/keyframe_maker.h"

#include <string.h>
#include <turbojpeg.h>

static const Codec codecs[] = { CODEC_VP8, CODEC_VP9, CODEC_H264, CODEC_AV1 };

static GBytes *
keyframe_or_skip (Codec codec, guint width, guint height)
{
  GBytes *frame = make_keyframe (codec, width, height, FALSE);

  if (frame == NULL)
    g_test_skip ("no encoder of this codec here");
  return frame;
}

static PictureStatus
make (Codec codec, GBytes *frame, Jpeg *jpeg)
{
  return picture_make (codec, g_bytes_get_data (frame, NULL), g_bytes_get_size (frame), jpeg);
}

/* Red, green, blue of the point at @x of @width, in the middle of the picture. */
static void
read_point (const Jpeg *jpeg, guint x, guint8 rgb[3])
{
  tjhandle decoder = tjInitDecompress ();
  g_autofree guint8 *points = g_malloc ((gsize) jpeg->width * jpeg->height * 3);

  g_assert_cmpint (tjDecompress2 (decoder, jpeg->bytes, jpeg->size, points, (int) jpeg->width, 0,
                                  (int) jpeg->height, TJPF_RGB, 0),
                   ==, 0);
  memcpy (rgb, points + ((gsize) jpeg->height / 2 * jpeg->width + x) * 3, 3);
  tjDestroy (decoder);
}

/* The bar at @third of the width has its colour, and none of the others'. */
static void
assert_bars (const Jpeg *jpeg)
{
  for (guint third = 0; third < 3; third++) {
    guint8 rgb[3];

    read_point (jpeg, jpeg->width * (2 * third + 1) / 6, rgb);
    for (guint c = 0; c < 3; c++)
      g_test_message ("bar %u: %u", third, rgb[c]);
    for (guint c = 0; c < 3; c++)
      g_assert_true (c == third ? rgb[c] > 215 : rgb[c] < 40);
  }
}

static void
test_colours (gconstpointer data)
{
  Codec codec = *(const Codec *) data;
  g_autoptr (GBytes) frame = keyframe_or_skip (codec, 320, 180);
  Jpeg jpeg;

  if (frame == NULL)
    return;
  g_assert_cmpint (make (codec, frame, &jpeg), ==, PICTURE_MADE);
  g_assert_cmpuint (jpeg.width, ==, 240);
  g_assert_cmpuint (jpeg.height, ==, 134);
  g_assert_cmpuint (jpeg.size, >, 500);
  assert_bars (&jpeg);
}

/* As it goes over the line: in packets of 60 bytes, put together again. */
static void
test_over_rtp (gconstpointer data)
{
  Codec codec = *(const Codec *) data;
  g_autoptr (GBytes) whole = keyframe_or_skip (codec, 320, 180);
  g_autoptr (GPtrArray) payloads = whole != NULL ? pay_keyframe (codec, whole, 60) : NULL;
  g_autoptr (KeyframeCatcher) catcher = keyframe_catcher_new ();
  g_autoptr (GByteArray) frame = g_byte_array_new ();
  Jpeg jpeg;

  if (payloads == NULL) {
    g_test_skip ("no payloader of this codec here");
    return;
  }
  g_assert_cmpuint (payloads->len, >, 2);
  for (guint i = 0; i < payloads->len; i++) {
    gsize size;
    const guint8 *payload = g_bytes_get_data (payloads->pdata[i], &size);
    CatchPacket packet = { .seq = 100 + i,
                           .starts = i == 0,
                           .ends = i == payloads->len - 1,
                           .payload = payload,
                           .size = size };

    if (i == 0)
      g_assert_true (payload_is_keyframe_start (codec, payload, size));
    g_assert_cmpint (keyframe_catcher_on_packet (catcher, &packet, 0), ==, packet.ends);
  }
  g_assert_true (keyframe_catcher_assemble (catcher, codec, frame));
  g_assert_cmpint (picture_make (codec, frame->data, frame->len, &jpeg), ==, PICTURE_MADE);
  assert_bars (&jpeg);
}

/* Whatever is cut or turned over: an answer, and no picture larger than told. */
static void
test_broken (gconstpointer data)
{
  Codec codec = *(const Codec *) data;
  g_autoptr (GBytes) frame = keyframe_or_skip (codec, 160, 90);
  gsize size = 0;
  const guint8 *bytes = frame != NULL ? g_bytes_get_data (frame, &size) : NULL;
  guint32 seed = 7;
  Jpeg jpeg;

  for (gsize cut = 0; bytes != NULL && cut < size; cut += 1 + size / 37)
    picture_make (codec, bytes, cut, &jpeg);
  for (guint round = 0; bytes != NULL && size > 0 && round < 60; round++) {
    g_autofree guint8 *copy = g_memdup2 (bytes, size);

    for (guint i = 0; i < 8; i++) {
      seed = seed * 1664525 + 1013904223;
      copy[(seed >> 8) % size] ^= (guint8) (1 << (seed >> 29));
    }
    if (picture_make (codec, copy, size, &jpeg) == PICTURE_MADE)
      g_assert_cmpuint (jpeg.width, <=, PICTURE_WIDTH_MAX);
  }
}

/* A frame that refers to one before it is nobody's picture. */
static void
test_not_a_keyframe (void)
{
  static const guint8 vp8_delta[] = { 0x31, 0x01, 0x00, 0x00, 0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc };
  static const guint8 h264_slice[] = { 0, 0, 0, 1, 0x41, 0x9a, 0x24, 0x6c, 0x41, 0xff };
  static const guint8 av1_delimiter[] = { 0x12, 0x00 };
  Jpeg jpeg;

  g_assert_cmpint (picture_make (CODEC_VP8, vp8_delta, sizeof vp8_delta, &jpeg), ==,
                   PICTURE_BAD_FRAME);
  g_assert_cmpint (picture_make (CODEC_H264, h264_slice, sizeof h264_slice, &jpeg), ==,
                   PICTURE_BAD_FRAME);
  g_assert_cmpint (picture_make (CODEC_AV1, av1_delimiter, sizeof av1_delimiter, &jpeg), ==,
                   PICTURE_BAD_FRAME);
  g_assert_cmpint (picture_make (CODEC_VP8, vp8_delta, 0, &jpeg), ==, PICTURE_BAD_FRAME);
  g_assert_cmpint (picture_make (CODEC_OPUS, vp8_delta, sizeof vp8_delta, &jpeg), ==,
                   PICTURE_BAD_FRAME);
}

static void
test_too_large (void)
{
  /* a VP8 keyframe's head that tells 16383x16383 */
  static const guint8 huge[] = { 0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0xff, 0x3f, 0xff, 0x3f, 0, 0 };
  g_autofree guint8 *many = g_malloc0 (PICTURE_FRAME_BYTES_MAX + 1);
  Jpeg jpeg;

  g_assert_cmpint (picture_make (CODEC_VP8, huge, sizeof huge, &jpeg), ==, PICTURE_TOO_LARGE);
  g_assert_cmpint (picture_make (CODEC_VP8, many, PICTURE_FRAME_BYTES_MAX + 1, &jpeg), ==,
                   PICTURE_TOO_LARGE);
  g_assert_cmpint (picture_make (CODEC_VP8, many, PICTURE_FRAME_BYTES_MAX, &jpeg), ==,
                   PICTURE_BAD_FRAME);
}

/* The largest picture that is looked at, and one of two columns more. */
static void
test_largest (void)
{
  for (guint width = 1920; width <= 1922; width += 2) {
    g_autoptr (GBytes) frame = keyframe_or_skip (CODEC_VP8, width, 1088);
    Jpeg jpeg;

    if (frame == NULL)
      return;
    g_assert_cmpint (make (CODEC_VP8, frame, &jpeg), ==,
                     width * 1088 <= PICTURE_SOURCE_PIXELS_MAX ? PICTURE_MADE : PICTURE_TOO_LARGE);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (codecs); i++) {
    g_autofree char *colours = g_strconcat ("/picture/colours/", codec_name (codecs[i]), NULL);
    g_autofree char *broken = g_strconcat ("/picture/broken/", codec_name (codecs[i]), NULL);
    g_autofree char *over_rtp = g_strconcat ("/picture/over-rtp/", codec_name (codecs[i]), NULL);

    g_test_add_data_func (colours, &codecs[i], test_colours);
    g_test_add_data_func (broken, &codecs[i], test_broken);
    g_test_add_data_func (over_rtp, &codecs[i], test_over_rtp);
  }
  g_test_add_func ("/picture/not-a-keyframe", test_not_a_keyframe);
  g_test_add_func ("/picture/too-large", test_too_large);
  g_test_add_func ("/picture/largest", test_largest);
  return g_test_run ();
}
