#include "pipelines/rtp/rtcp.h"
#include "tests/unit/rtp/rtp_bytes.h"

static gboolean
first_packet (const char *hex, RtcpPacket *packet)
{
  static guint8 data[256];
  RtcpIter iter;
  rtcp_iter_init (&iter, data, bytes_from_hex (hex, data, sizeof data));
  return rtcp_iter_next (&iter, packet);
}

typedef struct {
  const char *name;
  const char *hex;
  guint packets;
} IterRow;

static const IterRow iter_rows[] = {
  { "rr", "80c90001 00000001", 1 },
  { "rr, sdes", "80c90001 00000001 81ca0002 00000001 00000000", 2 },
  { "empty", "", 0 },
  { "header cut", "80c900", 0 },
  { "body cut", "80c90002 00000001", 0 },
  { "second cut", "80c90001 00000001 81ca0002 00000001", 1 },
  { "second of another version", "80c90001 00000001 41ca0001 00000001", 1 },
  { "padding", "a0c90002 00000001 00000004", 1 },
  { "padding of an odd size", "a0c90002 00000001 00000001", 1 },
  { "padding of none", "a0c90002 00000001 00000000", 0 },
  { "padding too long", "a0c90002 00000001 00000009", 0 },
  { "header alone", "80cb0000", 1 },
};

static void
test_iter (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (iter_rows); i++) {
    guint8 data[64];
    RtcpIter iter;
    RtcpPacket packet;
    guint n = 0;
    g_test_message ("%s", iter_rows[i].name);
    rtcp_iter_init (&iter, data, bytes_from_hex (iter_rows[i].hex, data, sizeof data));
    while (rtcp_iter_next (&iter, &packet))
      n++;
    g_assert_cmpuint (n, ==, iter_rows[i].packets);
  }
}

static void
test_iter_bound (void)
{
  guint8 data[(RTCP_PACKETS_MAX + 1) * 4];
  RtcpWriter writer;
  RtcpIter iter;
  RtcpPacket packet;
  guint n = 0;
  rtcp_writer_init (&writer, data, sizeof data);
  for (guint i = 0; i <= RTCP_PACKETS_MAX; i++)
    bytes_put_u32 (data + i * 4, 0x80cb0000);
  rtcp_iter_init (&iter, data, sizeof data);
  while (rtcp_iter_next (&iter, &packet))
    n++;
  g_assert_cmpuint (n, ==, RTCP_PACKETS_MAX);
}

static void
assert_same_block (const RtcpReportBlock *a, const RtcpReportBlock *b)
{
  g_assert_cmpuint (a->ssrc, ==, b->ssrc);
  g_assert_cmpuint (a->fraction_lost, ==, b->fraction_lost);
  g_assert_cmpint (a->cumulative_lost, ==, b->cumulative_lost);
  g_assert_cmpuint (a->highest_seq, ==, b->highest_seq);
  g_assert_cmpuint (a->jitter, ==, b->jitter);
  g_assert_cmpuint (a->last_sr, ==, b->last_sr);
  g_assert_cmpuint (a->delay_since_last_sr, ==, b->delay_since_last_sr);
}

static void
test_sr (void)
{
  guint8 data[256];
  RtcpWriter writer;
  RtcpIter iter;
  RtcpPacket packet;
  RtcpSenderInfo read;
  RtcpReportBlock block;
  guint32 ssrc;
  RtcpSenderInfo info = { .ssrc = 1,
                          .ntp = G_GUINT64_CONSTANT (0x1122334455667788),
                          .rtp_timestamp = 0xfffffff0,
                          .packets = 77,
                          .octets = 88888 };
  RtcpReportBlock blocks[2] = {
    { .ssrc = 2, .fraction_lost = 128, .cumulative_lost = 5, .highest_seq = 0x10005 },
    { .ssrc = 3, .cumulative_lost = -3, .jitter = 9, .last_sr = 10, .delay_since_last_sr = 11 },
  };
  rtcp_writer_init (&writer, data, sizeof data);
  g_assert_true (rtcp_write_sr (&writer, &info, blocks, 2));
  g_assert_cmpuint (writer.size, ==, 28 + 48);
  rtcp_iter_init (&iter, data, writer.size);
  g_assert_true (rtcp_iter_next (&iter, &packet));
  g_assert_true (rtcp_read_sender_info (&packet, &read));
  g_assert_cmpuint (read.ssrc, ==, info.ssrc);
  g_assert_cmphex (read.ntp, ==, info.ntp);
  g_assert_cmpuint (read.rtp_timestamp, ==, info.rtp_timestamp);
  g_assert_cmpuint (read.packets, ==, info.packets);
  g_assert_cmpuint (read.octets, ==, info.octets);
  g_assert_true (rtcp_read_sender_ssrc (&packet, &ssrc));
  g_assert_cmpuint (ssrc, ==, 1);
  for (guint i = 0; i < 2; i++) {
    g_assert_true (rtcp_read_report_block (&packet, i, &block));
    assert_same_block (&block, &blocks[i]);
  }
  g_assert_false (rtcp_read_report_block (&packet, 2, &block));
  g_assert_false (rtcp_iter_next (&iter, &packet));
}

