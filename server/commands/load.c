/* diemcau load: virtual rooms that join a meeting. */
#include "config/log.h"
#include "server/commands/command.h"
#include "server/load/fleet.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <gst/gst.h>
#include <stdio.h>
#include <unistd.h>

#define REPORT_INTERVAL_S 2
#define ROOMS_FILE_MAX_BYTES (4 * 1024 * 1024)

static struct {
  char *rooms;
  int seconds;
  int joins;
  int clips;
  int kbps;
  int height;
  int receive_audio;
  int receive_video;
  char *local_address;
  gboolean quiet;
} options;

static const GOptionEntry entries[] = {
  { "rooms", 'r', 0, G_OPTION_ARG_FILENAME, &options.rooms,
    "JSON list of rooms: {\"url\", \"meeting\", \"rooms\": [{\"endpoint\", \"name\", \"token\", "
    "\"mic_open\"}]}; - reads standard input",
    "FILE" },
  { "seconds", 's', 0, G_OPTION_ARG_INT, &options.seconds,
    "Stop after so long (0: run until stopped)", "N" },
  { "joins", 'j', 0, G_OPTION_ARG_INT, &options.joins, "Rooms that join in a second (default 20)",
    "N" },
  { "clips", 0, 0, G_OPTION_ARG_INT, &options.clips,
    "Different pictures (0: each room its own; many rooms start sooner with few)", "N" },
  { "kbps", 0, 0, G_OPTION_ARG_INT, &options.kbps, "Picture of each room (default 300)", "N" },
  { "height", 0, 0, G_OPTION_ARG_INT, &options.height, "Lines of the picture (default 360)", "N" },
  { "receive-audio", 0, 0, G_OPTION_ARG_INT, &options.receive_audio,
    "Sound slots that each room receives on (default 0)", "N" },
  { "receive-video", 0, 0, G_OPTION_ARG_INT, &options.receive_video,
    "Picture slots that each room receives on (default 0)", "N" },
  { "local-address", 0, 0, G_OPTION_ARG_STRING, &options.local_address,
    "Send from this address (default 127.0.0.1 for a server on this machine)", "ADDRESS" },
  { "quiet", 'q', 0, G_OPTION_ARG_NONE, &options.quiet, "No progress, only the last line", NULL },
  { NULL }
};

static const CommandSyntax syntax = {
  .name = "load",
  .summary = "Joins a meeting with virtual rooms: each a real WebRTC client with a picture and a "
             "voice.",
  .description = "Get a token for each room with `diemcau token`. Exit status 0: every room was in "
                 "the meeting with its media connected.",
  .entries = entries,
};

typedef struct {
  GMainLoop *loop;
  Fleet *fleet;
  guint most_connected;
} Run;

static void
print_summary (const FleetSummary *sum)
{
  printf ("rooms %u  in meeting %u  media connected %u  left %u  sent %" G_GUINT64_FORMAT
          "  received %" G_GUINT64_FORMAT "  lost %" G_GUINT64_FORMAT "\n",
          sum->rooms, sum->in_meeting, sum->connected, sum->over, sum->tx_packets, sum->rx_packets,
          sum->rx_lost);
  fflush (stdout);
}

static gboolean
on_report (gpointer user_data)
{
  Run *run = user_data;
  FleetSummary sum = fleet_get_summary (run->fleet);
  run->most_connected = MAX (run->most_connected, sum.connected);
  if (!options.quiet)
    print_summary (&sum);
  if (sum.over == sum.rooms)
    g_main_loop_quit (run->loop);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_stop (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_CONTINUE;
}

static gboolean
read_all (int fd, GByteArray *into)
{
  guint8 piece[8192];
  ssize_t got;
  while ((got = read (fd, piece, sizeof piece)) != 0) {
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0 || into->len + got > ROOMS_FILE_MAX_BYTES)
      return FALSE;
    g_byte_array_append (into, piece, (guint) got);
  }
  return TRUE;
}

