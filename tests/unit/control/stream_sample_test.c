/* The text of stream samples: written and read again, its bounds, what a newer peer adds. */
#include "pipelines/control/stream_sample.h"

#include <string.h>

static StreamSample
a_microphone (void)
{
  StreamSample sample = { .name = "mic",
                          .kind = STREAM_AUDIO_UP,
                          .flags = STREAM_ACTIVE,
                          .span_ms = 1000,
                          .packets = 50,
                          .bytes = 4000,
                          .level = 45,
                          .loudest = 31,
                          .has_envelope = TRUE };

  memset (sample.envelope, STREAM_SILENCE, sizeof sample.envelope);
  sample.envelope[3] = 31;
  return sample;
}

static StreamSample
a_camera (void)
{
  return (StreamSample){ .name = "camera",
                         .kind = STREAM_VIDEO_UP,
                         .layer = 2,
                         .flags = STREAM_ACTIVE,
                         .span_ms = 980,
                         .packets = 75,
                         .bytes = 90000,
                         .lost = 3,
                         .lost_runs = 1,
                         .jitter_us = 2500,
                         .frames = 25,
                         .gap_ms = 41,
                         .width = 1280,
                         .height = 720,
                         .keyframes = 1 };
}

static void
test_round_trip (void)
{
  StreamSample written[] = { a_microphone (), a_camera (), { .name = "s24", .span_ms = 1 } };
  StreamSample read[STREAM_SAMPLES_MAX];
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (written); i++)
    g_assert_true (stream_sample_write (text, &written[i]));
  g_assert_cmpuint (stream_samples_read (text->str, read, STREAM_SAMPLES_MAX), ==, 3);
  g_assert_cmpmem (read, sizeof written, written, sizeof written);
}

static void
test_largest_numbers (void)
{
  StreamSample sample, read;
  g_autoptr (GString) text = g_string_new (NULL);

  memset (&sample, 0, sizeof sample);
  memset (sample.name, 'n', STREAM_NAME_BYTES);
  sample.kind = STREAM_VIDEO_DOWN;
  sample.layer = STREAM_LAYER_NONE;
  sample.flags = sample.width = sample.height = sample.wanted = G_MAXUINT16;
  sample.level = sample.loudest = STREAM_SILENCE;
  sample.packets = sample.bytes = sample.lost = sample.lost_runs = sample.jitter_us = G_MAXUINT32;
  sample.frames = sample.frozen_ms = sample.freezes = sample.gap_ms = G_MAXUINT32;
  sample.keyframes = sample.nacks = sample.plis = sample.rtx = sample.clipped = G_MAXUINT32;
  sample.span_ms = G_MAXUINT32;
  g_assert_true (stream_sample_write (text, &sample));
  g_assert_cmpuint (stream_samples_read (text->str, &read, 1), ==, 1);
  g_assert_cmpmem (&read, sizeof read, &sample, sizeof sample);
}

/* What is beyond a bound, and how many streams before it are taken. */
static void
test_malformed (void)
{
  static const struct {
    const char *text;
    guint taken;
  } rows[] = {
    { "", 0 },
    { ";", 0 },
    { "mic", 1 },
    { "mic;", 1 },
    { "mic;a0;main", 3 },
    { "mic;;a0", 1 },
    { "123456789012345", 1 },
    { "1234567890123456", 0 },
    { "mic,3", 1 },
    { "mic,4", 0 },
    { "mic,,255", 1 },
    { "mic,,256", 0 },
    { "mic,,,,,4294967295", 1 },
    { "mic,,,,,4294967296", 0 },
    { "mic,,,,,-1", 0 },
    { "a0;mic,,,,,1x", 1 },
    { "mic,,,,,,,,,,,,,,,,,,,,,,,,7f7f7f7f7f7f7f7f7f7f"
      "7f7f7f7f7f7f7f7f7f7f",
      1 },
    { "mic,,,,,,,,,,,,,,,,,,,,,,,,7f7f7f7f7f7f7f7f7f7f"
      "7f7f7f7f7f7f7f7f7f7",
      0 },
    { "mic,,,,,,,,,,,,,,,,,,,,,,,,,of a newer one,5;a0", 2 },
  };
  StreamSample samples[4];

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_test_message ("%s", rows[i].text);
    g_assert_cmpuint (stream_samples_read (rows[i].text, samples, 4), ==, rows[i].taken);
  }
  g_assert_cmpuint (stream_samples_read (NULL, samples, 4), ==, 0);
  g_assert_cmpuint (stream_samples_read ("a;b;c", samples, 2), ==, 2);
}

/* A room with more streams than fit is told as far as it fits, never longer. */
static void
test_bounded (void)
{
  StreamSample sample = a_camera ();
  g_autoptr (GString) text = g_string_new (NULL);
  guint n = 0;

  while (stream_sample_write (text, &sample))
    n++;
  g_assert_cmpuint (n, >=, 40);
  g_assert_cmpuint (text->len, <=, LIMIT_SAMPLES_BYTES);
  g_test_message ("%u streams of %" G_GSIZE_FORMAT " bytes", n, text->len / n);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/control/stream_sample/round_trip", test_round_trip);
  g_test_add_func ("/control/stream_sample/largest_numbers", test_largest_numbers);
  g_test_add_func ("/control/stream_sample/malformed", test_malformed);
  g_test_add_func ("/control/stream_sample/bounded", test_bounded);
  return g_test_run ();
}
