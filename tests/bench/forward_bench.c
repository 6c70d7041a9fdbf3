/* What forwarding costs above the kernel: bursts of a picture go to many receivers, each with its
 * own key and state, through the relay's own feed, slots, sealer and batch. What the kernel would
 * be handed is copied to memory that is used in turn, as it does, and between two bursts all that
 * the second-level cache holds is driven out, as a rest does. So it tells changes of a few percent
 * of this half on machines where the whole relay's figures swing by more.
 *
 *   bench-forward [--receivers 600] [--packets 3] [--bytes 1100] [--bursts 400] [--told]
 *
 * --told: receivers give transport-wide feedback, so each packet is noted for it. Prints one JSON
 * object: nanoseconds of a packet, the least, lower quartile and median of all bursts. */
#include "pipelines/relay/line_share.h"
#include "pipelines/relay/transport.h"
#include "tests/unit/relay/bare_shard.h"

#include <gst/gst.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SINK_BYTES (8u << 20)
#define OTHERS_BYTES (6u << 20) /* more than the second-level cache */
#define APART_BYTES 24000       /* what else a room has, so that rooms lie as far apart */
#define FRAME_US 33333

static gint receivers = 600, packets = 3, bytes = 1100, bursts = 400;
static gboolean told;

static const GOptionEntry options[] = {
  { "receivers", 0, 0, G_OPTION_ARG_INT, &receivers, "So many", "N" },
  { "packets", 0, 0, G_OPTION_ARG_INT, &packets, "Of each burst", "N" },
  { "bytes", 0, 0, G_OPTION_ARG_INT, &bytes, "Of each payload", "N" },
  { "bursts", 0, 0, G_OPTION_ARG_INT, &bursts, "So many", "N" },
  { "told", 0, 0, G_OPTION_ARG_NONE, &told, "Receivers give feedback", NULL },
  { NULL },
};

/* Where the kernel would put what it is handed. */
typedef struct {
  guint8 *memory;
  gsize at;
  gint64 spent_ns; /* copying */
} Sink;

static gint64
now_ns (void)
{
  struct timespec t;

  clock_gettime (CLOCK_MONOTONIC, &t);
  return t.tv_sec * G_GINT64_CONSTANT (1000000000) + t.tv_nsec;
}

static int
on_sendmmsg (gpointer user_data, int fd, struct mmsghdr *messages, unsigned int n, int flags)
{
  Sink *sink = user_data;
  gint64 start_ns = now_ns ();

  for (guint i = 0; i < n; i++) {
    const struct iovec *run = messages[i].msg_hdr.msg_iov;

    if (sink->at + run->iov_len > SINK_BYTES)
      sink->at = 0;
    memcpy (sink->memory + sink->at, run->iov_base, run->iov_len);
    sink->at += run->iov_len;
  }
  sink->spent_ns += now_ns () - start_ns;
  return (int) n;
}

static void
add_extension (SlotSpec *spec, guint id, ExtensionKind kind)
{
  ExtensionSpec *extension = extension_spec_new ();

  extension->id = (gint) id;
  extension->uri = g_strdup (extension_kind_uri (kind));
  g_ptr_array_add (spec->extensions, extension);
}

static void
add_receiver (BareShard *bare, Feed *feed, GPtrArray *apart)
{
  Transport *transport = bare_shard_add_transport (bare, TRUE);
  SlotSpec *spec = slot_spec_new ();
  CodecSpec *codec = codec_spec_new ();
  Slot *slot;

  for (guint i = 0; i < APART_BYTES / 1000; i++)
    g_ptr_array_add (apart, g_malloc0 (1000));
  codec->pt = BARE_PT_VIDEO;
  codec->name = g_strdup ("VP8");
  codec->clock_rate = 90000;
  codec->rtx_pt = BARE_PT_RTX;
  g_ptr_array_add (spec->codecs, codec);
  spec->slot = g_strdup_printf ("%u", transport->serial);
  spec->cname = g_strdup ("cname");
  spec->mid = g_strdup ("1");
  spec->kind = TRACK_VIDEO;
  spec->ssrc = 2 * transport->serial;
  spec->rtx_ssrc = spec->ssrc + 1;
  add_extension (spec, 1, EXTENSION_MID);
  add_extension (spec, 2, EXTENSION_ABS_SEND_TIME);
  if (told)
    add_extension (spec, 3, EXTENSION_TRANSPORT_SEQ);
  slot = slot_new (transport, 0, spec);
  slot_spec_free (spec);
  g_ptr_array_add (transport->slots, slot);
  header_ring_start (&transport->headers);
  if (told) {
    line_share_ensure (transport);
    transport->gives_feedback = TRUE;
  }
  slot_route (slot, feed, 0);
}

static void
drive_out (guint8 *others)
{
  for (gsize i = 0; i < OTHERS_BYTES; i += 64)
    others[i]++;
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return x < y ? -1 : x > y;
}

static void
run (BareShard *bare, Feed *feed, Sink *sink)
{
  g_autofree gint64 *ns = g_new (gint64, bursts);
  g_autofree guint8 *others = g_malloc0 (OTHERS_BYTES);
  gdouble per_burst = (gdouble) receivers * packets;

  for (gint i = 0; i < bursts; i++) {
    GstBufferList *list =
        bare_packets (feed, (guint64) (i * packets), (guint) packets, (guint) bytes, i == 0);
    gint64 start_ns;

    drive_out (others);
    sink->spent_ns = 0;
    start_ns = now_ns ();
    feed_on_list (feed, list);
    bare_shard_flush (bare);
    ns[i] = now_ns () - start_ns - sink->spent_ns;
    gst_buffer_list_unref (list);
    bare->shard.now_us += FRAME_US;
  }
  qsort (ns, (gsize) bursts, sizeof *ns, compare);
  printf ("{\"receivers\": %d, \"packets\": %d, \"told\": %s, \"sent\": %" G_GUINT64_FORMAT
          ", \"min_ns\": %.1f, \"quartile_ns\": %.1f, \"median_ns\": %.1f}\n",
          receivers, packets, told ? "true" : "false",
          send_batch_get_counters (bare->shard.batch)->packets, (gdouble) ns[0] / per_burst,
          (gdouble) ns[bursts / 4] / per_burst, (gdouble) ns[bursts / 2] / per_burst);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (BareShard) bare = NULL;
  g_autoptr (GPtrArray) apart = g_ptr_array_new_with_free_func (g_free);
  Sink sink = { 0 };
  SendBatchSystem system = { on_sendmmsg, &sink };
  Feed *feed;

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || receivers < 1 || packets < 1 ||
      packets > BURST_MAX_PACKETS || bytes < 1 || bytes > 1200 || bursts < 1) {
    fprintf (stderr, "%s\n", error ? error->message : "bench-forward: out of bounds");
    return 2;
  }
  gst_init (NULL, NULL);
  sealer_choose (SEALER_CHOICE_OPENSSL);
  bare = bare_shard_new ();
  sink.memory = g_malloc0 (SINK_BYTES);
  send_batch_free (bare->shard.batch);
  bare->shard.batch = send_batch_new (bare->socket, &system);
  feed = bare_shard_add_feed (bare, 1, TRACK_VIDEO);
  for (gint i = 0; i < receivers; i++)
    add_receiver (bare, feed, apart);
  run (bare, feed, &sink);
  g_free (sink.memory);
  return 0;
}
