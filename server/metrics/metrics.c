#include "server/metrics/metrics.h"

#include "server/load/process_figures.h"
#include "server/metrics/exposition.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* A family of the relay: @member is what relay.stats calls it, of each shard or of the whole. */
typedef struct {
  const char *member;
  const char *name;
  MetricType type;
  const char *help;
  double scale; /* of the member's unit; 0: 1 */
} RelayFamily;

#define MICROSECONDS 1e-6

static const RelayFamily shard_families[] = {
  { "transports", "diemcau_relay_transports", METRIC_GAUGE, "Media connections.", 0 },
  { "tracks", "diemcau_relay_tracks", METRIC_GAUGE, "Published tracks.", 0 },
  { "slots", "diemcau_relay_slots", METRIC_GAUGE, "Outgoing streams.", 0 },
  { "rounds", "diemcau_relay_rounds_total", METRIC_COUNTER, "Rounds of the I/O thread.", 0 },
  { "rx_packets", "diemcau_relay_received_packets_total", METRIC_COUNTER, "Packets received.", 0 },
  { "rx_bytes", "diemcau_relay_received_bytes_total", METRIC_COUNTER, "Bytes received.", 0 },
  { "rx_dropped", "diemcau_relay_received_dropped_total", METRIC_COUNTER,
    "Packets of nobody known, forged, malformed or over a bound.", 0 },
  { "tx_packets", "diemcau_relay_sent_packets_total", METRIC_COUNTER, "Packets sent.", 0 },
  { "tx_bytes", "diemcau_relay_sent_bytes_total", METRIC_COUNTER, "Bytes sent.", 0 },
  { "tx_dropped", "diemcau_relay_sent_dropped_total", METRIC_COUNTER,
    "Packets that the socket refused.", 0 },
  { "stun_checks", "diemcau_relay_stun_checks_total", METRIC_COUNTER, "ICE checks answered.", 0 },
  { "stun_refused", "diemcau_relay_stun_refused_total", METRIC_COUNTER, "ICE checks refused.", 0 },
  { "nacks_in", "diemcau_relay_nacks_received_total", METRIC_COUNTER,
    "Requests of receivers for lost packets.", 0 },
  { "retransmitted", "diemcau_relay_retransmitted_packets_total", METRIC_COUNTER,
    "Packets sent again.", 0 },
  { "nacks_out", "diemcau_relay_nacks_sent_total", METRIC_COUNTER,
    "Requests to publishers for lost packets.", 0 },
  { "keyframes_asked", "diemcau_relay_keyframes_asked_total", METRIC_COUNTER,
    "Key frames asked of publishers.", 0 },
  { "keyframes_in", "diemcau_relay_keyframes_received_total", METRIC_COUNTER,
    "Key frames received.", 0 },
  { "cpu_us", "diemcau_relay_cpu_seconds_total", METRIC_COUNTER, "CPU time of the I/O thread.",
    MICROSECONDS },
  { "sampling_us", "diemcau_relay_sampling_seconds_total", METRIC_COUNTER,
    "CPU time of the I/O thread spent on telling how lines are.", MICROSECONDS },
  { "round_worst_us", "diemcau_relay_round_worst_seconds", METRIC_GAUGE,
    "Longest round since it was asked last.", MICROSECONDS },
  { "pressure", "diemcau_relay_pressure", METRIC_GAUGE,
    "How far pictures are thinned because the relay is late; 0: not at all.", 0 },
  { "thinned", "diemcau_relay_thinned_pictures", METRIC_GAUGE, "Pictures that are thinned now.",
    0 },
};

static const RelayFamily relay_families[] = {
  { "rss_bytes", "diemcau_relay_resident_memory_bytes", METRIC_GAUGE, "Memory of the relay.", 0 },
  { "uptime_s", "diemcau_relay_uptime_seconds", METRIC_GAUGE, "Since the relay started.", 0 },
};

static void
add_member (GString *text, const RelayFamily *family, const json_t *from, const char *shard)
{
  const json_t *value = json_object_get (from, family->member);
  double scale = family->scale != 0 ? family->scale : 1;

  if (json_is_number (value))
    exposition_add (text, family->name, shard ? "shard" : NULL, shard,
                    json_number_value (value) * scale);
}

static void
add_shards (GString *text, const RelayFamily *family, const json_t *shards)
{
  gsize i;
  json_t *shard;

  exposition_begin (text, family->name, family->type, family->help);
  json_array_foreach (shards, i, shard)
  {
    g_autofree char *number =
        g_strdup_printf ("%d", (int) json_integer_value (json_object_get (shard, "shard")));
    add_member (text, family, shard, number);
  }
}

