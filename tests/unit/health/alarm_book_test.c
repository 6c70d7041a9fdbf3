/* Alarms rise, grow, get a name, are acknowledged, silenced, and end; a fake clock. */
#include "signaling/health/alarm_book.h"

#include <string.h>

#define SECOND ((gint64) G_USEC_PER_SEC)
#define START_MS G_GINT64_CONSTANT (1795000000000)

typedef struct {
  HealthBoard *board;
  HealthSite *sites[3];
  AlarmBook *book;
  gint64 now_us;
  guint raised, changed, cleared;
  Alarm *last;
} World;

static void
on_change (gpointer user_data, const Alarm *alarm, AlarmChange change)
{
  World *world = user_data;

  world->raised += change == ALARM_RAISED;
  world->changed += change == ALARM_CHANGED;
  world->cleared += change == ALARM_CLEARED;
  g_clear_pointer (&world->last, alarm_free);
  world->last = alarm_copy (alarm);
}

static const AlarmListener listener = { on_change };

static void
world_begin (World *world)
{
  HealthConfig config = { 10, 50, 5 * SECOND };

  memset (world, 0, sizeof *world);
  world->now_us = 1000 * SECOND;
  world->board = health_board_new (&config);
  for (guint i = 0; i < G_N_ELEMENTS (world->sites); i++) {
    g_autofree char *endpoint = g_strdup_printf ("e%u", i);
    SiteIdentity identity = { "m1", endpoint, "Xã Thanh Hà", "Thanh Hà", NULL };
    world->sites[i] = health_board_open_site (world->board, &identity);
    world->sites[i]->now.facts.is_in = TRUE;
    world->sites[i]->verdict.state = HEALTH_OK;
    world->sites[i]->verdict.light = HEALTH_LIGHT_GOOD;
  }
  world->book = alarm_book_new (41, &listener, world);
}

static void
world_end (World *world)
{
  alarm_book_free (world->book);
  health_board_free (world->board);
  g_clear_pointer (&world->last, alarm_free);
}

static gint64
wall_ms (const World *world)
{
  return START_MS + world->now_us / 1000;
}

static void
run (World *world, guint seconds)
{
  for (guint s = 0; s < seconds; s++) {
    world->now_us += SECOND;
    alarm_book_second (world->book, world->sites, G_N_ELEMENTS (world->sites), world->now_us,
                       wall_ms (world));
  }
}

static void
fall_ill (HealthSite *site, HealthState state, HealthLight light)
{
  site->verdict.state = state;
  site->verdict.light = light;
}

static void
test_life (void)
{
  World world;

  world_begin (&world);
  run (&world, 30);
  g_assert_cmpuint (world.raised, ==, 0);
  fall_ill (world.sites[1], HEALTH_POOR_LINE, HEALTH_LIGHT_POOR);
  run (&world, 2);
  g_assert_cmpuint (world.raised, ==, 0); /* a second alone is none */
  run (&world, 1);
  g_assert_cmpuint (world.raised, ==, 1);
  g_assert_cmpint (world.last->id, ==, 42);
  g_assert_cmpstr (world.last->endpoint, ==, "e1");
  g_assert_cmpstr (world.last->kind, ==, "poor_line");
  g_assert_cmpint (world.last->severity, ==, ALARM_CRITICAL);
  run (&world, 60);
  g_assert_cmpuint (world.raised + world.changed, ==, 1);
  /* well for a moment, ill again: the same alarm */
  fall_ill (world.sites[1], HEALTH_OK, HEALTH_LIGHT_GOOD);
  run (&world, 9);
  fall_ill (world.sites[1], HEALTH_POOR_LINE, HEALTH_LIGHT_POOR);
  run (&world, 9);
  g_assert_cmpuint (world.cleared, ==, 0);
  fall_ill (world.sites[1], HEALTH_OK, HEALTH_LIGHT_GOOD);
  run (&world, 11);
  g_assert_cmpuint (world.cleared, ==, 1);
  g_assert_cmpint (world.last->cleared_ms, ==, wall_ms (&world));
  g_assert_cmpuint (alarm_book_get_open (world.book)->len, ==, 0);
  world_end (&world);
}

/* A warning takes longer; it grows, and gets the name of its cause. */
static void
test_grows (void)
{
  World world;

  world_begin (&world);
  fall_ill (world.sites[0], HEALTH_SILENT, HEALTH_LIGHT_FAIR);
  run (&world, 4);
  g_assert_cmpuint (world.raised, ==, 0);
  run (&world, 1);
  g_assert_cmpint (world.last->severity, ==, ALARM_WARNING);
  health_site_set_cause (world.sites[0], HEALTH_CAUSE_ROOM_DEVICE, 90, NULL);
  run (&world, 1);
  g_assert_cmpstr (world.last->kind, ==, "room_device");
  g_assert_cmpuint (world.last->confidence, ==, 90);
  health_site_set_cause (world.sites[0], HEALTH_CAUSE_SHARED_LINE, 95, "e2");
  fall_ill (world.sites[0], HEALTH_LOST, HEALTH_LIGHT_LOST);
  run (&world, 1);
  g_assert_cmpint (world.last->severity, ==, ALARM_CRITICAL);
  g_assert_cmpstr (world.last->peer, ==, "e2");
  /* the cause is not known any more: its name stays */
  health_site_set_cause (world.sites[0], HEALTH_CAUSE_NONE, 0, NULL);
  run (&world, 1);
  g_assert_cmpstr (((Alarm *) alarm_book_get_open (world.book)->pdata[0])->kind, ==, "shared_line");
  g_assert_cmpuint (world.raised, ==, 1);
  world_end (&world);
}

