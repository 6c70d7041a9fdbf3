/* 600 rooms arrive within a minute: what one site is sent meanwhile, how large its welcome is, and
 * what it costs the hub. Bytes are asserted; the time is told (the machine is shared). */
#include <time.h>

#include "tests/unit/meeting/world.h"

#define N_ROOMS 600
#define SECONDS 60
/* A commune on a line of 384 kbit/s must not notice: 2 % of it. */
#define SITE_BYTES_PER_SECOND_MAX 1000
#define SITE_WELCOME_BYTES_MAX 6000

static double
cpu_seconds (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double) now.tv_sec + (double) now.tv_nsec / 1e9;
}

static void
test_arrivals (void)
{
  g_autoptr (World) world = world_new (N_ROOMS);
  g_autoptr (GPtrArray) rooms = g_ptr_array_new_with_free_func ((GDestroyNotify) room_free);
  g_autoptr (Room) site = room_join_with_media (world, "e2");
  guint64 welcome_bytes = 0;
  double cpu = 0;

  world->is_crowd = TRUE;
  g_autoptr (Room) operator= room_join_operator (world);
  guint64 site_before = site->n_bytes, operator_before = operator->n_bytes;
  for (guint i = 3; i <= N_ROOMS; i++) {
    g_autofree char *endpoint = g_strdup_printf ("e%u", i);
    double before = cpu_seconds ();
    Room *room = room_join (world, endpoint);
    g_ptr_array_add (rooms, room);
    welcome_bytes = room->n_bytes;
    world_advance (world, SECONDS * SECOND_US / N_ROOMS);
    cpu += cpu_seconds () - before;
  }
  guint64 site_bytes = (site->n_bytes - site_before) / SECONDS;
  guint64 operator_bytes = (operator->n_bytes - operator_before) / SECONDS;
  g_test_message ("%u arrivals in %u s: a site gets %" G_GUINT64_FORMAT
                  " bytes/s, an operator %" G_GUINT64_FORMAT
                  " bytes/s; a site's welcome has %" G_GUINT64_FORMAT
                  " bytes; the hub (with the test's rooms) %.2f s of CPU",
                  N_ROOMS, SECONDS, site_bytes, operator_bytes, welcome_bytes, cpu);
  g_assert_cmpuint (site_bytes, <=, SITE_BYTES_PER_SECOND_MAX);
  g_assert_cmpuint (welcome_bytes, <=, SITE_WELCOME_BYTES_MAX);
  g_ptr_array_set_size (rooms, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/arrivals/600", test_arrivals);
  return g_test_run ();
}
