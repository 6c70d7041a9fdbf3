/* The headers of late: what shares a row, how old they get, and the file that comes of them. */
#include "pipelines/relay/header_ring.h"
#include "tests/support/pcapng_reader.h"

#include <string.h>

#define NOW_US (5000 * (gint64) G_USEC_PER_SEC)
#define WALL_NS (1795000000 * G_GINT64_CONSTANT (1000000000))

static const CaptureStream camera = CAPTURE_UP (1, 2, FALSE);
static const CaptureStream shown = CAPTURE_DOWN (3, FALSE);

static void
receive (HeaderRing *ring, guint16 seq, guint32 timestamp, gboolean marker, gint64 now_us)
{
  RtpPacket packet = { .ssrc = 0xabcd,
                       .seq = seq,
                       .timestamp = timestamp,
                       .payload_size = 500,
                       .payload_type = 96,
                       .marker = marker };

  header_ring_add_received (ring, &packet, camera, now_us);
}

static void
send_one (HeaderRing *ring, guint16 seq, guint32 timestamp, gboolean marker, gint64 now_us)
{
  guint8 header[12] = { 0x80, (guint8) (marker ? 0x80 | 97 : 97), (guint8) (seq >> 8),
                        (guint8) seq };

  timestamp = GUINT32_TO_BE (timestamp);
  memcpy (header + 4, &timestamp, 4);
  header_ring_add_sent (ring, header, 1000, shown, now_us);
}

static GBytes *
snapshot (const HeaderRing *ring, gint64 now_us)
{
  g_autoptr (GArray) streams = g_array_new (FALSE, FALSE, sizeof (HeaderStream));
  HeaderStream all[] = { { camera, 0, "up camera 3" },
                         { shown, 0x77, "down s1" },
                         { CAPTURE_DOWN (0, FALSE), 0x78, "down a0" } };
  HeaderContext context = { .now_us = now_us, .wall_ns = WALL_NS, .streams = streams };

  g_array_append_vals (streams, all, G_N_ELEMENTS (all));
  g_assert_true (net_address_parse ("192.0.2.7", 50012, &context.room));
  g_assert_true (net_address_parse ("127.0.0.1", 7000, &context.relay));
  return header_ring_snapshot (ring, &context);
}

static void
test_not_started (void)
{
  HeaderRing ring = { .rows = NULL };

  receive (&ring, 1, 0, FALSE, NOW_US);
  send_one (&ring, 1, 0, FALSE, NOW_US);
  g_assert_cmpuint (ring.n, ==, 0);
  g_assert_null (snapshot (&ring, NOW_US));
}

static void
test_rows (void)
{
  HeaderRing ring = { .rows = NULL };

  header_ring_start (&ring);
  receive (&ring, 1, 90, FALSE, NOW_US);
  receive (&ring, 2, 90, TRUE, NOW_US);
  g_assert_cmpuint (ring.n, ==, 2); /* a row each: when each came is what counts */
  send_one (&ring, 65535, 90, FALSE, NOW_US);
  send_one (&ring, 0, 90, TRUE, NOW_US);
  g_assert_cmpuint (ring.n, ==, 3); /* one row */
  g_assert_cmpuint (header_ring_row (&ring, 0)->packets, ==, 2);
  g_assert_cmpuint (header_ring_row (&ring, 0)->bytes, ==, 2000);
  g_assert_cmpuint (header_ring_row (&ring, 0)->marker_pt, ==, 0x80 | 97);
  send_one (&ring, 1, 180, FALSE, NOW_US);     /* another picture */
  send_one (&ring, 3, 180, FALSE, NOW_US);     /* one was left out */
  send_one (&ring, 4, 180, FALSE, NOW_US + 1); /* later */
  g_assert_cmpuint (ring.n, ==, 6);
  for (guint i = 0; i < HEADER_ROW_PACKETS; i++)
    send_one (&ring, (guint16) (100 + i), 270, FALSE, NOW_US);
  g_assert_cmpuint (ring.n, ==, 7);
  send_one (&ring, 100 + HEADER_ROW_PACKETS, 270, FALSE, NOW_US); /* one too many */
  g_assert_cmpuint (ring.n, ==, 8);
  header_ring_clear (&ring);
}

