#include "pipelines/rtp/twcc.h"
#include "tests/unit/rtp/rtp_bytes.h"

#define MS 1000

typedef struct {
  guint16 seq;
  gint64 at_us;
} Arrival;

typedef struct {
  const char *name;
  guint n;
  Arrival arrivals[32];
  const char *expected; /* behind the SSRCs */
} WireRow;

/* Worked out by hand from the draft, section 3.1. */
static const WireRow wire_rows[] = {
  /* Reference 64 ms * 1, deltas 0, 1 ms = 4 units, 4 units; run of three small. */
  { "run",
    3,
    { { 10, 64000 }, { 11, 65000 }, { 12, 66000 } },
    "000a 0003 000001 00 2003 00 04 04 000003" },
  { "one", 1, { { 65535, 64250 } }, "ffff 0001 000001 00 2001 01 01" },
  /* 1-bit vector: 1 0 1 0 0 1 1, seven of fourteen. */
  { "losses",
    4,
    { { 0, 0 }, { 2, 250 }, { 5, 500 }, { 6, 750 } },
    "0000 0007 000000 00 a980"
    "00 01 01 01 0002" },
  /* 2-bit vector: small, large (100 ms = 400 units), missing, small. */
  { "large delta",
    3,
    { { 1, 1000 }, { 2, 101000 }, { 4, 101250 } },
    "0001 0004 000000 00 d840 04 0190 01 0002" },
  /* Arrived in another order: a negative delta of 2 units. */
  { "reordered", 2, { { 8, 1000 }, { 7, 1500 } }, "0007 0002 000000 00 d800 06 fffe 000003" },
  { "wrap", 3, { { 65534, 0 }, { 65535, 0 }, { 0, 0 } }, "fffe 0003 000000 00 2003 000000 000003" },
};

static void
test_wire (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (wire_rows); i++) {
    const WireRow *row = &wire_rows[i];
    g_autofree TwccReceiver *receiver = g_new0 (TwccReceiver, 1);
    guint8 data[RTCP_COMPOUND_MAX], expected[128];
    RtcpWriter writer;
    g_test_message ("%s", row->name);
    g_assert_false (twcc_receiver_pending (receiver));
    for (guint j = 0; j < row->n; j++)
      twcc_receiver_on_packet (receiver, row->arrivals[j].seq, row->arrivals[j].at_us);
    g_assert_true (twcc_receiver_pending (receiver));
    rtcp_writer_init (&writer, data, sizeof data);
    g_assert_true (twcc_receiver_build (receiver, &writer, 1, 2));
    g_assert_cmphex (data[0] & 0x1f, ==, 15);
    g_assert_cmphex (data[1], ==, 205);
    g_assert_cmpuint (bytes_get_u16 (data + 2), ==, writer.size / 4 - 1);
    g_assert_cmpuint (bytes_get_u32 (data + 4), ==, 1);
    g_assert_cmpuint (bytes_get_u32 (data + 8), ==, 2);
    g_assert_cmpmem (data + 12, writer.size - 12, expected,
                     bytes_from_hex (row->expected, expected, sizeof expected));
    g_assert_false (twcc_receiver_pending (receiver));
    g_assert_false (twcc_receiver_build (receiver, &writer, 1, 2));
  }
}

/* Reads all feedback there is; the arrival per seq goes to @arrivals (-1: told as lost, -2: not
 * told). Returns the number of feedback packets. */