static void
test_people (void)
{
  World world;
  g_autofree char *longest = g_strnfill (ALARM_NOTE_BYTES, 'x');
  g_autofree char *too_long = g_strnfill (ALARM_NOTE_BYTES + 1, 'x');

  world_begin (&world);
  fall_ill (world.sites[2], HEALTH_LOST, HEALTH_LIGHT_LOST);
  run (&world, 3);
  g_assert_false (alarm_book_acknowledge (world.book, 1, "u1", 5));
  g_assert_true (alarm_book_acknowledge (world.book, 42, "u1", 5));
  g_assert_true (alarm_book_acknowledge (world.book, 42, "u2", 6)); /* the first stays */
  g_assert_cmpstr (world.last->acked_by, ==, "u1");
  g_assert_true (alarm_book_set_note (world.book, 42, longest, 7));
  g_assert_false (alarm_book_set_note (world.book, 42, too_long, 7));
  g_assert_true (alarm_book_set_note (world.book, 42, "đã gọi", 8));
  g_assert_cmpstr (world.last->note, ==, "đã gọi");
  g_assert_true (alarm_book_set_note (world.book, 42, "", 9));
  g_assert_null (world.last->note);
  g_assert_false (alarm_book_silence (world.book, 42, ALARM_SILENCE_MINUTES_MAX + 1, 10));
  g_assert_true (alarm_book_silence (world.book, 42, 15, wall_ms (&world)));
  g_assert_cmpint (alarm_book_silenced_until (world.book, "e2", wall_ms (&world)), ==,
                   wall_ms (&world) + 15 * 60000);
  fall_ill (world.sites[2], HEALTH_OK, HEALTH_LIGHT_GOOD);
  run (&world, 12);
  fall_ill (world.sites[2], HEALTH_LOST, HEALTH_LIGHT_LOST);
  run (&world, 3);
  g_assert_cmpint (world.last->id, ==, 43);
  g_assert_true (world.last->is_silent); /* the next one of this site too */
  fall_ill (world.sites[2], HEALTH_OK, HEALTH_LIGHT_GOOD);
  run (&world, 15 * 60);
  g_assert_cmpint (alarm_book_silenced_until (world.book, "e2", wall_ms (&world)), ==, 0);
  world_end (&world);
}

/* A site that leaves, and one whose alarm was open when the program ended. */
static void
test_leaves_and_restores (void)
{
  World world;
  Alarm before = { .id = 90,
                   .meeting = (char *) "m1",
                   .endpoint = (char *) "e0",
                   .kind = (char *) "lost",
                   .raised_ms = 5 };
  Alarm gone = { .id = 91,
                 .meeting = (char *) "m0",
                 .endpoint = (char *) "e9",
                 .kind = (char *) "lost",
                 .raised_ms = 5 };

  world_begin (&world);
  alarm_book_restore (world.book, &before);
  alarm_book_restore (world.book, &gone);
  fall_ill (world.sites[0], HEALTH_LOST, HEALTH_LIGHT_LOST);
  run (&world, 1);
  g_assert_cmpuint (world.cleared, ==, 1); /* e9 is in no meeting */
  g_assert_cmpint (world.last->id, ==, 91);
  run (&world, 20);
  g_assert_cmpuint (world.raised, ==, 0); /* e0's is the one that was */
  fall_ill (world.sites[1], HEALTH_LOST, HEALTH_LIGHT_LOST);
  run (&world, 3);
  g_assert_cmpint (world.last->id, ==, 92);
  alarm_book_second (world.book, world.sites, 0, world.now_us + SECOND, wall_ms (&world));
  g_assert_cmpuint (world.cleared, ==, 3);
  g_assert_cmpuint (alarm_book_get_open (world.book)->len, ==, 0);
  world_end (&world);
}

/* As many as may be open, and one past them. */
static void
test_open_is_bounded (void)
{
  World world;

  world_begin (&world);
  for (guint i = 0; i <= ALARMS_OPEN_MAX; i++) {
    g_autofree char *endpoint = g_strdup_printf ("x%u", i);
    Alarm alarm = {
      .id = 100 + i, .meeting = (char *) "m1", .endpoint = endpoint, .kind = (char *) "lost"
    };

    alarm_book_restore (world.book, &alarm);
    g_assert_cmpuint (alarm_book_get_open (world.book)->len, ==, MIN (i + 1, ALARMS_OPEN_MAX));
  }
  fall_ill (world.sites[0], HEALTH_LOST, HEALTH_LIGHT_LOST);
  run (&world, 20); /* the others are in no meeting */
  g_assert_cmpuint (world.raised, ==, 1);
  world_end (&world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/health/alarms/life", test_life);
  g_test_add_func ("/health/alarms/grows", test_grows);
  g_test_add_func ("/health/alarms/people", test_people);
  g_test_add_func ("/health/alarms/leaves-and-restores", test_leaves_and_restores);
  g_test_add_func ("/health/alarms/open-is-bounded", test_open_is_bounded);
  return g_test_run ();
}
