#include "pipelines/client/test_card.h"

#include <math.h>
#include <string.h>

#define RATE_HZ 48000
#define SILENCE_MS 150
/* The tone comes and goes within this, without a click. */
#define RAMP_MS 5
#define LEVEL 191 /* 75 % */
/* Of the height: the bars; below them the block moves over grey. */
#define BARS_PERCENT 75
#define GROUND 48
#define BLOCK_PARTS 12 /* it is so much of the width wide */

static void
put (guint8 *pixel, guint8 blue, guint8 green, guint8 red)
{
  pixel[0] = blue;
  pixel[1] = green;
  pixel[2] = red;
  pixel[3] = 255;
}

/* Green falls slowest, then red, then blue: the order of the bars. */
static void
draw_bars (const TestCardSize *size, guint8 *row)
{
  for (guint x = 0; x < size->width; x++) {
    guint bar = x * TEST_CARD_BARS / size->width;

    put (row + (gsize) x * 4, bar & 1 ? 0 : LEVEL, bar < 4 ? LEVEL : 0, bar & 2 ? 0 : LEVEL);
  }
}

static void
draw_block (const TestCardSize *size, guint index, guint period, guint8 *row)
{
  guint width = MAX (size->width / BLOCK_PARTS, 1);
  guint at = (guint) ((guint64) (size->width - width) * index / MAX (period, 1));

  for (guint x = 0; x < size->width; x++) {
    guint8 grey = x >= at && x < at + width ? 235 : GROUND;

    put (row + (gsize) x * 4, grey, grey, grey);
  }
}

void
test_card_draw (const TestCardSize *size, guint index, guint period, guint8 *bgrx)
{
  gsize stride = (gsize) size->width * 4;
  guint n_bars = size->height * BARS_PERCENT / 100;

  for (guint y = 0; y < size->height; y++) {
    guint8 *row = bgrx + y * stride;

    if (y == 0)
      draw_bars (size, row);
    else if (y == n_bars)
      draw_block (size, index, period, row);
    else
      memcpy (row, row - stride, stride);
  }
}

/* 0 in the pause, 1 in the tone. */
static double
loudness (guint sample)
{
  double ms = (double) (sample % RATE_HZ) * 1000 / RATE_HZ;
  double in = (ms - SILENCE_MS) / RAMP_MS, out = (1000 - ms) / RAMP_MS;

  return CLAMP (MIN (in, out), 0, 1);
}

void
test_card_fill (guint first, gint16 *samples, guint count)
{
  for (guint i = 0; i < count; i++) {
    guint at = first + i;
    double phase = 2 * G_PI * TEST_CARD_TONE_HZ * (at % RATE_HZ) / RATE_HZ;

    samples[i] = (gint16) lrint (TEST_CARD_PEAK * loudness (at) * sin (phase));
  }
}
