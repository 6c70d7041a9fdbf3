/* The floor: what sealing and sending cost by themselves. One published track (frames of equal
 * packets, and lone sound packets) goes to many destinations on loopback, each with its own key,
 * through Sealer and SendBatch. No pipeline, no feedback: the part of the packet path below the
 * fan-out, which nothing that forwards the same traffic on the same sockets can do without.
 *
 *   bench-seal-send [--destinations 600] [--segments 9] [--bytes 1130] [--audio-bytes 130]
 *                   [--seconds 4] [--receivers drop|gro|drain|tick] [--cpu N] [--drain-cpu N]
 *                   [--variant gcm|cm_sha1_80|gcm_ipsec_mb] [--every-ms N]
 *
 * Receivers: drop   sockets that nobody reads; loopback segments each message on our CPU, as a
 *                   card without offload
 *            gro    as drop, never segmented, as a card with offload
 *            drain  a process on --drain-cpu reads everything, without a rest
 *            tick   as drain, each 4 ms and with times of arrival, as `diemcau load --scan-ms 4`
 * With --every-ms a frame goes to all, then the thread sleeps until the next one's time (sound:
 * half of it), as a relay does: its caches are cold then, and the receivers asleep. CPU is user,
 * system and the softirq work that Linux charges to the thread. Prints one JSON object; exit status
 * 1 when a packet was not sent. */
#include "pipelines/transport/bounds.h"
#include "pipelines/transport/sealer.h"
#include "pipelines/transport/send_batch.h"
#include <netinet/udp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define HEADER_BYTES 20
#define ROUNDS 5
#define DRAIN_BUFFERS 64
#define DRAIN_BUFFER_BYTES (1 << 20)
#define TICK_US 4000
#define SECOND_NS 1000000000

/* Ways to seal: OpenSSL's for both suites, and libipsec-mb's where this machine has it. */
enum { VARIANT_GCM, VARIANT_CM, VARIANT_GCM_IPSEC_MB, N_VARIANTS };
static const gchar *const variant_names[N_VARIANTS] = { "gcm", "cm_sha1_80", "gcm_ipsec_mb" };

static const SealerBackend *
variant_backend (guint variant)
{
  if (variant == VARIANT_GCM_IPSEC_MB)
    return sealer_backend_ipsec_mb (SRTP_SUITE_AEAD_AES_128_GCM);
  return sealer_backend_openssl (variant == VARIANT_GCM ? SRTP_SUITE_AEAD_AES_128_GCM
                                                        : SRTP_SUITE_AES_CM_128_HMAC_SHA1_80);
}

typedef enum {
  RECEIVERS_DROP,
  RECEIVERS_GRO,
  RECEIVERS_DRAIN,
  RECEIVERS_TICK,
  N_RECEIVERS
} Receivers;
static const gchar *const receiver_names[N_RECEIVERS] = { "drop", "gro", "drain", "tick" };

typedef struct {
  Sealer *sealers[N_VARIANTS]; /* NULL: not on this machine */
  NetPath path;
  guint32 ssrc;
  guint16 first_seq;
  gint fd;
} Destination;

/* What is measured of each variant. */
typedef struct {
  const gchar *name;
  gboolean seals, sends, is_audio;
  gdouble share; /* of the time */
} Case;

static const Case cases[] = {
  { "cpu_ns_per_packet", TRUE, TRUE, FALSE, 0.5 },
  { "audio_ns", TRUE, TRUE, TRUE, 0.26 },
  { "seal_ns", TRUE, FALSE, FALSE, 0.12 },
  { "send_ns", FALSE, TRUE, FALSE, 0.12 },
};

typedef struct {
  gint n_destinations;
  gint segments;
  gint bytes;
  gint audio_bytes;
  gdouble seconds;
  gint cpu, drain_cpu; /* -1: any */
  gint every_ms;       /* 0: without a rest */
  gchar *receivers_name, *variant_name;
  Receivers receivers;
  gboolean wanted[N_VARIANTS];
  guint n_wanted;
  Destination *destinations;
  UdpSocket *socket;
  SendBatch *batch;
  guint8 *payload;
  guint32 index; /* of the frame's first packet */
} Bench;

