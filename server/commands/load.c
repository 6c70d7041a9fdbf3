/* diemcau load: virtual rooms that join a meeting, and what they see of it. */
#include "config/log.h"
#include "server/commands/command.h"
#include "server/commands/load_rooms.h"
#include "server/commands/loop_rest.h"
#include "server/load/load_report.h"

#include <gio/gio.h>
#include <gio/gunixinputstream.h>
#include <glib-unix.h>
#include <gst/gst.h>
#include <stdio.h>
#include <unistd.h>

#define SAMPLE_INTERVAL_S 1
#define LINE_EVERY_SAMPLES 2
/* All are in: so long until steady state is measured. */
#define SETTLE_S 2
#define NAME "load"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (json_t, json_decref)

static struct {
  char *rooms, *meeting, *url;
  int count, publishers, joins;
  int seconds, measure;
  char *source, *codec;
  int clips, kbps, first_kbps, fps, packets, height, audio_kbps, pace, speakers, deaf;
  double spread;
  int receive_audio, receive_video;
  double loss;
  char *srtp;
  gboolean gro, decrypt_all, feedback;
  int scan_ms;
  char *local_address;
  gboolean tcp;
  char *json, *plot, *events;
  int relay_pid;
  gboolean control, quiet;
} options = { .publishers = -1, .audio_kbps = 32, .receive_audio = -1, .receive_video = -1 };

static const GOptionEntry entries[] = {
  { "rooms", 'r', 0, G_OPTION_ARG_FILENAME, &options.rooms,
    "JSON list of rooms: {\"url\", \"meeting\", \"rooms\": [{\"endpoint\", \"name\", \"token\", "
    "\"mic_open\"}]}; - reads standard input",
    "FILE" },
  { "meeting", 'm', 0, G_OPTION_ARG_STRING, &options.meeting,
    "Rooms that this meeting invites, with tokens made from the state folder", "MEETING" },
  { "url", 'u', 0, G_OPTION_ARG_STRING, &options.url,
    "With --meeting: of the server (default: this machine's)", "URL" },
  { "count", 'n', 0, G_OPTION_ARG_INT, &options.count,
    "With --meeting: so many rooms (default all)", "N" },
  { "publishers", 'p', 0, G_OPTION_ARG_INT, &options.publishers,
    "The first N rooms send, the others only watch (default: all send)", "N" },
  { "joins", 'j', 0, G_OPTION_ARG_INT, &options.joins, "Rooms that join in a second (default 20)",
    "N" },
  { "seconds", 's', 0, G_OPTION_ARG_INT, &options.seconds,
    "Stop after so long (0: run until stopped)", "N" },
  { "measure", 0, 0, G_OPTION_ARG_INT, &options.measure,
    "Once all rooms see a picture, measure for so long, then stop", "SECONDS" },
  { "source", 0, 0, G_OPTION_ARG_STRING, &options.source,
    "noise: costs nothing, carries times (default); clip: real pictures and voices", "noise|clip" },
  { "codec", 0, 0, G_OPTION_ARG_STRING, &options.codec, "Of noise: vp8 (default) or h264",
    "CODEC" },
  { "kbps", 0, 0, G_OPTION_ARG_INT, &options.kbps, "Picture of each room (default 300; 0: none)",
    "N" },
  { "first-kbps", 0, 0, G_OPTION_ARG_INT, &options.first_kbps,
    "Picture of the first room (the hall), where it is another", "N" },
  { "packets", 0, 0, G_OPTION_ARG_INT, &options.packets,
    "Of noise: packets of a frame, of a key frame three times as many (default: as few as hold it)",
    "N" },
  { "fps", 0, 0, G_OPTION_ARG_INT, &options.fps, "Frames a second (default 25, clips 15)", "N" },
  { "height", 0, 0, G_OPTION_ARG_INT, &options.height, "Lines of a clip's picture (default 360)",
    "N" },
  { "clips", 0, 0, G_OPTION_ARG_INT, &options.clips,
    "Different clips (0: each room its own; many rooms start sooner with few)", "N" },
  { "audio-kbps", 0, 0, G_OPTION_ARG_INT, &options.audio_kbps,
    "Sound of an open microphone (default 32; 0: none)", "N" },
  { "pace", 0, 0, G_OPTION_ARG_INT, &options.pace,
    "Spread a frame over so many percent of its interval (default 0: at once, as Chromium)", "N" },
  { "spread", 0, 0, G_OPTION_ARG_DOUBLE, &options.spread,
    "Spread a frame over so many milliseconds, as an encoder that paces", "MS" },
  { "speakers", 0, 0, G_OPTION_ARG_INT, &options.speakers,
    "With --meeting: the first N rooms open their microphones (default 1)", "N" },
  { "deaf", 0, 0, G_OPTION_ARG_INT, &options.deaf,
    "The last N rooms have the kernel throw away the media that comes: they cost this program "
    "nothing, and count in no figure but the relay's CPU",
    "N" },
  { "receive-audio", 0, 0, G_OPTION_ARG_INT, &options.receive_audio,
    "Sound slots that each room receives on (default 1, clips 0)", "N" },
  { "receive-video", 0, 0, G_OPTION_ARG_INT, &options.receive_video,
    "Picture slots that each room receives on (default 1, clips 0)", "N" },
  { "loss", 0, 0, G_OPTION_ARG_DOUBLE, &options.loss,
    "Throw away so much of what is received, to see it repaired", "PERCENT" },
  { "srtp", 0, 0, G_OPTION_ARG_STRING, &options.srtp, "Offer only this suite", "gcm|sha1" },
  { "gro", 0, 0, G_OPTION_ARG_NONE, &options.gro,
    "Receive datagrams coalesced (a loopback then costs the relay less than a network would)",
    NULL },
  { "scan-ms", 0, 0, G_OPTION_ARG_INT, &options.scan_ms,
    "Try all sockets each so often instead of asking the kernel which are readable, which a "
    "loopback charges to the relay (default 0: ask)",
    "MS" },
  { "decrypt-all", 0, 0, G_OPTION_ARG_NONE, &options.decrypt_all,
    "Decrypt every packet, not only the first of each picture", NULL },
  { "feedback", 0, 0, G_OPTION_ARG_NONE, &options.feedback,
    "Number what is sent and tell of what comes ten times a second (transport-wide feedback), as "
    "browsers do: the relay then estimates each line and shares it out",
    NULL },
  { "tcp", 0, 0, G_OPTION_ARG_NONE, &options.tcp, "Send by TCP, as behind a line that blocks UDP",
    NULL },
  { "local-address", 0, 0, G_OPTION_ARG_STRING, &options.local_address, "Send from this address",
    "ADDRESS" },
  { "relay-pid", 0, 0, G_OPTION_ARG_INT, &options.relay_pid,
    "Measure this process (default: the relay of the state folder)", "PID" },
  { "json", 0, 0, G_OPTION_ARG_FILENAME, &options.json, "Write the result here", "FILE" },
  { "plot", 0, 0, G_OPTION_ARG_FILENAME, &options.plot, "Draw the run here (PNG)", "FILE" },
  { "events", 0, 0, G_OPTION_ARG_FILENAME, &options.events,
    "Write what happens at each room here, one JSON object a line", "FILE" },
  { "control", 0, 0, G_OPTION_ARG_NONE, &options.control,
    "Read {\"room\": endpoint or null, \"message\": {...}} from standard input, one a line, and "
    "send "
    "it as that room (null: as all)",
    NULL },
  { "quiet", 'q', 0, G_OPTION_ARG_NONE, &options.quiet, "No progress, only the result", NULL },
  { NULL }
};

