/* What it costs to watch rooms: their samples written by the relay, carried, read, judged, kept and
 * shown on a board, once a second.
 *   health_bench [--rooms 600] [--seconds 30]
 * All in one thread and without a socket: CPU time of each part as a share of one core at one
 * second a second, and bytes. Prints one JSON object. */
#include "server/http/health_tile.h"
#include "server/storage/health_store.h"
#include "tests/unit/health/site_maker.h"

#include <string.h>
#include <time.h>

#define TRANSPORTS_A_MESSAGE 60
#define TILES 9

static int n_rooms = 600, n_seconds = 30;

static const GOptionEntry entries[] = {
  { "rooms", 0, 0, G_OPTION_ARG_INT, &n_rooms, "", "N" },
  { "seconds", 0, 0, G_OPTION_ARG_INT, &n_seconds, "", "N" },
  { NULL },
};

static double
cpu_s (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (double) now.tv_sec + (double) now.tv_nsec / 1e9;
}

/* A room with its camera in three layers, its microphone open, the hall's sound and picture, and
 * nine tiles. */
static void
make_room (LineSample *line)
{
  make_streams (line);
  for (guint i = 0; i < 2; i++) {
    line->streams[line->n_streams] = *line_sample_find (line, "camera");
    line->streams[line->n_streams++].layer = i + 1;
  }
  for (guint i = 0; i < TILES; i++) {
    StreamSample *tile = &line->streams[line->n_streams++];

    *tile = *line_sample_find (line, "main");
    g_snprintf (tile->name, sizeof tile->name, "s%u", i);
    tile->height = 180;
  }
}

typedef struct {
  double relay_s, link_s, board_s, tile_s;
  guint64 bytes, board_bytes;
  HealthBoard *board;
  HealthTile *tiles;
  LineSample line;
} Bench;

/* Figures move as they do on a line. */
static void
shake (LineSample *line, guint seed)
{
  for (guint i = 0; i < line->n_streams; i++) {
    line->streams[i].packets = 100 + (seed * 7 + i * 13) % 40;
    line->streams[i].bytes = 100000 + (seed * 7919 + i * 131) % 30000;
    line->streams[i].jitter_us = 2000 + (seed * 31 + i) % 3000;
  }
}

static GBytes *
write_message (Bench *bench, guint first, guint second)
{
  g_autoptr (TransportStatsEvent) event = transport_stats_event_new ();
  double begun_s;

  for (guint i = first; i < first + TRANSPORTS_A_MESSAGE && i < (guint) n_rooms; i++) {
    g_autofree char *id = g_strdup_printf ("t.0123456789abcdef.%u-1.0", 10000 + i);

    shake (&bench->line, i + second);
    begun_s = cpu_s ();
    g_ptr_array_add (event->stats, make_stats (id, &bench->line));
    bench->relay_s += cpu_s () - begun_s;
  }
  begun_s = cpu_s ();
  GBytes *text = control_frame_encode (CONTROL_TRANSPORT_STATS, FALSE, 0, event, NULL);
  bench->relay_s += cpu_s () - begun_s;
  bench->bytes += g_bytes_get_size (text);
  return text;
}

static void
read_message (Bench *bench, GBytes *text, guint first, gint64 now_us)
{
  g_auto (ControlFrame) frame;
  gsize size;
  const char *data = g_bytes_get_data (text, &size);
  double begun_s = cpu_s ();

  g_assert_true (control_frame_decode (data, size, &frame, NULL));
  bench->link_s += cpu_s () - begun_s;
  begun_s = cpu_s ();
  const TransportStatsEvent *event = frame.body;
  for (guint i = 0; i < event->stats->len; i++)
    health_site_on_line (health_board_get_site (bench->board, first + i), event->stats->pdata[i],
                         now_us);
  bench->board_s += cpu_s () - begun_s;
}

static void
show (Bench *bench, gint64 wall_ms)
{
  g_autoptr (GString) text = g_string_new (NULL);
  double begun_s = cpu_s ();

  for (guint i = 0; i < (guint) n_rooms; i++)
    health_tile_append (
        &bench->tiles[i],
        health_tile_update (&bench->tiles[i], health_board_get_site (bench->board, i), wall_ms),
        text);
  bench->tile_s += cpu_s () - begun_s;
  bench->board_bytes += text->len;
}

static void
run_second (Bench *bench, guint second)
{
  gint64 now_us = (1000 + (gint64) second) * G_USEC_PER_SEC, wall_s = 1795000000 + second;
  double begun_s;

  for (guint first = 0; first < (guint) n_rooms; first += TRANSPORTS_A_MESSAGE) {
    g_autoptr (GBytes) text = write_message (bench, first, second);

    read_message (bench, text, first, now_us);
  }
  begun_s = cpu_s ();
  health_board_second (bench->board, now_us, wall_s);
  bench->board_s += cpu_s () - begun_s;
  show (bench, wall_s * 1000);
}

static void
open_sites (Bench *bench)
{
  for (guint i = 0; i < (guint) n_rooms; i++) {
    g_autofree char *endpoint = g_strdup_printf ("%u-1", 10000 + i);
    SiteIdentity identity = { "0123456789abcdef", endpoint, "Xã Trường Xuân", "Mường Lát", "38" };
    SiteFacts facts = make_facts ();

    health_site_set_facts (health_board_open_site (bench->board, &identity), &facts);
  }
}

static gsize
ring_bytes (const HealthBoard *board)
{
  gsize bytes = 0;

  for (guint i = 0; i < health_board_n_sites (board); i++) {
    const HealthSite *site = health_board_get_site (board, i);

    bytes += sizeof *site + second_ring_size (&site->points);
    for (guint k = 0; k < site->n_rings; k++)
      bytes += sizeof (StreamRing) + second_ring_size (&site->rings[k]->points);
  }
  return bytes;
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  HealthConfig config = { 10, 50, 5 * G_USEC_PER_SEC };

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    g_error ("%s", error->message);
  Bench bench = { .board = health_board_new (&config), .tiles = g_new0 (HealthTile, n_rooms) };
  HealthStore *store = health_store_open (NULL, NULL);
  make_room (&bench.line);
  open_sites (&bench);
  health_store_watch (store, bench.board);
  for (guint second = 0; second < (guint) n_seconds; second++)
    run_second (&bench, second);
  double share = 100.0 / n_seconds;
  g_print ("{\n  \"rooms\": %d, \"streams\": %u,\n", n_rooms, bench.line.n_streams);
  g_print ("  \"write_percent\": %.2f,\n  \"read_percent\": %.2f,\n  \"judge_percent\": %.2f,\n",
           bench.relay_s * share, bench.link_s * share, bench.board_s * share);
  g_print ("  \"show_percent\": %.2f,\n  \"link_bytes_s\": %.0f,\n  \"board_bytes_s\": %.0f,\n",
           bench.tile_s * share, (double) bench.bytes / n_seconds,
           (double) bench.board_bytes / n_seconds);
  g_print ("  \"rings_mib\": %.1f\n}\n", (double) ring_bytes (bench.board) / (1 << 20));
  health_store_close (store);
  health_board_free (bench.board);
  for (guint i = 0; i < (guint) n_rooms; i++)
    health_tile_clear (&bench.tiles[i]);
  g_free (bench.tiles);
  return 0;
}