static gdouble
cpu_ns (void)
{
  struct timespec t;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &t);
  return t.tv_sec * 1e9 + t.tv_nsec;
}

static void
pin (gint cpu)
{
  cpu_set_t set;

  if (cpu < 0)
    return;
  CPU_ZERO (&set);
  CPU_SET (cpu, &set);
  if (sched_setaffinity (0, sizeof set, &set) < 0)
    perror ("bench-seal-send: cpu");
}

static void
put_u32 (guint8 *at, guint32 value)
{
  value = GUINT32_TO_BE (value);
  memcpy (at, &value, sizeof value);
}

/* The rewrite: sequence, timestamp, SSRC, transport-wide sequence. */
static void
put_header (guint8 *at, const Destination *destination, guint64 index)
{
  static const guint8 model[HEADER_BYTES] = { 0x90, 96, 0,    0,    0, 0, 0,    0, 0, 0,
                                              0,    0,  0xbe, 0xde, 0, 1, 0x31, 0, 0, 0 };

  memcpy (at, model, sizeof model);
  at[2] = (guint8) (index >> 8);
  at[3] = (guint8) index;
  put_u32 (at + 4, index * 90);
  put_u32 (at + 8, destination->ssrc);
  at[17] = at[2];
  at[18] = at[3];
}

static void
send_frame (Bench *bench, Destination *destination, guint variant, const Case *what)
{
  Sealer *sealer = destination->sealers[variant];
  gsize bytes = what->is_audio ? bench->audio_bytes : bench->bytes;
  gsize sealed_len = bytes + sealer_get_tag_len (sealer);
  gint segments = what->is_audio ? 1 : bench->segments;

  send_batch_begin (bench->batch, &destination->path);
  for (gint i = 0; i < segments; i++) {
    guint64 index = (guint64) bench->index + destination->first_seq + i;
    guint8 *room = send_batch_reserve (bench->batch, sealed_len);
    gsize len = sealed_len;
    if (what->seals) {
      put_header (room, destination, index);
      len = sealer_seal (sealer, room, HEADER_BYTES, bench->payload, bytes - HEADER_BYTES, index);
    }
    if (what->sends)
      send_batch_commit (bench->batch, len);
  }
}

static void
sleep_until_next (struct timespec *next, gint64 ns)
{
  next->tv_nsec += ns;
  next->tv_sec += next->tv_nsec / SECOND_NS;
  next->tv_nsec %= SECOND_NS;
  clock_nanosleep (CLOCK_MONOTONIC, TIMER_ABSTIME, next, NULL);
}

/* CPU of one packet, over @seconds of CPU. */
static gdouble
measure (Bench *bench, guint variant, const Case *what, gdouble seconds)
{
  gint segments = what->is_audio ? 1 : bench->segments;
  gdouble start = cpu_ns ();
  gdouble now;
  guint64 n = 0;
  gint64 rest_ns = bench->every_ms * G_GINT64_CONSTANT (1000000) / (what->is_audio ? 2 : 1);
  struct timespec next;

  clock_gettime (CLOCK_MONOTONIC, &next);
  do {
    if (rest_ns > 0 && what->sends)
      sleep_until_next (&next, rest_ns);
    for (gint i = 0; i < bench->n_destinations; i++)
      send_frame (bench, &bench->destinations[i], variant, what);
    send_batch_flush (bench->batch);
    bench->index += segments;
    n += (guint64) bench->n_destinations * segments;
    now = cpu_ns ();
  } while (now - start < seconds * 1e9);
  return (now - start) / n;
}

static void
make_sealers (Destination *destination, guint number, const gboolean *wanted)
{
  for (guint variant = 0; variant < N_VARIANTS; variant++) {
    SrtpKeys keys = { .suite = variant == VARIANT_CM ? SRTP_SUITE_AES_CM_128_HMAC_SHA1_80
                                                     : SRTP_SUITE_AEAD_AES_128_GCM };
    for (guint i = 0; i < sizeof keys.local; i++)
      keys.local[i] = number * 31 + i * 7 + (number >> 8);
    if (wanted[variant])
      destination->sealers[variant] = sealer_new (&keys, variant_backend (variant), NULL);
  }
}

