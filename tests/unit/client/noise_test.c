/* Noise keeps its rate, its frames look like what they say, its marks come back; and a histogram
 * finds its percentiles. */
#include "pipelines/client/histogram.h"
#include "pipelines/client/noise.h"

#include <string.h>

#define ROOM 77

static void
test_rate (gconstpointer data)
{
  Codec codec = GPOINTER_TO_INT (data);
  NoiseFormat format = { .codec = codec, .kbps = 2000, .fps = 25, .room = ROOM };
  Noise noise;
  guint8 payload[NOISE_PAYLOAD_MAX];
  guint64 bytes = 0;

  noise_init (&noise, &format, 1);
  for (guint frame = 0; frame < 250; frame++) {
    guint n = noise_begin_frame (&noise, frame % 50 == 0);
    gsize first = 0, size = 0;
    for (guint i = 0; i < n; i++) {
      size = noise_write (&noise, i, 1000, payload);
      g_assert_cmpuint (size, <=, NOISE_PAYLOAD_MAX);
      first = i == 0 ? size : first;
      bytes += size;
    }
    g_assert_cmpuint (size - first, <=, 1); /* as Chromium splits a frame */
    g_assert_cmpuint (n, >=, 3);
  }
  /* 10 s of 2 Mbps, key frames included */
  g_assert_cmpuint (bytes, >, 2500000 * 97 / 100);
  g_assert_cmpuint (bytes, <, 2500000 * 103 / 100);
}

static void
test_frames_look_right (gconstpointer data)
{
  Codec codec = GPOINTER_TO_INT (data);
  NoiseFormat format = { .codec = codec, .kbps = 1000, .fps = 25, .room = ROOM };
  Noise noise;
  guint8 payload[NOISE_PAYLOAD_MAX];

  noise_init (&noise, &format, 1);
  for (guint frame = 0; frame < 20; frame++) {
    gboolean is_key = frame % 5 == 0;
    guint n = noise_begin_frame (&noise, is_key);
    for (guint i = 0; i < n; i++) {
      Mark mark;
      gsize size = noise_write (&noise, i, 5000 + frame, payload);
      if (i == 0)
        g_assert_cmpint (payload_is_keyframe_start (codec, payload, size), ==, is_key);
      else if (codec == CODEC_VP8)
        g_assert_false (payload_is_keyframe_start (codec, payload, size));
      g_assert_true (mark_read (&mark, payload, size));
      g_assert_cmpuint (mark.room, ==, ROOM);
      g_assert_cmpint (mark.sent_us, ==, 5000 + frame);
      g_assert_true (mark.is_same_clock);
    }
  }
}

static void
test_packets_of_a_frame (void)
{
  static const guint rows[][2] = { { 3, 800 }, { 9, 2000 }, { 10, 2500 } }; /* packets, kbps */

  for (guint row = 0; row < G_N_ELEMENTS (rows); row++) {
    NoiseFormat format = {
      .codec = CODEC_VP8, .kbps = rows[row][1], .fps = 30, .room = ROOM, .packets = rows[row][0]
    };
    Noise noise;
    guint8 payload[NOISE_PAYLOAD_MAX];

    noise_init (&noise, &format, 1);
    for (guint frame = 0; frame < 60; frame++) {
      gboolean is_key = frame % 20 == 0;
      guint n = noise_begin_frame (&noise, is_key);
      g_assert_cmpuint (n, ==, format.packets * (is_key ? NOISE_KEY_FACTOR : 1));
      gsize first = noise_write (&noise, 0, 1000, payload);
      g_assert_cmpuint (noise_write (&noise, n - 1, 1000, payload) - first, <=, 1);
    }
  }
}

/* However often a key frame is asked for. */
static void
test_flat (void)
{
  NoiseFormat format = { .codec = CODEC_VP8, .kbps = 1200, .fps = 25, .is_flat = TRUE };
  guint64 bytes = 0;
  Noise noise;

  noise_init (&noise, &format, 3);
  for (guint frame = 0; frame < 250; frame++) {
    guint n = noise_begin_frame (&noise, frame % 3 == 0);
    for (guint i = 0; i < n; i++) {
      guint8 payload[NOISE_PAYLOAD_MAX];
      bytes += noise_write (&noise, i, 0, payload);
    }
  }
  g_assert_cmpuint (bytes, >=, 1200 * 125 * 10 * 98 / 100);
  g_assert_cmpuint (bytes, <=, 1200 * 125 * 10 * 102 / 100);
}