static void
test_rr (void)
{
  guint8 data[64];
  RtcpWriter writer;
  RtcpIter iter;
  RtcpPacket packet;
  RtcpReportBlock block, lost = { .ssrc = 2, .cumulative_lost = 0x900000 };
  rtcp_writer_init (&writer, data, sizeof data);
  g_assert_true (rtcp_write_rr (&writer, 1, &lost, 1));
  rtcp_iter_init (&iter, data, writer.size);
  g_assert_true (rtcp_iter_next (&iter, &packet));
  g_assert_true (rtcp_read_report_block (&packet, 0, &block));
  g_assert_cmpint (block.cumulative_lost, ==, 0x7fffff); /* RFC 3550: clamped */
}

/* A count that says more than there is. */
static void
test_short_reports (void)
{
  RtcpPacket packet;
  RtcpReportBlock block;
  RtcpSenderInfo info;
  guint32 ssrc;
  g_assert_true (first_packet ("85c90001 00000001", &packet));
  g_assert_false (rtcp_read_report_block (&packet, 0, &block));
  g_assert_true (first_packet ("80c80001 00000001", &packet));
  g_assert_false (rtcp_read_sender_info (&packet, &info));
  g_assert_true (first_packet ("80c90000", &packet));
  g_assert_false (rtcp_read_sender_ssrc (&packet, &ssrc));
  g_assert_true (first_packet ("81cb0001 00000001", &packet));
  g_assert_false (rtcp_read_report_block (&packet, 0, &block));
  g_assert_false (rtcp_read_sender_ssrc (&packet, &ssrc));
}

static void
test_sdes (void)
{
  static const struct {
    const char *hex;
    guint32 ssrc;
    const char *cname; /* NULL: none */
  } rows[] = {
    { "81ca0003 00000001 01036162 63000000", 1, "abc" },
    { "81ca0003 00000001 01026162 00000000", 1, "ab" },
    { "82ca0005 00000001 02026162 00000000 00000002 01016100", 2, "a" },
    { "81ca0003 00000001 02016101 01620000", 1, "b" },
    { "81ca0002 00000001 01ff6162", 1, NULL },
    { "81ca0001 00000001", 1, NULL },
    { "81ca0000", 0, NULL },
    { "80c90001 00000001", 0, NULL },
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    RtcpPacket packet;
    guint32 ssrc;
    const char *cname;
    gsize size;
    g_test_message ("row %u", i);
    g_assert_true (first_packet (rows[i].hex, &packet));
    gboolean found = rtcp_read_sdes_cname (&packet, &ssrc, &cname, &size);
    g_assert_cmpint (found, ==, rows[i].cname != NULL);
    if (!found)
      continue;
    g_assert_cmpuint (ssrc, ==, rows[i].ssrc);
    g_assert_cmpmem (cname, size, rows[i].cname, strlen (rows[i].cname));
  }
}

