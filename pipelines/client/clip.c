#include "pipelines/client/clip.h"

#include <gio/gio.h>
#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/gst.h>
#include <gst/rtp/gstrtpbuffer.h>
#include <math.h>

#include "pipelines/client/scene.h"
#include "pipelines/client/voice.h"

#define VP8_PAYLOAD_TYPE 96
#define RTP_MTU 1180
#define VP8_S_BIT 0x10
#define VP8_EXTENDED_BIT 0x80
#define VP8_INTER_FRAME_BIT 0x01
#define AUDIO_FRAME_SAMPLES (VOICE_RATE_HZ * CLIP_AUDIO_FRAME_MS / 1000)
#define LEVEL_SILENCE 127

static void
clip_frame_clear (gpointer frame)
{
  g_clear_pointer (&((ClipFrame *) frame)->payloads, g_ptr_array_unref);
}

static Clip *
clip_new (const ClipFormat *format)
{
  Clip *clip = g_new0 (Clip, 1);
  g_atomic_ref_count_init (&clip->refs);
  clip->format = *format;
  clip->video = g_array_new (FALSE, TRUE, sizeof (ClipFrame));
  g_array_set_clear_func (clip->video, clip_frame_clear);
  clip->audio = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  return clip;
}

Clip *
clip_ref (Clip *clip)
{
  g_atomic_ref_count_inc (&clip->refs);
  return clip;
}

void
clip_unref (Clip *clip)
{
  if (!g_atomic_ref_count_dec (&clip->refs))
    return;
  g_array_unref (clip->video);
  g_ptr_array_unref (clip->audio);
  g_free (clip->levels);
  g_free (clip);
}

guint
clip_next_keyframe (const Clip *clip, guint index)
{
  guint count = clip->video->len;
  for (guint i = 0; i < count; i++) {
    guint at = (index + i) % count;
    if (g_array_index (clip->video, ClipFrame, at).keyframe)
      return at;
  }
  return 0;
}

/* A pipeline with an appsrc named "in" and an appsink named "out". */
typedef struct {
  GstElement *pipeline;
  GstAppSrc *in;
  GstAppSink *out;
} Encoder;

static void
encoder_clear (Encoder *encoder)
{
  if (encoder->pipeline)
    gst_element_set_state (encoder->pipeline, GST_STATE_NULL);
  g_clear_object (&encoder->in);
  g_clear_object (&encoder->out);
  g_clear_object (&encoder->pipeline);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Encoder, encoder_clear)

static gboolean
encoder_start (Encoder *encoder, const char *description, GError **error)
{
  encoder->pipeline = gst_parse_launch_full (description, NULL, GST_PARSE_FLAG_FATAL_ERRORS, error);
  if (!encoder->pipeline)
    return FALSE;
  encoder->in = GST_APP_SRC (gst_bin_get_by_name (GST_BIN (encoder->pipeline), "in"));
  encoder->out = GST_APP_SINK (gst_bin_get_by_name (GST_BIN (encoder->pipeline), "out"));
  if (gst_element_set_state (encoder->pipeline, GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "the encoder pipeline does not start");
  return FALSE;
}

/* Takes one sample with a bound on the wait; NULL at the end of the stream. */
static GstSample *
encoder_pull (Encoder *encoder)
{
  return gst_app_sink_try_pull_sample (encoder->out, 10 * GST_SECOND);
}

static gboolean
encoder_push (Encoder *encoder, GstBuffer *buffer, GstClockTime pts, GstClockTime duration)
{
  GST_BUFFER_PTS (buffer) = pts;
  GST_BUFFER_DURATION (buffer) = duration;
  return gst_app_src_push_buffer (encoder->in, buffer) == GST_FLOW_OK;
}

/* RFC 7741 4.2 and RFC 6386 9.1: the descriptor here is one byte, the P bit is the next one's. */
static gboolean
is_vp8_keyframe (const guint8 *payload, gsize size)
{
  return size > 1 && (payload[0] & VP8_S_BIT) && !(payload[0] & VP8_EXTENDED_BIT) &&
         !(payload[1] & VP8_INTER_FRAME_BIT);
}

static void
clip_take_video (Clip *clip, GstBuffer *buffer, GPtrArray **frame)
{
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
  if (!gst_rtp_buffer_map (buffer, GST_MAP_READ, &rtp))
    return;
  if (!*frame)
    *frame = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_ptr_array_add (*frame, g_bytes_new (gst_rtp_buffer_get_payload (&rtp),
                                        gst_rtp_buffer_get_payload_len (&rtp)));
  if (gst_rtp_buffer_get_marker (&rtp)) {
    gsize size;
    const guint8 *first = g_bytes_get_data (g_ptr_array_index (*frame, 0), &size);
    ClipFrame whole = { .payloads = g_steal_pointer (frame),
                        .keyframe = is_vp8_keyframe (first, size) };
    g_array_append_val (clip->video, whole);
  }
  gst_rtp_buffer_unmap (&rtp);
}

/* The payloader hands over a frame's packets as a list. */
static void
clip_take_video_sample (Clip *clip, GstSample *sample, GPtrArray **frame)
{
  GstBufferList *list = gst_sample_get_buffer_list (sample);
  for (guint i = 0; list && i < gst_buffer_list_length (list); i++)
    clip_take_video (clip, gst_buffer_list_get (list, i), frame);
  if (!list && gst_sample_get_buffer (sample))
    clip_take_video (clip, gst_sample_get_buffer (sample), frame);
}

static gboolean
clip_encode_video (Clip *clip, const ClipArt *art, GError **error)
{
  const ClipFormat *f = &clip->format;
  guint count = f->fps * f->seconds;
  g_autofree char *description = g_strdup_printf (
      "appsrc name=in format=time caps=video/x-raw,format=BGRx,width=%u,height=%u,framerate=%u/1 ! "
      "videoconvert n-threads=1 ! vp8enc deadline=1 cpu-used=8 threads=1 lag-in-frames=0 "
      "error-resilient=default keyframe-max-dist=%u target-bitrate=%u end-usage=cbr "
      "max-quantizer=26 ! "
      "rtpvp8pay pt=%d mtu=%d picture-id-mode=none ! "
      "appsink name=out sync=false buffer-list=true max-buffers=0",
      f->width, f->height, f->fps, f->fps, f->kbps * 1000, VP8_PAYLOAD_TYPE, RTP_MTU);
  g_auto (Encoder) encoder = { NULL };
  if (!encoder_start (&encoder, description, error))
    return FALSE;

  gsize size = (gsize) f->width * f->height * 4;
  GstClockTime duration = GST_SECOND / f->fps;
  for (guint i = 0; i < count; i++) {
    guint8 *frame = g_malloc (size);
    art->draw (art->data, f, i, frame);
    if (!encoder_push (&encoder, gst_buffer_new_wrapped (frame, size), i * duration, duration))
      break;
  }
  gst_app_src_end_of_stream (encoder.in);

  g_autoptr (GPtrArray) frame = NULL;
  GstSample *sample;
  while ((sample = encoder_pull (&encoder))) {
    clip_take_video_sample (clip, sample, &frame);
    gst_sample_unref (sample);
  }
  if (clip->video->len == count && g_array_index (clip->video, ClipFrame, 0).keyframe)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "the video encoder made %u frames of %u",
               clip->video->len, count);
  return FALSE;
}

