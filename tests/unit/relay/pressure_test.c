#include "pipelines/relay/pressure.h"

#define TICK_US (20 * 1000)
#define MS 1000

/* A machine that can send so much, and pictures that want so much, both per second; levels take
 * away what they say. Time is counted in ticks. */
typedef struct {
  Pressure pressure;
  gint64 now_us;
  double capacity, offered;
  double backlog; /* seconds of work */
  gint64 worst_us;
  guint changes;
} Machine;

/* The main pictures of one stream without layers: only the lots count. */
static double
share_left (guint level)
{
  guint left = 0;

  for (guint lot = 0; lot < PRESSURE_LOTS; lot++)
    left += pressure_of_picture (level, TRUE, lot) != PRESSED_OFF;
  return (double) left / PRESSURE_LOTS;
}

static void
machine_tick (Machine *machine)
{
  double tick = TICK_US / 1e6;
  double work = machine->offered * share_left (machine->pressure.level) / machine->capacity * tick;
  double spent = MIN (machine->backlog + work, tick);
  guint level = machine->pressure.level;
  PressureInput input;

  machine->backlog += work - spent;
  machine->now_us += TICK_US;
  input = (PressureInput){ machine->now_us, (gint64) (machine->backlog * 1e6),
                           (guint) (spent / tick * 1000) };
  machine->worst_us = MAX (machine->worst_us, input.late_us);
  if (!pressure_tick (&machine->pressure, &input))
    return;
  machine->changes++;
  while (share_left (machine->pressure.level) == share_left (level) &&
         pressure_go_on (&machine->pressure, machine->pressure.level > level))
    ;
}

static void
machine_run (Machine *machine, double offered, guint seconds)
{
  machine->offered = offered;
  machine->worst_us = 0;
  machine->changes = 0;
  for (guint i = 0; i < seconds * 50; i++)
    machine_tick (machine);
}

/* Half as much again as can be sent: no picture waits longer than the queue would bear, the
 * smallest cut that does it, and all is back within 5 seconds. */
static void
test_overload (void)
{
  Machine machine = { .capacity = 1.0 };

  machine_run (&machine, 0.7, 5);
  g_assert_cmpuint (machine.pressure.level, ==, 0);
  machine_run (&machine, 1.5, 20);
  g_assert_cmpint (machine.worst_us, <, 250 * MS);
  g_assert_cmpfloat (share_left (machine.pressure.level) * 1.5, <=, 1.0);
  machine_run (&machine, 1.5, 60);
  g_assert_cmpfloat (share_left (machine.pressure.level) * 1.5, >=, 0.85);
  g_assert_cmpfloat (share_left (machine.pressure.level) * 1.5, <=, 1.0);
  /* it does not swing: a try now and then */
  g_assert_cmpuint (machine.changes, <=, 30);
  g_assert_cmpint (machine.worst_us, <, 250 * MS);
  machine_run (&machine, 0.5, 5);
  g_assert_cmpuint (machine.pressure.level, ==, 0);
}

static void
test_heavy_overload (void)
{
  Machine machine = { .capacity = 1.0 };

  machine_run (&machine, 6.0, 10);
  g_assert_cmpfloat (share_left (machine.pressure.level) * 6, <=, 1.0);
  machine_run (&machine, PRESSURE_LOTS * 1.05, 10);
  g_assert_cmpuint (machine.pressure.level, ==, PRESSURE_LEVEL_MAX);
  machine_run (&machine, 0.5, 5);
  g_assert_cmpuint (machine.pressure.level, ==, 0);
}

/* A burst of a moment is no overload. */
static void
test_near_the_limit (void)
{
  Machine machine = { .capacity = 1.0 };

  machine_run (&machine, 0.95, 30);
  g_assert_cmpuint (machine.changes, ==, 0);
}