static void
test_low_rates (void)
{
  NoiseFormat format = { .codec = CODEC_VP8, .kbps = 1, .fps = 60, .room = ROOM };
  Noise noise;
  guint8 payload[NOISE_PAYLOAD_MAX];

  noise_init (&noise, &format, 3);
  g_assert_cmpuint (noise_begin_frame (&noise, TRUE), ==, 1);
  gsize size = noise_write (&noise, 0, 0, payload);
  g_assert_cmpuint (size, >=, MARK_BYTES + 16);
  format.kbps = 20000;
  format.fps = 1;
  noise_init (&noise, &format, 3);
  g_assert_cmpuint (noise_begin_frame (&noise, TRUE), ==, NOISE_PACKETS_MAX);
}

static void
test_sound (void)
{
  NoiseFormat format = { .codec = CODEC_VP8, .kbps = 1, .fps = 25, .room = ROOM };
  Noise noise;
  guint8 payload[NOISE_PAYLOAD_MAX];
  Mark mark;

  noise_init (&noise, &format, 3);
  g_assert_cmpuint (noise_write_sound (&noise, 9, payload, 80), ==, 80);
  g_assert_true (mark_read (&mark, payload, 80));
  g_assert_cmpint (mark.sent_us, ==, 9);
  g_assert_cmpuint (noise_write_sound (&noise, 9, payload, 0), ==, MARK_BYTES + 1);
  g_assert_cmpuint (noise_write_sound (&noise, 9, payload, 9999), ==, NOISE_PAYLOAD_MAX);
}

static void
test_no_mark (void)
{
  guint8 payload[64] = { 0 };
  Mark mark = { .room = 1 };

  g_assert_false (mark_read (&mark, payload, sizeof payload));
  mark_write (&mark, payload, MARK_BYTES);
  g_assert_true (mark_read (&mark, payload, MARK_BYTES));
  g_assert_false (mark_read (&mark, payload, MARK_BYTES - 1));
  g_assert_false (mark_read (&mark, payload, MARK_BYTES + 1));
  payload[7] ^= 1; /* another machine's clock */
  g_assert_true (mark_read (&mark, payload, MARK_BYTES));
  g_assert_false (mark.is_same_clock);
  g_assert_cmpuint (mark_room ("38-1"), !=, mark_room ("38-2"));
  g_assert_cmpuint (mark_room (""), !=, 0);
}

static void
test_histogram (void)
{
  g_autofree Histogram *histogram = g_new0 (Histogram, 1);

  g_assert_cmpint (histogram_get_us (histogram, 500), ==, 0);
  for (gint64 us = 1; us <= 100000; us++)
    histogram_add (histogram, us);
  for (guint permille = 10; permille <= 1000; permille += 10) {
    gint64 exact = permille * 100, found = histogram_get_us (histogram, permille);
    g_assert_cmpint (ABS (found - exact), <=, exact / 30 + 1);
  }
  histogram_add (histogram, -5);
  g_assert_cmpint (histogram->max_us, ==, 100000);
  histogram_add (histogram, G_MAXINT64);
  g_assert_cmpint (histogram->count, ==, 100002);
  g_assert_cmpint (histogram_get_us (histogram, 500), <, 52000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/client/noise/rate/vp8", GINT_TO_POINTER (CODEC_VP8), test_rate);
  g_test_add_data_func ("/client/noise/rate/h264", GINT_TO_POINTER (CODEC_H264), test_rate);
  g_test_add_data_func ("/client/noise/frames/vp8", GINT_TO_POINTER (CODEC_VP8),
                        test_frames_look_right);
  g_test_add_data_func ("/client/noise/frames/h264", GINT_TO_POINTER (CODEC_H264),
                        test_frames_look_right);
  g_test_add_func ("/client/noise/packets", test_packets_of_a_frame);
  g_test_add_func ("/client/noise/flat", test_flat);
  g_test_add_func ("/client/noise/low-rates", test_low_rates);
  g_test_add_func ("/client/noise/sound", test_sound);
  g_test_add_func ("/client/mark/none", test_no_mark);
  g_test_add_func ("/client/histogram", test_histogram);
  return g_test_run ();
}