static void
test_sdes_write (void)
{
  g_autofree char *longest = g_strnfill (RTCP_CNAME_MAX + 5, 'x');
  const char *cnames[] = { "", "a", "ab", "abc", "abcd", longest };
  for (guint i = 0; i < G_N_ELEMENTS (cnames); i++) {
    guint8 data[512];
    RtcpWriter writer;
    RtcpIter iter;
    RtcpPacket packet;
    guint32 ssrc;
    const char *cname;
    gsize size;
    rtcp_writer_init (&writer, data, sizeof data);
    g_assert_true (rtcp_write_sdes_cname (&writer, 42, cnames[i]));
    g_assert_cmpuint (writer.size % 4, ==, 0);
    g_assert_cmpuint (data[writer.size - 1], ==, 0);
    rtcp_iter_init (&iter, data, writer.size);
    g_assert_true (rtcp_iter_next (&iter, &packet));
    g_assert_true (rtcp_read_sdes_cname (&packet, &ssrc, &cname, &size));
    g_assert_cmpmem (cname, size, cnames[i], MIN (strlen (cnames[i]), RTCP_CNAME_MAX));
  }
}

static void
test_bye (void)
{
  guint8 data[16];
  RtcpWriter writer;
  RtcpPacket packet;
  guint32 ssrc;
  g_assert_true (first_packet ("82cb0002 00000001 00000002", &packet));
  g_assert_true (rtcp_read_bye (&packet, 1, &ssrc));
  g_assert_cmpuint (ssrc, ==, 2);
  g_assert_false (rtcp_read_bye (&packet, 2, &ssrc));
  g_assert_true (first_packet ("82cb0001 00000001", &packet));
  g_assert_false (rtcp_read_bye (&packet, 1, &ssrc));
  rtcp_writer_init (&writer, data, sizeof data);
  g_assert_true (rtcp_write_bye (&writer, 7));
  g_assert_cmpmem (data, writer.size, "\x81\xcb\0\1\0\0\0\7", 8);
}

typedef struct {
  const char *name;
  guint n;
  guint16 seqs[20];
  const char *words;
} NackRow;

static const NackRow nack_rows[] = {
  { "one", 1, { 5 }, "00050000" },
  { "next", 2, { 5, 6 }, "00050001" },
  { "seventeen",
    17,
    { 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21 },
    "0005ffff" },
  { "sixteen on", 2, { 5, 21 }, "00058000" },
  { "seventeen on", 2, { 5, 22 }, "00050000 00160000" },
  { "wrap", 3, { 65534, 65535, 1 }, "fffe0005" },
};

static void
test_nack (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (nack_rows); i++) {
    const NackRow *row = &nack_rows[i];
    guint8 data[128], words[64];
    RtcpWriter writer;
    RtcpIter iter;
    RtcpPacket packet;
    RtcpNack nack;
    g_test_message ("%s", row->name);
    rtcp_writer_init (&writer, data, sizeof data);
    g_assert_true (rtcp_write_nack (&writer, 1, 2, row->seqs, row->n));
    g_assert_cmpmem (data + 12, writer.size - 12, words,
                     bytes_from_hex (row->words, words, sizeof words));
    rtcp_iter_init (&iter, data, writer.size);
    g_assert_true (rtcp_iter_next (&iter, &packet));
    g_assert_true (rtcp_read_nack (&packet, &nack));
    g_assert_cmpuint (nack.sender_ssrc, ==, 1);
    g_assert_cmpuint (nack.media_ssrc, ==, 2);
    g_assert_cmpmem (nack.seqs, nack.count * 2, row->seqs, row->n * 2);
  }
}

static void
test_nack_bound (void)
{
  guint8 data[12 + 17 * 4];
  RtcpIter iter;
  RtcpPacket packet;
  RtcpNack nack;
  memset (data, 0xff, sizeof data);
  bytes_put_u32 (data, 0x81cd0000 | (sizeof data / 4 - 1));
  rtcp_iter_init (&iter, data, sizeof data);
  g_assert_true (rtcp_iter_next (&iter, &packet));
  g_assert_true (rtcp_read_nack (&packet, &nack));
  g_assert_cmpuint (nack.count, ==, RTCP_NACK_SEQS_MAX);
  g_assert_true (first_packet ("81cd0002 00000001 00000002", &packet));
  g_assert_false (rtcp_read_nack (&packet, &nack)); /* names no packet */
  g_assert_true (first_packet ("81cd0001 00000001", &packet));
  g_assert_false (rtcp_read_nack (&packet, &nack));
  g_assert_true (first_packet ("81ce0003 00000001 00000002 00050000", &packet));
  g_assert_false (rtcp_read_nack (&packet, &nack)); /* a PLI */
}

