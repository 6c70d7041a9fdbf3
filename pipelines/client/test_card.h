/* test_card: colour bars with a block that moves, and a tone that pauses: what a technician knows
 * at once, and sees or hears at once when it stands still. Pure; both are periodic, so that a clip
 * of whole seconds can be looped. */
#pragma once

#include <glib.h>

#define TEST_CARD_BARS 7 /* white, yellow, cyan, green, magenta, red, blue: 75 %, as EBU's */
#define TEST_CARD_TONE_HZ 1000
/* -20 dBFS: loud enough for a hall, no harm to its loudspeakers. */
#define TEST_CARD_PEAK 3277

typedef struct {
  guint width, height;
} TestCardSize;

/* Frame @index of @period into @bgrx, rows of width x 4 bytes. */
void test_card_draw (const TestCardSize *size, guint index, guint period, guint8 *bgrx);
/* @count mono samples of 48 kHz from sample @first on. */
void test_card_fill (guint first, gint16 *samples, guint count);
