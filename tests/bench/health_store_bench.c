/* What a year of rooms takes on the disk, and how long a month of one of them is looked for.
 *   health_store_bench [--rooms 600] [--days 250] [--hours 4] [--file PATH]
 * Days of meetings with lines that wander, lose and freeze; the last week is kept by ten seconds as
 * well. Prints one JSON object. */
#include "server/storage/health_db.h"

#include <stdlib.h>

#define DAY_S 86400
#define START ((gint64) 1767225600) /* 2026-01-01 */
#define ASKED 100
#define MEDIAN (ASKED / 2)

static int n_rooms = 600, n_days = 250, n_hours = 4;
static char *path = NULL;

static const GOptionEntry entries[] = {
  { "rooms", 0, 0, G_OPTION_ARG_INT, &n_rooms, "", "N" },
  { "days", 0, 0, G_OPTION_ARG_INT, &n_days, "of meetings, of the last year", "N" },
  { "hours", 0, 0, G_OPTION_ARG_INT, &n_hours, "of meetings a day", "N" },
  { "file", 0, 0, G_OPTION_ARG_FILENAME, &path, "", "PATH" },
  { NULL },
};

typedef struct {
  char *endpoint;
  guint rtt, kbps;
  guint ill; /* steps that its line is still bad */
} Room;

static guint
wander (guint value, guint by, guint least, guint most)
{
  int moved = (int) value + g_random_int_range (-(int) by, (int) by + 1);

  return (guint) CLAMP (moved, (int) least, (int) most);
}

static SitePoint
next_point (Room *room)
{
  SitePoint point = { .light = HEALTH_LIGHT_GOOD, .state = HEALTH_OK };

  room->rtt = wander (room->rtt, 3, 8, 120);
  room->kbps = wander (room->kbps, 60, 150, 1600);
  if (room->ill == 0 && g_random_int_range (0, 200) == 0)
    room->ill = (guint) g_random_int_range (1, 8);
  point.score_up = (guint8) g_random_int_range (95, 101);
  point.score_down = (guint8) g_random_int_range (95, 101);
  point.level = (guint8) g_random_int_range (30, 70);
  point.fps_up = (guint8) g_random_int_range (23, 26);
  point.fps_down = 25;
  point.rtt_ms = (guint16) room->rtt;
  point.jitter_up_100us = (guint16) g_random_int_range (10, 60);
  point.jitter_down_100us = (guint16) g_random_int_range (10, 60);
  point.kbps_up = (guint16) room->kbps;
  point.kbps_down = (guint16) wander (1100, 100, 0, 2000);
  point.estimate_kbps = (guint16) wander (3000, 200, 0, 4000);
  point.height_up = 720;
  point.height_down = 720;
  if (room->ill == 0)
    return point;
  room->ill--;
  point.light = HEALTH_LIGHT_FAIR;
  point.state = HEALTH_POOR_LINE;
  point.loss_up = (guint16) g_random_int_range (10, 40);
  point.worst_loss_up = (guint16) (point.loss_up + g_random_int_range (0, 60));
  point.frozen_up_ms = (guint16) g_random_int_range (0, 300);
  point.score_up = (guint8) g_random_int_range (40, 80);
  return point;
}

static void
add_steps (HealthDb *db, Room *rooms, guint step_s, gint64 from_s)
{
  for (gint64 s = from_s; s < from_s + n_hours * 3600; s += step_s)
    for (int i = 0; i < n_rooms; i++) {
      SitePoint point = next_point (&rooms[i]);

      health_db_add (db, rooms[i].endpoint, step_s, s, &point);
    }
}

/* Days of work, spread over the year. */
static gint64
day_start (int day)
{
  return START + (gint64) day * 365 / MAX (n_days, 1) * DAY_S + 8 * 3600;
}

static void
fill (HealthDb *db, Room *rooms)
{
  for (int day = 0; day < n_days; day++) {
    add_steps (db, rooms, HEALTH_STEP_COARSE_S, day_start (day));
    if (day >= n_days - 5)
      add_steps (db, rooms, HEALTH_STEP_FINE_S, day_start (day));
    g_assert_true (health_db_flush (db, NULL));
  }
}

static int
compare_us (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return x < y ? -1 : x > y;
}

/* A month of different rooms, each once: what is asked is not in memory but by luck. */
static void
measure_queries (HealthDb *db, const Room *rooms)
{
  gint64 took_us[ASKED];
  guint points = 0;

  for (guint i = 0; i < ASKED; i++) {
    gint64 from_s = START + (gint64) (i % 11) * 30 * DAY_S, begun_us = g_get_monotonic_time ();
    SeriesQuery query = { rooms[i * 7 % (guint) n_rooms].endpoint, 60, from_s,
                          from_s + 31 * DAY_S };
    g_autoptr (GArray) series = health_db_series (db, &query, NULL);

    took_us[i] = g_get_monotonic_time () - begun_us;
    points += series->len;
  }
  const guint middle = MEDIAN;
  qsort (took_us, ASKED, sizeof took_us[0], compare_us);
  g_print ("  \"month_rows\": %u,\n  \"month_ms_median\": %.1f,\n  \"month_ms_worst\": %.1f",
           points / ASKED, (double) took_us[middle] / 1000, (double) took_us[ASKED - 1] / 1000);
}

/* The lights of all rooms over a span, as the board's heat map asks for them. */
static void
measure_heat (HealthDb *db, const Room *rooms)
{
  static const struct {
    const char *name;
    gint64 span_s;
    guint step_s;
  } spans[] = { { "hour", 3600, 30 }, { "day", DAY_S, 720 }, { "week", 7 * DAY_S, 5040 } };
  gint64 end_s = day_start (n_days - 1) + (gint64) n_hours * 3600;

  for (guint k = 0; k < G_N_ELEMENTS (spans); k++) {
    gint64 begun_us = g_get_monotonic_time ();
    for (int i = 0; i < n_rooms; i++) {
      SeriesQuery query = { rooms[i].endpoint, spans[k].step_s, end_s - spans[k].span_s, end_s };
      g_autoptr (GArray) points = health_db_series (db, &query, NULL);
      g_assert_nonnull (points);
    }
    g_print (",\n  \"heat_%s_ms\": %.0f", spans[k].name,
             (double) (g_get_monotonic_time () - begun_us) / 1000);
  }
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    g_error ("%s", error->message);
  g_random_set_seed (42);
  Room *rooms = g_new0 (Room, n_rooms);
  for (int i = 0; i < n_rooms; i++) {
    rooms[i].endpoint = g_strdup_printf ("%d-1", 10000 + i);
    rooms[i].rtt = 30;
    rooms[i].kbps = 900;
  }
  gint64 begun_us = g_get_monotonic_time ();
  HealthDb *db = health_db_open (path, &error);
  g_assert_no_error (error);
  fill (db, rooms);
  double points = (double) n_rooms * n_days * n_hours * 60;
  double size = (double) health_db_size (db);
  g_print ("{\n  \"rooms\": %d, \"days\": %d, \"hours\": %d,\n", n_rooms, n_days, n_hours);
  g_print ("  \"filled_s\": %.1f,\n",
           (double) (g_get_monotonic_time () - begun_us) / G_USEC_PER_SEC);
  g_print ("  \"mib\": %.1f,\n  \"bytes_a_minute_of_a_room\": %.1f,\n", size / (1 << 20),
           size / points);
  measure_queries (db, rooms);
  measure_heat (db, rooms);
  g_print ("\n}\n");
  health_db_close (db);
  for (int i = 0; i < n_rooms; i++)
    g_free (rooms[i].endpoint);
  g_free (rooms);
  return 0;
}