static const CommandSyntax syntax = {
  .name = NAME,
  .summary = "Joins a meeting with virtual rooms: light WebRTC clients that send and watch.",
  .description = "Give --meeting where the state folder can be read, else a list of rooms with a "
                 "token for each (`diemcau token`). Exit status 0: every room was in the meeting "
                 "with its media connected.",
  .entries = entries,
};

typedef struct {
  GMainLoop *loop;
  Fleet *fleet;
  LoadReport *report;
  GDataInputStream *control; /* (nullable) */
  gboolean on_terminal;
  guint publishers;
  guint samples;
  guint settled; /* samples since all were in */
  guint most_connected;
} Run;

/* --- the run --- */

static void
show_progress (Run *run)
{
  if (options.quiet)
    return;
  if (run->on_terminal)
    load_report_print_live (run->report, stdout);
  else if (run->samples % LINE_EVERY_SAMPLES == 0)
    load_report_print_line (run->report, stdout);
}

/* A single publisher has nobody to see. */
static gboolean
all_are_in (const Run *run, const FleetSummary *sum)
{
  if (run->publishers == 0 || options.receive_video == 0 || options.kbps == 0)
    return sum->connected == sum->rooms;
  guint blind = (guint) options.deaf + (run->publishers == 1);
  return sum->connected == sum->rooms && sum->watching + blind >= sum->rooms;
}

static void
follow_window (Run *run, const FleetSummary *sum)
{
  gboolean is_in = all_are_in (run, sum);
  double window_s = load_report_get_window_s (run->report);

  if (window_s == 0 && is_in && ++run->settled == SETTLE_S)
    load_report_begin_window (run->report);
  if (options.measure > 0 && window_s >= options.measure)
    g_main_loop_quit (run->loop);
}