static guint
read_back (TwccReceiver *receiver, gint64 *arrivals, guint n)
{
  guint packets = 0;
  for (;; packets++) {
    guint8 data[RTCP_COMPOUND_MAX];
    RtcpWriter writer;
    RtcpIter iter;
    RtcpPacket packet;
    TwccFeedback feedback;
    TwccStatus status;
    rtcp_writer_init (&writer, data, sizeof data);
    if (!twcc_receiver_build (receiver, &writer, 1, 2))
      break;
    rtcp_iter_init (&iter, data, writer.size);
    g_assert_true (rtcp_iter_next (&iter, &packet));
    g_assert_true (twcc_feedback_init (&feedback, &packet));
    g_assert_cmpuint (feedback.feedback_count, ==, (guint8) (receiver->feedback_count - 1));
    guint told = 0;
    for (; twcc_feedback_next (&feedback, &status); told++) {
      g_assert_cmpuint (status.seq, <, n);
      arrivals[status.seq] = status.received ? status.arrival_us : -1;
    }
    g_assert_cmpuint (told, ==, feedback.status_count);
  }
  return packets;
}

static void
clear (gint64 *arrivals, guint n)
{
  for (guint i = 0; i < n; i++)
    arrivals[i] = -2;
}

/* Random loss, spacing and disorder come out as they went in, to the quarter millisecond. */
static void
test_round_trip (void)
{
  static const guint loss_percent[] = { 0, 1, 10, 50, 90 };
  static const gint64 spacing_us[] = { 100, 5 * MS, 40 * MS, 300 * MS };
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  for (guint i = 0; i < G_N_ELEMENTS (loss_percent) * G_N_ELEMENTS (spacing_us); i++) {
    g_autofree TwccReceiver *receiver = g_new0 (TwccReceiver, 1);
    gint64 sent[900], told[900], now_us = 123456789;
    guint last = 0;
    clear (told, G_N_ELEMENTS (told));
    for (guint seq = 0; seq < G_N_ELEMENTS (sent); seq++) {
      gboolean lost = seq > 0 && g_rand_int_range (rand, 0, 100) < loss_percent[i % 5];
      now_us += g_rand_int_range (rand, -300, 2 * spacing_us[i / 5]);
      sent[seq] = lost ? -1 : now_us;
      if (lost)
        continue;
      twcc_receiver_on_packet (receiver, seq, now_us);
      last = seq;
    }
    read_back (receiver, told, G_N_ELEMENTS (told));
    for (guint seq = 0; seq <= last; seq++) {
      if (sent[seq] < 0)
        g_assert_cmpint (told[seq], ==, -1);
      else
        g_assert_cmpint (ABS (told[seq] - sent[seq]), <, 250);
    }
  }
}

/* A late packet that was told as lost is told as received by the next feedback. */
static void
test_late (void)
{
  g_autofree TwccReceiver *receiver = g_new0 (TwccReceiver, 1);
  gint64 told[8];
  clear (told, 8);
  twcc_receiver_on_packet (receiver, 1, 10 * MS);
  twcc_receiver_on_packet (receiver, 3, 20 * MS);
  g_assert_cmpuint (read_back (receiver, told, 8), ==, 1);
  g_assert_cmpint (told[2], ==, -1);
  twcc_receiver_on_packet (receiver, 2, 30 * MS);
  clear (told, 8);
  g_assert_cmpuint (read_back (receiver, told, 8), ==, 1);
  g_assert_cmpint (told[1], ==, -2);
  g_assert_cmpint (told[2], ==, 30 * MS);
  g_assert_cmpint (told[3], ==, 20 * MS);
  twcc_receiver_on_packet (receiver, 2, 40 * MS); /* a duplicate */
  g_assert_false (twcc_receiver_pending (receiver));
}

static void
test_reorder_bound (void)
{
  g_autofree TwccReceiver *receiver = g_new0 (TwccReceiver, 1);
  guint8 data[RTCP_COMPOUND_MAX];
  RtcpWriter writer;
  twcc_receiver_on_packet (receiver, 1000, MS);
  rtcp_writer_init (&writer, data, sizeof data);
  g_assert_true (twcc_receiver_build (receiver, &writer, 1, 2));
  twcc_receiver_on_packet (receiver, 1000 - TWCC_REORDER_MAX, 2 * MS);
  g_assert_false (twcc_receiver_pending (receiver));
  twcc_receiver_on_packet (receiver, 1001 - TWCC_REORDER_MAX, 2 * MS);
  g_assert_true (twcc_receiver_pending (receiver));
}

