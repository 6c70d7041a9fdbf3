/* The test card: bars in their order, a block that moves, a tone that pauses; all of it joins. */
#include "pipelines/client/clip.h"
#include "pipelines/client/test_card.h"

#include <gst/gst.h>
#include <string.h>

#define WIDTH 280
#define HEIGHT 160
#define PERIOD 60
#define RATE 48000

static const TestCardSize size = { WIDTH, HEIGHT };

static guint8 *
draw (guint index)
{
  guint8 *frame = g_malloc0 ((gsize) WIDTH * HEIGHT * 4);

  test_card_draw (&size, index, PERIOD, frame);
  return frame;
}

static const guint8 *
pixel (const guint8 *frame, guint x, guint y)
{
  return frame + ((gsize) y * WIDTH + x) * 4;
}

static void
test_bars (void)
{
  /* blue, green, red */
  static const guint8 bars[TEST_CARD_BARS][3] = { { 191, 191, 191 }, { 0, 191, 191 },
                                                  { 191, 191, 0 },   { 0, 191, 0 },
                                                  { 191, 0, 191 },   { 0, 0, 191 },
                                                  { 191, 0, 0 } };
  g_autofree guint8 *frame = draw (0);

  for (guint i = 0; i < TEST_CARD_BARS; i++)
    for (guint y = 0; y < HEIGHT * 3 / 4; y += 17) {
      g_assert_cmpmem (pixel (frame, i * WIDTH / TEST_CARD_BARS + 3, y), 3, bars[i], 3);
      g_assert_cmpint (pixel (frame, i * WIDTH / TEST_CARD_BARS + 3, y)[3], ==, 255);
    }
}

static guint
block_at (const guint8 *frame)
{
  for (guint x = 0; x < WIDTH; x++)
    if (pixel (frame, x, HEIGHT - 1)[0] > 200)
      return x;
  return WIDTH;
}

static void
test_block_moves (void)
{
  guint before = 0;

  for (guint i = 0; i < PERIOD; i++) {
    g_autofree guint8 *frame = draw (i);
    guint at = block_at (frame);
    g_assert_cmpuint (at, <, WIDTH);
    g_assert_true (i == 0 ? at == 0 : at > before);
    before = at;
  }
}

static void
test_tone_pauses (void)
{
  g_autofree gint16 *samples = g_new (gint16, 2 * RATE);
  gint16 peak = 0;
  guint crossings = 0;

  test_card_fill (0, samples, 2 * RATE);
  for (guint i = 0; i < RATE / 10; i++)
    g_assert_cmpint (samples[i], ==, 0);
  for (guint i = RATE / 2; i < RATE / 2 + RATE / 10; i++) {
    peak = MAX (peak, samples[i]);
    crossings += samples[i] >= 0 && samples[i - 1] < 0;
  }
  g_assert_cmpint (peak, >=, TEST_CARD_PEAK - 1);
  g_assert_cmpint (peak, <=, TEST_CARD_PEAK);
  g_assert_cmpuint (crossings, ==, TEST_CARD_TONE_HZ / 10);
  /* each second is like the one before, wherever it is cut */
  g_assert_cmpmem (samples, RATE * sizeof *samples, samples + RATE, RATE * sizeof *samples);
  g_autofree gint16 *part = g_new (gint16, 960);
  test_card_fill (RATE + 960 * 7, part, 960);
  g_assert_cmpmem (part, 960 * sizeof *part, samples + 960 * 7, 960 * sizeof *part);
}

/* --- as a clip --- */

static void
draw_art (gconstpointer data, const ClipFormat *format, guint index, guint8 *bgrx)
{
  test_card_draw (data, index, format->fps * format->seconds, bgrx);
}

static void
fill_art (gconstpointer data, const ClipFormat *format, guint first, gint16 *samples, guint count)
{
  test_card_fill (first, samples, count);
}

static void
test_clip (void)
{
  static const ClipFormat format = { WIDTH, HEIGHT, 15, 1, 200 };
  g_autoptr (GError) error = NULL;
  g_autoptr (Clip) clip =
      clip_encode_art (&(ClipArt){ draw_art, fill_art, &size }, &format, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (clip->video->len, ==, 15);
  g_assert_cmpuint (clip->audio->len, ==, 50);
  g_assert_cmpuint (clip_next_keyframe (clip, 0), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/client/test-card/bars", test_bars);
  g_test_add_func ("/client/test-card/block", test_block_moves);
  g_test_add_func ("/client/test-card/tone", test_tone_pauses);
  g_test_add_func ("/client/test-card/clip", test_clip);
  return g_test_run ();
}
