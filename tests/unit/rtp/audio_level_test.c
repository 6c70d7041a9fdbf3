#include "pipelines/rtp/audio_level.h"

#define PACKET_US 20000
#define T0 1000000

/* @n packets of @db from *now_us on. */
static void
say (AudioLevel *level, guint8 db, guint n, gint64 *now_us)
{
  for (guint i = 0; i < n; i++) {
    audio_level_on_packet (level, db, *now_us);
    *now_us += PACKET_US;
  }
}

static void
test_value (void)
{
  AudioLevel level = { 0 };
  gint64 now_us = T0;
  g_assert_cmpuint (audio_level_value (&level, now_us), ==, AUDIO_LEVEL_SILENCE);
  say (&level, 127, 1, &now_us);
  g_assert_cmpuint (audio_level_value (&level, now_us), ==, 127);
  say (&level, 0x80 | 27, 3, &now_us); /* the V bit is no loudness */
  g_assert_cmpuint (audio_level_value (&level, now_us), <, 45);
  say (&level, 27, 20, &now_us);
  g_assert_cmpuint (audio_level_value (&level, now_us), <=, 28);
  say (&level, 127, 3, &now_us);
  g_assert_cmpuint (audio_level_value (&level, now_us), <, 70); /* falls slowly */
  say (&level, 127, 100, &now_us);
  g_assert_cmpuint (audio_level_value (&level, now_us), >, 124);
}

static void
test_timeout (void)
{
  AudioLevel level = { 0 };
  gint64 now_us = T0;
  say (&level, 20, 50, &now_us);
  gint64 last_us = now_us - PACKET_US;
  g_assert_true (audio_level_is_speaking (&level, last_us + AUDIO_LEVEL_TIMEOUT_US));
  g_assert_cmpuint (audio_level_value (&level, last_us + AUDIO_LEVEL_TIMEOUT_US), ==, 20);
  g_assert_false (audio_level_is_speaking (&level, last_us + AUDIO_LEVEL_TIMEOUT_US + 1));
  g_assert_cmpuint (audio_level_value (&level, last_us + AUDIO_LEVEL_TIMEOUT_US + 1), ==, 127);
  /* Back after a pause: heard at once, speech only after a while. */
  now_us += 10 * G_USEC_PER_SEC;
  say (&level, 30, 1, &now_us);
  g_assert_cmpuint (audio_level_value (&level, now_us), ==, 30);
  g_assert_false (audio_level_is_speaking (&level, now_us));
}

static void
test_speaking (void)
{
  AudioLevel level = { 0 };
  gint64 now_us = T0;
  say (&level, 70, 50, &now_us);
  g_assert_false (audio_level_is_speaking (&level, now_us));
  say (&level, 20, 4, &now_us); /* a cough */
  say (&level, 127, 20, &now_us);
  g_assert_false (audio_level_is_speaking (&level, now_us));
  say (&level, 25, 20, &now_us);
  g_assert_true (audio_level_is_speaking (&level, now_us));
  say (&level, 90, 25, &now_us); /* a breath */
  g_assert_true (audio_level_is_speaking (&level, now_us));
  say (&level, 25, 5, &now_us);
  say (&level, 50, 200, &now_us); /* neither loud nor quiet: goes on */
  g_assert_true (audio_level_is_speaking (&level, now_us));
  say (&level, 90, 80, &now_us);
  g_assert_false (audio_level_is_speaking (&level, now_us));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rtp/audio-level/value", test_value);
  g_test_add_func ("/rtp/audio-level/timeout", test_timeout);
  g_test_add_func ("/rtp/audio-level/speaking", test_speaking);
  return g_test_run ();
}