static void
test_many_statuses (void)
{
  g_autofree TwccReceiver *receiver = g_new0 (TwccReceiver, 1);
  gint64 told[TWCC_STATUSES_MAX * 2 + 1];
  clear (told, G_N_ELEMENTS (told));
  for (guint seq = 0; seq < TWCC_STATUSES_MAX; seq++)
    twcc_receiver_on_packet (receiver, seq, seq * 100 * MS); /* large deltas: the longest */
  g_assert_cmpuint (read_back (receiver, told, G_N_ELEMENTS (told)), ==, 1);
  for (guint seq = TWCC_STATUSES_MAX; seq < 2 * TWCC_STATUSES_MAX + 1; seq++)
    twcc_receiver_on_packet (receiver, seq, seq * 100 * MS);
  g_assert_cmpuint (read_back (receiver, told, G_N_ELEMENTS (told)), ==, 2);
  for (guint seq = 0; seq < G_N_ELEMENTS (told); seq++)
    g_assert_cmpint (told[seq], ==, seq * 100 * MS);
}

/* More losses in a row than one feedback tells of. */
static void
test_long_loss (void)
{
  g_autofree TwccReceiver *receiver = g_new0 (TwccReceiver, 1);
  gint64 told[TWCC_STATUSES_MAX * 2];
  clear (told, G_N_ELEMENTS (told));
  twcc_receiver_on_packet (receiver, 0, 1000 * MS);
  read_back (receiver, told, 1);
  twcc_receiver_on_packet (receiver, G_N_ELEMENTS (told) - 1, 1100 * MS);
  guint8 data[RTCP_COMPOUND_MAX];
  RtcpWriter writer;
  rtcp_writer_init (&writer, data, sizeof data);
  g_assert_true (twcc_receiver_build (receiver, &writer, 1, 2));
  g_assert_cmpuint (bytes_get_u24 (data + 16), ==, 1100 / 64); /* though none was received */
  g_assert_cmpuint (read_back (receiver, told, G_N_ELEMENTS (told)), ==, 1);
  g_assert_cmpint (told[G_N_ELEMENTS (told) - 2], ==, -1);
  g_assert_cmpint (told[G_N_ELEMENTS (told) - 1], ==, 1100 * MS);
}

/* A pause that no delta can tell: the feedback ends before it, the next starts with it. */
static void
test_delta_overflow (void)
{
  g_autofree TwccReceiver *receiver = g_new0 (TwccReceiver, 1);
  gint64 told[4];
  clear (told, 4);
  twcc_receiver_on_packet (receiver, 0, MS);
  twcc_receiver_on_packet (receiver, 1, 9000 * MS);
  twcc_receiver_on_packet (receiver, 3, 9001 * MS);
  g_assert_cmpuint (read_back (receiver, told, 4), ==, 2);
  g_assert_cmpint (told[1], ==, 9000 * MS);
  g_assert_cmpint (told[2], ==, -1);
  g_assert_cmpint (told[3], ==, 9001 * MS);
}

static void
test_window (void)
{
  g_autofree TwccReceiver *receiver = g_new0 (TwccReceiver, 1);
  gint64 told[4 * TWCC_WINDOW];
  clear (told, G_N_ELEMENTS (told));
  twcc_receiver_on_packet (receiver, 0, MS);
  twcc_receiver_on_packet (receiver, TWCC_WINDOW, 2 * MS); /* a leap: starts over */
  read_back (receiver, told, G_N_ELEMENTS (told));
  g_assert_cmpint (told[0], ==, -2);
  g_assert_cmpint (told[TWCC_WINDOW], ==, 2 * MS);
  /* More than a window without feedback: the oldest are left out. */
  for (guint seq = TWCC_WINDOW + 1; seq < 3 * TWCC_WINDOW; seq++)
    twcc_receiver_on_packet (receiver, seq, 3 * MS);
  read_back (receiver, told, G_N_ELEMENTS (told));
  g_assert_cmpint (told[2 * TWCC_WINDOW - 1], ==, -2);
  g_assert_cmpint (told[2 * TWCC_WINDOW], ==, 3 * MS);
  g_assert_cmpint (told[3 * TWCC_WINDOW - 1], ==, 3 * MS);
}