static void
test_pli_fir (void)
{
  guint8 data[64];
  RtcpWriter writer;
  RtcpIter iter;
  RtcpPacket packet;
  RtcpFir fir;
  guint32 ssrc = 0;
  rtcp_writer_init (&writer, data, sizeof data);
  g_assert_true (rtcp_write_pli (&writer, 1, 2));
  g_assert_true (rtcp_write_fir (&writer, 1, 3, 9));
  rtcp_iter_init (&iter, data, writer.size);
  g_assert_true (rtcp_iter_next (&iter, &packet));
  g_assert_true (rtcp_read_pli (&packet, &ssrc));
  g_assert_cmpuint (ssrc, ==, 2);
  g_assert_false (rtcp_read_fir (&packet, &fir));
  g_assert_true (rtcp_iter_next (&iter, &packet));
  g_assert_true (rtcp_read_fir (&packet, &fir));
  g_assert_cmpuint (fir.count, ==, 1);
  g_assert_cmpuint (fir.entries[0].ssrc, ==, 3);
  g_assert_cmpuint (fir.entries[0].seq, ==, 9);
  g_assert_false (rtcp_read_pli (&packet, &ssrc));
  g_assert_true (first_packet ("84ce0002 00000001 00000000", &packet));
  g_assert_false (rtcp_read_fir (&packet, &fir));
}

static void
test_remb (void)
{
  static const guint64 bitrates[] = { 0, 1000, 0x3ffff, 2500000, G_GUINT64_CONSTANT (1) << 40 };
  static const guint32 ssrcs[] = { 5, 6 };
  RtcpPacket packet;
  RtcpRemb remb;
  for (guint i = 0; i < G_N_ELEMENTS (bitrates); i++) {
    guint8 data[64];
    RtcpWriter writer;
    RtcpIter iter;
    rtcp_writer_init (&writer, data, sizeof data);
    g_assert_true (rtcp_write_remb (&writer, 1, bitrates[i], ssrcs, 2));
    rtcp_iter_init (&iter, data, writer.size);
    g_assert_true (rtcp_iter_next (&iter, &packet));
    g_assert_true (rtcp_read_remb (&packet, &remb));
    g_assert_cmpuint (remb.bitrate_bps, <=, bitrates[i]);
    g_assert_cmpuint (remb.bitrate_bps, >=, bitrates[i] - (bitrates[i] >> 16));
    g_assert_cmpuint (remb.count, ==, 2);
    g_assert_cmpmem (remb.ssrcs, 8, ssrcs, 8);
  }
  g_assert_true (first_packet ("8fce0004 00000001 00000000 52454d42 02000001", &packet));
  g_assert_false (rtcp_read_remb (&packet, &remb)); /* two announced, none there */
  g_assert_true (first_packet ("8fce0004 00000001 00000000 52454d41 00000001", &packet));
  g_assert_false (rtcp_read_remb (&packet, &remb));
  g_assert_true (first_packet ("8fce0004 00000001 00000000 52454d42 00ffffff", &packet));
  g_assert_true (rtcp_read_remb (&packet, &remb));
  g_assert_cmpuint (remb.bitrate_bps, ==, G_MAXUINT64);
}

/* Of FIR and REMB so many entries are read, one more is passed over. */
static void
test_ssrcs_bound (void)
{
  for (guint n = RTCP_SSRCS_MAX; n <= RTCP_SSRCS_MAX + 1; n++) {
    guint8 data[12 + (RTCP_SSRCS_MAX + 1) * 8] = { 0 };
    gsize size = 12 + n * 8;
    RtcpIter iter;
    RtcpPacket packet;
    RtcpFir fir;
    RtcpRemb remb;
    bytes_put_u32 (data, 0x84ce0000 | (size / 4 - 1));
    bytes_put_u32 (data + 12 + (RTCP_SSRCS_MAX - 1) * 8, 7);
    rtcp_iter_init (&iter, data, size);
    g_assert_true (rtcp_iter_next (&iter, &packet));
    g_assert_true (rtcp_read_fir (&packet, &fir));
    g_assert_cmpuint (fir.count, ==, RTCP_SSRCS_MAX);
    g_assert_cmpuint (fir.entries[RTCP_SSRCS_MAX - 1].ssrc, ==, 7);

    size = 20 + n * 4;
    bytes_put_u32 (data, 0x8fce0000 | (size / 4 - 1));
    bytes_put_u32 (data + 12, 0x52454d42);
    bytes_put_u32 (data + 16, n << 24 | 1);
    bytes_put_u32 (data + 20 + (RTCP_SSRCS_MAX - 1) * 4, 8);
    rtcp_iter_init (&iter, data, size);
    g_assert_true (rtcp_iter_next (&iter, &packet));
    g_assert_true (rtcp_read_remb (&packet, &remb));
    g_assert_cmpuint (remb.count, ==, RTCP_SSRCS_MAX);
    g_assert_cmpuint (remb.ssrcs[RTCP_SSRCS_MAX - 1], ==, 8);
  }
}

