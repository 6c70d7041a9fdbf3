/* What sealing and sending cost by themselves: one published track (frames of equal packets) to
 * many destinations on loopback, each with its own key, through Sealer and SendBatch. No pipeline,
 * no feedback: the part of the packet path below the fan-out.
 *
 *   bench-seal-send [--destinations 600] [--segments 9] [--bytes 1130] [--seconds 4] [--gro]
 *
 * Receivers are sockets nobody reads; loopback segments on our CPU, or not (--gro). CPU is user,
 * system and the softirq work that Linux charges to the thread. Prints one JSON object. */
#include "pipelines/transport/bounds.h"
#include "pipelines/transport/sealer.h"
#include "pipelines/transport/send_batch.h"
#include <netinet/udp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define HEADER_BYTES 20
#define ROUNDS 5

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

typedef struct {
  Sealer *sealers[N_VARIANTS]; /* NULL: not on this machine */
  NetPath path;
  guint32 ssrc;
  guint16 first_seq;
  gint fd;
} Destination;

typedef enum { WORK_SEAL = 1, WORK_SEND = 2, WORK_BOTH = 3 } Work;

typedef struct {
  gint n_destinations;
  gint segments;
  gint bytes;
  gdouble seconds;
  gboolean gro;
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
send_frame (Bench *bench, Destination *destination, guint variant, Work work)
{
  Sealer *sealer = destination->sealers[variant];
  gsize payload_len = bench->bytes - HEADER_BYTES;
  gsize sealed_len = bench->bytes + sealer_get_tag_len (sealer);

  send_batch_begin (bench->batch, &destination->path);
  for (gint i = 0; i < bench->segments; i++) {
    guint64 index = (guint64) bench->index + destination->first_seq + i;
    guint8 *room = send_batch_reserve (bench->batch, sealed_len);
    gsize len = sealed_len;
    if (work & WORK_SEAL) {
      put_header (room, destination, index);
      len = sealer_seal (sealer, room, HEADER_BYTES, bench->payload, payload_len, index);
    }
    if (work & WORK_SEND)
      send_batch_commit (bench->batch, len);
  }
}

/* CPU of one packet, over @seconds of CPU. */
static gdouble
measure (Bench *bench, guint variant, Work work, gdouble seconds)
{
  gdouble start = cpu_ns ();
  gdouble now;
  guint64 n = 0;

  do {
    for (gint i = 0; i < bench->n_destinations; i++)
      send_frame (bench, &bench->destinations[i], variant, work);
    send_batch_flush (bench->batch);
    bench->index += bench->segments;
    n += (guint64) bench->n_destinations * bench->segments;
    now = cpu_ns ();
  } while (now - start < seconds * 1e9);
  return (now - start) / n;
}

static void
open_destination (Bench *bench, Destination *destination, guint number)
{
  gint least = 1;
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
  setsockopt (destination->fd, SOL_SOCKET, SO_RCVBUF, &least, sizeof least);
  if (bench->gro)
    setsockopt (destination->fd, IPPROTO_UDP, UDP_GRO, &least, sizeof least);
  udp_socket_make_path (bench->socket, &address, &destination->path);
  destination->ssrc = 0x10000 + number;
  destination->first_seq = number;
  for (guint variant = 0; variant < N_VARIANTS; variant++) {
    SrtpKeys keys = { .suite = variant == VARIANT_CM ? SRTP_SUITE_AES_CM_128_HMAC_SHA1_80
                                                     : SRTP_SUITE_AEAD_AES_128_GCM };
    for (guint i = 0; i < sizeof keys.local; i++)
      keys.local[i] = number * 31 + i * 7 + (number >> 8);
    if (variant_backend (variant))
      destination->sealers[variant] = sealer_new (&keys, variant_backend (variant), NULL);
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

static void
run (Bench *bench)
{
  static const Work works[3] = { WORK_BOTH, WORK_SEAL, WORK_SEND };
  static const gdouble shares[3] = { 0.6, 0.2, 0.2 };
  gdouble results[N_VARIANTS][3][ROUNDS];
  const SendBatchCounters *counters = send_batch_get_counters (bench->batch);

  for (guint round = 0; round < ROUNDS; round++) /* interleaved: noise hits all alike */
    for (guint variant = 0; variant < N_VARIANTS; variant++)
      for (guint i = 0; variant_backend (variant) && i < 3; i++)
        results[variant][i][round] =
            measure (bench, variant, works[i], bench->seconds / ROUNDS / N_VARIANTS * shares[i]);
  printf ("{\"bench\": \"seal_send\", \"destinations\": %d, \"segments\": %d, \"rtp_bytes\": %d, "
          "\"receivers\": \"%s\",\n",
          bench->n_destinations, bench->segments, bench->bytes, bench->gro ? "gro" : "drop");
  for (guint variant = 0; variant < N_VARIANTS; variant++) {
    if (!variant_backend (variant))
      continue;
    gdouble whole = median (results[variant][0]);
    printf ("  \"%s\": {\"cpu_ns_per_packet\": %.0f, \"best_ns\": %.0f, \"seal_ns\": %.0f, "
            "\"send_ns\": %.0f},\n",
            variant_names[variant], whole, results[variant][0][0], median (results[variant][1]),
            median (results[variant][2]));
  }
  printf ("  \"packets\": %" G_GUINT64_FORMAT
          ", \"packets_per_call\": %.1f, \"failed\": %" G_GUINT64_FORMAT "}\n",
          counters->packets, (gdouble) counters->packets / counters->calls,
          counters->failed + counters->dropped + counters->refused);
}

int
main (int argc, char **argv)
{
  Bench bench = { .n_destinations = 600, .segments = 9, .bytes = 1130, .seconds = 4 };
  GOptionEntry options[] = {
    { "destinations", 0, 0, G_OPTION_ARG_INT, &bench.n_destinations, "receivers", "N" },
    { "segments", 0, 0, G_OPTION_ARG_INT, &bench.segments, "packets in a frame", "N" },
    { "bytes", 0, 0, G_OPTION_ARG_INT, &bench.bytes, "RTP packet", "N" },
    { "seconds", 0, 0, G_OPTION_ARG_DOUBLE, &bench.seconds, "CPU time in all", "S" },
    { "gro", 0, 0, G_OPTION_ARG_NONE, &bench.gro, "receivers do not segment", NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("- cost of sealing and sending");
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || bench.n_destinations < 1 ||
      bench.segments < 1 || bench.bytes <= HEADER_BYTES ||
      bench.bytes + SRTP_TAG_BYTES_MAX > SEND_BATCH_SEGMENT_MAX || bench.seconds <= 0) {
    fprintf (stderr, "bench-seal-send: %s\n", error ? error->message : "argument out of range");
    return 2;
  }
  bench.socket = udp_socket_new (&(UdpSocketConfig){ 0 }, &error);
  if (!bench.socket) {
    fprintf (stderr, "bench-seal-send: %s\n", error->message);
    return 1;
  }
  bench.batch = send_batch_new (bench.socket, NULL);
  bench.payload = g_malloc0 (bench.bytes);
  bench.destinations = g_new0 (Destination, bench.n_destinations);
  for (gint i = 0; i < bench.n_destinations; i++)
    open_destination (&bench, &bench.destinations[i], i);
  run (&bench);
  return 0;
}