static void
test_no_room (void)
{
  g_autofree TwccReceiver *receiver = g_new0 (TwccReceiver, 1);
  guint8 data[24];
  RtcpWriter writer;
  twcc_receiver_on_packet (receiver, 0, MS);
  rtcp_writer_init (&writer, data, sizeof data - 1);
  g_assert_false (twcc_receiver_build (receiver, &writer, 1, 2));
  g_assert_true (writer.overflowed);
  g_assert_true (twcc_receiver_pending (receiver)); /* told another time */
  rtcp_writer_init (&writer, data, sizeof data);
  g_assert_true (twcc_receiver_build (receiver, &writer, 1, 2));
}

typedef struct {
  const char *name;
  const char *hex;
  gboolean ok;
} ReadRow;

static const ReadRow read_rows[] = {
  { "run", "8fcd0005 00000001 00000002 000a0003 00000100 20030004", FALSE },
  { "run with deltas", "8fcd0006 00000001 00000002 000a0003 00000100 20030004 04000000", TRUE },
  { "all lost", "8fcd0005 00000001 00000002 000a1fff 00000100 1fff0000", TRUE },
  { "more statuses than chunks", "8fcd0005 00000001 00000002 000a0009 00000100 00030000", FALSE },
  { "reserved symbol", "8fcd0005 00000001 00000002 000a0001 00000100 60010000", FALSE },
  { "reserved symbol in a vector", "8fcd0005 00000001 00000002 000a0001 00000100 f0000000", FALSE },
  { "run of none", "8fcd0005 00000001 00000002 000a0001 00000100 00000000", FALSE },
  { "no chunks", "8fcd0004 00000001 00000002 000a0001 00000100", FALSE },
  { "header cut", "8fcd0003 00000001 00000002 000a0001", FALSE },
  { "nothing told", "8fcd0004 00000001 00000002 000a0000 00000100", TRUE },
  { "a nack", "81cd0005 00000001 00000002 000a0003 00000100 20030004", FALSE },
};

static void
test_read (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (read_rows); i++) {
    guint8 data[64];
    RtcpIter iter;
    RtcpPacket packet;
    TwccFeedback feedback;
    TwccStatus status;
    g_test_message ("%s", read_rows[i].name);
    rtcp_iter_init (&iter, data, bytes_from_hex (read_rows[i].hex, data, sizeof data));
    g_assert_true (rtcp_iter_next (&iter, &packet));
    gboolean ok = twcc_feedback_init (&feedback, &packet);
    g_assert_cmpint (ok, ==, read_rows[i].ok);
    guint told = 0;
    while (ok && twcc_feedback_next (&feedback, &status))
      told++;
    if (ok)
      g_assert_cmpuint (told, ==, feedback.status_count);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rtp/twcc/wire", test_wire);
  g_test_add_func ("/rtp/twcc/round-trip", test_round_trip);
  g_test_add_func ("/rtp/twcc/late", test_late);
  g_test_add_func ("/rtp/twcc/reorder-bound", test_reorder_bound);
  g_test_add_func ("/rtp/twcc/many-statuses", test_many_statuses);
  g_test_add_func ("/rtp/twcc/long-loss", test_long_loss);
  g_test_add_func ("/rtp/twcc/delta-overflow", test_delta_overflow);
  g_test_add_func ("/rtp/twcc/window", test_window);
  g_test_add_func ("/rtp/twcc/no-room", test_no_room);
  g_test_add_func ("/rtp/twcc/read", test_read);
  return g_test_run ();
}