static void
test_file (void)
{
  HeaderRing ring = { .rows = NULL };

  header_ring_start (&ring);
  receive (&ring, 7, 900, TRUE, NOW_US - 3 * G_USEC_PER_SEC);
  for (guint i = 0; i < 3; i++)
    send_one (&ring, (guint16) (20 + i), 1800, i == 2, NOW_US - G_USEC_PER_SEC);
  g_autoptr (GBytes) rows = snapshot (&ring, NOW_US);
  g_autoptr (GBytes) bytes = header_snapshot_to_pcapng (rows, "Xã Thanh Hà");
  g_autoptr (PcapngFile) file = pcapng_file_read (bytes);
  gsize size;

  g_assert_cmpstr (file->comment, ==, "Xã Thanh Hà");
  g_assert_cmpuint (file->interfaces->len, ==, 2); /* only those that there was something of */
  g_assert_cmpuint (file->packets->len, ==, 4);
  g_assert_cmpstr (pcapng_file_name (file, 0), ==, "up camera 3");
  const PcapngBlockView *first = pcapng_file_packet (file, 0);
  static const guint8 rtp[] = { 0x80, 0x80 | 96, 0, 7, 0, 0, 0x03, 0x84, 0, 0, 0xab, 0xcd };
  const guint8 *payload = pcapng_payload (first, &size);
  g_assert_cmpmem (payload, size, rtp, sizeof rtp);
  g_assert_cmpuint (first->original, ==, 28 + 12 + 500);
  g_assert_cmpint (first->time_ns, ==, WALL_NS - 3 * G_GINT64_CONSTANT (1000000000));
  for (guint i = 1; i < 4; i++) {
    payload = pcapng_payload (pcapng_file_packet (file, i), &size);
    g_assert_cmpuint (payload[1], ==, i == 3 ? 0x80 | 97 : 97); /* the marker is the last one's */
    g_assert_cmpuint (payload[3], ==, 19 + i);
    g_assert_cmpuint (payload[11], ==, 0x77);
  }
  g_autofree gchar *lines = pcapng_ask_tshark (
      bytes, "--enable-heuristic rtp_udp -T fields -e rtp.seq -e frame.interface_name");
  if (lines != NULL)
    g_assert_cmpstr (lines, ==, "7\tup camera 3\n20\tdown s1\n21\tdown s1\n22\tdown s1\n");
  header_ring_clear (&ring);
}

static guint
count_packets (const HeaderRing *ring, gint64 now_us)
{
  g_autoptr (GBytes) rows = snapshot (ring, now_us);
  g_autoptr (GBytes) bytes = header_snapshot_to_pcapng (rows, NULL);
  g_autoptr (PcapngFile) file = pcapng_file_read (bytes);

  g_assert_cmpuint (g_bytes_get_size (rows), <=, LIMIT_HEADERS_BYTES);
  return file->packets->len;
}

static void
test_age (void)
{
  HeaderRing ring = { .rows = NULL };

  header_ring_start (&ring);
  g_assert_cmpuint (count_packets (&ring, NOW_US), ==, 0);
  receive (&ring, 1, 0, FALSE, NOW_US);
  receive (&ring, 2, 0, FALSE, NOW_US + 1);
  g_assert_cmpuint (count_packets (&ring, NOW_US + HEADER_KEPT_US), ==, 2);
  g_assert_cmpuint (count_packets (&ring, NOW_US + HEADER_KEPT_US + 1), ==, 1);
  g_assert_cmpuint (count_packets (&ring, NOW_US + HEADER_KEPT_US + 2), ==, 0);
  header_ring_clear (&ring);
}

/* Around the ring, and around its counter. */
static void
test_wrap (void)
{
  HeaderRing ring = { .rows = NULL };

  header_ring_start (&ring);
  ring.n = G_MAXUINT32 - 5;
  for (guint i = 0; i < HEADER_ROWS + 10; i++)
    receive (&ring, (guint16) i, 0, FALSE, NOW_US + i);
  g_assert_cmpuint (count_packets (&ring, NOW_US + HEADER_ROWS + 10), ==, HEADER_ROWS);
  for (guint back = 0; back < HEADER_ROWS; back++)
    g_assert_cmpuint (header_ring_row (&ring, back)->seq, ==, HEADER_ROWS + 9 - back);
  header_ring_clear (&ring);
}

/* It comes out of a database that may have been written by another version, or be broken. */
static void
test_malformed (void)
{
  HeaderRing ring = { .rows = NULL };

  header_ring_start (&ring);
  receive (&ring, 7, 900, TRUE, NOW_US);
  g_autoptr (GBytes) good = snapshot (&ring, NOW_US);
  gsize size;
  const guint8 *data = g_bytes_get_data (good, &size);
  for (gsize cut = 0; cut < size; cut++) {
    g_autoptr (GBytes) part = g_bytes_new (data, cut);

    g_assert_null (header_snapshot_to_pcapng (part, NULL));
  }
  for (gsize i = 0; i < size; i++) { /* reads nothing that is not there (sanitizers) */
    g_autofree guint8 *copy = g_memdup2 (data, size);
    copy[i] ^= 0xff;
    g_autoptr (GBytes) changed = g_bytes_new (copy, size);
    g_autoptr (GBytes) file = header_snapshot_to_pcapng (changed, NULL);
    if (file != NULL)
      pcapng_file_free (pcapng_file_read (file));
  }
  header_ring_clear (&ring);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/header_ring/not_started", test_not_started);
  g_test_add_func ("/relay/header_ring/rows", test_rows);
  g_test_add_func ("/relay/header_ring/file", test_file);
  g_test_add_func ("/relay/header_ring/age", test_age);
  g_test_add_func ("/relay/header_ring/wrap", test_wrap);
  g_test_add_func ("/relay/header_ring/malformed", test_malformed);
  return g_test_run ();
}