static guint8
level_of (const gint16 *samples, guint count)
{
  double power = 0;
  for (guint i = 0; i < count; i++)
    power += (double) samples[i] * samples[i];
  power /= (double) count * G_MAXINT16 * G_MAXINT16;
  return power > 0 ? (guint8) CLAMP (-10 * log10 (power) + .5, 0, LEVEL_SILENCE) : LEVEL_SILENCE;
}

static gboolean
clip_encode_audio (Clip *clip, const ClipArt *art, GError **error)
{
  guint period = clip->format.seconds * VOICE_RATE_HZ;
  guint count = period / AUDIO_FRAME_SAMPLES;
  g_auto (Encoder) encoder = { NULL };
  if (!encoder_start (&encoder,
                      "appsrc name=in format=time caps=audio/x-raw,format=S16LE,layout=interleaved,"
                      "rate=48000,channels=1 ! opusenc bitrate=32000 frame-size=20 "
                      "audio-type=voice ! appsink name=out sync=false max-buffers=0",
                      error))
    return FALSE;
  clip->levels = g_malloc0 (count);
  GstClockTime duration = CLIP_AUDIO_FRAME_MS * GST_MSECOND;
  for (guint i = 0; i < count; i++) {
    gint16 *samples = g_new (gint16, AUDIO_FRAME_SAMPLES);
    art->fill (art->data, &clip->format, i * AUDIO_FRAME_SAMPLES, samples, AUDIO_FRAME_SAMPLES);
    clip->levels[i] = level_of (samples, AUDIO_FRAME_SAMPLES);
    GstBuffer *buffer = gst_buffer_new_wrapped (samples, AUDIO_FRAME_SAMPLES * sizeof (gint16));
    if (!encoder_push (&encoder, buffer, i * duration, duration))
      break;
  }
  gst_app_src_end_of_stream (encoder.in);

  GstSample *sample;
  while (clip->audio->len < count && (sample = encoder_pull (&encoder))) {
    GstMapInfo map;
    if (gst_buffer_map (gst_sample_get_buffer (sample), &map, GST_MAP_READ)) {
      g_ptr_array_add (clip->audio, g_bytes_new (map.data, map.size));
      gst_buffer_unmap (gst_sample_get_buffer (sample), &map);
    }
    gst_sample_unref (sample);
  }
  if (clip->audio->len == count)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "the audio encoder made %u frames of %u",
               clip->audio->len, count);
  return FALSE;
}

Clip *
clip_encode_art (const ClipArt *art, const ClipFormat *format, GError **error)
{
  g_return_val_if_fail (format->fps > 0 && format->seconds > 0, NULL);
  g_autoptr (Clip) clip = clip_new (format);
  if (!clip_encode_video (clip, art, error) || !clip_encode_audio (clip, art, error))
    return NULL;
  return g_steal_pointer (&clip);
}

/* --- a room --- */

typedef struct {
  const char *name;
  guint32 seed;
} RoomArt;

static void
draw_room (gconstpointer data, const ClipFormat *format, guint index, guint8 *bgrx)
{
  const RoomArt *art = data;
  Scene scene = { .name = art->name,
                  .seed = art->seed,
                  .width = (int) format->width,
                  .height = (int) format->height };

  scene_draw (&scene, index, format->fps * format->seconds, bgrx);
}

static void
fill_room (gconstpointer data, const ClipFormat *format, guint first, gint16 *samples, guint count)
{
  const RoomArt *art = data;

  voice_fill (art->seed, first, format->seconds * VOICE_RATE_HZ, samples, count);
}

Clip *
clip_encode (const char *name, guint32 seed, const ClipFormat *format, GError **error)
{
  RoomArt room = { name, seed };

  return clip_encode_art (&(ClipArt){ draw_room, fill_room, &room }, format, error);
}