static void
open_destination (Bench *bench, Destination *destination, guint number)
{
  gint one = 1;
  gint room = bench->receivers >= RECEIVERS_DRAIN ? DRAIN_BUFFER_BYTES : 1;
  NetAddress address;
  socklen_t len = sizeof address.v4;

  memset (&address, 0, sizeof address);
  g_assert (net_address_parse ("127.0.0.1", 0, &address));
  destination->fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (destination->fd < 0 || bind (destination->fd, &address.any, len) < 0 ||
      getsockname (destination->fd, &address.any, &len) < 0) {
    perror ("bench-seal-send: receiver");
    exit (1);
  }
  setsockopt (destination->fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  if (bench->receivers == RECEIVERS_GRO)
    setsockopt (destination->fd, IPPROTO_UDP, UDP_GRO, &one, sizeof one);
  if (bench->receivers == RECEIVERS_TICK)
    setsockopt (destination->fd, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof one);
  udp_socket_make_path (bench->socket, &address, &destination->path);
  destination->ssrc = 0x10000 + number;
  destination->first_seq = number;
  make_sealers (destination, number, bench->wanted);
}

/* Reads everything until it is killed. */
static pid_t
start_drain (const Bench *bench)
{
  static guint8 sink[DRAIN_BUFFERS][2048];
  struct mmsghdr headers[DRAIN_BUFFERS] = { 0 };
  struct iovec vectors[DRAIN_BUFFERS];
  pid_t child = fork ();

  if (child != 0)
    return child;
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  pin (bench->drain_cpu);
  for (guint i = 0; i < DRAIN_BUFFERS; i++) {
    vectors[i] = (struct iovec){ sink[i], sizeof sink[i] };
    headers[i].msg_hdr.msg_iov = &vectors[i];
    headers[i].msg_hdr.msg_iovlen = 1;
  }
  for (;;) {
    if (bench->receivers == RECEIVERS_TICK)
      usleep (TICK_US);
    for (gint i = 0; i < bench->n_destinations; i++)
      recvmmsg (bench->destinations[i].fd, headers, DRAIN_BUFFERS, MSG_DONTWAIT, NULL);
  }
}

static int
compare (const void *a, const void *b)
{
  const gdouble *x = a;
  const gdouble *y = b;

  return (*x > *y) - (*x < *y);
}

static gdouble
median (gdouble *values)
{
  qsort (values, ROUNDS, sizeof *values, compare);
  return values[ROUNDS / 2];
}

static guint64
run (Bench *bench)
{
  gdouble results[N_VARIANTS][G_N_ELEMENTS (cases)][ROUNDS];
  const SendBatchCounters *counters = send_batch_get_counters (bench->batch);
  gdouble each_s = bench->seconds / ROUNDS / bench->n_wanted;

  for (guint round = 0; round < ROUNDS; round++) /* interleaved: noise hits all alike */
    for (guint variant = 0; variant < N_VARIANTS; variant++)
      for (guint i = 0; bench->wanted[variant] && i < G_N_ELEMENTS (cases); i++)
        results[variant][i][round] = measure (bench, variant, &cases[i], each_s * cases[i].share);
  guint64 failed = counters->failed + counters->dropped + counters->refused;
  printf ("{\"bench\": \"seal_send\", \"destinations\": %d, \"segments\": %d, \"rtp_bytes\": %d, "
          "\"audio_bytes\": %d, \"receivers\": \"%s\",\n",
          bench->n_destinations, bench->segments, bench->bytes, bench->audio_bytes,
          receiver_names[bench->receivers]);
  for (guint variant = 0; variant < N_VARIANTS; variant++) {
    if (!bench->wanted[variant])
      continue;
    printf ("  \"%s\": {", variant_names[variant]);
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
      printf ("\"%s\": %.0f, ", cases[i].name, median (results[variant][i]));
    printf ("\"best_ns\": %.0f},\n", results[variant][0][0]); /* sorted by median () */
  }
  printf ("  \"packets\": %" G_GUINT64_FORMAT
          ", \"packets_per_call\": %.1f, \"failed\": %" G_GUINT64_FORMAT "}\n",
          counters->packets, (gdouble) counters->packets / counters->calls, failed);
  return failed;
}

/* FALSE: an option says what cannot be. */
static gboolean
understand (Bench *bench)
{
  for (guint variant = 0; variant < N_VARIANTS; variant++) {
    gboolean is_named =
        !bench->variant_name || g_str_equal (bench->variant_name, variant_names[variant]);
    bench->wanted[variant] = is_named && variant_backend (variant) != NULL;
    bench->n_wanted += bench->wanted[variant];
  }
  while (bench->receivers < N_RECEIVERS && bench->receivers_name &&
         !g_str_equal (bench->receivers_name, receiver_names[bench->receivers]))
    bench->receivers++;
  return bench->receivers < N_RECEIVERS && bench->n_wanted > 0 && bench->n_destinations >= 1 &&
         bench->segments >= 1 && bench->bytes > HEADER_BYTES &&
         bench->bytes + SRTP_TAG_BYTES_MAX <= SEND_BATCH_SEGMENT_MAX &&
         bench->audio_bytes > HEADER_BYTES && bench->audio_bytes <= bench->bytes &&
         bench->seconds > 0 && bench->every_ms >= 0 && bench->every_ms <= 1000;
}

static gboolean
set_up (Bench *bench, GError **error)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit (RLIMIT_NOFILE, &limit);
  }
  bench->socket = udp_socket_new (&(UdpSocketConfig){ 0 }, error);
  if (!bench->socket)
    return FALSE;
  bench->batch = send_batch_new (bench->socket, NULL);
  bench->payload = g_malloc0 (bench->bytes);
  bench->destinations = g_new0 (Destination, bench->n_destinations);
  for (gint i = 0; i < bench->n_destinations; i++)
    open_destination (bench, &bench->destinations[i], i);
  return TRUE;
}