static void
add_relay (GString *text, const MetricsInput *input)
{
  exposition_single (text, "diemcau_relay_up", METRIC_GAUGE, "1 when the controller has its relay.",
                     input->relay_up);
  if (!input->relay)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (shard_families); i++)
    add_shards (text, &shard_families[i], json_object_get (input->relay, "shards"));
  for (guint i = 0; i < G_N_ELEMENTS (relay_families); i++) {
    exposition_begin (text, relay_families[i].name, relay_families[i].type, relay_families[i].help);
    add_member (text, &relay_families[i], input->relay, NULL);
  }
}

static void
add_meetings (GString *text, const MeetingHubStats *hub)
{
  exposition_single (text, "diemcau_meetings", METRIC_GAUGE, "Meetings that are open or live.",
                     hub->meetings);
  exposition_begin (text, "diemcau_connections", METRIC_GAUGE, "Who is connected, by kind.");
  exposition_add (text, "diemcau_connections", "kind", "room", hub->rooms);
  exposition_add (text, "diemcau_connections", "kind", "encoder", hub->encoders);
  exposition_add (text, "diemcau_connections", "kind", "viewer", hub->viewers);
  exposition_add (text, "diemcau_connections", "kind", "operator", hub->operators);
  exposition_single (text, "diemcau_connections_max", METRIC_GAUGE,
                     "Places for them (meetings.max_connections).", hub->max_connections);
}

static void
add_process (GString *text, const ProcessCost *process)
{
  exposition_single (text, "process_cpu_seconds_total", METRIC_COUNTER,
                     "CPU time of the controller.",
                     (double) (process->user_us + process->system_us) * MICROSECONDS);
  exposition_single (text, "process_resident_memory_bytes", METRIC_GAUGE,
                     "Memory of the controller.", (double) process->rss_bytes);
  exposition_single (text, "process_open_fds", METRIC_GAUGE, "Files and sockets that are open.",
                     process->open_files);
  exposition_single (text, "process_max_fds", METRIC_GAUGE, "Files and sockets that may be.",
                     process->max_files);
  exposition_single (text, "process_start_time_seconds", METRIC_GAUGE,
                     "When it started, in seconds since 1970.", (double) process->started_s);
}

static void
add_pictures (GString *text, const PictureWorkerStats *pictures)
{
  exposition_single (text, "diemcau_pictures_made_total", METRIC_COUNTER,
                     "Small pictures of cameras that were made.", (double) pictures->made);
  exposition_single (text, "diemcau_pictures_failed_total", METRIC_COUNTER,
                     "Key frames of which no picture came.", (double) pictures->failed);
  exposition_single (text, "diemcau_picture_job_restarts_total", METRIC_COUNTER,
                     "Picture jobs that died.", pictures->restarts);
  exposition_single (text, "diemcau_picture_job_cpu_seconds_total", METRIC_COUNTER,
                     "CPU time of the picture jobs.", (double) pictures->cpu_us * MICROSECONDS);
}

char *
metrics_format (const MetricsInput *input)
{
  GString *text = g_string_new (NULL);

  exposition_begin (text, "diemcau_build_info", METRIC_GAUGE, "The version that runs.");
  exposition_add (text, "diemcau_build_info", "version", DIEMCAU_VERSION, 1);
  add_meetings (text, &input->hub);
  add_relay (text, input);
  add_pictures (text, &input->pictures);
  add_process (text, &input->process);
  return g_string_free (text, FALSE);
}

static guint
count_open_files (void)
{
  g_autoptr (GDir) files = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (files && g_dir_read_name (files))
    n++;
  return n > 0 ? n - 1 : 0; /* without the folder's own */
}

void
metrics_read_process (ProcessCost *ret_cost)
{
  ProcessFigures figures;
  struct rlimit limit;
  struct stat self;

  *ret_cost = (ProcessCost){ .open_files = count_open_files () };
  if (process_figures_read (getpid (), &figures)) {
    ret_cost->user_us = figures.user_us;
    ret_cost->system_us = figures.system_us;
    ret_cost->rss_bytes = figures.rss_bytes;
  }
  if (getrlimit (RLIMIT_NOFILE, &limit) == 0)
    ret_cost->max_files = (guint) MIN (limit.rlim_cur, G_MAXUINT);
  if (stat ("/proc/self", &self) == 0)
    ret_cost->started_s = self.st_ctime;
}