static GPtrArray *
read_rooms (char **ret_url, char **ret_meeting, GError **error)
{
  g_autofree char *text = NULL;
  gsize size = 0;
  if (g_strcmp0 (options.rooms, "-") != 0) {
    if (!g_file_get_contents (options.rooms, &text, &size, error))
      return NULL;
    return fleet_rooms_parse (text, size, ret_url, ret_meeting, error);
  }
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  if (!read_all (STDIN_FILENO, bytes)) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                         "the list of rooms on standard input is too long or broken");
    return NULL;
  }
  return fleet_rooms_parse ((const char *) bytes->data, bytes->len, ret_url, ret_meeting, error);
}

/* libnice leaves loopback out unless told; a server on this machine may offer nothing else. */
static const char *
default_local_address (const char *url)
{
  return strstr (url, "//127.0.0.1") || strstr (url, "//localhost") ? "127.0.0.1" : NULL;
}

static FleetConfig
make_config (const char *url, const char *meeting, GPtrArray *rooms)
{
  guint height = options.height ? (guint) options.height : 360;
  return (FleetConfig){
    .url = url,
    .meeting = meeting,
    .rooms = rooms,
    .format = { .width = height * 16 / 9 / 2 * 2,
                .height = height / 2 * 2,
                .fps = 15,
                .seconds = 4,
                .kbps = options.kbps ? (guint) options.kbps : 300 },
    .clips = (guint) options.clips,
    .joins_per_s = options.joins ? (guint) options.joins : 20,
    .audio_slots = (guint) options.receive_audio,
    .video_slots = (guint) options.receive_video,
    .local_address = options.local_address ? options.local_address : default_local_address (url),
  };
}

static gboolean
options_are_sane (void)
{
  return options.rooms && options.seconds >= 0 && options.joins >= 0 && options.clips >= 0 &&
         options.kbps >= 0 && options.kbps <= 20000 && options.height >= 0 &&
         options.height <= 2160 && (options.height == 0 || options.height >= 64) &&
         options.receive_audio >= 0 && options.receive_audio <= 16 && options.receive_video >= 0 &&
         options.receive_video <= 16;
}

static int
run_fleet (const FleetConfig *config)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (Fleet) fleet = fleet_new (config, &error);
  if (!fleet)
    return command_failure ("load", "%s", error->message);
  Run run = { .loop = loop, .fleet = fleet };
  g_unix_signal_add (SIGINT, on_stop, loop);
  g_unix_signal_add (SIGTERM, on_stop, loop);
  g_timeout_add_seconds (REPORT_INTERVAL_S, on_report, &run);
  if (options.seconds > 0)
    g_timeout_add_seconds ((guint) options.seconds, on_stop, loop);
  g_main_loop_run (loop);

  FleetSummary sum = fleet_get_summary (fleet);
  print_summary (&sum);
  return MAX (run.most_connected, sum.connected) == sum.rooms ? EXIT_DONE : EXIT_FAILED;
}

int
command_load (int argc, char **argv)
{
  g_autoptr (Settings) settings = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *url = NULL;
  g_autofree char *meeting = NULL;
  if (!command_parse (&syntax, &argc, &argv, &settings))
    return EXIT_USAGE;
  if (!options_are_sane ())
    return command_usage_error ("load", "%s",
                                options.rooms ? "a number is out of its range: see --help"
                                              : "--rooms FILE is missing: see --help");
  log_setup (settings->log.level, settings->log.format);
  signal (SIGPIPE, SIG_IGN);
  g_autoptr (GPtrArray) rooms = read_rooms (&url, &meeting, &error);
  if (!rooms)
    return command_failure ("load", "%s", error->message);
  gst_init (NULL, NULL);
  FleetConfig config = make_config (url, meeting, rooms);
  return run_fleet (&config);
}