int
main (int argc, char **argv)
{
  Bench bench = { .n_destinations = 600,
                  .segments = 9,
                  .bytes = 1130,
                  .audio_bytes = 130,
                  .seconds = 4,
                  .cpu = -1,
                  .drain_cpu = -1 };
  GOptionEntry options[] = {
    { "destinations", 0, 0, G_OPTION_ARG_INT, &bench.n_destinations, "receivers", "N" },
    { "segments", 0, 0, G_OPTION_ARG_INT, &bench.segments, "packets in a frame", "N" },
    { "bytes", 0, 0, G_OPTION_ARG_INT, &bench.bytes, "RTP packet of a frame", "N" },
    { "audio-bytes", 0, 0, G_OPTION_ARG_INT, &bench.audio_bytes, "RTP packet of sound", "N" },
    { "seconds", 0, 0, G_OPTION_ARG_DOUBLE, &bench.seconds, "CPU time in all", "S" },
    { "receivers", 0, 0, G_OPTION_ARG_STRING, &bench.receivers_name, "how they receive",
      "drop|gro|drain|tick" },
    { "every-ms", 0, 0, G_OPTION_ARG_INT, &bench.every_ms, "a frame each so often, sound twice",
      "N" },
    { "cpu", 0, 0, G_OPTION_ARG_INT, &bench.cpu, "send from this CPU", "N" },
    { "drain-cpu", 0, 0, G_OPTION_ARG_INT, &bench.drain_cpu, "read on this one", "N" },
    { "variant", 0, 0, G_OPTION_ARG_STRING, &bench.variant_name, "only this one", "NAME" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("- cost of sealing and sending");
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || !understand (&bench)) {
    fprintf (stderr, "bench-seal-send: %s\n", error ? error->message : "argument out of range");
    return 2;
  }
  if (!set_up (&bench, &error)) {
    fprintf (stderr, "bench-seal-send: %s\n", error->message);
    return 1;
  }
  pid_t drain = bench.receivers >= RECEIVERS_DRAIN ? start_drain (&bench) : 0;
  pin (bench.cpu);
  guint64 failed = run (&bench);
  if (drain > 0) {
    kill (drain, SIGKILL);
    waitpid (drain, NULL, 0);
  }
  return failed > 0 ? 1 : 0;
}