/* What does not fit is left out whole; what fits after it still goes in. */
static void
test_overflow (void)
{
  guint8 data[20];
  guint16 seqs[] = { 1, 100 };
  RtcpWriter writer;
  RtcpSenderInfo info = { .ssrc = 1 };
  rtcp_writer_init (&writer, data, sizeof data);
  g_assert_false (rtcp_write_sr (&writer, &info, NULL, 0));
  g_assert_true (writer.overflowed);
  g_assert_cmpuint (writer.size, ==, 0);
  g_assert_true (rtcp_write_rr (&writer, 1, NULL, 0));
  g_assert_true (rtcp_write_pli (&writer, 1, 2));
  g_assert_cmpuint (writer.size, ==, sizeof data);
  g_assert_false (rtcp_write_pli (&writer, 1, 2));
  g_assert_false (rtcp_write_rr (&writer, 1, NULL, 0));
  g_assert_false (rtcp_write_fir (&writer, 1, 2, 3));
  g_assert_false (rtcp_write_nack (&writer, 1, 2, seqs, 2));
  g_assert_false (rtcp_write_sdes_cname (&writer, 1, "c"));
  g_assert_false (rtcp_write_bye (&writer, 1));
  g_assert_false (rtcp_write_remb (&writer, 1, 1, NULL, 0));
}

static void
test_time (void)
{
  static const gint64 times[] = { 0, 1, 999999, 1000000, 123456789012, 4102444800000000 };
  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    g_assert_cmpint (rtcp_ntp_to_us (rtcp_ntp_from_us (times[i])), ==, times[i]);
  g_assert_cmphex (rtcp_ntp_from_us (1500000), ==, G_GUINT64_CONSTANT (0x180000000));

  gint64 sent_us = 77000000;
  RtcpReportBlock block = { .last_sr = rtcp_ntp_middle (rtcp_ntp_from_us (sent_us)),
                            .delay_since_last_sr = 65536 / 2 };
  g_assert_cmpint (ABS (rtcp_round_trip_us (&block, sent_us + 540000) - 40000), <, 50);
  g_assert_cmpint (rtcp_round_trip_us (&block, sent_us + 499990), ==, 0);
  block.last_sr = 0;
  g_assert_cmpint (rtcp_round_trip_us (&block, sent_us), ==, -1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rtp/rtcp/iter", test_iter);
  g_test_add_func ("/rtp/rtcp/iter-bound", test_iter_bound);
  g_test_add_func ("/rtp/rtcp/sr", test_sr);
  g_test_add_func ("/rtp/rtcp/rr", test_rr);
  g_test_add_func ("/rtp/rtcp/short-reports", test_short_reports);
  g_test_add_func ("/rtp/rtcp/sdes", test_sdes);
  g_test_add_func ("/rtp/rtcp/sdes-write", test_sdes_write);
  g_test_add_func ("/rtp/rtcp/bye", test_bye);
  g_test_add_func ("/rtp/rtcp/nack", test_nack);
  g_test_add_func ("/rtp/rtcp/nack-bound", test_nack_bound);
  g_test_add_func ("/rtp/rtcp/pli-fir", test_pli_fir);
  g_test_add_func ("/rtp/rtcp/remb", test_remb);
  g_test_add_func ("/rtp/rtcp/ssrcs-bound", test_ssrcs_bound);
  g_test_add_func ("/rtp/rtcp/overflow", test_overflow);
  g_test_add_func ("/rtp/rtcp/time", test_time);
  return g_test_run ();
}
