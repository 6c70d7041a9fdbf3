/* Pressure: how far pictures have to be thinned because the shard cannot send all of them in time.
 * Pure engine: told every tick how late bursts are and how busy the thread is, it holds a level.
 *
 *        late: up at once, by what it takes            idle: down fast; else down one, after a
 * while 0 <------------------------------------ level ------------------------------------>
 * LEVEL_MAX
 *
 * The levels follow the allocation, least important first: tiles lose their upper layers, then the
 * main picture and content do, then tiles go, then main pictures go, of as few receivers as it
 * takes. Sound is never touched.
 */
#pragma once

#include <glib.h>

/* Each picture of a frame later than this is seen as a stutter, and the sum as a delay. */
#define PRESSURE_LATE_US (60 * 1000)
#define PRESSURE_VERY_LATE_US (120 * 1000)
#define PRESSURE_CALM_US (40 * 1000)

/* What a level has changed shows in the queue after this. */
#define PRESSURE_UP_US (40 * 1000)

/* One level down: with much time to spare, and with some; the latter doubles with each relapse. */
#define PRESSURE_IDLE_PERMILLE 600
#define PRESSURE_ROOM_PERMILLE 900
#define PRESSURE_DOWN_IDLE_US (200 * 1000)
#define PRESSURE_DOWN_US (1500 * 1000)
#define PRESSURE_DOWN_LOT_US (500 * 1000) /* of one lot: little comes back at a time */
#define PRESSURE_DOWN_MAX_US (12 * 1000 * 1000)

/* Pictures from this height on are main ones; tiles and small ones are not. */
#define PRESSURE_MAIN_HEIGHT 360

/* Main pictures go in so many lots: up by as many as show, down one by one, so that in the end no
 * more of them are missing than has to be. */
#define PRESSURE_LOTS 32
#define PRESSURE_LOTS_UP 4

enum {
  PRESSURE_NONE,
  PRESSURE_TILES_HALF,
  PRESSURE_TILES_LOW,
  PRESSURE_MAINS_HALF,
  PRESSURE_MAINS_LOW,
  PRESSURE_TILES_OFF,
  PRESSURE_LEVEL_MAX = PRESSURE_TILES_OFF + PRESSURE_LOTS - 1, /* one lot always has its picture */
};

/* What is left of a picture. */
typedef enum {
  PRESSED_NOT,
  PRESSED_HALF, /* without the uppermost temporal layer */
  PRESSED_LOW,  /* base temporal layer of the smallest simulcast layer */
  PRESSED_OFF,
} Pressed;

typedef struct {
  guint level;
  gint64 changed_us;
  gint64 late_us;  /* when it was raised last */
  gint64 calm_us;  /* since when there was room; 0: there is none */
  gint64 down_us;  /* how long there must be; 0: as the level says */
  gint64 eased_us; /* when it was last lowered */
} Pressure;

typedef struct {
  gint64 now_us;
  gint64 late_us;      /* the latest picture since the tick before */
  guint busy_permille; /* of the thread's time since then */
} PressureInput;

/* TRUE: the level has changed. */
gboolean pressure_tick (Pressure *pressure, const PressureInput *input);

/* The level has changed nothing, as no picture has such layers: at once to the next, the same way.
 * FALSE: there is none. */
gboolean pressure_go_on (Pressure *pressure, gboolean up);

/* What @level leaves of a picture; @lot: anything that spreads receivers evenly. */
Pressed pressure_of_picture (guint level, gboolean is_main, guint lot);
