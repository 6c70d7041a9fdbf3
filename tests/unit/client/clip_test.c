/* A clip can be looped: whole frames, key frames where asked, sound of the same length. */
#include "pipelines/client/clip.h"

#include <gst/gst.h>

#include "pipelines/client/scene.h"
#include "pipelines/client/voice.h"

static const ClipFormat small = {
  .width = 160, .height = 96, .fps = 10, .seconds = 2, .kbps = 100
};

static void
test_clip_is_whole (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Clip) clip = clip_encode ("Xã Thanh Hà", 7, &small, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (clip->video->len, ==, small.fps * small.seconds);
  g_assert_cmpuint (clip->audio->len, ==, small.seconds * 1000 / CLIP_AUDIO_FRAME_MS);
  g_assert_true (g_array_index (clip->video, ClipFrame, 0).keyframe);
  for (guint i = 0; i < clip->video->len; i++)
    g_assert_cmpuint (g_array_index (clip->video, ClipFrame, i).payloads->len, >, 0);
}

/* What each frame of sound says of its loudness goes up and down with the syllables. */
static void
test_levels_follow_the_voice (void)
{
  g_autoptr (Clip) clip = clip_encode ("A", 7, &small, NULL);
  g_assert_nonnull (clip);
  guint loud = 0, quiet = 0;
  for (guint i = 0; i < clip->audio->len; i++) {
    g_assert_cmpuint (clip->levels[i], >=, 3);
    g_assert_cmpuint (clip->levels[i], <=, 127);
    loud += clip->levels[i] < 30;
    quiet += clip->levels[i] > 60;
  }
  g_assert_cmpuint (loud, >, clip->audio->len / 10);
  g_assert_cmpuint (quiet, >, clip->audio->len / 10);
}

static void
test_next_keyframe_wraps (void)
{
  g_autoptr (Clip) clip = clip_encode ("A", 1, &small, NULL);
  g_assert_nonnull (clip);
  g_assert_cmpuint (clip_next_keyframe (clip, 0), ==, 0);
  guint second = clip_next_keyframe (clip, 1);
  g_assert_cmpuint (second, >, 0);
  g_assert_cmpuint (second, <=, small.fps);
  g_assert_cmpuint (clip_next_keyframe (clip, clip->video->len), ==, 0);
  g_assert_cmpuint (clip_next_keyframe (clip, clip->video->len - 1), ==, 0);
}

static void
test_scene_moves_and_differs (void)
{
  enum { W = 64, H = 48, BYTES = W * H * 4 };
  guint8 *a = g_malloc (BYTES), *b = g_malloc (BYTES), *c = g_malloc (BYTES);
  Scene one = { .name = "A", .seed = 1, .width = W, .height = H };
  Scene two = { .name = "A", .seed = 2, .width = W, .height = H };
  scene_draw (&one, 0, 20, a);
  scene_draw (&one, 5, 20, b);
  scene_draw (&two, 0, 20, c);
  g_assert_cmpint (memcmp (a, b, BYTES), !=, 0);
  g_assert_cmpint (memcmp (a, c, BYTES), !=, 0);
  scene_draw (&one, 0, 20, b);
  g_assert_cmpmem (a, BYTES, b, BYTES);
  g_free (a);
  g_free (b);
  g_free (c);
}

static void
test_voice_is_loud_then_silent (void)
{
  guint period = 2 * VOICE_RATE_HZ;
  g_autofree gint16 *samples = g_new (gint16, period);
  voice_fill (3, 0, period, samples, period);
  guint loud = 0, silent = 0;
  for (guint i = 0; i < period; i++) {
    loud += ABS (samples[i]) > 1500;
    silent += samples[i] == 0;
  }
  g_assert_cmpuint (loud, >, period / 20);
  g_assert_cmpuint (silent, >, period / 20);
  /* in pieces it is the same as at once */
  gint16 piece[960];
  voice_fill (3, 48000, period, piece, G_N_ELEMENTS (piece));
  g_assert_cmpmem (piece, sizeof piece, samples + 48000, sizeof piece);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/client/clip/whole", test_clip_is_whole);
  g_test_add_func ("/client/clip/levels", test_levels_follow_the_voice);
  g_test_add_func ("/client/clip/next-keyframe", test_next_keyframe_wraps);
  g_test_add_func ("/client/scene/moves", test_scene_moves_and_differs);
  g_test_add_func ("/client/voice/loud-then-silent", test_voice_is_loud_then_silent);
  return g_test_run ();
}