/* Rows of ticks: at the thresholds and one past them. */
static void
test_thresholds (void)
{
  static const struct {
    gint64 after_ms, late_us;
    guint busy, level;
  } rows[] = {
    { 0, PRESSURE_LATE_US - 1, 1000, 0 },
    { 20, PRESSURE_LATE_US, 1000, 1 },
    { 20, PRESSURE_LATE_US, 1000, 1 },                     /* does not show yet */
    { 20, PRESSURE_LATE_US, 1000, 2 },                     /* no better */
    { 60, PRESSURE_LATE_US + 5, 1000, 3 },                 /* worse */
    { 60, PRESSURE_LATE_US + 4, 1000, 3 },                 /* getting better */
    { 60, PRESSURE_VERY_LATE_US, 1000, 5 },                /* far worse */
    { 60, PRESSURE_CALM_US + 1, 100, 5 },                  /* not calm */
    { 5000, PRESSURE_CALM_US, PRESSURE_ROOM_PERMILLE, 5 }, /* no room */
    { 20, PRESSURE_CALM_US, PRESSURE_IDLE_PERMILLE - 1, 5 },
    { 199, PRESSURE_CALM_US, PRESSURE_IDLE_PERMILLE - 1, 5 },
    { 1, PRESSURE_CALM_US, PRESSURE_IDLE_PERMILLE - 1, 4 },
    { 1499, PRESSURE_CALM_US, PRESSURE_IDLE_PERMILLE, 4 },
    { 1, PRESSURE_CALM_US, PRESSURE_IDLE_PERMILLE, 3 },
    { 500, PRESSURE_LATE_US, 1000, 4 }, /* a relapse: the next try takes twice as long */
    { 500, 0, PRESSURE_IDLE_PERMILLE, 4 },
    { 2999, 0, PRESSURE_IDLE_PERMILLE, 4 },
    { 1, 0, PRESSURE_IDLE_PERMILLE, 3 },
    { 500, PRESSURE_LATE_US, 1000, 4 },
    { 60, PRESSURE_LATE_US, 1000, 5 },
    { 60, PRESSURE_LATE_US, 1000, 5 + PRESSURE_LOTS_UP }, /* pictures go in lots */
    { 60, PRESSURE_VERY_LATE_US, 1000, 5 + 3 * PRESSURE_LOTS_UP },
    { 5000, 0, PRESSURE_IDLE_PERMILLE - 1, 5 + 3 * PRESSURE_LOTS_UP },
    { 200, 0, PRESSURE_IDLE_PERMILLE - 1, 5 + 2 * PRESSURE_LOTS_UP },
    { 5999, 0, PRESSURE_IDLE_PERMILLE, 5 + 2 * PRESSURE_LOTS_UP },
    { 1, 0, PRESSURE_IDLE_PERMILLE, 4 + 2 * PRESSURE_LOTS_UP }, /* and come back one by one */
  };
  Pressure pressure = { 0 };
  gint64 now_us = G_USEC_PER_SEC;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    now_us += rows[i].after_ms * MS;
    pressure_tick (&pressure, &(PressureInput){ now_us, rows[i].late_us, rows[i].busy });
    g_assert_cmpuint (pressure.level, ==, rows[i].level);
  }
}

/* Each level takes from tiles before mains, layers before pictures, and never gives back. */
static void
test_order (void)
{
  for (guint level = 0; level <= PRESSURE_LEVEL_MAX; level++) {
    Pressed tile = pressure_of_picture (level, FALSE, 0);

    for (guint lot = 0; lot < PRESSURE_LOTS; lot++) {
      Pressed main_picture = pressure_of_picture (level, TRUE, lot);

      g_assert_cmpint (main_picture, <=, tile);
      if (level > 0)
        g_assert_cmpint (main_picture, >=, pressure_of_picture (level - 1, TRUE, lot));
      if (main_picture == PRESSED_OFF)
        g_assert_cmpint (level, >, PRESSURE_TILES_OFF);
    }
    if (level > 0)
      g_assert_cmpint (tile, >=, pressure_of_picture (level - 1, FALSE, 0));
  }
  g_assert_cmpfloat (share_left (PRESSURE_LEVEL_MAX), ==, 1.0 / PRESSURE_LOTS);
}

static void
test_go_on (void)
{
  Pressure pressure = { .level = PRESSURE_LEVEL_MAX - 1 };

  g_assert_true (pressure_go_on (&pressure, TRUE));
  g_assert_false (pressure_go_on (&pressure, TRUE));
  g_assert_cmpuint (pressure.level, ==, PRESSURE_LEVEL_MAX);
  pressure.level = 1;
  g_assert_true (pressure_go_on (&pressure, FALSE));
  g_assert_false (pressure_go_on (&pressure, FALSE));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/pressure/overload", test_overload);
  g_test_add_func ("/relay/pressure/heavy-overload", test_heavy_overload);
  g_test_add_func ("/relay/pressure/near-the-limit", test_near_the_limit);
  g_test_add_func ("/relay/pressure/thresholds", test_thresholds);
  g_test_add_func ("/relay/pressure/order", test_order);
  g_test_add_func ("/relay/pressure/go-on", test_go_on);
  return g_test_run ();
}