static gboolean
on_sample (gpointer user_data)
{
  Run *run = user_data;
  const FleetSummary *sum = load_report_sample (run->report);

  run->samples++;
  run->most_connected = MAX (run->most_connected, sum->connected);
  show_progress (run);
  follow_window (run, sum);
  if (sum->over == sum->rooms)
    g_main_loop_quit (run->loop);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_stop (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_CONTINUE;
}

/* --- requests from standard input --- */

static void
obey (Run *run, const char *line)
{
  g_autoptr (json_t) request = json_loads (line, 0, NULL);
  const char *room = json_string_value (json_object_get (request, "room"));
  json_t *message = json_object_get (request, "message");

  if (!json_is_object (message) || fleet_send (run->fleet, room, message) == 0)
    g_warning ("nobody to send this: %s", line);
}

static void
on_control_line (GObject *stream, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *line =
      g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (stream), result, NULL, &error);
  Run *run = user_data;

  if (!line)
    return; /* the end: the run goes on */
  obey (run, line);
  g_data_input_stream_read_line_async (run->control, G_PRIORITY_DEFAULT, NULL, on_control_line,
                                       run);
}

static void
start_control (Run *run)
{
  g_autoptr (GInputStream) in = g_unix_input_stream_new (STDIN_FILENO, FALSE);

  run->control = g_data_input_stream_new (in);
  g_data_input_stream_read_line_async (run->control, G_PRIORITY_DEFAULT, NULL, on_control_line,
                                       run);
}

/* --- the result --- */

static gboolean
write_result (Run *run, GError **error)
{
  g_autoptr (json_t) result = load_report_to_json (run->report);

  load_report_print_line (run->report, stdout);
  if (!options.quiet)
    load_report_print_result (result, stdout);
  if (options.json && json_dump_file (result, options.json, JSON_INDENT (1)) < 0) {
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "cannot write %s", options.json);
    return FALSE;
  }
  return !options.plot || load_report_draw (run->report, options.plot, error);
}

static int
run_fleet (const FleetConfig *config, int relay_pid)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (Fleet) fleet = fleet_new (config, &error);
  if (!fleet)
    return command_failure (NAME, "%s", error->message);
  LoadReportRooms rooms = { config->rooms->len, config->publishers, config->deaf };
  g_autoptr (LoadReport) report = load_report_new (fleet, &rooms, relay_pid);
  Run run = { .loop = loop,
              .fleet = fleet,
              .report = report,
              .on_terminal = isatty (STDOUT_FILENO),
              .publishers = config->publishers };
  if (options.control)
    start_control (&run);
  g_unix_signal_add (SIGINT, on_stop, loop);
  g_unix_signal_add (SIGTERM, on_stop, loop);
  g_timeout_add_seconds (SAMPLE_INTERVAL_S, on_sample, &run);
  if (options.seconds > 0)
    g_timeout_add_seconds ((guint) options.seconds, on_stop, loop);
  loop_rest_install (NULL, NULL); /* media has a loop of its own */
  g_main_loop_run (loop);

  const FleetSummary *sum = load_report_sample (report);
  gboolean all_came = MAX (run.most_connected, sum->connected) == sum->rooms;
  if (!write_result (&run, &error))
    return command_failure (NAME, "%s", error->message);
  return all_came ? EXIT_DONE : EXIT_FAILED;
}

/* --- options --- */

static gboolean
is_between (int value, int least, int most)
{
  return value >= least && value <= most;
}

static gboolean
is_one_of (const char *value, const char *a, const char *b)
{
  return !value || g_str_equal (value, a) || g_str_equal (value, b);
}

static gboolean
options_are_sane (void)
{
  const int numbers[][3] = {
    { options.count, 0, FLEET_ROOMS_MAX },
    { options.publishers, -1, FLEET_ROOMS_MAX },
    { options.joins, 0, 10000 },
    { options.seconds, 0, 86400 },
    { options.measure, 0, 86400 },
    { options.clips, 0, FLEET_ROOMS_MAX },
    { options.kbps, 0, 20000 },
    { options.first_kbps, 0, 20000 },
    { options.packets, 0, NOISE_PACKETS_MAX / NOISE_KEY_FACTOR },
    { options.speakers, 0, FLEET_ROOMS_MAX },
    { options.deaf, 0, FLEET_ROOMS_MAX },
    { options.fps, 0, 60 },
    { options.scan_ms, 0, 100 },
    { options.height, 0, 2160 },
    { options.audio_kbps, 0, 400 },
    { options.pace, 0, 100 },
    { options.receive_audio, -1, 16 },
    { options.receive_video, -1, 16 },
    { options.relay_pid, 0, G_MAXINT },
  };
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    if (!is_between (numbers[i][0], numbers[i][1], numbers[i][2]))
      return FALSE;
  return options.loss >= 0 && options.loss <= 50 && options.spread >= 0 && options.spread <= 100 &&
         (options.height == 0 || options.height >= 64) &&
         is_one_of (options.source, "noise", "clip") && is_one_of (options.codec, "vp8", "h264") &&
         is_one_of (options.srtp, "gcm", "sha1");
}

