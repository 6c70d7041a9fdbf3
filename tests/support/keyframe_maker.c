#include "tests/support/keyframe_maker.h"

#include <gst/app/app.h>
#include <gst/gst.h>

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
