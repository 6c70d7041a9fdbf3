#include "tests/support/keyframe_maker.h"

#include <gst/app/app.h>
#include <gst/gst.h>
#include <gst/rtp/gstrtpbuffer.h>

static const char *
encoder_of (Codec codec)
{
  switch (codec) {
  case CODEC_VP8:
    return "vp8enc deadline=1 cpu-used=8 threads=1 target-bitrate=400000";
  case CODEC_VP9:
    return "vp9enc deadline=1 cpu-used=8 threads=1 target-bitrate=400000";
  case CODEC_H264:
    return "openh264enc bitrate=400000 multi-thread=1 ! "
           "video/x-h264,stream-format=byte-stream,alignment=au";
  case CODEC_AV1:
    return "av1enc cpu-used=8 threads=1 end-usage=vbr target-bitrate=400 usage-profile=realtime ! "
           "av1parse ! video/x-av1,stream-format=obu-stream,alignment=tu";
  default:
    return NULL;
  }
}

/* BGRx: three bars from left to right, or something like a room: soft shapes with some grain. */
static GstBuffer *
draw (guint width, guint height, gboolean noise)
{
  gsize size = (gsize) width * height * 4;
  guint8 *bytes = g_malloc0 (size);
  guint32 seed = 1;

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++) {
      guint8 *point = bytes + ((gsize) y * width + x) * 4;

      if (!noise) {
        point[2 - MIN (x * 3 / width, 2)] = 255;
        continue;
      }
      seed = seed * 1664525 + 1013904223;
      for (guint c = 0; c < 3; c++)
        point[c] = (guint8) (60 + (x * (c + 1) + y * 2) % 128 + (seed >> 28));
    }
  return gst_buffer_new_wrapped (bytes, size);
}