static int
check_options (void)
{
  if (!options.rooms == !options.meeting)
    return command_usage_error (NAME, "give --rooms FILE or --meeting MEETING: see --help");
  if (!options_are_sane ())
    return command_usage_error (NAME, "an option is out of its range: see --help");
  if (options.control && g_strcmp0 (options.rooms, "-") == 0)
    return command_usage_error (NAME, "--control reads standard input, so --rooms needs a file");
  return EXIT_DONE;
}

static const char *
suites_of (const char *name)
{
  if (!name)
    return NULL;
  return g_str_equal (name, "gcm") ? "SRTP_AEAD_AES_128_GCM" : "SRTP_AES128_CM_SHA1_80";
}

static FleetConfig
make_config (const char *url, const char *meeting, GPtrArray *rooms)
{
  gboolean clips = g_strcmp0 (options.source, "clip") == 0;
  guint height = options.height ? (guint) options.height : 360;
  guint fps = options.fps ? (guint) options.fps : clips ? 15 : 25;
  guint kbps = (guint) options.kbps;
  guint publishers = options.publishers < 0 ? rooms->len : (guint) options.publishers;

  return (FleetConfig){
    .url = url,
    .meeting = meeting,
    .rooms = rooms,
    .publishers = MIN (publishers, rooms->len),
    .deaf = (guint) options.deaf,
    .joins_per_s = options.joins ? (guint) options.joins : 20,
    .audio_slots = (guint) options.receive_audio,
    .video_slots = (guint) options.receive_video,
    .with_clips = clips,
    .format = { .width = height * 16 / 9 / 2 * 2,
                .height = height / 2 * 2,
                .fps = fps,
                .seconds = 4,
                .kbps = MAX (kbps, 50) },
    .clips = (guint) options.clips,
    .noise = { .codec = g_strcmp0 (options.codec, "h264") == 0 ? CODEC_H264 : CODEC_VP8,
               .kbps = kbps,
               .fps = fps,
               .packets = (guint) options.packets },
    .first_kbps = (guint) options.first_kbps,
    .audio_kbps = (guint) options.audio_kbps,
    .spread_us = options.spread > 0 ? (guint) (options.spread * 1000)
                                    : (guint) options.pace * (G_USEC_PER_SEC / 100) / fps,
    .local_address = options.local_address,
    .tcp = options.tcp,
    .suites = suites_of (options.srtp),
    .gro = options.gro,
    .scan_us = (guint) options.scan_ms * 1000,
    .decrypt_all = options.decrypt_all,
    .loss_permille = (guint) (options.loss * 10 + 0.5),
    .has_feedback = options.feedback,
  };
}

static void
set_defaults (void)
{
  gboolean clips = g_strcmp0 (options.source, "clip") == 0;

  if (options.receive_audio < 0)
    options.receive_audio = !clips;
  if (options.receive_video < 0)
    options.receive_video = !clips;
}

static int
load_rooms (const Settings *settings, const char *url, const char *meeting, GPtrArray *rooms)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EventLog) log = NULL;
  FleetConfig config = make_config (url, meeting, rooms);
  int relay_pid =
      options.relay_pid ? options.relay_pid : process_find_relay (settings->storage.state_dir);

  if (options.events && !(log = event_log_new (options.events, &error)))
    return command_failure (NAME, "%s", error->message);
  config.log = log;
  if (config.with_clips)
    gst_init (NULL, NULL);
  return run_fleet (&config, relay_pid);
}

int
command_load (int argc, char **argv)
{
  g_autoptr (Settings) settings = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *url = NULL;
  g_autofree char *meeting = NULL;
  LoadRoomsWanted wanted = { 0 };

  options.kbps = 300;
  options.speakers = 1;
  if (!command_parse (&syntax, &argc, &argv, &settings) || check_options () != EXIT_DONE)
    return EXIT_USAGE;
  set_defaults ();
  wanted = (LoadRoomsWanted){ (guint) options.count, (guint) options.speakers };
  log_setup (settings->log.level, settings->log.format);
  signal (SIGPIPE, SIG_IGN);
  g_autoptr (GPtrArray) rooms = options.rooms
                                    ? load_rooms_read (options.rooms, &url, &meeting, &error)
                                    : load_rooms_make (settings, options.meeting, &wanted, &error);
  if (!rooms)
    return command_failure (NAME, "%s", error->message);
  if (options.url || !url) {
    g_free (url);
    url = options.url ? g_strdup (options.url)
                      : g_strdup_printf ("http://127.0.0.1:%d", settings->http.http_port);
  }
  return load_rooms (settings, url, meeting ? meeting : options.meeting, rooms);
}
