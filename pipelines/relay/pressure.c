#include "pipelines/relay/pressure.h"

/* A level that was too low again within this was lowered too soon. */
#define RELAPSE_US (3 * G_USEC_PER_SEC)

static gint64
down_after_us (const Pressure *pressure, guint busy_permille)
{
  if (busy_permille < PRESSURE_IDLE_PERMILLE)
    return PRESSURE_DOWN_IDLE_US;
  if (pressure->down_us > 0)
    return pressure->down_us;
  return pressure->level > PRESSURE_TILES_OFF ? PRESSURE_DOWN_LOT_US : PRESSURE_DOWN_US;
}

static guint
levels_up (const Pressure *pressure, gint64 late_us)
{
  guint step = pressure->level >= PRESSURE_TILES_OFF ? PRESSURE_LOTS_UP : 1;

  return late_us >= PRESSURE_VERY_LATE_US ? 2 * step : step;
}

static guint
levels_down (const Pressure *pressure, guint busy_permille)
{
  if (pressure->level <= PRESSURE_TILES_OFF || busy_permille >= PRESSURE_IDLE_PERMILLE)
    return 1;
  return MIN (PRESSURE_LOTS_UP, pressure->level - PRESSURE_TILES_OFF);
}

static gboolean
raise_level (Pressure *pressure, const PressureInput *input)
{
  gboolean first = pressure->level == 0 || input->now_us - pressure->changed_us >= RELAPSE_US;

  if (pressure->level == PRESSURE_LEVEL_MAX)
    return FALSE;
  /* what was done has not shown yet, or shows already */
  if (!first &&
      (input->now_us - pressure->changed_us < PRESSURE_UP_US || input->late_us < pressure->late_us))
    return FALSE;
  if (pressure->eased_us != 0 && input->now_us - pressure->eased_us < RELAPSE_US)
    pressure->down_us = MIN (down_after_us (pressure, 1000) * 2, PRESSURE_DOWN_MAX_US);
  pressure->eased_us = 0;
  pressure->level =
      MIN (pressure->level + levels_up (pressure, input->late_us), PRESSURE_LEVEL_MAX);
  pressure->late_us = input->late_us;
  pressure->changed_us = input->now_us;
  return TRUE;
}

static gboolean
lower_level (Pressure *pressure, const PressureInput *input)
{
  if (pressure->calm_us == 0)
    pressure->calm_us = input->now_us;
  if (input->now_us - pressure->calm_us < down_after_us (pressure, input->busy_permille))
    return FALSE;
  pressure->level -= levels_down (pressure, input->busy_permille);
  pressure->calm_us = input->now_us;
  pressure->changed_us = input->now_us;
  pressure->eased_us = input->now_us;
  if (pressure->level == 0)
    pressure->down_us = 0;
  return TRUE;
}

gboolean
pressure_tick (Pressure *pressure, const PressureInput *input)
{
  if (input->late_us >= PRESSURE_LATE_US) {
    pressure->calm_us = 0;
    return raise_level (pressure, input);
  }
  pressure->late_us = MIN (pressure->late_us, input->late_us);
  if (pressure->level == 0)
    return FALSE;
  if (input->late_us <= PRESSURE_CALM_US && input->busy_permille < PRESSURE_ROOM_PERMILLE)
    return lower_level (pressure, input);
  pressure->calm_us = 0;
  return FALSE;
}

gboolean
pressure_go_on (Pressure *pressure, gboolean up)
{
  if (pressure->level == (up ? PRESSURE_LEVEL_MAX : 0))
    return FALSE;
  pressure->level += up ? 1 : -1;
  return TRUE;
}

static Pressed
press_tile (guint level)
{
  if (level >= PRESSURE_TILES_OFF)
    return PRESSED_OFF;
  if (level >= PRESSURE_TILES_LOW)
    return PRESSED_LOW;
  return level >= PRESSURE_TILES_HALF ? PRESSED_HALF : PRESSED_NOT;
}

static Pressed
press_main (guint level, guint lot)
{
  if (level > PRESSURE_TILES_OFF && lot % PRESSURE_LOTS < level - PRESSURE_TILES_OFF)
    return PRESSED_OFF;
  if (level >= PRESSURE_MAINS_LOW)
    return PRESSED_LOW;
  return level >= PRESSURE_MAINS_HALF ? PRESSED_HALF : PRESSED_NOT;
}

Pressed
pressure_of_picture (guint level, gboolean is_main, guint lot)
{
  return is_main ? press_main (level, lot) : press_tile (level);
}