GBytes *
make_keyframe (Codec codec, guint width, guint height, gboolean noise)
{
  g_autofree char *text = g_strdup_printf (
      "appsrc name=in format=time caps=video/x-raw,format=BGRx,width=%u,height=%u,framerate=10/1 ! "
      "videoconvert ! video/x-raw,format=I420,colorimetry=bt601 ! %s ! appsink name=out sync=false",
      width, height, encoder_of (codec));
  g_autoptr (GstElement) pipeline = NULL;
  g_autoptr (GstElement) in = NULL, out = NULL;
  g_autoptr (GstSample) sample = NULL;
  GstBuffer *picture;
  GBytes *frame = NULL;

  if (!gst_is_initialized ())
    gst_init (NULL, NULL);
  pipeline = gst_parse_launch_full (text, NULL, GST_PARSE_FLAG_FATAL_ERRORS, NULL);
  if (pipeline == NULL)
    return NULL;
  in = gst_bin_get_by_name (GST_BIN (pipeline), "in");
  out = gst_bin_get_by_name (GST_BIN (pipeline), "out");
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  picture = draw (width, height, noise);
  GST_BUFFER_PTS (picture) = 0;
  GST_BUFFER_DURATION (picture) = GST_SECOND / 10;
  gst_app_src_push_buffer (GST_APP_SRC (in), picture);
  gst_app_src_end_of_stream (GST_APP_SRC (in));
  sample = gst_app_sink_try_pull_sample (GST_APP_SINK (out), 10 * GST_SECOND);
  if (sample != NULL) {
    GstMapInfo map;

    gst_buffer_map (gst_sample_get_buffer (sample), &map, GST_MAP_READ);
    frame = g_bytes_new (map.data, map.size);
    gst_buffer_unmap (gst_sample_get_buffer (sample), &map);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return frame;
}

/* --- packets ---------------------------------------------------------------------------------- */

static const char *
payloader_of (Codec codec)
{
  switch (codec) {
  case CODEC_VP8:
    return "video/x-vp8 ! rtpvp8pay picture-id-mode=15-bit";
  case CODEC_VP9:
    return "video/x-vp9 ! rtpvp9pay picture-id-mode=15-bit";
  case CODEC_H264:
    return "video/x-h264,stream-format=byte-stream,alignment=au ! h264parse ! "
           "rtph264pay aggregate-mode=zero-latency config-interval=-1";
  default:
    return NULL;
  }
}

static void
take_payload (GPtrArray *payloads, GstBuffer *buffer)
{
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;

  if (!gst_rtp_buffer_map (buffer, GST_MAP_READ, &rtp))
    return;
  g_ptr_array_add (payloads, g_bytes_new (gst_rtp_buffer_get_payload (&rtp),
                                          gst_rtp_buffer_get_payload_len (&rtp)));
  gst_rtp_buffer_unmap (&rtp);
}

static void
take_payloads (GPtrArray *payloads, GstSample *sample)
{
  GstBufferList *list = gst_sample_get_buffer_list (sample);

  for (guint i = 0; list != NULL && i < gst_buffer_list_length (list); i++)
    take_payload (payloads, gst_buffer_list_get (list, i));
  if (list == NULL)
    take_payload (payloads, gst_sample_get_buffer (sample));
}

/* Each OBU by itself, without its size, cut where a packet is full; one element in each packet. */
static void
pay_obu (GPtrArray *payloads, const guint8 *obu, gsize size, guint mtu)
{
  for (gsize at = 0; at < size;) {
    gsize n = MIN (size - at, mtu - 1);
    g_autoptr (GByteArray) payload = g_byte_array_new ();
    guint8 head =
        0x10 | (at > 0 ? 0x80 : 0) | (at + n < size ? 0x40 : 0) | (payloads->len == 0 ? 0x08 : 0);

    g_byte_array_append (payload, &head, 1);
    g_byte_array_append (payload, obu + at, (guint) n);
    g_ptr_array_add (payloads, g_byte_array_free_to_bytes (g_steal_pointer (&payload)));
    at += n;
  }
}

static void
pay_av1 (GPtrArray *payloads, GBytes *frame, guint mtu)
{
  gsize size, at = 0;
  const guint8 *bytes = g_bytes_get_data (frame, &size);

  while (at + 2 <= size) {
    g_autoptr (GByteArray) obu = g_byte_array_new ();
    guint8 head = bytes[at] & (guint8) ~0x02;
    gsize length = 0;

    g_assert_true ((bytes[at] & 0x06) == 0x02); /* has its size, no extension */
    g_byte_array_append (obu, &head, 1);
    at++;
    for (guint shift = 0;; shift += 7) {
      length |= (gsize) (bytes[at] & 0x7f) << shift;
      if ((bytes[at++] & 0x80) == 0)
        break;
    }
    g_byte_array_append (obu, bytes + at, (guint) length);
    at += length;
    if ((head >> 3 & 0x0f) != 2) /* a delimiter stays behind */
      pay_obu (payloads, obu->data, obu->len, mtu);
  }
}

static void
pay_by_gstreamer (GPtrArray *payloads, const char *payloader, GBytes *frame, guint mtu)
{
  g_autofree char *text = g_strdup_printf ("appsrc name=in format=time caps=%s mtu=%u ! "
                                           "appsink name=out sync=false buffer-list=true",
                                           payloader, mtu + 12);
  g_autoptr (GstElement) pipeline =
      gst_parse_launch_full (text, NULL, GST_PARSE_FLAG_FATAL_ERRORS, NULL);
  g_autoptr (GstElement) in = NULL, out = NULL;
  GstBuffer *buffer = gst_buffer_new_wrapped_bytes (frame);
  GstSample *sample;

  g_assert_nonnull (pipeline);
  in = gst_bin_get_by_name (GST_BIN (pipeline), "in");
  out = gst_bin_get_by_name (GST_BIN (pipeline), "out");
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  GST_BUFFER_PTS (buffer) = 0;
  gst_app_src_push_buffer (GST_APP_SRC (in), buffer);
  gst_app_src_end_of_stream (GST_APP_SRC (in));
  while ((sample = gst_app_sink_try_pull_sample (GST_APP_SINK (out), 10 * GST_SECOND)) != NULL) {
    take_payloads (payloads, sample);
    gst_sample_unref (sample);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

GPtrArray *
pay_keyframe (Codec codec, GBytes *frame, guint mtu)
{
  GPtrArray *payloads = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  if (codec == CODEC_AV1)
    pay_av1 (payloads, frame, mtu);
  else
    pay_by_gstreamer (payloads, payloader_of (codec), frame, mtu);
  return payloads;
}
